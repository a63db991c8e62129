"""What stands beside the columns and their names: remarks, names of files, words in the first row, units."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.readers._base import File
from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.encodings import recoded
from eisfit.readers.tabular.heads import head_of
from eisfit.readers.tabular.numbers import Rows
from eisfit.readers.tabular.plain import beside, heed_file_name, is_summary, refuse_unit_in_name
from eisfit.readers.tabular.quoted import unquoted
from eisfit.readers.tabular.remarks import other_quantity, with_unit_columns
from eisfit.readers.tabular.shape import Shape
from eisfit.readers.tabular.stated_units import targets
from eisfit.readers.tabular.sweeps import refuse_jumps, sigmas, span
from eisfit.readers.tabular.table import Table
from eisfit.readers.tabular.text import Line
from eisfit.readers.tabular.told_rows import measured_rows

from ..conftest import refused


def shape(names: str, *, headed: bool = True) -> Shape:
    return Shape(tuple(names.split(";")), ",", False, 0, 1, headed=headed)


def table(names: str, *columns) -> Table:
    return Table(layout(tuple(names.split(";"))), np.column_stack(np.broadcast_arrays(*columns)).astype(float), "a")


def test_words_that_say_what_columns_are_else():
    """In ohm (2) a whole title counts, beside Z' (1) what is clear, above Re, Im (0) every word that is no setting."""
    for text, plain, of_z, word in (
        ("Admittance", 2, False, "Admittance"), ("S11", 2, False, "S11"), ("admittance of cell", 2, False, ""),
        ("1/Z", 2, False, "1/Z"), ("Admittance", 1, False, "Admittance"), ("Admittance of Z", 1, False, ""),
        ("chi", 1, False, ""), ("chi", 0, False, "chi"), ("Permittivity", 0, False, "Permittivity"),
        ("permittivity: 5", 0, False, ""), ("noise", 0, True, "noise"), ("Noise figure, values", 0, False, "Noise"),
        ("impedance of the noise", 0, False, ""), ("acoustic impedance", 0, False, "acoustic impedance"),
        ("current", 0, False, "current"), ("Current: 5 mA", 0, False, ""), ("y: current", 0, False, "current"),
        ("stress and strain", 0, False, "stress"), ("sample: permittivity", 0, False, ""),
    ):  # fmt: skip
        assert other_quantity(text, plain, of_z=of_z) == word, (text, plain)


def test_columns_of_which_a_unit_is_stated():
    every = layout(("f", "Re(Z)", "Im(Z)", "phase", "E"))
    for subject, kind, names in (
        ("", "Hz", "f"), ("", "rad/s", "f"), ("f", "Ohm", "f"), ("", "Ohm", "Re(Z) Im(Z)"), ("Z", "Ohm", "Re(Z) Im(Z)"),
        ("re", "Ohm", "Re(Z)"), ("im", "Ohm", "Im(Z)"), ("re", "angle", "Re(Z)"), ("", "angle", "phase"),
        ("phase", "Ohm", "phase"),
        ("", "V", ""), ("", "A", "Re(Z) Im(Z)"), ("cell A", "Ohm", "Re(Z) Im(Z)"),
    ):  # fmt: skip
        assert " ".join(column.name for column in targets(every, subject, kind)) == names, (subject, kind)
    admittance = layout(("f", "Y'", "Y''"))
    assert [c.name for c in targets(admittance, "", "S")] == ["Y'", "Y''"]
    assert targets(admittance, "", "Ohm") == []
    assert [c.name for c in targets(layout(("f", "R", "X")), "resistance", "Ohm")] == ["R", "X"]


def test_columns_that_hold_units():
    names = ("f", "unit", "Re", "unit", "Im")
    assert with_unit_columns(names[:2], {1: {"kHz"}}, "a") == ("f/kHz", "unit")
    assert with_unit_columns(names, {1: {"kHz"}, 3: {"mOhm"}}, "a")[:3] == ("f/kHz", "unit", "Re/mOhm")
    assert with_unit_columns(("f", "Re", "Im", "unit"), {3: {"kOhm"}}, "a") == ("f", "Re/kOhm", "Im/kOhm", "unit")
    assert with_unit_columns(names, {}, "a") == names
    for found, says in (
        ({1: {"Hz", "kHz"}}, "column unit holds several units (Hz, kHz)"),
        ({1: {"foo"}}, "the unit foo, which is not known"),
        ({1: set("abcd")}, "holds several units (a, b, c)"),
    ):  # fmt: skip
        assert says in refused(with_unit_columns, names, found, "a")


