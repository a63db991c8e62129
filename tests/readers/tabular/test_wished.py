"""Columns that the user names: the units of the file count where he writes none, contradictions refuse the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import EisfitError
from eisfit.readers._base import File, Wishes
from eisfit.readers.tabular.plain import read_table

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
