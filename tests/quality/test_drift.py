"""Drift in a sweep, from neighbours and from the record."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Conditions, Series, Spectrum
from eisfit.quality import lin_kk, sweep_drift
from eisfit.quality.drift import POOLED_PERCENT, POOLED_Z, SHARE_OF_CHARGE, SweepDrift, _alike
from eisfit.spectrum import Record
from tests.quality.conftest import FREQUENCY as GRID
from tests.quality.conftest import noisy

FREQUENCY = np.logspace(4, -1, 21)


def series(times: list[float | None], factor: float = 1.0, **conditions: object) -> Series:
    z = 10 + 50 / (1 + 2j * np.pi * FREQUENCY * 0.1)
    return Series(
        Spectrum(FREQUENCY, z * factor**k, conditions=Conditions(time_s=t, **conditions))  # type: ignore[arg-type]
        for k, t in enumerate(times)
    )


def test_pace_of_the_neighbours() -> None:
    drift = sweep_drift(series([0.0, 1000.0, 2000.0], factor=1.1))
    assert drift.duration_s[0] == pytest.approx((1 / FREQUENCY).sum())
    np.testing.assert_allclose(drift.neighbour_percent, 100 * np.log(1.1) * drift.duration_s / 1000)
    assert f"|Z| at the lowest frequency by {drift.neighbour_percent[1]:.2g} %" in drift.sentence(1)


def test_the_pace_is_that_of_the_lowest_frequency_that_counts() -> None:
    """The last but one of the points grows by a tenth, the lowest is left out: of all others none changes."""
    made = [Spectrum([1000.0, 100.0, 10.0, 1.0], [5.0, 6.0, 7.0 * 1.1**k, 9.0 * 3**k]) for k in range(3)]
    timed = [s.with_(conditions=Conditions(time_s=1000.0 * k)) for k, s in enumerate(made)]
    plain = sweep_drift(Series(timed))
    np.testing.assert_allclose(plain.neighbour_percent, 100 * np.log(3) * plain.duration_s / 1000)
    cut = sweep_drift(Series(s.masked(s.frequency < 5, "test") for s in timed))
    np.testing.assert_allclose(cut.neighbour_percent, 100 * np.log(1.1) * cut.duration_s / 1000)


def test_without_a_record_no_share_of_its_charge_is_known() -> None:
    drift = sweep_drift(series([0.0, 1000.0], current_A=1.0))
    assert np.isfinite(drift.charge_mAh).all()
    assert np.isnan(drift.charge_share).all()


def test_another_half_cycle_is_no_neighbour() -> None:
    ours = series([0.0, 1000.0], factor=1.1, direction="charge")
    theirs = series([2000.0, 3000.0], factor=3.0, direction="discharge")
    drift = sweep_drift(ours.with_(spectra=(*ours, *theirs)))
    np.testing.assert_allclose(drift.neighbour_percent[:2], 100 * np.log(1.1) * drift.duration_s[0] / 1000)


def test_without_times_nothing_is_known() -> None:
    drift = sweep_drift(series([None, None, None]))
    assert np.isnan(drift.neighbour_percent).all()
    assert np.isnan(drift.potential_mV).all()
    assert drift.sentence(0) == ""
    assert len(sweep_drift(series([5.0])).neighbour_percent) == 1


def test_slope_of_the_potential_at_rest() -> None:
    t = np.arange(0.0, 4000.0, 10.0)
    current = np.where(t < 3000, 1e-3, 0.0)
    potential = np.where(t < 3000, 0.5, 0.6 - 2e-6 * (t - 3000))
    record = Record(t, potential, current, np.zeros_like(t), np.zeros(len(t), np.int64))
    drift = sweep_drift(series([100.0, 3995.0]).with_(record=record))
    assert np.isnan(drift.potential_mV[0])
    assert drift.potential_mV[1] == pytest.approx(-2e-3 * drift.duration_s[1])
    assert "the potential by" in drift.sentence(1)


def test_the_potential_right_after_a_current_says_nothing() -> None:
    t = np.arange(0.0, 1000.0, 5.0)
    current = np.where(t < 970, 1e-3, 0.0)
    record = Record(t, np.where(t < 970, 0.5, 0.6 - 1e-3 * (t - 970)), current, t * 1e-3, np.zeros(len(t), np.int64))
    assert np.isnan(sweep_drift(series([999.0]).with_(record=record)).potential_mV[0])


def test_a_direct_current_is_told() -> None:
    t = np.arange(0.0, 1000.0, 5.0)
    record = Record(t, 0 * t, 0 * t, t * 1e-2, np.zeros(len(t), np.int64))
    drift = sweep_drift(series([500.0], current_A=-2e-3).with_(record=record))
    assert drift.charge_mAh[0] == pytest.approx(-2e-3 * drift.duration_s[0] / 3.6)
    assert f"a direct current passes {-drift.charge_mAh[0]:.2g} mAh" in drift.sentence(0)
    assert "current" not in sweep_drift(series([500.0], current_A=-2e-8).with_(record=record)).sentence(0)


def test_neighbours_together_show_a_drift_that_one_hides(cells: Callable[..., np.ndarray]) -> None:
    rng = np.random.default_rng(1)
    pooled = {}
    for change in (0.0, 0.03):
        data = Series(Spectrum(GRID, z) for z in noisy(rng, cells(91, 60, change), 0.003))
        kk = lin_kk(data)
        drift = sweep_drift(data, kk)
        told = np.mean(["seems to rise" in drift.sentence(i) for i in range(60)])
        pooled[change] = told, np.mean(kk.verdict != "pass")
    assert pooled[0.0][0] <= 0.1
    assert pooled[0.03][0] > pooled[0.03][1]


def test_the_share_of_the_charge_of_a_record_however_little_that_is() -> None:
    t = np.arange(0.0, 1000.0, 5.0)
    for most in (0.4, 8.0):
        record = Record(t, 0 * t, 0 * t, np.linspace(1.0, 1.0 - most, len(t)), np.zeros(len(t), np.int64))
        drift = sweep_drift(series([500.0], passed_mAh=-0.1).with_(record=record))
        assert drift.charge_share[0] == pytest.approx(0.1 / most)
    still = Record(t, 0 * t, 0 * t, np.ones(len(t)), np.zeros(len(t), np.int64))
    assert np.isnan(sweep_drift(series([500.0], passed_mAh=-0.1).with_(record=still)).charge_share[0])


def test_the_mean_of_the_neighbours_is_weighted_by_their_errors() -> None:
    """Its error is that of the weights, or of the scatter, (sum w d^2 / (n - 1)) times it, where that is larger."""
    percent, error = np.array([1.0, 2.0, 6.0, np.nan]), np.array([1.0, 0.5, 1.0, 1.0])
    kk = SimpleNamespace(drift_percent=percent, drift_stderr_percent=error)
    drift = sweep_drift(series([0.0, 1000.0, 2000.0, 3000.0]), kk)  # type: ignore[arg-type]
    mean = (1.0 + 4 * 2.0 + 6.0) / 6
    scatter = ((1 - mean) ** 2 + 4 * (2 - mean) ** 2 + (6 - mean) ** 2) / 2
    np.testing.assert_allclose(drift.pooled_percent[:3], mean)
    np.testing.assert_allclose(drift.pooled_stderr_percent[:3], np.sqrt(scatter / 6))
    alike = SimpleNamespace(drift_percent=np.ones(4), drift_stderr_percent=error)
    assert sweep_drift(series([0.0, 1.0, 2.0, 3.0]), alike).pooled_stderr_percent[0] == pytest.approx(np.sqrt(1 / 6))  # type: ignore[arg-type]


def test_what_a_mean_drift_must_reach_to_be_said() -> None:
    nothing = {name: np.full(1, np.nan) for name in SweepDrift.__slots__}

    def said(percent: float, error: float) -> str:
        told = nothing | {"pooled_percent": np.array([percent]), "pooled_stderr_percent": np.array([error])}
        return SweepDrift(**told).sentence(0)

    assert "seems to rise by" in said(POOLED_PERCENT * 1.001, 0.0)
    assert "seems to fall by" in said(-POOLED_Z * 1.001, 1.0)
    assert said(POOLED_PERCENT * 0.999, 0.0) == said(POOLED_Z * 0.999, 1.0) == ""
    for share, told in ((SHARE_OF_CHARGE * 1.001, True), (SHARE_OF_CHARGE * 0.999, False)):
        charge = nothing | {"charge_share": np.array([share]), "charge_mAh": np.array([-0.25])}
        assert SweepDrift(**charge).sentence(0) == told * "a direct current passes 0.25 mAh in the sweep"


def test_neighbours_are_of_one_half_cycle_and_end_within_ten_percent() -> None:
    z = np.full(21, 10 - 1j)

    def alike(factor: float, **other: object) -> bool:
        one = Spectrum(FREQUENCY, z, conditions=Conditions(direction="charge", cycle=1))
        conditions = Conditions(**({"direction": "charge", "cycle": 1} | other))  # type: ignore[arg-type]
        return _alike(one, Spectrum(FREQUENCY * factor, z, conditions=conditions))

    assert alike(np.exp(0.099))
    assert not alike(np.exp(0.101))
    assert alike(np.exp(-0.099))
    assert not alike(np.exp(-0.101))
    assert not alike(1.0, cycle=2)
    assert not alike(1.0, direction="discharge")


def test_two_neighbours_to_either_side_are_averaged() -> None:
    """Of seven spectra with drifts 1 to 7 % the fourth has the mean of 2 to 6; at the ends fewer count."""
    percent = np.arange(1.0, 8.0)
    kk = SimpleNamespace(drift_percent=percent, drift_stderr_percent=np.ones(7))
    found = sweep_drift(series([1000.0 * k for k in range(7)]), kk).pooled_percent  # type: ignore[arg-type]
    assert found.tolist() == pytest.approx([2, 2.5, 3, 4, 5, 5.5, 6])
    lone = SimpleNamespace(drift_percent=np.array([1.0, np.nan, np.nan, np.nan, 5.0]), drift_stderr_percent=np.ones(5))
    assert np.isnan(sweep_drift(series([1000.0 * k for k in range(5)]), lone).pooled_percent[[0, 4]]).all()  # type: ignore[arg-type]
    none = SimpleNamespace(drift_percent=np.ones(3), drift_stderr_percent=np.array([0.0, 1.0, 1.0]))
    assert sweep_drift(series([0.0, 1.0, 2.0]), none).pooled_stderr_percent[0] == pytest.approx(np.sqrt(1 / 2))  # type: ignore[arg-type]


def test_the_pace_is_that_between_the_nearest_on_both_sides() -> None:
    """And none where time stands still, or is not known."""
    for times, known in (
        ([0.0, 1000.0, 2000.0], [1, 1, 1]),
        ([0.0, 0.0, 2000.0], [0, 1, 1]),
        ([0.0, np.nan, 9.0], [0, 0, 0]),
    ):
        found = sweep_drift(series([None if np.isnan(t) else t for t in times], factor=1.1)).neighbour_percent
        assert np.isfinite(found).tolist() == [bool(k) for k in known], times


def test_the_duration_is_that_of_the_file_else_a_period_of_each_frequency() -> None:
    data = series([0.0, 1000.0], duration_s=77.0, current_A=1e-3)
    found = sweep_drift(data)
    assert found.duration_s.tolist() == [77.0, 77.0]
    assert found.charge_mAh.tolist() == pytest.approx([77e-3 / 3.6] * 2)
    assert "a sweep of 77 s changes" in sweep_drift(
        series([0.0, 1000.0, 2000.0], factor=1.1, duration_s=77.0)
    ).sentence(0)


def test_limits_of_what_is_said_in_numbers() -> None:
    nothing = {name: np.full(1, np.nan) for name in SweepDrift.__slots__}
    for percent, error, said in ((0.7, 0.2, True), (0.69, 0.0, False), (0.89, 0.3, False), (0.91, 0.3, True)):
        told = nothing | {"pooled_percent": np.array([percent]), "pooled_stderr_percent": np.array([error])}
        assert bool(SweepDrift(**told).sentence(0)) == said, (percent, error)
    for share, said in ((1e-3, True), (0.99e-3, False)):
        charge = nothing | {"charge_share": np.array([share]), "charge_mAh": np.array([0.25])}
        assert bool(SweepDrift(**charge).sentence(0)) == said


def test_limits_that_are_meant_by_name() -> None:
    assert (POOLED_PERCENT, POOLED_Z, SHARE_OF_CHARGE) == (0.7, 3.0, 1e-3)
