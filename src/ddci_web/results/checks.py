"""What is asked of a computation before anybody may publish it.

In:  a Result, the study of method, the source. Out: one dictionary per check, as ``models.Check`` keeps it. The figures
come from the library; here they only meet a limit. A failing check does not forbid publication, it asks for a written
reason by the second person, which is then printed on the method page.

A check is kept in Vietnamese. What is marked as ``said`` has no figures in it, so that public pages can say it in English.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils.translation import gettext_noop as said

from ddci.report.numbers import format_number, format_share, format_signed
from ddci.report.standing import groups_with_units
from ddci.result import INDEX_CODE, Result
from ddci_web.results.models import Check, Source

OK, DOUBTFUL, FAILS = Check.Verdict.OK, Check.Verdict.DOUBTFUL, Check.Verdict.FAILS
LOW_ALPHA = 0.6  # below it a sub-index hardly measures one thing (OECD/JRC Handbook 2008, step 4: 0.7, 0.6 at least)
FEW_TOLD_APART = 0.2  # share of pairs
LARGE_SHIFT = 0.15  # mean rank shift over drawn methods, as a share of the number of units
MOST_ROWS = 30
ROUNDING = 1e-6  # points: what adding numbers up can cost

Found = dict[str, Any]


def ask(
    result: Result, studies: Sequence[dict[str, Any]], *, source: Source, flagged: dict[str, Any] | None = None
) -> list[Found]:
    """Every check that applies, in the order in which they are read."""
    asked = (
        _source(source),
        _published(result),
        _complete(result),
        _ranked(result),
        _contributions(result),
        _told_apart(result),
        _coherence(result),
        _wrong_way(result),
        _method(result, studies),
        _doubted(result, flagged),
    )
    return [item for item in asked if item is not None]


def _check(code: str, verdict: str, title: str, text: str, details: Sequence[Sequence[str]] = ()) -> Found:
    return {
        "code": code,
        "verdict": verdict,
        "title": title,
        "text": text,
        "details": [list(row) for row in details[: MOST_ROWS + 1]],
    }


def _source(source: Source) -> Found:
    title = said("Dữ liệu có lỗi hay cảnh báo gì khi đọc?")
    n = len(source.faults)
    if not n:
        return _check("source", OK, title, said("Không có lỗi và không có cảnh báo."))
    rows = [("Ở đâu", "Điều gì"), *((row["place"], row["text"]) for row in source.faults)]
    return _check("source", DOUBTFUL, title, f"Có {n} cảnh báo; mỗi cảnh báo phải được người soát đọc.", rows)


def _published(result: Result) -> Found | None:
    """Figures already published elsewhere must come out again, to what rounding explains."""
    if not result.checks:
        return None
    title = said("Tính lại có ra đúng số đã công bố không?")
    wrong = [check for check in result.checks if not check.matches]
    n, same = len(result.checks), len(result.checks) - len(wrong)
    if not wrong:
        return _check("published", OK, title, f"Cả {n} số đã công bố đều khớp.")
    rows: list[tuple[str, ...]] = [
        ("Đơn vị", "Chỉ số", "Công bố", "Tính lại", "Chênh lệch", "Làm tròn giải thích được")
    ]
    for check in wrong:
        digits = 0 if check.what == "rank" else 2
        rows.append(
            (
                result.units[result.unit_row[check.unit]].name,
                ("Tổng hợp" if check.code == INDEX_CODE else check.code) + (", hạng" if check.what == "rank" else ""),
                format_number(check.published, digits),
                format_number(check.computed, digits),
                format_signed(check.difference, digits),
                format_number(check.explained, digits),
            )
        )
    text = f"{same} trong {n} số khớp; {len(wrong)} số không khớp. Số công bố được giữ nguyên và ghi cạnh số tính lại."
    return _check("published", FAILS, title, text, rows)


def _complete(result: Result) -> Found:
    title = said("Có ô nào không có số liệu không?")
    rows: list[tuple[str, ...]] = [("Đơn vị", "Chỉ số, chỉ tiêu")]
    for flag in ("no_answers", "refused"):
        for row, column in zip(*_flagged(result, flag).nonzero(), strict=True):
            rows.append((result.units[row].name, result.nodes[column].vi))
    if len(rows) == 1:
        return _check("complete", OK, title, said("Mọi đơn vị đều có số liệu ở mọi chỉ tiêu áp dụng."))
    text = f"{len(rows) - 1} ô không có số liệu; trọng số của chúng chia lại theo quy tắc của khung."
    return _check("complete", DOUBTFUL, title, text, rows)


def _ranked(result: Result) -> Found:
    title = said("Đơn vị nào chưa đủ phiếu để xếp hạng?")
    few = _flagged(result, "small_n")[:, 0]
    names = [unit.name for unit, is_few in zip(result.units, few, strict=True) if is_few]
    if not names:
        return _check("ranked", OK, title, said("Mọi đơn vị có đủ số phiếu tối thiểu, hoặc nguồn không có số phiếu."))
    text = f"{len(names)} đơn vị có ít hơn {result.framework.min_n} phiếu: có điểm nhưng không xếp hạng."
    return _check("ranked", DOUBTFUL, title, text, [("Đơn vị",), *((name,) for name in names)])


def _contributions(result: Result) -> Found | None:
    """The parts of each unit's change must add up to the change."""
    if result.change is None or not result.change.contributions:
        return None
    title = said("Các phần đóng góp có cộng lại đúng bằng thay đổi điểm không?")
    parts: dict[str, float] = {}
    for item in result.change.contributions:
        parts[item.unit] = parts.get(item.unit, 0.0) + item.points
    gaps = [abs(total - result.change.score[result.unit_row[unit], 0]) for unit, total in parts.items()]
    worst = max((gap for gap in gaps if not math.isnan(gap)), default=0.0)
    verdict = OK if worst < ROUNDING else FAILS
    text = f"Cộng đúng ở cả {len(parts)} đơn vị."
    if verdict == FAILS:
        text = f"Chênh lệch lớn nhất {format_number(worst, 6)} điểm, trong {len(parts)} đơn vị."
    return _check("contributions", verdict, title, text)


