"""Cells that hold their units: what is one, and the table with plain numbers."""

from __future__ import annotations

import pytest

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.text import lines
from eisfit.readers.tabular.unit_cells import between_numbers, in_one_unit, measured, ratio


def made(text: str) -> str | None:
    """The table with plain numbers; all lines are looked at."""
    found = in_one_unit(text.encode(), list(lines(text.encode())), "a.csv")
    return None if found is None else found.decode()


def test_a_number_and_its_unit():
    for cell, comma, found in (
        ("12.5 kOhm", False, (12.5, "kOhm")), ("12,5 kOhm", True, (12.5, "kOhm")), ("12", False, None),
        ("−3 mOhm", False, (-3.0, "mOhm")), ("3 blah", False, None), ("3k", False, None),
        ('"3 Hz"', False, (3.0, "Hz")),
        ("Hz", False, None), ("1e3Hz", False, (1000.0, "Hz")),
    ):  # fmt: skip
        assert measured(cell, comma=comma) == found, cell


def test_cells_with_units_become_numbers_below_a_row_of_units():
    assert made("f,Re,Im\n1 kHz,2 Ohm,-3 mOhm\n500 Hz,2 kOhm,-1 Ohm\n") == (
        "f,Re,Im\nkHz,Ohm,mOhm\n1.0,2.0,-3.0\n0.5,2000.0,-1000.0\n"
    )
    assert made("f;Re;x\n1,5 kHz;2 Ohm;3\n") == "f;Re;x\nkHz;Ohm;-\n1,5;2,0;3\n"
    assert made("f,Re,Im\n1 kHz,2,3\n") is None
    assert made("f,Re,Im\n1,2,3\n") is None
    assert made("f,Re,Im\n1 kHz,2 Ohm,3\nx,y,z\n") is None
    with pytest.raises(
        CorruptFile, match="a cell is in 'Hz' below others in 'Ohm': write one unit per column"
    ) as caught:
        made("f,Re\n1 kHz,2 Ohm\n1 kHz,2 Hz\n")
    assert caught.value.line == 3


def test_how_many_times_one_unit_is_another():
    assert ratio("kHz", "Hz", ("a.csv", 1)) == pytest.approx(1e3)
    assert ratio("mOhm", "kOhm", ("a.csv", 1)) == pytest.approx(1e-6)


def test_a_letter_at_the_end_of_each_cell_may_be_a_unit():
    """In six rows, of which each has the same; fewer rows say nothing."""
    row = "1.5 m,2.5 m,3.5\n"
    with pytest.raises(CorruptFile, match="cells end with m in every row: is it a unit or the prefix") as caught:
        made(6 * row)
    assert caught.value.line == 1
    assert made(5 * row) is None
    assert made(5 * row + "1.5 k,2.5 m,3.5\n") is None


def test_units_between_numbers_that_blanks_separate():
    assert between_numbers("1 Hz 2 Ohm 3") == ["Hz", "Ohm"]
    assert between_numbers("1 Hz,2 Ohm") == []
    assert between_numbers("one Hz 2 x") == []
    with pytest.raises(CorruptFile, match="the unit 'Hz' stands between numbers that blanks separate"):
        made(6 * "1 Hz 2 Ohm 3\n")
    assert made(5 * "1 Hz 2 Ohm 3\n") is None
