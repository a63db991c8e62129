"""A study, written."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from eisfit.analysis import analyse
from eisfit.circuit import Circuit
from eisfit.export import (
    write_tables,
)
from eisfit.spectrum import Cell, Conditions, Note, Record, Series, Source, Spectrum
from eisfit.study import Study

TEXT = "R1(R2Q1)(R3Q2)"
FREQUENCY = np.logspace(6, -1, 36)


def made_series() -> Series:
    """Four spectra with everything that a spectrum can carry, one of them too short to be fitted."""
    rng = np.random.default_rng(3)
    values = {"R1": 20, "R2": 15, "Q1": 1e-7, "R3": np.array([90.0, 60, 40, 30]), "Q2": 2e-3, "Q1_n": 0.9, "Q2_n": 0.9}
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
