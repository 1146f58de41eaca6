"""The bundle of a publication: what a stranger needs to compute the same bytes again, in one zip file.

In:  the wave folder that was computed, and the outputs with their hashes. Out: bytes of a zip with the inputs as a tree
in which the wave loads as it did, the earlier Results that gave the history, and REBUILD.md with two commands and the
hash of every output. The same inputs and outputs give the same bytes: sorted names, one fixed date, no compression (whose
bytes depend on the library at hand).

Answers of respondents are bundled only where the wave is simulated. Of a real wave with answers the bundle holds
everything else; where cells are suppressed its values are left out too, because they would tell what was suppressed.
Only files that wave.toml names are taken, with its SOURCE.md and simulation.toml: what else lies in the folder may be
anything, unused answers included.
"""

from __future__ import annotations

import hashlib
import io
import os
import shlex
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from ddci.errors import Faults, Place
from ddci.framework.schema import FRAMEWORK_FILE, QUESTIONNAIRE_FILE
from ddci.report.stems import distinct_stems
from ddci.report.suppression import suppress
from ddci.result import Result
from ddci.result_json import load_result, result_text
from ddci.wave.load import load_wave
from ddci.wave.paths import REBUILD_FILE, find_root
from ddci.wave.settings import TABLES, WAVE_FILE, read_settings

INPUTS, EARLIER = "inputs", "earlier"
DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
DOCUMENTS = ("SOURCE.md", "simulation.toml")
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """One file that the wave was computed from. ``is_open`` = it may be published."""

    path: Path
    is_open: bool = True
    is_data: bool = True  # its hash is in the provenance of the Result


@dataclass(frozen=True, slots=True)
class Inputs:
    """All files of a wave folder and of what it refers to. ``base`` is the folder that holds them all."""

    wave: Path
    base: Path
    sources: tuple[Source, ...]

    @property
    def sealed(self) -> tuple[Source, ...]:
        """What must not be published."""
        return tuple(source for source in self.sources if not source.is_open)

    def name(self, path: Path) -> str:
        """The name of a file in the bundle."""
        return (PurePosixPath(INPUTS) / path.relative_to(self.base).as_posix()).as_posix()


def gather_inputs(wave: Path, result: Result, *, minimum: int, is_suppressed: bool) -> Inputs:
    """Every file of the wave folder ``wave``, checked to be the ones that the Result was computed from.

    Raises InputError: INPUTS_CHANGED where a file is not the one of the Result, INPUTS_OUTSIDE where one lies outside the
    tree that can be moved.
    """
    folder = (wave.parent if wave.name == WAVE_FILE else wave).resolve()
    sources = _unique(_sources_of(folder, minimum, is_suppressed=is_suppressed, is_first=True))
    base = Path(os.path.commonpath([folder, *(source.path.parent for source in sources)]))
    inputs = Inputs(folder, base, sources)
    _check(inputs, result)
    return inputs


def bundle_bytes(
    inputs: Inputs | None,
    result: Result,
    outputs: Mapping[str, str],
    *,
    minimum: int,
    earlier: Sequence[Result],
    values: bytes,
) -> bytes:
    """The zip. ``outputs`` are file names with their SHA-256, ``values`` the published scores.csv."""
    files: dict[str, bytes] = {}
    if inputs is not None:
        files = {inputs.name(source.path): source.path.read_bytes() for source in inputs.sources if source.is_open}
    histories = earlier_files(earlier)
    files |= {name: text.encode("utf-8") for name, text in histories.items()}
    if inputs is None or inputs.sealed:
        files["published/scores.csv"] = values
    options = f"--minimum {minimum} --replicates {result.provenance.replicates}"
    options += "".join(f" --earlier {shlex.quote(f'bundle/{name}')}" for name in histories)
    files[REBUILD_FILE] = _rebuild_text(inputs, result, outputs, options).encode("utf-8")
    return zip_bytes(files)


def earlier_files(earlier: Sequence[Result]) -> dict[str, str]:
    """File name in the bundle → text of each earlier Result, oldest first."""
    ordered = sorted(earlier, key=lambda result: (result.year, result.wave))
    stems = distinct_stems(result.wave for result in ordered)
    return {f"{EARLIER}/{stem}.json": result_text(result) for stem, result in zip(stems, ordered, strict=True)}


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files by name, the same bytes for the same files."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return memory.getvalue()


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sources_of(folder: Path, minimum: int, *, is_suppressed: bool, is_first: bool) -> list[Source]:
    """The files of one wave folder, of its framework and, one step back, of its earlier waves."""
    values = _settings(folder)
    is_simulated = bool(values.get("simulated"))
    is_sealed = not is_simulated and ("responses" in values or is_suppressed)
    sources = [Source(folder / WAVE_FILE)]
    for name in TABLES:
        if name in values:
            hides = name in ("responses", "flagged") or (name == "values" and minimum > 0)
            sources.append(Source(_moved(folder, values[name]), is_open=not (is_sealed and hides)))
    sources += [Source(folder / name, is_data=False) for name in DOCUMENTS if (folder / name).is_file()]
    sources += _framework_sources(_moved(folder, values["framework"]))
    if is_first:
        for written in (*([values["previous"]] if "previous" in values else []), *values.get("pooled", ())):
            sources += _earlier_sources(_moved(folder, written), minimum)
    return sources


