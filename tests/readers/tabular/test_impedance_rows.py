"""Frequency and impedance of rows: units by size, columns that contradict each other, each limit from both sides."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.readers.tabular.angle import in_radians, ratio_to_slope
from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.impedance import (
    agree,
    contradiction,
    frequencies,
    measured,
    radians,
    refuse_contradiction,
    refuse_disagreement,
    refuse_resistance,
    same_unit,
)
from eisfit.readers.tabular.quantities import EPS0, route_of
from eisfit.readers.tabular.table import Table

from ..conftest import refused

F = np.geomspace(1e5, 1.0, 11)
Z = 10 + 50 / (1 + 2j * np.pi * F * 1e-3)
NAN = np.nan


def table(names: str, *columns, **more) -> Table:
    return Table(layout(tuple(names.split(";"))), np.column_stack(np.broadcast_arrays(*columns)), "a.txt", **more)


def test_frequencies_by_what_a_table_has():
    for names, column in (
        ("f", F), ("f/kHz", F / 1e3), ("omega (rad/s)", 2 * np.pi * F), ("log f", np.log10(F)),
        ("log f/kHz", np.log10(F / 1e3)), ("period/s", 1 / F),
    ):  # fmt: skip
        found = frequencies(table(f"{names};Re(Z);Im(Z)", column, Z.real, Z.imag))
        assert found == pytest.approx(F), names


def test_a_logarithm_of_a_frequency_ends_at_ten_decades():
    for low, high, fine in ((-9.9, 9.9, True), (-1, 10.1, False), (-10.1, 1, False), (NAN, 5, True)):
        said = refused(frequencies, table("log f;Re(Z);Im(Z)", np.array([low, 0.0, high]), 1.0, 1.0))
        assert (said == "") is fine, (low, high)
        if not fine:
            assert said == f"column log f goes to {high:g}, which is no logarithm of a frequency"


def test_many_frequencies_below_zero_are_none():
    """More than one and more than a tenth of those that are numbers and not 0."""
    for below, rows, fine in ((1, 5, True), (2, 5, False), (2, 20, True), (2, 19, False)):
        f = np.where(np.arange(rows) < below, -1.0, 5.0)
        f = np.append(f, [0.0, NAN])
        said = refused(frequencies, table("f;Re(Z);Im(Z)", f, 1.0, 1.0))
        assert (said == "") is fine, (below, rows)
        if not fine:
            assert said.startswith(f"column f goes below 0 in {below} of {rows} rows: is it log f? ")


def test_a_unit_that_makes_no_frequency():
    """Ten gigahertz in the middle; without a unit the numbers stand."""
    for name, scale, fine in (("f/MHz", 0.99e4, True), ("f/MHz", 1.01e4, False), ("f/Hz", 1e11, True)):
        said = refused(frequencies, table(f"{name};Re(Z);Im(Z)", scale * np.ones(3), 1.0, 1.0))
        assert (said == "") is fine, (name, scale)
        if not fine:
            assert said.startswith("column f/MHz is 1.0e+10 Hz in the middle: is its unit right? ")


def test_millihertz_or_megahertz_by_what_is_possible():
    """The unit that keeps all of 1 uHz to 10 GHz; both or none is refused."""
    for column, found in (
        ([1e-2, 100.0], None), ([0.1, 1e4], None), ([1e-7, 100.0], [0.1, 1e8]), ([1.01e-3, 1.01e4], [1.01e-6, 10.1]),
        ([0.99e-3, 1.01e4], None), ([0.99e-3, 0.99e4], [0.99e3, 0.99e10]), ([0.0, 1.01e4], [0.0, 10.1]),
    ):  # fmt: skip
        own = table("f/mhz;Re(Z);Im(Z)", np.array(column), 1.0, 1.0)
        if found is None:
            assert "may be mHz or MHz" in refused(frequencies, own), column
        else:
            assert frequencies(own) == pytest.approx(found), column


def test_a_phase_in_a_unit_stays_within_a_turn():
    """A tenth of the rows may lie beyond 7 rad."""
    for beyond, fine in ((2, True), (3, False)):
        phase = np.where(np.arange(20) < beyond, 7.01, 6.99)
        own = table("f;|Z|;phase/rad", np.ones(20), 1.0, phase)
        said = refused(measured, own)
        assert (said == "") is fine, beyond
        if not fine:
            assert said.startswith("column phase/rad goes to 402 degrees: is its unit right? ")


def test_a_phase_without_a_unit():
    """Beyond 1.6 in degrees; within it as the slope of |Z| says."""
    for largest, degrees in ((1.61, True), (-1.61, True)):
        phase = np.linspace(0, largest, 11)
        found = measured(table("f;|Z|;phase", F, 10.0, phase))
        assert found.impedance == pytest.approx(10 * np.exp(1j * np.deg2rad(phase))), (largest, degrees)
        assert len(found.notes) == 1
    small = measured(table("f;|Z|;phase", F, np.abs(Z), np.angle(Z)))
    assert small.impedance == pytest.approx(Z)
    assert small.notes[0].sentence == "the phase in column phase is taken to be in radians, as the slope of |Z| says"


def test_the_ratio_of_phase_and_slope():
    """An ideal capacitor has -pi/2; steps of ln f from 0.003 to 2.5, three of them, a correlation of root a half."""
    f = np.geomspace(1e4, 1, 9)
    size = 1 / f
    assert ratio_to_slope(f, size, np.full(9, -np.pi / 2)) == pytest.approx(1.0)
    assert ratio_to_slope(f, size, np.full(9, -90.0)) == pytest.approx(180 / np.pi)
    for step, known in ((2.4, True), (2.6, False), (0.0031, True), (0.0029, False)):
        f = np.exp(-step * np.arange(9.0))
        assert (ratio_to_slope(f, 1 / f, np.full(9, -1.0)) is not None) is known, step
    f = np.exp(-np.arange(9.0))
    for rows, known in ((4, True), (3, False)):
        assert (ratio_to_slope(f[:rows], 1 / f[:rows], np.full(rows, -1.0)) is not None) is known, rows
    for some, known in ((5, True), (3, False)):  # phases of -1 at some of eight steps, of nothing at the others
        middle = np.where(np.arange(8) < some, -1.0, 0.0)
        phase = np.zeros(9)
        for k in range(8):
            phase[k + 1] = 2 * middle[k] - phase[k]
        assert (ratio_to_slope(f, 1 / f, phase) is not None) is known, some
    assert ratio_to_slope(f, np.ones(9), np.full(9, -1.0)) is None
    assert ratio_to_slope(f, 1 / f, np.zeros(9)) is None


def test_radians_up_to_five_times_degrees_from_eleven():
    """The ratio of phase and slope is 1 for radians and 57 for degrees; between 5 and 11.25 nothing is said."""
    f = np.geomspace(1e4, 1, 9)
    own = table("f;|Z|;phase", f, 1 / f, 1.0)
    column = own.columns["phase"][0]
    for ratio, unit in ((4.9, "radians"), (5.1, ""), (11.2, ""), (11.3, "degrees")):
        size = f ** (-2 / np.pi / ratio)
        said = refused(in_radians, own, column, f, size, np.full(9, -1.0))
        assert (said == "") is bool(unit), ratio
        if unit:
            found, notes = in_radians(own, column, f, size, np.full(9, -1.0))
            assert found[0] == pytest.approx(-1.0 if unit == "radians" else -np.pi / 180)
            assert f"taken to be in {unit}" in notes[0].sentence
    assert in_radians(own, column, f, f, np.zeros(9))[1] == []


def test_a_quotient_of_potential_and_current_is_no_resistance():
    """To two hundredths in the middle, where both are known."""
    for off, fine in ((0.019, False), (0.021, True)):
        own = table("f;R/Ohm;X/Ohm;E/V;I/A", F, 50 * (1 + off), 1.0, 5.0, 0.1)
        if own.columns["real"][0].word != "r":
            pytest.fail("R is the spelling that is asked")
        assert (refused(refuse_resistance, own) == "") is fine, off
    assert refused(refuse_resistance, table("f;R/Ohm;X/Ohm;E/V;I/A", F, 50.0, 1.0, 5.0, 0.0)) == ""
    assert refused(refuse_resistance, table("f;R/Ohm;X/Ohm;E/V", F, 50.0, 1.0, 5.0)) == ""
    assert refused(refuse_resistance, table("f;Re(Z)/Ohm;Im(Z)/Ohm;E/V;I/A", F, 50.0, 1.0, 5.0, 0.1)) == ""


def test_parts_against_the_modulus_and_the_phase_beside_them():
    """|Z| to two hundredths in the middle, the phase to 0.05 rad, in degrees or radians where it has no unit."""
    size, angle = np.abs(Z), np.angle(Z)
    for factor, fine in ((1.019, True), (1.021, False), (0.981, True), (0.979, False)):
        own = table("f;Re(Z)/Ohm;Im(Z)/Ohm;|Z|/Ohm", F, Z.real, Z.imag, factor * size)
        said = refused(refuse_disagreement, own, Z)
        assert (said == "") is fine, factor
        if not fine:
            assert said.startswith("columns Re(Z)/Ohm and Im(Z)/Ohm contradict column |Z|/Ohm: which of them ")
    gaps = np.where(np.arange(11) < 9, np.nan, Z)  # of two rows alone both are known
    for told, fine in ((1.1 * size, False), (np.where(np.arange(11) < 10, 1.1 * size, np.inf), False), (size, True)):
        own = table("f;Re(Z)/Ohm;Im(Z)/Ohm;|Z|/Ohm", F, Z.real, Z.imag, told)
        assert (refused(refuse_disagreement, own, gaps) == "") is fine
    small = table("f;Re(Z)/Ohm;Im(Z)/Ohm;|Z|/Ohm", F, 0.3, -0.4, 0.6)
    assert refused(refuse_disagreement, small, np.full(11, 0.3 - 0.4j)) != ""
    half = np.where(np.arange(11) < 5, 2.0, 1.0) * size
    assert refused(refuse_disagreement, table("f;Re(Z);Im(Z);|Z|", F, Z.real, Z.imag, half), Z) == ""
    for name, scale in (("phase/deg", 180 / np.pi), ("phase/rad", 1.0), ("phase", 180 / np.pi), ("phase", 1.0)):
        for off, fine in ((0.049, True), (0.051, False)):
            own = table(f"f;Re(Z);Im(Z);{name}", F, Z.real, Z.imag, scale * (angle - off))
            assert (refused(refuse_disagreement, own, Z) == "") is fine, (name, off)
    assert refused(refuse_disagreement, table("f;Re(Z);Im(Z);phase", F, Z.real, Z.imag, 0.0), Z) == ""
    for told, fine in ((-np.pi / 4, True), (-45.0, True), (-np.pi / 8, False), (-22.5, False)):
        own = table("f;Re(Z);Im(Z);phase", F, 1.0, -1.0, told)
        assert (refused(refuse_disagreement, own, np.full(11, 1 - 1j)) == "") is fine, told
    two = table("f;Re(Z)/Ohm;Im(Z)/Ohm;|Z|/Ohm;|Z|/kOhm", F, Z.real, Z.imag, size, size)
    if len(two.columns["magnitude"]) == 2:
        assert refused(refuse_disagreement, two, Z) != "" or two.columns["magnitude"][1].unit != "Ohm"
    assert contradiction(two, "magnitude").split(" column ")[1].startswith("|Z|/Ohm")


def test_loss_and_conductivity_of_a_dielectric():
    """sig' = omega eps0 eps'' to two hundredths in the middle."""
    loss = np.linspace(1, 2, 11)
    for factor, fine in ((1.019, True), (1.021, False), (0.979, False)):
        own = table("f;eps'';sig' (S/cm)", F, loss, factor * 2 * np.pi * F * EPS0 * loss, vacuum_F=1e-12)
        said = refused(refuse_contradiction, own, F)
        assert (said == "") is fine, factor
        if not fine:
            assert f"contradict each other by a factor of {factor:.3g}" in said
    for names, vacuum in (("f;eps'';sig' (S/cm)", None), ("f;eps'';x", 1e-12), ("f;x;sig' (S/cm)", 1e-12)):
        assert refused(refuse_contradiction, table(names, F, loss, loss, vacuum_F=vacuum), F) == "", names


