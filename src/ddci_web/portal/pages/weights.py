"""If the weights were others: what a reader typed, and the ranking that ``ddci.compute.reweigh`` makes of it.

In:  a Published, a unit group, the query of the address. Out: a WhatIf. Weights are typed from 0 to 5; those of the
framework are shown on the same scale, so that an untouched form changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import numpy as np
from django.utils.translation import gettext as _

from ddci.compute.reweigh import Reweighted, ranks_beside, reweighted, sub_index_weights
from ddci.report import standing
from ddci.report.numbers import format_number
from ddci.result import Node, Result
from ddci.wave.model import Unit
from ddci_web.portal.pages import words
from ddci_web.portal.pages.cells import is_suppressed
from ddci_web.portal.pages.choices import Choice
from ddci_web.portal.pages.groups import GROUP, group_choices
from ddci_web.results.published import Published

LAST = "truoc"
MOST_WEIGHT = 5.0
LONGEST = 12  # characters of a number that are read


@dataclass(frozen=True, slots=True)
class Box:
    """One number of the form."""

    node: Node
    text: str
    error: str
    share: float  # of the index in the picture shown
    share_now: float  # in the Result


@dataclass(frozen=True, slots=True)
class Shift:
    """A unit before and after. ``places`` it rises, negative where it falls; None without a rank in one of them."""

    unit: Unit
    score_now: float
    rank_now: float
    rank_low: float
    rank_high: float
    n: float
    score: float
    rank: float
    places: int | None
    is_suppressed: bool

    @property
    def distance(self) -> int:
        return abs(self.places or 0)

    @property
    def is_within_set(self) -> bool:
        """Whether the new rank is among those that the sampling error leaves open anyway."""
        return not math.isnan(self.rank_low) and self.rank_low <= self.rank <= self.rank_high


@dataclass(frozen=True, slots=True)
class WhatIf:
    heading: str
    group: str
    groups: tuple[Choice, ...]
    boxes: tuple[Box, ...]
    error: str  # about the form as a whole
    presets: tuple[Choice, ...]
    doubled: tuple[Choice, ...]
    shifts: tuple[Shift, ...]  # in the new order
    n_changed: int
    is_as_published: bool
    last: str  # the query of the picture shown, for the next attempt
    is_sampled: bool

    @property
    def has_error(self) -> bool:
        return bool(self.error) or any(box.error for box in self.boxes)


def what_if(published: Published, group: str, query: Mapping[str, str]) -> WhatIf:
    """The picture for what was typed; for faulty input the last good one, with what is wrong."""
    result = published.result
    nodes = [result.nodes[column] for column in standing.columns_of_group(result, group, "sub_index")]
    shares = sub_index_weights(result, group)
    now = on_scale(shares)
    typed = {node.code: query.get(node.code, _text(now[node.code])) for node in nodes}
    weights, errors = _read(typed, now)
    error = "" if errors or any(weights.values()) else _("Cần ít nhất một trọng số lớn hơn 0.")
    shown = _last_good(query.get(LAST, ""), nodes, now) if errors or error else weights
    total = sum(shown.values())
    shifts = _shifts(result, group, reweighted(result, group, shown))
    n_changed = sum(shift.distance > 0 for shift in shifts)
    is_as_published = all(math.isclose(shown[code] / total, share, abs_tol=1e-9) for code, share in shares.items())
    boxes = tuple(
        Box(node, typed[node.code], errors.get(node.code, ""), shown[node.code] / total, shares[node.code])
        for node in nodes
    )
    return WhatIf(
        heading=_heading(shifts, n_changed, is_as_published=is_as_published),
        group=group,
        groups=group_choices(result, group),
        boxes=boxes,
        error=error,
        presets=_presets(result, group, nodes, now, typed),
        doubled=tuple(_doubled(result, node, group, now, typed) for node in nodes),
        shifts=shifts,
        n_changed=n_changed,
        is_as_published=is_as_published,
        last=urlencode({code: _text(weight) for code, weight in shown.items()}),
        is_sampled=standing.has_sampling_error(result, result.rows_of_group(group)),
    )


def on_scale(shares: Mapping[str, float]) -> dict[str, float]:
    """Weights from 0 to 5 in the same proportions: the least one is 1 where the largest stays within 5.

    >>> on_scale({"a": 0.2, "b": 0.2, "c": 0.6})
    {'a': 1.0, 'b': 1.0, 'c': 3.0}
    """
    positive = [share for share in shares.values() if share > 0]
    unit = max(min(positive), max(positive) / MOST_WEIGHT)
    return {code: round(share / unit, 9) for code, share in shares.items()}


def _read(typed: Mapping[str, str], now: Mapping[str, float]) -> tuple[dict[str, float], dict[str, str]]:
    """Weights and what is wrong, by code. A text that only repeats the framework's weight means it exactly."""
    weights, errors = {}, {}
    for code, text in typed.items():
        weight = now[code] if text == _text(now[code]) else _number(text)
        if weight is None:
            errors[code] = _("Cần một số từ 0 đến 5, ví dụ 1 hoặc 2,5.")
        elif weight < 0:
            errors[code] = _("Trọng số không được âm; 0 là bỏ chỉ số này ra.")
        elif weight > MOST_WEIGHT:
            errors[code] = _("Trọng số lớn nhất là 5. Chỉ tỷ lệ giữa các trọng số là quan trọng.")
        else:
            weights[code] = weight
    return weights, errors


