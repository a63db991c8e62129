"""What may have happened to a cell: the prior of each explanation, as it was frozen before it was judged."""

from __future__ import annotations

import pytest

from eisfit.shorts.hypotheses import ALL, CELL, FIRST_LEAK, LEAKS, SIZE, SIZES, VERDICT

WEIGHTS = {
    "electrodes": 0.40, "strong electrodes": 0.08, "temperature": 0.12, "contact": 0.10,
    "temperature and contact": 0.06, "series": 0.05, "scale": 0.04, "pressure": 0.05, "rail": 0.03,
    "temperature and electrodes": 0.04, "contact and electrodes": 0.04, "electrolyte and electrodes": 0.03,
    "filaments": 0.03, "drift": 0.03, "leak": 0.020, "leak with a contact": 0.012, "leak and electrodes": 0.008,
    "leak and heat": 0.004, "leak in the electrolyte": 0.006, "leak to the rail": 0.006,
    "leak in the grain boundaries": 0.003,
}  # fmt: skip
"""Prior weights of the explanations. The leaks together have 0.059 of 1.16: one change in twenty."""

STRONG, HEAT, AREA = {"face_R": 1.2, "face_C": 0.5}, {"heat": 0.8}, {"area": 0.4, "series": 0.06}
PRIORS = {
    "electrodes": {}, "strong electrodes": STRONG, "temperature": HEAT, "contact": AREA,
    "temperature and contact": HEAT | AREA, "series": {"series": 0.5}, "scale": {"scale": 0.5, "drift": 0.03},
    "pressure": AREA | {"bulk": 0.06, "grain_R": 0.3, "grain_C": 0.1}, "rail": STRONG | {"series": 0.5},
    "temperature and electrodes": STRONG | HEAT, "contact and electrodes": STRONG | AREA,
    "electrolyte and electrodes": STRONG | {"bulk": 0.06, "grain_R": 0.15},
    "filaments": {"face_R": 0.4, "face_C": 0.4, "bulk": 0.08, "grain_R": 0.15},
    "drift": {"scale": 0.03, "drift": 0.1}, "leak": {}, "leak with a contact": {}, "leak and electrodes": STRONG,
    "leak and heat": {"heat": 0.5}, "leak in the electrolyte": {}, "leak to the rail": {},
    "leak in the grain boundaries": {},
}  # fmt: skip
"""Standard deviations: logarithms of areas, resistances and capacitances, heat in 10 K."""


def test_the_priors_are_those_that_were_judged():
    """One seed of made-up cells set them and others judged: who changes one has to judge anew."""
    assert VERDICT.first_leak == FIRST_LEAK
    assert {h.name: h.weight for h in ALL} == WEIGHTS
    assert {h.name: dict(h.sizes) for h in ALL} == PRIORS
    assert (len(CELL), FIRST_LEAK, VERDICT.first_leak) == (14, 14, 14)


def test_only_leaks_have_a_place_and_one_an_impedance_of_its_own():
    assert VERDICT.hypotheses[VERDICT.first_leak :] == LEAKS
    places = {h.name: h.leak for h in LEAKS}
    assert places == {
        "leak": "whole", "leak with a contact": "whole", "leak and electrodes": "whole", "leak and heat": "whole",
        "leak in the electrolyte": "electrolyte", "leak to the rail": "front", "leak in the grain boundaries": "grain",
    }  # fmt: skip
    assert not any(h.leak or h.own for h in CELL)
    assert [h.name for h in LEAKS if h.own] == ["leak with a contact"]
    assert all(h.error == 1.0 for h in ALL)


def test_how_exact_the_model_is_taken_to_be():
    """A verdict trusts no arc to keep its shape; the size of a leak that is there is asked with smaller errors."""
    assert [q.first_leak for q in (VERDICT, SIZE)] == [14, 0]
    asked = [(q.floor, q.of_change, q.contact, q.contact_error, q.quiet, q.faces, q.least) for q in (VERDICT, SIZE)]
    assert asked == [(0.003, 0.03, 0.05, 0.05, 1.0, 1.0, 1.0), (0.0007, 0.0, 0.05, 0.05, 1.0, 0.08, 0.05)]


def test_the_errors_of_sizes_are_those_that_hold_the_truth():
    """Weight and error of each explanation of a leak that is there: with them 95 % of the intervals held."""
    faces, little = {"face_R": 0.6, "face_C": 0.15}, {"face_R": 0.12, "face_C": 0.03}
    assert SIZE.first_leak == 0
    told = {h.name: (h.weight, dict(h.sizes), h.own, h.error) for h in SIZES}
    assert told == {
        "leak": (1.0, {}, False, 0.88), "leak and drift": (1.1, little, False, 0.75),
        "leak and faces": (2.5, faces, False, 1.12), "leak and electrodes": (0.3, STRONG, False, 1.12),
        "own": (0.01, {}, True, 0.82), "own and drift": (0.01, little, True, 0.75),
        "own and faces": (0.025, faces, True, 1.12), "leak and heat": (0.03, {"heat": 0.5}, False, 0.88),
        "heat and faces": (0.06, {"heat": 0.5} | faces, False, 1.12), "leak: electrolyte": (0.05, {}, False, 1.0),
        "leak: front": (0.05, {}, False, 1.0), "leak: grain": (0.03, {}, False, 1.0),
    }  # fmt: skip
    assert sum(h.weight for h in LEAKS) / sum(h.weight for h in ALL) == pytest.approx(0.051, abs=0.001)
