"""The rows of parameters.csv."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Conditions, Source, Spectrum, fit
from eisfit.columns import rows as rows_of
from eisfit.fitting.table import parameter_columns, role_columns, smooth_columns


def columns(fits):
    return [column.name for column in parameter_columns(fits.series, fits)]


def rows(fits, **known):
    return rows_of(parameter_columns(fits.series, fits, **known))


HEAD = [
    "spectrum",
    "file",
    "sweep",
    "time_s",
    "cycle",
    "direction",
    "potential_V",
    "charge_mAh",
    "soc",
    "temperature_C",
]
TAIL = ["chi2_reduced", "rms_percent", "kk_rms_percent", "points_used", "status", "flags"]


@pytest.fixture
def fits(simulated, frequency):
    circuit, _, z = simulated("R(RQ)", n=3)
    spectra = [
        Spectrum(frequency, z[0], label="first", source=Source(path="a.mpt", reader="eclab", sweep=0, sha256="0" * 64)),
        Spectrum(frequency, z[1], conditions=Conditions(time_s=60.0, soc=0.5, direction="charge", cycle=2)),
        Spectrum(frequency, z[2]).masked(np.ones(41, bool), "no contact"),
    ]
    return fit(spectra, circuit, fixed={"Q1_n": 0.9})


def test_columns_in_their_order(fits):
    pairs = [c for name in fits.names for c in (name, f"{name}_stderr")]
    assert list(columns(fits)) == HEAD + pairs + TAIL
    assert list(fits.table().columns) == HEAD + pairs + TAIL


def test_one_row_per_spectrum_with_what_is_known_of_it(fits):
    table = [dict(zip(columns(fits), row, strict=True)) for row in rows(fits)]
    assert [row["spectrum"] for row in table] == ["first", "", ""]
    assert (table[0]["file"], table[0]["sweep"]) == ("a.mpt", 0)
    assert table[1]["file"] is None
    assert (table[1]["time_s"], table[1]["soc"], table[1]["direction"], table[1]["cycle"]) == (60.0, 0.5, "charge", 2)
    assert table[0]["R1"] == fits.values[0, 0]
    assert table[0]["R1_stderr"] == fits.stderr[0, 0]
    assert table[0]["Q1_n_stderr"] is None  # it was kept: it has no error
    assert [row["points_used"] for row in table] == [41, 41, 0]


def test_missing_is_none_and_never_zero(fits):
    row = dict(zip(columns(fits), rows(fits)[2], strict=True))
    for name in ("R1", "R1_stderr", "Q1", "chi2_reduced", "rms_percent", "kk_rms_percent", "time_s", "soc", "flags"):
        assert row[name] is None
    assert row["status"] == "singular"


def test_quality_and_flags_come_from_the_analysis(fits):
    known = {"kk_rms_percent": np.array([0.3, np.nan, 2.0]), "flags": [("a", "misfit"), (), ("c",)]}
    table = {column.name: column.cells for column in parameter_columns(fits.series, fits, **known)}
    assert list(table)[-2:] == ["errors", "fixed"]
    assert table["kk_rms_percent"] == [0.3, None, 2.0]
    assert table["flags"] == ["a;misfit", None, "c"]
    assert table["errors"] == ["not to be trusted: misfit", "curvature", "curvature"]
    assert table["fixed"] == ["Q1_n", "Q1_n", None]


def test_a_data_frame_of_the_same(fits):
    frame = fits.table()
    assert len(frame) == 3
    np.testing.assert_allclose(frame["R2"].to_numpy(float)[:2], fits.values[:2, 1])
    assert frame["R2"].isna().tolist() == [False, False, True]


def test_smoothed_values_come_without_what_only_the_free_fit_has(fits):
    names = [column.name for column in smooth_columns(fits.series, fits, fits.values, fits.stderr)]
    assert names == [name for name in columns(fits) if name not in (*TAIL, "errors", "fixed")]
    assert names[:10] == HEAD
    assert {"R1", "R1_stderr", "Q1_n_stderr"} <= set(names)


def test_resistances_by_role_with_their_errors(fits):
    held = role_columns(fits.series, {"R_Int": fits.column("R_Int")})
    assert [column.name for column in held] == [*HEAD, "R_Int", "R_Int_stderr"]