def test_ways_to_an_impedance_and_what_is_said_of_them():
    size, degrees = np.abs(Z), np.degrees(np.angle(Z))
    assumed = "by the units of its header converted to Hz and ohm: "
    for names, columns, said in (
        ("f;Re(Z)/Ohm;Im(Z)/Ohm", (F, Z.real, Z.imag), []),
        ("f;|Y|/S;phase/deg", (F, 1 / size, -degrees), ["Z is computed as 1/Y from |Y| and its phase"]),
        ("f;|Y|/S;Phase(Z)/deg", (F, 1 / size, degrees), ["Z is computed as 1/Y from |Y| and its phase"]),
        ("f;Y'/S;Y''/S", (F, (1 / Z).real, (1 / Z).imag), ["Z is computed as 1/Y from Re(Y) and Im(Y)"]),
        ("f;log|Z|;phase/deg", (F, np.log10(size), degrees),
         ["Re(Z) and Im(Z) are computed from the logarithm of |Z| (to base 10) and phase"]),
        ("f;Re(Z) (Ohm cm2);Im(Z) (Ohm cm2)", (F, Z.real, Z.imag),
         ["the impedance is in ohm cm2: its values are taken as ohm, as for an electrode of 1 cm2"]),
        ("f/kHz;Re(Z)/kOhm;-Im(Z)/Ohm", (F / 1e3, Z.real / 1e3, -Z.imag),
         [f"{assumed}f/kHz (times 1000), Re(Z)/kOhm (times 1000)"]),
        ("f/mhz;Re(Z);Im(Z)", (F * 1e3, Z.real, Z.imag), [f"{assumed}f/mhz (as mHz or MHz, by its size)"]),
        ("f;Z' (?);Z'' (?)", (F, Z.real, Z.imag), [
            "column Z' (?), Z'' (?): the sign of its unit was lost when the file was saved, it is taken as ohm"]),
    ):  # fmt: skip
        found = measured(table(names, *columns))
        assert found.frequency == pytest.approx(F), names
        assert found.impedance == pytest.approx(Z), names
        assert [note.sentence for note in found.notes] == said, names


