"""`eisfit check`: can these spectra be believed?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eisfit.cli._cells import guard_of, one_cell, refuse_inside
from eisfit.cli._options import READING, Force, Paths, given, takes
from eisfit.cli._terminal import report_skipped, say, show_table
from eisfit.numbers import number

if TYPE_CHECKING:
    from eisfit.export import Guard
    from eisfit.quality.screening import Quality

Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="DIR", help="Folder that takes kk.csv, masks.csv, kk.pdf.", show_default=False),
]

WRITTEN = ("kk.csv", "masks.csv", "kk.pdf")

SHOWN = {
    "spectrum": "spectrum",
    "verdict": "verdict",
    "rms_percent": "rms %",
    "worst_percent": "largest %",
    "largest_frequency": "at Hz",
    "noise_percent": "noise %",
    "drift_limit_percent": "drift limit %",
    "z_hit_percent": "Z-HIT %",
    "sentence": "why",
}
"""Columns of the table on the terminal, by those of kk.csv."""
Z_HIT = (
    "Z-HIT: mean of measured over reconstructed |Z| in the lowest decade, less 1. Good spectra reach 0.7 % (at 0.3 % "
    "noise, in one of twenty), as much as a drift of 5 % leaves: it decides nothing, but it shows which way |Z| went."
)


@takes(*READING, "f_min", "f_max", "mask", "keep_all")
def command(paths: Paths, out: Out = None, force: Force = False, **flags: Any) -> int:
    """Judge every spectrum by the Kramers-Kronig relations.

    Pass, doubtful or fail, how far off and where, the drift that could not have been seen, the points left out.
    """
    if out is not None:
        refuse_inside(out, paths)
    cell = one_cell(paths, given(flags))
    keep = guard_of([cell], force=force)
    if out is not None:
        keep.check(out / name for name in WRITTEN)
    quality = cell.screened(cell.spectra())
    rows = quality.rows()
    show_table(tuple(SHOWN.values()), [[_cell(row, name) for name in SHOWN] for row in rows])
    for line in _below(quality, rows):
        say(line)
    if out is not None:
        _write(out, quality, rows, keep)
    return 3 if report_skipped(quality.series) else 0


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row[name]
    if isinstance(value, str):
        return value
    return number(value, ".3g" if name == "largest_frequency" else "+.2f" if name == "z_hit_percent" else ".2g")


def _below(quality: Quality, rows: list[dict[str, Any]]) -> Iterator[str]:
    """What holds for all: how many of each verdict, the noise, the model, Z-HIT, the points left out."""
    yield ", ".join(f"{count} {verdict}" for verdict, count in Counter(row["verdict"] for row in rows).items())
    noise = quality.noise()
    if noise.points:
        constant = f" and {number(noise.constant_ohm, '.2g')} ohm" if noise.constant_ohm > 0 else ""
        yield f"Noise of the series: {number(noise.modulus_percent, '.2g')} % of |Z|{constant} in Re and in Im."
    n_rc, effective = (_range([row[name] for row in rows]) for name in ("n_rc", "effective"))
    yield (
        f"Model: R0, L, C and {n_rc} RC elements, four per decade; of these coefficients the noise leaves {effective} "
        "determined, so none need be chosen per spectrum."
    )
    yield Z_HIT
    yield from _left_out(quality)


def _range(values: list[float]) -> str:
    low, high = (f"{limit:.0f}" for limit in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def _left_out(quality: Quality) -> Iterator[str]:
    """Rows that are no points, then every point that does not count, the frequencies of one reason in one line.

    What is left out of the whole series is said once.
    """
    from eisfit.quality.alike import ALIKE_REASON, said_once

    for note in quality.series.notes:
        if note.kind in ("dropped", "ignored"):
            yield f"{note.kind}: {note.path}: {note.sentence}"
    if not quality.left_out:
        yield "No point is left out."
        return
    yield f"Left out: {len(quality.left_out)} of {sum(map(len, quality.series))} points."
    yield from (f"  {sentence}" for sentence in said_once(quality.left_out))
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for point in quality.left_out:
        if not point.reason.startswith(ALIKE_REASON):
            found[point.spectrum, point.reason].append(f"{point.frequency:.4g}")
    labels = [row["spectrum"] for row in quality.kk.rows()]
    for (i, reason), frequencies in found.items():
        yield f"  {labels[i]}: {', '.join(frequencies)} Hz: {reason}"


def _write(out: Path, quality: Quality, rows: list[dict[str, Any]], keep: Guard) -> None:
    from eisfit.export import output_folder, staged_file, write_csv
    from eisfit.figures import write_kk_figure
    from eisfit.quality.masks import LeftOut

    tables: dict[str, tuple[list[str], list[list[Any]]]] = {
        "kk.csv": (list(rows[0]), [list(row.values()) for row in rows]),
        "masks.csv": (list(LeftOut._fields), [[p.spectrum + 1, *p[1:]] for p in quality.left_out]),
    }
    with output_folder(out):
        for name, (columns, lines) in tables.items():
            with staged_file(out / name, keep) as stage:
                write_csv(stage, columns, lines)
        write_kk_figure(quality, out / "kk.pdf", keep)
    say(f"Table in {out / 'kk.csv'}, points left out in {out / 'masks.csv'}, residuals in {out / 'kk.pdf'}")
