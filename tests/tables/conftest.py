"""Fits made by hand, as the tests of the track have them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from eisfit.fitting.result import SeriesFit
from tests.tracking.conftest import VALUES, make_fits


@pytest.fixture(scope="session")
def fitted() -> Callable[..., SeriesFit]:
    return make_fits


@pytest.fixture(scope="session")
def truth() -> np.ndarray:
    return VALUES.copy()
