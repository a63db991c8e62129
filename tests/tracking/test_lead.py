"""The inductance of the lead, plain and lossy; advice on arcs; the worst of several findings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eisfit.tracking.resolution import Doubt
from eisfit.tracking.track import Finding, beyond
from eisfit.tracking.tracker import _too_many, lead_inductance


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


def test_the_median_stands_in_where_a_fit_tells_no_inductance(fitted):
    """Up to an error of a tenth the fit counts; two inductors in series add up."""
    lead = np.array([4e-7, 5e-7, 6e-7, 9e-7])
    fits = fitted("L_{lead}R(RQ)", np.column_stack([lead, *np.tile([[20.0], [50.0], [1e-6], [0.9]], 4)]), scatter=False)
    covariance = fits.covariance.copy()
    covariance[:, 0, 0] = (np.array([0.0999, 0.05, 0.05, 0.1001]) * lead) ** 2
    found = lead_inductance(replace(fits, covariance=covariance))
    np.testing.assert_allclose(found, [4e-7, 5e-7, 6e-7, 5e-7])
    covariance[:, 0, 0] = lead**2
    np.testing.assert_allclose(lead_inductance(replace(fits, covariance=covariance)), 5.5e-7)
    assert lead_inductance(replace(fits, values=fits.values * np.nan, covariance=covariance)).tolist() == [0.0] * 4
    two = fitted("LRL", np.tile([4e-7, 20.0, 1e-7], (2, 1)), scatter=False)
    np.testing.assert_allclose(lead_inductance(replace(two, covariance=two.covariance * 0 + 1e-20)), 5e-7)


def test_the_advice_to_leave_an_arc_out_takes_half_of_the_spectra():
    def said(*rises):
        n = len(rises)
        return _too_many({"R_GB": Doubt(np.array(rises), {}, np.zeros(n, bool), np.zeros(n, bool))}, 6.0)

    assert said(1.0, 1.0, np.nan, 7.0) == (
        "The circuit has an arc too many for these data: 2 of 4 spectra are fitted as well without it; leave one out.",
    )
    assert said(1.0, 6.0, np.nan, 7.0) == ()
    assert "the spectrum is fitted as well" in said(1.0)[0]
    assert said(np.nan) == _too_many({}, 6.0) == ()


def test_the_worst_finding_is_farthest_from_its_limit_by_a_factor():
    for value, limit, expected in (
        (3.0, 1.5, np.log(2)), (0.75, 1.5, np.log(2)), (-3.0, 1.5, np.log(2)), (0.0, 1.5, 0.0), (1.5, 0.0, 0.0),
        (np.nan, 1.5, 0.0), (1.5, np.nan, 0.0), (np.inf, 1.0, 0.0),
    ):  # fmt: skip
        assert beyond(Finding(0, "x", value, limit, "")) == pytest.approx(expected), (value, limit)
