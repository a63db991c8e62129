"""Phases without a unit, and marks of an overload."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import read
from eisfit.errors import CorruptFile

F = 10.0 ** np.arange(5, -2, -0.25)


def cell(small):
    return 1000 * (1 + small / (1 + 2j * np.pi * F * 1e-3) + small / (1 + 2j * np.pi * F * 0.3))


def written(path, size, phase):
    rows = "\n".join(f"{f:.8g},{a:.8g},{b:.8g}" for f, a, b in zip(F, size, phase, strict=True))
    path.write_text(f"Frequency (Hz),|Z| (Ohm),Phase\n{rows}\n")
    return path


def test_small_phases_are_radians_or_degrees(tmp_path):
    for small in (0.002, 0.02, 0.05):
        z = cell(small)
        assert np.abs(np.angle(z, deg=True)).max() < 1.6
        for degrees in (True, False):
            spectrum = read(written(tmp_path / "a.csv", np.abs(z), np.angle(z, deg=degrees)))[0]
            np.testing.assert_allclose(spectrum.impedance, z, rtol=1e-6, err_msg=f"{small}, {degrees}")
    large = cell(20.0)
    np.testing.assert_allclose(read(written(tmp_path / "a.csv", np.abs(large), np.angle(large)))[0].impedance, large)


def test_a_phase_that_the_modulus_does_not_explain_asks_for_the_unit(tmp_path):
    noise = np.random.default_rng(1).normal(size=len(F))
    with pytest.raises(CorruptFile, match=r"write Phase \(deg\) or Phase \(rad\)"):
        read(written(tmp_path / "a.csv", 1000 + noise, 0.3 * np.cos(np.arange(len(F)))))


def test_overload_marks_are_dropped(tmp_path):
    path, z = tmp_path / "a.csv", cell(20.0)
    for mark in ("9.9E37", "9.9E+37", "1E38", "3.4028235E+38", "-9.9E37", "9.90000E+37"):
        rows = [f"{f:.8g},{a.real:.8g},{a.imag:.8g}" for f, a in zip(F, z, strict=True)]
        rows[3], rows[9] = f"{F[3]:.8g},{mark},{mark}", f"{F[9]:.8g},{z[9].real:.8g},{mark}"
        path.write_text("\n".join(["f,R,X", *rows]) + "\n")
        series = read(path)
        assert len(series[0]) == len(F) - 2, mark
        assert any("overload" in note.sentence and "rows 4, 10" in note.sentence for note in series.notes), mark
