"""PalmSens PSTrace sessions, `.pssession`: JSON in UTF-16.

Usage: each measurement with arrays Frequency, ZRe and ZIm is read (ZIm is -Z''), its sweeps are spectra. With a
multiplexer or several sub-scans each of them is a spectrum, labelled by its title. The time stamp of a measurement, in
units of 100 ns since the year 1, is when it began; the array mEdc is the potential in volts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.parts import joined, of_arrays
from eisfit.readers.tabular.text import plain

HEADERS = {"frequency": "freq/Hz", "zre": "Re(Z)/Ohm", "zim": "-Im(Z)/Ohm", "medc": "<Ewe>/V", "time": "time/s"}
NEEDED = ("frequency", "zre", "zim")
MARK = b"PalmSens.DataFiles.SessionFile"


def sniff(head: bytes) -> bool:
    """The type that a session states first, in any encoding."""
    return MARK in head.replace(b"\0", b"")


@reader(name="palmsens", vendor="PalmSens", extensions=(".pssession",), sniff=sniff, seen="PSTrace 5.9")
def read(file: File) -> Content:
    """PalmSens .pssession files: every impedance measurement, multiplexer channel and sub-scan is a spectrum."""
    text = plain(file.data).decode("utf-8", errors="replace").strip("\ufeff \r\n\t")
    try:
        session, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise CorruptFile(f"is no JSON text: {error}", file.shown) from None
    parts = [part for measurement in items(session, "measurements") for part in contents_of(measurement, file.shown)]
    if not parts:
        raise EmptyFile("holds no measurement of impedance", file.shown)
    return joined(parts, file.shown)


def member(value: Any, name: str) -> Any:
    """A member of an object by its name in any case (older PSTrace writes lower case), None where it is not there."""
    if not isinstance(value, dict):
        return None
    return value.get(name, next((inner for key, inner in value.items() if str(key).lower() == name), None))


def items(value: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """The objects of a list in an object, nothing where it is not there."""
    found = member(value, name)
    yield from (item for item in (found if isinstance(found, list) else ()) if isinstance(item, dict))


def contents_of(measurement: Mapping[str, Any], shown: str) -> Iterator[Content]:
    """The spectra of one measurement: one per channel and sub-scan, where there are several, else its own."""
    began = moment(member(measurement, "timestamp"))
    several = list(scans(measurement, shown))
    arrays = arrays_of(member(measurement, "dataset"), shown)
    if len(several) < 2 and arrays is not None:
        several = [("", arrays)]
    elif len(several) > 1 and all(label == several[0][0] for label, _ in several):
        several = [(f"{label} {i + 1}".strip(), scan) for i, (label, scan) in enumerate(several)]
    for label, scan in several:
        found = content_of(scan, began, shown)
        yield replace(found, spectra=tuple(s.with_(label=label if len(several) > 1 else "") for s in found.spectra))


def scans(measurement: Mapping[str, Any], shown: str) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """Label and arrays of every channel of a multiplexer, and of every sub-scan (a potential, a time) of each."""
    for data in items(measurement, "eisdatalist"):
        title = str(member(data, "title") or "").strip()
        inner = [
            (" ".join(filter(None, (title, str(member(scan, "title") or "").strip()))), arrays)
            for scan in items(data, "subscans")
            if (arrays := arrays_of(member(scan, "dataset"), shown)) is not None
        ]
        own = arrays_of(member(data, "dataset"), shown)
        if inner:
            yield from inner
        elif own is not None:
            yield title, own


def content_of(arrays: Mapping[str, np.ndarray], began: datetime | None, shown: str) -> Content:
    """The spectrum of one scan."""
    count = len(arrays["frequency"])
    if len(arrays["zre"]) != count or len(arrays["zim"]) != count:
        raise CorruptFile("its arrays of frequency and impedance differ in length", shown)
    if not count:
        raise EmptyFile("holds a measurement of impedance without points", shown)
    named = {header: arrays[name] for name, header in HEADERS.items() if len(arrays.get(name, ())) == count}
    if not np.any(named.get("time/s", 0.0)):
        named["time/s"] = np.zeros(count)
    return of_arrays(named, shown, start=began)


def arrays_of(dataset: Any, shown: str) -> dict[str, np.ndarray] | None:
    """The arrays of a data set by their descriptions, None where one that is needed is missing."""
    arrays: dict[str, np.ndarray] = {}
    for entry in items(dataset, "values"):
        numbers = [member(item, "v") for item in items(entry, "datavalues")]
        numeric = all(isinstance(n, int | float) for n in numbers)
        name = str(member(entry, "description")).lower()
        if name in NEEDED and not numeric:
            raise CorruptFile(f"a value of its array {member(entry, 'description')} is no number", shown)
        if name in HEADERS and numeric:
            arrays.setdefault(name, np.array(numbers, dtype=np.float64))
    return arrays if all(name in arrays for name in NEEDED) else None


def moment(ticks: Any) -> datetime | None:
    """The local time of a .NET time stamp, None where it is none."""
    try:
        return datetime(1, 1, 1) + timedelta(microseconds=int(ticks) // 10)
    except (TypeError, ValueError, OverflowError):
        return None
