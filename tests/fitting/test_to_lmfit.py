"""One fit as an lmfit.Minimizer: the same residual, the same minimum, the same errors as the batch engine."""

from __future__ import annotations

import pickle

import lmfit
import numpy as np
import pytest

from eisfit import Circuit, Spectrum, fit
from eisfit.errors import FitError


def first_order(fit):
    """Errors as lmfit has them; those of Q are to second order here."""
    assert not fit.fits.uneven[0]
    return np.sqrt(np.diagonal(fit.covariance))


CIRCUITS = ["R(RQ)", "R(RQ)(RQ)Q", "R(RC)(RC)", "R(Q(RW))", "R(RQ)G"]


@pytest.mark.parametrize("text", CIRCUITS)
def test_lmfit_and_the_batch_engine_agree(simulated, as_series, text):
    circuit, _, z = simulated(text, seed=3)
    ours = fit(as_series(z)[0], circuit)
    minimizer = ours.to_lmfit()
    assert isinstance(minimizer, lmfit.Minimizer)
    theirs = minimizer.minimize()
    assert theirs.chisqr == pytest.approx(ours.cost, rel=1e-6)
    values = [theirs.params[name].value for name in circuit.names]
    errors = [theirs.params[name].stderr for name in circuit.names]
    assert np.all(np.abs(values - ours.values) < 0.01 * ours.stderr)
    np.testing.assert_allclose(errors, first_order(ours), rtol=0.01)


def test_from_another_start_lmfit_comes_to_the_same_place(simulated, as_series):
    circuit, _, z = simulated(seed=3)
    ours = fit(as_series(z)[0], circuit)
    minimizer = ours.to_lmfit()
    for parameter in minimizer.params.values():
        parameter.set(value=parameter.value * 0.97)
    assert minimizer.minimize().chisqr == pytest.approx(ours.cost, rel=1e-4)


@pytest.mark.parametrize("weighting", ["modulus", "proportional", "unit"])
def test_the_residual_is_that_of_the_fit(simulated, as_series, weighting):
    circuit, _, z = simulated("R(RQ)")
    ours = fit(as_series(z)[0], circuit, weighting=weighting)
    minimizer = ours.to_lmfit()
    residual = minimizer.userfcn(minimizer.params)
    assert residual.shape == (82,)
    assert np.sum(residual**2) == pytest.approx(ours.cost, rel=1e-9)


def test_the_derivative_is_exact(simulated, as_series):
    circuit, _, z = simulated()
    minimizer = fit(as_series(z)[0], circuit).to_lmfit()
    given = minimizer.kws["Dfun"](minimizer.params)
    slope = numeric(minimizer, circuit.names)
    for k in range(len(circuit.names)):
        np.testing.assert_allclose(given[:, k], slope[:, k], atol=1e-6 * np.abs(slope[:, k]).max())


def test_masked_points_do_not_count(simulated, as_series):
    circuit, _, z = simulated("R(RQ)")
    spectrum = as_series(z)[0].masked(np.arange(41) < 5, "inductive")
    minimizer = fit(spectrum, circuit).to_lmfit()
    assert minimizer.userfcn(minimizer.params).shape == (72,)


def test_fixed_bounded_and_tied_parameters_stay_so(simulated, as_series):
    circuit, _, z = simulated(noise=0.02)
    options = {"fixed": {"Q3_n": 0.6}, "bounds": {"R1": (5.0, 40.0)}, "tied": {"Q2_n": "Q1_n"}}
    ours = fit(as_series(z)[0], circuit, **options)
    minimizer = ours.to_lmfit()
    p = minimizer.params
    assert not p["Q3_n"].vary
    assert (p["R1"].min, p["R1"].max) == (5.0, 40.0)
    assert p["Q2_n"].expr == "Q1_n"
    theirs = minimizer.minimize()
    assert theirs.nvarys == 7
    assert theirs.chisqr == pytest.approx(ours.cost, rel=1e-6)
    assert theirs.params["Q1_n"].stderr == pytest.approx(first_order(ours)[3], rel=0.01)


def numeric(minimizer, names):
    """Derivative of the residual by these parameters, by central differences."""
    columns = []
    for name in names:
        up, down = minimizer.params.copy(), minimizer.params.copy()
        step = 1e-5 * up[name].value
        up[name].set(value=up[name].value + step)
        down[name].set(value=down[name].value - step)
        columns.append((minimizer.userfcn(up) - minimizer.userfcn(down)) / (2 * step))
    return np.array(columns).T


def test_a_users_own_expression_is_respected(simulated, as_series):
    circuit, _, z = simulated("R(RC)(RC)")
    free = fit(as_series(z)[0], circuit)
    minimizer = free.to_lmfit()
    minimizer.params["R2"].expr = "R1 * 4"
    given = minimizer.kws["Dfun"](minimizer.params)
    varied = ["R1", "C1", "R3", "C2"]
    slope = numeric(minimizer, varied)
    np.testing.assert_allclose(given, slope, atol=1e-6 * np.abs(slope).max())
    theirs = minimizer.minimize()
    assert theirs.params["R2"].value == pytest.approx(4 * theirs.params["R1"].value)
    assert theirs.chisqr >= free.cost
    minimizer.params = theirs.params
    slope = numeric(minimizer, varied) * [theirs.params[name].value for name in varied]
    fall = np.linalg.lstsq(slope, theirs.residual, rcond=None)[0]
    assert np.abs(slope @ fall).max() < 1e-3 * np.sqrt(theirs.chisqr)  # no step lowers the cost
    relative = np.sqrt(np.diag(np.linalg.inv(slope.T @ slope)) * theirs.redchi)
    for name, error in zip(varied, relative, strict=True):
        assert theirs.params[name].stderr == pytest.approx(error * theirs.params[name].value, rel=0.01)
    assert theirs.params["R2"].stderr == pytest.approx(4 * theirs.params["R1"].stderr, rel=1e-3)


