"""One measurement in several files (a .mpr and its text export): every spectrum once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eisfit.readers._base import Content
from eisfit.spectrum import Spectrum

FORMATS = (".mpr", ".mpt", ".txt", ".csv")
"""Formats of one measurement, the one that holds most conditions first."""
PRINTED = 1e-3
"""Relative difference that printing with few digits may leave."""


def rank(suffix: str) -> int:
    """Place of a format among FORMATS, others before text tables."""
    return FORMATS.index(suffix) if suffix in FORMATS else 1


def covers(whole: Content, part: Content) -> bool:
    """True where every spectrum of `part` stands in `whole` at the same place, and its cycling can come from there."""
    if len(part.spectra) > len(whole.spectra) or (part.traces and not whole.traces):
        return False
    if not part.spectra:
        return bool(part.traces)
    return all(same(a, b) for a, b in zip(whole.spectra, part.spectra, strict=False))


def same(left: Spectrum, right: Spectrum) -> bool:
    """True where two spectra are equal but for the digits that were printed."""
    if len(left) != len(right):
        return False
    close = np.allclose(left.frequency, right.frequency, rtol=PRINTED, atol=0.0)
    return bool(close and np.all(np.abs(left.impedance - right.impedance) <= PRINTED * np.abs(left.impedance)))


def redundant(contents: Sequence[Content | None], suffixes: Sequence[str]) -> dict[int, int]:
    """For files of one name: which repeat another, by index, and which one that is.

    A content is None where the file could not be read or is empty: it then repeats any other that could.
    """
    order = sorted(range(len(contents)), key=lambda i: (rank(suffixes[i]), i))
    repeats: dict[int, int] = {}
    for place in range(len(order) - 1, -1, -1):
        part = contents[order[place]]
        for other in order:
            whole = contents[other]
            if other == order[place] or other in repeats or whole is None:
                continue
            better = order.index(other) < place
            if part is None or (covers(whole, part) and (better or not covers(part, whole))):
                repeats[order[place]] = other
                break
    return repeats
