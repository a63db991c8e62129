"""The rms of a fit against that of the Kramers-Kronig test: which points count."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

import eisfit as ef
from eisfit import Circuit, Series, Spectrum
from eisfit.tracking.misfit import PER_DECADE, SPARE, _followed, _kk_rms, misfits
from eisfit.tracking.missing import what_is_missing

F = np.logspace(5, -1, 43)


def test_points_that_the_circuit_follows_and_the_test_does_not_have_no_say():
    rng = np.random.default_rng(1)
    noise = 1e-3 * (rng.standard_normal(43) + 1j * rng.standard_normal(43))
    used = np.ones(43, bool)
    wrong = noise.copy()
    wrong[-2:] += 0.03
    kk = SimpleNamespace(residual=[wrong])
    assert np.flatnonzero(~_followed(kk, 0, used, np.abs(noise))).tolist() == [41, 42]
    assert _followed(kk, 0, used, np.abs(wrong)).all()  # noise leaves a residual in both
    assert _followed(SimpleNamespace(residual=[noise]), 0, used, np.zeros(43)).all()
    assert not _followed(SimpleNamespace(residual=[noise + np.nan]), 0, used, np.abs(noise)).any()


def test_noise_with_wild_points_is_no_misfit():
    circuit = Circuit("R(RQ)")
    z = np.tile(circuit.impedance(F, [20.0, 50.0, 1e-5, 0.9]), (20, 1))
    rng = np.random.default_rng(2)
    size = 0.002 * np.abs(z)
    size[:, [8, 30]] *= 20
    z = z + size * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    assert not misfits(ef.fit(Series([Spectrum(F, row) for row in z]), circuit)).missed().size


def test_an_inductance_is_suggested_where_the_circuit_has_none():
    values = {"La1": 2e-5, "La1_n": 0.8, "R1": 20, "R2": 50, "Q1": 1e-5, "Q1_n": 0.9}
    for text, words in (("LR(RQ)", "(L)"), ("LaR(RQ)", "(La)")):
        named = {name: values.get(name, 3e-5) for name in Circuit(text).names}
        fits = ef.fit(Series([ef.simulate(text, F, named, noise=0.002, seed=1)]), "R(RQ)")
        assert words in what_is_missing(fits, 0, 0.002), text


def test_the_rms_of_the_test_needs_spare_numbers_and_points_in_each_decade():
    residual = np.full(43, 0.003 + 0.004j)

    def rms(effective: float, known: int = 43) -> float:
        kk = SimpleNamespace(residual=[residual], effective=[effective])
        return _kk_rms(kk, 0, np.arange(43) < known, F)

    assert rms(20.0) == np.sqrt(43 * 0.005**2 / 66)
    assert np.isfinite(rms(86 - SPARE * 1.001))
    assert np.isnan(rms(86 - SPARE * 0.999))
    least = int(np.ceil(PER_DECADE * 6))
    assert np.isfinite(rms(0.0, least))
    assert np.isnan(rms(0.0, least - 1))
