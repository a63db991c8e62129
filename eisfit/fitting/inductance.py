"""Does a series need an inductor in series: the cable that every spectrum carries.

Half a microhenry bends the high-frequency end enough to spoil R_SE,bulk and R_GB, and an inductor that is not there
spoils their errors. So the question is put once per series, to a sample of its spectra: the circuit is fitted without
an inductor, with one, and with a lossy one (eddy currents in a case or a busbar, which cells of milliohms show), and
the Bayesian information criterion, added up over the sample, decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from eisfit.circuit import Circuit
from eisfit.elements import REGISTRY
from eisfit.errors import CircuitError
from eisfit.fitting.criteria import without_common_outliers
from eisfit.fitting.result import BatchFit, SeriesFit
from eisfit.fitting.series import fit
from eisfit.fitting.status import FitStatus
from eisfit.numbers import quantity
from eisfit.settings import FORMER
from eisfit.spectrum import Floats, Indices
from eisfit.tree import InSeries, Leaf, Node
from eisfit.tree import series as in_series

NAME = "L_lead"
LOSSY = "La_lead"
SAMPLE = 12
"""Spectra that are asked, evenly spaced over the series."""
LOSSES = (0.9, 0.7)
"""Exponents of a lossy inductor to start from, its reactance at the highest frequency kept."""
SHARES = (0.003, 0.03, 0.3)
"""Inductances to start from, as the share of |Z| that they are at the highest frequency."""
STRONG = 10.0
"""A difference of the criterion above this is strong evidence (Kass & Raftery, J. Am. Stat. Assoc. 90 (1995) 773)."""
SIGNIFICANT = 3.0
"""The inductance, averaged over the sample, must be this many standard errors above zero."""


EDDY = 0.5
"""Exponent of fully developed eddy currents, Z ~ sqrt(j omega): what is flatter is a wrong circuit, not a lead."""
PLAUSIBLE = 1e-4
"""H. A cable has about 1 uH per metre: what asks for more than this is a wrong circuit, not a cable."""


class Verdict(NamedTuple):
    """Is the inductor needed, the fall of the criterion over the sample, the mean inductance in H and its error."""

    needed: bool
    evidence: float
    inductance: float
    stderr: float
    sample: int
    exponent: float = 1.0

    @property
    def symbol(self) -> str:
        """The element that is needed: "L", or "La" where it is a lossy one."""
        return "La" if self.exponent < 1 else "L"

    @property
    def sentence(self) -> str:
        """What was decided and why."""
        if not self.sample:
            return "No inductor in series: no spectrum was fitted without one, so the question could not be put."
        if self.inductance >= PLAUSIBLE and self.evidence > STRONG:
            return f"No inductor in series: the data ask for {1e6 * self.inductance:.3g} µH, which no cable has."
        many = f", summed over {self.sample} spectra," if self.sample > 1 else ""
        where = f"the Bayesian information criterion{many}"
        if not self.needed:
            change = "rise" if self.evidence < 0 else "fall only"
            return f"No inductor in series: with one {where} would {change} by {_figure(abs(self.evidence))}."
        fall = _figure(self.evidence)
        if self.symbol == "La":
            return (
                f"A lossy inductor {LOSSY} in series (exponent {self.exponent:.2g}, eddy currents) was added: with it "
                f"{where} falls by {fall}."
            )
        size = quantity(self.inductance, "H", self.stderr)
        return f"An inductor {NAME} in series ({size}) was added: with it {where} falls by {fall}."


def _figure(x: float) -> str:
    """Three digits, never as a power of ten."""
    return f"{x:.3g}" if x < 100 else f"{x:.0f}"


def with_inductor(circuit: Circuit, symbol: str = "L") -> Circuit:
    """The circuit with an inductor L_{lead}, or a lossy one La_{lead}, in series in front.

    Raises CircuitError where it has one of that name.
    """
    lead = Leaf(REGISTRY[symbol], "lead")
    if lead.name in circuit.names:
        raise CircuitError(f"the circuit has an element {lead.name} already")
    new = Circuit(in_series([lead, circuit.root]), roles=dict(circuit.roles), title=circuit.title)
    return new.with_(**{p.name: p for p in circuit.parameters})


def has_inductor(circuit: Circuit) -> bool:
    """Is there an inductive element in series already?"""
    nodes: Sequence[Node] = circuit.root.children if isinstance(circuit.root, InSeries) else (circuit.root,)
    return any(isinstance(node, Leaf) and node.element.symbol in ("L", "La") for node in nodes)


def inductance_needed(fits: SeriesFit, **options: Any) -> Verdict:
    """Ask a sample of a fitted series whether an inductor would pay; options as for `fit`.

    The fits with the inductor start at those without it, with a few inductances beside.
    """
    options = {FORMER.get(name, name): value for name, value in options.items()}
    sample = np.arange(0, len(fits), max(1, -(-len(fits) // SAMPLE)))
    sample = sample[[fits.status[i] is FitStatus.CONVERGED for i in sample.tolist()]]
    if not len(sample):
        return Verdict(False, 0.0, 0.0, np.inf, 0)
    base, options = _by_itself(fits, sample, options)
    with_ = _with_inductor(base, options)
    value, stderr = with_.column(NAME)
    mean, error = _mean(value, stderr)
    evidence = float(np.nansum(base.bic - with_.bic))
    needed = bool(evidence > STRONG and SIGNIFICANT * error < mean < PLAUSIBLE)
    plain = Verdict(needed, evidence, mean, error, len(sample))
    return _lossy(base, with_, options, plain) if evidence > STRONG and mean < PLAUSIBLE else plain


def _lossy(base: SeriesFit, with_: BatchFit, options: dict[str, Any], plain: Verdict) -> Verdict:
    """The verdict with a lossy inductor where it pays beside the plain one, with an exponent of eddy currents."""
    members, model = list(base.series), with_inductor(base.circuit, "La")
    omega = np.array([s.omega[0] for s in members])
    reactance = with_.column(NAME)[0] * omega
    starts = [np.column_stack([reactance / omega**n, np.full(len(omega), n), with_.values[:, 1:]]) for n in LOSSES]
    lossy = _best_of(base, model, starts, options)
    evidence = float(np.nansum(base.bic - lossy.bic))
    exponent, error = _mean(*lossy.column(f"{LOSSY}_n"))
    if not (evidence > plain.evidence + STRONG and EDDY <= exponent < 1 - SIGNIFICANT * error):
        return plain
    return Verdict(True, evidence, plain.inductance, plain.stderr, plain.sample, exponent)


def _by_itself(fits: SeriesFit, sample: Indices, options: dict[str, Any]) -> tuple[SeriesFit, dict[str, Any]]:
    """The fits of the sample as they can be compared, and the options for more of that kind.

    Nothing is shared, for a shared value is held by the rest of the series; no fit leaves out points of its own.
    """
    members = fits.series.with_(spectra=[fits.series[i] for i in sample.tolist()])
    base = SeriesFit(**fits.taken(sample).state(), series=members)
    own = options | {"share": (), "start": base.values, "weighting": _weighting(options.get("weighting"), sample)}
    if options.get("robust"):
        members = without_common_outliers(members, [base.outliers, _with_inductor(base, own).outliers])
        own["robust"] = False
    if options.get("robust") or options.get("share"):
        base = fit(members, fits.circuit, **own)
    return base, own


def _with_inductor(base: SeriesFit, options: dict[str, Any]) -> BatchFit:
    """The sample fitted with an inductor, the best of the starts for each spectrum."""
    model = with_inductor(base.circuit)
    edge = np.array([abs(s.impedance[0]) / s.omega[0] for s in base.series])
    lead = model.parameter(NAME)
    starts = [np.column_stack([np.clip(share * edge, lead.lower, lead.upper), base.values]) for share in SHARES]
    return _best_of(base, model, starts, options)


def _best_of(base: SeriesFit, model: Circuit, starts: Sequence[Floats], options: dict[str, Any]) -> BatchFit:
    """The sample fitted with another circuit from several starts (M, P), the best for each spectrum."""
    members, count = list(base.series), len(starts)
    repeated = base.series.with_(spectra=members * count)
    given = options["weighting"]
    weighting = given if isinstance(given, str) else np.tile(given, (count, 1))
    trial = fit(repeated, model, **(options | {"start": np.concatenate(list(starts)), "weighting": weighting}))
    cost = np.where(np.isfinite(trial.cost), trial.cost, np.inf).reshape(count, -1)
    return trial.taken(np.argmin(cost, axis=0) * len(members) + np.arange(len(members)))


def _weighting(weighting: Any, sample: Indices) -> Any:
    """The weights of the sample (M, F) where weights are an array, else their name."""
    if weighting is None or isinstance(weighting, str):
        return weighting or "modulus"
    w = np.atleast_2d(weighting)
    return w[sample] if len(w) > 1 else np.repeat(w, len(sample), axis=0)


def _mean(value: Floats, stderr: Floats) -> tuple[float, float]:
    """Weighted mean and its error; inductances at their bound (no error) say nothing."""
    known = np.isfinite(stderr) & (stderr > 0)
    if not known.any():
        return 0.0, np.inf
    weight = stderr[known] ** -2
    return float((weight * value[known]).sum() / weight.sum()), float(weight.sum() ** -0.5)
