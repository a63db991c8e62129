"""`eisfit check`: what it prints, what it writes, and that nothing is left out silently."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from tests.cli.conftest import FREQUENCY, spectra, write_cell, write_spectrum

SAMPLES = Path(__file__).parents[2] / "samples"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_number_of_the_table_is_in_the_file(tmp_path, run):
    cell, out = write_cell(tmp_path / "cell"), tmp_path / "out"
    done = run("check", cell, "-o", out)
    assert done.code == 0
    table = rows(out / "kk.csv")
    header = done.out.splitlines()[0].split("  ")
    assert {"rms %", "largest %", "at Hz", "drift limit %", "Z-HIT %"} <= {name.strip() for name in header}
    for row, line in zip(table, done.out.splitlines()[1:], strict=False):
        assert line.startswith(row["spectrum"])
        assert f"{float(row['rms_percent']):.2g}" in line
        assert f"a drift below {float(row['drift_limit_percent']):.2g} % could not have been seen" in line
        assert min(abs(FREQUENCY / float(row["largest_frequency"]) - 1)) < 1e-12
        assert row["file"] == f"{row['spectrum']}.csv"
    assert (out / "kk.pdf").read_bytes().startswith(b"%PDF")
    assert rows(out / "masks.csv") == []
    assert "No point is left out." in done.out
    assert "RC elements, four per decade" in done.out


def test_each_point_left_out_is_named_with_file_frequency_and_reason(tmp_path, run):
    z = spectra(1)[0]
    z[20] *= 1.3
    path = write_spectrum(tmp_path / "a.csv", z)
    done = run("check", path, "--mask", "1:2.5", "-o", tmp_path / "out")
    masks = rows(tmp_path / "out" / "masks.csv")
    assert {(m["spectrum"], m["label"], m["file"]) for m in masks} == {("1", "a", "a.csv")}
    assert [float(m["frequency"]) for m in masks] == [FREQUENCY[20], *FREQUENCY[(FREQUENCY >= 1) & (FREQUENCY <= 2.5)]]
    assert masks[0]["reason"].startswith("Kramers-Kronig residual of ")
    assert masks[-1]["reason"] == "in the band 1 to 2.5 Hz, left out as asked"
    assert f"Left out: {len(masks)} of 36 points." in done.out
    assert all(m["reason"] in done.out for m in masks)
    assert done.out.splitlines()[1].split()[1] == "doubtful"
    kept = run("check", path, "--keep-all", "--mask", "1:2.5", "-o", tmp_path / "kept")
    assert kept.code == 0
    assert {m["reason"] for m in rows(tmp_path / "kept" / "masks.csv")} == {masks[-1]["reason"]}


def test_the_limit_of_a_verdict_is_said(tmp_path, run):
    z = spectra(1)[0]
    z[18:] *= 1.2
    line = run("check", write_spectrum(tmp_path / "a.csv", z)).out.splitlines()[1]
    assert "|Z| steps by " in line
    assert "(limit 5 %)" in line
    z = spectra(1, noise=0.1)[0]
    assert "(limit 5 %)" in run("check", write_spectrum(tmp_path / "b.csv", z)).out.splitlines()[1]


def test_what_the_series_knows_is_said(run):
    done = run("check", SAMPLES / "li-symmetric")
    assert done.code == 0
    assert "at the pace around it, a sweep of " in done.out
    assert "changes |Z| at the lowest frequency by " in done.out
    assert np.mean(["the potential by " in line for line in done.out.splitlines()[1:17]]) > 0.5
