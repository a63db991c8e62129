"""Units that a line beside a table states: of which columns, and when they are refused."""

from __future__ import annotations

import pytest

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.stated_units import Names, refuse_loose_unit, units_in, with_stated
from eisfit.readers.tabular.text import Line

PLAIN = "f;Re(Z);Im(Z)"
IN_OHM = "f/Hz;Re(Z)/Ohm;Im(Z)/Ohm"


def known(names: str, plain: int) -> Names:
    own = tuple(names.split(";"))
    return Names(own, plain, own, layout(own))


def told(names: Names, line: Line) -> str:
    """The names with their units, or what is refused."""
    try:
        return ";".join(with_stated(names, line, "a.txt").names)
    except CorruptFile as error:
        return error.message if error.line == 3 else "another line"


def test_what_a_line_states():
    """Names, how plain they are, the line, the names with their units or the beginning of what is refused."""
    for names, plain, text, found in (
        (PLAIN, 1, "# Hz,Ohm,kOhm", "f/Hz;Re(Z)/Ohm;Im(Z)/kOhm"),
        (PLAIN, 1, "Hz,Ohm", "f/Hz;Re(Z)/Ohm;Im(Z)/Ohm"),
        (PLAIN, 1, "impedance_unit: kOhm", "f;Re(Z)/kOhm;Im(Z)/kOhm"),
        (PLAIN, 1, "frequency unit = kHz", "f/kHz;Re(Z);Im(Z)"),
        (PLAIN, 1, "Unit of phase: deg", PLAIN),
        ("f;|Z|;phase", 1, "phase unit: rad", "f;|Z|;phase/rad"),
        ("f;|Z|;phase", 1, "phase in deg", "f;|Z|;phase/deg"),
        (PLAIN, 1, "units: kHz mOhm mOhm", "f/kHz;Re(Z)/mOhm;Im(Z)/mOhm"),
        (PLAIN, 1, "units: blah", "states the unit 'blah', which is not known; if "),
        (PLAIN, 0, "units: blah", "states the unit 'blah', which is not known; if "),
        (PLAIN, 2, "units: blah", PLAIN),
        (PLAIN, 1, "units blah", PLAIN),
        (PLAIN, 1, "units: SI", PLAIN),
        (PLAIN, 1, "units: 12", PLAIN),
        (PLAIN, 1, "units: one two three four five", "states the unit 'one two three four five', which is "),
        (PLAIN, 1, "units: one two three four five six", PLAIN),
        (PLAIN, 1, "kOhm", "f;Re(Z)/kOhm;Im(Z)/kOhm"),
        (PLAIN, 1, "(kOhm)", "f;Re(Z)/kOhm;Im(Z)/kOhm"),
        (PLAIN, 1, "s", PLAIN),
        (PLAIN, 1, "f in kHz, Z in mOhm", "f/kHz;Re(Z)/mOhm;Im(Z)/mOhm"),
        (PLAIN, 1, "Cell A (kOhm)", "f;Re(Z)/kOhm;Im(Z)/kOhm"),
        (PLAIN, 1, "Cell A (kOhm) 12", PLAIN),
        (IN_OHM, 2, "Cell A (kOhm)", IN_OHM),
        (PLAIN, 1, "all data in mS", "f;Re(Z)/mS;Im(Z)/mS"),
        (PLAIN, 1, "data given in dB", "f;Re(Z)/dB;Im(Z)/dB"),
        (PLAIN, 1, "everything here in dB", "f;Re(Z)/dB;Im(Z)/dB"),
        (PLAIN, 1, "everything here in mS", "f;Re(Z)/mS;Im(Z)/mS"),
        (PLAIN, 1, "values are given in siemens", "f;Re(Z)/siemens;Im(Z)/siemens"),
        (PLAIN, 1, "frequency: kHz", "f/kHz;Re(Z);Im(Z)"),
        ("f/Hz;Re(Z);Im(Z)", 1, "f in kHz", "states kHz, but the column is named f/Hz; if "),
        ("f/kHz;Re(Z);Im(Z)", 1, "f in kHz", "f/kHz;Re(Z);Im(Z)"),
        ("f;Re(Z);Im(Z);E;T", 1, "units: V", "f;Re(Z);Im(Z);E;T"),
        (PLAIN, 1, "re in kOhm", "f;Re(Z)/kOhm;Im(Z)"),
        (PLAIN, 1, "im(z) in kOhm", "f;Re(Z);Im(Z)/kOhm"),
        ("f;R;X", 1, "resistance in kOhm", "f;R/kOhm;X/kOhm"),
        ("f;Y';Y''", 1, "units: mS", "f;Y'/mS;Y''/mS"),
        ("omega;Re(Z);Im(Z)", 1, "rad/s", "omega [rad/s];Re(Z);Im(Z)"),
        (PLAIN, 1, "range: 100 kHz", PLAIN),
    ):
        assert told(known(names, plain), Line(3, 0, text)).startswith(found), (names, text)
        assert found.startswith("states") or told(known(names, plain), Line(3, 0, text)) == found, (names, text)


def test_a_unit_that_stands_in_a_remark():
    """Refused where a column has no unit and no number stands beside it."""
    for names, plain, text, word in (
        (PLAIN, 1, "in kOhm", "kOhm"), (PLAIN, 1, "measured at 5 kOhm", ""), (PLAIN, 1, "kHz range", ""),
        (PLAIN, 1, "kHz", "kHz"), (PLAIN, 2, "kHz", "kHz"), (PLAIN, 2, "kOhm", "kOhm"), (IN_OHM, 2, "kOhm kHz", ""),
        ("f/Hz;Re(Z);Im(Z)", 1, "kHz", ""), ("f;Re(Z)/Ohm;Im(Z)/Ohm", 1, "kHz", "kHz"), (PLAIN, 1, "10 to kHz", ""),
        ("f;Re(Z)/Ohm;Im(Z)/Ohm", 1, "kOhm", ""), (PLAIN, 1, "kHz 5", ""), (PLAIN, 1, "siemens", "siemens"),
        (PLAIN, 2, "siemens", ""), (PLAIN, 1, "log", ""), (PLAIN, 1, "mOhm bereich", ""),
    ):  # fmt: skip
        if not word:
            refuse_loose_unit(known(names, plain), Line(3, 0, text), "a.txt")
        else:
            with pytest.raises(CorruptFile, match=f"^a.txt, line 3: says {word}, and the columns have no unit"):
                refuse_loose_unit(known(names, plain), Line(3, 0, text), "a.txt")


def test_units_that_stand_alone_or_in_brackets():
    for text, units in (
        ("kOhm; Hz", ["kOhm", "Hz"]), ("(kOhm)", ["(kOhm)", "kOhm"]), ("Cell (kOhm)", ["kOhm"]), ("Cell (kOhm) 5", []),
        ("5 Hz", []), ("Hz", ["Hz"]), ("m", []), ("Ohm,cm", ["Ohm"]), ("Ohm, Hz", ["Ohm", "Hz"]), ("A, s", []),
        ("V|kHz", ["kHz"]), ("kOhm 12", []),
    ):  # fmt: skip
        assert list(units_in(text)) == units, text
