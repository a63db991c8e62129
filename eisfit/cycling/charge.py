"""State of charge of every spectrum."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.errors import OptionError
from eisfit.spectrum import Cell, Floats, Record, Series

FULL = 0.8
"""A half-cycle counts as full when it moved at least this share of the charge of the largest one."""

NEGLIGIBLE = 1e-5
"""Charge in mAh (36 mC) that counts as none: spectra at rest drift by less, and must not be spread over 0 to 100 %."""

MATTERS = 0.01
"""Share of the capacity that the currents of the spectra must move to be taken for a cycling current."""

NO_STATE = ("symmetric", "blocking")
"""Cell types whose charge says nothing about a state of charge: what one electrode gives the other takes."""


class Reference(NamedTuple):
    """The charge that stands for 100 %, the lowest and the highest charge (mAh), and what 100 % was taken from."""

    capacity: float
    lowest: float
    highest: float
    origin: str


def with_soc(series: Series) -> tuple[Series, tuple[str, ...]]:
    """Fill in the state of charge of every spectrum that lacks it, and say what was assumed.

    SoC = (q - q_min) / Q, q the charge of the spectrum (mAh, the sum of dq, positive on charge), q_min the lowest
    charge of the record. Q is the first that is known of: the capacity of the cell (or its capacity per gram and its
    active mass), the last full half-cycle of the record, the span of the charge. With a working electrode "anode" the
    value is the lithiation (q_max - q) / Q, which rises on discharge of a half cell; in a full cell both rise on
    charge. A charge that a spectrum lacks is read off the record at its time; without record, and where a capacity is
    stated, it is the current of the spectra times time. Symmetric and blocking cells have no state of charge, nor has
    a series in which no charge passed. Raises OptionError for a capacity per gram without mass.
    """
    series, said = _with_charge(series)
    if series.cell.type in NO_STATE:
        return series, said
    lacking = int(np.isnan(series.column("soc")).sum())
    if not lacking:
        unused = series.cell.capacity_mAh is not None and bool(np.isfinite(series.column("charge_mAh")).any())
        return series, (*said, "SoC is as the files state it: the capacity does not change it.") if unused else said
    reference = reference_of(series)
    if reference is None:
        return series, said
    soc = state_charge(series) / reference.capacity
    said = (*said, _sentence(reference, by_lithiation(series.cell)))
    if lacking < len(series):
        given = len(series) - lacking
        said = (*said, f"SoC of {given} spectra is stated, that of {lacking} follows from their charge.")
    return _filled(series, "soc", soc), said


def by_lithiation(cell: Cell) -> bool:
    """True where the state rises on discharge: the anode of a half cell takes up lithium then."""
    return cell.working_electrode == "anode" and cell.type != "full"


def state_charge(series: Series) -> Floats:
    """Charge of every spectrum above the 0 % of its state (N,) mAh; the bare charge where there is no state."""
    q = series.column("charge_mAh")
    reference = reference_of(series)
    if reference is None or series.cell.type in NO_STATE:
        return q
    return reference.highest - q if by_lithiation(series.cell) else q - reference.lowest


def _with_charge(series: Series) -> tuple[Series, tuple[str, ...]]:
    """The charge of spectra that lack it, read off the record at their time, or from their own currents."""
    record, time = series.record, series.column("time_s")
    missing = np.isnan(series.column("charge_mAh")) & np.isfinite(time)
    if not missing.any():
        return series, ()
    if record is None or not len(record):
        return _from_currents(series)
    start, end = float(record.time_s[0]), float(record.time_s[-1])
    charge = np.interp(time, record.time_s, record.charge_mAh, left=0.0)  # as for files: none before it, held after it
    far = np.maximum(start - time, time - end) > end - start  # what lies further away belongs to another experiment
    charge[far] = np.nan
    found = int((missing & np.isfinite(charge)).sum())
    if not found:
        return series, ()
    outside = int((missing & ~far & ((time < start) | (time > end))).sum())
    held = f"; {outside} of them lie outside of it: no charge before it, that of its end behind it" if outside else ""
    said = f"The charge of {found} spectra was read off the record at their time{held}."
    return _filled(series, "charge_mAh", charge), (said,)


def _from_currents(series: Series) -> tuple[Series, tuple[str, ...]]:
    """Charge as the integral of the currents of the spectra over time, where a capacity is stated and all are known."""
    nominal, time, current = _nominal(series.cell), series.column("time_s"), series.column("current_A")
    known = np.isfinite(time).all() and np.isfinite(current).all() and (np.diff(time) >= 0).all()
    if nominal is None or not known or np.isfinite(series.column("charge_mAh")).any():
        return series, ()
    charge = np.concatenate(([0.0], np.cumsum(np.diff(time) * (current[1:] + current[:-1]) / 2 / 3.6)))
    if not np.ptp(charge) > MATTERS * nominal[0]:
        return series, ()
    said = "There is no record: the charge is the current of the spectra times time, as if it never changed in between."
    return _filled(series, "charge_mAh", charge), (said,)


def _filled(series: Series, name: str, values: Floats) -> Series:
    spectra = [
        s.with_(conditions=s.conditions.filled(**{name: float(v)})) if np.isfinite(v) else s
        for s, v in zip(series, values, strict=True)
    ]
    return series.with_(spectra=spectra)


def reference_of(series: Series) -> Reference | None:
    """Where 0 % lies and how much charge 100 % is; None where no charge passed."""
    start, passed = series.column("charge_mAh"), series.column("passed_mAh")
    known = np.concatenate([start, (start + passed)[np.abs(passed) > NEGLIGIBLE]])
    known = known[np.isfinite(known)]
    if series.record is not None:
        known = np.concatenate([known, series.record.charge_mAh[np.isfinite(series.record.charge_mAh)]])
    if not known.size or not np.ptp(known) > NEGLIGIBLE:
        return None
    lowest, highest = float(known.min()), float(known.max())
    nominal = _nominal(series.cell)
    if nominal is not None:
        return Reference(nominal[0], lowest, highest, nominal[1])
    full = _last_full_half_cycle(series.record)
    if full is not None:
        return Reference(full, lowest, highest, "the last full half-cycle")
    return Reference(highest - lowest, lowest, highest, "the span of the charge")


def _nominal(cell: Cell) -> tuple[float, str] | None:
    """The stated capacity (mAh) and how it was stated."""
    if cell.capacity_mAh is not None and cell.capacity_mAh > 0:
        return cell.capacity_mAh, "the capacity of the cell"
    if cell.capacity_mAh_g is None:
        return None
    if not cell.mass_mg:
        raise OptionError(
            f"a capacity of {cell.capacity_mAh_g:g} mAh/g needs the active mass: "
            "state it with --mass (mass_mg in eisfit.toml)"
        )
    return cell.capacity_mAh_g * cell.mass_mg / 1e3, f"{cell.capacity_mAh_g:g} mAh/g of {cell.mass_mg:g} mg"


def _last_full_half_cycle(record: Record | None) -> float | None:
    """Charge of the last half-cycle that moved at least FULL of the largest one, mAh; None where none passed charge."""
    if record is None or not len(record):
        return None
    last = np.flatnonzero(np.diff(record.half_cycle, append=record.half_cycle[-1] + 1))
    turning = np.concatenate([record.charge_mAh[:1], record.charge_mAh[last]])
    moved = np.abs(np.diff(turning))
    full = moved[moved >= FULL * np.nanmax(moved)] if np.isfinite(moved).any() else moved[:0]
    return float(full[-1]) if full.size and full[-1] > 0 else None


def _sentence(reference: Reference, anode: bool) -> str:
    name, zero = (
        ("Lithiation", "the least lithium of the record, its highest charge")
        if anode
        else ("State of charge", "the lowest charge of the record")
    )
    return f"{name}: 0 is {zero}, 1 is {reference.capacity:.4g} mAh more ({reference.origin})."
