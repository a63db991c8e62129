"""The times of several files on one clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from eisfit.readers._base import Content
from eisfit.readers.cell.files import Found, natural
from eisfit.regular import regex
from eisfit.spectrum import Note

EPOCH = datetime(1970, 1, 1)
LINKED = regex(r"(?P<base>.*)_\d\d_[A-Za-z]+\d*_(?P<channel>C[A-Z]?\d+)$")
"""Names of EC-Lab's linked techniques, `<base>_NN_TECHNIQUE_Cxx`: their times count from one common start."""


Origins = tuple[list[float | None], list[Note]]
"""For each file the time at which its clock was zero, and notes on how that is known."""


def origins(contents: Sequence[Content], files: Sequence[Found]) -> Origins:
    """For each file the time at which its clock was zero, s on one common clock; None where that cannot be known.

    Files with a date in their header have it from there. A file without one shares the start of a linked technique; if
    no file has a date, files whose times follow each other in the order of their names share one clock.
    """
    spans = [content.span for content in contents]
    known = [None if c.start is None or s is None else seconds(c.start) for c, s in zip(contents, spans, strict=True)]
    timed = [i for i, s in enumerate(spans) if s is not None]
    undated = [i for i in timed if known[i] is None]
    if not undated:
        return known, []
    if len(undated) == len(timed):
        return common_clock(timed, spans, files)
    notes = []
    shared = {linked(files[i].stem): known[i] for i in timed if known[i] is not None}
    for i in undated:
        base = linked(files[i].stem)
        known[i] = None if base is None else shared.get(base)
        what = "the start of the files it is linked with is taken" if known[i] is not None else "its times are not used"
        notes.append(Note("assumed", files[i].shown, f"its header has no date: {what}"))
    return known, notes


def common_clock(timed: Sequence[int], spans: Sequence[tuple[float, float] | None], files: Sequence[Found]) -> Origins:
    """The origins where no file has a date: all zero where the times can be those of one clock, else unknown."""
    order = sorted(timed, key=lambda i: natural(files[i].shown))
    inside = [spans[i] for i in order]
    follows = all(a is not None and b is not None and a[1] <= b[0] for a, b in pairwise(inside))
    bases = {linked(files[i].stem) for i in timed}
    zero: list[float | None] = [None if s is None else 0.0 for s in spans]
    if len(timed) < 2:
        return zero, []
    if follows or (len(bases) == 1 and None not in bases):
        sentence = "no header has a date: the times of all files are taken to count from one start"
        return zero, [Note("assumed", files[order[0]].shown, sentence)]
    sentence = "no header has a date and the times of the files overlap: the order is that of their names"
    return [None] * len(spans), [Note("assumed", files[order[0]].shown, sentence)]


def seconds(moment: datetime) -> float:
    """Seconds of a local time since 1970, without regard to zones."""
    return (moment.replace(tzinfo=None) - EPOCH).total_seconds()


def linked(stem: str) -> tuple[str, str] | None:
    """What linked techniques have in common: base name and channel; None for other names."""
    found = LINKED.match(stem)
    return (found["base"], found["channel"]) if found else None
