"""Flags, their limits, and the track that carries them."""

from __future__ import annotations

import pickle
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.circuit import Circuit
from eisfit.errors import FitError, OptionError
from eisfit.fitting import fit
from eisfit.fitting.status import FitStatus
from eisfit.limits import Limit, resolve_limits
from eisfit.quality import lin_kk
from eisfit.shorts import LIMITS
from eisfit.simulation import simulate
from eisfit.spectrum import Cell, Conditions, Record, Series
from eisfit.tables import resolved_parameters
from eisfit.tracking import track
from eisfit.tracking.flags import REGISTRY, all_limits, declaration, flag
from eisfit.tracking.track import Finding


def growing(truth, n=6):
    return np.stack([truth * np.where(np.arange(9) == 4, 1 + 0.1 * i, 1) for i in range(n)])


def changed(fits, **arrays):
    """The fits with single entries replaced: name=((spectrum, column), value)."""
    new = {}
    for name, (where, value) in arrays.items():
        array = getattr(fits, name).copy()
        array[where] = value
        new[name] = array
    return replace(fits, **new)


def test_an_easy_series_has_no_flag(fitted, assb, truth):
    found = track(fitted(assb, growing(truth)))
    assert found.flags == ((),) * 6
    assert found.findings == ()
    assert list(found.roles) == ["R_SE_bulk", "R_GB", "R_Int", "R_SE_total", "R_total"]


def test_sums_have_correlated_errors(fitted, assb, truth):
    fits = fitted(assb, growing(truth))
    roles = track(fits).roles
    k = [fits.names.index(n) for n in ("R_SE_bulk", "R_GB")]
    expected = np.sqrt(fits.covariance[:, k][:, :, k].sum(axis=(1, 2)))
    np.testing.assert_allclose(roles["R_SE_total"].stderr, expected)
    np.testing.assert_allclose(roles["R_SE_total"].value, roles["R_SE_bulk"].value + roles["R_GB"].value)
    apart = np.hypot(roles["R_SE_bulk"].stderr, roles["R_GB"].stderr)
    assert (roles["R_SE_total"].stderr < 0.5 * apart).all()


def test_the_axis_is_the_asked_one(fitted, assb, truth):
    states = [Conditions(time_s=float(i), soc=i / 5) for i in range(6)]
    fits = fitted(assb, growing(truth), conditions=states)
    assert track(fits).axis.name == "soc"
    assert track(fits, "time").axis.values.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    with pytest.raises(OptionError, match="no potential"):
        track(fits, "potential")


def test_a_fit_that_did_not_converge(fitted, assb, truth):
    fits = fitted(assb, growing(truth))
    status = (*fits.status[:2], FitStatus.MAX_ITERATIONS, *fits.status[3:])
    found = track(replace(changed(fits, covariance=((2,), np.nan)), status=status))
    assert found.flagged("not_converged") == (2,)
    assert "iterations ran out" in found.findings[0].sentence


def test_what_is_well_known_stays_usable(fitted, assb, truth):
    """R_Int alone is not determined: the fit is no failure, and says so."""
    fits = fitted(assb, growing(truth))
    status = (*fits.status[:2], FitStatus.SINGULAR, FitStatus.MAX_ITERATIONS, *fits.status[4:])
    fits = replace(changed(fits, covariance=((2, 4), np.nan)), status=status)
    found = track(fits)
    assert not found.flagged("not_converged")
    assert found.flagged("open_parameter") == (2,)
    assert "unresolved_R_Int" in found.flags[2]
    sentence = next(f.sentence for f in found.findings if f.flag == "open_parameter")
    assert sentence == "s2: R_Int is not determined by these data: it has no error."


def test_a_circuit_that_misses(fitted, assb, truth):
    """A fit of one arc less, and one of the right circuit that is left alone."""
    values = growing(truth, 2)
    spectra = fitted(assb, values, scatter=False).series
    right, missed = track(fit(spectra, assb)), track(fit(spectra, "R_{SE,bulk}(R_{Int}Q_{Int})Q_{D}"))
    assert not right.flagged("misfit")
    assert missed.flagged("misfit") == tuple(range(len(values)))
    found = [f for f in missed.findings if f.flag == "misfit"]
    assert all(f.value > f.limit == 1.5 for f in found)
    assert "rms " in found[0].sentence
    assert "% of the Kramers-Kronig test" in found[0].sentence
    assert missed.decisions[0].startswith(f"The circuit misses {len(values)} of {len(values)} spectra")
    assert track(fit(spectra, assb), limits={"misfit.ratio": 0.1}).flagged("misfit")


