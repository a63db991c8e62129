"""Where the parts start that a circuit may lack."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.circuit import Circuit
from eisfit.elements import REGISTRY
from eisfit.spectrum import Spectrum
from eisfit.tracking import missing
from eisfit.tracking.missing import CLEAR, SHARE, _arcs_at, _ending, _leads, _nearly, rivals
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
        assert own["R_x"] == SHARE * 50.0
        assert (own["R_x"] * own["Q_x"]) ** (1 / own["Q_x_n"]) == pytest.approx(1 / (2 * np.pi * f))


def test_leads_have_a_hundredth_to_all_of_the_modulus_at_the_highest_frequency():
    for symbol, exponents in (("L", (1.0,)), ("La", (0.95, 0.7))):
        lead = Leaf(REGISTRY[symbol], "x")
        found = [abs(impedance(lead, own, PLACES[0])) for own in _leads(lead)({}, 50.0, PLACES)]
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
    assert tried("R_{more}")[0] == "R_{more}(R_{more1}Q_{more1})"


def test_a_rival_has_its_say_where_it_is_clearly_better_and_leaves_half_of_the_misfit_at_most(monkeypatch):
    """The mean square beyond that of the noise: 1 %^2 of a noise of 1 %, 4 %^2 of the fit, so 2.5 %^2 at most."""
    spectrum = Spectrum(PLACES, np.ones(3, complex), label="s")
    own = SimpleNamespace(bic=100.0, rms_percent=2.0, spectrum=spectrum, outliers=np.zeros(3, bool), options=None)

    class Fits(list):
        weights = None
        circuit = Circuit("R")
        options = SimpleNamespace(weighting="modulus")

    def said(bic: float, square: float) -> str:
        tried = SimpleNamespace(bic=bic, rms_percent=square**0.5, names=(), values=())
        monkeypatch.setattr(missing, "_tried", lambda *_: tried)
        monkeypatch.setattr(missing, "_words", lambda *_: "a thing")
        return missing.what_is_missing(Fits([own]), 0, 0.01)

    better = "a thing would describe s better"
    assert said(100.0 - CLEAR - 0.01, 2.49) == better
    assert said(100.0 - CLEAR + 0.01, 2.49) == ""
    assert said(100.0 - CLEAR - 0.01, 2.51) == ""
    own.bic = np.nan
    assert said(-1e9, 0.0) == ""


def test_limits_that_are_meant_by_name():
    assert (CLEAR, SHARE) == (10.0, 0.1)
