"""Every limit of the flags from both sides, with what is said; fits whose numbers are set by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.circuit import Circuit
from eisfit.limits import resolve_limits
from eisfit.roles.assign import assign_roles
from eisfit.spectrum import Series, Spectrum
from eisfit.tracking import missing
from eisfit.tracking.flags import REGISTRY, all_limits
from eisfit.tracking.flags._base import Observed
from eisfit.tracking.flags.jumps import _moved, without_open_jumps
from eisfit.tracking.misfit import Misfit
from eisfit.tracking.resolution import Doubt
from eisfit.tracking.track import Finding

NOTHING = Misfit(*np.full((5, 4), np.nan))


@pytest.fixture
def observed(fitted, assb):
    """Four spectra of 20 + 10 + 50 ohm whose arcs are semicircles of 1e-6 s and 5e-3 s, errors of 1 %."""

    def observe(changes=None, doubts=None, residuals=NOTHING, stderr=None, bounds=(), limits=None):
        values = np.tile([20.0, 10.0, 1e-7, 1.0, 50.0, 1e-4, 1.0, 0.4, 0.6], (4, 1))
        for (row, name), value in (changes or {}).items():
            values[row, assb.names.index(name)] = value
        errors = 0.01 * values
        for (row, name), value in (stderr or {}).items():
            errors[row, assb.names.index(name)] = value
        fits = replace(
            fitted(assb, values, scatter=False),
            values=values, band=np.tile([0.01, 1e6], (4, 1)), covariance=np.array([np.diag(row**2) for row in errors]),
            at_bound=np.array([[(i, name) in bounds for name in assb.names] for i in range(4)]),
        )  # fmt: skip
        known = resolve_limits(all_limits(), limits or {})
        return Observed(fits, assign_roles(assb), None, SimpleNamespace(), known, residuals, doubts or {})

    return observe


def found(name, seen):
    """The findings of one flag."""
    return list(REGISTRY[name].rule(seen))


def doubt(rise, without=None, merged=False, misled=False):
    """A doubt of one arc in spectrum 1, none in the others."""
    at = np.arange(4) == 1
    return Doubt(
        np.where(at, rise, np.nan),
        {k: np.where(at, v, np.nan) for k, v in (without or {}).items()},
        at & merged,
        at & misled,
    )


def test_arcs_within_a_factor_of_ten_are_merged(observed):
    for ratio, merged in ((9.99, True), (10.0 * (1 + 1e-9), False), (1 / 9.99, True), (1 / 10.01, False)):
        said = found("merged_arcs", observed({(1, "Q_GB"): 5e-3 / 10 / ratio}))
        assert [f.spectrum for f in said] == [1] * merged, ratio
        if merged:
            assert said[0].value == pytest.approx(max(ratio, 1 / ratio))
            assert said[0].limit == 10.0
            assert "R_GB and R_Int are merged" in said[0].sentence
            assert "differ by a factor of 10 only" in said[0].sentence


def test_an_arc_flatter_than_six_tenths_hides_more_than_one_process(observed):
    for n, flat in ((0.599, True), (0.6, False)):
        said = found("merged_arcs", observed({(2, "Q_Int_n"): n, (2, "Q_Int"): 5e-3**n / 50}))
        assert [(f.spectrum, f.value, f.limit) for f in said] == [(2, n, 0.6)] * flat
        assert all("in the arc of R_Int: it is flat (n = 0.6)" in f.sentence for f in said)


def test_an_arc_is_gone_below_a_rise_of_six(observed):
    """At six it stays; where it went, merged arcs and changed orders are not spoken of."""
    for rise, gone in ((5.99, True), (6.0, False), (np.nan, False)):
        seen = observed({(1, "Q_GB"): 1e-3}, doubts={"R_GB": doubt(rise, {"R_Int": 50.9})})
        assert [f.flag for f in found("vanished_arc", seen)] == ["vanished_arc", "unresolved_R_GB"] * gone, rise
        assert bool(found("merged_arcs", seen)) == (not gone)
    said = found("vanished_arc", observed(doubts={"R_GB": doubt(-3.21, {"R_Int": 55.0})}))
    assert (
        said[0].sentence == "s1: the data do not need the arc of R_GB (BIC -3.21 without it); without it R_Int = 55 Ω"
    )
    assert said[0].limit == 6.0


def test_what_shares_with_an_arc_that_went_is_not_known_beyond_two_errors(observed):
    """R_Int is 50 ohm with an error of 0.5: 51 without the arc is within two, 51.01 is not, and then not the sum."""
    for other, roles in (
        (51.0, ["R_GB"]),
        (51.01, ["R_GB", "R_Int", "R_SE_total"]),
        (48.99, ["R_GB", "R_Int", "R_SE_total"]),
    ):
        said = found("vanished_arc", observed(doubts={"R_GB": doubt(0.0, {"R_Int": other})}))
        assert [f.role for f in said[1:]] == roles, other
    said = found("vanished_arc", observed(doubts={"R_Int": doubt(0.0, {"R_GB": 10.3})}))
    assert [f.role for f in said[1:]] == ["R_Int", "R_GB", "R_SE_total"]
    said = found("vanished_arc", observed(doubts={"R_GB": doubt(0.0, {"R_SE_bulk": 25.0})}))
    assert [f.role for f in said[1:]] == ["R_GB", "R_SE_bulk"]


def test_merged_arcs_are_one_and_none_is_gone(observed):
    seen = observed(doubts={"R_GB": doubt(0.5, {"R_Int": 60.0}, merged=True)})
    assert not found("vanished_arc", seen)
    said = found("merged_arcs", seen)
    assert said[0].sentence == "s1: R_GB is one arc with another: without it R_Int = 60 Ω, for both"
    assert [f.role for f in said[1:]] == ["R_GB", "R_Int", "R_SE_total"]
    assert not found("merged_arcs", observed(doubts={"R_GB": doubt(6.0, merged=True)}))


def test_an_arc_appears_where_it_is_determined_after_it_was_gone(observed):
    """Gone in spectrum 1, there in 2 with an error of at most a half and no bound."""
    of = {"R_GB": doubt(0.0)}
    for error, at in ((5.0, [2]), (5.01, [3])):
        assert [f.spectrum for f in found("appeared_arc", observed(doubts=of, stderr={(2, "R_GB"): error}))] == at
    assert [f.spectrum for f in found("appeared_arc", observed(doubts=of, bounds={(2, "Q_GB_n")}))] == [3]
    assert not found("appeared_arc", observed(doubts={"R_GB": doubt(6.0)}))
    for rise, at in ((6.0, [2]), (7.0, [2]), (5.99, [3])):  # asked again in spectrum 2, and there
        asked = of["R_GB"]._replace(rise=np.array([np.nan, 0.0, rise, np.nan]))
        assert [f.spectrum for f in found("appeared_arc", observed(doubts={"R_GB": asked}))] == at, rise
    assert not found("appeared_arc", observed(doubts={"R_GB": doubt(0.0, merged=True)}))


def test_arcs_that_change_their_order_are_said_once_a_stretch(observed):
    other = {(i, "Q_GB"): 1e-2 for i in (1, 2)}
    said = found("crossed_arcs", observed(other))
    assert [(f.spectrum, f.limit) for f in said] == [(1, 1.0)]
    assert said[0].value == pytest.approx(5e-3 / 0.1)
    assert said[0].sentence == "s1: from here the arcs of R_GB and R_Int have changed order"
    assert [f.spectrum for f in found("crossed_arcs", observed({(i, "Q_GB"): 1e-2 for i in (1, 3)}))] == [1, 3]
    assert [f.spectrum for f in found("crossed_arcs", observed({(0, "Q_GB"): 1e-2}))] == [1]


def test_two_arcs_that_are_seldom_seen_together_have_no_usual_order(observed):
    """Seen together in one spectrum of four the roles tell the order; in two of them the first one does."""
    lost = np.arange(4) > 0
    seldom = {"R_GB": Doubt(np.where(lost, 0.0, np.nan), {}, np.zeros(4, bool), np.zeros(4, bool))}
    said = found("crossed_arcs", observed({(0, "Q_GB"): 1e-2}, doubts=seldom))
    assert [f.flag for f in said] == ["unresolved_R_GB", "unresolved_R_Int", "crossed_arcs"]
    assert all("it is not known which arc is R_GB and which R_Int" in f.sentence for f in said[:2])
    assert [f.limit for f in said] == [1.0] * 3
    half = {"R_GB": seldom["R_GB"]._replace(rise=np.where(np.arange(4) > 1, 0.0, np.nan))}
    assert [f.spectrum for f in found("crossed_arcs", observed({(0, "Q_GB"): 1e-2}, doubts=half))] == [1]


def test_a_resistance_is_known_up_to_an_error_of_its_own_size(observed):
    for error, lost in ((50.0, False), (50.01, True), (np.nan, True)):
        said = found("unresolved_", observed(stderr={(2, "R_Int"): error}))
        assert [(f.spectrum, f.role) for f in said] == [(2, "R_Int")] * lost, error
    for error, why in (
        (60.0, "its standard error is 120 %"),
        (499.0, "998 %"),
        (500.0, "is above 1,000 %"),
        (501.0, "is above 1,000 %"),
        (np.nan, "is not known"),
    ):
        (said,) = found("unresolved_", observed(stderr={(2, "R_Int"): error}))
        assert said.limit == 1.0
        assert said.sentence.startswith("s2: the data do not tell R_Int (50 Ω in the fit): its ")
        assert why in said.sentence
    assert [f.role for f in found("unresolved_", observed(bounds={(2, "R_Int")}))] == ["R_Int"]


def test_a_part_of_the_electrolyte_that_is_not_told_leaves_the_sum_where_its_error_is_a_tenth_at_most(observed):
    """0.1 ohm with an error of 0.2 beside 20 ohm with 0.2: together 20.1(3); with an error of 3 nothing is told."""
    for error, instead in ((0.2, "; they tell R_SE_total = 20.1(3) Ω"), (3.0, "")):
        small = {(2, "R_GB"): 0.1, (2, "Q_GB"): 1e-5}
        (said,) = found("unresolved_", observed(small, stderr={(2, "R_GB"): error, (2, "R_SE_bulk"): 0.2}))
        assert said.role == "R_GB"
        assert said.sentence.endswith("%" + instead), error
    (said,) = found("unresolved_", observed(stderr={(2, "R_Int"): 60.0}))
    assert "they tell" not in said.sentence


def test_the_sum_is_told_where_all_arcs_are_there(observed):
    """A doubt about another arc in this spectrum counts from a rise of six on as none."""
    for rise, told in ((7.0, True), (6.0, True), (5.9, False)):
        small, errors = {(1, "R_GB"): 0.1, (1, "Q_GB"): 1e-5}, {(1, "R_GB"): 0.2, (1, "R_SE_bulk"): 0.2}
        (said,) = found("unresolved_", observed(small, doubts={"R_Int": doubt(rise)}, stderr=errors))
        assert said.sentence.endswith("R_SE_total = 20.1(3) Ω") == told, rise


def test_electrolytes_with_one_part_and_with_nothing_else(fitted):
    """Bulk and grain boundary alone are told apart or not; without bulk, or without an arc, nobody asks."""
    for text, values, roles in (
        ("R_{SE,bulk}(R_{GB}Q_{GB})", [20.0, 10.0, 1 / (2 * np.pi * 0.6e6) / 10, 1.0], ["R_SE_bulk", "R_GB"]),
        ("R_{SE,bulk}R_{GB}(R_{Int}Q_{Int})", [20.0, 10.0, 50.0, 1e-4, 1.0], []),
        ("(R_{GB}Q_{GB})(R_{Int}Q_{Int})", [10.0, 1e-7, 1.0, 50.0, 1e-4, 1.0], []),
    ):
        circuit = Circuit(text)
        fits = fitted(circuit, [values], scatter=False)
        errors = np.where(np.array(fits.names) == "R_GB", 0.2, 0.01) * values
        fits = replace(
            fits, values=np.array([values]), band=np.array([[0.01, 1e6]]), covariance=np.diag(errors**2)[None]
        )
        known = resolve_limits(all_limits(), {})
        residuals = Misfit(*np.full((5, 1), np.nan))
        seen = Observed(fits, assign_roles(circuit), None, SimpleNamespace(), known, residuals, {})
        said = [f for f in found("unresolved_", seen) if "are not told apart" in f.sentence]
        assert [f.role for f in said] == roles, text
        assert all("use R_SE_total = 30" in f.sentence for f in said)
        wide = np.diag([99.0, *[0.0] * (len(values) - 1)])[None] ** 2
        first = found("unresolved_", replace(seen, fits=replace(fits, covariance=wide)))[0]
        assert "they tell" not in first.sentence


def test_an_apex_may_lie_a_decade_beyond_the_band(observed):
    """The band ends at 0.01 Hz. Where the circuit misses nothing may lie beyond it."""
    for hertz, far in ((1.01e-3, False), (0.99e-3, True)):
        said = found("unresolved_", observed({(1, "Q_Int"): 1 / (2 * np.pi * hertz) / 50}))
        assert [f.role for f in said] == ["R_Int"] * far, hertz
    assert (
        "the apex of its arc, 990 \N{MICRO SIGN}Hz, is not measured" in said[0].sentence
        or "is not measured" in said[0].sentence
    )
    assert np.isnan(said[0].limit)
    missed = NOTHING._replace(rms=np.full(4, 0.02), kk_rms=np.full(4, 0.01))
    for hertz, far in ((0.0101, False), (0.0099, True)):
        seen = observed({(1, "Q_Int"): 1 / (2 * np.pi * hertz) / 50}, residuals=missed)
        assert [f.role for f in found("unresolved_", seen)] == ["R_Int"] * far, hertz


def test_a_fast_arc_with_an_error_above_a_tenth_is_told_with_the_bulk_alone(observed):
    """The highest frequency is 1 MHz: an apex above half of it, and an error of R_SE_bulk or R_GB above 10 %."""
    for hertz, error, fast in ((0.51e6, 1.01, True), (0.49e6, 1.01, False), (0.51e6, 1.0, False)):
        seen = observed({(1, "Q_GB"): 1 / (2 * np.pi * hertz) / 10}, stderr={(1, "R_GB"): error})
        said = [f for f in found("unresolved_", seen) if "are not told apart" in f.sentence]
        assert [f.role for f in said] == ["R_SE_bulk", "R_GB"] * fast, (hertz, error)
        if fast:
            assert said[0].limit == 0.5e6
            assert said[0].value == pytest.approx(hertz)
            assert "use R_SE_total = 30.0(10) Ω" in said[0].sentence
    seen = observed({(1, "Q_GB"): 1 / (2 * np.pi * 0.6e6) / 10}, stderr={(1, "R_GB"): 3.1})
    said = [f for f in found("unresolved_", seen) if "are not told apart" in f.sentence]
    assert "use R_SE_total: the apex" in said[0].sentence  # an error of a tenth of 30 ohm is the most
    for error, roles in ((10.0, ["R_SE_bulk", "R_GB"]), (10.01, ["R_SE_bulk"])):  # of 10 ohm
        seen = observed({(1, "Q_GB"): 1 / (2 * np.pi * 0.6e6) / 10}, stderr={(1, "R_GB"): error})
        said = [f for f in found("unresolved_", seen) if "are not told apart" in f.sentence]
        assert [f.role for f in said] == roles, error


def test_at_a_bound_its_side_is_said(observed):
    seen = observed({(1, "Q_Int_n"): 1.0, (2, "Q_Int_n"): 0.05}, bounds={(1, "Q_Int_n"), (2, "Q_Int_n")})
    sides = [(f.spectrum, f.sentence.partition(" bound,")[0].rpartition(" ")[2]) for f in found("at_bound", seen)]
    assert sides == [(1, "upper"), (2, "lower")]
    narrow = seen.fits.circuit.with_bounds(Q_Int_n=(0.6, 1.0))
    values = seen.fits.values.copy()
    values[2, seen.fits.names.index("Q_Int_n")] = 0.6
    own = replace(seen, fits=replace(seen.fits, circuit=narrow, values=values))
    assert [(f.value, f.limit) for f in found("at_bound", own)] == [(1.0, 1.0), (0.6, 0.6)]


def test_a_fit_that_one_arc_less_betters_is_held_by_a_bound(observed):
    (said,) = found("uncertain_minimum", observed(doubts={"R_GB": doubt(np.nan, misled=True)}))
    assert (said.spectrum, said.flag) == (1, "uncertain_minimum")
    assert "with one arc less the misfit is lower" in said.sentence
    assert not found("uncertain_minimum", observed(doubts={"R_GB": doubt(0.0)}))


def test_a_jump_is_more_than_the_impedance_its_errors_and_a_share_allow(observed):
    """One and a half times 2 ohm, three errors of 0.1 (twice), added in squares, and a twentieth of the smaller."""
    f = np.array([1000.0, 99.0, 1.0])
    z = np.array([[10, 20, 30], [10, 20, 32], [10, 20, 32], [10, 20, 32]], complex)
    allowed = np.hypot(1.5 * 2.0, 3 * np.hypot(0.1, 0.1)) + 0.05 * 50
    for change, jumps in ((allowed * 0.999, False), (allowed * 1.001, True)):
        seen = observed({(i, "R_Int"): 50 + change for i in (1, 2, 3)}, stderr={(i, "R_Int"): 0.1 for i in range(4)})
        series = Series([Spectrum(f, row, label=f"s{i}") for i, row in enumerate(z)])
        said = found("jump", replace(seen, fits=replace(seen.fits, series=series)))
        assert [(s.spectrum, s.role) for s in said] == [(1, "R_Int")] * jumps
    assert said[0].value == pytest.approx(change / 50)
    assert said[0].limit == 0.05
    assert said[0].sentence == (
        f"s1: R_Int goes from 50 Ω to {50 + change:.1f} Ω, but the impedance changes by 2 Ω at most: "
        "another minimum fits as well"
    )


def test_what_is_in_series_must_show_in_the_highest_decade():
    f = np.array([1000.0, 100.0, 99.0, 1.0])
    z = np.array([[10, 20, 30, 40], [10, 21, 35, 48]], complex)
    spectra = [Spectrum(f, row) for row in z]
    assert _moved(spectra).tolist() == [8.0]
    assert _moved(spectra, 0.1).tolist() == [1.0]
    masked = [spectra[0].masked(f < 2, "x"), spectra[1].masked(f > 500, "y")]
    assert _moved(masked).tolist() == [5.0]
    assert _moved(masked, 0.1).tolist() == [5.0]
    assert np.isnan(_moved([spectra[0], Spectrum(f * 2, z[1])])).all()
    assert np.isnan(_moved([spectra[0].masked(f > 0, "x"), spectra[1]])).all()
    assert _moved(spectra[:1]).size == _moved([]).size == 0


def test_what_is_in_series_jumps_where_the_highest_decade_does_not(observed):
    """5 ohm more in series, and in the spectrum at a single frequency: 15 % of the highest is above, 9.9 % is not."""
    for hertz, jumps in ((150.0, False), (99.0, True)):
        f = np.array([1000.0, hertz, 1.0])
        z = np.tile([30.0 + 0j, 40.0, 80.0], (4, 1))
        z[1:, 1] += 5.0
        seen = observed({(i, "R_SE_bulk"): 25.0 for i in (1, 2, 3)}, stderr={(i, "R_SE_bulk"): 0.01 for i in range(4)})
        series = Series([Spectrum(f, row) for row in z])
        said = found("jump", replace(seen, fits=replace(seen.fits, series=series)))
        assert [(s.spectrum, s.role) for s in said] == [(1, "R_SE_bulk")] * jumps
        assert all("but the impedance at its highest frequencies changes by 0 Ω" in s.sentence for s in said)


def test_jumps_from_and_to_what_is_not_resolved_are_not_said():
    jumps = [Finding(i, "jump", 1.0, 0.05, str(i), "R_GB") for i in (1, 2, 3, 4)]
    open_ = Finding(2, "unresolved_R_GB", 1.0, 1.0, "open", "R_GB")
    other = Finding(1, "unresolved_R_Int", 1.0, 1.0, "open", "R_Int")
    assert [x.spectrum for x in without_open_jumps([*jumps, open_, other]) if x.flag == "jump"] == [1, 4]


def test_a_misfit_is_told_by_the_ratio_or_by_the_runs_that_decided(observed, monkeypatch):
    """Twice the Kramers-Kronig test; alike residuals at 1.3 times it, and where the test tells nothing."""
    monkeypatch.setattr(missing, "lacking_at_worst", lambda *_: "an arc more")
    residuals = Misfit(
        rms=np.array([0.02, 0.013, 0.02, 0.01]), kk_rms=np.array([0.01, 0.01, np.nan, 0.01]),
        runs=np.array([0.0, 5.0, 6.0, 0.0]), place=np.full(4, 10.0), kk_percent=np.full(4, 0.7),
    )  # fmt: skip
    said = found("misfit", observed(residuals=residuals))
    told = [(f.spectrum, f.value, f.limit) for f in said]
    assert told == [(0, pytest.approx(2.0), 1.5), (1, 5.0, 4.0), (2, 6.0, 4.0)]
    assert " % of |Z| against 0.7 % of the Kramers-Kronig test, most near 10 Hz; an arc more" in said[0].sentence
    assert said[2].sentence.endswith(", in runs of one sign, most near 10 Hz; an arc more")
    monkeypatch.setattr(missing, "lacking_at_worst", lambda *_: "")
    assert found("misfit", observed(residuals=residuals))[0].sentence.endswith("most near 10 Hz")
