"""A cell that changed: exact cases and derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.shorts.cell_model import (
    AREA,
    BULK,
    HEAT,
    LEAK,
    LEAK_SPREAD,
    SERIES,
    Frame,
    Rows,
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
