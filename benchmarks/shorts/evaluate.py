"""How well the detector of shorts does, family by family. Writes RESULTS.md.

    python benchmarks/shorts/evaluate.py [--series 30] [--seed 5501] [--parts ...] [--out benchmarks/shorts/RESULTS.md]

Limits and priors were chosen with other seeds and were frozen before the seed of the report was drawn.
Each family is drawn anew for every kind of cell. Intervals are those of Clopper and Pearson, 95 %.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bands import BANDS
from cells import CELLS, Floats, leak_ohm
from families import NEGATIVE, POSITIVE, Course, draw, leak, measured
from liquid import LOOPS, liquid
from written import options, percent, written

from eisfit.shorts import Shorts, detect_shorts

SEED = 5501
"""Of the report."""
ALARM = ("soft", "hard")
FLAGGED = ("suspect", *ALARM)
OF_PELLETS = ("steady", "+10 K", "contact regained", "pressure gained", "two of these", "noise 0.5 to 12 times")
"""Families that a blocking pellet is drawn for."""
FLAT, CHANGED, OWN = "flat", "flat, interfaces changed", "with an impedance of its own"
LEAKS = (FLAT, CHANGED, OWN)
"""Leaks whose size is asked."""
SHARES = (0.2, 0.35, 0.5, 0.7, 0.9)
"""Shares of the direct current of the leaks whose size is asked."""


class Found(NamedTuple):
    """One series: where the leak is open, the share it takes, and what the detector says."""

    course: Course
    open: np.ndarray
    shorts: Shorts

    def has(self, levels: tuple[str, ...], where: np.ndarray) -> bool:
        return bool(np.isin(np.array(self.shorts.level), levels)[where].any())


def run(name: str, family: Callable[..., None], kind: str, n: int, seed: int) -> list[Found]:
    """n series of a family and a kind of cell."""
    out = []
    for i in range(n):
        rng = np.random.default_rng([seed, i, list(CELLS).index(kind), *map(ord, name)])
        course = draw(rng, kind)
        family(rng, course)
        out.append(Found(course, course.state.leak_x > 0, detect_shorts(measured(course, rng))))
    return out


def false_alarms(n: int, seed: int) -> Iterator[str]:
    """The families without a leak."""
    yield from (
        "",
        "## No leak",
        "",
        "| family | cell | soft or hard, % of series | suspect, % of series | not judged, % |",
    )
    yield "|---|---|---|---|---|"
    total = alarms = 0
    for name, family in NEGATIVE.items():
        for kind in CELLS:
            if kind == "blocking" and name not in OF_PELLETS:
                continue
            found = run(name, family, kind, n, seed)
            every = [np.ones(len(one.shorts), bool) for one in found]
            loud = sum(one.has(ALARM, all_) for one, all_ in zip(found, every, strict=True))
            quiet = sum(one.has(("suspect",), all_) for one, all_ in zip(found, every, strict=True))
            unjudged = np.mean([level == "not judged" for one in found for level in one.shorts.level])
            total, alarms = total + n, alarms + loud
            yield f"| {name} | {kind} | {percent(loud, n)} | {100 * quiet / n:.0f} | {100 * unjudged:.1f} |"
    yield from ("", f"All families and cells: {percent(alarms, total)} % of {total} series have a soft or hard short.")


def detection(n: int, seed: int) -> Iterator[str]:
    """The families with a leak."""
    yield from ("", "## A leak", "")
    yield (
        "| leak, share of the direct current | cell | soft or hard, % of series | suspect or more, % of series "
        "| suspect or more, % of its spectra | alarm before it, % | share at the first flag, median |"
    )
    yield "|---|---|---|---|---|---|---|"
    for name, family in POSITIVE.items():
        for kind in ("symmetric", "half"):
            found = run(name, family, kind, n, seed)
            soft = sum(one.has(ALARM, one.open) for one in found)
            some = sum(one.has(FLAGGED, one.open) for one in found)
            spectra = np.concatenate([np.isin(np.array(one.shorts.level), FLAGGED)[one.open] for one in found])
            before = sum(one.has(ALARM, ~one.open) for one in found)
            first = [share for one in found if (share := _first_share(one)) is not None]
            yield (
                f"| {name} | {kind} | {percent(soft, n)} | {100 * some / n:.0f} | {100 * spectra.mean():.0f} "
                f"| {100 * before / n:.0f} | {np.median(first):.2f} |"
            )


def _first_share(one: Found) -> float | None:
    flagged = np.flatnonzero(np.isin(np.array(one.shorts.level), FLAGGED) & one.open)
    return float(one.course.state.leak_x[flagged[0]]) if flagged.size else None


def bands(n: int, seed: int) -> Iterator[str]:
    """The same series with another band."""
    yield from (
        "",
        "## Another band",
        "",
        "The verdict on the shorted spectra, leaks of 50 and 80 %, and on steady cells.",
    )
    yield from ("", "| what is done | series | same verdict, % |", "|---|---|---|")
    cases = [(leak(x), kind) for x in (0.5, 0.8) for kind in ("symmetric", "half")] + [
        (NEGATIVE["steady"], "symmetric")
    ]
    for what, change in BANDS.items():
        same = []
        for k, (family, kind) in enumerate(cases):
            for i in range(max(n // 2, 2)):
                rng = np.random.default_rng([seed, i, k])
                course = draw(rng, kind)
                family(rng, course)
                series = measured(course, rng)
                alarms = [bool(set(ALARM) & set(detect_shorts(one).level)) for one in (series, change(series, rng))]
                same.append(alarms[0] == alarms[1])
        yield f"| {what} | {len(same)} | {percent(sum(same), len(same))} |"


def sizes(n: int, seed: int) -> Iterator[str]:
    """R_short and its interval: a flat leak, contacts of 0 to 2 ohm outside of it."""
    yield from (
        "",
        "## R_short",
        "",
        "0 to 2 ohm of contacts outside of the leak; spectra that are at least suspect. In the second case the charge",
        "transfer of the interfaces changes with the leak, by up to a factor of e either way.",
        "",
    )
    yield from (
        "| leak | share | spectra | truth in the 95 % interval, % | median width / R | bias, % |",
        "|---|---|---|---|---|---|",
    )
    for what, x in product(LEAKS, SHARES):
        ratio, low, high = _sized(what, x, n, seed)
        inside = (low <= 1) & (high >= 1)
        yield (
            f"| {what} | {100 * x:.0f} % | {len(ratio)} | {percent(int(inside.sum()), len(inside))} "
            f"| {np.median(high - low):.2f} | {100 * (np.median(ratio) - 1):+.1f} |"
        )


def _sized(what: str, x: float, n: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """R_short and the ends of its interval over the truth."""
    rows: list[Floats] = []
    for k, kind in enumerate(("symmetric", "half")):
        for i in range(n):
            rng = np.random.default_rng([seed, i, k, int(100 * x)])
            course = draw(rng, kind, 8)
            leak(x, "own" if what == OWN else "flat")(rng, course)
            if what == CHANGED:
                course.state.transfer *= np.where(course.state.leak_x > 0, np.exp(rng.uniform(-1, 1)), 1.0)
            course.state.contact += rng.uniform(0, 2) - course.cell.contact
            found = detect_shorts(measured(course, rng))
            at = (course.state.leak_x > 0) & np.isin(np.array(found.level), FLAGGED)
            truth = leak_ohm(course.cell, course.state, course.frequency)
            rows.append(np.array([found.R_short, found.R_short_low, found.R_short_high])[:, at] / truth[at])
    ratio, low, high = np.concatenate(rows, axis=1)
    return ratio, low, high


def liquid_cells(n: int, seed: int) -> Iterator[str]:
    """A liquid cell with few frequencies, which ages before its leak."""
    yield from (
        "",
        "## A liquid cell with 9 frequencies",
        "",
        f"500 to 0.8 Hz; {LOOPS} loops in which it ages by 60 %, then one real constant in the admittance.",
        "",
    )
    yield (
        "| share of the direct current | suspect or more from that loop on, % | soft or hard from it on, % "
        "| alarm before, % |"
    )
    yield "|---|---|---|---|"
    for share in (0.3, 0.5, 0.7):
        flagged = alarmed = before = 0
        for i in range(n):
            series, leaks = liquid(np.random.default_rng([seed, i, int(100 * share)]), share)
            level = np.array(detect_shorts(series).level)
            flagged += bool(np.isin(level[leaks], FLAGGED).all())
            alarmed += bool(np.isin(level[leaks], ALARM).all())
            before += bool(np.isin(level[~leaks], ALARM).any())
        yield f"| {100 * share:.0f} % | {percent(flagged, n)} | {percent(alarmed, n)} | {percent(before, n)} |"


PARTS: dict[str, Callable[[int, int], Iterator[str]]] = {
    "no leak": false_alarms,
    "a leak": detection,
    "another band": bands,
    "sizes": sizes,
    "liquid cells": liquid_cells,
}


def report(n: int, seed: int, parts: Iterable[str] = PARTS) -> Iterator[str]:
    """RESULTS.md, line by line."""
    yield "# How well shorts are found"
    yield ""
    yield "By `benchmarks/shorts/evaluate.py`: series of 8 to 30 spectra by family and kind of cell, 95 % intervals."
    yield "Limits and priors are the defaults, chosen with other seeds. Everything is synthetic."
    for part in parts:
        for line in PARTS[part](n, seed):
            yield line
            if line.startswith("## "):
                yield from ("", f"{n} series each, seed {seed}.")


def main() -> None:
    """Run, write the file as it grows, print the time."""
    parser = options(__doc__, 30, "series per family and kind of cell", SEED, "RESULTS.md")
    parser.add_argument("--parts", choices=PARTS, nargs="+", default=list(PARTS), help="tables that are written")
    given = parser.parse_args()
    written(given.out, report(given.series, given.seed, given.parts))


if __name__ == "__main__":
    main()
