"""Arcs keep their identity along a series."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.circuit import Circuit
from eisfit.roles.structure import structure
from eisfit.tracking.arcs import _allowed, _coordinates, _costs, _nearest, consistent_arcs

STEP = 0.7
"""What ln tau and ln C may change by from one spectrum to the next."""
CIRCUIT = Circuit("R(RQ)(RQ)Q")
FAST, SLOW = [1, 2, 3], [4, 5, 6]


def swapped(fits, which):
    """The fits with the two arcs exchanged in the spectra `which` (N,)."""
    take = np.tile(np.arange(fits.values.shape[1]), (len(fits), 1))
    take[np.ix_(which, FAST)], take[np.ix_(which, SLOW)] = SLOW, FAST
    rows = np.arange(len(fits))[:, None]
    return replace(
        fits,
        values=fits.values[rows, take],
        at_bound=fits.at_bound[rows, take],
        covariance=fits.covariance[rows[..., None], take[:, :, None], take[:, None, :]],
    )


def crossing(n=24, ratio=100.0, exponents=(0.9, 0.8)):
    """Two arcs whose resistances run 20 -> 100 and 100 -> 20 ohm at constant capacitances in the given ratio."""
    rise = np.geomspace(20, 100, n)
    columns = [np.full(n, 22.0)]
    for resistance, c, e in zip((rise, rise[::-1]), (1e-8, 1e-8 * ratio), exponents, strict=True):
        columns += [resistance, (resistance * c) ** e / resistance, np.full(n, e)]
    return np.stack([*columns, np.full(n, 0.4), np.full(n, 0.6)], axis=1)


@pytest.mark.long
def test_crossing_resistances_keep_their_arcs_in_99_percent_of_spectra(fitted):
    kept = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        values = crossing(12, 10 ** rng.uniform(1, 4), rng.uniform(0.75, 1, 2))
        fits = fitted(CIRCUIT, values, noise=rng.choice([0.001, 0.003]), seed=seed)
        found = consistent_arcs(swapped(fits, rng.random(len(fits)) < 0.5))
        kept.extend(np.isclose(found.values, fits.values, rtol=1e-12).all(axis=1))
    assert len(kept) == 1200
    assert np.mean(kept) >= 0.99


def test_covariance_and_bounds_move_with_their_arc(fitted):
    fits = fitted(CIRCUIT, crossing())
    fits = replace(fits, at_bound=np.tile(np.arange(9) == 3, (len(fits), 1)))
    found = consistent_arcs(swapped(fits, np.arange(len(fits)) % 3 == 1))
    np.testing.assert_array_equal(found.values, fits.values)
    np.testing.assert_array_equal(found.covariance, fits.covariance)
    np.testing.assert_array_equal(found.at_bound, fits.at_bound)


def test_the_input_stays_as_it_is(fitted):
    fits = swapped(fitted(CIRCUIT, crossing()), np.ones(24, bool))
    before = fits.values.copy()
    assert consistent_arcs(fits) is not fits
    np.testing.assert_array_equal(fits.values, before)


def test_fits_in_order_come_back_themselves(fitted):
    fits = fitted(CIRCUIT, crossing())
    assert consistent_arcs(fits) is fits


def test_the_first_spectrum_stands_by_time_constant(fitted):
    fits = fitted(CIRCUIT, crossing())
    found = consistent_arcs(swapped(fits, np.ones(len(fits), bool)))
    np.testing.assert_array_equal(found.values, fits.values)


def test_failed_spectra_are_stepped_over(fitted):
    fits = fitted(CIRCUIT, crossing())
    values = fits.values.copy()
    values[[0, 7, 8]] = np.nan
    fits = replace(fits, values=values)
    found = consistent_arcs(swapped(fits, np.arange(len(fits)) % 2 == 0))
    np.testing.assert_array_equal(found.values, fits.values)


def test_a_series_without_one_finite_fit(fitted):
    fits = fitted(CIRCUIT, crossing(3))
    lost = replace(fits, values=np.full_like(fits.values, np.nan))
    assert consistent_arcs(lost) is lost


def test_unknown_errors_are_no_obstacle(fitted):
    fits = fitted(CIRCUIT, crossing())
    fits = replace(fits, covariance=np.full_like(fits.covariance, np.nan))
    found = consistent_arcs(swapped(fits, np.arange(len(fits)) % 2 == 1))
    np.testing.assert_array_equal(found.values, fits.values)


def test_labels_order_the_first_spectrum(fitted):
    circuit = Circuit("R_{SE}(R_{Int}Q_{Int})(R_{GB}Q_{GB})Q_{D}")
    fits = fitted(circuit, crossing())
    found = consistent_arcs(fits)
    np.testing.assert_array_equal(found.values[:, FAST], fits.values[:, SLOW])


@pytest.mark.parametrize("option", [{"shared": ("Q1_n",)}, {"tied": (("Q1_n", "Q2_n"),)}])
def test_arcs_under_a_constraint_stay(fitted, option):
    fits = swapped(fitted(CIRCUIT, crossing()), np.arange(24) % 2 == 1)
    fits = replace(fits, options=replace(fits.options, **option))
    assert consistent_arcs(fits) is fits


def test_arcs_with_a_fixed_parameter_stay(fitted):
    fits = swapped(fitted(CIRCUIT, crossing()), np.arange(24) % 2 == 1)
    fits = replace(fits, circuit=CIRCUIT.with_(Q1_n=replace(CIRCUIT.parameter("Q1_n"), fixed=True)))
    assert consistent_arcs(fits) is fits


def test_a_value_does_not_move_out_of_the_bounds_of_its_new_place(fitted):
    fits = swapped(fitted(CIRCUIT, crossing()), np.arange(24) % 2 == 1)
    narrow = replace(fits, circuit=CIRCUIT.with_bounds(R2=(1e-3, 30.0)))
    found = consistent_arcs(narrow)
    moved = (found.values != narrow.values).any(axis=1)
    assert moved.any()
    assert (found.values[moved, 1] <= 30.0).all()


def test_three_arcs(fitted):
    circuit = Circuit("R(RC)(RC)(RC)")
    n = 15
    rise = np.geomspace(20, 60, n)
    truth = np.stack(
        [np.full(n, 9.0), rise, np.full(n, 1e-9), rise[::-1], np.full(n, 1e-6), rise, np.full(n, 1e-3)], axis=1
    )
    fits = fitted(circuit, truth)
    rng = np.random.default_rng(5)
    take = np.array([np.r_[0, (1 + 2 * rng.permutation(3)[:, None] + [0, 1]).ravel()] for _ in range(n)])
    rows = np.arange(n)[:, None]
    mixed = replace(
        fits,
        values=fits.values[rows, take],
        covariance=fits.covariance[rows[..., None], take[:, :, None], take[:, None]],
    )
    np.testing.assert_array_equal(consistent_arcs(mixed).values, fits.values)


def test_an_arc_that_is_lost_does_not_decide_where_the_other_belongs(fitted):
    """The fast arc vanishes half way and its place is taken by something far slower, hardly known; the slow one stays.

    By ascending time constants, as fits give them, the slow arc would change its name there.
    """
    values = crossing(12)
    fits = fitted(CIRCUIT, values, scatter=False)
    lost = np.arange(12) >= 6
    changed, covariance = fits.values.copy(), fits.covariance.copy()
    changed[lost, 1:4] = fits.values[lost, 4:7]
    covariance[np.ix_(lost, FAST, FAST)] = fits.covariance[np.ix_(lost, SLOW, SLOW)]
    changed[lost, 4:7] = [3e3, 10.0, 0.6]
    covariance[np.ix_(lost, SLOW, SLOW)] = np.diag([1e8, 1e3, 0.1])
    found = consistent_arcs(replace(fits, values=changed, covariance=covariance))
    np.testing.assert_array_equal(found.values[:, 4:7], fits.values[:, 4:7])


def test_a_bound_holds_one_parameter_and_the_others_tell_which_arc_it_is(fitted):
    """Exponents at 1 have no error; time constant and capacitance have, and arcs that cross keep their names."""
    fits = fitted(CIRCUIT, crossing(exponents=(1.0, 1.0)))
    held = np.tile(np.isin(np.arange(9), [3, 6]), (len(fits), 1))
    covariance = fits.covariance.copy()
    covariance[:, [3, 6]] = covariance[:, :, [3, 6]] = np.nan
    fits = replace(fits, at_bound=held, covariance=covariance)
    found = consistent_arcs(swapped(fits, np.arange(len(fits)) % 2 == 1))
    np.testing.assert_array_equal(found.values, fits.values)


@pytest.mark.parametrize(
    ("apart", "known", "other", "expected"),
    [
        ((STEP, 0), 0, 0, 1.0),
        ((STEP, STEP), 0, 0, 2.0),
        ((2 * STEP, 0), 0, 0, 4.0),
        ((STEP, 0), STEP, 0, 1 / 2),
        ((STEP, 0), STEP, STEP, 1 / 3),
        ((4.99 * STEP, 0), 0, 0, 4.99**2),
        ((9 * STEP, 0), 0, 0, 25.0),
        ((9 * STEP, 0), 1.49, 0, (9 * STEP) ** 2 / (STEP**2 + 1.49**2)),
        ((9 * STEP, 0), 1.51, 0, 4.0),
        ((9 * STEP, 0), 0, 1.51, 4.0),
    ],
)
def test_the_distance_of_two_arcs(apart, known, other, expected):
    """(d ln tau)^2 + (d ln C)^2, each over STEP^2 and both variances, at most 25; at most 4 with an error above 1.5."""
    reference = np.zeros((1, 2)), np.full((1, 2), float(known))
    found = np.array([apart], float), np.full((1, 2), float(other))
    assert _costs(reference, found, np.array([[0]])) == pytest.approx([expected])


def test_where_nothing_is_in_order_the_first_spectrum_stands_by_time_constant_not_by_capacitance(fitted):
    """1 ohm with 1 mF is faster than 10 kohm with 1 uF."""
    circuit = Circuit("R(RC)(RC)")
    values = np.tile([9.0, 1e4, 1e-6, 1.0, 1e-3], (4, 1))
    found = consistent_arcs(fitted(circuit, values, scatter=False, noise=1e-4))
    np.testing.assert_array_equal(found.values, np.tile([9.0, 1.0, 1e-3, 1e4, 1e-6], (4, 1)))


def test_more_than_four_alike_arcs_stand_by_time_constant_everywhere(fitted):
    circuit = Circuit("R(RC)(RC)(RC)(RC)(RC)")
    tau = np.array([1e-3, 1e-5, 1.0, 1e-1, 1e-7])
    values = np.tile([9.0, *np.column_stack([np.full(5, 10.0), tau / 10]).ravel()], (3, 1))
    fits = fitted(circuit, values, scatter=False, noise=1e-6)
    lost = fits.values.copy()
    lost[1] = np.nan
    found = consistent_arcs(replace(fits, values=lost))
    np.testing.assert_allclose(found.values[[0, 2]][:, 2::2] * 10, np.tile(np.sort(tau), (2, 1)))
    assert np.isnan(found.values[1]).all()


def test_distances_of_several_spectra_are_those_of_each():
    """Of two and three arcs, one of them lost."""
    rng = np.random.default_rng(5)
    for count in (2, 3):
        choices = np.array(list(permutations(range(count))))
        places, spreads = rng.normal(0, 5, (2, 4, count, 2)), rng.uniform(0, 0.5, (2, 4, count, 2))
        spreads[0, 1, 0, 1] = spreads[1, 3, 1, 0] = 3.0
        both = _costs((places[0], spreads[0]), (places[1], spreads[1]), choices)
        for k in range(4):
            assert both[k] == pytest.approx(
                _costs((places[0, k], spreads[0, k]), (places[1, k], spreads[1, k]), choices)
            )


def test_errors_of_an_arc_in_logarithms_by_hand():
    """tau = (R Q)^(1/n): d ln tau = (dR/R + dQ/Q)/n - ln(R Q) dn/n^2; C = tau/R. What a bound holds has no error."""
    circuit = Circuit("R(RQ)")
    arc = structure(circuit).arcs[0]
    r, q, n = 20.0, 1e-5, 0.8
    error = np.array([1.0, 0.5, 2e-7, 0.01])
    for held, known in ((None, True), (2, True), (None, False)):
        covariance = np.diag(error**2)[None] * (1 if known else np.nan)
        bound = np.zeros((1, 4), bool)
        if held is not None:
            bound[0, held] = True
            covariance[0, held] = covariance[0, :, held] = np.nan
        fits = SimpleNamespace(values=np.array([[5.0, r, q, n]]), covariance=covariance, at_bound=bound)
        place, spread = _coordinates(fits, [arc])
        dq = 0 if held == 2 else 2e-7 / q
        parts = np.array([0.5 / r / n, dq / n, np.log(r * q) / n**2 * 0.01])
        tau = (r * q) ** (1 / n)
        assert place[0, 0] == pytest.approx([np.log(tau), np.log(tau / r)])
        if known:
            assert spread[0, 0, 0] == pytest.approx(np.hypot.reduce(parts), rel=1e-4), held
            parts[0] = 0.5 / r * (1 / n - 1)
            assert spread[0, 0, 1] == pytest.approx(np.hypot.reduce(parts), rel=1e-4), held
        else:
            assert spread[0, 0].tolist() == [5.0, 5.0]


def test_a_place_with_other_bounds_takes_what_lies_within_them():
    """The second place allows 10 to 100 ohm, the first anything: 50 ohm may move there, 5 and 500 may not."""
    circuit = Circuit("R(RC)(RC)")
    places = structure(circuit).arcs
    choices = np.array([[0, 1], [1, 0]])
    k = [arc.columns[0] for arc in places]
    for bounds, allowed in (
        ((10.0, 100.0), [False, True, True, True, False]),
        ((10.0, circuit.parameters[k[1]].upper), [False, True, True, True, True]),
        ((circuit.parameters[k[1]].lower, 100.0), [True, True, True, True, False]),
    ):
        values = np.tile([1.0, 5.0, 1e-6, 20.0, 1e-4], (5, 1))
        values[:, k[0]] = [5.0, 10.0, 50.0, 100.0, 500.0]
        fits = SimpleNamespace(values=values, circuit=circuit.with_bounds(R3=bounds))
        found = _allowed(fits, list(places), choices)
        assert found.tolist() == [[True, own] for own in allowed], bounds


def test_the_wanted_order_where_the_bounds_allow_it():
    choices = np.array([[0, 1], [1, 0]])
    for allowed, found in (([True, True], [1, 0]), ([True, False], [0, 1])):
        assert _nearest(np.array([1, 0]), choices, np.array(allowed)).tolist() == found
