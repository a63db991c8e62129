"""What means the same in two circuits, and which measurement is which."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit import Circuit, Series, Spectrum, fit
from eisfit.errors import FitError
from eisfit.tracking.united import _Columns, _same, _shared_origin, _widest, counterparts, series_of, united

F = np.logspace(4, 0, 21)


def test_parameters_that_mean_the_same():
    """By role, by label and symbol, or where each circuit has one element of the kind outside of its arcs."""
    for main, other, pairs in (
        ("R_{a}(R_{b}Q_{b})", "L_{x}R_{a}(R_{b}C_{b})", {"R_a": "R_a", "R_b": "R_b"}),
        ("R(RQ)(RQ)Q", "R(RQ)Q", {"R1": "R1", "R3": "R2", "Q2": "Q1", "Q2_n": "Q1_n", "Q3": "Q2", "Q3_n": "Q2_n"}),
        ("R(RQ)", "LR(RC)", {"R1": "R1", "R2": "R2"}),
        ("R(RQ)W", "R(RQ)(RQ)W", {"R1": "R1", "R2": "R3", "Q1": "Q2", "Q1_n": "Q2_n", "W1": "W1"}),
        (
            "R_{SE}(R_{GB}Q_{GB})(R_{Int}Q_{Int})", "R_{SE}(R_{Int}Q_{Int})Q_{D}",
            {"R_SE": "R_SE", "R_Int": "R_Int", "Q_Int": "Q_Int", "Q_Int_n": "Q_Int_n"},
        ),
        ("RQ", "RC", {"R1": "R1"}), ("LRW_{d}", "LaRW_{d}", {"R1": "R1", "W_d": "W_d"}),
        ("R(RQ)CC", "R(RQ)C", {"R1": "R1", "R2": "R2", "Q1": "Q1", "Q1_n": "Q1_n"}),
        ("L_{a}R", "L_{b}R", {"L_a": "L_b", "R1": "R1"}), ("LL_{a}R", "L_{a}R", {"L_a": "L_a", "R1": "R1"}),
    ):  # fmt: skip
        assert counterparts(Circuit(main), Circuit(other)) == pairs, (main, other)


def test_a_measurement_is_the_same_whatever_is_masked():
    one = Spectrum(F, np.full(21, 5 - 1j), label="a")
    assert _same(one, one)
    assert _same(one, one.masked(F > 100, "x"))
    assert _same(one, Spectrum(F, np.full(21, 5 - 1j), label="a"))
    assert not _same(one, Spectrum(F, np.full(21, 5 - 1j), label="b"))
    assert not _same(one, Spectrum(2 * F, np.full(21, 5 - 1j), label="a"))
    assert not _same(one, Spectrum(F, np.full(21, 5 - 2j), label="a"))


def test_a_circuit_of_several_fits_has_their_widest_bounds():
    made = [Circuit("RC").with_bounds(R1=bounds) for bounds in ((1.0, 20.0), (3.0, 50.0), (2.0, 9.0))]
    found = _widest(made).parameter("R1")
    assert (found.lower, found.upper) == (1.0, 50.0)


def test_single_fits_stand_in_their_own_order_and_belong_to_one_series():
    z = [Circuit("R(RC)").impedance(F, [10.0, ohm, 1e-4]) for ohm in (30.0, 50.0)]
    spectra = [Spectrum(F, row, label=f"s{i}") for i, row in enumerate(z)]
    fits = [fit(spectra[0], "R(RC)"), fit(spectra[1], "LR(RC)"), fit(spectra[0], "R(RC)")]
    whole = series_of(fits).fits
    assert [s.label for s in whole.series] == ["s0", "s1", "s0"]
    np.testing.assert_allclose(whole.column("R2")[0], [30, 50, 30], rtol=1e-5)
    np.testing.assert_equal(np.isnan(whole.column("L1")[0]), [True, False, True])
    assert series_of(fits[:1], Series(spectra)).fits.series[0].label == "s0"
    with pytest.raises(FitError, match="s1 was fitted, but is not in the series"):
        series_of(fits, Series(spectra[:1]))
    with pytest.raises(FitError, match="expected the fits of a series"):
        series_of([])


def test_weights_of_the_callers_own_stand_with_their_spectra():
    z = [Circuit("R(RC)").impedance(F, [10.0, ohm, 1e-4]) for ohm in (30.0, 40.0, 50.0)]
    series = Series([Spectrum(F, row) for row in z])
    own = np.outer([1.0, 2.0, 3.0], np.ones(21)) / 50
    parts = [
        ([0, 2], fit(series.with_(spectra=[series[0], series[2]]), "R(RC)", weighting=own[[0, 2]])),
        ([1], fit(series.with_(spectra=[series[1]]), "LR(RC)", weighting=own[[1]])),
    ]
    np.testing.assert_array_equal(united(series, parts).fits.weights, own)
    asked = united(series, parts, {"R_GB": "R2"})
    assert dict(asked.fits.parts[0].roles)["R_GB"] == "R2"
    assert "R_GB" not in asked.fits.parts[1].roles


def test_a_name_that_is_taken_gets_the_number_of_its_circuit_or_the_next_that_is_free():
    for names, expected in (
        (["C1"], "R1"), (["R1"], "R1_c2"), (["R1", "R1_c2"], "R1_c3"), (["R1", "R1_c2", "R1_c3", "R1_c5"], "R1_c4"),
    ):  # fmt: skip
        columns = SimpleNamespace(names=names, texts=["first", "second"])
        assert _Columns._free_name(columns, "R1") == expected, names


def test_fits_of_one_series_belong_to_it():
    """Two at least; one that was made by itself, or of another series, belongs to none."""
    z = [Circuit("R(RC)").impedance(F, [10.0, ohm, 1e-4]) for ohm in (30.0, 50.0)]
    spectra = [Spectrum(F, row) for row in z]
    one, other = (fit(Series(spectra), "R(RC)") for _ in range(2))
    assert _shared_origin([one[0], one[1]]) is one.series
    assert _shared_origin([one[1], one[1], one[0]]) is one.series
    for fits in ([], [one[0]], [one[0], other[1]], [one[0], fit(spectra[1], "R(RC)")]):
        assert _shared_origin(fits) is None
