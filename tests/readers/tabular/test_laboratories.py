"""Column lines and headers as the programs of instruments and laboratories write them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import EisfitError
from eisfit.readers import read
from eisfit.readers._base import File
from eisfit.readers.tabular.plain import read_table

F = np.geomspace(8e4, 0.6, 23)
Z = 6 + 33 / (1 + (2j * np.pi * F * 33 * 2e-5) ** 0.9) + 80 / (1 + (2j * np.pi * F * 80 * 1e-3) ** 0.8)
ANGLE = np.degrees(np.angle(Z))
COLUMNS = {
    "n": np.arange(23.0), "t": 3.0 * np.arange(23), "f": F, "re": Z.real, "im": Z.imag, "-im": -Z.imag,
    "size": np.abs(Z), "angle": ANGLE, "-angle": -ANGLE, "rad": np.radians(ANGLE), "1": np.ones(23), "T": 25 + 0 * F,
    "cs": -1 / (2 * np.pi * F * Z.imag), "yre": (1 / Z).real, "yim": (1 / Z).imag, "w": 2 * np.pi * F,
    "kre": Z.real / 1e3, "kim": Z.imag / 1e3,
}  # fmt: skip
HEADERS = (
    ("Index;Frequency (Hz);Z' (Ω);-Z'' (Ω);Z (Ω);-Phase (°);Time (s)", ";", "n f re -im size -angle t"),
    ("freq. /Hz\tZ1 /ohm\tZ2 /ohm", "\t", "f re im"),
    ("Notes:\n\nImpedance spectroscopy\nfreq / Hz,neg. Phase / °,Idc / µA,Z / Ω,Z' / Ω,-Z'' / Ω,Cs / F", ",",
     "f -angle 1 size re -im cs"),
    ("Potential: 3.6 V\n\nNumber  Frequency/Hz  Impedance/Ohm  Phase/deg  Significance", "  ", "n f size angle 1"),
    ('Step number,Elapsed Time (s),Frequency (Hz),|Z| (Ohms),Phase (deg),Z\' (Ohms),-Z" (Ohms)', ",",
     "1 t f size angle re -im"),
    ("timestamp;frequency;realz;imagz;absz;phasez", ";", "t f re im size rad"),
    ("IM3590\nDATE,2024/03/01\nNO,FREQ[Hz],Z[ohm],PHASE[deg]", ",", "n f size angle"),
    ("Freq(Hz)\tZ'(Ohm.cm2)\tZ''(Ohm.cm2)\t|Z|(Ohm.cm2)\tPhase(Deg)", "\t", "f re im size angle"),
    ("number of spectra 1\n5.0\nfrequency[Hz],Re[Ohm],Im[Ohm]", ",", "f re im"),
    ("Pt\tTime\tFreq\tZreal\tZimag\tZsig\tZmod\tZphz\n#\ts\tHz\tohm\tohm\tV\tohm\t°", "\t", "n t f re im 1 size angle"),
    ("Time (s),Frequency (Hz),Impedance Real (Ohms),Impedance Imaginary (Ohms),Yreal,Yimag", ",", "t f re im yre yim"),
    ("Cycle ID,Freq(Hz),ReZ(Ω),ImZ(Ω),|Z|(Ω),Phase(°)", ",", "1 f re im size angle"),
    ("Data_Point,Test_Time(s),Frequency(Hz),Zmod(Ohm),Zphz(Deg),Zreal(Ohm),Zimg(Ohm)", ",", "n t f size angle re im"),
    ("---\nsample: A\nimpedance_unit: kOhm\nfrequency_unit: Hz\n---\nf,Re,Im", ",", "f kre kim"),
    ("Frequency,Impedance,Impedance\nHz,Real,Imag", ",", "f re im"),
    (",Impedance (Ohm),\nFrequency (Hz),Real,Imag", ",", "f re im"),
    ("Fréquence (Hz);Z réel (Ω);Z imag (Ω)", ";", "f re im"),
    ("Frecuencia (Hz),Z real (Ω),Z imaginaria (Ω)", ",", "f re im"),
    ("測定周波数(Hz),インピーダンス実部(Ω),インピーダンス虚部(Ω)", ",", "f re im"),
    ("频率(Hz),阻抗实部(Ω),阻抗虚部(Ω)", ",", "f re im"),
    ("omega,Z',Z''\nrad/s,Ohm,Ohm", ",", "w re im"),
    ('"Frequency\n(Hz)","Z\'\n(Ohm)","Z\'\'\n(Ohm)"', ",", "f re im"),
    ("# column 1: frequency (Hz)\n# column 2: Re(Z) (Ohm)\n# column 3: Im(Z) (Ohm)", ",", "f re im"),
    ("f (Hz),Z_re,Z_im\n-----,-----,-----", ",", "f re im"),
    ("Measured with dielectric interface, LLZO\nFreq. [Hz]\tZs' [Ohms]\tZs'' [Ohms]", "\t", "f re im"),
)  # fmt: skip


def content(text: str):
    """The content of a table."""
    return read_table(File(Path("a.csv"), text.encode(), "a.csv"))


@pytest.mark.parametrize(("header", "delimiter", "columns"), HEADERS)
def test_headers_of_laboratories(header, delimiter, columns):
    rows = zip(*(COLUMNS[name] for name in columns.split()), strict=True)
    text = header + "\n" + "".join(delimiter.join(f"{v:.9g}" for v in row) + "\n" for row in rows)
    (spectrum,) = content(text).spectra
    assert np.allclose(spectrum.frequency, F, rtol=1e-6)
    assert np.allclose(spectrum.impedance, Z, rtol=1e-6)


OTHERS = (
    "# Reflexionsfaktor\nf,Re,Im", "# Permittivité\nf,Re,Im", "# 介电常数\nf,Re,Im", "# アドミタンス\n周波数,実部,虚部",
    "Frequency,Permittivity,Permittivity\nHz,Real,Imag", ",Admittance,Admittance\nFrequency,Re,Im", "f,M real,M imag",
    "f,Vout/Vin mag,Vout/Vin phase", "f,Mag(dB),Phase(deg)", "f,Amplitude (V),Phase (deg)", "f,Amplitude,Phase",
    "f (Hz),R (Ohm/m),X (Ohm/m)", "f,Z'/Z0,Z''/Z0", "f,Re(Z)/R0,Im(Z)/R0", "Temp (K),Re(Z),Im(Z)",
    "Duration (s),Re(Z),Im(Z)", "f (Hz),Z' (%),Z'' (%)", "f,ΔZ',ΔZ''", "f,std Re(Z),std Im(Z)", "ln f,Z',Z''",
    "Frequency (Hz),gamma (Ohm),error (Ohm)", "f (Hz),Re(Z)*1e3,Im(Z)*1e3", "f (Hz),Zth' (K/W),Zth'' (K/W)",
    "# acoustic impedance tube\nf,Re,Im", "f (Hz),Im(Z),Re(Y)", "Quantity,Admittance\nf,Re,Im", "Unit,S\nf,Re,Im",
    "kHz,mS,mS\n# cell 3\nf,Re,Im", "f,Re,Im\n,S,S", "f,Re,Im\nHz S S", "# f[Hz] Re[S] Im[S]\nf,Re,Im",
    "; values in S\nf,Re,Im",
    "# column 2: conductance (S)\n# column 3: susceptance (S)", "# col1 = f, col2 = eps', col3 = eps''",
    "# in units of R0\nf,Z',Z''",
    "xlabel: Frequency (Hz)\nylabel: Admittance (S)\nf,Re,Im", "# chi' and chi''\nf,Re,Im", "# sigma* (S/cm)\nf,Re,Im",
    "# εr\nf,Re,Im", "# C* (F)\nf,Re,Im", "# M*(f)\nf,Re,Im", "Rheometer: MCR 302\nf,Re,Im", "# Z x 1000\nf,Z',Z''",
    "# inverse impedance\nf,Re,Im", "Hall voltage\nf,Re,Im", "lock-in X and Y in V\nf,Re,Im", "f,X,Y",
    '"f","Re","Im"\n"Hz","S","S"',
    '"Frequency\n(Hz)","Re\n(S)","Im\n(S)"',
)  # fmt: skip


def test_headers_of_other_quantities():
    rows = "".join(f"{f:.9g},{z.real:.9g},{z.imag:.9g}\n" for f, z in zip(F, Z, strict=True))
    for header in OTHERS:
        with pytest.raises(EisfitError):
            pytest.fail(f"{header}: {content(f'{header}{chr(10)}{rows}').notes}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("f,Re\n{two}", "no Im\\(Z\\) beside Re"),
        ("f,|Z|\n{two}", r"no phase beside \|Z\|"),
        ("time,voltage\n{two}", "line 1: names columns \\(time, voltage\\)"),
        ("Frequency (V),Re(Z),Im(Z)\n{three}", "the unit V of column Frequency"),
        ("Frequency (foo),Re(Z),Im(Z)\n{three}", "the unit foo of column Frequency"),
        ("f,Re,Im\nHz,F/m,F/m\n{three}", "the unit F/m of column Re"),
        ("f;Re(Z);Im(Z)\n{comma}", "its rows hold commas"),
        ("Z',Z''\n{two}", "no frequency column"),
    ],
)
def test_a_refusal_names_the_reason(text, reason):
    lines = [f"{f:.6g},{z.real:.6g},{z.imag:.6g}" for f, z in zip(F, Z, strict=True)]
    bodies = {
        "three": lines,
        "two": [line.rpartition(",")[0] for line in lines],
        "comma": [c.replace(".", ",") for c in lines],
    }
    with pytest.raises(EisfitError, match=reason):
        content(text.format(**{name: "\n".join(body) + "\n" for name, body in bodies.items()}))


@pytest.mark.parametrize("mark", ["'", "\u00a0", "\u202f"])
def test_marks_between_thousands(mark):
    rows = [[f"{v:,.9f}".replace(",", mark) for v in row] for row in np.column_stack((F, 1e4 * Z.real, 1e4 * Z.imag))]
    (spectrum,) = content("f;Re(Z);Im(Z)\n" + "".join(";".join(row) + "\n" for row in rows)).spectra
    assert np.allclose(spectrum.frequency, F)
    assert np.allclose(spectrum.impedance, 1e4 * Z)


def test_spectra_side_by_side_below_a_remark():
    rows = "".join(f"{f},{z.real},{z.imag},{f},{2 * z.real},{2 * z.imag}\n" for f, z in zip(F, Z, strict=True))
    names = "f 1,Re 1,Im 1,f 2,Re 2,Im 2\n"
    assert len(content("# cell 3\n" + names + rows).spectra) == 2
    for text in ("# admittance\n" + names, names + "Hz,S,S,Hz,S,S\n", "# units: Hz S S\n" + names):
        with pytest.raises(EisfitError):
            content(text + rows)


TABLE = {"f": F.tolist(), "re": Z.real.tolist(), "im": Z.imag.tolist()}
JSON = (
    ({**TABLE, "units": {"f": "kHz", "re": "mOhm", "im": "mOhm"}}, (1e3, 1e-3)),
    ({**TABLE, "units": ["kHz", "mOhm", "mOhm"]}, (1e3, 1e-3)),
    ({"meta": {"unit": "mOhm"}, "data": TABLE}, (1.0, 1e-3)),
    ({**TABLE, "frequency_unit": "kHz", "impedance_unit": "mOhm"}, (1e3, 1e-3)),
    ({name: {"value": cells, "unit": "kHz" if name == "f" else "Ohm"} for name, cells in TABLE.items()}, (1e3, 1.0)),
    ({"Z": {"frequency": TABLE["f"], "real": TABLE["re"], "imag": TABLE["im"]}}, (1.0, 1.0)),
    ({**TABLE, "units": {"re": "S", "im": "S"}}, None),
    ({"meta": {"quantity": "admittance"}, "data": TABLE}, None),
    ({"type": "permittivity", "data": TABLE}, None),
    ({"Y": TABLE}, None),
    ({"admittance": [TABLE]}, None),
    ({"description": "dielectric permittivity of PVDF", **TABLE}, None),
)  # fmt: skip


@pytest.mark.parametrize(("value", "factors"), JSON)
def test_what_json_says_beside_its_columns(tmp_path, value, factors):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    if factors is None:
        with pytest.raises(EisfitError):
            read(path)
        return
    (spectrum,) = read(path)
    assert np.allclose(spectrum.frequency, factors[0] * F)
    assert np.allclose(spectrum.impedance, factors[1] * Z)
