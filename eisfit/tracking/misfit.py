"""Does the circuit describe the spectrum: its residuals against those of a model that any impedance fits.

Two figures, neither of which asks for the size of the noise. The rms of the residuals of the fit over that of the
Kramers-Kronig test, each over its degrees of freedom: about 1 where the circuit leaves noise alone, whatever the noise
is like. And the correlation of residuals at neighbouring frequencies, in standard deviations above that of noise.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.fitting.result import SeriesFit
from eisfit.medians import median_of
from eisfit.quality.kramers_kronig import KramersKronig, lin_kk
from eisfit.spectrum import Bools, Complexes, Floats, Indices

RATIO, RUNS = 1.5, 4.0
"""The ratio above which a circuit misses, and the runs above which it does where the ratio is not known to be small."""
EXCESS = 1.2
"""Ratio below which residuals that resemble their neighbours are no matter: the spectrum itself has such a shape."""
SPARE = 20.0
"""Numbers beyond what the Kramers-Kronig model follows without which its residual is no measure of noise."""
PER_DECADE = 3.0
"""Points per decade without which that model, of four elements per decade, follows anything."""
LEAST = 1e-6
"""Residuals below this share of |Z| are those of arithmetic, not of a circuit."""
GROSS = 3.0
"""Standard deviations beyond which a residual counts as no more: one outlier must not drown the shape of the rest."""
ASIDE, FOLLOWED = 6.0, 1 / 3
"""A point has no say, in the one rms or in the other, where the Kramers-Kronig residual is beyond so many standard
deviations (of most points) and that of the circuit below this share of it: the test does not follow the spectrum there,
as at the slow end where a cell drifts or a tail goes on, and says nothing of noise. Noise leaves residuals in both."""
RAYLEIGH = 1.1774
"""The median of |noise| of a complex number over the standard deviation of its parts."""


class Misfit(NamedTuple):
    """What residuals say of a fit, (N,) each: rms of the fit and of the Kramers-Kronig test as shares of |Z|, runs.

    Each rms is over its degrees of freedom, without single points that the test itself does not follow; those of the
    tables, over all numbers, are a little smaller. ratio: the one over the other, NaN where the test cannot tell; runs:
    how much neighbouring residuals resemble each other, in standard deviations; place: the frequency in Hz where the
    misfit is worst; kk_percent: kk_rms over all numbers, as in the tables.
    """

    rms: Floats
    kk_rms: Floats
    runs: Floats
    place: Floats
    kk_percent: Floats

    @property
    def ratio(self) -> Floats:
        """rms of the fit over that of the Kramers-Kronig test."""
        with np.errstate(divide="ignore", invalid="ignore"):
            out: Floats = self.rms / self.kk_rms
        return out

    def missed(self, most: float = RATIO, runs: float = RUNS) -> Indices:
        """The spectra that the circuit does not describe, by limits of the ratio and of the runs."""
        ratio = self.ratio
        out: Indices = np.flatnonzero((ratio > most) | (self.runs > runs) & ~(ratio < EXCESS))
        return out


def misfits(fits: SeriesFit, kk: KramersKronig | None = None) -> Misfit:
    """The misfit of every spectrum; NaN where nothing was fitted. kk: the Kramers-Kronig test, where it was asked."""
    test = lin_kk(fits.series) if kk is None else kk
    out = np.full((5, len(fits)), np.nan)
    for i, (fit, model) in enumerate(zip(fits, fits.models(), strict=True)):
        z = fit.spectrum.impedance
        used = fit.used & (np.abs(z) > 0)
        spare = 2 * int(used.sum()) - fits.n_free
        if not np.isfinite(fit.values).all() or spare < 1:
            continue
        whole = np.zeros_like(z)
        whole[used] = (model[used] - z[used]) / np.abs(z[used])
        residual, f = whole[used], fit.spectrum.frequency[used]
        if np.sqrt(np.sum(np.abs(residual) ** 2) / spare) < LEAST:
            continue
        sound = _followed(test, i, used, np.abs(whole))
        counted, of_kk = (sound if sound.any() else used), np.abs(test.residual[i][sound])
        rms = np.sqrt(np.sum(np.abs(whole[counted]) ** 2) / max(2 * int(counted.sum()) - fits.n_free, 1))
        in_tables = 100 * np.sqrt(np.mean(of_kk**2) / 2) if of_kk.size else np.nan
        out[:, i] = rms, _kk_rms(test, i, sound, f), _runs(residual, fits.n_free), _place(residual, f), in_tables
    return Misfit(*out)


def _followed(kk: KramersKronig, i: int, used: Bools, own: Floats) -> Bools:
    """The points (F,) that count in both rms: not those that the circuit follows and the Kramers-Kronig test does not.

    own (F,): how far the circuit misses each.
    """
    size = np.abs(kk.residual[i])
    known: Bools = np.asarray(used & np.isfinite(size))
    if not known.any():
        return known
    gross = size > ASIDE * float(median_of(size[known])) / RAYLEIGH
    return np.asarray(known & ~(gross & (own < FOLLOWED * size)))


def _kk_rms(kk: KramersKronig, i: int, known: Bools, frequency: Floats) -> float:
    """rms of the Kramers-Kronig residual over its degrees of freedom, NaN where it is no measure of the noise."""
    decades = np.log10(frequency.max() / frequency.min())
    spare = 2 * int(known.sum()) - float(kk.effective[i])
    if not spare >= SPARE or known.sum() < PER_DECADE * decades:
        return float("nan")
    return float(np.sqrt(np.sum(np.abs(kk.residual[i][known]) ** 2) / spare))


def _runs(residual: Complexes, unknowns: int) -> float:
    """Correlation of neighbours in standard deviations above that of noise, whose mean is -P / n."""
    r = np.column_stack([residual.real, residual.imag])
    limit = GROSS * float(median_of(np.abs(r))) / 0.6745
    r = np.clip(r, -limit, limit)
    size = float(np.sum(r**2))
    return float((np.sum(r[1:] * r[:-1]) / size + unknowns / r.size) * np.sqrt(r.size)) if size > 0 else 0.0


def _place(residual: Complexes, frequency: Floats) -> float:
    """Where five points in a row miss most; of fewer points where one does."""
    square = np.abs(residual) ** 2
    sums = np.convolve(square, np.ones(5), mode="same") if square.size >= 10 else square
    return float(frequency[int(np.argmax(sums))])
