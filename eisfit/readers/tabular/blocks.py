"""Spectra side by side: what a line above them says of each, `Cell A, , Cell B,`.

A group that is called a fit, a deviation or another quantity is passed over, with a note. Groups that are called after
the electrodes of one cell are its electrodes, of which one is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers._base import Content, Electrode
from eisfit.readers.tabular import electrodes
from eisfit.readers.tabular.cells import is_number, split
from eisfit.readers.tabular.claims import claim_of
from eisfit.readers.tabular.columns import Layout
from eisfit.readers.tabular.labels import ELECTRODES, apart
from eisfit.readers.tabular.parts import joined
from eisfit.readers.tabular.remarks import other_quantity
from eisfit.readers.tabular.shape import Shape
from eisfit.readers.tabular.stated_units import ALONE
from eisfit.readers.tabular.text import Line, unaccented
from eisfit.readers.tabular.unit_rows import uncommented
from eisfit.readers.tabular.units import unit_of, unwrapped
from eisfit.spectrum import Note


class Groups(NamedTuple):
    """The labels of spectra side by side (empty texts without), and the line above that states them."""

    labels: tuple[str, ...]
    line: Line | None = None


def groups_of(shape: Shape, several: Sequence[Layout]) -> Groups:
    """What tells spectra side by side apart: labels in their names, or a line above them."""
    named = apart(shape.names)
    if named is not None and len(named[1]) == len(several):
        return Groups(named[1])
    firsts = [min(c.index for q, found in own.items() if q != "frequency" for c in found) for own in several]
    for line in reversed(shape.above):
        cells = [cell.strip().strip('"').strip() for cell in split(uncommented(line.text), shape.delimiter)]
        if len(cells) > len(shape.names) + 1 or any(is_number(c, comma=True) for c in cells if c):
            continue
        cells += [""] * (len(shape.names) - len(cells))
        labels = tuple(next((cells[i] for i in range(at, -1, -1) if cells[i]), "") for at in firsts)
        if all(labels) and len(set(labels)) == len(labels):
            return Groups(labels, line)
    return Groups(("",) * len(several))


def kept(groups: Groups, shown: str) -> tuple[list[int], list[Note]]:
    """The places of the groups that are a measured impedance, and notes on the others.

    Raises CorruptFile for a label that is a unit, and where no group is left.
    """
    good, notes = [], []
    for i, label in enumerate(groups.labels):
        unit = unit_of(unwrapped(label)) if len(label) > 1 else None
        if groups.line is not None and unit is not None and unit[0] in ALONE:
            sentence = f"the unit {label} stands above several columns: write it into their names"
            raise CorruptFile(sentence, shown, groups.line.number)
        claim = claim_of(unaccented(label), plain=0, of_circuit=True) if label else None
        word = claim.says if claim else other_quantity(unaccented(label), 0, of_z=False)
        if word:
            notes.append(Note("ignored", shown, f"the columns called {label!r} are passed over: {word}"))
        else:
            good.append(i)
    if not good:
        raise CorruptFile(f"none of its columns is measured: {', '.join(groups.labels)}", shown)
    return good, notes


def of_one_cell(found: Mapping[Electrode, Content], electrode: Electrode, shown: str) -> Content:
    """The content of the electrode that is asked for, of those whose spectra stand side by side."""
    there = [name for name in electrodes.LABELS if name in found]
    parts = []
    for name, label in electrodes.wanted(there, electrode, shown):
        part = found[ELECTRODES[name]]
        spectra = tuple(s.with_(label=label) for s in part.spectra) if label else part.spectra
        parts.append(replace(part, spectra=spectra))
    return joined(parts, shown).with_notes(electrodes.told(there, electrode, off_the_cell(found), shown))


def off_the_cell(found: Mapping[Electrode, Content]) -> float | None:
    """The difference of the cell from its electrodes by their first spectra, None where one of the three is missing."""
    first = [content.spectra[0] for content in found.values() if content.spectra]
    if len(first) < len(electrodes.COLUMNS) or any(not np.array_equal(s.frequency, first[0].frequency) for s in first):
        return None
    return electrodes.difference(*(found[ELECTRODES[name]].spectra[0].impedance for name in electrodes.COLUMNS))
