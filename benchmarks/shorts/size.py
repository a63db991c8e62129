"""How large a leak is said to be: by the plateau alone, by the circuit with the electrolyte held, and as reported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from cells import CELLS, Course, Floats, measured
from families import shorted

from eisfit.fitting import fit
from eisfit.roles.assign import assign_roles
from eisfit.shorts import Shorts, detect_shorts
from eisfit.tracking.arcs import consistent_arcs
from eisfit.tracking.tied import FittedCell, measured_by_circuit

RATIOS = (0.1, 0.3, 0.5, 0.7, 1.0, 2.0, 3.0)


class Sized(NamedTuple):
    """Shorted spectra above ok: R_short and the ends of its interval over the truth, each (n,), and who measured it."""

    value: Floats
    low: Floats
    high: Floats
    by_circuit: np.ndarray
    ratio: Floats

    @classmethod
    def of(cls, shorts: Shorts, truth: Floats, at: np.ndarray) -> Sized:
        ends = ((x / truth)[at] for x in (shorts.R_short, shorts.R_short_low, shorts.R_short_high))
        return cls(*ends, np.array(shorts.method)[at] == "circuit", shorts.ratio[at])

    def row(self) -> list[str]:
        """Share of intervals with the truth in them, median width, median of R_short, over the truth."""
        inside = (self.low <= 1) & ~(self.high < 1)
        width = np.median(np.where(np.isfinite(self.high), self.high - self.low, np.inf))
        return [f"{100 * inside.mean():.1f}", f"{width:.2g}", f"{100 * (np.nanmedian(self.value) - 1):+.1f}"]


def size_of_leaks(n: int, seed: int) -> Iterable[str]:
    """A chapter of RESULTS.md: n series for every kind of cell and ratio."""
    yield from ("", "## How large the leak is", "")
    yield "The same families, fitted with the circuit of their kind. Plateau: no circuit. Circuit: the tied fit with a"
    yield "leak beside the cell, its electrolyte held to the baseline, where its error is the smaller one."
    yield "Reported: of the two the one with the smaller error."
    yield f"{n} series per kind of cell; spectra above ok; width and bias over the true R_short."
    heads = ["in interval, %", "width", "bias, %"]
    columns = [f"{head} ({who})" for who in ("plateau", "reported", "circuit") for head in heads]
    yield from ("", f"| rho | spectra | {' | '.join(columns)} | by circuit, % | median likelihood ratio |")
    yield "|---" * (len(columns) + 4) + "|"
    for rho in RATIOS:
        pairs = [pair for k, kind in enumerate(CELLS) for i in range(n) if (pair := _series(rho, kind, [i, k, seed]))]
        plateau, reported = (_joined([pair[j] for pair in pairs]) for j in (0, 1))
        circuit = Sized(*(column[reported.by_circuit] for column in reported))
        cells = [*plateau.row(), *reported.row(), *circuit.row()]
        share, ratio = 100 * reported.by_circuit.mean(), np.nanmedian(reported.ratio)
        yield f"| {rho:g} | {len(plateau.value)} | {' | '.join(cells)} | {share:.0f} | {ratio:.3g} |"


def _joined(parts: list[Sized]) -> Sized:
    return Sized(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _series(rho: float, kind: str, seed: list[int]) -> tuple[Sized, Sized] | None:
    rng = np.random.default_rng(seed)
    course = shorted(rho)(rng, CELLS[kind](rng))
    fits = consistent_arcs(fit(measured(course, rng), circuit_of(course)))
    cell = FittedCell(fits, assign_roles(fits.circuit, fits.values).resistances)
    without = detect_shorts(fits.series)
    with_ = measured_by_circuit(without, cell)
    at = np.array([on and level != "ok" for on, level in zip(course.leak > 0, with_.level, strict=True)])
    truth = 1 / np.maximum(course.leak, 1e-12)
    return (Sized.of(without, truth, at), Sized.of(with_, truth, at)) if at.any() else None


def circuit_of(course: Course) -> str:
    """The circuit of a kind of cell."""
    cell = "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})" + ("Q_{D}" if course.tail_n else "")
    return f"L_{{lead}}{cell}" if course.lead.any() else cell
