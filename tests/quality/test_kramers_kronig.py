"""The test that judges: what obeys passes, what breaks the relations does not, and the result says where and why."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eisfit import Series, Spectrum, load_circuit
from eisfit.quality import KramersKronig, Limits, kramers_kronig, lin_kk
from eisfit.quality.judging import Judgement
from eisfit.quality.kramers_kronig import RESIDUAL_REASON
from eisfit.quality.verdicts import DEFAULT, Bar, Opinion
from tests.quality.conftest import FREQUENCY, noisy

Make = Callable[..., list[tuple[np.ndarray, np.ndarray]]]


@pytest.mark.parametrize(
    ("noise", "each"),
    [(0.003, 7), *(pytest.param(noise, 25, marks=pytest.mark.long) for noise in (0.001, 0.003, 0.01))],
)
def test_obedient_spectra_pass(obedient: Make, noise: float, each: int) -> None:
    rng = np.random.default_rng(1)
    kk = lin_kk([Spectrum(f, noisy(rng, z, noise)) for f, z in obedient(21, each)])
    assert np.mean(kk.verdict == "fail") <= 0.01
    assert np.mean(kk.verdict == "doubtful") <= 0.05
    assert np.median(kk.noise_percent) == pytest.approx(100 * noise, rel=0.03)


def test_without_noise_everything_passes(obedient: Make) -> None:
    kk = lin_kk([Spectrum(f, z) for f, z in obedient(22, 4)])
    assert set(kk.verdict) == {"pass"}
    assert kk.rms_percent.max() < 0.1


def step(rng: np.random.Generator, z: np.ndarray) -> np.ndarray:
    out = z.copy()
    out[int(rng.integers(len(z) // 3, 2 * len(z) // 3)) :] *= 1 + 0.06 * rng.choice([-1, 1])
    return out


def four_points(rng: np.random.Generator, z: np.ndarray) -> np.ndarray:
    out = z.copy()
    out[rng.choice(len(z), 4, replace=False)] *= 1 + 0.12 * np.exp(2j * np.pi * rng.random(4))
    return out


def wrong_sign(rng: np.random.Generator, z: np.ndarray) -> np.ndarray:
    out = z.copy()
    able = np.flatnonzero(np.abs(z.imag) > 0.1 * np.abs(z))
    k = rng.choice(able) if len(able) else len(z) // 2
    out[k] = out[k].conj() if len(able) else -out[k]
    return out


def conjugate(rng: np.random.Generator, z: np.ndarray) -> np.ndarray:
    return z.conj()


@pytest.mark.parametrize("noise", [0.001, pytest.param(0.01, marks=pytest.mark.long)])
@pytest.mark.parametrize("spoil", [step, four_points, wrong_sign, conjugate])
def test_plain_violations_are_seen_and_placed(
    obedient: Make, noise: float, spoil: Callable[[np.random.Generator, np.ndarray], np.ndarray]
) -> None:
    rng = np.random.default_rng(2)
    data, places = [], []
    for f, z in obedient(23, 2):
        bad = spoil(rng, z)
        changed = f[np.abs(bad - z) > 0.01 * np.abs(z)]
        data.append(Spectrum(f, noisy(rng, bad, noise)))
        places.append(changed[:1] if spoil is step else changed)
    kk = lin_kk(data)
    seen = kk.verdict != "pass"
    assert seen.mean() >= 0.95
    near = [np.abs(np.log10(w / p)).min() <= 1 for w, p in zip(kk.worst_frequency, places, strict=True) if len(p)]
    assert np.mean(near) >= 0.95


@pytest.mark.parametrize("noise", [0.003, *(pytest.param(noise, marks=pytest.mark.long) for noise in (0.001, 0.01))])
def test_saturation_at_low_frequency_is_seen(cells: Callable[..., np.ndarray], noise: float) -> None:
    rng = np.random.default_rng(3)
    z = cells(24, 60)
    cap = 0.7 * np.abs(z).max(axis=1, keepdims=True)
    kk = lin_kk([Spectrum(FREQUENCY, row) for row in noisy(rng, z * np.minimum(1, cap / np.abs(z)), noise)])
    assert np.mean(kk.verdict != "pass") >= 0.95


@pytest.mark.parametrize(("drift", "noise"), [(0.03, 0.001), (-0.05, 0.001), (0.05, 0.003)])
def test_half_of_the_drifts_are_seen(cells: Callable[..., np.ndarray], drift: float, noise: float) -> None:
    rng = np.random.default_rng(4)
    kk = lin_kk([Spectrum(FREQUENCY, row) for row in noisy(rng, cells(25, 150, drift), noise)])
    seen = kk.verdict != "pass"
    assert seen.mean() >= 0.5
    assert np.mean(np.sign(kk.drift_percent[seen]) == np.sign(drift)) > 0.95


def test_the_stated_drift_limit_is_where_half_are_seen(cells: Callable[..., np.ndarray]) -> None:
    rng = np.random.default_rng(5)
    z = cells(26, 200)
    limit = np.median(lin_kk([Spectrum(FREQUENCY, row) for row in noisy(rng, z, 0.003)]).drift_limit_percent) / 100
    elapsed = np.cumsum(1 / FREQUENCY) / np.sum(1 / FREQUENCY)
    drifted = z + limit * np.abs(z[:, -1:]) * elapsed
    kk = lin_kk([Spectrum(FREQUENCY, row) for row in noisy(rng, drifted, 0.003)])
    assert 0.3 < np.mean(kk.verdict != "pass") < 0.75
    assert f"{kk.drift_limit_percent[0]:.2g} %" in kk.sentences[0] or kk.verdict[0] != "pass"


def test_a_negative_resistance_is_judged_as_an_admittance() -> None:
    s = 2j * np.pi * FREQUENCY
    z = 10 + 1 / (1e-5 * s - 1 / 50)
    kk = lin_kk(Spectrum(FREQUENCY, noisy(np.random.default_rng(6), z, 0.003)))
    assert (kk.verdict[0], kk.representation[0]) == ("pass", "admittance")
    assert kk.rms_percent[0] == pytest.approx(0.3, rel=0.3)


@settings(max_examples=15, deadline=None)
@given(ohm=st.floats(1e-4, 1e6), hertz=st.floats(0.01, 100))
def test_units_do_not_matter(ohm: float, hertz: float) -> None:
    z = noisy(np.random.default_rng(7), load_circuit("assb").impedance(FREQUENCY), 0.003)
    z[20] *= 1.12
    one, other = lin_kk(Spectrum(FREQUENCY, z)), lin_kk(Spectrum(hertz * FREQUENCY, ohm * z))
    np.testing.assert_allclose(one.residual[0], other.residual[0], atol=1e-7)
    assert one.verdict[0] == other.verdict[0] == "doubtful"
    assert other.worst_frequency[0] == pytest.approx(hertz * FREQUENCY[20])


def test_a_batch_is_its_spectra_one_by_one(obedient: Make) -> None:
    rng = np.random.default_rng(8)
    data = [Spectrum(f, noisy(rng, four_points(rng, z), 0.002)) for f, z in obedient(27, 2)]
    data += [Spectrum(FREQUENCY, data[0].impedance[0] * np.ones(61)), data[3].cropped(f_min=1.0)]
    together = lin_kk(Series(data))
    for i, spectrum in enumerate(data):
        alone = lin_kk(spectrum)
        np.testing.assert_allclose(alone.residual[0], together.residual[i], atol=1e-7)
        assert alone.verdict[0] == together.verdict[i]
        np.testing.assert_array_equal(alone.outliers[0], together.outliers[i])


def test_points_that_do_not_count_are_not_judged(spectrum: Spectrum) -> None:
    cropped = spectrum.cropped(f_min=0.1, f_max=1e5)
    kk = lin_kk(cropped)
    np.testing.assert_array_equal(np.isnan(kk.residual[0]), cropped.mask)
    short = lin_kk(Spectrum(spectrum.frequency[cropped.used], spectrum.impedance[cropped.used]))
    np.testing.assert_array_equal(kk.residual[0][cropped.used], short.residual[0])


def test_points_that_a_residual_masked_are_judged_again(spectrum: Spectrum) -> None:
    z = spectrum.impedance.copy()
    z[30] *= 1.1
    bad = Spectrum(spectrum.frequency, z)
    masked = bad.masked(np.arange(61) == 30, f"{RESIDUAL_REASON} of 10 %")
    assert lin_kk(masked).sentences == lin_kk(bad).sentences
    assert lin_kk(masked).verdict[0] == "doubtful"
    assert lin_kk(bad.masked(np.arange(61) == 30, "the lamp was switched")).verdict[0] == "pass"


def test_residual_is_model_less_measured(spectrum: Spectrum) -> None:
    z = spectrum.impedance.copy()
    z[30] *= 1.12
    kk = lin_kk(Spectrum(spectrum.frequency, z))
    assert kk.residual[0][30].real == pytest.approx(-0.12 / 1.12, abs=0.01)
    assert kk.rms_percent[0] == pytest.approx(100 * np.sqrt(np.mean(np.abs(kk.residual[0]) ** 2) / 2))
    assert kk.worst_percent[0] == pytest.approx(100 * np.abs(kk.residual[0]).max())
    assert kk.worst_frequency[0] == spectrum.frequency[30]
    assert kk.outliers[0].sum() == 1
    assert "1 point stands out by up to 11 % (at 100 Hz; limit 1 %); a drift below" in kk.sentences[0]


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_a_few_points_cannot_be_judged(n: int) -> None:
    kk = lin_kk(Spectrum(np.logspace(4, 1, n), np.linspace(10, 50, n) - 5j))
    assert kk.verdict[0] == "doubtful"
    assert f"{n} points are too few" in kk.sentences[0]


@pytest.mark.parametrize(("n", "decades"), [(12, 2), (16, 5), (31, 8)])
def test_short_spectra_are_judged(n: int, decades: float) -> None:
    f = np.logspace(5, 5 - decades, n)
    z = load_circuit("li-symmetric").impedance(f)
    rng = np.random.default_rng(9)
    kk = lin_kk([Spectrum(f, noisy(rng, z, 0.003)) for _ in range(100)])
    assert np.mean(kk.verdict == "pass") >= 0.95


def test_nothing_to_judge(spectrum: Spectrum) -> None:
    kk = lin_kk(spectrum.masked(np.ones(61, bool), "all of it"))
    assert (kk.verdict[0], np.isnan(kk.rms_percent[0])) == ("doubtful", True)
    assert len(lin_kk(Series([]))) == 0


def test_a_point_without_impedance_does_not_count(spectrum: Spectrum) -> None:
    z = spectrum.impedance.copy()
    z[10] = 0
    kk = lin_kk(Spectrum(spectrum.frequency, z))
    assert np.isnan(kk.residual[0][10])
    assert kk.verdict[0] == "pass"


def test_noise_is_a_reason_to_doubt_and_to_fail(spectrum: Spectrum) -> None:
    rng = np.random.default_rng(10)
    z = load_circuit("assb").impedance(FREQUENCY)
    kk = lin_kk([Spectrum(FREQUENCY, noisy(rng, z, noise)) for noise in (0.01, 0.03, 0.08)])
    assert kk.verdict.tolist() == ["pass", "doubtful", "fail"]


def test_limits_are_the_users(spectrum: Spectrum) -> None:
    strict = Limits(noise=Bar(0.1, 0.0, 0.2, 0.0))
    kk = lin_kk(spectrum, limits=strict)
    assert kk.verdict[0] == "fail"
    assert kk.limits is strict


def test_result_is_a_value(spectrum: Spectrum) -> None:
    kk = lin_kk(spectrum)
    again: KramersKronig = pickle.loads(pickle.dumps(kk))
    assert again.verdict.tolist() == ["pass"]
    for array in (kk.verdict, kk.residual[0], kk.rms_percent, kk.outliers[0], kk.deviation[0]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[0]
    table = kk.table()
    assert table.loc[0, "spectrum"] == "good"
    assert table.loc[0, "rms_percent"] == kk.rms_percent[0]


def test_threads_give_what_one_gives(monkeypatch: pytest.MonkeyPatch, obedient: Make) -> None:
    rng = np.random.default_rng(9)
    data = [Spectrum(f, noisy(rng, z, 0.002)) for f, z in obedient(27, 4)]
    alone = lin_kk(data)
    monkeypatch.setattr("eisfit.quality.judging.CHUNK", 2)
    monkeypatch.setattr("eisfit.quality.judging.LONG", 3)
    together = lin_kk(data)
    assert alone.verdict.tolist() == together.verdict.tolist()
    for one, other in zip(alone.residual, together.residual, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)


def judgement(scatter: list[float], dof: float | list[float] = 10.0, admittance: bool = False) -> Judgement:
    """What was found for spectra of three points of which only these numbers are known."""
    n = len(scatter)
    told = {f.name: np.zeros(n) for f in fields(Judgement)}
    told |= {name: np.zeros((n, 3)) for name in ("residual", "outlying", "deviation")}
    told |= {"scatter": np.array(scatter), "dof": np.full(n, dof), "admittance": np.full(n, admittance)}
    return Judgement(**told)


def test_an_admittance_stands_where_its_verdict_is_better_and_its_residual_half_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Asked where the impedance does not pass, with six degrees of freedom; shared frequencies stay shared."""
    asked = []

    def judged(frequency: np.ndarray, impedance: np.ndarray, n_rc: int, *, admittance: bool = False) -> Judgement:
        asked.append((frequency.shape, impedance[:, 0].real.tolist(), n_rc, admittance))
        return judgement([0.0049, 0.005, 0.0049, 0.0], admittance=True) if admittance else plain

    def said(*verdicts: str) -> list[Opinion]:
        return [Opinion(verdict, "", 1.0) for verdict in verdicts]  # type: ignore[arg-type]

    plain = judgement([0.01] * 6, [10.0, 10.0, 10.0, 6.0, 5.9, 10.0])
    first = said("fail", "fail", "doubtful", "doubtful", "fail", "pass")
    opinions = [first, said("doubtful", "pass", "doubtful", "pass")]
    for frequency in (np.ones((1, 3)), np.ones((6, 3))):
        told = iter(opinions)
        monkeypatch.setattr(kramers_kronig, "judge", judged)
        monkeypatch.setattr(kramers_kronig, "opinions", lambda *_, told=told: list(next(told)))
        points = tuple(np.arange(3) for _ in range(6))
        batch = kramers_kronig._Batch(tuple(range(6)), points, frequency, np.outer(np.arange(6), np.ones(3)) + 0j, 7)
        found = kramers_kronig._results(batch, DEFAULT)
        assert [result.opinion.verdict for result in found] == ["doubtful", "fail", "doubtful", "pass", "fail", "pass"]
        assert found[0].found.admittance.tolist() == [True, False, False, True, False, False]
        assert found[0].found.scatter.tolist() == [0.0049, 0.01, 0.01, 0.0, 0.01, 0.01]
        assert [(result.row, result.n_rc) for result in found] == [(k, 7) for k in range(6)]
        assert asked[-1] == ((len(frequency) if len(frequency) == 1 else 4, 3), [0, 1, 2, 3], 7, True)
    monkeypatch.setattr(kramers_kronig, "opinions", lambda *_: said(*["pass"] * 6))
    kramers_kronig._results(batch, DEFAULT)
    assert not asked[-1][3]


def test_verdicts_are_counted_in_a_line() -> None:
    assert kramers_kronig._counted(["pass", "fail", "pass"]) == "2 pass, 1 fail"
    assert kramers_kronig._counted([]) == "none"
