"""Parts of the detector by hand: hard shorts, remarks, names, what fits add, where something else begins."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.shorts import Measured, detect_shorts, detector, with_measured
from eisfit.shorts.detector import (
    _anew,
    _fields,
    _Gathered,
    _hard,
    _judged,
    _named,
    _remarks,
    _uncovered,
    _without_lead,
    change_points,
)
from eisfit.shorts.features import Features
from eisfit.shorts.spectra import Aligned, Window
from eisfit.shorts.trace import Trace
from eisfit.shorts.values import defaults, joined_shorts, taken_shorts
from eisfit.spectrum import Conditions, Series, Spectrum

F = np.geomspace(1e6, 1, 13)
LIMITS = {"hard_short.share": 0.1, "hard_short.phase": 5.0}


def test_a_hard_short_has_a_tenth_left_and_a_phase_below_five_degrees():
    """Above 10 kHz the phase is not looked at."""
    for left, degrees, hard in ((1.0, 4.9, True), (1.001, 4.9, False), (1.0, 5.1, False), (0.5, 0.0, True)):
        z = np.where(F < 1e4, np.exp(-1j * np.deg2rad(degrees)), -1j)[None]
        own = Features(np.ones(1), np.array([10.0]), np.array([left]), *(np.zeros(1),) * 4)
        assert _hard(Aligned(F, z, np.full(1, 1e-3)), own, LIMITS)[0] == hard, (left, degrees)
    high = Aligned(F[:3], np.ones((1, 3), complex), np.full(1, 1e-3))
    own = Features(np.ones(1), np.array([10.0]), np.ones(1), *(np.zeros(1),) * 4)
    assert _hard(high, own, LIMITS)[0]


def test_the_phase_of_a_hard_short_is_that_below_ten_kilohertz():
    for f, phases in (([1.9e4, 1.5e4, 1.2e4, 5e3, 1e3], [90, 90, 90, 0, 0]), ([1e4, 9e3], [90, 0])):
        z = np.exp(-1j * np.deg2rad(phases))[None]
        own = Features(np.ones(1), np.array([10.0]), np.ones(1), *(np.zeros(1),) * 4)
        assert _hard(Aligned(np.array(f), z, np.full(1, 1e-3)), own, LIMITS)[0]


def test_three_spectra_are_not_judged():
    for n, said in ((3, "Shorts were not judged: that takes 4 spectra at least."),
                    (4, "Shorts were not judged where fewer than 4 spectra stand at one pressure.")):  # fmt: skip
        found = _judged(named(n), np.arange(3), defaults(), 3)
        assert (found.remarks, found.followed) == ((said,), None)


def test_a_plateau_of_more_than_thirty_degrees_is_none():
    window = Window(*(np.array([0, 1]),) * 4, True, True)
    for degrees, said in ((30.1, True), (29.9, False)):
        found = _remarks(window, np.full(2, np.exp(-1j * np.deg2rad(degrees))))
        assert bool(found) == said
    assert _remarks(window, np.full(2, 1 - 1j))[0].startswith(
        "The phase of the plateau is 45 degrees: the band does not"
    )


def named(n):
    return Series([Spectrum(F, np.ones(13, complex), label=f"s{i}" if i else "") for i in range(n)])


def test_three_spectra_are_named():
    for index, said in (
        ([1], "s1"), ([1, 2], "s1 and s2"), ([1, 2, 3], "s1, s2 and s3"), ([1, 2, 3, 4], "s1, s2, s3 and 1 more"),
        ([0, 2], "spectrum 1 and s2"),
    ):  # fmt: skip
        assert _named(named(5), np.array(index)) == said


def test_how_many_spectra_were_not_judged():
    odds = np.array([0.0, np.nan, 1.0, np.nan])
    (said,) = _uncovered(named(4), np.arange(4), odds)
    assert ": 2 of 4 spectra; too few of their points that count lie within the 1 Hz to 1 MHz of the others." in said
    assert _uncovered(named(4), np.arange(4), np.zeros(4)) == ()


def test_the_lead_that_the_baseline_proves_is_taken_off_all():
    rng = np.random.default_rng(1)
    z = np.tile(10 + 5 / (1 + 1j * F / 1e3), (3, 1)) * (1 + 1e-4 * rng.standard_normal((3, 13)))
    lead = 2j * np.pi * F * 5e-7
    spectra = Aligned(F, z + lead, np.full(3, 1e-4))
    left = _without_lead(spectra, np.arange(2)).impedance - z
    assert np.abs(left[:, 0].imag).max() < 0.2 * lead[0].imag  # 3.1 ohm at 1 MHz
    assert np.abs(left - left[:, :1] * F / F[0]).max() < 1e-9  # and in proportion to the frequency
    bare = Aligned(F, z, np.full(3, 1e-4))
    assert _without_lead(bare, np.arange(2)) is bare


def test_where_something_else_begins():
    shorts = SimpleNamespace(level=("ok", "ok", "soft", "hard", "ok", "suspect", "soft"), starts=(0, 4))
    assert change_points(shorts) == (2, 4, 6)
    assert change_points(SimpleNamespace(level=("soft", "soft"), starts=(0,))) == ()
    assert change_points(SimpleNamespace(level=("suspect", "ok"), starts=(0, 1))) == (1,)


def test_a_leak_of_the_circuit_stands_where_the_spectra_give_none(cell_series):
    found = detect_shorts(cell_series([{}] * 4))
    found = replace(
        found, leak=np.array([0.02, np.nan, np.nan, np.nan]), leak_error=np.full(4, 1e-3), R_short=np.full(4, 7.0)
    )
    both = with_measured(
        found, Measured(np.array([0.5, 0.01, -0.01, np.nan]), np.full(4, 2e-3), np.array([1.0, 2, 3, 4]))
    )
    np.testing.assert_array_equal(both.leak, [0.02, 0.01, np.nan, np.nan])
    assert both.R_short[:2] == pytest.approx([7.0, 100.0])
    assert both.R_short_high[1] / 100 == pytest.approx(np.exp(1.959964 * 0.2))
    assert 100 / both.R_short_low[1] == pytest.approx(np.exp(1.959964 * 0.2))
    assert both.method[:2] == (found.method[0], "circuit")
    assert both.chi2_gain.tolist() == [1, 2, 3, 4]
    none = with_measured(found, Measured(np.zeros(4), np.full(4, 2e-3), np.zeros(4)))
    np.testing.assert_array_equal(none.leak, found.leak)
    assert none.method == found.method
    assert both.leak_error[:2].tolist() == [1e-3, 2e-3]


def test_numbers_of_spectra_that_make_a_baseline(cell_series):
    series = cell_series([{}] * 6)
    assert detect_shorts(series, baseline=1).baselines[5] == (4,)
    assert detect_shorts(series).baselines[5] == (2, 3, 4)
    assert detect_shorts(cell_series([{}] * 3)).level == ("not judged",) * 3
    assert detect_shorts(cell_series([{}] * 4)).level == ("ok",) * 4


def test_the_numbers_of_a_verdict_by_hand():
    """Odds of 100 to 1, and a leak of 0.02 S between 0.01 and 0.04 S: a standard error of 0.02 ln 4 / (2 * 1.96)."""
    nan = np.full(2, np.nan)
    followed = SimpleNamespace(
        odds=np.array([np.log(100.0), np.nan]), share=nan, ln_G=np.log([0.02, np.nan]),
        ln_G_low=np.log([0.01, np.nan]), ln_G_high=np.log([0.04, np.nan]),
    )  # fmt: skip
    own = Features(*(np.array([float(k), 0.0]) for k in range(7)))
    out = _fields(followed, own, np.array([300.0, 400.0]), 0.012)
    expected = {
        "R_short": 50, "R_short_low": 25, "R_short_high": 100, "probability": 100 / 101, "score": 2, "share": 0,
        "leak": 0.02, "leak_error": 0.02 * np.log(4) / (2 * 1.959964), "bound": 300, "scatter": 0.012,
    }  # fmt: skip
    assert {name: out[name][0] for name in expected} == pytest.approx(expected)
    assert np.isnan(out["share"][1])
    known = followed.__dict__ | {"share": np.array([0.3, 0.4])}
    assert _fields(SimpleNamespace(**known), own, nan, 0.0)["share"].tolist() == [0.3, 0.4]


def test_verdicts_on_parts_of_a_series_replace_those_on_the_whole(cell_series):
    """What belongs to the series stays: remarks, baselines, starts; a part that was not asked changes nothing."""
    whole = detect_shorts(cell_series([{}] * 5))
    rows = [np.array([3, 1]), np.array([0])]
    part = taken_shorts(whole, rows[0])
    assert part.baselines == tuple(tuple({3: 0, 1: 1}[k] for k in whole.baselines[i] if k in (3, 1)) for i in (3, 1))
    changed = replace(part, score=np.array([7.0, 8.0]), level=("soft", "hard"), remarks=("of a part",))
    joined = joined_shorts(whole, rows, [changed, None])
    assert joined.score[[3, 1]].tolist() == [7.0, 8.0]
    assert joined.score[[0, 2, 4]].tolist() == whole.score[[0, 2, 4]].tolist()
    assert joined.level == ("ok", "hard", "ok", "soft", "ok")
    assert joined.score.dtype == np.float64
    assert (joined.remarks, joined.baselines, joined.starts) == (whole.remarks, whole.baselines, whole.starts)
    assert joined.rival == whole.rival
    assert whole.method == ("",) * 5


def test_a_soft_short_says_its_size_and_whether_it_is_that_of_the_circuit(cell_series):
    found = detect_shorts(cell_series([{}] * 4))
    numbers = {name: np.full(4, v) for name, v in (("R_short", 50.0), ("R_short_low", 40.0), ("bound", np.nan))}
    soft = replace(
        found, level=("soft",) * 3 + ("suspect",), verdicts=("a leak",) * 4,
        method=("spectra", "circuit", "spectra", ""), R_short_high=np.array([60.0, 60.0, np.inf, 60.0]), **numbers,
    )  # fmt: skip
    assert soft.reasons == (
        "R_short = 50 ohm (40 to 60, 95 %): a leak",
        "R_short = 50 ohm (40 to 60, 95 %, by the circuit): a leak",
        "R_short = 50 ohm (40 to infinity, 95 %): a leak",
        "a leak",
    )
    more = replace(soft, bound=np.full(4, 300.0), trace=("", "it fell", "", ""))
    assert more.reasons[1].endswith(": a leak; leaks below 300 ohm are excluded; by the record it fell")


def test_stretches_are_laid_out_over_the_series():
    """The second and the fourth of five spectra, the latter a copy of the former; heat in K, of 10 K each."""
    gathered = _Gathered(named(5))
    own = SimpleNamespace(
        rival=np.array([2, 3]), kind=np.array([0, 1]), heat=np.array([0.5, -1.0]), members=[(0,), (0, 1)]
    )
    index = np.array([1, 3])
    gathered.take(
        index,
        SimpleNamespace(
            remarks=("said", "twice"), followed=own, hard=np.array([True, False]), apart=np.array([False, True]),
            original=np.array([0, 0]), fields={"score": np.array([1.0, 2.0])},
        ),
    )  # fmt: skip
    gathered.take(np.array([4]), SimpleNamespace(remarks=("said",), followed=None))
    assert list(gathered.remarks) == ["said", "twice"]
    assert gathered.hard.tolist() == [False, True, False, False, False]
    assert gathered.apart.tolist() == [False, False, False, True, False]
    assert gathered.original.tolist() == [0, 1, 2, 1, 4]
    assert gathered.rival.tolist() == [-1, 2, -1, 3, -1]
    assert gathered.kind.tolist() == [-1, 0, -1, 1, -1]
    np.testing.assert_array_equal(gathered.heat, [np.nan, 5.0, np.nan, -10.0, np.nan])
    np.testing.assert_array_equal(gathered.fields["score"], [np.nan, 1.0, np.nan, 2.0, np.nan])
    assert gathered.baselines == [(), (1,), (), (1, 3), ()]


def test_a_baseline_that_the_log_started_is_said_and_one_that_was_asked_for_is_not():
    pressed = [
        Spectrum(F, np.ones(13, complex), label=f"s{i}", conditions=Conditions(pressure_MPa=p))
        for i, p in enumerate((50.0, 50.0, 70.0, 70.0))
    ]
    (said,) = _anew(Series(pressed), (), defaults())
    assert said.startswith("At s2 the logged pressure changed: a new baseline")
    assert _anew(Series(pressed), (2,), defaults()) == ()
    assert _anew(Series(pressed[:2]), (), defaults()) == ()


def test_the_voltage_speaks_before_the_charge(cell_series, monkeypatch):
    """Either alone is told as well."""
    monkeypatch.setattr(detector, "read_trace", lambda *_: Trace(("", "it fell", "it fell", "")))
    monkeypatch.setattr(detector, "read_losses", lambda *_: ("", "", "it leaks", "it leaks"))
    assert detect_shorts(cell_series([{}] * 4)).trace == ("", "it fell", "it fell", "it leaks")
