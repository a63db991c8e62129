"""The synthetic samples: made again byte for byte, laid out as an instrument does, determined enough to be fitted."""

from __future__ import annotations

import csv
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import least_squares

from eisfit.circuit import Circuit
from eisfit.readers import read

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
CELLS = {
    "si-half-cell": ("R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}", 0.003),
    "li-symmetric": ("L_{lead}R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})", 0.004),
    "lpscl-pellet": ("R_{SE,bulk}(R_{GB}Q_{GB})Q_{El}", 0.003),
}
MPT = sorted(SAMPLES.glob("*/*.mpt"))
CURRENT_MA = 0.3167


def table(path: Path) -> dict[str, np.ndarray]:
    """Columns of an .mpt file, by nothing but its layout."""
    lines = path.read_bytes().decode("latin-1").split("\r\n")
    head = int(lines[1].split(":")[1])
    names = lines[head - 1].rstrip("\t").split("\t")
    rows = [[float(x) for x in line.split("\t")] for line in lines[head:] if line]
    return dict(zip(names, np.array(rows).T, strict=True))


def truth(name: str) -> list[dict[str, str]]:
    """The true values of a cell."""
    with (SAMPLES / "truth" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in rows])


def spectra(name: str) -> Iterator[tuple[dict[str, str], np.ndarray, np.ndarray]]:
    """Truth, frequency and impedance of each spectrum."""
    for row in truth(name):
        path = SAMPLES / name / row["file"]
        if path.suffix == ".csv":
            f, re_z, minus_im = np.loadtxt(path, delimiter=",", skiprows=1).T
        else:
            data = table(path)
            sweep = data["cycle number"] == int(row["sweep"]) + 1
            f, re_z, minus_im = (data[c][sweep] for c in ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm"))
        yield row, f, re_z - 1j * minus_im


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Path]:
    """Two folders that make_samples.py wrote, one after the other."""
    folders = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(SAMPLES))
        for folder in folders:
            importlib.import_module("make_samples").main(["--output", str(folder)])
    return folders


def files(folder: Path) -> dict[str, bytes]:
    found = (p for p in folder.rglob("*") if p.suffix in (".mpt", ".csv", ".toml"))
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def test_two_runs_write_the_same_bytes(made):
    assert files(made[0]) == files(made[1])


def test_the_samples_are_what_the_script_makes(made):
    here, again = files(SAMPLES), files(made[0])
    assert here.keys() == again.keys()
    differing = [name for name in here if not same(here[name], again[name])]
    assert differing == []


def same(one: bytes, other: bytes) -> bool:
    """Equal but for the last printed digit of a number: another processor may round exp() otherwise."""
    if one == other:
        return True
    number = re.compile(rb"[-+]?\d+\.\d+(?:[eE][-+]?\d+)?")
    numbers = [np.array(number.findall(text), dtype=float) for text in (one, other)]
    return number.sub(b"#", one) == number.sub(b"#", other) and np.allclose(*numbers, rtol=3e-6, atol=1e-12)


def test_they_are_small():
    assert sum(len(content) for content in files(SAMPLES).values()) < 3e6


@pytest.mark.parametrize("path", MPT, ids=lambda p: p.name)
def test_the_layout_is_that_of_the_instrument(path):
    text = path.read_bytes().decode("latin-1")
    assert "\n" not in text.replace("\r\n", "")
    assert text.startswith("EC-Lab ASCII FILE\r\nNb header lines : ")
    assert "SYNTHETIC" in text
    data = table(path)
    assert "time/s" in data
    assert np.all(np.diff(data["time/s"]) > 0)
    loops = re.findall(r"Loop \d+ from point number (\d+) to (\d+)", text)
    ends = [int(end) for _, end in loops] or [len(data["time/s"]) - 1]
    assert ends[-1] == len(data["time/s"]) - 1
    for start, _ in loops:
        if "(Q-Qo)/mA.h" in data:
            assert data["(Q-Qo)/mA.h"][int(start)] == 0


