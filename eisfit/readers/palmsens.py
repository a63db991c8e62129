"""PalmSens PSTrace sessions, `.pssession`: JSON in UTF-16.

Usage: each measurement with arrays Frequency, ZRe and ZIm is read (ZIm is -Z''), its sweeps are spectra. Its time
stamp, in units of 100 ns since the year 1, is when it began; the array mEdc is the potential in volts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.parts import joined, of_arrays
from eisfit.readers.tabular.text import plain

HEADERS = {"Frequency": "freq/Hz", "ZRe": "Re(Z)/Ohm", "ZIm": "-Im(Z)/Ohm", "mEdc": "<Ewe>/V", "time": "time/s"}
NEEDED = ("Frequency", "ZRe", "ZIm")
MARK = b"PalmSens.DataFiles.SessionFile"


def sniff(head: bytes) -> bool:
    """The type that a session states first, in any encoding."""
    return MARK in head.replace(b"\0", b"")


@reader(name="palmsens", vendor="PalmSens", extensions=(".pssession",), sniff=sniff, seen="PSTrace 5.9")
def read(file: File) -> Content:
    """PalmSens .pssession files with one or several impedance measurements."""
    text = plain(file.data).decode("utf-8", errors="replace").strip("\ufeff \r\n\t")
    try:
        session, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise CorruptFile(f"is no JSON text: {error}", file.shown) from None
    parts = [
        part
        for measurement in items(session, "Measurements")
        if (part := content_of(measurement, file.shown)) is not None
    ]
    if not parts:
        raise EmptyFile("holds no measurement of impedance", file.shown)
    return joined(parts, file.shown)


def items(value: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """The objects of a list in an object, nothing where it is not there."""
    found = value.get(name) if isinstance(value, dict) else None
    yield from (item for item in (found if isinstance(found, list) else ()) if isinstance(item, dict))


def content_of(measurement: Mapping[str, Any], shown: str) -> Content | None:
    """The spectra of one measurement, None where it holds no impedance."""
    arrays = arrays_of(measurement.get("DataSet"), shown)
    if arrays is None:
        sets = [arrays_of(data.get("DataSet"), shown) for data in items(measurement, "EISDataList")]
        arrays = next((found for found in sets if found is not None), None)
    if arrays is None:
        return None
    count = len(arrays["Frequency"])
    if len(arrays["ZRe"]) != count or len(arrays["ZIm"]) != count:
        raise CorruptFile("its arrays of frequency and impedance differ in length", shown)
    if not count:
        raise EmptyFile("holds a measurement of impedance without points", shown)
    named = {header: arrays[name] for name, header in HEADERS.items() if len(arrays.get(name, ())) == count}
    if not np.any(named.get("time/s", 0.0)):
        named["time/s"] = np.zeros(count)
    return of_arrays(named, shown, start=moment(measurement.get("TimeStamp")))


def arrays_of(dataset: Any, shown: str) -> dict[str, np.ndarray] | None:
    """The arrays of a data set by their descriptions, None where one that is needed is missing."""
    arrays: dict[str, np.ndarray] = {}
    for entry in items(dataset, "Values"):
        numbers = [item.get("V") for item in items(entry, "DataValues")]
        numeric = all(isinstance(n, int | float) for n in numbers)
        if entry.get("Description") in NEEDED and not numeric:
            raise CorruptFile(f"a value of its array {entry['Description']} is no number", shown)
        if entry.get("Description") in HEADERS and numeric:
            arrays.setdefault(str(entry["Description"]), np.array(numbers, dtype=np.float64))
    return arrays if all(name in arrays for name in NEEDED) else None


def moment(ticks: Any) -> datetime | None:
    """The local time of a .NET time stamp, None where it is none."""
    try:
        return datetime(1, 1, 1) + timedelta(microseconds=int(ticks) // 10)
    except (TypeError, ValueError, OverflowError):
        return None
