"""What is known of the cell and of what was done to it: names, facts with their units, instrument, steps, rests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import NamedTuple

import numpy as np

from eisfit.numbers import frequency_text
from eisfit.selection import named_by
from eisfit.study import Study
from eisfit.verdicts import numbers, plural


class Fact(NamedTuple):
    """What is told of a cell: how it is headed and, if a reader asks for it, called, and its unit."""

    head: str
    unit: str = ""
    asked: str = ""


FACTS = {
    "type": Fact("Type", asked="type of the cell"),
    "working_electrode": Fact("Working electrode"),
    "area_cm2": Fact("Area", "cm²", "area"),
    "thickness_um": Fact("Thickness", "µm", "thickness"),
    "mass_mg": Fact("Active mass", "mg", "mass"),
    "capacity_mAh": Fact("Capacity", "mAh", "capacity"),
    "capacity_mAh_g": Fact("Capacity per mass", "mAh/g"),
    "host": Fact("Active material"),
    "temperature_C": Fact("Temperature", "°C", "temperature"),
    "pressure_MPa": Fact("Pressure", "MPa", "pressure"),
}
"""The facts by the names of Cell."""
OLDEST = 1970
"""The clock of an instrument that says an earlier year was never set."""


def facts(study: Study) -> dict[str, str]:
    """The known ones of FACTS with their units; temperature and pressure as they held during the series."""
    out = {}
    for name, fact in FACTS.items():
        stated = getattr(study.series.cell, name)
        value = condition(study, name) if name in ("temperature_C", "pressure_MPa") else stated
        if value is not None:
            out[name] = f"{value:g} {fact.unit}" if isinstance(value, int | float) else f"{value} {fact.unit}".rstrip()
    return out


def missing(study: Study, *names: str) -> list[str]:
    """What is asked for and not known, of these facts, or of all."""
    known = facts(study)
    return [f.asked for name, f in FACTS.items() if f.asked and name not in known and (not names or name in names)]


def points(study: Study) -> str:
    """How many points the spectra have: "57", "40 to 42"."""
    counts = sorted({len(s) for s in study.series})
    return f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"


def constraints(study: Study) -> dict[str, str]:
    """What was asked of the parameters of every spectrum: tied, shared, fixed, start values."""
    options, used = study.fits.options, study.options.used
    alone = {name for table in used.get("spectra") or () for name in table.get("fix", {})} - {*(used.get("fix") or {})}
    start = used.get("start") or {}
    out = {
        "Tied": ", ".join(f"{a} = {b}" for a, b in options.tied),
        "Shared by all spectra": ", ".join(options.shared),
        "Fixed": ", ".join(text for text in study.fits.fixed if text.partition(" ")[0] not in alone),
        "Start values": ", ".join(f"{k} = {v:.4g}" for k, v in start.items())
        if isinstance(start, Mapping)
        else "stated",
    }
    return {head: text for head, text in out.items() if text}


def own_settings(study: Study) -> list[tuple[str, str]]:
    """What is set for single spectra: which they are, and what holds there."""
    out = []
    for table in study.options.used.get("spectra") or ():
        said = [f"circuit {table['circuit']}"] if "circuit" in table else []
        said += [f"{k} kept at {v:g}" for k, v in table.get("fix", {}).items()]
        said += [f"search of {k} from {v:g}" for k, v in table.get("start", {}).items()]
        said += [f"{frequency_text(low)} to {frequency_text(high)} left out" for low, high in table.get("mask", ())]
        at = named_by(study.series, table["match"])
        if said:
            out.append((numbers(at) if at else str(table["match"]), "; ".join(said)))
    return out


def instrument(study: Study) -> str:
    """The makers of the instruments whose formats were read, with the names of the formats; a plain table has none."""
    from eisfit.readers import formats

    known = formats()
    names = sorted({s.source.reader for s in study.series if s.source and s.source.reader})
    made = [name for name in names if name not in known or not known[name].general]
    makers = ", ".join(dict.fromkeys(known[name].vendor for name in made if name in known and known[name].vendor))
    return f"{makers} ({', '.join(made)})" if makers else ", ".join(made)


def condition(study: Study, name: str) -> str | None:
    """What held during the series: from lowest to highest of the spectra that tell, else as stated for the cell."""
    logged = study.series.column(name)
    logged = logged[np.isfinite(logged)]
    if not logged.size:
        stated = getattr(study.series.cell, name)
        return None if stated is None else f"{stated:g}"
    low, high = (f"{value:.4g}".replace("-", "−") for value in (logged.min(), logged.max()))
    return low if low == high else f"{low} to {high}"


def last_measured(study: Study) -> datetime | None:
    """When the last spectrum began, by the clock of the instrument; None where no file tells."""
    stated = [s.conditions.timestamp for s in study.series if s.conditions.timestamp]
    try:
        times = [datetime.fromisoformat(text) for text in stated]
        known = [t.replace(tzinfo=UTC) if t.tzinfo is None else t.astimezone(UTC) for t in times]
    except (ValueError, OverflowError):
        return None
    newest = max(known, default=None)
    return newest.replace(microsecond=0) if newest is not None and newest.year >= OLDEST else None


def cell_name(study: Study) -> str:
    """The name of the cell; else of the folder of its files, or of its file."""
    if study.series.cell.name:
        return study.series.cell.name
    if study.options.given:
        return study.options.given
    files = list(dict.fromkeys(s.source.path for s in study.series if s.source and s.source.path))
    places = [PurePath(file.replace("\\", "/")) for file in files]
    folders = {place.parent.name for place in places}
    if len(files) < 2:
        return places[0].name if places else "Impedance spectra"
    several = f"{places[0].name} and {plural(len(files) - 1, 'more file')}"
    return several if len(folders) > 1 else folders.pop() or several


def spectrum_title(study: Study, i: int) -> str:
    """The heading of a single spectrum: its number and its label."""
    return f"{i + 1}   {study.series[i].label or 'unnamed'}"


def lowered(label: str) -> str:
    """A label within a sentence: its first letter is small, units stay as they are."""
    return label[:1].lower() + label[1:]
