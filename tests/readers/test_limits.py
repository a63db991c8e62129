"""What files of many small parts may take: sheets, columns, lists, holes. The limits are set low here."""

from __future__ import annotations

import io
import json
import os
import tracemalloc
import zipfile

import numpy as np
import pytest

from eisfit.errors import CorruptFile, UnknownFormat
from eisfit.readers import read, workbook
from eisfit.readers.tabular import nested, remarks, sheet, text
from eisfit.readers.tabular.remarks import heeded
from eisfit.readers.tabular.text import Line, refuse_wide

from .conftest import workbook as workbook_of

F = (1000.0, 100.0, 10.0)
ROWS = [["f", "Z'", "Z''"], *([f, 10.0, -1.0] for f in F)]


def book(path, sheets):
    """A workbook from the rows of its sheets."""
    path.write_bytes(workbook_of(**sheets))
    return path


def with_one_part(path, count):
    """A workbook of some sheets that are all one part."""
    first = book(path, {"cell 0": ROWS}).read_bytes()
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(first)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/workbook.xml":
                begin = data.index(b"<sheet ")
                end = data.index(b"/>", begin) + 2
                tag = data[begin:end]
                tags = [
                    tag.replace(b"cell 0", b"cell %d" % i).replace(b'Id="1"', b'Id="%d"' % (i + 1))
                    for i in range(count)
                ]
                data = data[:begin] + b"".join(tags) + data[end:]
            new.writestr(name, data)
    path.write_bytes(stream.getvalue())
    return path


def test_words_beside_many_sheets_are_looked_at_once(tmp_path):
    """And heeded in all of them: those that change nothing leave the sheets as they were read at first."""
    said = [[f"{word} was noted of the batch"] for word in ("anode", "binder", "carbon", "drying", "edge")]
    tables = {f"cell {i}": ROWS for i in range(8)}
    path = book(tmp_path / "a.xlsx", {**tables, "notes": said})
    remarks.with_remark.cache_clear()
    assert [s.frequency.tolist() for s in read(path)] == [list(F)] * 8
    assert remarks.with_remark.cache_info().misses <= len(tables) + len(said) + 2
    path = book(tmp_path / "b.xlsx", {**tables, "notes": [*said, ["f in kHz"]], "numbers": [[1.0, 2.0]] * 9})
    assert [s.frequency.tolist() for s in read(path)] == [[1000 * f for f in F]] * 8
    path = book(tmp_path / "c.xlsx", {**tables, "notes": [*said, ["Admittance"]]})
    with pytest.raises(CorruptFile, match="Admittance"):
        read(path)


def test_a_remark_that_is_remembered_is_said_of_its_own_file_and_line():
    for shown, number in (("a.csv", 3), ("b.csv", 7)):
        with pytest.raises(CorruptFile, match=rf"{shown}, line {number}: says 'Admittance'"):
            heeded(("f", "re", "im"), [Line(1, 0, "f in kHz"), Line(number, 0, "Admittance")], shown)


def test_tables_of_many_kinds_beside_many_words_are_refused(tmp_path, monkeypatch):
    said = {"notes": [[f"note {i} {'abc'[i]}"] for i in range(3)]}
    alike = {f"cell {i}": ROWS for i in range(4)}
    others = {f"cell {i}": [[*ROWS[0], f"column {'abcd'[i]}"], *([*row, 1.0] for row in ROWS[1:])] for i in range(4)}
    monkeypatch.setattr(workbook, "MOST_SAID", 3 * 3)
    assert len(read(book(tmp_path / "a.xlsx", alike | said))) == 4
    with pytest.raises(CorruptFile, match="4 kinds of tables and 3 comments and lines of words, too many to relate"):
        read(book(tmp_path / "b.xlsx", others | said))
    assert len(read(book(tmp_path / "c.xlsx", others))) == 4


def test_a_part_of_several_sheets_is_parsed_once_and_counted_for_each(tmp_path, monkeypatch):
    path = with_one_part(tmp_path / "a.xlsx", 5)
    parsed = []
    rows = workbook._rows
    monkeypatch.setattr(workbook, "_rows", lambda page, room: parsed.append(page) or rows(page, room))
    assert [s.label for s in read(path)] == [f"cell {i}" for i in range(5)]
    assert len(parsed) == 1
    monkeypatch.setattr(sheet, "PER_BYTE", 0)
    cells = 2 * len(ROWS) * 3  # each is counted when it is read and when it is written as text
    monkeypatch.setattr(sheet, "FREE", 5 * cells)
    assert len(read(path)) == 5
    monkeypatch.setattr(sheet, "FREE", 5 * cells - 1)
    with pytest.raises(CorruptFile, match="far more than a file of its size holds"):
        read(path)


def test_more_sheets_than_a_file_holds(tmp_path, monkeypatch):
    path = with_one_part(tmp_path / "a.xlsx", 6)
    monkeypatch.setattr(workbook, "MOST_SHEETS", 5)
    assert len(read(path)) == 6  # by its size
    monkeypatch.setattr(workbook, "PER_SHEET", path.stat().st_size)
    with pytest.raises(CorruptFile, match="names 6 sheets or more, far more than a file of its size holds"):
        read(path)
    with pytest.raises(sheet.TooLarge, match="names 6 sheets"):  # of OpenDocument, as they come
        workbook.check_count(workbook.File(path, b"", "a.ods"), 6)


