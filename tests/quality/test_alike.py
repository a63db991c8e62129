"""Points that are off in the same way along a series are left out of all of it."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, Series, Spectrum
from eisfit.quality import screen
from eisfit.quality.alike import mask_alike, said_once
from eisfit.quality.masks import left_out

FREQUENCY = np.logspace(6, -1, 50)


def series(bad=(), share=0.1, n=12, noise=0.003, seed=1):
    """A series with a falling resistance in which some points are off by the same share everywhere."""
    circuit, rng = Circuit("R(RQ)(RQ)"), np.random.default_rng(seed)
    truth = np.tile([20, 15, 1e-7, 0.9, 60, 1e-3, 0.85], (n, 1))
    truth[:, 4] = np.linspace(60, 90, n)
    z = circuit.impedance(FREQUENCY, truth)
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    z[:, list(bad)] *= 1 + share
    return Series([Spectrum(FREQUENCY, row, label=f"s{i}") for i, row in enumerate(z)])


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_left_out_everywhere_or_nowhere(share):
    quality = screen(series(bad=(20,), share=share))
    lost = np.array([s.mask[20] for s in quality.series])
    assert lost.all() or not lost.any()
    assert lost.all() == (share > 0.05) or lost.all()


def test_said_with_its_size():
    quality = screen(series(bad=(0, 1), share=0.15))
    lost = np.array([s.mask for s in quality.series])
    assert lost[:, :2].all() or not lost[:, :2].any()
    again = [p.reason for p in quality.left_out if p.reason.startswith("off in the same way")]
    assert all("12 spectra of the series" in reason for reason in again)


def test_said_once_with_its_frequency():
    """Three spectra lost the point by themselves: it is left out of all twelve, in one sentence."""
    before = list(series(bad=(20,), share=0.1))
    lost = np.arange(FREQUENCY.size) == 20
    after = [s.masked(lost, "Kramers-Kronig residual") if i in (2, 5, 7) else s for i, s in enumerate(before)]
    masked = Series(mask_alike(before, after))
    assert all(s.mask.tolist() == lost.tolist() for s in masked)
    (sentence,) = said_once(left_out(masked))
    assert sentence.startswith(f"{FREQUENCY[20]:.4g} Hz is left out everywhere: off in the same way in 12 spectra")
    assert not said_once(left_out(Series(before)))


def test_a_point_that_is_off_in_one_spectrum_is_left_out_there_alone():
    spectra = list(series())
    z = np.array(spectra[4].impedance)
    z[25] *= 1.3
    spectra[4] = Spectrum(FREQUENCY, z, label="s4")
    quality = screen(Series(spectra))
    assert [s.mask[25] for s in quality.series] == [i == 4 for i in range(12)]


def test_a_sound_series_loses_nothing():
    assert not any(s.mask.any() for s in screen(series(seed=5)).series)