def test_names_of_files_that_say_what_columns_are():
    for names, stem, headed, word in (
        ("f;Re;Im", "cell_3", True, ""), ("f;Re;Im", "cell_fit", True, "fit"),
        ("f;Re;Im", "fit_cell", True, "fit cell"),
        ("f;Re;Im", "noise", True, "noise"), ("f;Re;Im", "a_gain", True, "gain"), ("f;Z';Z''", "a_gain", True, ""),
        ("f;Z';Z''", "a_admittance", True, "admittance"),
        ("f;Z'/Ohm;Z''/Ohm", "a_gain", True, ""), ("f;Z'/Ohm;Z''/Ohm", "a_residuals", True, "residuals"),
        ("f;Re;Im", "a_Y", True, "Y"), ("f;Re;Im", "a_y", True, ""), ("f;Z';Z''", "a_Y", True, ""),
        ("f;Re;Im", "a_S11", True, "S11"), ("f;Z';Z''", "a_S11", True, ""), ("f;Re;Im", "cell_fit", False, ""),
        ("f;Re;Im", "a_admittance", False, "admittance"), ("f;Re;Im", "thermal_b", False, "thermal"),
    ):  # fmt: skip
        said = refused(heed_file_name, shape(names, headed=headed), File(Path(f"{stem}.csv"), b"", "a"))
        assert bool(said) is bool(word), (names, stem)
        assert word in said.partition(": ")[0], (names, stem)


def test_names_of_files_that_tell_a_unit():
    for names, stem, word in (
        ("f;Re;Im", "a_kOhm", "kOhm"), ("f;Re;Im", "a_Ohm", ""), ("f;Re/Ohm;Im/Ohm", "a_kOhm", ""),
        ("f;Re;Im", "a_kHz", ""),
        ("f;Cp;D", "a_kOhm", ""), ("f;|Z|;phase", "3.mOhm", "mOhm"), ("f;Re;Im", "a_5", ""),
    ):  # fmt: skip
        said = refused(refuse_unit_in_name, tuple(names.split(";")), File(Path(f"{stem}.csv"), b"", "a"))
        assert said.startswith(f"its name says {word}, and no column has a unit") if word else said == "", (names, stem)


def test_words_in_the_first_row_and_names_of_empty_columns():
    found = beside(b"1,words,,3\n", shape("f;x;Z in kOhm;g;last"))
    assert [line.text for line in found] == ["words", "Z in kOhm", "last"]
    assert [line.text for line in beside(b"1,fit,3\n", shape("f;type;g"))] == []
    assert [line.text for line in beside(b"1,fit,\n", shape("f;type;g", headed=False))] == ["fit"]
    assert is_summary(["Mean", "1"])
    assert not is_summary(["Mean"])
    assert not is_summary(["cell", "1"])


def test_rows_of_words_and_of_marks():
    values = np.array([[1.0, 0], [2, 1], [3, 0]])
    rows = Rows(values, codes={1: ("data", "fit")})
    found = measured_rows(rows, shape("f;type"), "we", "a")
    assert found.values[:, 0].tolist() == [1, 3]
    assert found.notes[0].sentence.startswith("the rows whose column type is 'fit' are passed over")
    marked = measured_rows(Rows(values), shape("f;is_fit"), "we", "a")
    assert marked.values[:, 0].tolist() == [1, 3]
    assert measured_rows(Rows(values * 2), shape("f;is_fit"), "we", "a").notes == ()
    assert measured_rows(Rows(values), shape("f;x"), "we", "a").notes == ()
    electrodes = Rows(values, codes={1: ("WE", "CE")})
    assert measured_rows(electrodes, shape("f;electrode"), "ce", "a").values[:, 0].tolist() == [2]
    assert len(measured_rows(electrodes, shape("f;electrode"), "all", "a").values) == 3
    assert "none of its rows is measured" in refused(
        measured_rows, Rows(values, codes={1: ("fit", "model")}), shape("f;type"), "we", "a"
    )
    remark = Rows(values, beside=(Line(7, 0, "f in kHz"),))
    assert "'f in kHz' stands beside the rows" in refused(measured_rows, remark, shape("f;Re;Im"), "we", "a")


