"""Where one sweep ends and the next begins, and which sign Im Z has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.readers._sign import causality, is_conjugated
from eisfit.readers._sweeps import turning_points

DOWN = np.logspace(5, 0, 11)


def lengths(*parts: np.ndarray) -> list[int]:
    """How long the sweeps are into which the joined frequencies are split."""
    frequency = np.concatenate(parts)
    return [len(sweep) for sweep in np.split(frequency, sorted(turning_points(frequency)))]


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


def spectrum(kind: str) -> np.ndarray:
    """Impedances (11,) of systems with a known sign."""
    s = 2j * np.pi * DOWN
    return {
        "arc": 5 + 50 / (1 + s / 300),
        "blocking": 5 + 1e4 / s**0.85,
        "loop": 5 + 50 / (1 + s / 3e4) - 20 / (1 + s / 30),
        "lead": 0.01 + 1e-7 * s**0.95,
        "warburg": 3 + 20 / s**0.5,
    }[kind]


@pytest.mark.parametrize("kind", ["arc", "blocking", "loop", "lead", "warburg"])
def test_causality_tells_a_spectrum_from_its_conjugate(kind):
    z = spectrum(kind)
    assert causality([(DOWN, z)]) > 0.3
    assert causality([(DOWN, z)]) == pytest.approx(-causality([(DOWN, z.conj())]))
    assert not is_conjugated([(DOWN, z)], stated=True)
    assert not is_conjugated([(DOWN, z)], stated=False)


@pytest.mark.parametrize("kind", ["arc", "blocking", "warburg"])
@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_conjugated_spectra_are_found(kind, noise):
    rng = np.random.default_rng(3)
    z = spectrum(kind).conj() * (1 + noise * rng.standard_normal(11) + 1j * noise * rng.standard_normal(11))
    assert is_conjugated([(DOWN, z)], stated=True)


def test_a_header_is_not_overruled_by_few_points():
    assert not is_conjugated([(DOWN[:4], spectrum("arc").conj()[:4])], stated=True)


def test_ideal_capacitor_without_a_header():
    z = 1j / (2 * np.pi * DOWN * 1e-6)
    assert is_conjugated([(DOWN, z)], stated=False)
    assert not is_conjugated([(DOWN, z)], stated=True)
    assert causality([]) == 0.0
