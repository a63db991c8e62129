"""Spellings and units of columns."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.readers.tabular.columns import Column, fit_each_other, is_readable, is_record, layout, needs, side_by_side
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


def test_two_parts_of_one_thing():
    """Units of one kind, or one that was lost; names of one family, or a reactance in ohm beside Re(Z) in ohm."""

    def part(word, unit, lost=False):
        return Column(0, "real", 1.0, unit, word, word=word, lost=lost)

    for real, imaginary, fine in (
        (part("z'", "Ohm"), part("z''", "Ohm"), True), (part("z'", ""), part("z''", "Ohm"), False),
        (part("z'", "", True), part("z''", "Ohm"), True), (part("z'", "Ohm"), part("z''", "", True), True),
        (part("z'", "", True), part("z''", "", True), True), (part("z'", "Ohm"), part("x", "Ohm"), True),
        (part("z'", ""), part("x", ""), False), (part("r", "Ohm"), part("x", "Ohm"), True),
        (part("r", "Ohm"), part("z''", "Ohm"), False), (part("z'", "S"), part("x", "S"), False),
    ):  # fmt: skip
        assert fit_each_other(real, imaginary) is fine, (real.word, imaginary.word)


def test_cells_that_have_to_be_numbers():
    """Frequency and what gives the impedance, of a dielectric too; of a record time, potential and current."""
    must, useful, names = needs(layout(("f", "Re", "Im", "|Z|", "T/K", "words")))
    assert (sorted(must), sorted(useful), sorted(names)) == ([0, 1, 2], [0, 1, 2, 3, 4], [])
    assert sorted(needs(layout(("f", "eps'", "eps''", "T/K"))).must) == [0, 1, 2]
    assert sorted(needs(layout(("time/s", "Ewe/V", "I/mA", "T/K"))).must) == [0, 1, 2]
    assert sorted(needs(layout(("omega (rad/s)", "Re", "Im", "time/s"))).must) == [0, 1, 2]
    assert sorted(needs(layout(("f", "Re", "Im", "z cycle"))).names) == [3]
    assert sorted(needs(layout(("f", "Re", "Im")), layout(("", "", "", "f", "Re", "Im"))).must) == [0, 1, 2, 3, 4, 5]


def test_a_record_has_time_potential_and_current_or_charge():
    for names, record in (
        (("time/s", "E/V", "I/A"), True), (("time/s", "E/V", "dq/mA.h"), True), (("time/s", "E/V"), False),
        (("time/s", "I/A"), False), (("E/V", "I/A"), False), (("time/s", "E/V", "I/A", "dq/mA.h", "T/K"), True),
    ):  # fmt: skip
        assert is_record(layout(names)) is record, names


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


def test_what_the_headers_of_a_table_mean_together():
    """Parts that fit each other; none beside those of another quantity, beside Z3, where a unit stands alone twice."""
    for names, found in (
        ("f;Real;Imag", "frequency real imaginary"),
        ("f;Real;Imag;Eps Real;Eps Imag", "frequency eps_real eps_imaginary"),
        ("f;Re;Im;Re fit;Im fit", "frequency real imaginary"), ("f;Z1;Z2", "frequency real imaginary"),
        ("f;Z1;Z2;Z3", "frequency"), ("kHz;mOhm;mOhm", "frequency"), ("kHz;mOhm;deg", "frequency magnitude phase"),
        ("w;Re;Im", "omega real imaginary"), ("W;Re;Im", "real imaginary"), ("w;I/A;Re;Im", "current real imaginary"),
        ("f;w;Re;Im", "frequency omega real imaginary"), ("f;R;X", "frequency real imaginary"), ("f;R;Im", "frequency"),
        ("f;Z';X", "frequency real"), ("f;R/Ohm;X", "frequency"), ("f;Cs/F;R/Ohm", "frequency cs real"),
        ("f;Zre/Ohm;Zim/Ohm;Zre/kOhm", "frequency real imaginary"),
    ):  # fmt: skip
        own = layout(tuple(names.split(";")))
        assert set(own) == set(found.split()), names
        assert all(len(columns) == 1 for q, columns in own.items() if q in ("real", "imaginary")), names


def test_spectra_side_by_side_share_a_frequency_or_have_their_own():
    for names, indices in (
        ("Z1;Phase1;Z2;Phase2;f", [("magnitude", 0, "phase", 1, 4), ("magnitude", 2, "phase", 3, 4)]),
        ("f;R_1;i_1;R_2;i_2", [("real", 1, "imaginary", 2, 0), ("real", 3, "imaginary", 4, 0)]),
        ("f;|Z| 1;phase 1;|Z| 2;phase 2", [("magnitude", 1, "phase", 2, 0), ("magnitude", 3, "phase", 4, 0)]),
        ("f 1;Re 1;Im 1;f 2;Re 2;Im 2", [("real", 1, "imaginary", 2, 0), ("real", 4, "imaginary", 5, 3)]),
        ("f;Re_A;Im_A;Re_B;Im_B", [("real", 1, "imaginary", 2, 0), ("real", 3, "imaginary", 4, 0)]),
        ("f;Re;Im;Re", []), ("Re 1;Im 1;Re 2;Im 2", []), ("f;Re 1;Im 1", []), ("f;f;Re 1;Im 1;Re 2;Im 2;Re 3;Im 3", []),
    ):  # fmt: skip
        found = side_by_side(tuple(names.split(";")))
        assert len(found) == len(indices), names
        for own, (first, i, second, k, f) in zip(found, indices, strict=True):
            assert (own[first][0].index, own[second][0].index, own["frequency"][0].index) == (i, k, f), names
