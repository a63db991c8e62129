"""Axes as the field names them, and what they need."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.cycling.axes import AXES, axes_of, choose_axis
from eisfit.cycling.charge import with_soc
from eisfit.errors import OptionError
from eisfit.settings import FIT
from eisfit.spectrum import Cell, Conditions, Series, Spectrum

SILICON = Cell(type="half", working_electrode="anode", mass_mg=1.2, area_cm2=1.25, capacity_mAh=3.33, host="Si")


def charged(charges, cell=SILICON, **conditions):
    spectra = [
        Spectrum([1e3, 1.0], [10 - 1j, 20 - 3j], conditions=Conditions(time_s=100.0 * i, charge_mAh=q, **conditions))
        for i, q in enumerate(charges)
    ]
    return with_soc(Series(spectra, cell=cell))[0]


def test_the_command_offers_every_axis():
    assert all(name in FIT["axis"].help for name in AXES)


def test_a_silicon_half_cell_on_discharge():
    series = charged([0.0, -0.317, -3.33])
    assert choose_axis(series, "soc").label == "Lithiation"
    assert choose_axis(series, "dod").values[-1] == pytest.approx(1.0)
    assert choose_axis(series, "mAh/g").values[-1] == pytest.approx(2775)
    assert choose_axis(series, "mAh/cm2").values[-1] == pytest.approx(2.664)
    x = choose_axis(series, "lithiation")
    assert x.label == "x in LiₓSi"
    # an hour at 0.317 mA: 264 mAh/g, which is x = 264 / 954.3
    assert x.values == pytest.approx([0.0, 0.27682, 2.90790], abs=1e-4)


def test_x_of_a_cathode_falls_on_charge_from_that_of_its_formula():
    # 274 mAh/g is all lithium of LiCoO2
    cell = Cell(type="half", working_electrode="cathode", mass_mg=10.0, host="LiCoO2")
    axis = choose_axis(charged([0.0, 1.369], cell), "lithiation")
    assert axis.label == "x in LiₓCoO2"
    assert axis.values == pytest.approx([1.0, 0.5], abs=1e-3)
    assert choose_axis(charged([0.0, 1.0], cell), "dod").values.tolist() == [1.0, 0.0]


def test_the_anode_of_a_full_cell_is_lithiated_on_charge():
    cell = Cell(type="full", working_electrode="anode", mass_mg=10.0, host="C6", lithium=0.1)
    series = charged([0.0, 1.86], cell)
    assert choose_axis(series, "lithiation").values == pytest.approx([0.1, 0.6], abs=1e-3)
    assert choose_axis(series).label == "State of charge"
    assert choose_axis(series, "soc").values.tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("name", "cell", "said"),
    [
        ("mAh/g", Cell(), "needs the active mass (--mass, mass_mg in eisfit.toml)"),
        ("mAh/cm2", Cell(), "needs the electrode area (--area, area_cm2 in eisfit.toml)"),
        ("lithiation", Cell(host="Si"), "needs the active mass"),
        ("lithiation", Cell(mass_mg=1.0), "needs the formula of the active material (--host"),
        ("lithiation", Cell(), "active mass (--mass, mass_mg in eisfit.toml) and the formula"),
        ("dod", Cell(type="symmetric"), "means nothing for a symmetric cell"),
        ("lithiation", Cell(type="blocking", host="Si", mass_mg=1.0), "means nothing for a blocking cell"),
    ],
)
def test_what_is_missing_is_said(name, cell, said):
    with pytest.raises(OptionError) as caught:
        choose_axis(charged([0.0, 1.0], cell), name)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_axis_of_charge_without_any_charge():
    series = Series([Spectrum([1.0], [1 - 1j], conditions=Conditions(time_s=0.0))], cell=SILICON)
    with pytest.raises(OptionError, match="the spectra have no charge: they have time, index"):
        choose_axis(series, "mAh/g")


@pytest.mark.parametrize("formula", ["Sx", "Si(2)", "si", " ", "Li+"])
def test_a_host_that_is_no_formula(formula):
    series = charged([0.0, 1.0], Cell(mass_mg=1.0, host=formula))
    with pytest.raises(OptionError):
        choose_axis(series, "lithiation")


def test_a_host_that_is_no_formula_is_said_whatever_the_axis():
    with pytest.raises(OptionError, match="the host 'xyz' is no formula"):
        choose_axis(charged([0.0, 1.0], Cell(host="xyz")))


def test_every_axis_that_has_values():
    assert list(axes_of(charged([0.0, 1.0], Cell(mass_mg=1.0)))) == ["soc", "dod", "charge", "mAh/g", "time", "index"]


def test_people_count_from_one():
    assert choose_axis(charged([None, None, None]), "index").values.tolist() == [1.0, 2.0, 3.0]


def test_a_capacity_per_gram_and_what_it_needs():
    series, _ = with_soc(charged([0.0, -1.0], Cell(working_electrode="anode", capacity_mAh_g=3579.0, mass_mg=1.0)))
    assert series.column("soc")[-1] == pytest.approx(1 / 3.579)
    with pytest.raises(OptionError, match=r"3579 mAh/g needs the active mass.*--mass"):
        charged([0.0, -1.0], Cell(capacity_mAh_g=3579.0))


def test_values_without_charge_are_unknown():
    assert np.isnan(choose_axis(charged([0.0, 1.0, None]), "mAh/g").values[-1])


def test_a_cell_at_rest_is_drawn_against_time_and_not_against_a_potential_that_stays():
    def spectra(potentials, *, timed=True):
        made = [Conditions(time_s=900.0 * i if timed else None, potential_V=v) for i, v in enumerate(potentials)]
        return Series([Spectrum([1e3, 1.0], [10 - 1j, 20 - 3j], conditions=c) for c in made])

    assert choose_axis(spectra([3.0620, 3.0631, 3.0629])).name == "time"
    assert choose_axis(spectra([3.062, 3.068, 3.071])).name == "potential"
    assert choose_axis(spectra([3.0620, 3.0631, 3.0629], timed=False)).name == "potential"
