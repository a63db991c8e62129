"""How tables are laid out: remarks, column lines of another length, a row per spectrum, sheets, blocks, suffixes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile, ReadError
from eisfit.readers import read
from eisfit.readers._base import File
from eisfit.readers.tabular.plain import read_table

F = np.geomspace(1e4, 1, 9)
Z = 3 + 40 / (1 + 2j * np.pi * F * 40 * 1e-4)


def content(text: str):
    """The content of a table."""
    return read_table(File(Path("a.csv"), text.encode(), "a.csv"))


def is_true(spectrum, scale: float = 1.0) -> bool:
    """True for the spectrum of these tests, times a number."""
    return bool(np.allclose(spectrum.frequency, F, rtol=1e-7) and np.allclose(spectrum.impedance, scale * Z, rtol=1e-7))


def rows(*columns: np.ndarray, end: str = "") -> str:
    """Rows of a table."""
    return "".join(",".join(f"{v:.9g}" for v in row) + f"{end}\n" for row in np.column_stack(columns))


def test_remarks_in_a_last_column():
    body = rows(F, Z.real, Z.imag, end=",").splitlines()
    body[6] += "noisy"
    for text in ("\n".join(body) + "\n", "\n".join(body), "\n".join(body[:7]) + "\n" + "\n".join(body[7:]) + "\n"):
        (spectrum,) = content("freq,real,imag,remark\n" + text).spectra
        assert is_true(spectrum)


def test_an_unnamed_last_column_where_the_modulus_proves_it():
    head = "freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm,|Z|/Ohm\n"
    (spectrum,) = content(head + rows(F, Z.real, -Z.imag, np.abs(Z), np.arange(9.0))).spectra
    assert is_true(spectrum)
    with pytest.raises(CorruptFile, match=r"\|Z\| does not agree"):
        content(head + rows(np.arange(9.0), F, Z.real, -Z.imag, np.abs(Z)))
    with pytest.raises(CorruptFile, match="4 cells below 3 column names"):
        content("freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm\n" + rows(F, Z.real, -Z.imag, np.arange(9.0)))


def test_a_name_too_many_where_the_modulus_proves_it():
    head = "freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm,|Z|/Ohm,Ece/V\n"
    assert is_true(content(head + rows(F, Z.real, -Z.imag, np.abs(Z))).spectra[0])


@pytest.mark.parametrize("form", ["f_{},r_{},i_{}", "freq{},Zre{},Zim{}", "f ({}),Re ({}),-Im ({})"])
@pytest.mark.parametrize("count", [1, 4])
def test_a_row_per_spectrum(form, count):
    sign = -1 if "-Im" in form else 1
    names = ",".join(form.format(*[k + 1] * 3) for k in range(9))
    lines = []
    for n in range(count):
        points = ",".join(
            f"{f:.9g},{(1 + n) * z.real:.9g},{sign * (1 + n) * z.imag:.9g}" for f, z in zip(F, Z, strict=True)
        )
        lines.append(f"5,{points},{25 + n}")
    found = content(f"cell,{names},temperature\n" + "\n".join(lines) + "\n")
    assert len(found.spectra) == count
    assert all(is_true(s, 1 + n) for n, s in enumerate(found.spectra))
    assert [s.conditions.temperature_C for s in found.spectra] == [25 + n for n in range(count)]
    assert any("each row is a spectrum of 9 points" in note.sentence for note in found.notes)


def test_prefixes_behind_numbers():
    def written(value: float) -> str:
        for factor, prefix in ((1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "u")):
            if abs(value) >= factor:
                return f"{value / factor:.9f}{prefix}"
        return "0"

    lines = [";".join(map(written, (f, abs(z), np.degrees(np.angle(z))))) for f, z in zip(F, Z, strict=True)]
    found = content("Frequency;Impedance;Phase\n" + "\n".join(lines))
    assert is_true(found.spectra[0])
    assert any("end with a prefix" in note.sentence for note in found.notes)
    comma = "\n".join(lines).replace(".", ",")
    assert is_true(content("Frequency;Impedance;Phase\n" + comma).spectra[0])


def test_names_behind_a_comment_sign_decide():
    with pytest.raises(CorruptFile, match=r"line 2: names columns \(freq, eps', eps''\)"):
        content("# a title\n# freq eps' eps''\n" + rows(F, Z.real, -Z.imag).replace(",", " "))


def test_words_above_numbers_are_names():
    with pytest.raises(CorruptFile, match=r"line 1: names columns \(alpha, beta, gamma\)"):
        content("alpha,beta,gamma\n" + rows(F, Z.real, Z.imag))
    f = np.geomspace(1e4, 1, 25)
    z = 3 + 40 / (1 + 2j * np.pi * f * 40 * 1e-4)
    assert np.allclose(content("pellet 3, 1.12.2020, 14:42\n" + rows(f, z.real, z.imag)).spectra[0].impedance, z)


def test_a_count_of_points_above_the_numbers():
    f = np.geomspace(1e4, 1, 25)
    z = 3 + 40 / (1 + 2j * np.pi * f * 40 * 1e-4)
    found = content("25\n" + rows(z.real, -z.imag, f).replace(",", "\t"))
    assert np.allclose(found.spectra[0].impedance, z)
    assert any("frequency in column 3" in note.sentence for note in found.notes)


def test_a_damaged_column_of_frequencies_gives_one_sentence():
    f = np.geomspace(1e4, 0.01, 61)
    z = 3 + 40 / (1 + 2j * np.pi * f * 40 * 1e-4)
    rng = np.random.default_rng(2)
    f[rng.choice(np.arange(20, 61), 14, replace=False)] = 10 ** rng.uniform(1, 7, 14)
    with pytest.raises(ReadError, match="its frequency jumps up and down: 61 points would be"):
        content("f,re,im\n" + rows(f, z.real, z.imag))


def test_a_short_sweep_is_told_from_a_spectrum():
    f, z = np.r_[F, F, F[:3]], np.r_[Z, 2 * Z, 3 * Z[:3]]
    found = content("f,re,im\n" + rows(f, z.real, z.imag))
    assert [len(s) for s in found.spectra] == [9, 9, 3]
    assert any("1 sweep has fewer than 5 points" in note.sentence for note in found.notes)


def test_an_imaginary_part_of_zero_is_told():
    found = content("f,re,im\n" + rows(F, Z.real, 0 * F))
    assert any("Im(Z) is 0 at every point" in note.sentence for note in found.notes)


def test_sheets_keep_their_names_and_their_bias(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for sheet, bias in ((book.active, 0.25), (book.create_sheet(), -0.5)):
        sheet.title = f"{bias} V"
        sheet.append(["bias (V)", "Frequency (Hz)", "Z' (Ohm)", "Z'' (Ohm)"])
        for f, z in zip(F, Z, strict=True):
            sheet.append([bias, float(f), float(z.real), float(z.imag)])
    book.save(tmp_path / "a.xlsx")
    series = read(tmp_path / "a.xlsx")
    assert [s.label for s in series] == ["0.25 V", "-0.5 V"]
    assert series.column("potential_V").tolist() == [0.25, -0.5]
