"""The overview over several cells, and the tidy table."""

from __future__ import annotations

import math

import numpy as np

from eisfit.export import (
    CellResult,
    write_overview,
    write_study,
)
from eisfit.export.spectra import write_spectra
from eisfit.readers import read
from eisfit.spectrum import Conditions, Series, Spectrum
from tests.export.conftest import read_table
from tests.studies import make_study


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
        assert (rows[1]["short"], rows[1]["short_spectra"]) == ("ok", "0")
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
