"""Parquet: a row per point or a row per spectrum; what is missing or damaged is said."""

from __future__ import annotations

import sys

import pytest

from eisfit.errors import CorruptFile, EisfitError, MissingDependency, UnknownFormat
from eisfit.readers import read

F, RE, IM = [1000.0, 100.0, 10.0], [10.0, 12.5, 1 / 3], [-1.0, -4.25, -9.0]


@pytest.fixture
def written(tmp_path):
    """Writes columns as a Parquet file."""
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    def write(**columns):
        parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
        return tmp_path / "a.parquet"

    return write


def test_a_row_per_point(written):
    (spectrum,) = read(written(**{"freq/Hz": F, "Z' (ohm)": RE, "-Z'' (ohm)": [-i for i in IM]}))
    assert spectrum.frequency.tolist() == F
    assert spectrum.impedance.tolist() == [complex(r, i) for r, i in zip(RE, IM, strict=True)]
    assert spectrum.source.reader == "parquet"


def test_a_row_per_spectrum(written):
    path = written(label=["a", "b"], soc=[0.1, None], frequency=[F, F[:2]], re=[RE, RE[:2]], im=[IM, IM[:2]])
    first, second = read(path)
    assert (first.label, len(first), first.conditions.soc) == ("a", 3, 0.1)
    assert (second.label, len(second), second.conditions.soc) == ("b", 2, None)


def test_what_is_no_spectrum(written):
    with pytest.raises(UnknownFormat, match="no table of spectra"):
        read(written(x=F, y=RE))
    with pytest.raises(CorruptFile, match="unequal length"):
        read(written(frequency=[F], re=[RE[:2]], im=[IM]))


def test_damaged_files(written):
    path = written(frequency=F, re=RE, im=IM)
    data = path.read_bytes()
    path.write_bytes(data[:-20])
    with pytest.raises(CorruptFile, match="it was cut"):
        read(path)
    path.write_bytes(data[:-40] + b"\xff" * 32 + data[-8:])
    with pytest.raises(CorruptFile, match="is no Parquet file that can be read"):
        read(path)


def test_without_its_package(tmp_path, monkeypatch):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and so on PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingDependency, match=r"pip install pyarrow .*'\.\[parquet\]'"):
        read(tmp_path / "a.parquet")


def test_a_damaged_table_with_lists_does_not_end_the_process(written):
    """A column in its footer is repeated or optional where it was not: pyarrow aborts when asked of its numbers."""
    path = written(label=["a", "b"], frequency=[F, F[:2]], re=[RE, RE[:2]], im=[IM, IM[:2]])
    data = path.read_bytes()
    length = int.from_bytes(data[-8:-4], "little")
    outcomes = set()
    for at in range(len(data) + 8 - length, len(data) + 20 - length):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            outcomes.add(len(read(path)))
        except EisfitError as error:
            outcomes.add(type(error).__name__)
    assert "CorruptFile" in outcomes
