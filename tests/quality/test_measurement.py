"""The columns of the measurement model by hand: how many, at which time constants, of which size."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.quality.measurement import _expected, _nearest, design, joined, number_of_rc, split


def test_four_time_constants_per_decade_and_a_little_beyond_the_band() -> None:
    """4 (decades + 0.5 + 0.15) + 1, in either order of the frequencies."""
    for decades, count in ((1.0, 8), (2.0, 12), (6.0, 28), (6.1, 28), (6.11, 29)):
        f = np.geomspace(10.0**decades, 1.0, 5)
        assert number_of_rc(f) == number_of_rc(f[::-1]) == count, decades


def test_real_parts_then_imaginary_parts() -> None:
    z = np.array([[1 + 2j, 3 - 4j]])
    assert split(z).tolist() == [[1.0, 3.0, 2.0, -4.0]]
    np.testing.assert_array_equal(joined(split(z)), z)
    columns = np.stack([z, 1j * z], axis=2)
    np.testing.assert_array_equal(split(columns)[0, :, 1], [-2.0, 4.0, 1.0, 3.0])


def test_the_nearest_frequency_is_so_in_logarithms() -> None:
    omega = np.array([[100.0, 10.0, 1.0]])
    for wanted, place in ((31.0, 1), (32.0, 0), (3.1, 2), (3.2, 1), (1e9, 0), (1e-9, 2)):
        assert _nearest(omega, np.array([[wanted]]))[0, 0] == place, wanted


def test_the_size_that_a_coefficient_may_have() -> None:
    """|Z| at 1/tau; beyond the band with the square of tau over its low end, or as much more as it is faster."""
    omega = np.array([[100.0, 10.0, 1.0]])
    modulus = np.array([[2.0, 5.0, 20.0]])
    tau = np.array([[1 / 400, 1 / 100, 1 / 10, 1.0, 3.0]])
    np.testing.assert_allclose(_expected(omega, modulus, tau), [[2.0, 2.0, 20.0, 2.0 * 4, 2.0, 5.0, 20.0, 20.0 * 9]])
    np.testing.assert_allclose(_expected(omega[:, ::-1], modulus[:, ::-1], tau)[0, :3], [2.0, 2.0, 20.0])


@pytest.mark.parametrize("points", [3, 9])
def test_the_columns_are_those_of_the_elements_over_the_modulus(points: int) -> None:
    """R0, L at the highest and C at the lowest frequency, arcs from half a decade above to 0.15 below the band."""
    f = np.geomspace(1e3, 1.0, points)
    omega, z = 2 * np.pi * f, 7.0 - 3j * np.arange(1.0, points + 1)
    found = design(f[None], z[None], 4)
    low, high = omega.min(), omega.max()
    tau = np.geomspace(10**-0.5 / high, 10**0.15 / low, 4)
    kernel = np.column_stack(
        [np.ones(points), 1j * omega / high, -1j * low / omega, *(1 / (1 + 1j * omega * t) for t in tau)]
    )
    size = _expected(omega[None], np.abs(z)[None], tau[None])[0]
    np.testing.assert_allclose(joined(found.data)[0], z / np.abs(z))
    for k in range(7):
        np.testing.assert_allclose(
            joined(found.columns[:, :, k])[0], kernel[:, k] * size[k] / np.abs(z), err_msg=str(k)
        )
