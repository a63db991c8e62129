"""What a capacitance makes plausible: through a pellet as C l / A, at a face as C / A."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.spectrum import Cell
from eisfit.tracking.plausibility import RANGES, TOLERANCE, plausible

WIDE = Cell(area_cm2=10.0, thickness_um=1e5)
"""10 cm2 and 10 cm: l / A is 1 cm-1, and a face has ten times the capacitance of one square centimetre."""


def test_a_thick_pellet_of_small_area_has_less_capacitance():
    """4 cm long, 2 cm2: 1 pF at a cell constant of 1 cm-1 is 0.5 pF here; exchanged, it would be 2 pF."""
    long = Cell(area_cm2=2.0, thickness_um=4e4)
    assert plausible("R_SE_bulk", 0.5e-12, long) == "bulk"
    assert plausible("R_SE_bulk", 0.5e-12 * 2.9, long) == "bulk"
    assert plausible("R_SE_bulk", 0.5e-12 / 2.9, long) == "bulk"
    assert plausible("R_SE_bulk", 0.5e-12 / 3.1, long) == "unusual for R_SE_bulk: outside of every range"


def test_a_face_counts_its_area_alone():
    """2 mF over 1 cm2 is the electrode; over 10 cm2, at any thickness, it is a reaction."""
    assert plausible("R_Int", 2e-3, Cell(area_cm2=1.0, thickness_um=5000.0)) == "porous or intercalating electrode"
    for thickness in (100.0, 5000.0):
        found = plausible("R_Int", 2e-3, Cell(area_cm2=10.0, thickness_um=thickness))
        assert found == "electrochemical reaction"


@pytest.mark.parametrize("number", range(len(RANGES)))
def test_a_range_ends_where_its_tolerance_does(number):
    r = RANGES[number]
    scale = 1.0 if r.through else 10.0
    for edge, outside in ((r.low / TOLERANCE, 0.999), (r.high * TOLERANCE, 1.001)):
        if np.isfinite(edge):
            assert r.name in plausible("", edge * scale * (2 - outside), WIDE)
            assert r.name not in plausible("", edge * scale * outside, WIDE)


def test_without_geometry_it_says_so():
    assert plausible("R_Int", 2e-7, Cell()).endswith("(geometry not given)")
    assert plausible("R_Int", 2e-7, Cell(area_cm2=1.0)).endswith("(geometry not given)")
    assert plausible("R_Int", 2e-7, Cell(thickness_um=1e4)).endswith("(geometry not given)")
    for nothing in (float("nan"), float("inf"), 0.0, -1e-9):
        assert plausible("R_Int", nothing, WIDE) == ""


def test_one_centimetre_stands_in():
    """Without a thickness 1 cm, without an area 1 cm2; a bulk is within a factor of three of 1 pF."""
    for cell, scale in ((Cell(area_cm2=2.0), 2.0), (Cell(thickness_um=4e4), 0.25), (Cell(), 1.0)):
        assert plausible("", 2.9e-12 * scale, cell).startswith("bulk"), cell
        assert plausible("", 1e-12 / 2.9 * scale, cell).startswith("bulk"), cell
        assert not plausible("", 3.1e-12 * scale, cell).startswith("bulk"), cell
        assert not plausible("", 1e-12 / 3.1 * scale, cell).startswith("bulk"), cell


def test_limits_that_are_meant_by_name():
    assert (TOLERANCE,) == (3.0,)
