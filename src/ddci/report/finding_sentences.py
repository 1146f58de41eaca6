"""Frames in which a finding is said: the indicator's own words, its figure, and what stands beside it.

In:  a ``Said``: the wording of an indicator and its figures. Out: one Vietnamese sentence.
The wording is never rewritten. A share of somebody ("Tỷ lệ cơ sở kinh doanh phải …") becomes "Còn 21,1% cơ sở kinh doanh
phải …": the head is dropped and the rest stands as it is. A wording that can be the subject of a sentence ("Số ngày …",
"Điểm …") is one; any other is quoted. Whatever is not known is said to be unknown or left out, never guessed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from ddci.report.numbers import EN_DASH, MINUS, UNIT_WORDS, format_count, format_number, format_share, format_value

Standing = Literal["worse", "better", "plain"]
NO_BREAK = "\u00a0"
PEOPLE = (
    "cơ sở", "doanh nghiệp", "DN", "hợp tác xã", "hộ kinh doanh", "hộ", "người", "hồ sơ", "đơn", "phản ánh", "thủ tục",
    "cuộc", "văn bản", "vụ", "diện tích", "thời gian",
)  # fmt: skip
SHARE_OF = re.compile(rf"^Tỷ lệ (?=(?:{'|'.join(PEOPLE)}) )")
SUBJECT = re.compile(r"^(?:Số|Điểm|Tỷ lệ|Chênh lệch|Mức độ) [^:“”«»]+$")
UNNAMED = frozenset({"count"})  # the wording itself names what is counted


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence says of one indicator of one unit. NaN = not known.

    place        "khối" or "nhóm": what the unit is compared within; empty where it stands alone
    rank_is_published  the source ranked the unit among units that the Result does not hold
    few          the least number of answers that the figure falls short of, else 0
    no_error     why there is no interval: "hard" (administrative figures), "not_computed", "not_published"
    change       of the score, in score points; ``then`` is the year that it is counted from
    """

    wording: str
    unit: str
    direction: int
    standing: Standing
    value: float
    n: float
    low: float
    high: float
    confidence: float
    no_error: Literal["hard", "not_computed", "not_published"]
    place: str
    median: float
    best: float
    rank: float
    n_ranked: int
    is_tied: bool
    rank_is_published: bool
    beyond_noise: bool | None
    few: int
    change: float
    change_beyond_noise: bool | None
    then: int | None
    is_score: bool  # the value is itself the published score of the sub-index that ``wording`` names


def sentence(said: Said) -> str:
    """The whole finding, with a full stop."""
    parts = [f"{_lead(said)} ({evidence(said)})"]
    parts += [part for part in (_beside(said), _place(said), _few(said), _change(said)) if part]
    return "; ".join(parts) + "."


def figure(value: float, unit: str) -> str:
    """A value with the word of its unit, never parted at the end of a line; a unit without a Vietnamese word has none.

    >>> figure(0.2114, "share"), figure(12.5, "days").replace(chr(160), " "), figure(3.0, "cases_per_100_firms")
    ('21,1%', '12,50 ngày', '3,00')
    """
    return format_value(value, unit) + _word(unit)


def evidence(said: Said) -> str:
    """n and interval, or why they are not there."""
    level = format_share(said.confidence, 0)
    n = "" if math.isnan(said.n) else f"n{NO_BREAK}={NO_BREAK}{format_count(said.n)}"
    if not math.isnan(said.low) and not math.isnan(said.high):
        span = f"khoảng{NO_BREAK}{level}: {_span(said)}"
        return f"{n}; {span}" if n else f"{span}; nguồn không công bố n"
    if said.no_error == "hard":
        return f"{n}; số liệu hành chính" if n else "số liệu hành chính, không lấy mẫu"
    if said.no_error == "not_computed":
        return f"{n}; đợt này không tính sai số lấy mẫu" if n else "đợt này không tính sai số lấy mẫu"
    return (
        f"{n}; nguồn không công bố khoảng{NO_BREAK}{level}"
        if n
        else f"nguồn không công bố n và khoảng{NO_BREAK}{level}"
    )


