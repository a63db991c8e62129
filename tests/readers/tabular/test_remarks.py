"""Remarks around a table: they may tell the unit of its columns, and that these are no impedance."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EisfitError
from eisfit.readers import read
from eisfit.readers._base import File
from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.plain import read_table
from eisfit.readers.tabular.remarks import plainness, rescaled
from eisfit.readers.tabular.stated_units import Names

F = np.geomspace(6e4, 3, 19)
Z = 5 + 44 / (1 + (2j * np.pi * F * 44 * 1e-5) ** 0.87)


def content(text: str):
    """The content of a table."""
    return read_table(File(Path("a.csv"), text.encode(), "a.csv"))


def rows(f: np.ndarray = F, z: np.ndarray = Z) -> str:
    """Rows of a table."""
    return "".join(f"{a:.9g},{b.real:.9g},{b.imag:.9g}\n" for a, b in zip(f, z, strict=True))


NAMES = ("f,Re,Im\n", "freq,Z',Z''\n", "f/Hz,Z'/Ohm,Z''/Ohm\n", "")
PLACES = ("{remark}\n{names}{rows}", "{names}{remark}\n{rows}", "{names}{rows}{remark}\n")
OTHER = (
    "# permittivity", "# Dielectric", "# Admittance", "# Leitwert", "# S11", "# units: siemens", "# Einheit: S",
    "# values are 1/Z", "# Hz S RI R 50", "# units: Hz dB deg", "# data: admittance (S)", "# gain", "# storage modulus",
    "# Z in a.u.", "# normalized impedance", "# in siemens", "# Y = 1/Z", "# transfer function", "# values in Pa",
    "# Conductance and susceptance in S", "# G*", "# unit: %", "# Measured: torque", "# all data in Ohm m",
)  # fmt: skip
SCALES = (
    "# f in kHz, Z in mOhm", "# units: kHz mOhm mOhm", "# f [kHz], Z [mOhm]", "# units: kHz, mOhm", "# f=kHz, Z=mOhm",
    "# Frequenz in kHz; Impedanz in mOhm", "# frequencies are in kHz, impedances are given in milliohm",
)  # fmt: skip
HARMLESS = (
    "# EIS of cell 3", "# Sample: dielectric oil, Temperature: 25 C", "# AC voltage 10 mV", "# Stack pressure: 50 MPa",
    "# impedance in the dark", "# Frequency range: 1 MHz to 0.1 Hz", "# area 1 cm2", "# conductivity 1e-3 S/cm",
    "# Operator: S. Smith", "# device: Solartron 1260 gain/phase analyzer", "# Z in air", "# Mode: potentiostatic",
    "# Dielectric constant: 9.8", "# cycle 3, charge", "# noise 0.1 %", "# Unit cell 3",
    "# Conductivity at 25 C: 2 mS/cm",
)  # fmt: skip


THOUSANDTHS = (
    "Alle Werte in Milliohm", "Widerstände in Milliohm", "valores en miliohmios", "valores em miliohms",
    "in milli-ohms", "Impedancia en miliohmios", "Résistances en milliohms", "hodnoty v miliohmech",
    "значения в миллиомах", "Resistencias en mΩ", "1 = 1 mOhm", "1 Einheit = 1 mOhm", "1 corresponds to 1 milliohm",
)  # fmt: skip
FACTORS = (
    "mal 1000", "Werte mal 1000", "fois 1000", "por 1000", "x10-3", "Z x10-3", "·10-3 Ohm", "10-3", "1e-3 Ohm",
    "乘以1000", "1000倍", "in thousandths of an ohm", "Tausendstel Ohm", "en milésimas de ohmio", "en millièmes d'ohm",
    "milli", "in millesimi di ohm", "millionths of an ohm", "in Tausend Ohm", "geteilt durch 1000", "Faktor: 0,001",
    "1 = 10 mOhm", "moltiplicato per 1000", "skalering 1000",
)  # fmt: skip
NO_FACTORS = (
    "1 = start, 2 = end", "10 mOhm shunt", "load 5 kOhm", "10-3 mbar", "1 x 10^-3 S/cm", "5 mal 100 Zyklen",
    "batch 10-3", "10 mal gemessen", "1000 cycles", "Sample x10-3", "averaged 10 times", "E1", "conc. 1x10-3 M",
    "Faktor 4 Zelle",
)  # fmt: skip


def test_units_in_words_are_read_or_refused():
    told = {"right": THOUSANDTHS, "refused": FACTORS, "as it is": NO_FACTORS}
    for outcome, remarks in told.items():
        for remark, mark in product(remarks, ("# ", "")):
            text = f"{mark}{remark}\nf,Z',Z''\n{rows()}"
            try:
                size = content(text).spectra[0].impedance[0] / Z[0]
                found = "right" if abs(size - 1e-3) < 1e-6 else "as it is"
            except EisfitError:
                found = "refused"
            assert found == outcome, remark


def test_a_unit_of_the_frequency_in_words():
    for remark in ("frecuencia en kilohercios", "Frequenz in Kilohertz", "częstotliwość w kilohercach"):
        (spectrum,) = content(f"# {remark}\nf,Z',Z''\n{rows(F / 1e3)}").spectra
        np.testing.assert_allclose(spectrum.frequency, F, rtol=1e-6, err_msg=remark)


@pytest.mark.parametrize("remark", OTHER)
def test_another_quantity_is_heeded(remark):
    for names, place in product(NAMES[:2], PLACES):
        with pytest.raises(CorruptFile):
            content(place.format(remark=remark, names=names, rows=rows()))


@pytest.mark.parametrize("remark", ["# permittivity", "# S11", "# units: siemens", "# values are 1/Z"])
def test_above_numbers_alone_too(remark):
    with pytest.raises(CorruptFile):
        content(remark + "\n" + rows())


@pytest.mark.parametrize("remark", ["# values are 1/Z", "# Z in mOhm", "# units: Hz S S", "# admittance"])
def test_a_remark_against_names_in_ohm_is_refused(remark):
    with pytest.raises(CorruptFile):
        content(remark + "\n" + NAMES[2] + rows())


@pytest.mark.parametrize("remark", SCALES)
def test_scales_are_heeded(remark):
    for names, place in product(NAMES[:2], PLACES):
        (spectrum,) = content(place.format(remark=remark, names=names, rows=rows(F / 1e3, 1e3 * Z))).spectra
        assert np.allclose(spectrum.frequency, F)
        assert np.allclose(spectrum.impedance, Z)


@pytest.mark.parametrize("remark", HARMLESS)
def test_what_says_nothing_of_the_columns_changes_nothing(remark):
    for names, place in product(NAMES, PLACES):
        (spectrum,) = content(place.format(remark=remark, names=names, rows=rows())).spectra
        assert np.allclose(spectrum.impedance, Z)


def test_the_name_of_a_sheet_is_a_title(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Admittance"
    for row in (("f", "Re", "Im"), *zip(F.tolist(), Z.real.tolist(), Z.imag.tolist(), strict=True)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(EisfitError, match="says 'Admittance'"):
        read(tmp_path / "a.xlsx")


def test_a_sheet_of_another_quantity_does_not_stop_the_others(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for sheet, title in ((book.active, "A"), (book.create_sheet(), "Permittivity")):
        sheet.title = title
        for row in (("f", "Re", "Im"), *zip(F.tolist(), Z.real.tolist(), Z.imag.tolist(), strict=True)):
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    series = read(tmp_path / "a.xlsx")
    assert len(series) == 1
    assert [n.kind for n in series.notes if "sheet Permittivity is not read" in n.sentence] == ["skipped"]


def test_a_key_of_json_is_a_title(tmp_path):
    table = {"frequency": F.tolist(), "re": Z.real.tolist(), "im": Z.imag.tolist()}
    path = tmp_path / "a.json"
    for value in ({"permittivity": table}, {**table, "unit": "S"}, {**table, "quantity": "admittance"}):
        path.write_text(repr(value).replace("'", '"'), encoding="utf-8")
        with pytest.raises(EisfitError, match=r"permittivity|the unit S|admittance"):
            read(path)
    path.write_text(repr({**table, "unit": "kOhm"}).replace("'", '"'), encoding="utf-8")
    assert np.allclose(read(path)[0].impedance, 1e3 * Z)


def test_what_a_workbook_says_beside_its_cells(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    kilo = ("in kOhm", None, None), (None, '0.00" kOhm"', None), (None, None, ["Unit", "kOhm"])
    harmless = (None, "0.00", None), (None, '0.0,"k"', None), (None, None, ["Operator", "S. Miller"])
    others = ("admittance", None, None), (None, '0.00" S"', None), (None, None, ["Quantity", "Admittance"])
    for told, factor in [*((t, 1e3) for t in kilo), *((t, 1.0) for t in harmless), *((t, None) for t in others)]:
        comment, form, beside = told
        book = openpyxl.Workbook()
        for row in (("f", "Re", "Im"), *zip(F.tolist(), Z.real.tolist(), Z.imag.tolist(), strict=True)):
            book.active.append(row)
        if comment:
            book.active["B1"].comment = openpyxl.comments.Comment(comment, "me")
        for cell in (c for row in book.active.iter_rows(min_row=2, min_col=2) for c in row if form):
            cell.number_format = form
        if beside:
            book.create_sheet("Info").append(beside)
        book.save(tmp_path / "a.xlsx")
        if factor is None:
            with pytest.raises(EisfitError):
                read(tmp_path / "a.xlsx")
        else:
            assert np.allclose(read(tmp_path / "a.xlsx")[0].impedance, factor * Z), told


@pytest.mark.parametrize(("row", "factor"), [(40, 1e3), (41, 1.0)])
def test_units_behind_the_numbers_of_the_first_forty_rows_count(tmp_path, row, factor):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    frequency = np.geomspace(1e4, 1, 50)
    own = 1 + 2 / (1 + 0.01j * frequency)
    for cells in (("f", "Re", "Im"), *zip(frequency.tolist(), own.real.tolist(), own.imag.tolist(), strict=True)):
        book.active.append(cells)
    for place in "BC":
        book.active[f"{place}{row}"].number_format = '0.00" kOhm"'
    book.save(tmp_path / "a.xlsx")
    assert np.allclose(read(tmp_path / "a.xlsx")[0].impedance, factor * own)


def test_a_factor_in_json_is_refused(tmp_path):
    table = {"frequency": F.tolist(), "re": Z.real.tolist(), "im": Z.imag.tolist()}
    path = tmp_path / "a.json"
    for beside in ({"scale": 1000}, {"meta": {"scale_factor": 1000}}, {"notes": ["admittance"]}):
        path.write_text(repr({**table, **beside}).replace("'", '"'), encoding="utf-8")
        with pytest.raises(EisfitError, match=r"scale|admittance"):
            read(path)
    path.write_text(repr({**table, "notes": ["Z in kOhm"], "scale": 1}).replace("'", '"'), encoding="utf-8")
    assert np.allclose(read(path)[0].impedance, 1e3 * Z)


def known(names: str) -> Names:
    own = tuple(names.split(";"))
    return Names(own, plainness(own), own, layout(own))


def test_how_plainly_names_say_that_they_are_an_impedance():
    for names, plain in (
        ("f;Re;Im", 0), ("f;R;X", 0), ("a;b", 0), ("f;Z';Z''", 1), ("f;|Z|;phase", 1), ("f;Z' (?);Z'' (?)", 1),
        ("f;Re(Z)/Ohm;Im(Z)/Ohm", 2), ("f;|Z|/Ohm;phase", 2), ("f;Y';Y''", 2), ("f;Cp;D", 2), ("f;Re/Ohm;Im/Ohm", 2),
        ("f;Z'/Ohm;Z'' (?)", 1),
    ):  # fmt: skip
        assert plainness(tuple(names.split(";"))) == plain, names


def test_remarks_of_other_scales():
    """Beside names in ohm the values of a remark count, of a frequency without a unit too; a sweep is no scale."""
    bare, of_z, in_ohm = "f;Re;Im", "f;Z';Z''", "f/Hz;Re(Z)/Ohm;Im(Z)/Ohm"
    for names, text, word in (
        (bare, "angular frequency", "angular frequency"), ("f/Hz;Re;Im", "angular frequency", ""),
        (bare, "log scale", "log scale"), (bare, "log sweep", ""), ("f/Hz;Re;Im", "log of Z", "log of Z"),
        (in_ohm, "log of Z", ""), ("f;Re(Z)/Ohm;Im(Z)/Ohm", "log10 values", "log10 values"), (of_z, "dZ/df", "dZ/df"),
        (in_ohm, "dZ/df", "dZ/df"), (bare, "Cp in nF", "Cp in nF"), (of_z, "Cp in nF", "Cp in nF"),
        (in_ohm, "Cp in nF", ""),
        (bare, "E in mV", "E in mV"), (of_z, "E in mV", ""), ("f;Re;Im;E", "E in mV", ""), (bare, "Cp in m", ""),
        (bare, "Z x 1000", "Z x 10"), (in_ohm, "Z x 1000", ""), (bare, "y data", "y data"), (in_ohm, "y data", ""),
        (of_z, "y data", "y data"), (bare, "words of no meaning", ""),
    ):  # fmt: skip
        assert rescaled(text, known(names)) == word, (names, text)
