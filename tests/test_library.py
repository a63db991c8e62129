from __future__ import annotations

import re
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from eisfit.circuit import Circuit
from eisfit.errors import CircuitError
from eisfit.library import DEFAULT, FOLDER, Entry, library, load_circuit, load_entry, resolve_circuit

DOCS = Path(__file__).parents[1] / "docs"
LIBRARY = library()
every_entry = pytest.mark.parametrize("entry", LIBRARY.values(), ids=lambda e: e.name)


@every_entry
def test_an_entry_is_complete(entry: Entry) -> None:
    assert entry.title
    assert entry.description.endswith(".")
    assert re.search(r"\((18|19|20)\d\d\)", entry.source)
    assert entry.roles
    assert str(entry.circuit) == entry.text
    assert entry.path == FOLDER / f"{entry.name}.toml"
    assert np.isfinite(entry.circuit.impedance(np.logspace(-3, 7, 11))).all()


@every_entry
def test_roles_are_resistances(entry: Entry) -> None:
    for role, name in entry.roles.items():
        assert re.fullmatch(r"R_\w+", role)
        assert entry.circuit.parameter(name).unit == "ohm"


@every_entry
def test_bounds_lie_within_those_of_the_elements(entry: Entry) -> None:
    declared = Circuit(entry.text)
    for p, wide in zip(entry.circuit.parameters, declared.parameters, strict=True):
        assert wide.lower <= p.lower < p.value < p.upper <= wide.upper


def test_the_default_is_the_solid_state_cell() -> None:
    circuit = load_circuit(DEFAULT)
    assert str(circuit) == "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"
    assert circuit.names == ("R_SE_bulk", "R_GB", "Q_GB", "Q_GB_n", "R_Int", "Q_Int", "Q_Int_n", "Q_D", "Q_D_n")
    assert dict(circuit.roles) == {"R_SE_bulk": "R_SE_bulk", "R_GB": "R_GB", "R_Int": "R_Int"}
    assert next(iter(LIBRARY)) == DEFAULT


def test_the_circuits_of_a_laboratory_are_there() -> None:
    assert {"li-symmetric", "randles", "blocking-pellet", "li-ion", "gerischer-cathode", "porous-electrode"} <= set(
        LIBRARY
    )
    symmetric = LIBRARY["li-symmetric"]
    assert str(symmetric.circuit) == "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})"
    assert symmetric.roles == LIBRARY["assb"].roles


def test_the_supercapacitor_has_the_values_of_its_source() -> None:
    circuit = load_circuit("supercapacitor")
    s = 2j * np.pi * np.logspace(-2, 4, 13)
    x = np.sqrt(1.044 * s)
    inner = 1 / (15.59e-3 * s + 1 / (4.23e-3 + 37.89e-3 / (x * np.tanh(x))))
    np.testing.assert_allclose(circuit.impedance(s.imag / (2 * np.pi)), 98.45e-9 * s + 31.61e-3 + inner, rtol=1e-4)
    assert circuit.parameter("T_D_B").value == pytest.approx(sqrt(1.044), rel=1e-5)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("assb", "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"),
        (" Randles ", "R_{s}(C_{dl}[R_{ct}W_{D}])"),
        ("R(RQ)", "R1(R2Q1)"),
        ("R0-p(R1,C1)", "R0(R1C1)"),
        ("p(R1,C1)", "(R1C1)"),
    ],
)
def test_a_circuit_may_be_a_name_or_a_text(given: str, text: str) -> None:
    assert str(resolve_circuit(given)) == text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("asb", "no circuit 'asb'; did you mean assb"),
        ("li_symmetric", "did you mean li-symmetric"),
        ("nothing-like-it", "it has assb"),
        ("R(RQ", "not closed"),
        ("", "empty"),
        ("missing.toml", "missing.toml: No such file"),
        ("\x00.toml", "null"),
    ],
)
def test_what_is_neither_is_said(given: str, sentence: str) -> None:
    with pytest.raises(CircuitError, match=sentence):
        resolve_circuit(given)


