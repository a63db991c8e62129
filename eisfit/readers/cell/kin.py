"""Files of a folder that say by their names what they are to another one: its fit, another electrode of its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from eisfit.readers._base import REGISTRY, Electrode
from eisfit.readers.cell.assemble import Loaded
from eisfit.readers.cell.files import Found
from eisfit.readers.tabular.electrodes import WORDS
from eisfit.readers.tabular.labels import MADE_LAST
from eisfit.regular import regex
from eisfit.spectrum import Note

BETWEEN = regex(r"[\s_.-]+")
NAMED: dict[str, Electrode] = {
    "we": "we", "working": "we", "ce": "ce", "counter": "ce", "cell": "cell", "full": "cell", "fullcell": "cell",
}  # fmt: skip


def without_fits(loaded: Sequence[Loaded]) -> tuple[list[Loaded], list[Note]]:
    """The files without tables that are named after the fit of another one: `a_fit.csv` beside `a.csv`."""
    there = {name_of(item) for item in loaded if spectra_in(item)}
    notes, kept = [], []
    for item in loaded:
        words = BETWEEN.split(item.found.stem)
        own = item.found.stem[: -len(words[-1])].rstrip(" _.-")
        made = len(words) > 1 and MADE_LAST.fullmatch(words[-1]) and (item.found.path.parent, own.casefold()) in there
        if made and is_table(item) and item.found.folder is not None:
            sentence = (
                f"its name says {words[-1]!r}, beside {own}, of which it is no measurement: name it alone to read it"
            )
            notes.append(Note("ignored", item.found.shown, sentence))
        else:
            kept.append(item)
    return kept, notes


Groups = Sequence[Mapping[PurePath, Electrode]]
"""Files whose names differ by the electrode alone, with the electrode of each."""


def electrodes(found: Sequence[Found]) -> Groups:
    """The files of folders whose names tell the electrodes of one cell apart: `a_WE.ism`, `a_CE.ism`."""
    groups: dict[tuple[PurePath, str], dict[PurePath, Electrode]] = {}
    for file in found:
        words = BETWEEN.split(file.stem.casefold())
        at = next((k for k in range(len(words) - 1, -1, -1) if words[k] in NAMED), None)
        if at is not None and file.folder is not None:
            rest = " ".join([*words[:at], "?", *words[at + 1 :]])
            groups.setdefault((file.path.parent, rest), {})[file.path] = NAMED[words[at]]
    several = (group for group in groups.values() if len(set(group.values())) == len(group) > 1)
    return [group for group in several if {"we", "ce"} & set(group.values())]


def of_electrode(loaded: Sequence[Loaded], groups: Groups, electrode: Electrode) -> tuple[list[Loaded], list[Note]]:
    """The files without those of another electrode than the one that is asked for, where that one is there too."""
    measured = {item.found.path for item in loaded if spectra_in(item)}
    others: dict[PurePath, str] = {}
    for group in groups:
        there = {path: name for path, name in group.items() if path in measured}
        if electrode in there.values():
            others |= {path: WORDS[name] for path, name in there.items() if name != electrode}
    notes = [
        Note("ignored", item.found.shown, f"its name says {others[item.found.path]}: choose with --electrode")
        for item in loaded
        if item.found.path in others
    ]
    return [item for item in loaded if item.found.path not in others], notes


def name_of(item: Loaded) -> tuple[PurePath, str]:
    """The folder of a file and its name without extension."""
    return item.found.path.parent, item.found.stem.casefold()


def spectra_in(item: Loaded) -> bool:
    """True for a file with spectra that no run of eisfit wrote."""
    return item.content is not None and bool(item.content.spectra) and item.content.series is None


def is_table(item: Loaded) -> bool:
    """True for a file that any program may have written."""
    reader = REGISTRY.get(item.source.reader)
    return reader is None or reader.general
