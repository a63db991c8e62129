"""The numbers of every function of the detector of shorts for five series: see tests/ledger.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eisfit.shorts import detect_shorts
from eisfit.shorts.change import admittance_change, explained_change
from eisfit.shorts.detector import change_points
from eisfit.spectrum import Cell, Conditions
from tests.ledger import check
from tests.shorts.conftest import FREQUENCY, make_series
from tests.shorts.test_critical import raised
from tests.shorts.test_ten_spectra import CHANGES, SOUND
from tests.shorts.test_trace import after_each, at_its_end, cycled, make_record


def scenario(folder: Path) -> None:
    cells = [SOUND | change for change in CHANGES]
    ten = make_series(cells, seed=3)
    change_points(detect_shorts(ten))
    explained_change(ten, 6, [2, 3, 4])
    admittance_change(ten, breaks=(5,), inductance=np.full(10, 1e-8))
    logged = [
        Conditions(time_s=60.0 * i, temperature_C=25.0 + i, pressure_MPa=50.0 if i < 6 else 70.0) for i in range(10)
    ]
    other = [{"f": FREQUENCY[: 57 - 2 * (i % 3)], "lead": 3e-7} | cell for i, cell in enumerate(cells)]
    detect_shorts(make_series(other, seed=4, conditions=logged), baseline=2)
    detect_shorts(make_series([{"leak": 1 / 3, "R_Int": 5.0}] * 2 + [SOUND] * 3 + [{"leak": 1 / 0.5}] * 2, seed=5))
    for options in ({"shorted": 5}, {"dip": 4, "void": 6, "spectra": False}):
        detect_shorts(raised(**options))
    detect_shorts(after_each(6, make_record([60, 60, 60, 60, 25, 20], steps=(3,), noise=1e-4)))
    for record in (cycled(0.99, leak=0.1), cycled(0.9, n=4, discharge_first=True)):
        detect_shorts(at_its_end(record, "full"))
    blocking = make_series([{"R_Int": 1e6, "R_GB": 0.0}] * 4, seed=6, cell=Cell(type="blocking"))
    detect_shorts(blocking)


def test_the_ledger(tmp_path: Path) -> None:
    check("shorts", scenario, tmp_path)
