"""What the name of a file says of its columns, and cells that are damaged."""

from __future__ import annotations

import contextlib

import pytest

from eisfit import read
from eisfit.errors import CorruptFile, EisfitError

ROWS = "100000,12.3,-2\n10000,17.1,-14.6\n1000,69.2,-33.9\n100,95.7,-8.9\n10,101.1,-24.2\n1,180,-40\n"


def test_a_file_name_overrules_no_column_in_ohm(tmp_path):
    for name in ("S12", "S21_day3", "Cell-S12", "admittance"):
        path = tmp_path / f"{name}.csv"
        for head in ("f/Hz,Zre/Ohm,Zim/Ohm", *(["f,Zre,Zim"] if "S" in name else [])):
            path.write_text(f"{head}\n{ROWS}")
            assert len(read(path)) == 1, (name, head)
        path.write_text(f"f,Re,Im\n{ROWS}")
        with pytest.raises(CorruptFile, match=r"csv: its file name says '(S12|S21|admittance)'"):
            read(path)


def test_damaged_complex_cells_are_one_sentence(tmp_path):
    path = tmp_path / "a.csv"
    good = [f"{10 ** (5 - i)};{12 + i}.5-{2 + i}.1j" for i in range(7)]
    for head in ("f;H", "f;Z", "f (Hz);Z (Ohm)"):
        for damaged in ("OVL", "12.5-3.{2j", "12.5.1-3.2j", "12.5-3.2", "12.5", "", "#NUM!"):
            for places in ((3,), (1, 2, 3)):
                rows = [f"{row.split(';')[0]};{damaged}" if i in places else row for i, row in enumerate(good)]
                path.write_text("\n".join([head, *rows]) + "\n")
                with contextlib.suppress(EisfitError):
                    read(path)


def test_a_number_beyond_all_bounds_warns_nobody(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("100,0.08e400,-0.006,6,70\n400,0.0828,-0.049,6,70\n1000,0.080,-0.003,6,70\n")
    with pytest.raises(EisfitError, match="has no column line"):
        read(path)


def test_short_names_of_parts(tmp_path):
    path = tmp_path / "a.csv"
    polar = ROWS.replace("-", "-1")
    for head in ("freqs,Zr,Zj", "f,Zabs,Zarg", "f,mag(Z),ang(Z)", "f,Zmag[Ohm],Zph[deg]", "f,Z amplitude,Z phase"):
        path.write_text(f"{head}\n{ROWS if head.endswith('Zj') else polar}")
        assert len(read(path)) == 1, head
