"""Arcs that go and come along a series."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import eisfit as ef
from eisfit.library import resolve_circuit
from eisfit.roles.assign import Roles
from eisfit.roles.structure import structure
from eisfit.spectrum import Cell, Conditions, Series, Spectrum
from eisfit.tracking import resolution
from eisfit.tracking.resolution import (
    Doubt,
    _at_stated_bound,
    _both,
    _doubted,
    _fitted,
    _judged,
    _missing,
    _starts,
    _Trial,
    _trial,
    _unlike,
    _usual,
    doubts,
)

CIRCUIT = "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"
BASE = np.array([22.0, 14.0, 1e-7, 0.9, 60.0, 3e-3, 0.8, 0.4, 0.6])
FREQUENCY = np.logspace(6, -2, 33)


def study_of(column, values, *, seed=0, noise=0.003, base=BASE, frequency=FREQUENCY):
    """A series in which one parameter takes these values, through the whole analysis."""
    rng = np.random.default_rng(seed)
    truth = np.tile(base, (len(values), 1))
    truth[:, column] = values
    z = ef.Circuit(CIRCUIT).impedance(frequency, truth)
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    spectra = [
        Spectrum(frequency, row, label=f"s{i}", conditions=Conditions(time_s=3600.0 * i)) for i, row in enumerate(z)
    ]
    return ef.analyse(Series(spectra), circuit=CIRCUIT, inductance="off")


def about(study, flag):
    return {f.spectrum: f.sentence for f in study.track.findings if f.flag == flag}


@pytest.mark.parametrize(("role", "column"), [("R_GB", 1), ("R_Int", 4)])
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_an_arc_that_goes_is_named_although_the_fit_may_give_its_place_to_the_other(role, column, seed):
    full = BASE[column]
    study = study_of(column, [full, full / 2, 1e-4, 1e-4], seed=seed)
    gone = about(study, "vanished_arc")
    assert sorted(gone) == [2, 3]
    assert all(f"do not need the arc of {role} " in sentence for sentence in gone.values())
    assert set(study.track.flagged(f"unresolved_{role}")) == {2, 3}


def test_an_arc_that_comes_is_said_once():
    study = study_of(4, [1e-4, 1e-4, 10.0, 30.0, 60.0], seed=4)
    assert study.track.flagged("vanished_arc") == (0, 1)
    assert study.track.flagged("appeared_arc") == (2,)
    assert "from here the arc of R_Int is there" in about(study, "appeared_arc")[2]


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
    study = study_of(1, [14.0, 14.0, 1e-4, 1e-4, 1e-4, 1e-4], seed=15, noise=0.01, frequency=np.logspace(6, -2, 57))
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
    truth = np.tile(BASE, (3, 1))
    truth[:, 4] = [100.0, 50.0, 33.0]
    z = ef.Circuit(CIRCUIT).impedance(frequency, truth)
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    study = ef.analyse(Series([Spectrum(frequency, row) for row in z]), circuit=CIRCUIT, inductance="off")
    gone = about(study, "vanished_arc")
    assert len(gone) >= 2
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


ARCS = dict(zip(("R_GB", "R_Int"), structure(ef.Circuit(CIRCUIT)).arcs, strict=True))
ROLES = Roles({"R_SE_bulk": "R_SE_bulk", "R_GB": "R_GB", "R_Int": "R_Int"}, ARCS, ())


def by_hand(fitted, n=10, stderr=0.01, **columns):
    """Fits of one cell with errors of 1 %, columns of values set by hand."""
    fits = fitted(ef.Circuit(CIRCUIT), np.tile(BASE, (n, 1)), scatter=False)
    values = np.tile(BASE, (n, 1))
    for name, column in columns.items():
        values[:, fits.names.index(name)] = column
    return replace(fits, values=values, covariance=np.array([np.diag((stderr * row) ** 2) for row in values]))


def test_values_count_as_within_their_bounds_to_a_millionth(fitted):
    """The interface is bounded to 10 to 100 ohm; a fixed value has no bounds, what is not finite is no value."""
    circuit = ef.Circuit(CIRCUIT).with_bounds(R_Int=(10.0, 100.0))
    ohm = np.array([10 * (1 - 0.9e-6), 10 * (1 - 1.1e-6), 100 * (1 + 0.9e-6), 100 * (1 + 1.1e-6), 50.0, np.nan])
    fits = replace(by_hand(fitted, 6, R_Int=ohm), circuit=circuit)
    assert _fitted(fits).tolist() == [True, False, True, False, True, False]
    held = replace(fits, circuit=circuit.with_(R_Int=replace(circuit.parameter("R_Int"), fixed=True)))
    assert _fitted(held).tolist() == [True] * 5 + [False]
    assert _fitted(replace(fits, cost=np.where(np.arange(6) == 4, np.nan, fits.cost))).tolist()[4] is False


def test_an_arc_is_in_doubt_from_an_error_of_a_fifth_a_bound_or_a_neighbour_within_ten(fitted):
    fits = by_hand(fitted, 4)
    covariance = fits.covariance.copy()
    covariance[[0, 1, 2], 4, 4] = (np.array([0.2, 0.201, np.nan]) * 60) ** 2
    asked = _doubted(replace(fits, covariance=covariance), ROLES, ARCS)
    assert {role: rows.tolist() for role, rows in asked.items()} == {
        "R_GB": [False] * 4,
        "R_Int": [False, True, True, False],
    }
    at = np.zeros(fits.values.shape, bool)
    at[3, 6] = True
    assert _doubted(replace(fits, at_bound=at), ROLES, ARCS)["R_Int"].tolist() == [False, False, False, True]
    slow = (60 * 3e-3) ** (1 / 0.8)
    for ratio, near in ((9.99, True), (10.01, False), (1 / 9.99, True), (1 / 10.01, False)):
        close = by_hand(fitted, 2, Q_GB=[1e-7, (slow / ratio) ** 0.9 / 14])
        assert [rows.tolist() for rows in _doubted(close, ROLES, ARCS).values()] == [[False, near]] * 2, ratio


def test_what_was_not_fitted_or_stopped_at_a_stated_bound_is_not_asked(fitted):
    """Errors of a half everywhere; the first has no cost, the second is at a bound of the circuit."""
    fits = by_hand(fitted, 3, stderr=0.5)
    at = np.zeros(fits.values.shape, bool)
    at[1, 4] = True
    circuit = fits.circuit.with_bounds(R_Int=(60.0, 1e3))
    own = replace(fits, circuit=circuit, at_bound=at, cost=np.array([np.nan, 1.0, 1.0]))
    assert [rows.tolist() for rows in _doubted(own, ROLES, ARCS).values()] == [[False, False, True]] * 2


def test_a_bound_that_somebody_gave_is_a_stated_one(fitted):
    """R_GB from 5 ohm on, R_Int to 100 ohm, an exponent from 0.6 on: at the other ends the usual bounds decide."""
    plain = ef.Circuit(CIRCUIT)
    least, most = plain.parameter("R_Int").lower, plain.parameter("R_GB").upper
    circuit = plain.with_bounds(R_GB=(5.0, most), R_Int=(least, 100.0), Q_GB_n=(0.6, 1.0))
    for name, value, stated in (
        ("R_GB", 5.0, True), ("R_GB", most, False), ("R_Int", 100.0, True), ("R_Int", least, False),
        ("Q_GB_n", 0.6, True), ("Q_GB_n", 1.0, False),
    ):  # fmt: skip
        fits = replace(by_hand(fitted, 1, **{name: value}), circuit=circuit)
        at = np.array([[name == other for other in fits.names]])
        assert _at_stated_bound(replace(fits, at_bound=at)).tolist() == [stated], (name, value)
        assert _at_stated_bound(fits).tolist() == [False]


def test_a_trial_is_the_best_of_its_starts_against_the_fit_with_the_arc(fitted, monkeypatch):
    """Lower by more than 12 of chi2 over the freedom: 3.5 standard deviations; the rise is that of the criterion."""
    fits = by_hand(fitted, 3)
    fits = replace(fits, cost=np.array([1.0, 2.0, 3.0]))
    costs = fits.cost[[0, 2]] - np.array([12.01, 11.99]) * fits.chi2_reduced[[0, 2]]
    taken = []

    class Tried:
        cost = np.array([np.nan, 5.0, 3.0, 9.0])

        def taken(self, rows):
            taken.append(rows.tolist())
            return SimpleNamespace(bic=fits.bic[[0, 2]] + [7.0, -2.0], cost=costs)

    monkeypatch.setattr(resolution, "fit", lambda *_, **__: Tried())
    found = _trial(fits, ARCS, "R_GB", np.array([0, 2]), {})
    assert taken == [[2, 1]]  # the second start of the first spectrum, the first one of the second
    assert found.rise == pytest.approx([7.0, -2.0])
    assert found.lower.tolist() == [True, False]


def test_what_is_usual_needs_a_tenth_of_the_spectra(fitted):
    fits = by_hand(fitted, 20, R_Int=np.linspace(50, 69, 20))
    for sure, known in ((1, False), (2, True)):
        loud = {"R_GB": np.zeros(20, bool), "R_Int": np.arange(20) >= sure}
        usual = _usual(fits, ARCS, loud)
        assert bool(usual) == known
    assert usual["R_GB"][4] == pytest.approx(50.5)


def test_the_starts_of_a_trial_put_the_arc_in_the_place_of_the_other():
    values = BASE[None]
    own, moved = _starts(values, ARCS, "R_GB", {})
    np.testing.assert_array_equal(own, values)
    np.testing.assert_array_equal(moved[0], [22, 14, 1e-7, 0.9, 74, 1e-7, 0.9, 0.4, 0.6])
    assert len(_starts(values, ARCS, "R_GB", {"R_GB": 2 * BASE})) == 3
    other = {"R_GB": ARCS["R_GB"], "R_Int": ARCS["R_Int"]._replace(kind=("R", "C"))}
    assert len(_starts(values, other, "R_GB", {})) == 1


def test_which_arc_went():
    """The one whose time constant and capacitance the rest does not show; without a usual one the electrolyte's."""
    usual = {"R_GB": BASE, "R_Int": BASE}
    for left, gone in ((BASE, "R_GB"), (BASE[[0, 1, 2, 3, 1, 2, 3, 7, 8]], "R_Int")):
        assert _missing(left, ARCS, "R_GB", usual) == gone
    assert [_unlike(ARCS, removed, "R_Int") for removed in ARCS] == ["R_GB", "R_GB"]
    assert [_unlike(ARCS, removed, "R_GB") for removed in ARCS] == ["R_Int", "R_Int"]
    three = {**ARCS, "R_x": ARCS["R_GB"]}
    assert [_unlike(three, removed, "R_Int") for removed in three] == list(three)
    assert _unlike({"R_GB": ARCS["R_GB"], "R_x": ARCS["R_Int"]}, "R_x", "R_Int") == "R_x"


