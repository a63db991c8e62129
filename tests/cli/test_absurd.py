"""Cells whose files are absurd: one sentence, and the others fitted. Numbers, names, two points, a broken workbook."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from .conftest import HEADER, write_cell


def table(path, rows, header=HEADER):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")


def refused(done):
    """One printable line on stderr and no traceback."""
    assert done.code in (1, 2), done
    assert done.err.startswith("eisfit: ")
    assert done.err.count("\n") == 1
    assert done.err.strip().isprintable()
    assert len(done.err) < 400
    return done.err


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([(1e300, 0.0, 6e284), (1e146, 0.0, 6e140), (1e-8, 0.0, 6e-14)], "cannot be fitted to 1 points"),
        ([(1e300, 10.0, 1e-256), (1e150, 10.0, 1e-130), (1e-150, 60.0, 1e-137)], "beyond all that can be measured"),
        ([(100.0, 0.0, -1591.5), (1e-300, 0.0, -1.6e295)], "cannot be fitted to 1 points"),
    ],
    ids=["no real part", "two hundred decades", "capacitor"],
)
def test_numbers_beyond_everything(tmp_path, run, rows, says):
    table(tmp_path / "cell" / "a.csv", rows)
    for how in ((), ("--robust",)):
        assert says in refused(run("fit", "--no-report", tmp_path / "cell", "-o", tmp_path / "out", *how))
    assert not (tmp_path / "out").exists()


def test_two_points_under_robust_lose_no_other_spectrum(tmp_path, run):
    """One spectrum of two points beside a whole one: both are in the table, the first without a fit."""
    f = np.geomspace(1e5, 1, 31)
    z = 10 + 50 / (1 + 2j * np.pi * f * 1e-3)
    table(tmp_path / "cell" / "s0.csv", [(1000, 10, -1), (100, 12, -3)])
    table(tmp_path / "cell" / "s1.csv", zip(f, z.real, z.imag, strict=True))
    done = run("fit", "--no-report", tmp_path / "cell", "-o", tmp_path / "out", "-c", "R(RQ)", "--robust")
    assert done.code == 0
    with (tmp_path / "out" / "parameters.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert [row["spectrum"] for row in rows] == ["s0", "s1"]
    assert float(rows[1]["R2"]) == pytest.approx(50, rel=1e-3)


def test_names_that_no_folder_and_no_circuit_can_have(tmp_path, run):
    cell = write_cell(tmp_path / "cell", 1)
    said = refused(run("fit", "--no-report", cell, "-o", tmp_path / "out", "-c", "x" * 260))
    assert "circuit" in said
    said = refused(run("fit", "--no-report", cell, "-o", tmp_path / ("n" * 300), "-c", "R(RQ)"))
    assert "nnn" in said


def test_a_workbook_that_is_none_is_one_sentence(tmp_path, run):
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04" + b"\x00" * 40 + b"xl/workbook.xml")
    assert "x.xlsx" in refused(run("fit", "--no-report", tmp_path / "x.xlsx", "-o", tmp_path / "out"))
