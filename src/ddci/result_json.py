"""result.json: a Result written and read back without losing a bit.

Floats keep all their digits, NaN is null, arrays carry their shape, dataclasses are objects with their field names.
The same Result gives the same bytes. ``schema_version`` says which reader fits.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Callable
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
        f"{json.dumps(item.name)}: {json.dumps(encode(getattr(result, item.name)), ensure_ascii=False, allow_nan=False)}"
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
    return result_of(plain, path)


def result_of(plain: Any, path: Path) -> Result:
    """The Result of a file's plain JSON, in which arrays may stand already as arrays."""
    place = Place(file=path.name)
    version = plain.get("schema_version") if isinstance(plain, dict) else None
    if version != SCHEMA_VERSION:
        fail("RESULT_VERSION", place, found=version, wanted=SCHEMA_VERSION)
    try:
        result = cast(Result, _decoder(Result)(plain))
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


def encode(value: Any) -> Any:
    """The value as plain JSON; NaN is None, an array an object with kind, shape and values."""
    if isinstance(value, np.ndarray):
        return _encode_array(value)
    if is_dataclass(value):
        return {item.name: encode(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, dict):
        return {key: encode(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [encode(entry) for entry in value]
    if isinstance(value, np.generic):
        return encode(value.item())
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def _encode_array(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    kind = {"f": "float", "b": "bool", "i": "int"}[array.dtype.kind]
    flat = array.ravel().tolist()
    if kind == "float":
        flat = [None if entry != entry else entry for entry in flat]
    return {"kind": kind, "shape": list(array.shape), "values": flat}


def _decode_array(plain: Any) -> np.ndarray[Any, Any]:
    if isinstance(plain, np.ndarray):
        return plain
    return np.array(plain["values"], dtype=_KINDS[plain["kind"]]).reshape(plain["shape"])


@cache
def _decoder(hint: Any) -> Callable[[Any], Any]:
    """What turns a plain JSON value into the type that a dataclass field declares; made once for each type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _union_decoder(arguments)
    if is_dataclass(hint):
        return _dataclass_decoder(cast(type, hint))
    if origin is np.ndarray:
        return _decode_array
    if origin is tuple:
        return _tuple_decoder(arguments)
    if origin is dict:
        decode = _decoder(arguments[1])
        return lambda plain: {key: decode(entry) for key, entry in plain.items()}
    if hint is float:
        return lambda plain: math.nan if plain is None else float(plain)
    if hint in (str, int, bool):
        return _checked(hint)
    return lambda plain: plain


def _checked(kind: type) -> Callable[[Any], Any]:
    def decode(plain: Any) -> Any:
        if not isinstance(plain, kind):
            raise TypeError(f"{plain!r} where {kind.__name__} belongs")
        return plain

    return decode


def _dataclass_decoder(kind: type) -> Callable[[Any], Any]:
    decoders = {name: _decoder(hint) for name, hint in get_type_hints(kind).items()}
    return lambda plain: kind(**{name: decoders[name](entry) for name, entry in plain.items()})


def _tuple_decoder(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    decoders = [_decoder(argument) for argument in arguments if argument is not Ellipsis]
    if arguments[-1] is Ellipsis:
        return lambda plain: tuple(map(decoders[0], plain))
    return lambda plain: tuple(decode(entry) for decode, entry in zip(decoders, plain, strict=True))


def _union_decoder(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    """One of several types: text matches a Literal or str, a list the tuple, anything else the remaining type."""
    structured = [kind for kind in arguments if kind is not type(None) and get_origin(kind) is not Literal]
    decode = _decoder(structured[0]) if structured else None

    def choose(plain: Any) -> Any:
        if plain is None or isinstance(plain, str):
            return plain
        if decode is None:
            raise TypeError(f"{plain!r} where one of {arguments} belongs")
        return decode(plain)

    return choose
