"""Profile-likelihood intervals of the roles, from the option to the table."""

from __future__ import annotations

import numpy as np
import pytest

import eisfit as ef
from eisfit.errors import OptionError
from eisfit.spectrum import Series, Spectrum

CIRCUIT = "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"
TRUTH = np.array([22.0, 14.0, 1e-7, 0.9, 60.0, 3e-3, 0.8, 0.4, 0.6])
FREQUENCY = np.logspace(6, -2, 41)


@pytest.fixture(scope="module")
def series():
    rng = np.random.default_rng(3)
    z = ef.Circuit(CIRCUIT).impedance(FREQUENCY, np.tile(TRUTH, (3, 1)))
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    return Series([Spectrum(FREQUENCY, row, label=f"s{i}") for i, row in enumerate(z)])


@pytest.fixture(scope="module")
def study(series):
    return ef.analyse(series, circuit=CIRCUIT, intervals="profile", inductance="off")


def test_every_role_has_an_interval_near_two_errors(study):
    assert list(study.intervals) == ["R_SE_bulk", "R_GB", "R_Int"]
    for role, interval in study.intervals.items():
        value, stderr = study.fits.column(role)
        assert np.all(interval.lower < value) & np.all(value < interval.upper)
        assert (interval.upper - interval.lower) / stderr == pytest.approx(2 * 1.99, rel=0.1)


def test_they_stand_in_the_derived_table(study):
    table = study.derived_table()
    for role in study.intervals:
        assert table[f"{role}_low"][0] == study.intervals[role].lower[0]
        assert table[f"{role}_high"][0] == study.intervals[role].upper[0]


def test_without_asking_there_are_none(series):
    plain = ef.analyse(series, circuit=CIRCUIT, inductance="off")
    assert plain.intervals == {}
    assert not [name for name in plain.derived_table().columns if name.endswith(("R_Int_low", "R_Int_high"))]


def test_a_fixed_resistance_has_none(series):
    study = ef.analyse(series, circuit=CIRCUIT, intervals="profile", inductance="off", fixed={"R_GB": 14.0})
    assert list(study.intervals) == ["R_SE_bulk", "R_Int"]


def test_shared_parameters_are_refused_before_the_fit(series):
    with pytest.raises(OptionError, match="leave out shared parameters"):
        ef.analyse(series, circuit=CIRCUIT, intervals="profile", shared=("R_GB",))


def test_another_word_is_refused(series):
    with pytest.raises(OptionError, match="'bootstrap'"):
        ef.analyse(series, circuit=CIRCUIT, intervals="bootstrap")
