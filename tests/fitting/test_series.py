"""A series: grids, masks, order, and what a Spectrum gives."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Fit, FitStatus, Series, SeriesFit, Spectrum, fit, fit_batch, fixed
from eisfit.errors import CircuitError, DataError, FitError
from eisfit.fitting import batch as batch_module
from eisfit.fitting import series as series_module


def test_equal_grids_are_one_batch(simulated, as_series, frequency):
    circuit, _, z = simulated(n=6)
    fits = fit(as_series(z), circuit)
    assert isinstance(fits, SeriesFit)
    np.testing.assert_allclose(fits.values, fit_batch(frequency, z, circuit).values, rtol=1e-7)


def test_a_spectrum_gives_a_fit(simulated, as_series):
    circuit, _, z = simulated()
    one = fit(as_series(z)[0], circuit)
    assert isinstance(one, Fit)
    np.testing.assert_allclose(one.values, fit(as_series(z), circuit).values[0], rtol=1e-9)


def test_any_iterable_of_spectra_is_a_series(simulated, as_series):
    circuit, _, z = simulated("R(RQ)", n=3)
    np.testing.assert_array_equal(fit((s for s in as_series(z)), circuit).values, fit(as_series(z), circuit).values)


def test_unequal_grids_keep_the_order_of_the_series(simulated, as_series):
    other = np.logspace(5, -1.5, 37)
    circuit, _, z = simulated(n=2, seed=1)
    _, _, short = simulated(n=2, seed=2, frequency=other)
    spectra = [*as_series(z), *as_series(short, other)]
    mixed = [spectra[i] for i in (2, 0, 3, 1)]
    fits = fit(Series(mixed), circuit)
    assert fits.points_used.tolist() == [37, 41, 37, 41]
    assert all(one.spectrum is spectrum for one, spectrum in zip(fits, mixed, strict=True))
    for i in (1, 2):  # the first of one grid, the second of the other
        alone = fit(mixed[i], circuit)
        assert np.all(np.abs(fits.values[i] - alone.values) < 0.02 * alone.stderr)


def test_every_spectrum_on_a_grid_of_its_own(simulated):
    rng = np.random.default_rng(0)
    circuit, truth, _ = simulated("R(RQ)", n=5, seed=4)
    spectra = []
    for p in truth:
        f = np.logspace(6, -2, 30) * np.exp(0.01 * rng.standard_normal(30))
        z = circuit.impedance(f, p)
        spectra.append(Spectrum(f, z + 0.003 * np.abs(z) * rng.standard_normal(30)))
    fits = fit(spectra, circuit)
    np.testing.assert_allclose(np.log(fits.values[:, :2]), np.log(truth[:, :2]), atol=0.05)


def test_masked_points_do_not_count(simulated, as_series):
    circuit, _, z = simulated(n=3)
    z = z.copy()
    z[1, 5] *= 20
    spectra = list(as_series(z))
    spectra[1] = spectra[1].masked(np.arange(41) == 5, "spike")
    fits = fit(spectra, circuit)
    assert fits.points_used.tolist() == [41, 40, 41]
    assert fits.rms_percent[1] < 0.5


def test_a_spectrum_without_points_gets_a_status_and_the_rest_is_fitted(simulated, as_series, frequency):
    circuit, _, z = simulated(n=5)
    spectra = list(as_series(z))
    spectra[2] = spectra[2].masked(np.ones(41, bool), "no contact")
    spectra[3] = Spectrum(frequency[:3], z[3, :3])
    fits = fit(spectra, circuit)
    assert [s is FitStatus.CONVERGED for s in fits.status] == [True, True, False, False, True]
    assert np.isnan(fits.values[2:4]).all()
    good = [0, 1, 4]
    np.testing.assert_allclose(fits.values[good], fit_batch(frequency, z[good], circuit).values, rtol=1e-6)


def test_a_series_of_which_nothing_can_be_fitted(simulated, as_series):
    circuit, _, z = simulated(n=2)
    dead = [s.masked(np.ones(41, bool), "no contact") for s in as_series(z)]
    fits = fit(dead, circuit)
    assert np.isnan(fits.values).all()
    assert FitStatus.CONVERGED not in fits.status


def test_blocks_of_a_long_series_give_the_same(simulated, as_series, monkeypatch):
    circuit, _, z = simulated(n=23, seed=7)
    whole = fit(as_series(z), circuit)
    monkeypatch.setattr(batch_module, "CHUNK", 7)
    monkeypatch.setattr(series_module, "CHUNK", 7)
    np.testing.assert_allclose(fit(as_series(z), circuit).values, whole.values, rtol=1e-6)


def test_starts_by_row_belong_to_their_spectra(simulated, as_series):
    other = np.logspace(5, -1.5, 37)
    circuit, truth, z = simulated("R(RQ)", n=2, seed=1)
    _, more, short = simulated("R(RQ)", n=2, seed=2, frequency=other)
    spectra = [as_series(short, other)[0], as_series(z)[0], as_series(short, other)[1], as_series(z)[1]]
    start = np.stack([more[0], truth[0], more[1], truth[1]])
    fits = fit(spectra, circuit, start=start)
    np.testing.assert_allclose(fits.values, start, rtol=0.1)


def test_weights_by_row_belong_to_their_spectra(simulated, as_series, frequency):
    circuit, _, z = simulated("R(RQ)", n=3)
    w = 1 / np.abs(z)
    np.testing.assert_allclose(
        fit(as_series(z), circuit, weighting=w).values, fit(as_series(z), circuit).values, rtol=1e-6
    )


def test_weights_as_an_array_need_one_grid(simulated, as_series):
    circuit, _, z = simulated("R(RQ)", n=1)
    other = np.logspace(5, -1.5, 41)
    mixed = [as_series(z)[0], as_series(z, other)[0]]
    with pytest.raises(FitError, match="equal frequencies"):
        fit(mixed, circuit, weighting=np.ones(41))


def test_sigma_comes_with_the_spectra(simulated, frequency):
    circuit, _, z = simulated("R(RQ)", n=2)
    sigma = 0.01 * np.abs(z)
    spectra = [Spectrum(frequency, row, sigma=sd) for row, sd in zip(z, sigma, strict=True)]
    expected = fit_batch(frequency, z, circuit, weighting="sigma", sigma=sigma)
    fits = fit(spectra, circuit, weighting="sigma")
    np.testing.assert_allclose(fits.stderr, expected.stderr, rtol=1e-6)
    with pytest.raises(FitError, match="second"):
        fit([spectra[0], Spectrum(frequency, z[1], label="second")], circuit, weighting="sigma")


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [([], FitError, "no spectrum"), ([1, 2], DataError, "Spectrum"), (np.ones((2, 3)), DataError, "Spectrum")],
)
def test_what_is_no_series(data, error, words):
    with pytest.raises(error, match=words):
        fit(data, "R(RQ)")


def test_an_unknown_circuit(simulated, as_series):
    _, _, z = simulated("R(RQ)")
    with pytest.raises(CircuitError):
        fit(as_series(z), "R(RX)")


def test_a_thousand_and_one_spectra_of_exactly_known_truth(simulated, as_series, frequency):
    """More than a chunk: nothing is lost between blocks."""
    circuit, truth, z = simulated("R(RC)(RC)", n=1001, seed=3, noise=0.001)
    fits = fit_batch(frequency, z, circuit, start=truth)
    np.testing.assert_allclose(fits.values, truth, rtol=0.02)


@pytest.mark.parametrize("rows", [3, 7])
def test_an_array_of_weights_has_a_row_per_spectrum(simulated, as_series, frequency, rows):
    circuit, _, z = simulated("R(RQ)", n=5)
    with pytest.raises(FitError, match="array of weights"):
        fit(as_series(z), circuit, weighting=np.ones((rows, frequency.size)))


def test_a_weight_of_zero_leaves_the_point_out_of_every_figure(simulated, as_series):
    circuit, _, z = simulated("R(RQ)", n=3)
    w = 1 / np.abs(z)
    w[1, :7] = 0
    fits = fit(as_series(z), circuit, weighting=w)
    assert fits.points_used.tolist() == [41, 34, 41]
    for one, chi2, rms in zip(fits, fits.chi2_reduced, fits.rms_percent, strict=True):
        assert one.chi2_reduced == pytest.approx(chi2)
        assert one.rms_percent == pytest.approx(rms)
    assert fits[1].spectrum.reasons[0] == "weight 0"
    same = fit(as_series(z)[1].masked(np.arange(41) < 7, "x"), circuit)
    np.testing.assert_allclose(fits.values[1], same.values, rtol=1e-6)


def test_a_tie_to_a_parameter_that_the_circuit_fixes_is_refused_the_other_way_round(simulated, as_series):
    circuit, _, z = simulated(n=2)
    with pytest.raises(FitError, match="Q1_n cannot be fixed and tied"):
        fit(as_series(z), circuit.with_(Q1_n=fixed(0.9)), tied={"Q1_n": "Q2_n"})
    fits = fit(as_series(z), circuit.with_(Q1_n=fixed(0.9)), tied={"Q2_n": "Q1_n"})
    assert fits.n_free == 7
    np.testing.assert_array_equal(fits.column("Q2_n")[0], 0.9)


def test_some_start_values_are_enough(simulated, frequency):
    circuit, _, z = simulated(n=3)
    spectra = [Spectrum(frequency, row) for row in z]
    found = fit(spectra, circuit)
    for start in ({"R1": 20.0}, {"R_GB": float(found.values[0, 1])}, {"R1": found.values[:, 0]}):
        np.testing.assert_allclose(fit(spectra, circuit, start=start).cost, found.cost, rtol=1e-6)
    for start, word in (({"R1": np.nan}, "one finite number"), ({"R1": [1.0, 2.0]}, "one per spectrum")):
        with pytest.raises(FitError, match=word):
            fit(spectra, circuit, start=start)
    with pytest.raises(CircuitError, match="no parameter R_Foo"):
        fit(spectra, circuit, start={"R_Foo": 1.0})


def test_a_poor_guess_is_left_for_the_lower_minimum(simulated, as_series):
    circuit, _, z = simulated("R(RQ)(RQ)Q", n=3, seed=4)
    series, own = as_series(z), fit(as_series(z), circuit)
    poor = {"R1": 1e-3, "R2": 1e9, "Q1": 1e-12, "R3": 1e-3, "Q2": 1e3}
    begin = np.array(own.values)
    begin[:, [circuit.names.index(name) for name in poor]] = list(poor.values())
    alone = fit(series, circuit, start=begin)
    assert (alone.cost > 2 * own.cost).any()
    guessed = fit(series, circuit, start=poor)
    np.testing.assert_allclose(guessed.cost, own.cost, rtol=1e-3)
    left = alone.cost > 1.01 * own.cost
    np.testing.assert_array_equal(guessed.start_left, left)
    i = int(np.flatnonzero(left)[0])
    assert "The start values given lead to a minimum that costs more" in guessed[i].sentence
    assert guessed[i].start_left
    np.testing.assert_array_equal(guessed.starts, own.starts + 1)
    shared = fit(series, circuit, start=poor, share="Q3_n")
    assert np.ptp(shared.column("Q3_n")[0]) == 0
    assert shared.cost.sum() < 1.001 * fit(series, circuit, share="Q3_n").cost.sum()


def test_a_guess_that_is_as_good_stands(simulated, as_series):
    circuit, _, z = simulated("R(RQ)(RQ)Q", n=2, seed=4)
    own, turned = fit(as_series(z), circuit), [0, 4, 5, 6, 1, 2, 3, 7, 8]
    guessed = fit(as_series(z), circuit, start=own.values[0, turned])
    assert not guessed.start_left.any()
    np.testing.assert_allclose(guessed.values[:, turned], own.values, rtol=1e-3)
    assert not guessed.uncertain.any()