def wide(count, delimiter=","):
    """A table of so many columns, three of them a spectrum."""
    rows = [["f", "re", "im", *(f"name{i}" for i in range(count - 3))]]
    rows += [[f"{f:g}", "1", "-1", *["0"] * (count - 3)] for f in F]
    return "".join(delimiter.join(row) + "\n" for row in rows)


def test_a_table_of_more_columns_than_any_has(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "MOST_COLUMNS", 20)
    path = tmp_path / "a.csv"
    for delimiter in ",;\t ":
        path.write_text(wide(20, delimiter))
        assert read(path)[0].frequency.tolist() == list(F), delimiter
        path.write_text("measured by hand\n" + wide(21, delimiter))
        with pytest.raises(CorruptFile, match=r"a\.csv, line 2: has 21 columns, a table has 20 at most"):
            read(path)
    for wrong in (b"\n" + b"a," * 20 + b"b", b'\n"f,re' + b",a" * 19 + b'"\n'):
        with pytest.raises(CorruptFile, match="line 2: has 21 columns"):
            refuse_wide(wrong, "a.csv")
    for fine in (b"", b"\n" * 99, b"1,2,3" + b"," * 99 + b"\n", b"long " * 20, b"x" * 99):
        refuse_wide(fine, "a.csv")


def test_samples_in_hundreds_of_columns_are_read(tmp_path):
    path = tmp_path / "a.csv"
    names = ["f", *(f"{part} {i}" for i in range(150) for part in ("Zre", "Zim"))]
    path.write_text("\n".join([",".join(names), *(",".join([f"{f:g}", *["1", "-1"] * 150]) for f in F)]) + "\n")
    assert len(read(path)) == 150


def test_json_of_many_columns(tmp_path, monkeypatch):
    monkeypatch.setattr(nested, "MOST_COLUMNS", 20)
    path = tmp_path / "a.json"
    table = {"f": [*F], "re": [1] * 3, "im": [-1] * 3}
    for count, right in ((17, True), (18, False)):
        columns = table | {f"name{i}": [0] * 3 for i in range(count)}
        for value in (columns, [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]):
            path.write_text(json.dumps(value))
            if right:
                assert len(read(path)) == 1
            else:
                with pytest.raises(CorruptFile, match="has 21 columns, a table has 20 at most"):
                    read(path)
    rows = {str(i): {"f/Hz": 10.0 ** (i / 9), "re/Ohm": 1, "im/Ohm": -1} for i in range(30)}  # of pandas
    path.write_text(json.dumps(rows))
    assert len(read(path)[0]) == 30


def test_json_of_many_lists_that_are_no_table(tmp_path, monkeypatch):
    monkeypatch.setattr(nested, "MOST_LOOKS", 20)
    path = tmp_path / "a.json"
    table = {"f": [*F], "re": [1, 2, 3], "im": [-1] * 3}
    path.write_text(json.dumps([table] * 30))
    assert len(read(path)) == 30
    path.write_text(json.dumps([[]] * 30 + [{}] * 30 + [table]))
    assert len(read(path)) == 1
    for value in ([[[]]] * 30, [[1]] * 30, {str(i): {"a": [[]]} for i in range(30)}):
        path.write_text(json.dumps(value))
        with pytest.raises(CorruptFile, match="holds more than 20 lists and objects that are no table"):
            read(path)
    path.write_text("[[], {}, [[]], 1]")
    with pytest.raises(UnknownFormat, match="no table of spectra"):
        read(path)


def test_json_of_empty_records(tmp_path, monkeypatch):
    monkeypatch.setattr(nested, "SPARSE", 100)
    path = tmp_path / "a.json"
    records = [{"f": f, "re": 1, "im": -1} for f in F]
    path.write_text(json.dumps(records + [{}] * 30))
    assert len(read(path)[0]) == len(F)
    path.write_text(json.dumps(records[:1] + [{}] * 200))
    monkeypatch.setattr(nested, "flattened", None)  # before it is looked at
    with pytest.raises(CorruptFile, match="its 201 records hold 3 values, most of them none"):
        read(path)


@pytest.mark.parametrize("name", ["a.csv", "a.mpt", "a.DTA", "a.json"])
def test_a_hole_is_told_by_its_first_block(tmp_path, name):
    path = tmp_path / name
    path.touch()
    os.truncate(path, 100_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(CorruptFile, match="holds nothing but NUL bytes"):
            read(path)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_file_larger_than_the_first_block_is_whole(tmp_path):
    path = tmp_path / "a.csv"
    frequency = np.geomspace(1e6, 1e-2, 9000)
    path.write_text("f/Hz,Re/Ohm,Im/Ohm\n" + "".join(f"{f:.9e},1,-1\n" for f in frequency))
    assert path.stat().st_size > 2 * (1 << 16)
    np.testing.assert_allclose(read(path)[0].frequency, frequency, rtol=1e-8)
