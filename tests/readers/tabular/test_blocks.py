"""Spectra side by side and below each other: their labels, and blocks that are no measurement."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers import read
from eisfit.readers._base import File
from eisfit.readers.tabular.plain import read_table

F = np.geomspace(3e4, 0.3, 60)
A = 5 + 31 / (1 + (2j * np.pi * F * 1e-3) ** 0.9)
B = A + 40 / (1 + (2j * np.pi * F * 0.2) ** 0.8)


def rows(*columns: np.ndarray) -> str:
    """Rows of a table."""
    return "".join(",".join(f"{x:.9g}" for x in row) + "\n" for row in zip(*columns, strict=True))


def content(text: str):
    """The content of a table."""
    return read_table(File(Path("a.csv"), text.encode(), "a.csv"))


BOTH = rows(F, A.real, A.imag, B.real, B.imag)


def test_labels_of_spectra_side_by_side():
    polar = rows(F, abs(A), np.degrees(np.angle(A)), abs(B), np.degrees(np.angle(B)))
    for head, body, labels in (
        ("Freq,Zre_A,Zim_A,Zre_B,Zim_B\n", BOTH, ["A", "B"]),
        ("Frequency (Hz),Z' 25C,Z'' 25C,Z' 50C,Z'' 50C\n", BOTH, ["25C", "50C"]),
        ("Frequency (Hz),|Z| 25C,Phase 25C,|Z| 50C,Phase 50C\n", polar, ["25C", "50C"]),
        (",Cell A,,Cell B,\nf (Hz),Zre,Zim,Zre,Zim\n", BOTH, ["Cell A", "Cell B"]),
        ("f,Z' before,Z'' before,Z' after,Z'' after\n", BOTH, ["before", "after"]),
        (
            "f,Z' A/Ohm,Z'' A/Ohm,Z' B/mOhm,Z'' B/mOhm\n",
            rows(F, A.real, A.imag, 1e3 * B.real, 1e3 * B.imag),
            ["A", "B"],
        ),
        (
            "f,Z' A,Z'' A,Z' B,Z'' B\nHz,Ohm,Ohm,mOhm,mOhm\n",
            rows(F, A.real, A.imag, 1e3 * B.real, 1e3 * B.imag),
            ["A", "B"],
        ),
        *(
            (
                f"{first},,,{second},,\nf/Hz,Z'/Ohm,Z''/Ohm,f/Hz,Z'/Ohm,Z''/Ohm\n",
                rows(F, A.real, A.imag, F, B.real, B.imag),
                [first, second],
            )
            for first, second in (("25 °C", "40 °C"), ("0 V", "1 V"), ("10 MPa", "50 MPa"), ("A", "C"), ("0 h", "10 h"))
        ),
    ):
        spectra = content(head + body).spectra
        assert [s.label for s in spectra] == labels, head
        assert np.allclose(spectra[0].impedance, A), head
        assert np.allclose(spectra[1].impedance, B), head


def test_groups_that_are_no_measurement_are_passed_over():
    for other in ("Fit", "Model", "SD", "Residuals", "Simulated", "Std. dev.", "Admittance", "Thermal impedance"):
        for groups, z in ((f",Measured,,{other},", A), (f",{other},,Measured,", B)):
            found = content(f"{groups}\nFrequency,Real,Imag,Real,Imag\n{BOTH}")
            (spectrum,) = found.spectra
            assert np.allclose(spectrum.impedance, z), groups
            assert any("passed over" in note.sentence for note in found.notes)
    with pytest.raises(CorruptFile):
        content(f",kOhm,,Ohm,\nFrequency,Real,Imag,Real,Imag\n{BOTH}")


def test_names_of_how_numbers_were_made_are_no_labels():
    for head in ("Freq,Zre_raw,Zim_raw,Zre_corr,Zim_corr\n", "Freq,Zre_q25,Zim_q25,Zre_q75,Zim_q75\n"):
        with pytest.raises(CorruptFile):
            content(head + BOTH)


def test_blocks_below_each_other():
    head = "Frequency (Hz),Zre (Ohm),Zim (Ohm)\n"
    first, second = rows(F, A.real, A.imag), rows(F, B.real, B.imag)
    for words in ("Fit", "# Model", "OPEN", "# Kramers-Kronig transform", "Thermal impedance"):
        found = content(f"Measured\n{head}{first}\n{words}\n{head}{second}{second}")
        assert len(found.spectra) == 1, words
        assert np.allclose(found.spectra[0].impedance, A)
        assert any("passed over" in note.sentence for note in found.notes)
    assert len(content(f"{head}{first}\ncell 2\n{head}{second}").spectra) == 2
    with pytest.raises(CorruptFile, match="other units"):
        content(f"f,Re,Im\n{first}# Z in kOhm\n{second}{second}")


def test_hidden_parts_of_a_workbook(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet, old = book.active, book.create_sheet("old")
    names = ("f (Hz)", "Zre (Ohm)", "Zim (Ohm)")
    for target, z in ((sheet, A), (old, B)):
        for row in (names, *zip(F.tolist(), z.real.tolist(), z.imag.tolist(), strict=True)):
            target.append(row)
    for row, told in zip(sheet.iter_rows(min_row=2, max_row=4, min_col=6, max_col=7), "abc", strict=True):
        row[0].value, row[1].value = f"R{told}", 12.5
    old.sheet_state = "hidden"
    sheet.row_dimensions[7].hidden = True
    book.save(tmp_path / "a.xlsx")
    series = read(tmp_path / "a.xlsx")
    assert len(series) == 1
    assert np.allclose(series[0].impedance, np.delete(A, 5))
    told = " ".join(note.sentence for note in series.notes)
    assert "old is hidden" in told
    assert "1 hidden row" in told
    sheet.column_dimensions["A"].hidden = True
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(CorruptFile, match="no frequency"):
        read(tmp_path / "b.xlsx")