def test_a_parameter_at_its_bound(fitted, assb, truth):
    fits = changed(fitted(assb, growing(truth)), values=((1, 6), 1.0), at_bound=((1, 6), True))
    found = track(fits)
    assert "at_bound" in found.flags[1]
    said = next(f for f in found.findings if f.flag == "at_bound")
    assert said.limit == 1.0
    assert "the bound decided Q_Int_n, not the data: it stopped at its upper bound, 1" in said.sentence


def test_a_resistance_that_is_open_parameter(fitted, assb, truth):
    fits = fitted(assb, growing(truth))
    fits = changed(fits, covariance=((2, 4, 4), (5 * fits.values[2, 4]) ** 2))
    found = track(fits)
    assert found.flags[2] == ("unresolved_R_Int",)
    assert found.findings[0].value == pytest.approx(5.0)
    assert not track(fits, limits={"unresolved.stderr": 6.0}).findings


def test_an_unknown_error_is_open_parameter(fitted, assb, truth):
    fits = changed(fitted(assb, growing(truth)), covariance=((0, 1, 1), np.nan))
    assert track(fits).flags[0] == ("unresolved_R_GB",)


def test_a_fixed_resistance_is_determined(fitted, truth, assb):
    circuit = assb.with_(R_GB=replace(assb.parameter("R_GB"), fixed=True))
    fits = replace(changed(fitted(assb, growing(truth)), covariance=((0, 1, 1), np.nan)), circuit=circuit)
    assert track(fits).flags[0] == ()


def test_an_arc_above_the_band_is_not_separable(fitted, assb, truth):
    fast = truth.copy()
    fast[2] = (fast[1] / (2 * np.pi * 5e6 * fast[1])) ** 0.9 / fast[1]
    fits = fitted(assb, growing(fast), noise=0.01, scatter=False)
    found = track(fits)
    assert {"unresolved_R_SE_bulk", "unresolved_R_GB"} <= set(found.flags[0])
    assert any("use R_SE_total" in f.sentence for f in found.findings)


def test_merged_and_crossing_and_vanished_arcs(fitted):
    circuit = Circuit("R(RC)(RC)")
    n = 9
    tau = np.geomspace(1e-3, 2e-1, n)
    values = np.stack([np.full(n, 10.0), np.full(n, 20.0), tau / 20, np.full(n, 30.0), np.full(n, 1e-2 / 30)], axis=1)
    values[0, 1] = 1e-4
    found = track(fitted(circuit, values, scatter=False))
    assert 4 in found.flagged("merged_arcs")
    assert found.flagged("crossed_arcs") == (4,)
    assert next(f.limit for f in found.findings if f.flag == "crossed_arcs") == 1.0
    assert found.flagged("vanished_arc") == (0,)


def test_a_failed_kramers_kronig_test(fitted, assb, truth):
    fits = fitted(assb, growing(truth))
    verdicts = replace(lin_kk(fits.series), verdict=np.array(["pass", "fail", "doubtful", "pass", "pass", "pass"]))
    quality = SimpleNamespace(kk=verdicts, kk_rms_percent=np.array([0.3, 4.2, 1.0, 0.3, 0.3, 0.3]))
    found = track(fits, quality=quality)
    assert found.flagged("kk_fail") == (1,)
    assert found.findings[0].value == 4.2


def test_a_leak_is_flagged_in_the_fits_own_series(fitted, truth):
    circuit = Circuit("([R_{SE}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}]S)")
    values = np.concatenate([growing(truth, 8), np.full((8, 1), 1e-9)], axis=1)
    values[5:, 9] = 1 / 40
    found = track(fitted(circuit, values))
    assert found.flagged("soft_short") == (5, 6, 7)
    assert found.shorts.level[:5] == ("ok",) * 5
    assert [f.limit for f in found.findings if f.flag == "soft_short"] == [LIMITS["soft_short"][0].default] * 3


