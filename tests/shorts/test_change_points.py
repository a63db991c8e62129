"""Where a series breaks, and that fits do not borrow across."""

from __future__ import annotations

import numpy as np

from eisfit.analysis import analyse
from eisfit.fitting import neighbours
from eisfit.shorts import change_points, detect_shorts
from eisfit.spectrum import Conditions

SHORT = {"leak": 1 / 30}


def points(series, **options):
    return change_points(detect_shorts(series, **options))


def test_a_short_and_its_end(cell_series):
    assert points(cell_series([{}] * 6 + [SHORT] * 3 + [{}] * 3)) == (6, 9)
    assert points(cell_series([{}] * 8)) == ()
    assert points(cell_series([])) == ()


def test_a_new_baseline(cell_series):
    pressed = [Conditions(pressure_MPa=p) for p in (50,) * 4 + (70,) * 4]
    assert points(cell_series([{}] * 8, conditions=pressed)) == (4,)
    assert points(cell_series([{}] * 8), breaks=(5,)) == (5,)


def test_an_analysis_starts_no_fit_across_a_short(cell_series, monkeypatch):
    cells = [{"R_Int": 60.0 + i} for i in range(6)] + [{"R_Int": 60.0} | SHORT] * 3
    asked = []
    room = neighbours._room

    def borrow(part, theta, known, wanted, step, most):
        rows = np.flatnonzero(wanted)
        asked.extend((i, i + step) for i in rows if 0 <= i + step < len(wanted))
        return part, part.index

    monkeypatch.setattr(neighbours, "_room", lambda part: room(part) | True)
    monkeypatch.setattr(neighbours, "_borrowed", borrow)
    study = analyse(cell_series(cells), circuit="R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})", inductance="off")
    assert study.track.flagged("soft_short") == (6, 7, 8)
    pairs = set(asked)
    assert {(4, 5), (5, 4), (6, 7), (7, 6)} <= pairs
    assert not {(5, 6), (6, 5)} & pairs
