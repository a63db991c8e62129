"""Values as plain data that JSON can hold, and back: guided by the types of the fields, without a second description.

Arrays become lists, complex ones two lists `re` and `im`, NaN becomes null (in an array and where a float is due, null
becomes NaN again), an infinite number the text "inf". A circuit becomes its text, its parameters and its roles; the
points that a spectrum leaves out become a list of index and reason.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eisfit.circuit import Circuit, Parameter
from eisfit.printable import shortened
from eisfit.spectrum import Conditions, Source, Spectrum, build, read_only

PLAIN: dict[Any, Any] = {str: str, int: int, bool: bool, float: int | float | str | None}
WORDS = {str: "a text", int: "a whole number", bool: "true or false", float: "a number"}
"""What may stand where a field of a type is due, and what it is called."""
MOST_WHOLE = 1 << 53


def to_plain(value: Any, *, without: Any = None) -> Any:
    """A value as dicts, lists, texts, numbers, booleans, None; fields that hold the object `without` are left out."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return _plain_float(value)
    if isinstance(value, str):
        return str(value)
    for kind, convert in _TO_PLAIN.items():
        if isinstance(value, kind):
            return convert(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_fields(value, without)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: to_plain(item) for name, item in value._asdict().items()}
    return [to_plain(item) for item in value] if isinstance(value, Sequence | set | frozenset) else str(value)


def _plain_fields(value: Any, without: Any) -> dict[str, Any]:
    pairs = ((f.name, getattr(value, f.name)) for f in fields(value) if not f.name.startswith("_"))
    return {name: to_plain(held, without=without) for name, held in pairs if without is None or held is not without}


def from_plain(kind: Any, data: Any) -> Any:
    """The value of type `kind` that `to_plain` made `data` from. Raises KeyError, TypeError or ValueError."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        members = [member for member in arguments if member is not type(None)]
        return None if data is None and len(members) < len(arguments) else from_plain(members[0], data)
    if origin is typing.Literal:
        if data not in arguments:
            raise ValueError(f"{shortened(data)} stands where one of {', '.join(map(str, arguments))} was expected")
        return data
    if origin is np.ndarray:
        return _array(typing.get_args(arguments[1])[0], data)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        _refuse_other(data, Mapping, "a table")
        return {from_plain(arguments[0], _key(arguments[0], k)): from_plain(arguments[1], v) for k, v in data.items()}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        _refuse_other(data, list | tuple, "a list")
        return tuple(from_plain(item, value) for item, value in _items(arguments, data))
    return _from_plain_class(kind, data)


def _refuse_other(data: Any, kind: Any, what: str) -> None:
    if not isinstance(data, kind):
        raise TypeError(f"{shortened(data)} stands where {what} was expected")


def _from_plain_class(kind: Any, data: Any) -> Any:
    is_class = isinstance(kind, type)
    if kind in _FROM_PLAIN:
        return data if isinstance(data, kind) else _FROM_PLAIN[kind](data)
    if kind in PLAIN and not isinstance(data, PLAIN[kind]):
        raise TypeError(f"{shortened(data)} stands where {WORDS[kind]} was expected")
    if kind is float:
        if isinstance(data, bool) or (isinstance(data, str) and data not in ("inf", "-inf")):
            raise TypeError(f"{shortened(data)} stands where {WORDS[kind]} was expected")
        return float("nan") if data is None else float(data)
    if kind is int and (isinstance(data, bool) or abs(data) >= MOST_WHOLE):
        raise TypeError(f"{shortened(data)} stands where {WORDS[kind]} was expected")
    if is_class and hasattr(kind, "__dataclass_fields__"):
        return data if isinstance(data, kind) else _dataclass(kind, data)
    if is_class and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        hints = _hints(kind)
        return kind(**{name: from_plain(hints[name], value) for name, value in data.items()})
    return kind(data) if is_class and issubclass(kind, Enum) else data


def _dataclass(kind: type, data: Any) -> Any:
    if not isinstance(data, Mapping):
        raise TypeError(f"{kind.__name__} is no object")
    return build(kind, {f.name: _field(kind, f, data) for f in fields(kind)})


def _field(kind: type, declared: Field[Any], data: Mapping[str, Any]) -> Any:
    if declared.name in data:
        return from_plain(_hints(kind)[declared.name], data[declared.name])
    if declared.default is not MISSING:
        return declared.default
    if declared.default_factory is not MISSING:
        return declared.default_factory()
    raise KeyError(declared.name)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _items(arguments: tuple[Any, ...], data: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Pairs of type and item: tuple[X, ...] and Sequence[X] repeat X, tuple[A, B] does not."""
    if len(arguments) == 1 or arguments[-1] is Ellipsis:
        return [(arguments[0], item) for item in data]
    return list(zip(arguments, data, strict=True))


