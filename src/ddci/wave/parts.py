"""From the tables of a wave folder to units, values, published figures, targets, history and population.

In:  a Table and what its codes may refer to (units, framework). Out: the dataclasses and arrays of ``ddci.wave.model``.
Every fault is noted with its row and column; a wrong row is passed over so that the others are still checked.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from ddci.errors import Faults
from ddci.framework.model import Framework
from ddci.wave.cell_faults import CellFaults
from ddci.wave.cells import FloatArray, dates, half_units, numbers, positions, texts
from ddci.wave.columns import Column, RowArray, Table
from ddci.wave.model import Flagged, HistoryPoint, Published, Target, Unit, ValueTable

BoolArray = npt.NDArray[np.bool_]
INDEX = "index"

UNIT_COLUMNS = (
    Column("code", required=True),
    Column("name", "text", required=True),
    Column("group", required=True),
    Column("valid_from", "date"),
    Column("valid_to", "date"),
    Column("succeeds", "text"),
    Column("lat", "number"),
    Column("lon", "number"),
)
VALUE_COLUMNS = (
    Column("unit", required=True),
    Column("indicator", required=True),
    Column("value", "number", required=True),
    Column("se", "number"),
    Column("n", "whole"),
)
PUBLISHED_COLUMNS = (
    Column("unit", required=True),
    Column("code", required=True),
    Column("score", "number"),
    Column("rank", "number"),
    Column("n_units", "whole"),
)
TARGET_COLUMNS = (
    Column("unit", required=True),
    Column("code", required=True),
    Column("score", "number"),
    Column("rank_from", "whole"),
    Column("rank_to", "whole"),
)
HISTORY_COLUMNS = (Column("year", "whole", required=True), *PUBLISHED_COLUMNS)
FLAGGED_COLUMNS = (Column("respondent", required=True), Column("reason", "text", required=True))
STRATUM_COLUMNS = (Column("stratum", required=True), Column("population", "number", required=True))


def read_units(table: Table, framework: Framework | None, faults: Faults) -> tuple[Unit, ...]:
    """The units; their groups must be groups of the framework, their codes unique and fit for an address."""
    found = CellFaults(table, faults)
    frame = table.frame
    found.add("CELL_BLANK", "code", frame["code"].is_null())
    found.add("CELL_BLANK", "name", frame["name"].is_null())
    found.add("CODE_HAS_SPACE", "code", frame["code"].str.contains(r"\s"))
    found.add("CODE_NOT_FOR_ADDRESS", "code", frame["code"].str.contains(r"[/\\\x00-\x08]|^\.+$"))
    found.add("UNIT_TWICE", "code", ~frame["code"].is_first_distinct() & frame["code"].is_not_null())
    if framework is not None:
        groups = [group.code for group in framework.unit_groups]
        positions(table, "group", groups, found, unknown="UNIT_GROUP_UNKNOWN")
    starts, ends = dates(table, "valid_from", found), dates(table, "valid_to", found)
    backwards = [i for i, (start, end) in enumerate(zip(starts, ends, strict=True)) if start and end and start > end]
    found.add("UNIT_DATES_ORDER", "valid_to", np.array(backwards, dtype=np.int64))
    lat = numbers(table, "lat", found, low=-90, high=90)
    lon = numbers(table, "lon", found, low=-180, high=180)
    found.flush()
    rows = zip(
        frame["code"], frame["name"], frame["group"], starts, ends, texts(table, "succeeds"), lat, lon, strict=True
    )
    return tuple(
        Unit(code, name, group, start, end, tuple((succeeds or "").split()), _maybe(y), _maybe(x))
        for code, name, group, start, end, succeeds, y, x in rows
        if code is not None and name is not None and group is not None
    )


def read_values(table: Table, units: Sequence[Unit], framework: Framework, faults: Faults) -> ValueTable:
    """The values as arrays (U, I) over the wave's units and the framework's indicators; NaN where there is no value."""
    found = CellFaults(table, faults)
    unit = positions(table, "unit", [item.code for item in units], found, unknown="UNIT_UNKNOWN")
    indicator = positions(
        table, "indicator", [item.code for item in framework.indicators], found, unknown="INDICATOR_UNKNOWN"
    )
    value = numbers(table, "value", found)
    se = numbers(table, "se", found, low=0.0)
    n = numbers(table, "n", found, low=0.0, whole=True)
    half = half_units(table, "value")
    known = (unit >= 0) & (indicator >= 0)
    _note_repeated(found, "indicator", unit * len(framework.indicators) + indicator, known)
    _check_meaning(found, value, unit, indicator, known, units, framework)
    found.flush()
    shape = (len(units), len(framework.indicators))
    arrays = {"value": value, "se": se, "n": n, "half_unit": np.where(np.isnan(value), np.nan, half)}
    return ValueTable(**{name: _spread(cells, unit, indicator, known, shape) for name, cells in arrays.items()})


def _spread(
    cells: FloatArray, unit: RowArray, indicator: RowArray, known: BoolArray, shape: tuple[int, int]
) -> FloatArray:
    matrix = np.full(shape, np.nan)
    matrix[unit[known], indicator[known]] = cells[known]
    return matrix


def _check_meaning(
    found: CellFaults,
    value: FloatArray,
    unit: RowArray,
    indicator: RowArray,
    known: BoolArray,
    units: Sequence[Unit],
    framework: Framework,
) -> None:
    """Shares lie between 0 and 1; values used as scores lie on the scale; values of other groups are not used."""
    if not framework.indicators:
        return
    is_share = np.array([item.unit == "share" for item in framework.indicators])[indicator] & known
    found.add("SHARE_OUTSIDE", "value", np.flatnonzero(is_share & ((value < 0) | (value > 1))))
    if framework.normalisation == "none":
        low, high = framework.scale
        off = np.flatnonzero(known & ((value < low) | (value > high)))
        found.add("VALUE_OFF_SCALE", "value", off, severity="warning", low=f"{low:g}", high=f"{high:g}")
    applies = {
        group.code: np.isin(
            [item.code for item in framework.indicators],
            [item.code for item in framework.indicators_of_group(group.code)],
        )
        for group in framework.unit_groups
    }
    nowhere = np.zeros(len(framework.indicators), dtype=np.bool_)
    table = np.array([applies.get(item.group, nowhere) for item in units])
    if table.size:
        unused = known & ~np.isnan(value) & ~table[unit, indicator]
        found.add("VALUE_NOT_USED", "indicator", np.flatnonzero(unused), severity="warning")


def read_published(table: Table, units: Sequence[Unit], framework: Framework, faults: Faults) -> tuple[Published, ...]:
    """Published figures of this wave: index, sub-indices or indicators."""
    found = CellFaults(table, faults)
    unit, code = _unit_and_code(table, units, framework, found)
    _note_repeated(found, "code", unit * (len(_codes(framework)) + 1) + code, (unit >= 0) & (code >= 0))
    score, rank = numbers(table, "score", found, low=0.0), numbers(table, "rank", found, low=1.0)
    n_units = numbers(table, "n_units", found, low=1.0, whole=True)
    half = half_units(table, "score")
    found.flush()
    names = _codes(framework)
    half[np.isnan(score)] = np.nan
    figures = zip(map(_maybe, score), map(_maybe, rank), map(_maybe, half), map(_whole, n_units), strict=True)
    return tuple(
        Published(units[u].code, names[c], *figure)
        for u, c, figure in zip(unit, code, figures, strict=True)
        if u >= 0 and c >= 0
    )


def read_targets(table: Table, units: Sequence[Unit], framework: Framework, faults: Faults) -> tuple[Target, ...]:
    """What units were to reach in this wave: a score, or a rank from … to …"""
    found = CellFaults(table, faults)
    unit, code = _unit_and_code(table, units, framework, found)
    _note_repeated(found, "code", unit * (len(_codes(framework)) + 1) + code, (unit >= 0) & (code >= 0))
    score = numbers(table, "score", found, low=0.0)
    first = numbers(table, "rank_from", found, low=1.0, whole=True)
    last = numbers(table, "rank_to", found, low=1.0, whole=True)
    found.add("TARGET_RANKS_ORDER", "rank_to", np.flatnonzero(first > last))
    found.flush()
    names = _codes(framework)
    return tuple(
        Target(units[unit[i]].code, names[code[i]], _maybe(score[i]), _whole(first[i]), _whole(last[i]))
        for i in np.flatnonzero((unit >= 0) & (code >= 0))
    )


def read_history(table: Table, units: Sequence[Unit], framework: Framework, faults: Faults) -> tuple[HistoryPoint, ...]:
    """Published figures of earlier years. A sub-index that has since gone may still be named, with a warning."""
    found = CellFaults(table, faults)
    unit = positions(table, "unit", [item.code for item in units], found, unknown="UNIT_UNKNOWN")
    names = table.frame["code"]
    found.add("CELL_BLANK", "code", names.is_null())
    found.add("HISTORY_CODE_UNKNOWN", "code", names.is_not_null() & ~names.is_in(_codes(framework)), severity="warning")
    year = numbers(table, "year", found, low=1900, high=2200, whole=True, required=True)
    keys = pl.DataFrame({"year": year, "unit": unit, "code": names})
    known = (unit >= 0) & names.is_not_null().to_numpy() & ~np.isnan(year)
    found.add("ROW_TWICE", "code", _repeats(keys, known))
    score, rank = numbers(table, "score", found, low=0.0), numbers(table, "rank", found, low=1.0)
    n_units = numbers(table, "n_units", found, low=1.0, whole=True)
    found.flush()
    return tuple(
        HistoryPoint(int(year[i]), units[unit[i]].code, names[i], _maybe(score[i]), _maybe(rank[i]), _whole(n_units[i]))
        for i in map(int, np.flatnonzero(known))
    )


def read_flagged(table: Table, responses: pl.DataFrame, faults: Faults) -> tuple[Flagged, ...]:
    """Respondents whose answers are doubted; each is one of the responses, named once, with a reason."""
    found = CellFaults(table, faults)
    respondent, reason = table.frame["respondent"], table.frame["reason"]
    found.add("CELL_BLANK", "respondent", respondent.is_null())
    found.add("CELL_BLANK", "reason", reason.is_null())
    known = respondent.is_in(responses["respondent"].unique().implode())
    found.add("RESPONDENT_UNKNOWN", "respondent", respondent.is_not_null() & ~known)
    found.add("ROW_TWICE", "respondent", respondent.is_not_null() & ~respondent.is_first_distinct())
    found.flush()
    pairs = zip(respondent, reason, strict=True)
    return tuple(Flagged(code, why) for code, why in pairs if code is not None and why is not None)


def read_population(table: Table, faults: Faults) -> dict[str, float]:
    """Stratum → number of respondents in the population."""
    found = CellFaults(table, faults)
    strata = table.frame["stratum"]
    found.add("CELL_BLANK", "stratum", strata.is_null())
    found.add("ROW_TWICE", "stratum", strata.is_not_null() & ~strata.is_first_distinct())
    population = numbers(table, "population", found, low=0.0, required=True)
    found.flush()
    return {code: float(size) for code, size in zip(strata, population, strict=True) if code and not np.isnan(size)}


def _codes(framework: Framework) -> list[str]:
    """What a published figure may be of: the index, a sub-index or an indicator."""
    return [INDEX, *framework.sub_index_by_code, *framework.indicator_by_code]


def _unit_and_code(
    table: Table, units: Sequence[Unit], framework: Framework, found: CellFaults
) -> tuple[RowArray, RowArray]:
    unit = positions(table, "unit", [item.code for item in units], found, unknown="UNIT_UNKNOWN")
    return unit, positions(table, "code", _codes(framework), found, unknown="FIGURE_CODE_UNKNOWN")


def _note_repeated(found: CellFaults, column: str, keys: RowArray, known: BoolArray) -> None:
    """Rows whose keys have appeared before."""
    found.add("ROW_TWICE", column, _repeats(pl.DataFrame({"key": keys}), known))


def _repeats(keys: pl.DataFrame, known: BoolArray) -> RowArray:
    first = keys.with_row_index("row").filter(pl.Series(known)).unique(keys.columns, keep="first")["row"].to_numpy()
    again = np.array(known, dtype=np.bool_)
    again[first] = False
    return np.flatnonzero(again)


def _maybe(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _whole(number: float) -> int | None:
    return None if np.isnan(number) or number != int(number) else int(number)
