"""Dates and times as instruments write them."""

from __future__ import annotations

import re
from datetime import datetime

TIME = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*([AaPp][Mm])?"
NUMERIC = re.compile(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})[T\s]+" + TIME)
NAMED = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})\s+" + TIME)
CELL = re.compile(rb"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[T ]\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: [AaPp][Mm])?")
FIRST_ROWS = 4096
"""Bytes of the rows in which a first date is looked for."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def local_time(text: str, *, day_first: bool = False) -> datetime | None:
    """The moment in a text such as `03/17/2025 08:00:00.25`, `2025-03-17 08:00` or `Feb. 20, 2020 15:55:08`.

    Month first unless stated, or unless the month would exceed 12. None where there is no date, or an impossible one.
    """
    found = NUMERIC.search(text)
    if found:
        year, month, day = ordered(found[1], found[2], found[3], day_first=day_first)
        return moment(year, month, day, found.groups()[3:])
    found = NAMED.search(text)
    if found and found[1].lower() in MONTHS:
        return moment(int(found[3]), MONTHS.index(found[1].lower()) + 1, int(found[2]), found.groups()[3:])
    return None


def as_seconds(data: bytes, start: int) -> tuple[bytes, datetime | None]:
    """The same rows with dates (`01/20/2019 12:33:44.1`) written as seconds after the first of them, and that one.

    The rows begin at `start`; without a date among the first of them nothing changes, and None is returned.
    """
    stop = start + FIRST_ROWS
    first = CELL.search(data, start, stop) if data.find(b":", start, stop) >= 0 else None
    origin = None if first is None else local_time(first[0].decode("ascii"))
    if origin is None:
        return data, None

    def seconds(found: re.Match[bytes]) -> bytes:
        now = local_time(found[0].decode("ascii"))
        return b"nan" if now is None else repr((now - origin).total_seconds()).encode()

    return data[:start] + CELL.sub(seconds, data[start:]), origin


def ordered(first: str, second: str, third: str, *, day_first: bool) -> tuple[int, int, int]:
    """Year, month and day from the three numbers of a date."""
    if len(first) == 4:
        return int(first), int(second), int(third)
    month, day = (int(second), int(first)) if day_first else (int(first), int(second))
    if month > 12:
        month, day = day, month
    year = int(third)
    return year + 2000 if year < 70 else year, month, day


def moment(year: int, month: int, day: int, time: tuple[str | None, ...]) -> datetime | None:
    """A date and the parts of a time (hour, minute, second, fraction, AM or PM) as one, None where impossible."""
    hour, minute, second = (int(part or 0) for part in time[:3])
    if time[4]:
        hour = hour % 12 + (12 if time[4].lower() == "pm" else 0)
    micro = int((time[3] or "0")[:6].ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, minute, second, micro)
    except ValueError:
        return None
