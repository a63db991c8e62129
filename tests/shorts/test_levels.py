"""Persistence among neighbours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.shorts.hypotheses import CELL
from eisfit.shorts.levels import Case, decide, excluded, explain, persistent, rivals
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
        "fields": {name: np.broadcast_to(value, n) for name, value in (fields | changed).items()},
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
    found = replace(case(), proven=np.array([np.nan, 400.0, 410.0, 1e6, np.nan]))
    level = decide(found)
    assert level.names == ("soft", "soft", "suspect", "suspect", "soft")
    assert "the rest before it excludes a leak below 410 ohm" in explain(found, level)[2]


def test_levels_by_their_limits():
    """A score of 1.7 in two of three is soft, 0.1 is suspect; what the voltage says stands in for a neighbour."""
    nan = np.nan
    for scores, level in (
        ([1.7, 1.7, 0.0, nan, 0.0], ["soft", "soft", "ok", "not judged", "ok"]),
        ([1.69, 1.69, 0.1, 0.099, 0.0], ["suspect", "suspect", "suspect", "ok", "ok"]),
        ([1.7, 0.0, 1.7, 0.0, 0.0], ["soft", "ok", "soft", "ok", "ok"]),
        ([1.7, 0.0, 0.0, 1.7, 0.0], ["suspect", "ok", "ok", "suspect", "ok"]),
    ):  # fmt: skip
        assert list(decide(case(score=np.array(scores))).names) == level, scores
    one = case(score=np.array([0.0, 0, 1.7, 0, nan]))
    spoken = replace(one, trace=("", "", "it fell", "it fell", "it fell"))
    assert list(decide(spoken).names) == ["ok", "ok", "soft", "suspect", "suspect"]
    hard = replace(one, hard=np.array([True, False, True, False, True]))
    assert list(decide(hard).names) == ["hard", "ok", "hard", "ok", "hard"]
    copied = replace(case(score=np.array([4.0, 4, 4, 0, 0])), original=np.array([0, 0, 0, 3, 4]))
    assert list(decide(copied).names) == ["suspect"] * 3 + ["ok"] * 2


def test_odds_in_words_and_what_is_excluded():
    assert "10000 times as probable as" in explain(case(), decide(case()))[0]
    for score, words in ((5.99, "980000 times as probable as"), (6.0, "more than a million times as probable as")):
        found = case(score=score)
        assert words in explain(found, decide(found))[0]
    for heat, words in ((0.05, "warming by 0.05 K"), (-0.05, "cooling by 0.05 K"), (0.049, "a change of temperature")):
        assert rivals(replace(case(), heat=np.full(5, heat)))[0] == words
    fields = {"bound": np.array([20.0, np.nan, 30.0, 5.0])}
    assert excluded(fields, ["ok", "ok", "ok", "soft"]) == ("Where no leak is seen, one above 20 Ω is not excluded.",)
    assert excluded(fields, ["ok"] * 4) == ()
    assert excluded(fields, ["soft", "ok", "soft", "suspect"]) == ()
    assert rivals(replace(case(), rival=np.full(5, -1))) == ("",) * 5


def test_why_a_spectrum_is_suspect_and_no_more():
    """At the limit of a soft short without a neighbour, below it, or one measurement that is stored twice."""
    alone = case(score=np.array([0.0, 0.0, 1.7, 0.0, 0.0]))
    assert explain(alone, decide(alone))[2].endswith(
        ", but its neighbours do not show it: a short that came and went, or a disturbed spectrum"
    )
    stored = replace(case(score=np.array([0.0, 0.0, 1.7, 1.7, 0.0])), original=np.array([0, 1, 2, 2, 4]))
    assert explain(stored, decide(stored))[3].endswith("one measurement, stored more than once, that no other confirms")
    little = case(score=np.array([0.0, 0.0, 1.69, 0.1, 0.0]))
    for i in (2, 3):
        assert ": too little" in explain(little, decide(little))[i]
    spoken = replace(case(score=np.array([0.0, 0.09, 0.0, 0.0, 0.0])), trace=("", "it fell", "", "", ""))
    assert explain(spoken, decide(spoken))[1] == "the impedance shows no leak, the voltage does"
    assert rivals(replace(case(), rival=np.zeros(5, int))) == (CELL[0].says,) * 5
