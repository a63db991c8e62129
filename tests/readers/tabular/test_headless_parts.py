"""Columns without names: what is a frequency, a clock, a modulus, an angle; each limit from both sides."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.headless import (
    Reading,
    best_reading,
    doubt,
    fitting,
    has_angle,
    how_to_name,
    imaginary,
    is_angle,
    is_clock,
    is_live,
    is_plain,
    is_possible,
    is_proven,
    is_regular,
    is_repeat,
    natural_reading,
    out_of_question,
    rises,
    same,
    signed,
    steps_equal,
    sweep_of,
    told,
    without,
)

NAN = np.nan
F = np.geomspace(1e5, 1.0, 21)
Z = 10 + 50 / (1 + 2j * np.pi * F * 1e-3)
PLAIN = Reading(0, 1, 2)
POLAR = Reading(0, 1, 2, polar=True)


def test_a_reading_in_words():
    assert told(PLAIN) == "frequency in column 1, Re(Z) in column 2, Im(Z) in column 3"
    assert told(Reading(2, 0, 1, sign=1)) == "frequency in column 3, Re(Z) in column 1, Im(Z) in column 2"
    assert told(Reading(0, 1, 2, sign=-1)) == "frequency in column 1, Re(Z) in column 2, -Im(Z) in column 3"
    assert told(POLAR) == "frequency in column 1, |Z| in column 2, phase in column 3"
    assert told(POLAR._replace(sign=-1)) == "frequency in column 1, |Z| in column 2, -phase in column 3"
    assert PLAIN._replace(sign=-1).names(4) == ("frequency", "Re(Z)", "-Im(Z)", "column 4")
    assert PLAIN.names(3) == PLAIN._replace(sign=1).names(3) == ("frequency", "Re(Z)", "Im(Z)")
    assert Reading(1, 3, 0, polar=True, radians=True).names(4) == ("phase/rad", "frequency", "column 3", "|Z|")
    assert POLAR.names(3) == ("frequency", "|Z|", "phase/deg")


def test_the_option_that_says_what_was_assumed():
    """A minus where the sign is known to be turned, or is not known and more than half of the numbers are above 0."""
    up, down = np.array([[1.0, 2, 3], [2, 3, 4], [3, 4, -5]]), np.array([[1.0, 2, 3], [2, 3, -4]])
    for values, sign, name in ((up, 0, "-im"), (down, 0, "im"), (up, 1, "im"), (down, -1, "-im")):
        said = how_to_name(PLAIN._replace(sign=sign), values)
        assert said == f"say so with --columns=f,re,{name} (columns in eisfit.toml)", (sign, name)
    wide = np.column_stack([up, up])
    assert how_to_name(Reading(5, 0, 2, polar=True, sign=1), wide).startswith(
        "say so with --columns=|Z|,-,phase,-,-,f "
    )


def test_what_a_reading_makes_of_rows():
    rows = np.array([[1.0, 3.0, 4.0], [2.0, 2.0, 90.0]])
    assert PLAIN.impedance(rows).tolist() == [3 + 4j, 2 + 90j]
    assert POLAR.impedance(rows)[1] == pytest.approx(2j)
    assert POLAR._replace(radians=True).impedance(rows)[0] == pytest.approx(3 * np.exp(4j))


def test_equal_steps():
    """A tenth apart, no step beyond 1.5 times the usual one; a column of two numbers has none."""
    assert steps_equal(np.array([1.0, 2.0, 3.0, 4.0])) == 1.0
    assert steps_equal(np.array([1.0, 2.0])) == 0.0
    assert steps_equal(np.array([0, 1, 2.099, 3.2])) == 1.0
    assert steps_equal(np.array([0, 1, 2.102])) == 0.0
    assert steps_equal(np.array([0.0, 1, 2, 3, 4.49, 5.98])) == pytest.approx(0.75)
    assert steps_equal(np.array([0.0, 1, 2, 3, 4.51, 6.02, 7.02, 8.02])) == pytest.approx(3 / 6)
    for low, part in ((0.7, 3 / 5), (0.65, 2 / 5)):
        assert steps_equal(np.cumsum([0, 1, 1, 1, low, low, 1])) == pytest.approx(part), low


def test_a_clock():
    """It never falls, in steps of one size; of few rows to the last digit."""
    for column, clock in (
        (np.arange(9.0), True), (np.arange(9.0)[::-1], False), (np.zeros(9), False), (np.array([0.0, 1, 2]), True),
        (np.array([0.0, 1, 2, 3.1]), False), (np.array([0.0, 1, 2, 3 + 1e-5]), False),
        (np.array([0.0, 1, 2, 3, 4.2]), True), (np.array([0.0, 1, 2, 3.2]), False),
        (np.cumsum([0, 1, 1, 1, 1, 1.31]), False), (np.cumsum([0, 1, 1, 1, 1, 1, 1.31]), True),
        (np.cumsum([0, 1, 1, 1, 1.29, 1.29]), True), (np.cumsum([0, 1.0, 1, 1, -0.1, 1, 1, 1]), False),
    ):  # fmt: skip
        assert is_clock(column) is clock, column
    assert rises(np.array([1.0, 1, 2]))
    assert not rises(np.array([1.0, 2, 1.9]))


def test_a_column_that_runs_as_a_frequency_does():
    def rows(column):
        found = sweep_of(np.array(column, float))
        return None if found is None else found.tolist()

    f = [100.0, 50, 20, 10, 5]
    assert rows(f) == [0, 1, 2, 3, 4]
    assert rows(f[::-1]) == [0, 1, 2, 3, 4]
    assert rows([100.0, 50, 20]) == [0, 1, 2]
    assert rows([100.0, 50]) is None
    assert rows([100.0, 70, 50]) == [0, 1, 2]
    assert rows([100.0, 70, 50.5]) is None
    assert rows([NAN, 0, *f, NAN, 0, 0]) == [2, 3, 4, 5, 6]
    assert rows([NAN, 0, *f, NAN, 0, 0, 0]) is None
    assert rows([*f, -1.0]) is None
    assert rows(np.linspace(100, 1, 12)) is None
    assert rows(np.arange(1.0, 30)) is None
    assert rows([*f, *f]) == [0, 1, 2, 3, 4]
    assert rows([*f, *f, *f]) == [0, 1, 2, 3, 4]
    assert rows([*f[1:], *f[1:], *f[1:]]) is None
    assert rows([*f, *(1000 * np.array(f))]) is None


def test_sweeps_between_the_same_frequencies():
    longest = np.array([100.0, 10, 1])
    for high, low, repeat in (
        (1.59, 1, True),
        (1.61, 1, False),
        (1, 1 / 1.59, True),
        (1, 1 / 1.61, False),
        (1 / 1.59, 1, True),
    ):
        assert is_repeat(np.array([100 * high, 1 * low]), longest) is repeat, (high, low)


def test_a_column_that_differs_and_one_that_falls():
    assert is_live(np.array([1.0, 2, NAN]))
    assert not is_live(np.array([1.0, 2, NAN, NAN]))
    assert not is_live(np.array([1.0, 1, 1]))
    assert is_regular(np.array([3.0, 1, 2]))
    assert is_regular(np.array([1.0, 10, 100, 1000]))
    assert not is_regular(np.array([1.0, 10, 11, 1000]))
    assert not is_regular(np.array([NAN, 0, 1.0, 5, 6, 7]))


def test_idle_columns_are_left_out_while_three_are_left():
    values = np.column_stack([F, np.arange(21.0), Z.real, Z.imag, np.arange(21.0)])
    assert without(is_clock, values, [0, 1, 2, 3, 4], {0: np.arange(21)}) == [0, 2, 3]
    assert without(is_clock, values, [0, 1, 2, 4], {0: np.arange(21)}) == [0, 1, 2, 4]
    assert without(is_clock, values, [0, 1, 2, 3, 4], {1: np.arange(21)}) == [0, 1, 2, 3]


def test_the_usual_order():
    """Frequency, Re(Z), Im(Z) beside each other, Re(Z) above 0 in more than 80 % of the rows."""
    values, here = np.column_stack([F, Z.real, Z.imag]), {0: np.arange(21)}
    assert natural_reading(values, [0, 1, 2], here) == PLAIN
    assert natural_reading(values, [0, 1, 2, 3], here) == PLAIN
    for live in ([0, 1], [0, 2, 3], [0, 1, 3], [1, 2, 3]):
        assert natural_reading(values, live, here) is None, live
    for count, found in ((4, PLAIN), (5, None)):
        low = values.copy()
        low[:count, 1] = -1.0
        assert natural_reading(low, [0, 1, 2], here) == found, count


def test_three_columns_with_a_frequency_beyond_doubt():
    def plain(f, live=(0, 1, 2)):
        return is_plain(np.column_stack([f, f, f]), PLAIN, live)

    assert plain(np.geomspace(101.0, 1, 9))
    assert not plain(np.geomspace(99.0, 1, 9))
    assert not plain(np.geomspace(1, 101.0, 9))
    assert not plain(np.geomspace(101.0, 1, 9), (0, 1, 2, 3))
    assert not plain(np.linspace(101.0, 1, 9))


def test_what_numbers_can_be():
    """Re(Z) above 0 in more than 80 %; |Z| above 0 in all, a phase within half a turn, not in the other unit."""

    def possible(first, second, reading):
        return is_possible(np.column_stack([np.ones(10), first, second]), reading)

    ten, degrees, radians = np.ones(10), POLAR, POLAR._replace(radians=True)
    for bad, fine in ((1, True), (2, False)):
        assert possible(np.where(np.arange(10) < bad, -1.0, 1.0), ten, PLAIN) is fine
        assert possible(np.where(np.arange(10) < bad, 0.0, 1.0), ten, PLAIN) is fine
    assert not possible(np.where(np.arange(10) < 1, 0.0, 1.0), 20 * ten, degrees)
    for phase, of_degrees, of_radians in (
        (1.59, False, True),
        (1.61, True, False),
        (-180.9, True, False),
        (181.1, False, False),
    ):
        assert possible(ten, phase * ten, degrees) is of_degrees, phase
        assert possible(ten, phase * ten, radians) is of_radians, phase
    assert not possible(ten, np.where(np.arange(10) < 1, NAN, 1.0), PLAIN)
    assert not possible(np.where(np.arange(10) < 1, NAN, 1.0), ten, PLAIN)


def test_a_modulus_proves_two_parts():
    """In nine rows of ten, to a tenth of the smaller part."""
    values = np.column_stack([F, Z.real, Z.imag, np.abs(Z)])
    live = [0, 1, 2, 3]
    assert is_proven(values, PLAIN, live)
    assert not is_proven(values, Reading(0, 1, 3), live)
    assert not is_proven(values, PLAIN, [0, 1, 2])
    size = Z.real**2 + Z.imag**2
    for part, fine in ((0.09, True), (0.11, False)):
        off = np.sqrt(size + part * np.maximum(np.minimum(Z.real**2, Z.imag**2), 2e-3 * size))
        assert is_proven(np.column_stack([F, Z.real, Z.imag, off]), PLAIN, live) is fine, part
    for bad, fine in ((2, True), (3, False)):
        off = np.where(np.arange(21) < bad, 2 * abs(Z), abs(Z))
        assert is_proven(np.column_stack([F, Z.real, Z.imag, off]), PLAIN, live) is fine, bad
    angle = np.angle(Z, deg=True)
    with_angle = np.column_stack([F, Z.real, Z.imag, np.abs(Z), angle])
    assert is_proven(with_angle, PLAIN, [*live, 4])
    assert not is_proven(with_angle, Reading(0, 2, 1), [*live, 4])


def test_an_angle_of_two_parts():
    re, im = Z.real, Z.imag
    angle = np.angle(Z)
    for column in (angle, -angle, np.degrees(angle), -np.degrees(angle)):
        assert is_angle(column, re, im)
        assert not is_angle(column, im, re)
    assert is_angle(angle - 1.9e-3, re, im)
    assert not is_angle(angle - 2.1e-3, re, im)
    assert not is_angle(angle - 2.1e-4, re, im, 2e-4)
    values = np.column_stack([F, re, im, angle])
    assert has_angle(values, PLAIN, [0, 1, 2, 3])
    assert not has_angle(values, PLAIN, [0, 1, 2])
    off = np.column_stack([F, re, im, angle - 2.1e-4])
    assert not has_angle(off, PLAIN, [0, 1, 2, 3])
    for small, fine in ((0.034, True), (0.033, False)):
        flat = np.column_stack([F, np.ones(21), np.full(21, -np.tan(small)), np.full(21, -small)])
        assert has_angle(flat, PLAIN, [0, 1, 2, 3]) is fine, small


def test_two_readings_that_give_the_same():
    """In nine rows of ten to two thousandths, whatever the sign of Im(Z)."""

    def table(other):
        return np.column_stack([F, Z.real, Z.imag, other.real, other.imag])

    second = Reading(0, 3, 4)
    assert same(table(Z), PLAIN, second)
    assert same(table(Z.conj()), PLAIN, second)
    assert same(table(1.0019 * Z), PLAIN, second)
    assert not same(table(1.0021 * Z), PLAIN, second)
    assert not same(table(Z), PLAIN, Reading(1, 3, 4))
    assert not same(table(np.full(21, NAN + 0j)), PLAIN, second)
    for bad, fine in ((2, True), (3, False)):
        assert same(table(np.where(np.arange(21) < bad, 2 * Z, Z)), PLAIN, second) is fine, bad


def test_when_another_reading_is_out_of_the_question():
    """Of other columns from 0.04, of the same ones from 1.5 times the best misfit and 0.02."""
    assert out_of_question(0.03, PLAIN, Reading(0, 1, 3)) == 0.04
    assert out_of_question(0.03, PLAIN, Reading(0, 2, 1)) == pytest.approx(0.045)
    assert out_of_question(0.001, PLAIN, Reading(0, 2, 1)) == 0.02


def test_the_sign_that_one_sweep_shows():
    rows = np.column_stack([F, Z.real, Z.imag])
    assert signed(rows, PLAIN).sign == 1
    rows[:, 2] *= -1
    assert signed(rows, PLAIN).sign == -1
    rows[:, 2] = 0.0
    assert signed(rows, PLAIN).sign == 0
    assert imaginary(np.array([3 + 4j, 3 - 4j, 1.0])) == pytest.approx(0.8 * np.sqrt(2 / 3))
    assert imaginary(np.array([3 + 4j, 0j])) == pytest.approx(0.8 * np.sqrt(1 / 2))  # nothing of nothing


def test_other_quantities_that_look_the_same():
    rows = np.column_stack([F, Z.real, Z.imag])

    def why(values, reading=PLAIN, counted=False):
        return doubt(values, reading, counted=counted)

    assert why(rows) == ""
    assert why(np.full((3, 3), NAN)) == "no row of it holds three numbers"
    least, most = abs(Z).min(), abs(Z).max()
    for scale, fine in (
        (1.01e-6 / least, True),
        (0.99e-6 / least, False),
        (0.99e13 / most, True),
        (1.01e13 / most, False),
    ):
        assert (why(rows * [1, scale, scale]) == "") is fine, scale
    none = rows.copy()
    none[5, 1:] = 0.0
    assert why(none) == ""
    assert why(rows, POLAR) == "a gain or a capacitance with its phase or loss looks the same"
    rising = rows.copy()
    rising[0, 1] = rising[-1, 1]
    assert why(rising).startswith("its real part rises")
    rising[0, 1] -= 1e-9
    assert why(rising) == ""
    up = rows * [1, 1, -1]
    assert why(up).startswith("a permittivity or a capacitance")
    assert why(up, counted=True) == ""
    half = rows[:20].copy()
    half[:10, 2] *= -1
    assert why(half).startswith("a permittivity or a capacitance")
    half[0, 2] *= -1
    assert why(half) == ""


def test_numbers_written_by_hand_are_read_in_the_usual_order_and_prove_nothing():
    """Whole numbers that no sum of relaxations fits: frequency, Re(Z), -Im(Z), the sign by the course of Re(Z)."""
    f = 10.0 ** np.arange(7, -2, -1)
    values = np.column_stack([f, [10, 11, 12, 25, 30, 60, 62, 64, 66], [2, 0, 9, 3, 20, 2, 9, 0, 4]])
    assert not list(fitting(values, [0, 1, 2], {0: np.arange(9)}))
    assert best_reading(values, "a") == (PLAIN, False)
    with pytest.raises(CorruptFile, match="no two of its columns fit an impedance"):
        best_reading(values + np.array([0, 0.5, 0.25]), "a")
    with pytest.raises(CorruptFile, match="7 points prove nothing"):
        best_reading(values[:7], "a")
    with pytest.raises(CorruptFile, match="no column runs as a frequency does"):
        best_reading(np.column_stack([np.full(9, 5.0), -values[:, 1:]]), "a")


def test_a_modulus_beside_two_parts_is_their_proof():
    values = np.column_stack([F, Z.real, -Z.imag, np.abs(Z)])
    assert best_reading(values, "a") == (PLAIN._replace(sign=-1), True)
    assert best_reading(values[:, [1, 0, 2, 3]], "a") == (Reading(1, 0, 2, sign=-1), True)
    angle = np.column_stack([F, Z.real, Z.imag, np.angle(Z, deg=True)])
    assert best_reading(angle, "a") == (PLAIN._replace(sign=1), True)
    assert best_reading(values[:, :3], "a") == (PLAIN._replace(sign=-1), False)
