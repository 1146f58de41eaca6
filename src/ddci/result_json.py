"""result.json: a Result written and read back without losing a bit.

Floats keep all their digits, NaN is null, arrays carry their shape, dataclasses are objects with their field names.
The same Result gives the same bytes. ``schema_version`` says which reader fits.
"""

from __future__ import annotations

import json
import math
import types
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from ddci.errors import Place, fail
from ddci.result import SCHEMA_VERSION, Result

_KINDS: dict[str, Any] = {"float": np.float64, "bool": np.bool_, "int": np.int64}


def write_result(result: Result, path: Path) -> None:
    """Write the Result as JSON (UTF-8, one line per top-level key, no time stamp)."""
    path.write_text(result_text(result), encoding="utf-8", newline="\n")


def result_text(result: Result) -> str:
    """The text of result.json."""
    body = ",\n".join(
        f"{json.dumps(item.name)}: {json.dumps(_encode(getattr(result, item.name)), ensure_ascii=False, allow_nan=False)}"
        for item in fields(result)
    )
    return "{\n" + body + "\n}\n"


def load_result(path: Path) -> Result:
    """Read a Result; a file that is not one is a fault (InputError), never a traceback."""
    place = Place(file=path.name)
    if path.exists() and not path.is_file():
        fail("RESULT_UNREADABLE", place, found=path.name)
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        fail("RESULT_UNREADABLE", place, found=error)
    version = plain.get("schema_version") if isinstance(plain, dict) else None
    if version != SCHEMA_VERSION:
        fail("RESULT_VERSION", place, found=version, wanted=SCHEMA_VERSION)
    try:
        result = cast(Result, _decode(Result, plain))
        _check_shapes(result)
        return result
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        fail("RESULT_UNREADABLE", place, found=error)


def _check_shapes(result: Result) -> None:
    """Raise ValueError where a file was cut or edited so that its arrays no longer fit its units and nodes."""
    shape = (len(result.units), len(result.nodes))
    arrays = [getattr(result.scores, item.name) for item in fields(result.scores)]
    arrays += result.flags.values()
    if any(array.shape != shape for array in arrays) or len(result.band) != shape[0]:
        raise ValueError(f"arrays other than {shape}")


def _encode(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _encode_array(value)
    if is_dataclass(value):
        return {item.name: _encode(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, dict):
        return {key: _encode(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_encode(entry) for entry in value]
    if isinstance(value, np.generic):
        return _encode(value.item())
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def _encode_array(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    kind = {"f": "float", "b": "bool", "i": "int"}[array.dtype.kind]
    flat = array.ravel().tolist()
    if kind == "float":
        flat = [None if entry != entry else entry for entry in flat]
    return {"kind": kind, "shape": list(array.shape), "values": flat}


def _decode_array(plain: dict[str, Any]) -> np.ndarray[Any, Any]:
    return np.array(plain["values"], dtype=_KINDS[plain["kind"]]).reshape(plain["shape"])


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _decode(hint: Any, plain: Any) -> Any:
    """The plain JSON value as the type that the dataclass field declares."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if plain is None else _decode_union(arguments, plain)
    if is_dataclass(hint):
        return cast(Any, hint)(
            **{name: _decode(_hints(cast(type, hint))[name], entry) for name, entry in plain.items()}
        )
    if origin is np.ndarray:
        return _decode_array(plain)
    if origin is tuple:
        kinds = [arguments[0]] * len(plain) if arguments[-1] is Ellipsis else arguments
        return tuple(_decode(kind, entry) for kind, entry in zip(kinds, plain, strict=True))
    if origin is dict:
        return {key: _decode(arguments[1], entry) for key, entry in plain.items()}
    if hint is float:
        return math.nan if plain is None else float(plain)
    if hint in (str, int, bool) and not isinstance(plain, hint):
        raise TypeError(f"{plain!r} where {hint.__name__} belongs")
    return plain


def _decode_union(arguments: tuple[Any, ...], plain: Any) -> Any:
    """One of several types: text matches a Literal or str, a list the tuple, anything else the remaining type."""
    kinds = [kind for kind in arguments if kind is not type(None)]
    if isinstance(plain, str):
        return plain
    structured = [kind for kind in kinds if get_origin(kind) is not Literal]
    return _decode(structured[0], plain)
