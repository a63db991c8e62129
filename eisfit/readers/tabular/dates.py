"""Dates and times as instruments write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from eisfit.regular import regex

ZONE = r"\s*(?:Z\b|(?:UTC|GMT)?\s*([+-])(\d\d):?(\d\d)\b)?"
TIME = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*([AaPp][Mm])?" + ZONE
NUMERIC = regex(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})[T\s]+" + TIME)
NAMED = regex(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})\s+" + TIME)
DAY_NAMED = regex(r"(\d{1,2})[-\s.]+([A-Za-z]{3})[a-z]*[-\s.,]+(\d{4})[T\s]+" + TIME)
COMPACT = regex(r"\b(\d{4})(\d\d)(\d\d)[T _](\d\d)(\d\d)(\d\d)(?:[.,](\d+))?()" + ZONE)
CELL = regex(
    rb"(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[T ]|\d{1,2}[- ][A-Za-z]{3}[a-z]*[- ]\d{4} )\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?"
    rb"(?: ?[AaPp][Mm]\b)?(?: ?[+-]\d\d:?\d\d\b|Z\b)?|\b\d{8}[T _]\d{6}\b"
)
POINT_CELL = regex(CELL.pattern.replace(rb"[.,]\d+", rb"[.]\d+"))
"""The same in rows whose cells a comma separates."""
DAY_FIRST = regex(rb"(?<![\d/.-])(?:1[3-9]|2\d|3[01])[/.-]\d{1,2}[/.-]\d{4}[T ]\d|\d{1,2}\.\d{1,2}\.\d{4}[T ]\d")
"""A date that begins with its day, by a number above 12 or by the points between its numbers."""
FIRST_ROWS = 4096
"""Bytes of the rows in which a first date is looked for."""
IN_EVERY_DATE = regex(rb"[:T_ ]")
"""One of these stands between the parts of every date with a time; rows of numbers between tabs hold none."""
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES = {name: i + 1 for i, name in enumerate(MONTHS)} | {
    "mai": 5, "okt": 10, "dez": 12, "mär": 3, "mrz": 3, "fev": 2, "fév": 2, "avr": 4, "aoû": 8, "déc": 12,
}  # fmt: skip


class Stamp(NamedTuple):
    """A date and local time, and how far its zone is ahead of UTC where the text says so."""

    local: datetime
    ahead: timedelta | None

    def since(self, first: Stamp) -> float:
        """Seconds since another moment; zones count where both are known."""
        passed = self.local - first.local
        if self.ahead is not None and first.ahead is not None:
            passed -= self.ahead - first.ahead
        return passed.total_seconds()


def local_time(text: str, *, day_first: bool = False) -> datetime | None:
    """The local moment in a text such as `03/17/2025 08:00:00.25`, `2025-03-17T08:00`, `17-Mar-2025 08:00:00`,
    `20250317 080000` or `Feb. 20, 2020 15:55:08`.

    Month first unless stated, or unless the month would exceed 12. None where there is no date, or an impossible one.
    """
    found = stamp(text, day_first=day_first)
    return None if found is None else found.local


def stamp(text: str, *, day_first: bool = False) -> Stamp | None:
    """The moment in a text with its zone, None where there is none."""
    if found := NUMERIC.search(text):
        year, month, day = ordered(found[1], found[2], found[3], day_first=day_first)
        return moment(year, month, day, found.groups()[3:])
    if (found := NAMED.search(text)) and found[1].lower() in MONTH_NAMES:
        return moment(int(found[3]), MONTH_NAMES[found[1].lower()], int(found[2]), found.groups()[3:])
    if (found := DAY_NAMED.search(text)) and found[2].lower() in MONTH_NAMES:
        return moment(int(found[3]), MONTH_NAMES[found[2].lower()], int(found[1]), found.groups()[3:])
    if found := COMPACT.search(text):
        return moment(int(found[1]), int(found[2]), int(found[3]), found.groups()[3:])
    return None


def as_seconds(data: bytes, start: int, *, comma: bool = True) -> tuple[bytes, datetime | None, tuple[str, ...]]:
    """The same rows with dates (`01/20/2019 12:33:44.1`) as seconds after the first, that one, what is assumed.

    The rows begin at `start`; with `comma` a comma may stand before the fraction of a second. Without a date among the
    first of them nothing changes, and None is returned.
    """
    stop = start + FIRST_ROWS
    cell = CELL if comma else POINT_CELL
    first = cell.search(data, start, stop) if IN_EVERY_DATE.search(data, start, stop) else None
    day_first = first is not None and DAY_FIRST.search(data, start) is not None
    origin = None if first is None else stamp(first[0].decode("ascii"), day_first=day_first)
    if origin is None:
        return data, None, ()
    begin = origin

    def seconds(found: re.Match[bytes]) -> bytes:
        now = stamp(found[0].decode("ascii"), day_first=day_first)
        return b"nan" if now is None else repr(now.since(begin)).encode()

    hours = None if origin.ahead is None else origin.ahead.total_seconds() / 3600
    told = () if hours is None else (f"its times are those of a zone {hours:+g} h from UTC, and stay local times",)
    return data[:start] + cell.sub(seconds, data[start:]), origin.local, told


def ordered(first: str, second: str, third: str, *, day_first: bool) -> tuple[int, int, int]:
    """Year, month and day from the three numbers of a date."""
    if len(first) == 4:
        return int(first), int(second), int(third)
    month, day = (int(second), int(first)) if day_first else (int(first), int(second))
    if month > 12:
        month, day = day, month
    year = int(third)
    return year + (0 if len(third) > 2 else 2000 if year < 70 else 1900), month, day


def moment(year: int, month: int, day: int, time: tuple[str | None, ...]) -> Stamp | None:
    """A date and the parts of a time (hour, minute, second, fraction, AM or PM, zone) as one, None where impossible."""
    hour, minute, second = (int(part or 0) for part in time[:3])
    if time[4]:
        hour = hour % 12 + (12 if time[4].lower() == "pm" else 0)
    micro = int((time[3] or "0")[:6].ljust(6, "0"))
    ahead = None
    if time[5]:
        ahead = timedelta(hours=int(time[6] or 0), minutes=int(time[7] or 0)) * (-1 if time[5] == "-" else 1)
    try:
        return Stamp(datetime(year, month, day, hour, minute, second, micro), ahead)
    except ValueError:
        return None
