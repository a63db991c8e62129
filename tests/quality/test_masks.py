"""Which points a residual of the Kramers-Kronig test masks: limits from both sides."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from eisfit import Series, Spectrum
from eisfit.errors import OptionError
from eisfit.quality.masks import (
    CABLE,
    HARMONICS,
    MAINS,
    MAINS_DEVIATION,
    MAINS_PERCENT,
    MAINS_WIDTH,
    NEGATIVE,
    _alone,
    _near_mains,
    left_out,
    mask_bands,
    mask_cable,
    mask_inductive,
    mask_residuals,
)
from eisfit.spectrum import Source

F = np.array([1e4, 1e3, 300.0, 150.0, 100.0, 50.0, 10.0, 1.0])


def masked(
    deviation: dict[int, float], percent: dict[int, float], gross: tuple[int, ...] = (), f: Any = F
) -> list[int]:
    """The points that are masked, for deviations in standard deviations and percent of |Z|."""
    off, size = np.zeros(len(f)), np.zeros(len(f), complex)
    off[list(deviation)], size[list(percent)] = list(deviation.values()), np.array(list(percent.values())) / 100
    found = SimpleNamespace(deviation=[off], residual=[size], outliers=[np.isin(np.arange(len(f)), gross)])
    spectrum = mask_residuals(Spectrum(f, np.ones(len(f), complex)), found, 0, (50.0,))  # type: ignore[arg-type]
    return np.flatnonzero(spectrum.mask).tolist()


def test_hum_must_be_certain_and_large_enough() -> None:
    d, p = MAINS_DEVIATION, MAINS_PERCENT
    assert masked({5: d * 1.001}, {5: p * 1.001}) == [5]
    assert masked({5: d * 0.999}, {5: 99.0}) == []
    assert masked({5: 99.0}, {5: p * 0.999}) == []


def test_hum_is_near_a_harmonic_and_alone() -> None:
    assert masked(dict.fromkeys((0, 2, 4, 6), 9.0), dict.fromkeys((0, 2, 4, 6), 9.0)) == [4]
    assert masked({4: 9.0, 5: 9.0}, {4: 9.0, 5: 9.0}) == []  # two neighbours are no hum
    for factor, near in ((1 + 0.99 * MAINS_WIDTH, True), (1 - 1.01 * MAINS_WIDTH, False)):
        f = F.copy()
        f[5] *= factor
        assert masked({5: 9.0}, {5: 9.0}, f=f) == [5] * near
    for k, near in ((HARMONICS, True), (HARMONICS + 1, False)):
        f = F.copy()
        f[2] = 50.0 * k
        assert masked({2: 9.0}, {2: 9.0}, f=f) == [2] * near


def test_what_is_far_off_goes_anywhere() -> None:
    assert masked({}, {0: 5.0, 1: 5.0}, gross=(0, 1)) == [0, 1]
    assert masked({5: 9.0}, {5: 9.0, 0: 5.0}, gross=(0,)) == [0, 5]


def test_a_real_part_below_minus_two_percent_is_that_of_a_cable_at_the_high_end() -> None:
    z = np.full(8, 10.0 - 1j)
    for share, cable in ((NEGATIVE * 1.01, True), (NEGATIVE * 0.99, False)):
        bad = z.copy()
        bad[[0, 1, 4]] = -share + 1j * np.sqrt(1 - share**2)
        found = mask_cable(Spectrum(F, bad))
        assert np.flatnonzero(found.mask).tolist() == ([0, 1] if cable else [])
        assert set(found.reasons) == ({CABLE, ""} if cable else {""})
    inductive = np.where(np.isin(np.arange(8), [0, 1, 4]), z.conj(), z)
    assert np.flatnonzero(mask_inductive(Spectrum(F, inductive)).mask).tolist() == [0, 1]


def test_the_ends_of_a_band_belong_to_it() -> None:
    spectrum = Spectrum(F, np.ones(8, complex))
    assert np.flatnonzero(mask_bands(spectrum, [(50.0, 150.0)]).mask).tolist() == [3, 4, 5]
    assert np.flatnonzero(mask_bands(spectrum, [(0.0, 1.0), (1e4, 1e4)]).mask).tolist() == [0, 7]
    assert not mask_bands(spectrum, [(2.0, 3.0)]).mask.any()
    for wrong in ((2.0, 1.0), (-1.0, 1.0)):
        with pytest.raises(OptionError, match="a band to leave out"):
            mask_bands(spectrum, [wrong])


def test_the_limits_are_the_stated_ones_and_belong_to_what_they_mask() -> None:
    """Four standard deviations and half a percent, within 2 % of the first five harmonics, 2 % of |Z| below 0."""
    assert masked({5: 4.0}, {5: 0.5}) == [5]
    assert masked({5: 3.99}, {5: 9.0}) == masked({5: 9.0}, {5: 0.499}) == []
    for k, at, near in (
        (2, 250.0, True), (2, 300.0, False), (5, 51.0, True), (5, 49.0, True), (5, 51.01, False), (5, 48.99, False),
    ):  # fmt: skip
        f = F.copy()
        f[k] = at
        assert masked({k: 9.0}, {k: 9.0}, f=f) == [k] * near, at
    assert masked({0: 9.0}, {0: 9.0}, gross=(0,)) == [0]
    for real, cable in ((-0.0201, True), (-0.0199, False), (0.0, False)):
        z = np.full(8, 10.0 - 1j)
        z[0] = real + 1j * np.sqrt(1 - real**2)
        assert mask_cable(Spectrum(F, z)).mask.any() == cable, real


def test_a_masked_point_does_not_end_the_run_of_bad_ones() -> None:
    z = np.array([-5, 10, -5, 10, -5, 10, 10, 10]) + 1j
    already = Spectrum(F, z).masked(np.arange(8) == 1, "before")
    assert np.flatnonzero(mask_cable(already).mask).tolist() == [0, 1, 2]
    assert mask_cable(already).reasons[1] == "before"


def test_reasons_say_how_far_a_point_is_off() -> None:
    off, size = np.zeros(8), np.zeros(8, complex)
    off[[0, 5]], size[[0, 5]] = (12.0, 6.5), (0.03 + 0.04j, 0.0123)
    found = SimpleNamespace(deviation=[off], residual=[size], outliers=[np.arange(8) == 0])
    reasons = mask_residuals(Spectrum(F, np.ones(8, complex)), found, 0, (50.0,)).reasons  # type: ignore[arg-type]
    assert reasons[0] == "Kramers-Kronig residual of 5 %, 12 standard deviations"
    assert reasons[5] == "Kramers-Kronig residual of 1.2 %, 6.5 standard deviations near a harmonic of the mains"


def test_points_of_little_and_of_no_reactance_stay() -> None:
    """-0.1 of 10 ohm are one percent, -0.3 are three; a resistor at the high end is not inductive."""
    for real, gone in ((-0.1, False), (-0.3, True)):
        z = np.array([real + 10j, 5, 6, 7, 8, 9, 10, 11])
        assert mask_cable(Spectrum(F, z)).mask[0] == gone
    mixed = np.array([5, 6 + 1j, 7, 8, 9, 10, 11, 12])
    assert not mask_inductive(Spectrum(F, mixed)).mask.any()
    assert np.flatnonzero(mask_inductive(Spectrum(F, mixed + 1j * (np.arange(8) < 1))).mask).tolist() == [0, 1]


def test_mains_are_those_of_50_and_60_hertz_and_their_five_harmonics() -> None:
    for hertz in (50.0, 60.0, 100.0, 120.0, 150.0, 180.0, 200.0, 240.0, 250.0, 300.0):
        assert _near_mains(np.array([hertz]), MAINS).all(), hertz
    assert not _near_mains(np.array([25.0, 30.0, 55.0, 110.0, 350.0, 360.0]), MAINS).any()


def test_a_point_at_an_end_may_be_off_alone() -> None:
    assert _alone(np.array([True, False, True, True, False, True])).tolist() == [True, *[False] * 4, True]


def test_what_is_left_out_names_its_file() -> None:
    plain = Spectrum(F, np.ones(8, complex), label="a").masked(F > 5e3, "why")
    (point,) = left_out(Series([plain]))
    assert point == (0, "a", "", 1e4, "why")
    (told,) = left_out(Series([plain.with_(source=Source(path="a.csv"))]))
    assert told.file == "a.csv"
