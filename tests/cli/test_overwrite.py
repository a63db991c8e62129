"""Inputs stay byte for byte, whatever the place of the results is called; what others wrote needs --force."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import eisfit
import eisfit.report
from eisfit.errors import OptionError

from .conftest import CIRCUIT, spectra, write_spectrum


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Spectra under names that results have too."""
    folder = tmp_path / "d"
    folder.mkdir()
    for name, z in zip(("parameters.csv", "a.csv", "kk.csv", "derived.csv"), spectra(), strict=True):
        write_spectrum(folder / name, z)
    return folder


FIT = ("-c", CIRCUIT, "--no-report", "-q")
ATTEMPTS: dict[str, Callable[[Path], list[object]]] = {
    "fit beside itself": lambda d: ["fit", d / "parameters.csv", "-o", d, *FIT],
    "fit all of a folder": lambda d: ["fit", *sorted(d.glob("*.csv")), "-o", d, *FIT],
    "fit by force": lambda d: ["fit", *sorted(d.glob("*.csv")), "-o", d, "--force", *FIT],
    "convert to itself": lambda d: ["convert", d / "a.csv", "-o", d / "a.csv"],
    "convert to itself by force": lambda d: ["convert", d / "a.csv", "-o", d / "a.csv", "--force"],
    "convert by another spelling": lambda d: ["convert", d / "a.csv", "-o", f"{d}/../d/./a.csv"],
    "convert to files": lambda d: ["convert", d / "a.csv", "-o", d, "--files", "csv"],
    "check": lambda d: ["check", d / "kk.csv", "-o", d],
    "simulate over a stranger": lambda d: ["simulate", "R", "--set", "R1=1", "-o", d / "a.csv"],
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_inputs_stay_byte_for_byte(folder, run, attempt):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = run(*ATTEMPTS[attempt](folder))
    assert done.code == 2
    assert done.err.startswith("eisfit: ")
    assert done.err.count("\n") == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_link_to_an_input_is_the_input(folder, run, link):
    link(folder / "a.csv", folder / "b.csv")
    before = (folder / "a.csv").read_bytes()
    done = run("convert", folder / "a.csv", "-o", folder / "b.csv", "--force")
    assert done.code == 2
    assert "is an input of this run" in done.err
    assert (folder / "a.csv").read_bytes() == before
    assert (folder / "b.csv").read_bytes() == before


def cells(root: Path, **settings: str) -> Path:
    """Cells of one spectrum, each with its eisfit.toml."""
    for name, text in settings.items():
        (root / name).mkdir(parents=True)
        write_spectrum(root / name / "a.csv", spectra(1)[0])
        (root / name / "eisfit.toml").write_text(f'[fit]\ncircuit = "{CIRCUIT}"\n{text}\n', encoding="utf-8")
    return root


def test_the_inputs_of_every_cell_are_inputs(tmp_path, run):
    root = cells(tmp_path / "c", A="", B='blank = "../../out/A/study.json"')
    assert run("fit", root / "A", "-o", tmp_path / "out" / "A", "--no-report", "-q").code == 0
    before = (tmp_path / "out" / "A" / "study.json").read_bytes()
    run("fit", root, "--each", "-o", tmp_path / "out", "--no-report", "-q")
    assert (tmp_path / "out" / "A" / "study.json").read_bytes() == before


def test_a_blank_given_as_a_pattern_is_an_input(tmp_path, run):
    root = cells(tmp_path, A="")
    assert run("convert", root / "A", "-o", tmp_path / "r" / "parameters.csv", "-q").code == 0
    before = (tmp_path / "r" / "parameters.csv").read_bytes()
    options = ("--blank", tmp_path / "r" / "par*.csv", "--no-report", "-q", "-o", tmp_path / "r")
    assert run("fit", root / "A", *options).code == 2
    assert (tmp_path / "r" / "parameters.csv").read_bytes() == before


def test_a_folder_of_results_that_leads_to_another_cell_is_refused(tmp_path, run):
    root = cells(tmp_path / "c", A="", B="")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "A").symlink_to(root / "B")
    done = run("fit", root, "--each", "-o", tmp_path / "out", "--no-report", "-q")
    assert (done.code, "inside the input folder" in done.err) == (2, True)
    assert sorted(path.name for path in (root / "B").iterdir()) == ["a.csv", "eisfit.toml"]


