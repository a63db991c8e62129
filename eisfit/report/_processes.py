"""What the resistances of the circuit stand for: where each arc lies, and of what its capacitance would be typical."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from eisfit.numbers import frequency_text, quantity
from eisfit.plots.labels import role_symbol
from eisfit.report._document import Column, Table
from eisfit.roles.assign import BULK, GRAIN, INTERFACE
from eisfit.spectrum import Floats
from eisfit.study import Study

MEANINGS = {
    BULK: "high-frequency intercept: bulk",
    GRAIN: "first arc: grain boundaries",
    INTERFACE: "next arc: electrode interfaces",
}
HEADS = (
    ("", 0.9),
    ("Read as", 2.8),
    ("Apex frequency", 2.0),
    ("Effective capacitance", 1.9),
    ("Such a capacitance is typical of", 3.9),
)


def processes(study: Study) -> Table | None:
    """One row per resistance that has a role; None where none has."""
    names = [name for name in study.track.assigned or {} if name in study.track.roles]
    cells = {column.name: column.cells for column in study.derived_columns()}
    rows = [[role_symbol(name), *_row(name, cells)] for name in names]
    columns = [Column(head, share, math=k == 0) for k, (head, share) in enumerate(HEADS)]
    return Table(columns, rows) if rows else None


def _row(name: str, cells: Mapping[str, Sequence[Any]]) -> list[str]:
    short = name.removeprefix("R_")
    apex, farad = (_known(cells.get(f"{symbol}_{short}_{unit}", ())) for symbol, unit in (("f", "Hz"), ("C", "F")))
    said = Counter(text for text in cells.get(f"plausibility_{short}", ()) if text)
    return [
        MEANINGS.get(name, "as named in the circuit"),
        _range(apex, frequency_text),
        _range(farad, lambda c: quantity(c, "F")),
        said.most_common(1)[0][0] if said else "–",
    ]


def _known(cells: Sequence[Any]) -> Floats:
    values = np.array(cells, dtype=np.float64)
    return values[np.isfinite(values)]


def _range(values: Floats, text: Any) -> str:
    """The middle nine tenths of the values."""
    if not values.size:
        return "–"
    low, high = (text(float(v)) for v in np.quantile(values, (0.05, 0.95)))
    return low if low == high else f"{low} to {high}"
