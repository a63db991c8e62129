"""Lists and objects that are tables: each form by itself, and what stands beside them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.nested import (
    cell_text,
    columns,
    flattened,
    is_column,
    measured_in,
    of_pandas,
    records,
    split,
    stated,
    tabbed,
    table_of,
    tables_in,
)
from eisfit.readers.tabular.pairs import UnequalColumns

TABLE = {"frequency": [1.0, 2.0], "re": [3.0, 4.0], "im": [-5.0, -6.0]}
RECORDS = [{"frequency": 1.0, "re": 3.0, "im": -5.0}, {"frequency": 2.0, "re": 4.0, "im": -6.0}]


def test_records():
    assert records(RECORDS).columns == TABLE
    assert records([{"a": 1}, {"b": 2}]).columns == {"a": [1, None], "b": [None, 2]}
    for none in ([], {}, [1], [{"a": 1}, 2], [{"a": [1, 2, 3]}]):
        assert records(none) is None, none


def test_records_that_leave_most_cells_empty():
    """200,000 cells, or fifty for each that they fill."""
    few = [{f"k{i}": 1} for i in range(447)]
    assert len(records(few).columns) == 447
    with pytest.raises(UnequalColumns, match="its 448 records have 448 names between them"):
        records([*few, {"k447": 1}])


def test_names_and_rows():
    assert split({"columns": ["f", "z"], "data": [[1, 2], [3, 4]]}).columns == {"f": [1, 3], "z": [2, 4]}
    for none in (
        [], {"columns": ["f"], "data": []}, {"columns": ["f"], "data": [[1, 2]]}, {"columns": "f", "data": [[1]]},
        {"columns": ["f"], "data": [1]}, {"columns": ["f"], "data": {}}, {"data": [[1]]},
    ):  # fmt: skip
        assert split(none) is None, none


def test_columns_with_single_values_beside_them():
    found = columns(TABLE | {"soc": 0.5, "words": [1, 2, 3]})
    assert found.columns == TABLE
    assert found.values == {"soc": 0.5}
    assert columns({"a": [1]}) is None
    assert columns({"frequency": 1.0}) is None
    assert columns([TABLE]) is None
    with pytest.raises(UnequalColumns, match="unequal length: frequency 2, re 2, im 3"):
        columns(TABLE | {"im": [1, 2, 3]})


def test_objects_of_objects_as_pandas_writes_them():
    by_column = {name: dict(zip("ab", cells, strict=True)) for name, cells in TABLE.items()}
    assert of_pandas(by_column).columns == TABLE
    assert of_pandas(dict(zip("ab", RECORDS, strict=True))).columns == TABLE
    for none in ({}, [], {"a": 1}, {"a": {}}, {"a": {"b": [1]}}, {"a": {"b": "x"}}):
        assert of_pandas(none) is None, none


def test_columns_with_their_unit_and_parts_of_one_name():
    assert measured_in("f", {"value": [1], "unit": "kHz"}) == {"f [kHz]": [1]}
    assert measured_in("f", {"data": [1], "units": "Hz"}) == {"f [Hz]": [1]}
    for none in (
        [1], {"value": [1]}, {"value": 1, "unit": "Hz"}, {"value": [1], "unit": 3},
        {"value": [1], "unit": "Hz", "x": 1},
    ):  # fmt: skip
        assert measured_in("f", none) is None, none
    assert flattened({"impedance": {"real": [1], "imag": [2]}}) == {"impedance_real": [1], "impedance_imag": [2]}
    assert flattened({"words": {"real": [1]}}) == {"words": {"real": [1]}}


def test_what_is_a_column():
    for cells, fine in (
        ([1, "a", None], True), ([[1, 2]], True), ([], False), ((1,), False), ([[1, 2, 3]], False), ([{}], False),
    ):  # fmt: skip
        assert is_column(cells) is fine, cells


def test_tables_at_any_depth_by_their_names():
    found = list(tables_in({"a": TABLE, "b": {"c": TABLE | {"label": "own"}}}, ""))
    assert [(table.label, table.columns) for table in found] == [("a", TABLE), ("own", TABLE)]
    assert table_of(TABLE | {"name": "x"}, "key").label == "x"
    deep: object = TABLE
    for levels in range(9):
        assert len(list(tables_in(deep, ""))) == 1, levels
        deep = {"inner": deep}
    assert list(tables_in(deep, "")) == []


def test_conditions_beside_a_table():
    assert stated({"soc": 0.5, "cycle": 3.0, "direction": "charge", "x": 1}, "a") == {
        "soc": 0.5, "cycle": 3, "direction": "charge",
    }  # fmt: skip
    assert stated({"timestamp": date(2025, 3, 17)}, "a") == {"timestamp": "2025-03-17"}
    assert isinstance(stated({"cycle": 3.0}, "a")["cycle"], int)
    for wrong in ({"soc": "x"}, {"soc": True}, {"direction": "up"}, {"temperature_C": -300}, {"soc": 10**400}):
        with pytest.raises(CorruptFile, match="which cannot be"):
            stated(wrong, "a")


def test_cells_as_text():
    for cell, text in (
        (None, ""), (float("nan"), ""), (0.1, "0.1"), (3, "3"), (datetime(2025, 3, 17, 8), "2025-03-17T08:00:00"),
        ("a\r\nb", "a  b"), (True, "True"),
    ):  # fmt: skip
        assert cell_text(cell) == text, cell
    assert tabbed([["a", "b\tc"], [1, None]]) == 'a\t"b\tc"\n1\t\n'
