"""Steep spectra beside each other."""

from __future__ import annotations

import numpy as np

from eisfit.analysis import analyse
from eisfit.circuit import Circuit
from eisfit.plots.row import plot_row_nyquist, rows_of, steep
from eisfit.simulation import simulate
from eisfit.study import Study
from tests.plots.common import STUDY, assert_equal, axes


def tails(n: int = 14) -> Study:
    """Arcs far larger than the band shows, from 1 to 100 Mohm."""
    values = {"R1": 30, "R2": np.geomspace(1e6, 1e8, n), "Q1": np.geomspace(1e-5, 1e-7, n), "Q1_n": 0.9}
    return analyse(simulate("R(RQ)", np.logspace(5, 0, 31), values, noise=0.002, seed=4), circuit=Circuit("R(RQ)"))


def test_steep_spectra_of_unlike_sizes_fill_rows() -> None:
    study = tails()
    assert steep(study)
    assert not steep(STUDY)
    rows = list(rows_of(study, np.arange(14), 4.0))
    assert np.concatenate(rows).tolist() == list(range(14))
    assert len(rows) > 1
    ax = plot_row_nyquist(axes(5.0, 1.4), study, rows[0])
    assert_equal(ax)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    points = np.concatenate([line.get_xydata() for line in ax.lines if line.get_marker() == "o"])
    assert points[:, 0].min() >= left
    assert points[:, 0].max() <= right
    assert points[:, 1].min() >= low
    assert points[:, 1].max() <= high
    bars = [text.get_text() for text in ax.texts if "Ω" in text.get_text()]
    assert len(bars) == len(rows[0])
    assert len({bar.split()[1] for bar in bars}) == 1, "one unit for all bars"
