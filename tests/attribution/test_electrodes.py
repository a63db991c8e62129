"""Which electrode an arc belongs to."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.attribution import attribute
from eisfit.errors import OptionError

SLOW, FAST = 0.5, 100.0


@pytest.fixture(scope="module")
def half(make_cell):
    """One interface that falls to a third and rises again."""
    return make_cell([(60.0, SLOW)], course=(1.0, 0.6, 0.35, 0.5, 0.8))


@pytest.fixture(scope="module")
def with_interface(make_cell):
    return make_cell([(130.0, 0.7 * SLOW)], electrolyte=0.9, seed=1)


@pytest.fixture(scope="module")
def bare(make_cell):
    return make_cell([], electrolyte=1.1, seed=2)


def belongs(found):
    return {one.arc.role: one.belongs for one in found.arcs}


def test_an_interface_of_the_working_electrode(half, with_interface, bare):
    found = attribute(half, {"Si": with_interface, "Li": bare})
    assert belongs(found) == {"R_GB": "shared", "R_Int": "Si"}
    grain, interface = found.sentences
    assert "R_Int (" in interface
    assert "belongs to Si: Si has R_Int at" in interface
    assert "Li has no arc there" in interface
    assert "Every cell has it alike, as an arc of the electrolyte" in grain


def test_an_interface_of_lithium(half, with_interface, bare):
    assert belongs(attribute(half, {"Si": bare, "Li": with_interface})) == {"R_GB": "shared", "R_Int": "Li"}


def test_both_electrodes_in_one_window(make_cell, with_interface):
    half = make_cell([(65.0, SLOW), (25.0, 1.3 * SLOW)], arcs=1)
    other = make_cell([(50.0, 1.3 * SLOW)], seed=3)
    found = attribute(half, {"Si": with_interface, "Li": other})
    assert belongs(found)["R_Int"] == "shared"
    assert "Both electrodes make it, Si 72 % of it" in found.sentences[1]
    assert "The halves add up to" in found.sentences[1]


def test_each_electrode_has_its_own_window(make_cell):
    half = make_cell([(60.0, FAST), (40.0, SLOW)])
    slow, fast = make_cell([(90.0, SLOW)], seed=4), make_cell([(110.0, FAST)], seed=5)
    found = attribute(half, {"Si": slow, "Li": fast})
    assert [one.belongs for one in found.arcs] == ["shared", "Li", "Si"]


def test_a_small_share_does_not_make_it_shared(make_cell, half, with_interface):
    small = make_cell([(6.0, SLOW)], seed=6)
    found = attribute(half, {"Si": with_interface, "Li": small})
    assert belongs(found)["R_Int"] == "Si"
    assert "too small: half of it is 3" in found.sentences[1]


def test_windows_neither_near_nor_far_are_left_open(make_cell, half, with_interface):
    near = make_cell([(60.0, 20 * SLOW)], seed=7)
    found = attribute(half, {"Si": with_interface, "Li": near})
    assert belongs(found)["R_Int"] == "cannot be told"
    assert "too little to be another process" in found.sentences[1]
    assert belongs(attribute(half, {"Si": with_interface, "Li": near}, other=3.5))["R_Int"] == "Si"


def test_another_capacitance_in_the_same_window_is_left_open(make_cell, half, with_interface):
    other = make_cell([(4000.0, SLOW)], seed=8)
    found = attribute(half, {"Si": with_interface, "Li": other})
    assert belongs(found)["R_Int"] == "cannot be told"
    assert "in the same window, but with a capacitance" in found.sentences[1]


def test_a_band_that_ends_before_proves_no_absence(make_cell, half, with_interface):
    short = make_cell([], f=np.logspace(6, 1, 36), seed=9)
    found = attribute(half, {"Si": with_interface, "Li": short})
    assert belongs(found)["R_Int"] == "cannot be told"
    assert "the band of Li, 10 to 1e+06 Hz, does not cover it" in found.sentences[1]


def test_fits_that_miss_the_data_prove_no_absence(make_cell, half, with_interface):
    bad = make_cell([(60.0, FAST)], arcs=0, seed=10)
    found = attribute(half, {"Si": with_interface, "Li": bad})
    assert belongs(found)["R_Int"] == "cannot be told"
    assert "prove no absence" in found.sentences[1]


def test_one_symmetric_cell_excludes_but_does_not_prove(half, with_interface, bare):
    assert belongs(attribute(half, {"Li": bare}))["R_Int"] == "other than Li"
    found = attribute(half, {"Si": with_interface})
    assert set(belongs(found).values()) == {"cannot be told"}
    assert "its symmetric cell would tell" in found.sentences[1]


def test_what_no_symmetric_cell_shows_cannot_be_told(half, bare):
    found = attribute(half, {"Si": bare, "Li": bare})
    assert belongs(found)["R_Int"] == "cannot be told"
    assert "No symmetric cell shows it" in found.sentences[1]


def test_capacitances_are_compared_per_area(make_cell):
    half = make_cell([(60.0, SLOW)], area_cm2=1.0)
    large = make_cell([(60.0 * 2 / 20, SLOW)], electrolyte=0.05, seed=11, area_cm2=20.0)
    found = attribute(half, {"Si": large, "Li": large})
    assert belongs(found) == {"R_GB": "shared", "R_Int": "shared"}
    assert found.arcs[1].matches[0].half == pytest.approx(60, rel=0.1)
    assert found.arcs[1].matches[0].factor_C == pytest.approx(1, abs=0.1)


def test_the_table_has_the_numbers(half, with_interface, bare):
    table = attribute(half, {"Si": with_interface, "Li": bare}, name="half").table()
    assert list(table["cell"]) == ["half", "Si", "Li"] * 2
    assert list(table["found"]) == ["shared", "seen", "seen", "Si", "seen", "absent"]
    row = table.iloc[3]
    assert row["f_low_Hz"] < SLOW / 0.6 < row["f_high_Hz"]
    assert row["R_ohm"] == pytest.approx(36, rel=0.1)
    assert row["C_error_percent"] < 10
    assert row["f_spread"] > 1.3


def test_wrong_use(half, bare):
    with pytest.raises(OptionError, match="one or two symmetric cells, not 0"):
        attribute(half, {})
    with pytest.raises(OptionError, match="not 3"):
        attribute(half, dict.fromkeys("abc", bare))
    with pytest.raises(OptionError, match="1 <= same < other"):
        attribute(half, {"Li": bare}, same=5, other=2)
