"""Read the numbers that other software produced; see the SOURCE.md beside each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

GOLDEN = Path(__file__).parents[1] / "golden"


def table(case: str, name: str) -> pl.DataFrame:
    """One golden table; NA and empty cells are null."""
    return pl.read_csv(GOLDEN / case / f"{name}.csv", null_values=["NA", ""], infer_schema_length=None)


def numbers(case: str, name: str, columns: list[str], *, sort_by: str | None = None) -> npt.NDArray[np.float64]:
    """(rows, columns) of one golden table as floats; missing = NaN."""
    frame = table(case, name)
    return (frame.sort(sort_by) if sort_by else frame).select(pl.col(columns).cast(pl.Float64)).to_numpy()
