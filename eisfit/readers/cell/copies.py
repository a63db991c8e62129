"""Numbers that stand in the files twice: rows of one sweep count once, sweeps and files that are copies are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from eisfit.readers._base import Content
from eisfit.readers.cell.assemble import Loaded
from eisfit.spectrum import Bools, Note, Spectrum


def with_rows_once(content: Content, shown: str) -> Content:
    """The content without rows of a sweep that stand in it twice, digit by digit: they would count twice in a fit."""
    if content.series is not None:
        return content
    if not any((s.frequency[1:] == s.frequency[:-1]).any() for s in content.spectra):
        return content
    spectra, lost = [], 0
    for spectrum in content.spectra:
        twice = _doubled(spectrum)
        lost += int(twice.sum())
        spectra.append(_without(spectrum, twice) if twice.any() else spectrum)
    if not lost:
        return content
    rows = "1 row that stands" if lost == 1 else f"{lost} rows that stand"
    return replace(content, spectra=tuple(spectra)).noted("dropped", shown, f"{rows} in it twice")


def _doubled(spectrum: Spectrum) -> Bools:
    """True for points (F,) that have frequency, impedance and sigma of the one before."""
    f, z, sd = spectrum.frequency, spectrum.impedance, spectrum.sigma
    same = np.zeros(len(f), bool)
    same[1:] = f[1:] == f[:-1]
    if same.any():
        same[1:] &= z[1:] == z[:-1]
        if sd is not None:
            same[1:] &= sd[1:] == sd[:-1]
    return same


def _without(spectrum: Spectrum, lost: Bools) -> Spectrum:
    return Spectrum(
        spectrum.frequency[~lost],
        spectrum.impedance[~lost],
        sigma=None if spectrum.sigma is None else spectrum.sigma[~lost],
        conditions=spectrum.conditions,
        label=spectrum.label,
        source=spectrum.source,
    )


def copies(good: Sequence[Loaded]) -> list[Note]:
    """A note on each file that repeats spectra of another one or its own, with the same bytes or the same numbers."""
    first: dict[int, tuple[Loaded, int]] = {}
    notes = []
    for item in good:
        content = item.content
        # what eisfit wrote carries its notes
        spectra = content.spectra if content is not None and content.series is None else ()
        told = [(i, *first.setdefault(fingerprint(s), (item, i))) for i, s in enumerate(spectra)]
        twice = [(i, other, j) for i, other, j in told if other is not item or j != i]
        if twice:
            notes.append(Note("assumed", item.found.shown, next(_said(item, len(spectra), twice))))
    return notes


def fingerprint(spectrum: Spectrum) -> int:
    """The same for spectra of the very same numbers."""
    return hash((spectrum.frequency.tobytes(), spectrum.impedance.tobytes()))


def _said(item: Loaded, count: int, twice: Sequence[tuple[int, Loaded, int]]) -> Iterator[str]:
    """What is the same as what."""
    i, other, j = twice[0]
    if other is not item and len(twice) == count and all(one is other for _, one, _ in twice):
        what = "bytes" if item.source.sha256 == other.source.sha256 else "numbers"
        yield f"has the same {what} as {other.found.shown}, a copy: both are read"
    where = "" if other is item else f" of {other.found.shown}"
    more = "" if len(twice) == 1 else f" (so with {len(twice) - 1} more)"
    yield f"its sweep {i + 1} has the same numbers as sweep {j + 1}{where}, a copy{more}: both are read"
