"""Tables, study.json and the way back, files that appear whole."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import subprocess
import sys
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

import eisfit
from eisfit.analysis import analyse
from eisfit.circuit import Circuit, fixed
from eisfit.errors import CorruptFile, OutputError, ReadError
from eisfit.export import (
    CellResult,
    Guard,
    output_folder,
    read_study,
    remove_left_over,
    staged,
    staged_file,
    write_csv,
    write_overview,
    write_resistances_tex,
    write_study,
    write_tables,
)
from eisfit.export.plain import from_plain, to_plain
from eisfit.export.spectra import write_spectra
from eisfit.fitting.smooth import Smoothed
from eisfit.library import library
from eisfit.readers import read
from eisfit.report import summary
from eisfit.spectrum import Cell, Conditions, Note, Record, Series, Source, Spectrum
from eisfit.study import Study
from tests.studies import make_study

TEXT = "R1(R2Q1)(R3Q2)"
FREQUENCY = np.logspace(6, -1, 36)


def made_series() -> Series:
    """Four spectra with everything that a spectrum can carry, one of them too short to be fitted."""
    rng = np.random.default_rng(3)
    values = {"R1": 20, "R2": 15, "Q1": 1e-7, "R3": np.array([90.0, 60, 40, 30]), "Q2": 2e-3}
    z = Circuit(TEXT).impedance(FREQUENCY, values)
    z = z + 0.002 * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    spectra = [
        Spectrum(
            FREQUENCY,
            row,
            sigma=0.002 * np.abs(row),
            label=f'"{i}", ümlaut; Ω',
            source=Source(path="a, b.mpt", reader="eclab-text", sweep=i, sha256="ab" * 32),
            conditions=Conditions(time_s=3600.0 * i, soc=i / 3, direction="discharge", cycle=1),
        )
        for i, row in enumerate(z)
    ]
    spectra[1] = spectra[1].masked(FREQUENCY < 1, "below").masked(FREQUENCY > 1e5, "above")
    spectra.append(Spectrum(FREQUENCY[:2], z[0, :2], label="short"))
    t = np.linspace(0, 3600 * 3, 50)
    record = Record(t, 0.3 + t * 1e-5, -1e-3 + 0 * t, -t / 3600, np.zeros(50, np.int64), (Source(path="c.mpt"),))
    return Series(
        spectra,
        cell=Cell(name="Zelle 7", type="half", area_cm2=1.27, thickness_um=850.0),
        record=record,
        notes=[Note("dropped", "a, b.mpt", "1 row was no number")],
    )


@pytest.fixture(scope="module")
def study() -> Study:
    return analyse(made_series(), circuit=TEXT, fixed={"Q1_n": 0.9}, smooth=True, command="eisfit fit 'a b'")


@pytest.fixture(scope="module")
def written(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    write_tables(study, folder)
    return folder


def read_table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return list(reader.fieldnames or ()), rows


TAIL = ("chi2_reduced", "rms_percent", "kk_rms_percent", "points_used", "status", "flags")
"""What smooth.csv has not."""


class TestTables:
    def test_columns_and_rows_are_those_of_the_declaration(self, study, written):
        header, rows = read_table(written / "parameters.csv")
        assert header == [column.name for column in study.columns()]
        assert header[:3] == ["spectrum", "file", "sweep"]
        assert len(rows) == 5
        header, rows = read_table(written / "derived.csv")
        assert header == [column.name for column in study.derived_columns()]
        assert len(rows) == 5

    def test_numbers_read_back_to_the_last_bit(self, study, written):
        _, rows = read_table(written / "parameters.csv")
        for name in study.fits.names:
            value, stderr = study.fits.column(name)
            for row, v, e in zip(rows, value.tolist(), stderr.tolist(), strict=True):
                assert row[name] == (repr(v) if math.isfinite(v) else "")
                assert row[f"{name}_stderr"] == (repr(e) if math.isfinite(e) else "")

    def test_what_is_missing_is_empty(self, written):
        _, rows = read_table(written / "parameters.csv")
        assert rows[4]["R3_stderr"] == rows[4]["file"] == rows[4]["sweep"] == rows[4]["soc"] == ""
        assert {row["temperature_C"] for row in rows} == {""}
        assert not any("nan" in value.lower() for row in rows for value in row.values())

    def test_what_is_smooth_stands_beside_the_free_fits(self, study, tmp_path):
        moved = Smoothed(1.1 * study.fits.values, 4 * study.fits.covariance, study.smoothed.wander)
        study = replace(study, smoothed=moved)
        assert tmp_path / "smooth.csv" in write_tables(study, tmp_path)
        header, rows = read_table(tmp_path / "smooth.csv")
        assert header == [column.name for column in study.columns()][: -len(TAIL)]
        assert [row["spectrum"] for row in rows] == [s.label for s in study.series]
        for k, name in enumerate(study.fits.names):
            for row, v, e in zip(
                rows, study.smoothed.values[:, k].tolist(), study.smoothed.stderr[:, k].tolist(), strict=True
            ):
                assert row[name] == (repr(v) if math.isfinite(v) else "")
                assert row[f"{name}_stderr"] == (repr(e) if math.isfinite(e) else "")

    def test_without_smoothing_there_is_no_such_table(self, study, tmp_path):
        paths = write_tables(replace(study, smoothed=None), tmp_path)
        assert [path.name for path in paths] == [
            "parameters.csv",
            "derived.csv",
            "resistances.csv",
            "resistances.tex",
            "study.json",
        ]
        assert not (tmp_path / "smooth.csv").exists()

    def test_texts_survive(self, written):
        _, rows = read_table(written / "parameters.csv")
        assert rows[0]["spectrum"] == '"0", ümlaut; Ω'
        assert rows[0]["file"] == "a, b.mpt"
        assert b"\r" not in (written / "parameters.csv").read_bytes()

    def test_the_table_of_the_study_says_the_same(self, study, written):
        header, rows = read_table(written / "parameters.csv")
        frame = study.table()
        assert list(frame.columns) == header
        assert frame["R3"].tolist()[:4] == [float(row["R3"]) for row in rows[:4]]


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
    mixed=st.tuples(st.integers(), TEXTS),
    by_name=st.dictionaries(TEXTS, PAIRS, max_size=3),
    by_number=st.dictionaries(st.integers(), st.floats(allow_nan=False), max_size=3),
    anything=st.none() | st.integers() | TEXTS | st.lists(st.integers()),
    inner=st.none() | PAIRS,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
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


class TestStaging:
    def test_files_appear_when_all_are_complete(self, tmp_path):
        (tmp_path / "a").write_text("old")
        with staged(tmp_path, Guard(force=True)) as stage:
            (stage / "a").write_text("new")
            (stage / "deep").mkdir()
            (stage / "deep" / "b").write_text("new")
            assert (tmp_path / "a").read_text() == "old"
        assert (tmp_path / "a").read_text() == (tmp_path / "deep" / "b").read_text() == "new"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "deep"]

    def test_none_appears_when_something_fails(self, tmp_path):
        (tmp_path / "a").write_text("old")

        def fail() -> None:
            with staged(tmp_path) as stage:
                (stage / "a").write_text("new")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert [p.name for p in tmp_path.iterdir()] == ["a"]
        assert (tmp_path / "a").read_text() == "old"

    def test_a_folder_of_the_same_name_is_in_the_way(self, tmp_path):
        (tmp_path / "a.csv").mkdir()
        with pytest.raises(OutputError, match="cannot be written"), staged_file(tmp_path / "a.csv") as path:
            write_csv(path, ["x"], [[1]])

    def test_an_output_folder_that_stays_empty_goes_again(self, tmp_path):
        with output_folder(tmp_path / "a" / "b") as folder:
            assert folder.is_dir()
        assert not (tmp_path / "a").exists()
        with output_folder(tmp_path / "a" / "b") as folder:
            (folder / "file").touch()
        assert (tmp_path / "a" / "b" / "file").exists()

    def test_an_empty_folder_that_was_there_stays(self, tmp_path):
        with output_folder(tmp_path):
            pass
        assert tmp_path.exists()

    def test_write_goes_through_it(self, study, tmp_path, monkeypatch):
        study.write(tmp_path / "out", report=False)
        before = (tmp_path / "out" / "parameters.csv").read_bytes()
        monkeypatch.setattr("eisfit.study.derived_columns", lambda *_: 1 / 0)
        other = replace(study, decisions=())
        with pytest.raises(ZeroDivisionError):
            other.write(tmp_path / "out", report=False)
        assert (tmp_path / "out" / "parameters.csv").read_bytes() == before
        assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
            "derived.csv",
            "parameters.csv",
            "resistances.csv",
            "resistances.tex",
            "smooth.csv",
            "study.json",
        ]

    def test_a_fault_in_the_report_leaves_the_tables_and_the_report_that_was_there(self, study, tmp_path, monkeypatch):
        (tmp_path / "report.pdf").write_text("earlier")
        monkeypatch.setattr(summary, "blocks", lambda *_: 1 / 0)
        with pytest.raises(OutputError, match=r"ZeroDivisionError.*the tables stand") as raised:
            study.write(tmp_path)
        assert isinstance(raised.value.__cause__, ZeroDivisionError)
        assert (tmp_path / "report.pdf").read_text() == "earlier"
        assert read_study(tmp_path / "study.json").options.command == study.options.command
        assert not list(tmp_path.glob(".*"))

    def test_what_a_killed_run_left_is_removed_and_what_a_living_one_holds_stays(self, tmp_path):
        script = f"""
