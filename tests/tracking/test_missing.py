"""Where the parts start that a circuit may lack."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.circuit import Circuit, fixed
from eisfit.elements import REGISTRY
from eisfit.spectrum import Spectrum
from eisfit.tracking import missing
from eisfit.tracking.misfit import Misfit
from eisfit.tracking.missing import _arcs_at, _ending, _leads, _nearly, rivals
from eisfit.tree import Leaf

PLACES = np.array([1e4, 10.0, 0.1])


def impedance(leaf: Leaf, values: dict[str, float], f: float) -> complex:
    return complex(leaf.impedance(np.array([2j * np.pi * f]), [values[name] for name in leaf.names])[0])


@pytest.mark.parametrize(("symbol", "other"), [("C", "Q"), ("L", "La")])
def test_another_element_starts_with_the_modulus_of_the_old_one_at_each_place(symbol, other):
    old, new = Leaf(REGISTRY[symbol], "a"), Leaf(REGISTRY[other], "a")
    known = {old.names[0]: 3e-4}
    starts = _nearly(old, new)(known, 1.0, PLACES)
    assert [s[new.names[1]] for s in starts] == [0.95, 0.8] * 3
    for f, own in zip(PLACES.repeat(2), starts, strict=True):
        assert abs(impedance(new, own, f)) == pytest.approx(abs(impedance(old, known, f)))


@pytest.mark.parametrize("symbol", ["T", "O"])
def test_a_diffusion_that_ends_starts_with_the_modulus_of_the_tail(symbol):
    """There Y = 1 / (|Z| sqrt(w)) and B = 1 / sqrt(w): B sqrt(w) is 1, and the modulus that of the tail to a third."""
    old, new = Leaf(REGISTRY["W"], "a"), Leaf(REGISTRY[symbol], "a")
    known = {old.names[0]: 7.0}
    for f, own in zip(PLACES, _ending(old, new)(known, 1.0, PLACES), strict=True):
        omega = 2 * np.pi * f
        assert own[new.names[1]] == pytest.approx(omega**-0.5)
        assert own[new.names[0]] * abs(impedance(old, known, f)) * omega**0.5 == pytest.approx(1)


def test_an_arc_more_has_its_apex_at_each_place():
    for f, own in zip(PLACES, _arcs_at("x")({}, 50.0, PLACES), strict=True):
        assert own["R_x"] == 0.1 * 50.0
        assert (own["R_x"] * own["Q_x"]) ** (1 / own["Q_x_n"]) == pytest.approx(1 / (2 * np.pi * f))


def test_leads_have_a_hundredth_to_all_of_the_modulus_at_the_highest_frequency():
    for symbol, exponents in (("L", (1.0,)), ("La", (0.95, 0.7))):
        lead = Leaf(REGISTRY[symbol], "x")
        starts = _leads(lead)({}, 50.0, PLACES)
        assert [own.get("La_x_n", 1.0) for own in starts] == list(exponents) * 3
        found = [abs(impedance(lead, own, PLACES[0])) for own in starts]
        assert found == pytest.approx([share * 50.0 for share in (0.01, 0.1, 1.0) for _ in exponents])


def test_what_is_tried():
    def tried(text: str) -> list[str]:
        return [str(rival.circuit) for rival in rivals(Circuit(text))]

    assert tried("R(RC)") == [
        "R1(R2C1)(R_{more}Q_{more})",
        "L_{more}R1(R2C1)",
        "La_{more}R1(R2C1)",
        "R1(R2Q1)",
    ]
    assert tried("LR") == ["L1R1(R_{more}Q_{more})", "La1R1"]
    assert tried("RQ")[3:] == ["R1T1", "R1O1"]
    assert tried("RW")[3:] == ["R1T1", "R1O1"]
    assert tried("RC")[3:] == ["R1T1", "R1Q1"]
    starts = [len(rival.starts({"C1": 1e-3}, 1.0, PLACES)) for rival in rivals(Circuit("RC"))]
    assert starts[3:] == [3, 6]  # one a place for a diffusion, two exponents for the other
    assert tried("R_{more}")[0] == "R_{more}(R_{more1}Q_{more1})"


class Fits(list):
    """Fits of which only what is asked for the parts that they lack is known."""

    weights = None
    circuit = Circuit("R")
    options = SimpleNamespace(weighting="modulus")


def test_a_rival_has_its_say_where_it_is_clearly_better_and_leaves_half_of_the_misfit_at_most(monkeypatch):
    """The mean square beyond that of a noise of 1 %, which has 1 %^2: 49 %^2 of the fit, so 25 %^2 at most."""
    spectrum = Spectrum(PLACES, np.ones(3, complex), label="s")
    own = SimpleNamespace(bic=100.0, rms_percent=7.0, spectrum=spectrum, outliers=np.zeros(3, bool), options=None)

    def said(bic: float, percent: float, noise: float = 0.01) -> str:
        tried = SimpleNamespace(bic=bic, rms_percent=percent, names=(), values=())
        monkeypatch.setattr(missing, "_tried", lambda *_: tried)
        monkeypatch.setattr(missing, "_words", lambda *_: "a thing")
        return missing.what_is_missing(Fits([own]), 0, noise)

    better = "a thing would describe s better"
    assert said(89.99, 4.99) == better
    assert said(90.0, 4.99) == ""
    assert said(89.99, 5.0) == ""
    assert said(90.01, 5.01) == ""
    own.rms_percent = 9.0  # 81 less 9 of 3 % of noise: at most 36 and 9
    assert said(0.0, 44.9**0.5, 0.03) == better
    assert said(0.0, 45.1**0.5, 0.03) == ""
    own.bic = np.nan
    assert said(-1e9, 0.0) == ""


def test_of_a_fit_within_its_noise_nothing_is_missing(monkeypatch):
    """0.5 % where 2 % are noise: beyond it is nothing, of which a rival of 2.1 % leaves more than half."""
    own = SimpleNamespace(
        bic=100.0, rms_percent=0.5, spectrum=Spectrum(PLACES, np.ones(3, complex)), outliers=np.zeros(3, bool)
    )
    fits = Fits([own])
    for percent, square in ((2.0, 4.1), (2.1, 4.1), (1.9, 3.6)):
        tried = SimpleNamespace(bic=0.0, rms_percent=square**0.5, names=(), values=())
        monkeypatch.setattr(missing, "_tried", lambda *_, tried=tried: tried)
        monkeypatch.setattr(missing, "_words", lambda *_: "a thing")
        expected = "a thing would describe it better" if square < percent**2 else ""
        assert missing.what_is_missing(fits, 0, percent / 100) == expected, percent


def test_what_is_missing_is_tried_without_outliers_and_not_with_weights_of_the_callers_own(monkeypatch):
    tried, tried_rms = [], [0.0]

    def keep(spectrum, *_):
        tried.append(spectrum.used.tolist())
        return SimpleNamespace(bic=0.0, rms_percent=tried_rms[0])

    monkeypatch.setattr(missing, "_tried", keep)
    monkeypatch.setattr(missing, "_words", lambda *_: "a thing")
    spectrum = Spectrum(PLACES, np.ones(3, complex))
    for out in ([False, True, False], [False, False, False]):
        fits = Fits([SimpleNamespace(bic=100.0, rms_percent=2.0, spectrum=spectrum, outliers=np.array(out))])
        assert missing.what_is_missing(fits, 0) == "a thing would describe it better"
        assert tried[-1] == [not o for o in out]
    tried_rms[0] = 1.42  # without a noise that is known more than half of 2^2 in squares
    assert missing.what_is_missing(fits, 0) == ""
    tried_rms[0] = 0.0
    fits.weights = np.ones((1, 3))
    assert missing.what_is_missing(fits, 0) == ""


def test_the_spectrum_that_is_missed_most_is_asked(monkeypatch):
    """By the ratio, and by the runs where it is not known; the noise is that of the Kramers-Kronig test."""
    asked = []
    monkeypatch.setattr(missing, "what_is_missing", lambda _, i, noise: asked.append((i, noise)) or "an arc")
    kk = np.array([0.001, 0.002, 0.004, np.nan])
    found = Misfit(np.array([9.0, 90.0, 10.0, 1.0]) * kk, kk, np.array([50.0, 0.0, 0.0, 12.0]), kk, kk)
    for at, expected in (([0, 2], (2, 0.004)), ([0, 2, 3], (3, 0.0)), ([0, 1, 3], (1, 0.002))):
        said = missing.lacking_at_worst([], found, np.array(at))
        assert said == "an arc (farthest above its noise, tried on it alone)"
        assert asked[-1] == expected, at
    assert missing.lacking_at_worst([], found, np.array([0])) == "an arc"
    monkeypatch.setattr(missing, "what_is_missing", lambda *_: "")
    assert missing.lacking_at_worst([], found, np.array([0, 1])) == ""


def test_where_an_arc_would_lie():
    """10 ohm and 1.59 mF have their apex at 10 Hz; the arc beside it, of 1 kHz, is not the one that was added."""
    rival = next(rivals(Circuit("R(RC)")))

    def words(f, ohm=10.0, of=rival):
        values = [1.0, 100.0, 1 / (2 * np.pi * 1e3 * 100), ohm, 1 / (2 * np.pi * 10 * 10), 1.0]
        return missing._words(of, SimpleNamespace(values=np.array(values), spectrum=SimpleNamespace(frequency=f)))

    assert words(PLACES) == "one arc more, near 10 Hz,"
    assert words(PLACES[:2] * 2) == "one arc more, below the measured frequencies,"
    assert words(PLACES[1:] / 2) == "one arc more, above the measured frequencies,"
    assert words(PLACES, np.nan) == "one arc more"
    assert words(PLACES, of=rival._replace(arc="")) == "one arc more"


def test_an_arc_starts_at_seven_places_over_the_band_that_counts(monkeypatch):
    """Six decades of used points: one start in each, a tenth of the median modulus, what is known as it was."""
    f = np.logspace(5, -2, 8)
    spectrum = Spectrum(f, np.array([1e9, 10, 20, 30, 40, 50, 60, 70], complex)).masked(f > 5e4, "test")
    own = SimpleNamespace(names=("R1", "R2", "C1"), values=np.array([3.0, 5.0, 1e-4]))
    starts = []

    class Tried(list):
        cost = np.array([np.nan, 5.0, 4.0, 9.0, np.inf, 7.0, 8.0])

    def fit(series, circuit, *, start, **_):
        starts.append(start)
        assert len(series) == len(start)
        return Tried(range(7))

    monkeypatch.setattr(missing, "fit", fit)
    circuit = Circuit("R(RC)").with_bounds(R1=(3.5, 9.0))
    rival = next(rivals(circuit))
    narrow = rival._replace(circuit=rival.circuit.with_bounds(R1=(3.5, 9.0)))
    assert missing._tried(spectrum, narrow, own, "modulus") == 2
    assert starts[0][:, :3].tolist() == [[3.5, 5.0, 1e-4]] * 7
    assert starts[0][:, 3] == pytest.approx([4.0] * 7)
    apex = (starts[0][:, 3] * starts[0][:, 4]) ** (-1 / starts[0][:, 5]) / (2 * np.pi)
    assert apex == pytest.approx(np.logspace(4, -2, 7))


def test_what_was_fixed_stays_in_a_rival():
    usual = Circuit("R(RC)").parameter("R2")
    circuit = Circuit("R(RC)").with_(R1=fixed(5.0), C1=fixed(1e-6)).with_bounds(R2=(1.0, 2.0))
    for rival in rivals(circuit):
        held, free = rival.circuit.parameter("R1"), rival.circuit.parameter("R2")
        assert (held.fixed, held.value) == (True, 5.0), rival.words
        assert (free.fixed, free.lower, free.upper) == (False, usual.lower, usual.upper), rival.words
