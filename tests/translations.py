"""The English of the public pages: ``python -m tests.translations`` brings the catalogue up to date.

Vietnamese stands in templates and code; English in ``src/ddci_web/locale/en/LC_MESSAGES/django.po``. The command adds
messages that are new, drops those that are gone, and compiles the catalogue. A test says when it is out of date or when a
message has no English.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "src" / "ddci_web"
PO = SITE / "locale" / "en" / "LC_MESSAGES" / "django.po"
PUBLIC = ("portal", "api", "ui")  # apps whose pages also exist in English
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # a compiled catalogue holds dates; the same messages give the same bytes
CHECKS = SITE / "results" / "checks.py"  # their questions stand on the public page about the method
CALLS = {
    "said": 1,
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
    "pgettext": -1,
    "pgettext_lazy": -1,
}
Key = str | tuple[str, str]


def messages() -> dict[tuple[str | None, Key], list[str]]:
    """Every message of the public apps: (context, id or (singular, plural)) → files where it stands."""
    found: dict[tuple[str | None, Key], list[str]] = {}
    for app in PUBLIC:
        for path in [*sorted((SITE / app).rglob("*")), *([CHECKS] if app == "portal" else [])]:
            if path.suffix == ".html":
                pairs = _of_template(path)
            elif path.suffix == ".py":
                pairs = _of_code(path.read_text(encoding="utf-8"))
            else:
                continue
            for pair in pairs:
                places = found.setdefault(pair, [])
                name = path.relative_to(ROOT).as_posix()
                places += [] if name in places else [name]
    return found


def catalogue() -> Catalog:
    """The catalogue as it is kept."""
    if not PO.exists():
        return Catalog(locale="en")
    return read_po(io.BytesIO(PO.read_bytes()), locale="en")


def updated() -> Catalog:
    """The kept translations for the messages of today, in the order of their ids."""
    kept, fresh = catalogue(), Catalog(locale="en", project="ddci", version="", fuzzy=False)
    fresh.header_comment = "# English of the public pages. Kept by python -m tests.translations."
    fresh.creation_date = fresh.revision_date = None
    for (context, key), places in sorted(messages().items(), key=lambda item: (str(item[0][1]), item[0][0] or "")):
        old = kept.get(key[0] if isinstance(key, tuple) else key, context)
        string = old.string if old is not None and isinstance(old.id, tuple) == isinstance(key, tuple) else None
        flags = ["python-format"] if "%(" in str(key) else []
        fresh.add(key, string, locations=[(place, None) for place in places], context=context, flags=flags)
    return fresh


def as_text(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=118, omit_header=False, sort_output=True)
    dates = re.compile(
        rb'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team)[^\n]*\n', re.M
    )
    return dates.sub(b"", out.getvalue())


def as_binary(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    whole = read_po(io.BytesIO(as_text(catalog)), locale="en")
    whole.creation_date = whole.revision_date = LONG_AGO
    write_mo(out, whole)
    return out.getvalue()


def missing(catalog: Catalog) -> list[str]:
    """Messages without English."""
    return [
        str(message.id)
        for message in catalog
        if message.id and not all(message.string if isinstance(message.string, tuple) else (message.string,))
    ]


def _of_template(path: Path) -> Iterator[tuple[str | None, Key]]:
    from django.utils.translation.template import templatize

    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    # templatize leaves calls among filler letters; each call is read as Python on its own.
    for match in re.finditer(r"\b(gettext|ngettext|pgettext|npgettext|_)\(", text):
        call = _balanced(text, match.start())
        if call:
            yield from _of_code(call)


def _of_code(text: str) -> Iterator[tuple[str | None, Key]]:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        words = [item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        kind = CALLS.get(name, 0)
        if kind == 1 and words:
            yield None, words[0]
        elif kind == 2 and len(words) >= 2:
            yield None, (words[0], words[1])
        elif kind == -1 and len(words) >= 2:
            yield words[0], words[1]


def _balanced(text: str, start: int) -> str:
    """The call that begins at ``start``, quotes respected."""
    depth, quote, place = 0, "", start
    while place < len(text):
        sign = text[place]
        if quote:
            if sign == "\\":
                place += 1
            elif sign == quote:
                quote = ""
        elif sign in "'\"":
            quote = sign
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
            if depth == 0:
                return text[start : place + 1]
        place += 1
    return ""


def main() -> int:
    import django
    from django.conf import settings

    settings.configure(USE_I18N=True)
    django.setup()
    catalog = updated()
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(as_text(catalog))
    PO.with_suffix(".mo").write_bytes(as_binary(catalog))
    without = missing(catalog)
    sys.stdout.write(f"{len(list(catalog)) - 1} messages, {len(without)} without English\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
