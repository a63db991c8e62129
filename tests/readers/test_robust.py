"""Damaged files: whatever befalls the bytes, only errors of ours come out, and no row changes its place."""

from __future__ import annotations

import contextlib
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eisfit.errors import EisfitError
from eisfit.readers import formats, read
from eisfit.readers._base import File, choose
from eisfit.spectrum import Series
from tests.readers.made import MADE, made

LIMIT = 5
"""Seconds that one damaged file may take."""
KINDS = ("cut", "change", "insert", "delete", "take", "double")
SEEDS = [
    0,
    *(pytest.param(i, marks=pytest.mark.long) for i in range(1, 2 * len(KINDS))),
]


def damaged(data: bytes, seed: int) -> tuple[bytes, int]:
    """The same file with bytes cut off, changed, inserted, taken out or doubled; at how many places."""
    rng = np.random.default_rng(seed)
    kind = seed % len(KINDS)
    if KINDS[kind] == "cut":
        return data[: int(rng.integers(len(data)))], 1
    at = np.sort(rng.integers(len(data), size=int(rng.integers(1, 4)))).tolist()
    out = bytearray(data)
    for place in reversed(at):
        few, many = int(rng.integers(1, 9)), int(rng.integers(1, max(2, len(data) // 4)))
        if KINDS[kind] == "change":
            out[place] = int(rng.integers(256))
        elif KINDS[kind] == "insert":
            out[place:place] = rng.bytes(few)
        elif KINDS[kind] == "double":
            out[place:place] = out[place : place + many]
        else:
            del out[place : place + (few if KINDS[kind] == "delete" else many)]
    return bytes(out), 2 * len(at)


def strange(series: Series, original: Series) -> tuple[int, int]:
    """How many points the original does not have, and the most points of a spectrum that another one lent it."""
    f = np.concatenate([s.frequency for s in original])
    z = np.concatenate([s.impedance for s in original])
    owner = np.repeat(np.arange(len(original)), [len(s) for s in original])
    nameless = any("no line names the columns" in note.sentence for note in series.notes)
    unknown = lent = 0
    for spectrum in series:
        same = np.abs(spectrum.frequency[:, None] - f) <= 1e-4 * f
        near = np.abs(spectrum.impedance[:, None] - z) <= 2e-3 * np.abs(z)
        if nameless:  # the sign of Im in a part of a table may be judged otherwise than in the whole
            near |= np.abs(spectrum.impedance[:, None].conj() - z) <= 2e-3 * np.abs(z)
        same &= near
        known = same.any(axis=1)
        unknown += int((~known).sum())
        own = [int(same[:, owner == i].any(axis=1).sum()) for i in range(len(original))]
        lent = max(lent, int(known.sum()) - max(own))
    return unknown, lent


def series_of(path: Path) -> Series | None:
    """The series of a file, None where it is refused with an error of ours that says something."""
    try:
        return read(path)
    except EisfitError as error:
        if not str(error).strip():
            raise AssertionError("an error without a sentence") from error
        return None


def measured(data: Path) -> list[Path]:
    """Measured files of every format that a reader knows, small ones."""
    known = {extension for entry in formats().values() for extension in entry.extensions}
    files = [p for p in sorted(data.glob("*/*")) if p.suffix.lower() in known and p.stat().st_size < 2e5]
    return [p for p in files if not p.name.startswith(("README", "LICENSE"))]


@cache
def unharmed(path: Path) -> Series | None:
    """What a measured file holds, read once."""
    return series_of(path)


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_measured_files(data, tmp_path, seed):
    """Rows come through as they are or not at all: none is shifted, and no sweep is merged with another.

    The kinds of damage take turns from file to file.
    """
    for number, path in enumerate(measured(data)):
        original = unharmed(path)
        if original is None:
            continue
        target = tmp_path / path.name
        bad, places = damaged(path.read_bytes(), seed + (len(KINDS) * 100 + 1) * number)
        target.write_bytes(bad)
        series = series_of(target)
        assert series is None or len(series) or series.record is not None
        if series is not None and len(original):
            unknown, lent = strange(series, original)
            assert unknown <= 2 * places, path.name
            assert lent <= places, path.name


@cache
def by_reader(data: Path) -> dict[str, list[Path]]:
    """Measured files, the small ones, by the reader that reads them."""
    found: dict[str, list[Path]] = {}
    for path in measured(data):
        if path.stat().st_size < 60_000:
            with contextlib.suppress(EisfitError):
                if chosen := choose(path.read_bytes()[:4096], path.suffix.lower(), path.name):
                    found.setdefault(chosen.name, []).append(path)
    return found


def fuzzed(data: Path, name: str, count: int, seed: int) -> int:
    """Damaged copies of files of a reader, given to it alone: nothing but errors of ours, no warning, no wait."""
    files = [(path, path.read_bytes()) for path in by_reader(data).get(name, [])[:8]]
    if not files and name in MADE:
        place, whole = made(name)
        series = formats()[name].read(File(Path(place), whole, place))
        assert len(series.spectra) == 1, name
        files = [(Path(place), whole)]
    reader = formats()[name]
    for number in range(count if files else 0):
        path, whole = files[number % len(files)]
        bad, _ = damaged(whole, seed + number)
        begin = time.process_time()
        try:
            reader.read(File(path, bad, path.name))
        except EisfitError as error:
            if "\n" in str(error):
                raise AssertionError(f"{path.name}, {seed + number}: not one line: {error}") from error
        except Exception as error:
            raise AssertionError(f"{path.name}, {seed + number}: {type(error).__name__}: {error}") from error
        assert time.process_time() - begin < LIMIT, f"{path.name}, {seed + number}: takes too long"
    return count if files else 0


@pytest.mark.parametrize("name", sorted(formats()))
def test_a_reader_by_itself_and_a_few_damaged_files(data, name):
    fuzzed(data, name, 12, 1)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(formats()))
def test_a_reader_by_itself_and_twenty_thousand_damaged_files(data, name):
    if not fuzzed(data, name, 20_000, 10_000):
        pytest.skip("no measured file of this kind")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted(formats())))
