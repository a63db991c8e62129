"""What 160 small files give, read or refused, in numbers and sentences: see tests/ledger.py.

Tables are drawn from what programs and people write: names in several spellings, units in them or in a row below,
delimiters, decimal commas, remarks, missing cells, more columns, several sweeps, wrong signs; and the formats of
instruments with a line lost, doubled or changed.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from eisfit.errors import EisfitError
from eisfit.readers import read
from tests.ledger import check_results
from tests.readers.conftest import GCPL, PEIS, eclab_text
from tests.readers.made import MADE, made

F = np.geomspace(2e5, 0.5, 15)
Z = 12 + 30 / (1 + (2j * np.pi * F * 1e-5) ** 0.9) + 80 / (1 + 2j * np.pi * F * 2e-2)
NAMES = (
    ("freq/Hz", "Re(Z)/Ohm", "Im(Z)/Ohm"), ("Frequency (Hz)", "Z' (ohm)", "-Z'' (ohm)"), ("f", "Zre", "Zim"),
    ("f [kHz]", "Re Z [kOhm]", "-Im Z [kOhm]"), ("Freq", "|Z|", "Phase"), ("omega (rad/s)", "Z_real", "Z_imag"),
    ("Frequenz/Hz", "Betrag/Ohm", "Phase/deg"), ("F", "R", "X"), ("frequency", "real", "imaginary"), ("a", "b", "c"),
    ("freq/Hz", "Y'/S", "Y''/S"), ("f/Hz", "Zmod/mOhm", "theta/rad"), ("频率", "实部", "虚部"), ("Hz", "Ohm", "Ohm"),
    ("f", "Z'/MOHM", "Z''/MOHM"), ("log f", "Re", "Im"), ("freq", "Z", "phase (°)"), ("Pt.", "Freq", "Z1"),
)  # fmt: skip
EXTRA = (
    ("time/s", lambda n: np.arange(float(n))), ("E/V", lambda n: np.full(n, 3.7)), ("T/C", lambda n: np.full(n, 25.0)),
    ("cycle", lambda n: np.repeat([1, 2], (n + 1) // 2)[:n]), ("SoC (%)", lambda n: np.full(n, 40.0)),
    ("note", lambda n: ["ok"] * n), ("", lambda n: np.arange(float(n))), ("#", lambda n: 1 + np.arange(n)),
)  # fmt: skip
HEADS = (
    "", "# a comment\n", "Title: cell 7\nDate: 2024-03-05 10:11:12\n", "Area: 0.785 cm2\n\n", "impedance in kOhm\n",
    "Thickness (um)\t500\nTemperature\t60 C\n", '"Operator","X"\n"Comment","capacitive is positive"\n',
)  # fmt: skip


def columns_of(names: tuple[str, str, str]) -> list[np.ndarray]:
    """Frequency and impedance as a header says, with the units and signs of its names."""
    text = " ".join(names)
    f = 2 * np.pi * F if "omega" in text else np.log10(F) if "log" in text else F / 1e3 if "kHz" in text else F
    z = 1 / Z if "Y'" in text else Z / 1e3 if "kOhm" in text else Z / 1e6 if "MOHM" in text else Z
    if any(word in text for word in ("|Z|", "Betrag", "Zmod", "phase (", "theta")):
        size = 1e3 * abs(z) if "mOhm" in text else abs(z)
        return [f, size, np.angle(z, deg="rad" not in text)]
    return [f, z.real, -z.imag if "-" in names[2] else z.imag]


def table(rng: np.random.Generator) -> str:
    """A table as one of many programs writes it."""
    names = NAMES[rng.integers(len(NAMES))]
    columns: list[object] = [*columns_of(names)]
    heads = list(names)
    for _ in range(rng.integers(0, 4)):
        name, make = EXTRA[rng.integers(len(EXTRA))]
        at = int(rng.integers(len(heads) + 1))
        heads.insert(at, name)
        columns.insert(at, make(len(F)))
    order = np.arange(len(F))[:: rng.choice([1, 1, -1])]
    if rng.random() < 0.2:
        order = rng.permutation(len(F))
    if rng.random() < 0.3:
        order = np.concatenate([order, order])
    mark = rng.choice([",", ";", "\t", "  ", " | "])
    digits = rng.choice(["{:.6g}", "{:.4f}", "{:.7E}", "{:,.3f}"])
    comma = mark != "," and rng.random() < 0.3

    def cell(value: object) -> str:
        text = value if isinstance(value, str) else digits.format(float(value))
        return text.replace(",", "").replace(".", ",") if comma else text.replace(",", "" if mark == "," else ",")

    lines = [mark.join(cell(column[k]) for column in columns) for k in order.tolist()]
    if rng.random() < 0.2:
        lines[int(rng.integers(len(lines)))] = mark.join(["nan"] * len(heads))
    if rng.random() < 0.15:
        lines.insert(int(rng.integers(len(lines))), "")
    if rng.random() < 0.15:
        lines[-1] = lines[-1][: len(lines[-1]) // 2]
    line = [mark.join(heads)] if rng.random() < 0.85 else []
    if rng.random() < 0.15:
        line.append(mark.join(["Hz", "Ohm", "Ohm", *[""] * (len(heads) - 3)]))
    end = rng.choice(["\n", "\n", "\r\n"])
    return HEADS[rng.integers(len(HEADS))] + end.join([*line, *lines]) + end


def spoiled(data: bytes, rng: np.random.Generator) -> bytes:
    """A file with one line lost, doubled, moved to the end, or a number in it changed."""
    lines = data.split(b"\n")
    at, kind = int(rng.integers(len(lines))), int(rng.integers(4))
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(at, lines[at])
    elif kind == 2:
        lines.append(lines.pop(at))
    else:
        lines[at] = lines[at].replace(b"1", b"-7", 1)
    return b"\n".join(lines)


def files() -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all files."""
    rng = np.random.default_rng(17)
    for i in range(120):
        yield f"t{i}.{rng.choice(['csv', 'txt', 'dat'])}", table(rng).encode()
    rows = [[f, z.real, -z.imag, 60.0 + i, 3.5, 0.0, 0.0, 1.0] for i, (f, z) in enumerate(zip(F, Z, strict=True))]
    cycling = [[1, 1, 0, 60.0 * i, 0.01, 0.01 * i, 1.0, 3.6 + 0.01 * i, 1.0] for i in range(12)]
    whole = {f"{name}{made(name)[0][1:]}": made(name)[1] for name in MADE if name != "parquet"}
    whole |= {"peis.mpt": eclab_text(PEIS, rows), "gcpl.mpt": eclab_text(GCPL, cycling, area="0.785", mass="0.003")}
    for name, data in whole.items():
        yield name, data
        for i in range(5):
            yield f"{i}{name}", spoiled(data, rng)


def results(folder: Path) -> dict[str, object]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        out: dict[str, object] = {}
        for name, data in files():
            Path(name).write_bytes(data)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    out[name] = read(name)
                except EisfitError as error:
                    out[name] = str(error)
            Path(name).unlink()
        return out
    finally:
        os.chdir(before)


def test_the_ledger(tmp_path: Path) -> None:
    check_results("readers", results, tmp_path)
