"""What the tests of figures share: a study, axes, and what can be read from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eisfit.circuit import Circuit
from eisfit.fitting import fit
from eisfit.spectrum import Spectrum
from tests.studies import make_study

STUDY = make_study(n=12, failed=[3], shorts=[8, 9])
"""Twelve spectra, the fourth without a fit, the ninth and tenth suspected of a short."""


def axes(width: float = 4.0, height: float = 3.0) -> Axes:
    return Figure((width, height)).add_subplot()


def curves(ax: Axes, marker: str = "None") -> list[np.ndarray]:
    """The lines of the axes with a given marker, each (K, 2)."""
    return [line.get_xydata() for line in ax.lines if line.get_marker() == marker]


def assert_equal(ax: Axes) -> None:
    """One ohm along the real axis is as long on paper as one ohm along the other, before and after drawing."""
    for _ in range(2):
        (x0, y0), (x1, y1) = ax.transData.transform([(0, 0), (1, 1)])
        assert x1 - x0 == pytest.approx(y1 - y0, rel=1e-6)
        ax.figure.draw_without_rendering()
    assert ax.get_aspect() == 1.0


def exact(circuit: Circuit, spectrum: Spectrum) -> Any:
    """A fit that found the circuit's own values."""
    return fit(spectrum, circuit, start=circuit.values)
