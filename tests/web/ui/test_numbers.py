"""Numbers and dates in templates: the page's language, a minus that is a minus, units that never part from numbers."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

NAN = float("nan")
VIETNAM = dt.timezone(dt.timedelta(hours=7))


def shown(source: str, language: str = "vi", **values: object) -> str:
    with override(language):
        return Template(source).render(Context(values))


@pytest.mark.parametrize(
    ("source", "vi", "en"),
    [
        ("{{ 7.25|score }}", "7,25", "7.25"),
        ("{{ 56.289|score:1 }}", "56,3", "56.3"),
        ("{{ -8.671|signed }}", "−8,67", "−8.67"),
        ("{{ 1.98|signed }}", "+1,98", "+1.98"),
        ("{{ 10447|count }}", "10.447", "10,447"),
        ("{{ 0.5269|share:2 }}", "52,69%", "52.69%"),
        ("{{ 18.5|rank }}", "18,5", "18.5"),
        ("{{ 18|rank }}", "18", "18"),
        ("{% interval 54.9 57.7 1 %}", "54,9–57,7", "54.9–57.7"),
        ("{% interval -12.71 -4.63 signed=True %}", "−12,71 đến −4,63", "−12.71 to −4.63"),
    ],
)
def test_a_number_is_written_in_the_language_of_the_page(source, vi, en):
    assert (shown(source), shown(source, "en")) == (vi, en)


@pytest.mark.parametrize("name", ["score", "signed", "count", "share", "rank"])
def test_a_missing_number_is_a_dash(name):
    assert shown(f"{{{{ x|{name} }}}} {{{{ y|{name} }}}}", x=NAN, y=None) == "– –"


def test_a_number_and_its_unit_stay_on_one_line():
    assert shown('{{ 12.5|with_unit:"days" }}') == "12,50\u00a0ngày"
    assert shown('{{ 12.5|with_unit:"million_vnd" }}') == "12,50\u00a0triệu\u00a0đồng"
    assert shown('{{ 0.527|with_unit:"share" }}') == "52,7%"


def test_a_change_of_a_share_counts_percentage_points():
    assert shown('{{ -0.041|signed_with_unit:"share" }}') == "−4,1\u00a0điểm\u00a0%"
    assert shown('{{ 0.041|signed_with_unit:"share" }}', "en") == "+4.1\u00a0%\u00a0points"


def test_a_date_puts_the_day_first_and_cannot_be_mistaken_in_english():
    value = dt.date(2024, 3, 8)

    assert shown("{{ x|day }}", x=value) == "08/03/2024"
    assert shown("{{ x|day }}", "en", x=value) == "8\u00a0Mar\u00a02024"


def test_a_moment_is_told_in_the_time_of_viet_nam():
    value = dt.datetime(2024, 3, 17, 20, 5, tzinfo=dt.UTC)

    with timezone.override(VIETNAM):
        assert shown("{{ x|day }} {{ x|moment }}", x=value) == "18/03/2024 18/03/2024\u00a003:05"


def test_a_name_falls_back_to_vietnamese():
    class Node:
        vi, en = "Chi phí thời gian", ""

    assert shown("{{ node|named }}", "en", node=Node()) == "Chi phí thời gian"
