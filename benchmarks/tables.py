"""How plain tables are read: right ones in usual spellings, other quantities wherever a name or unit can stand.

Right tables are drawn from spellings, units, separators, decimal marks, remarks and further columns; they have to be
read with the numbers that were written. Wrong ones are tables of another quantity, which is told by a column name, a
unit in a name, a row of units, a remark, a column of units, or by nothing at all; they have to be refused, or
converted to the impedance that they stand for. `python benchmarks/tables.py --seed 1 --count 1000`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from eisfit.errors import EisfitError
from eisfit.readers._base import File
from eisfit.readers.tabular.plain import read_table

FREQUENCY = (
    "Frequency", "frequency", "freq", "Freq", "FREQ", "f", "F", "Freq.", "Frequencies", "AC frequency",
    "Test frequency", "Applied freq", "Frequenz", "Fréquence", "Frecuencia", "Frequenza", "频率", "周波数",
    "ac_freq", "freq_value", "Actual freq", "Measured frequency", "Frequência", "Частота", "Frekvence", "Częstotliwość",
    "주파수", "測定周波数",
)  # fmt: skip
PAIRS = (
    ("Z'", "Z''"), ("Re(Z)", "Im(Z)"), ("Re Z", "Im Z"), ("ReZ", "ImZ"), ("Zre", "Zim"), ("Z_re", "Z_im"),
    ("Zreal", "Zimag"), ("Z real", "Z imag"), ("Z_real", "Z_imag"), ("Re", "Im"), ("real", "imag"),
    ("Real", "Imaginary"), ("Re[Z]", "Im[Z]"), ("Real(Z)", "Imag(Z)"), ("Z (real)", "Z (imag)"),
    ("Z-real", "Z-imag"), ("Real part", "Imaginary part"), ("Real impedance", "Imaginary impedance"),
    ("Impedance real", "Impedance imag"), ("Zr", "Zi"), ("zreal", "zimag"), ("Z′", "Z″"), ("Z’", "Z’’"),
    ("Zs'", "Zs''"), ("Re{Z}", "Im{Z}"), ("Realteil", "Imaginärteil"), ("Partie réelle", "Partie imaginaire"),
    ("Parte reale", "Parte immaginaria"), ("实部", "虚部"), ("阻抗实部", "阻抗虚部"), ("実部", "虚部"),
    ("Z prime", "Z double prime"), ("R", "X"), ("Rs", "Xs"), ("Resistance", "Reactance"), ("Z1", "Z2"),
    ("Résistance", "Réactance"), ("Resistencia", "Reactancia"), ("Resistência", "Reatância"), ("抵抗", "リアクタンス"),
    ("Действительная часть", "Мнимая часть"), ("Część rzeczywista", "Część urojona"), ("실수부", "허수부"),
    ("Reálná část", "Imaginární část"), ("阻抗的实部", "阻抗的虚部"), ("Reëel deel", "Imaginair deel"),
    ("Real Z", "Imag Z"), ("Impedance (Re)", "Impedance (Im)"), ("real_Z", "imag_Z"), ("Z.real", "Z.imag"),
)  # fmt: skip
POLAR = (
    ("|Z|", "Phase"), ("|Z|", "phase(Z)"), ("Z", "Phase"), ("Z", "Theta"), ("Zmod", "Zphz"),
    ("Impedance", "Phase angle"), ("Magnitude", "Phase"), ("abs(Z)", "arg(Z)"), ("Z", "θ"), ("|Z|", "φ"),
    ("Betrag", "Phase"), ("Impedanz", "Phasenwinkel"), ("Module", "Déphasage"), ("阻抗", "相位"),
    ("インピーダンス", "位相"), ("Modulus", "Phase"), ("Z magnitude", "Z phase"), ("Zabs", "Zphase"),
    ("Zs", "Theta"), ("Impedância", "Ângulo de fase"), ("Impedenza", "Fase"), ("Модуль", "Фаза"), ("Moduł", "Faza"),
    ("Impedance magnitude", "Impedance phase"), ("Mod(Z)", "Arg(Z)"), ("|Z|", "-Phase"), ("Z", "PH"),
)  # fmt: skip
HERTZ = {"Hz": 1.0, "kHz": 1e3, "mHz": 1e-3, "MHz": 1e6, "1/s": 1.0, "hertz": 1.0}
OHM = {
    "kilohms": 1e3, "Ом": 1.0, "кОм": 1e3, "Ohm": 1.0, "ohm": 1.0,
    "Ω": 1.0, "ohms": 1.0, "OHM": 1.0, "kOhm": 1e3, "kΩ": 1e3, "mOhm": 1e-3, "mΩ": 1e-3,
    "MOhm": 1e6, "GOhm": 1e9, "V/A": 1.0, "milliohm": 1e-3,
}  # fmt: skip
ANGLE = {"deg": np.pi / 180, "°": np.pi / 180, "degree": np.pi / 180, "rad": 1.0, "mrad": 1e-3}
REMARKS = (
    "EIS of cell 7", "Operator: S. Miller", "2026-03-14 09:26", "AC amplitude: 10 mV", "T = 25 C",
    "Stack pressure 50 MPa", "Potentiostatic EIS, 3.65 V", "Sample: LPSCl pellet, thickness 0.8 mm",
    "In the dark, at rest", "Frequency range: 1 MHz to 0.1 Hz", "Instrument: Solartron 1260",
    "points per decade: 10", "cycle 3, discharge", "Conductivity at 25 C: 2.1e-3 S/cm",
    "file exported by script v1.2", "Range: auto", "Comment: after formation", "area: 0.785 cm2", "SOC 50 %",
)  # fmt: skip
SEPARATORS = (",", ";", "\t", "  ", "|")

OTHERS = (
    "Permittivity", "Dielectric constant", "Dielectric loss", "Admittance", "Conductance", "Susceptance",
    "Conductivity", "Resistivity", "Capacitance", "Inductance", "Electric modulus", "Storage modulus",
    "Loss modulus", "Shear modulus", "Viscosity", "Compliance", "Transfer function", "Gain", "Attenuation", "S11",
    "S21", "Reflection coefficient", "Return loss", "VSWR", "Power spectral density", "Noise density",
    "Displacement", "Velocity", "Acceleration", "Susceptibility", "Permeability", "Magnetization",
    "Refractive index", "Absorbance", "Transmittance", "Reflectance", "Photocurrent", "IMVS response",
    "Loss tangent", "Dissipation factor", "Coherence", "Voltage", "Current", "Temperature", "Pressure", "Force",
    "Strain", "Stress", "Torque", "Power", "Counts", "Intensity", "Torsion angle", "Leitwert", "Permittivität",
    "Admittanz", "Sound level", "Quantum efficiency", "Flux", "Humidity",
)  # fmt: skip
OTHER_UNITS = (
    "S", "mS", "uS", "siemens", "Pa", "MPa", "GPa", "F/m", "F", "nF", "H", "mH", "dB", "dBm", "a.u.", "arb. units",
    "T", "mT", "m", "mm", "N", "V", "mV", "A", "mA", "W", "S/cm", "S/m", "Ohm m", "1/Ohm", "Ohm^-1", "m/s", "°C",
    "K", "%", "J", "counts", "V/V", "Pa s", "A/V", "N/m", "g", "V^2/Hz", "F/g", "Ohm cm",
)  # fmt: skip
NEUTRAL = (("Re", "Im"), ("real", "imag"), ("Real part", "Imaginary part"), ("Magnitude", "Phase"), ("Z'", "Z''"))
SCALES = (
    "all data in kOhm", "kilo-ohms", "Werte in kΩ", "valeurs en kΩ", "Impedância em kΩ", "значения в кОм", "单位：kΩ",
    "単位: kΩ",
    "ImpedanceUnit,kOhm", "Cell A (kOhm)", "scale: 1e3", "x1000", "values divided by 1000", "Z (kOhm)", "Z unit: kOhm",
)  # fmt: skip
"""Ways to say that numbers are in kiloohm."""
ENCODED = {"shift_jis": "周波数", "gbk": "频率", "euc_kr": "주파수", "cp1251": "Частота"}
"""Encodings of column lines and a word that shows each."""
PLACES = ("name", "unit in name", "units row", "units above", "units behind #", "remark above", "remark below",
          "remark at the end", "unit column", "statement", "no names", "scale", "unit in cells")  # fmt: skip


class Spectrum(NamedTuple):
    """Frequency (F,) Hz and impedance (F,) ohm."""

    f: np.ndarray
    z: np.ndarray


def spectrum(rng: np.random.Generator) -> Spectrum:
    """A resistance, two arcs and perhaps a tail, 20 to 60 points."""
    f = np.geomspace(10 ** rng.uniform(4, 6.5), 10 ** rng.uniform(-2, 0.5), int(rng.integers(20, 60)))
    s, size = 2j * np.pi * f, 10 ** rng.uniform(-1, 5)
    z = size * rng.uniform(0.1, 1) + 0j
    for tau in (10 ** rng.uniform(-6, -4), 10 ** rng.uniform(-3, -1)):
        z = z + size * rng.uniform(0.3, 2) / (1 + (s * tau) ** rng.uniform(0.7, 0.98))
    if rng.random() < 0.5:
        z = z + size * 0.3 / (s / s[-1].imag) ** 0.5
    z = z * (1 + 5e-4 * (rng.normal(size=len(f)) + 1j * rng.normal(size=len(f))))
    return Spectrum(f[::-1], z[::-1]) if rng.random() < 0.3 else Spectrum(f, z)


def pick(rng: np.random.Generator, options):
    """One of some options."""
    return options[int(rng.integers(len(options)))]


def with_unit(rng: np.random.Generator, name: str, unit: str, separator: str) -> str:
    """A name and its unit in one of the usual ways."""
    forms = ["{} ({})", "{}/{}", "{} / {}", "{} [{}]", "{}({})", "{}[{}]", "{} in {}", "{}_{}"]
    if "/" in unit:
        forms = ["{} ({})", "{} [{}]"]
    if separator != ",":
        forms.append("{}, {}")
    form = pick(rng, forms)
    if form == "{}_{}" and not (unit.isascii() and name.isascii()):
        form = "{} ({})"
    return form.format(name, unit)


def lines_of(rng: np.random.Generator, columns: list, separator: str, *, comma: bool) -> list[str]:
    """The rows of a table as text; columns of text stand as they are."""
    form = pick(rng, ["{:.7g}", "{:.6e}", "{:.8g}"])
    rows = []
    for i in range(len(columns[0])):
        cells = [c[i] if isinstance(c[i], str) else form.format(c[i]) for c in columns]
        line = separator.join(cells)
        rows.append(line.replace(".", ",") if comma else line)
    return rows


def right_table(rng: np.random.Generator) -> tuple[bytes, Spectrum]:
    """A table as a laboratory writes it, and what it holds."""
    truth = spectrum(rng)
    polar = rng.random() < 0.35
    first, second = pick(rng, POLAR if polar else PAIRS)
    separator = pick(rng, SEPARATORS[:4] if "|" in first else SEPARATORS)
    comma = separator != "," and rng.random() < 0.3
    hertz, ohm, angle = pick(rng, list(HERTZ)), pick(rng, list(OHM)), pick(rng, list(ANGLE))
    style = pick(rng, ["names", "names", "row", "none"])
    minus = not polar and rng.random() < 0.5
    if minus:
        second = pick(rng, ["-{}", "-{}", "−{}", "- {}"]).format(second)
    if style == "none":
        hertz, ohm, angle = "Hz", "Ohm", "deg"
    z = truth.z / OHM[ohm]
    values = [truth.f / HERTZ[hertz], z.real, -z.imag if minus else z.imag]
    units = [hertz, ohm, ohm]
    if polar:
        degrees = np.angle(truth.z) / ANGLE[angle]
        values, units = [values[0], np.abs(z), -degrees if second.startswith("-") else degrees], [hertz, ohm, angle]
    names = [pick(rng, FREQUENCY), first, second]
    if style == "names":
        names = [with_unit(rng, n, u, separator) for n, u in zip(names, units, strict=True)]
    names, values, units = further(rng, truth, names, values, units, separator, polar=polar)
    text = [f"{pick(rng, ['# ', '', '% '])}{pick(rng, REMARKS)}" for _ in range(int(rng.integers(0, 4)))]
    text.append(pick(rng, ["", "", "# "]) + separator.join(names))
    if style == "row":
        text.append(separator.join(pick(rng, ["{}", "({})", "[{}]"]).format(u) if u else "-" for u in units))
    text += lines_of(rng, values, separator, comma=comma)
    end = pick(rng, ["\n", "\r\n"])
    return encoded(rng, end.join(text) + end), truth


def encoded(rng: np.random.Generator, text: str) -> bytes:
    """The bytes of a table, in the encoding of its language where it has one."""
    for encoding, word in ENCODED.items():
        if word in text and rng.random() < 0.5:
            try:
                return text.encode(encoding)
            except UnicodeEncodeError:
                break
    return (pick(rng, ["", "\ufeff"]) + text).encode()


def further(rng, truth, names, values, units, separator, *, polar):
    """The same columns with others beside them, in another order."""
    count = len(truth.f)
    style = any("/" in n or "(" in n or "[" in n for n in names[:1])
    extra = {
        "Index": (np.arange(1.0, count + 1), ""),
        "Time (s)" if style else "time": (np.cumsum(0.5 + 2 / truth.f), "s"),
        "E (V)" if style else "potential": (3.6 + 1e-4 * rng.random(count), "V"),
        "Temperature (C)" if style else "Temperature": (25 + 0.1 * rng.random(count), "°C"),
        "Comment": (["ok"] * count, ""),
        "Idc (mA)" if style else "I range": (np.zeros(count) + 3, ""),
    }
    out = list(zip(names, values, units, strict=True))
    for name in rng.permutation(list(extra))[: int(rng.integers(0, 3))]:
        value, unit = extra[str(name)]
        out.insert(0 if name == "Index" else len(out), (str(name), value, unit))
    return [list(part) for part in zip(*out, strict=True)]


STATEMENTS = ("units: Hz {0} {0}", "unit: {}", "values in {}", "Re and Im in {}", "all data in {}", "Einheit: {}")
"""Ways to say the unit of a table."""


def title(rng: np.random.Generator, quantity: str) -> str:
    """A remark that says what was measured."""
    told = pick(rng, ["{}", "{} of sample 3", "Measured: {}", "Data: {}", "complex {}"]).format(quantity.lower())
    plain = quantity in OTHERS[41:] or quantity.endswith("tivity")  # what impedances are measured for, or at
    return "# " + (told.replace(" of sample 3", "") if plain else told)


def with_unit_cells(place: str, unit: str, names: list[str], columns: list) -> tuple[list[str], list]:
    """The same columns with the unit in each cell, or in a column of its own, where that is the place of it."""
    if place == "unit in cells":
        return names, [columns[0], *([f"{value:.7g} {unit}" for value in column] for column in columns[1:])]
    if place == "unit column":
        return [*names, "Unit"], [*columns, [unit] * len(columns[0])]
    return names, columns


def wrong_table(rng: np.random.Generator) -> tuple[bytes, Spectrum, str]:
    """A table of another quantity, the impedance that it may stand for, and where the quantity is told."""
    truth = spectrum(rng)
    y, w = 1 / truth.z, 2j * np.pi * truth.f
    eps = 3 + 10 ** rng.uniform(0, 3) / (1 + (w * 10 ** rng.uniform(-5, 0)) ** rng.uniform(0.6, 1))
    gain = 10 / (1 + w * 10 ** rng.uniform(-5, 0))
    c = pick(rng, [y, eps.conj(), gain, 1 / eps, truth.z])
    columns = [truth.f, c.real, pick(rng, [c.imag, -c.imag])]
    place = pick(rng, PLACES)
    separator = pick(rng, SEPARATORS)
    first, second = pick(rng, NEUTRAL if place != "remark above" else NEUTRAL[:4])
    frequency = pick(rng, FREQUENCY)
    if place == "no names":  # a loss is printed above 0: a negative one looks like Im(Z) in every respect
        columns = [truth.f, *pick(rng, [(y.real, y.imag), (eps.real, -eps.imag), ((1 / eps).real, (1 / eps).imag)])]
    if first == "Magnitude" or (place == "no names" and rng.random() < 0.5):
        columns = [truth.f, np.abs(c), np.degrees(np.angle(c))]
    unit, quantity = pick(rng, OTHER_UNITS), pick(rng, OTHERS)
    names, above, below, end = [frequency, first, second], [], [], []
    units = ["Hz", unit, unit if first != "Magnitude" else "deg"]
    if place == "name":
        quantity = pick(rng, [q for q in OTHERS if not q.startswith(("Admit", "Conductance", "Suscept"))])  # converted
        parts = pick(
            rng, [("{} real", "{} imag"), ("Re({})", "Im({})"), ("{}'", "{}''"), ("{}", "{} (imag)"), ("|{}|", "Phase")]
        )
        names = [frequency, *(part.format(quantity) for part in parts)]
        if rng.random() < 0.5:
            names[1:] = [with_unit(rng, n, unit, separator) for n in names[1:]]
    elif place == "unit in name":
        names = [with_unit(rng, n, u, separator) for n, u in zip(names, units, strict=True)]
    elif place in ("units row", "units above", "units behind #"):
        cell = pick(rng, ["{}", "({})", "[{}]", "<{}>", "in {}"])
        row = separator.join(cell.format(u) for u in units)
        row = "# " + row if place == "units behind #" else row
        (above if place == "units above" else below).append(row)
    elif place.startswith("remark"):
        {"remark above": above, "remark below": below, "remark at the end": end}[place].append(title(rng, quantity))
    elif place == "statement":
        pick(rng, [above, below, end]).append("# " + pick(rng, STATEMENTS).format(unit))
    elif place == "scale":
        columns = [truth.f, truth.z.real / 1e3, truth.z.imag / 1e3]
        names = [frequency, *pick(rng, NEUTRAL[:3])]
        pick(rng, [above, below]).append("# " + pick(rng, SCALES))
    names, columns = with_unit_cells(place, unit, names, columns)
    head = [] if place == "no names" else [separator.join(names)]
    text = [*above, *head, *below, *lines_of(rng, columns, separator, comma=False), *end]
    return (
        ("\n".join(text) + "\n").encode(),
        truth,
        f"{place}: {quantity if 'remark' in place or place == 'name' else unit}",
    )


def is_true(data: bytes, truth: Spectrum) -> tuple[bool | None, str]:
    """True where a table gives its spectrum, False where another one, None where it is refused; the sentence."""
    try:
        found = read_table(File(Path("a.csv"), data, "a.csv"))
    except EisfitError as error:
        return None, str(error)
    if len(found.spectra) != 1:
        return False, f"{len(found.spectra)} spectra"
    one = found.spectra[0]
    order = np.argsort(-truth.f)
    place = np.argsort(-one.frequency)
    if len(order) != len(place):
        return False, f"{len(place)} points of {len(order)}"
    same = np.allclose(one.frequency[place], truth.f[order], rtol=1e-4) and np.allclose(
        one.impedance[place], truth.z[order], rtol=1e-3
    )
    return bool(same), "; ".join(note.sentence for note in found.notes)


def judged(seed: int, count: int, show: int) -> dict[str, float]:
    """What became of so many right and wrong tables; the first that failed are printed."""
    rng = np.random.default_rng(seed)
    shown: Counter[str] = Counter()
    result: Counter[str] = Counter()
    for _ in range(count):
        data, truth = right_table(rng)
        good, sentence = is_true(data, truth)
        result[{True: "right", False: "right misread", None: "right refused"}[good]] += 1
        if not good and shown["right"] < show:
            shown["right"] += 1
            print("RIGHT", good, sentence[:300], "\n   ", data.decode(errors="replace")[:260].replace("\n", "\n    "))
    for _ in range(count):
        data, truth, what = wrong_table(rng)
        good, sentence = is_true(data, truth)
        result[{True: "wrong converted", False: "wrong read", None: "wrong refused"}[good]] += 1
        if good is False and shown["wrong"] < show:
            shown["wrong"] += 1
            print(
                "WRONG",
                what,
                sentence[:200],
                "\n   ",
                data.decode(errors="replace")[:200].replace("\n", "\n    "),
                "...",
                data.decode(errors="replace")[-60:],
            )
    return {key: value / count for key, value in result.items()}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--show", type=int, default=0, help="failures to print of each kind")
    options = parser.parse_args()
    for key, part in sorted(judged(options.seed, options.count, options.show).items()):
        print(f"{key:16s} {part:.2%}")


if __name__ == "__main__":
    main()
