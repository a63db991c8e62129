"""Cells of an electrolyte and any interfaces, simulated with noise and fitted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from eisfit.analysis import analyse
from eisfit.circuit import Circuit
from eisfit.simulation import simulate
from eisfit.spectrum import Cell
from eisfit.study import Study

FREQUENCY = np.logspace(6, -2, 57)
ELECTROLYTE = "R_{SE,bulk}(R_{GB}Q_{GB})"
INTERFACES = ("(R_{Int}Q_{Int})", "(R_{3}Q_{3})")


def _circuit(n: int) -> Circuit:
    return Circuit(ELECTROLYTE + "".join(INTERFACES[:n]))


def _arc(ohm: float, apex: float) -> list[float]:
    """R, Q, n with the apex at `apex` Hz."""
    return [ohm, (1 / (2 * np.pi * apex)) ** 0.85 / ohm, 0.85]


def _make(
    interfaces: Sequence[tuple[float, float]],
    *,
    arcs: int | None = None,
    electrolyte: float = 1.0,
    course: Sequence[float] = (1.0, 1.02, 1.05, 1.1),
    f: np.ndarray = FREQUENCY,
    seed: int = 0,
    **cell: object,
) -> Study:
    """A study: interfaces as (ohm, apex in Hz), each running along `course` at constant capacitance."""
    rows = [
        [
            22 * electrolyte,
            *_arc(14 * electrolyte, 1.5e5),
            *(v for R, apex in interfaces for v in _arc(R * k, apex / k)),
        ]
        for k in course
    ]
    truth, model = _circuit(len(interfaces)), _circuit(len(interfaces) if arcs is None else arcs)
    series = simulate(truth, f, np.array(rows), noise=0.003, seed=seed)
    return analyse(series, circuit=model, cell=Cell(**cell))


@pytest.fixture(scope="session")
def make_cell() -> Callable[..., Study]:
    return _make
