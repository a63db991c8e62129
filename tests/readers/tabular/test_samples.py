"""Several samples in turn, and tables at a single frequency."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import read
from eisfit.errors import CorruptFile

F = 10.0 ** np.arange(5, -3, -0.5)
Z = 12 + 85 / (1 + 2j * np.pi * F * 1e-4)


def table(name, labels, scales):
    rows = [
        f"{label},{f:.8g},{scale * z.real:.8g},{scale * z.imag:.8g}"
        for f, z in zip(F, Z, strict=True)
        for label, scale in zip(labels, scales, strict=True)
    ]
    return "\n".join([f"{name},f (Hz),Zre,Zim", *rows]) + "\n"


def test_samples_in_turn_are_spectra(tmp_path):
    path = tmp_path / "a.csv"
    told = (("channel", (1, 2)), ("Sample ID", ("A", "B")), ("electrode", ("E1", "E2")), ("direction", ("fwd", "bwd")),
            ("T (C)", (25, 50)), ("Bias (V)", (0, 1)), ("name", ("x", "y", "z")))  # fmt: skip
    for name, labels in told:
        scales = 1.0 + np.arange(len(labels))
        path.write_text(table(name, labels, scales))
        found = read(path)
        assert len(found) == len(labels), name
        for spectrum, scale in zip(found, scales, strict=True):
            np.testing.assert_allclose(spectrum.impedance, scale * Z, rtol=1e-6, err_msg=name)


def test_samples_that_nothing_tells_apart_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(table("remark", ("", ""), (1.0, 1.5)))
    with pytest.raises(CorruptFile, match=r"column f \(Hz\) stands in neighbouring rows with another Z"):
        read(path)
    path.write_text(table("remark", ("", ""), (1.0, 1.001)))
    assert len(read(path)[0]) == 2 * len(F)


def test_one_frequency_is_no_spectrum(tmp_path):
    path = tmp_path / "a.csv"
    for name in ("T (C)", "E (V)", "Time (s)", "x (um)"):
        rows = "\n".join(f"{i},1000,{z.real:.8g},{z.imag:.8g}" for i, z in enumerate(Z))
        path.write_text(f"{name},f (Hz),Zre,Zim\n{rows}\n")
        with pytest.raises(CorruptFile, match="is 1000 Hz in each of 16 rows"):
            read(path)
