"""The detector on the samples and on measured series without a short."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import eisfit as ef
from eisfit.cycling import choose_axis, with_soc
from eisfit.shorts import detect_shorts
from eisfit.spectrum import Cell

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
ALARMS = {"soft", "hard"}


def test_the_silicon_half_cell_has_no_flag():
    series = ef.read(SAMPLES / "si-half-cell")
    found = detect_shorts(series)
    assert found.level == ("ok",) * len(series)


def test_the_symmetric_cell_is_soft_from_its_first_shorted_spectrum_on():
    truth = np.genfromtxt(
        SAMPLES / "truth" / "li-symmetric.csv", delimiter=",", names=True, dtype=None, encoding="utf-8"
    )
    shorted = truth["shorted"] == "yes"
    series = ef.read(SAMPLES / "li-symmetric", cell=Cell(type="symmetric"))
    found = detect_shorts(series)
    assert found.level == tuple("soft" if s else "ok" for s in shorted)
    assert all(found.trace[i] for i in np.flatnonzero(shorted))
    true = truth["R_short"][shorted].astype(float)
    assert (found.R_short_low[shorted] <= true).all()
    assert (found.R_short_high[shorted] >= true).all()


def test_the_half_cell_has_its_state_of_charge():
    cell = Cell(type="half", working_electrode="anode", capacity_mAh=3.33)
    series, said = with_soc(ef.read(SAMPLES / "si-half-cell", cell=cell))
    axis = choose_axis(series)
    assert (axis.name, axis.label) == ("soc", "Lithiation")
    down = np.array([s.conditions.direction == "discharge" for s in series])
    assert (np.diff(axis.values[down]) > 0).all()
    assert (np.diff(axis.values[~down]) < 0).all()
    assert axis.values[0] == pytest.approx(0, abs=1e-3)
    assert "3.33 mAh" in said[0]


@pytest.mark.parametrize(
    "paths",
    [
        ["espoupou/AB_ESP13_18_03_26_Csur20_SP3_tx0min_01_PEIS_C02_0*"],
        ["espoupou/AB_ESP3_16_03_2026_Csur20_tx0min_0*"],
        ["speis/*.mpt"],
        ["zahner/0*.ism"],
        ["hybrid-drt/Sample2_PEIS_AtRest.csv"],
    ],
    ids=["primary cell 13", "primary cell 3", "photoelectrode", "bias series", "resting solid-state cell"],
)
def test_measured_series_without_a_short_raise_no_alarm(data, paths):
    found = detect_shorts(measured(data, paths))
    assert not ALARMS & set(found.level)
    assert "ok" in found.level


def measured(data, paths):
    """The measured series, or a skip where its format cannot be read here."""
    files = sorted(p for pattern in paths for p in data.glob(pattern) if p.suffix != ".txt")
    if not files:
        pytest.skip(f"no measured files {paths} at {data}")
    try:
        return ef.read(files)
    except ef.UnknownFormat as error:
        pytest.skip(f"no reader yet: {error}")
