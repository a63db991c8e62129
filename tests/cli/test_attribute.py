"""`eisfit attribute`: cells as results and as files."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

import eisfit.report
from eisfit.circuit import Circuit
from eisfit.export import read_study

from .conftest import FREQUENCY, write_spectrum

ELECTROLYTE = "R_{SE,bulk}(R_{GB}Q_{GB})"
WITH = ELECTROLYTE + "(R_{Int}Q_{Int})"
GRAIN, SLOW = [14.0, 7e-7, 0.85], [60.0, 8e-3, 0.85]


def write(folder: Path, text: str, name: str, values: list[float]) -> Path:
    """A cell of four spectra with its circuit in eisfit.toml."""
    folder.mkdir()
    rng = np.random.default_rng(len(values))
    for i in range(4):
        z = Circuit(text).impedance(FREQUENCY, values)
        noise = rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)
        write_spectrum(folder / f"{i:02d}.csv", z + 0.003 * np.abs(z) * noise)
    (folder / "eisfit.toml").write_text(f'[cell]\nname = "{name}"\n[fit]\ncircuit = "{text}"\n', encoding="utf-8")
    return folder


@pytest.fixture
def cells(tmp_path):
    """A half cell, a symmetric cell with the interface, one without."""
    return (
        write(tmp_path / "half", WITH, "Si|Li", [22.0, *GRAIN, *SLOW]),
        write(tmp_path / "a", WITH, "Si", [20.0, *GRAIN, *SLOW]),
        write(tmp_path / "b", ELECTROLYTE, "Li", [25.0, *GRAIN]),
    )


def test_from_files_with_the_names_of_the_cells(cells, run, tmp_path, monkeypatch):
    monkeypatch.setattr("eisfit.report.PAGES", eisfit.report.PAGES[:1])
    done = run("attribute", *cells, "-o", tmp_path / "out")
    assert done.code == 0
    assert "belongs to Si: Si has R_Int at" in done.out
    assert "R_GB (" in done.out
    text = (tmp_path / "out" / "attribution.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    found = {(row["arc"], row["cell"]): row["found"] for row in rows}
    assert found[("R_Int", "Si|Li")] == "Si"
    assert (found[("R_Int", "Si")], found[("R_Int", "Li")]) == ("seen", "absent")
    assert found[("R_GB", "Si|Li")] == "shared"
    study = read_study(tmp_path / "out" / "study.json")
    assert any("belongs to Si" in sentence for sentence in study.decisions)
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert "Arcs and electrodes" in {
        entry.title for entry in PdfReader(tmp_path / "out" / "report.pdf").outline if not isinstance(entry, list)
    }


def test_from_results_with_names_given(cells, run, tmp_path, monkeypatch):
    for folder in cells:
        assert run("fit", folder, "--no-report", "-q", "-o", tmp_path / f"of_{folder.name}").code == 0
    monkeypatch.setattr("eisfit.analysis.analyse", lambda *_, **__: pytest.fail("it fits"))
    done = run("attribute", tmp_path / "of_half", f"X={tmp_path / 'of_a'}", f"Y={tmp_path / 'of_b' / 'study.json'}")
    assert done.code == 0
    assert "belongs to X" in done.out
    assert run("attribute", tmp_path / "of_half", tmp_path / "of_a", "-q").out == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("half", "a", "b", "b"), "two symmetric cells are called Li"),
        (("half", "X=a", "Y=b", "Z=b"), "one or two symmetric cells, not 3"),
        (("half", "a", "--same", "20"), "1 <= same < other"),
        (("half", "a", "-o", "a/out"), "inside the input folder"),
    ],
)
def test_wrong_use(cells, run, tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    done = run("attribute", *arguments)
    assert done.code == 2
    assert sentence in done.err
    assert done.err.count("\n") == 1


def test_what_is_nowhere(run, cells, tmp_path):
    done = run("attribute", cells[0], tmp_path / "nowhere")
    assert done.code == 1
    assert "nowhere" in done.err
