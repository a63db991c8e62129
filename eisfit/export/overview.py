"""The overview over several cells: what one cell comes down to, and overview.csv with a row per cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from eisfit.errors import EisfitError
from eisfit.export.study_file import read_study
from eisfit.export.tables import write_csv
from eisfit.fitting.status import FitStatus
from eisfit.shorts.values import LEVELS, OK, UNJUDGED
from eisfit.study import Study
from eisfit.tables import Extent, extent

PLACES = ("first", "lowest", "highest", "last")
VERDICTS = ("pass", "doubtful", "fail")


class CellResult(NamedTuple):
    """What an analysis left of one cell: its name, its study.json (None if there is none), what went wrong."""

    name: str
    study: Path | None
    trouble: str = ""

    def read(self) -> tuple[Study | None, str]:
        """The study, and what keeps it from being there."""
        if self.study is None:
            return None, self.trouble
        try:
            return read_study(self.study), self.trouble
        except EisfitError as error:
            return None, str(error)


def worst_short(study: Study) -> tuple[str, int]:
    """The gravest level of a short in a cell, and in how many spectra; 0 where none is suspected."""
    shorts = study.track.shorts
    found = Counter(shorts.level if shorts is not None else ())
    level = next((name for name in reversed(LEVELS) if found[name]), UNJUDGED)
    return level, found[level] if level not in (OK, UNJUDGED) else 0


def write_overview(results: Sequence[CellResult], path: Path) -> Path:
    """overview.csv: one row per cell, resistances with their standard errors, verdicts, and what went wrong."""
    rows = [_row(result) for result in results]
    columns = dict.fromkeys(name for row in rows for name in row)
    last = [name for name in columns if name == "trouble"]
    header = [name for name in columns if name not in last] + last
    return write_csv(path, header, [[row.get(name) for name in header] for row in rows])


def _row(result: CellResult) -> dict[str, Any]:
    study, trouble = result.read()
    row: dict[str, Any] = {"cell": result.name}
    if study is not None:
        row |= dict(_columns(study))
    return row | {"trouble": trouble or None}


def _columns(study: Study) -> Iterator[tuple[str, Any]]:
    status = study.fits.status
    verdict = Counter(str(v) for v in study.quality.kk.verdict)
    yield "spectra", len(study.series)
    yield "circuit", study.fits.described
    yield "converged", sum(s is FitStatus.CONVERGED for s in status)
    for word in VERDICTS:
        yield f"kk_{word}", verdict[word]
    level, count = worst_short(study)
    yield "short", level
    yield "short_spectra", count
    flags = dict.fromkeys(flag for flags in study.track.flags for flag in flags)
    yield "flags", ";".join(flags) or None
    yield "axis", study.track.axis.label
    for quantity in study.quantities():
        yield from _cells(extent(quantity))


def _cells(found: Extent) -> Iterator[tuple[str, Any]]:
    q = found.quantity
    unit = q.unit.replace("/", "_")
    for place, i in zip(PLACES, found[1:], strict=True):
        value = None if i is None else float(q.value[i])
        stderr = None if i is None or not np.isfinite(q.stderr[i]) else float(q.stderr[i])
        yield f"{q.name}_{place}_{unit}", value
        yield f"{q.name}_{place}_stderr_{unit}", stderr
