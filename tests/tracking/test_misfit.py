"""The rms of a fit against that of the Kramers-Kronig test: which points count."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import eisfit as ef
from eisfit import Circuit, Series, Spectrum
from eisfit.tracking.misfit import Misfit, _followed, _kk_rms, _place, _runs, misfits
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
    assert np.isfinite(rms(86 - 20.0))
    assert np.isnan(rms(86 - 19.99))
    assert np.isfinite(rms(0.0, 18))  # of six decades
    assert np.isnan(rms(0.0, 17))


def test_neighbours_that_are_alike_in_standard_deviations_above_noise():
    """sum r_i r_i+1 / sum r^2 in Re and Im, plus P / n of the unknowns, times sqrt(n); of noise it is 0 on average."""
    same = np.ones(10) * (1 + 1j)
    assert _runs(same, 0) == pytest.approx(0.9 * np.sqrt(20))
    assert _runs(same, 4) == pytest.approx((0.9 + 4 / 20) * np.sqrt(20))
    turned = np.tile([1.0, -1.0], 5) * (1 + 1j)
    assert _runs(turned, 0) == pytest.approx(-0.9 * np.sqrt(20))
    assert _runs(np.zeros(10, complex), 3) == 0.0
    wild = same.copy()
    wild[4] = 1e6 * (1 + 1j)  # counts as three standard deviations, the median of |r| being 0.6745 of one
    most = 3 / 0.6745
    assert _runs(wild, 0) == pytest.approx((7 + 2 * most) / (9 + most**2) * np.sqrt(20))


def test_where_five_points_in_a_row_miss_most():
    f = np.logspace(3, 0, 12)
    residual = np.full(12, 0.1 + 0j)
    residual[5:10], residual[2] = 0.2, 0.25
    assert _place(residual, f) == f[7]
    assert _place(residual[:9], f[:9]) == f[2]
    assert _place(residual[:10], f[:10]) == f[7]
    apart = np.zeros(14, complex)
    apart[8:13], apart[2] = 0.2, 0.44  # 5 * 0.2^2 is more than 0.44^2, although 0.44^3 is more than 5 * 0.2^3
    assert _place(apart, np.logspace(3, 0, 14)) == np.logspace(3, 0, 14)[10]
    apart[2] = 0.5  # 0.5^2 is more than 5 * 0.2^2, although 0.5 is less than 5 * 0.2
    assert _place(apart, np.logspace(3, 0, 14)) >= np.logspace(3, 0, 14)[4]
    apart[:6] = 0.19  # of six points in a row five count
    assert _place(apart, np.logspace(3, 0, 14)) == np.logspace(3, 0, 14)[10]


def test_which_points_have_a_say():
    """The Kramers-Kronig residual beyond six of its standard deviations, that of the circuit below a third of it."""
    size = np.full(9, 1.1774)  # whose median is that of a standard deviation of 1
    for far, own, counts in ((6.01, 0.1, False), (5.99, 0.1, True), (6.3, 2.09, False), (6.3, 2.11, True)):
        kk = SimpleNamespace(residual=[np.where(np.arange(9) == 4, far, size) + 0j])
        found = _followed(kk, 0, np.ones(9, bool), np.where(np.arange(9) == 4, own, 9.0))
        assert found.tolist() == [k != 4 or counts for k in range(9)], (far, own)


def test_the_numbers_of_a_misfit():
    """A circuit of one arc on two, 0.3 % of noise: rms over the degrees of freedom, on which the ratio stands."""
    z = Circuit("R(RQ)(RQ)").impedance(F, [20.0, 50.0, 1e-5, 0.9, 8.0, 1e-3, 0.9])
    rng = np.random.default_rng(4)
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(43) + 1j * rng.standard_normal(43))
    series = Series([Spectrum(F, z), Spectrum(F, z).masked(F > 1e4, "test")])
    found = misfits(ef.fit(series, "R(RQ)"))
    np.testing.assert_allclose(100 * found.rms, [1.6967, 1.684], rtol=1e-3)
    np.testing.assert_allclose(100 * found.kk_rms, [0.33714, 0.33965], rtol=1e-3)
    np.testing.assert_allclose(found.kk_percent, [0.29013, 0.29071], rtol=1e-3)
    np.testing.assert_allclose(found.runs, [8.6126, 7.5833], rtol=1e-2)
    np.testing.assert_allclose(found.place, [100, 100], rtol=1e-3)
    assert found.missed().tolist() == [0, 1]


def test_a_fit_of_exact_data_or_of_too_few_has_no_misfit():
    z = Circuit("R(RQ)").impedance(F, [20.0, 50.0, 1e-5, 0.9])
    few = Spectrum(F, z).masked(np.arange(43) > 1, "test")
    found = misfits(ef.fit(Series([Spectrum(F, z), few]), "R(RQ)"))
    assert np.isnan(found.rms).all()
    assert not found.missed().size


class _Fits(list):
    """Fits of spectra of 0.5 ohm at forty points in four decades, each missed by so much, the sign turning."""

    def __init__(self, missed, unknowns=4, values=(1.0,), zero=()):
        z = np.full(40, 0.5 + 0j)
        z[list(zero)] = 0.0
        spectrum = Spectrum(np.logspace(4, 0, 40), z)
        fit = SimpleNamespace(spectrum=spectrum, used=np.arange(40) < 40, values=np.array(values), n_free=unknowns)
        super().__init__([fit])
        self.n_free, self.series = unknowns, [spectrum]
        self._models = [z + 0.5 * np.tile([missed, -missed], 20)]

    def models(self):
        return self._models


def of_hand(fits, kk=0.001, effective=10.0):
    test = SimpleNamespace(residual=[np.full(40, kk) + 0j], effective=[effective])
    return [float(column[0]) for column in misfits(fits, test)]


def test_each_rms_is_over_its_own_degrees_of_freedom():
    """0.3 % at forty points, 80 numbers less 4; 0.1 % of the test, less 10; a point of 0 ohm is none."""
    rms, kk_rms, runs, _, percent = of_hand(_Fits(0.003))
    assert rms == pytest.approx(np.sqrt(40 * 0.003**2 / 76))
    assert kk_rms == pytest.approx(np.sqrt(40 * 0.001**2 / 70))
    assert percent == pytest.approx(100 * 0.001 / np.sqrt(2))
    assert runs == pytest.approx((-39 / 40 + 4 / 80) * np.sqrt(80))
    rms, kk_rms, *_, percent = of_hand(_Fits(0.003, zero=(7,)))
    assert rms == pytest.approx(np.sqrt(39 * 0.003**2 / 74))
    assert kk_rms == pytest.approx(np.sqrt(39 * 0.001**2 / 68))
    assert percent == pytest.approx(100 * 0.001 / np.sqrt(2))


def test_a_misfit_needs_a_fit_and_a_number_more_than_its_unknowns():
    assert np.isfinite(of_hand(_Fits(0.003))).all()
    assert np.isnan(of_hand(_Fits(0.003, values=(1.0, np.nan)))).all()
    assert of_hand(_Fits(0.003, unknowns=79))[0] == pytest.approx(np.sqrt(40) * 0.003)
    assert np.isnan(of_hand(_Fits(0.003, unknowns=80))).all()


def test_a_residual_of_a_millionth_is_that_of_arithmetic():
    for share, known in ((1.01e-6, True), (0.99e-6, False)):
        missed = share * np.sqrt(76 / 40)
        assert np.isfinite(of_hand(_Fits(missed))[0]) == known, share


def test_points_that_do_not_count_leave_one_degree_of_freedom_at_least():
    """One of forty points is not followed by the test: 78 numbers for 79 unknowns; without a test all count."""
    test = SimpleNamespace(residual=[np.full(40, 0.001) + 0j], effective=[10.0])
    test.residual[0][5] = 0.1
    assert misfits(_Fits(0.003, unknowns=79), test).rms[0] == pytest.approx(np.sqrt(39) * 0.003)
    none = SimpleNamespace(residual=[np.full(40, np.nan + 0j)], effective=[np.nan])
    found = misfits(_Fits(0.003), none)
    assert found.rms[0] == pytest.approx(np.sqrt(40 * 0.003**2 / 76))
    assert np.isnan(found.kk_rms[0])
    assert np.isnan(found.kk_percent[0])


def test_a_circuit_misses_above_a_ratio_of_one_and_a_half_or_by_runs():
    """Runs of four standard deviations count unless the ratio is below 1.2."""
    of = Misfit(*np.full((5, 4), np.nan))._replace(kk_rms=np.full(4, 0.01))
    for rms, runs, missed in (
        (0.0151, 0.0, True), (0.015, 0.0, False), (0.0149, 4.01, True), (0.0149, 4.0, False),
        (0.01201, 4.01, True), (0.012, 4.01, True),
        (0.01199, 99.0, False), (np.nan, 4.01, True), (np.nan, 3.99, False),
    ):  # fmt: skip
        one = of._replace(rms=np.full(4, rms), runs=np.full(4, runs))
        assert bool(one.missed().size) == missed, (rms, runs)
