"""What the baseline says of the electrolyte, by hand: means, spreads, what a fit does not tell, what is free."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.circuit import Circuit
from eisfit.fitting.scaling import scaling
from eisfit.tracking.tied import with_leak
from eisfit.tracking.tied_prior import Reference, _free_precision, _observed, _scatter, electrolyte, prior

CELL = Circuit("R(RQ)(RQ)Q")
ROLES = {"R_SE_bulk": "R1", "R_GB": "R2", "R_Int": "R3"}


def fits_of(values, covariance=None, bound=None):
    values = np.array(values, float)
    n, p = values.shape
    return SimpleNamespace(
        names=CELL.names,
        values=values,
        covariance=np.tile(0.01 * np.eye(p), (n, 1, 1)) if covariance is None else covariance,
        at_bound=np.zeros((n, p), bool) if bound is None else bound,
    )


VALUES = [10.0, 20.0, 1e-8, 0.9, 30.0, 1e-5, 0.8, 1e-3, 0.6]
SEARCH = scaling(with_leak(CELL))


def test_what_is_held():
    """The resistor and the arcs of the electrolyte and the leads; nothing without the electrolyte."""
    assert set(electrolyte(CELL, ROLES)) == set(CELL.names[:4])
    assert electrolyte(CELL, {"R_Int": "R3"}) == ()
    assert set(electrolyte(CELL, {"R_SE_bulk": "R1"})) == {CELL.names[0]}
    lead = Circuit("LR(RQ)(RQ)Q")
    assert set(electrolyte(lead, ROLES)) == set(lead.names[:5])


def test_what_is_free_stays_within_a_factor_of_seven():
    assert sorted(SEARCH.source) == list(range(SEARCH.size))
    for k, name in enumerate(SEARCH.circuit.names):
        at = SEARCH.source.index(k)
        expected = 0.3**-2 if name.endswith("_n") or name == "S_short" else 2.0**-2
        assert _free_precision(SEARCH)[at] == pytest.approx(expected), name


def test_a_plateau_that_scatters_scatters_more_in_its_parts():
    """r (10 + 20) / hypot(10, 20) for logarithms, 0.3 times that for exponents."""
    theta = SEARCH.theta(np.array([[*VALUES, 0.0]]))
    held = electrolyte(CELL, ROLES)
    reference = Reference(fits_of([VALUES]), held, [], np.zeros(1))
    out = _scatter(SEARCH, reference, theta, 0.02)
    single = 0.02 * 30 / np.hypot(10, 20)
    for at, k in enumerate(SEARCH.source):
        share = 0.3 if SEARCH.circuit.names[k].endswith("_n") else 1.0
        assert out[at] == pytest.approx(single * share), SEARCH.circuit.names[k]


def test_what_a_fit_does_not_tell_is_loose():
    """At a bound, without an error, or with none above 0: a variance of one beside nothing."""
    n = len(VALUES)
    for change, value in (("bound", True), ("covariance", np.nan), ("covariance", 0.0), ("covariance", -1.0), ("", 0)):
        covariance, bound = 1e-4 * np.eye(n)[None], np.zeros((1, n), bool)
        covariance[0, 0, 1] = covariance[0, 1, 0] = 5e-5
        if change == "bound":
            bound[0, 0] = value
        elif change:
            covariance[0, 0, 0] = value
        theta, noise = _observed(fits_of([VALUES], covariance, bound), SEARCH, np.array([0]))
        at = SEARCH.source.index(0)
        if change:
            assert noise[0, at, at] == pytest.approx(1.0), (change, value)
            assert np.delete(noise[0, at], at) == pytest.approx(np.zeros(SEARCH.size - 1)), (change, value)
        else:
            assert noise[0, at, at] == pytest.approx(1e-4 / 10**2)  # of ln R at 10 ohm
        leak = SEARCH.source.index(n)
        assert noise[0, leak, leak] == pytest.approx(1.0)
        assert theta[0, leak] == 0.0
        assert np.isfinite(noise).all()
        assert theta[0, at] == pytest.approx(np.log(10.0))


def test_the_prior_is_the_mean_of_its_members():
    """Spread: the covariance of a fit over their number, and 1 + 1/N of the scatter; the leak is left open."""
    other = [12.0, *VALUES[1:]]
    fits = fits_of([VALUES, other, VALUES], np.tile(1e-4 * np.eye(9), (3, 1, 1)))
    held = electrolyte(CELL, ROLES)
    leak = SEARCH.source.index(9)
    for members, count in (([0, 2], 2), ([2], 1)):
        found = prior(Reference(fits, held, [np.array(members)], np.array([0.02])), SEARCH, leak)
        at = SEARCH.source.index(0)
        single = 0.02 * 30 / np.hypot(10, 20)
        spread = np.linalg.inv(found.precision[0][: len(held), : len(held)])
        assert found.mean[0, at] == pytest.approx(np.log(10.0))
        assert 1 / found.precision[0, at, at] == pytest.approx(1e-6 / count + (1 + 1 / count) * single**2, rel=1e-6)
        assert spread.shape == (len(held), len(held))
        assert found.mean[0, leak] == found.precision[0, leak, leak] == 0.0
        assert found.precision[0, SEARCH.source.index(4), SEARCH.source.index(4)] == 0.25
    both = prior(Reference(fits, held, [np.array([0, 1]), np.array([1])], np.full(2, 0.02)), SEARCH, leak)
    assert both.mean[:, SEARCH.source.index(0)] == pytest.approx([np.log(120) / 2, np.log(12)])
    assert both.take(np.array([1])).mean.shape == (1, SEARCH.size)


def test_errors_of_an_arc_are_those_of_ln_R_ln_tau_and_n():
    """ln tau = (ln R + ln Q) / n: its error has three parts, and moves against that of n by -ln(R Q) / n^2."""
    r, q, n = VALUES[1:4]
    error = np.array([0.0, 0.4, 2e-10, 0.01, *[0.0] * 5])
    noise = _observed(fits_of([VALUES], np.diag(error**2)[None]), SEARCH, np.array([0]))[1][0]
    ohm, tau, exponent = (SEARCH.source.index(k) for k in (1, 2, 3))
    parts = np.array([0.4 / r / n, 2e-10 / q / n, -np.log(r * q) / n**2 * 0.01])
    assert noise[tau, tau] == pytest.approx(np.sum(parts**2))
    assert noise[ohm, ohm] == pytest.approx((0.4 / r) ** 2)
    assert noise[tau, exponent] == noise[exponent, tau] == pytest.approx(parts[2] * 0.01)
    assert noise[tau, ohm] == noise[ohm, tau] == pytest.approx(parts[0] * 0.4 / r)
