"""What is known of the cell and of what was done to it: names, facts with their units, instrument, steps, rests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from eisfit.plots.segments import Segment, segments
from eisfit.spectrum import Record
from eisfit.study import Study
from eisfit.verdicts import plural


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


def instrument(study: Study) -> str:
    """The makers of the instruments whose formats were read, with the names of the formats."""
    from eisfit.readers import formats

    known_formats = formats()
    names = sorted({s.source.reader for s in study.series if s.source and s.source.reader})
    readers = [known_formats[name] for name in names if name in known_formats]
    vendors = dict.fromkeys(reader.vendor for reader in readers if not reader.general)
    makers = ", ".join(vendor for vendor in vendors if vendor)
    return f"{makers} ({', '.join(names)})" if makers else ", ".join(names)


def protocol(study: Study) -> str:
    """Steps of current with their size and duration, and the rests; "" without a record."""
    record = study.series.record
    if record is None or not len(record):
        return ""
    parts = []
    steps = segments(record, flowing=True)
    for sign, word in ((-1, "negative"), (1, "positive")):
        some = [part for part in steps if part.sign == sign]
        if some:
            parts.append(f"{plural(len(some), 'step')} of {word} current ({_current(record, sign)}, {_hours(some)})")
    rests = segments(record, flowing=False)
    if rests:
        parts.append(f"{plural(len(rests), 'rest')} ({_hours(rests)})")
    return "; ".join(parts)


def _current(record: Record, sign: int) -> str:
    """The median current of one sign."""
    some = record.current_A[np.sign(record.current_A) == sign]
    return f"{1e3 * float(np.median(some)):.3g} mA".replace("-", "−")


def _hours(parts: list[Segment]) -> str:
    """The median duration."""
    hours = float(np.median([part.hours[-1] - part.hours[0] for part in parts]))
    text = f"{60 * hours:.2g} min" if hours < 1 else f"{hours:.3g} h"
    return text if len(parts) == 1 else f"median {text}"


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
    """The name of the cell; else of its file, or of the folder of its files."""
    if study.series.cell.name:
        return study.series.cell.name
    sources = [s.source for s in study.series if s.source and s.source.path]
    files = list(dict.fromkeys(source.path.replace("\\", "/") for source in sources))
    if not files:
        return "Impedance spectra"
    folder, _, name = files[0].rpartition("/")
    if len(files) == 1:
        return name
    alike = folder and all(file.rpartition("/")[0] == folder for file in files)
    return (
        f"{folder.rpartition('/')[2]} ({len(files)} files)"
        if alike
        else f"{name} and {plural(len(files) - 1, 'more file')}"
    )


def spectrum_title(study: Study, i: int) -> str:
    """The heading of a single spectrum: its number and its label."""
    return f"{i + 1}   {study.series[i].label or 'unnamed'}"


def lowered(label: str) -> str:
    """A label within a sentence: its first letter is small, units stay as they are."""
    return label[:1].lower() + label[1:]
