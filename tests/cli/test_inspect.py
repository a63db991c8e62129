"""`eisfit inspect`: what was decided about sign and units stands on the terminal; formats are named."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.readers import formats

F = np.logspace(5, -1, 13)
Z = 10 + 90 / (1 + 1j * F / 300)


@pytest.fixture
def table(tmp_path):
    """Writes a table of an arc; `units` are what its numbers are divided by."""

    def write(name, header, *, units=(1.0, 1.0, 1.0)):
        columns = np.c_[F / units[0], Z.real / units[1], Z.imag / units[2]]
        rows = "".join(",".join(map(repr, row)) + "\n" for row in columns.tolist())
        path = tmp_path / name
        path.write_text(f"{header}\n{rows}", encoding="utf-8")
        return path

    return write


def test_units_are_stated(table, run):
    done = run("inspect", table("a.csv", "f/kHz,Re(Z)/kOhm,-Im(Z)/kOhm", units=(1e3, 1e3, -1e3)))
    assert "f/kHz (times 1000), Re(Z)/kOhm (times 1000), -Im(Z)/kOhm (times 1000)" in done.out
    assert "1e+05" in done.out
    assert "in ohm cm2" in run("inspect", table("b.csv", "f/Hz,Z' (Ω cm²),Z'' (Ω cm²)")).out


def test_the_sign_is_stated(table, run):
    assert "sign of Im(Z): as header or format state it in a.csv" in run("inspect", table("a.csv", "f,Re,Im")).out
    wrong = table("b.csv", "f,Re,Im", units=(1, 1, -1))
    done = run("inspect", wrong)
    assert "sign of Im(Z): decided by passivity in b.csv, see below" in done.out
    assert "Im(Z) is read with the opposite sign" in done.out
    done = run("inspect", wrong.parent)
    assert "as header or format state it in a.csv" in done.out
    assert "decided by passivity in b.csv" in done.out


def test_formats_are_named(tmp_path, table, run):
    (tmp_path / "a.xyz").write_bytes(b"\x00\x01 nothing that is known")
    done = run("inspect", tmp_path / "a.xyz")
    assert done.code == 1
    assert all(name in done.err for name in formats())
    both = tmp_path / "b.dat"
    both.write_bytes(b"Corrosion=x\nLevels=x\nInstrument Model: CHI Impedance\n")
    done = run("inspect", both)
    assert done.code == 1
    assert "looks like chi and ivium; choose one with --format" in done.err
    assert "holds no impedance (methods" in run("inspect", both, "--format", "ivium").err
    assert run("inspect", both, "--format", "iviun").code == 2


def test_columns_and_electrode_are_options(tmp_path, run):
    f = np.geomspace(1e5, 1, 21)
    z = 5 + 20 / (1 + 1j * f / 300)
    path = tmp_path / "a.txt"
    path.write_text("what my lab writes\n" + "".join(f"{b.real} {a} {-b.imag}\n" for a, b in zip(f, z, strict=True)))
    done = run("inspect", path, "--columns", "re,f,-im")
    assert done.code == 0
    assert "21" in done.out
    (tmp_path / "eisfit.toml").write_text('[fit]\ncolumns = ["re", "f", "-im"]\n')
    assert run("inspect", path).code == 0
    refused = run("inspect", path, "--columns", "re,frequenzy,-im")
    assert refused.code == 1
    assert "--columns names 'frequenzy'" in refused.err
    assert "no impedance of the counter electrode" in run("inspect", path, "--electrode", "ce").err


def test_a_pattern_is_suggested(tmp_path, run):
    for warmth in (-10, 0, 25):
        (tmp_path / f"cell_T{warmth}_SOC50.csv").write_text("f,Re,Im\n1000,1,-1\n100,2,-3\n10,4,-5\n1,5,-2\n0.1,6,-1\n")
    done = run("inspect", tmp_path)
    assert "use them with --pattern 'cell_T{temperature_C}_SOC50'" in done.out
    assert "--pattern" not in run("inspect", tmp_path, "--pattern", "cell_T{temperature_C}_SOC50").out
