"""Rows of text to numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.numbers import Block, Needs, numbers, to_number


def block(text: str, delimiter: str | None = "\t", comma: bool = False, width: int = 3) -> Block:
    """A block that begins with the first byte, in line 7 of its file."""
    return Block(text.encode(), 0, 7, delimiter, comma, tuple("abcdefgh"[:width]), "x.csv")


def read(text: str, must: list[int], names: list[int] | None = None, delimiter: str = "\t"):
    """The rows of a text."""
    return numbers(block(text, delimiter), Needs(frozenset(must), frozenset({0, 1, 2}), frozenset(names or [])))


@given(st.lists(st.lists(st.floats(allow_nan=False), min_size=3, max_size=3), min_size=1, max_size=20))
def test_bulk_conversion_gives_the_doubles_of_float(rows):
    text = "\n".join("\t".join(map(repr, row)) for row in rows)
    assert np.array_equal(read(text, [0, 1, 2]).values, rows)


@given(st.floats(allow_nan=False))
def test_row_by_row_gives_the_same(value):
    text = f"{value!r}\ttext\t1\n2\tmore\t3\n"
    assert read(text, [0, 2]).values[0, 0] == value


def test_closing_delimiters_and_quotes():
    assert read("1\t2\t3\t\r\n4\t5\t6\t\r\n", [0]).values.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert read('"1","2","3"\n"4","5","6"', [0, 1, 2], delimiter=",").values.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_rows_of_another_length_are_left_out_and_told():
    rows = read("1\t2\t3\n4\t5\n6\t7\t8\t\t\n9\t9\t9\t9\n1\t1\t1\n", [0, 1, 2])
    assert rows.values.tolist() == [[1, 2, 3], [6, 7, 8], [1, 1, 1]]
    assert [note.sentence for note in rows.notes] == ["2 rows without 3 cells, the first in line 8"]


def test_last_row_without_its_end():
    for text, kept in (("1\t2\t3\n4\t5", 1), ("1\t2\t3\n4\t5\t", 1), ("1\t2\t3\n4\t5\t6", 2), ("1\t2", 0)):
        assert len(read(text, [0, 1, 2]).values) == kept


def test_last_number_with_digits_missing():
    whole = "1.0000000E+000\t1\t1.0000000E+000\n"
    assert len(read(whole + "1.0\t1\t1.0000000E+000", [0]).values) == 2
    assert len(read(whole + "1.0\t1\t1.0000000E+0", [0]).values) == 1
    assert len(read(whole + "1.0\t1\t1.0", [0]).values) == 1


def test_bad_cell_names_its_line_and_only_needed_columns_count():
    with pytest.raises(CorruptFile, match="column b holds 'x'") as error:
        read("1\t2\t3\n1\tx\t3\n", [1])
    assert error.value.line == 8
    assert np.isnan(read("1\t2\t3\n1\tx\t3\n", [0]).values[1, 1])


def test_mostly_ragged_rows_are_no_table():
    with pytest.raises(CorruptFile, match="expected 3 cells"):
        read("1\t2\n3\t4\n5\t6\t7\n", [0])


def test_names_are_numbered():
    rows = read("1\tred\t3\n1\tblue\t3\n1\tred\t3\n", [0, 1], names=[1])
    assert rows.values[:, 1].tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.5", 1.5), (" 2 ", 2.0), ("1.0D+03", 1000.0), ('"3"', 3.0), ("1_0", None), ("x", None), ("0x10", None)],
)
def test_cells(cell, value):
    assert to_number(cell, comma=False) == value
    assert np.isnan(to_number("n/a", comma=False))
