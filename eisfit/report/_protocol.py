"""What was done to the cell, as far as the files tell: instrument, steps of current, rests."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from eisfit.plots.segments import Segment, segments
from eisfit.spectrum import Record
from eisfit.study import Study

OLDEST = 1970
"""The clock of an instrument that says an earlier year was never set."""


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
            parts.append(f"{_count(some, 'step')} of {word} current ({_current(record, sign)}, {_hours(some)})")
    rests = segments(record, flowing=False)
    if rests:
        parts.append(f"{_count(rests, 'rest')} ({_hours(rests)})")
    return "; ".join(parts)


def _count(parts: list[Segment], noun: str) -> str:
    return f"{len(parts)} {noun}{'' if len(parts) == 1 else 's'}"


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
