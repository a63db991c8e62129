"""Labels in the names of columns: what is one, and what tells how numbers were made."""

from __future__ import annotations

from eisfit.readers.tabular.labels import apart, labelled

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


def test_what_tells_spectra_apart_are_two_names_and_two_labels():
    assert apart(("Freq", "Zre_A", "Zre_B")) is None
    assert apart(("Zre_A", "Zre_B", "Zim_B", "Zim_A")) == (("Zre 1", "Zre 2", "Zim 2", "Zim 1"), ("A", "B"))
