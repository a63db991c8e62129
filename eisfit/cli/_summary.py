"""The result of a fit on the terminal: key resistances, verdicts, decisions, and where the files lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eisfit.cli._terminal import number, shorthand, show_table
from eisfit.study import Study

ROWS = 20
"""Rows of the table; a longer series is thinned evenly, the files hold all."""

ROLES = 4
"""Resistances in the table."""


def show_study(name: str, study: Study, out: Path, written: Sequence[Path]) -> None:
    """What a person wants to know first."""
    n = len(study.series)
    print(f"{name}: {n} {'spectrum' if n == 1 else 'spectra'}, circuit {study.fits.circuit}")
    shown = _thinned(n)
    show_table(*_table(study, shown))
    if len(shown) < n:
        print(f"{len(shown)} of {n} spectra are shown; parameters.csv holds all.")
    for sentence in (*study.decisions, *_verdicts(study)):
        print(sentence)
    print(f"Results in {out}: {', '.join(str(path.relative_to(out)) for path in written)}")


def _thinned(n: int) -> list[int]:
    return list(range(n)) if n <= ROWS else np.unique(np.linspace(0, n - 1, ROWS).round()).astype(int).tolist()


def _table(study: Study, shown: Sequence[int]) -> tuple[list[str], list[list[str]]]:
    track = study.track
    roles = [(name, role) for name, role in track.roles.items() if role.unit == "ohm"][:ROLES]
    columns = ["spectrum", track.axis.label, *(f"{name} (ohm)" for name, _ in roles), "rms %", "flags"]
    rms = study.fits.rms_percent
    rows = [
        [
            study.series[i].label,
            number(float(track.axis.values[i])),
            *(shorthand(float(role.value[i]), float(role.stderr[i])) for _, role in roles),
            number(float(rms[i]), ".2g"),
            " ".join(track.flags[i]),
        ]
        for i in shown
    ]
    return columns, rows


def _verdicts(study: Study) -> list[str]:
    """Each flag that stands: at how many spectra, and the sentence of the first finding."""
    sentences: dict[str, str] = {}
    for finding in study.track.findings:
        sentences.setdefault(finding.flag, finding.sentence)
    out = []
    for flag in dict.fromkeys(flag for flags in study.track.flags for flag in flags):
        where = study.track.flagged(flag)
        places = f"spectrum {where[0] + 1}" if len(where) == 1 else f"{len(where)} spectra, first {where[0] + 1}"
        out.append(f"{flag} ({places}): {sentences.get(flag, '')}".rstrip(": "))
    return out or ["No flag stands."]
