"""Tidy tables: what a row states is what its spectrum has, and bad cells are named with their line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers import read
from eisfit.spectrum import Cell

HEAD = "spectrum,soc,direction,timestamp,cycle,cell_area_cm2,cell_type,frequency_Hz,re_ohm,im_ohm,sigma_ohm,left_out\n"
ROWS = [
    "a b,0.5,charge,2025-03-17T08:00:00,2,1.5,half,10,1.5,2.5,0.1,\n",
    "a b,0.5,charge,2025-03-17T08:00:00,2,1.5,half,100,2.5,3.5,0.2,too noisy\n",
    '"c ""2"", x",,discharge,,,1.5,half,10,3,-4,0.3,\n',
]
TABLE = HEAD + "".join(ROWS)


@pytest.fixture
def one(tmp_path):
    """Reads the text of a table."""

    def read_text(text: str, name: str = "t.csv"):
        (tmp_path / name).write_bytes(text.encode())
        return read(tmp_path / name)

    return read_text


def test_every_column_has_its_place(one):
    series = one(TABLE)
    first, second = series
    assert [s.label for s in series] == ["a b", 'c "2", x']
    assert first.frequency.tolist() == [100.0, 10.0]
    # inductive points stay as they are: the sign is stated, not asked
    assert first.impedance.tolist() == [2.5 + 3.5j, 1.5 + 2.5j]
    assert first.sigma.tolist() == [0.2, 0.1]
    assert first.reasons == ("too noisy", "")
    told = first.conditions
    assert (told.soc, told.direction, told.timestamp, told.cycle) == (0.5, "charge", "2025-03-17T08:00:00", 2)
    assert (second.conditions.soc, second.conditions.cycle, second.conditions.direction) == (None, None, "discharge")
    assert series.cell == Cell(area_cm2=1.5, type="half")
    assert [(s.source.path, s.source.sweep, s.source.reader) for s in series] == [("t.csv", i, "table") for i in (0, 1)]
    assert series.notes == ()


def test_order_of_rows_and_columns_does_not_matter(one):
    lines = [line.rstrip("\n").rsplit(",", 5) for line in (HEAD, *ROWS)]
    turned = "\n".join(",".join((*last, first)) for first, *last in [lines[0], *lines[:0:-1]]) + "\n"
    spectra = {s.label: s for s in one(turned)}
    for s in one(TABLE):
        assert np.array_equal(spectra[s.label].impedance, s.impedance)
        assert spectra[s.label].conditions == s.conditions


def test_semicolons_and_decimal_commas(one):
    text = "spectrum;soc;frequency_Hz;re_ohm;im_ohm\nx;0,5;1,5;2,5;-3\nx;0,5;0,5;4;-5\n"
    (spectrum,) = one(text)
    assert spectrum.conditions.soc == 0.5
    assert spectrum.impedance.tolist() == [2.5 - 3j, 4 - 5j]


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        (TABLE.replace("2.5,0.1", "x,0.1"), CorruptFile, "line 2: column im_ohm holds 'x'"),
        (TABLE.replace("0.5,charge", "much,charge"), CorruptFile, "line 2: column soc holds 'much'"),
        (TABLE.replace("0.5,charge", "0.5,up"), CorruptFile, "charge or discharge was expected"),
        (TABLE.replace(",10,1.5,2.5", ",-10,1.5,2.5"), CorruptFile, "frequency must be above 0"),
        (TABLE.replace("0.1,\n", "0,\n"), CorruptFile, "sigma must be finite and above 0"),
        (HEAD, EmptyFile, "no rows"),
        (HEAD + "a,1\n" * 3, CorruptFile, "cells below 12 column names"),
    ],
)
def test_bad_cells(one, text, error, sentence):
    with pytest.raises(error, match=sentence):
        one(text)


def test_torn_and_ragged_rows_are_left_out_and_told(one):
    series = one(TABLE + "a b,0.5,charge,2025")
    assert [len(s) for s in series] == [2, 1]
    assert "the last row is incomplete" in series.notes[0].sentence
    series = one(HEAD + ROWS[0] + "a b,0.5,charge\n" + ROWS[1])
    assert [len(s) for s in series] == [2]
    assert series.notes[0].sentence == "1 rows without 12 cells, the first in line 3"


def test_copies_of_rows_count_once_and_are_told(one):
    series = one(TABLE + ROWS[1])
    assert [len(s) for s in series] == [2, 1]
    assert series.notes[0].sentence == "1 rows that stand in the table twice"


def test_rows_that_disagree_are_told(one):
    series = one(TABLE.replace("a b,0.5,charge,2025-03-17T08:00:00,2,1.5,half,100", "a b,0.7,charge,,2,1.5,half,100"))
    assert series[0].conditions.soc == 0.5
    assert series.notes[0].sentence == "the rows of spectrum a b differ in timestamp, soc: its first counts"


def test_beside_other_files_its_dates_set_the_order(tmp_path, peis):
    (tmp_path / "x.mpt").write_bytes(peis([100.0, 2000.0]))
    late = "spectrum,time_s,timestamp,frequency_Hz,re_ohm,im_ohm\nlate,5,2025-03-17T08:20:00,10,1,-2\n"
    (tmp_path / "y.csv").write_text(late)
    series = read(tmp_path)
    assert [s.label for s in series] == ["x#1", "late", "x#2"]
    assert series.column("time_s").tolist() == [0.0, 1100.0, 1900.0]


def test_labels_that_two_files_share_are_told_apart(tmp_path):
    for name in ("x.csv", "y.csv"):
        (tmp_path / name).write_text(f"spectrum,frequency_Hz,re_ohm,im_ohm\na,{len(name)},{ord(name[0])},-2\n")
    assert [s.label for s in read(tmp_path)] == ["x: a", "y: a"]


def test_sheet_of_a_workbook(tmp_path):
    from eisfit.export.workbook import write_workbook

    rows = [("a", 0.1 + 0.2, 10.0, 1 / 3, -2e-17), ("<&>", None, 1.0, 5.0, -6.0)]
    path = write_workbook(Path(tmp_path / "t.xlsx"), ("spectrum", "soc", "frequency_Hz", "re_ohm", "im_ohm"), rows)
    first, second = read(path)
    assert first.impedance.tolist() == [complex(1 / 3, -2e-17)]
    assert (first.conditions.soc, second.conditions.soc, second.label) == (0.1 + 0.2, None, "<&>")
