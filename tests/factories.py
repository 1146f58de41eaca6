"""Invented Results and frameworks for tests: plausible figures from fixed seeds, no statistics behind them.

``make_result`` fills every field of a Result: scores, intervals, rank sets, tiers, stability, change, checks, targets,
history, findings. Only the relations that views rely on hold: ranks follow scores, parts of a change add up, shares of a
row sum to one.
"""

from __future__ import annotations

import numpy as np

from ddci.errors import Fault, Place
from ddci.framework.model import Band, Framework, Indicator, SubIndex, UnitGroup
from ddci.result import Change, Check, Contribution, Finding, Node, Provenance, Result, Scores, Tier
from ddci.wave.model import HistoryPoint, Published, Target, Unit

UNIT_NAMES = (
    "Bắc Sơn", "Bình Gia", "Cao Lộc", "Chi Lăng", "Đình Lập", "Hữu Lũng", "Lộc Bình", "Tràng Định", "Văn Lãng", "Văn Quan",
    "Thành phố Lạng Sơn",
)  # fmt: skip
SUB_INDEX_NAMES = (
    "Tính minh bạch và tiếp cận thông tin", "Chi phí thời gian", "Chi phí không chính thức", "Cạnh tranh bình đẳng",
    "Hỗ trợ doanh nghiệp", "Vai trò của người đứng đầu", "Thiết chế pháp lý và an ninh trật tự", "Tiếp cận đất đai",
)  # fmt: skip
MEASURES = ("share", "score", "days", "share", "visits")


def make_framework(
    n_sub_indices: int = 8, per_sub_index: int = 5, groups: tuple[str, ...] = ("dia-phuong",)
) -> Framework:
    names = {"dia-phuong": "Khối địa phương", "so-nganh": "Khối sở, ban, ngành"}
    sub_indices = tuple(
        SubIndex(f"S{place + 1}", SUB_INDEX_NAMES[place % len(SUB_INDEX_NAMES)], index_weight=1.0 + place % 3)
        for place in range(n_sub_indices)
    )
    indicators = tuple(
        Indicator(
            code=f"{parent.code}{k + 1:02d}",
            parent=parent.code,
            vi=f"Chỉ tiêu {k + 1} của {parent.vi.lower()}",
            kind="survey",
            method="share",
            direction=1 if k % 2 == 0 else -1,
            unit=MEASURES[k % len(MEASURES)],
            questions=(f"Q{k + 1}",),
        )
        for parent in sub_indices
        for k in range(per_sub_index)
    )
    return Framework(
        code="thu-nghiem-2024",
        vi="Bộ chỉ số thử nghiệm",
        year=2024,
        unit_groups=tuple(UnitGroup(code, names.get(code, code)) for code in groups),
        sub_indices=sub_indices,
        indicators=indicators,
        bands=(Band(70.0, "Tốt"), Band(50.0, "Khá"), Band(0.0, "Trung bình")),
    )


