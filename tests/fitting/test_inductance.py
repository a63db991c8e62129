"""The series decides whether a cable inductance is needed."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, Series, Spectrum, fit
from eisfit.errors import CircuitError
from eisfit.fitting.inductance import NAME, Verdict, _weighting, has_inductor, inductance_needed, with_inductor

FREQUENCY = np.logspace(6, -2, 57)
TRUTH = np.array([22.0, 14.0, 6e-8, 0.9, 60.0, 3e-3, 0.8, 0.4, 0.6])
CIRCUIT = Circuit("R(RQ)(RQ)Q")


def series(n, inductance, seed, noise=0.003):
    rng = np.random.default_rng(seed)
    z = CIRCUIT.impedance(FREQUENCY, TRUTH) + 2j * np.pi * FREQUENCY * inductance
    z = np.tile(z, (n, 1))
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    return Series([Spectrum(FREQUENCY, row) for row in z])


@pytest.mark.parametrize("n", [1, 5, pytest.param(30, marks=pytest.mark.long), 13])
@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3))])
def test_three_tenths_of_a_microhenry_are_seen(n, seed):
    verdict = inductance_needed(fit(series(n, 3e-7, seed), CIRCUIT))
    assert verdict.needed
    assert abs(verdict.inductance - 3e-7) < 5 * verdict.stderr
    assert verdict.evidence > 10
    assert verdict.sample <= 12
    assert " nH) was added" in verdict.sentence
    assert NAME in verdict.sentence


@pytest.mark.parametrize(("n", "seed"), [(1, 1), (1, 2), (5, 3), pytest.param(30, 1, marks=pytest.mark.long)])
def test_none_is_left_out(n, seed):
    verdict = inductance_needed(fit(series(n, 0.0, seed), CIRCUIT))
    assert not verdict.needed
    assert "No inductor" in verdict.sentence


def test_with_the_inductor_the_resistances_are_right_and_without_they_are_not():
    cable = series(10, 3e-7, 7)
    honest = fit(cable, with_inductor(CIRCUIT))
    for name, true in (("R1", TRUTH[0]), ("R2", TRUTH[1]), (NAME, 3e-7)):
        value, stderr = honest.column(name)
        assert np.mean(np.abs(value - true) < 3 * stderr) >= 0.95
    naive = fit(cable, CIRCUIT)
    assert np.median(naive.column("R1")[0]) > 1.03 * TRUTH[0]


def test_the_inductor_stands_in_front_and_keeps_roles_values_and_bounds():
    circuit = Circuit("R(RQ)", roles={"R_SE_bulk": "R1"}, title="pellet").with_(R1=33).with_bounds(R2=(1, 50))
    longer = with_inductor(circuit)
    assert longer.names == (NAME, *circuit.names)
    assert longer.parameters[1:] == circuit.parameters
    assert longer.roles == circuit.roles
    assert longer.title == "pellet"


@pytest.mark.parametrize("microhenry", [1, 30, *(pytest.param(long, marks=pytest.mark.long) for long in (3, 10))])
def test_a_long_cable_is_seen_however_badly_the_series_fits_without(microhenry):
    verdict = inductance_needed(fit(series(2, 1e-6 * microhenry, 5), CIRCUIT))
    assert verdict.needed
    assert verdict.inductance == pytest.approx(1e-6 * microhenry, rel=0.02)


def test_weights_by_row_are_those_of_the_sample():
    cable = series(4, 3e-7, 1)
    w = np.array([1 / np.abs(s.impedance) for s in cable])
    fits = fit(cable, CIRCUIT, weighting=w)
    assert inductance_needed(fits, weighting=w).evidence == pytest.approx(
        inductance_needed(fit(cable, CIRCUIT)).evidence, rel=1e-3
    )


def test_a_series_that_cannot_be_fitted_needs_nothing():
    dead = series(2, 3e-7, 1)
    dead = dead.with_(spectra=[s.masked(np.ones(57, bool), "no contact") for s in dead])
    assert not inductance_needed(fit(dead, CIRCUIT)).needed


@pytest.mark.parametrize(
    ("text", "expected"), [("LR(RQ)", True), ("R(RL)", False), ("R(RQ)", False), ("L", True), ("LaR", True)]
)
def test_an_inductor_in_series_is_recognised(text, expected):
    assert has_inductor(Circuit(text)) is expected


def test_a_second_one_is_refused():
    with pytest.raises(CircuitError, match=NAME):
        with_inductor(with_inductor(Circuit("R")))


def test_a_value_shared_against_the_data_does_not_call_for_a_cable():
    rng = np.random.default_rng(1)
    truth = np.tile(TRUTH, (12, 1))
    truth[:, 6] *= np.linspace(0.85, 1.15, 12)
    z = CIRCUIT.impedance(FREQUENCY, truth)
    z = z + 0.003 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    moving = Series([Spectrum(FREQUENCY, row) for row in z])
    shared = inductance_needed(fit(moving, CIRCUIT, shared=("Q2_n",)), shared=("Q2_n",))
    assert not shared.needed
    assert shared.evidence == pytest.approx(inductance_needed(fit(moving, CIRCUIT)).evidence, abs=0.1)


@pytest.mark.parametrize(("inductance", "needed"), [(0.0, False), (1e-6, True)])
def test_robust_fits_are_asked_on_the_same_points(inductance, needed):
    spectra = []
    for s in series(2, inductance, 1):
        z = np.array(s.impedance)
        z[20] *= 1.5
        spectra.append(s.with_(impedance=z))
    verdict = inductance_needed(fit(spectra, CIRCUIT, robust=True), robust=True)
    assert verdict.needed is needed
    if needed:
        assert verdict.inductance == pytest.approx(inductance, rel=0.05)


def test_a_series_without_a_fit_is_not_asked():
    dead = [s.masked(np.ones(57, bool), "no contact") for s in series(2, 0.0, 1)]
    verdict = inductance_needed(fit(dead, CIRCUIT))
    assert not verdict.needed
    assert verdict.sentence.endswith("the question could not be put.")


def test_a_high_impedance_at_low_frequency_is_asked_too():
    frequency = np.logspace(0, -3, 30)
    z = Circuit("R(RQ)").impedance(frequency, [1e7, 1e9, 1e-8, 0.9])
    rng = np.random.default_rng(2)
    z = z * (1 + 0.003 * (rng.standard_normal(30) + 1j * rng.standard_normal(30)))
    verdict = inductance_needed(fit([Spectrum(frequency, z)], "R(RQ)"))
    assert not verdict.needed
    assert "summed" not in verdict.sentence


def test_a_tail_that_the_data_lack_does_not_stop_the_question():
    frequency = np.logspace(6, -2, 50)
    z = Circuit("R(RQ)").impedance(frequency, [10, 100, 1e-6, 0.9])
    rng = np.random.default_rng(3)
    z = z + 0.003 * np.abs(z) * (rng.standard_normal((4, 50)) + 1j * rng.standard_normal((4, 50)))
    fits = fit([Spectrum(frequency, row) for row in z], "R(RQ)Q")
    assert fits.column("Q2")[0].max() > 1e4  # beyond the bound of a Q: the impedance of the tail is bounded
    assert not inductance_needed(fits).needed


@pytest.mark.parametrize(("exponent", "symbol"), [(0.75, "La"), (1.0, "L")])
def test_a_cell_of_milliohms_with_eddy_currents_gets_a_lossy_inductor(exponent, symbol):
    frequency, rng = np.logspace(4, -2, 50), np.random.default_rng(4)
    reactance = 8e-4 / (2 * np.pi * 1e4) ** exponent
    z = Circuit("LaR(RQ)(RQ)").impedance(frequency, [reactance, exponent, 1e-3, 5e-4, 5, 0.9, 8e-4, 900, 0.85])
    z = z + 0.003 * np.abs(z) * (rng.standard_normal((3, 50)) + 1j * rng.standard_normal((3, 50)))
    verdict = inductance_needed(fit([Spectrum(frequency, row) for row in z], "R(RQ)(RQ)"))
    assert verdict.needed
    assert verdict.symbol == symbol
    assert verdict.exponent == pytest.approx(exponent, abs=0.02)
    assert ("lossy" in verdict.sentence) == (symbol == "La")
    assert with_inductor(Circuit("R"), verdict.symbol).names[0] == f"{symbol}_lead"


def test_weights_of_a_sample():
    sample = np.array([3, 1])
    rows = np.arange(8.0).reshape(4, 2)
    np.testing.assert_array_equal(_weighting(rows, sample), rows[[3, 1]])
    np.testing.assert_array_equal(_weighting(np.array([1.0, 2.0]), sample), [[1, 2], [1, 2]])
    np.testing.assert_array_equal(_weighting(rows[:1], sample), [[0, 1], [0, 1]])
    assert _weighting(None, sample) == "modulus"
    assert _weighting("sigma", sample) == "sigma"


def test_what_is_said_of_an_inductor():
    criterion = "the Bayesian information criterion"
    for verdict, text in (
        (Verdict(False, 0.0, 0.0, 0.0, 0), "No inductor in series: no spectrum was fitted without one"),
        (Verdict(False, 1e3, 1e-4, 1e-6, 2), "No inductor in series: the data ask for 100 µH, which no cable has."),
        (Verdict(False, -3.0, 1e-7, 1e-8, 1), f"No inductor in series: with one {criterion} would rise by 3."),
        (Verdict(False, 3.14159, 1e-7, 1e-8, 2), f"{criterion}, summed over 2 spectra, would fall only by 3.14."),
        (
            Verdict(True, 123.4, 9.9e-5, 1e-6, 1),
            f"in series (99.0(10) µH) was added: with it {criterion} falls by 123.",
        ),
        (Verdict(True, 99.94, 1e-7, 1e-8, 3, 0.7), f"{criterion}, summed over 3 spectra, falls by 99.9."),
    ):
        assert text in verdict.sentence, (text, verdict.sentence)
    assert "(exponent 0.7, eddy currents) was added" in Verdict(True, 99.94, 1e-7, 1e-8, 3, 0.7).sentence
    assert Verdict(True, 1.0, 1.0, 1.0, 1, 0.999).symbol == "La"
    assert Verdict(True, 1.0, 1.0, 1.0, 1, 1.0).symbol == "L"
