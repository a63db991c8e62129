"""Tables of a study as CSV."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from eisfit.columns import Column
from eisfit.export import write_tables
from eisfit.export.tables import _without_noise, write_derived
from eisfit.fitting.smooth import Smoothed
from tests.export.conftest import read_table

TAIL = ("chi2_reduced", "rms_percent", "kk_rms_percent", "points_used", "status", "flags", "errors", "fixed")
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
                assert row[f"{name}_stderr"] == (repr(e) if math.isfinite(e) and e else "")

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
        assert header == [column.name for column in study.columns() if column.name not in TAIL]
        assert [row["spectrum"] for row in rows] == [s.label for s in study.series]
        for k, name in enumerate(study.fits.names):
            for row, v, e in zip(
                rows, study.smoothed.values[:, k].tolist(), study.smoothed.stderr[:, k].tolist(), strict=True
            ):
                assert row[name] == (repr(_without_noise(v)) if math.isfinite(v) else "")
                assert row[f"{name}_stderr"] == (repr(e) if math.isfinite(e) and e else "")

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


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (-2.9999999999999996, "-3.0"),
        (49.99999999999999, "50.0"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0.0"),
        (19.88434028514793, "19.88434028514793"),
        (1 / 3, "0.3333333333333333"),
        (1e-7, "1e-07"),
        (float("inf"), "inf"),
        (None, ""),
        ("-0.0", "-0.0"),
        (3, "3"),
    ],
)
def test_a_table_holds_no_rounding_noise(tmp_path, cell, written):
    path = write_derived([Column("name", "", ["x"]), Column("value", "", [cell])], tmp_path / "t.csv")
    assert path.read_text(encoding="utf-8").splitlines()[1] == f"x,{written}"
