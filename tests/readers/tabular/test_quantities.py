"""Admittance, LCR and dielectric quantities: converted where that is exact, refused by name where it is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers._base import File
from eisfit.readers.novocontrol import read as read_novocontrol
from eisfit.readers.tabular.plain import read_table
from eisfit.readers.tabular.quantities import ROUTES, route_of

F = np.geomspace(1e6, 1, 25)
W = 2 * np.pi * F
Z = 20 + 300 / (1 + 1j * W * 300 * 2e-6) + 40 / (1 + 1j * W * 40 * 2e-8)
Y = 1 / Z
CP, CS = Y.imag / W, -1 / (W * Z.imag)
D = Y.real / Y.imag
COIL = 5 + 1j * W * 3e-3


def table(names: str, *columns: np.ndarray, head: str = "") -> str:
    """A table as text."""
    rows = ["\t".join(f"{v:.10g}" for v in row) for row in np.column_stack(columns)]
    return head + "\n".join([names.replace(";", "\t"), *rows]) + "\n"


def content(text: str):
    """The content of a table."""
    return read_table(File(Path("a.txt"), text.encode(), "a.txt"))


@pytest.mark.parametrize(
    ("names", "columns", "truth"),
    [
        ("f;G (S);B (S)", (Y.real, Y.imag), Z),
        ("f;Re(Y)/Ohm-1;Im(Y)/Ohm-1", (Y.real, Y.imag), Z),
        ("f;Y' (mS);Y'' (mS)", (1e3 * Y.real, 1e3 * Y.imag), Z),
        ("f;|Y| (S);Phase(Y)/deg", (np.abs(Y), np.degrees(np.angle(Y))), Z),
        ("f;|Y| (S);Phase(Z)/deg", (np.abs(Y), np.degrees(np.angle(Z))), Z),
        ("f;Cp (F);D", (CP, D), Z),
        ("f;Cp (nF);Rp (kOhm)", (1e9 * CP, 1e-3 / Y.real), Z),
        ("f;Cp (F);G (S)", (CP, Y.real), Z),
        ("f;Cp (F);Q", (CP, 1 / D), Z),
        ("f;Cs (F);Rs (Ohm)", (CS, Z.real), Z),
        ("f;Cs (F);D", (CS, Z.real / -Z.imag), Z),
        ("f;Ls (H);Rs (Ohm)", (COIL.imag / W, COIL.real), COIL),
        ("f;Ls (mH);Q", (1e3 * COIL.imag / W, COIL.imag / COIL.real), COIL),
        ("f;Lp (H);Rp (Ohm)", (-1 / (W * (1 / COIL).imag), 1 / (1 / COIL).real), COIL),
        ("f;C' (F);C'' (F)", (CP, Y.real / W), Z),
    ],
)
def test_what_gives_an_impedance(names, columns, truth):
    found = content(table(names, F, *columns))
    (spectrum,) = found.spectra
    assert np.allclose(spectrum.impedance, truth, rtol=1e-7)
    assert any("is computed" in note.sentence for note in found.notes)


@pytest.mark.parametrize(
    ("names", "columns"),
    [("f;Cp (F);x", (CP, D)), ("f;Eps';Eps''", (CP, D)), ("f;M';M''", (CP, D)), ("f;Sig' [S/cm];Sig''", (CP, D)),
     ("f;Cs (F);Cp (F)", (CP, D)), ("f;Gain (dB);theta (deg)", (CP, D))],
)  # fmt: skip
def test_what_gives_none_is_refused_with_its_names(names, columns):
    with pytest.raises(CorruptFile, match=r"names columns \(f, "):
        content(table(names, F, *columns))


NOVO = """pellet 3, 1.2.2025
Diameter[mm] 1.200e+01  Thickness[mm] 8.000e-01  Spacer Capacity[pF] 0.000e+00
Fixed value(s) :  AC Volt  [Vrms]=1.0000e-01
"""
C0 = 8.8541878128e-12 * np.pi * 6e-3**2 / 8e-4
EPS = Y / (1j * W * C0)


def novo(names: str, *columns: np.ndarray, head: str = NOVO):
    """The spectrum of a WinDETA export."""
    text = table(names, F, *columns, head=head)
    (spectrum,) = read_novocontrol(File(Path("a.txt"), text.encode(), "a.txt")).spectra
    return spectrum


def test_dielectric_functions_with_the_geometry_of_the_header():
    names = " Freq. [Hz];Temp. [°C]; Eps'; Eps''"
    spectrum = novo(names, np.full(25, 60.0), EPS.real, -EPS.imag)
    assert np.allclose(spectrum.impedance, Z, rtol=1e-7)
    assert spectrum.conditions.temperature_C == 60.0
    modulus = 1 / EPS
    assert np.allclose(novo(" Freq. [Hz]; M'; M''", modulus.real, modulus.imag).impedance, Z, rtol=1e-7)
    sigma = W * 8.8541878128e-14 * -EPS.imag
    assert np.allclose(novo(" Freq. [Hz]; Eps'; Eps''; Sig' [S/cm]", EPS.real, -EPS.imag, sigma).impedance, Z)


def test_series_impedance_of_an_analyser_goes_before_its_dielectric_functions():
    assert np.allclose(
        novo("Freq. [Hz];Eps';Eps'';Zs' [Ohms];Zs'' [Ohms]", EPS.real, -EPS.imag, Z.real, Z.imag).impedance, Z
    )


def test_dielectric_functions_that_contradict_each_other_or_lack_the_geometry():
    sigma = 3 * W * 8.8541878128e-14 * -EPS.imag
    with pytest.raises(CorruptFile, match="contradict each other by a factor of 3:"):
        novo(" Freq. [Hz]; Eps'; Eps''; Sig' [S/cm]", EPS.real, -EPS.imag, sigma)
    with pytest.raises(CorruptFile, match="only with the area and thickness"):
        novo(" Freq. [Hz]; Eps'; Eps''", EPS.real, -EPS.imag, head=NOVO.replace("Diameter", "Diagonal"))


def test_each_way_by_hand():
    """omega = 2: 0.3 S beside 0.4 S of a capacitor is 1.2 - 1.6j ohm, beside -0.4 S of a coil 1.2 + 1.6j ohm."""
    capacitive, inductive = 1.2 - 1.6j, 1.2 + 1.6j
    angle = np.arctan2(4, 3)
    by_hand = {
        ("real", "imaginary"): (1.2, -1.6), ("magnitude", "phase"): (2.0, -angle),
        ("log_magnitude", "phase"): (2.0, -angle), ("y_real", "y_imaginary"): (0.3, 0.4),
        ("y_magnitude", "y_phase"): (0.5, angle), ("y_magnitude", "phase"): (0.5, angle),
        ("cp", "y_real"): (0.2, 0.3), ("cp", "rp"): (0.2, 10 / 3), ("cp", "d"): (0.2, 0.75), ("cp", "q"): (0.2, 4 / 3),
        ("cs", "real"): (0.3125, 1.2), ("cs", "d"): (0.3125, 0.75), ("cs", "q"): (0.3125, 4 / 3),
        ("ls", "real"): (0.8, 1.2), ("ls", "q"): (0.8, 4 / 3), ("ls", "d"): (0.8, 0.75),
        ("lp", "y_real"): (1.25, 0.3), ("lp", "rp"): (1.25, 10 / 3), ("lp", "q"): (1.25, 4 / 3),
        ("lp", "d"): (1.25, 0.75), ("c_real", "c_imaginary"): (0.2, 0.15),
        ("eps_real", "eps_imaginary"): (0.8, -0.6), ("eps_real", "d"): (0.8, 0.75),
        ("sig_real", "eps_real"): (0.6 * 2 * 8.8541878128e-14, 0.8), ("m_real", "m_imaginary"): (0.8, 0.6),
        ("cell_real", "cell_imaginary"): (1.2, -1.6), ("ce_real", "ce_imaginary"): (1.2, -1.6),
    }  # fmt: skip
    assert {route.needs for route in ROUTES} == by_hand.keys()
    for route in ROUTES:
        z = route.formula(2.0, *by_hand[route.needs], *([0.25] if route.geometry else []))
        assert z == pytest.approx(inductive if route.needs[0] in ("ls", "lp") else capacitive), route.needs


def test_the_first_way_that_the_columns_allow():
    for names, geometry, needs in (
        (("real", "imaginary", "magnitude", "phase"), False, ("real", "imaginary")),
        (("magnitude", "phase", "real"), False, ("magnitude", "phase")), (("real",), True, None),
        (("eps_real", "eps_imaginary"), False, None),
        (("eps_real", "eps_imaginary"), True, ("eps_real", "eps_imaginary")),
        (("ce_real", "ce_imaginary"), False, ("ce_real", "ce_imaginary")),
    ):  # fmt: skip
        found = route_of(dict.fromkeys(names, ()), geometry=geometry)
        assert (found.needs if found else None) == needs, names
