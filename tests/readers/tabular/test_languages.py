"""Column lines and remarks in many languages and encodings; what they state of units, scales and other quantities."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EisfitError
from eisfit.readers._base import File, Wishes
from eisfit.readers.tabular.plain import read_table

F = np.geomspace(7e4, 0.8, 21)
W = 2 * np.pi * F
Z = 8 + 41 / (1 + (1j * W * 41 * 3e-5) ** 0.9) + 60 / (1 + (1j * W * 60 * 2e-3) ** 0.8)
ANGLE = np.degrees(np.angle(Z))


def rows(*columns, delimiter: str = ",", comma: bool = False) -> str:
    """Rows of a table."""
    text = "".join(delimiter.join(f"{v:.9g}" for v in row) + "\n" for row in zip(*columns, strict=True))
    return text.replace(".", ",") if comma else text


PLAIN = rows(F, Z.real, Z.imag)


PLAINLY = Wishes()


def became(data: str | bytes, name: str = "a.csv", wishes: Wishes = PLAINLY) -> str:
    """What a table became: `right`, `refused`, or the factors by which it was read wrongly."""
    data = data.encode() if isinstance(data, str) else data
    try:
        (spectrum,) = read_table(File(Path(name), data, name, wishes)).spectra
    except EisfitError:
        return "refused"
    factors = spectrum.frequency / F, spectrum.impedance / Z
    good = all(np.allclose(factor, 1, rtol=1e-5) for factor in factors)
    return "right" if good else f"f times {factors[0][0]:.3g}, Z times {factors[1][0]:.3g}"


def failures(cases, expected: str) -> list:
    """The cases that did not become what was expected."""
    return [(case, found) for case, data in cases if (found := became(data)) not in expected.split("|")]


PARTS = """周波数[Hz];抵抗[Ω];リアクタンス[Ω]
频率(Hz);阻抗的实部(Ω);阻抗的虚部(Ω)
주파수;실수부;허수부
Частота, Гц;Re Z, Ом;Im Z, Ом
Частота;Активное сопротивление;Реактивное сопротивление
Frekvence (Hz);Reálná část (Ohm);Imaginární část (Ohm)
Częstotliwość [Hz];Część rzeczywista [Ω];Część urojona [Ω]
Częstotliwość;Rezystancja;Reaktancja
Frequência (Hz);Resistência (Ω);Reatância (Ω)
Frecuencia (Hz);Resistencia (Ω);Reactancia (Ω)
Fréquence (Hz);Résistance (Ω);Réactance (Ω)
Fréquence (Hz);Partie réelle de l'impédance (Ω);Partie imaginaire de l'impédance (Ω)
Frequenza (Hz);Resistenza (Ω);Reattanza (Ω)
Frequentie (Hz);Reëel deel (Ω);Imaginair deel (Ω)
Taajuus (Hz);Reaaliosa (ohm);Imaginaariosa (ohm)""".splitlines()
POLAR = """f [Hz];Zs [Ohm];Phi [deg]
Частота (Гц);Модуль (Ом);Фаза (град.)
Częstotliwość [Hz];Moduł impedancji [Ω];Faza [°]
Frequência (Hz);Impedância (Ω);Ângulo de fase (°)
Frequenza (Hz);Impedenza (Ω);Fase (°)
Frekvence (Hz);Modul (Ohm);Fáze (°)
频率;阻抗;相位角""".splitlines()
OMEGA = (
    "Kreisfrequenz", "Kreisfrequenz (rad/s)", "Pulsation", "Pulsazione (rad/s)", "w", "omega",
    "fréquence angulaire (rad/s)",
    "角频率", "角周波数 (rad/s)", "Angular frequency [rad s^-1]", "frecuencia angular",
)  # fmt: skip


def test_column_lines_in_many_languages():
    for comma in (False, True):
        body = rows(F, Z.real, Z.imag, delimiter=";", comma=comma)
        assert not failures([(head, f"{head}\n{body}") for head in PARTS], "right")
        body = rows(F, np.abs(Z), ANGLE, delimiter=";", comma=comma)
        assert not failures([(head, f"{head}\n{body}") for head in POLAR], "right")
    body = rows(W, Z.real, Z.imag)
    assert not failures([(name, f"{name},Re(Z)/Ohm,Im(Z)/Ohm\n{body}") for name in OMEGA], "right")
    assert became("Period (s),Re(Z)/Ohm,Im(Z)/Ohm\n" + rows(1 / F, Z.real, Z.imag)) == "right"
    assert became("f [MHz];Zs [kΩ];Theta [°]\n" + rows(F / 1e6, abs(Z) / 1e3, ANGLE, delimiter=";")) == "right"
    fitted = rows(F, Z.real, Z.imag, 1.1 * Z.real, Z.imag)
    assert became("f,Re,Im,Re fit,Im fit\n" + fitted) == "right"
    admittance = 1 / Z
    loss = 100 * admittance.real / admittance.imag
    assert became("f/Hz,Cp (nF),D/%\n" + rows(F, 1e9 * admittance.imag / W, loss)) == "right"


ENCODED = (
    ("shift_jis", "周波数,抵抗,リアクタンス"), ("euc_jp", "周波数,実部,虚部"), ("gbk", "频率,实部,虚部"),
    ("gbk", "频率(Hz),Z'(Ω),Z''(Ω)"), ("big5", "頻率,實部,虛部"), ("euc_kr", "주파수,실수부,허수부"),
    ("cp1251", "частота,действительная часть,мнимая часть"), ("cp1252", "f,Z’,Z’’"),
    ("cp932", "周波数［Hz］,Ｒ［Ω］,Ｘ［Ω］"), ("cp1250", "Frekvence,Reálná část,Imaginární část"),
    ("mac_roman", "f (Hz),Z' (Ω),Z'' (Ω)"),
)  # fmt: skip
OTHER_ENCODED = (
    ("shift_jis", "周波数,誘電率,誘電損失"), ("gbk", "频率,介电常数,介电损耗"), ("euc_kr", "주파수,유전율,손실"),
    ("cp1251", "частота,проводимость,ёмкость"), ("shift_jis", "測定,甲,乙"), ("gbk", "甲,乙,丙"),
)  # fmt: skip


def test_encodings_are_told_by_their_words():
    assert not failures([(case, (case[1] + "\n").encode(case[0]) + PLAIN.encode()) for case in ENCODED], "right")
    others = [(case, (case[1] + "\n").encode(case[0]) + PLAIN.encode()) for case in OTHER_ENCODED]
    assert not failures(others, "refused")


KILO = """units: kilohms
kilo-ohms
单位：kΩ
단위: kΩ
единицы: кОм
Eenheid: kOhm
Z unit:,kOhm
ImpedanceUnit,kOhm
Cell A (kOhm)
Ω×10³
Impédance en kΩ
valores em kΩ
Импеданс, кОм
Werte in Kiloohm
<units>kOhm</units>
Z kOhm
scale: 1e3
x1000
factor 1000
values divided by 1000
thousands of ohms""".splitlines()
OTHERS = """angular
omega
angular frequency
log f
log10 of modulus
log values
Y data
complex Y
Z-1
Mode,Y-theta
I/V
voltage ratio
residuals
KK residual
DRT
derivative
Z/Z0
delta Z
difference
Cp in nF
Admitância
Ammettenza
проводимость
диэлектрическая проницаемость
어드미턴스
誘電率
静電容量
Espectroscopia dielétrica
Frequenzgang
Spannung in V
units: furlongs""".splitlines()
HARMLESS = """Sample with dielectric coating
Modulus Technologies Inc.
Omega Engineering thermocouple
frequency sweep, logarithmic, 7 points per decade
I/E range auto
Frequency response analyzer
1 x 10^-3 M KCl
difference between charge and discharge cells is small
dielectric-coated wire
noise level low
contact resistance 0.5 kOhm
sweep from 100 kHz to 10 mHz""".splitlines()


def test_remarks_of_scales_and_of_what_is_derived():
    kilo = rows(F, Z.real / 1e3, Z.imag / 1e3)
    for names, step in (("f,Re,Im\n", 1), ("freq,Z',Z''\n", 2), ("", 4)):
        assert not failures([(remark, f"# {remark}\n{names}{kilo}") for remark in KILO[::step]], "right|refused")
        plain = [(remark, f"# {remark}\n{names}{PLAIN}") for remark in OTHERS]
        assert not failures((plain if "Z'" not in names else plain[:-2])[::step], "refused")
    for names in ("f,Re,Im\n", "freq,Z',Z''\n", "f/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n"):
        assert not failures([(remark, f"# {remark}\n{names}{PLAIN}") for remark in HARMLESS], "right")
    converted = ("units: kilohms", "Cell A (kOhm)", "单位：kΩ", "ImpedanceUnit,kOhm")
    assert not failures([(remark, f"# {remark}\nf,Re,Im\n{kilo}") for remark in converted], "right")
    assert became(",Cell A (kOhm),\nf,Re,Im\n" + kilo) == "right"
    for axis in ("Frequency axis: kHz", "Frequency unit kHz"):
        assert became(f"# {axis}\nf,Re,Im\n" + rows(F / 1e3, Z.real, Z.imag)) == "right"
    siemens = rows(F, 1e3 * (1 / Z).real, 1e3 * (1 / Z).imag)
    assert became("# mS\nf,G,B\n" + siemens) == "right"


def test_names_that_the_numbers_contradict():
    size, y = np.abs(Z), 1 / Z
    cases = {
        "moduli of cells": "f,Z1/Ohm,Z2/Ohm,Z3/Ohm\n" + rows(F, size, 1.1 * size, 1.3 * size),
        "moduli of two cells": "f,Z1/Ohm,Z2/Ohm\n" + rows(F, size, 1.1 * size),
        "an empty column": "f,Re,Im,Admittance\n" + "".join(f"{line},\n" for line in PLAIN.splitlines()),
        "decibel": "f,Magnitude,Phase\n" + rows(F, 20 * np.log10(size / 30), ANGLE),
        "positive decibel": "f,Magnitude,Phase\n" + rows(F, 20 * np.log10(size), ANGLE),
        "logarithm": "f,|Z|,Phase\n" + rows(F, np.log10(size), ANGLE),
        "log f": "f,Re,Im\n" + rows(np.log10(F) + 0.2, Z.real, Z.imag),
        "log f below 0": "f,Re,Im\n" + rows(np.log10(F) - 2, Z.real, Z.imag),
        "an admittance": "f,Re,Im\n" + rows(F, y.real, y.imag),
        "mhz of both kinds": "f/mhz,Re(Z)/Ohm,Im(Z)/Ohm\n" + rows(F / 10, Z.real, Z.imag),
    }
    assert not failures(cases.items(), "refused")
    assert became("f/mhz,Re(Z)/Ohm,Im(Z)/Ohm\n" + rows(F / 1e6, Z.real, Z.imag)) == "right"
    assert became("f/mhz,Re(Z)/Ohm,Im(Z)/Ohm\n" + rows(F * 1e3, Z.real, Z.imag)) == "right"


def test_units_inside_cells():
    def cells(unit_f, unit, f, z):
        lines = (f"{a:.9g} {unit_f},{b.real:.9g} {unit},{b.imag:.9g}{unit}\n" for a, b in zip(f, z, strict=True))
        return "f,Re,Im\n" + "".join(lines)

    assert became(cells("Hz", "Ohm", F, Z)) == "right"
    assert became(cells("kHz", "kΩ", F / 1e3, Z / 1e3)) == "right"
    mixed = [f"{f:.9g} Hz" if f < 1e3 else f"{f / 1e3:.9g} kHz" for f in F]
    lines = (f"{a},{b.real} Ohm,{b.imag} Ohm\n" for a, b in zip(mixed, Z, strict=True))
    assert became("f,Re,Im\n" + "".join(lines)) == "right"
    assert became(cells("Hz", "S", F, Z)) == "refused"
    with pytest.raises(CorruptFile, match=r"line 3: a cell is in 'S' below others in 'Ohm'"):
        read_table(File(Path("a.csv"), b"f,Re,Im\n10 Hz,1 Ohm,-1 Ohm\n5 Hz,2 S,-1 Ohm\n1 Hz,3 Ohm,-1 Ohm\n", "a.csv"))


def test_the_name_of_the_file_and_a_row_of_units_count():
    bare = "f,Re,Im\n" + PLAIN
    for name in ("cell_admittance.csv", "cell3_kOhm.csv", "Permittivity-PVDF.csv", "导纳_3.csv"):
        assert became(bare, name) == "refused", name
    for name in ("conductivity_25C.csv", "cell 100kHz_to_1Hz.csv", "1MOhm.csv", "Admit.csv"):
        assert became(bare, name) == "right", name
    kilo = "x,y,z\nHz,kOhm,kOhm\n" + rows(F, Z.real / 1e3, Z.imag / 1e3)
    assert became(kilo, wishes=Wishes(columns=("f", "re", "im"))) == "right"
    assert became("x,y,z\nHz,kOhm,kOhm\n" + PLAIN, wishes=Wishes(columns=("f", "re/Ohm", "im/Ohm"))) == "right"
