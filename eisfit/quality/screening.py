"""What an analysis does before it fits: judge every spectrum, mask the points that must not count, say why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from eisfit.errors import OptionError
from eisfit.quality.drift import SweepDrift, sweep_drift
from eisfit.quality.kramers_kronig import KramersKronig, lin_kk
from eisfit.quality.masks import MAINS, LeftOut, left_out, mask_bands, mask_cable, mask_inductive, mask_residuals
from eisfit.quality.noise import NoiseModel, noise_model
from eisfit.quality.verdicts import DEFAULT, Limits
from eisfit.spectrum import Floats, FrozenArrays, Series


@dataclass(frozen=True, slots=True, eq=False)
class Quality(FrozenArrays):
    """A series that was looked at: `series` with its masks, the Kramers-Kronig test `kk`, `drift` within the sweeps."""

    series: Series
    kk: KramersKronig
    drift: SweepDrift

    @property
    def kk_rms_percent(self) -> Floats:
        """Root mean square residual of the Kramers-Kronig test per component, percent of |Z|, (N,)."""
        return self.kk.rms_percent

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Every point that does not count, with its reason."""
        return left_out(self.series)

    def noise(self) -> NoiseModel:
        """Noise of the series: a share of |Z| and a constant part."""
        return noise_model(self.series, self.kk)

    def sentence(self, i: int) -> str:
        """What is to say of spectrum i: the verdict with its reason, and what its neighbours tell of a drift."""
        parts = (f"{self.kk.verdict[i]}: {self.kk.sentences[i]}", self.drift.sentence(i))
        return "; ".join(part for part in parts if part)


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
    if inductive not in ("keep", "mask"):
        raise OptionError(f'inductive points are to "keep" or to "mask", not {inductive!r}')
    before = [mask_bands(spectrum, mask_ranges) for spectrum in series]
    if not keep_all:
        before = [mask_cable(spectrum) for spectrum in before]
    if inductive == "mask" and not keep_all:
        before = [mask_inductive(spectrum) for spectrum in before]
    kk = lin_kk(before, limits=limits)
    after = before if keep_all else [mask_residuals(spectrum, kk, i, mains) for i, spectrum in enumerate(before)]
    masked = series.with_(spectra=after)
    return Quality(masked, kk, sweep_drift(masked, kk))