def _key(kind: Any, text: str) -> Any:
    return int(text) if kind is int else text


def _plain_float(value: float) -> float | str | None:
    if np.isfinite(value):
        return float(value)
    return None if np.isnan(value) else str(float(value))


def _plain_array(array: NDArray[Any]) -> Any:
    if array.dtype.kind == "c":
        return {"re": _plain_array(array.real), "im": _plain_array(array.imag)}
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        return _each(array.tolist())
    return array.tolist()


def _each(value: Any) -> Any:
    return [_each(item) for item in value] if isinstance(value, list) else to_plain(value)


def _array(dtype: Any, data: Any) -> NDArray[Any]:
    kind = np.dtype(dtype)
    if kind.kind == "c":
        out = np.array(data["re"], dtype=kind)
        out.imag = np.array(data["im"], dtype=np.float64)
        return read_only(out, kind)
    return read_only(np.array(data, dtype=kind), kind)


def _plain_circuit(circuit: Circuit) -> dict[str, Any]:
    return {
        "text": str(circuit),
        "title": circuit.title,
        "roles": dict(circuit.roles),
        "parameters": [to_plain(parameter) for parameter in circuit.parameters],
    }


def _circuit(data: Mapping[str, Any]) -> Circuit:
    parameters = [from_plain(Parameter, item) for item in data["parameters"]]
    circuit = Circuit(data["text"], notation="boukamp", roles=data["roles"], title=data["title"])
    return circuit.with_(**{parameter.name: parameter for parameter in parameters})


def _plain_spectrum(spectrum: Spectrum) -> dict[str, Any]:
    return {
        "label": spectrum.label,
        "source": to_plain(spectrum.source),
        "conditions": to_plain(spectrum.conditions),
        "frequency": to_plain(spectrum.frequency),
        "impedance": to_plain(spectrum.impedance),
        "sigma": to_plain(spectrum.sigma),
        "left_out": [{"point": int(k), "reason": spectrum.reasons[k]} for k in np.flatnonzero(spectrum.mask)],
    }


def _spectrum(data: Mapping[str, Any]) -> Spectrum:
    _refuse_other(data["label"], str, "the label of a spectrum")
    spectrum = Spectrum(
        data["frequency"],
        _array(np.complex128, data["impedance"]),
        sigma=data["sigma"],
        conditions=from_plain(Conditions, data["conditions"]),
        label=data["label"],
        source=from_plain(Source | None, data["source"]),
    )
    index = np.arange(len(spectrum))
    for left_out in data["left_out"]:
        _refuse_other(left_out["reason"], str, "a reason")
        if left_out["point"] not in index:
            raise ValueError(f"a point {shortened(left_out['point'])} is left out of a spectrum of {len(spectrum)}")
        spectrum = spectrum.masked(index == left_out["point"], left_out["reason"])
    return spectrum


def _plain_mapping(mapping: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): to_plain(item) for key, item in mapping.items()}


_TO_PLAIN: dict[type, Callable[[Any], Any]] = {
    np.ndarray: _plain_array,
    np.generic: lambda value: to_plain(value.item()),
    complex: lambda value: [value.real, value.imag],
    Circuit: _plain_circuit,
    Spectrum: _plain_spectrum,
    Mapping: _plain_mapping,
}
_FROM_PLAIN: dict[type, Callable[[Any], Any]] = {Circuit: _circuit, Spectrum: _spectrum}