def _number(text: str) -> float | None:
    """A plain number with a point or a comma; None for anything else. Nothing typed counts as 0."""
    plain = text.strip().replace(",", ".")
    if not plain:
        return 0.0
    digits = plain.lstrip("-\u2212").replace(".", "", 1)
    if len(plain) > LONGEST or not (digits.isascii() and digits.isdigit()):
        return None
    return float(plain.replace("\u2212", "-")) if plain.count("-") + plain.count("\u2212") <= 1 else None


def _last_good(query: str, nodes: list[Node], now: Mapping[str, float]) -> dict[str, float]:
    """The weights of the last picture that the form remembers; the framework's where it remembers none."""
    remembered = dict(parse_qsl(query[:2000]))
    weights, errors = _read({node.code: remembered.get(node.code, "") for node in nodes}, now)
    return dict(now) if errors or not any(weights.values()) else weights


def _text(weight: float) -> str:
    """A number as a form holds it, with a point."""
    return format_number(weight, 3, "en", strip=True)


def _shifts(result: Result, group: str, anew: Reweighted) -> tuple[Shift, ...]:
    rows = result.rows_of_group(group)
    names = ("score", "rank", "rank_low", "rank_high", "n")
    figures = np.stack([getattr(result.scores, name)[rows, 0] for name in names], axis=1)
    figures[:, 1] = ranks_beside(result, group, anew)
    found = []
    for row, (score_now, rank_now, low, high, n), score, rank in zip(
        rows, figures.tolist(), anew.scores.tolist(), anew.ranks.tolist(), strict=True
    ):
        places = None if math.isnan(rank_now) or math.isnan(rank) else round(rank_now - rank)
        hidden = is_suppressed(result, row, 0)
        unit = result.units[row]
        found.append(Shift(unit, score_now, rank_now, low, high, n, score, rank, places, hidden))
    return tuple(sorted(found, key=lambda shift: (math.isnan(shift.rank), shift.rank, shift.rank_now)))


def _heading(shifts: tuple[Shift, ...], n_changed: int, *, is_as_published: bool) -> str:
    ranked = [shift for shift in shifts if not math.isnan(shift.rank)]
    if not ranked:
        return _("Không đơn vị nào có hạng với trọng số này")
    farthest = max(ranked, key=lambda shift: shift.distance)
    if len(shifts) == 1:
        said = {"unit": ranked[0].unit.name, "score": words.number(ranked[0].score)}
        return _("%(unit)s đạt %(score)s điểm với trọng số này; chỉ có số của một đơn vị nên không có hạng") % said
    said = {
        "leader": ranked[0].unit.name,
        "score": words.number(ranked[0].score),
        "n": words.count(len(ranked)),
        "changed": words.count(n_changed),
        "unit": farthest.unit.name,
        "places": words.count(farthest.distance),
    }
    if is_as_published:
        return (
            _("Với trọng số đang dùng, %(leader)s đứng đầu, %(score)s điểm; thử trọng số khác xem ai đổi hạng") % said
        )
    if not n_changed:
        return _("Không đơn vị nào trong %(n)s đơn vị đổi hạng với trọng số này") % said
    return (
        _(
            "%(changed)s trong %(n)s đơn vị đổi hạng với trọng số này, xa nhất %(places)s bậc (%(unit)s); %(leader)s đứng đầu"
        )
        % said
    )


def _presets(
    result: Result, group: str, nodes: list[Node], now: Mapping[str, float], typed: Mapping[str, str]
) -> tuple[Choice, ...]:
    """As they are, all equal, and those with answers only where that is a real choice."""
    found = [_choice(_("Trọng số đang dùng"), result, group, now, typed)]
    found.append(_choice(_("Bằng nhau"), result, group, dict.fromkeys(now, 1.0), typed))
    asked = {item.parent for item in result.framework.indicators_of_group(group) if item.kind == "survey"}
    if asked and len(asked) < len(nodes):
        answered = {code: weight if code in asked else 0.0 for code, weight in now.items()}
        found.append(_choice(_("Chỉ các chỉ số có phần từ phiếu"), result, group, answered, typed))
    return tuple(found)


def _doubled(result: Result, node: Node, group: str, now: Mapping[str, float], typed: Mapping[str, str]) -> Choice:
    weights = {code: weight * (2 if code == node.code else 1) for code, weight in now.items()}
    largest = max(weights.values())
    if largest > MOST_WEIGHT:
        weights = {code: weight * MOST_WEIGHT / largest for code, weight in weights.items()}
    return _choice(words.named(node), result, group, weights, typed)


def _choice(label: str, result: Result, group: str, weights: Mapping[str, float], typed: Mapping[str, str]) -> Choice:
    texts = {code: _text(weight) for code, weight in weights.items()}
    groups = {GROUP: group} if len(standing.groups_with_units(result)) > 1 else {}
    return Choice(label, f"?{urlencode({**groups, **texts})}", texts == dict(typed))
