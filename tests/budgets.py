"""The size budgets of the style guide: ``python -m tests.budgets`` lists what exceeds them.

A module or function may exceed its budget when the reason stands beside it: ``# budget: why`` in the module's first five
lines or on the function's ``def`` line.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULE_LINES, FUNCTION_LINES, SCRIPT_LINES, TEMPLATE_LINES = 400, 60, 300, 150
REASON = "# budget:"


def exceeded(root: Path) -> list[str]:
    """One line for each module, function, template or script set beyond its budget."""
    found: list[str] = []
    for path in sorted((root / "src").rglob("*.py")):
        found += _module(path, root)
    for path in sorted((root / "src").rglob("*.html")):
        n = len(path.read_text(encoding="utf-8").splitlines())
        if n > TEMPLATE_LINES:
            found.append(f"{path.relative_to(root)}: template of {n} lines (budget {TEMPLATE_LINES})")
    scripts = [path for path in (root / "src").rglob("*.js") if "vendor" not in path.parts]
    n = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in scripts)
    if n > SCRIPT_LINES:
        found.append(f"src: {n} lines of hand-written JavaScript (budget {SCRIPT_LINES})")
    return found


def _module(path: Path, root: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    name = path.relative_to(root)
    found = []
    if len(lines) > MODULE_LINES and not any(REASON in line for line in lines[:5]):
        found.append(f"{name}: module of {len(lines)} lines (budget {MODULE_LINES})")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES and REASON not in lines[node.lineno - 1]:
                found.append(f"{name}:{node.lineno}: function {node.name} of {length} lines (budget {FUNCTION_LINES})")
    return found


if __name__ == "__main__":
    over = exceeded(ROOT)
    sys.stdout.write("".join(f"{line}\n" for line in over))
    raise SystemExit(1 if over else 0)