def test_a_name_never_leaves_the_folder() -> None:
    for name in ("../circuits/assb", "circuits/assb", ".", "assb.", "assb\n"):
        with pytest.raises(CircuitError):
            load_circuit(name)


def written(folder: Path, text: str) -> Path:
    path = folder / "Mine Ü.TOML"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        circuit = "R1+Q1/R2"
        notation = "zfit"
        title = "Grün"
        [roles]
        R_Int = "R2"
        [parameters]
        R1 = 5
        R2 = { value = 50.0, lower = 1.0, upper = 1e3 }
        Q1_n = { value = 1, fixed = true }
        Q1 = { upper = 1e-6 }
        """,
    )
    for circuit in (load_circuit(path), load_circuit(str(path)), resolve_circuit(str(path))):
        assert str(circuit) == "R1(Q1R2)"
        assert circuit.title == "Grün"
        assert circuit.roles == (("R_Int", "R2"),)
        assert circuit.parameter("R1").value == 5
        assert (circuit.parameter("R2").lower, circuit.parameter("R2").upper) == (1, 1000)
        assert circuit.parameter("Q1_n").fixed
        assert circuit.parameter("Q1").value == circuit.parameter("Q1").upper == 1e-6
    assert load_entry(path).name == "Mine Ü"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('title = "x"', '"circuit" is missing'),
        ("circuit = 5", "circuit must be a text"),
        ('circuit = "R(RQ"', "not closed"),
        ('circuit = "RC"\ncircut = "R"', "unknown key 'circut'; did you mean circuit"),
        ('circuit = "RC"\nnotation = "spice"', "no notation 'spice'"),
        ('circuit = "RC"\n[roles]\nR_Int = "R9"', "no parameter R9"),
        ('circuit = "RC"\n[roles]\nR_Int = 5', "must be a text"),
        ('circuit = "RC"\nroles = "R1"', r"\[roles\] must be a table"),
        ('circuit = "RC"\n[parameters]\nR2 = 5', "no parameter R2"),
        ('circuit = "RC"\n[parameters]\nR1 = "5"', "R1.value must be a number"),
        ('circuit = "RC"\n[parameters]\nR1 = { valu = 5 }', "unknown key 'valu'; did you mean value"),
        ('circuit = "RC"\n[parameters]\nR1 = { value = 5, upper = 4 }', "R1 = 5 lies outside its bounds"),
        ('circuit = "RC"\n[parameters]\nR1 = { lower = 5, upper = 4 }', "bounds of R1"),
        ('circuit = "RC"\n[parameters]\nR1 = nan', "R1 = nan"),
        ('circuit = "RC"\n[parameters]\nR1 = { fixed = 1 }', "R1.fixed must be true or false"),
        ('circuit = "RC', "not a TOML file"),
        ("a = " + "[" * 5000, "not a TOML file"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_by_name(tmp_path: Path, text: str, sentence: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(CircuitError, match=sentence) as caught:
        load_circuit(path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.toml"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(CircuitError, match="not a TOML file"):
        load_circuit(path)
    with pytest.raises(CircuitError, match=re.escape(str(tmp_path))):
        load_circuit(tmp_path)


def test_the_examples_of_the_documentation_run() -> None:
    page = (DOCS / "circuits.md").read_text(encoding="utf-8")
    row = re.search(r"\| Boukamp's code .*`(.*)` \|\n\| impedance.py .*`(.*)` \|\n\| EC-Lab ZFit .*`(.*)` \|", page)
    assert row is not None
    assert Circuit(row[1]) == Circuit(row[2]) == Circuit(row[3])
    shown = re.search(r"CircuitSyntaxError: (this .*?)\n```", page, re.DOTALL)
    assert shown is not None
    with pytest.raises(CircuitError) as caught:
        Circuit("R(RQ")
    assert str(caught.value) == shown[1]
