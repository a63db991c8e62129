"""Rows of units: below or above the names, behind a comment sign, in brackets and words, with units of anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers._base import File
from eisfit.readers.tabular.plain import read_table
from eisfit.readers.tabular.units import unit_of, unwrapped

F = np.geomspace(4e4, 2, 17)
Z = 7 + 31 / (1 + (2j * np.pi * F * 31 * 2e-5) ** 0.9)


def content(text: str):
    """The content of a table."""
    return read_table(File(Path("a.csv"), text.encode(), "a.csv"))


def rows(*columns: np.ndarray, end: str = "") -> str:
    """Rows of a table."""
    return "".join(",".join(f"{v:.9g}" for v in row) + f"{end}\n" for row in np.column_stack(columns))


BODY = rows(F, Z.real, Z.imag)
FOREIGN = (
    "Pa",
    "GPa",
    "F/m",
    "a.u.",
    "arb. units",
    "T",
    "m",
    "dB",
    "S",
    "1/Ohm",
    "V",
    "%",
    "G*",
    "Ohm m",
    "N/m",
    "foo",
)


@pytest.mark.parametrize("form", ["f,Re,Im\nHz,{0},{0}\n", "Hz,{0},{0}\nf,Re,Im\n", "f,Re,Im\n# Hz,{0},{0}\n"])
def test_a_unit_of_something_else_is_refused(form):
    for unit in FOREIGN:
        with pytest.raises(CorruptFile, match=r"not known|no impedance columns|says 'G\*'"):
            pytest.fail(f"{unit}: {content(form.format(unit) + BODY).notes}")


@pytest.mark.parametrize("place", ["f,Re,Im\n{}\n", "{}\nf,Re,Im\n", "# {}\n# f,Re,Im\n", "f,Re,Im\n# {}\n"])
def test_words_and_brackets_around_units(place):
    for form in ("in {}", "unit: {}", "<{}>", "/{}", "[{}]", "({})", "Einheit {}", "{}"):
        row = ",".join(form.format(unit) for unit in ("kHz", "mOhm", "mOhm"))
        (spectrum,) = content(place.format(row) + rows(F / 1e3, 1e3 * Z.real, 1e3 * Z.imag)).spectra
        assert np.allclose(spectrum.frequency, F), form
        assert np.allclose(spectrum.impedance, Z), form


def test_angular_frequencies_in_a_row_of_units():
    (spectrum,) = content("f,Re,Im\nrad/s,Ohm,Ohm\n" + rows(2 * np.pi * F, Z.real, Z.imag)).spectra
    assert np.allclose(spectrum.frequency, F)


def test_a_row_that_contradicts_the_names_is_refused():
    with pytest.raises(CorruptFile, match=r"column f/Hz has the unit 'kHz' in another line"):
        content("f/Hz,Re/Ohm,Im/Ohm\nkHz,Ohm,Ohm\n" + BODY)
    assert len(content("f/Hz,Re/Ohm,Im/Ohm\nHz,Ohm,Ohm\n" + BODY).spectra) == 1


def test_a_word_that_may_be_a_unit_is_asked_about():
    with pytest.raises(CorruptFile, match="line 2: is foo below f, Re, Im a unit"):
        content("f,Re,Im\n,foo,foo\n" + BODY)


def test_a_row_of_remarks_is_none_of_units():
    assert np.allclose(content("f,Re(Z),Im(Z)\nHz,Ohm,Ohm\n,sample A 3,sample A 3\n" + BODY).spectra[0].impedance, Z)


@pytest.mark.parametrize(("unit", "size"), [("mOhm", 1e-3), ("kΩ", 1e3)])
def test_a_column_of_units(unit, size):
    text = "f,Re,Im,Unit\n" + rows(F, Z.real / size, Z.imag / size, end=f",{unit}")
    assert np.allclose(content(text).spectra[0].impedance, Z)
    with pytest.raises(CorruptFile, match="the unit S of column"):
        content("f,Re,Im,Unit\n" + rows(F, Z.real, Z.imag, end=",S"))
    with pytest.raises(CorruptFile, match="holds several units"):
        content(text.replace(unit, "Ohm", 1))


def test_a_column_of_units_behind_each():
    lines = [f"{f / 1e3:.9g},kHz,{z.real:.9g},Ohm,{z.imag:.9g},Ohm" for f, z in zip(F, Z, strict=True)]
    (spectrum,) = content("f,Unit,Re,Unit,Im,Unit\n" + "\n".join(lines)).spectra
    assert np.allclose(spectrum.frequency, F)
    assert np.allclose(spectrum.impedance, Z)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("10^-3 Ohm", ("Ohm", 1e-3)), ("10³ Ω", ("Ohm", 1e3)), ("1e3 Hz", ("Hz", 1e3)), ("1000 Ohm", ("Ohm", 1e3)),
     ("unit: kHz", ("Hz", 1e3)), ("in mOhm", ("Ohm", 1e-3)), ("GOhm", ("Ohm", 1e9)), ("mdeg", ("angle", np.pi / 180e3)),
     ("V/A", ("Ohm", 1.0)), ("u.a.", ("other", 1.0)), ("ms", ("s", 1e-3)), ("mS", ("S", 1e-3))],
)  # fmt: skip
def test_units_in_words(text, unit):
    kind, factor = unit_of(unwrapped(text))
    assert (kind, factor) == (unit[0], pytest.approx(unit[1]))
