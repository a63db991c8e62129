"""`eisfit convert`: what it writes reads back as the same spectra, here and in impedance.py."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from eisfit.cli._cells import one_cell
from eisfit.cycling import with_soc
from eisfit.readers import read
from eisfit.spectrum import Series

SAMPLE = Path(__file__).parents[2] / "samples" / "si-half-cell"
TABLES = [".csv", ".xlsx", ".parquet"]


@pytest.fixture(scope="module")
def sample() -> Series:
    """The spectra of a sample with their state of charge, as the command sees them."""
    return with_soc(one_cell([SAMPLE], {}).spectra())[0]


@pytest.mark.parametrize("suffix", TABLES)
def test_tables_read_back_as_the_same_series(sample, tmp_path, run, suffix):
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / f"all{suffix}"
    done = run("convert", SAMPLE, "-o", path)
    assert (done.code, done.err) == (0, "")
    assert f"21 spectra in {path}" in done.out
    series = read(path)
    assert series.cell == sample.cell
    for mine, other in zip(series, sample, strict=True):
        assert (mine.label, mine.conditions) == (other.label, other.conditions)
        assert np.array_equal(mine.frequency, other.frequency)
        assert np.array_equal(mine.impedance, other.impedance)
    assert {None} != {s.conditions.soc for s in series}
    assert {s.conditions.direction for s in series} == {"charge", "discharge"}


def test_tables_of_one_series_are_the_same_bytes(tmp_path, run):
    for name in ("a.xlsx", "b.xlsx"):
        assert run("convert", SAMPLE, "-o", tmp_path / name, "-q").code == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("kind", ["z", "csv"])
def test_files_that_impedance_py_reads(sample, tmp_path, run, kind):
    from impedance.preprocessing import readFile

    out = tmp_path / "out"
    assert run("convert", SAMPLE, "-o", out, "--files", kind).code == 0
    assert len(list(out.iterdir())) == len(sample)
    for spectrum in sample:
        path = out / f"{spectrum.label}.{kind}"
        frequency, impedance = readFile(str(path), instrument="zplot" if kind == "z" else None)
        assert np.array_equal(frequency, spectrum.frequency)
        assert np.array_equal(impedance, spectrum.impedance)
        (again,) = read(path)
        assert np.array_equal(again.impedance, spectrum.impedance)
        if kind == "z":
            assert again.conditions.timestamp[:19] == spectrum.conditions.timestamp[:19]


def test_names_of_files_are_safe_and_differ(tmp_path, run):
    rows = "".join(f"{label},10,1,-2\n" for label in ("a/b", "a:b", "A_B", "µ", " . "))
    (tmp_path / "t.csv").write_text("spectrum,frequency_Hz,re_ohm,im_ohm\n" + rows)
    assert run("convert", tmp_path / "t.csv", "-o", tmp_path / "out", "--files", "z").code == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["A_B (3).z", "a_b (2).z", "a_b.z", "spectrum 5.z", "µ.z"]


def test_a_study_can_be_converted(tmp_path, run, cell, fit):
    assert fit(cell, "-o", tmp_path / "out", "-q").code == 0
    assert run("convert", tmp_path / "out" / "study.json", "-o", tmp_path / "a.csv").code == 0
    assert [s.label for s in read(tmp_path / "a.csv")] == ["00", "01", "02", "03"]


def test_what_it_refuses(tmp_path, run, cell, monkeypatch):
    done = run("convert", cell, "-o", cell / "all.csv")
    assert done.code == 2
    assert "inside the input folder" in done.err
    assert run("convert", cell, "-o", tmp_path / "out").code == 2
    assert "z or csv" in run("convert", cell, "-o", tmp_path / "out", "--files", "mpt").err
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = run("convert", cell, "-o", tmp_path / "all.parquet")
    assert done.code == 1
    assert "pip install pyarrow" in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cell"]


def test_bdf_gives_back_spectra_and_record(sample, tmp_path, run):
    out = tmp_path / "cell.bdf"
    assert run("convert", SAMPLE, "-o", out, "--to", "bdf", "--quiet").code == 0
    back = read(out)
    assert [s.conditions for s in back] == [s.conditions for s in sample]
    assert all(np.array_equal(a.impedance, b.impedance) for a, b in zip(sample, back, strict=True))
    assert np.array_equal(back.record.charge_mAh, sample.record.charge_mAh)
    again = tmp_path / "again.bdf"
    assert run("convert", out, "-o", again, "--to", "bdf", "--quiet").code == 0
    assert len(read(again).record) == len(sample.record)


def test_forms_that_it_does_not_write(tmp_path, run, cell):
    assert "expected bdf" in run("convert", cell, "-o", tmp_path / "a.bdf", "--to", "xml").err
    assert "ends in .bdf or .csv" in run("convert", cell, "-o", tmp_path / "a.xlsx", "--to", "bdf").err
