"""State of charge of every spectrum, and the axis that a track is drawn against."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from eisfit.errors import OptionError
from eisfit.spectrum import Floats, Record, Series
from eisfit.tracking.track import Axis

FULL = 0.8
"""A half-cycle counts as full when it moved at least this share of the charge of the largest one."""

NEGLIGIBLE = 1e-5
"""Charge in mAh (36 mC) that counts as none: spectra at rest drift by less, and must not be spread over 0 to 100 %."""

NO_STATE = ("symmetric", "blocking")
"""Cell types whose charge says nothing about a state of charge: what one electrode gives the other takes."""


class _Reference(NamedTuple):
    """The charge that stands for 100 % (mAh), the charge at 0 % (mAh), and what they were taken from."""

    capacity: float
    lowest: float
    highest: float
    origin: str


def with_soc(series: Series) -> tuple[Series, tuple[str, ...]]:
    """Fill in the state of charge of every spectrum that lacks it, and say what was assumed.

    SoC = (q - q_min) / Q, q the charge of the spectrum (mAh, the sum of dq, positive on charge), q_min the lowest
    charge of the record. Q is the first that is known of: the capacity of the cell, the last full half-cycle of the
    record, the span of the charge. With a working electrode "anode" the value is the lithiation (q_max - q) / Q, which
    rises on discharge. A charge that a spectrum lacks is read off the record at its time. Symmetric and blocking cells
    without a stated capacity come back as they are, as does a series in which no charge passed.
    """
    stateless = series.cell.type in NO_STATE and not series.cell.capacity_mAh
    if stateless or not _lacks(series, "soc"):
        return series, ()
    series, said = _with_charge(series)
    reference = _reference(series)
    if reference is None:
        return series, said
    anode = series.cell.working_electrode == "anode"
    q = series.column("charge_mAh")
    soc = (reference.highest - q if anode else q - reference.lowest) / reference.capacity
    return _filled(series, "soc", soc), (*said, _sentence(reference, anode))


def choose_axis(series: Series, requested: str | None = None) -> Axis:
    """The axis of a track: the requested one, or the first of soc, charge, potential, time, cycle, index that serves.

    An axis serves by itself when every spectrum has a value and the values differ; charge and potential of a symmetric
    cell do not. A requested axis needs one value at least. Raises OptionError, naming the axes that the data hold.
    """
    axes = {name: make(series) for name, make in AXES.items()}
    if requested is not None:
        return _requested(axes, requested, len(series))
    idle = ("soc", "charge", "potential") if series.cell.type in NO_STATE else ()
    serving = [a for a in axes.values() if a.name not in idle and _serves(a.values)]
    return serving[0] if serving else axes["index"]


def _lacks(series: Series, name: str) -> bool:
    return bool(np.isnan(series.column(name)).any())


def _with_charge(series: Series) -> tuple[Series, tuple[str, ...]]:
    """The charge of spectra that lack it, read off the record at their time."""
    record, time = series.record, series.column("time_s")
    missing = np.isnan(series.column("charge_mAh")) & np.isfinite(time)
    if record is None or not len(record) or not missing.any():
        return series, ()
    charge = np.interp(time, record.time_s, record.charge_mAh, left=np.nan, right=np.nan)
    found = int((missing & np.isfinite(charge)).sum())
    if not found:
        return series, ()
    said = f"The charge of {found} spectra was read off the record at their time."
    return _filled(series, "charge_mAh", charge), (said,)


def _filled(series: Series, name: str, values: Floats) -> Series:
    spectra = [
        s.with_(conditions=s.conditions.filled(**{name: float(v)})) if np.isfinite(v) else s
        for s, v in zip(series, values, strict=True)
    ]
    return series.with_(spectra=spectra)


def _reference(series: Series) -> _Reference | None:
    """Where 0 % lies and how much charge 100 % is; None where no charge passed."""
    known = series.column("charge_mAh")
    known = known[np.isfinite(known)]
    if series.record is not None:
        known = np.concatenate([known, series.record.charge_mAh[np.isfinite(series.record.charge_mAh)]])
    if not known.size or not np.ptp(known) > NEGLIGIBLE:
        return None
    lowest, highest = float(known.min()), float(known.max())
    nominal = series.cell.capacity_mAh
    if nominal is not None and nominal > 0:
        return _Reference(nominal, lowest, highest, "the capacity of the cell")
    full = _last_full_half_cycle(series.record)
    if full is not None:
        return _Reference(full, lowest, highest, "the last full half-cycle")
    return _Reference(highest - lowest, lowest, highest, "the span of the charge")


def _last_full_half_cycle(record: Record | None) -> float | None:
    """Charge of the last half-cycle that moved at least FULL of the largest one, mAh; None where none passed charge."""
    if record is None or not len(record):
        return None
    last = np.flatnonzero(np.diff(record.half_cycle, append=record.half_cycle[-1] + 1))
    turning = np.concatenate([record.charge_mAh[:1], record.charge_mAh[last]])
    moved = np.abs(np.diff(turning))
    full = moved[moved >= FULL * np.nanmax(moved)] if np.isfinite(moved).any() else moved[:0]
    return float(full[-1]) if full.size and full[-1] > 0 else None


def _sentence(reference: _Reference, anode: bool) -> str:
    name, zero, where = ("Lithiation", reference.highest, "highest") if anode else ("SoC", reference.lowest, "lowest")
    return (
        f"{name}: 100 % is {reference.capacity:.4g} mAh ({reference.origin}), "
        f"0 % the {where} charge of the record ({zero:.4g} mAh)."
    )


def _soc(series: Series) -> Axis:
    label = "Lithiation" if series.cell.working_electrode == "anode" else "State of charge"
    return Axis("soc", label, series.column("soc"))


def _charge(series: Series) -> Axis:
    return Axis("charge", "Charge (mAh)", series.column("charge_mAh"))


def _potential(series: Series) -> Axis:
    return Axis("potential", "Potential (V)", series.column("potential_V"))


def _time(series: Series) -> Axis:
    seconds = series.column("time_s")
    span = np.ptp(seconds[np.isfinite(seconds)]) if np.isfinite(seconds).any() else 0.0
    return Axis("time", "Time (h)", seconds / 3600) if span >= 7200 else Axis("time", "Time (s)", seconds)


def _cycle(series: Series) -> Axis:
    return Axis("cycle", "Cycle", series.column("cycle"))


def _index(series: Series) -> Axis:
    return Axis("index", "Spectrum", np.arange(len(series), dtype=np.float64))


AXES: dict[str, Callable[[Series], Axis]] = {
    "soc": _soc,
    "charge": _charge,
    "potential": _potential,
    "time": _time,
    "cycle": _cycle,
    "index": _index,
}
"""Every axis by its name, in the order of preference."""


def _serves(values: Floats) -> bool:
    return bool(values.size and np.isfinite(values).all() and np.ptp(values) > 0)


def _requested(axes: dict[str, Axis], name: str, n: int) -> Axis:
    if name not in axes:
        raise OptionError(f"unknown axis {name}: choose one of {', '.join(axes)}")
    if n and not np.isfinite(axes[name].values).any():
        held = [a.name for a in axes.values() if np.isfinite(a.values).any()]
        raise OptionError(f"the spectra have no {name}: they have {', '.join(held)}")
    return axes[name]
