"""The result of a fit on the terminal: key resistances, verdicts, decisions, and where the files lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eisfit.cli._terminal import number, shorthand, show_table
from eisfit.spectrum import Series
from eisfit.study import Study

ROWS = 24
"""Rows of the table; a longer series is thinned evenly, the files hold all."""

ROLES = 4
"""Resistances in the table."""

NOTES = 5
"""Sentences on what was left out or assumed; `eisfit inspect` shows all."""


def show_study(name: str, study: Study, out: Path, written: Sequence[Path]) -> None:
    """What a person wants to know first."""
    n = len(study.series)
    print(f"{name}: {n} {'spectrum' if n == 1 else 'spectra'}, circuit {study.fits.circuit}")
    shown = _thinned(n)
    show_table(*_table(study, shown))
    if len(shown) < n:
        print(f"{len(shown)} of {n} spectra are shown; parameters.csv holds all.")
    for sentence in (*_notes(study.series), *study.decisions, *study.track.decisions, *_verdicts(study)):
        print(sentence)
    print(f"Results in {out}: {', '.join(path.relative_to(out).as_posix() for path in written)}")


def _thinned(n: int) -> list[int]:
    return list(range(n)) if n <= ROWS else np.linspace(0, n - 1, ROWS).round().astype(int).tolist()


def _table(study: Study, shown: Sequence[int]) -> tuple[list[str], list[list[str]]]:
    track = study.track
    roles = [(name, role) for name, role in track.roles.items() if role.unit == "ohm"][:ROLES]
    rms = study.fits.rms_percent
    columns: dict[str, list[str]] = {
        "spectrum": [study.series[i].label for i in shown],
        "direction": [study.series[i].conditions.direction or "" for i in shown],
        track.axis.label: [number(float(track.axis.values[i])) for i in shown],
    }
    for name, role in roles:
        columns[f"{name} (ohm)"] = [shorthand(float(role.value[i]), float(role.stderr[i])) for i in shown]
    columns["rms %"] = [number(float(rms[i]), ".2g") for i in shown]
    columns["flags"] = [" ".join(track.flags[i]) for i in shown]
    filled = {name: cells for name, cells in columns.items() if any(cells)}
    return list(filled), [list(row) for row in zip(*filled.values(), strict=True)]


def _notes(series: Series) -> list[str]:
    """What the readers dropped and assumed; passed-over files are no news."""
    told = [note for note in series.notes if note.kind in ("dropped", "assumed")]
    notes = [f"{note.kind}: {note.path}: {note.sentence}" for note in told]
    more = len(notes) - NOTES
    return [*notes[:NOTES], f"and {more} more notes: see eisfit inspect"] if more > 1 else notes


def _verdicts(study: Study) -> list[str]:
    """Each flag that stands: at how many spectra, and the sentence of the first finding."""
    sentences: dict[str, str] = {}
    for finding in study.track.findings:
        sentences.setdefault(finding.flag, finding.sentence)
    out = []
    for flag in dict.fromkeys(flag for flags in study.track.flags for flag in flags):
        where = study.track.flagged(flag)
        places = f"spectrum {where[0] + 1}" if len(where) == 1 else f"{len(where)} spectra, first {where[0] + 1}"
        sentence = sentences.get(flag)
        out.append(f"{flag} ({places}): {sentence}" if sentence else f"{flag} ({places})")
    return out or ["No flag stands."]
