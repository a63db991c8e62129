"""Rows of text that need care: where the last whole one ends, pieces of lines, words and remarks that are kept."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.numbers import (
    CAREFUL,
    Block,
    Careful,
    Needs,
    closes_rows,
    in_pieces,
    is_cut,
    is_whole,
    numbers,
    pieces,
    some_columns,
    whole_end,
)

TORN = ("the last row is incomplete (the file was cut, or is still being written)",)


def block(text: str, delimiter: str | None = ",", start: int = 0, names: str = "abc") -> Block:
    return Block(text.encode(), start, 7, delimiter, False, tuple(names), "x.csv")


def test_where_the_last_whole_row_ends():
    for text, delimiter, end, torn in (
        ("1,2,3\n4,5,6\n", ",", 11, ()), ("1,2,3\n4,5,6", ",", 11, ()), ("1,2,3\n4,5", ",", 5, TORN),
        ("1,2,3\n4,5\n", ",", 5, TORN), ("1,2,3\n4,5,6\r\n \n", ",", 11, ()), ("1 2 3\n4 5", None, 5, TORN),
        ("1,2", ",", 0, TORN), ("", ",", 0, ()), ("1,2,3\nthe end\n", ",", 13, ()), ("1\t2\t3\n4\t5\t", "\t", 5, TORN),
    ):  # fmt: skip
        assert whole_end(block(text, delimiter)) == (end, torn), text
    assert whole_end(block("f,Re,Im\n1,2", start=8)) == (8, TORN)


def test_whether_a_row_is_whole():
    """With its cells, and where it lacks its end of line with as many digits as the number above."""
    fixed = "1,2,1.000E+000"
    for rows, complete, whole in (
        (["1,2,3"], False, True), (["1,2"], True, False), (["a,b"], True, True), (["1,b"], True, False),
        ([fixed, "1,2,1.000E+000"], False, True), ([fixed, "1,2,1.000E+00"], False, False),
        ([fixed, "1,2,1.00E+000"], False, False), ([fixed, "1,2,1.00E+000"], True, True),
        (["1,2,1.0", "1,2,1"], False, True), (["1,2,3", "1,2,"], False, False), (["1,2,3", "1,2,"], True, True),
    ):  # fmt: skip
        assert is_whole(block(""), rows, complete=complete) is whole, rows
    for rows, cut in (
        (["1,2,3", "1,2,"], True), (["1,2,", "1,2,"], False), (["1,2,"], True), (["1,2,3", "1,,"], False),
        (["1,2,3", "1,2,3"], False),
    ):  # fmt: skip
        assert is_cut(rows[-1].split(","), rows, block("")) is cut, rows


def test_rows_that_a_delimiter_closes():
    for text, delimiter, closes in (
        ("1;2;\n3;4;\n", ";", True), ("1;2;\r\n3;4;\n", ";", True), ("1;2\n3;4;\n", ";", False),
        ("1 2 \n", None, False),
    ):  # fmt: skip
        assert closes_rows(block(text, delimiter)) is closes, text
    assert closes_rows(block("a;b\n1;2;\n3;4\n", ";", start=4))


def test_pieces_are_whole_lines():
    data = b"11\n22\n33\n44\n"
    assert pieces(data, 0, 12, 5) == [(0, 6), (6, 12)]
    assert pieces(data, 0, 12, 3) == [(0, 6), (6, 12)]
    assert pieces(data, 0, 12, 2) == [(0, 3), (3, 6), (6, 9), (9, 12)]
    assert pieces(data, 3, 12, 100) == [(3, 12)]
    assert pieces(b"123456", 0, 6, 2) == [(0, 6)]
    long = b"1\n" + (CAREFUL + 1) * b"2"
    assert pieces(long, 0, len(long), len(long)) == [(0, 2), (2, len(long))]
    assert pieces(long[: CAREFUL - 1], 0, CAREFUL - 1, CAREFUL) == [(0, CAREFUL - 1)]


def test_columns_of_use_beside_words_by_their_places():
    needs = Needs(frozenset({0}), frozenset({1}))
    for text in ("1,2,x\n3,4,y\n", "1,2,x\n3,4,y"):
        np.testing.assert_array_equal(some_columns(block(text), needs, 0, len(text)), [[1, 2, np.nan], [3, 4, np.nan]])
    text = "9,9,z\n1,2,x\n3,4,y\n"
    np.testing.assert_array_equal(some_columns(block(text), needs, 6, 12), [[1, 2, np.nan]])
    assert some_columns(block("1,2,3\n"), Needs(frozenset({0}), frozenset({1, 2})), 0, 6) is None
    assert some_columns(block("1,2,x\n"), Needs(frozenset()), 0, 6) is None
    assert some_columns(block("1,2,x\n"), Needs(frozenset({0}), frozenset(), frozenset({2})), 0, 6) is None
    comma = Block(b"1,5;2;x\n", 0, 1, ";", True, ("a", "b", "c"), "x.csv")
    np.testing.assert_array_equal(some_columns(comma, needs, 0, 8), [[1.5, 2, np.nan]])
    assert some_columns(block("1,2,x\n\n3,4,y\n"), needs, 0, 13) is None


def test_what_stands_among_rows_and_beside_them():
    """Lines of words with the rows before them, remarks behind the last column or in one without a name."""
    text = "1,2,3\n# second cell\n4,5,6,noisy\n--- 12 ---\nwords\n7,x,9\n"
    found = in_pieces(block(text, names="a c"), Needs(frozenset({0})), len(text))
    np.testing.assert_array_equal(found.values, [[1, 2, 3], [4, 5, 6], [7, np.nan, 9]])
    assert [(count, line.number, line.text) for count, line in found.words] == [
        (1, 8, "# second cell"), (2, 11, "words"),
    ]  # fmt: skip
    assert [(line.number, line.text) for line in found.beside] == [(9, "noisy"), (12, "x")]
    assert [note.sentence for note in found.notes] == ["2 rows without 3 cells, the first in line 10"]


def test_how_many_words_and_remarks_are_kept():
    text = "1,2,3,so\n# words\n" * 205
    found = in_pieces(block(text), Needs(frozenset({0})), len(text))
    assert (len(found.words), len(found.beside)) == (200, 20)
    assert [count for count, _ in found.words[:3]] == [1, 2, 3]


def test_what_is_said_of_rows():
    careful = Careful(block("", names="abc"), Needs(frozenset({0}), frozenset({0, 1})))
    assert list(careful.notes()) == []
    careful.ragged, careful.sums, careful.suffixed = [9, 12], 1, 3
    careful.texts[1] = 4
    assert [(note.kind, note.sentence) for note in careful.notes()] == [
        ("dropped", "2 rows without 3 cells, the first in line 9"),
        ("dropped", "1 row of means, sums or deviations"),
        ("dropped", "4 cells of column b, which are no numbers"),
        ("assumed", "3 cells end with a prefix (735.948m is 0.735948, 100k is 100000)"),
    ]
    careful.sums = 2
    assert "2 rows of means, sums or deviations" in [note.sentence for note in careful.notes()]
    careful.check(2)
    with pytest.raises(CorruptFile, match="expected 3 cells as in the column line") as caught:
        careful.check(1)
    assert caught.value.line == 9


def test_rows_that_sum_up_and_names_again():
    text = "a,b,c\n1,2,3\n\nmean,2,3\nStd. dev.,1,1\n"
    found = numbers(block(text), Needs(frozenset({0, 1, 2})))
    assert found.values.tolist() == [[1, 2, 3]]
    assert [note.sentence for note in found.notes] == ["2 rows of means, sums or deviations"]


def test_lines_are_counted_on():
    careful = Careful(block("1\n2\n3\n4\n", start=2), Needs(frozenset()))
    assert [careful.line_at(place) for place in (2, 6, 8)] == [7, 9, 10]