def _lead(said: Said) -> str:
    number, share_of = figure(said.value, said.unit), SHARE_OF.match(said.wording)
    if share_of and said.unit == "share":
        return f"{_how_many(said)} {number} {said.wording[share_of.end() :]}"
    subject = said.wording if SUBJECT.match(said.wording) else f"Chỉ tiêu “{said.wording}”"
    if said.is_score:
        subject = f"Chỉ số thành phần “{said.wording}”"
    return f"{subject} {_verb(said)} {number}"


def _how_many(said: Said) -> str:
    """Before a share of somebody: what is bad and too much is "còn", what is good and too little "chỉ có" or "mới có"."""
    if not format_value(said.value, said.unit).strip("0,"):
        return "Có"
    if said.standing == "worse":
        return "Còn" if said.direction < 0 else "Mới có" if said.value >= 0.5 else "Chỉ có"
    return "Chỉ có" if said.standing == "better" and said.direction < 0 else "Có"


def _verb(said: Said) -> str:
    if said.unit == "balance" or said.value < 0:
        return "ở mức"
    if said.direction > 0:
        return "mới đạt" if said.standing == "worse" else "đạt"
    return "còn ở mức" if said.standing == "worse" else "ở mức"


def _beside(said: Said) -> str:
    """The group's median and best."""
    if not said.place or math.isnan(said.median):
        return ""
    text = f"trung vị của {said.place} là {figure(said.median, said.unit)}"
    return text if math.isnan(said.best) else f"{text}, tốt nhất là {figure(said.best, said.unit)}"


def _place(said: Said) -> str:
    """Rank and whether the distance to the median is more than noise."""
    rank, verdict = _rank(said), _verdict(said)
    return ", ".join(part for part in (rank, verdict) if part)


def _rank(said: Said) -> str:
    if math.isnan(said.rank) or (said.n_ranked and said.n_ranked < 2):
        return ""
    head = "hạng công bố" if said.rank_is_published else "đồng hạng" if said.is_tied else "hạng"
    of = f"/{said.n_ranked}" if said.n_ranked else ""
    return f"{head}{NO_BREAK}{format_number(said.rank, 1, strip=True)}{of}"


def _verdict(said: Said) -> str:
    if not said.place or said.standing == "plain" or math.isnan(said.median):
        return ""
    side = "kém" if said.standing == "worse" else "tốt hơn"
    if said.beyond_noise is None:
        return f"{side} trung vị" + ("" if math.isnan(said.low) else ", chưa chắc ngoài sai số lấy mẫu")
    return (
        f"{side} trung vị ngoài sai số lấy mẫu"
        if said.beyond_noise
        else f"{side} trung vị nhưng còn trong sai số lấy mẫu"
    )


def _few(said: Said) -> str:
    return f"số phiếu dưới mức tối thiểu {said.few} nên chỉ để tham khảo" if said.few else ""


def _change(said: Said) -> str:
    if math.isnan(said.change) or said.then is None:
        return ""
    size = format_number(abs(said.change))
    if not size.strip("0,"):
        return f"điểm không đổi so với năm {said.then}"
    way = "tăng" if said.change > 0 else "giảm"
    text = (
        f"{way} {size} điểm so với năm {said.then}"
        if said.is_score
        else f"điểm chỉ tiêu {way} {size} so với năm {said.then}"
    )
    if said.change_beyond_noise is None:
        return text
    return f"{text}, ngoài sai số" if said.change_beyond_noise else f"{text}, nhưng còn trong sai số"


def _span(said: Said) -> str:
    low, high = format_value(said.low, said.unit), format_value(said.high, said.unit)
    joint = " đến " if MINUS in low + high else EN_DASH
    return (low if low == high else low + joint + high) + _word(said.unit)


def _word(unit: str) -> str:
    if unit in UNNAMED or unit not in UNIT_WORDS["vi"]:
        return ""
    word = UNIT_WORDS["vi"][unit]
    return word if word == "%" else NO_BREAK + word.replace(" ", NO_BREAK)
