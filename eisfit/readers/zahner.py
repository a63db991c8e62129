"""Zahner Thales files, `.ism`.

Layout (as Zahner's own open library zahner_analysis reads it; all numbers big-endian): a 6-byte version, a 6-byte
count of points less one, then frequency (Hz), |Z| (ohm), phase (rad) and time (s since 1980) as 8-byte floats, one
array after the other, and after them strings with date and remarks.

Usage: a sweep may begin in the middle and turn; the points before the turn, which are measured again after it, are left
out, as Zahner's programs do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.parts import of_arrays
from eisfit.spectrum import Floats

EPOCH = datetime(1980, 1, 1)
ARRAYS = 4
PREFIX = 12
DATE = "DDMMYY"
LONGEST_REMARK = 255
TWO_YEARS = 6.3e7
"""Seconds; a time below this is no date but counts from the start of a simulation."""


def sniff(head: bytes) -> bool:
    """The version, a plausible count of points, and a frequency above 0 behind it."""
    if not head.startswith(b"\0\0\xff\xff\xff\xfe") or len(head) < PREFIX + 8:
        return False
    return 0 <= int.from_bytes(head[6:PREFIX], "big", signed=True) < 1_000_000


@reader(name="zahner", vendor="Zahner", extensions=(".ism",), sniff=sniff, seen="Thales")
def read(file: File) -> Content:
    """Zahner Thales .ism spectra, the overlapping points at the beginning left out."""
    count = int.from_bytes(file.data[6:PREFIX], "big", signed=True) + 1
    size = 8 * ARRAYS * count
    if count < 1:
        raise EmptyFile("holds no points", file.shown)
    if len(file.data) < PREFIX + size:
        raise CorruptFile(f"ends before its {count} points", file.shown)
    numbers = np.frombuffer(file.data, ">f8", ARRAYS * count, PREFIX).reshape(ARRAYS, count).astype(np.float64)
    frequency, magnitude, phase, time = numbers
    in_order = np.isfinite(time).all() and (np.all(time[1:] >= time[:-1]) or np.all(time[1:] <= time[:-1]))
    remarks = remarks_follow(file.data, PREFIX + size + 2 * count)
    if not (plausible(frequency, magnitude, phase) and in_order and remarks):
        raise CorruptFile("its numbers are not where they should be: bytes are missing or were added", file.shown)
    ends = sorted((int(np.argmin(frequency)), int(np.argmax(frequency))))
    main = slice(ends[0], ends[1] + 1)
    seconds = np.abs(time)
    start = moment(float(seconds[main.start]))
    seconds = seconds - seconds[main.start]
    arrays = {"freq/Hz": frequency, "|Z|/Ohm": magnitude, "Phase(Z)/rad": phase, "time/s": seconds}
    found = of_arrays({name: array[main] for name, array in arrays.items()}, file.shown, start=start)
    found = found.without("computed from |Z| and phase")
    left = count - (main.stop - main.start)
    sentence = f"{left} points before the turn of the sweep, which are measured again after it"
    return found.noted("ignored", file.shown, sentence) if left else found


def plausible(frequency: Floats, magnitude: Floats, phase: Floats) -> bool:
    """True where the arrays hold what they should: shifted bytes give numbers of any size."""
    inside = (frequency > 1e-9) & (frequency < 1e12) & (magnitude > 1e-15) & (magnitude < 1e18)
    return bool(np.all(inside & (np.abs(phase) <= 2 * np.pi)))


def remarks_follow(data: bytes, at: int) -> bool:
    """True where strings with their lengths before them stand behind the arrays: the date (perhaps empty), remarks."""
    length = int.from_bytes(data[at : at + 2], "big")
    text = data[at + 2 : at + 2 + length]
    if not length:
        return len(data) >= at + 2
    return len(DATE) <= len(text) == length <= LONGEST_REMARK and text.isascii() and text.decode("ascii").isprintable()


def moment(seconds: float) -> datetime | None:
    """The date of a time stamp of Thales, None where it is none."""
    if not TWO_YEARS < seconds < 4e9:
        return None
    return EPOCH + timedelta(seconds=seconds)
