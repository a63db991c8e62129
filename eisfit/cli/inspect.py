"""`eisfit inspect`: what is in these files, before any fit."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eisfit.cli._cells import one_cell
from eisfit.cli._options import READING, Paths, given, takes
from eisfit.cli._terminal import report_skipped, say, show_table
from eisfit.numbers import number
from eisfit.regular import regex
from eisfit.selection import excluded

if TYPE_CHECKING:
    from eisfit.cli._cells import CellInput
    from eisfit.spectrum import Series, Spectrum


@lru_cache(maxsize=64)
def _file_name(path: str) -> str:
    return Path(path).name


COLUMNS: dict[str, Callable[[Spectrum], str]] = {
    "spectrum": lambda s: s.label,
    "file": lambda s: _file_name(s.source.path) if s.source else "",
    "reader": lambda s: s.source.reader if s.source else "",
    "points": lambda s: str(len(s)),
    "left out": lambda s: str(int(s.mask.sum())),
    "f max (Hz)": lambda s: number(float(s.frequency[0])),
    "f min (Hz)": lambda s: number(float(s.frequency[-1])),
    "|Z| at f max (ohm)": lambda s: number(abs(complex(s.impedance[0]))),
    "|Z| at f min (ohm)": lambda s: number(abs(complex(s.impedance[-1]))),
    "time (s)": lambda s: number(s.conditions.time_s, ".6g"),
    "E (V)": lambda s: number(s.conditions.potential_V),
    "I (mA)": lambda s: number(None if s.conditions.current_A is None else 1e3 * s.conditions.current_A),
    "q (mAh)": lambda s: number(s.conditions.charge_mAh),
    "SoC": lambda s: number(s.conditions.soc),
    "direction": lambda s: s.conditions.direction or "",
    "cycle": lambda s: number(s.conditions.cycle, "d"),
    "T (C)": lambda s: number(s.conditions.temperature_C),
    "p (MPa)": lambda s: number(s.conditions.pressure_MPa),
}


JUDGED = regex(r"opposite sign|no line names the columns")
"""What the notes of readers say where the header does not decide the sign."""


@takes(*READING, "f_min", "f_max", "mask", "keep_all")
def command(paths: Paths, **flags: Any) -> int:
    """Show what is in files: spectra, band, conditions.

    Says what would be left out of a fit, what was assumed, and why.
    """
    cell = one_cell(paths, given(flags))
    series = cell.read()
    if len(series):
        series = cell.masked(series)
        _show_spectra(series)
    else:
        say(
            "Every spectrum is excluded: there is nothing left to fit."
            if excluded(series)
            else "No impedance spectrum."
        )
    _show_cell(series)
    for sentence in (*_signs(series), *_left_out(series), *_notes(series), *_hints(series, cell)):
        say(sentence)
    return 3 if report_skipped(series) else 0


def _show_spectra(series: Series) -> None:
    columns = {name: [column(spectrum) for spectrum in series] for name, column in COLUMNS.items()}
    filled = {name: cells for name, cells in columns.items() if any(cells)}
    show_table(list(filled), [list(row) for row in zip(*filled.values(), strict=True)])


def _show_cell(series: Series) -> None:
    cell = {f: getattr(series.cell, f) for f in series.cell.__dataclass_fields__}
    known = ", ".join(f"{name} {value}" for name, value in cell.items() if value not in (None, ""))
    if known:
        say(f"Cell: {known}")
    if series.record is not None:
        record = series.record
        hours = (record.time_s[-1] - record.time_s[0]) / 3600
        say(f"Cycling record: {len(record)} rows over {hours:.4g} h from {len(record.sources)} files")


def _signs(series: Series) -> list[str]:
    """By what the sign of Im(Z) was decided, in how many files; the notes name those that the numbers decided."""
    files = dict.fromkeys(spectrum.source.path for spectrum in series if spectrum.source is not None)
    judged = {note.path for note in series.notes if JUDGED.search(note.sentence)} & files.keys()
    stated = [path for path in files if path not in judged]
    out = [f"sign of Im(Z): as header or format state it in {_counted(stated)}"] if stated else []
    return [*out, f"sign of Im(Z): decided by passivity in {_counted(list(judged))}, see below"] if judged else out


def _counted(files: list[str]) -> str:
    return files[0] if len(files) == 1 else f"{len(files)} files"


def _hints(series: Series, cell: CellInput) -> list[str]:
    """What the names of the files could tell, where no pattern is given."""
    from eisfit.readers import suggestion

    if cell.settings.fit["pattern"] is not None:
        return []
    paths = dict.fromkeys(s.source.path for s in series if s.source is not None)
    stems = list(dict.fromkeys(Path(path).stem for path in paths))
    pattern = suggestion(stems)
    return [] if pattern is None else [f"the file names carry numbers: use them with --pattern {shlex.quote(pattern)}"]


def _left_out(series: Series) -> list[str]:
    """Points that would not count, by reason."""
    count: dict[str, int] = {}
    for spectrum in series:
        for reason in filter(None, spectrum.reasons) if spectrum.mask.any() else ():
            count[reason] = count.get(reason, 0) + 1
    return [f"left out: {n} {'point' if n == 1 else 'points'}, {reason}" for reason, n in count.items()]


def _notes(series: Series) -> list[str]:
    return [f"{note.kind}: {note.path}: {note.sentence}" for note in series.notes if note.kind != "skipped"]
