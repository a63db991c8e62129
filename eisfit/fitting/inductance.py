"""Does a series need an inductor in series: the cable that every spectrum carries.

Half a microhenry bends the high-frequency end enough to spoil R_SE,bulk and R_GB, and an inductor that is not there
spoils their errors. So the question is put once per series, to a sample of its spectra: the circuit is fitted without
and with the inductor, and the Bayesian information criterion, added up over the sample, decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from eisfit.circuit import Circuit
from eisfit.elements import REGISTRY
from eisfit.errors import CircuitError
from eisfit.fitting.result import SeriesFit
from eisfit.fitting.series import fit
from eisfit.fitting.status import FitStatus
from eisfit.spectrum import Floats, Series
from eisfit.tree import InSeries, Leaf, Node
from eisfit.tree import series as in_series

NAME = "L_lead"
SAMPLE = 12
"""Spectra that are asked, evenly spaced over the series."""
STRONG = 10.0
"""A difference of the criterion above this is strong evidence (Kass & Raftery, J. Am. Stat. Assoc. 90 (1995) 773)."""
SIGNIFICANT = 3.0
"""The inductance, averaged over the sample, must be this many standard errors above zero."""


class Verdict(NamedTuple):
    """Is the inductor needed, the fall of the criterion over the sample, the mean inductance in H and its error."""

    needed: bool
    evidence: float
    inductance: float
    stderr: float
    sample: int

    @property
    def sentence(self) -> str:
        """What was decided and why."""
        head = f"of {self.sample} spectra the Bayesian information criterion changes by {self.evidence:+.3g} in sum"
        if not self.needed:
            return f"No inductor in series: with one, {head} in its favour, which does not call for it."
        microhenry = f"{1e6 * self.inductance:.3g} +- {1e6 * self.stderr:.1g} uH"
        return f"An inductor {NAME} in series ({microhenry}) was added: {head} in its favour."


def with_inductor(circuit: Circuit) -> Circuit:
    """The circuit with an inductor L_{lead} in series in front. Raises CircuitError where it has one of that name."""
    if NAME in circuit.names:
        raise CircuitError(f"the circuit has an element {NAME} already")
    lead = Leaf(REGISTRY["L"], "lead")
    root = in_series([lead, circuit.root])
    new = Circuit(root, roles=dict(circuit.roles), title=circuit.title)
    return new.with_(**{p.name: p for p in circuit.parameters})


def has_inductor(circuit: Circuit) -> bool:
    """Is there an inductive element in series already?"""
    nodes: Sequence[Node] = circuit.root.children if isinstance(circuit.root, InSeries) else (circuit.root,)
    return any(isinstance(node, Leaf) and node.element.symbol in ("L", "La") for node in nodes)


def inductance_needed(series: Series, circuit: Circuit, **options: Any) -> Verdict:
    """Ask a sample of the series, fitted without and with the inductor; options as for `fit`."""
    sample = series[:: max(1, -(-len(series) // SAMPLE))]
    without, with_ = fit(sample, circuit, **options), fit(sample, with_inductor(circuit), **options)
    both = np.array([a is b is FitStatus.CONVERGED for a, b in zip(without.status, with_.status, strict=True)])
    value, stderr = with_.column(NAME)
    gain = np.where(both, _bic(without) - _bic(with_), 0.0)
    mean, error = _mean(value[both], stderr[both])
    evidence = float(np.nansum(gain))
    needed = bool(evidence > STRONG and mean > SIGNIFICANT * error)
    return Verdict(needed, evidence, mean, error, len(sample))


def _bic(fits: SeriesFit) -> Floats:
    n = 2.0 * fits.points_used
    out: Floats = n * np.log(np.maximum(fits.cost, 1e-300) / n) + (fits.n_free + 1) * np.log(n)
    return out


def _mean(value: Floats, stderr: Floats) -> tuple[float, float]:
    """Weighted mean and its error; inductances at their bound (no error) say nothing."""
    known = np.isfinite(stderr) & (stderr > 0)
    if not known.any():
        return 0.0, np.inf
    weight = stderr[known] ** -2
    return float((weight * value[known]).sum() / weight.sum()), float(weight.sum() ** -0.5)
