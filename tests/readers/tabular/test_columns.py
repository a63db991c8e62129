"""Spellings and units of columns."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.readers.tabular.columns import is_readable, layout, side_by_side
from eisfit.readers.tabular.names import understood
from eisfit.readers.tabular.units import unit_of


@pytest.mark.parametrize(
    ("header", "quantity", "factor"),
    [
        ("freq/Hz", "frequency", 1), ("Frequency (Hz)", "frequency", 1), ("   Freq.[Hz]   ", "frequency", 1),
        ("f / kHz", "frequency", 1e3), ("f (MHz)", "frequency", 1e6), ("f (mHz)", "frequency", 1e-3),
        ("frequency_Hz", "frequency", 1), ("FREQ", "frequency", 1), ("omega / rad s-1", "omega", 1),
        ("Re(Z)/Ohm", "real", 1), ("Zreal (ohms)", "real", 1), (" Zs' [Ohms]", "real", 1), ("Z_real", "real", 1),
        ("Z′ / kΩ", "real", 1e3), ("Z'/mΩ", "real", 1e-3), ("Z'/MOHM", "real", 1e6), ("z_re_mohm", "real", 1e-3),
        ("-Im(Z)/Ohm", "imaginary", -1), ("Im(Z)/Ohm", "imaginary", 1), ("-Z''", "imaginary", -1),
        ('-Z" / ohm', "imaginary", -1), ("−Z″ [MΩ]", "imaginary", -1e6), ("(-Im Z)/Ohm", "imaginary", -1),
        ("neg_imag", "imaginary", -1), ("minus Zim", "imaginary", -1), ("Zimag", "imaginary", 1),
        ("Z'' (Ohm cm2)", "imaginary", 1), ("|Z| (ohms)", "magnitude", 1), ("Zmod", "magnitude", 1),
        ("Phase(Z)/deg", "phase", np.pi / 180), ("-Phase (°)", "phase", -np.pi / 180), ("theta/rad", "phase", 1),
        ("time/s", "time", 1), ("t / h", "time", 3600), ("T/K", "temperature", 1), ("Temperature/°C", "temperature", 1),
        ("<Ewe>/V", "potential", 1), ("Ecell/V", "potential", 1), ("E (mV)", "potential", 1e-3),
        ("<I>/mA", "current", 1e-3), ("I/µA", "current", 1e-6), ("Current (A)", "current", 1),
        ("dq/mA.h", "dq", 1), ("dQ/C", "dq", 1 / 3.6), ("(Q-Qo)/mA.h", "counter", 1), ("(Q-Qo)/C", "counter", 1 / 3.6),
        ("z cycle", "group", 1), ("loop_index", "group", 1), ("Ns", "step", 1), ("cycle number", "cycle", 1),
        ("SoC (%)", "soc", 0.01), ("sigma_re", "sigma_real", 1),
    ],
)  # fmt: skip
def test_spellings(header, quantity, factor):
    meaning = understood(header)
    assert meaning is not None
    assert meaning[0] == quantity
    assert meaning[1] == pytest.approx(factor, rel=1e-15)


@pytest.mark.parametrize(
    "header",
    [
        "|Ewe|/V",
        "|I|/A",
        "Re(Y)/Ohm",
        "Re(Z)/S",
        "Re(Z)/Ohm * Area",
        "#NAME?",
        "I Range",
        "Cs/Ohm",
        "T",
        "time/V",
        "",
    ],
)
def test_columns_of_another_meaning(header):
    meaning = understood(header)
    assert meaning is None or (header == "T" and meaning[0] == "time")


def test_case_of_the_prefix_counts():
    assert unit_of("mOhm") == ("Ohm", 1e-3)
    assert unit_of("MOhm") == ("Ohm", 1e6)
    assert unit_of("KHz") == ("Hz", 1e3)
    assert unit_of("MPa") == ("MPa", 1.0)
    assert unit_of("bananas") is None


def test_best_spelling_comes_first():
    columns = layout(("Ewe/V", "<Ewe>/V", "E/V"))
    assert [column.name for column in columns["potential"]] == ["<Ewe>/V", "Ewe/V", "E/V"]


def test_what_can_be_read():
    assert is_readable(layout(("f", "Re", "Im")))
    assert is_readable(layout(("|Z|", "phase")))
    assert is_readable(layout(("time/s", "E/V", "I/A")))
    assert not is_readable(layout(("time/s", "E/V")))
    assert not is_readable(layout(("a", "b", "c")))


@pytest.mark.parametrize(
    ("headers", "indices"),
    [
        (("f/Hz", "Re 1/Ohm", "Im 1/Ohm", "Re 2/Ohm", "Im 2/Ohm"), [(0, 1, 2), (0, 3, 4)]),
        (("f", "Z'", "Z''", "f.1", "Z'.1", "Z''.1"), [(0, 1, 2), (3, 4, 5)]),
        (("f", "Z'", "Z''", "f", "Z'", "Z''"), [(0, 1, 2), (3, 4, 5)]),
        (("f", "Z1", "Z2"), []),
        (("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "<I>/mA", "<I>/mA"), []),
    ],
)
def test_side_by_side(headers, indices):
    found = side_by_side(headers)
    quantities = ("frequency", "real", "imaginary")
    assert [tuple(columns[q][0].index for q in quantities) for columns in found] == indices
