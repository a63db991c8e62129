"""What stands in the files twice is named, and rows of one sweep count once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.readers import read

F = np.logspace(5, 0, 11)


def rows(resistance: float) -> list[str]:
    z = 5 + resistance / (1 + 2j * np.pi * F * resistance * 1e-5)
    return [f"{f:.6g},{one.real:.7g},{-one.imag:.7g}" for f, one in zip(F, z, strict=True)]


def write(path: Path, *parts: list[str], end: str = "\n") -> None:
    lines = ["freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", *(line for part in parts for line in part)]
    path.write_text(end.join(lines) + end)


def said(folder: Path) -> list[tuple[str, str]]:
    return [(n.path, n.sentence) for n in read(folder).notes if "twice" in n.sentence or "copy" in n.sentence]


@pytest.mark.parametrize("lost", [1, 11])
def test_rows_that_stand_in_a_sweep_twice_count_once(tmp_path, lost):
    write(tmp_path / "a.csv", [line for i, row in enumerate(rows(30)) for line in [row] * (1 + (i < lost))])
    (spectrum,) = read(tmp_path)
    assert len(spectrum) == 11
    assert np.allclose(spectrum.frequency, F, rtol=1e-5)
    assert said(tmp_path) == [
        ("a.csv", "1 row that stands in it twice" if lost == 1 else f"{lost} rows that stand in it twice")
    ]


def test_a_frequency_that_was_measured_twice_stays(tmp_path):
    measured = rows(30)
    measured.insert(5, measured[5].replace(",", ",1", 1))
    write(tmp_path / "a.csv", measured)
    assert len(read(tmp_path)[0]) == 12
    assert not said(tmp_path)


def test_sweeps_and_files_that_are_copies_are_named(tmp_path):
    write(tmp_path / "a.csv", rows(30), rows(31), rows(30), rows(31))
    write(tmp_path / "b.csv", rows(32))
    write(tmp_path / "c.csv", rows(32), end="\r\n")
    write(tmp_path / "d.csv", rows(32))
    write(tmp_path / "e.csv", rows(33), rows(31))
    assert len(read(tmp_path)) == 9
    assert said(tmp_path) == [
        ("a.csv", "its sweep 3 has the same numbers as sweep 1, a copy (so with 1 more): both are read"),
        ("c.csv", "has the same numbers as b.csv, a copy: both are read"),
        ("d.csv", "has the same bytes as b.csv, a copy: both are read"),
        ("e.csv", "its sweep 2 has the same numbers as sweep 2 of a.csv, a copy: both are read"),
    ]
