"""Lines of plain bytes."""

from __future__ import annotations

import time

from eisfit.readers.tabular.text import decoded, end_of, lines, plain, regular, unaccented, wide_without_mark, worded


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


def test_lines_with_their_numbers_and_places():
    """Empty lines count, the first one and one at the end too; a last line needs no end."""
    for data, expected in {
        b"": [], b"\n": [(1, 0, "")], b"\na": [(1, 0, ""), (2, 1, "a")], b"a\nb\n": [(1, 0, "a"), (2, 2, "b")],
        b"a\r\n\nb": [(1, 0, "a"), (2, 3, ""), (3, 4, "b")],
    }.items():  # fmt: skip
        found = list(lines(data))
        assert [tuple(line) for line in found] == expected, data
        ends = [end_of(data, line) for line in found]
        assert ends == [*(line.start for line in found[1:]), len(data)][: len(found)], data
    assert [line.number for line in lines(b"a\nb\nc", 2, 7)] == [7, 8]
    assert [line.text for line in worded(b"\nx", 9)] == ["x"]


def test_bytes_are_made_plain():
    """Marks of encodings, ends of lines, signs of a minus, spaces without width."""
    text = "f,Z\n1,2\n"
    for data, expected in (
        (text.encode("utf-8-sig"), text), (text.encode("utf-16"), text), (text.encode("utf-32"), text),
        (b"\xfe\xff" + text.encode("utf-16-be"), text), (b"\x00\x00\xfe\xff" + text.encode("utf-32-be"), text),
        (20 * text.encode("utf-16-le"), 20 * text), (20 * text.encode("utf-16-be"), 20 * text),
        (b"a\r\r\nb\r\r\n", "a\nb\n"), (b"a\rb\r", "a\nb\n"), (b"a\r\nb\r\n", "a\r\nb\r\n"),
        ("\u22121.5;x\u20112;1e\u22123;a\u20133".encode(), "-1.5;x\u20112;1e-3;a\u20133"),
        ("1\u200b2\u2060".encode(), "12"),
    ):  # fmt: skip
        assert plain(data).decode() == expected, data


def test_two_bytes_per_sign_are_told_from_twenty_bytes_on():
    """More than four fifths of one half are 0, none of the other."""
    assert wide_without_mark("0123456789".encode("utf-16-le")) == "utf-16-le"
    assert wide_without_mark("0123456789".encode("utf-16-be")) == "utf-16-be"
    assert wide_without_mark("012345678".encode("utf-16-le") + b"9") is None
    assert wide_without_mark("01234567\u0101\u0101".encode("utf-16-le")) is None  # eight of ten
    assert wide_without_mark("012345678\u0101".encode("utf-16-le")) == "utf-16-le"
    assert wide_without_mark(b"0\x00" * 10 + b"\x00\x00") is None
    assert wide_without_mark(b"plain text of one byte per sign") is None


def test_letters_in_their_usual_form():
    assert regular("\uff21\uff11") == "A1"
    assert regular("\u3391\u3001\u33c0") == "kHz,kΩ"
    assert regular("a\u0308") == "ä"
    assert unaccented("Fréquence Øł Ώ") == "Frequence Ol Ω"
    assert [decoded(raw) for raw in ("µ".encode(), b"\xb5", b"\x81")] == ["µ", "µ", "\x81"]
