"""A cell that changed: exact cases and derivatives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eisfit.shorts.cell_model import (
    AREA,
    BULK,
    CONTACT,
    DRIFT,
    HEAT,
    LEAD,
    LEAK,
    LEAK_SPREAD,
    R_1,
    SCALE,
    SERIES,
    Frame,
    Rows,
    _divided,
    _moves,
    _own,
    interface_weight,
    members,
    modelled,
    standard_deviations,
)
from eisfit.shorts.hypotheses import ALL, VERDICT
from eisfit.shorts.relaxation import decompose, stacked

F = np.logspace(6, -2, 41)


@pytest.fixture(scope="module")
def frame(impedance):
    tables = stacked([decompose(F, impedance(F, lead=2e-7))])
    weight = interface_weight(tables.apex, tables.ohm)
    return Frame(tables, tables.R + tables.ohm.sum(axis=1), weight, F, VERDICT.contact)


def rows_of(frame, hypotheses):
    n = len(hypotheses)
    sd = np.array([standard_deviations(h, frame.interface, VERDICT)[0] for h in hypotheses])
    inside = np.array([members(h, frame.tables.apex, frame.interface)[0] for h in hypotheses])
    own, leaks = np.array([h.own for h in hypotheses]), np.array([bool(h.leak) for h in hypotheses])
    return Rows(np.zeros(n, int), sd, np.zeros(n), inside, own, leaks)


def named(*names):
    return [h for name in names for h in ALL if h.name == name]


def test_nothing_changed_is_the_baseline(frame, impedance):
    rows = rows_of(frame, [h for h in ALL if not h.leak])
    found, _ = modelled(frame, rows, np.zeros(rows.sd.shape))
    base = impedance(F, lead=2e-7)
    assert np.abs(found / base - 1).max() < 1e-4


def test_a_leak_adds_its_conductance_within_the_leads(frame, impedance):
    rows = rows_of(frame, named("leak"))
    z = np.zeros(rows.sd.shape)
    z[0, LEAK] = np.log(frame.total[0] / 50.0) / LEAK_SPREAD
    rows.sd[0, -1] = 0.0
    found, _ = modelled(frame, rows, z)
    contact = VERDICT.contact * frame.tables.top[0]
    lead = 2j * np.pi * F * frame.tables.L[0]
    cell = impedance(F, lead=2e-7) - lead - contact
    assert np.abs(found[0] / (contact + lead + 1 / (1 / cell + 1 / 50)) - 1).max() < 1e-3


def test_derivatives_are_those_of_the_impedance(frame):
    rows = rows_of(frame, list(ALL))
    z = np.random.default_rng(0).normal(0, 0.5, rows.sd.shape)
    model, J = modelled(frame, rows, z)
    step = 1e-2
    for k in range(z.shape[1]):
        up, down = z.copy(), z.copy()
        up[:, k] += step
        down[:, k] -= step
        numeric = (modelled(frame, rows, up)[0] - modelled(frame, rows, down)[0]) / (2 * step)
        assert np.abs(numeric - J[:, k]).max() < 2e-4 * np.abs(model).max()


def test_heating_lowers_every_resistance_and_leaves_capacitances(frame):
    rows = rows_of(frame, named("temperature"))
    z = np.zeros(rows.sd.shape)
    z[0, HEAT] = 1.0
    found, _ = modelled(frame, rows, z)
    cold, _ = modelled(frame, rows, 0 * z)
    assert found[0, 0].real < cold[0, 0].real
    assert found[0, -1].real < 0.75 * cold[0, -1].real


def test_a_slow_arc_is_an_interface_and_its_flank_belongs_to_it():
    apex, ohm = np.array([[5e5, 1e5, 10.0]]), np.array([[10.0, 20.0, 50.0]])
    assert interface_weight(apex, ohm)[0] == pytest.approx([0, 0.301, 1], abs=0.01)
    apex, ohm = np.array([[5e5, 5e3]]), np.array([[0.5, 8000.0]])
    assert interface_weight(apex, ohm)[0] == pytest.approx([1, 1])


def test_what_a_hypothesis_does_not_name_stays_small(frame):
    sd = dict(zip([h.name for h in ALL], rows_of(frame, list(ALL)).sd, strict=True))
    assert sd["electrodes"][AREA] == 0
    assert sd["temperature"][SERIES] < 0.01 < sd["series"][SERIES]
    assert all(row[BULK] < 0.1 for row in sd.values())


def test_what_a_quiet_cell_does_and_what_it_is_asked():
    """Standard deviations of one baseline with an electrolyte, an interface and something half way between."""
    w = np.array([[0.0, 1.0, 0.5]])
    quiet, leak, own = (
        standard_deviations(*named(n), w, VERDICT)[0] for n in ("electrodes", "leak", "leak with a contact")
    )
    first = [0.001, 0.001, 0.002, 0.05, 0.02, 0.0, 0.006, 0.0, 0.0, 0.0, 0.0]
    assert quiet.tolist() == pytest.approx([*first, 0.02, 0.3, np.sqrt(0.02 * 0.3), 0.02, 0.08, 0.04])
    assert leak[7:11].tolist() == [1.5, 0.05, 0.0, 0.0]
    assert own[7:11].tolist() == [1.5, 0.05, 1.0, 1.5]
    assert standard_deviations(*named("leak in the grain boundaries"), w, VERDICT)[0, 7:9].tolist() == [1.5, 0.0]
    calm = standard_deviations(*named("electrodes"), w, replace(VERDICT, quiet=2.0, faces=0.1))[0]
    assert calm.tolist() == pytest.approx(
        [
            0.002,
            0.001,
            0.004,
            0.05,
            0.04,
            0.0,
            0.012,
            0,
            0,
            0,
            0,
            0.04,
            0.03,
            np.sqrt(0.04 * 0.03),
            0.02,
            0.008,
            np.sqrt(0.02 * 0.008),
        ]
    )
    warm = standard_deviations(*named("temperature"), w, VERDICT)[0]
    assert warm[HEAT] == pytest.approx(np.hypot(0.8, 0.02))


def test_beside_what_a_leak_stands():
    """Bulk, a grain boundary of 1 MHz, an interface of 400 Hz and one of 200 Hz."""
    apex, w = np.array([[1e6, 400.0, 200.0]]), np.array([[0.0, 0.49, 1.0]])
    for name, inside in (
        ("leak", [1, 1, 1, 1]), ("leak in the electrolyte", [1, 1, 1, 0]), ("leak to the rail", [1, 1, 1, 0]),
        ("leak in the grain boundaries", [0, 1, 1, 0]), ("temperature", [1, 1, 1, 1]),
    ):  # fmt: skip
        assert members(*named(name), apex, w)[0].tolist() == inside, name
    assert members(*named("leak to the rail"), np.array([[300.0, 300.1]]), w[:, :2])[0].tolist() == [1, 0, 1]
    assert members(*named("leak in the electrolyte"), apex, np.array([[0.0, 0.5, 1.0]]))[0].tolist() == [1, 1, 0, 0]


def test_an_apex_from_200_to_20_kilohertz_is_half_an_interface():
    for hertz, weight in ((2.01e5, 0.0), (2e5, 0.0), (2e5 / 10**0.5, 0.5), (2e4, 1.0), (1e4, 1.0)):
        assert interface_weight(np.array([[hertz]]), np.array([[1.0]]))[0, 0] == pytest.approx(weight, abs=1e-9), hertz
    apex = np.array([[1e6, 1e3]])  # the flank of the slow one is 10 ohm * 1e-3**0.8 = 0.0398 ohm at the fast one
    assert interface_weight(apex, np.array([[0.0397, 10.0]]))[0].tolist() == [1.0, 1.0]
    assert interface_weight(apex, np.array([[0.0399, 10.0]]))[0].tolist() == [0.0, 1.0]
    chain = np.array([[1e7, 1e6, 1e3]])  # the middle one is in the flank of the last, and the first in that of both
    assert interface_weight(chain, np.array([[1e-4, 0.03, 10.0]]))[0].tolist() == [1.0, 1.0, 1.0]
    assert interface_weight(chain, np.array([[5.0, 0.03, 10.0]]))[0].tolist() == [0.0, 1.0, 1.0]


def test_a_rise_of_ten_kelvin_by_the_energies(frame):
    """exp(-E 1.263): bulk 0.33 eV, grain boundaries 0.42, interfaces 0.62."""
    rows = rows_of(frame, named("temperature"))._replace(mean_heat=np.ones(1))
    found, _ = modelled(frame, rows, np.zeros(rows.sd.shape))
    w, ohm = frame.interface[0], frame.tables.ohm[0]
    warm = np.exp(-(0.42 + 0.2 * w) * 1.263)
    expected = frame.tables.R[0] * np.exp(-0.33 * 1.263) + (ohm * warm).sum()
    assert found[0, -1].real == pytest.approx(expected, rel=0.02)
    assert found[0, -1].real < 0.6 * frame.total[0]


def test_sizes_at_their_standard_deviations(frame):
    """ln of everything by 0.5, a gain of 0.1 from the middle to the ends, half a resistance in series, a lead."""
    base, _ = modelled(
        frame, rows_of(frame, named("electrodes")), np.zeros((1, rows_of(frame, named("scale")).sd.shape[1]))
    )
    for name, column, expected in (
        ("scale", SCALE, base[0] * np.exp(np.hypot(0.5, 0.001))),
        ("drift", DRIFT, base[0] * np.exp(np.hypot(0.1, 0.001) * np.linspace(1, -1, len(F)))),
        ("series", SERIES, base[0] + np.hypot(0.5, 0.002) * frame.tables.top[0]),
        ("electrodes", LEAD, base[0] + 0.05j * frame.tables.top[0] * F / F[0]),
    ):
        rows = rows_of(frame, named(name))
        z = np.zeros(rows.sd.shape)
        z[0, column] = 1.0
        found, _ = modelled(frame, rows, z)
        lead = 2j * np.pi * F * frame.tables.L[0]
        away = expected if name in ("series", "electrodes") else (base[0] - lead) / base[0] * expected + lead
        np.testing.assert_allclose(found[0], away, rtol=1e-4, err_msg=name)


def test_an_own_impedance_of_a_leak_is_an_arc_at_30_hertz():
    """Half of the direct current at all frequencies, the other half through an arc: G is the direct one."""
    f = np.array([1e9, 30.0, 1e-6])
    theta = np.zeros((2, 12))
    own, by_share, by_apex = _own(f, theta, np.array([True, False]))
    assert own[1].tolist() == [1, 1, 1]
    assert not by_share[1].any()
    assert not by_apex[1].any()
    arc = 1 / (1 + 1j**0.85)
    np.testing.assert_allclose(own[0], [2.0, 1 / (0.5 + 0.5 * arc), 1.0], rtol=1e-4)
    for column, slope in ((9, by_share), (10, by_apex)):
        step = np.zeros((1, 12))
        step[0, column] = 1e-3
        up, down = (_own(f, sign * step, np.array([True]))[0][0] for sign in (1, -1))
        np.testing.assert_allclose(slope[0], (up - down) / 2e-3, atol=2e-3)


def test_what_heat_and_area_do_to_bulk_and_to_a_group_that_is_a_quarter_of_an_interface():
    """8 K by 0.33 eV (bulk, spread 0.05) and 0.42 + 0.2 / 4 eV (spread 0.07 + 0.06 / 4); ln area 0.4, weight 1/4."""
    sd = np.zeros((1, R_1 + 2))
    sd[0, [BULK, R_1, R_1 + 1]] = 0.1, 0.2, 0.05
    rows = Rows(np.zeros(1, int), sd, np.array([0.5]), np.ones((1, 2)), *(np.zeros(1, bool),) * 2)
    theta, z = np.zeros((1, R_1 + 2)), np.zeros((1, R_1 + 2))
    theta[0, [HEAT, AREA]] = 0.3, 0.4
    z[0, [BULK, R_1, R_1 + 1]] = 1.0, 2.0, -1.0
    found = _moves(rows, np.array([[0.25]]), theta, z)
    heat, doubt = 0.8 * 1.263, np.sqrt(0.25 * 0.75)
    by_0, by_R = np.hypot(0.1, 0.05 * heat), np.sqrt(0.2**2 + (0.085 * heat) ** 2 + (doubt * 0.4) ** 2)
    by_C = np.hypot(0.05, doubt * 0.4)
    assert [float(x.item()) for x in (found.by_0, found.by_R, found.by_C)] == pytest.approx([by_0, by_R, by_C])
    assert found.p_0[0] == pytest.approx(-0.33 * heat + by_0)
    assert found.p[0, 0] == pytest.approx(-0.47 * heat - 0.25 * 0.4 + 2 * by_R)
    assert found.c[0, 0] == pytest.approx(0.25 * 0.4 - by_C)


def test_what_stands_beside_a_leak_is_not_less_than_nothing(frame):
    """A contact of the whole top takes the bulk away: a millionth of it is left."""
    rows = rows_of(frame, named("leak"))
    theta = np.zeros(rows.sd.shape)
    top = frame.tables.top[0]
    bulk, part = np.full((1, 41), 2.0 * top), np.zeros((1, frame.interface.shape[1], 41))
    for contact, left in ((0.5, 2.0 - 0.55), (1.95 - 0.5e-6, 1e-6), (1.95 - 2e-6, 2e-6), (3.0, 2.0 - 3.05)):
        theta[0, CONTACT] = contact
        within, outside = _divided(frame, rows, theta, bulk + 0j, part + 0j)
        assert within[0] == pytest.approx(np.full(41, left * top), rel=1e-3), contact
        assert outside[0] == pytest.approx(np.full(41, (0.05 + contact) * top)), contact


def test_a_leak_is_no_larger_than_e_to_the_12_over_the_resistance_of_the_cell(frame):
    rows = rows_of(frame, named("leak") * 3)
    z = np.zeros(rows.sd.shape)
    z[:, LEAK] = 12 / LEAK_SPREAD, 20 / LEAK_SPREAD, 11 / LEAK_SPREAD
    found, _ = modelled(frame, rows, z)
    left = found.real[:, -1] - VERDICT.contact * frame.tables.top[0]
    assert left[0] == pytest.approx(left[1])
    assert left[0] == pytest.approx(frame.total[0] * np.exp(-12), rel=0.2)
    assert left[2] > 2 * left[0]
