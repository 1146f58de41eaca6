"""How long reading and checking a large response table takes: 200,000 rows × 130 questions, CSV and Parquet.

Run: OMP_NUM_THREADS=1 .venv/bin/python bench/reading.py
The ratio to a bare ``polars.read_csv`` of the same bytes says what the checks cost on any machine.
"""

from __future__ import annotations

import io
import time

import numpy as np
import polars as pl

from ddci.errors import Faults
from ddci.framework.model import Option, Page, Question, Questionnaire, Scale
from ddci.wave.model import Unit
from ddci.wave.responses import read_responses, response_columns
from ddci.wave.tables import RESPONSE_KINDS, read_table

ROWS, QUESTIONS, UNITS = 200_000, 130, 65


def make_table() -> pl.DataFrame:
    rng = np.random.default_rng(1)
    design = {"respondent": [f"r{i}" for i in range(ROWS)], "unit": [f"U{i % UNITS}" for i in range(ROWS)]}
    answers = {f"Q{i}": rng.integers(1, 6, ROWS).astype(str) for i in range(QUESTIONS)}
    return pl.DataFrame(design | answers)


def make_questionnaire() -> Questionnaire:
    scale = Scale("s", tuple(Option(str(code), f"Mức {code}") for code in range(1, 6)))
    questions = tuple(Question(f"Q{i}", "P", f"Câu {i}", "scale", scale="s") for i in range(QUESTIONS))
    return Questionnaire((scale,), (Page("P", "Trang"),), questions)


def read_and_check(data: bytes, file: str, questionnaire: Questionnaire) -> None:
    faults = Faults()
    columns = response_columns(questionnaire)
    table = read_table(data, file, columns=columns, faults=faults, kinds=RESPONSE_KINDS)
    if table is None:
        raise SystemExit("the table should have been read")
    units = [Unit(f"U{i}", f"Đơn vị {i}", "g") for i in range(UNITS)]
    read_responses(table, units, questionnaire, None, faults)
    faults.raise_errors()


def main() -> None:
    frame, questionnaire = make_table(), make_questionnaire()
    parquet = io.BytesIO()
    frame.write_parquet(parquet)
    csv = frame.write_csv().encode()
    start = time.perf_counter()
    pl.read_csv(csv, infer_schema=False)
    bare = time.perf_counter() - start
    print(f"bare polars.read_csv, {len(csv) / 1e6:.0f} MB: {bare:.2f} s")
    for file, data in (("responses.csv", csv), ("responses.parquet", parquet.getvalue())):
        start = time.perf_counter()
        read_and_check(data, file, questionnaire)
        seconds = time.perf_counter() - start
        print(f"{file} read and checked: {seconds:.2f} s = {seconds / bare:.1f} × bare")


if __name__ == "__main__":
    main()
