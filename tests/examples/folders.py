"""Reads example and framework folders with nothing but csv and tomllib, so that checks do not rest on the code checked.

In:  the name of a folder below ``examples`` or ``frameworks``.
Out: rows as dictionaries of text, and the TOML as it stands.
"""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
FRAMEWORKS = ROOT / "frameworks"

Row = dict[str, str]
Scores = dict[tuple[str, str], float]


def rows(folder: str, table: str) -> list[Row]:
    with (EXAMPLES / folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def framework(folder: str) -> dict[str, Any]:
    return tomllib.loads((FRAMEWORKS / folder / "framework.toml").read_text(encoding="utf-8"))


def values(folder: str) -> Scores:
    """(unit, indicator) → value."""
    return {(row["unit"], row["indicator"]): float(row["value"]) for row in rows(folder, "values")}


def published(folder: str, code: str = "index") -> dict[str, tuple[float, int]]:
    """unit → (score, rank) of one code; rank 0 where none is published."""
    found = [row for row in rows(folder, "published") if row["code"] == code]
    return {row["unit"]: (float(row["score"]), int(row["rank"] or 0)) for row in found}


def weighted_mean_of_scores(folder: str, plan: dict[str, Any]) -> dict[str, float]:
    """unit → Σ weight × score × 10 / Σ weight, where each sub-index has one indicator that carries its score."""
    parent = {item["code"]: item["parent"] for item in plan["indicator"]}
    weight = {item["code"]: item["index_weight"] for item in plan["sub_index"]}
    totals: dict[str, float] = {}
    for (unit, indicator), score in values(folder).items():
        totals[unit] = totals.get(unit, 0.0) + weight[parent[indicator]] * score
    return {unit: total * 10 / sum(weight.values()) for unit, total in totals.items()}


def sub_index_scores(measured: Scores, plan: dict[str, Any], *, unit: str) -> dict[str, float]:
    """sub-index → Σ w z / Σ w with z = 1 + 9 (x − low)/(high − low), or 11 − that; no value, left out."""
    sums: dict[str, list[float]] = {}
    for item in plan["indicator"]:
        if (unit, item["code"]) not in measured:
            continue
        low, high = item["bounds"]
        rising = 1 + 9 * (measured[unit, item["code"]] - low) / (high - low)
        score = rising if item["direction"] > 0 else 11 - rising
        parts = sums.setdefault(item["parent"], [0.0, 0.0])
        parts[0] += item["index_weight"] * score
        parts[1] += item["index_weight"]
    return {code: total / weight for code, (total, weight) in sums.items()}


def ranks(scores: dict[str, float]) -> dict[str, int]:
    """unit → 1 + number of units with a higher score."""
    return {unit: 1 + sum(other > score for other in scores.values()) for unit, score in scores.items()}


def is_clean(text: str) -> bool:
    """Composed letters, no stray spaces."""
    return text == unicodedata.normalize("NFC", text) == " ".join(text.split())