@pytest.mark.parametrize("name", ["si-half-cell", "li-symmetric"])
def test_one_clock_runs_through_all_files_of_a_cell(name):
    times = np.sort(np.concatenate([table(p)["time/s"] for p in (SAMPLES / name).glob("*.mpt")]))
    assert np.all(np.diff(times) > 0)
    assert np.all(np.diff(column(truth(name), "time_s")) > 3600)
    gap = np.diff(times).max()
    assert gap < 400, "the longest step of the clock is one point at 10 mHz"


@pytest.mark.parametrize("name", ["si-half-cell", "li-symmetric"])
def test_the_charge_is_the_sum_of_dq_over_all_files(name):
    tables = [table(p) for p in (SAMPLES / name).glob("*.mpt") if "OCV" not in p.name]
    time = np.concatenate([t["time/s"] for t in tables])
    order = np.argsort(time)
    charge = np.cumsum(np.concatenate([t["dq/mA.h"] for t in tables])[order])
    rows = truth(name)
    at = np.searchsorted(time[order], column(rows, "time_s"), side="right") - 1
    assert np.allclose(charge[at], column(rows, "charge_mAh"), atol=1e-5)


def test_a_sweep_takes_longest_at_low_frequency():
    for row, f, _ in spectra("si-half-cell"):
        data = table(SAMPLES / "si-half-cell" / row["file"])
        took = np.diff(data["time/s"][: len(f)])
        assert took[-1] > 100 * took[0]
        assert 900 < took.sum() < 1500


def test_half_cell_follows_the_publication():
    rows = truth("si-half-cell")
    R = column(rows, "R_Int")
    directions = [row["direction"] for row in rows]
    assert directions == ["discharge"] * 12 + ["charge"] * 9
    assert R[[0, 2, 11]].tolist() == [101, 33, 66]
    assert np.argmin(R[:12]) == 2
    below = column(rows, "potential_V")[12:] + 0.62 < 0.68
    assert R[12:][below][[0, -1]].tolist() == [28, 42]
    assert R[-1] == 148
    assert np.all(np.diff(R[12:]) > 0)
    charge = column(rows, "charge_mAh")
    assert np.isclose(-charge[11] / 1.2e-3, 2773, rtol=2e-3)
    assert np.isclose((charge[-1] - charge[11]) / -charge[11], 0.856, atol=1e-3)


def test_symmetric_cell_collapses_after_the_third_cycle():
    rows = truth("li-symmetric")
    assert [row["shorted"] for row in rows] == ["no"] * 13 + ["yes"] * 3
    assert [row["cycle"] for row in rows if row["shorted"] == "yes"] == ["3", "4", "4"]
    assert np.all(np.diff(column(rows, "R_Int")[:8]) > 0)
    intact = sum(column(rows, name) for name in ("R_SE_bulk", "R_GB", "R_Int"))[13:]
    ratio = column(rows[13:], "R_short") / intact
    assert np.allclose(ratio, 0.43, atol=0.05)


@pytest.mark.parametrize("name", ["si-half-cell", "li-symmetric"])
def test_the_electrolyte_is_steady(name):
    for role in ("R_SE_bulk", "R_GB"):
        R = column(truth(name), role)
        assert np.ptp(R) / R.mean() < 0.02


def test_the_voltage_of_the_symmetric_cell_is_that_of_its_resistance():
    rows = truth("li-symmetric")
    total = sum(column(rows, name) for name in ("R_SE_bulk", "R_GB", "R_Int"))
    steps = [overpotentials(number) for number in ("04", "06")]
    eta = np.ravel(np.column_stack(steps))
    assert np.allclose(eta[:5], 1e-3 * CURRENT_MA * total[8:13], rtol=0.02)
    leak = column(rows[13:], "R_short")
    assert np.allclose(eta[5:], 1e-3 * CURRENT_MA * total[13:] * leak / (total[13:] + leak), rtol=0.1)
    assert np.all((eta[5:] > 0.005) & (eta[5:] < 0.007))


