"""Text never becomes markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ddci.report.markup import join, raw, tag


@given(st.text())
def test_text_and_attributes_are_escaped(text):
    markup = tag("p", text, title=text)

    assert markup.count("<") == 2
    assert markup.count('"') == 2


def test_markup_is_not_escaped_twice():
    assert tag("p", tag("b", "a & b")) == "<p><b>a &amp; b</b></p>"
    assert join(raw("<i>"), "<i>", None) == "<i>&lt;i&gt;"
