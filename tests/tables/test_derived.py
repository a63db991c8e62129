"""The columns of derived.csv."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eisfit.circuit import Circuit
from eisfit.spectrum import Cell, Source
from eisfit.tables import derived_columns, rows
from eisfit.tracking import consistent_arcs, track
from eisfit.tracking.plausibility import plausible

CELL = Cell(area_cm2=1.27, thickness_um=850.0)


def table(fits):
    """Rows of derived.csv as dicts."""
    columns = derived_columns(fits, track(fits))
    names = [column.name for column in columns]
    assert len(set(names)) == len(names)
    return [dict(zip(names, row, strict=True)) for row in rows(columns)]


def test_the_first_columns_say_where_a_row_comes_from(fitted, assb, truth):
    fits = fitted(assb, np.tile(truth, (4, 1)))
    columns = derived_columns(fits, track(fits))
    assert [column.name for column in columns][:3] == ["spectrum", "file", "sweep"]
    assert rows(columns)[1][:3] == ("s1", None, None)
    source = Source(path="a.mpt", sweep=2)
    fits = fitted(assb, np.tile(truth, (4, 1)))
    series = fits.series.with_(spectra=[s.with_(source=source) for s in fits.series])
    object.__setattr__(fits, "series", series)
    assert rows(derived_columns(fits, track(fits)))[0][1:3] == ("a.mpt", 2)


def test_conductivity_and_area_specific_resistance(fitted, assb, truth):
    row = table(fitted(assb, np.tile(truth, (4, 1)), scatter=False, cell=CELL))[0]
    assert row["conductivity_SE_total_S_cm"] == pytest.approx(0.085 / (36 * 1.27))
    assert row["conductivity_SE_bulk_S_cm"] == pytest.approx(0.085 / (22 * 1.27))
    assert row["ASR_R_Int_ohm_cm2"] == pytest.approx(60 * 1.27)
    relative = row["conductivity_SE_total_S_cm_stderr"] / row["conductivity_SE_total_S_cm"]
    assert relative == pytest.approx(row["R_SE_total_stderr"] / row["R_SE_total"], rel=1e-6)


def test_the_misfit_stands_in_three_definitions(fitted, assb, truth):
    fits = fitted(assb, np.tile(truth, (4, 1)))
    points, free = 57, 9
    for row, cost in zip(table(fits), fits.cost, strict=True):
        assert row["chi2"] == pytest.approx(cost)
        assert row["chi2_reduced"] == pytest.approx(cost / (2 * points - free))
        assert row["chi2_zsimpwin"] == pytest.approx(cost / (points - free))


def test_without_geometry_these_are_empty(fitted, assb, truth):
    row = table(fitted(assb, np.tile(truth, (4, 1))))[0]
    assert row["conductivity_SE_total_S_cm"] is None
    assert row["ASR_R_Int_ohm_cm2"] is None
    assert "geometry not given" in row["plausibility_Int"]


@pytest.mark.parametrize(
    ("R", "Q", "n", "C"),
    [
        (1300.0, 5.9e-6, 0.95, 4.57e-6),
        (2010.0, 3.5e-6, 0.90, 2.02e-6),
        (3650.0, 2.5e-6, 0.88, 1.32e-6),
        (6e4, 6.13e-8, 0.824, 1.85e-8),
    ],
)
def test_capacitances_of_hirschorn_tables_1_and_3(fitted, R, Q, n, C):
    """Hirschorn et al., Electrochim. Acta 55 (2010) 6218: Q and n to C through the thickness."""
    circuit = Circuit("R(RQ)")
    row = table(fitted(circuit, np.tile([10.0, R, Q, n], (4, 1)), scatter=False))[0]
    assert row["C_Int_F"] == pytest.approx(C, rel=0.01)


def test_brugs_capacitance(fitted):
    R_e, R, Q, n = 10.0, 100.0, 1e-5, 0.8
    row = table(fitted(Circuit("R(RQ)"), np.tile([R_e, R, Q, n], (4, 1)), scatter=False))[0]
    assert row["C_Int_brug_F"] == pytest.approx(Q ** (1 / n) * (1 / R_e + 1 / R) ** ((n - 1) / n))


def test_errors_of_derived_quantities_are_those_of_repeated_fits(fitted, assb, truth):
    """200 draws of one spectrum scatter as the delta method says."""
    rows = table(fitted(assb, np.tile(truth, (200, 1)), seed=3))
    for name in ("C_Int_F", "f_Int_Hz", "C_Int_brug_F", "R_SE_total", "R_total"):
        values = np.array([row[name] for row in rows])
        errors = np.array([row[f"{name}_stderr"] for row in rows])
        assert np.std(values) == pytest.approx(np.median(errors), rel=0.2), name


def test_apex_frequency(fitted, assb, truth):
    row = table(fitted(assb, np.tile(truth, (4, 1)), scatter=False))[0]
    assert row["f_Int_Hz"] == pytest.approx(1 / (2 * np.pi * (60 * 3e-3) ** (1 / 0.8)))


def test_symmetric_cells_have_values_per_interface(fitted, assb, truth):
    row = table(fitted(assb, np.tile(truth, (4, 1)), scatter=False, cell=Cell(type="symmetric")))[0]
    assert row["R_Int_per_interface"] == pytest.approx(30)
    assert row["C_Int_per_interface_F"] == pytest.approx(2 * row["C_Int_F"])
    assert "R_Int_per_interface" not in table(fitted(assb, np.tile(truth, (4, 1))))[0]


def test_the_evidence_of_the_detector_is_there(fitted, assb, truth):
    row = table(fitted(assb, np.tile(truth, (4, 1))))[-1]
    assert row["short_level"] == "ok"
    assert row["R_plateau"] == pytest.approx(36, rel=0.05)
    assert row["R_short_bound"] > 0
    assert row["R_short_high"] is None
    assert row["short_reason"] is None


def test_other_circuits_have_their_own_columns(fitted):
    row = table(fitted(Circuit("RQ"), np.tile([10.0, 1e-3, 0.9], (4, 1))))[0]
    assert row["R_total"] is None
    assert "C_Int_F" not in row
    row = table(fitted(Circuit("(RQ)(RQ)"), np.tile([10.0, 1e-9, 0.9, 30.0, 1e-6, 0.9], (4, 1)), scatter=False))[0]
    assert row["R_SE_total"] == pytest.approx(40)
    assert "C_SE_bulk_brug_F" not in row


def test_every_column_with_a_unit_has_it(fitted, assb, truth):
    fits = fitted(assb, np.tile(truth, (4, 1)), cell=CELL)
    units = {column.name: column.unit for column in derived_columns(fits, track(fits)) if column.unit}
    assert units["ASR_R_GB_ohm_cm2"] == "ohm cm2"
    assert units["conductivity_SE_total_S_cm_stderr"] == "S/cm"
    assert units["C_GB_F"] == "F"


@pytest.mark.parametrize(
    ("role", "capacitance", "text"),
    [
        ("R_GB", 1e-9, "grain boundary"),
        ("R_GB", 1e-5, "unusual for R_GB: interface"),
        ("R_Int", 3e-3, "porous or intercalating electrode"),
        ("R_Int", 1e-6, "interface"),
        ("R_SE_bulk", 1e-11, "bulk"),
        ("R_arc3", 1e-20, "outside of every range"),
        ("R_Int", float("nan"), ""),
        ("R_Int", -1.0, ""),
    ],
)
def test_plausibility(role, capacitance, text):
    assert plausible(role, capacitance, CELL).startswith(text)


def test_near_the_edge_of_a_range_there_are_two_candidates():
    assert plausible("R_Int", 2e-7, CELL) == "grain boundary or surface layer or interface"


SIX_ARCS = pytest.param("(RQ)(RQ)(RQ)(RQ)(RQ)(RQ)", marks=pytest.mark.long)


@pytest.mark.parametrize("text", ["R(RQ)(RQ)Q", "(RQ)(RQ)(RQ)", SIX_ARCS, "Q", "R(Q[RW])", "RZZ", "([R(RC)(RC)]S)"])
def test_failed_fits_leave_cells_empty_and_nothing_else(fitted, text):
    circuit, rng = Circuit(text), np.random.default_rng(0)
    odd = [np.nan, np.inf, 0.0, -1.0, 1e300, 1e-300]
    fits = fitted(circuit, np.tile(circuit.values, (5, 1)), cell=CELL)
    values, covariance = fits.values.copy(), fits.covariance.copy()
    for _ in range(4):
        values[rng.integers(5), rng.integers(len(circuit.names))] = rng.choice(odd)
        covariance[rng.integers(5), rng.integers(len(circuit.names))] = rng.choice(odd)
    rows = table(consistent_arcs(replace(fits, values=values, covariance=covariance)))
    numbers = [cell for row in rows for cell in row.values() if isinstance(cell, float)]
    assert np.isfinite(numbers).all()
