"""What a capacitance makes plausible: through a pellet as C l / A, at a face as C / A."""

from __future__ import annotations

from eisfit.spectrum import Cell
from eisfit.tracking.plausibility import plausible

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


def test_capacitances_of_the_table_within_a_factor_of_three():
    """1 cm2 and 1 cm. Irvine et al.: bulk 1e-12 F, minor phase 1e-11, grain boundary to 1e-8, layer 1e-9 to 1e-7 ..."""
    cell, outside = Cell(area_cm2=1.0, thickness_um=1e4), "outside of every range"
    grain, layer, face, reaction = "grain boundary", "surface layer", "interface", "electrochemical reaction"
    for farad, expected in (
        (3.2e-13, outside), (3.4e-13, "bulk"), (2.9e-12, "bulk"), (3.1e-12, outside),
        (3.4e-12, f"minor phase or {grain}"), (2.9e-11, f"minor phase or {grain}"), (3.1e-11, grain), (3.2e-10, grain),
        (3.4e-10, f"{grain} or {layer}"), (2.9e-8, f"{grain} or {layer}"), (3.1e-8, layer), (3.2e-8, layer),
        (3.4e-8, f"{layer} or {face}"), (2.9e-7, f"{layer} or {face}"), (3.1e-7, face), (2.9e-5, face),
        (3.1e-5, outside), (3.4e-5, reaction), (2.9e-4, reaction), (3.1e-4, outside),
        (3.4e-4, "porous or intercalating electrode"), (1.0, "porous or intercalating electrode"),
    ):  # fmt: skip
        assert plausible("", farad, cell) == expected, farad
    for farad, expected in (
        (1e-12, "bulk"), (1e-11, f"minor phase or {grain}"), (1e-6, f"{layer} or {face}"), (1e-4, face),
        (1e-3, reaction), (1e-2, "porous or intercalating electrode"),
    ):  # fmt: skip
        assert plausible("", farad, WIDE) == expected, farad  # a tenth of it per cm2


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
