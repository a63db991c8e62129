"""study.json read back: the series that was fitted, to the last bit; damaged ones are refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

import eisfit as ef
from eisfit.errors import CorruptFile, ReadError
from eisfit.readers import read
from eisfit.spectrum import Series


def equal(left: Series, right: Series) -> None:
    """Asserts that two series have the same spectra, record, cell and notes."""
    assert len(left) == len(right)
    for a, b in zip(left, right, strict=True):
        assert (a.label, a.source, a.conditions, a.reasons) == (b.label, b.source, b.conditions, b.reasons)
        for name in ("frequency", "impedance", "mask"):
            assert np.array_equal(getattr(a, name), getattr(b, name))
    assert left.cell == right.cell
    assert left.notes == right.notes
    assert (left.record is None) == (right.record is None)
    if left.record is not None:
        for name in ("time_s", "potential_V", "current_A", "charge_mAh", "half_cycle"):
            assert np.array_equal(getattr(left.record, name), getattr(right.record, name))
        assert left.record.sources == right.record.sources


@pytest.fixture
def cell(folder, peis, gcpl):
    """Three spectra and a record, as files."""
    return folder({"x_01_PEIS_C01.mpt": peis([0.0, 5000.0, 9000.0]), "x_02_GCPL_C01.mpt": gcpl([(100, 60.0, 60)])})


@pytest.fixture(scope="module")
def analysed():
    """Studies, by the cells they are of: these are all alike, so that one is fitted."""
    return {}


@pytest.fixture
def study(cell, analysed, tmp_path):
    """A study of three spectra with a record and a masked point, and where it was written."""
    from eisfit.export import write_study

    if not analysed:
        series = read(cell, cell=ef.Cell(area_cm2=1.3, type="half"))
        first = series[0].masked(np.arange(13) == 3, "touched the cable")
        analysed["study"] = ef.analyse(series.with_(spectra=[first, *series[1:]]), circuit="R(RC)")
    return analysed["study"], write_study(analysed["study"], tmp_path / "study.json")


def test_the_series_comes_back(study):
    value, path = study
    series = read(path)
    equal(series, value.series)
    assert series[0].reasons[3] == "touched the cable"
    assert series.record is not None
    assert {s.source.reader for s in series} == {"eclab-text"}


def test_a_cell_that_is_given_goes_before_the_one_in_the_file(study):
    assert read(study[1], cell=ef.Cell(area_cm2=2.0)).cell == ef.Cell(area_cm2=2.0, type="half")


def test_beside_other_files_its_record_is_not_used_and_told(study, tmp_path, peis):
    (tmp_path / "later.mpt").write_bytes(peis([0.0], date="03/18/2025 08:00:00"))
    series = read([study[1], tmp_path / "later.mpt"])
    assert [s.label for s in series] == ["later"]
    assert [note.path for note in series.notes] == ["study.json"]
    series = read([study[1].rename(tmp_path / "first.json"), tmp_path / "later.mpt"])
    assert len(series) == 4
    assert series.record is None
    assert any("the cycling record in it is not used" in note.sentence for note in series.notes)
    assert series[0].source.path == "x_01_PEIS_C01.mpt"


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (lambda d: d.update(schema=99), ReadError, "in form 99; form 1 is read here"),
        (lambda d: d.pop("series"), CorruptFile, "'series' is missing"),
        (lambda d: d["series"]["spectra"][0]["frequency"].pop(), CorruptFile, "must be one-dimensional and of equal"),
        (lambda d: d["series"]["spectra"][0].update(label=None, conditions={"soc": "x"}), CorruptFile, "soc is 'x'"),
        (lambda d: d["series"]["spectra"][0]["impedance"].update(re="x"), CorruptFile, "the study is damaged"),
        (lambda d: d["series"]["record"]["time_s"].pop(), CorruptFile, "differ in length"),
        (lambda d: d["series"]["cell"].update(area_cm2=True), CorruptFile, "area_cm2 is True"),
        (lambda d: d["series"].update(spectra=[3]), CorruptFile, "the study is damaged"),
    ],
)
def test_damaged_studies(study, change, error, sentence):
    path = study[1]
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))
    with pytest.raises(error, match=sentence):
        read(path)
