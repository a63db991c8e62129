"""The parts of the way from a text to its spectra: what is impossible, what stands below, blocks, columns of units."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers._base import Content, File
from eisfit.readers.tabular.blocks import Groups, groups_of, kept, off_the_cell
from eisfit.readers.tabular.columns import side_by_side
from eisfit.readers.tabular.numbers import Rows
from eisfit.readers.tabular.plain import below_table, possible, read_table, unit_columns, without_claimed
from eisfit.readers.tabular.shape import Shape
from eisfit.readers.tabular.text import Line
from eisfit.spectrum import Spectrum

NAMES = ("f", "Re", "Im")


def shape(names=NAMES, above=(), start=0, delimiter=",") -> Shape:
    lines = tuple(Line(i + 1, 0, text) for i, text in enumerate(above))
    return Shape(tuple(names), delimiter, False, start, 1, headed=True, above=lines)


def test_a_real_part_below_zero_at_most_points():
    """Of five points at least more than four fifths."""
    for below, total, fine in ((4, 5, True), (5, 5, False), (4, 4, True), (9, 11, False), (8, 10, True)):
        z = np.where(np.arange(total) < below, -1.0, 1.0) - 1j
        content = Content(spectra=(Spectrum(np.arange(total, 0, -1.0), z),))
        if fine:
            assert possible(content, "a") is content
        else:
            with pytest.raises(CorruptFile, match=rf"Re\(Z\) is below 0 at {below} of {total} points"):
                possible(content, "a")


def test_remarks_below_a_table():
    data = b"1,2,3\n# Z in kOhm\nmean,2,3\nwords\n4,5,6\n"
    assert [(line.number, line.text) for line in below_table(data, shape())] == [(2, "# Z in kOhm"), (4, "words")]
    far = b"# first\n" + 500 * b"1,2,3\n" + b"# last\n"
    assert [line.text for line in below_table(far, shape())] == ["# last"]


def test_columns_of_units():
    data = b"f,unit,Z\n1,Hz,2\n2,kHz,3\n3\n4,,5\n"
    assert unit_columns(data, shape(("f", "unit", "Z"), start=9)) == {1: {"Hz", "kHz"}}
    assert unit_columns(data, shape(("f", "x", "Z"), start=9)) == {}


def test_blocks_below_words_that_say_that_they_are_no_measurement():
    values = np.arange(15.0).reshape(5, 3)

    def left(*words):
        rows = Rows(values, words=tuple((at, Line(10 + at, 0, text)) for at, text in words))
        found = without_claimed(rows, NAMES, "a")
        return found.values[:, 0].tolist(), [note.sentence for note in found.notes]

    assert left() == ([0, 3, 6, 9, 12], [])
    assert left((2, "Fit")) == (
        [0, 3],
        ["the rows below line 12 are passed over: it says 'Fit', computed, not measured"],
    )
    assert left((1, "Fit"), (3, "cell 2"))[0] == [0, 9, 12]
    assert left((0, "Fit"))[0] == left((5, "Fit"))[0] == [0, 3, 6, 9, 12]
    with pytest.raises(CorruptFile, match="states other units in the middle of the table") as caught:
        left((2, "Z in kOhm"))
    assert caught.value.line == 12


def test_labels_above_spectra_side_by_side():
    """A cell stands above all columns up to the next one; a number, or more cells, make a line none of labels."""
    names = ("f", "Re", "Im", "Re", "Im")
    several = side_by_side(names)
    for above, labels in (
        (["A,A,,B,"], ("A", "B")), ([",A,,B,"], ("A", "B")), (["A,,,B,"], ("A", "B")), ([",A,,A,"], ("", "")),
        ([",A,,5,"], ("", "")), ([",A,,B,,x,y"], ("", "")), ([",A,,B,,"], ("A", "B")), ([",A,,B,,x"], ("A", "B")),
        ([",A,,,"], ("", "")),
        ([",A,,B,", ",C,,D,"], ("C", "D")), (["# ,A,,B,"], ("A", "B")), ([], ("", "")),
    ):  # fmt: skip
        found = groups_of(shape(names, above), several)
        assert found.labels == labels, above
        assert (found.line is None) == (labels == ("", ""))
    named = ("f", "Zre_A", "Zim_A", "Zre_B", "Zim_B")
    assert groups_of(shape(named, [",C,,D,"]), side_by_side(named)) == Groups(("A", "B"))


def test_labels_that_are_kept():
    line = Line(3, 0, "")
    assert kept(Groups(("A", "Fit", "")), "a")[0] == [0, 2]
    assert [note.sentence for note in kept(Groups(("A", "Fit")), "a")[1]] == [
        "the columns called 'Fit' are passed over: computed, not measured"
    ]
    with pytest.raises(CorruptFile, match="none of its columns is measured: Fit, Model"):
        kept(Groups(("Fit", "Model")), "a")
    with pytest.raises(CorruptFile, match="the unit kOhm stands above several columns") as caught:
        kept(Groups(("A", "kOhm"), line), "a")
    assert caught.value.line == 3
    assert kept(Groups(("A", "kOhm")), "a")[0] == [0, 1]
    assert kept(Groups(("V", "A"), line), "a")[0] == [0, 1]


def test_the_cell_against_its_electrodes():
    def of(z, f=1.0):
        return Content(spectra=(Spectrum([f], [z]),))

    assert off_the_cell({"we": of(1), "ce": of(2), "cell": of(4)}) == pytest.approx(0.25)
    assert off_the_cell({"we": of(1), "ce": of(2)}) is None
    assert off_the_cell({"we": of(1), "ce": of(2), "cell": of(4, 2.0)}) is None
    assert off_the_cell({"we": of(1), "ce": of(2), "cell": Content()}) is None


def test_a_table_without_names_with_the_count_of_its_rows_above():
    f = np.geomspace(1e4, 1, 25)
    z = 3 + 40 / (1 + 2j * np.pi * f * 4e-3)
    rows = "".join(f"{a:.6g} {b.real:.6g} {-b.imag:.6g}\n" for a, b in zip(f, z, strict=True))
    found = read_table(File(Path("a.txt"), f"25\n{rows}".encode(), "a.txt"))
    assert np.allclose(found.spectra[0].impedance, z, rtol=1e-4)
    with pytest.raises(CorruptFile, match="has two such positive parts as well"):
        read_table(File(Path("a.txt"), f"24\n{rows}".encode(), "a.txt"))
