"""The footer of a Parquet file, read without pyarrow, which ends the process over some damaged ones."""

from __future__ import annotations

import io

import pytest

from eisfit.readers._parquet_footer import _Compact, _signed, values_in

pa = pytest.importorskip("pyarrow")


def footed(*parts: int | bytes) -> bytes:
    """A file of nothing but a footer."""
    footer = b"".join(part if isinstance(part, bytes) else bytes([part]) for part in parts)
    return b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def written(table, **options) -> bytes:
    from pyarrow import parquet

    stream = io.BytesIO()
    parquet.write_table(table, stream, **options)
    return stream.getvalue()


def test_the_numbers_of_all_columns_and_groups_are_counted():
    """Numbers in lists each, an empty list and a missing one as one, in every row group."""
    for columns, options, expected in (
        ({"f": [1.0, 2.0, 3.0], "z": [1.0, None, 3.0]}, {}, 6),
        ({"f": [[1.0, 2.0], [3.0], [], None]}, {}, 5),
        ({"f": [[1.0, 2.0], [3.0]], "name": ["a", "b"]}, {}, 5),
        ({"f": [float(i) for i in range(2500)]}, {"row_group_size": 1000}, 2500),
        ({f"c{i}": [1, 2] for i in range(40)}, {"compression": "gzip", "write_page_index": True}, 80),
        ({"x": [{"f": [1.0, 2.0, 3.0], "on": True}, {"f": [4.0], "on": False}]}, {}, 6),
    ):
        assert values_in(written(pa.table(columns), **options)) == expected, columns


def test_all_kinds_of_values_are_stepped_over():
    """By hand: 4 {1 {3 {5: 300}}} among a truth, a byte, a double, a text, lists of truths, a set and maps."""
    chunk = bytes([0x3C, 0x56, 0xD8, 0x04, 0, 0])  # 3: structure, 5: i64 of 300
    group = bytes([0x19, 0x1C]) + chunk + bytes([0])
    before = bytes([
        0x11, 0x12, 0x03, 0x80, 0x01, 0x7F, 0x07, 0x82, 0x01, *range(8), 0x08, 0x84, 0x01, 2, 65, 66,
        0x09, 0x86, 0x01, 0x21, 1, 2, 0x0A, 0x88, 0x01, 0x15, 9, 0x0B, 0x8A, 0x01, 0,
        0x0B, 0x8C, 0x01, 1, 0x85, 1, 65, 4,
    ])  # fmt: skip
    assert values_in(footed(before, 0x09, 0x08, 0x1C, group, 0)) == 300


def test_damaged_footers_are_refused_in_words():
    whole = written(pa.table({"f": [[1.0, 2.0], [3.0]]}))
    chunk = 0x49, 0x1C, 0x19, 0x1C, 0x3C  # a list of one group, a list of one chunk, its metadata
    for footer, says in (
        ((), "longer than the file"), ((0x49,), "cut off"), ((*chunk, 0x56, 0x03, 0, 0, 0, 0), "less than nothing"),
        ((*chunk, 0x58, 0x00, 0, 0, 0, 0), "damaged"), ((0x16, *[0xFF] * 12), "too large"), ((0x4D, 0), "damaged"),
        ((0x1D, 0), "damaged"), ((0x18, 0x7F, 65), "cut off"), ((0x17, 1, 2, 3), "cut off"),
        ((*[0x1C] * 100, *[0] * 101), "damaged"), ((*[0x19] * 200,), "damaged"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=says):
            raise AssertionError(f"{footer}: {values_in(footed(*footer))}")
    for size in (len(whole) - 11, 0):
        with pytest.raises(ValueError, match="footer"):
            values_in(whole[:-8] + size.to_bytes(4, "little") + b"PAR1")
    assert values_in(whole) == 3


def test_whole_numbers_of_seven_bits_a_byte():
    """The low ones first; zigzag: 0, -1, 1, -2, ... are written as 0, 1, 2, 3, ..."""
    for data, number in (
        ([0], 0), ([0x7F], 127), ([0x80, 1], 128), ([0xAC, 2], 300), ([0xFF, 0x7F], 2**14 - 1),
        ([0x80, 0x80, 1], 2**14),
        ([0xFF] * 9 + [1], 2**64 - 1),
    ):  # fmt: skip
        compact = _Compact(bytes(data) + b"more")
        assert (compact.varint(), compact.at) == (number, len(data)), data
    with pytest.raises(ValueError, match="too large"):
        _Compact(bytes([0xFF] * 10 + [1])).varint()
    with pytest.raises(ValueError, match="cut off"):
        _Compact(bytes([0xFF])).varint()
    assert [_signed(n) for n in range(6)] == [0, -1, 1, -2, 2, -3]


def test_fields_count_on_or_state_their_number():
    """A step of field in the high half of a byte, else the number behind it, as a zigzag."""
    for data, path, found in (
        ([0x15, 0x08, 0], (1,), [4]), ([0x25, 0x08, 0], (2,), [4]), ([0x25, 0x08, 0], (1,), []),
        ([0x05, 0x04, 0x08, 0], (2,), [4]), ([0x15, 0x02, 0x15, 0x08, 0], (2,), [4]),
        ([0x1C, 0x15, 0x08, 0, 0], (1, 1), [4]), ([0x19, 0x25, 0x08, 0x0A, 0], (1,), [4, 5]),
        ([0x18, 2, 9, 9, 0x15, 0x08, 0], (2,), [4]), ([0x13, 9, 0x15, 0x08, 0], (2,), [4]),
        ([0x17, *range(8), 0x15, 0x08, 0], (2,), [4]), ([0x11, 0x12, 0x15, 0x08, 0], (3,), [4]),
    ):  # fmt: skip
        assert list(_Compact(bytes(data)).found(path, 0)) == found, data
