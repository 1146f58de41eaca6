"""Help and complaints about a call, in both languages."""

from __future__ import annotations

import argparse

import pytest
from tests.cli.calls import call, spawn

from ddci.cli import _parser
from ddci.cli.arguments import real, whole

COMMANDS = (
    (),
    ("check",),
    ("compute",),
    ("compare",),
    ("sensitivity",),
    ("targets",),
    ("simulate",),
    ("framework",),
    ("framework", "export"),
    ("framework", "import"),
    ("demo",),
)
ENGLISH_OF_ARGPARSE = ("usage:", "positional arguments", "optional arguments", "options:", "show this help message")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_in_vietnamese(words):
    outcome = call(*words, "--help")

    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.startswith(f"Cách gọi: ddci{''.join(' ' + word for word in words)}")
    assert "Tùy chọn:" in outcome.out
    assert not [word for word in ENGLISH_OF_ARGPARSE if word in outcome.out.lower()]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_in_english(words):
    outcome = call(*words, "--help", lang="en")

    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.startswith(f"Usage: ddci{''.join(' ' + word for word in words)}")
    assert outcome.out.isascii() or "–" in outcome.out or "→" in outcome.out or "Chi Lăng" in outcome.out


def test_every_option_of_every_command_has_help():
    for language in ("vi", "en"):
        for parser in _leaves(_parser(language)):
            for action in parser._actions:
                if not isinstance(action, argparse._SubParsersAction):
                    assert (action.help or argparse.SUPPRESS) != argparse.SUPPRESS, (parser.prog, action.dest)


def _leaves(parser):
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield child
                yield from (leaf for leaf in _leaves(child) if leaf is not child)


@pytest.mark.parametrize(
    ("words", "vi", "en"),
    [
        ((), "còn thiếu: LỆNH", "still missing: COMMAND"),
        (("tinh",), "không có lựa chọn 'tinh'", "there is no choice 'tinh'"),
        (("compute",), "còn thiếu: wave", "still missing: wave"),
        (("compute", "x", "y"), "không hiểu phần: y", "not understood: y"),
        (("compute", "x", "--outt", "y"), "không hiểu phần: --outt y", "not understood: --outt y"),
        (("compute", "x", "--out"), "--out: cần kèm một giá trị", "--out: needs a value"),
        (("compute", "x", "--engine", "spark"), "hãy chọn một trong: 'local'", "choose one of: 'local'"),
        (("compute", "x", "--allow-outside=1"), "không kèm giá trị", "takes no value"),
        (("compute", "x", "--replicates", "-1"), "số nguyên từ 0 đến 1000000", "whole number from 0 to 1000000"),
        (("compute", "x", "--replicates", "1e3"), "“1e3” cần là số nguyên", "“1e3” must be a whole number"),
        (("compute", "x", "--threads", "0"), "số nguyên từ 1 đến 256", "whole number from 1 to 256"),
        (("sensitivity", "x", "--seed", "-3"), "số nguyên từ 0", "whole number from 0"),
        (("sensitivity", "x", "--runs", "0"), "số nguyên từ 1", "whole number from 1"),
        (("targets", "x", "--rank", "1"), "còn thiếu: --unit", "still missing: --unit"),
        (("targets", "x", "--unit", "a", "--score", "nan"), "“nan” cần là một số", "“nan” must be a number"),
        (("targets", "x", "--unit", "a", "--rank", "0"), "số nguyên từ 1", "whole number from 1"),
        (("compute", "x", "--re=5", "--al", "--o"), "--out: cần kèm một giá trị", "--out: needs a value"),
        (("sensitivity", "x", "--r", "5"), "viết tắt chưa rõ", "short for several"),
        (("framework",), "còn thiếu: LỆNH", "still missing: COMMAND"),
    ],
    ids=str,
)
def test_a_wrong_call_is_explained_in_both_languages(words, vi, en):
    vietnamese, english = call(*words), call(*words, lang="en")

    assert (vietnamese.code, english.code) == (2, 2)
    assert vietnamese.out == english.out == ""
    assert vi in vietnamese.err
    assert "--help" in vietnamese.err
    assert en in english.err
    assert "--help" in english.err


def test_numbers_are_read_as_people_type_them():
    assert real("vi")("80,5") == real("vi")("80.5") == 80.5
    assert real("vi")("-3") == -3.0
    assert whole("vi", 0, 9)(" 7 ") == 7


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "-inf", "1e999", "1 2", "٣x"])
def test_what_is_not_a_finite_number_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError):
        real("en")(text)


@pytest.mark.parametrize("text", ["", "x", "1.0", "1e3", "10", "-1", "9" * 5000, "0x1"])
def test_what_is_not_a_whole_number_within_the_limits_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError):
        whole("vi", 0, 9)(text)


@pytest.mark.parametrize(
    ("variables", "words", "begins"),
    [
        ({}, (), "Cách gọi"),
        ({"LANG": "en_US.UTF-8"}, (), "Usage"),
        ({"LANG": "vi_VN.UTF-8"}, (), "Cách gọi"),
        ({"LANG": "fr_FR.UTF-8"}, (), "Cách gọi"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, (), "Usage"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, (), "Usage"),
        ({"LANG": "vi_VN", "LC_MESSAGES": "en_US"}, (), "Usage"),
        ({"LANG": "en_US.UTF-8"}, ("--lang", "vi"), "Cách gọi"),
        ({"LANG": "vi_VN.UTF-8"}, ("--lang=en",), "Usage"),
    ],
    ids=str,
)
def test_the_language_comes_from_the_call_and_else_from_the_surroundings(monkeypatch, variables, words, begins):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert call("check", "--help", *words, lang=None).out.startswith(begins)


def test_the_language_may_stand_before_the_command():
    assert call("--lang", "en", "check", "--help", lang=None).out.startswith("Usage: ddci check")


def test_an_unknown_language_is_a_wrong_call():
    assert call("check", "x", "--lang", "fr", lang=None).code == 2


def test_help_of_the_process_is_utf_8_whatever_the_locale():
    outcome = spawn("--help", variables={"LANG": "C", "PYTHONUTF8": "1"})

    assert outcome.code == 0
    assert outcome.out.startswith("Cách gọi: ddci")
