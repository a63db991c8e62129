"""eisfit fit: what it writes, what it says, how it ends."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

import eisfit.analysis
import eisfit.report

from .conftest import CIRCUIT, FREQUENCY, HEADER, R3, spectra, write_cell, write_spectrum

TABLES = ["derived.csv", "parameters.csv", "resistances.csv", "resistances.tex", "study.json"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def one_line(text: str) -> bool:
    return text.startswith("eisfit: ") and text.count("\n") == 1 and text.endswith("\n")


def test_tables_are_written_and_the_values_are_right(cell, tmp_path, fit):
    done = fit(cell, "-o", tmp_path / "out")
    assert (done.code, done.err) == (0, "")
    assert names(tmp_path / "out") == TABLES
    table = rows(tmp_path / "out" / "parameters.csv")
    assert [row["spectrum"] for row in table] == ["00", "01", "02", "03"]
    for row, true in zip(table, R3, strict=True):
        assert abs(float(row["R3"]) - true) < 4 * float(row["R3_stderr"])
    assert names(cell) == ["00.csv", "01.csv", "02.csv", "03.csv"]


def test_the_terminal_shows_resistances_with_errors_and_where_the_files_lie(cell, tmp_path, fit):
    done = fit(cell, "-o", tmp_path / "out")
    assert "cell: 4 spectra, circuit R1(R2Q1)(R3Q2)" in done.out
    assert str(tmp_path / "out") in done.out
    assert "parameters.csv, derived.csv, resistances.csv, resistances.tex, study.json" in done.out
    assert done.out.count("(") > 4


def test_quiet_says_nothing(cell, tmp_path, fit):
    assert fit(cell, "-o", tmp_path / "out", "--quiet") == (0, "", "")


def test_the_default_place_of_the_results(cell, tmp_path, fit, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert fit("cell").code == 0
    assert names(tmp_path / "eisfit-results") == TABLES


def test_the_same_twice_gives_the_same_bytes(cell, tmp_path, fit):
    fit(cell, "-o", tmp_path / "one")
    fit(cell, "-o", tmp_path / "two", "-q")
    for name in TABLES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_command_that_repeats_it_is_kept_without_the_place(cell, tmp_path, fit):
    options = ("--fix", "Q1_n=0.9", "--robust", "--f-min", "1", "--limit", "soft_short.score=0.3")
    fit(cell, "-o", tmp_path / "out", *options)
    command = json.loads((tmp_path / "out" / "study.json").read_text())["options"]["command"]
    assert command.startswith(f"eisfit fit {cell} ")
    for words in ("--no-report", "--fix Q1_n=0.9", "--robust", "--f-min 1", "--limit soft_short.score=0.3"):
        assert words in command
    assert "out" not in command.replace(str(cell), "")


def test_results_are_replaced_whole(cell, tmp_path, fit):
    out = tmp_path / "out"
    out.mkdir()
    (out / "parameters.csv").write_text("spectrum,file,sweep,time_s,cycle,direction,potential_V,old\n" * 100_000)
    (out / "notes.txt").write_text("mine")
    (out / "report.pdf").write_text("old")
    done = fit(cell, "-o", out)
    assert done.code == 0
    assert rows(out / "parameters.csv")[0]["spectrum"] == "00"
    assert (out / "notes.txt").read_text() == "mine"
    assert "report.pdf is from an earlier run" in done.err
    assert names(out) == sorted([*TABLES, "MIXED.txt", "notes.txt", "report.pdf"])


@pytest.mark.parametrize("place", ["cell", "cell/out", "cell/a/b", "cell/../cell/out"])
def test_never_among_the_inputs(cell, tmp_path, fit, place):
    done = fit(cell, "-o", tmp_path / place)
    assert done.code == 2
    assert one_line(done.err)
    assert "inside the input folder" in done.err
    assert len(names(cell)) == 4


def test_not_through_a_link_either(cell, tmp_path, fit):
    (tmp_path / "link").symlink_to(cell)
    assert fit(tmp_path / "link", "-o", cell / "out").code == 2
    assert fit(cell, "-o", tmp_path / "link" / "out").code == 2


def test_a_place_that_cannot_be_written_is_found_out_before_the_work(cell, tmp_path, fit, monkeypatch):
    monkeypatch.setattr(eisfit.analysis, "analyse", lambda *_, **__: pytest.fail("the work has begun"))
    (tmp_path / "file").write_text("in the way")
    for place in (tmp_path / "file", tmp_path / "file" / "deeper"):
        done = fit(cell, "-o", place)
        assert done.code == 1
        assert one_line(done.err)
        assert "cannot be written" in done.err
    if os.name == "posix" and os.geteuid() != 0:
        (tmp_path / "locked").mkdir(mode=0o500)
        assert fit(cell, "-o", tmp_path / "locked" / "out").code == 1


def test_an_empty_folder(tmp_path, fit):
    (tmp_path / "empty").mkdir()
    done = fit(tmp_path / "empty", "-o", tmp_path / "a" / "out")
    assert done.code == 1
    assert one_line(done.err)
    assert "empty" in done.err
    assert names(tmp_path) == ["empty"]


def test_a_folder_of_photographs(tmp_path, fit):
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20)
    (photos / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    done = fit(photos, "-o", tmp_path / "out")
    assert done.code == 1
    assert one_line(done.err)
    assert not (tmp_path / "out").exists()


def test_a_path_that_leads_nowhere(tmp_path, fit):
    done = fit(tmp_path / "nowhere", "-o", tmp_path / "out")
    assert done.code == 1
    assert one_line(done.err)
    assert "no such file" in done.err


def test_rows_that_are_no_points_are_named(tmp_path, fit):
    path = write_spectrum(tmp_path / "a.csv", spectra(1)[0])
    lines = path.read_text().splitlines()
    lines[5] = "nan,nan,nan"
    path.write_text("\n".join([*lines, "0,100,0"]))
    done = fit(path, "-o", tmp_path / "out")
    assert done.code == 0
    assert done.out.count("dropped") >= 1
    assert rows(tmp_path / "out" / "parameters.csv")[0]["points_used"] == str(len(FREQUENCY) - 1)


def test_three_points_are_too_few(tmp_path, fit):
    path = write_spectrum(tmp_path / "a.csv", spectra(1)[0])
    path.write_text("\n".join(path.read_text().splitlines()[:4]))
    done = fit(path, "-o", tmp_path / "out")
    assert done.code == 1
    assert one_line(done.err)
    assert "3 points" in done.err
    assert not (tmp_path / "out").exists()


def test_the_other_sign_is_seen_and_said(tmp_path, fit):
    path = write_spectrum(tmp_path / "a.csv", spectra(1)[0].conj())
    done = fit(path, "-o", tmp_path / "out")
    assert done.code == 0
    assert "assumed: a.csv" in done.out
    assert float(rows(tmp_path / "out" / "parameters.csv")[0]["R3"]) == pytest.approx(R3[0], rel=0.05)


def test_one_bad_file_does_not_stop_the_folder(cell, tmp_path, fit):
    (cell / "bad.csv").write_text(f"{HEADER}\n1,nope,3\n")
    done = fit(cell, "-o", tmp_path / "out", "-q")
    assert done.code == 3
    assert one_line(done.err)
    assert "skipped bad.csv: line 2" in done.err
    assert len(rows(tmp_path / "out" / "parameters.csv")) == 4


def test_a_spectrum_that_cannot_be_fitted_does_not_stop_the_series(cell, tmp_path, fit):
    path = cell / "99.csv"
    write_spectrum(path, spectra(1)[0])
    path.write_text("\n".join(path.read_text().splitlines()[:4]))
    done = fit(cell, "-o", tmp_path / "out")
    assert done.code == 3
    assert "no usable fit of 99: " in done.err
    assert "too few for" in done.err
    table = rows(tmp_path / "out" / "parameters.csv")
    assert [row["status"] == "converged" for row in table] == [True] * 4 + [False]
    assert table[4]["R3_stderr"] == ""


def test_what_is_said_of_several_spectra_is_said_once(cell, tmp_path, fit):
    done = fit(cell, "-c", "R-p(R,R)", "-o", tmp_path / "out", "-q")
    assert done.code == 3
    assert one_line(done.err)
    labels = [row["spectrum"] for row in rows(tmp_path / "out" / "parameters.csv")]
    assert f"no usable fit of {', '.join(labels)}: R1, R2 and R3 cannot be told apart" in done.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--f-min", "abc"], "--f-min: expected a number"),
        (["--jobs", "0"], "--jobs: expected a whole number"),
        (["--x", "volts"], "unknown axis volts: choose one of soc"),
        (["--fix", "R1"], "--fix: expected NAME=..."),
        (["--bound", "R1=2"], "--bound: expected LOW:HIGH"),
        (["--weighting", "mod"], "--weighting: expected one of"),
        (["--format", "xyz"], "no reader is named 'xyz'"),
        (["--limit", "a.b=1"], "no limit a.b"),
        (["--area", "-1"], "--area: expected a number above 0"),
    ],
)
def test_wrong_usage(cell, tmp_path, fit, arguments, says):
    done = fit(cell, "-o", tmp_path / "out", *arguments)
    assert done.code == 2
    assert one_line(done.err)
    assert says in done.err
    assert not (tmp_path / "out").exists()


def test_wrong_usage_that_the_parser_finds(run, cell):
    for arguments in (["fit", "--no-such-option"], ["fit"], ["fit", cell, "--f-min"], ["no-such-command"]):
        done = run(*arguments)
        assert done.code == 2
        assert "Error: " in done.err
    assert run().code == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-c", "R(RQ"], "R(RQ"),
        (["-c", "no-such-name"], "no-such-name"),
        (["--fix", "Z9=1"], "Z9"),
        (["--bound", "Z9=1:2"], "Z9"),
        (["--blank", "nowhere.mpt"], "nowhere.mpt"),
        (["--weighting", "sigma"], "sigma"),
    ],
)
def test_what_cannot_be_fitted_as_posed(cell, tmp_path, run, arguments, says):
    done = run("fit", cell, "--no-report", "-o", tmp_path / "out", *arguments)
    assert done.code in (1, 2)
    assert done.err.startswith("eisfit: ")
    assert says in done.err
    assert not (tmp_path / "out").exists()


def test_settings_beside_the_data_hold_and_the_command_line_wins(cell, tmp_path, run):
    toml = f"""
        [cell]
        name = "Zelle Ü"
        area_cm2 = 2
        [fit]
        circuit = "{CIRCUIT}"
        report = false
        f_min = 10
        fix = {{ Q1_n = 0.9 }}
    """
    (cell / "eisfit.toml").write_text(toml, encoding="utf-8")
    assert run("fit", cell, "-o", tmp_path / "out", "--area", "3", "--fix", "Q2_n=0.8").code == 0
    study = json.loads((tmp_path / "out" / "study.json").read_text(encoding="utf-8"))
    assert study["series"]["cell"]["name"] == "Zelle Ü"
    assert study["series"]["cell"]["area_cm2"] == 3
    assert study["options"]["circuit"] == CIRCUIT
    table = rows(tmp_path / "out" / "parameters.csv")
    assert {row["Q1_n"] for row in table} == {"0.9"}
    assert {row["Q2_n"] for row in table} == {"0.8"}
    assert int(table[0]["points_used"]) == np.sum(FREQUENCY >= 10)


def test_a_wrong_setting_names_its_file(cell, tmp_path, fit):
    (cell / "eisfit.toml").write_text("[fit]\ncircut = 'R'\n")
    done = fit(cell, "-o", tmp_path / "out")
    assert done.code == 2
    assert one_line(done.err)
    assert f"{cell / 'eisfit.toml'}: [fit] no such key circut; did you mean circuit?" in done.err


def test_a_report_that_fails_is_told_and_leaves_the_tables(cell, tmp_path, run, monkeypatch):
    monkeypatch.setattr(eisfit.report.summary, "blocks", lambda *_: 1 / 0)
    done = run("fit", "-c", CIRCUIT, cell, "-o", tmp_path / "out", "-q")
    assert done.code == 3
    assert one_line(done.err)
    assert "report and figures could not be made (ZeroDivisionError" in done.err
    assert names(tmp_path / "out") == TABLES


@pytest.mark.long
def test_paper_style_and_number_of_spectra_are_options_of_the_fit_too(tmp_path, run):
    cell = write_cell(tmp_path / "cell", 2)
    (tmp_path / "my.mplstyle").write_text("lines.linewidth: 2\n")
    given = ("--paper", "letter", "--style", tmp_path / "my.mplstyle", "--every-spectrum")
    done = run("fit", "-c", CIRCUIT, cell, "-o", tmp_path / "out", *given, "-q")
    assert (done.code, done.err) == (0, "")
    again = run("report", tmp_path / "out" / "study.json", "-o", tmp_path / "again", *given, "-q")
    assert (again.code, again.err) == (0, "")
    report = (tmp_path / "out" / "report.pdf").read_bytes()
    assert report == (tmp_path / "again" / "report.pdf").read_bytes()
    assert b"612 792" in report


class TestEach:
    def test_every_sub_folder_is_a_cell(self, tmp_path, fit):
        for name in ("a", "b"):
            write_cell(tmp_path / "lab" / name, 2)
        (tmp_path / "lab" / "eisfit.toml").write_text("[cell]\narea_cm2 = 2\nmass_mg = 5\n")
        (tmp_path / "lab" / "b" / "eisfit.toml").write_text("[cell]\narea_cm2 = 3\n")
        done = fit(tmp_path / "lab", "--each", "-o", tmp_path / "out")
        assert (done.code, done.err) == (0, "")
        assert names(tmp_path / "out") == ["a", "b", "overview.csv"]
        cells = [json.loads((tmp_path / "out" / n / "study.json").read_text())["series"]["cell"] for n in "ab"]
        assert [(c["area_cm2"], c["mass_mg"]) for c in cells] == [(2, 5), (3, 5)]

    def test_a_cell_that_fails_is_named_and_the_others_stay(self, tmp_path, fit):
        write_cell(tmp_path / "lab" / "a", 2)
        (tmp_path / "lab" / "b").mkdir()
        write_cell(tmp_path / "lab" / "c", 2)
        done = fit(tmp_path / "lab", "--each", "-o", tmp_path / "out", "-q")
        assert done.code == 3
        assert one_line(done.err)
        assert done.err.startswith("eisfit: b: ")
        assert names(tmp_path / "out") == ["a", "c", "overview.csv"]
        overview = rows(tmp_path / "out" / "overview.csv")
        assert [row["cell"] for row in overview] == ["a", "b", "c"]
        assert overview[1]["trouble"] in done.err
        assert overview[0]["R_Int_first_ohm"] == rows(tmp_path / "out" / "a" / "parameters.csv")[0]["R3"]
        assert names(tmp_path / "out" / "c") == TABLES

    def test_a_fault_of_ours_in_one_cell_does_not_stop_the_others(self, tmp_path, fit, monkeypatch):
        for name in ("a", "b"):
            write_cell(tmp_path / "lab" / name, 1)
        real = eisfit.analysis.analyse

        def faulty(paths, **options):
            return [][0] if paths[0].name == "a" else real(paths, **options)

        monkeypatch.setattr(eisfit.analysis, "analyse", faulty)
        done = fit(tmp_path / "lab", "--each", "-o", tmp_path / "out", "-q")
        assert done.code == 3
        assert one_line(done.err)
        assert "a: a fault of eisfit" in done.err
        assert names(tmp_path / "out") == ["b", "overview.csv"]

    def test_all_fail(self, tmp_path, fit):
        (tmp_path / "lab" / "a").mkdir(parents=True)
        done = fit(tmp_path / "lab", "--each", "-o", tmp_path / "out")
        assert done.code == 1
        assert not (tmp_path / "out").exists()

    def test_what_makes_no_sense(self, cell, tmp_path, fit):
        for paths in ([cell], [cell / "00.csv"], [tmp_path / "nowhere"]):
            done = fit(*paths, "--each", "-o", tmp_path.parent / "out")
            assert done.code == 2
            assert one_line(done.err)

    def test_two_cells_of_one_name(self, tmp_path, fit):
        for lab in ("x", "y"):
            write_cell(tmp_path / lab / "a", 1)
        done = fit(tmp_path / "x", tmp_path / "y", "--each", "-o", tmp_path / "out")
        assert done.code == 2
        assert "two cells are called a" in done.err


def test_an_option_by_its_former_name_is_the_same(cell, tmp_path, fit):
    assert fit(cell, "-o", tmp_path / "a", "--axis", "index", "-q").code == 0
    assert fit(cell, "-o", tmp_path / "b", "--x", "index", "-q").code == 0
    assert (tmp_path / "a" / "parameters.csv").read_bytes() == (tmp_path / "b" / "parameters.csv").read_bytes()
    assert " --x " not in fit("--help").out


def test_roles_name_the_parameters_of_a_circuit_without_labels(cell, tmp_path, run):
    done = run("fit", cell, "-c", "R(RQ)(RQ)", "--fix", "R_GB=15", "--no-report", "-q", "-o", tmp_path / "out")
    assert done.code == 0
    table = rows(tmp_path / "out" / "parameters.csv")
    assert {(row["R2"], row["R2_stderr"]) for row in table} == {("15.0", "")}
    assert {row["fixed"] for row in table} == {"R2"}
    for row, true in zip(table, R3, strict=True):
        assert abs(float(row["R3"]) - true) < 5 * float(row["R3_stderr"])


def test_a_role_and_its_parameter_are_the_same_to_the_inductor_too(cell, tmp_path, run):
    for name in ("R_GB", "R2"):
        options = ("--fix", f"{name}=15", "--no-report", "-q", "-o", tmp_path / name)
        assert run("fit", cell, "-c", "R(RQ)(RQ)", *options).code == 0
    texts = [(tmp_path / name / "parameters.csv").read_bytes() for name in ("R_GB", "R2")]
    assert texts[0] == texts[1]
    done = run("fit", cell, "-c", "R(RQ)(RQ)", "--fix", "R_GB=15", "--fix", "R2=13", "-o", tmp_path / "both")
    assert (done.code, "R2 is R2, which is given a value already" in done.err) == (2, True)
