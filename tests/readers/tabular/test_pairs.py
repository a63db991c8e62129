"""Complex numbers in nested files: pairs of parts, or of |Z| and phase."""

from __future__ import annotations

import json

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers import read

F = np.geomspace(1e5, 1, 25)
Z = 12 + 85 / (1 + (2j * np.pi * F * 1e-4) ** 0.9)
POLAR = np.column_stack([abs(Z), np.degrees(np.angle(Z))]).tolist()
PARTS = np.column_stack([Z.real, Z.imag]).tolist()


def test_pairs(tmp_path):
    path = tmp_path / "a.json"
    table = {"f": F.tolist(), "Z": PARTS}
    for value in (table, {**table, "format": "cartesian"}, {"f": F.tolist(), "Z": POLAR, "format": "polar"},
                  {"representation": "magnitude, phase", "data": {"f": F.tolist(), "Z": POLAR}}):  # fmt: skip
        path.write_text(json.dumps(value), encoding="utf-8")
        assert np.allclose(read(path)[0].impedance, Z)
    path.write_text(json.dumps({"f": F.tolist(), "Z": POLAR}), encoding="utf-8")
    with pytest.raises(CorruptFile, match="and phase in degrees, not"):
        read(path)


def test_a_fit_beside_what_was_measured_is_passed_over(tmp_path):
    path = tmp_path / "a.json"
    fit = [[1.02 * x for x in pair] for pair in PARTS]
    path.write_text(json.dumps({n: {"f": F.tolist(), "Z": z} for n, z in (("measured", PARTS), ("fit", fit))}))
    series = read(path)
    assert len(series) == 1
    assert np.allclose(series[0].impedance, Z)