def test_an_expression_with_a_parameter_of_the_users_own(simulated, as_series):
    circuit, _, z = simulated("R(RC)(RC)")
    ours = fit(as_series(z)[0], circuit)
    minimizer = ours.to_lmfit()
    minimizer.params.add("tau", value=float(ours.values[1] * ours.values[2]), min=0)
    minimizer.params["C1"].expr = "tau / R2"
    theirs = minimizer.minimize()
    tau = ours["R2"] * ours["C1"]
    assert theirs.chisqr == pytest.approx(ours.cost, rel=1e-6)
    assert theirs.params["tau"].value == pytest.approx(tau.nominal_value, abs=0.01 * tau.std_dev)
    assert theirs.params["tau"].stderr == pytest.approx(tau.std_dev, rel=0.01)
    low, high = (lmfit.conf_interval(minimizer, theirs, p_names=["tau"], sigmas=[1])["tau"][k][1] for k in (0, 2))
    assert (high - low) / 2 == pytest.approx(tau.std_dev, rel=0.05)


def test_emcee(simulated, as_series):
    pytest.importorskip("emcee", reason="no emcee: pip install emcee to test it")
    circuit, _, z = simulated("R(RC)")
    ours = fit(as_series(z)[0], circuit)
    minimizer = ours.to_lmfit()
    minimizer.params.add("__lnsigma", value=np.log(ours.chi2_reduced) / 2)
    chain = minimizer.emcee(steps=250, burn=100, nwalkers=16, seed=1, progress=False, is_weighted=False)
    for name, value, stderr in zip(circuit.names, ours.values, ours.stderr, strict=True):
        assert abs(chain.params[name].value - value) < 0.5 * stderr
        assert chain.params[name].stderr == pytest.approx(stderr, rel=0.4)


def test_confidence_intervals_of_lmfit(simulated, as_series):
    circuit, _, z = simulated("R(RC)(RC)", noise=0.005)
    ours = fit(as_series(z)[0], circuit)
    minimizer = ours.to_lmfit()
    result = minimizer.minimize()
    low, best, high = (value for _, value in lmfit.conf_interval(minimizer, result, p_names=["R2"], sigmas=[1])["R2"])
    sd = ours.stderr[circuit.names.index("R2")]
    assert best - low == pytest.approx(sd, rel=0.05)
    assert high - best == pytest.approx(sd, rel=0.05)


def test_the_minimizer_pickles(simulated, as_series):
    circuit, _, z = simulated("R(RQ)")
    minimizer = fit(as_series(z)[0], circuit).to_lmfit()
    residual = pickle.loads(pickle.dumps(minimizer.userfcn))
    np.testing.assert_array_equal(residual(minimizer.params), minimizer.userfcn(minimizer.params))


def test_outliers_of_a_robust_fit_do_not_count(simulated, as_series):
    circuit, _, z = simulated("R(RQ)")
    z = z.copy()
    z[0, 11] *= 3
    ours = fit(as_series(z)[0], circuit, robust=True)
    minimizer = ours.to_lmfit()
    assert ours.outliers[11]
    assert minimizer.userfcn(minimizer.params).shape == (2 * int(ours.used.sum()),)


def test_with_known_sigma_neither_error_is_scaled(simulated, as_series):
    circuit, _, z = simulated(seed=5)
    spectrum = as_series(z)[0]
    known = Spectrum(spectrum.frequency, spectrum.impedance, sigma=0.005 * np.abs(spectrum.impedance))
    ours = fit(known, circuit, weighting="sigma")
    theirs = ours.to_lmfit().minimize()
    assert ours.chi2_reduced < 0.5
    np.testing.assert_allclose([theirs.params[n].stderr for n in circuit.names], first_order(ours), rtol=0.01)


def test_weights_given_as_an_array_are_kept(simulated, as_series):
    circuit, _, z = simulated(seed=6)
    w = 1 / np.abs(z)
    w[:, -3:] = 0.0
    w[:, 20:] *= 1.2
    ours = fit(as_series(z)[0], circuit, weighting=w)
    minimizer = ours.to_lmfit()
    theirs = minimizer.minimize()
    assert minimizer.userfcn(minimizer.params).shape == (76,)
    assert theirs.chisqr == pytest.approx(ours.cost, rel=1e-6)
    np.testing.assert_allclose([theirs.params[n].stderr for n in circuit.names], first_order(ours), rtol=0.01)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(ours)).weights, w[0])


def test_a_spectrum_without_a_fit_is_no_start(simulated, as_series):
    circuit, _, z = simulated(seed=5)
    spectrum = as_series(z)[0]
    with pytest.raises(FitError, match="no fitted values"):
        fit(spectrum.masked(np.ones(len(spectrum), bool), "no contact"), circuit).to_lmfit()


@pytest.mark.parametrize("r", [1e-3, 1e3])
def test_slopes_through_an_expression_by_hand(r):
    """C1 = 2e-3 / R1: -2e-3 / R1^2 by R1; R2 is kept, the value stays as it was."""
    f = np.geomspace(1e3, 1, 5)
    one = fit(Spectrum(f, Circuit("RRC").impedance(f, [r, r / 2, 2e-3 / r])), "RRC", fix={"R2": r / 2}, start=None)
    minimizer = one.to_lmfit()
    minimizer.params["R1"].set(value=r)
    minimizer.params["C1"].expr = "2e-3 / R1"
    found = minimizer.userfcn._slopes(minimizer.params)
    np.testing.assert_allclose(found, [[1.0], [0.0], [-2e-3 / r**2]], rtol=1e-8)
    assert minimizer.params["R1"].value == r
