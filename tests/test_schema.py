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
    if "const" in kind and value != kind["const"]:
        return [f"{where}: not {kind['const']}"]
    if "enum" in kind and value not in kind["enum"]:
        return [f"{where}: {value!r} is none of {kind['enum']}"]
    if kind.get("type") == "null":
        return [] if value is None else [f"{where}: not null"]
    expected = TYPES.get(kind.get("type", ""))
    if expected and (not isinstance(value, expected) or (isinstance(value, bool) and kind["type"] != "boolean")):
        return [f"{where}: {type(value).__name__} is no {kind['type']}"]
    out = [f"{where}.{name} is missing" for name in kind.get("required", ()) if name not in value]
    if isinstance(value, dict):
        for name, inner in value.items():
            one = kind.get("properties", {}).get(name, kind.get("additionalProperties", {}))
            out += wrong(inner, one, known, f"{where}.{name}")
    if isinstance(value, list):
        for i, inner in enumerate(value):
            one = kind["prefixItems"][i] if "prefixItems" in kind else kind.get("items", {})
            out += wrong(inner, one, known, f"{where}[{i}]")
    return out


def test_a_written_file_has_the_form_of_the_schema(schema, tmp_path):
    write_study(make_study(n=3), tmp_path / "study.json")
    written = json.loads((tmp_path / "study.json").read_text(encoding="utf-8"))
    assert not wrong(written, schema, schema["$defs"])
    assert written.keys() <= schema["properties"].keys()
    del written["fits"]["cost"]
    written["series"]["cell"]["area_cm2"] = "wide"
    assert len(wrong(written, schema, schema["$defs"])) == 2
