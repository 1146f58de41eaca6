"""What the documentation shares with the code: the table of messages, and the files and commands of a tutorial.

``python -m tests.documentation`` writes ``docs/messages.md`` anew from the two catalogues. ``tests/test_documentation.py``
says when it is out of date, and runs the tutorials.

A tutorial is Markdown with three kinds of fenced blocks; the first word is the language, as everywhere:

    ```toml file=khung/framework.toml     the text of a file
    ```console                            lines with "$ " are commands, the others must appear in what they print
    ```console exit=1                     the same; the last command ends with this code
"""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from ddci.messages import catalogue

ROOT = Path(__file__).resolve().parent.parent
MESSAGES = ROOT / "docs" / "messages.md"
LEFT_OUT = "…"

MESSAGES_HEAD = """# Lỗi và lưu ý · Faults and warnings

Mọi lỗi của tệp nhập vào được nêu cùng một lúc, mỗi lỗi có mã, nơi gặp, điều tìm thấy, điều cần có và cách xử lý; khi còn
lỗi thì không kết quả nào được ghi. Lưu ý không dừng việc tính, nhưng đi kèm kết quả. Bảng này lập từ
`src/ddci/messages/vi.toml` và `en.toml` bằng lệnh `python -m tests.documentation`; chữ trong ngoặc nhọn được thay bằng
giá trị cụ thể.

Every fault of the input is reported at once, with its code, place, what was found, what was expected and what to do; while
there is one, nothing is written. Warnings do not stop the work and stay beside the result. Words in braces are filled in.

| code | kind | Tiếng Việt | English |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Command:
    """One command of a tutorial, what it must print, and its exit code."""

    arguments: tuple[str, ...]
    shown: tuple[str, ...]
    exit_code: int


@dataclass(frozen=True)
class WrittenFile:
    path: str
    text: str


def steps_of(markdown: str) -> list[Command | WrittenFile]:
    """The files and commands of a tutorial, in order.

    >>> steps_of("```console exit=1\\n$ ddci check x\\nbad\\n```")
    [Command(arguments=('ddci', 'check', 'x'), shown=('bad',), exit_code=1)]
    """
    steps: list[Command | WrittenFile] = []
    for block in re.finditer(r"^```(\w+)([^\n]*)\n(.*?)^```$", markdown, flags=re.MULTILINE | re.DOTALL):
        language, settings, body = block.groups()
        options = dict(item.split("=", 1) for item in settings.split())
        if "file" in options:
            steps.append(WrittenFile(options["file"], body))
        elif language == "console":
            steps += _commands(body, int(options.get("exit", 0)))
    return steps


def _commands(body: str, exit_code: int) -> list[Command]:
    lines: list[tuple[tuple[str, ...], list[str]]] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            lines.append((tuple(shlex.split(line[2:], comments=True)), []))
        elif line.strip() and line.strip() != LEFT_OUT:
            lines[-1][1].append(line.strip())
    last = len(lines) - 1
    return [Command(words, tuple(shown), exit_code if i == last else 0) for i, (words, shown) in enumerate(lines)]


def message_page() -> str:
    """The text of ``docs/messages.md``."""
    vietnamese, english = catalogue("vi"), catalogue("en")
    warnings, faults = codes_in_source("warning"), codes_in_source("error")
    rows = []
    for code in sorted(vietnamese):
        kinds = [name for name, codes in (("lỗi", faults), ("lưu ý", warnings)) if code in codes] or ["lỗi"]
        cells = [code, ", ".join(kinds), _cell(vietnamese[code]), _cell(english.get(code, {}))]
        rows.append("| " + " | ".join(cells) + " |\n")
    return MESSAGES_HEAD + "".join(rows)


def codes_in_source(severity: str) -> set[str]:
    """Codes that the library notes as errors or as warnings, as far as they stand in the code as literals."""
    if severity == "warning":
        pattern = (
            r'\.warn\(\s*"([A-Z][A-Z_0-9]+)"|\.add\(\s*"([A-Z][A-Z_0-9]+)"[^()]*(?:\([^()]*\)[^()]*)*severity="warning"'
        )
    else:
        pattern = r'(?:\.add|\bfail|\._fail)\(\s*"([A-Z][A-Z_0-9]+)"(?![^()]*(?:\([^()]*\)[^()]*)*severity="warning")'
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "src" / "ddci").rglob("*.py"))]
    return {code for text in texts for match in re.finditer(pattern, text) for code in match.groups() if code}


def _cell(entry: dict[str, str]) -> str:
    """Message, what is expected and what to do, in one cell of a Markdown table."""
    parts = [entry.get(name, "").strip() for name in ("message", "expected", "remedy")]
    text = "<br>".join(part for part in parts if part)
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    MESSAGES.write_text(message_page(), encoding="utf-8")
    sys.stdout.write(f"{MESSAGES.relative_to(ROOT)}\n")
