"""The inductance of the lead, plain and lossy."""

from __future__ import annotations

import numpy as np

from eisfit.tracking.tracker import lead_inductance


def test_a_plain_inductor_is_what_the_fit_says(fitted):
    fits = fitted("L_{lead}R(RQ)", np.tile([5e-7, 20.0, 50.0, 1e-6, 0.9], (4, 1)))
    np.testing.assert_allclose(lead_inductance(fits), fits.column("L_lead")[0])


def test_a_lossy_inductor_counts_with_its_reactance_at_the_highest_frequency(fitted):
    fits = fitted("La_{lead}R(RQ)", np.tile([2e-5, 0.8, 5.0, 50.0, 1e-6, 0.9], (4, 1)), scatter=False)
    omega = fits.series[0].omega.max()
    expected = (2e-5 * (1j * omega) ** 0.8).imag / omega
    np.testing.assert_allclose(lead_inductance(fits), expected, rtol=1e-9)


def test_a_circuit_without_a_lead_has_none(fitted):
    assert not lead_inductance(fitted("R(RQ)", np.tile([20.0, 50.0, 1e-6, 0.9], (2, 1)))).any()
