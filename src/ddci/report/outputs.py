"""Write what people and other programs take away from a Result, except result.json.

In:  a Result and a folder. Out: scores.csv, groups.csv, stability.csv, changes.csv, small_area.csv,
workbook.xlsx, scorecard.html and
charts/*.svg in it. The same Result gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

from ddci.report.scorecard import scorecard_html
from ddci.report.sections import Workers, begin_sections
from ddci.report.tables import changes_csv, groups_csv, scores_csv, small_area_csv, stability_csv
from ddci.report.workbook import workbook_bytes
from ddci.result import Result

TABLES = {
    "scores.csv": scores_csv,
    "groups.csv": groups_csv,
    "stability.csv": stability_csv,
    "changes.csv": changes_csv,
    "small_area.csv": small_area_csv,
}
OUTPUTS = (
    "result.json",
    *TABLES,
    "workbook.xlsx",
    "scorecard.html",
    "charts/*.svg",
)  # with result.json, all of a folder


def write_outputs(result: Result, folder: Path, *, workers: Workers | None = None, pictures: bool = False) -> None:
    """Write every view of the Result into the folder, which is made where it does not exist.

    workers  processes that share the drawing, see ``drawing_workers``; None draws everything here
    pictures also write every figure of the catalogue into ``pictures/`` and ``pictures/en/``, see ``figures``
    """
    (folder / "charts").mkdir(parents=True, exist_ok=True)
    drawn = begin_sections(result, workers, pictures=pictures)
    for name, table in TABLES.items():
        (folder / name).write_text(table(result), encoding="utf-8", newline="\n")
    (folder / "workbook.xlsx").write_bytes(workbook_bytes(result))
    sections = drawn()
    page = scorecard_html(result, sections=sections)
    (folder / "scorecard.html").write_text(page, encoding="utf-8", newline="\n")
    for name, svg in sections.files.items():
        (folder / "charts" / name).write_text(svg, encoding="utf-8", newline="\n")
    if sections.pictures:
        (folder / "pictures" / "en").mkdir(parents=True, exist_ok=True)
    for name, svg in sections.pictures.items():
        (folder / "pictures" / name).write_text(svg, encoding="utf-8", newline="\n")