def overpotentials(number: str) -> list[float]:
    """Median |V| of the last ten minutes of current in each loop, V."""
    data = table(SAMPLES / "li-symmetric" / f"Li-LPSCl-Li_03_{number}_GCPL_C03.mpt")
    flowing = data["mode"] == 1
    ends = np.flatnonzero(flowing & ~np.append(flowing[1:], False))
    return [float(np.median(np.abs(data["Ewe/V"][end - 20 : end]))) for end in ends]


@pytest.mark.parametrize("name", CELLS)
def test_reading_a_folder_gives_every_spectrum_in_its_place(name):
    series, rows = read(SAMPLES / name), list(spectra(name))
    assert len(series) == len(rows)
    for spectrum, (row, f, z) in zip(series, rows, strict=True):
        assert Path(spectrum.source.path).name == row["file"]
        assert spectrum.source.sweep == int(row["sweep"])
        assert np.array_equal(spectrum.frequency, f)
        assert np.array_equal(spectrum.impedance, z)


@pytest.mark.parametrize("name", ["si-half-cell", "li-symmetric"])
def test_reading_a_folder_gives_the_true_conditions(name):
    series, rows = read(SAMPLES / name), truth(name)
    assert series.record is not None
    assert np.allclose(np.diff(series.column("time_s")), np.diff(column(rows, "time_s")), atol=1)
    assert np.allclose(series.column("charge_mAh"), column(rows, "charge_mAh"), atol=1e-4)
    assert np.allclose(series.column("potential_V"), column(rows, "potential_V"), atol=1e-3)
    assert [s.conditions.direction for s in series] == [row["direction"] for row in rows]


@pytest.mark.parametrize("name", CELLS)
def test_settings_name_the_circuit(name):
    settings = tomllib.loads((SAMPLES / name / "eisfit.toml").read_text(encoding="utf-8"))
    assert settings.keys() == {"cell", "fit", "limits"}
    assert settings["cell"]["area_cm2"] == 1.2668
    names = Circuit(settings["fit"]["circuit"]).names
    assert set(names) <= truth(name)[0].keys()


@pytest.mark.parametrize("name", CELLS)
def test_resistances_are_determined_and_a_fit_from_the_truth_finds_them(name):
    """Cramer-Rao bounds low enough that 5 % is three standard deviations; deviations no larger than noise makes."""
    text, noise = CELLS[name]
    circuit = Circuit(text)
    roles = [i for i, n in enumerate(circuit.names) if n.startswith("R_")]
    rows = [deviations(circuit, *spectrum, noise) for spectrum in spectra(name) if spectrum[0].get("shorted") != "yes"]
    bounds, found, chi2 = (np.array(x) for x in zip(*rows, strict=True))
    assert bounds[:, roles].max() < 0.05 / 3
    assert np.mean(np.abs(found[:, roles]) <= 3) >= 0.99
    assert 0.85 < chi2.mean() < 1.15


def deviations(circuit: Circuit, row: dict[str, str], f: np.ndarray, z: np.ndarray, noise: float):
    """Relative Cramer-Rao bounds (P,), deviation of a weighted fit from the truth in those units (P,), reduced chi2."""
    true = np.array([float(row[name]) for name in circuit.names])
    weight = 1 / (noise * np.abs(z))

    def residual(x):
        d = (circuit.impedance(f, true * np.exp(x)) - z) * weight
        return np.concatenate([d.real, d.imag])

    def jacobian(x):
        d = circuit.jacobian(f, true * np.exp(x)) * (true * np.exp(x)) * weight[:, None]
        return np.concatenate([d.real, d.imag])

    J = jacobian(np.zeros(len(true)))
    bound = np.sqrt(np.diag(np.linalg.inv(J.T @ J)))
    fit = least_squares(residual, np.zeros(len(true)), jacobian, method="lm")
    return bound, fit.x / bound, 2 * fit.cost / (2 * len(f) - len(true))