def make_result(
    *,
    groups: dict[str, int] | None = None,
    n_sub_indices: int = 8,
    per_sub_index: int = 5,
    seed: int = 1,
    sampled: bool = True,
    simulated: bool = False,
    with_change: bool = True,
    names: tuple[str, ...] = UNIT_NAMES,
    unranked: int = 0,
) -> Result:
    """A Result of invented figures.

    groups    unit group → number of units; 11 localities by default
    sampled   with n, standard errors, intervals, rank sets, tiers and stability
    unranked  how many of the last units have too few answers for a rank
    """
    sizes = groups or {"dia-phuong": 11}
    rng = np.random.default_rng(seed)
    framework = make_framework(n_sub_indices, per_sub_index, tuple(sizes))
    units = tuple(
        Unit(
            f"{group[:2]}-{k + 1:02d}",
            names[k % len(names)] + (f" {k // len(names) + 1}" if k >= len(names) else ""),
            group,
        )
        for group, size in sizes.items()
        for k in range(size)
    )
    nodes = make_nodes(framework)
    scores = make_scores(framework, units, nodes, rng, sampled=sampled, unranked=unranked)
    small = np.zeros((len(units), len(nodes)), dtype=bool)
    small[len(units) - unranked :, 0] = unranked > 0
    tiers, stability = (make_tiers(units, scores), make_stability(units, scores, rng)) if sampled else ((), None)
    largest, last = max(sizes.values()), float(scores.score[-1, 0])
    return Result(
        framework=framework,
        wave="thu-nghiem-2024",
        year=2024,
        simulated=simulated,
        units=units,
        nodes=nodes,
        scores=scores,
        band=tuple(0 if score >= 70 else 1 if score >= 50 else 2 for score in scores.score[:, 0]),
        flags={"small_n": small, "not_ranked": small.copy(), "reweighted": np.zeros_like(small)},
        tiers=tiers,
        stability=np.full((len(units), largest), np.nan) if stability is None else stability,
        index_covariance={},
        findings=make_findings(units, nodes, scores),
        coherence=(),
        provenance=Provenance("0.1.0", "a41f" * 16, "77d2" * 16, (("units.csv", "00" * 32),), seed, 1000 if sampled else 0,
                              "rao_wu", "adjust", False, "local"),
        vi="DDCI thử nghiệm 2024",
        source="Số liệu bịa cho kiểm thử",
        change=make_change(units, nodes, scores, rng, sampled=sampled) if with_change else None,
        published=make_published(units, scores),
        checks=(
            Check(units[0].code, "index", "score", 63.25, 63.53, 0.28, 0.14, False),
            Check(units[-1].code, "index", "score", round(last, 2), last, 0.0, 0.005, True),
        ),
        targets=make_targets(units[0]),
        history=tuple(HistoryPoint(year, units[0].code, "index", 60.0 + year % 7, 4.0, 11) for year in (2020, 2021, 2022)),
        warnings=(Fault("LONE_STRATUM", Place(file="strata.csv"), (("found", "huyen-1"), ("option", "adjust")), "warning"),),
    )  # fmt: skip


def make_published(units, scores: Scores) -> tuple[Published, ...]:
    totals = zip(units, scores.score[:, 0], strict=True)
    return tuple(Published(unit.code, "index", round(float(score), 2), None, 0.005) for unit, score in totals)


def make_targets(unit: Unit) -> tuple[Target, ...]:
    """One met, one out of reach, one by rank."""
    return Target(unit.code, "S1", 1.5), Target(unit.code, "S2", 9.9), Target(unit.code, "index", None, 1, 3)


def make_nodes(framework: Framework) -> tuple[Node, ...]:
    index = Node("index", "index", None, "Chỉ số tổng hợp", None, "points", 1)
    sub_indices = [Node("sub_index", s.code, "index", s.vi, s.en, "points", 1) for s in framework.sub_indices]
    indicators = [Node("indicator", i.code, i.parent, i.vi, i.en, i.unit, i.direction) for i in framework.indicators]
    return (index, *sub_indices, *indicators)


def make_scores(framework, units, nodes, rng, *, sampled: bool, unranked: int) -> Scores:
    shape = (len(units), len(nodes))
    score = rng.uniform(2.0, 9.5, shape)
    score[:, 0] = np.linspace(78.0, 48.0, len(units)) + rng.normal(0, 1, len(units))
    value = np.full(shape, np.nan)
    for column, node in enumerate(nodes):
        if node.level == "indicator":
            value[:, column] = (score[:, column] - 1) / 9 if node.unit == "share" else score[:, column] * 1.7 - 4
    blank = np.full(shape, np.nan)
    se = np.where(np.isfinite(value), np.abs(value) * 0.05 + 0.01, score * 0.02) if sampled else blank
    centre = np.where(np.isfinite(value), value, score)
    n = rng.integers(40, 220, shape).astype(float) if sampled else blank
    rank, median, best, below = blank.copy(), blank.copy(), blank.copy(), blank.copy()
    for rows in rows_by_group(units).values():
        kept = [row for row in rows if row < len(units) - unranked]
        rank[kept] = np.argsort(np.argsort(-score[kept], axis=0), axis=0) + 1.0
        median[rows], best[rows] = np.median(centre[rows], axis=0), np.max(centre[rows], axis=0)
        below[rows] = centre[rows] < median[rows]
    n[len(units) - unranked :] = np.where(np.isnan(n[len(units) - unranked :]), np.nan, 12.0)
    spread = 2.0 if sampled else np.nan
    sizes = np.array([float(len(rows_by_group(units)[unit.group])) for unit in units])[:, None]
    return Scores(
        value=value, score=score, se=se, low=centre - 1.96 * se, high=centre + 1.96 * se, n=n, n_effective=n * 0.87,
        rank=rank, rank_low=np.maximum(rank - spread, 1), rank_high=np.minimum(rank + spread, sizes),
        rank_low_single=np.maximum(rank - spread / 2, 1), rank_high_single=np.minimum(rank + spread / 2, sizes),
        median=median, best=best, below_median=below, bounds_low=blank, bounds_high=blank,
        effective_weight=np.full(shape, 1 / max(len(framework.sub_indices), 1)),
        importance=np.where(np.isfinite(value), rng.uniform(-0.01, 0.03, shape), np.nan), gain=rng.uniform(0, 3, shape),
    )  # fmt: skip


