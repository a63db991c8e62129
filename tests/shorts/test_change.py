"""What changed since the baseline."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts import change
from eisfit.shorts.change import admittance_change, explained_change
from eisfit.shorts.explanation import Explanation
from eisfit.spectrum import Conditions, Series, Spectrum

EXACT = {"noise": 0.0, "contacts": 0.0}


def test_a_leak_adds_the_same_conductance_at_every_frequency(cell_series):
    found = admittance_change(cell_series([{}] * 4 + [{"leak": 0.02}], **EXACT))
    np.testing.assert_allclose(found.admittance[4], 0.02, rtol=1e-9)
    np.testing.assert_allclose(found.admittance[:4], 0, atol=1e-15)


def test_an_interface_changes_low_frequencies_alone(cell_series):
    found = admittance_change(cell_series([{}] * 4 + [{"R_Int": 20.0}], **EXACT))
    size = np.abs(found.admittance[4])
    assert size[found.frequency < 0.1].min() > 50 * size[found.frequency > 1e5].max()


def test_the_lead_is_taken_off(cell_series):
    series = cell_series([{"lead": 5e-7}] * 4 + [{"lead": 5e-7, "leak": 0.02}], **EXACT)
    found = admittance_change(series, inductance=np.full(5, 5e-7)).admittance
    np.testing.assert_allclose(found[4], 0.02, rtol=1e-6)


def test_every_stretch_has_its_own_baseline(cell_series):
    cells = [{}] * 4 + [{"leak": 0.02}] * 4
    assert admittance_change(cell_series(cells, **EXACT), breaks=(4,)).admittance == pytest.approx(0, abs=1e-15)
    pressed = [Conditions(pressure_MPa=p) for p in (50,) * 4 + (70,) * 4]
    assert admittance_change(cell_series(cells, conditions=pressed, **EXACT)).admittance == pytest.approx(0, abs=1e-15)


def test_a_spectrum_of_a_narrower_band_is_unknown_beyond_it(cell_series):
    wide = np.logspace(6, -2, 57)
    found = admittance_change(cell_series([{}] * 4 + [{"f": wide[:30], "leak": 0.02}], **EXACT))
    assert np.isnan(found.admittance[4, 30:]).all()
    np.testing.assert_allclose(found.admittance[4, :30], 0.02, rtol=1e-9)


def test_without_a_whole_spectrum_nothing_is_known(cell_series):
    series = cell_series([{}] * 3)
    masked = Series([s.masked(np.ones(len(s), bool), "test") for s in series])
    assert np.isnan(admittance_change(masked).admittance).all()


def test_a_change_is_told_with_its_noise_and_the_best_two_explanations(monkeypatch):
    """8 ohm beside a median of 10: 0.025 S; 0.5 % of noise, and as much over the root of three of the baseline."""
    f = np.geomspace(1e5, 1, 8)  # too few points to tell their noise
    asked = []

    def explain(frequency, pairs):
        asked.append((len(frequency), float(pairs.error[0]), float(pairs.heat[0]), pairs.bases[pairs.at[0], 0]))
        return Explanation("warm", 9.0 + 0 * frequency), Explanation("a leak", 8.0 + 0 * frequency)

    monkeypatch.setattr(change, "best_explanations", explain)
    spectra = [
        Spectrum(f, np.full(8, ohm + 0j), conditions=Conditions(temperature_C=T))
        for ohm, T in ((10.0, 20.0), (10.02, 23.0), (9.98, 26.0), (8.0, 28.0))
    ]
    found = explained_change(Series(spectra), 3, [0, 1, 2])
    both = np.hypot(0.005, 0.005 / np.sqrt(3))
    assert asked == [(8, pytest.approx(both), pytest.approx(0.5), 10.0)]
    assert found.measured == pytest.approx(np.full(8, 0.025))
    assert found.error == pytest.approx(np.full(8, both / 8))
    assert found.rival == pytest.approx(np.full(8, 1 / 9 - 0.1))
    assert found.leak == pytest.approx(np.full(8, 0.025))
    assert found.said == ("warm", "a leak")
    for known, told in ((4, True), (3, False)):
        few = [*spectra[:3], spectra[3].masked(np.arange(8) >= known, "test")]
        assert bool(explained_change(Series(few), 3, [0, 1, 2])) == told


def test_the_noise_of_a_change_is_that_of_the_spectrum_and_of_the_median_of_its_baseline(monkeypatch):
    f = np.geomspace(1e5, 1, 8)
    plain = change.align
    noise = np.array([1e-3, 2e-3, 9e-3, 8e-3])
    monkeypatch.setattr(change, "align", lambda *of: plain(*of)._replace(noise=noise))
    monkeypatch.setattr(change, "best_explanations", lambda f, _: (Explanation("", 0 * f + 1),) * 2)
    spectra = [Spectrum(f, np.full(8, ohm + 0j)) for ohm in (10.0, 10.02, 9.98, 8.0)]
    found = explained_change(Series(spectra), 3, [0, 1, 2])
    assert found.error[0] == pytest.approx(np.hypot(8e-3, 2e-3 / np.sqrt(3)) / 8)


def test_a_baseline_is_the_median_of_the_first_three_that_know_more_than_half_of_the_points():
    f = np.geomspace(1e5, 1, 8)
    spectra = [Spectrum(f, np.full(8, ohm + 0j)) for ohm in (99.0, 10.0, 10.0, 20.0, 20.0)]
    spectra[0] = spectra[0].masked(np.arange(8) >= 4, "test")
    found = admittance_change(Series(spectra)).admittance[:, 0].real
    assert found[1:] == pytest.approx([0.0, 0.0, -0.05, -0.05])
    spectra[0] = Spectrum(f, spectra[0].impedance).masked(np.arange(8) >= 5, "test")
    assert admittance_change(Series(spectra)).admittance[1, 0].real == pytest.approx(0.0)
    other = admittance_change(Series([spectra[4], *spectra[1:4], spectra[4]])).admittance[:, 0].real
    assert other == pytest.approx([-0.05, 0.0, 0.0, -0.05, -0.05])
    early = admittance_change(Series([spectra[1], spectra[2], spectra[3], spectra[4]])).admittance[:, 0].real
    assert early == pytest.approx([0.0, 0.0, -0.05, -0.05])  # of four it would be 15 ohm
