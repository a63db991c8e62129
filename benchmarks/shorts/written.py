"""What the benchmarks of shorts share: their options, shares with limits, the file that grows."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from pathlib import Path


def percent(k: int, n: int) -> str:
    """k / n with its 95 % interval of Clopper and Pearson."""
    from scipy.stats import beta

    low = beta.ppf(0.025, k, n - k + 1) if k else 0.0
    high = beta.ppf(0.975, k + 1, n - k) if k < n else 1.0
    return f"{100 * k / n:.1f} ({100 * low:.1f} to {100 * high:.1f})"


def options(doc: str | None, series: int, of_what: str, seed: int, file: str) -> argparse.ArgumentParser:
    """The options that all of them have: --series, --seed, --out."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=series, help=of_what)
    parser.add_argument("--seed", type=int, default=seed, help="of the series that are drawn")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name(file), help="the file that is written")
    return parser


def written(out: Path, lines: Iterable[str]) -> None:
    """Write the file as it grows, print the time."""
    start = time.perf_counter()
    with out.open("w", encoding="utf-8") as file:
        for line in lines:
            print(line, file=file, flush=True)
    print(f"{out}: {time.perf_counter() - start:.0f} s")
