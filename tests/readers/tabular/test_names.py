"""Spellings of frequency, impedance and their kin: what is named in any usual way is understood, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EisfitError
from eisfit.readers._base import File
from eisfit.readers.tabular.names import understood, unsigned
from eisfit.readers.tabular.plain import read_table
from eisfit.readers.tabular.units import unit_of

F = np.geomspace(2e5, 0.05, 31)
W = 2j * np.pi * F
Z = 12 + 55 / (1 + (55 * 3e-7 * W) ** 0.92) + 140 / (1 + (140 * 4e-4 * W) ** 0.8)


def table(names: tuple[str, ...], *columns: np.ndarray, delimiter: str = ";") -> str:
    """A table as text."""
    rows = [delimiter.join(f"{v:.9g}" for v in row) for row in np.column_stack(columns)]
    return "\n".join([delimiter.join(names), *rows]) + "\n"


def only(text: str):
    """The one spectrum of a table."""
    (spectrum,) = read_table(File(Path("a.csv"), text.encode(), "a.csv")).spectra
    return spectrum


def test_languages_formulas_and_signs_are_understood():
    for quantity, names in MEANT.items():
        for name in names:
            meant = understood(name)
            assert meant is not None, name
            assert (meant.quantity, meant.inverted) == (
                ("imaginary", True) if quantity == "minus" else (quantity, False)
            ), name
    for name in NOT_MEANT:
        assert understood(name) is None, name


def is_true(spectrum) -> bool:
    """True for the spectrum of these tests."""
    return bool(np.allclose(spectrum.frequency, F, rtol=1e-6) and np.allclose(spectrum.impedance, Z, rtol=1e-6))


FREQUENCIES = (
    "f", "Freq", "frequency (Hz)", "Frequency/Hz", "f [Hz]", "FREQ(Hz)", "freq_hz", "Freq. (Hz)", "FrequencyHz",
    "AC Frequency (Hz)", "Test Frequency (Hz)", "Frequenz / Hz", "Hz", "Freq Hz", "Applied Frequency [Hz]", "f(Hz)",
    "Measurement frequency", "频率(Hz)", "Frequency (1/s)",
)  # fmt: skip
PARTS = (
    ("Re", "Im"), ("real", "imaginary"), ("Z'", "Z''"), ("Z' (Ohm)", "Z'' (Ohm)"), ("Z'/Ω", "Z''/Ω"), ("Z′", "Z″"),
    ("Zreal (ohm)", "Zimag (ohm)"), ("Re(Z)/Ohm", "Im(Z)/Ohm"), ("Re{Z}", "Im{Z}"), ("Re[Z]", "Im[Z]"),
    ("Z_Real_Ohm", "Z_Imag_Ohm"), ("Real Part", "Imaginary Part"), ("Impedance (Real)", "Impedance (Imaginary)"),
    ("Realteil", "Imaginärteil"), ("Z prime", "Z double prime"), ("Z'", 'Z"'), ("R (Ohm)", "X (Ohm)"), ("R", "X"),
    ("Rs(Ohm)", "Xs(Ohm)"), ("Resistance (Ohm)", "Reactance (Ohm)"), ("Z1", "Z2"), ("ZrealOhm", "ZimagOhm"),
    ("Real part of Z", "Imaginary part of Z"), ("Z(re)", "Z(im)"), ("实部", "虚部"), ("Z'(a)", "Z''(b)"),
    ("Zprime(Ohm)", "Zbis(Ohm)"), ("Re(Zs)", "Im(Zs)"), ("Z' (?)", "Z'' (?)"), ("Z' (Î©)", "Z'' (Î©)"),
    ("real_impedance_ohm", "imaginary_impedance_ohm"), ("Real Impedance / ohm", "Imaginary Impedance / ohm"),
)  # fmt: skip
MEANT = {
    "frequency": ("Frequenz f / Hz", "频率 f (Hz)", "Fréquence f (Hz)", "$f$ / Hz", "f / \\si{\\hertz}",
        "ACIM_Freq(Hz)"),
    "real": (
        "Realanteil (Ohm)", "Z'実部", "Z'(实部)", "实部 Z' (Ω)", "ℜ(Z) (Ω)", "ℜZ", "$Z'$ / $\\Omega$", "Z'/\\Omega",
        "$\\mathrm{Re}(Z)$ [$\\Omega$]", "$Z_{re}$ ($\\Omega$)", "$Z^{\\prime}$", "\\Re(Z)", "Z&prime; (&ohm;)",
        "Z&#39; (&Omega;)", "ACIM_Zreal(Ohm)",
    ),
    "imaginary": (
        "Imaginäranteil", "Z''虚部", "虚部 Z'' (Ω)", "ℑ(Z)", "$Z''$ / $\\Omega$", "$Z^{\\prime\\prime}$",
        "Z&Prime; (&ohm;)",
        "Z'' / \\si{\\ohm}", "ACIM_Zimg(Ohm)",
    ),
    "minus": (
        "负虚部", "負虛部", "負の虚部", "负Z虚部/Ω", "negativer Imaginärteil", "neg. Imaginärteil", "nzimag", "nZim",
        "partie imaginaire négative", "moins partie imaginaire", "opposé de la partie imaginaire", "−ℑ(Z)", "Zim_neg",
        "parte imaginaria negativa", "menos parte imaginaria", "meno parte immaginaria", "Z'' (negative)", "Z''*(-1)",
        "$-Z''$ / $\\Omega$",
    ),
    "magnitude": ("RzMag(Ohm)", "$|Z|$ / $\\Omega$", "&#124;Z&#124; (&Omega;)", "Betrag |Z|"),
    "phase": ("ϑ/°", "θd(°)", "θr(rad)", "RzPhase(deg)", "$\\varphi$ / $^\\circ$", "\\theta", "&phi; (&deg;)",
        "Phase φ"),
}  # fmt: skip
NOT_MEANT = ("负载阻抗", "负极Z'", "Zim inverted", "neg", "$\\Delta Z'$", "Re Im", "f phase", "\\Gamma", "n", "nyquist")
MINUS = (
    "-Z''",
    "−Z'' (Ω)",
    "(-)Im(Z)",
    "- Z imag",
    "negative imaginary part",
    "-(Z'')",
    "-1*Im",
    "neg_Z_im_ohm",
    "–Im",
)
POLAR = (
    ("|Z|", "Phase"), ("Z", "PH"), ("Z(Ohm)", "PH(deg)"), ("Zmod (ohm)", "Zphz (°)"), ("Z (Ohm)", "Theta (deg)"),
    ("Impedance (Ohm)", "Phase angle (deg)"), ("Magnitude", "Phase"), ("abs(Z)", "arg(Z)"), ("|Z| [Ω]", "φ [°]"),
    ("Absolute Impedance (Ohm)", "Phase Angle (Degree)"), ("|Z|(Ohm)-data", "theta(deg)-data"), ("Betrag", "Phase"),
)  # fmt: skip


@pytest.mark.parametrize("name", FREQUENCIES)
def test_frequencies(name):
    assert is_true(only(table((name, "Re(Z)/Ohm", "Im(Z)/Ohm"), F, Z.real, Z.imag)))


@pytest.mark.parametrize(("real", "imaginary"), PARTS)
def test_parts(real, imaginary):
    assert is_true(only(table(("Frequency (Hz)", real, imaginary), F, Z.real, Z.imag)))


@pytest.mark.parametrize("name", MINUS)
def test_minus_in_the_name(name):
    real = "Z' (Ω)" if "Ω" in name else "z_re_ohm" if "ohm" in name else "Z'"
    assert is_true(only(table(("f", real, name), F, Z.real, -Z.imag)))


@pytest.mark.parametrize(("magnitude", "phase"), POLAR)
def test_magnitude_and_phase(magnitude, phase):
    assert is_true(only(table(("f", magnitude, phase), F, np.abs(Z), np.degrees(np.angle(Z)), delimiter="\t")))


@pytest.mark.parametrize(
    "names",
    [
        ("f", "R (Ohm)", "x"),
        ("f", "Zprime (Ohm)", "X"),
        ("f", "Z' (Ohm)", "Z''"),
        ("f", "Re", "X"),
        ("f", "R", "Im"),
        ("f", "G (S)", "B"),
        ("f", "Z' (mm)", "Z'' (mm)"),
        ("f", "Gain (dB)", "Phase (deg)"),
        ("f", "|Z| (dB)", "Phase (deg)"),
        ("f", "S11 (dBm)", "Phase (deg)"),
        ("f", "E' (Pa)", "E'' (Pa)"),
        ("f", "Z' (S)", "Z'' (S)"),
    ],
)
def test_parts_that_do_not_fit_each_other_are_refused_by_name(names):
    with pytest.raises(CorruptFile, match=r"names columns \(f, .*expected were .*--columns"):
        only(table(names, F, Z.real, Z.imag))


OTHERS = (
    "Eps'", "Eps''", "|Eps|", "Sig' [S/cm]", "Tan(Delta)", "M'", "M''", "Temp. [C]", "Temperature/K", "Humidity (%)",
    "Force/N", "Pressure (bar)", "Strain", "Stress (MPa)", "Gain (dB)", "Power (dBm)", "S11 (dB)", "S21", "Voltage (V)",
    "Current (A)", "Capacity (mAh)", "Energy (Wh)", "Power (W)", "Cycle", "Step", "Time (s)", "x", "y", "SOC", "Ewe/V",
    "I/mA", "R/Ohm", "Density (g/cm3)", "Mass (mg)", "Length (mm)", "Thickness (um)", "Absorbance", "Wavelength (nm)",
    "Intensity (counts)", "2Theta", "Counts", "pH", "Conductivity (S/cm)", "Speed (m/s)", "Torque", "Height",
    "Storage modulus (Pa)", "Loss modulus (Pa)", "G' (Pa)", "G'' (Pa)", "Viscosity", "Charge (C)", "Flow", "Level (dB)",
    "THD (%)", "NSD", "Noise (V)", "Permittivity", "Real(chi)", "Imag(chi)", "mu'", "mu''", "Z (mm)", "Z'' (mm)",
    "DCIR (Ohm)", "Impedance (dB)", "Reynolds Re", "Rint/Ohm",
)  # fmt: skip


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2, 3))])
def test_columns_of_other_quantities_never_give_a_spectrum(seed):
    rng = np.random.default_rng(seed)
    kinds = (F, np.linspace(0, 90, 31), Z.real, np.abs(Z.imag), 3.6 + 0.1 * np.sort(rng.random(31)), rng.random(31))
    for _ in range(150 if seed else 60):
        names = list(rng.choice(OTHERS, int(rng.integers(3, 8)), replace=False))
        columns = [kinds[rng.integers(len(kinds))] for _ in names]
        if rng.random() < 0.6:
            names[0], columns[0] = "Freq. [Hz]", F
        sign = str(rng.choice(["", "# "]))
        text = sign + table(tuple(names), *columns, delimiter=str(rng.choice([",", "\t", ";", "  "])))
        try:
            content = read_table(File(Path("a.csv"), text.encode(), "a.csv"))
        except EisfitError:
            continue
        assert not content.spectra, text.partition("\n")[0]


def test_a_quotient_of_potential_and_current_is_no_resistance():
    columns = (F, 3.2e5 + Z.real, Z.real, np.full(31, 3.2), 3.2 / (3.2e5 + Z.real))
    with pytest.raises(CorruptFile, match=r"column R/Ohm is the quotient of potential and current"):
        only(table(("f", "R/Ohm", "X/Ohm", "E/V", "I/A"), *columns))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("S", ("S", 1.0)), ("s", ("s", 1.0)), ("µS", ("S", 1e-6)), ("Ohm-1", ("S", 1.0)), ("kOhm-1", ("S", 1e-3)),
        ("pF", ("F", 1e-12)), ("mH", ("H", 1e-3)), ("ms", ("s", 1e-3)), ("Ω·cm²", ("area", 1.0)), ("dBm", ("dB", 1.0)),
        ("Ohm.m", ("length", 1.0)), ("mrad", ("angle", 1e-3)), ("ampere", ("A", 1.0)),
    ],
)  # fmt: skip
def test_units(text, unit):
    found = unit_of(text)
    assert found is not None
    assert found[0] == unit[0]
    assert found[1] == pytest.approx(unit[1])


def test_a_damaged_degree_sign_is_still_one():
    assert understood("Temp. [\ufffdC]").quantity == "temperature"


def test_a_minus_before_a_name_and_what_is_left_of_it():
    for name, left, minus in (
        ("-Im(Z)", "Im(Z)", True), ("-(Im Z)", "Im Z", True), ("(-Im Z)", "Im Z", True), ("(-Im(Z))", "Im(Z)", True),
        ("minus Zim", "Zim", True), ("neg_imag", "imag", True), ("Im(Z)", "Im(Z)", False), ("-Z''", "Z''", True),
    ):  # fmt: skip
        assert unsigned(name) == (left, minus), name
