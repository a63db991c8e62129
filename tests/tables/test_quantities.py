"""Quantities of a paper: resistances, sums, conductivity, and where they are resolved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eisfit.spectrum import Cell
from eisfit.tables import Quantity, derived_columns, extent, quantities, resolved_values, specific_area
from eisfit.tracking import track
from tests.studies import make_study


def test_the_conductivity_stands_last_where_the_geometry_is_known(fitted, assb, truth):
    fits = fitted(assb, np.tile(truth, (4, 1)), scatter=False, cell=Cell(area_cm2=0.5, thickness_um=400.0))
    found = quantities(track(fits), derived_columns(fits, track(fits)))
    assert [q.name for q in found] == ["R_SE_bulk", "R_GB", "R_Int", "R_SE_total", "R_total", "sigma_SE_total"]
    assert found[-1].unit == "mS/cm"
    assert found[-1].value[0] == pytest.approx(1e3 * 0.04 / (36.0 * 0.5))
    assert [q.name for q in quantities(track(fits), ())] == [q.name for q in found[:-1]]


def test_an_error_above_the_value_is_not_resolved(fitted, assb, truth):
    fits = fitted(assb, np.tile(truth, (4, 1)), noise=0.003)
    fits.covariance.setflags(write=True)
    fits.covariance[2, 1, 1] = (1.01 * fits.values[2, 1]) ** 2
    assert resolved_values(track(fits), "R_GB").tolist() == [True, True, False, True]


def test_extremes_are_among_the_resolved_values_first_and_last_among_the_known():
    value = np.array([np.nan, 5.0, 1.0, 9.0, 7.0, 8.0])
    resolved = np.array([False, True, False, True, True, False])
    found = extent(Quantity("R", "ohm", value, 0.1 * value, resolved))
    assert found[1:] == (1, 1, 3, 5)
    assert extent(Quantity("R", "ohm", np.full(2, np.nan), np.full(2, np.nan), np.ones(2, bool)))[1:] == (None,) * 4


def test_what_fails_kramers_kronig_is_no_extreme_and_carries_the_mark_of_a_misfit():
    value, known = np.array([20.0, 22.0, 90.0]), np.ones(3, bool)
    found = Quantity("R", "ohm", value, 0.1 * value, known, missed=frozenset({2}), failing=frozenset({2}))
    assert extent(found)[1:] == (0, 0, 1, 1)
    assert [found.text(i).endswith("?") for i in range(3)] == [False, False, True]


def test_a_sum_of_parts_that_are_not_determined_is_so_only_where_it_is_better_known_than_each():
    study = make_study(n=3)
    flags = (
        ("unresolved_R_SE_bulk", "unresolved_R_GB"),
        ("unresolved_R_GB",),
        ("unresolved_R_SE_bulk", "unresolved_R_GB"),
    )
    roles = dict(study.track.roles)
    for name in ("R_SE_bulk", "R_GB"):
        roles[name] = roles[name]._replace(stderr=np.full(3, 5.0))
    roles["R_SE_total"] = roles["R_SE_total"]._replace(stderr=np.array([7.0, 7.0, 0.5]))
    found = replace(study.track, flags=flags, roles=roles)
    assert resolved_values(found, "R_SE_total").tolist() == [False, True, True]


def test_values_under_a_short_are_no_extreme_of_the_cell():
    value = np.array([20.0, 22.0, 5.0, 90.0])
    shorted = np.array([False, False, True, True])
    found = extent(Quantity("R", "ohm", value, 0.1 * value, np.ones(4, bool), shorted))
    assert found[1:] == (0, 0, 1, 1)
    assert Quantity("R", "ohm", value, value, np.ones(4, bool)).own.all()


def test_an_area_specific_resistance_is_that_of_one_interface_in_a_symmetric_cell() -> None:
    assert specific_area(Cell(area_cm2=1.2, type="symmetric"), "R_Int") == 0.6
    assert specific_area(Cell(area_cm2=1.2, type="symmetric"), "R_GB") == 1.2
    assert specific_area(Cell(area_cm2=1.2, type="half"), "R_Int") == 1.2
    assert specific_area(Cell(type="symmetric"), "R_Int") is None


def test_a_missing_value_of_a_spectrum_that_is_missed_is_no_value():
    """A circuit of single spectra may lack a role where the data are missed."""
    value = np.array([20.0, np.nan])
    found = Quantity("R", "ohm", value, 0.1 * value, np.ones(2, bool), missed=frozenset({0, 1}))
    assert found.text(0).endswith("?")
    assert not found.text(1).endswith("?")
