"""EC-Lab binary files: what galvani does not know."""

from __future__ import annotations

import struct
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers import read
from eisfit.readers.eclab_mpr import misread

pytest.importorskip("galvani")


def module(short: bytes, data: bytes, version: int = 0) -> bytes:
    """One module of an .mpr file: header and data."""
    head = b"MODULE" + short.ljust(10) + b"".ljust(25) + struct.pack("<II", len(data), version) + b"03/17/25"
    return head + data


def mpr(columns: list[int], rows: np.ndarray, log: bytes = b"") -> bytes:
    """An .mpr file with a settings and a data module, as galvani expects them."""
    table = struct.pack("<IB", len(rows), len(columns)) + struct.pack(f"<{len(columns)}H", *columns)
    data = table.ljust(405, b"\0") + rows.tobytes()
    magic = b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + b"\0\0\0\0"
    return magic + module(b"VMP Set", b"") + module(b"VMP data", data, 2) + log


@pytest.fixture
def rows(grid, arc) -> np.ndarray:
    """Frequency, Re and -Im in single precision, time in double."""
    kind = [("f", "<f4"), ("re", "<f4"), ("im", "<f4"), ("t", "<f8")]
    return np.array([(f, z.real, -z.imag, i) for i, (f, z) in enumerate(zip(grid, arc, strict=True))], dtype=kind)


def test_file_without_a_log_is_read_without_a_date(tmp_path, rows, arc):
    path = tmp_path / "a.mpr"
    path.write_bytes(mpr([32, 37, 38, 4], rows))
    (spectrum,) = series = read(path)
    assert np.array_equal(spectrum.impedance, arc.astype(np.complex64))
    assert spectrum.conditions.timestamp is None
    assert [note.kind for note in series.notes] == ["assumed"]


def test_damaged_log_does_not_lose_the_data(tmp_path, rows, arc):
    path = tmp_path / "a.mpr"
    path.write_bytes(mpr([32, 37, 38, 4], rows, module(b"VMP LOG", b"\0" * 700)))
    assert len(read(path)[0]) == len(arc)


def test_unknown_column_is_named_with_the_way_out(tmp_path, rows):
    path = tmp_path / "a.mpr"
    path.write_bytes(mpr([32, 37, 38, 60000], rows))
    with pytest.raises(CorruptFile, match=r"column type 60000; export the file as text \(.mpt\)"):
        read(path)
    log = module(b"VMP LOG", b"\0" * 90 + b"\x0c192.168.7.32\0\x0511.73\0\x0511.73\0")
    path.write_bytes(mpr([32, 37, 38, 60000], rows, log))
    with pytest.raises(CorruptFile, match=r"column type 60000 of EC-Lab 11.73; export"):
        read(path)


def test_column_types_of_two_bytes_are_not_taken_for_others(tmp_path, rows, arc):
    """EC-Lab 11.50 and later: galvani reads the second byte of a type only."""
    path = tmp_path / "a.mpr"

    def written(*types: int) -> None:
        table = struct.pack("<IB", len(rows), len(types)) + struct.pack(f">{len(types)}H", *types)
        data = table.ljust(1007, b"\0") + rows.tobytes()
        magic = b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + b"\0\0\0\0"
        path.write_bytes(magic + module(b"VMP Set", b"") + module(b"VMP data", data, 0))

    written(32, 37, 38, 4)
    assert np.array_equal(read(path)[0].impedance, arc.astype(np.complex64))
    for types, named in (((32, 37, 38, 4 + 256), 260), ((32, 37, 981, 4), 981)):
        written(*types)
        with pytest.raises(CorruptFile, match=f"column type {named}; export"):
            read(path)


def test_bytes_that_moved_are_found(tmp_path, rows):
    moved = np.frombuffer(b"\xff\xff\xff" + rows.tobytes()[:-3], rows.dtype)
    (tmp_path / "a.mpr").write_bytes(mpr([32, 37, 38, 4], moved))
    with pytest.raises(CorruptFile, match="bytes are missing or were added"):
        read(tmp_path / "a.mpr")


def test_what_is_no_mpr_file(tmp_path):
    path = tmp_path / "a.mpr"
    for data in (b"BIO-LOGIC MODULAR FILE\x1a", b"no such file", mpr([32], np.zeros(0))[:-20]):
        path.write_bytes(data)
        with pytest.raises(CorruptFile):
            read(path)


def test_which_types_of_two_bytes_galvani_misreads():
    """Those above 255, of version 0 with a zero at first, that galvani does not know or takes for others."""

    def found(*types: int, version: int = 0, count: int | None = None) -> list[int]:
        data = struct.pack("<IB", 3, len(types) if count is None else count) + struct.pack(f">{len(types)}H", *types)
        return misread(SimpleNamespace(modules=[{"shortname": b"VMP data  ", "version": version, "data": data}]))

    assert found(32, 37, 255, 256, 257, 981) == [256, 257, 981]
    assert found(32, 981, 999, count=2) == [981]
    assert found(32, 981, count=9) == [981]
    assert found(32, 981, version=2) == []
    assert found(981, 32) == []
    for name, size in ((b"VMP Set   ", 9), (b"VMP data  ", 5)):
        assert misread(SimpleNamespace(modules=[{"shortname": name, "version": 0, "data": b"\0" * size}])) == []
    assert misread(object()) == []
