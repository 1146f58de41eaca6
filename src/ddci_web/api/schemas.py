"""What the read API answers. A missing number is null; scales, units and flags are those of docs/outputs.md."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

Level = Literal["index", "sub_index", "indicator"]


class Problem(Schema):
    """What is wrong and what to do."""

    detail: str


class Fault(Schema):
    loc: list[str | int] = Field(description="where in the call")
    msg: str
    type: str


class Refusal(Schema):
    """Parameters that cannot be read."""

    detail: list[Fault]


class WaveOut(Schema):
    code: str
    programme: str
    year: int
    vi: str
    en: str
    simulated: bool
    snapshot: int = Field(description="number of the latest public snapshot")
    public_from: datetime
    manifest_hash: str


class ProgrammeOut(Schema):
    code: str
    vi: str
    en: str
    source: str
    waves: list[WaveOut]


class SnapshotOut(Schema):
    number: int
    public_from: datetime
    manifest_hash: str
    corrects: int | None = Field(description="number of the snapshot that this one corrects")
    reason: str
    latest: bool


class FileOut(Schema):
    name: str
    sha256: str
    size: int
    url: str


class UnitOut(Schema):
    code: str
    name: str
    group: str
    valid_from: str | None
    valid_to: str | None
    succeeds: list[str]


class NodeOut(Schema):
    code: str
    level: Level
    parent: str | None
    vi: str
    en: str | None
    unit: str
    direction: int


class ScoreOut(Schema):
    unit: str
    level: Level
    code: str
    value: float | None
    score: float | None
    se: float | None
    low: float | None
    high: float | None
    n: float | None
    n_effective: float | None
    rank: float | None
    rank_low: float | None
    rank_high: float | None
    rank_low_single: float | None
    rank_high_single: float | None
    median: float | None
    change: float | None
    change_low: float | None
    change_high: float | None
    band: str | None
    flags: list[str]


class ScorePage(Schema):
    count: int = Field(description="rows that match, over all pages")
    limit: int
    offset: int
    items: list[ScoreOut]


class ContributionOut(Schema):
    unit: str
    part: Literal["sub_index", "weights", "entering", "leaving", "bounds"]
    code: str
    points: float
