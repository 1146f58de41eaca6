"""Where a Result came from: hashes of every input, versions, seed and options; no clock, no machine name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib import metadata

from ddci.result import Provenance
from ddci.wave.model import Wave


def provenance_of(wave: Wave, *, engine: str) -> Provenance:
    """The provenance of everything computed from ``wave``."""
    return Provenance(
        version=metadata.version("ddci"),
        framework_hash=hash_files(wave.framework.files),
        data_hash=hash_files(wave.files),
        files=(*wave.framework.files, *wave.files),
        seed=wave.seed,
        replicates=wave.replicates,
        replicate_method=wave.replicate_method,
        lone_stratum=wave.lone_stratum,
        raked=wave.rake,
        engine=engine,
    )


def hash_files(files: Iterable[tuple[str, str]]) -> str:
    """One SHA-256 over (name, SHA-256) pairs, whatever their order."""
    joined = "\n".join(f"{name} {digest}" for name, digest in sorted(files))
    return hashlib.sha256(joined.encode()).hexdigest()
