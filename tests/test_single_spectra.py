"""A cell of twenty spectra, three on another circuit, one left out, one masked, by its eisfit.toml alone."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

import eisfit as ef
from eisfit.__main__ import main

F = np.logspace(6, -2, 33)
MAIN, OTHER = (
    ef.Circuit("R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"),
    ef.Circuit("R_{SE,bulk}(R_{Int}C_{Int})Q_{D}"),
)
ODD, OUT, MASKED = (5, 6, 12), 3, 8
SETTINGS = """
[fit]
circuit = "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"
inductance = "off"

[[spectra]]
match = "*_other"
circuit = "R_{SE,bulk}(R_{Int}C_{Int})Q_{D}"

[[spectra]]
match = "03_*"
exclude = "contact lost"

[[spectra]]
match = "08_*"
mask = [[900, 1100]]
"""


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the cell, with its settings."""
    folder = tmp_path_factory.mktemp("data") / "cell"
    folder.mkdir()
    rng = np.random.default_rng(4)
    for k in range(20):
        z = MAIN.impedance(F, [22, 13, 4e-7, 0.9, 30 + 4 * k, 4e-3, 0.82, 0.3, 0.6])
        if k in ODD:
            z = OTHER.impedance(F, [35, 30 + 4 * k, 1e-3, 0.3, 0.6])
        z = z * (1 + 0.002 * (rng.standard_normal(F.size) + 1j * rng.standard_normal(F.size)))
        rows = [f"{f!r},{v.real!r},{v.imag!r}" for f, v in zip(F.tolist(), z.tolist(), strict=True)]
        name = f"{k:02d}_{'other' if k in ODD else 'plain'}.csv"
        (folder / name).write_text("\n".join(["frequency/Hz,Re(Z)/Ohm,Im(Z)/Ohm", *rows]), encoding="utf-8")
    (folder / "eisfit.toml").write_text(SETTINGS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def written(cell: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "results"
    assert main(["fit", str(cell), "-o", str(out), "--no-report", "--quiet"]) == 0
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_one_table_holds_every_spectrum_by_its_roles(written: Path) -> None:
    table = rows(written / "parameters.csv")
    kept = [k for k in range(20) if k != OUT]
    assert [int(row["spectrum"][:2]) for row in table] == kept
    assert [row["circuit"] for row in table] == [str(OTHER if k in ODD else MAIN) for k in kept]
    for row, k in zip(table, kept, strict=True):
        assert float(row["R_Int"]) == pytest.approx(30 + 4 * k, rel=0.1)
        assert (row["R_GB"] == "") == (k in ODD)
        assert (row["C_Int"] == "") == (k not in ODD)
        assert int(row["points_used"]) == F.size - (k == MASKED)
    derived = rows(written / "derived.csv")
    assert all(row["C_Int_F"] and row["R_total"] for row in derived)


def test_the_same_from_python(cell: Path, written: Path, tmp_path: Path) -> None:
    bare = tmp_path / "cell"
    shutil.copytree(cell, bare, ignore=shutil.ignore_patterns("eisfit.toml"))
    study = ef.analyse(
        bare,
        circuit=MAIN,
        inductance="off",
        spectra=[
            {"match": "*_other", "circuit": OTHER},
            {"match": "03_*", "exclude": "contact lost"},
            {"match": "08_*", "mask": [(900, 1100)]},
        ],
    )
    study.write(tmp_path / "out", report=False)
    for name in ("parameters.csv", "derived.csv", "resistances.csv"):
        assert (tmp_path / "out" / name).read_text(encoding="utf-8") == (written / name).read_text(encoding="utf-8")
    back = ef.read_study(written / "study.json")
    assert [str(c) for c in back.fits.circuits] == [str(MAIN), str(OTHER)]
    assert any("contact lost" in note.sentence and note.path == "03_plain" for note in back.series.notes)


def tiny(folder: Path, names: str) -> Path:
    """A cell of resistors."""
    folder.mkdir(parents=True)
    for name in names:
        rows = [f"{f!r},{10 + k % 2 / 100},0.0" for k, f in enumerate(F.tolist())]
        (folder / f"{name}.csv").write_text("\n".join(["frequency/Hz,Re(Z)/Ohm,Im(Z)/Ohm", *rows]), encoding="utf-8")
    return folder


def test_flags_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tiny(tmp_path / "cell", "abc")
    begun = ["fit", str(folder), "-c", "R", "--no-report", "-q", "-o", str(tmp_path / "out")]
    assert main([*begun, "--exclude", "b", "--start", "R_SE_bulk=3"]) == 0
    assert [row["spectrum"] for row in rows(tmp_path / "out" / "parameters.csv")] == ["a", "c"]
    for words, said in (
        (["--exclude", "d"], "exclude: no spectrum is named 'd'"),
        (["--start", "R_GB=3"], "no parameter R_GB"),
        (["--start", "R1"], "--start: expected NAME=..., not 'R1'"),
    ):
        assert main([*begun, *words]) == 2 or "no parameter" in said
        assert said in capsys.readouterr().err


def test_of_several_cells_not_each_has_the_spectrum(tmp_path: Path) -> None:
    tiny(tmp_path / "cells" / "one", "ab")
    tiny(tmp_path / "cells" / "two", "bc")
    settings = '[fit]\ncircuit = "R"\n[[spectra]]\nmatch = "c"\nexclude = true\n'
    (tmp_path / "cells" / "eisfit.toml").write_text(settings, encoding="utf-8")
    out = tmp_path / "out"
    assert main(["fit", str(tmp_path / "cells"), "--each", "--exclude", "a", "--no-report", "-q", "-o", str(out)]) == 0
    for name in ("one", "two"):
        assert [row["spectrum"] for row in rows(out / name / "parameters.csv")] == ["b"]


@pytest.mark.long
def test_one_report_names_both_circuits_with_and_without_fitting(cell: Path, written: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader

    assert main(["fit", str(cell), "-o", str(tmp_path / "one"), "--quiet"]) == 0
    assert main(["report", str(written / "study.json"), "-o", str(tmp_path / "two"), "--quiet"]) == 0
    for folder in ("one", "two"):
        first = PdfReader(tmp_path / folder / "report.pdf").pages[0].extract_text()
        for circuit in (MAIN, OTHER):
            assert str(circuit).replace(" ", "") in first.replace(" ", "").replace("\n", "")
