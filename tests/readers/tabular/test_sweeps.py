"""Where one sweep ends and the next begins, and which sign Im Z has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.readers.tabular.cuts import other_cycle, turned_back, turning_points
from eisfit.readers.tabular.sign import evidence, judge
from eisfit.readers.tabular.sweeps import spectrum_of
from eisfit.spectrum import Conditions, Source, Spectrum

DOWN = np.logspace(5, 0, 11)


def lengths(*parts: np.ndarray) -> list[int]:
    """How long the sweeps are into which the joined frequencies are split."""
    frequency = np.concatenate(parts)
    return [len(sweep) for sweep in np.split(frequency, sorted(turning_points(np.log(frequency))))]


@given(st.lists(st.integers(4, 30), min_size=1, max_size=8), st.booleans())
def test_equal_directions_split_at_the_jump(sizes, rising):
    parts = [np.logspace(5, 0, size) for size in sizes]
    assert lengths(*[part[::-1] if rising else part for part in parts]) == sizes


def test_there_and_back():
    assert lengths(DOWN, DOWN[::-1][1:]) == [11, 10]
    assert lengths(DOWN, DOWN[::-1]) == [11, 11]


def test_aborted_sweep_then_a_whole_one():
    assert lengths(DOWN[:4], DOWN) == [4, 11]


def test_frequencies_measured_twice_do_not_split():
    assert lengths(np.repeat(DOWN, 2) * np.tile([1, 1.00005], 11)) == [22]
    assert lengths(np.full(5, 10.0)) == [5]
    assert lengths(np.array([3.0])) == [1]


@given(st.permutations(range(11)))
def test_unsorted_rows_that_turn_all_the_time_are_one(order):
    cuts = turning_points(DOWN[list(order)])
    assert not cuts or len(cuts) < 11 / 4


def test_spectra_of_tables_are_those_of_the_constructor():
    z = 10 + 5 / (1 + 1j * DOWN)
    for f in (DOWN, DOWN[::-1], np.r_[DOWN[:5], DOWN[4:-1]]):
        others = {"sigma": None, "conditions": Conditions(cycle=2), "label": "a", "source": Source(path="b", sweep=3)}
        found, wanted = spectrum_of(f.copy(), z[: len(f)].copy(), **others), Spectrum(f, z[: len(f)], **others)
        for name in Spectrum.__slots__:
            assert np.array_equal(getattr(found, name), getattr(wanted, name)), name
        assert not found.frequency.flags.writeable
        assert not found.impedance.flags.writeable


def test_a_clock_that_goes_back_ends_a_sweep():
    time = np.r_[np.arange(6.0), 3.0, 4.0, 5.0]
    assert turned_back(time) == {6}
    assert turned_back(np.arange(9.0)) == set()
    # rows that were sorted by frequency have times in the other order, or in none
    assert turned_back(np.arange(9.0)[::-1]) == set()
    assert turned_back(np.array([3.0, np.nan, 4.0, 5.0])) == set()


def test_another_cycle_ends_a_sweep_only_where_rows_are_missing():
    cycle = np.r_[np.ones(5), np.full(6, 2.0)]
    time = np.arange(11.0)
    assert other_cycle(cycle, np.log(DOWN), time) == set()
    assert other_cycle(np.ones(11), np.log(DOWN), time) == set()
    fewer = np.r_[0:5, 6:11]
    assert other_cycle(np.delete(cycle, 5), np.log(DOWN[fewer]), None) == {5}
    assert other_cycle(cycle, np.log(DOWN), np.where(cycle == 1, time, time + 30)) == {5}


def spectrum(kind: str) -> np.ndarray:
    """Impedances (11,) of systems with a known sign."""
    s = 2j * np.pi * DOWN
    return {
        "arc": 5 + 50 / (1 + s / 300),
        "blocking": 5 + 1e4 / s**0.85,
        "loop": 5 + 50 / (1 + s / 3e4) - 20 / (1 + s / 30),
        "lead": 0.01 + 1e-7 * s**0.95,
        "coil": 0.01 + 1e-7 * s,
        "warburg": 3 + 20 / s**0.5,
        "capacitor": 1 / (s * 1e-6),
        "large cell": 5e-4 + 3e-4 / (1 + s / 300) + 2e-8 * s,
    }[kind]


KINDS = ("arc", "blocking", "loop", "lead", "coil", "warburg", "capacitor", "large cell")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("noise", [0.0, 0.003])
def test_evidence_is_for_a_spectrum_and_against_its_conjugate(kind, noise):
    rng = np.random.default_rng(3)
    z = spectrum(kind) * (1 + noise * rng.standard_normal(11) + 1j * noise * rng.standard_normal(11))
    assert evidence([(DOWN, z)]) > 0.3
    assert evidence([(DOWN, z)]) == pytest.approx(-evidence([(DOWN[::-1], z[::-1].conj())]))
    assert not judge([(DOWN, z)], stated=True).conjugated
    assert not judge([(DOWN, z)], stated=False).conjugated


@pytest.mark.parametrize("kind", ["arc", "blocking", "warburg", "capacitor"])
@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_conjugated_spectra_are_found(kind, noise):
    rng = np.random.default_rng(3)
    z = spectrum(kind).conj() * (1 + noise * rng.standard_normal(11) + 1j * noise * rng.standard_normal(11))
    assert judge([(DOWN, z)], stated=True).conjugated


def test_a_header_is_not_overruled_by_few_points():
    assert not judge([(DOWN[:4], spectrum("arc").conj()[:4])], stated=True).conjugated
    assert judge([(DOWN[:4], spectrum("arc").conj()[:4])], stated=False).conjugated


def test_without_evidence_a_header_is_kept_and_the_capacitive_sign_taken_without_one():
    z = np.full(11, 5 + 1j)
    assert evidence([(DOWN, z)]) == pytest.approx(0, abs=0.3)
    assert not judge([(DOWN, z)], stated=True).conjugated
    assert judge([(DOWN, z)], stated=False).conjugated
    assert evidence([]) == 0.0
    assert evidence([(DOWN[:1], z[:1])]) == 0.0
