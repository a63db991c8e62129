"""What an analysis does before it fits: judge every spectrum, mask the points that must not count, say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np

from eisfit.errors import OptionError
from eisfit.quality.alike import mask_alike
from eisfit.quality.drift import SweepDrift, sweep_drift
from eisfit.quality.kramers_kronig import KramersKronig, lin_kk
from eisfit.quality.masks import MAINS, LeftOut, left_out, mask_bands, mask_cable, mask_inductive, mask_residuals
from eisfit.quality.noise import NoiseModel, noise_model
from eisfit.quality.verdicts import DEFAULT, Limits
from eisfit.quality.zhit import z_hit
from eisfit.spectrum import Floats, FrozenArrays, Series, Spectrum, read_only

ROUNDS = 4
"""Points that are off alike hide others: so many times the rest is looked at again."""


@dataclass(frozen=True, slots=True, eq=False)
class Quality(FrozenArrays):
    """A series that was looked at: `series` with its masks, the Kramers-Kronig test `kk`, `drift` within the sweeps.

    left_out: every point that does not count, with its file and reason; z_hit_percent (N,): measured over reconstructed
    modulus less 1 in the lowest decade (`z_hit`), NaN where it cannot be had.
    """

    series: Series
    kk: KramersKronig
    drift: SweepDrift
    left_out: tuple[LeftOut, ...] = ()
    z_hit_percent: Floats = field(default_factory=lambda: read_only([]))

    @property
    def kk_rms_percent(self) -> Floats:
        """Root mean square residual of the Kramers-Kronig test per component, percent of |Z|, (N,)."""
        return self.kk.rms_percent

    def noise(self) -> NoiseModel:
        """Noise of the series: a share of |Z| and a constant part."""
        return noise_model(self.series, self.kk)

    def sentence(self, i: int) -> str:
        """What is to say of spectrum i: the verdict with its reason, and what its neighbours tell of a drift."""
        return f"{self.kk.verdict[i]}: {self.reason(i)}"

    def reason(self, i: int) -> str:
        """The same without the verdict."""
        return "; ".join(part for part in (self.kk.sentences[i], self.drift.sentence(i)) if part)

    def rows(self) -> list[dict[str, Any]]:
        """One row per spectrum for a table: those of the test, what neighbours and Z-HIT tell, how many points count.

        largest_frequency is the place of the largest residual, worst_frequency that of what speaks against a spectrum.
        """
        return [self._row(i, row) for i, row in enumerate(self.kk.rows())]

    def _row(self, i: int, row: dict[str, Any]) -> dict[str, Any]:
        spectrum, residual = self.series[i], np.nan_to_num(np.abs(self.kk.residual[i]))
        beside = {
            "file": "" if spectrum.source is None else spectrum.source.path,
            "largest_frequency": float(spectrum.frequency[residual.argmax()]) if residual.any() else float("nan"),
            "effective": float(self.kk.effective[i]),
            "pooled_drift_percent": float(self.drift.pooled_percent[i]),
            "pooled_drift_stderr_percent": float(self.drift.pooled_stderr_percent[i]),
            "neighbour_drift_percent": float(self.drift.neighbour_percent[i]),
            "potential_drift_mV": float(self.drift.potential_mV[i]),
            "duration_s": float(self.drift.duration_s[i]),
            "z_hit_percent": float(self.z_hit_percent[i]) if len(self.z_hit_percent) else float("nan"),
            "points_used": int(spectrum.used.sum()),
            "points_left_out": int(spectrum.mask.sum()),
        }
        judged = {name: value for name, value in row.items() if name != "sentence"}
        return judged | beside | {"sentence": self.reason(i)}


def screen(
    series: Series,
    *,
    keep_all: bool = False,
    mask_ranges: Sequence[tuple[float, float]] = (),
    mains: Sequence[float] = MAINS,
    inductive: Literal["keep", "mask"] = "keep",
    limits: Limits = DEFAULT,
) -> Quality:
    """Judge every spectrum of a series and mask the points that must not count. Raises OptionError.

    mask_ranges: bands (low, high) in Hz to leave out; keep_all: leave out these only. Else are masked: a negative real
    part at the high end; points far from the Kramers-Kronig model; points near a harmonic of `mains` (Hz) that lie off
    by less; with inductive="mask" the inductive points at the high end. Masks that the series brings stay.
    """
    asked = Screening(keep_all, tuple(mask_ranges), tuple(mains), inductive, limits)
    kk, masked = _looked_at(series, asked)
    return Quality(masked, kk, sweep_drift(masked, kk), left_out(masked), z_hit(masked).low_percent)


class Screening(NamedTuple):
    """What is left out of spectra, as `screen` takes it."""

    keep_all: bool = False
    mask_ranges: tuple[tuple[float, float], ...] = ()
    mains: tuple[float, ...] = MAINS
    inductive: Literal["keep", "mask"] = "keep"
    limits: Limits = DEFAULT


def masked(series: Series, asked: Screening) -> Series:
    """A series with the points masked that `screen` masks, where nothing else is asked."""
    return _looked_at(series, asked)[1]


def _looked_at(series: Series, asked: Screening) -> tuple[KramersKronig, Series]:
    keep_all, mask_ranges, mains, inductive, limits = asked
    if inductive not in ("keep", "mask"):
        raise OptionError(f'inductive points are to "keep" or to "mask", not {inductive!r}')
    before = [mask_bands(spectrum, mask_ranges) for spectrum in series]
    if not keep_all:
        before = [mask_cable(spectrum) for spectrum in before]
    if inductive == "mask" and not keep_all:
        before = [mask_inductive(spectrum) for spectrum in before]
    kk, after = _judged(before, mains, limits, keep_all=keep_all)
    return kk, series.with_(spectra=after)


def _judged(
    before: Sequence[Spectrum], mains: Sequence[float], limits: Limits, *, keep_all: bool
) -> tuple[KramersKronig, Sequence[Spectrum]]:
    """The test of all spectra, and the spectra without the points that it leaves out, alike along the series."""
    kk = lin_kk(before, limits=limits)
    if keep_all:
        return kk, before
    after = [mask_residuals(spectrum, kk, i, mains) for i, spectrum in enumerate(before)]
    for _ in range(ROUNDS):
        alike = mask_alike(before, after)
        if all(one is other for one, other in zip(alike, before, strict=True)):
            break
        before, kk = alike, lin_kk(alike, limits=limits)
        after = [mask_residuals(spectrum, kk, i, mains) for i, spectrum in enumerate(before)]
    return kk, after
