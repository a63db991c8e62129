"""Which circuit do the data support: information criteria over a whole series, with a plain verdict and its limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from eisfit.circuit import Circuit
from eisfit.errors import FitError
from eisfit.fitting import SeriesFit, fit
from eisfit.fitting.status import FitStatus
from eisfit.fitting.terms import criteria, without_common_outliers
from eisfit.library import resolve_circuit
from eisfit.readers import read
from eisfit.spectrum import Bools, Floats, Series, Spectrum

if TYPE_CHECKING:
    import pandas as pd

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


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Circuits on the same series, in the order given; `order` ranks them by the summed BIC, best first."""

    series: Series
    candidates: tuple[Candidate, ...]
    compared: Bools

    @property
    def order(self) -> tuple[int, ...]:
        """Indices of the candidates, best first."""
        return tuple(int(i) for i in np.argsort([self._sum(c.bic) for c in self.candidates], kind="stable"))

    @property
    def verdict(self) -> str:
        """What the data say, and how far that goes."""
        first, second = (self.candidates[i] for i in self.order[:2])
        n = int(self.compared.sum())
        bic = self._sum(second.bic) - self._sum(first.bic)
        aicc = self._sum(second.aicc) - self._sum(first.aicc)
        if min(bic, aicc) <= CLEAR:
            return (
                f"No clear choice between {first.circuit} and {second.circuit} over {n} spectra (BIC {bic:+.1f}, "
                f"AICc {aicc:+.1f} in favour of the first): take the simpler one. {_LIMITS}"
            )
        hint = f" But {first.unresolved} of its values are not resolved." if first.unresolved else ""
        return (
            f"The data support {first.circuit} against {second.circuit}: BIC {bic:.1f} and AICc {aicc:.1f} lower over "
            f"{n} spectra, best by BIC in {first.best} of them.{hint} {_LIMITS}"
        )

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


def compare(
    data: str | PathLike[str] | Sequence[str | PathLike[str]] | Series | Iterable[Spectrum],
    circuits: Sequence[Circuit | str],
    **options: Any,
) -> Comparison:
    """Fit several circuits to the same series and rank them by BIC and AICc; options as for `fit`.

    Spectra in which some circuit could not be fitted are left out for all. With robust=True the points that every
    circuit calls outliers are left out, and no others: the figures must be of the same data.
    Raises FitError, CircuitError, ReadError.
    """
    if len(circuits) < 2:
        raise FitError("a comparison needs two circuits at least")
    series = _series(data)
    models = [resolve_circuit(c) if isinstance(c, str) else c for c in circuits]
    if len(set(map(str, models))) < len(models):
        raise FitError("a comparison needs different circuits")
    fits = [fit(series, model, **options) for model in models]
    if options.get("robust"):
        series = without_common_outliers(series, fits)
        fits = [fit(series, model, **(options | {"robust": False})) for model in models]
    compared = np.all([np.isfinite(f.cost) for f in fits], axis=0)
    if not compared.any():
        raise FitError("no spectrum could be fitted by every circuit: nothing can be compared")
    ranks = [criteria(f) for f in fits]
    winner = np.argmin([np.where(compared, bic, np.inf) for _, bic in ranks], axis=0)
    candidates = [
        Candidate(
            model,
            one,
            aicc,
            bic,
            best=int((winner[compared] == i).sum()),
            unresolved=int((~one.resolved[compared]).sum()),
            failed=sum(s is not FitStatus.CONVERGED for s in one.status),
        )
        for i, (model, one, (aicc, bic)) in enumerate(zip(models, fits, ranks, strict=True))
    ]
    return Comparison(series, tuple(candidates), compared)


def _series(data: Any) -> Series:
    if isinstance(data, Series):
        return data
    if isinstance(data, Spectrum):
        return Series([data])
    items: list[Any] = [data] if isinstance(data, str | PathLike) else list(data)
    return Series(items) if items and isinstance(items[0], Spectrum) else read(items)
