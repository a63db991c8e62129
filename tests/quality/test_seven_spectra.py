"""The numbers that seven spectra give, six of them bad in a way of their own: what a change of the method changes."""

from __future__ import annotations

import numpy as np

from eisfit import Series, Spectrum, lin_kk, load_circuit, z_hit
from eisfit.quality import noise_model
from tests.quality.conftest import FREQUENCY

NUMBERS = {
    "rms_percent": [0.229772, 0.483756, 0.523258, 0.520655, 1.08996, 0.739764, 3.52687],
    "worst_percent": [0.568565, 4.53437, 2.32358, 2.60809, 10.6171, 1.64558, 11.8416],
    "noise_percent": [0.272987, 0.278256, 0.452063, 0.391194, 0.29767, 0.326288, 3.61542],
    "misfit_percent": [0, 0.0828378, 0.336413, 0.388233, 0.179426, 0.679932, 1.15716],
    "step_percent": [0.425154, -0.509259, -1.85221, 3.17267, 1.65339, 2.07747, 19.1166],
    "step_frequency": [4.64159, 13593.6, 857.696, 100, 0.116591, 10000, 630.957],
    "drift_percent": [1.21864, 0.455274, -0.0497512, 1.01925, 9.51723, 2.8219, -9.23473],
    "drift_stderr_percent": [0.64393, 0.692143, 1.33516, 1.32922, 1.40836, 1.78351, 7.78266],
    "drift_limit_percent": [1.38445, 1.48811, 2.87059, 2.85782, 3.02797, 3.83455, 16.7327],
    "effective": [29.4132, 27.4419, 26.1096, 26.0496, 26.8542, 24.6604, 18.4009],
    "residual": [0.181807, 0.246326, 0.321306, 0.361263, 0.376306, 0.62283, 2.7098],
    "deviation": [79.4042, 93.8529, 61.4791, 69.6481, 89.1237, 84.7151, 77.183],
}
"""Measured once with this code, to six digits; a change of one of them is a change of the judgement."""


def seven() -> np.ndarray:
    """Impedances (7, 61): sound, one point off, three in a row, a step, a drift, a wave, noise on a cell that gains."""
    rng = np.random.default_rng(5)
    z = np.tile(load_circuit("assb").impedance(FREQUENCY), (7, 1))
    elapsed = np.cumsum(1 / FREQUENCY) / np.sum(1 / FREQUENCY)
    z[1, 25] *= 1.05
    z[2, 20:23] *= 1.04
    z[3, 30:] *= 1.03
    z[4] += 0.1 * abs(z[4, -1]) * elapsed
    z[5] *= 1 + 0.02 * np.sin(np.log(FREQUENCY))
    z[6] = 40 / (1 + 2j * np.pi * FREQUENCY * 1e-3) - 5
    noise = np.array([0.003] * 6 + [0.04])[:, None]
    return z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))


def test_the_kramers_kronig_test_of_seven_spectra() -> None:
    kk = lin_kk(Series(Spectrum(FREQUENCY, row) for row in seven()))
    assert kk.verdict.tolist() == ["pass", *["doubtful"] * 6]
    for name, expected in NUMBERS.items():
        found = getattr(kk, name)
        if isinstance(found, tuple):
            found = [np.abs(values).sum() for values in found]
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-6, err_msg=name)


def test_noise_and_z_hit_of_the_same() -> None:
    data = [Spectrum(FREQUENCY, row) for row in seven()]
    model = noise_model(Series(data))
    found = model.modulus_percent, model.constant_ohm, model.points
    np.testing.assert_allclose(found, [0.417298, 0.457991, 425], rtol=1e-3)
    hit = z_hit(data[:6])
    np.testing.assert_allclose(hit.low_percent, [0.398, -0.434958, -0.0782164, 1.08004, 4.59591, 0.168164], rtol=1e-3)
    np.testing.assert_allclose(hit.rms_percent, [0.420666, 0.835725, 1.12241, 1.94862, 1.95279, 1.7512], rtol=1e-3)
