"""How a reader is declared, and what it gives: one decorated function per format, found by itself.

::

    @reader(name="gamry-dta", vendor="Gamry", extensions=(".dta",), sniff=lambda head: head.startswith(b"EXPLAIN"))
    def read(file: File) -> Content: ...

A new format is one new module in this package and nothing else. `sniff` sees the first 4 kB of the file and asserts its
own signature only; it never lists what the file is not. A `general` reader (plain tables) is asked last.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from eisfit._plugins import load_all
from eisfit.errors import AmbiguousFormat, CorruptFile, OptionError, ReadError, UnknownFormat
from eisfit.spectrum import Cell, Floats, FrozenArrays, Note, Series, Spectrum

HEAD = 4096
"""Bytes of a file that a sniffer sees."""


BLOCK = 1 << 16
"""Bytes of a file that are looked at before the others are read."""
Electrode = Literal["we", "ce", "cell", "all"]
"""Which impedance of a cell with three electrodes: working, counter electrode, both together, or each of the three."""


class Wishes(NamedTuple):
    """What the user says about how files are to be read: the columns of tables in their order, the electrode.

    `titles` are the names that a table has inside its file: its sheet, its key.
    """

    columns: tuple[str, ...] = ()
    electrode: Electrode = "we"
    titles: tuple[str, ...] = ()


class File(NamedTuple):
    """The bytes of one file, read once. `shown` is the path as it stands in messages and in `Source`."""

    path: Path
    data: bytes
    shown: str
    wishes: Wishes = Wishes()

    @property
    def head(self) -> bytes:
        """The first bytes, for sniffing."""
        return self.data[:HEAD]

    @property
    def suffix(self) -> str:
        """Extension in lower case, with its dot."""
        return self.path.suffix.lower()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Trace(FrozenArrays):
    """A piece of cycling record as one file holds it, all arrays (T,), time on the clock of the file.

    dq_mAh is the charge since the row before (positive on charge), None where the file has only a current; counter_mAh
    is the charge counter of the instrument, which restarts, None where there is none. `rest` marks rows at f = 0 inside
    an impedance technique: they say potential and current between the sweeps, but are no cycling by themselves.
    """

    time_s: Floats
    potential_V: Floats
    current_A: Floats
    dq_mAh: Floats | None = None
    counter_mAh: Floats | None = None
    temperature_C: Floats | None = None
    rest: bool = False

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Content:
    """What a file holds: spectra and traces with time on the file's own clock, notes, the cell where the header tells.

    `start` is the local time at which the clock of the file was zero. The spectra carry the conditions that stand in
    the file, and the number of their sweep; the caller gives them source and, where they have none, label. `span` is
    the first and last time on the clock. `series` is what a program wrote as a whole, with labels, record and
    conditions that are final.
    """

    spectra: tuple[Spectrum, ...] = ()
    traces: tuple[Trace, ...] = ()
    notes: tuple[Note, ...] = ()
    cell: Cell | None = None
    start: datetime | None = None
    span: tuple[float, float] | None = None
    series: Series | None = None

    def noted(self, kind: Literal["skipped", "dropped", "assumed", "ignored"], path: str, sentence: str) -> Content:
        """A copy with one more note."""
        return self.with_notes([Note(kind, path, sentence)])

    def with_notes(self, notes: Iterable[Note]) -> Content:
        """A copy with more notes."""
        return replace(self, notes=(*self.notes, *notes))

    def without(self, words: str) -> Content:
        """A copy without the notes that contain some words: what is said there goes without saying for this format."""
        return replace(self, notes=tuple(note for note in self.notes if words not in note.sentence))

    def with_conditions(self, **values: Any) -> Content:
        """A copy whose spectra have these conditions where the file gave none."""
        return replace(self, spectra=tuple(s.with_(conditions=s.conditions.filled(**values)) for s in self.spectra))


Sniff = Callable[[bytes], bool]
ReadFunction = Callable[[File], Content]


class Reader(NamedTuple):
    """One format: its names, how it is recognised, the function that reads it.

    `seen` are the versions that measured files of it came from, `library` names the parser behind it.
    """

    name: str
    vendor: str
    extensions: tuple[str, ...]
    sniff: Sniff
    read: ReadFunction
    reads: str
    seen: str = ""
    library: str = "own"
    general: bool = False


ARCHIVES = {
    b"PK\x03\x04": "zip", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
}  # fmt: skip
"""How the files of packers begin."""
FOREIGN = {
    ".xls": "an old Excel workbook: save it as .xlsx or .csv",
    ".xlsb": "a binary Excel workbook: save it as .xlsx or .csv",
    ".mat": "a MATLAB file: write the table with writetable(...) as .csv",
    ".npy": "a NumPy array: write it as .csv with a line that names the columns",
    ".npz": "a NumPy archive: write it as .csv with a line that names the columns",
    ".pkl": "a Python pickle, which is never opened: write it as .csv",
    ".h5": "an HDF5 file: write its table as .csv or .parquet",
    ".hdf5": "an HDF5 file: write its table as .csv or .parquet",
    ".opj": "an Origin project: export the worksheet as ASCII",
    ".opju": "an Origin project: export the worksheet as ASCII",
    ".nox": "an Autolab NOVA file: export it in NOVA as ASCII",
    ".bin": "a binary file: export it as text in the program of the instrument (CHI: Convert to Text)",
    ".nda": "a Neware file: export it as .csv or .xlsx in BTSDA",
    ".ndax": "a Neware file: export it as .csv or .xlsx in BTSDA",
    ".res": "an Arbin database: export it as .csv",
    ".tdms": "a LabVIEW file: export it as .csv",
    ".zmx": "a Zahner Lab file: export the spectra as .ism or text",
    ".isw": "a Zahner project: export the spectra as .ism or text",
    ".rxis": "a RelaxIS database: export the spectra as text",
}
"""Binary formats of measurements that are not read, by their extensions, and what to do with them."""
ZIPPED = frozenset({".xlsx", ".xlsm", ".ods"})
"""Extensions of formats that are zip archives themselves."""
REGISTRY: dict[str, Reader] = {}
"""Every declared reader by its name."""


def reader(
    *,
    name: str,
    vendor: str,
    extensions: tuple[str, ...],
    sniff: Sniff,
    seen: str = "",
    library: str = "own",
    general: bool = False,
) -> Callable[[ReadFunction], ReadFunction]:
    """Declare a function as the reader of a format; the first line of its docstring says what is read.

    The arguments are the fields of `Reader`.
    """

    def register(function: ReadFunction) -> ReadFunction:
        if name in REGISTRY:
            raise ValueError(f"two readers are named {name!r}")
        reads = (function.__doc__ or "").strip().split("\n")[0]
        if not reads and sys.flags.optimize < 2:  # -OO leaves no docstrings
            raise ValueError(f"the reader {name!r} does not say in a docstring what it reads")
        REGISTRY[name] = Reader(
            name=name,
            vendor=vendor,
            extensions=extensions,
            sniff=sniff,
            read=function,
            reads=reads,
            seen=seen,
            library=library,
            general=general,
        )
        return function

    return register


def formats() -> dict[str, Reader]:
    """Every reader by its name, all modules of this package imported."""
    load_all(sys.modules[__package__])
    return REGISTRY


def named(name: str) -> Reader:
    """The reader of that name. Raises OptionError, which suggests near names."""
    if name in REGISTRY:
        return REGISTRY[name]
    from difflib import get_close_matches

    near = get_close_matches(name, REGISTRY, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "known are " + ", ".join(sorted(REGISTRY))
    raise OptionError(f"no reader is named {name!r}; {hint}")


def claimants(head: bytes, suffix: str) -> list[Reader]:
    """The specific readers that recognise the content; where several do, those that also know the extension."""
    by_content = [r for r in REGISTRY.values() if not r.general and r.sniff(head)]
    if len(by_content) < 2:
        return by_content
    return [r for r in by_content if suffix in r.extensions] or by_content


def by_extension(suffix: str) -> list[Reader]:
    """The readers that know the extension, specific ones before general ones."""
    return sorted((r for r in REGISTRY.values() if suffix in r.extensions), key=lambda r: r.general)


def choose(head: bytes, suffix: str, shown: str) -> Reader | None:
    """The reader of a file: by content, where a general one is asked last, then by extension. None where none fits."""
    found = claimants(head, suffix)
    if len(found) > 1:
        names = " and ".join(r.name for r in found)
        raise AmbiguousFormat(f"looks like {names}; choose one with --format (format=)", shown)
    if found:
        return found[0]
    archive = next((name for mark, name in ARCHIVES.items() if head.startswith(mark)), None)
    if archive is not None and not (archive == "zip" and suffix in ZIPPED):
        raise UnknownFormat(f"is a {archive} archive: unpack it", shown)
    general = sorted((r for r in REGISTRY.values() if r.general), key=lambda r: suffix not in r.extensions)
    known = [r for r in general if r.sniff(head)] or by_extension(suffix)
    return known[0] if known else None


def load(path: Path, shown: str) -> File:
    """The bytes of a file. Raises ReadError where it cannot be opened, vanished meanwhile, or begins as a hole."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 of thousands of files each
            raise ReadError("is no regular file", shown)
        with open(path, "rb", buffering=0) as stream:  # noqa: PTH123
            first = stream.read(BLOCK)
            if first and not first.strip(b"\0"):
                raise CorruptFile("holds nothing but NUL bytes: it was not copied whole", shown)
            if len(first) < BLOCK:
                return File(path, first, shown)
            stream.seek(0)
            return File(path, stream.read(), shown)
    except OSError as error:
        raise ReadError(f"cannot be opened: {(error.strerror or str(error)).lower()}", shown) from None


def head_of(path: Path) -> bytes:
    """The first bytes of a file, empty where it cannot be opened."""
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD)
    except OSError:
        return b""


def unknown(shown: str) -> UnknownFormat:
    """The error for a file that no reader recognises."""
    foreign = FOREIGN.get(Path(shown).suffix.lower())
    if foreign is not None:
        return UnknownFormat(f"is {foreign}", shown)
    return UnknownFormat("no reader recognises it; known are " + ", ".join(sorted(REGISTRY)), shown)


def is_binary(head: bytes) -> bool:
    """True where bytes are no text in any encoding that instruments write."""
    if b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    from eisfit.readers.tabular.text import wide_without_mark

    return wide_without_mark(head[:400]) is None