def test_a_frequency_that_jumps():
    """Three sweeps at least, most of them of fewer than five points, and no column that counts them."""
    own = table("f;Re;Im", 1.0, 1.0, np.ones(2))
    for lengths, fine in (
        ([4, 4], True),
        ([4, 4, 5], False),
        ([4, 5, 5], True),
        ([4, 4, 5, 5], True),
        ([5, 5, 5], True),
    ):
        sweeps = [np.arange(n) for n in lengths]
        assert (refused(refuse_jumps, own, np.ones(9), sweeps) == "") is fine, lengths
    counted = table("f;Re;Im;z cycle", 1.0, 1.0, 1.0, np.ones(2))
    assert refused(refuse_jumps, counted, np.ones(9), [np.arange(2)] * 3) == ""


def test_standard_deviations_and_times_of_a_table():
    both = table("f;Re;Im;sigma_re;sigma_im", 1.0, 1.0, 1.0, 3.0, np.array([4.0, 3.0]))
    if {"sigma_real", "sigma_imaginary"} <= both.columns.keys():
        assert sigmas(both) == pytest.approx([12.5**0.5, 3.0])
    one = table("f;Re;Im;sigma_re", 1.0, 1.0, 1.0, np.array([2.0, 3.0]))
    assert sigmas(one).tolist() == [2, 3]
    for bad in (0.0, np.inf, np.nan):
        assert sigmas(table("f;Re;Im;sigma_re", 1.0, 1.0, 1.0, np.array([2.0, bad]))) is None, bad
    assert sigmas(table("f;Re;Im", 1.0, 1.0, np.ones(2))) is None
    assert span(table("f;time/s", 1.0, np.array([5.0, np.nan, 2.0]))) == (2.0, 5.0)
    assert span(table("f;time/s", 1.0, np.full(2, np.nan))) is None
    assert span(table("f;E/V", 1.0, np.ones(2))) is None


def test_numbers_that_are_written_as_texts():
    """Three of a kind make it that of the table."""
    for text, plain in (
        ("1.0*10^5,2\n1.0*10^4,2\n1.0*10^3,2\n", "1.0e5,2\n1.0e4,2\n1.0e3,2\n"), ("1.0*10^5,2\n1.0*10^4,2\n", None),
        ("1×10⁵;2\n1×10⁴;2\n1×10⁻³;2\n", "1e5;2\n1e4;2\n1e-3;2\n"), ("'1','2','3'\n", '"1","2","3"\n'),
        ("'1','2'\n", None),
        ("'1,'2\n'3,4\n", '"1","2"\n"3",4\n'), ('="1",="2",="3"\n', '"1","2","3"\n'), ('="1",="2"\n', None),
    ):  # fmt: skip
        assert unquoted(text.encode()) == (plain or text).encode(), text


def test_heads_above_plain_rows():
    head = head_of(b"f,Re,Im\n1,2,3\n4,5,6\n")
    assert head == (b"f,Re,Im\n", b",", 3)
    assert head.with_rows() == b"f,Re,Im\n" + 16 * b"1,1,1\n"
    assert head_of(b"1\t2\t3\r\n4\t5\t6") == (b"", b"\t", 3)
    for data in (b"f,Re,Im\n1,2,3\n4,5\n", b"x\n1,2\n", b"a\n1,2,3\nb\n", b"words\n", 500 * b"x\n" + b"1,2,3\n"):
        assert head_of(data) is None, data[:20]
    assert head_of(499 * b"x\n" + b"1,2,3\n") is not None


def test_encodings_by_their_words():
    for encoding, text in (
        ("cp1251", "Частота,Ом\n"), ("cp932", "周波数,実部,虚部\n"), ("gb18030", "频率,实部,虚部\n"),
        ("euc_kr", "주파수,실수부\n"),
        ("big5", "頻率,實部,虛部\n"), ("koi8_r", "Частота,Ом\n"),
    ):  # fmt: skip
        assert recoded(text.encode(encoding)).decode() == text, encoding
    for same in (b"f,Z\n", "f/°,µ\n".encode("latin-1"), "Größe\n".encode("latin-1"), "频率\n".encode()):
        assert recoded(same) == same
