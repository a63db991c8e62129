"""Damaged copies of eisfit.toml and series.csv: one sentence, or settings in force; never a warning or a wait."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eisfit.cli._cells import one_cell
from eisfit.errors import EisfitError
from eisfit.settings.files import template

LIMIT = 5
"""Seconds of a processor that one file may take."""
VALUES = (
    "-1", "0", "1e308", "-1e-320", "nan", "inf", "1" * 400, "1e5000", "true", '""', '"\\u202e\\u0000"', "[]",
    '["*"]', "{}", "{ R1 = 1 }", "{ R1 = [1, 2] }", "1979-05-27", "0x10", '"' + "*" * 300 + '"', '"R(RC"',
    '"' + "(" * 900 + '"', "[[1, 2]]", "'''\n\n'''", "[" * 60 + "]" * 60, '"../../etc"', '"R1=(((R2"', "-273.16",
    "1e18", "[nan, 3]",
)  # fmt: skip
CELLS = (
    "", "-1", "1e308", "-1000 C", "nan", "inf", "1" * 400, "0x10", "1_0", "=1+1", "\x1b[2J", "\u202e", "a" * 5000,
    "0,,5", '"', "''", "1e-400", "٣", "−5", "true", "yes", "charge", "2", "0.csv", "\0", "1.csv\n0.csv", " ", "+", "--",
    "1e", "0,5",
)  # fmt: skip
SPECTRA = '[[spectra]]\nmatch = "0"\ncircuit = "R(RC)"\nfix = { R1 = 1 }\nmask = [[49, 51]]\nexclude = "lost"\n'
TABLE = (
    "file,sweep,soc,time_s,temperature_C,direction,cycle,potential_V,thickness,exclude,rebaseline\n"
    "0.csv,,0.5,0,25,charge,1,3.7,1.5,,\n1.csv,1,0.6,3600,25,charge,1,3.8,1.6,,true\n2.csv,,0.7,7200,25,charge,1,,,bad,\n"
)


def settings() -> str:
    """An eisfit.toml with every key that can stand beside the others."""
    text = re.sub(r"^#(\[?\[?[a-z_A-Z]+\]?\]?( = .*)?)$", r"\1", template(), flags=re.MULTILINE)
    return text.replace("[[spectra]]", SPECTRA.splitlines()[0])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    f = np.logspace(5, 0, 11)
    for i in range(3):
        z = 5 + (30 + i) / (1 + 2j * np.pi * f * 1e-3)
        rows = "".join(f"{a:.6g},{b.real:.7g},{b.imag:.7g}\n" for a, b in zip(f, z, strict=True))
        (tmp_path / f"{i}.csv").write_text(f"freq/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n{rows}")
    return tmp_path


def bytes_damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Bytes cut off, changed, inserted, doubled or taken out."""
    at, many = int(rng.integers(len(data))), int(rng.integers(1, 40))
    new = rng.bytes(int(rng.integers(1, 4)))
    return (
        data[:at], data[:at] + new + data[at + 1 :], data[:at] + new + data[at:], data[: at + many] + data[at:],
        data[:at] + data[at + many :],
    )[int(rng.integers(5))]  # fmt: skip


def settings_damaged(text: str, rng: np.random.Generator) -> bytes:
    """Some lines of an eisfit.toml, one to three of them with another value."""
    lines = [line for line in text.splitlines() if not line.startswith("#") and (rng.random() < 0.4 or line[:1] == "[")]
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(len(lines)))
        name, sign, _value = lines[at].partition(" = ")
        lines[at] = f"{name}{sign}{VALUES[int(rng.integers(len(VALUES)))]}" if sign else lines[at]
    return ("\n".join(lines) + "\n").encode()


def table_damaged(text: str, rng: np.random.Generator) -> bytes:
    """A series.csv with one to three other cells, a row twice, or a column twice."""
    rows = [line.split(",") for line in text.splitlines()]
    for _ in range(int(rng.integers(1, 4))):
        row = rows[int(rng.integers(len(rows)))]
        row[int(rng.integers(len(row)))] = CELLS[int(rng.integers(len(CELLS)))]
    kind = int(rng.integers(6))
    if kind == 0:
        rows.append(rows[int(rng.integers(1, len(rows)))])
    if kind == 1:
        rows = [[*row, row[1]] for row in rows]
    return ("\n".join(";,"[int(rng.integers(8)) > 0].join(row) for row in rows) + "\n").encode("utf-8", "replace")


@contextmanager
def in_time(what: str) -> Iterator[None]:
    """Fails where it takes longer than the limit."""

    def late(*_: Any) -> None:
        raise TimeoutError(f"{what} takes more than {LIMIT} s")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def outcome(folder: Path) -> str:
    """What becomes of a folder: refused in one printable line, or read."""
    try:
        cell = one_cell([folder], {})
        series = cell.read()
        if len(series):
            cell.masked(series)
    except EisfitError as error:
        said = str(error)
        if not said.strip() or "\n" in said:  # the terminal shows it with escapes, and the middle of a long one goes
            raise AssertionError(f"not one line: {said!r}") from error
        return "refused"
    return "read"


def tried(folder: Path, name: str, count: int, seed: int) -> dict[str, int]:
    """So many damaged copies of a file, each in its place beside the data."""
    damaged: Callable[[str, np.random.Generator], bytes]
    text, damaged = (settings(), settings_damaged) if name == "eisfit.toml" else (TABLE, table_damaged)
    rng = np.random.default_rng(seed)
    found = {"refused": 0, "read": 0}
    for number in range(count):
        bad = damaged(text, rng) if number % 4 else bytes_damaged(text.encode(), rng)
        (folder / name).write_bytes(bad)
        try:
            with in_time(name):
                found[outcome(folder)] += 1
        except Exception as error:
            raise AssertionError(f"{number} of seed {seed}: {type(error).__name__}: {error}: {bad!r}") from error
    return found


@pytest.mark.parametrize("name", ["eisfit.toml", "series.csv"])
def test_damaged_copies_give_one_sentence(folder, name):
    found = tried(folder, name, 30, 1)
    assert min(found.values()) > 0


@pytest.mark.long
@pytest.mark.parametrize("name", ["eisfit.toml", "series.csv"])
def test_twenty_thousand_damaged_copies(folder, name):
    assert sum(tried(folder, name, 20_000, 2).values()) == 20_000
