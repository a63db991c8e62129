"""Verdicts on spectra that other laboratories measured, looked at one by one; docs/method-quality.md explains them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit import lin_kk, read
from eisfit.quality import screen

GOOD = [
    *(f"impedance.py/Circuit{k}_EIS_{i}.z" for k in (1, 2, 3) for i in (1, 2)),
    "impedance.py/exampleData.csv",
    "impedance.py/exampleDataZPlot.z",
    "bayes-drt/DRTtools_LIB_data.txt",
    "bayes-drt/550C.0.5V.DTA",
    "eisfitpython/Example2b.txt",
    "eisfitpython/s04147-140deg.txt",
    "eisfitpython/s04147-200deg.txt",
    "hybrid-drt/Sample2_PEIS_AtRest.csv",
]
BAD = {
    "impedance-analyzer/example_data.csv": "disagree",
    "impedance.py/exampleDataParstat.txt": "noise",
    "impedance.py/exampleDataGamry.DTA": "resistance seems to rise",
    "impedance.py/exampleDataCHInstruments.txt": "disagree",
}


@pytest.mark.parametrize("name", GOOD)
def test_good_files_pass(data: Path, name: str) -> None:
    kk = lin_kk(read(data / name))
    assert set(kk.verdict) == {"pass"}
    assert kk.noise_percent.max() < 0.5


@pytest.mark.parametrize(("name", "why"), BAD.items())
def test_bad_files_fail(data: Path, name: str, why: str) -> None:
    kk = lin_kk(read(data / name))
    assert set(kk.verdict) == {"fail"}
    assert why in kk.sentences[0]


def test_three_points_are_too_few(data: Path) -> None:
    kk = lin_kk(read(data / "buteau/COLUMBIA_TXT_example.txt", columns=("f", "re", "-im")))
    assert kk.verdict.tolist() == ["doubtful"]
    assert "3 points are too few" in kk.sentences[0]


@pytest.mark.parametrize("name", ["Z_ZARC-RL_Macdonald_0.25", "Z_2ZARC_uniform_0.25", "Z_Gerischer_Macdonald_1.0"])
def test_simulated_noise_is_found(data: Path, name: str) -> None:
    """The files hold the standard deviations of Re and Im that were simulated."""
    path = data / "bayes-drt" / f"{name}.csv"
    _, re, im, _, _, sigma_re, sigma_im = np.loadtxt(path, delimiter=",", skiprows=1, unpack=True)
    simulated = 100 * np.sqrt(np.mean((sigma_re**2 + sigma_im**2) / 2 / (re**2 + im**2)))
    assert lin_kk(read(path)).noise_percent[0] == pytest.approx(simulated, rel=0.2)


def test_a_cell_under_current_fails_at_every_sweep_and_says_so(data: Path) -> None:
    """Held at 2.4 V after a discharge, it went on discharging with 1 mA while it was measured."""
    pytest.importorskip("galvani")
    series = read(sorted((data / "espoupou").glob("AB_ESP13*")))
    quality = screen(series)
    current = np.abs(series.column("current_A")) > 1e-4
    assert current.sum() == 5
    assert (quality.kk.verdict == "fail").tolist() == current.tolist()
    assert all("a direct current passes" in quality.sentence(i) for i in np.flatnonzero(current))


def test_the_last_points_of_a_staircase_are_masked_where_they_are_off(data: Path) -> None:
    quality = screen(read(data / "speis/Hem1_EIS_dark.mpt"))
    assert len(quality.series) == 41
    assert "fail" not in quality.kk.verdict
    assert {p.frequency for p in quality.left_out} <= set(quality.series[0].frequency[-2:])
    assert 10 <= len(quality.left_out) <= 25


def test_at_most_a_tenth_of_any_spectrum_is_masked(data: Path) -> None:
    for name in ("hybrid-drt/PEIS_LPSCl_IonBlocking_-25C.txt", "buteau/MPT_example.mpt", "pyeis/ex1.mpt", *GOOD):
        for spectrum in screen(read(data / name)).series:
            assert spectrum.mask.mean() <= 0.1
