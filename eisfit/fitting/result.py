"""What a fit gives: BatchFit for bare arrays, Fit for one spectrum, SeriesFit for the spectra of a series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

from eisfit.fitting.batch_fit import BatchFit, FitOptions
from eisfit.fitting.single_fit import Fit
from eisfit.fitting.table import dataframe, parameter_columns
from eisfit.spectrum import Floats, Series

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BatchFit", "Fit", "FitOptions", "SeriesFit"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SeriesFit(BatchFit, Sequence[Fit]):
    """The fits of a Series: a BatchFit that knows its spectra; `fits[i]` is a Fit.

    `weights` (N, F): the weights, where they were given as an array.
    """

    series: Series = field(default_factory=lambda: Series(()))
    weights: Floats | None = None

    def __iter__(self) -> Iterator[Fit]:
        return (self[i] for i in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> Fit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Fit]: ...
    def __getitem__(self, index: int | slice) -> Fit | Sequence[Fit]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        i = range(len(self))[index]
        return Fit(self, i, self.series[i], None if self.weights is None else self.weights[i])

    def table(self) -> pd.DataFrame:
        """The columns of parameters.csv as a DataFrame; what only an analysis knows is empty."""
        return dataframe(parameter_columns(self.series, self))
