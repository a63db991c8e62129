"""What the pages of docs/ show of the code is what the code says."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.mark.parametrize("name", ["architecture.md", "circuits.md", "cli.md", "files.md"])
def test_tables_and_pictures_are_those_of_the_code(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    refresh = importlib.import_module("refresh")
    page = (DOCS / name).read_text(encoding="utf-8")
    assert refresh.refreshed(page, refresh.PAGES[name]) == page, "run: python docs/refresh.py"


def test_the_way_of_the_data_passes_the_detector_before_any_fit() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    assert "series -- detect_shorts --> shorts" in page
