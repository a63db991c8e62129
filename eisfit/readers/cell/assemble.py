"""From the contents of files to one Series: one clock, one order, one record, unique labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from eisfit.errors import EmptyFile, ReadError
from eisfit.readers._base import Content
from eisfit.readers.cell.clock import EPOCH, origins
from eisfit.readers.cell.files import Found, natural
from eisfit.readers.cell.record import Piece, filled, merge, with_passed
from eisfit.readers.own.tidy import with_source
from eisfit.spectrum import Cell, Conditions, Note, Record, Series, Source, Spectrum

TELLING = 0.01
"""Part of the charge of a record from which the charge that passed during spectra is told."""


class Loaded(NamedTuple):
    """A file that was read, or the error that stopped it."""

    found: Found
    content: Content | None
    error: ReadError | None
    source: Source


class Placed(NamedTuple):
    """A spectrum with its label, its source and its time on the common clock, s; None where that is not known."""

    spectrum: Spectrum
    label: str
    source: Source
    time: float | None
    dated: bool


@np.errstate(over="ignore", invalid="ignore")  # damaged files hold any number
def assembled(loaded: Sequence[Loaded], earlier: Sequence[Note], cell: Cell | None) -> Series:
    """The Series of files that were read, with what was noted earlier and here.

    Raises EmptyFile where the files hold neither impedance nor cycling.
    """
    contents = [item.content for item in loaded if item.content is not None]
    if len(contents) == 1 and contents[0].series is not None:
        return as_written(loaded[0], contents[0].series, earlier, cell)
    notes = list(earlier)
    for item, content in zip(loaded, contents, strict=True):
        notes += [note._replace(path=item.found.shown) for note in content.notes]
    for item, content in zip(loaded, contents, strict=True):
        if content.series is not None and content.series.record is not None:
            sentence = "the cycling record in it is not used: a study gives its record only where it is read alone"
            notes.append(Note("ignored", item.found.shown, sentence))
    zero, about_clock = origins(contents, [item.found for item in loaded])
    spectra = in_order(placed(loaded, contents, zero))
    pieces, undated = pieces_of(loaded, contents, zero)
    if not spectra and all(piece.trace.rest for piece in pieces):
        shown = loaded[0].found.shown
        raise EmptyFile("holds no impedance" + ("" if len(loaded) == 1 else ", like the other files"), shown)
    moments = [s.time for s in spectra if s.time is not None] + [float(p.time.min()) for p in pieces]
    first = min(moments, default=0.0)
    times = [None if s.time is None else s.time - first for s in spectra]
    pieces = [piece._replace(origin=piece.origin - first) for piece in pieces]
    record, about_record = merge(pieces, np.array([t for t in times if t is not None])) if pieces else (None, [])
    notes += [*about_clock, *undated, *about_record]
    conditions = [timed(item, time) for item, time in zip(spectra, times, strict=True)]
    if record is not None:
        notes += direct_charge(record, spectra)
        conditions, record = with_passed(filled(conditions, times, record), record)
    merged, differing = merged_cell(cell, loaded)
    return Series(
        [
            p.spectrum.with_(conditions=c, label=p.label, source=p.source)
            for p, c in zip(spectra, conditions, strict=True)
        ],
        cell=merged,
        record=record,
        notes=dict.fromkeys((*notes, *differing)),
    )


def direct_charge(record: Record, spectra: Sequence[Placed]) -> list[Note]:
    """Notes on files whose spectra passed direct current that matters; without a time it cannot be counted."""
    notes = []
    moved = float(np.sum(np.abs(np.diff(record.charge_mAh, prepend=0.0))))
    of_files: dict[str, list[Placed]] = {}
    for item in spectra:
        of_files.setdefault(item.source.path, []).append(item)
    for path, own in of_files.items():
        charge = float(np.sum([item.spectrum.conditions.passed_mAh or 0.0 for item in own]))
        if abs(charge) > TELLING * moved > 0:
            known = all(item.time is not None for item in own)
            counted = "is counted in the charge" if known else "is not counted in the charge: their time is not known"
            sentence = f"a direct current passed {charge:.3g} mAh during its spectra, which {counted}"
            notes.append(Note("assumed", path, sentence))
    return notes


def as_written(item: Loaded, series: Series, notes: Sequence[Note], cell: Cell | None) -> Series:
    """A series as the one file that was read holds it: its conditions, labels and record are final."""
    return series.with_(
        spectra=with_source(series, item.source),
        cell=merged_cell(cell, [item])[0],
        notes=dict.fromkeys((*notes, *series.notes)),
    )


def placed(loaded: Sequence[Loaded], contents: Sequence[Content], zero: Sequence[float | None]) -> list[Placed]:
    """Every spectrum with its label, its source and its time."""
    out = []
    given = Counter(spectrum.label for content in contents for spectrum in content.spectra)
    for item, content, origin, label in zip(loaded, contents, zero, labels(loaded), strict=True):
        for sweep, spectrum in enumerate(content.spectra):
            name = f"{label}#{sweep + 1}" if len(content.spectra) > 1 else label
            if spectrum.label:
                name = spectrum.label if given[spectrum.label] == 1 else f"{name}: {spectrum.label}"
            source = replace(item.source, sweep=sweep) if sweep else item.source
            if spectrum.source is not None and spectrum.source.sha256:
                source = spectrum.source
            at = spectrum.conditions.time_s
            time = None if origin is None or at is None else origin + at
            out.append(Placed(spectrum, name, source, time, content.start is not None))
    return out


def labels(loaded: Sequence[Loaded]) -> list[str]:
    """A label for each file that no other has: its stem, or the name or path that tells it apart."""
    stems = [item.found.stem for item in loaded]
    count = Counter(stems)
    # the shown names differ from each other already
    return [stem if count[stem] == 1 else item.found.shown for stem, item in zip(stems, loaded, strict=True)]


def in_order(spectra: list[Placed]) -> list[Placed]:
    """By time where it is known; those without a time follow in the order of their file names (2 before 10)."""
    keys = {path: natural(path) for path in {item.source.path for item in spectra}}
    by_name = sorted(spectra, key=lambda item: keys[item.source.path])
    return sorted(by_name, key=lambda item: np.inf if item.time is None else item.time)


def timed(item: Placed, time: float | None) -> Conditions:
    """The conditions of a spectrum with its time in the series, and its date where the file tells one."""
    given = item.spectrum.conditions
    stamp = given.timestamp
    if stamp is None and item.dated and item.time is not None:
        stamp = date_of(item.time)
    if time == given.time_s and stamp == given.timestamp:
        return given
    return replace(given, time_s=time, timestamp=stamp)


def date_of(time: float) -> str | None:
    """The local date and time of seconds since 1970, None beyond the calendar."""
    try:
        return (EPOCH + timedelta(seconds=time)).isoformat(timespec="milliseconds")
    except OverflowError:
        return None


def pieces_of(
    loaded: Sequence[Loaded], contents: Sequence[Content], zero: Sequence[float | None]
) -> tuple[list[Piece], list[Note]]:
    """The pieces of record whose time is known; a note on each other."""
    pieces, notes = [], []
    for item, content, origin in zip(loaded, contents, zero, strict=True):
        if origin is not None:
            pieces += [Piece(trace, origin, item.source) for trace in content.traces]
        elif any(not trace.rest for trace in content.traces):
            sentence = "its cycling rows are no part of the record, because their date is not known"
            notes.append(Note("ignored", item.found.shown, sentence))
    return pieces, notes


def merged_cell(given: Cell | None, loaded: Sequence[Loaded]) -> tuple[Cell, list[Note]]:
    """What is known of the cell: as given, completed by the headers of the files, the first that tells; notes."""
    cell, notes = given or Cell(), []
    for field in fields(Cell):
        if getattr(cell, field.name):
            continue
        told = [
            (getattr(item.content.cell, field.name), item.found.shown)
            for item in loaded
            if item.content is not None and item.content.cell is not None
        ]
        told = [(value, shown) for value, shown in told if value]
        if told:
            cell = replace(cell, **{field.name: told[0][0]})
        if len({value for value, _ in told}) > 1:
            sentence = f"headers differ in {field.name}: {told[0][0]:g} from this file is used"
            notes.append(Note("assumed", told[0][1], sentence))
    return cell, notes