def test_arcs_are_one_where_the_rest_has_the_sum_of_both():
    """14 + 60 ohm: nearer to 74 than to 60 or 14."""
    usual = {"R_GB": BASE, "R_Int": BASE}
    for ohm, one in ((74.0, True), (67.01, True), (67.0, False), (60.0, False), (81.0, True)):
        assert _both(np.where(np.arange(9) == 4, ohm, BASE), ARCS, "R_GB", usual) == one, ohm


def trial(fitted, rise, ohm, lower=False):
    return _Trial(np.array([1]), by_hand(fitted, 1, R_Int=ohm), np.array([rise]), np.array([lower]))


def test_what_trials_say_of_the_arcs(fitted):
    """The least rise decides; at the limit the arc stays, a trial that is lower says that nobody knows."""
    usual = {"R_GB": BASE, "R_Int": BASE}

    def judged(rise, ohm=60.0, lower=False, by=usual):
        nothing = {r: Doubt(np.full(3, np.nan), {}, np.zeros(3, bool), np.zeros(3, bool)) for r in ARCS}
        trials = {"R_GB": trial(fitted, rise, ohm, lower), "R_Int": trial(fitted, 50.0, 1.0)}
        return _judged(ARCS, trials, (by, 6.0, "R_Int"), nothing)

    stays = judged(6.0)
    assert [stays[role].rise[1] for role in ARCS] == [6.0, 50.0]
    assert not stays["R_GB"].without
    gone = judged(5.99)
    assert gone["R_GB"].rise.tolist()[1] == 5.99
    assert np.isnan(gone["R_Int"].rise).all()
    assert gone["R_GB"].without["R_Int"].tolist()[1] == 60.0
    assert np.isnan(gone["R_GB"].without["R_Int"][[0, 2]]).all()
    assert not gone["R_GB"].merged.any()
    assert judged(0.0, 74.0)["R_GB"].merged.tolist() == [False, True, False]
    assert not judged(0.0, 74.0, by={})["R_GB"].merged.any()
    misled = judged(0.0, lower=True)
    assert [misled[role].misled.tolist() for role in ARCS] == [[False, True, False]] * 2
    assert np.isnan(misled["R_GB"].rise).all()


