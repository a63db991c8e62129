"""The delta method."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Circuit, Series, Spectrum, fit
from eisfit.circuit import fixed
from eisfit.numbers import quantity
from eisfit.roles.assign import assign_roles
from eisfit.spectrum import Cell
from eisfit.tables import derived_columns
from eisfit.tracking.propagation import propagated, sum_covariance
from eisfit.tracking.tracker import role_values, track

CELL = Circuit("R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})")


def test_a_sum_keeps_the_correlation():
    values = np.array([[30.0, 20.0], [30.0, 20.0]])
    covariance = np.array([[[4.0, -3.9], [-3.9, 4.0]], [[4.0, 0.0], [0.0, 4.0]]])
    total, error = propagated(lambda v: v[:, 0] + v[:, 1], values, covariance, (0, 1))
    assert total.tolist() == [50.0, 50.0]
    np.testing.assert_allclose(error, np.sqrt([0.2, 8.0]), rtol=1e-6)


def test_a_product_agrees_with_a_draw():
    rng = np.random.default_rng(1)
    values, covariance = np.array([[30.0, 2e-6]]), np.diag([0.3, 2e-8])[None] ** 2
    _, error = propagated(lambda v: v[:, 0] * v[:, 1] ** 0.5, values, covariance, (0, 1))
    draws = values[0] + rng.standard_normal((20000, 2)) * np.sqrt(np.diag(covariance[0]))
    assert error[0] == pytest.approx(np.std(draws[:, 0] * draws[:, 1] ** 0.5), rel=0.03)


def test_an_unknown_error_spoils_only_what_needs_it():
    values, covariance = np.ones((1, 2)), np.diag([1.0, np.nan])[None]
    assert propagated(lambda v: v[:, 0], values, covariance, (0,))[1][0] == pytest.approx(1.0)
    assert np.isnan(propagated(lambda v: v[:, 0] + v[:, 1], values, covariance, (0, 1))[1][0])
    together = np.array([[[1.0, np.nan], [np.nan, np.nan]]])
    assert propagated(lambda v: v[:, 0], values, together, (0,))[1][0] == pytest.approx(1.0)


def test_a_parameter_at_zero_is_no_obstacle():
    error = propagated(lambda v: 2 * v[:, 0], np.zeros((1, 1)), np.ones((1, 1, 1)), (0,))[1]
    assert error[0] == pytest.approx(2.0)
    assert propagated(lambda v: v[:, 0], np.ones((1, 1)), np.zeros((1, 1, 1)), (0,))[1].tolist() == [0.0]
    assert np.isnan(propagated(lambda v: v[:, 0], np.ones((1, 1)), np.full((1, 1, 1), -1.0), (0,))[1][0])


def repeated(truth, frequency, n, **options):
    """Fits of one cell measured n times with 0.3 % of noise."""
    rng = np.random.default_rng(5)
    z = np.tile(CELL.impedance(frequency, truth), (n, 1))
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    cell = Cell(area_cm2=0.785, thickness_um=600.0)
    return fit(Series([Spectrum(frequency, row) for row in z], cell=cell), CELL, **options)


@pytest.mark.long
def test_errors_of_what_follows_are_the_scatter_of_repeated_measurements():
    """500 repeats: the scatter is known to 1 / sqrt(1000) = 3 %, so 10 % is three of that."""
    fits = repeated([22.0, 14.0, 6e-8, 0.9, 60.0, 3e-3, 0.8], np.logspace(6, -2, 57), 500)
    roles = assign_roles(fits.circuit)
    pairs = {name: tuple(found[:2]) for name, found in role_values(fits, roles).items()}
    cells = {column.name: column.cells for column in derived_columns(fits, track(fits))}
    for name in cells:
        if f"{name}_stderr" in cells and name not in pairs:
            pairs[name] = (np.array(cells[name], float), np.array(cells[f"{name}_stderr"], float))
    assert {"R_SE_total", "R_total", "conductivity_SE_total_S_cm", "C_GB_F", "f_GB_Hz", "C_Int_brug_F"} <= set(pairs)
    for name, (value, error) in pairs.items():
        assert np.sqrt(np.mean(error**2)) == pytest.approx(np.std(value, ddof=1), rel=0.1), name


def test_a_bulk_that_is_nothing_leaves_the_sum_its_error():
    """The arc lies above the band: R_SE_bulk ends at its lower bound in part of the repeats, and R_SE_total holds."""
    fits = repeated([1.0, 35.0, 6e-8, 0.9, 60.0, 3e-3, 0.8], np.logspace(5, -2, 50), 60)
    held = fits.at_bound[:, 0]
    assert 10 < held.sum() < 50
    roles = assign_roles(fits.circuit)
    assert np.isnan(role_values(fits, roles)["R_SE_bulk"].stderr[held]).all()
    for name in ("R_SE_total", "R_total"):
        value, error = role_values(fits, roles)[name][:2]
        assert np.isfinite(error).all()
        assert np.sqrt(np.mean(error[held] ** 2)) == pytest.approx(np.std(value[held], ddof=1), rel=0.3), name
    total = role_values(fits, roles)["R_SE_total"]
    np.testing.assert_array_less(np.abs(total.value - 36.0), 5 * total.stderr)
    sigma = {c.name: np.array(c.cells, float) for c in derived_columns(fits, track(fits)) if c.name.startswith("cond")}
    relative = sigma["conductivity_SE_total_S_cm_stderr"] / sigma["conductivity_SE_total_S_cm"]
    np.testing.assert_allclose(relative, total.stderr / total.value, rtol=2e-2)  # differences over a part of nothing


def test_a_sum_of_parts_that_are_all_held_or_at_the_upper_end_has_no_error():
    frequency, truth = np.logspace(5, -2, 50), [1.0, 35.0, 6e-8, 0.9, 60.0, 3e-3, 0.8]
    for low, high in ((40.0, 60.0), (1e-6, 0.5)):
        fits = repeated(truth, frequency, 3, bounds={"R_SE_bulk": (low, high)}, fixed={"R_GB": 35.0})
        assert fits.at_bound[:, 0].all()
        assert np.isnan(role_values(fits, assign_roles(fits.circuit))["R_SE_total"].stderr).all()


def test_what_is_determined_instead_is_said_with_its_error():
    """R_SE_bulk at its bound is not determined, R_SE_total is, and the sentence says so."""
    fits = repeated([1.0, 35.0, 6e-8, 0.9, 60.0, 3e-3, 0.8], np.logspace(5, -2, 50), 8)
    found = track(fits)
    held = np.flatnonzero(fits.at_bound[:, 0])
    said = {f.spectrum: f.sentence for f in found.findings if f.flag == "unresolved_R_SE_bulk"}
    total = found.roles["R_SE_total"]
    assert held.size
    for i in held:
        words = f"R_SE_total = {quantity(total.value[i], 'ohm', total.stderr[i])}"
        assert said[i].endswith(f"; they tell {words}"), said[i]
    apart = [f for f in found.findings if "not told apart" in f.sentence]
    assert apart
    for f in apart:
        value, error = total.value[f.spectrum], total.stderr[f.spectrum]
        assert f"not told apart, use R_SE_total = {quantity(value, 'ohm', error)}: " in f.sentence


def test_the_covariance_of_a_sum_by_hand():
    """Three parts between 1 and 100 ohm: one at its lower bound counts as nothing where its share is not known."""
    circuit = Circuit("RRR").with_bounds(R1=(1.0, 100.0), R2=(1.0, 100.0), R3=(1.0, 100.0))
    nan = np.nan

    def of(values, at, covariance, columns=(0, 1), circuit=circuit):
        fits = SimpleNamespace(
            parameters=circuit.parameters, values=np.array([values], float), at_bound=np.array([at], bool),
            covariance=np.array([covariance], float),
        )  # fmt: skip
        return sum_covariance(fits, columns)[0]

    known, unknown = [[4, 1, 2], [1, 9, 3], [2, 3, 25]], [[nan, nan, nan], [nan, 9, 3], [nan, 3, 25]]
    free = [False] * 3
    np.testing.assert_array_equal(of([5, 20, 30], free, known), known)
    np.testing.assert_array_equal(of([5, 20, 30], free, unknown), unknown)
    np.testing.assert_array_equal(of([1, 20, 30], [True, False, False], known), known)
    np.testing.assert_array_equal(of([1, 20, 30], [True, False, False], unknown), [[0, 0, 0], [0, 9, 3], [0, 3, 25]])
    narrow = circuit.with_bounds(R1=(5.0, 8.0))
    np.testing.assert_array_equal(of([5, 20, 30], [True, False, False], known, circuit=narrow), known)
    for values, at, own in (
        ([8, 20, 30], [True, False, False], narrow),
        ([100, 20, 30], [True, False, False], circuit),  # the upper end
        ([1, 1, 30], [True, True, False], circuit),  # nothing is free
        ([1, 20, 30], [True, False, False], circuit.with_(R2=fixed(20.0))),  # nor here
    ):
        lost = np.isnan(of(values, at, known, circuit=own))
        held = np.array(at)
        np.testing.assert_array_equal(lost, held[:, None] | held)
