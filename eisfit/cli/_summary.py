"""The result of a fit on the terminal: key resistances, verdicts, decisions, and where the files lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eisfit.cli._terminal import say, show_table
from eisfit.medians import known_median
from eisfit.numbers import number, significant
from eisfit.printable import first_clauses
from eisfit.spectrum import Series
from eisfit.study import Study
from eisfit.tables import NOT_TRUSTED, REJECTED, Quantity
from eisfit.tables.units import units_of
from eisfit.verdicts import plural, verdicts

ROWS = 24
"""Rows of the table; a longer series is thinned evenly, the files hold all."""

ROLES = 3
"""Resistances in the table: what fits on a terminal of 80 characters."""

MARKS = {"alarm": "!", "news": "*", "plain": "-", "calm": "-"}
"""What stands before a verdict: what is bad, what is to be known, what is well."""

NOTES = 5
"""Sentences on what was left out or assumed; `eisfit inspect` shows all."""


def show_study(name: str, study: Study, out: Path, written: Sequence[Path]) -> None:
    """What a person wants to know first."""
    n = len(study.series)
    say(f"{name}: {plural(n, 'spectrum')}, circuit {study.fits.described}")
    shown = _thinned(n)
    columns, rows = _table(study, shown)
    show_table(columns, rows)
    say(f"{_units(study)}, standard errors of the last digits in brackets.")
    if any(NOT_TRUSTED in cell for row in rows for cell in row):
        say(f"{NOT_TRUSTED}: {REJECTED}.")
    if np.isfinite(study.fits.cost).any():
        say(_merit(study))
    if len(shown) < n:
        say(f"{len(shown)} of {n} spectra are shown; parameters.csv holds all.")
    for sentence in (*_notes(study.series), *study.decisions, *_flags(study)):
        say(sentence)
    say("Verdict, the worst first:")
    for verdict in verdicts(study):
        say(f"  {MARKS[verdict.tone]} {verdict.sentence}")
    say(f"Results in {out}: {', '.join(path.relative_to(out).as_posix() for path in written)}")


def _merit(study: Study) -> str:
    """The misfit in its three usual definitions, which no two programs share."""
    fits = study.fits
    figures = (("sum", fits.chi2), ("reduced", fits.chi2_reduced), ("as ZSimpWin", fits.chi2_zsimpwin))
    told = ", ".join(f"{name} {significant(float(known_median(values)), 3)}" for name, values in figures)
    return f"chi2{', median' if len(fits) > 1 else ''}: {told} (each spectrum: derived.csv)."


def _thinned(n: int) -> list[int]:
    return list(range(n)) if n <= ROWS else np.linspace(0, n - 1, ROWS).round().astype(int).tolist()


def _table(study: Study, shown: Sequence[int]) -> tuple[list[str], list[list[str]]]:
    track = study.track
    shown_of = _shown_of(study)
    rms = study.fits.rms_percent
    columns: dict[str, list[str]] = {
        "spectrum": shortened([study.series[i].label for i in shown]),
        "direction": [study.series[i].conditions.direction or "" for i in shown],
        track.axis.label: [_place(study, i) for i in shown],
    }
    columns |= {q.name: [q.text(i) for i in shown] for q in shown_of}
    columns["rms %"] = [number(float(rms[i]), ".2g") for i in shown]
    columns["flags"] = [" ".join(track.flags[i]) for i in shown]
    filled = {name: cells for name, cells in columns.items() if any(cells)}
    return list(filled), [list(row) for row in zip(*filled.values(), strict=True)]


def _shown_of(study: Study) -> list[Quantity]:
    """The first resistances, each in the unit that it has in the report."""
    units = units_of(study.quantities())
    return [q.in_unit(units[q.name]) for q in study.quantities() if q.unit == "ohm"][:ROLES]


def _units(study: Study) -> str:
    """Which unit the resistances of the table are in."""
    units = {q.name: q.unit for q in _shown_of(study)}
    if len(set(units.values())) < 2:
        return f"Resistances in {next(iter(units.values()), 'Ω')}"
    return ", ".join(f"{name} in {unit}" for name, unit in units.items())


def shortened(labels: list[str]) -> list[str]:
    """Labels without what all of them begin with, cut at a sign that is no letter or digit."""
    if len(labels) < 2:
        return labels
    first, last = min(labels), max(labels)
    alike = next((k for k, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    while alike and first[alike - 1].isalnum():
        alike -= 1
    return [label[alike:] for label in labels]


def _place(study: Study, i: int) -> str:
    """Where a spectrum stands on the axis; its number says nothing new."""
    return "" if study.track.axis.name == "index" else study.track.axis.text(i)


def _notes(series: Series) -> list[str]:
    """What the readers dropped and assumed; passed-over files are no news."""
    told = [note for note in series.notes if note.kind in ("dropped", "assumed")]
    notes = [f"{note.kind}: {note.path}: {note.sentence}" for note in told]
    more = len(notes) - NOTES
    return [*notes[:NOTES], f"and {more} more notes: see eisfit inspect"] if more > 1 else notes


def _flags(study: Study) -> list[str]:
    """Each flag that stands: at how many spectra, and the sentence of the worst finding."""
    out = []
    for flag in dict.fromkeys(flag for flags in study.track.flags for flag in flags):
        count, worst = len(study.track.flagged(flag)), study.track.worst(flag)
        at = f"{count} spectra, worst " if count > 1 else ""
        out.append(first_clauses(f"{flag}: {at}{worst.sentence if worst else ''}"))
    return out or ["No flag stands."]
