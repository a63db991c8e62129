"""Simulated spectra: exact without noise, of the stated noise with it, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.circuit import Circuit
from eisfit.errors import CircuitError, CircuitSyntaxError, DataError
from eisfit.simulation import simulate
from eisfit.spectrum import Conditions, Series, Spectrum

CELL = Circuit("R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}")
F = np.logspace(6, -2, 57)
OWN = dict(zip(CELL.names, CELL.values.tolist(), strict=True))


def test_without_noise_it_is_the_circuit():
    spectrum = simulate(CELL, F)
    assert isinstance(spectrum, Spectrum)
    assert np.array_equal(spectrum.impedance, CELL.impedance(F))
    assert spectrum.sigma is None


def test_a_text_is_a_circuit():
    assert np.allclose(
        simulate("R1-p(R2,C1)", [1.0], {"R1": 5.0, "R2": 3.0, "C1": 0.1}).impedance, 5 + 3 / (1 + 0.6j * np.pi)
    )


def test_rows_of_values_give_a_series():
    rows = np.stack([CELL.values, 2 * CELL.values])
    rows[:, [3, 6, 8]] = 0.8
    series = simulate(CELL, F, rows)
    assert isinstance(series, Series)
    assert [s.label for s in series] == ["simulated 1", "simulated 2"]
    assert np.array_equal([s.impedance for s in series], CELL.impedance(F, rows))


def test_a_mapping_with_an_array_gives_a_series():
    series = simulate(CELL, F, OWN | {"R_Int": [10.0, 20.0, 30.0]})
    assert len(series) == 3
    assert np.allclose(series[2].impedance.real[-1] - series[0].impedance.real[-1], 20, rtol=0.05)


def test_one_row_of_a_table_is_a_series_of_one():
    assert isinstance(simulate(CELL, F, CELL.values[None]), Series)


@given(seed=st.integers(0, 2**32), noise=st.floats(1e-6, 0.2), low=st.integers(1, 4))
def test_the_same_seed_gives_the_same_noise_whatever_the_number_of_spectra(seed, noise, low):
    rows = np.tile(CELL.values, (5, 1))
    long, short = (simulate(CELL, F, r, noise=noise, seed=seed) for r in (rows, rows[:low]))
    assert all(np.array_equal(a.impedance, b.impedance) for a, b in zip(long, short, strict=False))


def test_another_seed_gives_other_noise():
    one, other = (simulate(CELL, F, noise=0.01, seed=s).impedance for s in (1, 2))
    assert np.all(one != other)


def test_noise_has_the_stated_size_in_both_parts_independently():
    rows = np.tile(CELL.values, (400, 1))
    series = simulate(CELL, F, rows, noise=0.004, seed=7)
    unit = np.array([(s.impedance - CELL.impedance(F)) / s.sigma for s in series])
    n = unit.size
    assert np.allclose(series[0].sigma, 0.004 * np.abs(CELL.impedance(F)))
    for part in (unit.real, unit.imag):
        assert abs(part.mean()) < 4 / np.sqrt(n)
        assert abs(part.std() - 1) < 4 / np.sqrt(2 * n)
    assert abs(np.mean(unit.real * unit.imag)) < 4 / np.sqrt(n)


def test_conditions_one_for_all_or_one_each():
    rows = np.tile(CELL.values, (2, 1))
    each = [Conditions(soc=0.1), Conditions(soc=0.9)]
    assert simulate(CELL, F, rows, conditions=each).column("soc").tolist() == [0.1, 0.9]
    assert simulate(CELL, F, rows, conditions=each[0]).column("soc").tolist() == [0.1, 0.1]
    with pytest.raises(DataError, match="2 conditions for 1 spectra"):
        simulate(CELL, F, conditions=each)


def test_the_arguments_stay_as_they_were():
    f, values = F.copy(), CELL.values.copy()
    simulate(CELL, f, values, noise=0.1, seed=1)
    assert np.array_equal(f, F)
    assert np.array_equal(values, CELL.values)


@pytest.mark.parametrize(
    "frequency", [[], [[1.0, 2.0]], [1.0, 0.0], [1.0, -1.0], [1.0, np.nan], [1.0, np.inf], "fast", 5.0]
)
def test_frequencies_that_are_none(frequency):
    with pytest.raises(DataError, match="frequency"):
        simulate(CELL, frequency)


@pytest.mark.parametrize("noise", [-0.1, np.nan, np.inf])
def test_noise_that_is_none(noise):
    with pytest.raises(DataError, match="noise must be a fraction"):
        simulate(CELL, F, noise=noise)


@pytest.mark.parametrize("seed", [-1, "one", 1.5])
def test_seeds_that_are_none(seed):
    with pytest.raises(DataError, match="seed"):
        simulate(CELL, F, noise=0.01, seed=seed)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ([1.0, 2.0], "in the order"),
        ({"R_GP": 1.0}, "did you mean R_GB"),
        ({"R_GB": "much"}, "must be numbers"),
        (OWN | {"R_GB": np.nan}, "R_GB is nan"),
        (OWN | {"R_GB": [1.0, np.inf]}, "R_GB of spectrum 2 is inf"),
        ({"R_GB": 1.0}, "no value is given for R_SE_bulk, Q_GB"),
    ],
)
def test_values_that_do_not_fit(values, word):
    with pytest.raises(CircuitError, match=word):
        simulate(CELL, F, values)


def test_a_text_that_is_no_circuit():
    with pytest.raises(CircuitSyntaxError):
        simulate("R(RQ", F)


def test_values_that_give_no_finite_impedance():
    with pytest.raises(DataError, match="at 10 Hz is not finite"):
        simulate("C", [10.0], {"C1": 0.0})


def test_roles_name_parameters() -> None:
    f = np.logspace(5, 0, 20)
    cpe = {"Q1": 1e-7, "Q1_n": 0.9, "Q2": 1e-4, "Q2_n": 0.8}
    by_role = simulate("R(RQ)(RQ)", f, cpe | {"R_SE_bulk": 5.0, "R_GB": 7.0, "R_Int": 9.0})
    by_name = simulate("R(RQ)(RQ)", f, cpe | {"R1": 5.0, "R2": 7.0, "R3": 9.0})
    np.testing.assert_array_equal(by_role.impedance, by_name.impedance)
