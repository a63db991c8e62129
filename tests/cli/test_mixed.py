"""Files of two runs in one folder are marked, and the mark takes nothing away from anybody."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from eisfit.errors import OutputError
from eisfit.export import MIXED, strangers
from eisfit.study import Study

from .conftest import RESULTS, names

posix = pytest.mark.skipif(sys.platform == "win32", reason="links as on POSIX")


def test_files_of_two_runs_are_told(cell, tmp_path, fit, run):
    out = tmp_path / "out"
    assert fit(cell, "-o", out).code == 0
    assert names(out) == RESULTS
    assert not strangers(out)
    earlier = (out / "derived.csv").read_bytes()
    (cell / "03.csv").unlink()
    assert fit(cell, "-o", out).code == 0
    assert not strangers(out)
    (out / "derived.csv").write_bytes(earlier)  # as if a run had been killed while it moved its files
    assert strangers(out) == [out / "derived.csv"]
    done = run("report", out / "study.json", "--figures", "svg", "--only", "circuit")
    assert done.code == 3
    assert "derived.csv is from another run than study.json" in done.err
    assert "derived.csv" in (out / MIXED).read_text()
    assert fit(cell, "-o", out).code == 0
    assert names(out) == {*RESULTS, "figure-circuit.svg"}


def test_a_figure_of_another_run_is_told(cell, tmp_path, fit, run):
    out = tmp_path / "out"
    fit(cell, "-o", out)
    run("report", out / "study.json", "--figures", "svg", "--only", "circuit")
    (cell / "03.csv").unlink()
    done = fit(cell, "-o", out)
    assert "figure-circuit.svg is from an earlier run" in done.err
    assert strangers(out) == [out / "figure-circuit.svg"]
    assert "From another run than study.json: figure-circuit.svg.\nDraw them again" in (out / MIXED).read_text()
    assert run("report", out / "study.json", "--figures", "svg", "--only", "circuit").code == 0
    assert names(out) == {*RESULTS, "figure-circuit.svg"}


def test_new_tables_beside_an_old_report_are_marked_until_it_is_drawn(cell, tmp_path, fit, monkeypatch):
    """Between the tables and the report a run may be killed at any moment."""
    out = tmp_path / "out"
    assert fit(cell, "-o", out, "--figures", "svg", "--only", "circuit").code == 0
    (cell / "03.csv").unlink()
    marked = []

    def publish(study: Study, out: Path, **_: object) -> list[Path]:
        marked.append((out / MIXED).exists())
        raise OutputError("no report")

    monkeypatch.setattr("eisfit.report.publish", publish)
    done = fit(cell, "-o", out, "--figures", "svg", "--only", "circuit")
    assert (done.code, marked) == (3, [True])
    assert (out / MIXED).exists()
    monkeypatch.undo()
    assert fit(cell, "-o", out, "--figures", "svg", "--only", "circuit").code == 0
    assert names(out) == {*RESULTS, "figure-circuit.svg"}


@posix
@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
def test_the_mark_of_mixed_results_is_not_written_through_a_link(cell, tmp_path, fit, link):
    out, spectrum = tmp_path / "out", cell / "01.csv"
    out.mkdir()
    link(out / MIXED, spectrum)
    before = spectrum.read_bytes()
    for force in ((), ("--force",)):
        done = fit(cell, "-o", out, *force)
        assert (done.code, spectrum.read_bytes()) == (2, before)
        assert "MIXED.txt is an input of this run and stays as it is" in done.err


def test_somebodys_own_file_of_the_name_of_the_mark_stays(cell, tmp_path, fit, run):
    out = tmp_path / "out"
    out.mkdir()
    (out / MIXED).write_text("my notes on the powder")
    done = fit(cell, "-o", out)
    assert done.code == 2
    assert "MIXED.txt is there already and was not written by eisfit" in done.err
    assert names(out) == {MIXED}
    assert fit(cell, "-o", tmp_path / "other").code == 0
    assert run("report", tmp_path / "other" / "study.json", "-o", out, "-q").code == 2
    assert (out / MIXED).read_text() == "my notes on the powder"


def test_a_folder_in_the_way_is_told_before_anything_moves(cell, tmp_path, fit):
    out = tmp_path / "out"
    assert fit(cell, "-o", out).code == 0
    (out / "resistances.csv").unlink()
    (out / "resistances.csv").mkdir()
    (cell / "03.csv").unlink()
    earlier = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    done = fit(cell, "-o", out)
    assert done.code == 2
    assert "resistances.csv is a folder where a file is to go" in done.err
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == earlier


def test_a_report_is_not_written_among_the_spectra(cell, tmp_path, fit, run):
    out = tmp_path / "out"
    assert fit(cell, "-o", out).code == 0
    before = names(cell)
    done = run("report", out / "study.json", "-o", cell, "-q")
    assert done.code == 2
    assert "would lie beside the spectra" in done.err
    assert names(cell) == before


def test_another_area_makes_another_run(cell, tmp_path, fit):
    """The tables are those of 10 cm2, the figure that was drawn before shows what belongs to 1 cm2."""
    out = tmp_path / "out"
    assert fit(cell, "-o", out, "--area", "1", "--figures", "svg", "--only", "circuit").code == 0
    done = fit(cell, "-o", out, "--area", "10")
    assert "figure-circuit.svg is from an earlier run" in done.err
    assert strangers(out) == [out / "figure-circuit.svg"]


@posix
def test_a_file_in_the_place_of_the_folder_of_results(cell, tmp_path, fit):
    (tmp_path / "out").write_text("a file")
    done = fit(cell, "-o", tmp_path / "out")
    assert (done.code, (tmp_path / "out").read_text()) == (1, "a file")
    assert "out: cannot be written: it is no folder; choose another place with -o" in done.err


def test_a_style_that_is_no_file_is_said_before_the_work(cell, tmp_path, fit):
    (tmp_path / "style").mkdir()
    done = fit(cell, "-o", tmp_path / "out", "--style", tmp_path / "style")
    assert done.code == 2
    assert "style cannot be used: it is no regular file" in done.err
    assert not (tmp_path / "out").exists()
