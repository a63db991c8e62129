"""The numbers of a made-up cell that warms, leaks and changes: what a change of the detector changes."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts import detect_shorts
from eisfit.shorts.change import explained_change

SOUND = {"tail": 30.0}
CHANGES = (
    *({},) * 4, {"k": 0.8}, {"leak": 1 / 80}, {"leak": 1 / 80, "R_Int": 45.0}, {"R_Int": 90.0}, {"leak": 1 / 600},
    {"leak": 1 / 8},
)  # fmt: skip
"""Four sound ones, warmer by 5 K, 80 ohm beside the cell, the same with another interface, that alone, 600, 8 ohm."""
NAN = float("nan")
NUMBERS = {
    "score": [-3, -2.1102, -3, -3, -6.0684, 7.9376, 4.7996, -3, 1.5334, 9.164],
    "share": [0, 0.054085, 0, 0, 0.52177, 0.60974, 0.62926, 0, 0.18588, 0.94258],
    "plateau_fall": [0, 0.0061791, -0.0012196, -0.0021194, 0.20017, 0.31362, 0.31082, 0.0029666, 0.062341, 0.81805],
    "polarisation_fall": [
        0,
        -0.0006506,
        0.004171,
        0.0089168,
        -0.026864,
        0.27634,
        0.28994,
        -0.022338,
        0.047043,
        0.76534,
    ],
    "low_fall": [0, -0.0061303, -0.0055771, -0.006158, 0.17089, 0.57248, 0.5998, -0.27221, 0.15403, 0.9323],
    "polarisation": [0.88287, 0.88345, 0.87948, 0.8727, 0.90133, 0.63645, 0.62449, 0.89912, 0.83165, 0.20478],
    "R_plateau": [36.09, 35.869, 36.028, 36.048, 28.785, 24.686, 24.853, 35.96, 33.889, 6.5621],
    "R_low": [108.64, 109.3, 109.58, 109.98, 90.852, 46.846, 43.853, 139.41, 93.037, 7.4452],
    "leak": [NAN, NAN, NAN, NAN, NAN, 0.012528, 0.01361, NAN, 0.0016912, 0.1216],
    "leak_error": [NAN, NAN, NAN, NAN, NAN, 0.00015617, 0.0007609, NAN, 0.00011021, 0.002727],
    "R_short": [NAN, NAN, NAN, NAN, NAN, 79.819, 73.476, NAN, 591.29, 8.2237],
    "R_short_low": [NAN, NAN, NAN, NAN, NAN, 77.65, 65.813, NAN, 501.42, 8.0173],
    "R_short_high": [NAN, NAN, NAN, NAN, NAN, 81.538, 81.939, NAN, 647.35, 8.754],
    "bound": [118.14, 118.46, 117.48, 118.38, 100, 47.246, 44.979, 145.88, 98.78, 7.4691],
    "heating_K": [0, 0.13566, 0, 0, 4.8885, 8.2362, 8.1472, 0.065025, 1.4088, 37.295],
    "scatter": [0.074909, 0.074909, 0.074909, 0.074909, 0.074909, 0.074909, 0.074909, 0.074909, 0.074909, 0.074909],
}
"""Measured once with this code; the model is in single precision, so that three digits of them hold."""


@pytest.fixture(scope="module")
def series(cell_series):
    return cell_series([SOUND | change for change in CHANGES], seed=3)


def test_the_detector_on_ten_spectra(series):
    found = detect_shorts(series)
    assert found.level == ("ok", "ok", "ok", "ok", "ok", "soft", "soft", "ok", "suspect", "suspect")
    for name, expected in NUMBERS.items():
        np.testing.assert_allclose(getattr(found, name), expected, rtol=2e-3, atol=1e-4, err_msg=name)
    assert found.rival[4:7] == (
        "warming by 4.6 K",
        "temperature and contact together",
        "temperature and contact together",
    )
    assert found.rival[8] == "a change of the contact area"
    assert found.baselines == (
        (0,),
        (0,),
        (0, 1),
        (0, 1, 2),
        (1, 2, 3),
        (2, 3, 4),
        (2, 3, 4),
        (2, 3, 4),
        (3, 4, 7),
        (3, 4, 7),
    )


def test_what_explains_a_change(series):
    told = explained_change(series, 6, [2, 3, 4])
    assert told.said == ("temperature and contact together", "a leak beside the cell")
    sums = [np.abs(part).sum() for part in (told.measured, told.error, told.rival, told.leak)]
    np.testing.assert_allclose(sums, [0.75103, 0.0073016, 0.75084, 0.75057], rtol=2e-3)