def test_a_modulus_and_a_phase_that_agree_at_one_look():
    size, angle = np.abs(Z), np.angle(Z)
    for names, columns, fine in (
        ("f;Re(Z);Im(Z)", (), True), ("f;Re(Z);Im(Z);|Z|", (size,), True),
        ("f;Re(Z);Im(Z);|Z|", (-1.019 * size,), True),
        ("f;Re(Z);Im(Z);|Z|", (1.021 * size,), False), ("f;Re(Z);Im(Z);|Z|", (0.979 * size,), False),
        ("f;Re(Z);Im(Z);|Z|", (np.where(F > 1e4, 2 * size, size),), False),
        ("f;Re(Z);Im(Z);phase/rad", (0.049 - angle,), True), ("f;Re(Z);Im(Z);phase/rad", (0.051 - angle,), False),
        ("f;Re(Z);Im(Z);phase", (angle,), False), ("f;Re(Z);Im(Z);|Z|;phase/rad", (size, angle), True),
        ("f;Re(Z);Im(Z);|Z|;phase/rad", (size, 0.5 + angle), False),
    ):  # fmt: skip
        assert agree(table(names, F, Z.real, Z.imag, *columns), Z, size) is fine, names
    for told, fine in ((51.0, True), (49.0, True), (51.01, False), (48.99, False)):  # of 50 ohm
        own = table("f;Re(Z);Im(Z);|Z|", F, 50.0, 0.0, told)
        assert agree(own, np.full(11, 50 + 0j), np.full(11, 50.0)) is fine, told
    both = table("f;Re(Z)/Ohm;Im(Z)/Ohm;|Z|/Ohm", F, Z.real, Z.imag, size)
    assert same_unit(both, "magnitude")
    assert not same_unit(table("f;Re(Z)/Ohm;Im(Z)/Ohm;|Z|", F, Z.real, Z.imag, size), "magnitude")


def test_the_phase_of_a_table_without_an_impedance():
    plain = table("f;Re(Z);Im(Z)", F, Z.real, Z.imag)
    assert radians(plain, route_of(plain.columns, geometry=False), F) == (None, [])
    own = table("f;|Y|/S;phase", F, 1.0, np.linspace(0, 1.5, 11))
    phase, notes = radians(own, route_of(own.columns, geometry=False), F)
    assert phase == pytest.approx(np.linspace(0, 1.5, 11))
    assert [note.sentence for note in notes] == ["the phase in column phase is taken to be in radians"]
