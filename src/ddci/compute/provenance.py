"""Where a Result came from: hashes of every input, versions, seed and options; no clock, no machine name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib import metadata

from ddci.result import Provenance, Result
from ddci.wave.model import Wave


def provenance_of(wave: Wave, *, engine: str) -> Provenance:
    """The provenance of everything computed from ``wave``, its earlier waves included."""
    earlier = earlier_files(wave)
    return Provenance(
        version=metadata.version("ddci"),
        framework_hash=hash_files(wave.framework.files),
        data_hash=hash_files((*wave.files, *earlier)),
        files=(*wave.framework.files, *wave.files, *earlier),
        seed=wave.seed,
        replicates=wave.replicates,
        # Table values have no respondents to resample: their replicates are normal draws.
        replicate_method=wave.replicate_method if wave.responses is not None else "gaussian",
        lone_stratum=wave.lone_stratum,
        raked=wave.rake,
        engine=engine,
    )


def earlier_files(wave: Wave) -> tuple[tuple[str, str], ...]:
    """(name, sha256) of all that the earlier waves were read from, each name below its wave's code."""
    named: dict[str, str] = {}
    for other in (wave.previous, *wave.pooled):
        if other is not None:
            code = other.wave if isinstance(other, Result) else other.code
            files = other.provenance.files if isinstance(other, Result) else (*other.framework.files, *other.files)
            named |= {f"{code}/{name}": digest for name, digest in files}
    return tuple(sorted(named.items()))


def hash_files(files: Iterable[tuple[str, str]]) -> str:
    """One SHA-256 over (name, SHA-256) pairs, whatever their order."""
    joined = "\n".join(f"{name} {digest}" for name, digest in sorted(files))
    return hashlib.sha256(joined.encode()).hexdigest()
