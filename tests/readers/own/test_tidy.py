"""Tidy tables: what a row states is what its spectrum has, and bad cells are named with their line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers import read
from eisfit.readers.own.tidy import (
    Rows,
    alternatives,
    began,
    conditions,
    disagreements,
    is_tidy,
    once,
    others,
    rows_of,
    sigma_of,
    whole,
    without_left_out,
)
from eisfit.readers.tabular.numbers import Block
from eisfit.spectrum import Cell, Conditions, Series, Spectrum

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


def table(names: str, *rows: str, comma: bool = False) -> Rows:
    cells = [row.split(";") for row in rows]
    return Rows(tuple(names.split(";")), cells, range(5, 5 + len(rows)), comma, "a.csv")


def test_cells_by_name():
    own = table("spectrum;sigma_ohm;x", "'=a;1,5;", " b ;2;x", comma=True)
    assert own.text("spectrum", 1) == "b"
    assert own.text("nowhere", 0) == ""
    assert own.numbers("sigma_ohm").tolist() == [1.5, 2.0]
    for cell in ("x", "", "nan", "inf"):
        with pytest.raises(CorruptFile, match=r"column x holds .*, a number was expected") as caught:
            own.number("x", 1, cell)
        assert caught.value.line == 6


def test_rows_that_are_copies_and_sigmas():
    own = table("spectrum;sigma_ohm", "a;1", "b;2", "a;1", "a;2")
    assert once(own) == [0, 1, 3]
    assert sigma_of(own, [0, 3]).tolist() == [1, 2]
    assert sigma_of(table("spectrum;sigma_ohm", "a;", "a;"), [0, 1]) is None
    with pytest.raises(CorruptFile) as caught:
        sigma_of(table("spectrum;sigma_ohm", "a;1", "a;"), [0, 1])
    assert caught.value.line == 6


def test_conditions_of_a_row():
    own = table("soc;cycle;direction;other_days;temperature_C;other_x", "5.5;3.0;charge;7;;", ";;;;-300;2")
    names = ("soc", "cycle", "direction", "temperature_C")
    assert conditions(own, 0, names) == {"soc": 5.5, "cycle": 3, "direction": "charge"}
    assert others(own, 0) == (("days", 7.0),)
    assert others(own, 1) == (("x", 2.0),)
    with pytest.raises(CorruptFile, match=r"a number between -273\.15 and") as caught:
        conditions(own, 1, names)
    assert caught.value.line == 6
    with pytest.raises(CorruptFile, match="charge or discharge was expected"):
        conditions(table("direction", "up"), 0, names)


def test_rows_of_one_spectrum_that_differ():
    own = table("spectrum;soc;cycle", "a;0.1;1", "a;0.2;1")
    assert [note.sentence for note in disagreements(own, [0, 1])] == [
        "the rows of spectrum a differ in soc: its first counts"
    ]
    assert disagreements(own, [0]) == []


def test_points_that_a_table_leaves_out():
    own = table("left_out", "", "noisy", "noisy")
    found = without_left_out(Spectrum([9.0, 5, 1], [1, 2, 3]), own, [0, 1, 2], np.array([1.0, 9, 5]))
    assert found.mask.tolist() == [True, True, False]
    assert found.reasons[0] == "noisy"


def test_when_the_times_of_a_series_are_zero():
    def at(stamp, time):
        return Series([Spectrum([1.0], [1], conditions=Conditions(time_s=time, timestamp=stamp))])

    assert began(at("2025-01-01T00:01:00", 60.0)) == datetime(2025, 1, 1)
    assert began(at("2025-01-01T00:01:00+05:00", 60.0)) == datetime(2025, 1, 1)
    for stamp, time in ((None, 60.0), ("2025-01-01T00:01:00", None), ("soon", 60.0), ("2025-01-01T00:00:00", 1e30)):
        assert began(at(stamp, time)) is None, stamp
    both = whole(Series([*at(None, 7.0), *at(None, 3.0), *at(None, None)]))
    assert both.span == (3.0, 7.0)
    assert whole(at(None, None)).span is None


def test_what_a_declaration_may_be():
    assert alternatives(float | None) == (float,)
    assert alternatives(Literal["a", "b"] | None) == ("a", "b")
    assert alternatives(int) == (int,)
    assert is_tidy(("spectrum", "frequency_Hz", " re_ohm ", "im_ohm", "x"))
    assert not is_tidy(("spectrum", "frequency_Hz", "re_ohm"))


def test_rows_of_a_block():
    def made(text):
        return rows_of(Block(text.encode(), 0, 3, ",", False, ("a", "b"), "x"))

    rows, told = made("1,2\n\n# words\n3,4\n5\n")
    assert (list(rows.cells), list(rows.lines)) == ([["1", "2"], ["3", "4"]], [3, 6])
    assert told == ["the last row is incomplete (the file was cut, or is still being written)"]
    _, told = made("1,2\n5\n3,4\n")
    assert told == ["1 rows without 2 cells, the first in line 4"]
    with pytest.raises(CorruptFile, match="expected 2 cells as in the column line") as caught:
        made("1\n5\n3,4\n")
    assert caught.value.line == 3
    with pytest.raises(EmptyFile):
        made("\n")
