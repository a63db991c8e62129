"""Columns of words that say which rows are measured, of which electrode, and of which quantity."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import ReadError
from eisfit.readers._base import Content, File, Wishes
from eisfit.readers.tabular.claims import COMPUTED, OTHER, STANDARD
from eisfit.readers.tabular.plain import read_table
from eisfit.readers.tabular.shape import Shape
from eisfit.readers.tabular.told_rows import against, tells, word_columns

F = np.geomspace(1e5, 0.1, 25)
Z = 12 + 70 / (1 + (2j * np.pi * F * 2e-4) ** 0.85)


def rows(*blocks: tuple[str, np.ndarray], in_turn: bool = False) -> str:
    """Rows with a word before f, Re and Im: block by block, or those of all blocks in turn."""
    lines = [[f"{word},{f:.6g},{z.real:.7g},{z.imag:.7g}" for f, z in zip(F, one, strict=True)] for word, one in blocks]
    ordered = (
        [line for turn in zip(*lines, strict=True) for line in turn]
        if in_turn
        else [row for one in lines for row in one]
    )
    return "\n".join(ordered) + "\n"


def read(text: str, electrode: str = "we") -> Content:
    return read_table(File(Path("a.csv"), text.encode(), "a.csv", Wishes(electrode=electrode)))


FITS = (
    ("type", "data", "fit"), ("kind", "measured", "simulated"), ("source", "exp", "model"),
    ("Typ", "Messung", "Anpassung"), ("curve", "Experimental", "Fit result"), ("name", "cell1", "cell1_fit"),
    ("model", "measured", "R(RQ)(RQ)"),
    ("is_fit", "0", "1"), ("fit", "False", "True"), ("sample", "cell 1", "open"), ("", "data", "fit"),
    ("quantity", "Z", "Y"), ("representation", "Z", "M"),
)  # fmt: skip


def test_rows_that_are_no_measurement_are_passed_over():
    for number, (column, good, bad) in enumerate(FITS):
        for in_turn in (False, True) if number < 3 else (False,):
            text = f"{column},f/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n" + rows((good, Z), (bad, 1.01 * Z), in_turn=in_turn)
            found = read(text)
            assert len(found.spectra) == 1, (column, in_turn)
            assert np.allclose(found.spectra[0].impedance, Z, rtol=1e-5), (column, in_turn)
            assert any("are passed over" in note.sentence for note in found.notes), (column, in_turn)
            found = (
                read(f"{column},f/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n" + rows((bad, 1.01 * Z), (good, Z))) if in_turn else found
            )
            assert np.allclose(found.spectra[0].impedance, Z, rtol=1e-5), column


def test_a_table_of_fits_alone_is_refused():
    with pytest.raises(ReadError, match="none of its rows is measured"):
        read("type,f/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n" + rows(("fit", Z)))
    assert read("circuit,f/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n" + rows(("R(RQ)", Z))).spectra  # which was to be fitted


def test_the_electrode_of_a_row():
    text = "electrode,f/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n" + rows(("WE", Z), ("CE", 2 * Z))
    (we,), (ce,) = read(text).spectra, read(text, "ce").spectra
    assert np.allclose(we.impedance, Z, rtol=1e-5)
    assert np.allclose(ce.impedance, 2 * Z, rtol=1e-5)
    assert len(read(text, "all").spectra) == 2
    with pytest.raises(ReadError, match="no impedance of the whole cell"):
        read(text, "cell")


def test_samples_in_turn_under_any_name():
    for column, words in (
        ("electrolyte", ("LP30", "LP57")), ("batch", ("1", "2")), ("T", ("25", "40")), ("day", ("0", "30")),
        ("样品", ("A", "B")), ("replicate", ("1", "2")),
    ):  # fmt: skip
        names = f"{column},f/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n"
        found = read(names + rows((words[0], Z), (words[1], 1.005 * Z), in_turn=True))
        assert [len(s) for s in found.spectra] == [25, 25], column


def test_repetitions_are_told():
    lines = rows(("", Z), ("", 1.003 * Z), in_turn=True).replace("\n,", "\n").lstrip(",")
    found = read("f/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n" + lines)
    assert [len(s) for s in found.spectra] == [50]
    assert any("read as repetitions" in note.sentence for note in found.notes)


def test_words_beside_the_rows_count():
    for place in (1, 7, 20):
        lines = rows(("", Z)).replace("\n,", "\n").lstrip(",").splitlines()
        lines[place] += ",,Z in mOhm"
        with pytest.raises(ReadError, match="stands beside the rows"):
            read("f,Zre,Zim\n" + "\n".join(lines) + "\n")
        with pytest.raises(ReadError, match="admittance"):
            read("f,Re,Im\n" + "\n".join(lines).replace("Z in mOhm", "admittance") + "\n")
        assert read("f,Zre,Zim\n" + "\n".join(lines).replace("Z in mOhm", "cable moved") + "\n").spectra


def test_what_a_word_says_against_its_rows():
    for name, text, texts, says in (
        ("is_fit", "1", ("0", "1"), COMPUTED), ("is_fit", "0", ("0", "1"), ""), ("fit", "True", ("False",), COMPUTED),
        ("type", "fit", ("data", "fit"), COMPUTED), ("type", "fit", ("fit",), COMPUTED),
        ("circuit", "R(RQ)", ("R(RQ)",), ""), ("circuit", "R(RQ)", ("R(RQ)", "measured"), COMPUTED),
        ("name", "cell1_fit", ("cell1", "cell1_fit"), COMPUTED), ("name", "cell1_fit", ("cell2", "cell1_fit"), ""),
        ("name", "cell 1 fit", ("cell 1", "cell 1 fit"), COMPUTED), ("sample", "open", ("cell 1", "open"), STANDARD),
        ("quantity", "Y", ("Z", "Y"), OTHER), ("x", "Y", ("Z", "Y"), ""), ("quantity", "Z", ("Z", "Y"), ""),
        ("quantity", "admittance", ("Z",), OTHER), ("name", "admittance", ("Z",), ""), ("kind", "tand", ("Z",), OTHER),
        ("quantity", "chi", ("Z",), OTHER),
    ):  # fmt: skip
        assert against(name, text, texts) == says, (name, text)


def test_columns_of_words_in_the_first_row():
    """Of no meaning to us; six of them at most."""
    names = ("f", "aa", "bb", "T", "cc", "dd", "ee", "gg", "hh")
    shape = Shape(names, ",", False, 0, 1, headed=True)
    assert word_columns(b"1,x,2,x,x,x,x,x,x\n", shape) == {1, 4, 5, 6, 7, 8}
    assert word_columns(b"1,x,,y,x,x,x,x,x\n", shape) == {1, 4, 5, 6, 7, 8}
    assert word_columns(b"1,2,2,2,2,x\n", shape) == {5}
    many = Shape(("f", *(2 * letter for letter in "abcdeghj")), ",", False, 0, 1, headed=True)
    assert len(word_columns(b"1,x,x,x,x,x,x,x,x\n", many)) == 6


def test_words_that_tell_of_their_row():
    for name, text, there in (("type", "fit", True), ("", "fit", False), ("x", "WE", True), ("x", "cell 3", False)):
        assert tells(name, text) is there, (name, text)
