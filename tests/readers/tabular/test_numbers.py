"""Rows of text to numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.cells import to_number, with_suffix
from eisfit.readers.tabular.numbers import CAREFUL, Block, Careful, Needs, in_bulk, numbers, some_columns


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


def test_one_cell_that_is_no_number_costs_its_line_alone(monkeypatch):
    rng = np.random.default_rng(1)
    values = rng.random((4000, 3))
    lines = ["\t".join(map(repr, row)) for row in values.tolist()]
    lines[2500] = lines[2500].partition("\t")[0] + "\tn/a\t1.0"
    asked = []
    careful = Careful.read
    monkeypatch.setattr(
        Careful, "read", lambda self, start, end: asked.append(end - start) or careful(self, start, end)
    )
    found = read("\n".join(lines) + "\n", [0])
    expected = values.copy()
    expected[2500, 1:] = np.nan, 1.0
    assert np.array_equal(found.values, expected, equal_nan=True)
    assert sum(asked) <= CAREFUL
    bad = lines.copy()
    bad[3600] = "x\t1.0\t1.0"
    with pytest.raises(CorruptFile) as error:
        read("\n".join(bad) + "\n", [0])
    assert error.value.line == 7 + 3600


def test_a_huge_table_is_converted_in_parts(monkeypatch):
    rows = np.arange(300.0).reshape(100, 3)
    text = "".join("\t".join(map(repr, row)) + "\n" for row in rows.tolist())
    monkeypatch.setattr("eisfit.readers.tabular.numbers.LARGE", 100)
    assert np.array_equal(read(text, [0]).values, rows)
    assert np.array_equal(read(text.replace("\n", "\n\n", 40), [0]).values, rows)
    with pytest.raises(CorruptFile, match="'x', a number was expected") as error:
        read(text.replace("\n150.0\t", "\nx\t"), [0])
    assert error.value.line == 7 + 50


def test_text_in_a_column_of_no_use_needs_no_care(monkeypatch):
    monkeypatch.setattr(Careful, "read", None)
    text = "".join(f"{i}.5\tremark {i}\t{-i}\n" for i in range(50))
    found = numbers(block(text), Needs(frozenset({0}), frozenset({0, 2})))
    assert np.array_equal(found.values[:, [0, 2]], [[i + 0.5, -i] for i in range(50)])
    assert np.isnan(found.values[:, 1]).all()


@pytest.mark.parametrize(
    ("cell", "comma", "value"),
    [
        ("735.948m", False, 0.735948), ("100.000k", False, 1e5), ("1,5u", True, 1.5e-6), ("2M", False, 2e6),
        ("3 k", False, 3000.0), ("k", False, None), ("5x", False, None), ("1e3m", False, 1.0),
    ],
)  # fmt: skip
def test_prefixes_behind_numbers(cell, comma, value):
    found = with_suffix(cell, comma=comma)
    assert found == (None if value is None else pytest.approx(value))


def test_marks_between_thousands():
    assert to_number("1,000,000.5", comma=False) == to_number("1.000.000,5", comma=True) == 1000000.5
    assert to_number("1,000", comma=True) == 1.0


def test_rows_of_numbers_are_read_at_once():
    """Not row by row, which gives the same after a hundred times as long."""
    cases = {
        "one row": ("1\t2\t3\n", "\t", False),
        "rows that end with a delimiter": ("1;2;3;\r\n4;5;6;\r\n7;8;9;", ";", False),
        "decimal commas": ("1,5;2;3\n4;5,25;6\n", ";", True),
        "blanks": (" 1  2 3\n4 5   6\n", None, False),
        "an empty line": ("1\t2\t3\n\n4\t5\t6\n", "\t", False),
    }
    for name, (text, delimiter, comma) in cases.items():
        found = in_bulk(block(text, delimiter, comma), 0, len(text))
        assert found is not None, name
        assert found.shape[1] == 3, name
    decimal = in_bulk(block("1,5;2;3\n4;5,25;6\n", ";", True), 0, 17)
    assert decimal.tolist() == [[1.5, 2, 3], [4, 5.25, 6]]
    part = in_bulk(block("1\t2\t3\n4\t5\t6\n7\t8\t9\n"), 6, 12)
    assert part.tolist() == [[4, 5, 6]]
    assert in_bulk(block("1\t2\n"), 0, 4) is None
    assert in_bulk(block("1\t2\tx\n"), 0, 6) is None


def test_columns_of_use_are_read_at_once_beside_text():
    needs = Needs(frozenset({0}), frozenset({2}), frozenset())
    found = some_columns(block("1\tso\t3\n4\tsaid\t6"), needs, 0, 16)
    np.testing.assert_array_equal(found, [[1, np.nan, 3], [4, np.nan, 6]])
    cases = {
        "a row of two cells": "1\tso\t3\n4\t6\n",
        "a row of four cells": "1\tso\t3\n4\ta\tb\t6\n",
        "quotes": '1\t"so"\t3\n',
        "a word in a column of use": "1\tso\t3\nx\tso\t3\n",
        "a comment": "# 1\tso\t3\n",
    }
    for name, text in cases.items():
        assert some_columns(block(text), needs, 0, len(text)) is None, name
    assert some_columns(block("1 so 3\n", None), needs, 0, 7) is None
