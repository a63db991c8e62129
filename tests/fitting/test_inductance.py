"""The series decides whether a cable inductance is needed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Circuit, FitStatus, Series, Spectrum, fit
from eisfit.errors import CircuitError
from eisfit.fitting import inductance as module
from eisfit.fitting.inductance import (
    NAME,
    Verdict,
    _best_of,
    _lossy,
    _mean,
    _weighting,
    _with_inductor,
    has_inductor,
    inductance_needed,
    with_inductor,
)

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
        (Verdict(False, 0.0, 1e-7, 1e-8, 1), f"with one {criterion} would fall only by 0."),
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


def test_the_mean_of_inductances_with_their_errors():
    """Of 1 +- 1 and 3 +- 2, weights 1 and 1 / 4; what has no error says nothing."""
    value, error = _mean(np.array([1.0, 3.0, 99.0, 99.0]), np.array([1.0, 2.0, np.nan, 0.0]))
    assert (value, error) == pytest.approx((1.4, np.sqrt(0.8)))
    assert _mean(np.array([1.0]), np.array([np.nan])) == (0.0, np.inf)


def asked(monkeypatch, n=4, *, evidence=11.0, inductance=(1e-7, 1e-8), lost=()):
    """What is said of n spectra, of which some have no fit, whose criterion falls by so much in all."""
    status = [FitStatus.SINGULAR if i in lost else FitStatus.CONVERGED for i in range(n)]

    class Fits:
        def __init__(self):
            self.status = status

        def __len__(self):
            return n

    sample = []

    def by_itself(fits, rows, options):
        sample.extend(rows.tolist())
        return SimpleNamespace(bic=np.full(len(rows), evidence / len(rows))), options

    value, error = inductance
    m = n - len(lost)
    found = SimpleNamespace(
        bic=np.append(0.0, np.zeros(200)), column=lambda _: (np.full(m, value), np.full(m, error * np.sqrt(m)))
    )
    monkeypatch.setattr(module, "_by_itself", by_itself)
    monkeypatch.setattr(
        module, "_with_inductor", lambda base, _: SimpleNamespace(**vars(found) | {"bic": 0 * base.bic})
    )
    monkeypatch.setattr(module, "_lossy", lambda base, with_, options, plain: plain._replace(exponent=0.5))
    return inductance_needed(Fits()), sample


def test_when_an_inductor_is_needed(monkeypatch):
    """A fall of more than 10 in all, an inductance above three of its errors and below 1e-4 H."""
    for evidence, value, error, needed in (
        (10.1, 1e-7, 1e-8, True), (9.9, 1e-7, 1e-8, False), (50, 2.9e-8, 1e-8, False), (50, 3.1e-8, 1e-8, True),
        (50, 1.01e-4, 1e-8, False), (50, 0.99e-4, 1e-8, True),
    ):  # fmt: skip
        verdict, _ = asked(monkeypatch, evidence=evidence, inductance=(value, error))
        assert verdict.needed is needed, (evidence, value)
        assert (verdict.evidence, verdict.inductance, verdict.stderr) == pytest.approx((evidence, value, error))
        assert (verdict.exponent == 0.5) == (evidence > 10 and value < 1e-4)


def test_a_dozen_spectra_are_asked_at_most(monkeypatch):
    for n, step in ((1, 1), (12, 1), (13, 2), (24, 2), (25, 3)):
        verdict, sample = asked(monkeypatch, n)
        assert sample == list(range(0, n, step)), n
        assert verdict.sample == len(sample)
    verdict, sample = asked(monkeypatch, 4, lost=(0, 2))
    assert (sample, verdict.sample) == ([1, 3], 2)
    verdict, _ = asked(monkeypatch, 2, lost=(0, 1))
    assert verdict == Verdict(False, 0.0, 0.0, np.inf, 0)


def test_when_an_inductor_is_a_lossy_one(monkeypatch):
    """Ten better than a plain one, an exponent of a half at least, below 1 by three of its errors."""
    series = [SimpleNamespace(omega=[4.0]), SimpleNamespace(omega=[9.0])]
    base = SimpleNamespace(bic=np.array([60.0, 40.0]), series=series, circuit=Circuit("R"))
    with_ = SimpleNamespace(column=lambda _: (np.array([2.0, 5.0]), None), values=np.array([[2.0, 7.0], [5.0, 8.0]]))
    plain = Verdict(True, 30.0, 1e-7, 1e-9, 2)
    for bic, exponent, error, lossy in (
        ([29.9, 30.0], 0.7, 0.01, True), ([30.1, 30.0], 0.7, 0.01, False), ([0, 0], 0.499, 0.01, False),
        ([0, 0], 0.5, 0.01, True), ([0, 0], 0.96, 0.013, True), ([0, 0], 0.96, 0.014, False),
        ([0, np.nan], 0.7, 0.09, True),
    ):  # fmt: skip
        given = []

        def best_of(base, model, starts, options, given=given, bic=bic, exponent=exponent, error=error):
            given.extend(starts)
            column = np.full(2, exponent), np.full(2, error * np.sqrt(2))
            return SimpleNamespace(bic=np.array(bic, float), column=lambda name: {"La_lead_n": column}[name])

        monkeypatch.setattr(module, "_best_of", best_of)
        verdict = _lossy(base, with_, {}, plain)
        assert (verdict.exponent < 1) == lossy, (bic, exponent)
        for start, n in zip(given, (0.9, 0.7), strict=True):  # the reactance at the highest frequency is kept
            np.testing.assert_allclose(start, [[8 / 4**n, n, 7], [45 / 9**n, n, 8]])
        if lossy:
            assert verdict.evidence == pytest.approx(np.nansum([60 - bic[0], 40 - bic[1]]))
            assert verdict[2:5] == plain[2:5]


def test_inductances_to_start_from(monkeypatch):
    """Three shares of |Z| at the highest frequency, inside the bounds of an inductor."""
    edges = [(3 + 4j, 10.0), (1e9 + 0j, 1e-3)]
    series = [SimpleNamespace(impedance=[z], omega=[omega]) for z, omega in edges]
    base = SimpleNamespace(series=series, circuit=Circuit("R"), values=np.array([[7.0], [8.0]]))
    monkeypatch.setattr(module, "_best_of", lambda base, model, starts, options: (model.names, starts))
    names, starts = _with_inductor(base, {})
    assert names == ("L_lead", "R1")
    for start, share in zip(starts, (0.003, 0.03, 0.3), strict=True):
        np.testing.assert_allclose(start, [[share * 0.5, 7.0], [1e3, 8.0]])


def test_of_several_starts_the_best_for_each_spectrum(monkeypatch):
    """A fit without a finite cost is none."""
    z = [Spectrum([10.0, 1.0], [1 + 1j, 2 + 2j], label=str(i)) for i in range(3)]
    base, asked = SimpleNamespace(series=Series(z)), {}

    def fitted(series, model, **options):
        asked.update(options, labels=[s.label for s in series])
        return SimpleNamespace(cost=np.array([1.0, 5.0, np.nan, 2.0, 4.0, 3.0]), taken=lambda rows: rows.tolist())

    monkeypatch.setattr(module, "fit", fitted)
    starts = [np.full((3, 1), 1.0), np.full((3, 1), 2.0)]
    assert _best_of(base, Circuit("R"), starts, {"weighting": "unit", "robust": False}) == [0, 4, 5]
    assert asked["start"].ravel().tolist() == [1, 1, 1, 2, 2, 2]
    assert (asked["labels"], asked["weighting"]) == (["0", "1", "2"] * 2, "unit")
    _best_of(base, Circuit("R"), starts, {"weighting": np.arange(6.0).reshape(3, 2)})
    assert asked["weighting"].ravel().tolist() == [0, 1, 2, 3, 4, 5] * 2