def test_roles_and_decisions_reach_the_track(fitted):
    values = [10.0, 5.0, 1e-8, 50.0, 1e-3]
    found = track(fitted(Circuit("R(RC)(RC)"), np.tile(values, (4, 1))))
    assert found.assigned == {"R_SE_bulk": "R1", "R_GB": "R2", "R_Int": "R3"}
    assert any(said.startswith("Roles by time constant") for said in found.decisions)
    chosen = track(fitted(Circuit("R(RC)(RC)"), np.tile(values, (4, 1))), roles={"R_ct": "R3"})
    assert list(chosen.roles) == ["R_ct"]


def test_bad_options_are_refused(fitted, assb, truth):
    fits = fitted(assb, growing(truth))
    with pytest.raises(OptionError, match="did you mean soft_short"):
        track(fits, limits={"soft_short.scor": 0.2})
    with pytest.raises(OptionError, match="baseline needs at least 1"):
        track(fits, baseline=0)


def test_the_track_pickles(fitted, assb, truth):
    found = track(fitted(assb, growing(truth), cell=Cell(type="half")))
    again = pickle.loads(pickle.dumps(found))
    assert again.flags == found.flags
    np.testing.assert_array_equal(again.roles["R_Int"].value, found.roles["R_Int"].value)


def test_an_empty_series(assb, fitted, truth):
    fits = fitted(assb, growing(truth))
    none = {name: getattr(fits, name)[:0] for name in ("values", "covariance", "cost", "status", "n_iterations")}
    none |= {name: getattr(fits, name)[:0] for name in ("points_used", "at_bound", "agreement", "starts", "rms")}
    found = track(replace(fits, series=fits.series[:0], **none))
    assert found.flags == ()


@pytest.mark.parametrize("declared", all_limits(), ids=lambda limit: limit.name)
def test_every_limit_says_what_it_is(declared):
    assert declared.sentence
    assert declared.default > 0
    assert declared.name.split(".")[0] in {name.rstrip("_") for name in REGISTRY}


def test_every_flag_says_what_it_is():
    assert {"soft_short", "hard_short", "suspect_short", "kk_fail", "not_converged", "at_bound"} <= set(REGISTRY)
    assert all(declared.sentence.endswith(".") for declared in REGISTRY.values())


def test_a_flag_is_known_by_its_name_and_one_for_a_role_by_the_beginning():
    for name, known in (
        ("jump", "jump"),
        ("unresolved_R_GB", "unresolved_"),
        ("jump_of_R_GB", "jump"),
        ("nothing", ""),
    ):
        found = declaration(name)
        assert (found.name if found else "") == known, name


def test_limits_of_another_flag_are_refused_at_declaration():
    with pytest.raises(TypeError, match="must be named mine"):
        flag("mine", "A sentence.", Limit("other.x", 1.0, "", "x"))
    with pytest.raises(TypeError, match="declared twice"):
        flag("at_bound", "Again.")(REGISTRY["at_bound"].rule)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("hard_short.phase", -1.0, "must be a number of 0 or more"),
        ("hard_short.phase", float("nan"), "must be a number of 0 or more"),
        ("hard_short.zzzz", 1.0, "hard_short has hard_short.share"),
        ("nothing", 1.0, "flags with limits are"),
    ],
)
def test_limits_that_make_no_sense(name, value, message):
    with pytest.raises(OptionError, match=message):
        resolve_limits(all_limits(), {name: value})


def test_limits_keep_their_defaults():
    values = resolve_limits(all_limits(), {"hard_short.phase": 7})
    assert values["hard_short.phase"] == 7.0
    assert values["hard_short.share"] == 0.1


