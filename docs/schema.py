"""Writes study.schema.json, a study.json as JSON Schema, from the types of its values: python docs/schema.py

A test compares them.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from eisfit.circuit import Circuit, Parameter
from eisfit.export.study_file import SHARING
from eisfit.readers.own.study import FORMAT, SCHEMA
from eisfit.spectrum import Conditions, Source, Spectrum
from eisfit.study import Study

PAGE = Path(__file__).with_name("study.schema.json")
PLAIN: dict[Any, Any] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {
        "description": "null: not known",
        "anyOf": [{"type": "number"}, {"type": "null"}, {"enum": ["inf", "-inf"]}],
    },
    Any: {},
}
NUMBERS = {
    "type": "array",
    "description": "numbers, null where not known, in as many lists as the array has dimensions",
}
COMPLEX = {"type": "object", "properties": {"re": NUMBERS, "im": NUMBERS}, "required": ["re", "im"]}


def schema() -> dict[str, Any]:
    """The schema of the whole file."""
    known: dict[str, Any] = {}
    study = _object(Study, known)
    for name in SHARING:
        known[study["properties"][name]["$ref"].rpartition("/")[2]]["properties"].pop("series")
        held = known[study["properties"][name]["$ref"].rpartition("/")[2]]
        held["required"] = [one for one in held["required"] if one != "series"]
    head = {
        "format": {"const": FORMAT},
        "schema": {"const": SCHEMA},
        "run": {"type": "string", "description": "mark of the run, which report and figures carry too"},
        "files": {"type": "object", "description": "SHA-256 of the tables of the same run"},
        "written_by": {"type": "object"},
        "units": {"type": "object"},
        "inputs": {"type": "array"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "study.json of eisfit",
        "type": "object",
        "properties": head | study["properties"],
        "required": ["format", "schema", *study["required"]],
        "$defs": known,
    }


def _of(kind: Any, known: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind in PLAIN:
        return dict(PLAIN[kind])
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [{"type": "null"} if one is type(None) else _of(one, known) for one in arguments]}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin is np.ndarray:
        return COMPLEX if np.dtype(typing.get_args(arguments[1])[0]).kind == "c" else NUMBERS
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(arguments[1], known)}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        if len(arguments) > 1 and arguments[-1] is not Ellipsis:
            return {"type": "array", "prefixItems": [_of(one, known) for one in arguments], "items": False}
        return {"type": "array", "items": _of(arguments[0], known)}
    return _named(kind, known)


def _named(kind: type, known: dict[str, Any]) -> dict[str, Any]:
    """A reference to a value of its own, which is described once."""
    if kind.__name__ not in known:
        known[kind.__name__] = {}
        known[kind.__name__] = _own(kind, known)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _own(kind: type, known: dict[str, Any]) -> dict[str, Any]:
    if kind is Circuit:
        parameters = {"type": "array", "items": _of(Parameter, known)}
        own = {"text": PLAIN[str], "title": PLAIN[str], "roles": {"type": "object"}, "parameters": parameters}
        return {"type": "object", "properties": own, "required": list(own)}
    if kind is Spectrum:
        point = {"type": "object", "properties": {"point": PLAIN[int], "reason": PLAIN[str]}}
        own = {
            "label": PLAIN[str],
            "source": _of(Source | None, known),
            "conditions": _of(Conditions, known),
            "frequency": NUMBERS,
            "impedance": COMPLEX,
            "sigma": {"anyOf": [NUMBERS, {"type": "null"}]},
            "left_out": {"type": "array", "items": point},
        }
        return {"type": "object", "properties": own, "required": list(own)}
    if issubclass(kind, Enum):
        return {"enum": [one.value for one in kind]}
    return _object(kind, known)


def _object(kind: Any, known: dict[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    if is_dataclass(kind):
        own = [field for field in fields(kind) if not field.name.startswith("_")]
        needed = [f.name for f in own if f.default is MISSING and f.default_factory is MISSING]
        names = [field.name for field in own]
    else:
        names = list(kind._fields)
        needed = [name for name in names if name not in kind._field_defaults]
    properties = {name: _of(hints[name], known) for name in names}
    about = {"description": (kind.__doc__ or "").strip().split("\n")[0]}
    return about | {"type": "object", "properties": properties, "required": needed}


def text() -> str:
    """The file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
