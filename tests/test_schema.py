"""The schema of study.json: made from the declarations, and right for a file that was written."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from eisfit.export import write_study
from tests.studies import make_study

DOCS = Path(__file__).parents[1] / "docs"
TYPES = {"string": str, "integer": int, "boolean": bool, "number": (int, float), "array": list, "object": dict}


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads((DOCS / "study.schema.json").read_text(encoding="utf-8"))


def test_the_file_is_that_of_the_declarations(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    made = importlib.import_module("schema")
    assert made.text() == made.PAGE.read_text(encoding="utf-8"), "run: python docs/schema.py"
    sys.modules.pop("schema")


def wrong(value: Any, kind: dict[str, Any], known: dict[str, Any], where: str = "") -> list[str]:
    """Where a value does not have the form of a schema: the words that this schema uses."""
    if "$ref" in kind:
        return wrong(value, known[kind["$ref"].rpartition("/")[2]], known, where)
    if "anyOf" in kind:
        found = [wrong(value, one, known, where) for one in kind["anyOf"]]
        return [] if any(not one for one in found) else min(found, key=len)
    if not fits(value, kind):
        return [f"{where}: {value!r} is not of the form {kind}"]
    out = [f"{where}.{name} is missing" for name in kind.get("required", ()) if name not in value]
    for name, inner, one in parts(value, kind):
        out += wrong(inner, one, known, f"{where}.{name}")
    return out


def fits(value: Any, kind: dict[str, Any]) -> bool:
    """Whether a value by itself is what is expected."""
    if "const" in kind or "enum" in kind:
        return value in kind.get("enum", [kind.get("const")])
    if kind.get("type") == "null":
        return value is None
    if isinstance(value, bool):
        return kind.get("type", "boolean") == "boolean"
    return isinstance(value, TYPES.get(kind.get("type", ""), object))


def parts(value: Any, kind: dict[str, Any]) -> list[tuple[object, Any, dict[str, Any]]]:
    """What is in a value, with its place and what is expected there."""
    if isinstance(value, dict):
        own, other = kind.get("properties", {}), kind.get("additionalProperties", {})
        return [(name, inner, own.get(name, other)) for name, inner in value.items()]
    if isinstance(value, list):
        first = kind.get("prefixItems", [])
        return [(i, inner, first[i] if first else kind.get("items", {})) for i, inner in enumerate(value)]
    return []


def test_a_written_file_has_the_form_of_the_schema(schema, tmp_path):
    write_study(make_study(n=3), tmp_path / "study.json")
    written = json.loads((tmp_path / "study.json").read_text(encoding="utf-8"))
    assert not wrong(written, schema, schema["$defs"])
    assert written.keys() <= schema["properties"].keys()
    del written["fits"]["cost"]
    written["series"]["cell"]["area_cm2"] = "wide"
    assert len(wrong(written, schema, schema["$defs"])) == 2
