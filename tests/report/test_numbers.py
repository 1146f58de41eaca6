"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddci.report.numbers import exact_digits, format_interval, format_number, format_share, format_signed, format_value


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (7.25, 2, "7,25"),
        (10447.0, 0, "10.447"),
        (-8.67, 2, "−8,67"),
        (1234567.891, 1, "1.234.567,9"),
        (-0.0001, 2, "0,00"),
    ],
)
def test_vietnamese_numbers_have_a_decimal_comma_and_a_real_minus(value, decimals, text):
    assert format_number(value, decimals) == text


def test_english_numbers_have_a_decimal_point():
    assert format_number(10447.25, 2, "en") == "10,447.25"
    assert format_interval(-1.0, 2.0, 1, "en", signed=True) == "−1.0 to +2.0"


def test_missing_numbers_are_a_dash():
    assert {format_number(math.nan), format_signed(math.nan), format_share(None), format_interval(1.0, math.nan)} == {
        "–"
    }


def test_an_interval_with_a_negative_end_is_written_out():
    assert format_interval(-12.71, 4.63, signed=True) == "−12,71 đến +4,63"


def test_shares_are_shown_in_per_cent():
    assert format_value(0.5269, "share") == "52,7"


def test_printed_decimals_follow_from_half_of_the_last_one():
    assert [exact_digits(half) for half in (0.5, 0.05, 0.005, None)] == [0, 1, 2, 2]


@given(st.floats(min_value=-1e9, max_value=1e9, allow_nan=False), st.integers(0, 4))
def test_a_formatted_number_reads_back_to_its_rounding(value, decimals):
    text = format_number(value, decimals).replace(".", "").replace(",", ".").replace("−", "-")

    assert float(text) == pytest.approx(round(value, decimals), abs=0.5 * 10.0**-decimals)
