"""``ddci simulate``: a framework folder and a list of units in, a simulated wave folder out.

In:  paths, n, seed. A file simulation.toml beside the list of units says more (``ddci.survey.plan_file``); it and a
     SOURCE.md beside it travel along, so that the folder can be made again from itself, byte for byte.
Out: a wave folder, written whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ddci.encodings import name_encoding
from ddci.errors import Faults, Place, fail
from ddci.framework.load import load_framework
from ddci.framework.model import Framework
from ddci.survey.plan_file import PLAN_FILE, PlanFile, read_plan
from ddci.survey.simulate import default_plan, simulate_wave
from ddci.survey.simulation_plan import SimulationPlan
from ddci.wave.columns import MAX_BYTES
from ddci.wave.model import Unit, Wave
from ddci.wave.parts import UNIT_COLUMNS, read_units
from ddci.wave.paths import find_root
from ddci.wave.tables import read_table
from ddci.wave.write import write_wave

TRAVELLING = (PLAN_FILE, "SOURCE.md")
INVENTED_UNITS = 12  # per group, when no list is given


@dataclass(frozen=True, slots=True)
class Order:
    """What to simulate. None = as the plan file says, else the usual."""

    framework: Path
    units: Path | None = None
    n: int | None = None
    seed: int = 1
    year: int | None = None
    code: str | None = None
    replicates: int = 1000


def planned_wave(order: Order) -> tuple[Framework, PlanFile]:
    """The framework and the plan of an order. Raises InputError with all faults of the file at fault."""
    framework = load_framework(order.framework)
    units = invented_units(framework) if order.units is None else _load_units(order.units, framework)
    found = PlanFile(SimulationPlan(units=units))
    plan_path = None if order.units is None else order.units.parent / PLAN_FILE
    if plan_path is not None and plan_path.is_file():
        found = read_plan(_read_text(plan_path), str(plan_path), framework, units)
    plan = default_plan(found.plan, framework)
    if order.n is not None:
        plan = replace(plan, n=order.n, n_of={})
    return framework, replace(found, plan=plan)


def planned_code(order: Order) -> str:
    """The code that the wave of an order will have."""
    framework, found = planned_wave(order)
    return str(order.code or found.wave.get("code") or f"{framework.code}-mo-phong")


def make_wave(order: Order) -> Wave:
    """The simulated wave of an order, in memory."""
    framework, found = planned_wave(order)
    said = found.wave
    wave = simulate_wave(
        framework,
        found.plan,
        seed=order.seed,
        code=order.code or said.get("code"),
        year=order.year or said.get("year"),
        replicates=order.replicates,
    )
    return replace(wave, **{key: said[key] for key in ("vi", "en", "source") if key in said})


def simulate_to_folder(order: Order, out: Path) -> Wave:
    """Simulate and write the folder ``out``. A framework outside the folder's root is copied into it.

    Raises InputError: what ``planned_wave``, ``simulate`` and ``write_wave`` raise.
    """
    wave = make_wave(order)
    folder = order.units.parent if order.units is not None else None
    texts = {name: _read_text(folder / name) for name in TRAVELLING if folder is not None and (folder / name).is_file()}
    previous = None
    if order.units is not None and PLAN_FILE in texts:
        written = planned_wave(order)[1].wave.get("previous")
        previous = None if written is None else order.units.parent / written
    framework = order.framework.parent if order.framework.is_file() else order.framework
    shared = framework.resolve().is_relative_to(find_root(out))
    write_wave(
        wave,
        out,
        framework=framework if shared else None,
        previous=previous,
        responses_kind=".parquet",
        texts=texts,
    )
    return wave


def invented_units(framework: Framework) -> tuple[Unit, ...]:
    """Units with neutral names, the same number in each group."""
    return tuple(
        Unit(f"{group.code}-{number:02d}", f"{group.vi} {number}", group.code)
        for group in framework.unit_groups
        for number in range(1, INVENTED_UNITS + 1)
    )


def _load_units(path: Path, framework: Framework) -> tuple[Unit, ...]:
    faults = Faults()
    if not path.is_file():
        fail("WAVE_FILE_MISSING", Place(file=str(path)), found=path.name, nearest="units.csv")
    if path.stat().st_size > MAX_BYTES:
        fail("FILE_TOO_LARGE", Place(file=str(path)), found=path.stat().st_size, limit=MAX_BYTES)
    table = read_table(path.read_bytes(), str(path), columns=UNIT_COLUMNS, faults=faults)
    units = read_units(table, framework, faults) if table is not None else ()
    faults.raise_errors()
    return units


def _read_text(path: Path) -> str:
    data = path.read_bytes()
    if encoding := name_encoding(data):
        fail("FILE_ENCODING", Place(file=str(path)), found=encoding)
    return data.decode("utf-8-sig").replace("\r\n", "\n")
