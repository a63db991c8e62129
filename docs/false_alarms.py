"""The tables of how well shorts are told, from the results of benchmarks/shorts, in words that a user has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "benchmarks" / "shorts"
WORDS: Mapping[str, str] = {
    "steady": "nothing; contacts scatter by 0.3 %, interfaces wander by 1 %",
    "contact lost": "a tenth to a half of the contact area is lost",
    "contact regained": "a tenth to a half of the contact area comes back",
    "strip and plate in turn": "10 to 30 % of the contact area goes and comes with every half-cycle",
    "day and night 3 K": "day and night, 3 K either way, not logged",
    "+5 K": "warmer by 5 K at once, not logged",
    "+10 K": "warmer by 10 K at once, not logged",
    "+5 K and contact gained": "warmer by 5 K, and contact comes back at once",
    "warm-up 15 K": "the cell warms by 15 K over the first spectra, not logged",
    "+10 K logged": "warmer by 10 K at once, logged",
    "SEI growth": "interphases grow by 30 to 300 %",
    "pressure lost": "pressure is lost: grain boundaries and contacts worse by 10 to 40 %",
    "pressure gained": "pressure is gained: grain boundaries and contacts better by 10 to 40 %",
    "electronic rail becoming conductive": "the composite electrode conducts electrons 3 to 30 times better",
    "breathing electrode": "charge transfer goes up and down by a factor of 1.3 to 2.7",
    "lithiation": "charge transfer falls to a third and rises again with lithiation",
    "lead moved": "cables are moved",
    "reconnected": "the cell is taken out and connected again",
    "sweep drift": "up to 6 % of drift during every sweep",
    "range steps": "steps of 0.3 to 2 % where the instrument changes its range",
    "noise 0.5 to 12 times": "0.5 to 12 times the usual noise, up to 3 %",
    "no low frequencies": "the band ends at 1 to 100 Hz",
    "changed grid": "other frequencies from some spectrum on",
    "one bad spectrum": "one spectrum is disturbed",
    "settling": "the cell settles: contact and interfaces improve over the first spectra",
    "two of these": "two of these at once",
    "filaments that have not bridged": "filaments grow and have not bridged: electrolyte lower by 3 to 20 %, more area",
}
"""What happens to the cell, by the name of the family."""


def rows(path: Path, part: str) -> Iterator[list[str]]:
    """The rows of the tables below a heading, heads left out."""
    text = path.read_text(encoding="utf-8")
    section = re.split(r"^## ", text, flags=re.M)
    below = next(one for one in section if one.startswith(part))
    lines = [line for line in below.splitlines() if line.startswith("|")]
    for i, line in enumerate(lines):
        if not line.startswith("|---") and not (i + 1 < len(lines) and lines[i + 1].startswith("|---")):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def each(path: Path, part: str) -> int:
    """Series of every family and kind of cell, as it stands below a heading."""
    found = re.search(rf"^## {part}\s+(\d+) series", path.read_text(encoding="utf-8"), flags=re.M)
    assert found is not None
    return int(found[1])


def limits(k: int, n: int) -> str:
    """k of n in per cent, with the 95 % limits of Clopper and Pearson."""
    from scipy.special import betaincinv

    low = float(betaincinv(k, n - k + 1, 0.025)) if k else 0.0
    high = float(betaincinv(k + 1, n - k, 0.975)) if k < n else 1.0
    return f"{100 * k / n:.1f} ({100 * low:.1f} to {100 * high:.1f})"


def false_alarms() -> str:
    """The families without a leak."""
    path = RESULTS / "RESULTS.md"
    n = each(path, "No leak")
    alarms: dict[str, list[int]] = {}
    for family, _, soft, *_ in rows(path, "No leak"):
        alarms.setdefault(family, []).append(round(float(soft.split(" ")[0]) * n / 100))
    every = [k for of_family in alarms.values() for k in of_family]
    table = ["| what happens to the cell | series | called shorted, % |", "|---|---|---|"]
    table += [f"| {WORDS[name]} | {n * len(k)} | {limits(sum(k), n * len(k))} |" for name, k in alarms.items()]
    return "\n".join([*table, f"| all together | {n * len(every)} | {limits(sum(every), n * len(every))} |"])


def of_part(part: str, *heads: str) -> Callable[[], str]:
    """The first columns of the tables below a heading of RESULTS.md, with heads of their own."""

    def table() -> str:
        lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
        return "\n".join(
            [*lines, *(f"| {' | '.join(row[: len(heads)])} |" for row in rows(RESULTS / "RESULTS.md", part))]
        )

    return table


def _copied(name: str) -> str:
    """The tables of a results file as they are."""
    lines = (RESULTS / name).read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    return "\n".join(lines[start:]).strip()


LEAK = "share of the direct current"
CONTENT: Mapping[str, Callable[[], str]] = {
    "false alarms of shorts": false_alarms,
    "shorts that are found": of_part(
        "A leak",
        f"leak, {LEAK}",
        "cell",
        "called a short, %",
        "at least suspect, %",
        "of its spectra at least suspect, %",
    ),
    "shorts with another band": of_part("Another band", "what is done to the band", "series", "same verdict, %"),
    "sizes of shorts": of_part("R_short", "leak", "share", "spectra", "truth within the 95 % interval, %"),
    "liquid cells with a short": of_part("A liquid cell", LEAK, "flagged from that loop on, %", "called a short, %"),
    "shorts by the voltage": lambda: _copied("VOLTAGE.md"),
    "critical current": lambda: _copied("CRITICAL.md"),
}
