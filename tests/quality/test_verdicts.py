"""From sizes and z-scores to a verdict: every limit from both sides."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from eisfit.quality.judging import Judgement
from eisfit.quality.verdicts import DEFAULT, Limits, _percent, drift_limit, matters, opinions

F = np.logspace(4, 0, 9)[None]
QUIET = {"noise": 0.001, "scatter": 0.001, "rms": 0.001, "drift_stderr": 1e-4, "effective": 5.0, "dof": 10.0}
LIMITS = [
    # what, its z, percent and z of the first limit, of the second: those that docs/method-quality.md states
    ("misfit", "misfit_z", (0.3, 2.5), (2.0, 5.0)),
    ("step", "step_z", (1.0, 4.3), (5.0, 6.0)),
    ("drift", "drift_z", (0.7, 2.15), (10.0, 4.0)),
    ("scatter", "", (2.0, 0.0), (5.0, 0.0)),
]


def judged(outlying: dict[int, float] | None = None, **changed: float) -> Judgement:
    """One spectrum of nine points in which nothing stands out, but for what is given."""
    values = {name: np.zeros(1) for name in Judgement.__slots__} | {k: np.array([v]) for k, v in QUIET.items()}
    points = np.zeros((1, 9))
    for point, size in (outlying or {}).items():
        points[0, point] = size
    values |= {k: np.array([v]) for k, v in changed.items()}
    residual = 0.001 + 0j + points
    largest = np.abs(residual).argmax(axis=1)
    arrays = {"residual": residual, "outlying": points, "deviation": points, "largest": largest}
    return Judgement(**values | arrays | {"step_frequency": np.array([10.0]), "admittance": np.zeros(1, bool)})


def verdict(found: Judgement, limits: Limits = DEFAULT) -> str:
    return opinions(found, F, limits)[0].verdict


@pytest.mark.parametrize(("what", "z", "first", "second"), LIMITS)
def test_size_and_certainty_both_reach_their_limit(what, z, first, second):
    def of(percent: float, score: float, sign: float = 1.0) -> str:
        changed = {what: sign * percent / 100} | ({z: sign * score} if z else {})
        return verdict(judged(**changed))

    less = 0.9999
    signs = (1.0, -1.0) if what in ("step", "drift") else (1.0,)
    for sign, more in product(signs, (1.0, 1.0001)):
        assert of(first[0] * more, first[1] * more, sign) == "doubtful"
        assert of(first[0] * less, 99.0, sign) == "pass"
        assert of(second[0] * more, second[1] * more, sign) == "fail"
        assert of(second[0] * less, 99.0, sign) == "doubtful"
        if z:
            assert of(99.0, first[1] * less, sign) == "pass"
            assert of(99.0, second[1] * less, sign) == "doubtful"


def test_a_misfit_that_is_less_than_noise_is_none():
    assert verdict(judged(misfit=0.5, misfit_z=-9.0)) == "pass"


def test_a_point_counts_from_one_percent():
    for size, expected in ((0.0101, "doubtful"), (0.01, "doubtful"), (0.0099, "pass")):
        found = judged({3: size, 5: 0.002})
        assert verdict(found) == expected
        assert np.flatnonzero(matters(found, 0, DEFAULT)).tolist() == ([3] if expected == "doubtful" else [])
        assert verdict(judged(crowded=size)) == expected
    assert verdict(judged({3: 0.02}), replace(DEFAULT, outlier_percent=2.0)) != "pass"
    assert verdict(judged({3: 0.02}), replace(DEFAULT, outlier_percent=2.1)) == "pass"


def test_six_data_beyond_the_model_are_the_least():
    assert verdict(judged(dof=6.0)) == "pass"
    found = opinions(judged(dof=5.99, drift=1.0, drift_z=9.0), F, DEFAULT)[0]
    assert found.verdict == "doubtful"
    assert found.sentence == "9 points are too few for this band: nothing could be found against them"


def test_the_drift_that_could_be_seen():
    assert drift_limit(judged(drift_stderr=0.01), 0, DEFAULT) == pytest.approx(2.15)
    assert drift_limit(judged(drift_stderr=0.001), 0, DEFAULT) == pytest.approx(0.7)


def test_what_is_said():
    said = {
        "noise 0.1 %; a drift below 0.7 % could not have been seen": judged(),
        "1 point stands out by up to 5.1 % (at 1 kHz; limit 1 %); a drift below 0.7 % could not have been seen": judged(
            {2: 0.05}
        ),
        "2 points stand out by up to 9.1 % (at 1 kHz, 10 Hz; limit 1 %); "
        "a drift below 0.7 % could not have been seen": judged({2: 0.05, 6: 0.09}),
        "many points stand out, by up to 0.1 % at 10 kHz (limit 1 %); "
        "a drift below 0.7 % could not have been seen": judged(crowded=0.05),
        "|Z| steps by 3 % at 10 Hz (limit 1 %); a drift below 0.7 % could not have been seen": judged(
            step=-0.03, step_z=-5.0
        ),
        "Re and Im disagree by 3 % beyond the scatter of neighbouring points, 0.1 % (limit 2 %); "
        "a drift below 0.7 % could not have been seen": judged(misfit=0.03, misfit_z=6.0),
        "the resistance seems to rise by 3 % (standard error 1 %, limit 2.1 %) during the sweep": judged(
            drift=0.03, drift_z=3.0, drift_stderr=0.01
        ),
        "the resistance seems to fall by 30 % (standard error 0.1 %, limit 10 %) during the sweep": judged(
            drift=-0.3, drift_z=-30.0, drift_stderr=0.001
        ),
        "the noise, all of the residual, is 3 % (limit 2 %); a drift below 0.7 % could not have been seen": judged(
            scatter=0.03
        ),
    }
    for sentence, found in said.items():
        assert opinions(found, F, DEFAULT)[0].sentence == sentence


def test_the_worst_is_said_first_with_its_frequency():
    found = opinions(judged({6: 0.05}, step=0.3, step_z=9.0, step_frequency=7.0), F, DEFAULT)[0]
    assert found.verdict == "fail"
    assert found.sentence.startswith("|Z| steps by 30 %")
    assert found.frequency == 10.0
    assert opinions(judged(drift=0.3, drift_z=9.0), F, DEFAULT)[0].frequency == 1.0
    assert opinions(judged({2: 0.05, 6: 0.09}), F, DEFAULT)[0].frequency == 10.0


def test_four_places_are_named_and_percents_have_two_digits_up_to_a_hundred():
    four = opinions(judged(dict.fromkeys(range(1, 5), 0.05)), F, DEFAULT)[0].sentence
    five = opinions(judged(dict.fromkeys(range(1, 6), 0.05)), F, DEFAULT)[0].sentence
    assert four.startswith("4 points stand out by up to 5.1 % (at 3.16 kHz, 1 kHz, 316 Hz, 100 Hz; limit 1 %)")
    assert five.startswith("5 points stand out by up to 5.1 % (at 3.16 kHz, 1 kHz, 316 Hz, 100 Hz, ...; limit 1 %)")
    for value, text in ((99.4, "99 %"), (99.5, "100 %"), (123.4, "123 %"), (0.123, "0.12 %")):
        assert _percent(value) == text
