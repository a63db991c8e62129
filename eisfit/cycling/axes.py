"""The axes that a track may be drawn against, as the field names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np

from eisfit.cycling.charge import NO_STATE, by_lithiation, state_charge
from eisfit.errors import OptionError
from eisfit.spectrum import Cell, Floats, Series


class Axis(NamedTuple):
    """What the track is drawn against: name (soc, lithiation, mAh/g, potential, ...), label with unit, values (N,)."""

    name: str
    label: str
    values: Floats

    def text(self, i: int) -> str:
        """The value of spectrum i as people read it, to a hundredth or so of what the series spans; "" for none."""
        value, known = float(self.values[i]), self.values[np.isfinite(self.values)]
        if not np.isfinite(value):
            return ""
        span = float(np.ptp(known)) or abs(value) or 1.0
        places = min(max(2 - int(np.floor(np.log10(span))), 0), 2 if self.name == "soc" else 5)
        return f"{round(value, places) + 0.0:.{places}f}".replace("-", "−")


PREFERRED = ("soc", "charge", "potential", "time", "cycle", "index")
"""What is tried, in this order, where no axis is asked for."""
OF_A_STATE = ("soc", "dod", "lithiation")
"""Axes that a symmetric or blocking cell does not have."""
AT_REST_V = 0.005
"""Potentials that lie closer together are of a cell at rest: the time tells more, where it is known."""
LONG_S = 7200
"""A longer series has its time in hours."""


def choose_axis(series: Series, requested: str | None = None) -> Axis:
    """The axis of a track: the requested one, or the first of soc, charge, potential, time, cycle, index that serves.

    An axis serves by itself when every spectrum has a value and the values differ; charge and potential of a symmetric
    cell do not, nor the potential of a cell at rest. A requested axis needs one value at least. Raises OptionError,
    which says what is missing.
    """
    if series.cell.host:
        from eisfit.cycling.host import host_of

        host_of(series.cell.host)
    if requested is not None:
        return _requested(series, requested)
    idle = ("soc", "charge", "potential") if series.cell.type in NO_STATE else ()
    serving = [axis for name in PREFERRED if name not in idle and _serves((axis := AXES[name](series)).values)]
    if serving and serving[0].name == "potential" and np.ptp(serving[0].values) < AT_REST_V:
        serving = [axis for axis in serving if axis.name == "time"] or serving
    return serving[0] if serving else _index(series)


def axes_of(series: Series) -> Mapping[str, Axis]:
    """Every axis that the data and the cell give a value for, by its name."""
    known = {name: make(series) for name, make in AXES.items() if not _missing(series, name)}
    known |= {name: Axis(name, name, series.column(name)) for name in others_of(series)}
    return {name: axis for name, axis in known.items() if np.isfinite(axis.values).any()}


def others_of(series: Series) -> list[str]:
    """The names of further numbers that file names or series.csv state, in order of their first appearance."""
    return list(dict.fromkeys(name for spectrum in series for name, _ in spectrum.conditions.others))


def _requested(series: Series, name: str) -> Axis:
    if name not in AXES and name in others_of(series):
        return Axis(name, name, series.column(name))
    if name not in AXES:
        free = others_of(series) or ["or a number that --pattern or series.csv names"]
        near = get_close_matches(str(name), [*AXES, *others_of(series)], n=1)
        meant = f"did you mean {near[0]}? There are" if near else "choose one of"
        raise OptionError(f"unknown axis {name}: {meant} {', '.join([*AXES, *free])}")
    missing = _missing(series, name)
    if missing:
        raise OptionError(f"the axis {name} {missing}")
    axis = AXES[name](series)
    if len(series) and not np.isfinite(axis.values).any():
        raise OptionError(f"the spectra have no {_needed(name)}: they have {', '.join(axes_of(series))}")
    return axis


def _missing(series: Series, name: str) -> str:
    """What the cell lacks for an axis, "" where it lacks nothing."""
    cell = series.cell
    if name in OF_A_STATE and cell.type in NO_STATE and np.isnan(series.column("soc")).all():
        return f"means nothing for a {cell.type} cell: what one electrode gives the other takes"
    wanted = [text for field, text in NEEDS.get(name, {}).items() if not getattr(cell, field)]
    return f"needs {' and '.join(wanted)}" if wanted else ""


NEEDS = {
    "mAh/g": {"mass_mg": "the active mass (--mass, mass_mg in eisfit.toml)"},
    "mAh/cm2": {"area_cm2": "the electrode area (--area, area_cm2 in eisfit.toml)"},
    "lithiation": {
        "mass_mg": "the active mass (--mass, mass_mg in eisfit.toml)",
        "host": "the formula of the active material (--host, host in eisfit.toml)",
    },
}
"""What an axis needs to know of the cell, by fields of Cell."""


def _needed(name: str) -> str:
    """What the values of an axis come from."""
    return {"dod": "soc"}.get(name, "charge" if name in NEEDS else name)


def _soc(series: Series) -> Axis:
    label = "Lithiation" if by_lithiation(series.cell) else "State of charge"
    return Axis("soc", label, series.column("soc"))


def _dod(series: Series) -> Axis:
    soc = series.column("soc")
    return Axis("dod", "Depth of discharge", soc if by_lithiation(series.cell) else 1 - soc)


def _lithiation(series: Series) -> Axis:
    from eisfit.cycling.host import content, host_of

    host = host_of(series.cell.host or "")
    return Axis("lithiation", f"x in {host.symbol}", content(series.column("charge_mAh"), series.cell))


def _charge(series: Series) -> Axis:
    return Axis("charge", "Charge (mAh)", series.column("charge_mAh"))


def _per_mass(series: Series) -> Axis:
    grams = (series.cell.mass_mg or np.nan) / 1e3
    return Axis("mAh/g", f"{_kind(series.cell)} (mAh/g)", state_charge(series) / grams)


def _per_area(series: Series) -> Axis:
    return Axis("mAh/cm2", f"{_kind(series.cell)} (mAh/cm²)", state_charge(series) / (series.cell.area_cm2 or np.nan))


def _kind(cell: Cell) -> str:
    return "Charge of lithiation" if by_lithiation(cell) else "Charge"


def _potential(series: Series) -> Axis:
    return Axis("potential", "Potential (V)", series.column("potential_V"))


def _temperature(series: Series) -> Axis:
    return Axis("temperature", "Temperature (°C)", series.column("temperature_C"))


def _pressure(series: Series) -> Axis:
    return Axis("pressure", "Pressure (MPa)", series.column("pressure_MPa"))


def _time(series: Series) -> Axis:
    seconds = series.column("time_s")
    span = np.ptp(seconds[np.isfinite(seconds)]) if np.isfinite(seconds).any() else 0.0
    return Axis("time", "Time (h)", seconds / 3600) if span >= LONG_S else Axis("time", "Time (s)", seconds)


def _cycle(series: Series) -> Axis:
    return Axis("cycle", "Cycle", series.column("cycle"))


def _index(series: Series) -> Axis:
    return Axis("index", "Spectrum (number)", np.arange(1, len(series) + 1, dtype=np.float64))


AXES: dict[str, Callable[[Series], Axis]] = {
    "soc": _soc,
    "dod": _dod,
    "lithiation": _lithiation,
    "charge": _charge,
    "mAh/g": _per_mass,
    "mAh/cm2": _per_area,
    "potential": _potential,
    "temperature": _temperature,
    "pressure": _pressure,
    "time": _time,
    "cycle": _cycle,
    "index": _index,
}
"""Every axis by its name."""


def _serves(values: Floats) -> bool:
    return bool(values.size and np.isfinite(values).all() and np.ptp(values) > 0)