def test_a_pattern_of_folders_is_a_folder(tmp_path, run):
    root = cells(tmp_path, data="")
    for command in (
        ("convert", "-o", root / "data" / "x.csv"),
        ("fit", "-o", root / "data" / "r"),
        ("check", "-o", root / "data" / "k"),
    ):
        done = run(command[0], root / "dat?", *command[1:])
        assert (done.code, "inside the input folder" in done.err) == (2, True)


def test_what_eisfit_wrote_may_be_written_again(folder, tmp_path, run, monkeypatch):
    monkeypatch.setattr("eisfit.report.PAGES", eisfit.report.PAGES[:1])
    for out in ("t.csv", "t.xlsx", "t.parquet"):
        for name in ("a.csv", "kk.csv"):
            assert run("convert", folder / name, "-o", tmp_path / out).code == 0
    for name in ("a.csv", "kk.csv"):
        assert (
            run(
                "fit", folder / name, "-c", CIRCUIT, "--figures", "svg", "--only", "circuit", "-o", tmp_path / "out"
            ).code
            == 0
        )
        assert run("check", folder / name, "-o", tmp_path / "out").code == 0
    assert run("report", tmp_path / "out" / "study.json").code == 0
    for _ in range(2):  # the same again loses nothing
        assert run("simulate", "R", "--set", "R1=1", "-o", tmp_path / "s.csv").code == 0


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("parameters.csv", ""),
        ("report.pdf", "%PDF-1.4 about eisfit\n"),
        ("study.json", '{"notes": "eisfit"}'),
        ("parameters.csv", "spectrum,file,sweep,mine\n"),
        ("resistances.tex", "% eisfit\n"),
    ],
)
def test_what_others_wrote_needs_force(folder, tmp_path, run, name, own):
    (tmp_path / name).write_text(f"{own}thesis, do not delete\n", encoding="utf-8")
    done = run("fit", folder / "a.csv", "-c", CIRCUIT, "-q", "-o", tmp_path)
    assert done.code == 2
    assert f"{name} is there already and was not written by eisfit" in done.err
    assert (tmp_path / name).read_text(encoding="utf-8") == f"{own}thesis, do not delete\n"
    assert not (tmp_path / "derived.csv").exists()
    plain = () if name == "report.pdf" else ("--no-report",)
    assert run("fit", folder / "a.csv", "-c", CIRCUIT, "-q", "-o", tmp_path, "--force", *plain).code == 0
    assert b"thesis" not in (tmp_path / name).read_bytes()


def test_several_cells_leave_an_overview_of_others(folder, tmp_path, run):
    shutil.copytree(folder, tmp_path / "cells" / "one")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "overview.csv").write_text("mine", encoding="utf-8")
    done = run("fit", tmp_path / "cells", "--each", "-o", tmp_path / "out", *FIT)
    assert done.code == 2
    assert (tmp_path / "out" / "overview.csv").read_text(encoding="utf-8") == "mine"


def test_a_study_written_from_python_keeps_its_inputs(folder):
    study = eisfit.analyse([folder / "a.csv", folder / "parameters.csv"], circuit=CIRCUIT)
    before = (folder / "parameters.csv").read_bytes()
    with pytest.raises(OptionError, match=r"derived\.csv is there already"):
        study.write(folder, report=False)
    with pytest.raises(OptionError, match=r"parameters\.csv is an input"):
        study.write(folder, report=False, force=True)
    assert (folder / "parameters.csv").read_bytes() == before
    (folder / "parameters.csv").unlink()
    with pytest.raises(OptionError, match=r"derived\.csv is there already"):
        study.write(folder, report=False)
    with pytest.raises(OptionError, match=r"derived\.csv is an input"):
        study.write(folder, report=False, inputs=[folder / "derived.csv"], force=True)
