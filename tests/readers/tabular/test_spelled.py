"""The steps by which the name of a column is understood, and rows of units beside names: each step by itself."""

from __future__ import annotations

import pytest

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.names import (
    bare,
    is_any_prefix,
    known_name,
    plain_name,
    said_twice,
    split_unit,
    taken_apart,
    understood,
    words_of,
)
from eisfit.readers.tabular.unit_rows import (
    are_units,
    in_unit,
    is_label,
    is_strange,
    own_name,
    strange_tokens,
    sub_names,
    uncommented,
    units_row,
    with_units,
)


def test_names_without_what_programs_put_around_them():
    for name, plain in (
        ('"Re(Z)"', "Re(Z)"), ("Trace 1: Impedance: Magnitude", "Impedance: Magnitude"), ("Z11 (Ohm)", "Z (Ohm)"),
        ("[1/Z]", "(Y)"), ("[Z] re", "(Z) re"), ("Re(Zs)", "Re(Z)"), ("Zre data", "Zre"), ("Zre trace data", "Zre"),
        ("ACIM_Zreal(Ohm)", "Zreal(Ohm)"), ('"a', '"a'), ('"', '"'), ("data", "data"), ("a", "a"), ('x"Re"y', 'x"Re"y'),
    ):  # fmt: skip
        assert plain_name(name) == plain, name


def test_names_and_their_units():
    for header, name, unit in (
        ("Re(Z)/Ohm", "Re(Z)", "Ohm"), ("Zre (ohms)", "Zre", "ohms"), ("Zs' [Ohms]", "Zs'", "Ohms"),
        ("z_real_ohm", "z_real", "ohm"), ("f, Hz", "f", "Hz"), ("Frequency in Hz", "Frequency", "Hz"),
        ("ZrealOhm", "Zreal", "Ohm"), ("Z{Ohm}", "Z", "Ohm"), ("Z<Ohm>", "Z", "Ohm"), ("x [y]", "x", "y"),
        ("x{y}", "x", "y"), ("(Q-Qo)/mA.h", "(Q-Qo)", "mA.h"), ("Zre (?)", "Zre", "?"), ("x (y)", "x (y)", None),
        ("x<y>", "x<y>", None), ("x/1", "x", None), ("f (-)", "f", None), ("f [1]", "f", None), ("f/", "f/", None),
        ("Re(Z)", "Re(Z)", None), ("f (Hz) x", "f (Hz) x", None), ("a, b", "a, b", None), ("freqHz", "freqHz", None),
    ):  # fmt: skip
        assert split_unit(header) == (name, unit), header
    assert known_name("-Im(Z)")
    assert known_name("Frequency in")
    assert not known_name("words")


def test_what_the_words_of_a_name_say_together():
    for name, quantity in (
        ("Imaginary part of impedance", "imaginary"), ("Z_Re", "real"), ("Test Frequency", "frequency"),
        ("Y imag", "y_imaginary"), ("admittance real part", "y_real"), ("admittance phase", "y_phase"),
        ("|Y| admittance", "y_magnitude"), ("phase shift", "phase"), ("Z double prime", "imaginary"),
        ("Z prime", "real"),
        ("|Z|", "magnitude"), ("mod Z", "magnitude"), ("实部", "real"), ("交流阻抗的虚部", "imaginary"),
        ("freq", "frequency"),
        ("module de l'impedance", "magnitude"), ("Z Y re", None), ("re im", None), ("words", None), ("freq x", None),
        ("Z re 2", None), ("impedance", None), ("double", None), ("admittance impedance re", None),
    ):  # fmt: skip
        assert taken_apart(name) == quantity, name
    assert words_of("Z_Re' |x|") == ["z", "re", "'", "|", "x", "|"]
    assert bare(" Z_re * . (Ohm) ") == "zre(ohm)"


def test_a_word_and_a_symbol_that_say_the_same():
    for name, quantity in (
        ("频率 f", "frequency"), ("Z' 实部", "real"), ("Betrag |Z|", "magnitude"), ("Frequenz f", "frequency"),
        ("re real", "real"), ("Re Im", None), ("x f", None), ("f", None),
    ):  # fmt: skip
        assert said_twice(name) == quantity, name