def rows_by_group(units) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for row, unit in enumerate(units):
        groups.setdefault(unit.group, []).append(row)
    return groups


def make_tiers(units, scores) -> tuple[Tier, ...]:
    tiers = []
    for group, rows in rows_by_group(units).items():
        ranked = sorted((row for row in rows if np.isfinite(scores.rank[row, 0])), key=lambda row: scores.rank[row, 0])
        parts = [ranked[:1], ranked[1 : len(ranked) // 2 + 1], ranked[len(ranked) // 2 + 1 :]]
        tiers += [
            Tier(group, number, tuple(units[row].code for row in part))
            for number, part in enumerate((part for part in parts if part), start=1)
        ]
    return tuple(tiers)


def make_stability(units, scores, rng) -> np.ndarray:
    groups = rows_by_group(units)
    stability = np.full((len(units), max(len(rows) for rows in groups.values())), np.nan)
    for rows in groups.values():
        places = np.arange(1, len(rows) + 1)
        for row in rows:
            if np.isfinite(scores.rank[row, 0]):
                share = np.exp(-0.5 * ((places - scores.rank[row, 0]) / rng.uniform(0.4, 2.0)) ** 2)
                stability[row, : len(rows)] = share / share.sum()
    return stability


def make_change(units, nodes, scores, rng, *, sampled: bool) -> Change:
    shape = scores.score.shape
    change = rng.normal(0, 0.6, shape)
    contributions = []
    for row, unit in enumerate(units):
        points = rng.normal(0, 1.5, sum(node.level == "sub_index" for node in nodes))
        codes = [node.code for node in nodes if node.level == "sub_index"]
        contributions += [
            Contribution(unit.code, "entering" if place == 0 else "sub_index", code, float(point))
            for place, (code, point) in enumerate(zip(codes, points, strict=True))
        ]
        change[row, 0] = points.sum()
    half = 1.2 if sampled else np.nan
    comparable = np.ones(len(nodes), dtype=bool)
    comparable[1] = False
    like = change[:, 0] * 0.8
    return Change(
        wave="thu-nghiem-2023", year=2023, score=change, low=change - half, high=change + half, comparable=comparable,
        published=change[:, 0] + 0.01, published_then=scores.score[:, 0] - change[:, 0], like_for_like=like,
        like_for_like_low=like - half, like_for_like_high=like + half, like_for_like_now=scores.score[:, 0] - 1,
        like_for_like_then=scores.score[:, 0] - 1 - like, rank_then=scores.rank[:, 0][::-1].copy(),
        contributions=tuple(contributions),
    )  # fmt: skip


def make_findings(units, nodes, scores) -> tuple[Finding, ...]:
    columns = [column for column, node in enumerate(nodes) if node.level == "indicator"]
    found = []
    for row, unit in enumerate(units):
        gap = {c: float(scores.score[row, c] - np.median(scores.score[:, c])) for c in columns}
        ordered = sorted(columns, key=lambda c: gap[c])
        for kind, chosen in (("weakness", ordered[:5]), ("strength", ordered[-5:]), ("quick_win", ordered[:3])):
            found += [
                Finding(
                    unit.code,
                    kind,
                    nodes[c].code,
                    gap[c],
                    gap[c] - 1.0,
                    0.42,
                    None if np.isnan(scores.se[row, c]) else c % 2 == 0,
                )
                for c in chosen
            ]
    return tuple(found)
