"""Columns that the user names: the units of the file count where he writes none, contradictions refuse the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import EisfitError
from eisfit.readers._base import File, Wishes
from eisfit.readers.tabular.plain import read_table
from eisfit.readers.tabular.shape import Shape
from eisfit.readers.tabular.text import Line
from eisfit.readers.tabular.wished import column_line, fits, given_by, refuse_contradiction, units_of, where_free
from eisfit.readers.tabular.wished import sizes as factors

F = np.geomspace(7e4, 0.8, 21)
Z = 8 + 41 / (1 + (2j * np.pi * F * 41 * 3e-5) ** 0.9) + 60 / (1 + (2j * np.pi * F * 60 * 2e-3) ** 0.8)
USUAL = ("f", "re", "im")


def sizes(head: str, *, wanted: tuple[str, ...] = USUAL, name: str = "a.csv", count: bool = False) -> tuple:
    """By which factors a table below some lines is read, and how many notes tell of units; empty where refused."""
    columns = (np.arange(len(F)), F, Z.real, Z.imag) if count else (F, Z.real, Z.imag)
    rows = "".join(",".join(f"{v:.9g}" for v in row) + "\n" for row in zip(*columns, strict=True))
    try:
        found = read_table(File(Path(name), f"{head}\n{rows}".encode(), name, Wishes(columns=wanted)))
    except EisfitError:
        return ()
    (spectrum,) = found.spectra
    told = sum("the units of its columns are those of its" in note.sentence for note in found.notes)
    return spectrum.frequency[0] / F[0], abs(spectrum.impedance[0] / Z[0]), told


def test_units_of_the_file_are_heeded():
    told = {
        "f/kHz,Zre/kOhm,Zim/kOhm": (1e3, 1e3, 1),
        "f (kHz),Z' (mOhm),Z'' (mOhm)": (1e3, 1e-3, 1),
        "f/Hz,Zre/Ohm,Zim/Ohm": (1, 1, 0),
        "f,Zre,Zim\nkHz,kOhm,kOhm": (1e3, 1e3, 1),
        "f/kHz,Zre,Zim\n,mOhm,mOhm": (1e3, 1e-3, 2),
        "freq kHz,real (kOhm),what (kOhm)": (1e3, 1e3, 1),
        "# Z in mOhm\na,b,c": (1, 1e-3, 1),
        "# f in kHz\na,b,c": (1e3, 1, 1),
        "a,b,c": (1, 1, 0),
        "f,Zre_A,Zim_A": (1, 1, 0),
        "# admittance\nf,G,B": (1, 1, 0),
        "# Fit result\nf,Y',Y''": (1, 1, 0),
    }
    for head, wanted in told.items():
        assert sizes(head) == pytest.approx(wanted), head


def test_units_of_the_user_go_before():
    own = ("f/Hz", "re/Ohm", "im/Ohm")
    for head in ("f/kHz,Zre/kOhm,Zim/kOhm", "omega,Z',Z''", "# Z in mOhm\na,b,c", "# mal 1000\na,b,c", "f/Hz,G/S,B/S"):
        assert sizes(head, wanted=own) == pytest.approx((1, 1, 0)), head
    assert sizes("a,b,c", wanted=own, name="x_mOhm.csv") == pytest.approx((1, 1, 0))


def test_contradictions_are_refused():
    for head in ("omega,Z',Z''", "log f,Z',Z''", "period/s,Z',Z''", "f,G/S,B/S", "# mal 1000\na,b,c",
                 "# angular frequency\na,b,c"):  # fmt: skip
        assert sizes(head) == (), head
    assert sizes("a,b,c", name="x_mOhm.csv") == ()
    assert sizes("No,f,Zre,Zim", count=True) == ()
    assert sizes("No,f,Zre,Zim", wanted=("-", *USUAL), count=True) == pytest.approx((1, 1, 0))


def shape(names: str, *above: str, delimiter: str | None = ",") -> Shape:
    lines = tuple(Line(i + 1, 0, text) for i, text in enumerate(above))
    return Shape(tuple(names.split(";")), delimiter, False, 0, len(above) + 1, headed=True, above=lines)


def test_the_line_that_names_as_many_columns():
    for above, cells in (
        (["f,Re,Im"], ("f", "Re", "Im")), (["f,Re,Im", "Hz,Ohm,Ohm"], ("f", "Re", "Im")), (["f,Re"], None),
        (["a,b,c"], None), (["a,b,Im"], ("a", "b", "Im")), (["f,1,2"], None), (["f;Re;Im"], ("f", "Re", "Im")),
        ([], None),
        (["f,Re,Im", "x,Re,y"], ("x", "Re", "y")), (["# f,Re,Im"], ("f", "Re", "Im")),
    ):  # fmt: skip
        found = column_line(shape("f;re;im", *above))
        assert (None if found is None else found[0]) == cells, above
    blanks = column_line(shape("f;re;im", "aa Re bb", delimiter=None))
    assert blanks is None  # one name that means something may be a word of a sentence
    assert column_line(shape("f;re;im", "f Re y", delimiter=None))[0] == ("f", "Re", "y")


def test_what_contradicts_the_names_of_the_user():
    line = Line(3, 0, "")
    for names, count, cells, says in (
        ("f;re;im", 3, ("f", "Re", "Im"), ""),
        ("f;re;im", 3, ("omega", "Re", "Im"), "name it omega, or write the unit"),
        ("f/Hz;re;im", 3, ("omega", "Re", "Im"), ""), ("f;re;im", 3, ("f", "G/S", "B/S"), ""),
        ("f;re;im;column 4", 3, ("No", "f", "Re", "Im"), "name all 4 columns, with - for each"),
        ("f;re;im", 3, ("log f", "Re", "Im"), "name it log frequency, or"), ("f;re;im", 3, ("kHz", "mOhm", "mOhm"), ""),
        ("f;re;im;x", 3, ("f", "Re", "Im", "T/K"), ""),
    ):  # fmt: skip
        own = shape(names)
        if not says:
            refuse_contradiction(own, count, cells, line, "a")
        else:
            with pytest.raises(EisfitError, match=says) as caught:
                refuse_contradiction(own, count, cells, line, "a")
            assert caught.value.line == 3


def test_units_for_the_names_of_the_user():
    assert fits("f", "kHz")
    assert not fits("f", "Ohm")
    assert not fits("xx", "Hz")
    assert not fits("f", "blah")
    assert where_free(("f", "re/Ohm", "xx"), ("kHz", "kOhm", "V")) == ["kHz", "", ""]
    assert factors(("f/kHz", "xx", "re/mOhm")) == [1e3, 1e-3]
    line = Line(3, 0, "")
    assert units_of(("f", "re", "im/Ohm"), ("f/kHz", "Re (mOhm)", "Im/kOhm"), line, "a") == ["kHz", "mOhm", ""]
    assert units_of(("f", "re"), ("kHz", "Re"), line, "a") == ["kHz", ""]
    for cells, unit in ((("f/Hz", "G/S"), "S"), (("f/Hz", "x (mS)"), "mS"), (("f/Hz", "p (Pa)"), "Pa")):
        with pytest.raises(EisfitError, match=f"the column line states {unit} of the column that --columns names 're'"):
            units_of(("f", "re"), cells, line, "a")


def test_what_the_user_may_name():
    def said(*names: str) -> str:
        try:
            given_by(b"1,2,3\n", names, File(Path("a.csv"), b"", "a.csv"))
        except EisfitError as error:
            return error.message
        return ""

    assert said("f", "re", "im") == ""
    assert said("f", "-", "re", "im") == "holds no row of 4 cells, as --columns names them"
    assert said("f", "blah", "im").startswith("--columns names 'blah', which is no quantity that is known")
    assert said("re", "im", "-").startswith("--columns has to name a frequency (f), or time, potential and current")
    assert "no Im(Z) beside re" in said("f", "re", "-")
    assert said("time", "E/V", "I/A") == ""
