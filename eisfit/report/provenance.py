"""Where every number comes from: files with their hashes, options, versions, what was left out on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os.path import commonpath
from pathlib import PurePath
from typing import Any

from eisfit.plots.labels import shown
from eisfit.report._document import Block, Column, Heading, Layout, Paragraph, Table
from eisfit.report._facts import last_measured
from eisfit.spectrum import Source
from eisfit.study import Study

TITLE = "Provenance"
MOST_FILES = 300
"""Files that are listed; study.json has all."""


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """Command, versions, options, files, what was left out on the way."""
    if study.options.command:
        yield Heading("Command")
        yield Paragraph(study.options.command)
    yield Heading("Versions")
    known = ", ".join(f"{name} {version}" for name, version in sorted(study.options.versions.items()))
    yield Paragraph(known or "not known")
    if last_measured(study) is not None:
        yield Paragraph(
            "The date of this document is that of the last spectrum, by the clock of the instrument.", "note"
        )
    yield Heading("Options")
    stated, silent = _options(study)
    yield Table((Column("", 1.6), Column("", 8.0)), stated)
    if silent:
        yield Paragraph(f"Not set: {', '.join(silent)}.", "note")
    yield from _files(study)
    yield from _notes(study)
    if _foreign(study):
        yield Heading("Signs")
        yield Paragraph(
            "Letters that the font of this report does not have stand by their Unicode numbers, as in [7535]; the "
            "tables and study.json hold them as they are."
        )


def _foreign(study: Study) -> bool:
    """Whether a name holds letters that the font does not have."""
    sources = [s.source.path for s in study.series if s.source]
    names = [study.series.cell.name or "", study.options.command, study.fits.described, *sources]
    names += [s.label for s in study.series] + [note.path for note in study.series.notes]
    return any(shown(name) != "".join(c if c.isprintable() else " " for c in name) for name in names)


def _options(study: Study) -> tuple[list[list[str]], list[str]]:
    """Every option that has a value, and the names of those without."""
    used = study.options.used
    silent = [name for name, value in used.items() if value is None or value in ((), [], {}, "")]
    stated = [[name, _said(value)] for name, value in used.items() if name not in (*silent, "spectra")]
    stated += [["spectra", "set one by one: see Cell and measurement"]] if used.get("spectra") else []
    return [["circuit", study.options.circuit], *stated], silent


def _said(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, Mapping):
        return ", ".join(f"{k} = {_said(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        shown = [_said(v) for v in value[:12]]
        return ", ".join(shown) + (f", ... ({len(value)} in all)" if len(value) > 12 else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _files(study: Study) -> Iterator[Block]:
    counts: dict[tuple[str, str, str], int] = {}
    for spectrum in study.series:
        if spectrum.source:
            key = _key(spectrum.source)
            counts[key] = counts.get(key, 0) + 1
    for source in study.series.record.sources if study.series.record is not None else ():
        counts.setdefault(_key(source), 0)
    yield Heading("Files")
    if not counts:
        yield Paragraph("The spectra come from memory; no file is known.", look="note")
        return
    folder = _common([path for path, _, _ in counts])
    if folder:
        yield Paragraph(f"in {folder}", look="note")
    rows = [
        [_relative(path, folder), reader, str(n) if n else "record", sha256]
        for (path, reader, sha256), n in list(counts.items())[:MOST_FILES]
    ]
    columns = (Column("File", 2.9), Column("Reader", 0.8), Column("Spectra", 0.7), Column("SHA-256", 5.2))
    yield Table(columns, rows, small=True)
    if len(counts) > MOST_FILES:
        yield Paragraph(f"and {len(counts) - MOST_FILES} more files; study.json lists all.", look="note")


def _key(source: Source) -> tuple[str, str, str]:
    return source.path, source.reader, source.sha256


def _common(paths: list[str]) -> str:
    """The folder that all files share, "" where there is none."""
    parents = [str(PurePath(path).parent) for path in paths]
    try:
        shared = commonpath(parents)
    except ValueError:
        return ""
    return "" if shared in (".", "") else shared


def _relative(path: str, folder: str) -> str:
    return str(PurePath(path).relative_to(folder)) if folder else path


def _notes(study: Study) -> Iterator[Block]:
    titles = {
        "skipped": "Inputs that were skipped",
        "dropped": "Rows that were dropped",
        "assumed": "What was assumed while reading",
        "ignored": "What was ignored",
    }
    for kind, title in titles.items():
        notes = [note for note in study.series.notes if note.kind == kind]
        if notes:
            yield Heading(title)
            for note in notes[:MOST_FILES]:
                yield Paragraph(f"{note.path}: {note.sentence}" if note.path else note.sentence, "note", bullet=True)
            if len(notes) > MOST_FILES:
                yield Paragraph(f"and {len(notes) - MOST_FILES} more; study.json lists all.", look="note")
