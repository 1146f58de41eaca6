"""Organisations as people look for them: in Vietnamese order, without accents, within what they may see."""

import datetime as dt
import random

import pytest

from ddci_web.accounts.models import Role
from ddci_web.organisations import queries
from ddci_web.organisations.models import Kind, Organisation, Succession
from ddci_web.organisations.vietnamese import search_key, sort_key
from tests.web.people import make_member, make_organisation, make_unit

pytestmark = pytest.mark.django_db
IN_ORDER = ["An Sơn", "Ân Thi", "Bắc Sơn", "Cao Lộc", "Chi Lăng", "Dương Quang", "Đình Lập", "Hữu Lũng", "Xuân Lãng"]


def test_names_stand_in_vietnamese_order_in_the_database():
    for i, name in enumerate(random.Random(7).sample(IN_ORDER, len(IN_ORDER))):
        make_organisation(str(i), name=name)

    assert [row.name for row in Organisation.objects.in_order()] == IN_ORDER


@pytest.mark.parametrize("words", ["dong dang", "Đồng Đăng", "ĐỒNG  đăng", "ubnd-dong", "Dang dong", "đồng ubnd"])
def test_an_organisation_is_found_without_accents_by_any_of_its_words(words):
    row = make_organisation("ubnd-dong-dang", name="Thị trấn Đồng Đăng")
    make_organisation("khac", name="Thị trấn Cao Lộc")

    assert list(Organisation.objects.named_like(words)) == [row]


def test_composed_and_decomposed_letters_are_the_same_name():
    assert sort_key("Hữu Lũng") == sort_key("Hữu Lũng")
    assert search_key("Hữu Lũng") == "huu lung"


def test_a_shorter_name_stands_before_a_longer_one_that_begins_with_it():
    assert sort_key("Sơn") < sort_key("Sơn Hà") < sort_key("Sơn La") < sort_key("Sơng")


def test_renaming_renews_the_keys():
    row = make_organisation(name="Phòng Tài nguyên và Môi trường")
    row.name = "Phòng Nông nghiệp và Môi trường"

    row.save(update_fields=["name", "name_order", "name_search"])

    assert list(Organisation.objects.named_like("nong nghiep")) == [row]


def test_people_of_the_province_see_every_organisation():
    rows = {make_organisation(), make_unit()}

    assert set(queries.organisations_seen_by(make_member(Role.VIEWER))) == rows


def test_people_of_a_unit_see_their_own_what_stands_above_it_and_what_was_before_it():
    above, before, unseen = make_organisation("above"), make_unit("p:before"), make_unit("p:other")
    unit = make_unit("p:own", parent=above)
    Succession.objects.create(predecessor=before, successor=unit, on=dt.date(2025, 7, 1))
    member = make_member(Role.UNIT_OFFICER, organisation=unit)

    seen = set(queries.organisations_seen_by(member))

    assert seen == {above, before, unit}
    assert unseen not in seen


def test_a_member_without_a_role_sees_nothing():
    make_unit()

    assert not queries.organisations_seen_by(make_member())


def test_history_follows_predecessors_of_predecessors_and_survives_a_loop():
    a, b, c = (make_organisation(code) for code in "abc")
    for before, after in [(a, b), (b, c), (c, a)]:
        Succession.objects.create(predecessor=before, successor=after, on=dt.date(2025, 7, 1))

    story = queries.history(c)

    assert set(story.earlier) == {a, b}
    assert [link.predecessor for link in story.before] == [b]


@pytest.mark.parametrize(
    ("start", "end", "state"),
    [
        (None, None, queries.HERE),
        (None, dt.date(2025, 7, 1), queries.GONE),
        (dt.date(2025, 7, 2), None, queries.NOT_YET),
        (dt.date(2025, 7, 1), dt.date(2025, 7, 2), queries.HERE),
    ],
)
def test_whether_an_organisation_is_there_on_a_day(start, end, state):
    row = make_organisation(valid_from=start, valid_to=end)

    assert queries.state_on(row, dt.date(2025, 7, 1)) == state
    assert Organisation.objects.as_of(dt.date(2025, 7, 1)).exists() == (state == queries.HERE)


def test_a_unit_is_found_by_its_full_code_only():
    unit = make_unit("lang-son:chi-lang")
    make_organisation("so-tai-chinh")

    assert queries.organisation_of_unit("lang-son:chi-lang") == unit
    assert queries.organisation_of_unit("so-tai-chinh") is None


def test_every_party_of_the_official_documents_has_a_kind():
    parties = {
        "UBND tỉnh": Kind.PROVINCE,
        "Sở Kế hoạch và Đầu tư": Kind.PROVINCIAL_AGENCY,
        "Hiệp hội doanh nghiệp tỉnh": Kind.BUSINESS_ASSOCIATION,
        "Thường trực Huyện ủy": Kind.PARTY_COMMITTEE,
        "Thường trực HĐND huyện": Kind.COUNCIL,
        "Chủ tịch, các Phó Chủ tịch UBND huyện": Kind.LEADERSHIP,
        "Văn phòng HĐND và UBND huyện": Kind.OFFICE,
        "Phòng Tài chính - Kế hoạch": Kind.DIVISION,
        "Phòng Nội vụ": Kind.DIVISION,
        "Phòng Tư pháp": Kind.DIVISION,
        "Thanh tra huyện": Kind.INSPECTORATE,
        "Phòng Nông nghiệp và Môi trường": Kind.DIVISION,
        "Phòng Tài nguyên và Môi trường": Kind.DIVISION,
        "Trung tâm Văn hóa, Thể thao và Truyền thông": Kind.PUBLIC_SERVICE,
        "Công an huyện": Kind.POLICE,
        "Bảo hiểm xã hội huyện": Kind.SOCIAL_INSURANCE,
        "Chi nhánh Văn phòng đăng ký đất đai": Kind.LAND_REGISTRY,
        "Ban quản lý dự án đầu tư xây dựng": Kind.PROJECT_BOARD,
        "UBND xã": Kind.PEOPLE_COMMITTEE,
        "Mặt trận Tổ quốc và tổ chức chính trị - xã hội": Kind.FRONT,
        "Tổ chức tư vấn pháp lý": Kind.LEGAL_ADVISER,
        "Báo chí": Kind.MEDIA,
    }

    for i, (name, kind) in enumerate(parties.items()):
        make_organisation(f"k{i}", name=name, kind=kind)

    assert Organisation.objects.count() == len(parties)
