"""Builders of instrument files for the tests of the readers: made here, so that every number is known."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile

HEADER = """EC-Lab ASCII FILE
Nb header lines : {count}

Potentio Electrochemical Impedance Spectroscopy

Run on channel : 1 (SN 12345)
Acquisition started on : {date}
Electrode surface area : {area} cm²
Characteristic mass : {mass} g
vs.                 Eoc
"""
PEIS = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s", "<Ewe>/V", "<I>/mA", "Cs/µF", "cycle number")
GCPL = ("mode", "ox/red", "Ns", "time/s", "dq/mA.h", "(Q-Qo)/mA.h", "control/V/mA", "Ewe/V", "<I>/mA")

EcLab = Callable[..., bytes]


def eclab_text(
    columns: tuple[str, ...],
    rows: np.ndarray | list[list[float]],
    *,
    date: str = "03/17/2025 08:00:00.000",
    area: str = "0.001",
    mass: str = "0.001",
    comma: bool = False,
    crlf: bool = False,
) -> bytes:
    """An EC-Lab text file as the instrument writes it: a counted header, tabs, three digits of exponent."""
    header = HEADER.format(count="{count}", date=date, area=area, mass=mass)
    header = header.replace("{count}", str(header.count("\n") + 1))
    lines = ["\t".join(columns) + "\t", *("\t".join(printed(v) for v in row) for row in np.asarray(rows, float))]
    text = header + "\n".join(lines) + "\n"
    if comma:
        text = header + "\n".join(lines).replace(".", ",") + "\n"
    return (text.replace("\n", "\r\n") if crlf else text).encode("latin-1")


def printed(value: float) -> str:
    """A number with three digits of exponent, as EC-Lab prints it."""
    mantissa, exponent = f"{value:.7E}".split("E")
    return f"{mantissa}E{int(exponent):+04d}"


@pytest.fixture(scope="session")
def eclab() -> EcLab:
    """Writes EC-Lab text: eclab(columns, rows, ...) -> bytes."""
    return eclab_text


@pytest.fixture(scope="session")
def grid() -> np.ndarray:
    """Frequencies (13,) Hz, descending."""
    return np.logspace(4, 1, 13)


@pytest.fixture(scope="session")
def arc(grid: np.ndarray) -> np.ndarray:
    """Impedance (13,) ohm of 10 ohm and an arc of 90 ohm, rounded as EC-Lab prints it."""
    z = 10 + 90 / (1 + 1j * grid / 300)
    return np.array([complex(float(f"{v.real:.7E}"), float(f"{v.imag:.7E}")) for v in z])


@pytest.fixture
def peis(eclab: EcLab, grid: np.ndarray, arc: np.ndarray) -> Callable[..., bytes]:
    """Writes PEIS text with one sweep per entry of `times` (s), potential 3.5 V and no current."""

    def write(times: list[float], *, scale: float = 1.0, **header: object) -> bytes:
        rows = [
            [f, scale * z.real, -scale * z.imag, t + i, 3.5, 0.0, 0.0, 1.0]
            for t in times
            for i, (f, z) in enumerate(zip(grid, arc, strict=True))
        ]
        return eclab(PEIS, np.array(rows), **header)

    return write


@pytest.fixture
def gcpl(eclab: EcLab) -> Callable[..., bytes]:
    """Writes GCPL text: blocks of (start s, current mA, rows of 60 s), the counter restarting at each block."""

    def write(blocks: list[tuple[float, float, int]], **header: object) -> bytes:
        rows = []
        for start, current, count in blocks:
            counter = 0.0
            for i in range(count):
                dq = current * 60 / 3600 if i else 0.0
                counter += dq
                rows.append([1 if current else 3, current > 0, 0, start + 60 * i, dq, counter, current, 3.6, current])
        return eclab(GCPL, np.array(rows, float), **header)

    return write


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[dict[str, bytes | str]], Path]:
    """Makes a folder of files from their names and contents."""

    def make(files: dict[str, bytes | str]) -> Path:
        path = tmp_path / "cell"
        path.mkdir()
        for name, data in files.items():
            (path / name).write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return make


def workbook(**sheets: list[list[object]]) -> bytes:
    """An Excel workbook."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def refused(function: Callable[..., object], *arguments: object) -> str:
    """What is said where something is refused, else nothing."""
    try:
        function(*arguments)
    except CorruptFile as error:
        return error.message
    return ""
