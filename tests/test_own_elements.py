"""Elements declared in a session go to other processes with their circuit."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

from eisfit import Circuit
from eisfit.elements import REGISTRY, Element, Param, _by_value, power

SESSION = """
import numpy as np
import eisfit as ef
from eisfit.elements import Element, Param, power

EXTRA = 1.0

def store(s, Q, n):
    return EXTRA / (Q * power(s, n))

class Shifted(Element):
    "A CPE with a resistance in series."
    symbol = "Xs"
    formula = "R + 1 / (Q * s**n)"
    R = Param("ohm", 10.0, (1e-3, 1e6))
    Q = Param("S s^n", 1e-5, (1e-12, 1e2))
    n = Param("", 0.9, (0.3, 1.0), "linear")

    @staticmethod
    def impedance(s, R, Q, n):
        return R + store(s, Q, n)

f = np.logspace(5, -1, 25)
truth = np.tile([5.0, 1e-3, 0.8], (4, 1))
series = ef.simulate("Xs", f, truth, noise=0.001, seed=1)
study = ef.analyse(series, circuit="Xs", inductance="off", jobs=2)
assert study.fits.circuit.root.element is Shifted
print("found", np.round(study.fits.values[:, 0], 1).tolist())
"""


@pytest.fixture
def own():
    """An element as a notebook declares it."""

    class Declared(Element):
        """A resistor."""

        symbol = "Xo"
        formula = "R"
        R = Param("ohm", 10.0, (1e-3, 1e6))

        @staticmethod
        def impedance(s, R):
            return R * power(s, 0.0)

    Declared.__module__ = "__main__"
    yield Declared
    del REGISTRY["Xo"]


def test_an_element_of_a_session_is_packed_with_its_circuit(own):
    circuit = Circuit("R(XoC)")
    data = pickle.dumps(circuit)
    assert pickle.loads(data) == circuit
    _by_value._CLASSES.clear()  # as in a process that has never seen it
    there = pickle.loads(data)
    element = there.root.children[1].children[0].element
    assert element is not own
    assert REGISTRY["Xo"] is element
    assert [p.name for p in element.params] == ["R"]
    np.testing.assert_array_equal(there.impedance([1.0, 10.0]), circuit.impedance([1.0, 10.0]))
    assert pickle.dumps(there) == data
    assert pickle.loads(data) == there


def test_elements_of_modules_go_by_their_name():
    assert not any(_by_value.travels(element) for element in REGISTRY.values())


@pytest.mark.long
def test_two_processes_fit_with_an_element_of_a_session():
    done = subprocess.run([sys.executable, "-c", SESSION], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.strip() == "found [5.0, 5.0, 5.0, 5.0]", done.stderr[-2000:]
