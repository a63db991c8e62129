"""The other commands."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import eisfit.report
from eisfit.circuit import Circuit
from eisfit.elements import REGISTRY
from eisfit.library import library
from eisfit.readers import read
from eisfit.settings import FILE_NAME, template

from .conftest import CIRCUIT, FREQUENCY, HEADER, spectra, write_spectrum


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestInspect:
    def test_every_spectrum_has_a_row(self, cell, run):
        done = run("inspect", cell)
        assert (done.code, done.err) == (0, "")
        header, *lines = done.out.splitlines()
        assert header.split()[:4] == ["spectrum", "file", "reader", "points"]
        assert [line.split()[0] for line in lines[:4]] == ["00", "01", "02", "03"]
        assert all(line.split()[3] == "36" for line in lines[:4])

    def test_what_would_be_left_out_and_why(self, cell, run):
        done = run("inspect", cell, "--f-min", "1", "--mask", "30:70")
        below = 4 * int(np.sum(FREQUENCY < 1))
        assert f"left out: {below} points, below f-min 1 Hz" in done.out
        assert "left out: 8 points" in done.out

    def test_what_was_dropped_assumed_and_skipped(self, cell, run):
        path = write_spectrum(cell / "04.csv", spectra(1)[0].conj())
        path.write_text(path.read_text() + "0,1,1\n")
        (cell / "bad.csv").write_text(f"{HEADER}\n1,nope,3\n")
        done = run("inspect", cell)
        assert done.code == 3
        assert "skipped bad.csv" in done.err
        assert "ignored: 04.csv" in done.out
        assert "assumed: 04.csv" in done.out

    def test_the_cell_and_its_record(self, run):
        done = run("inspect", Path(__file__).parents[2] / "samples" / "si-half-cell")
        assert done.code == 0
        assert "type half" in done.out
        assert "Cycling record: " in done.out
        assert done.out.count("discharge") == 12

    def test_cycling_alone(self, tmp_path, run):
        (gcpl,) = (Path(__file__).parents[2] / "samples" / "si-half-cell").glob("*_03_GCPL_*.mpt")
        done = run("inspect", gcpl)
        assert done.code == 0
        assert "No impedance spectrum." in done.out
        assert "Cycling record: " in done.out
        for command in (["check"], ["convert", "-o", tmp_path / "a.csv"], ["fit", "-o", tmp_path / "out"]):
            done = run(*command, gcpl)
            assert done.code == 1
            assert "no impedance spectrum" in done.err
        assert not any(tmp_path.iterdir())

    def test_every_spectrum_excluded(self, cell, run):
        rows = "".join(f"{path.name},bad contact\n" for path in sorted(cell.glob("*.csv")))
        (cell / "series.csv").write_text(f"file,exclude\n{rows}")
        done = run("inspect", cell)
        assert (done.code, done.out.splitlines()[0][:31]) == (0, "Every spectrum is excluded: the"), done.out
        assert "bad contact" in done.out

    def test_nothing_there(self, tmp_path, run):
        assert run("inspect", tmp_path).code == 1


class TestCheck:
    def test_a_verdict_per_spectrum(self, cell, tmp_path, run):
        done = run("check", cell, "-o", tmp_path / "out")
        assert done.code == 0
        table = rows(tmp_path / "out" / "kk.csv")
        assert [row["spectrum"] for row in table] == ["00", "01", "02", "03"]
        assert {row["verdict"] for row in table} <= {"pass", "doubtful", "fail"}
        assert "4 pass" in done.out

    def test_a_step_in_the_middle_fails(self, tmp_path, run):
        z = spectra(1)[0]
        z[18:] *= 1.2
        done = run("check", write_spectrum(tmp_path / "a.csv", z))
        assert done.code == 0
        assert "1 fail" in done.out

    def test_never_among_the_inputs(self, cell, run):
        assert run("check", cell, "-o", cell).code == 2


class TestCompare:
    def test_the_true_circuit_is_first(self, cell, run):
        done = run("compare", cell, "-c", "R(RQ)", "-c", CIRCUIT)
        assert done.code == 0
        assert done.out.splitlines()[1].startswith("R1(R2Q1)(R3Q2)")
        assert "The data support R1(R2Q1)(R3Q2)" in done.out

    def test_one_circuit_is_no_comparison(self, cell, run):
        done = run("compare", cell, "-c", "R")
        assert done.code == 1
        assert "two circuits" in done.err


class TestSimulate:
    def test_what_is_written_is_read_back(self, tmp_path, run):
        own = zip(Circuit(CIRCUIT).names, Circuit(CIRCUIT).values.tolist(), strict=True)
        named = [word for name, value in (dict(own) | {"R3": 80}).items() for word in ("--set", f"{name}={value}")]
        done = run("simulate", CIRCUIT, *named, "--band", "0.1:1e5", "--per-decade", 5, "-o", tmp_path / "s.csv")
        assert done == (0, "", "")
        (spectrum,) = read(tmp_path / "s.csv")
        circuit = Circuit(CIRCUIT).with_(R3=80)
        assert len(spectrum) == 31
        np.testing.assert_allclose(spectrum.frequency[[0, -1]], [1e5, 0.1])
        np.testing.assert_allclose(spectrum.impedance, circuit.impedance(spectrum.frequency), rtol=1e-12)

    def test_without_a_file_the_table_is_printed(self, run):
        done = run("simulate", "R", "--set", "R1=3", "--band", "1:10", "--per-decade", 1)
        assert done == (0, f"{HEADER}\n10.0,3.0,0.0\n1.0,3.0,0.0\n", "")

    def test_a_circuit_of_the_library_fills_in_what_is_not_named(self, run):
        assert run("simulate", "assb", "--set", "R_Int=50").code == 0
        done = run("simulate", "R(RC)", "--set", "R1=50")
        assert (done.code, "no value is given for R2, C1" in done.err) == (2, True)

    def test_noise_is_repeatable(self, run):
        options = ("simulate", "assb", "--noise", "0.01", "--seed")
        assert run(*options, "1") == run(*options, "1")
        assert run(*options, "1") != run(*options, "2")

    @pytest.mark.parametrize(
        ("arguments", "code", "says"),
        [
            (["R", "--set", "R1"], 2, "--set: expected NAME=..."),
            (["R", "--set", "R2=1"], 2, "no parameter R2"),
            (["R", "--band", "3"], 2, "--band: expected LOW:HIGH"),
            (["R", "--band", "0:3"], 2, "--band: expected frequencies above 0"),
            (["RX"], 2, "no element X"),
            (["R", "--noise", "-1"], 1, "noise"),
            (["R", "-o", "/dev/null/x"], 1, "cannot be written"),
        ],
    )
    def test_what_makes_no_sense(self, run, arguments, code, says):
        done = run("simulate", *arguments)
        assert done.code == code
        assert says in done.err


class TestLists:
    def test_the_library(self, run):
        done = run("circuits")
        assert done.code == 0
        assert [line.split()[0] for line in done.out.splitlines()[1:]] == list(library())

    @pytest.mark.parametrize("name", [*library(), "R(RQ)"])
    def test_one_circuit_in_full(self, run, name):
        done = run("circuits", name)
        assert done.code == 0
        circuit = library()[name].circuit if name in library() else Circuit(name)
        assert str(circuit) in done.out
        for parameter in circuit.names:
            assert parameter in done.out

    def test_no_such_circuit(self, run):
        assert run("circuits", "asb").code == 2

    def test_the_elements(self, run):
        done = run("elements")
        assert done.code == 0
        assert [line.split()[0] for line in done.out.splitlines()[1:]] == sorted(REGISTRY)


class TestConvert:
    def test_every_point_of_every_spectrum(self, cell, tmp_path, run):
        done = run("convert", cell, "-o", tmp_path / "all.csv")
        assert (done.code, done.err) == (0, "")
        table = rows(tmp_path / "all.csv")
        assert len(table) == 4 * 36
        z = np.array([complex(float(row["re_ohm"]), float(row["im_ohm"])) for row in table]).reshape(4, 36)
        np.testing.assert_array_equal(z, spectra())

    @pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
    def test_it_reads_back(self, cell, tmp_path, run, suffix):
        path = tmp_path / f"all{suffix}"
        assert run("convert", cell, "-o", path, "-q").code == 0
        series = read(path)
        assert len(series) == 4
        np.testing.assert_allclose([s.impedance for s in series], spectra(), rtol=1e-12)

    def test_a_kind_that_is_not_known(self, cell, tmp_path, run):
        done = run("convert", cell, "-o", tmp_path / "all.docx")
        assert done.code == 2
        assert ".csv, .parquet or .xlsx" in done.err


class TestInit:
    def test_the_template_is_written_once(self, tmp_path, run):
        assert run("init", tmp_path / "new" / "cell").code == 0
        path = tmp_path / "new" / "cell" / FILE_NAME
        assert path.read_text(encoding="utf-8") == template()
        path.write_text("mine")
        done = run("init", tmp_path / "new" / "cell")
        assert done.code == 2
        assert "stays as it is" in done.err
        assert path.read_text() == "mine"

    def test_no_folder_can_be_made(self, tmp_path, run):
        (tmp_path / "file").write_text("")
        done = run("init", tmp_path / "file" / "cell")
        assert done.code == 1
        assert "cannot be written" in done.err


class TestReport:
    def test_what_is_no_study(self, tmp_path, run):
        (tmp_path / "a.json").write_text("{}")
        for path in (tmp_path / "a.json", tmp_path / "nowhere.json"):
            done = run("report", path)
            assert done.code == 1
            assert done.err.count("\n") == 1

    def test_the_report_again_without_fitting(self, cell, tmp_path, run, monkeypatch):
        monkeypatch.setattr("eisfit.report.PAGES", eisfit.report.PAGES[:1])
        out = tmp_path / "out"
        assert run("fit", cell / "00.csv", "-c", CIRCUIT, "-o", out, "-q").code == 0
        first = (out / "report.pdf").read_bytes()
        assert first.startswith(b"%PDF-")
        monkeypatch.setattr("eisfit.fitting.fit", lambda *_, **__: pytest.fail("it fits"))
        done = run("report", out / "study.json", "-o", tmp_path / "again")
        assert done.code == 0
        assert (tmp_path / "again" / "report.pdf").read_bytes() == first
        done = run("report", out / "study.json", "-o", tmp_path / "one", "--figures", "svg", "--only", "circuit")
        assert done.code == 0
        assert [path.name for path in (tmp_path / "one").iterdir()] == ["figure-circuit.svg"]
        for wrong in (["--paper", "a7"], ["--style", tmp_path / "nowhere"], ["--only", "circuit"]):
            assert run("report", out / "study.json", *wrong).code == 2
        assert (out / "report.pdf").read_bytes() == first


def test_wrong_values_of_settings_are_wrong_usage(cell, tmp_path, run):
    for options, words in (
        (("--start", "R2=-1"), "must be above 0"),
        (("--start", "Q1_n=3"), "outside its bounds"),
        (("--start", "R9=1"), "no parameter R9"),
        (("--fix", "Q1_n=7"), "cannot be fixed at 7"),
        (("--tie", "R2=foo(R1)"), "known are sqrt"),
        (("--tie", "R2=R1^2"), "a power is written **"),
        (("-c", "R(RQ"), "not closed"),
        (("-c", "no-such"), "the library has no circuit"),
    ):
        done = run("fit", cell, *(() if "-c" in options else ("-c", "R(RQ)(RQ)")), *options, "-o", tmp_path / "out")
        assert (done.code, words in done.err) == (2, True), (options, done.err)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_a_link_back_is_no_cell(cell, tmp_path, fit):
    lab = cell.parent
    (lab / "here").symlink_to(lab)
    (lab / "up").symlink_to(lab.parent)
    (cell / "round").symlink_to(cell)
    out = tmp_path.parent / f"{tmp_path.name}-out"
    assert fit(lab, "--each", "-o", out).code == 0
    assert sorted(p.name for p in out.iterdir()) == [cell.name, "overview.csv"]
    done = fit(cell, "--each", "-o", out)
    assert (done.code, "has no sub-folder" in done.err) == (2, True)


def test_an_empty_argument_is_refused(cell, tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for arguments in (("fit", cell, "-o", ""), ("fit", ""), ("inspect", "", cell), ("report", "")):
        done = run(*arguments)
        assert done.code == 2
        assert done.err.endswith("is empty: is a variable of the shell not set?\n")
