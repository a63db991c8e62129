"""Which circuit do the data support: information criteria over a whole series, with a plain verdict and its limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from eisfit.circuit import Circuit
from eisfit.errors import CircuitError, FitError, OptionError
from eisfit.fitting import SeriesFit, fit
from eisfit.fitting.criteria import without_common_outliers
from eisfit.fitting.inductance import has_inductor, inductance_needed, with_inductor
from eisfit.fitting.status import FitStatus
from eisfit.hints import did_you_mean
from eisfit.library import resolve_circuit
from eisfit.notebook import html_rows
from eisfit.readers import read
from eisfit.roles import assign_roles, parameter_named
from eisfit.settings import FORMER, INDUCTANCE
from eisfit.spectrum import Bools, Floats, Series, Spectrum
from eisfit.tracking.misfit import misfits

if TYPE_CHECKING:
    import pandas as pd

RANDOM = 0.2
"""Correlation of neighbouring residuals above which they are not noise: good fits of 60 points have -0.07 +- 0.09."""
CLEAR = 10.0
"""A difference of the criterion, summed over the series, above this is clear (Burnham & Anderson 2002, section 2.6)."""


class Candidate(NamedTuple):
    """One circuit: its fits, AICc and BIC per spectrum (N,), how often it is best, how many values are unresolved."""

    circuit: Circuit
    fits: SeriesFit
    aicc: Floats
    bic: Floats
    best: int
    unresolved: int
    failed: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Comparison:
    """Circuits on the same series, in the order given; `order` ranks them by the summed BIC, best first.

    `decisions`: sentences on what holds for some of the circuits only, and on the lead. `missing`: where even the best
    of them misses the data, and what would describe them better; "" where it does not.
    """

    series: Series
    candidates: tuple[Candidate, ...]
    compared: Bools
    decisions: tuple[str, ...] = ()
    missing: str = ""

    @property
    def order(self) -> tuple[int, ...]:
        """Indices of the candidates, best first."""
        return tuple(int(i) for i in np.argsort([self._sum(c.bic) for c in self.candidates], kind="stable"))

    @property
    def verdict(self) -> str:
        """What the data say, and how far that goes."""
        return " ".join(self.sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The verdict, its parts apart: what the data say, what to mind, how far that goes."""
        ranked = [self.candidates[i] for i in self.order]
        first = self._clear(ranked) if len(self._rivals(ranked)) == 1 else self._open(ranked)
        return (first, *self._cautions(ranked[0]), _LIMITS)

    def _rivals(self, ranked: Sequence[Candidate]) -> list[Candidate]:
        """The best by BIC and those that one of the criteria does not clearly put behind it."""
        best = ranked[0]
        return [best, *(c for c in ranked[1:] if min(self._behind(c, best)) <= CLEAR)]

    def _behind(self, candidate: Candidate, best: Candidate) -> tuple[float, float]:
        """How much higher BIC and AICc are, summed over the series."""
        return self._sum(candidate.bic) - self._sum(best.bic), self._sum(candidate.aicc) - self._sum(best.aicc)

    def _clear(self, ranked: Sequence[Candidate]) -> str:
        best, second = ranked[:2]
        bic, aicc = self._behind(second, best)
        return (
            f"The data support {best.circuit} against {second.circuit}: BIC is {bic:.1f} and AICc {aicc:.1f} lower "
            f"over {self._spectra}; BIC prefers it in {best.best} of them."
        )

    def _open(self, ranked: Sequence[Candidate]) -> str:
        rivals = self._rivals(ranked)
        best, by_aicc = rivals[0], min(rivals, key=lambda c: self._sum(c.aicc))
        second = by_aicc if by_aicc is not best else rivals[1]
        bic, aicc = self._behind(second, best)
        if by_aicc is best:
            why = f"{best.circuit} leads by {bic:.1f} in BIC and {aicc:.1f} in AICc, and only above {CLEAR:g} is clear"
        else:
            why = f"BIC prefers {best.circuit} by {bic:.1f}, AICc {second.circuit} by {-aicc:.1f}"
        names = [str(c.circuit) for c in rivals]
        return f"No clear choice between {_listed(names)} over {self._spectra}: {why}. {_advice(rivals)}"

    def _cautions(self, best: Candidate) -> Iterator[str]:
        """What stands against even the best of them."""
        if best.unresolved:
            values = best.fits.n_free * int(self.compared.sum())
            yield f"But {best.unresolved} of its {values} values are not resolved: the data do not determine all of it."
        alike = _alike(best.fits, self.compared)
        if alike > RANDOM:
            yield (
                f"The residuals of {best.circuit} are not random (neighbouring points correlate by {alike:.2f}): it "
                "does not describe the data fully, and the differences are overstated."
            )
        if self.missing:
            yield self.missing
        left_out = int((~self.compared).sum())
        if left_out:
            yield f"{left_out} of {self.compared.size} spectra are left out: not every circuit could be fitted to them."

    @property
    def _spectra(self) -> str:
        n = int(self.compared.sum())
        return f"{n} spectr{'um' if n == 1 else 'a'}"

    def __repr__(self) -> str:
        return f"<Comparison of {len(self.candidates)} circuits on {len(self.series)} spectra>"

    def _repr_html_(self) -> str:
        return html_rows(repr(self)[1:-1], self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """One row per circuit, best first: parameters, BIC and AICc relative to the best, what speaks against it."""
        ranked = [self.candidates[i] for i in self.order]
        bic, aicc = self._sum(ranked[0].bic), min(self._sum(c.aicc) for c in ranked)
        return [
            {
                "circuit": str(c.circuit),
                "parameters": c.fits.n_free,
                "delta_bic": self._sum(c.bic) - bic,
                "delta_aicc": self._sum(c.aicc) - aicc,
                "best_in": c.best,
                "median_rms_percent": float(np.nanmedian(c.fits.rms_percent)),
                "unresolved_values": c.unresolved,
                "not_converged": c.failed,
            }
            for c in ranked
        ]

    def table(self) -> pd.DataFrame:
        """`rows` as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def _sum(self, criterion: Floats) -> float:
        return float(criterion[self.compared].sum())


_LIMITS = (
    "The criteria rank these circuits on these data and take the errors for independent and normal; they do not say "
    "that the best one is true, and different circuits can have the very same impedance."
)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _advice(rivals: Sequence[Candidate]) -> str:
    """The simplest of those that the data leave open, where one is simpler."""
    fewest = min(c.fits.n_free for c in rivals)
    simplest = [str(c.circuit) for c in rivals if c.fits.n_free == fewest]
    if len(simplest) == 1:
        return f"Take the simplest of them, {simplest[0]} ({fewest} parameters)."
    return f"{_listed(simplest)} have {fewest} parameters each: something other than these data has to decide."


def _alike(fits: SeriesFit, compared: Bools) -> float:
    """Correlation of the residuals at neighbouring frequencies, the median over the spectra: near 0 for noise."""
    correlations = []
    for i in np.flatnonzero(compared).tolist():
        one = fits[i]
        r = one.residual[one.used]
        power = float(np.sum(np.abs(r) ** 2))
        if power > 0:
            correlations.append(float(np.sum(r[1:] * r[:-1].conj()).real) / power)
    return float(np.median(correlations)) if correlations else 0.0


def compare(
    data: str | PathLike[str] | Sequence[str | PathLike[str]] | Series | Iterable[Spectrum],
    circuits: Sequence[Circuit | str],
    *,
    inductance: str = "auto",
    **options: Any,
) -> Comparison:
    """Fit several circuits to the same series and rank them by BIC and AICc; options as for `fit`.

    What is fixed, bounded or tied by name or role holds in every circuit that has it. inductance: an inductor in series
    with all of them ("on"), with none ("off"), or where the best of them demands one ("auto"); none is added where a
    circuit has one already, for then that is the question.
    Spectra to which some circuit could not be fitted, or with too few points for AICc, are left out for all. With
    robust=True the points that every circuit calls outliers are left out, and no others: the figures must be of the
    same data.
    Raises FitError, CircuitError, ReadError.

    >>> import numpy as np, eisfit as ef
    >>> spectrum = ef.simulate("R(RQ)", np.logspace(5, -1, 31), [10, 50, 1e-5, 0.9], noise=0.002, seed=1)
    >>> ef.compare([spectrum], ["R(RC)", "R(RQ)"]).table()["circuit"].tolist()
    ['R1(R2Q1)', 'R1(R2C1)']
    """
    if len(circuits) < 2:
        raise FitError("a comparison needs two circuits at least")
    series = _series(data)
    if inductance not in INDUCTANCE:
        raise OptionError(f"inductance is one of {', '.join(INDUCTANCE)}, not {inductance!r}")
    models = [resolve_circuit(c) if isinstance(c, str) else c for c in circuits]
    if len(set(map(str, models))) < len(models):
        raise FitError("a comparison needs different circuits")
    models, own, fits, said = _fitted(series, models, options, inductance)
    if options.get("robust"):
        series = without_common_outliers(series, [one.outliers for one in fits])
        fits = [fit(series, m, **(o | {"robust": False})) for m, o in zip(models, own, strict=True)]
    compared = np.all([np.isfinite(one.cost) & np.isfinite(one.aicc) for one in fits], axis=0)
    if not compared.any():
        raise FitError("no spectrum has points enough for every circuit: nothing can be compared")
    winner = np.argmin([np.where(compared, one.bic, np.inf) for one in fits], axis=0)
    candidates = [
        Candidate(
            model,
            one,
            one.aicc,
            one.bic,
            best=int((winner[compared] == i).sum()),
            unresolved=int((~one.resolved[compared]).sum()),
            failed=sum(s is not FitStatus.CONVERGED for s in one.status),
        )
        for i, (model, one) in enumerate(zip(models, fits, strict=True))
    ]
    found = Comparison(series, tuple(candidates), compared, said)
    return replace(found, missing=_missing(found.candidates[found.order[0]].fits, compared))


def _missing(fits: SeriesFit, compared: Bools) -> str:
    """Where the best of the circuits does not describe the data, and what would, tried on the worst spectrum."""
    found = misfits(fits)
    at = np.intersect1d(found.missed(), np.flatnonzero(compared))
    if not at.size:
        return ""
    n = int(compared.sum())
    where = f"{at.size} of {n} spectra" if n > 1 else "the spectrum"
    from eisfit.tracking.missing import lacking_at_worst

    lacking = (
        lacking_at_worst(fits, found, at)
        or "none of an arc more, an inductance, a CPE, La or a finite diffusion clearly helps"
    )
    return f"Even {fits.circuit} misses {where}, by more than noise: {lacking}."


NAMED = ("fix", "bound", "tie", "start")
"""Options by the names of parameters."""


def _fitted(
    series: Series, models: list[Circuit], options: Mapping[str, Any], inductance: str
) -> tuple[list[Circuit], list[dict[str, Any]], list[SeriesFit], tuple[str, ...]]:
    """Every circuit with its options and its fits, with a lead where it is asked for or demanded; what was decided."""
    own, said = _by_circuit(models, options)
    asked = any(has_inductor(model) for model in models)
    if inductance == "on" and not asked:
        models, said = [with_inductor(model) for model in models], [*said, "An inductor in series was asked for."]
    fits = [fit(series, model, **o) for model, o in zip(models, own, strict=True)]
    if inductance == "auto" and not asked:
        best = int(np.argmin([float(np.nansum(np.where(np.isfinite(one.bic), one.bic, np.nan))) for one in fits]))
        verdict = inductance_needed(fits[best], **own[best])
        said = [*said, verdict.sentence]
        if verdict.needed:
            models = [with_inductor(model, verdict.symbol) for model in models]
            fits = [fit(series, model, **o) for model, o in zip(models, own, strict=True)]
    return models, own, fits, tuple(said)


def _by_circuit(models: Sequence[Circuit], options: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """The options for each circuit, by its own parameters. Raises CircuitError for a name that no circuit has."""
    given = {FORMER.get(name, name): value for name, value in options.items()}
    own, said = [dict(given) for _ in models], []
    for key in (key for key in NAMED if isinstance(given.get(key), Mapping)):
        for name in given[key]:
            lacking = [m for m in models if parameter_named(m, name) not in m.names]
            if len(lacking) == len(models):
                every = tuple(dict.fromkeys(n for m in models for n in (*m.names, *assign_roles(m).resistances)))
                raise CircuitError(f"no circuit has a parameter {name}{did_you_mean(name, every)}")
            said += [f"{key} of {name} does not hold for {m}: it has no such parameter." for m in lacking]
        for model, options_ in zip(models, own, strict=True):
            options_[key] = {n: v for n, v in given[key].items() if parameter_named(model, n) in model.names}
    return own, said


def _series(data: Any) -> Series:
    if isinstance(data, Series):
        return data
    if isinstance(data, Spectrum):
        return Series([data])
    items: list[Any] = [data] if isinstance(data, str | PathLike) else list(data)
    return Series(items) if items and isinstance(items[0], Spectrum) else read(items)
