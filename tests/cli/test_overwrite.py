"""Inputs stay byte for byte, whatever the place of the results is called; what others wrote needs --force."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import eisfit
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


def test_what_eisfit_wrote_may_be_written_again(folder, tmp_path, run):
    for out in ("t.csv", "t.xlsx", "t.parquet"):
        for name in ("a.csv", "kk.csv"):
            assert run("convert", folder / name, "-o", tmp_path / out).code == 0
    for name in ("a.csv", "kk.csv"):
        assert run("fit", folder / name, "-c", CIRCUIT, "--figures", "svg", "-o", tmp_path / "out").code == 0
        assert run("check", folder / name, "-o", tmp_path / "out").code == 0
    assert run("report", tmp_path / "out" / "study.json").code == 0
    for _ in range(2):  # the same again loses nothing
        assert run("simulate", "R", "--set", "R1=1", "-o", tmp_path / "s.csv").code == 0


@pytest.mark.parametrize("name", ["report.pdf", "study.json", "resistances.tex", "parameters.csv"])
def test_what_others_wrote_needs_force(folder, tmp_path, run, name):
    (tmp_path / name).write_text("thesis, do not delete\n", encoding="utf-8")
    done = run("fit", folder / "a.csv", "-c", CIRCUIT, "-q", "-o", tmp_path)
    assert done.code == 2
    assert f"{name} is there already and was not written by eisfit" in done.err
    assert (tmp_path / name).read_text(encoding="utf-8") == "thesis, do not delete\n"
    assert not (tmp_path / "derived.csv").exists()
    assert run("fit", folder / "a.csv", "-c", CIRCUIT, "-q", "-o", tmp_path, "--force").code == 0
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