def test_what_headers_mean():
    """Coulomb in mAh are 1 / 3.6, a unit of another quantity is none, radians per second are no hertz."""
    for header, quantity, factor, unit in (
        ("dq/C", "dq", 1 / 3.6, "C"), ("dq/mA.h", "dq", 1.0, "Ah"), ("(Q-Qo)/A.h", "counter", 1e3, "Ah"),
        ("Frequency/mhz", "frequency", 1e-3, "mHz or MHz"), ("SOC (%)", "soc", 0.01, "%"),
        ("sig'", "sig_real", 1.0, "S/cm"),
        ("y (S)", "y_magnitude", 1.0, "S"), ("t (C)", "temperature", 1.0, "C"), ("T/K", "temperature", 1.0, "K"),
        ("t/h", "time", 3600.0, "s"), ("kHz", "frequency", 1e3, "Hz"), ("mOhm", "magnitude", 1e-3, "Ohm"),
        ("omega (1/s)", "omega", 1.0, "1/s"), ("f (krad/s)", "omega", 1e3, "rad/s"),
        ("f (cps)", "frequency", 1.0, "1/s"),
        ("-Im(Z)/kOhm", "imaginary", -1e3, "Ohm"),
    ):  # fmt: skip
        found = understood(header)
        assert found is not None, header
        assert (found.quantity, found.factor, found.unit) == (quantity, pytest.approx(factor), unit), header
    for header in ("y", "Im(Z)/V", "f (s)", "xx", 201 * "f", "Re (Pa)"):
        assert understood(header) is None, header
    assert understood("Im (?)").lost
    assert not understood("Im").lost
    assert understood("Z''").rank < understood("Imaginary part of impedance").rank
    assert understood("Set Frequency").rank == understood("Test Frequency").rank + 1
    assert understood("kHz").rank > understood("Imaginary part of impedance").rank
    for header, unit, either in (
        ("Y (MS)", "MS", True),
        ("y (MS)", "MS", False),
        ("C (MF)", "MF", True),
        ("L (MX)", "MX", False),
    ):
        assert is_any_prefix(header, unit) is either, header


def test_rows_of_units():
    """Half of the cells that say something are units; one of a frequency is enough among single words."""
    for cells, every, fine in (
        (["Hz", "Ohm"], False, True), (["Hz", "blah"], False, True), (["Hz", "two words"], False, True),
        (["Hz", "two words", "x"], False, False), (["Ohm", "x", "y"], False, False), (["Ohm", "x"], False, True),
        (["Ohm", "x"], True, False), (["Hz", "-"], True, True), (["-", "-"], False, False), (["Hz", "5"], False, False),
        (["Hz", 15 * "x"], False, False), (["Hz", 14 * "x"], False, True), (["1", "Ohm", "x"], False, False),
        (["?", "Ohm"], True, True),
    ):  # fmt: skip
        assert are_units(cells, every=every) is fine, cells
    for text, mark, width, cells in (
        ("Hz,Ohm", ",", 2, ["Hz", "Ohm"]), ("# Hz, (Ohm)", ",", 2, ["Hz", "Ohm"]), ("Hz,Ohm,", ",", 2, ["Hz", "Ohm"]),
        ("Hz;Ohm", ",", 2, ["Hz", "Ohm"]), ("Hz  Ohm", None, 2, ["Hz", "Ohm"]), ("Hz Ohm", ",", 2, ["Hz", "Ohm"]),
        ("Hz,Ohm", ",", 3, None), ("Hz", ",", 1, None), ("// Hz,Ohm", ",", 2, ["Hz", "Ohm"]), ("f,Re", ",", 2, None),
    ):  # fmt: skip
        assert units_row(text, mark, width) == cells, text


def test_names_with_units_behind_them():
    assert with_units(("f", "Re/Ohm", "x", ""), ("kHz", "Ohm", "-", "V"), "a", 2) == ("f/kHz", "Re/Ohm", "x", "")
    assert with_units(("Z", "f"), ("re", "Hz"), "a", 2) == ("Z re", "f/Hz")
    assert with_units(("Re/Ohm",), ("?",), "a", 2) == ("Re/Ohm",)
    with pytest.raises(CorruptFile, match=r"column Re/Ohm has the unit 'kOhm' in another line") as caught:
        with_units(("f", "Re/Ohm"), ("Hz", "kOhm"), "a", 2)
    assert caught.value.line == 2
    assert in_unit("f", "Hz") == "f/Hz"
    assert in_unit("f", "rad/s") == "f [rad/s]"
    assert in_unit("f", "blah") == "f [blah]"
    assert in_unit("f", "?") == "f/?"
    assert is_label("Z' A")
    assert not is_label("I/A")
    assert (own_name("Z' A"), own_name("Re/Ohm")) == ("Z' A", "Re")


def test_parts_and_strange_words_below_names():
    assert sub_names("Hz,Re,Im", ",", 3) == ["Hz", "Re", "Im"]
    for text in ("Hz,Re", "Hz,Re,x", "1,Re,Im"):
        assert sub_names(text, ",", 3) is None, text
    names = ("f", "Re", "Im")
    for text, word in (
        ("Hz,foo,foo", "foo"), ("Hz,Ohm,foo", "foo"), ("x,y,foo", "foo"), ("x,y,-", "y"), ("Hz,Ohm,Ohm", "Ohm"),
        ("Hz,foo", None),
        ("a b,y,foo", None), ("x,y2,foo", None), ("-,-,foo", None), ("x,y,15", None),
    ):  # fmt: skip
        assert strange_tokens(text, ",", names) == word, text
    assert is_strange("foo")
    for word in ("Ohm", "12", 15 * "x", "?"):
        assert not is_strange(word), word
    assert is_strange(14 * "x")
    assert [uncommented(t) for t in ("# a", "  % a ", "a ", "// a", "'a")] == ["a", "a", "a", "a", "a"]
