"""Read a wave folder: wave.toml and everything it names.

In:  the folder (or its wave.toml).
Out: a Wave, with the sha256 of every file and the warnings; or InputError with all faults of all files together, those
     of the framework and of earlier waves included. Earlier waves are read without their own earlier waves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import polars as pl

from ddci.errors import Fault, Faults, InputError, Place
from ddci.framework.load import read_framework
from ddci.framework.model import Framework, Indicator
from ddci.framework.schema import QUESTIONNAIRE_FILE
from ddci.wave.cell_faults import PLACES_SHOWN
from ddci.wave.columns import MAX_BYTES, Column, Table
from ddci.wave.model import Unit, ValueTable, Wave
from ddci.wave.parts import (
    FLAGGED_COLUMNS,
    HISTORY_COLUMNS,
    PUBLISHED_COLUMNS,
    STRATUM_COLUMNS,
    TARGET_COLUMNS,
    UNIT_COLUMNS,
    VALUE_COLUMNS,
    read_flagged,
    read_history,
    read_population,
    read_published,
    read_targets,
    read_units,
    read_values,
)
from ddci.wave.paths import Fences
from ddci.wave.responses import read_responses, response_columns
from ddci.wave.settings import TABLES, WAVE_FILE, Settings, read_settings
from ddci.wave.tables import RESPONSE_KINDS, TABLE_KINDS, read_table

COPIED_KEYS = (
    "vi", "en", "simulated", "source", "seed", "replicates", "replicate_method", "lone_stratum", "listwise", "panel", "rake",
    "publication_min",
)  # fmt: skip
COLUMNS: dict[str, tuple[Column, ...]] = {
    "units": UNIT_COLUMNS,
    "values": VALUE_COLUMNS,
    "strata": STRATUM_COLUMNS,
    "published": PUBLISHED_COLUMNS,
    "targets": TARGET_COLUMNS,
    "history": HISTORY_COLUMNS,
    "flagged": FLAGGED_COLUMNS,
}

ReadResult = Callable[[Path], Any]


def load_wave(
    path: Path, *, allow_outside: bool = False, with_previous: bool = True, read_result: ReadResult | None = None
) -> Wave:
    """The wave in a folder, checked.

    path            the wave folder or its wave.toml
    allow_outside   let wave.toml name files outside its folder and root
    with_previous   also read the waves or results under ``previous`` and ``pooled``
    read_result     reads a ``result.json`` named there

    Raises InputError with every fault of every file.
    """
    faults = Faults()
    folder = (path.parent if path.name == WAVE_FILE else path).resolve()
    loader = _Loader(folder, allow_outside, read_result, faults)
    wave = loader.wave(folder, with_previous=with_previous, chain=())
    faults.raise_errors()
    if wave is None:
        raise AssertionError("a wave that could not be read leaves a fault")
    return replace(wave, warnings=faults.warnings)


@dataclass(slots=True)
class _Loader:
    """One call of ``load_wave``: labels relative to the wave asked for, each framework read once."""

    base: Path
    allow_outside: bool
    read_result: ReadResult | None
    faults: Faults
    frameworks: dict[Path, Framework | None] = field(default_factory=dict)
    unsound: set[Path] = field(
        default_factory=set
    )  # frameworks with faults: good for checking tables, not for computing

    def wave(self, folder: Path, *, with_previous: bool, chain: tuple[Path, ...]) -> Wave | None:
        label = Fences(Settings(folder, "", ""), self.base, self.allow_outside, self.faults).label(folder / WAVE_FILE)
        if not folder.exists():
            self.faults.add("WAVE_FOLDER_MISSING", Place(file=label.removesuffix("/" + WAVE_FILE)), found=folder.name)
            return None
        settings = read_settings(folder / WAVE_FILE, label, self.faults)
        if settings is None:
            return None
        fences = Fences(settings, self.base, self.allow_outside, self.faults)
        framework, is_sound = self._framework(fences)
        files = [(WAVE_FILE, settings.sha256)]
        tables = self._tables(fences, framework, files, is_sound=is_sound)
        parts = _assemble(tables, framework, settings, self.faults, is_sound=is_sound)
        previous, pooled = self._earlier(fences, with_previous=with_previous, chain=(*chain, folder))
        if framework is None or not is_sound or not {"code", "year"} <= settings.values.keys():
            return None
        _check_succession(parts["units"], previous, settings, self.faults, known=with_previous)
        copied = {key: settings.values[key] for key in COPIED_KEYS if key in settings.values}
        return Wave(
            code=settings.values["code"],
            year=settings.values["year"],
            framework=framework,
            previous=previous,
            pooled=pooled,
            files=tuple(files),
            **copied,
            **parts,
        )

    def _framework(self, fences: Fences) -> tuple[Framework | None, bool]:
        """The framework as far as the tables can be checked against it, and whether it has no fault."""
        written = fences.settings.values.get("framework")
        path = None if written is None else fences.elsewhere("framework", written)
        if path is None:
            return None, False
        if path not in self.frameworks:
            framework, faults = read_framework(path)
            if faults.errors:
                self.faults.extend(_relabelled(tuple(faults), fences))
                framework = _for_checking(framework, faults.errors)
                self.unsound.add(path)
            self.frameworks[path] = framework
        return self.frameworks[path], path not in self.unsound

    def _tables(
        self, fences: Fences, framework: Framework | None, files: list[tuple[str, str]], *, is_sound: bool
    ) -> dict[str, Table | None]:
        """Every table that wave.toml names; None where it could not be read."""
        tables: dict[str, Table | None] = {}
        for name in TABLES:
            if name not in fences.settings.values:
                continue
            tables[name] = None
            path = fences.table(name)
            if path is None:
                continue
            data = self._bytes(path, fences)
            if data is None:
                continue
            files.append((Path(fences.settings.values[name]).as_posix(), hashlib.sha256(data).hexdigest()))
            columns = self._columns(name, framework, fences, is_sound=is_sound)
            if columns:
                kinds = RESPONSE_KINDS if name == "responses" else TABLE_KINDS
                tables[name] = read_table(data, fences.label(path), columns=columns, faults=self.faults, kinds=kinds)
        return tables

    def _columns(self, name: str, framework: Framework | None, fences: Fences, *, is_sound: bool) -> tuple[Column, ...]:
        if name != "responses":
            return COLUMNS[name]
        if framework is None or (framework.questionnaire is None and not is_sound):
            return ()
        if framework.questionnaire is None:
            self.faults.add("RESPONSES_WITHOUT_QUESTIONNAIRE", fences.settings.place(name), found=framework.code)
            return ()
        return response_columns(framework.questionnaire)

    def _bytes(self, path: Path, fences: Fences) -> bytes | None:
        place = Place(file=fences.label(path))
        try:
            size = path.stat().st_size
            if size > MAX_BYTES:
                self.faults.add("FILE_TOO_LARGE", place, found=size, limit=MAX_BYTES)
                return None
            return path.read_bytes()
        except OSError as error:
            self.faults.add("FILE_UNREADABLE", place, found=error.strerror)
            return None

    def _earlier(
        self, fences: Fences, *, with_previous: bool, chain: tuple[Path, ...]
    ) -> tuple[Wave | Any | None, tuple[Wave | Any, ...]]:
        """The previous wave and those that set pooled bounds. Beyond the first step only cycles are looked for."""
        values = fences.settings.values
        named = [("previous", values["previous"])] if "previous" in values else []
        named += [("pooled", written) for written in values.get("pooled", ())]
        read: list[tuple[str, Wave | Any]] = []
        loaded: dict[Path, Wave | Any | None] = {}
        for key, written in named:
            path = fences.elsewhere(key, written) if with_previous else _quietly(fences, written)
            if path is None:
                continue
            folder = path.parent if path.name == WAVE_FILE else path
            if folder in chain:
                self.faults.add("WAVE_CYCLE", fences.settings.place(key), found=written)
            elif with_previous:
                if path not in loaded:
                    loaded[path] = self._one_earlier(key, written, path, fences, chain)
                if loaded[path] is not None:
                    read.append((key, loaded[path]))
        previous = next((wave for key, wave in read if key == "previous"), None)
        return previous, tuple(wave for key, wave in read if key == "pooled")

    def _one_earlier(
        self, key: str, written: str, path: Path, fences: Fences, chain: tuple[Path, ...]
    ) -> Wave | Any | None:
        if path.suffix.lower() == ".json":
            if self.read_result is None:
                self.faults.add("PREVIOUS_KIND", fences.settings.place(key), found=written)
                return None
            try:
                return self.read_result(path)
            except InputError as error:
                self.faults.extend(_relabelled(error.faults, fences))
                return None
        if path.is_file() and path.name != WAVE_FILE:
            self.faults.add("PREVIOUS_KIND", fences.settings.place(key), found=written)
            return None
        folder = path.parent if path.name == WAVE_FILE else path
        before = len(self.faults)
        wave = self.wave(folder, with_previous=False, chain=chain)
        warnings = [fault for fault in self.faults.items[before:] if fault.severity == "warning"]
        # Warnings about an earlier wave belong to that wave, not to the one being computed.
        self.faults.items[before:] = [fault for fault in self.faults.items[before:] if fault.severity == "error"]
        return None if wave is None else replace(wave, warnings=tuple(warnings))


def _quietly(fences: Fences, written: str) -> Path | None:
    """A path of an earlier wave's own ``previous``: only followed to find cycles, its faults are not ours."""
    return replace(fences, faults=Faults()).elsewhere("previous", written)


