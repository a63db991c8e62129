"""What settings beside a table in a nested file say of its columns."""

from __future__ import annotations

import decimal
import json

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EisfitError
from eisfit.readers import read
from eisfit.readers.tabular.said import factors_in, is_about, remarks_in

F = np.geomspace(1e5, 1, 15)
Z = 12 + 85 / (1 + (2j * np.pi * F * 1e-4) ** 0.9)


def test_units_in_nested_settings(tmp_path):
    path = tmp_path / "a.json"
    table = {"frequency": F.tolist(), "re": Z.real.tolist(), "im": Z.imag.tolist()}
    for value in (
        {"settings": {"unit": {"impedance": "kOhm"}}, "data": table},
        {"meta": {"axes": {"units": {"impedance": "kOhm", "frequency": "Hz"}}}, "data": table},
    ):
        path.write_text(json.dumps(value), encoding="utf-8")
        assert np.allclose(read(path)[0].impedance, 1e3 * Z)
    for name in ("Acoustic impedance", "permittivity of a film"):
        path.write_text(json.dumps({"name": name, "description": name, **table}), encoding="utf-8")
        with pytest.raises(EisfitError):
            read(path)


def test_units_and_words_in_the_metadata_of_parquet(tmp_path):
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    plain = pa.table({"frequency": F, "re": Z.real, "im": Z.imag})
    pq.write_table(plain.replace_schema_metadata({"unit": "kOhm"}), path)
    assert np.allclose(read(path)[0].impedance, 1e3 * Z)
    units = {"frequency": "kHz", "re": "mOhm", "im": "mOhm"}
    fields = [pa.field(name, pa.float64(), metadata={"unit": unit}) for name, unit in units.items()]
    pq.write_table(pa.table([F, Z.real, Z.imag], schema=pa.schema(fields)), path)
    (spectrum,) = read(path)
    assert np.allclose(spectrum.frequency, 1e3 * F)
    assert np.allclose(spectrum.impedance, 1e-3 * Z)
    for metadata in (
        {"description": "Permittivity of film"},
        {"title": "Fit result"},
        {"meta": '{"quantity": "admittance"}'},
    ):
        pq.write_table(plain.replace_schema_metadata(metadata), path)
        with pytest.raises(CorruptFile):
            read(path)
    exact = [decimal.Decimal(f"{f:.3f}") for f in F]
    pq.write_table(pa.table({"frequency": exact, "re": Z.real, "im": Z.imag}), path)
    assert np.allclose(read(path)[0].impedance, Z)


def test_what_texts_and_numbers_beside_a_table_say():
    found = {"frequency_unit": "kHz", "unit": "Ohm", "units": {"re": "mOhm"}, "note": ["a", "b"],
             "impedanceUnit": "kOhm",
             "labels": {"x": "y"}, "unit_list": ["Hz", "Ohm"], "x": 5, "cells": ["a"], "empty": {}}  # fmt: skip
    assert list(remarks_in(found)) == [
        "frequency in kHz", "unit: Ohm", "re in mOhm", "a", "b", "impedance in kOhm", "x: y", "units: Hz Ohm",
    ]  # fmt: skip
    scales = {"scale": 2, "z_scale": 3.0, "factor": 1, "scale_factor": 1000, "x": 5, "multiplier": "2"}
    assert list(factors_in(scales)) == [2, 3, 1000]
    deep: object = {"a": 1}
    for levels in range(9):
        assert is_about(deep), levels
        deep = {"b": deep}
    assert not is_about(deep)
    for value in ({"a": [1]}, 3, {"a": {"b": None}}):
        assert not is_about(value), value