def test_arcs_that_somebody_holds_are_not_asked(fitted):
    fits = by_hand(fitted, 3, stderr=0.5)
    circuit = fits.circuit.with_(Q_GB_n=replace(fits.circuit.parameter("Q_GB_n"), fixed=True))
    assert list(doubts(replace(fits, circuit=circuit), ROLES)) == ["R_Int"]
    tied = replace(fits, options=replace(fits.options, tied=(("Q_Int_n", "Q_D_n"),)))
    assert list(doubts(tied, ROLES)) == ["R_GB"]
    for asked in (
        replace(fits, weights=np.ones((3, 57))),
        replace(fits, options=replace(fits.options, shared=("Q_D_n",))),
    ):
        assert all(np.isnan(doubt.rise).all() for doubt in doubts(asked, ROLES).values())


def test_a_single_arc_is_the_interface_and_in_a_blocking_cell_the_grain_boundary(fitted, monkeypatch):
    """All spectra in doubt, none says what is usual: the arc that is left keeps the one name, the other went."""
    fits = by_hand(fitted, 1, stderr=0.5)
    for rise, gone in ((5.99, 1), (6.0, 2)):  # from 6 on both arcs are there
        tried = _Trial(np.array([0]), fits, np.array([rise]), np.array([False]))
        monkeypatch.setattr(resolution, "_trial", lambda *_, tried=tried: tried)
        assert sum(bool(np.isfinite(doubt.rise[0])) for doubt in doubts(fits, ROLES).values()) == gone, rise
    tried = _Trial(np.array([0]), fits, np.array([0.0]), np.array([False]))
    monkeypatch.setattr(resolution, "_trial", lambda *_: tried)
    for kind, gone, left in (("full", "R_GB", "R_Int"), ("blocking", "R_Int", "R_GB")):
        own = replace(fits, series=fits.series.with_(cell=Cell(type=kind)))
        found = doubts(own, ROLES)
        assert found[gone].rise.tolist() == [0.0], kind
        assert list(found[gone].without) == [left], kind
        assert np.isnan(found[left].rise).all(), kind
