"""Names of files as they may be shown: one printable line, a cell that no spreadsheet runs."""

from __future__ import annotations

import pytest

from eisfit.printable import LONGEST, cell, first_clauses, listed, printable, sentence, shortened, uncelled


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("25 °C, µm, \u4e2d\u6587", "25 °C, µm, \u4e2d\u6587"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("exe\u202egpj", "exe\\u202egpj"),
        ("\u2066x\u2069\u200f", "\\u2066x\\u2069\\u200f"),
        ("25\udcb0C", "25\\udcb0C"),
        ("10\u00a0Hz\u202f", "10\u00a0Hz\u202f"),
    ],
)
def test_what_moves_or_hides_is_an_escape(text, shown):
    assert printable(text) == shown


def test_a_sentence_is_one_line_of_limited_length():
    assert sentence("one\ntwo\r\nthree") == "one two three"
    long = sentence("begin " + "x" * 5000 + " end")
    assert len(long) == LONGEST
    assert long.startswith("begin ")
    assert long.endswith(" end")
    assert sentence("x" * LONGEST) == "x" * LONGEST


@pytest.mark.parametrize("text", ["=1+1", "+1", "-10C", "@x", "'=x", "''-y", "plain", "'quoted", "", "a=b", "5-6"])
def test_a_cell_is_no_formula_and_comes_back(text):
    written = cell(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert uncelled(written) == text


def test_a_number_below_zero_is_a_number():
    assert cell("-0.0") == "-0.0"
    assert cell("-1e-5") == "-1e-5"
    assert cell("-1+2") == "'-1+2"


def test_cells_that_begin_with_a_tab_or_a_line_end():
    assert cell("\t=1") == "\\t=1"
    assert cell("\r=1") == "\\r=1"


def test_of_many_names_a_few():
    assert listed(["a", "b"]) == "a, b"
    assert listed(list("abcdef")) == "a, b, c, d, e, f"
    assert listed(list("abcdefg")) == "a, b, c, d, e and 2 more"


def test_a_value_in_a_sentence():
    assert shortened([1, 2]) == "[1, 2]"
    assert len(shortened("x" * 100)) == 40
    assert shortened(10**5000) == "a value that is too long to be shown"


def test_of_a_long_sentence_whole_clauses_stay():
    short = "soft_short: R_short = 25 ohm; leaks below 18 ohm are excluded"
    assert first_clauses(short) == short
    long = "; ".join([short, "a" * 200, "b" * 200])
    assert first_clauses(long) == f"{short}; {'a' * 200}"
    assert first_clauses("c" * 400) == "c" * 400
