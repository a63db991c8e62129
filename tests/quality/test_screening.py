"""Masks: only what is bad, always with a reason, and as the user asked."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eisfit import Series, Spectrum, lin_kk, z_hit
from eisfit.errors import OptionError
from eisfit.export.plain import from_plain, to_plain
from eisfit.quality import Quality, screen
from eisfit.quality.kramers_kronig import RESIDUAL_REASON
from tests.quality.conftest import FREQUENCY, noisy

Cells = Callable[..., np.ndarray]


def series(z: np.ndarray, frequency: np.ndarray = FREQUENCY) -> Series:
    return Series(Spectrum(frequency, row) for row in z)


@pytest.mark.parametrize("noise", [0.003, *(pytest.param(noise, marks=pytest.mark.long) for noise in (0.001, 0.01))])
def test_good_points_stay(obedient: Callable[..., list[tuple[np.ndarray, np.ndarray]]], noise: float) -> None:
    rng = np.random.default_rng(1)
    quality = screen(Series(Spectrum(f, noisy(rng, z, noise)) for f, z in obedient(71, 6)))
    lost = [p for p in quality.left_out if not p.reason.startswith("Re(Z) < 0")]
    assert len(lost) <= 1


def test_gross_outliers_go_with_a_reason(cells: Cells) -> None:
    rng = np.random.default_rng(2)
    z = noisy(rng, cells(72, 40), 0.003)
    bad = [rng.choice(61, 4, replace=False) for _ in z]
    for row, k in zip(z, bad, strict=True):
        row[k] *= 1.12
    quality = screen(series(z))
    found = np.mean([quality.series[i].mask[k].mean() for i, k in enumerate(bad)])
    assert found > 0.95
    extra = sum(int(s.mask.sum()) for s in quality.series) - found * 160
    assert extra <= 1
    first = quality.left_out[0]
    assert first.reason.startswith(RESIDUAL_REASON)
    assert first.reason.endswith("standard deviations")
    assert first.frequency in FREQUENCY


def test_a_step_is_no_reason_to_mask(cells: Cells) -> None:
    z = cells(73, 30)
    z[:, 30:] *= 1.06
    quality = screen(series(noisy(np.random.default_rng(3), z, 0.001)))
    assert np.mean([s.mask.any() for s in quality.series]) < 0.1
    assert np.mean(quality.kk.verdict == "fail") > 0.9


def test_mains_need_less_to_go(cells: Cells) -> None:
    f = np.sort(np.append(FREQUENCY, [49.8, 150.5, 31.0]))[::-1]
    rng = np.random.default_rng(4)
    z = np.array([np.interp(np.log(f), np.log(FREQUENCY[::-1]), row[::-1]) for row in cells(74, 1)])
    smooth = 20 + 80 / (1 + (2j * np.pi * f * 1e-2) ** 0.8)
    z = noisy(rng, np.repeat(smooth[None], 30, axis=0), 0.001)
    for at in (49.8, 150.5, 31.0):
        z[:, f == at] *= 1.009
    masked = np.array([s.mask for s in screen(series(z, f)).series])
    assert masked[:, f == 49.8].mean() > 0.9
    assert masked[:, f == 150.5].mean() > 0.9
    assert masked[:, f == 31.0].mean() < 0.1
    reasons = {r for s in screen(series(z, f)).series for r in s.reasons if r}
    assert all(r.endswith("near a harmonic of the mains") for r in reasons)
    assert not np.array([s.mask for s in screen(series(z, f), mains=()).series])[:, f == 49.8].any()


def test_a_negative_real_part_at_the_high_end_goes(cells: Cells) -> None:
    z = cells(75, 1)
    z[0, :3] = [-5 + 30j, -3 + 20j, -1.5 + 12j]
    quality = screen(series(z))
    assert quality.series[0].mask.tolist() == [True] * 3 + [False] * 58
    assert {p.reason for p in quality.left_out} == {"Re(Z) < 0 at high frequency: cable or instrument"}


def test_a_negative_real_part_at_the_low_end_stays() -> None:
    z = 10 + 1 / (2j * np.pi * FREQUENCY * 1e-5 - 1 / 50)
    assert not screen(series(z[None])).series[0].mask.any()


def test_inductive_points_stay_unless_asked(cells: Cells) -> None:
    z = cells(76, 1) + 2j * np.pi * FREQUENCY * 1e-5
    inductive = z[0].imag > 0
    assert inductive.sum() > 3
    assert not screen(series(z)).series[0].mask.any()
    asked = screen(series(z), inductive="mask")
    np.testing.assert_array_equal(asked.series[0].mask, inductive)
    with pytest.raises(OptionError):
        screen(series(z), inductive="drop")  # type: ignore[arg-type]


def test_keep_all_leaves_out_only_what_was_asked(cells: Cells) -> None:
    z = cells(77, 1)
    z[0, 30] *= 1.3
    z[0, :2] = -5 + 30j
    quality = screen(series(z), keep_all=True, mask_ranges=[(0.05, 0.2)])
    inside = (FREQUENCY >= 0.05) & (FREQUENCY <= 0.2)
    np.testing.assert_array_equal(quality.series[0].mask, inside)
    assert {p.reason for p in quality.left_out} == {"in the band 0.05 to 0.2 Hz, left out as asked"}
    assert screen(series(z)).series[0].mask[30]
    with pytest.raises(OptionError):
        screen(series(z), mask_ranges=[(5, 1)])


def test_masks_that_came_with_the_series_stay(cells: Cells) -> None:
    z = cells(78, 1)
    cropped = series(z).with_(spectra=[Spectrum(FREQUENCY, z[0]).cropped(f_min=1.0)])
    quality = screen(cropped)
    np.testing.assert_array_equal(quality.series[0].mask, FREQUENCY < 1.0)
    assert np.isnan(quality.kk.residual[0][FREQUENCY < 1.0]).all()


def test_the_test_of_a_screened_series_is_the_same(cells: Cells) -> None:
    z = noisy(np.random.default_rng(5), cells(79, 5), 0.003)
    z[:, 25] *= 0.85
    quality = screen(series(z))
    assert all(s.mask.any() for s in quality.series)
    again = lin_kk(quality.series)
    assert again.sentences == quality.kk.sentences
    np.testing.assert_array_equal(again.rms_percent, quality.kk_rms_percent)


def test_the_series_given_is_not_changed(cells: Cells) -> None:
    given = series(cells(80, 1) * np.where(np.arange(61) == 20, 1.2, 1.0))
    assert screen(given).series[0].mask.any()
    assert not given[0].mask.any()


def test_quality_is_a_value_that_json_and_pickle_keep(cells: Cells) -> None:
    z = noisy(np.random.default_rng(6), cells(81, 2), 0.003)
    z[0, 25] *= 0.85
    quality = screen(series(z))
    for again in (
        pickle.loads(pickle.dumps(quality)),
        from_plain(Quality, json.loads(json.dumps(to_plain(quality)))),
    ):
        assert again.kk.verdict.tolist() == quality.kk.verdict.tolist()
        assert again.kk.limits == quality.kk.limits
        np.testing.assert_allclose(again.kk.residual[0], quality.kk.residual[0])
        assert again.left_out == quality.left_out
        assert again.sentence(0) == quality.sentence(0)
    assert quality.sentence(0).startswith("doubtful: 1 point stands out")
    assert quality.noise().modulus_percent == pytest.approx(0.3, rel=0.2)


def test_an_empty_series() -> None:
    quality = screen(Series([]))
    assert quality.left_out == ()
    assert len(quality.kk_rms_percent) == 0


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    points=st.integers(1, 70),
    spread=st.floats(0, 12),
    decades=st.floats(0, 12),
    kind=st.sampled_from(["any", "repeated", "constant", "wild", "zeros"]),
)
def test_nothing_finite_breaks_it(seed: int, points: int, spread: float, decades: float, kind: str) -> None:
    rng = np.random.default_rng(seed)
    f = 10 ** rng.uniform(-decades / 2, decades / 2, points)
    z = 10 ** rng.uniform(-spread / 2, spread / 2, points) * np.exp(2j * np.pi * rng.random(points))
    if kind == "repeated":
        f = rng.choice(f, points)
    elif kind == "constant":
        z[:] = z[0]
    elif kind == "wild":
        z[rng.integers(points)] *= 1e9
    elif kind == "zeros":
        z[rng.random(points) < 0.3] = 0
    quality = screen(Series([Spectrum(f, z), Spectrum(f[: points // 2 + 1], z[: points // 2 + 1])]), inductive="mask")
    assert set(quality.kk.verdict) <= {"pass", "doubtful", "fail"}
    assert all(quality.sentence(i) for i in range(2))
    assert all(p.reason for p in quality.left_out)
    assert len(z_hit(quality.series)) == 2
