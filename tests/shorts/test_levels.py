"""Persistence among neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.shorts.levels import Case, decide, explain, persistent
from eisfit.shorts.values import defaults

bools = st.lists(st.booleans(), min_size=1, max_size=30)


def lasting(text, judged=None, of_three=2):
    strong = np.array([c == "x" for c in text])
    known = np.ones(len(text), bool) if judged is None else np.array([c == "1" for c in judged])
    return "".join("x" if b else "." for b in persistent(strong, known, of_three))


@pytest.mark.parametrize(
    ("strong", "kept"),
    [
        ("..x..", "....."),
        ("..xx.", "..xx."),
        ("..x.x", "..x.x"),
        ("x..x..x", "......."),
        ("xx", ".."),
        ("x.x.x", "x.x.x"),
    ],
)
def test_two_of_three(strong, kept):
    assert lasting(strong) == kept


def test_spectra_that_were_not_judged_are_stepped_over():
    assert lasting("x..x.", judged="10011") == "x..x."
    assert lasting("x..x.") == "....."


@given(bools)
def test_only_strong_spectra_last_and_one_is_enough_where_one_is_asked(strong):
    every = np.ones(len(strong), bool)
    found = persistent(np.array(strong), every, 2)
    assert not (found & ~np.array(strong)).any()
    if len(strong) >= 3:
        assert (persistent(np.array(strong), every, 1) == np.array(strong)).all()


def test_a_rest_that_excludes_the_leak_caps_at_suspect():
    n = 5
    strong = {
        "score": 0.5,
        "plateau_fall": 0.5,
        "share": 1.0,
        "heating_K": 15.0,
        "R_low": 40.0,
        "bound": 20.0,
        "R_short": 30.0,
    }
    fields = {name: np.full(n, value) for name, value in strong.items()}
    proven = np.array([np.nan, 390.0, 410.0, 1e6, np.nan])
    case = Case(fields, np.ones(n, bool), np.zeros(n, bool), ("",) * n, np.full(n, np.nan), proven, defaults())
    found = decide(case)
    assert found.names == ("soft", "soft", "suspect", "suspect", "soft")
    assert "the rest before it excludes a leak below 410 ohm" in explain(case, found)[2]
