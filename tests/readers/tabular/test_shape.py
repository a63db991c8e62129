"""Which line names the columns, what separates cells, where rows begin: the parts of that question, by hand."""

from __future__ import annotations

import pytest

from eisfit.errors import CorruptFile, EmptyFile, UnknownFormat
from eisfit.readers.tabular.shape import (
    are_labels,
    are_names,
    candidates,
    column_lines,
    data_row,
    fits,
    given,
    has_number,
    has_numbers,
    has_row_names,
    is_units_line,
    mismatch,
    named_columns,
    nothing,
    one_cell_off,
    shape_of,
)
from eisfit.readers.tabular.text import Line

USUAL = ("f", "Re", "Im")


def below(*texts: str) -> list[Line]:
    return [Line(10 + i, 100 * i, text) for i, text in enumerate(texts)]


def test_ways_to_take_a_line_apart():
    """Blanks in names are kept where two separate them, or brackets end each name."""
    assert list(candidates("a\tb c\t\t", "\t")) == [("a", "b c")]
    assert list(candidates("a b", "\t")) == []
    assert list(candidates("freq Hz  Re Z", None)) == [("freq Hz", "Re Z"), ("freq", "Hz", "Re", "Z")]
    assert list(candidates("f (Hz) Re Z (Ohm)", None))[2] == ("f (Hz)", "Re Z (Ohm)")
    assert len(list(candidates("f [Hz] Re [Ohm]", None))) == 3
    assert len(list(candidates("f Hz Re Ohm", None))) == 2


def test_lines_that_name_columns():
    """A frequency, or two quantities of which one says more than a letter; no numbers, no sentence."""
    assert named_columns("f,Re,Im") == USUAL
    assert named_columns("# f,Re,Im") == USUAL
    assert named_columns("f,x") == ("f", "x")
    for text in ("f", "x,y", "f,1", "kHz,mOhm"):
        assert named_columns(text) is None, text
    assert named_columns("time,voltage") == ("time", "voltage")
    assert named_columns("R,X") is None
    assert named_columns("R (Ohm),X (Ohm)") == ("R (Ohm)", "X (Ohm)")
    assert named_columns("the frequency was changed by hand") is None
    assert named_columns("freq Re Im") == ("freq", "Re", "Im")
    assert named_columns("freq and then of old Re Im") is None  # fewer than half of them mean something


def test_a_row_of_units_below_names():
    above = below("f,|Z|,phase")
    assert is_units_line("Hz,Ohm,deg", above)
    assert not is_units_line("Hz,Ohm,deg", [])
    assert not is_units_line("Hz,Ohm", above)
    assert not is_units_line("Hz,Ohm,deg", below("one,two,three"))


def test_words_as_many_as_cells():
    assert are_names(("a", "b", "c"), 3)
    assert not are_names(("a", "b", "c"), 4)
    assert not are_names(("a", "b"), 2)
    assert not are_names(("a", "b", ""), 3)
    assert are_names(("a", "b", "", "c"), 4)
    assert not are_names(("a", "b", "1.5"), 3)
    assert not are_names(("a", "b", "1.12.2020"), 3)
    assert not are_names(("a", "b", "---"), 3)


def test_lines_with_a_number():
    for text, mark, there in (
        ("1;x", ";", True), ("x;1", ";", True), ("x y", ";", False), ("---", ",", False), ("x\t1", ",", True),
        ("1 x", ",", True), ("x 1", ",", False), ("1,x", ";", True),
    ):  # fmt: skip
        assert has_number(text, mark) is there, text


def test_as_many_cells_as_names():
    """One cell more may be empty or a remark, an empty last one counts where it is filled elsewhere or not needed."""
    for rows, names, fine in (
        (("1,2,3",), USUAL, True), (("1,2,3,",), USUAL, True), (("1,2,3,4",), USUAL, False), (("1,2",), USUAL, False),
        (("1,2,3,noisy",), USUAL, True), (("1,2,3,noisy,again",), USUAL, False), (("1,2,",), USUAL, False),
        (("1,2,3,",), (*USUAL, "remark"), True), (("1,2,3,", "1,2,3,4"), (*USUAL, "remark"), True),
        (("1,2,", "1,2,3"), USUAL, True),
    ):  # fmt: skip
        assert fits(below(*rows), ",", names) is fine, rows
    assert fits(below("1 2 3"), None, USUAL)
    assert not fits(below("1 2 3 noisy"), None, USUAL)


def test_cells_that_have_to_be_numbers():
    assert has_numbers("1,2,3", ",", USUAL)
    assert has_numbers("1,,3", ",", USUAL)
    assert not has_numbers("1,x,3", ",", USUAL)
    assert has_numbers("1,2,3,x", ",", (*USUAL, "remark"))
    assert has_numbers("1;2,5;3", ";", USUAL)


def test_rows_that_begin_with_a_name_in_quotes():
    """As R writes them: no name in the column line stands above it."""
    rows = below('"1",1000,2,-3', '"2",100,2,-3')
    assert has_row_names(rows, ",", 3)
    assert not has_row_names(rows, ",", 4)
    assert not has_row_names(below("1,1000,2,-3"), ",", 3)
    shape = one_cell_off(USUAL, ",", rows)
    assert shape is not None
    assert (shape.names, shape.delimiter, shape.comma) == (("row", *USUAL), ",", False)
    assert (shape.start, shape.line, shape.headed, shape.spare) == (0, 10, True, 0)
    decimal = one_cell_off(USUAL, ";", below('"1";1000;2,5;-3'))
    assert decimal is not None
    assert decimal.comma is True