def _relabelled(faults: tuple[Fault, ...], fences: Fences) -> list[Fault]:
    """Faults of another reader, with their files called as the wave's own files are."""
    named = []
    for fault in faults:
        path = Path(fault.place.file)
        file = fences.label(path) if path.is_absolute() else fault.place.file
        named.append(replace(fault, place=replace(fault.place, file=file)))
    return named


def _for_checking(framework: Framework | None, errors: tuple[Fault, ...]) -> Framework | None:
    """What of a framework with faults the tables can be checked against without inventing faults of their own.

    Without all its codes nothing can be looked up in it; a questionnaire with faults of its own is left out.
    """
    if framework is None:
        return None
    codes = [item.code for item in framework.unit_groups] + [item.code for item in framework.sub_indices]
    codes += [item.code for item in framework.indicators]
    if not framework.indicators or not all(codes):
        return None
    if any(PurePath(fault.place.file).name == QUESTIONNAIRE_FILE for fault in errors):
        return replace(framework, questionnaire=None)
    return framework


def _assemble(
    tables: dict[str, Table | None],
    framework: Framework | None,
    settings: Settings,
    faults: Faults,
    *,
    is_sound: bool,
) -> dict[str, Any]:
    """The parts of a Wave from its tables, as far as what they refer to is known."""
    units_table = tables.get("units")
    units: tuple[Unit, ...] = read_units(units_table, framework, faults) if units_table else ()
    parts: dict[str, Any] = {"units": units}
    strata = tables.get("strata")
    population = read_population(strata, faults) if strata else None
    if population:
        parts["population"] = population
    if settings.values.get("rake") and "strata" not in tables:
        faults.add("RAKE_WITHOUT_STRATA", settings.place("rake"), found="true")
    if "flagged" in settings.values and "responses" not in settings.values:
        faults.add("FLAGGED_WITHOUT_RESPONSES", settings.place("flagged"), found=settings.values["flagged"])
    if framework is None or not units:
        return parts
    if values := tables.get("values"):
        parts["values"] = read_values(values, units, framework, faults)
    if (responses := tables.get("responses")) and framework.questionnaire:
        parts["responses"] = read_responses(responses, units, framework.questionnaire, population, faults)
    if (flagged := tables.get("flagged")) and parts.get("responses") is not None:
        parts["flagged"] = read_flagged(flagged, parts["responses"], faults)
    for name, read in (("published", read_published), ("targets", read_targets), ("history", read_history)):
        if table := tables.get(name):
            parts[name] = read(table, units, framework, faults)
    if is_sound and all(tables[name] is not None for name in ("values", "responses") if name in tables):
        _check_every_indicator(parts, framework, settings, faults)
    return parts