def _told_apart(result: Result) -> Found | None:
    """How many pairs the data can tell apart at all."""
    title = said("Dữ liệu phân biệt được bao nhiêu cặp đơn vị?")
    rows: list[tuple[str, ...]] = [("Nhóm đơn vị", "Số cặp", "Phân biệt được")]
    shares = []
    for group in groups_with_units(result):
        members = [row for row in result.rows_of_group(group) if not math.isnan(result.scores.rank_low[row, 0])]
        pairs = [(a, b) for a in members for b in members if a < b]
        if pairs:
            apart = sum(_apart(result, a, b) for a, b in pairs)
            shares.append(apart / len(pairs))
            rows.append((group, str(len(pairs)), format_share(shares[-1], 0)))
    if not shares:
        return None
    verdict = OK if min(shares) >= FEW_TOLD_APART else DOUBTFUL
    return _check(
        "told-apart",
        verdict,
        title,
        said("Theo tập hạng đồng thời; phần còn lại chỉ nên công bố theo nhóm."),
        rows,
    )


def _coherence(result: Result) -> Found | None:
    title = said("Mỗi chỉ số thành phần có đo cùng một điều không?")
    rows: list[tuple[str, ...]] = [("Nhóm đơn vị", "Chỉ số thành phần", "Hệ số α của Cronbach")]
    for part in result.coherence:
        for code, alpha in zip(part.sub_indices, part.cronbach_alpha, strict=True):
            if not math.isnan(alpha) and alpha < LOW_ALPHA:
                rows.append((part.unit_group, _name(result, code), format_number(float(alpha))))
    if not result.coherence:
        return None
    if len(rows) == 1:
        return _check("coherence", OK, title, f"Không chỉ số thành phần nào có α dưới {format_number(LOW_ALPHA, 1)}.")
    text = f"{len(rows) - 1} chỉ số thành phần có α dưới {format_number(LOW_ALPHA, 1)}; cần xem lại khi sửa khung."
    return _check("coherence", DOUBTFUL, title, text, rows)


