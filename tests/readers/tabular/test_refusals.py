"""What is said of columns that make no impedance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers._base import File
from eisfit.readers.tabular.plain import read_table
from eisfit.readers.tabular.refusals import listing, printable, refusal, unknown_unit, why
from eisfit.readers.tabular.shape import candidates

SAID = {
    ("f/Hz", "Z'/Ohm"): "no impedance columns: no Im(Z) beside Z'/Ohm",
    ("f/Hz", "Z''/Ohm"): "no impedance columns: no Re(Z) beside Z''/Ohm",
    ("f/Hz", "|Z|/Ohm"): "no impedance columns: no phase beside |Z|/Ohm",
    ("f/Hz", "phase/deg"): "no impedance columns: no magnitude beside phase/deg",
    ("f/Hz", "Y'/S"): "no impedance columns: no Im(Y) beside Y'/S",
    ("f/Hz", "T/K"): "no impedance columns",
    ("time/s", "E/V"): "no frequency and impedance",
    ("x", "y"): "no frequency and impedance",
    ("Re(Z)/Ohm", "Im(Z)/Ohm"): "no frequency column",
    ("freq/Hz", "eps'", "eps''"): "eps' and eps'' give an impedance only with the area and thickness of the sample",
    ("f/Hz", "Z'/V", "Z''/Ohm"): "the unit V of column Z'/V is not known for it",
    ("f/Hz", "Z' (foo)", "Z''"): "the unit foo of column Z' (foo) is not known for it",
    ("f/Hz", "Z'/foo", "Z''"): "the unit foo of column Z'/foo is not known for it",
    ("f/Hz", "Z'/Ohm", "Z''/Ohm cm2"): "Z'/Ohm and Z''/Ohm cm2 have units or names that do not fit each other",
    ("f/Hz", "Y'/S", "Y''/mS"): "Y'/S and Y''/mS have units or names that do not fit each other",
}


def test_what_is_missing_is_said():
    for names, expected in SAID.items():
        assert why(names) == expected, names
        assert refusal(names).startswith(f"names columns ({', '.join(names)}), but {expected}; expected were a freq")


def test_a_known_unit_in_brackets_is_not_strange():
    assert unknown_unit(["f (Hz)", "Z' (Ohm)", "f [kHz]"]) is None
    assert unknown_unit(["f (Hz)", '"Z\' (V)"']) == ("Z' (V)", "V")
    assert unknown_unit(["f/V"]) is None  # a letter alone names nothing for sure


def test_the_first_eight_names_are_listed_and_cut_at_forty_letters():
    assert listing([" a ", "", "b"]) == "a, b"
    assert listing([f"n{i}" for i in range(8)]) == "n0, n1, n2, n3, n4, n5, n6, n7"
    assert listing([f"n{i}" for i in range(9)]) == "n0, n1, n2, n3, n4, n5, n6, n7, ..."
    assert printable("x" * 41) == "x" * 40
    assert printable("a\tb\u202e") == "a?b?"


def test_the_ways_to_take_a_line_apart():
    cases = {
        (" f/Hz  Re Z/Ohm ", None): [("f/Hz", "Re Z/Ohm"), ("f/Hz", "Re", "Z/Ohm")],
        ("f (Hz) Re Z (Ohm)", None): [
            ("f (Hz) Re Z (Ohm)",),
            ("f", "(Hz)", "Re", "Z", "(Ohm)"),
            ("f (Hz)", "Re Z (Ohm)"),
        ],
        ("f [Hz] Re Z [Ohm]", None): [
            ("f [Hz] Re Z [Ohm]",),
            ("f", "[Hz]", "Re", "Z", "[Ohm]"),
            ("f [Hz]", "Re Z [Ohm]"),
        ],
        ("f,Z,,", ","): [("f", "Z")],
        (",,,", ","): [()],
        ("f Z", ","): [],
    }
    for (text, delimiter), expected in cases.items():
        assert list(candidates(text, delimiter)) == expected, text


def test_numbers_that_are_not_what_names_say():
    rng = np.random.default_rng(4)
    f = np.geomspace(1e5, 0.1, 31)
    z = 20 + 80 / (1 + (2j * np.pi * f * 3e-4) ** 0.85)
    noise = rng.standard_normal((31, 2))
    for names, columns, said in (
        ("Frequency (Hz),Real,Imag", (10.0 * np.arange(1, 32), *noise.T), "say not of what they are parts"),
        ("Zre/Ohm,f/Hz,Zim/Ohm", (f, z.real + np.arange(31), z.imag), "runs as a frequency does"),
    ):
        text = names + "\n" + "".join(",".join(f"{x:.8g}" for x in row) + "\n" for row in zip(*columns, strict=True))
        with pytest.raises(CorruptFile, match=said):
            read_table(File(Path("a.csv"), text.encode(), "a.csv"))
    text = "f,Real,Imag\n" + "".join(f"{a:.8g},{b.real:.8g},{b.imag:.8g}\n" for a, b in zip(f, z, strict=True))
    assert read_table(File(Path("a.csv"), text.encode(), "a.csv")).spectra
