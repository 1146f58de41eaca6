"""Write what people and other programs take away from a Result, except result.json.

In:  a Result and a folder. Out: scores.csv, groups.csv, stability.csv, changes.csv, workbook.xlsx, scorecard.html and
charts/*.svg in it. The same Result gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

from ddci.report.gallery import Gallery
from ddci.report.scorecard import scorecard_html
from ddci.report.tables import changes_csv, groups_csv, scores_csv, stability_csv
from ddci.report.workbook import workbook_bytes
from ddci.result import Result


def write_outputs(result: Result, folder: Path) -> None:
    """Write every view of the Result into the folder, which is made where it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "scores.csv": scores_csv(result),
        "groups.csv": groups_csv(result),
        "stability.csv": stability_csv(result),
        "changes.csv": changes_csv(result),
    }
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    (folder / "workbook.xlsx").write_bytes(workbook_bytes(result))
    gallery = Gallery()
    (folder / "scorecard.html").write_text(scorecard_html(result, gallery=gallery), encoding="utf-8", newline="\n")
    charts = folder / "charts"
    charts.mkdir(exist_ok=True)
    for name, svg in gallery.files().items():
        (charts / name).write_text(svg, encoding="utf-8", newline="\n")
