"""Tables without a line that names the columns: what the numbers themselves prove, and nothing else.

A frequency is positive and runs one way within each sweep, between the same ends, in equal steps of its logarithm
rather than in equal steps; a time or a count runs in equal steps. Two columns are Re(Z) and Im(Z), or |Z| and phase,
where they fit a sum of relaxations at these frequencies (`causality`); another column that is their modulus proves it.
Where two readings fit, or none does, the table is refused: its columns have to be named.

A complex permittivity, an admittance, a capacitance with its loss and a gain with its phase are causal too. Without a
modulus or an angle as proof, only what looks like none of these is read (`doubt`): Re(Z) and an Im(Z) that is negative
as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.medians import median_of
from eisfit.readers.tabular.causality import misfit
from eisfit.readers.tabular.cuts import turning_points
from eisfit.readers.tabular.refusals import HELP
from eisfit.readers.tabular.sign import DECISIVE, evidence
from eisfit.spectrum import Complexes, Floats

SPAN = 2.0
"""Highest over lowest frequency of a sweep, at least."""
EQUAL = 0.1
"""Relative difference below which two steps are equal."""
NEAR = 1.5
"""Ratio within which a step is much like the usual one."""
REGULAR = 0.8
"""Part of the steps that are equal to the one before in a column of regular steps."""
FITS = 0.04
"""Misfit below which two columns are an impedance; that of measured spectra is 0.0002 to 0.035."""
MATTERS = 0.2
"""Part of Im(Z)/|Z| that a misfit has to stay below: two columns that hardly change fit everything."""
CLEAR = 1.5
"""Another reading counts as out of the question where its misfit is so many times larger."""
REPEATED = 0.7
"""Part of the rows that stand in sweeps between the same frequencies."""
APART = 1.6
"""Ratio within which the ends of two sweeps are the same frequency."""
FEWEST = 5
"""Points per sweep, where there are several."""
FEW = 8
"""Points of a sweep below which a misfit proves nothing."""
DECADES = 100.0
"""Highest over lowest frequency from which regular steps alone make a frequency."""
MOST_COLUMNS = 10
MOST = 0.9
"""Part of the rows in which a modulus has to be one."""
PRINTED = 2e-3
"""Relative difference that printing with few digits may leave."""


class Reading(NamedTuple):
    """Which column is what: the frequency, and Re(Z) and Im(Z), or with `polar` |Z| and the phase in degrees.

    `sign` is -1 where the numbers show that the column holds -Im(Z), 1 where they show Im(Z), 0 where they do not tell.
    """

    frequency: int
    first: int
    second: int
    polar: bool = False
    radians: bool = False
    sign: int = 0

    def impedance(self, values: Floats) -> Complexes:
        """The impedance (N,) of rows."""
        a, b = values[:, self.first], values[:, self.second]
        with np.errstate(all="ignore"):  # damaged files hold any number; what is not finite is dropped
            if not self.polar:
                return np.asarray(a + 1j * b, np.complex128)
            return np.asarray(a * np.exp(1j * (b if self.radians else np.deg2rad(b))), np.complex128)

    def names(self, width: int) -> tuple[str, ...]:
        """The headers of a table with these columns, in Hz and ohm where nothing says otherwise."""
        out = [f"column {i + 1}" for i in range(width)]
        out[self.frequency] = "frequency"
        parts = ("|Z|", "phase/rad" if self.radians else "phase/deg") if self.polar else ("Re(Z)", "Im(Z)")
        out[self.first], out[self.second] = parts[0], "-" * (self.sign < 0) + parts[1]
        return tuple(out)


def reading_of(values: Floats, shown: str, *, counted: bool = False) -> Reading:
    """Which columns of a table (N, M) are the frequency and the impedance.

    counted: a line with the number of the rows stands above them, as programs for impedances write it.
    Raises CorruptFile where no column is a frequency, no reading fits, more than one does, or another quantity would
    look the same.
    """
    reading, proven = best_reading(values, shown)
    why = "" if proven else doubt(values, reading, counted=counted)
    if why:
        sentence = f"has no column line; {told(reading)} would fit, but {why}"
        raise CorruptFile(f"{sentence}: if it is an impedance, {how_to_name(reading, values)}", shown)
    return reading


LEAST_OHM, MOST_OHM = 1e-6, 1e13
"""No cell has an impedance outside of these: siemens, farad and their kin often are."""


def doubt(values: Floats, reading: Reading, *, counted: bool) -> str:
    """Which other quantity the numbers of a reading may be, where no modulus or angle proves it; empty for none."""
    rows = values[np.all(np.isfinite(values[:, list(reading[:3])]), axis=1)]
    z = reading.impedance(rows)
    if not rows.size:
        return "no row of it holds three numbers"
    size = np.abs(z)
    if not np.all((size == 0) | ((size > LEAST_OHM) & (size < MOST_OHM))):
        return "its size is not that of an impedance in ohm"
    if reading.polar:
        return "a gain or a capacitance with its phase or loss looks the same"
    order = np.argsort(rows[:, reading.frequency])
    if z.real[order[-1]] >= z.real[order[0]]:
        return "its real part rises with the frequency, as that of an admittance or a modulus does"
    if np.mean(z.imag < 0) > 0.5 or counted or is_written_by_hand(rows, reading):
        return ""
    return "a permittivity or a capacitance with its loss has two such positive parts as well"


def is_written_by_hand(rows: Floats, reading: Reading) -> bool:
    """True for whole numbers whose sign the course of Re(Z) settles: no instrument prints such numbers."""
    parts = rows[:, [reading.first, reading.second]]
    z = reading.impedance(rows)
    return bool(np.all(parts == np.round(parts))) and evidence([(rows[:, reading.frequency], z)]) <= -DECISIVE


def how_to_name(reading: Reading, values: Floats) -> str:
    """The option that says what a reading of a table (N, M) assumes."""
    names = ["-"] * values.shape[1]
    names[reading.frequency] = "f"
    minus = "-" * bool(reading.sign < 0 or (reading.sign == 0 and np.mean(values[:, reading.second] > 0) > 0.5))
    parts = ("|Z|", f"{minus}phase") if reading.polar else ("re", f"{minus}im")
    names[reading.first], names[reading.second] = parts
    return f"say so with --columns={','.join(names)} (columns in eisfit.toml)"


def best_reading(values: Floats, shown: str) -> tuple[Reading, bool]:
    """The one reading that fits, and whether a modulus or an angle proves it."""
    live = [i for i in range(values.shape[1]) if is_live(values[:, i])]
    candidates = {i: sweep for i in live if (sweep := sweep_of(values[:, i])) is not None}
    if not candidates:
        sentence = (
            "has no column line, and no column runs as a frequency does (one way, in equal steps of its logarithm)"
        )
        raise CorruptFile(f"{sentence}; if one is, {HELP}", shown)
    regular = {i: r for i, r in candidates.items() if steps_equal(np.log(values[r, i])) >= REGULAR}
    candidates = regular or candidates
    live = without(is_clock, values, live, candidates)
    natural = natural_reading(values, live, candidates)
    if natural is not None and len(candidates[natural.frequency]) < FEW and is_regular(values[:, natural.frequency]):
        sentence = f"has no column line, and {len(candidates[natural.frequency])} points prove nothing"
        raise CorruptFile(f"{sentence}; {HELP}", shown)
    if not regular:  # other columns run one way too: only the usual order counts
        candidates = {i: r for i, r in candidates.items() if natural is not None and i == natural.frequency}
    found = sorted(fitting(values, live, candidates), key=lambda item: item[0])
    if not found:
        if natural is not None and is_plain(values, natural, live) and is_written_by_hand(values, natural):
            return natural, False
        sentence = "has no column line, and no two of its columns fit an impedance at the frequencies of a third"
        raise CorruptFile(f"{sentence}; {HELP}", shown)
    best, reading = found[0]
    for left, other in found[1:]:
        if not same(values, reading, other) and left < out_of_question(best, reading, other):
            sentence = f"has no column line, and its numbers can be read as {told(reading)} or as {told(other)}"
            raise CorruptFile(f"{sentence}; {HELP}", shown)
    proven = not reading.polar and (is_proven(values, reading, live) or has_angle(values, reading, live))
    return signed(values[candidates[reading.frequency]], reading), proven


def signed(rows: Floats, reading: Reading) -> Reading:
    """The reading with the sign that one sweep shows beyond doubt."""
    f, z = rows[:, reading.frequency], reading.impedance(rows)
    stands, turned = misfit(f, z), misfit(f, z.conj())
    return reading._replace(sign=1 if CLEAR * stands < turned else -1 if CLEAR * turned < stands else 0)


def out_of_question(best: float, reading: Reading, other: Reading) -> float:
    """The misfit from which another reading does not count: of the same two columns in their order, or of others."""
    if set(reading[:3]) != set(other[:3]):
        return FITS
    return max(CLEAR * best, FITS / 2)


def without(
    is_idle: Callable[[Floats], bool], values: Floats, live: Sequence[int], candidates: dict[int, np.ndarray]
) -> list[int]:
    """The columns without those that are idle, as long as three are left."""
    moving = [i for i in live if i in candidates or not is_idle(values[:, i])]
    return moving if len(moving) > 2 else list(live)


def is_regular(column: Floats) -> bool:
    """True for a column that falls, or runs in equal steps of its logarithm."""
    good = column[np.isfinite(column) & (column > 0)]
    return bool(good[0] > good[-1]) or steps_equal(np.log(good)) >= REGULAR


def rises(column: Floats) -> bool:
    """True for a column that never falls, through all sweeps: a time."""
    return bool(np.all(np.diff(column) >= 0))


def told(reading: Reading) -> str:
    """A reading in words, columns counted from 1."""
    minus = "-" * (reading.sign < 0)
    parts = ("|Z|", f"{minus}phase") if reading.polar else ("Re(Z)", f"{minus}Im(Z)")
    columns = zip(("frequency", *parts), reading[:3], strict=True)
    return ", ".join(f"{name} in column {column + 1}" for name, column in columns)


def is_live(column: Floats) -> bool:
    """True for a column of numbers that differ."""
    return bool(np.isfinite(column).mean() > 0.5 and np.ptp(column[np.isfinite(column)]) > 0)


def steps_equal(column: Floats) -> float:
    """Part of the steps (N-1,) that equal the one before, and are not far from the usual one."""
    steps = np.diff(column)
    if len(steps) < 2:
        return 0.0
    size = np.abs(steps[:-1])
    usual = median_of(size)
    near = (size < NEAR * usual) & (NEAR * size > usual)
    return float(np.mean(near & (np.abs(np.diff(steps)) <= EQUAL * size)))


def is_clock(column: Floats) -> bool:
    """True for a column that counts rows or seconds: it rises all the time, in steps of much the same size."""
    steps = np.diff(column)
    if not np.all(steps >= 0):
        return False
    usual = float(median_of(steps))
    if len(steps) < FEWEST - 1:
        return usual > 0 and bool(np.ptp(steps) <= 1e-6 * usual)
    return usual > 0 and bool(np.mean(np.abs(steps - usual) <= 3 * EQUAL * usual) > REGULAR)


def sweep_of(column: Floats) -> np.ndarray | None:
    """The rows of the longest sweep, where a column runs as a frequency does; None where it does not."""
    rows = np.flatnonzero(np.isfinite(column) & (column != 0))
    if is_clock(column):
        return None
    if len(rows) < 3 or len(rows) < 0.5 * len(column) or np.any(column[rows] < 0):
        return None
    cuts = sorted(turning_points(np.log(column[rows])))
    if len(cuts) > 1 and len(rows) < FEWEST * (len(cuts) + 1):
        return None
    parts = np.split(rows, cuts)
    longest = max(parts, key=len)
    f = column[longest]
    repeated = sum(len(part) for part in parts if is_repeat(column[part], f))
    if len(longest) < 3 or repeated < REPEATED * len(rows):
        return None
    if f.max() < SPAN * f.min() or np.any(np.diff(np.sort(f)) <= 0):
        return None
    # one step in three may be of another size in a decade: 1, 2, 5; a clock has none
    return None if steps_equal(f) >= REGULAR and steps_equal(np.log(f)) < REGULAR else longest


def is_repeat(sweep: Floats, longest: Floats) -> bool:
    """True where a sweep runs between the same frequencies as the longest one."""
    ends = np.array([sweep.max() / longest.max(), sweep.min() / longest.min()])
    return bool(np.all(np.abs(np.log(ends)) < np.log(APART)))


def natural_reading(values: Floats, live: Sequence[int], candidates: dict[int, np.ndarray]) -> Reading | None:
    """Frequency, Re(Z), Im(Z) in the first columns that are no clock, where the first can be a frequency."""
    if len(live) < 3 or live[0] not in candidates or live[1:3] != [live[0] + 1, live[0] + 2]:
        return None
    reading = Reading(live[0], live[1], live[2])
    return reading if np.mean(values[:, reading.first] > 0) > REGULAR else None


def is_plain(values: Floats, reading: Reading, live: Sequence[int]) -> bool:
    """True for three columns of which the first is surely a frequency: equal steps of its logarithm for decades."""
    f = values[:, reading.frequency]
    good = f[np.isfinite(f) & (f > 0)]
    falls = good[0] > good[-1]  # a time never does
    return len(live) == 3 and falls and good.max() > DECADES * good.min() and steps_equal(np.log(good)) >= REGULAR


def fitting(values: Floats, live: Sequence[int], candidates: dict[int, np.ndarray]) -> Iterator[tuple[float, Reading]]:
    """The readings that fit an impedance, with their misfit; only those that |Z| proves, where one does."""
    used = live[:MOST_COLUMNS]
    readings = [Reading(c, a, b) for c in candidates for a, b in permutations([i for i in used if i != c], 2)]
    proven = [r for r in readings if is_proven(values, r, used)] or [r for r in readings if has_angle(values, r, used)]
    if not proven and sum(rises(values[:, i]) for i in used if i not in candidates) == 1:
        used = without(rises, values, used, candidates)
        readings = [r for r in readings if r.first in used and r.second in used]
    readings = proven or [*readings, *(r._replace(polar=True) for r in readings)]
    for reading in readings:
        rows = values[candidates[reading.frequency]]
        for own in (reading, reading._replace(radians=True)) if reading.polar else (reading,):
            if is_possible(rows, own):
                f, z = rows[:, own.frequency], own.impedance(rows)
                left = min(misfit(f, z), misfit(f, z.conj()))
                if left < min(FITS, MATTERS * imaginary(z)):
                    yield left, own


def imaginary(impedance: Complexes) -> float:
    """The root mean square of Im(Z)/|Z|: what has to be explained, as any resistance is."""
    size = np.abs(impedance)
    share = np.divide(impedance.imag, size, out=np.zeros(len(size)), where=size > 0)
    return float(np.sqrt(np.mean(share**2)))


def is_possible(rows: Floats, reading: Reading) -> bool:
    """True where the numbers can be what a reading says: Re(Z) mostly above 0, a phase within half a turn."""
    first, second = rows[:, reading.first], rows[:, reading.second]
    if not np.all(np.isfinite(first) & np.isfinite(second)):
        return False
    if not reading.polar:
        return bool(np.mean(first > 0) > REGULAR)
    largest = float(np.abs(second).max())
    return bool(np.all(first > 0)) and (largest < 1.6 if reading.radians else 1.6 < largest < 181)


def is_proven(values: Floats, reading: Reading, live: Sequence[int]) -> bool:
    """True where another column is the modulus of two parts, each of which matters in it; an angle tells them apart."""
    re, im = values[:, reading.first], values[:, reading.second]
    others = [values[:, i] for i in live if i not in reading[:3]]
    size = re**2 + im**2
    smaller = np.minimum(re**2, im**2)
    known = np.isfinite(size) & (size > 0)
    scale = np.maximum(smaller, PRINTED * size)[known]
    if not any(np.quantile(np.abs(column**2 - size)[known] / scale, MOST) < EQUAL for column in others):
        return False
    return not any(is_angle(column, im, re) and not is_angle(column, re, im) for column in others)


def has_angle(values: Floats, reading: Reading, live: Sequence[int]) -> bool:
    """True where another column is the angle of two parts, large enough to be no other one's."""
    re, im = values[:, reading.first], values[:, reading.second]
    if median_of(np.abs(np.arctan2(im, re))) < EQUAL / 3:
        return False
    return any(is_angle(values[:, i], re, im, PRINTED / 10) for i in live if i not in reading[:3])


def is_angle(column: Floats, re: Floats, im: Floats, within: float = PRINTED) -> bool:
    """True where a column is the angle of re + j im, in degrees or radians, with either sign."""
    angle = np.abs(np.angle(re + 1j * im))
    known = np.isfinite(column) & np.isfinite(angle)
    size = np.abs(column[known])
    off = min(float(median_of(np.abs(size - angle[known]))), float(median_of(np.abs(np.deg2rad(size) - angle[known]))))
    return off < within


def same(values: Floats, left: Reading, right: Reading) -> bool:
    """True where two readings give the same frequencies and the same impedances, but for the sign of Im(Z)."""
    if left.frequency != right.frequency:
        return False
    a, b = left.impedance(values), right.impedance(values)
    known = np.isfinite(a) & np.isfinite(b) & (np.abs(a) > 0)
    apart = np.minimum(np.abs(a - b), np.abs(a - b.conj()))[known] / np.abs(a)[known]
    return bool(apart.size and np.quantile(apart, MOST) < PRINTED)
