"""Lines of plain bytes."""

from __future__ import annotations

import time

from eisfit.readers.tabular.text import worded


def test_lines_that_hold_more_than_numbers_are_found() -> None:
    """Words, units, names of one letter and other alphabets are; numbers, exponents and separators are not."""
    cases = {
        b"1,2.5,-3": False, b"1e5;+2.E-3\t4": False, b'"1,5";"2,5"\r': False, b"": False, b"80 kHz,3 Ohm": True,
        b"E,1,2": True, b"1e,2": True, b"1 M,2": True, b"1-2j,3": True, b"\xce\xa9,1": True, b"# 1,2": True,
    }  # fmt: skip
    for text, wanted in cases.items():
        assert bool(worded(text, 1)) == wanted, text
    found = worded(b"1\nf,Z\n\n2,3\nHz,Ohm\n4\nunits", 6)
    assert [(line.number, line.start, line.text) for line in found] == [(2, 2, "f,Z"), (5, 11, "Hz,Ohm")]


def test_a_long_line_of_digits_costs_its_length() -> None:
    """No number of ways to take a line apart is tried."""
    begin = time.process_time()
    for line in (b"1" * 100_000 + b"x", b"1,2;" * 25_000 + b"Hz", b"1e5," * 25_000 + b"Ohm"):
        assert worded(line, 1)
    assert time.process_time() - begin < 1.0


def test_lines_of_words_up_to_the_end_without_a_line_end():
    for text, expected in (
        (b"a,b\n1,2\n3,4\nend", ["a,b", "end"]),
        (b"a,b\n1,2\n3,4", ["a,b"]),
        (b"word", ["word"]),
        (b"1,2\n\nx\n", ["x"]),
    ):
        assert [line.text.strip() for line in worded(text, 9)] == expected, text
    assert [line.number for line in worded(b"a\n1\nb\nc", 3)] == [1, 3]