def _wrong_way(result: Result) -> Found | None:
    if not result.coherence:
        return None
    title = said("Có chỉ tiêu nào đi ngược chỉ số thành phần của nó không?")
    rows: list[tuple[str, ...]] = [("Nhóm đơn vị", "Chỉ tiêu")]
    rows += [(part.unit_group, _name(result, code)) for part in result.coherence for code in part.wrong_way]
    rows += [
        (part.unit_group, f"{_name(result, one)} và {_name(result, other)} gần như trùng nhau (r = {format_number(r)})")
        for part in result.coherence
        for one, other, r in part.redundant
    ]
    if len(rows) == 1:
        return _check("wrong-way", OK, title, said("Không có, và không có hai chỉ tiêu trùng nhau."))
    return _check("wrong-way", DOUBTFUL, title, f"Có {len(rows) - 1} trường hợp cần xem chiều hoặc câu hỏi.", rows)


def _method(result: Result, studies: Sequence[dict[str, Any]]) -> Found | None:
    title = said("Thứ hạng có đứng vững khi đổi phương pháp không?")
    rows: list[tuple[str, ...]] = [("Nhóm đơn vị", "Số đơn vị", "Hạng đổi trung bình (bậc)")]
    verdicts = []
    for study in studies:
        if study["mean_shift"] is None:
            continue
        n = len(study["units"])
        verdicts.append(study["mean_shift"] <= LARGE_SHIFT * n)
        rows.append((study["unit_group"], str(n), format_number(study["mean_shift"], 1)))
    if not verdicts:
        return None
    text = said("Qua hàng nghìn cách chuẩn hóa, cách gộp, trọng số, và bỏ từng chỉ tiêu.")
    return _check("method", OK if all(verdicts) else DOUBTFUL, title, text, rows)


def _doubted(result: Result, flagged: dict[str, Any] | None) -> Found | None:
    """Index and ranks without the flagged answers; fails where a unit leaves its own interval."""
    if flagged is None:
        return None
    title = said("Bỏ các phiếu bị gắn cờ thì kết quả có khác không?")
    rows: list[tuple[str, ...]] = [("Đơn vị", "Điểm", "Điểm khi bỏ", "Hạng", "Hạng khi bỏ", "Trong khoảng tin cậy")]
    outside = 0
    for item in sorted(flagged["units"], key=_shift):
        row = result.unit_row[item["unit"]]
        low, high, without = result.scores.low[row, 0], result.scores.high[row, 0], item["index_without"]
        has_left = without is None or without < low or without > high
        outside += has_left
        if has_left or item["rank"] != item["rank_without"]:
            figures = (format_number(item[name], 2) for name in ("index", "index_without"))
            ranks = (format_number(item[name], 0) for name in ("rank", "rank_without"))
            within = "" if math.isnan(low) else ("không" if has_left else "có")
            rows.append((result.units[row].name, *figures, *ranks, within))
    text = (
        f"{flagged['n_respondents']} người trả lời bị gắn cờ; phiếu của họ vẫn được tính. Không có họ, điểm đổi nhiều nhất "
        f"{format_number(flagged['largest_change'], 2)} điểm, {flagged['n_rank_changed']} đơn vị đổi hạng, {outside} đơn vị "
        "ra khỏi khoảng tin cậy của mình."
    )
    verdict = FAILS if outside else DOUBTFUL if flagged["n_rank_changed"] else OK
    return _check("flagged", verdict, title, text, rows if len(rows) > 1 else ())


def _shift(item: dict[str, Any]) -> float:
    """Units without an index first, then the largest change."""
    if item["index"] is None or item["index_without"] is None:
        return -math.inf
    return -abs(item["index_without"] - item["index"])


def _apart(result: Result, one: int, other: int) -> bool:
    scores = result.scores
    return bool(
        scores.rank_high[one, 0] < scores.rank_low[other, 0] or scores.rank_high[other, 0] < scores.rank_low[one, 0]
    )


def _name(result: Result, code: str) -> str:
    column = result.node_column.get(code)
    return code if column is None else result.nodes[column].vi


def _flagged(result: Result, name: str) -> npt.NDArray[np.bool_]:
    """Cells (U, K) with a flag; none where no cell has it."""
    return result.flags.get(name, np.zeros(result.scores.score.shape, dtype=bool))
