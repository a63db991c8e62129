"""From files to results through the command: the samples against their true values."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import eisfit
from eisfit.__main__ import main

SAMPLES = Path(__file__).parents[1] / "samples"
RESISTANCES = {
    "si-half-cell": ("R_SE_bulk", "R_GB", "R_Int"),
    "li-symmetric": ("R_SE_bulk", "R_GB", "R_Int"),
    "lpscl-pellet": ("R_SE_bulk", "R_GB"),
}


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name] or "nan") for row in rows])


class Fitted:
    """A sample fitted by the command, and its true values."""

    def __init__(self, name: str, out: Path) -> None:
        self.code = main(["fit", str(SAMPLES / name), "--no-report", "-q", "-o", str(out)])
        self.rows = read_table(out / "parameters.csv")
        self.derived = read_table(out / "derived.csv")
        self.truth = read_table(SAMPLES / "truth" / f"{name}.csv")
        self.intact = np.array([row.get("shorted", "no") == "no" for row in self.truth])


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fitted]:
    return {name: Fitted(name, tmp_path_factory.mktemp(name) / "out") for name in RESISTANCES}


@pytest.mark.parametrize("name", RESISTANCES)
def test_nothing_is_skipped_lost_or_merged(fitted, name):
    sample = fitted[name]
    assert sample.code == 0
    assert [(row["file"], row["sweep"]) for row in sample.rows] == [(r["file"], r["sweep"]) for r in sample.truth]
    assert {row["status"] for row in sample.rows} == {"converged"}


def test_resistances_are_within_three_standard_errors(fitted):
    deviations = []
    for name, resistances in RESISTANCES.items():
        sample = fitted[name]
        for r in resistances:
            z = (column(sample.rows, r) - column(sample.truth, r)) / column(sample.rows, f"{r}_stderr")
            deviations.append(z[sample.intact])
    deviations = np.concatenate(deviations)
    assert np.isfinite(deviations).all()
    assert np.mean(np.abs(deviations) < 3) >= 0.99
    assert 0.7 < np.sqrt(np.mean(deviations**2)) < 1.3


@pytest.mark.parametrize("name", ["si-half-cell", "li-symmetric"])
def test_the_interface_is_within_five_percent(fitted, name):
    sample = fitted[name]
    ratio = column(sample.rows, "R_Int") / column(sample.truth, "R_Int")
    assert np.all(np.abs(ratio[sample.intact] - 1) < 0.05)


@pytest.mark.parametrize("name", ["si-half-cell", "li-symmetric"])
def test_the_state_of_the_cell_at_each_spectrum(fitted, name):
    sample = fitted[name]
    time, true = column(sample.rows, "time_s"), column(sample.truth, "time_s")
    np.testing.assert_allclose(time - time[0], true - true[0], atol=1)
    for quantity in ("potential_V", "charge_mAh", "cycle"):
        np.testing.assert_allclose(column(sample.rows, quantity), column(sample.truth, quantity), atol=1e-3)
    assert [row["direction"] for row in sample.rows] == [row["direction"] for row in sample.truth]
    if name == "si-half-cell":
        np.testing.assert_allclose(column(sample.rows, "soc"), column(sample.truth, "soc"), atol=2e-3)


def test_the_fall_of_the_interface_is_no_short(fitted):
    assert not any("short" in row["flags"] for row in fitted["si-half-cell"].rows)


def test_the_soft_short_is_caught_when_it_comes_and_not_before(fitted):
    sample = fitted["li-symmetric"]
    assert ["soft_short" in row["flags"] for row in sample.rows] == (~sample.intact).tolist()
    assert not any("hard_short" in row["flags"] for row in sample.rows)


def test_the_size_of_the_short_lies_within_its_interval(fitted):
    sample = fitted["li-symmetric"]
    true = column(sample.truth, "R_short")[~sample.intact]
    low, high = (column(sample.derived, f"R_short_{end}")[~sample.intact] for end in ("low", "high"))
    assert np.sum((low <= true) & (true <= high)) >= 2


def test_the_cable_is_found_where_there_is_one(fitted):
    cable = fitted["li-symmetric"]
    value, stderr = column(cable.rows, "L_lead"), column(cable.rows, "L_lead_stderr")
    assert np.all(np.abs(value - column(cable.truth, "L_lead")) < 4 * stderr)
    assert "L_lead" not in fitted["si-half-cell"].rows[0]


def test_python_gives_the_numbers_of_the_command(fitted):
    study = eisfit.analyse(
        SAMPLES / "lpscl-pellet",
        circuit="R_{SE,bulk}(R_{GB}Q_{GB})Q_{El}",
        cell=eisfit.Cell(type="blocking", area_cm2=1.2668, thickness_um=850),
    )
    for name in study.fits.names:
        np.testing.assert_array_equal(study.fits.column(name)[0], column(fitted["lpscl-pellet"].rows, name))


def test_what_was_simulated_is_found_again(tmp_path):
    out = tmp_path / "s.csv"
    options = ["--set", "R_Int=80", "--set", "R_GB=25", "--noise", "0.002", "--seed", "1"]
    assert main(["simulate", "assb", *options, "-o", str(out)]) == 0
    assert main(["fit", str(out), "--no-report", "-q", "-o", str(tmp_path / "out")]) == 0
    (row,) = read_table(tmp_path / "out" / "parameters.csv")
    for name, true in (("R_Int", 80.0), ("R_GB", 25.0)):
        assert abs(float(row[name]) - true) < 4 * float(row[f"{name}_stderr"])


def test_what_was_converted_gives_the_same_fit(fitted, tmp_path):
    table = tmp_path / "pellet.csv"
    assert main(["convert", str(SAMPLES / "lpscl-pellet"), "-o", str(table), "-q"]) == 0
    circuit = "R_{SE,bulk}(R_{GB}Q_{GB})Q_{El}"
    out = tmp_path / "out"
    assert main(["fit", str(table), "-c", circuit, "--cell-type", "blocking", "--no-report", "-q", "-o", str(out)]) == 0
    for name in ("R_SE_bulk", "R_GB"):
        np.testing.assert_allclose(
            column(read_table(out / "parameters.csv"), name), column(fitted["lpscl-pellet"].rows, name), rtol=1e-6
        )