import os, pathlib
from eisfit.export import staged
with staged(pathlib.Path({str(tmp_path)!r})) as stage:
    (stage / "half").write_text("written")
    os.kill(os.getpid(), 9)
"""
        subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(eisfit.__file__).parents[1])
        (left,) = tmp_path.iterdir()
        assert (left / "half").exists()
        with staged(tmp_path) as alive:
            assert not left.exists()
            assert remove_left_over(tmp_path) == []
            with staged(tmp_path) as other:
                (other / "b").touch()
            (alive / "a").touch()
        assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]

    def test_a_folder_that_was_only_just_made_is_left_alone(self, tmp_path):
        (tmp_path / ".eisfit-young").mkdir()
        (tmp_path / ".eisfit-old").mkdir()
        os.utime(tmp_path / ".eisfit-old", (0, 0))
        assert [p.name for p in remove_left_over(tmp_path)] == [".eisfit-old"]
        assert [p.name for p in tmp_path.iterdir()] == [".eisfit-young"]


class TestTablesForPapers:
    @pytest.fixture
    def table(self, written):
        return (written / "resistances.tex").read_text(encoding="utf-8")

    def test_a_spreadsheet_has_units_in_its_head_and_errors_in_columns_of_their_own(self, study, written):
        data = (written / "resistances.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
        assert [row["Spectrum"] for row in rows] == [s.label for s in study.series]
        for i, row in enumerate(rows):
            for name, role in study.track.roles.items():
                for head, number in ((f"{name} (Ω)", role.value[i]), (f"{name} standard error (Ω)", role.stderr[i])):
                    assert row[head] == (f"{number:.6g}" if math.isfinite(number) else "")
        sigma = study.derived_table()["conductivity_SE_total_S_cm"][0]
        assert float(rows[0]["sigma_SE_total (mS/cm)"]) == pytest.approx(1e3 * sigma, rel=1e-5)

    def test_the_rows_of_the_latex_table_have_the_columns_that_it_declares(self, study, table):
        declared = re.search(r"begin\{tabular\}\{([lr]+)\}", table)
        assert declared
        body = [line for line in table.splitlines() if line.endswith(r"\\")]
        assert len(body) == 1 + len(study.series)
        for line in body:
            assert len(re.split(r"(?<!\\)&", line)) == len(declared[1])
        assert "%" not in table.replace(r"\%", "").split(r"\begin{table}")[1]

    def test_braces_and_dollars_are_balanced_and_nothing_is_left_unescaped(self, study, tmp_path):
        cell = replace(study.series.cell, name=r"50% \o/ #1 & {a}_b^c ~ $5 <中文> é µ")
        series = study.series.with_(cell=cell)
        path = write_resistances_tex(replace(study, series=series), tmp_path / "a.tex")
        caption = next(line for line in path.read_text(encoding="utf-8").splitlines() if r"\caption" in line)
        assert caption.count("{") - caption.count(r"\{") == caption.count("}") - caption.count(r"\}")
        assert (caption.count("$") - caption.count(r"\$")) % 2 == 0
        assert r"50\% \textbackslash{}o/ \#1 \& \{a\}\_b\textasciicircum{}c \textasciitilde{} \$5" in caption
        assert "??" in caption
        assert "é $\\mu$" in caption

    def test_a_long_series_may_break_over_pages(self, tmp_path):
        table = write_resistances_tex(make_study(n=46), tmp_path / "a.tex").read_text(encoding="utf-8")
        assert r"\begin{longtable}" in table
        assert table.count(r"\toprule") == 2
        assert r"\endhead" in table

    def test_what_is_not_resolved_is_marked_and_explained(self, tmp_path):
        study = make_study(n=4, failed=[1])
        flags = (("unresolved_R_GB",), *study.track.flags[1:])
        study = replace(study, track=replace(study.track, flags=flags))
        table = write_resistances_tex(study, tmp_path / "a.tex").read_text(encoding="utf-8")
        rows = [line for line in table.splitlines() if line.endswith(r"\\")][1:]
        assert [row.count(r"$^{\dagger}$") for row in rows] == [1, 0, 0, 0]
        assert rows[1].count("--") == 6
        assert r"$^{\dagger}$ not resolved by the data." in table


class TestOverview:
    def test_a_row_per_cell_with_its_extremes_and_what_went_wrong(self, tmp_path):
        study = make_study(n=6, failed=[2])
        write_study(study, tmp_path / "study.json")
        (tmp_path / "broken.json").write_text("{")
        results = [
            CellResult("b", None, "the folder is empty"),
            CellResult("a", tmp_path / "study.json"),
            CellResult("c", tmp_path / "broken.json"),
        ]
        header, rows = read_table(write_overview(results, tmp_path / "overview.csv"))
        assert [row["cell"] for row in rows] == ["b", "a", "c"]
        assert header[-1] == "trouble"
        assert rows[0]["trouble"] == "the folder is empty"
        assert "is no study.json" in rows[2]["trouble"]
        assert (rows[1]["spectra"], rows[1]["converged"], rows[1]["trouble"]) == ("6", "5", "")
        role = study.track.roles["R_Int"]
        for place, expected in (
            ("first", role.value[0]),
            ("lowest", np.nanmin(role.value)),
            ("highest", np.nanmax(role.value)),
            ("last", role.value[-1]),
        ):
            assert float(rows[1][f"R_Int_{place}_ohm"]) == expected


def test_a_tidy_table_keeps_equal_labels_and_missing_errors_apart(tmp_path):
    z = np.array([1 - 2j, 2 - 3j])
    given = [
        Spectrum([10.0, 1.0], z, label="a", sigma=[0.1, 0.2], conditions=Conditions(soc=math.nan)),
        Spectrum([10.0, 1.0], 2 * z, label="a"),
        Spectrum([10.0, 1.0], 3 * z),
        Spectrum([10.0, 1.0], 4 * z),
    ]
    found = read(write_spectra(Series(given), tmp_path / "a.csv"))
    assert [s.label for s in found] == ["a", "a", "", ""]
    assert [s.impedance[0].real for s in found] == [1.0, 2.0, 3.0, 4.0]
    assert [s.sigma is None for s in found] == [False, True, True, True]
    assert found[0].conditions.soc is None
