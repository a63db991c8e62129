"""Generated tables on a seed of their own: right ones are read right, other quantities never give a spectrum."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

PLACE = Path(__file__).parents[3] / "benchmarks" / "tables.py"


@pytest.mark.parametrize(("seed", "count"), [(71, 60), pytest.param(72, 2000, marks=pytest.mark.long)])
def test_generated_tables(seed, count):
    spec = importlib.util.spec_from_file_location("tables", PLACE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    became = module.judged(seed, count, show=5)
    assert became.get("right misread", 0.0) == 0.0
    assert became.get("wrong read", 0.0) == 0.0
    assert became["right"] >= 0.95
