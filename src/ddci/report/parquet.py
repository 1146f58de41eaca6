"""scores.csv as Parquet: the same rows and columns, typed.

In:  a Result. Out: bytes of a Parquet file, the same for the same Result. Missing numbers are null; ranks, n and the
mark of the median are numbers; flags are a list of names.
"""

from __future__ import annotations

import io

import polars as pl

from ddci.report.tables import SCORE_COLUMNS, score_rows
from ddci.result import Result

TEXTS = frozenset({"unit", "name", "group", "level", "code", "band", "flags"})


def scores_parquet(result: Result) -> bytes:
    """All figures of a Result, one row per unit × (index, sub-index, indicator)."""
    memory = io.BytesIO()
    scores_frame(result).write_parquet(memory, compression="zstd")
    return memory.getvalue()


def scores_frame(result: Result) -> pl.DataFrame:
    """The rows of scores.csv with types."""
    schema = {name: pl.String if name in TEXTS else pl.Float64 for name in SCORE_COLUMNS}
    frame = pl.DataFrame(score_rows(result), schema=schema, orient="row").fill_nan(None)
    return frame.with_columns(
        pl.col("below_median").cast(pl.Boolean),
        pl.col("band").replace("", None),
        pl.col("flags").str.split(" ").list.filter(pl.element() != ""),
        pl.col("level").cast(pl.Enum(["index", "sub_index", "indicator"])),
    )
