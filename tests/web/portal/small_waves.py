"""Small waves cut from the examples, published as files: a real series without sampling error, a simulated one with it.

In:  the folders of ``examples``. Out: one publication folder for each snapshot of ``SNAPSHOTS``.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl

from ddci.compute import compute
from ddci.compute.study import study_as_json, study_methods
from ddci.report.publication import write_publication
from ddci.result import Result
from ddci.result_json import load_result
from ddci.wave.load import load_wave

ROOT = Path(__file__).resolve().parents[3]
PROVINCES = ("da-nang", "quang-ninh", "lang-son", "cao-bang", "ha-noi", "tp-ho-chi-minh", "an-giang")
DISTRICTS = ("chi-lang", "bac-son", "van-quan", "trang-dinh")
DEPARTMENTS = ("so-cong-thuong", "so-tu-phap", "so-y-te")
COMMUNES = ("xa-chi-lang", "xa-bac-son", "xa-nhan-ly", "xa-that-khe", "xa-diem-he")
UNITS = {
    "pci-2015": PROVINCES,
    "pci-2016": PROVINCES,
    "lang-son-2023": DISTRICTS,
    "lang-son-2024": (*DISTRICTS, *DEPARTMENTS),
    "lang-son-2025": (*COMMUNES, *DEPARTMENTS),
}
# (wave, number of its snapshot, score that the first snapshot had wrong)
SNAPSHOTS = (("pci-2015", 1), ("pci-2016", 1), ("pci-2016", 2), ("lang-son-2024", 1), ("lang-son-2025", 1))
WRONG_AT_FIRST = {"ha-noi": 50.74}  # published total in pci-2016, snapshot 1; corrected in snapshot 2


def publish_small_waves(work: Path, publications: Path) -> None:
    """Cut, compute and write every publication that is not there yet."""
    _cut_all(work)
    done: dict[str, Result] = {}
    for wave, number in SNAPSHOTS:
        folder = publications / f"{wave}-{number}"
        source = work / "examples" / wave
        if (wave, number) == ("pci-2016", 1):
            source = _with_wrong_total(work)
        if not folder.is_dir():
            publications.mkdir(parents=True, exist_ok=True)
            loaded = load_wave(source, read_result=load_result)
            result = compute(loaded)
            study = json.dumps(study_as_json(study_methods(loaded, runs=200)), ensure_ascii=False).encode()
            earlier = [other for code, other in done.items() if code[:3] == wave[:3] and other.year < result.year]
            write_publication(
                result, folder, minimum=0, inputs=source, earlier=earlier, extra={"sensitivity.json": study}
            )
        done[wave] = load_result(folder / "result.json")


def manifest_of(publications: Path, wave: str, number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (publications / f"{wave}-{number}" / "manifest.json").read_text(encoding="utf-8")
    )
    return found


def _cut_all(work: Path) -> None:
    if not (work / "frameworks").is_dir():
        for name in ("pci/2015", "pci/2016", "lang-son"):
            shutil.copytree(ROOT / "frameworks" / name, work / "frameworks" / name)
    for wave, units in UNITS.items():
        if not (work / "examples" / wave).is_dir():
            _cut(ROOT / "examples" / wave, work / "examples" / wave, units)


def _cut(source: Path, folder: Path, units: tuple[str, ...]) -> None:
    """The wave with these units only, fewer replicates, and no wave before its first one."""
    folder.mkdir(parents=True)
    for path in source.iterdir():
        if path.suffix == ".csv":
            table = pl.read_csv(path, infer_schema=False)
            column = next((name for name in ("unit", "code") if name in table.columns), None)
            kept = table if column is None else table.filter(pl.col(column).is_in(units))
            if "rank" in kept.columns:
                kept = kept.drop("rank", "n_units")  # ranks among 63
            if not kept.is_empty():
                kept.write_csv(folder / path.name)
        elif path.suffix == ".parquet":
            pl.read_parquet(path).filter(pl.col("unit").is_in(units)).write_parquet(folder / path.name)
        elif path.suffix == ".toml":
            text = path.read_text(encoding="utf-8").replace("replicates = 1000", "replicates = 60")
            before = source.name[:-4] + str(int(source.name[-4:]) - 1)
            lines = text.splitlines() if before in UNITS else _without_previous(text)
            (folder / path.name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _without_previous(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("previous")]


def _with_wrong_total(work: Path) -> Path:
    folder = work / "wrong" / "pci-2016"
    if not folder.is_dir():
        shutil.copytree(work / "examples" / "pci-2016", folder)
        text = (folder / "wave.toml").read_text(encoding="utf-8").replace('"../', '"../../examples/')
        (folder / "wave.toml").write_text(text.replace("../../examples/../", "../../"), encoding="utf-8")
        table = pl.read_csv(folder / "published.csv", infer_schema=False)
        for unit, score in WRONG_AT_FIRST.items():
            here = (pl.col("unit") == unit) & (pl.col("code") == "index")
            table = table.with_columns(pl.when(here).then(pl.lit(str(score))).otherwise("score").alias("score"))
        table.write_csv(folder / "published.csv")
    return folder