def test_one_cell_more_or_less_where_the_modulus_can_prove_the_names():
    names = ("f", "Re", "Im", "|Z|")
    more = one_cell_off(names, ";", below("1;2;3;4;5", "1;2;3;4;5"))
    assert more is not None
    assert (more.names, more.spare, more.comma, more.start, more.line) == ((*names, "unnamed"), 4, False, 0, 10)
    less = one_cell_off((*names, "E"), ";", below("1,5;2;3;4", "1;2;3;4"))
    assert less is not None
    assert (less.names, less.spare, less.comma, less.headed) == (names, 5, True, True)
    assert one_cell_off(names, ";", below("1;2;3;4;5;6")) is None
    assert one_cell_off(names, ";", below("1;2;3;4;5", "1;2;3;4", "1;2;3;4")) is None
    last = one_cell_off(names, ";", below("1;2;3;4;5", "1;2"))  # the last row may be torn
    assert last is not None
    assert one_cell_off(USUAL, ";", below("1;2;3;4")) is None
    assert one_cell_off(names, None, below("1 2 3 4 5")) is None


def test_units_above_spectra_side_by_side_may_be_labels():
    """`A` and `B` above two spectra are no ampere and nothing: units count where a column can have them."""
    names = ("f", "Z'", "Z''", "f", "Z'", "Z''")
    assert are_labels(names, ("A", "", "", "C", "", ""))
    assert not are_labels(names, ("Hz", "", "", "Hz", "", ""))
    assert not are_labels(names, ("A", "", "", "", "", ""))
    assert not are_labels(USUAL, ("A", "", ""))


def test_the_layout_of_named_columns():
    """--columns name the first cells; the others are counted from 1."""
    found = given(b"a title\n1,2,3,4\n", USUAL, "a.csv")
    assert (found.names, found.delimiter, found.comma) == ((*USUAL, "column 4"), ",", False)
    assert (found.start, found.line, found.headed) == (8, 2, True)
    assert [line.text for line in found.above] == ["a title"]
    with pytest.raises(UnknownFormat, match="no row of 3 cells"):
        given(b"1,2\n", USUAL, "a.csv")


def test_a_text_without_a_table():
    assert isinstance(nothing([], "a.txt"), UnknownFormat)
    wrong = nothing(below("words", "time,voltage"), "a.txt")
    assert isinstance(wrong, CorruptFile)
    assert wrong.line == 11


def test_a_table_begins_within_five_hundred_lines():
    text = b"f,Re,Im\n1,2,-3\n"
    assert shape_of(499 * b"x\n" + text, "a.csv").line == 501
    with pytest.raises(UnknownFormat):
        shape_of(500 * b"x\n" + text, "a.csv")
    with pytest.raises(EmptyFile, match="a column line and no rows"):
        shape_of(b"f,Re,Im\n", "a.csv")


def test_names_above_numbers_stand_in_the_five_lines_above():
    rows = b"1,2,-3\n2,2,-3\n"
    for between, refused in ((4, True), (5, False)):
        text = b"alpha,beta,gamma\n" + between * b"some words\n" + rows
        if refused:
            with pytest.raises(CorruptFile, match="names columns") as caught:
                shape_of(text, "a.csv")
            assert caught.value.line == 1
        else:
            assert not shape_of(text, "a.csv").headed


def test_the_best_way_to_read_a_line():
    """What names more quantities goes first; a tab or a semicolon leaves blanks in the names."""
    assert column_lines("f;Re;Im")[0] == (USUAL, ";")
    assert column_lines("freq Hz\tRe Z\tIm Z")[0][1] == "\t"
    assert all(mark == "\t" for _, mark in column_lines("freq\tRe\tIm"))
    found = column_lines("Re  Im  f  Im Re")  # of as many quantities the way with fewer cells that mean nothing
    assert [cells for cells, _ in found] == [("Re", "Im", "f", "Im", "Re"), ("Re", "Im", "f", "Im Re")]
    assert column_lines("words and more words") == ()
    assert not column_lines("f,eps',eps''")
    assert column_lines("f,eps',eps''", geometry=True)


def test_a_row_of_three_numbers():
    row = data_row("1;2,5;3")
    assert row is not None
    assert row == (";", True, 3)
    assert data_row("1\t2.5\t3") == ("\t", False, 3)
    assert data_row("1 2 3") == (None, False, 3)
    assert data_row("1,2") is None
    assert data_row("1,2,x,3,y", texts=True) == (",", False, 5)
    assert data_row("1,2,x,y", texts=True) is None
    assert data_row("1,2", least=2) == (",", False, 2)
    assert data_row("1,2,3,") == (",", False, 3)


def test_what_is_said_of_another_number_of_cells():
    for text, mark, said in (
        ("1,2,3,4,5,6", ",", "the comma separates the cells and marks the decimals too"),
        ("1,2,3,4,5", ",", "5 cells below 3 column names"),
        ("1,2,3", ";", "its rows hold commas, its column line another separator"),
        ("1;2,5", ";", "2 cells below 3 column names"),
        ("1;2;3;4;5;6", ";", "6 cells below 3 column names"),
    ):
        with pytest.raises(CorruptFile, match=said) as caught:
            mismatch(USUAL, mark, Line(7, 0, text), "a.csv")
        assert caught.value.line == 7
