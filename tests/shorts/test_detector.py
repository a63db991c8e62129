"""Which spectra are called short, and which are not."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from eisfit.shorts import detect_shorts
from eisfit.spectrum import Conditions, Series, Spectrum

R_DC = 22.0 + 14.0 + 60.0
SOUND = {}
ALARMS = {"soft", "hard"}


def leaking(rho):
    return {"leak": 1 / (rho * R_DC)}


def test_a_growing_interface_is_ok(cell_series):
    found = detect_shorts(cell_series([{"R_Int": 60 * 1.1**i} for i in range(6)]))
    assert found.level == ("ok",) * 6
    assert found.reasons == ("",) * 6


def test_the_drop_of_lithiation_is_ok(cell_series):
    course = [101, 60, 33, 40, 50, 66, 28, 33, 42, 90, 148]
    cells = [{"R_Int": R, "f_Int": 36 / R, "tail": 30.0} for R in course]
    assert set(detect_shorts(cell_series(cells)).level) == {"ok"}


@pytest.mark.parametrize("rho", [0.1, 0.3, 0.7])
@pytest.mark.parametrize("tail", [0.0, 40.0])
def test_a_leak_is_a_soft_short_from_its_first_spectrum_on(cell_series, rho, tail):
    cells = [{"tail": tail}] * 6 + [{"tail": tail} | leaking(rho)] * 3
    found = detect_shorts(cell_series(cells))
    assert found.level == ("ok",) * 6 + ("soft",) * 3
    truth = rho * R_DC
    assert (found.R_short_low[6:] < truth).all()
    assert (found.R_short_high[6:] > truth).all()
    assert np.allclose(found.R_short[6:], truth, rtol=0.07)
    assert all(r.startswith("R_short = ") and ": a soft short" in r for r in found.reasons[6:])
    assert (found.probability[:6] < 0.5).all()
    assert (found.probability[6:] > 0.95).all()


def test_almost_nothing_left_is_a_hard_short(cell_series):
    found = detect_shorts(cell_series([SOUND] * 5 + [leaking(0.01)]))
    assert found.level[-1] == "hard"
    assert "hard short" in found.reasons[-1]


def test_two_of_three_count_backwards(cell_series):
    cells = [SOUND] * 5 + [leaking(0.3), SOUND, leaking(0.3), SOUND, SOUND]
    assert detect_shorts(cell_series(cells)).level[5:] == ("soft", "ok", "soft", "ok", "ok")


def test_a_single_spectrum_is_only_suspect(cell_series):
    found = detect_shorts(cell_series([SOUND] * 5 + [leaking(0.3)] + [SOUND] * 3))
    assert found.level[5] == "suspect"
    assert "its neighbours do not show it" in found.reasons[5]
    assert set(found.level[6:]) == {"ok"}


@pytest.mark.parametrize("k", [0.8, 0.64])
def test_heating_is_no_short(cell_series, k):
    assert not ALARMS & set(detect_shorts(cell_series([SOUND] * 6 + [{"k": k}] * 4)).level)


def test_strong_heating_is_no_short_and_is_named(cell_series):
    found = detect_shorts(cell_series([SOUND] * 6 + [{"k": 0.6}] * 4))
    assert set(found.level) == {"ok"}
    assert all("warming by" in rival for rival in found.rival[6:])
    assert (found.probability[6:] < 0.1).all()


def test_a_logged_rise_of_temperature_excuses_a_fall(cell_series):
    cells = [SOUND] * 6 + [leaking(1.0)] * 4
    warm = [Conditions(temperature_C=25.0)] * 6 + [Conditions(temperature_C=29.5)] * 4
    cold = detect_shorts(cell_series(cells, conditions=[Conditions(temperature_C=25.0)] * 10))
    found = detect_shorts(cell_series(cells, conditions=warm))
    assert set(cold.level[6:]) == {"soft"}
    assert set(found.level[6:]) == {"suspect"}
    assert (found.probability < cold.probability)[6:].all()


def test_a_cell_that_grew_before_is_judged_against_its_last_state(cell_series):
    cells = [{"R_bulk": 22 * (1 + 0.12 * i), "R_GB": 14 * (1 + 0.12 * i)} for i in range(8)]
    short = cells[-1] | {"leak": 1 / 60}
    found = detect_shorts(cell_series([*cells, short, short, short]))
    assert found.level == ("ok",) * 8 + ("soft",) * 3
    assert np.allclose(found.R_short[8:], 60, rtol=0.08)


def test_the_first_spectrum_may_stand_high(cell_series):
    settling = [{"R_Int": 120.0, "R_bulk": 24.0}, {"R_Int": 70.0}, {"R_Int": 110.0}]
    found = detect_shorts(cell_series(settling + [{"R_Int": 100.0}] * 4 + [{"R_Int": 100.0} | leaking(0.2)] * 3))
    assert found.level == ("ok",) * 7 + ("soft",) * 3


@pytest.mark.parametrize("n", [0, 1, 3])
def test_fewer_than_four_spectra_are_not_judged(cell_series, n):
    found = detect_shorts(cell_series([SOUND] * n))
    assert found.level == ("not judged",) * n
    assert len(found) == n
    assert bool(found.remarks) == bool(n)


def test_another_temperature_is_another_baseline(cell_series):
    cells = [SOUND] * 5 + [{"k": 0.6}] * 5
    logged = [Conditions(temperature_C=25.0)] * 5 + [Conditions(temperature_C=45.0)] * 5
    assert set(detect_shorts(cell_series(cells, conditions=logged)).level) == {"ok"}


def test_a_break_starts_a_new_baseline(cell_series):
    series = cell_series([SOUND] * 5 + [leaking(0.3)] * 5)
    assert set(detect_shorts(series, breaks=(5,)).level) == {"ok"}
    assert set(detect_shorts(series).level[5:]) == {"soft"}


@pytest.mark.parametrize("f", [np.logspace(6, -2, 9), np.geomspace(500, 0.8, 20)], ids=["nine points", "narrow band"])
def test_few_points_and_a_narrow_band(cell_series, f):
    sound = [{"R_Int": R} for R in (60, 62, 61, 63, 62, 64)]
    found = detect_shorts(cell_series(sound + [{"R_Int": 63.0} | leaking(0.2)] * 3, f=f))
    assert found.level == ("ok",) * 6 + ("soft",) * 3


def test_unequal_grids_and_points_left_out(cell_series):
    grids = [np.logspace(6, -2, n) for n in (57, 57, 57, 49, 65, 57, 57, 49)]
    cells = [({"f": f} | (leaking(0.3) if i >= 5 else SOUND)) for i, f in enumerate(grids)]
    series = cell_series(cells)
    masked = [s.masked(np.arange(len(s)) % 9 == 4, "test") for s in series]
    assert detect_shorts(series.with_(spectra=masked)).level == ("ok",) * 5 + ("soft",) * 3


def test_a_spectrum_that_stops_early_does_not_disturb_the_others(cell_series):
    cut = FREQUENCIES[:20]
    cells = [SOUND] * 5 + [{"f": cut}] + [leaking(0.3)] * 3
    found = detect_shorts(cell_series(cells))
    assert found.level[:5] == ("ok",) * 5
    assert found.level[6:] == ("soft",) * 3


FREQUENCIES = np.logspace(6, -2, 57)


def test_the_lead_is_taken_off(cell_series):
    series = cell_series([{"lead": 5e-7}] * 6 + [{"lead": 5e-7} | leaking(0.3)] * 3)
    assert detect_shorts(series).level == ("ok",) * 6 + ("soft",) * 3


def test_limits_move_the_verdict(cell_series):
    series = cell_series([SOUND] * 6 + [leaking(0.7)] * 3)
    assert set(detect_shorts(series, limits={"soft_short.score": 30}).level[6:]) == {"suspect"}
    none = {"suspect_short.score": 30, "soft_short.score": 30}
    assert set(detect_shorts(series, limits=none).level) == {"ok"}
    single = cell_series([SOUND] * 6 + [leaking(0.3)] + [SOUND] * 2)
    assert detect_shorts(single, limits={"soft_short.of_three": 1}).level[6] == "soft"


@pytest.mark.parametrize("rho", [0.05, 0.5, 5.0])
def test_no_leak_lies_below_the_bound(cell_series, rho):
    found = detect_shorts(cell_series([SOUND] * 4 + [leaking(rho)] * 6, noise=0.01))
    assert (found.bound[4:] <= rho * R_DC).all()
    assert (found.bound[4:] > 0).all()


@pytest.mark.long
def test_the_interval_holds_the_truth_as_often_as_it_says(cell_series):
    inside = []
    for seed in range(12):
        found = detect_shorts(cell_series([SOUND] * 6 + [leaking(0.5)] * 4, contacts=0.01, seed=seed))
        low, high = found.R_short_low[6:], found.R_short_high[6:]
        inside.extend((low <= 0.5 * R_DC) & ~(high < 0.5 * R_DC))
    assert np.mean(inside) >= 0.93


@pytest.mark.parametrize("R_Int", [20.0, 35.0])
def test_the_size_of_a_leak_is_right_where_the_interface_changes_with_it(cell_series, R_Int):
    found = detect_shorts(cell_series([SOUND] * 6 + [{"R_Int": R_Int, "leak": 1 / 80}] * 4))
    assert np.allclose(found.R_short[6:], 80, rtol=0.1)
    assert (found.R_short_low[6:] < 80).all()
    assert (found.R_short_high[6:] > 80).sum() >= 3  # of four intervals of 95 %
    assert (found.R_short_high[6:] < 1.4 * found.R_short_low[6:]).all()


def test_an_interface_that_grows_as_a_leak_opens_widens_the_interval(cell_series):
    found = detect_shorts(cell_series([SOUND] * 6 + [{"R_Int": 150.0, "leak": 1 / 80}] * 4))
    assert (found.R_short_low[6:] < 80).all()
    assert (found.R_short_high[6:] > 80).all()


def test_a_long_series_rolls_along(cell_series):
    cells = [{"R_bulk": 22 * (1 + i / 150)} for i in range(150)]
    cells[100] = cells[100] | leaking(0.2)
    cells[101] = cells[101] | leaking(0.2)
    found = detect_shorts(cell_series(cells))
    assert [i for i, level in enumerate(found.level) if level != "ok"] == [100, 101]


def test_spectra_without_a_capacitive_point_are_no_baseline():
    series = Series([Spectrum(FREQUENCIES, 10 + 1j / FREQUENCIES) for _ in range(5)])
    found = detect_shorts(series)
    assert set(found.level) == {"not judged"}
    assert "no spectrum at the start can be a baseline" in found.remarks[0]


def test_resistors_are_ok():
    assert (
        detect_shorts(Series([Spectrum(FREQUENCIES, 10 - 1e-9j / FREQUENCIES) for _ in range(5)])).level == ("ok",) * 5
    )


def test_the_verdict_pickles_and_is_read_only(cell_series):
    found = pickle.loads(pickle.dumps(detect_shorts(cell_series([SOUND] * 4))))
    assert found.level == ("ok",) * 4
    assert not found.score.flags.writeable
    assert replace(found, remarks=("x",)).remarks == ("x",)


KINDS = {
    "cell": lambda f, rng: 10 + 50 / (1 + 1j * f / 100),
    "noise": lambda f, rng: rng.standard_normal(len(f)) * 10.0 ** rng.uniform(-8, 8) + 1j * rng.standard_normal(len(f)),
    "nothing": lambda f, rng: np.zeros(len(f), complex),
    "inverted": lambda f, rng: -10 - 1j * f,
    "tiny": lambda f, rng: np.full(len(f), 1e-300 + 0j),
    "huge": lambda f, rng: np.full(len(f), 1e200 - 1e200j),
}


def test_any_numbers_are_judged_without_a_complaint():
    rng = np.random.default_rng(0)
    for _ in range(60):
        grid = 10 ** rng.uniform(-3, 7, rng.integers(1, 30))
        spectra = []
        for _ in range(rng.integers(0, 9)):
            f = grid if rng.random() < 0.7 else 10 ** rng.uniform(-3, 7, rng.integers(1, 30))
            spectrum = Spectrum(f, KINDS[rng.choice(list(KINDS))](f, rng))
            spectra.append(spectrum.masked(rng.random(len(f)) < 0.3, "test") if rng.random() < 0.2 else spectrum)
        found = detect_shorts(Series(spectra), baseline=int(rng.integers(1, 5)))
        assert len(found.level) == len(spectra)
        assert {"ok", "suspect", "soft", "hard", "not judged"} >= set(found.level)


def test_a_pressure_that_starts_a_baseline_is_a_limit(cell_series):
    cells = [SOUND] * 5 + [leaking(0.3)] * 5
    logged = [Conditions(pressure_MPa=50.0)] * 5 + [Conditions(pressure_MPa=56.0)] * 5
    series = cell_series(cells, conditions=logged)
    found = detect_shorts(series)
    assert set(found.level) == {"ok"}
    assert any("pressure changed: a new baseline" in text for text in found.remarks)
    assert set(detect_shorts(series, limits={"soft_short.pressure": 0.2}).level[5:]) == {"soft"}


def test_a_cell_that_is_measured_hot_and_cold_is_judged_throughout(cell_series):
    cold, hot = Conditions(temperature_C=25.0), Conditions(temperature_C=40.0)
    cells = [SOUND, {"k": 0.55}] * 4 + [leaking(0.3), {"k": 0.55} | leaking(0.15)]
    found = detect_shorts(cell_series(cells, conditions=[cold, hot] * 5))
    assert found.level == ("ok",) * 8 + ("soft",) * 2


def test_what_was_not_judged_has_no_share_and_a_remark_says_why(cell_series):
    found = detect_shorts(cell_series([{}] * 5 + [{"f": np.logspace(-2.1, -4, 20)}]))
    assert found.level[5] == "not judged"
    assert np.isnan(found.share[5])
    assert np.isfinite(found.share[:5]).all()
    assert any(remark.startswith("Not judged for shorts: 1 of 6 spectra") for remark in found.remarks)


@pytest.mark.parametrize("lost", ["top", "bottom", "decade", "edge"])
def test_a_band_that_users_change_keeps_the_verdict(cell_series, lost):
    f = FREQUENCIES
    gone = {"top": f > 4e5, "bottom": f < 0.05, "decade": (f < 1e3) & (f > 90), "edge": f >= f[0]}[lost]
    series = cell_series([SOUND] * 6 + [leaking(0.3)] * 3)
    everywhere = series.with_(spectra=[s.masked(gone, "test") for s in series])
    some = series.with_(spectra=[s.masked(gone, "test") if i % 3 else s for i, s in enumerate(series)])
    assert detect_shorts(everywhere).level == detect_shorts(some).level == ("ok",) * 6 + ("soft",) * 3


@pytest.mark.parametrize("contact", [0.0, 1.0, 2.0])
def test_contacts_outside_of_the_leak_do_not_spoil_its_size(impedance, contact):
    rng = np.random.default_rng(0)
    leaks = [0.0] * 6 + [1 / 20] * 3
    z = [contact + impedance(FREQUENCIES, leak=G) * (1 + 0.002 * rng.standard_normal(57)) for G in leaks]
    found = detect_shorts(Series([Spectrum(FREQUENCIES, row) for row in z]))
    assert (found.R_short_low[6:] < 20).all()
    assert (found.R_short_high[6:] > 20).all()


def test_a_liquid_cell_that_ages_and_then_leaks_by_one_constant():
    f, rng = np.geomspace(500, 0.8, 9), np.random.default_rng(2)
    spectra = []
    for k in range(30):
        age = 1 + 0.6 * min(k, 24) / 24
        z = 5 * age + 20 * age / (1 + (1j * f / 80) ** 0.8) + 4 * (1j * f) ** -0.5
        z = z if k < 24 else 1 / (1 / z + 0.03)
        spectra.append(Spectrum(f, z * (1 + 0.003 * (rng.standard_normal(9) + 1j * rng.standard_normal(9)))))
    found = detect_shorts(Series(spectra))
    assert not ALARMS & set(found.level[:24])
    assert set(found.level[24:]) <= ALARMS
