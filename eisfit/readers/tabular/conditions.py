"""What a table tells about the cell during one sweep."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from eisfit.cycling.rest import RESTING, ending
from eisfit.readers.tabular.spellings import Quantity
from eisfit.readers.tabular.table import Indices, Table, median, medians
from eisfit.settings.kinds import COLDEST, HOTTEST
from eisfit.spectrum import Conditions, Floats, Note


class Pauses(NamedTuple):
    """Which rows are not at f = 0, in their order, and the largest current of the table, A."""

    moving: Indices
    largest: float


def pauses_of(table: Table, frequency: Floats) -> Pauses:
    """What is asked about the rest before each sweep, found once for all of them."""
    current = table.column("current")
    largest = 0.0 if current is None else float(np.fmax.reduce(np.abs(current), initial=0.0))
    return Pauses(np.flatnonzero(frequency != 0), largest)


AT_SWEEPS: tuple[Quantity, ...] = ("potential", "current", "temperature", "pressure", "soc")
"""What a sweep has the median of."""


def conditions(table: Table, between: Pauses, rows: Indices) -> Conditions:
    """The state of the cell in one sweep: the time of its first row, medians of the rest."""
    first, middle = int(rows[0]), medians(table, AT_SWEEPS, rows)
    warmth = middle["temperature"]
    rested, slope = rest(table, between, first)
    cycle, time = table.first("cycle", first), table.at("time", rows)
    return Conditions(
        time_s=finite(table.first("time", first)),
        duration_s=duration(time),
        passed_mAh=passed(table, time, rows),
        rest_potential_V=finite(rested),
        rest_slope_mV_h=finite(slope),
        potential_V=middle["potential"],
        current_A=middle["current"],
        temperature_C=warmth if is_usable(table, warmth) else None,
        pressure_MPa=middle["pressure"],
        soc=middle["soc"],
        cycle=round(cycle) if math.isfinite(cycle) else None,
    )


KELVIN = (223.0, 400.0)
"""A temperature without a unit between these may be in kelvin."""


def is_usable(table: Table, warmth: float | None) -> bool:
    """True for a temperature that a cell can have, in a unit that is known."""
    return warmth is not None and is_temperature(warmth) and not may_be_kelvin(table, warmth)


def may_be_kelvin(table: Table, warmth: float) -> bool:
    """True where a column states no unit and its temperature is as common in kelvin as in degrees Celsius."""
    return not table.columns["temperature"][0].unit and KELVIN[0] <= warmth <= KELVIN[1]


def is_temperature(value: float) -> bool:
    """True for what may be the temperature of a cell; an open thermocouple reads 1467."""
    return COLDEST <= value <= HOTTEST


def sensors(table: Table, sweeps: list[Indices]) -> list[Note]:
    """A note on temperatures that no cell has."""
    told = [median(table, "temperature", rows) for rows in sweeps] if "temperature" in table.columns else []
    either = [value for value in told if value is not None and may_be_kelvin(table, value)]
    if either:
        name = table.columns["temperature"][0].name
        sentence = f"{name} is {either[0]:.4g} without a unit, kelvin or degrees Celsius: it is not used"
        return [Note("ignored", table.shown, sentence)]
    wrong = [value for value in told if value is not None and not is_temperature(value)]
    if not wrong:
        return []
    sentence = f"a temperature of {wrong[0]:.4g} C is that of a sensor which is not connected: it is not used"
    return [Note("ignored", table.shown, sentence)]


def duration(time: Floats | None) -> float | None:
    """Time from the first to the last point of a sweep, s; None where the table does not tell."""
    lasted = 0.0 if time is None else float(time[-1]) - float(time[0])
    return lasted if 0 < lasted < np.inf else None


def passed(table: Table, time: Floats | None, rows: Indices) -> float | None:
    """Direct charge that passed during a sweep, mAh: by the counter of the instrument, else by dq, else <I> dt.

    A current counts where the name of its column says that it is a mean or direct one: else it may be an amplitude.
    """
    counter, steps = table.at("counter", rows), table.at("dq", rows)
    if counter is not None:
        return finite(counter[-1] - counter[0])
    if steps is not None:
        return finite(float(steps[1:].sum()))
    current = table.at("current", rows)
    if time is None or current is None or not is_direct(table.columns["current"][0].name):
        return None
    return finite(float((current[1:] * (time[1:] - time[:-1])).sum()) / 3.6)


def rest(table: Table, between: Pauses, first: int) -> tuple[float, float]:
    """Potential (V) and slope (mV/h) at the end of the rest (f = 0, no current) directly above the first point."""
    if "time" not in table.columns or "potential" not in table.columns:
        return float("nan"), float("nan")
    above = int(np.searchsorted(between.moving, first))
    rows = np.arange(between.moving[above - 1] + 1 if above else 0, first)
    if not len(rows):
        return float("nan"), float("nan")
    time, potential, current = (table.at(quantity, rows) for quantity in ("time", "potential", "current"))
    assert time is not None
    assert potential is not None
    known = np.isfinite(time) & np.isfinite(potential)
    if current is not None:
        moving = np.flatnonzero(~(np.abs(current) <= RESTING * between.largest))
        known[: moving[-1] + 1 if moving.size else 0] = False
    return ending(time[known], potential[known])


def is_direct(name: str) -> bool:
    """True for the name of a column of direct current: <I>, Idc, DC current."""
    return "<" in name or "dc" in name.lower()


def finite(value: float) -> float | None:
    """A number, None where it is none."""
    return float(value) if math.isfinite(value) else None
