"""BioLogic EC-Lab binary files, `.mpr`, through galvani (an optional extra: GPL-3, so never a dependency).

Usage: the same splitting and record as for EC-Lab text. The clock starts at the time stamp of the log module. Files of
EC-Lab versions whose column types galvani does not know are refused; exporting them as text (.mpt) in EC-Lab helps.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from eisfit.errors import CorruptFile, EmptyFile, MissingDependency, how_to_install
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.sweeps import content
from eisfit.readers.tabular.table import Table
from eisfit.regular import regex
from eisfit.spectrum import Floats, Note

MAGIC = b"BIO-LOGIC MODULAR FILE"
LOG = b"MODULEVMP LOG"
VERSION = regex(rb"[\x04-\x06](\d{1,2}\.\d{2})\0")
"""The versions of software, server and firmware in the log, each behind its length."""
FIRST_TYPE = 5
"""Bytes of the data module before the types of its columns: the number of rows, and of columns."""
UNKNOWN = regex(r"Column ID (\d+)")


@reader(
    name="eclab-mpr",
    vendor="BioLogic",
    extensions=(".mpr",),
    sniff=lambda head: head.startswith(MAGIC),
    library="galvani (extra: mpr)",
    seen="EC-Lab 11.61, SP-200 and SP-300",
)
def read(file: File) -> Content:
    """EC-Lab binary .mpr files: the same techniques as EC-Lab text."""
    raw = parsed(file)
    data = raw.data
    if not len(data):
        raise EmptyFile("holds no data rows: the measurement stopped before its first row", file.shown)
    names = tuple(str(name) for name in data.dtype.names)
    columns = layout(names)
    used = sorted(column.index for found in columns.values() for column in found)
    values: Floats = np.full((len(data), len(names)), np.nan)
    with np.errstate(invalid="ignore", over="ignore"):  # damaged files hold any bytes
        for index in used:
            values[:, index] = data[names[index]]
    f = values[:, columns["frequency"][0].index] if "frequency" in columns else np.zeros(1)
    if not np.all((f == 0) | ((f > 1e-9) & (f < 1e12))):
        raise CorruptFile("its numbers are not where they should be: bytes are missing or were added", file.shown)
    start = getattr(raw, "timestamp", None)
    cycling = "mode" in getattr(raw, "flags_dict", {})
    found = content(Table(columns, values, file.shown, start=start, cycling=cycling, electrode=file.wishes.electrode))
    if start is None:
        note = Note("assumed", file.shown, "the file holds no time stamp: its times have no date")
        return Content(spectra=found.spectra, traces=found.traces, notes=(*found.notes, note), cell=found.cell)
    return found


def parsed(file: File) -> Any:
    """galvani's view of the file: `data` (a structured array) and, where the log module tells it, `timestamp`.

    Raises MissingDependency without galvani, CorruptFile where it cannot read the file.
    """
    if not file.data.startswith(MAGIC):
        raise CorruptFile("does not begin as an EC-Lab .mpr file does", file.shown)
    try:
        from galvani import BioLogic
    except ImportError:
        hint = how_to_install("galvani", "mpr")
        raise MissingDependency(f".mpr files need the package galvani; {hint}", file.shown) from None
    raw = BioLogic.MPRfile.__new__(BioLogic.MPRfile)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raw.__init__(io.BytesIO(file.data))
    except NotImplementedError as error:
        raise unknown_column(misread(raw) or UNKNOWN.findall(str(error)), file) from None
    except (ValueError, OSError, AssertionError, LookupError, TypeError, OverflowError, MemoryError) as error:
        # the data come before the log: where only the log is damaged or of a new kind they are there already
        if not isinstance(getattr(raw, "data", None), np.ndarray):
            if misread(raw):
                raise unknown_column(misread(raw), file) from None
            raise CorruptFile(f"galvani cannot read it: {first_line(error)}", file.shown) from None
    if misread(raw):
        raise unknown_column(misread(raw), file)
    return raw


def misread(raw: Any) -> list[int]:
    """The column types that galvani takes for others.

    In files of EC-Lab 11.50 and later (version 0 of the data module, a zero before the types) a type has two bytes, of
    which galvani reads the second: 981 becomes 213. That does not matter where both stand for the same column.
    """
    from galvani import BioLogic

    known = {**BioLogic.VMPdata_colID_dtype_map, **BioLogic.VMPdata_colID_flag_map}
    module = next((m for m in getattr(raw, "modules", ()) if m["shortname"] == b"VMP data  "), None)
    data = b"" if module is None or module["version"] != 0 else bytes(module["data"])
    if len(data) < FIRST_TYPE + 1 or data[FIRST_TYPE]:
        return []
    types = np.frombuffer(data, ">u2", min(data[FIRST_TYPE - 1], (len(data) - FIRST_TYPE) // 2), FIRST_TYPE).tolist()
    return [t for t in types if t > 255 and (t not in known or known[t] != known.get(t & 255))]


def unknown_column(types: Sequence[int | str], file: File) -> CorruptFile:
    """The error for columns that galvani does not know: a number, the version of EC-Lab and the way out."""
    column = f"column type {types[0]}" if types else "one of its column types"
    version = VERSION.search(file.data, max(file.data.find(LOG), 0))
    wrote = f" of EC-Lab {version[1].decode()}" if version else ""
    sentence = f"galvani does not know {column}{wrote}; export the file as text (.mpt) in EC-Lab, which is read"
    return CorruptFile(sentence, file.shown)


def first_line(error: BaseException) -> str:
    """The first line of an error of another package, or its kind where it says nothing."""
    text = str(error).strip().splitlines()
    return text[0][:120] if text else type(error).__name__
