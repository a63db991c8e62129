"""Complex non-linear least squares over whole series. May not import readers, plots or the command line."""

from __future__ import annotations

from eisfit.fitting.batch import fit_batch
from eisfit.fitting.result import BatchFit, Fit, FitOptions, SeriesFit
from eisfit.fitting.series import fit
from eisfit.fitting.status import FitStatus

__all__ = ["BatchFit", "Fit", "FitOptions", "FitStatus", "SeriesFit", "fit", "fit_batch"]
