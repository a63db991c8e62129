"""A heap of files of several cells is not judged; one cell that jumps, comes back or is shorted is."""

import numpy as np

from eisfit.shorts import detect_shorts
from eisfit.shorts.one_cell import apart, foreign
from eisfit.shorts.spectra import Aligned, align
from eisfit.spectrum import Cell, Conditions, Record, Series, Spectrum

F = np.logspace(6, 0, 37)


def cell(scale, f=F, seed=0, leak=np.inf, T=None):
    r = np.random.default_rng(seed)
    z = scale * (20 + 10 / (1 + (1j * f / 2e5) ** 0.9) + 30 / (1 + (1j * f / 20) ** 0.85))
    z = 1 / (1 / z + 1 / leak)
    noise = 0.002 * (r.standard_normal(len(f)) + 1j * r.standard_normal(len(f)))
    return Spectrum(f, z * (1 + noise), label=f"x{scale:g}", conditions=Conditions(temperature_C=T))


def series(*scales, **more):
    return Series([cell(scale, seed=k, **more) for k, scale in enumerate(scales)])


def strange(given):
    spectra = align(given, range(len(given)))
    return foreign(given, spectra, given.column("temperature_C")).tolist()


def test_spectra_far_above_all_before_them_are_foreign():
    cases = {
        "one cell": (series(1, 1.1, 0.95, 1, 1.3), []),
        "three cells": (series(1, 3, 9, 9, 3, 1), [1, 2]),
        "lost contact": (series(1, 1, 2.5, 2.5, 2.5), [2]),
        "one bad spectrum": (series(1, 1, 5, 1, 1, 7, 1), []),
        "ever lower": (series(8, 4, 1.9, 0.9, 0.4), []),
        "lower, on another grid": (Series([cell(8), cell(8, seed=1), cell(1, F[6:]), cell(1, F[6:], 2)]), [2]),
        "alone": (series(1), []),
    }
    for name, (given, expected) in cases.items():
        assert strange(given) == expected, name


def test_a_logged_temperature_or_a_record_explains_a_jump():
    cold = Series([cell(3.0**k, seed=k, T=60.0 - 20 * k) for k in range(4)])
    assert strange(cold) == []
    t = np.arange(5.0)
    told = series(1, 3, 9, 9).with_(record=Record(t, t, np.ones(5), t, np.zeros(5, int)))
    assert strange(told) == []


def test_a_heap_of_cells_is_not_judged_with_the_reason():
    found = detect_shorts(series(1, 4, 16, 16, 2, 2, 1, 1).with_(cell=Cell(type="symmetric")))
    assert set(found.level) == {"not judged"}
    assert "x4 and x16 lie far off every spectrum before them" in found.remarks[0]


def test_a_cell_that_lost_contact_and_is_shorted_later_is_judged():
    shorted = [cell(2.5, seed=k, leak=60.0) for k in range(4)]
    found = detect_shorts(Series([*series(1, 1, 1, 2.5, 2.5, 2.5), *shorted]))
    assert found.level[-4:] == ("soft",) * 4


def test_a_leak_that_one_measurement_shows_is_suspect_however_often_it_is_stored():
    sound = [cell(1, seed=k) for k in range(5)]
    once = cell(1, seed=9, leak=40.0)
    found = detect_shorts(Series([*sound, once, once, once, cell(1, seed=6)]))
    assert found.level == ("ok",) * 5 + ("suspect",) * 3 + ("ok",)
    assert "one measurement, stored more than once, that no other confirms" in found.reasons[6]
    thrice = detect_shorts(Series([*sound, *(cell(1, seed=k, leak=40.0) for k in (9, 9, 10, 10))]))
    assert thrice.level[5:] == ("soft",) * 4
    computed = [Spectrum(F, 20 + 30 / (1 + (1j * F / 20) ** 0.85)) for _ in range(8)]
    shorted = [Spectrum(F, 1 / (1 / s.impedance + 1 / 25)) for s in computed[4:]]
    assert detect_shorts(Series([*computed[:4], *shorted])).level[4:] == ("soft",) * 4


def test_another_cell_on_another_band_is_no_short_though_a_leak_comes_nearest():
    low = np.logspace(4, 0, 29)
    blocking = Spectrum(
        np.logspace(5.3, -3, 67), 130 + 1 / (1 / 8e6 + 3e-6 * (2j * np.pi * np.logspace(5.3, -3, 67)) ** 0.85)
    )
    other = [
        Spectrum(low, (100 + 260 / (1 + (1j * low / 900) ** 0.8) + 250 / (1 + (1j * low / 9) ** 0.8)) * (1 + 1e-3 * k))
        for k in range(4)
    ]
    found = detect_shorts(Series([blocking, *other]))
    assert not {"soft", "hard"} & set(found.level)
    grid = [cell(1, F, k) for k in range(4)] + [cell(1, F[:-4], k, leak=12.0) for k in range(4, 8)]
    assert detect_shorts(Series(grid)).level == ("ok",) * 4 + ("soft",) * 4


def test_what_is_off_by_a_factor_of_two_over_half_of_the_band_is_another_state():
    """2.02 is, 1.98 is not; 3.01 K that are logged explain it, and so does a spectrum that is like one before."""
    assert strange(series(1, 1, 2.02, 2.02)) == [2]
    assert strange(series(1, 1, 1.98, 1.98)) == []
    for rise, expected in ((3.01, []), (3.0, [2]), (2.99, [2])):
        told = Series([cell(s, seed=k, T=25.0 - (k > 1) * rise) for k, s in enumerate((1, 1, 2.02, 2.02))])
        assert strange(told) == expected
    assert strange(series(1, 3, 1.4, 3.1, 3)) == []
    assert strange(series(1, 1, 2.1, 1.5)) == [2]  # the next one confirms it, although it is like the first as well
    assert strange(series(1, 1, 5, 1)) == []  # comes back at once
    assert strange(series(1, 1, 5, 25, 1)) == [2]  # nothing confirms it, but the next one is not back
    ends = Series([cell(8), cell(8, seed=1), cell(1, F[:-6]), cell(1, F[:-6], 2)])
    assert strange(ends) == [2]  # lower, on a grid that ends elsewhere
    last = series(1, 1, 5)
    assert strange(last) == [2]


def test_what_may_be_of_another_cell_though_a_leak_explains_it():
    """From a foreign spectrum below all others on: where fewer than three came before, or a chi2 above 1."""
    low = np.r_[np.full((2, 9), 10.0), np.full((4, 9), 3.0)] + 0j
    spectra = Aligned(np.geomspace(1e3, 1, 9), low, np.full(6, 1e-3))
    misfit = np.array([0, 0, 0.5, 1.01, 1.0, 2.0])
    given = series(*[1] * 6)
    assert apart(given, spectra, np.array([2]), misfit).tolist() == [False, False, True, True, True, True]
    assert apart(given, spectra, np.array([3]), misfit).tolist() == [False] * 6
    later = spectra._replace(impedance=np.r_[np.full((3, 9), 10.0), np.full((3, 9), 3.0)] + 0j)
    assert apart(given, later, np.array([3]), misfit).tolist() == [False, False, False, True, False, True]
    above = spectra._replace(impedance=low[::-1].copy())
    assert not apart(given, above, np.array([4]), misfit).any()
