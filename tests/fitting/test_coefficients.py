"""Errors of Q to second order: how often intervals hold where ln Q, not Q, has a normal error."""

from __future__ import annotations

import numpy as np

from eisfit import Circuit
from eisfit.fitting.coefficients import _beyond, of_coefficients
from eisfit.fitting.determined import stderr

PARAMETERS = Circuit("R(RQ)").parameters
T = 1.98


def drawn(r: float, n: float, spread: float, draws: int = 200_000) -> tuple[np.ndarray, ...]:
    """Estimates (draws, 4), covariance and bounds of fits whose ln Q goes with an exponent of some spread."""
    off = spread * np.random.default_rng(3).standard_normal(draws)
    found = np.minimum(n + off, 1.0)
    at = np.zeros((draws, 4), bool)
    at[:, 3] = found == 1.0
    values = np.tile([10.0, 50.0, 1e-5, 0.0], (draws, 1))
    values[:, 2] *= np.exp(-(found - n) * r / spread)
    values[:, 3] = found
    covariance = np.zeros((draws, 4, 4))
    covariance[:, 2, 2] = (r * values[:, 2]) ** 2
    covariance[:, 3, 3] = spread**2
    covariance[:, 2, 3] = covariance[:, 3, 2] = -r * values[:, 2] * spread
    return values, covariance, at


def test_intervals_hold_as_often_as_those_in_the_logarithm():
    for r in (0.02, 0.1, 0.2, 0.3, 0.4, 0.5):
        values, covariance, at = drawn(r, 0.7, 0.01)
        held = np.abs(values[:, 2] - 1e-5) <= T * stderr(PARAMETERS, values, covariance, at)[:, 2]
        assert abs(held.mean() - 0.952) < 0.008, (r, held.mean())


def test_with_an_exponent_at_its_bound_in_truth_no_more_than_97_percent_hold():
    """97.5 % would, where normal errors are used: the half that is found at the bound is right."""
    values, covariance, at = drawn(0.02, 1.0, 0.004)
    inside = ~at[:, 3]
    sd = stderr(PARAMETERS, values[inside], covariance[inside], at[inside])
    held = np.mean(np.abs(values[inside, 2] - 1e-5) <= T * sd[:, 2])
    assert 0.945 < (held + 1) / 2 < 0.965
    for distance in (1.0, 2.0, 2.5, 3.0, 3.7, 5.0):
        values, covariance, at = drawn(0.02, 1 - 0.004 * distance, 0.004)
        inside = ~at[:, 3]
        sd = stderr(PARAMETERS, values[inside], covariance[inside], at[inside])
        assert np.mean(np.abs(values[inside, 2] - 1e-5) <= T * sd[:, 2]) > 0.93, distance


def test_other_parameters_and_fixed_ones_keep_their_errors():
    values, covariance, at = drawn(0.3, 0.7, 0.01, 3)
    first = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    second = of_coefficients(PARAMETERS, values, covariance, at, first)
    np.testing.assert_allclose(second[:, 2], first[:, 2] * 1.08)
    np.testing.assert_array_equal(second[:, [0, 1, 3]], first[:, [0, 1, 3]])
    fixed = [p.changed(p.value) if p.name != "Q1" else type(p)(**{**_state(p), "fixed": True}) for p in PARAMETERS]
    np.testing.assert_array_equal(of_coefficients(fixed, values, covariance, at, first), first)
    np.testing.assert_allclose(  # one spectrum as many
        of_coefficients(PARAMETERS, values[0], covariance[0], at[0], first[0]), second[0]
    )


def _state(p):
    return {name: getattr(p, name) for name in p.__dataclass_fields__}


def test_what_an_exponent_near_its_bound_takes_off_the_error():
    """(1 - s^2) cov^2 / var, s = 1 - 0.16 exp(-((d - 1.85) / 0.25)^2 / 2) at a distance of d standard errors."""
    n, spread = PARAMETERS[3], 0.01
    for distance, s in ((1.85, 0.84), (2.1, 1 - 0.16 * np.exp(-0.5)), (1.6, 1 - 0.16 * np.exp(-0.5)), (4.0, 1.0)):
        found = _beyond(n, np.array([1 - distance * spread]), np.array([spread**2]), np.array([3e-4]))
        np.testing.assert_allclose(found, (1 - s**2) * (3e-4 / spread) ** 2, atol=1e-12)
