"""Publish a Result: every file that the public may have, suppressed where too few answered, in one folder.

In:  a Result, the publication minimum, the wave folder it was computed from and the Results of earlier waves.
Out: a folder, written as a whole or not at all, with all outputs of ``ddci compute``, result.npz (result.json for programs
in a hurry), scores.parquet, every picture of the catalogue at two widths, bundle.zip and manifest.json. All are made from
the suppressed Result. The same inputs give the same bytes, bundle and manifest included: the bundle names the hash of every
other output, the manifest also the bundle's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from ddci.errors import Fault, Faults, Place, fail
from ddci.report.bundle import Inputs, bundle_bytes, gather_inputs, sha256_of
from ddci.report.figures import with_history
from ddci.report.outputs import OUTPUTS, write_outputs
from ddci.report.parquet import scores_parquet
from ddci.report.sections import Workers
from ddci.report.suppression import suppress
from ddci.result import Result
from ddci.result_arrays import COMPANION, write_companion
from ddci.result_json import write_result
from ddci.wave.folder import write_folder

MANIFEST_FILE, BUNDLE_FILE = "manifest.json", "bundle.zip"
MANIFEST_VERSION = 1
PUBLISHED = (*OUTPUTS, COMPANION, "scores.parquet", "pictures/*.svg", "pictures/en/*.svg", BUNDLE_FILE, MANIFEST_FILE)
STEPS = ("writing", "bundling")


@dataclass(frozen=True, slots=True)
class PublishedFile:
    name: str
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was published, from what, by what. ``files`` are all files of the folder but the manifest, by name."""

    wave: str
    year: int
    simulated: bool
    minimum: int
    framework_hash: str
    data_hash: str
    version: str
    seed: int
    replicates: int
    schema_version: int  # of result.json
    earlier: tuple[str, ...]  # codes of the waves that the history was taken from
    files: tuple[PublishedFile, ...]
    manifest_version: int = MANIFEST_VERSION


def write_publication(
    result: Result,
    folder: Path,
    *,
    minimum: int,
    inputs: Path | None,
    earlier: Sequence[Result] = (),
    extra: Mapping[str, bytes] | None = None,
    workers: Workers | None = None,
    progress: Callable[[str], None] | None = None,
) -> Manifest:
    """Write everything that is published of a Result, and say what it is.

    minimum   cells with fewer answers are suppressed, in the earlier Results too; 0 = none
    inputs    the wave folder that was computed, for the bundle; None where there is none any more
    earlier   Results of earlier waves, whose figures are the units' history
    extra     further files by name, such as a study of the method: in the manifest, not among what the bundle rebuilds
    workers   processes that share the drawing
    progress  called with the name of each of ``STEPS``
    Raises    InputError, see ``write_folder`` and ``gather_inputs``; then the folder is as it was
    """
    tell = progress or (lambda step: None)
    before = [suppress(other, minimum=minimum) for other in earlier]
    then = next((other for other in before if result.change and other.wave == result.change.wave), None)
    suppressed = suppress(result, minimum=minimum, previous=then)
    found = None
    if inputs is not None:
        found = gather_inputs(inputs, result, minimum=minimum, is_suppressed=suppressed is not result)
    published = with_history(suppressed, before)
    manifests: list[Manifest] = []

    def write(target: Path) -> None:
        tell("writing")
        write_result(published, target / "result.json")
        write_companion(published, target / "result.json")
        write_outputs(published, target, workers=workers, pictures=True)
        (target / "scores.parquet").write_bytes(scores_parquet(published))
        tell("bundling")
        _write_bundle(target, published, found, minimum=minimum, earlier=before)
        for name, content in (extra or {}).items():
            (target / name).write_bytes(content)
        manifests.append(_write_manifest(target, published, minimum=minimum, earlier=before))

    write_folder(folder, write, own=(*PUBLISHED, *(extra or {})))
    return manifests[0]


def load_manifest(folder: Path) -> Manifest:
    """The manifest of a publication folder; a file that is not one is a fault."""
    place = Place(file=MANIFEST_FILE)
    try:
        plain = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        files = tuple(PublishedFile(**entry) for entry in plain.pop("files"))
        manifest = Manifest(**{**plain, "files": files, "earlier": tuple(plain["earlier"])})
        if manifest.manifest_version != MANIFEST_VERSION or not all(_is_inside(file.name) for file in files):
            raise ValueError(f"manifest_version {manifest.manifest_version}")
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        fail("MANIFEST_UNREADABLE", place, found=folder.name, reason=error)
    return manifest


def verify_publication(folder: Path) -> tuple[Fault, ...]:
    """Every difference between a publication folder and its manifest: changed, missing and foreign files."""
    manifest = load_manifest(folder)
    faults = Faults()
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    for file in manifest.files:
        place = Place(file=file.name)
        if file.name not in present:
            faults.add("PUBLISHED_MISSING", place, found=file.name)
        elif (digest := sha256_of(folder / file.name)) != file.sha256:
            faults.add("PUBLISHED_CHANGED", place, found=digest[:16], wanted=file.sha256[:16])
    for name in sorted(present - {file.name for file in manifest.files} - {MANIFEST_FILE}):
        faults.add("PUBLISHED_FOREIGN", Place(file=name), found=name)
    return faults.errors


def _write_bundle(
    target: Path, published: Result, inputs: Inputs | None, *, minimum: int, earlier: Sequence[Result]
) -> None:
    outputs = {file.name: file.sha256 for file in _files(target)}
    values = (target / "scores.csv").read_bytes()
    data = bundle_bytes(inputs, published, outputs, minimum=minimum, earlier=earlier, values=values)
    (target / BUNDLE_FILE).write_bytes(data)


def _write_manifest(target: Path, published: Result, *, minimum: int, earlier: Sequence[Result]) -> Manifest:
    made = published.provenance
    manifest = Manifest(
        wave=published.wave,
        year=published.year,
        simulated=published.simulated,
        minimum=minimum,
        framework_hash=made.framework_hash,
        data_hash=made.data_hash,
        version=made.version,
        seed=made.seed,
        replicates=made.replicates,
        schema_version=published.schema_version,
        earlier=tuple(other.wave for other in sorted(earlier, key=lambda other: (other.year, other.wave))),
        files=_files(target),
    )
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (target / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8", newline="\n")
    return manifest


def _files(target: Path) -> tuple[PublishedFile, ...]:
    paths = {path.relative_to(target).as_posix(): path for path in target.rglob("*") if path.is_file()}
    return tuple(PublishedFile(name, sha256_of(path), path.stat().st_size) for name, path in sorted(paths.items()))


def _is_inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and ".." not in parts and not PurePosixPath(name).is_absolute() and "\\" not in name
