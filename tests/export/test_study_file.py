"""study.json, and the way back."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

import eisfit
from eisfit.circuit import Circuit, fixed
from eisfit.errors import CorruptFile, ReadError
from eisfit.export import (
    read_study,
    write_study,
    write_tables,
)
from eisfit.export.plain import from_plain, to_plain
from eisfit.library import library


class TestStudyFile:
    def test_it_reads_back_equal(self, study, written):
        back = read_study(written / "study.json")
        assert to_plain(back) == to_plain(study)
        for name in ("values", "covariance", "cost", "rms", "at_bound", "points_used"):
            np.testing.assert_array_equal(getattr(back.fits, name), getattr(study.fits, name))
            assert getattr(back.fits, name).dtype == getattr(study.fits, name).dtype
        assert back.fits.status == study.fits.status
        assert back.fits.circuit == study.fits.circuit
        assert [p.fixed for p in back.fits.circuit.parameters] == [p.fixed for p in study.fits.circuit.parameters]
        assert back.track.flags == study.track.flags
        assert repr(back.track.findings) == repr(study.track.findings)
        assert back.series.notes == study.series.notes
        assert back.series.cell == study.series.cell
        assert back.series.column("soc").tolist()[:4] == study.series.column("soc").tolist()[:4]
        assert back.decisions == study.decisions
        for name in ("values", "covariance", "wander", "stderr"):
            np.testing.assert_array_equal(getattr(back.smoothed, name), getattr(study.smoothed, name))

    def test_spectra_keep_their_points_masks_and_reasons(self, study, written):
        for new, old in zip(read_study(written / "study.json").series, study.series, strict=True):
            np.testing.assert_array_equal(new.impedance, old.impedance)
            np.testing.assert_array_equal(new.mask, old.mask)
            assert new.reasons == old.reasons
            assert new.source == old.source
            assert new.conditions == old.conditions
            assert (new.sigma is None) == (old.sigma is None)

    def test_arrays_are_read_only(self, written):
        back = read_study(written / "study.json")
        for array in (back.fits.values, back.series[0].impedance, back.series.record.time_s, back.series[1].mask):
            assert not array.flags.writeable

    def test_the_series_is_written_once(self, written):
        back = read_study(written / "study.json")
        assert back.fits.series is back.series
        assert back.quality.series is back.series

    def test_another_round_gives_the_same_bytes(self, study, written, tmp_path):
        write_study(read_study(written / "study.json"), tmp_path / "again.json")
        assert (tmp_path / "again.json").read_bytes() == (written / "study.json").read_bytes()

    def test_a_study_that_was_read_writes_the_same_tables(self, written, tmp_path):
        write_tables(read_study(written / "study.json"), tmp_path)
        for name in ("parameters.csv", "derived.csv", "smooth.csv"):
            assert (tmp_path / name).read_bytes() == (written / name).read_bytes()

    def test_it_is_strict_json_with_units_versions_and_hashes(self, written):
        def refuse(word: str) -> Any:
            raise AssertionError(f"{word} is no JSON")

        data = json.loads((written / "study.json").read_text(encoding="utf-8"), parse_constant=refuse)
        assert data["written_by"]["eisfit"] == eisfit.__version__
        assert data["units"]["impedance"] == "ohm"
        assert data["inputs"][0] == {"path": "a, b.mpt", "reader": "eclab-text", "sha256": "ab" * 32}
        assert [i["path"] for i in data["inputs"]] == ["a, b.mpt", "c.mpt"]
        assert data["options"]["command"] == "eisfit fit 'a b'"
        assert {"Hz", "ohm"} <= set(data["units"].values())

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", "3", '{"format": "other"}', "\x00\xff", "[" * 100_000])
    def test_what_is_no_study(self, tmp_path, text):
        path = tmp_path / "study.json"
        path.write_text(text, encoding="latin-1")
        with pytest.raises(ReadError, match=r"study\.json"):
            read_study(path)
        with pytest.raises(ReadError, match="cannot be read"):
            read_study(tmp_path)

    def test_a_file_of_a_later_form(self, written, tmp_path):
        data = json.loads((written / "study.json").read_text(encoding="utf-8")) | {"schema": 99}
        (tmp_path / "study.json").write_text(json.dumps(data))
        with pytest.raises(ReadError, match="in form 99"):
            read_study(tmp_path / "study.json")

    @pytest.mark.parametrize("part", ["series", "quality", "fits", "track", "options"])
    @pytest.mark.parametrize("damage", [None, 3, {}, "text", [1]])
    def test_a_damaged_file(self, written, tmp_path, part, damage):
        data = json.loads((written / "study.json").read_text(encoding="utf-8")) | {part: damage}
        (tmp_path / "study.json").write_text(json.dumps(data))
        if part == "options" and damage == {}:
            assert read_study(tmp_path / "study.json").options.command == ""
            return
        with pytest.raises(CorruptFile, match="damaged"):
            read_study(tmp_path / "study.json")


class Colour(StrEnum):
    RED = "red"


class Pair(NamedTuple):
    left: float
    right: str | None = None


@dataclass(frozen=True)
class Everything:
    """One field of every kind that values have."""

    real: NDArray[np.float64]
    complex: NDArray[np.complex128]
    whole: NDArray[np.int64]
    truth: NDArray[np.bool_]
    words: NDArray[np.str_]
    ragged: tuple[NDArray[np.float64], ...]
    number: float
    maybe: float | None
    colour: Colour
    pairs: tuple[Pair, ...]
    mixed: tuple[int, str]
    by_name: dict[str, Pair]
    by_number: dict[int, float]
    anything: Any
    inner: Pair | None = None


REAL = st.floats(allow_nan=True, allow_infinity=True)
TEXTS = st.text(max_size=5)
PAIRS = st.builds(Pair, REAL, st.none() | TEXTS)
SHAPES = array_shapes(max_dims=2, max_side=3)
EVERYTHING = st.builds(
    Everything,
    real=arrays(np.float64, SHAPES),
    complex=arrays(np.complex128, SHAPES),
    whole=arrays(np.int64, SHAPES),
    truth=arrays(np.bool_, SHAPES),
    words=st.lists(st.sampled_from(["pass", "fail"]), min_size=1).map(np.array),
    ragged=st.lists(arrays(np.float64, array_shapes(max_dims=1)), max_size=3).map(tuple),
    number=REAL,
    maybe=st.none() | st.floats(allow_nan=False),
    colour=st.just(Colour.RED),
    pairs=st.lists(PAIRS, max_size=3).map(tuple),
    mixed=st.tuples(st.integers(-(2**53) + 1, 2**53 - 1), TEXTS),
    by_name=st.dictionaries(TEXTS, PAIRS, max_size=3),
    by_number=st.dictionaries(st.integers(-(2**53) + 1, 2**53 - 1), st.floats(allow_nan=False), max_size=3),
    anything=st.none() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS | st.lists(st.integers()),
    inner=st.none() | PAIRS,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(EVERYTHING)
def test_every_kind_of_value_comes_back(value):
    back = from_plain(Everything, json.loads(json.dumps(to_plain(value), allow_nan=False)))
    for field in fields(Everything):
        new, old = getattr(back, field.name), getattr(value, field.name)
        if isinstance(old, np.ndarray):
            assert new.dtype.kind == old.dtype.kind
            np.testing.assert_array_equal(new, old)
        elif field.name == "ragged":
            assert len(new) == len(old)
            for a, b in zip(new, old, strict=True):
                np.testing.assert_array_equal(a, b)
        else:
            assert type(new) is type(old)
            assert repr(new) == repr(old)


@pytest.mark.parametrize("name", library())
def test_circuits_come_back(name):
    circuit = library()[name].circuit
    first = circuit.names[0]
    changed = circuit.with_(**{first: fixed(3.0)})
    back = from_plain(Circuit, json.loads(json.dumps(to_plain(changed))))
    assert back == changed
    assert (back.roles, back.title) == (changed.roles, changed.title)
