"""Persistence among neighbours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.shorts.hypotheses import CELL
from eisfit.shorts.levels import Case, decide, explain, persistent, rivals
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


def case(n=5, **changed):
    fields = {"score": 4.0, "share": 0.5, "plateau_fall": 0.5, "R_low": 40.0, "bound": 20.0}
    given = {
        "fields": {name: np.full(n, value) for name, value in (fields | changed).items()},
        "rival": np.full(n, [h.name for h in CELL].index("temperature")),
        "kind": np.zeros(n, int),
        "heat": np.full(n, 12.0),
        "hard": np.zeros(n, bool),
        "trace": ("",) * n,
        "proven": np.full(n, np.nan),
        "original": np.arange(n),
        "apart": np.zeros(n, bool),
        "limits": defaults(),
    }
    return Case(**given)


def test_the_sentence_names_the_rival_and_by_how_much_it_is_worse():
    found = case()
    said = explain(found, decide(found))[0]
    assert said == (
        "a leak beside the cell that takes 50 % of the direct current is 10000 times as probable as no leak (the best "
        "other explanation: warming by 12 K): a soft short"
    )
    assert rivals(found) == ("warming by 12 K",) * 5
    weak = case(score=1.0)
    assert (
        "is 10 times as probable as no leak (the best other explanation: warming by 12 K): too little"
        in explain(weak, decide(weak))[0]
    )


def test_a_rest_that_excludes_the_leak_caps_at_suspect():
    found = replace(case(), proven=np.array([np.nan, 390.0, 410.0, 1e6, np.nan]))
    level = decide(found)
    assert level.names == ("soft", "soft", "suspect", "suspect", "soft")
    assert "the rest before it excludes a leak below 410 ohm" in explain(found, level)[2]
