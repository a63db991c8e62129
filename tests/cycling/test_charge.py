"""State of charge and the choice of the axis."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.cycling.axes import choose_axis
from eisfit.cycling.charge import with_soc
from eisfit.errors import OptionError
from eisfit.spectrum import Cell, Conditions, Record, Series, Spectrum

FREQUENCY = [1e5, 1e3, 1e1]


def spectrum(**conditions):
    return Spectrum(FREQUENCY, [10 - 1j, 12 - 2j, 15 - 5j], conditions=Conditions(**conditions))


def charged(charges, *, cell=None, record=None):
    spectra = [spectrum(time_s=3600.0 * i, charge_mAh=q) for i, q in enumerate(charges)]
    return Series(spectra, cell=cell, record=record)


def record_of(turning, points=50):
    """A record that moves linearly between the charges `turning`, one half-cycle per stretch, an hour each."""
    time, charge, half = [], [], []
    for k, (a, b) in enumerate(pairwise(turning)):
        share = np.arange(1, points + 1) / points
        time.append(3600 * (k + share))
        charge.append(a + (b - a) * share)
        half.append(np.full(points, k))
    t = np.concatenate(([0.0], *time))
    q = np.concatenate(([turning[0]], *charge))
    h = np.concatenate(([0], *half)).astype(np.int64)
    return Record(t, 0.5 + 0 * t, 1e-3 + 0 * t, q, h)


def test_capacity_fixes_what_full_means():
    series, said = with_soc(charged([0.0, 1.0, 2.0], cell=Cell(capacity_mAh=4.0)))
    assert series.column("soc").tolist() == [0.0, 0.25, 0.5]
    assert "4 mAh" in said[0]
    assert "capacity of the cell" in said[0]


def test_without_capacity_the_last_full_half_cycle_counts():
    # a first discharge of 5 mAh, a charge of 4.3 mAh, then a cycle that was broken off after 1 mAh
    series, said = with_soc(charged([0.0, -5.0, -0.7], record=record_of([0.0, -5.0, -0.7, -1.7])))
    np.testing.assert_allclose(series.column("soc"), [5 / 4.3, 0.0, 1.0])
    assert "last full half-cycle" in said[0]


def test_without_record_the_span_counts():
    series, said = with_soc(charged([1.0, 3.0, 2.0]))
    np.testing.assert_allclose(series.column("soc"), [0.0, 1.0, 0.5])
    assert "span" in said[0]


def test_anode_gives_lithiation_that_rises_on_discharge():
    series, said = with_soc(charged([0.0, -2.0, -4.0], cell=Cell(working_electrode="anode", capacity_mAh=5.0)))
    np.testing.assert_allclose(series.column("soc"), [0.0, 0.4, 0.8])
    assert said[0].startswith("Lithiation")
    assert choose_axis(series).label == "Lithiation"


def test_known_soc_is_kept_and_nothing_is_said():
    series = Series([spectrum(soc=0.1, charge_mAh=0.0), spectrum(soc=0.7, charge_mAh=1.0)])
    assert with_soc(series) == (series, ())


def test_missing_charge_is_read_off_the_record():
    spectra = [spectrum(time_s=0.0), spectrum(time_s=1800.0), spectrum(time_s=9e9)]
    series, said = with_soc(Series(spectra, record=record_of([0.0, 2.0])))
    assert series.column("charge_mAh")[:2].tolist() == [0.0, 1.0]
    assert series.column("soc")[:2].tolist() == [0.0, 0.5]
    assert np.isnan(series.column("soc")[2])
    assert "2 spectra" in said[0]


def test_a_symmetric_cell_with_a_capacity_has_no_state_of_charge_either():
    series, said = with_soc(charged([0.0, 1.0, 0.0], cell=Cell(type="symmetric", capacity_mAh=1.0)))
    assert np.isnan(series.column("soc")).all()
    assert said == ()
    with pytest.raises(OptionError, match="the axis soc means nothing for a symmetric cell"):
        choose_axis(series, "soc")
    assert choose_axis(series).name == "time"


@pytest.mark.parametrize("kind", ["symmetric", "blocking"])
def test_such_cells_have_no_state_of_charge(kind):
    series, said = with_soc(charged([0.0, 1.0, 0.0, 1.0], cell=Cell(type=kind)))
    assert np.isnan(series.column("soc")).all()
    assert said == ()
    assert choose_axis(series).name == "time"
    assert choose_axis(series, "charge").name == "charge"


def test_the_drift_of_a_rest_is_no_state_of_charge():
    series, _ = with_soc(charged([0.0, 1e-7, 3e-6]))
    assert np.isnan(series.column("soc")).all()


@given(
    st.lists(st.floats(-10, 10), min_size=2, max_size=9).filter(lambda q: np.ptp(q) > 1e-3),
    st.sampled_from([None, "anode", "cathode"]),
)
def test_soc_follows_the_charge_in_the_stated_sense(charges, electrode):
    before = charged(charges, cell=Cell(working_electrode=electrode))
    after, _ = with_soc(before)
    sense = -1 if electrode == "anode" else 1
    soc = after.column("soc")
    assert soc.min() == pytest.approx(0, abs=1e-12)
    assert soc.max() == pytest.approx(1)
    np.testing.assert_allclose(np.diff(soc) * np.ptp(charges), sense * np.diff(charges), atol=1e-9)
    assert np.isnan(before.column("soc")).all()


@pytest.mark.parametrize(
    ("conditions", "name"),
    [
        ([{"soc": 0.1, "charge_mAh": 0.0}, {"soc": 0.2, "charge_mAh": 1.0}], "soc"),
        ([{"charge_mAh": 0.0, "time_s": 0.0}, {"charge_mAh": 1.0, "time_s": 1.0}], "charge"),
        ([{"potential_V": 0.1, "time_s": 0.0}, {"potential_V": 0.4, "time_s": 1.0}], "potential"),
        ([{"time_s": 0.0, "cycle": 1}, {"time_s": 9.0, "cycle": 2}], "time"),
        ([{"cycle": 1}, {"cycle": 2}], "cycle"),
        ([{}, {}], "index"),
        ([{"soc": 0.5, "time_s": 0.0}, {"soc": 0.5, "time_s": 9.0}], "time"),
        ([{"soc": 0.5, "time_s": 0.0}, {"time_s": 9.0}], "time"),
        ([{"time_s": 3.0}], "index"),
    ],
)
def test_first_axis_that_serves(conditions, name):
    assert choose_axis(Series([spectrum(**c) for c in conditions])).name == name


def test_long_series_run_in_hours():
    axis = choose_axis(Series([spectrum(time_s=0.0), spectrum(time_s=36000.0)]))
    assert axis.label == "Time (h)"
    assert axis.values.tolist() == [0.0, 10.0]


def test_an_axis_that_the_data_lack_names_those_they_have():
    with pytest.raises(OptionError, match="no soc: they have time, index"):
        choose_axis(Series([spectrum(time_s=0.0), spectrum(time_s=5.0)]), "soc")
    with pytest.raises(OptionError, match="unknown axis voltage: choose one of soc, dod"):
        choose_axis(Series([spectrum()]), "voltage")


def test_an_empty_series_has_its_index():
    assert choose_axis(Series([])).name == "index"


def test_stated_and_computed_states_of_charge_are_told_apart():
    spectra = [
        Spectrum([10.0, 1.0], [1 - 1j, 2 - 1j], conditions=Conditions(soc=soc, charge_mAh=charge))
        for soc, charge in ((0.0, 0.0), (None, 1.0), (1.0, 2.0))
    ]
    series, said = with_soc(Series(spectra, cell=Cell(capacity_mAh=2.0)))
    assert series.column("soc").tolist() == [0.0, 0.5, 1.0]
    assert "SoC of 2 spectra is stated, that of 1 follows" in said[-1]
    assert "as the files state it" in with_soc(series)[1][-1]


def test_a_spectrum_after_the_end_of_the_record_has_the_charge_of_its_end_as_from_files():
    record = record_of([0.0, 2.0])
    end = float(record.time_s[-1])
    spectra = [spectrum(time_s=t) for t in (1800.0, end + 1.0)]
    series, said = with_soc(Series(spectra, cell=Cell(capacity_mAh=2.0), record=record))
    np.testing.assert_allclose(series.column("charge_mAh"), [1.0, 2.0])
    np.testing.assert_allclose(series.column("soc"), [0.5, 1.0])
    assert "1 of them lie outside of it" in said[0]
