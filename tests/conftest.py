"""Shared fixtures. Measured files of other laboratories are not part of the project: tests skip without."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from eisfit.circuit import Circuit

DATA = Path(os.environ.get("EISFIT_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))

# a busy machine is no failure; before a release: pytest -m "long or not long" --hypothesis-profile release
settings.register_profile("eisfit", deadline=None, max_examples=30)
settings.register_profile("release", deadline=None, max_examples=400)
settings.load_profile("eisfit")


gc.set_threshold(200_000, 20, 20)  # as the command does
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or every process of a test would compile all modules again


def pytest_collection_finish() -> None:
    """Thousands of tests are kept to the end: they need not be searched for cycles again and again."""
    gc.freeze()


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of measured files."""
    if not DATA.is_dir():
        pytest.skip(f"no measured files at {DATA} (set EISFIT_DATA)")
    return DATA


@pytest.fixture(scope="session")
def assb() -> Circuit:
    """The circuit of a solid-state cell."""
    return Circuit("R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}")
