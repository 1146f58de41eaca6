"""A reader may type units as people write them."""

from __future__ import annotations

from ddci.wave.model import Unit
from ddci_web.portal.pages.unit_choice import find_unit, read_units

UNITS = tuple(
    Unit(code, name, group)
    for code, name, group in (
        ("da-nang", "Đà Nẵng", "tinh"),
        ("ha-nam", "Hà Nam", "tinh"),
        ("ha-noi", "Hà Nội", "tinh"),
        ("tp-hcm", "TP. Hồ Chí Minh", "tinh"),
        ("so-y-te", "Sở Y tế", "so"),
    )
)


def problems(*typed, most=4):
    return [field.problem for field in read_units(typed, UNITS, most=most)]


def test_a_unit_is_found_by_code_by_name_and_without_accents():
    for typed in ("da-nang", "Đà Nẵng", "da nang", "  DA   NANG ", "đà nẵng", "nang"):
        assert find_unit(typed, UNITS).unit == UNITS[0]


def test_parts_of_words_in_any_order_are_enough():
    assert find_unit("minh ho", UNITS).unit == UNITS[3]


def test_a_word_of_several_names_is_ambiguous_and_names_them():
    found = find_unit("ha", UNITS)

    assert found.problem == "ambiguous"
    assert [unit.name for unit in found.near] == ["Hà Nam", "Hà Nội"]


def test_a_misspelt_name_offers_what_is_near():
    found = find_unit("hà nooi", UNITS)

    assert found.problem == "unknown"
    assert find_unit("minhh", UNITS).near == (UNITS[3],)
    assert find_unit("???", UNITS).near == ()


def test_blanks_are_left_out_and_no_more_than_asked_are_read():
    assert problems("", "da nang", "   ", "ha noi") == ["", ""]
    assert len(read_units(["a"] * 50, UNITS, most=4)) == 4


def test_a_unit_stands_once_and_all_are_of_one_group():
    assert problems("da nang", "Đà Nẵng", "so y te", "ha noi") == ["", "repeated", "other_group", ""]


def test_what_was_typed_is_kept_where_it_was_not_understood():
    fields = read_units(["da nang", "zzz"], UNITS, most=4)

    assert [field.shown for field in fields] == ["Đà Nẵng", "zzz"]