def test_a_parameter_that_is_no_resistance_may_be_open(fitted):
    """The length of a diffusion of which only the beginning is seen: the resistances can be used."""
    fits = fitted("R(RQ)T", np.tile([20.0, 50.0, 1e-6, 0.9, 1e-2, 1.0], (3, 1)))
    covariance = fits.covariance.copy()
    covariance[1, 5] = covariance[1, :, 5] = np.nan
    status = (FitStatus.CONVERGED, FitStatus.SINGULAR, FitStatus.SINGULAR)
    covariance[2, 1] = covariance[2, :, 1] = np.nan
    open_ = replace(fits, covariance=covariance, status=status)
    assert open_.usable.tolist() == [True, True, True]
    followed = track(open_)
    assert followed.flagged("open_parameter") == (1, 2)
    assert "unresolved_R_Int" in followed.flags[2]
    assert not followed.flagged("not_converged")


def test_a_tie_that_does_not_hold_is_said():
    spectrum = simulate("R(RQ)", np.logspace(5, -1, 31), [10, 50, 1e-5, 0.9], noise=0.002, seed=1)
    followed = track([fit(spectrum, "R(RQ)", tie={"R2": "20 * R1"}, bound={"R2": (40, 60)})], axis="index")
    assert any("the tie R2 = 20 * R1 does not hold: it asks for" in f.sentence for f in followed.findings)
    nothing = fit(spectrum, "R(RQ)", tie={"R2": "log(R1 - 500)"})
    assert "the tie R2 = log(R1 - 500) gives no finite number" in nothing.sentence
    assert not nothing.at_bound.any()
    assert np.isnan(nothing.rms_percent)


def test_the_worst_finding_is_the_one_furthest_beyond_its_limit(fitted, assb, truth):
    followed = track(fitted(assb, np.tile(truth, (3, 1))))
    three = [Finding(i, "misfit", value, 1.5, str(i)) for i, value in enumerate((2.0, 9.0, 3.0))]
    followed = replace(followed, findings=(*three, Finding(1, "other", np.nan, np.nan, "alone")))
    assert followed.worst("misfit").sentence == "1"
    assert followed.worst("other").sentence == "alone"
    assert followed.worst("none") is None


def test_single_fits_with_their_series_have_its_record_and_cell():
    time = np.arange(0.0, 36_000.0, 100.0)
    charge = np.concatenate([np.linspace(0, 4, 180), np.linspace(4, 1, 180)])
    record = Record(time, np.full(360, 3.7), np.zeros(360), charge, np.repeat([0, 1], 180))
    values = {"R1": 22, "R2": [30, 40, 50], "Q1": 4e-3, "Q1_n": 0.8}
    spectra = [
        s.with_(conditions=Conditions(time_s=t))
        for s, t in zip(simulate("R(RQ)", np.logspace(5, -2, 30), values, seed=1), (3e3, 9e3, 15e3), strict=True)
    ]
    series = Series(spectra, record=record, cell=Cell(capacity_mAh=5.0))
    together = track(fit(series, "R(RQ)"), axis="soc")
    alone = [fit(s, "R(RQ)") for s in series]
    np.testing.assert_allclose(track(alone, axis="soc", series=series).axis.values, together.axis.values)
    np.testing.assert_allclose(track(list(fit(series, "R(RQ)")), axis="soc").axis.values, together.axis.values)
    with pytest.raises(FitError, match="is not in the series that is given"):
        track(alone, series=series.with_(spectra=list(series)[:2]))


def test_an_arc_whose_apex_is_not_measured():
    """Within a decade of the band it is resolved, beyond it is not; and not at all where the circuit misses."""
    f, n, size = np.geomspace(1e5, 1, 51), 0.9, 1000.0
    for apex, small, expected in ((0.3, 0.0, False), (0.05, 0.0, True), (0.3, 0.5, True)):
        q = (1 / (2 * np.pi * apex)) ** n / size
        values = {"R1": 10, "R2": size, "Q1": q, "Q1_n": n, "R3": small, "Q2": 1e-5, "Q2_n": 0.9}
        fits = fit(Series([simulate("R(RQ)(RQ)", f, values, noise=2e-4, seed=3)]), "R(RQ)")
        found = track(fits)
        assert ("misfit" in found.flags[0]) == (small > 0), (apex, small)
        assert ("unresolved_R_Int" in found.flags[0]) == expected, (apex, small)
        assert resolved_parameters(found, fits)[0].tolist() == [True, not expected, True, True], (apex, small)
        assert fits.resolved.all(), "the errors alone would say that it is known"