def _check_every_indicator(parts: dict[str, Any], framework: Framework, settings: Settings, faults: Faults) -> None:
    """Every indicator that applies to a unit of this wave has a value somewhere, or answers to compute one from."""
    values: ValueTable | None = parts.get("values")
    responses: pl.DataFrame | None = parts.get("responses")
    if values is None and responses is None:
        faults.add("WAVE_WITHOUT_DATA", Place(file=settings.label, element="wave"), found="")
        return
    groups = {unit.group for unit in parts["units"]}
    needed = {item.code for group in groups for item in framework.indicators_of_group(group)}
    empty = [
        item
        for column, item in enumerate(framework.indicators)
        if item.code in needed
        and (values is None or np.isnan(values.value[:, column]).all())
        and not _is_answered(item, responses)
    ]
    for item in empty[:PLACES_SHOWN]:
        wanted = ", ".join(item.questions) if item.kind == "survey" and responses is not None else ""
        place = settings.place("responses" if wanted else "values")
        faults.add("INDICATOR_WITHOUT_VALUE", place, found=item.code, name=item.vi, questions=wanted or "—")
    if len(empty) > PLACES_SHOWN:
        rest = len(empty) - PLACES_SHOWN
        place = Place(file=settings.label)
        codes = ", ".join(item.code for item in empty[PLACES_SHOWN:])
        faults.add("AND_MORE", place, found=rest, count=rest, like="INDICATOR_WITHOUT_VALUE", columns=codes)


def _is_answered(indicator: Indicator, responses: pl.DataFrame | None) -> bool:
    """Whether each of the indicator's questions has at least one answer."""
    if responses is None or indicator.kind != "survey" or not indicator.questions:
        return False
    return all(code in responses.columns and responses[code].count() > 0 for code in indicator.questions)


def _check_succession(
    units: tuple[Unit, ...], previous: Wave | Any | None, settings: Settings, faults: Faults, *, known: bool
) -> None:
    """Predecessors are units of this wave or of the previous one; others are probably misspelt."""
    if not known:
        return
    codes = {unit.code for unit in units} | {unit.code for unit in getattr(previous, "units", ())}
    strange = [(unit.code, code) for unit in units for code in unit.succeeds if code not in codes]
    for unit, code in strange[:PLACES_SHOWN]:
        faults.warn("SUCCEEDS_UNKNOWN", settings.place("units"), found=code, unit=unit)
    if len(strange) > PLACES_SHOWN:
        rest = len(strange) - PLACES_SHOWN
        faults.warn(
            "AND_MORE", settings.place("units"), found=rest, count=rest, like="SUCCEEDS_UNKNOWN", columns="succeeds"
        )
