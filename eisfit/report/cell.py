"""The cell and how it was measured: what is known, what the arcs stand for, what was decided, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from eisfit.numbers import frequency_text, quantity
from eisfit.plots.branches import axis_of, of_the_cell
from eisfit.plots.labels import role_symbol
from eisfit.plots.segments import protocol
from eisfit.report._document import Block, Column, Heading, Layout, Paragraph, Table
from eisfit.report._facts import FACTS, constraints, facts, instrument, missing, own_settings, points
from eisfit.roles.assign import BULK, GRAIN, INTERFACE
from eisfit.selection import excluded
from eisfit.spectrum import Floats
from eisfit.study import Study
from eisfit.tables import resolved_values
from eisfit.verdicts import DECISIONS, LEFT_OUT, plural

TITLE = "Cell and measurement"
MEANINGS = {
    BULK: "bulk of the electrolyte",
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
MOST_LISTED = 8
"""Missing inputs on this page; the provenance has all."""


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Facts in a table, then sentences."""
    yield Table((Column("", 1.3), Column("", 2.4), Column("", 1.2), Column("", 4.1)), _facts(study))
    yield Paragraph(f"Protocol: {protocol(study) or 'not known, there is no cycling record'}.")
    unknown = missing(study)
    if unknown:
        yield Paragraph(f"Not stated: {', '.join(unknown)}.")
    roles = _processes(study)
    if roles is not None:
        yield Heading("What the arcs stand for")
        yield roles
    own = own_settings(study)
    if own:
        yield Heading("Settings of single spectra")
        yield Table((Column("Spectra", 1.6), Column("What holds there", 7.5)), own)
    out = [f"{note.path}: {note.sentence}" for note in excluded(study.series)]
    yield from _list(LEFT_OUT, out, MOST_LISTED)
    skipped = [f"{n.path}: {n.sentence}" for n in study.series.notes if n.kind == "skipped"]
    yield from _list("Inputs that are missing here", skipped, MOST_LISTED)
    yield from _list(DECISIONS, study.decisions, len(study.decisions))


def _list(title: str, sentences: Sequence[str], most: int) -> Iterator[Block]:
    if not sentences:
        return
    yield Heading(title)
    for sentence in sentences[:most]:
        yield Paragraph(sentence, bullet=True)
    if len(sentences) > most:
        yield Paragraph(f"and {len(sentences) - most} more under Provenance", bullet=True)


def _facts(study: Study) -> list[list[str]]:
    """Pairs of name and value in two columns: the cell on the left, the measurement and options on the right."""
    left = [(FACTS[name].head, text) for name, text in facts(study).items()] or [("Cell", "nothing is stated")]
    return [[*a, *b] for a, b in zip_longest(left, _about_measurement(study), fillvalue=("", ""))]


def _about_measurement(study: Study) -> list[tuple[str, str]]:
    series = study.series
    left_out = sum(int(s.mask.sum()) for s in series)
    files = len({s.source.path for s in series if s.source})
    options = study.fits.options
    entries = [
        ("Instrument", instrument(study) or "not known"),
        ("Points", points(study)),
        ("Left out", f"{plural(left_out, 'point')}" if left_out else "no point"),
        ("Files", str(files) if files else "not known"),
        ("Weighting", options.weighting + (", robust" if options.robust else "")),
        ("Drawn against", axis_of(study).label),
    ]
    return [*entries, *constraints(study).items()]


def _processes(study: Study) -> Table | None:
    """One row per resistance that has a role; None where none has."""
    names = [name for name in study.track.assigned or {} if name in study.track.roles]
    derived, index, rows = study.derived_columns(), of_the_cell(study), []
    for name in names:
        at = [i for i, sure in zip(index.tolist(), resolved_values(study.track, name)[index], strict=True) if sure]
        rows.append([role_symbol(name), *_row(name, {c.name: [c.cells[i] for i in at] for c in derived})])
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


def _range(values: Floats, text: Callable[[float], str]) -> str:
    """The middle nine tenths of the values."""
    if not values.size:
        return "–"
    low, high = (text(float(v)) for v in np.quantile(values, (0.05, 0.95)))
    return low if low == high else f"{low} to {high}"
