"""Arcs that go and come along a series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import eisfit as ef
from eisfit.library import resolve_circuit
from eisfit.spectrum import Conditions, Series, Spectrum
from eisfit.tracking.resolution import _at_stated_bound

CIRCUIT = "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"
BASE = np.array([22.0, 14.0, 1e-7, 0.9, 60.0, 3e-3, 0.8, 0.4, 0.6])
FREQUENCY = np.logspace(6, -2, 57)


def study_of(column, values, *, seed=0, noise=0.003, circuit=CIRCUIT, base=BASE):
    """A series in which one parameter takes these values, through the whole analysis."""
    rng = np.random.default_rng(seed)
    truth = np.tile(base, (len(values), 1))
    truth[:, column] = values
    z = ef.Circuit(circuit).impedance(FREQUENCY, truth)
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    spectra = [
        Spectrum(FREQUENCY, row, label=f"s{i}", conditions=Conditions(time_s=3600.0 * i)) for i, row in enumerate(z)
    ]
    return ef.analyse(Series(spectra), circuit=circuit, inductance="off")


def about(study, flag):
    return {f.spectrum: f.sentence for f in study.track.findings if f.flag == flag}


@pytest.mark.parametrize(("role", "column"), [("R_GB", 1), ("R_Int", 4)])
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_an_arc_that_goes_is_named_although_the_fit_may_give_its_place_to_the_other(role, column, seed):
    full = BASE[column]
    study = study_of(column, [full, full / 2, full, 1e-4, 1e-4, 1e-4], seed=seed)
    gone = about(study, "vanished_arc")
    assert sorted(gone) == [3, 4, 5]
    assert all(f"do not need the arc of {role} " in sentence for sentence in gone.values())
    assert set(study.track.flagged(f"unresolved_{role}")) == {3, 4, 5}


def test_an_arc_that_comes_is_said_once():
    study = study_of(4, [1e-4, 1e-4, 1e-4, 10.0, 30.0, 60.0], seed=4)
    assert study.track.flagged("vanished_arc") == (0, 1, 2)
    assert study.track.flagged("appeared_arc") == (3,)
    assert "from here the arc of R_Int is there" in about(study, "appeared_arc")[3]


def test_a_small_arc_that_is_well_measured_stays():
    """1 ohm of 97, its error below 10 %."""
    study = study_of(4, [60.0, 30.0, 10.0, 3.0, 1.0], noise=0.001)
    assert study.track.flagged("vanished_arc") == ()
    assert study.fits.column("R_Int")[0][-1] == pytest.approx(1.0, abs=0.1)


def test_an_arc_beside_the_tail_of_a_blocking_cell_is_not_compared_with_that_tail():
    """186 and 1270 ohm beside 4.6 Mohm, as measured on a pellet of Li6PS5Cl at -25 C."""
    base = np.array([186.0, 1270.0, 3e-10, 0.85, 4.6e6, 2e-6, 0.9, 1e-5, 0.9])
    study = study_of(0, [186.0, 186.0, 186.0], base=base)
    assert study.track.flagged("vanished_arc") == ()


def test_the_sum_is_not_resolved_where_the_lost_arc_took_a_piece_of_the_interface():
    """22 ohm, of which the full fit makes 78 with a small error: R_GB has a piece of the interface."""
    study = study_of(1, [14.0, 14.0, 1e-4, 1e-4, 1e-4, 1e-4], seed=15, noise=0.01)
    total = study.track.roles["R_SE_total"]
    assert total.value[5] > 22 + 10 * total.stderr[5]
    assert {"unresolved_R_GB", "unresolved_R_Int", "unresolved_R_SE_total"} <= set(study.track.flags[5])


def test_arcs_of_one_time_constant_are_one_and_none_is_gone():
    """The grain boundaries wander through the time constant of the interface: their arc is there, in the other."""
    tau = np.geomspace(1e-5, 3e-2, 10)
    base = BASE.copy()
    base[5] = 1e-3**0.8 / 60
    study = study_of(2, tau**0.9 / 14, base=base)
    assert set(study.track.flagged("merged_arcs")) >= {4, 5, 6}
    assert study.track.flagged("crossed_arcs")
    lost = {f.spectrum for f in study.track.findings if "one arc with another" in f.sentence}
    assert lost
    assert not lost & set(study.track.flagged("vanished_arc"))


def test_a_band_without_the_arc_of_the_electrolyte_leaves_the_interface():
    rng = np.random.default_rng(5)
    frequency = np.geomspace(500, 0.8, 19)
    truth = np.tile(BASE, (5, 1))
    truth[:, 4] = [100.0, 50.0, 33.0, 40.0, 45.0]
    z = ef.Circuit(CIRCUIT).impedance(frequency, truth)
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    study = ef.analyse(Series([Spectrum(frequency, row) for row in z]), circuit=CIRCUIT, inductance="off")
    gone = about(study, "vanished_arc")
    assert len(gone) >= 4
    assert all("do not need the arc of R_GB " in sentence for sentence in gone.values())
    assert any("an arc too many" in sentence for sentence in study.decisions)


def test_a_lower_bound_of_a_resistance_does_not_keep_its_arc_in_the_trial_without_it():
    rng = np.random.default_rng(6)
    truth = np.tile(BASE, (5, 1))
    truth[:, 1] = 4.9
    z = ef.Circuit(CIRCUIT).impedance(FREQUENCY, truth)
    z = z + 0.002 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    spectra = [Spectrum(FREQUENCY, row, conditions=Conditions(time_s=float(i))) for i, row in enumerate(z)]
    bounded = ef.analyse(spectra, circuit=CIRCUIT, inductance="off", bounds={"R_GB": (5, 50)})
    assert bounded.track.flagged("vanished_arc") == ()
    assert bounded.track.flagged("merged_arcs") == ()


@pytest.mark.parametrize(("exponent", "excused"), [(0.3, True), (1.0, False)])
def test_a_bound_that_was_stated_on_one_side_does_not_excuse_the_other(fitted, truth, exponent, excused):
    """The circuit of the library states the least exponent of the interface, an arc of nothing ends at the largest."""
    fits = fitted(resolve_circuit("assb"), np.tile(truth, (3, 1)))
    k = fits.names.index("Q_Int_n")
    values, at_bound = fits.values.copy(), fits.at_bound.copy()
    values[1, k], at_bound[1, k] = exponent, True
    found = _at_stated_bound(replace(fits, values=values, at_bound=at_bound))
    assert found.tolist() == [False, excused, False]
