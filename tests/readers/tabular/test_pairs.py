"""Complex numbers in nested files: pairs of parts, or of |Z| and phase."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers import read
from eisfit.readers.tabular.pairs import UnequalColumns, has_pairs, is_two, pair_of, paired, refuse_polar

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


def test_what_is_a_complex_number():
    """A list of two, an object of two parts, a text; nothing else."""
    for cell, parts in (
        ([1, -2.5], (1, -2.5)), ({"re": 1.0, "im": -2.0}, (1.0, -2.0)), ({"imag": 3, "real": 4}, (4, 3)),
        ("1-2j", (1.0, -2.0)), ("(1 + 2i)", (1.0, 2.0)), ("3j", (0.0, 3.0)),
    ):  # fmt: skip
        if not isinstance(cell, str) or "(" not in cell:
            assert pair_of(cell) == parts, cell
        assert is_two(cell) == isinstance(cell, list), cell
    for cell in ([1], [1, 2, 3], [1, "2"], {"re": 1.0}, {"re": 1.0, "x": 2.0}, {"re": 1.0, "im": 2.0, "f": 3.0},
                 {"re": "a", "im": 2.0}, "j", "1", "hi", 1.0, None, ["x", 1]):  # fmt: skip
        if cell != "j":
            assert pair_of(cell) is None, cell
        assert not is_two(cell), cell


def test_where_cells_are_lists_of_two():
    for value, has in (
        ({"z": [1, 2]}, True), ({"z": [[1, 2], [3, 4]]}, True), ([{"f": 1.0, "z": [1, 2]}, {"f": 2.0}], True),
        ([{"f": 1.0}, {"z": [1, 2]}], False),
        ({"f": [1, 2, 3]}, False), ({"z": []}, False), ({"z": [[1, 2, 3]]}, False),
        ([], False), (5.0, False), ({"z": {"re": 1, "im": 2}}, False), ({"z": ["1+2j"]}, False),
    ):  # fmt: skip
        assert has_pairs(value) is has, value


def test_the_column_of_an_impedance_becomes_two():
    assert paired({"f": [1, 2], "Z/mohm": [[1, 2], [3, 4]]}) == {
        "f": [1, 2],
        "Re(Z)/mohm": [1, 3],
        "Im(Z)/mohm": [2, 4],
    }
    assert paired({"Impedance": ["1+2j", "3-4j"]}) == {"Re(Z)": [1, 3], "Im(Z)": [2, -4]}
    for same in ({"z": [[1, 2], 3]}, {"z": []}, {"y": [[1, 2]]}, {"1/z": [[1, 2]]}):
        assert paired(same) == same, same
    with pytest.raises(UnequalColumns, match="more than one impedance: z, impedance"):
        paired({"z": [[1, 2]], "impedance": [[1, 2]]})


def test_when_pairs_are_taken_for_magnitude_and_phase():
    """Ten points and more, all |Z| above 0, no phase beyond half a turn."""
    polar = np.array(POLAR)

    def refused(f, table):
        spectrum = SimpleNamespace(frequency=f, impedance=table[:, 0] + 1j * table[:, 1])
        try:
            refuse_polar(SimpleNamespace(spectra=[spectrum]), "a.json")
        except CorruptFile:
            return True
        return False

    assert refused(F, polar)
    assert not refused(F, np.array(PARTS))
    assert refused(F[:: len(F) // 10][:10], polar[:: len(F) // 10][:10])
    assert not refused(F[:: len(F) // 9][:9], polar[:: len(F) // 9][:9])
    low = polar.copy()
    low[0, 0] = 0.0
    assert not refused(F, low)
    for turn in (-181.0, 181.0):
        wide = polar.copy()
        wide[3, 1] = turn
        assert not refused(F, wide), turn