def test_random_bytes(data, name):
    with contextlib.suppress(EisfitError):
        formats()[name].read(File(Path("a"), data, "a"))


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=1, max_size=60), st.sampled_from(sorted(formats())), st.integers(0, 50))
def test_random_bytes_behind_a_true_beginning(data, name, place):
    beginnings = {"eclab-text": b"EC-Lab ASCII FILE\nNb header lines : 4\n\nfreq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\n1\t2\t3\n"}
    start = beginnings.get(name, b"f,Re,Im\n1,2,-3\n0.5,3,-1\n")
    with contextlib.suppress(EisfitError):
        formats()[name].read(File(Path("a"), start[:place] + data + start[place:], "a"))


EXTREME = st.sampled_from([0.0, -1.0, 1e-300, 1e300, 1.7e308, float("inf"), float("nan"), 5e-324, 1.0, 2.5])


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(EXTREME, min_size=6, max_size=6), min_size=1, max_size=6), kind=st.integers(0, 3))
def test_any_number_in_any_column(tmp_path_factory, rows, kind):
    names = (
        ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s", "<Ewe>/V", "cycle number"),
        ("freq/kHz", "|Z|/MOhm", "Phase(Z)/deg", "time/s", "<I>/A", "z cycle"),
        ("mode", "time/s", "dq/mA.h", "Ewe/V", "<I>/mA", "(Q-Qo)/mA.h"),
        ("mode", "time/s", "Ewe/V", "<I>/A", "(Q-Qo)/C", "Temperature/°C"),
    )[kind]
    lines = ["\t".join(names), *("\t".join(map(repr, row)) for row in rows)]
    path = tmp_path_factory.getbasetemp() / "extreme.mpt"
    head = "EC-Lab ASCII FILE\nNb header lines : 4\nAcquisition started on : 03/17/2025 08:00:00\n"
    path.write_bytes((head + "\n".join(lines) + "\n").encode("latin-1"))
    series_of(path)


def test_cut_file_gives_the_rows_before_the_cut(tmp_path, peis, arc):
    data = peis([0.0])
    path = tmp_path / "a.mpt"
    for cut in range(0, 400, 7):
        path.write_bytes(data[: len(data) - cut])
        (spectrum,) = read(path)
        whole = len(spectrum)
        assert np.array_equal(spectrum.impedance, arc[:whole]), cut
        assert whole >= data[: len(data) - cut].count(b"\n") - data[: data.index(b"freq/Hz")].count(b"\n") - 1, cut


def test_inserted_bytes_never_shift_cells(tmp_path, peis, arc):
    data = peis([0.0])
    start = data.index(b"\n", data.index(b"freq/Hz")) + 1
    path = tmp_path / "a.mpt"
    known = set(arc.tolist())
    rng = np.random.default_rng(5)
    for _ in range(80):
        at = int(rng.integers(start, len(data)))
        path.write_bytes(data[:at] + rng.choice([b"\t", b"\n", b"\t\t", b"x", b"\0", b"\t1.0"]) + data[at:])
        values = [z for spectrum in series_of(path) or () for z in spectrum.impedance.tolist()]
        assert sum(z not in known for z in values) <= 1
