"""Labels in the names of columns: what is one, and what tells how numbers were made."""

from __future__ import annotations

from eisfit.readers.tabular.labels import (
    apart,
    is_name,
    is_of_z,
    is_sample,
    labelled,
    measured,
    numbered,
    pairs,
    undotted,
)

LABELLED = {
    "Zre_A": ("Zre", "A"), "Zim_A (Ohm)": ("Zim [Ohm]", "A"), "Z' 25C": ("Z'", "25C"), "|Z| 50C": ("|Z|", "50C"),
    "Cell1 Zre": ("Zre", "Cell1"), "Z'' (25C) [Ohm]": ("Z'' [Ohm]", "25C"), "-Zim_A": ("-Zim", "A"),
    "Re(Z)_S1": ("Re(Z)", "S1"), "Z real B": ("Z real", "B"), "Phase cell 2": ("Phase", "cell 2"),
}  # fmt: skip
NONE = (
    "Zre_raw",
    "Zre corr",
    "Re q25",
    "Zre_1kHz",
    "Zre min",
    "Re 2",
    "Zre_fit1",
    "E1",
    "Temp A",
    "Re(Z)",
    "Zre_1_err",
    "",
)


def test_names_and_labels():
    for header, wanted in LABELLED.items():
        assert labelled(header) == wanted, header
    for header in NONE:
        assert labelled(header) is None, header


def test_spectra_are_told_apart():
    headers = ("Freq", "Zre_A", "Zim_A", "Zre_B", "Zim_B")
    assert apart(headers) == (("Freq", "Zre 1", "Zim 1", "Zre 2", "Zim 2"), ("A", "B"))
    assert apart(("Freq", "Zre_A", "Zim_A", "Zre_B")) is None
    assert apart(("Freq", "Zre_A", "Zim_A")) is None
    assert apart(("Freq", "Zre_A", "Zim_A", "Zre_B", "-Zim_B")) is None
    for first, second in (("cellA", "cellB"), ("before", "after"), ("vor", "nach"), ("fresh", "after cycling")):
        headers = ("f", *(f"{name} {label}" for label in (first, second) for name in ("Z'", "Z''")))
        assert apart(headers) == (("f", "Z' 1", "Z'' 1", "Z' 2", "Z'' 2"), (first, second))
    with_units = ("f", "Z' A/Ohm", "Z'' A/Ohm", "Z' B/kOhm", "Z'' B/kOhm")
    assert apart(with_units) == (("f", "Z' 1 [Ohm]", "Z'' 1 [Ohm]", "Z' 2 [kOhm]", "Z'' 2 [kOhm]"), ("A", "B"))


PLAIN = {
    ("f", "Zre_exp", "Zim_exp", "Zre_mod", "Zim_mod"): ("f", "Zre", "Zim", "", ""),
    ("f", "Zre_calc", "Zim_calc", "Zre_meas", "Zim_meas"): ("f", "", "", "Zre", "Zim"),
    ("f", "Re Z gemessen", "Im Z gemessen", "Re Z berechnet", "Im Z berechnet"): ("f", "Re Z", "Im Z", "", ""),
    ("f", "mean Zre", "SD Zre", "mean Zim", "SD Zim"): ("f", "Zre", "", "Zim", ""),
    ("f", "Z' (Ohm) [corrected]", "Z'' (Ohm) [corrected]"): ("f", "Z' (Ohm)", "Z'' (Ohm)"),
    ("f", "Sample A Re(Z) (Ohm)", "Sample A Im(Z) (Ohm)"): ("f", "Re(Z) [Ohm]", "Im(Z) [Ohm]"),
    ("f", "cellA_Zre", "cellA_Zim"): ("f", "Zre", "Zim"),
}
AS_THEY_ARE = (
    ("f", "Zre_fit", "Zim_fit"), ("f", "Zre_sd", "Zim_sd"), ("f", "Zre_raw", "Zim_raw", "Zre_corr", "Zim_corr"),
    ("f", "Re(Z)x10", "Im(Z)x10"), ("f", "Z' x 1000 (Ohm)", "Z'' x 1000 (Ohm)"), ("f", "Z'/Ohm + 10", "Z''/Ohm + 10"),
    ("f", "Zre_CE", "Zim_CE"), ("f", "S11 Re", "S11 Im"), ("f", "Zre", "Zim", "Zre_fit", "Zim_fit"),
    ("f", "Zre_mean", "Zim_mean", "Zre_meas", "Zim_meas"),
)  # fmt: skip


def test_what_was_measured_is_the_spectrum():
    for headers, plain in PLAIN.items():
        assert measured(headers).headers == plain
    assert measured(next(iter(PLAIN))).passed == (("mod", "computed, not measured"),)
    for headers in AS_THEY_ARE:
        assert measured(headers).headers == headers


def test_what_tells_spectra_apart_are_two_names_and_two_labels():
    assert apart(("Freq", "Zre_A", "Zre_B")) is None
    assert apart(("Zre_A", "Zre_B", "Zim_B", "Zim_A")) == (("Zre 1", "Zre 2", "Zim 2", "Zim 1"), ("A", "B"))


def test_parts_of_a_header_with_a_label():
    assert pairs("Zre_", "A") == (("Zre", "A"), ("A", "Zre"))
    assert pairs("Z'' (", "25C)") == (("Z''", "25C"), ("25C)", "Z'' "))
    assert numbered("Zre/Ohm", "B", ("A", "B")) == "Zre 2 [Ohm]"
    assert numbered("Zre", "A", ("A", "B")) == "Zre 1"
    assert undotted(" Exp. ") == "exp"
    assert [is_name(name) for name in ("Z(", "|Z", "|Z|", "Z", "")] == [False, False, True, True, False]
    assert [is_of_z(name) for name in ("f", "phase", "Re(Z)", "Zre/Ohm", "S11 Re", "Re", "x")] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip
    for label, sample in (
        ("A", True), ("I", False), ("25C", True), ("WE", True), ("fit1", False), ("raw", False), ("cell 2", True),
        ("q25", False),
        ("min", False), ("25 x", True), (25 * "1a", False), ("12", False), ("5 kHz", False),
    ):  # fmt: skip
        assert is_sample(label) is sample, label


def test_a_label_that_all_parts_have_is_left_out():
    for headers, plain in (
        (("f", "cellA_Zre", "cellA_Zim"), ("f", "Zre", "Zim")), (("f", "cellA_Zre", "cellB_Zim"), None),
        (("f", "Z' / A", "Z'' / A"), None), (("f", "Z' / B", "Z'' / B"), ("f", "Z' /", "Z'' /")),  # A may be ampere
        (("f", "cellA_Zre"), None), (("f", "Zre_25C", "Zim_25C"), None), (("f", "cellA_Re", "cellA_Im"), None),
    ):  # fmt: skip
        assert measured(headers).headers == (plain or headers), headers
