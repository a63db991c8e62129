"""Points that are off in the same way along a series are left out of all of it."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, Series, Spectrum
from eisfit.quality import alike, screen
from eisfit.quality.alike import _differences, _off, mask_alike, said_once
from eisfit.quality.masks import left_out
from eisfit.quality.measurement import design, number_of_rc
from eisfit.quality.regression import regress

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


def looked_at(monkeypatch, lost, n, size=0.02, hum=()):
    """Which points of n spectra of nine points go, where those of `lost` (spectrum, point) went by themselves."""
    f = np.geomspace(1e3, 1, 9)
    before = [Spectrum(f, np.full(9, 10 - 1j), label=f"s{i}") for i in range(n)]
    reason = {True: "x near a harmonic of the mains", False: "x"}
    after = list(before)
    for i, k in lost:
        after[i] = after[i].masked(np.arange(9) == k, reason[(i, k) in hum])
    monkeypatch.setattr("eisfit.quality.alike._off", lambda _f, _z, asked: np.full(asked.sum(), size))
    found = mask_alike(before, after)
    assert all(s.mask.tolist() == found[0].mask.tolist() for s in found)
    return np.flatnonzero(found[0].mask).tolist(), set(found[0].reasons) - {""}


def test_what_is_looked_at_along_a_series(monkeypatch):
    """Two of four spectra have lost a point and not all, a third of the points at most."""
    two = [(0, 3), (2, 3)]
    assert looked_at(monkeypatch, two, 4) == ([3], {"off in the same way in 4 spectra of the series, by 2 % of |Z|"})
    assert looked_at(monkeypatch, two, 3)[0] == []
    assert looked_at(monkeypatch, two[:1], 4)[0] == []
    assert looked_at(monkeypatch, [(i, 3) for i in range(4)], 4)[0] == []
    assert looked_at(monkeypatch, two, 4, size=0.0)[0] == []
    many = [(i, k) for i in (0, 2) for k in range(3)]
    assert looked_at(monkeypatch, many, 4)[0] == [0, 1, 2]
    assert looked_at(monkeypatch, [*many, (0, 3), (2, 3)], 4)[0] == []
    (reason,) = looked_at(monkeypatch, two, 4, hum=((2, 3),))[1]
    assert reason.endswith("by 2 % of |Z| near a harmonic of the mains")


def test_by_how_much_a_point_is_off():
    """Five standard deviations of the mean, half a percent of |Z|, and a scatter below half of it."""
    circuit = Circuit("R(RQ)")
    z = np.tile(circuit.impedance(FREQUENCY, [20, 50, 1e-4, 0.9]), (8, 1))
    rng = np.random.default_rng(2)
    noise = rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)
    asked = np.arange(FREQUENCY.size) == 20

    def off(share, size=1e-3, scatter=0.0):
        own = z * (1 + size * noise)
        own[:, 20] *= 1 + share + scatter * np.tile([1, -1], 4)
        return _off(FREQUENCY, own, asked)[0]

    assert off(0.02) == pytest.approx(0.02, abs=1e-3)
    assert off(-0.02) == pytest.approx(0.02, abs=1e-3)
    assert (off(0.0035), off(0.0065)) == (0.0, pytest.approx(0.0065, abs=1e-3))
    assert (off(0.02, scatter=0.007), off(0.02, scatter=0.013)) == (pytest.approx(0.02, abs=2e-3), 0.0)
    assert (off(0.02, size=3e-3) > 0, off(0.02, size=1.5e-2)) == (True, 0.0)


def test_a_prediction_is_weighed_by_its_variance():
    """sigma^2 (1 + h), h = a' (A'A + ridge)^-1 a of the row of a point that did not count, Re and Im apart."""
    z = np.tile(Circuit("R(RQ)").impedance(FREQUENCY, [20, 50, 1e-4, 0.9]), (2, 1))
    rng = np.random.default_rng(3)
    z = z * (1 + 1e-3 * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape)))
    asked = np.arange(50) == 20
    residual, real, imaginary = _differences(FREQUENCY, z, asked, np.array([20]))
    problem = design(FREQUENCY[None], z, number_of_rc(FREQUENCY))
    counted = np.tile(np.where(np.r_[asked, asked], 0.0, 1.0), (2, 1))
    fit = regress(problem.columns, problem.data, counted)
    for weight, row in ((real, 20), (imaginary, 70)):
        a = problem.columns[:, row]
        h = np.einsum("nk,nkl,nl->n", a, fit.inverse, a)
        assert weight[:, 0].tolist() == pytest.approx((1 / (fit.sigma**2 * (1 + h))).tolist())
    np.testing.assert_allclose(residual[:, 0], fit.residual[:, 20] + 1j * fit.residual[:, 70])


def test_the_mean_of_a_series_is_certain_by_the_errors_of_its_two_parts(monkeypatch):
    """Re is off by 3 %, Im by 4 %, each weighed: (0.03 / e)^2 + (0.04 / f)^2 above 25; weights are 1 / variance."""
    for errors, certain in (
        ((0.0061, 1.0), False), ((0.0059, 1.0), True), ((1.0, 0.0081), False), ((1.0, 0.0079), True),
        ((0.0085, 0.0114), False), ((0.0084, 0.0111), True),
    ):  # fmt: skip

        def differences(_f, z, _asked, _places, errors=errors):
            each = [np.full((len(z), 1), 1 / (4 * error**2)) for error in errors]
            return np.full((len(z), 1), 0.03 + 0.04j), *each

        monkeypatch.setattr(alike, "_differences", differences)
        found = _off(FREQUENCY, np.ones((4, 50), complex), np.arange(50) == 20)
        assert found.tolist() == pytest.approx([0.05 * certain]), errors
