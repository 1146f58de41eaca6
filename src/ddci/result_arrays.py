"""result.npz: the same Result as result.json beside it, with its arrays in binary, so that a page opens at once.

In:  a Result and the result.json written from it. Out: a NumPy archive of its arrays by name ("scores.value"), of all else
as JSON, and of the SHA-256 of that result.json; no pickle. The same Result gives the same bytes. A companion is only read
where result.json is still the file that it was made from; otherwise result.json itself is read, which always suffices.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ddci.errors import InputError
from ddci.result import Result
from ddci.result_json import encode, load_result, result_of

COMPANION = "result.npz"
ARRAY, SKELETON, SOURCE = "$array", "skeleton", "sha256"
DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
Arrays = dict[str, npt.NDArray[Any]]


def write_companion(result: Result, path: Path) -> None:
    """Write result.npz beside the result.json at ``path``."""
    arrays: Arrays = {}
    plain = {item.name: _taken_out(getattr(result, item.name), item.name, arrays) for item in fields(result)}
    texts = {SKELETON: json.dumps(plain, ensure_ascii=False, allow_nan=False).encode("utf-8"), SOURCE: _digest(path)}
    arrays |= {name: np.frombuffer(text, dtype=np.uint8) for name, text in texts.items()}
    path.with_name(COMPANION).write_bytes(_archive(arrays))


def load_fast(path: Path) -> Result:
    """The Result of the result.json at ``path``: from its companion where that belongs to it, else from the file itself."""
    companion = path.with_name(COMPANION)
    try:
        with companion.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            if archive[SOURCE].tobytes() != _digest(path):
                return load_result(path)
            skeleton = archive[SKELETON].tobytes()
            arrays = {name: archive[name] for name in archive.files if name not in (SKELETON, SOURCE)}
        return result_of(json.loads(skeleton, object_hook=lambda plain: _put_back(plain, arrays)), path)
    except (OSError, ValueError, LookupError, zipfile.BadZipFile, EOFError, InputError):
        return load_result(path)


def _taken_out(value: Any, name: str, arrays: Arrays) -> Any:
    """The value as plain JSON with its arrays named, the arrays themselves laid into ``arrays``."""
    if isinstance(value, np.ndarray):
        arrays[name] = np.ascontiguousarray(value)
        return {ARRAY: name}
    if hasattr(value, "__dataclass_fields__"):
        return {
            item.name: _taken_out(getattr(value, item.name), f"{name}.{item.name}", arrays) for item in fields(value)
        }
    if isinstance(value, dict):
        return {key: _taken_out(entry, f"{name}.{place}", arrays) for place, (key, entry) in enumerate(value.items())}
    if isinstance(value, tuple | list):
        return [_taken_out(entry, f"{name}.{place}", arrays) for place, entry in enumerate(value)]
    return encode(value)


def _put_back(plain: dict[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Any:
    return arrays[plain[ARRAY]] if len(plain) == 1 and ARRAY in plain else plain


def _archive(arrays: Arrays) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as archive:
        for name, array in sorted(arrays.items()):
            entry = io.BytesIO()
            np.lib.format.write_array(entry, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", DATE), entry.getvalue())
    return memory.getvalue()


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