def _framework_sources(path: Path) -> list[Source]:
    folder = path.parent if path.name == FRAMEWORK_FILE else path
    names = (FRAMEWORK_FILE, QUESTIONNAIRE_FILE, DOCUMENTS[0])
    return [Source(folder / name, is_data=name not in DOCUMENTS) for name in names if (folder / name).is_file()]


def _earlier_sources(path: Path, minimum: int) -> list[Source]:
    """An earlier wave or Result. A real one with cells below the minimum keeps its values to itself as well."""
    if path.suffix.lower() == ".json":
        before = load_result(path)
        is_open = before.simulated or suppress(before, minimum=minimum) is before
        return [Source(path, is_open=is_open, is_data=False)]
    folder = path.parent if path.name == WAVE_FILE else path
    is_suppressed = minimum > 0 and "values" in _settings(folder) and _has_small_cells(folder, minimum)
    return _sources_of(folder, minimum, is_suppressed=is_suppressed, is_first=False)


def _has_small_cells(folder: Path, minimum: int) -> bool:
    table = load_wave(folder, with_previous=False).values
    return table is not None and bool(((table.n > 0) & (table.n < minimum)).any(where=np.isfinite(table.n)))


def _settings(folder: Path) -> Mapping[str, Any]:
    faults = Faults()
    settings = read_settings(folder / WAVE_FILE, WAVE_FILE, faults)
    faults.raise_errors()
    return {} if settings is None else settings.values


def _moved(folder: Path, written: str) -> Path:
    """The path as it is written, so that the same words lead there after the tree has moved."""
    return Path(os.path.normpath(folder / written.replace("\\", "/")))


def _unique(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Each file once, in the order of names; sealed where it is sealed once."""
    found: dict[Path, Source] = {}
    for source in sources:
        known = found.get(source.path, source)
        is_open = known.is_open and source.is_open
        found[source.path] = Source(source.path, is_open, known.is_data or source.is_data)
    return tuple(found[path] for path in sorted(found))


def _check(inputs: Inputs, result: Result) -> None:
    faults = Faults()
    digests = {digest for _, digest in result.provenance.files}
    root = find_root(inputs.wave)
    for source in inputs.sources:
        name = os.path.relpath(source.path, inputs.wave)
        if not source.path.is_relative_to(root):
            faults.add("INPUTS_OUTSIDE", Place(file=name), found=source.path.name)
        elif source.is_data and sha256_of(source.path) not in digests:
            faults.add("INPUTS_CHANGED", Place(file=name), found=source.path.name)
    faults.raise_errors()


def _rebuild_text(inputs: Inputs | None, result: Result, outputs: Mapping[str, str], options: str) -> str:
    """REBUILD.md."""
    lines = [f"# {result.wave}: tính lại · rebuild", ""]
    if inputs is not None and not inputs.sealed:
        wave = shlex.quote(f"bundle/{inputs.name(inputs.wave / WAVE_FILE)}".removesuffix(f"/{WAVE_FILE}"))
        lines += [
            f"Hai lệnh dưới đây, với ddci {result.provenance.version}, tạo lại đúng từng byte của mọi tệp đã công bố.",
            f"With ddci {result.provenance.version} these two commands give every published file again, byte for byte.",
            "",
            "```",
            "unzip bundle.zip -d bundle",
            f"ddci compute {wave} --publish {options} --out rebuilt",
            "```",
        ]
    else:
        lines += _sealed_text(inputs)
    lines += ["", "| SHA-256 | tệp · file |", "|---|---|"]
    lines += [f"| {digest} | {name} |" for name, digest in sorted(outputs.items())]
    return "\n".join(lines) + "\n"


def _sealed_text(inputs: Inputs | None) -> list[str]:
    """Why the figures cannot be computed again from this bundle, and what is in it instead."""
    lines = [
        "Phiếu trả lời không được công bố, để không ai biết cơ sở nào đã trả lời gì; vì vậy gói này chưa đủ để tính lại.",
        "Gói có bộ chỉ số, các bảng công khai và số liệu đã công bố (published/scores.csv). Mã băm dưới đây cho phép kiểm",
        "tra rằng kết quả được tính từ đúng những tệp được giữ kín.",
        "",
        "Respondents' answers, and values that would reveal a suppressed cell, are not published, so this bundle alone",
        "cannot rebuild the figures. It holds the framework, the open tables and the published figures",
        "(published/scores.csv). The hashes say which sealed files the result was computed from.",
    ]
    if inputs is not None:
        lines += ["", "| SHA-256 | tệp giữ kín · sealed file |", "|---|---|"]
        lines += [f"| {sha256_of(source.path)} | {inputs.name(source.path)} |" for source in inputs.sealed]
    return lines
