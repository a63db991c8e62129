"""Tables in the layout of EC-Lab's text export (.mpt): header, columns, digits, line ends.

Modelled on exports of EC-Lab 11.1 to 11.6: latin-1, CRLF, tabs, `Nb header lines` that counts the line of the columns,
single precision with 8 digits, double precision with 16, exponents of three digits, a block `Number of loops` where a
technique was looped, and header entries for area and mass that nobody filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Table = dict[str, NDArray[np.float64]]
"""Column name -> values (T,), one table per loop of a technique."""
Setting = tuple[str, str]

TITLES = {
    "OCV": "Open Circuit Voltage",
    "GCPL": "Galvanostatic Cycling with Potential Limitation",
    "PEIS": "Potentio Electrochemical Impedance Spectroscopy",
}
INTEGERS = {"mode", "ox/red", "error", "control changes", "Ns changes", "counter inc.", "Ns", "I Range", "half cycle"}
DOUBLES = {
    "time/s", "dq/mA.h", "(Q-Qo)/mA.h", "Q charge/discharge/mA.h", "step time/s", "Q discharge/mA.h",
    "Q charge/mA.h", "Capacity/mA.h", "cycle number",
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What all files of one linked run share: name, start of the acquisition, comments."""

    name: str
    started: datetime
    electrode: str
    electrolyte: str
    comments: tuple[str, ...]


@dataclass
class Technique:
    """One technique of a run: its number, kind, settings, first moment, and a table per loop."""

    number: int
    kind: str
    started_s: float
    settings: tuple[Setting, ...] = ()
    loops: list[Table] = field(default_factory=list)

    def file_name(self, run: Run, suffix: str = "mpt") -> str:
        """`cell_03_GCPL_C03.mpt`: run, number, technique, channel."""
        return f"{run.name}_{self.number:02d}_{self.kind}_C03.{suffix}"


def mpt(run: Run, technique: Technique) -> bytes:
    """The whole file."""
    columns = list(technique.loops[0])
    head = _header(run, technique)
    lines = [*head[:1], f"Nb header lines : {len(head) + 2:<28}", *head[1:], "\t".join(columns) + "\t"]
    for table in technique.loops:
        lines += _rows(table)
    return ("\r\n".join(lines) + "\r\n").encode("latin-1")


def _rows(table: Table) -> Iterable[str]:
    texts = [_texts(name, values) for name, values in table.items()]
    return ("\t".join(row) for row in zip(*texts, strict=True))


def _texts(name: str, values: NDArray[np.float64]) -> list[str]:
    if name in INTEGERS:
        return [f"{value:.0f}" for value in values]
    if name in DOUBLES:
        return [_scientific(value, 15) for value in values]
    return [_scientific(float(value), 7) for value in values.astype(np.float32)]


def _scientific(value: float, digits: int) -> str:
    """1.0000186E+006: an exponent of three digits; zero has no sign."""
    mantissa, exponent = f"{value + 0.0:.{digits}E}".split("E")
    return f"{mantissa}E{int(exponent):+04d}"


def _header(run: Run, technique: Technique) -> list[str]:
    """Every header line but the count and the columns."""
    settings = [f"{key:<20}{value:<20}" for key, value in technique.settings]
    return [
        "EC-Lab ASCII FILE",
        "",
        TITLES[technique.kind],
        "",
        *_instrument(),
        *_times(run, technique),
        *_program(),
        *_cell(run),
        *settings,
        "",
        *_loops([len(table["time/s"]) for table in technique.loops]),
    ]


def _instrument() -> list[str]:
    return [
        "Run on channel : 3 (SN 00000)",
        "User : ",
        "CE vs. WE compliance from -10 V to 10 V",
        "Electrode connection : standard",
        "Potential control : Ewe",
        "Ewe ctrl range : min = -2.50 V, max = 2.50 V",
        "Safety Limits :",
        "\tDo not start on E overload",
    ]


def _times(run: Run, technique: Technique) -> list[str]:
    return [
        f"Acquisition started on : {_date(run.started)}",
        f"Technique started on : {_date(run.started + timedelta(seconds=technique.started_s))}",
        "Saved on :",
        f"\tFile : {technique.file_name(run, 'mpr')}",
        "\tDirectory : C:\\data\\synthetic\\",
        "\tHost : 0.0.0.0",
    ]


def _date(moment: datetime) -> str:
    return f"{moment:%m/%d/%Y %H:%M:%S}.{moment.microsecond // 1000:03d}"


def _program() -> list[str]:
    return [
        "Device : SP-150 (SN 0000)",
        "Address : USB",
        "EC-Lab for windows v11.50 (software)",
        "Internet server v11.50 (firmware)",
        "Command interpretor v11.50 (firmware)",
    ]


def _cell(run: Run) -> list[str]:
    return [
        f"Electrode material : {run.electrode}",
        "Initial state : ",
        f"Electrolyte : {run.electrolyte}",
        *(f"Comments : {comment}" for comment in run.comments),
        "Electrode surface area : 0.001 cm²",
        "Characteristic mass : 0.001 g",
        "Equivalent Weight : 0.000 g/eq.",
        "Density : 0.000 g/cm3",
        "Volume (V) : 0.001 cm³",
        "Cycle Definition : Charge/Discharge alternance",
    ]


def _loops(lengths: Sequence[int]) -> list[str]:
    if len(lengths) < 2:
        return []
    ends = np.cumsum(lengths)
    lines = [
        f"Loop {i} from point number {e - n} to {e - 1}" for i, (n, e) in enumerate(zip(lengths, ends, strict=True))
    ]
    return [f"Number of loops : {len(lengths)}", *lines, ""]
