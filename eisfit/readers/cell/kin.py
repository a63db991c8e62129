"""Files of a folder that say by their names what they are to another one: its fit, its copy, another electrode.

So do the standards of an instrument beside the spectra of a cell. All are left out, with a note; named alone they are
read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from eisfit.readers._base import Electrode
from eisfit.readers.cell.assemble import Loaded
from eisfit.readers.cell.copies import fingerprint
from eisfit.readers.cell.files import Found
from eisfit.readers.tabular import made
from eisfit.readers.tabular.electrodes import WORDS
from eisfit.readers.tabular.text import unaccented
from eisfit.regular import regex
from eisfit.spectrum import Note

BETWEEN = regex(r"[\s_.-]+")
NAMED: dict[str, Electrode] = {
    "we": "we", "working": "we", "ce": "ce", "counter": "ce", "cell": "cell", "full": "cell", "fullcell": "cell",
}  # fmt: skip
BACKUP = regex(r"(?:#|\.~lock\.)?(?P<own>.+?)(?:(?:\.(?:bak|old|tmp|orig|backup|sav))+|~|#)", re.IGNORECASE)
"""The name of a file that an editor kept, or that somebody put aside: `a.csv.bak`, `a.csv~`, `#a.csv#`."""
WITHIN = regex(r"(?<=\d)(?=[A-Z][a-z])|(?<=[a-z\d])(?=\()")
COPY = regex(r"\(?(?:copy|kopie|copie|copia|backup|副本|コピー|\d{1,2})\)?(?:\s*\(?\d{1,2}\)?)?", re.IGNORECASE)
"""What stands behind the name of a file in that of its copy."""
STANDARDS = frozenset(
    {"open", "short", "load", "thru", "through", "blank", "dummy", "cable", "background", "leerlauf", "kurzschluss",
     "leermessung", "reference"}
)  # fmt: skip
AROUND = frozenset(
    {"cal", "calib", "calibration", "comp", "compensation", "correction", "corr", "fixture", "standard", "std",
     "box", "holder", "meas", "measurement", "test", "resistor", "resistance", "ohm", "r", "raw", "data", "eis"}
)  # fmt: skip
"""Words of the name of a standard, of which one is of the first and the others, but numbers, of either."""


def without_kin(loaded: Sequence[Loaded]) -> tuple[list[Loaded], list[Note]]:
    """The files of folders without fits, copies and backups of others, and without standards beside a cell."""
    measured = [item for item in loaded if spectra_in(item) and item.found.folder is not None]
    own_words = [words(item.found.stem) for item in measured]
    standard = [is_standard(one) for one in own_words]
    names: Names = {(str(item.found.path.parent), one): item for item, one in zip(measured, own_words, strict=True)}
    files = {item.found.path for item in measured}
    left: dict[PurePath, str] = {}
    for item, one, is_one in zip(measured, own_words, standard, strict=True):
        path = item.found.path
        backup = BACKUP.fullmatch(path.name)
        if backup is not None and (own := path.with_name(backup["own"])) in files:
            left[path] = f"its name says that it is a backup of {own.name}"
        elif (kin := of_another(item, one, names)) is not None:
            left[path] = kin
        elif is_one and not all(standard):
            left[path] = f"its name says {item.found.stem!r}, a standard of the instrument, not the cell"
    notes = [
        Note("ignored", item.found.shown, f"{left[item.found.path]}: name it alone to read it")
        for item in measured
        if item.found.path in left
    ]
    return [item for item in loaded if item.found.path not in left], notes


Names = Mapping[tuple[str, tuple[str, ...]], Loaded]
"""Files by their folder and the words of their name."""


def of_another(item: Loaded, own: Sequence[str], names: Names) -> str | None:
    """What the name of a file says that it is to another one, whose words it begins or ends with; None for others."""
    folder = str(item.found.path.parent)
    for count in range(len(own) - 1, 0, -1):
        for first, rest in ((own[:count], own[count:]), (own[-count:], own[:-count])):
            other = names.get((folder, tuple(first)))
            if other is None or other is item:
                continue
            said = " ".join(rest)
            if made.is_computed(said.strip("() ")) or made.is_computed(said):
                return f"its name says {said!r}, beside {other.found.shown}, of which it is no measurement"
            if COPY.fullmatch(said) and prints(item) == prints(other):
                return f"it is a copy of {other.found.shown}"
    return None


def words(stem: str) -> tuple[str, ...]:
    """The words of a name in small letters: `cell_1Fit` -> cell, 1, fit."""
    text = WITHIN.sub(" ", made.words(unaccented(stem)))
    circuit = "(" in text and made.CIRCUIT.fullmatch(text.rpartition(" ")[2])  # whose letters are large
    return tuple((text if circuit else text.casefold()).replace("-", " ").split())


def prints(item: Loaded) -> list[int]:
    """The same for files of the very same spectra."""
    return [fingerprint(spectrum) for spectrum in item.content.spectra] if item.content is not None else []


def is_standard(own: Sequence[str]) -> bool:
    """True for the words of the name of a file that say no more than which standard was measured: `cal_open`."""
    if STANDARDS.isdisjoint(own):
        return False
    known = [word for word in own if not word.strip("()").isdigit()]
    if "dummy" in known and "cell" in known:
        known.remove("cell")
    return set(known) <= STANDARDS | AROUND


Groups = Sequence[Mapping[PurePath, Electrode]]
"""Files whose names differ by the electrode alone, with the electrode of each."""


def electrodes(found: Sequence[Found]) -> Groups:
    """The files of folders whose names tell the electrodes of one cell apart: `a_WE.ism`, `a_CE.ism`."""
    groups: dict[tuple[PurePath, str], dict[PurePath, Electrode]] = {}
    for file in found:
        parts = BETWEEN.split(file.stem.casefold())
        at = next((k for k in range(len(parts) - 1, -1, -1) if parts[k] in NAMED), None)
        if at is not None and file.folder is not None:
            rest = " ".join([*parts[:at], "?", *parts[at + 1 :]])
            groups.setdefault((file.path.parent, rest), {})[file.path] = NAMED[parts[at]]
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


def spectra_in(item: Loaded) -> bool:
    """True for a file with spectra that no run of eisfit wrote."""
    return item.content is not None and bool(item.content.spectra) and item.content.series is None
