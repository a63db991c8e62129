"""Small cells as CSV files, and a way to run the command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from eisfit.__main__ import main
from eisfit.circuit import Circuit

CIRCUIT = "R1(R2Q1)(R3Q2)"
FREQUENCY = np.logspace(6, -1, 36)
TRUTH = np.array([20.0, 15.0, 1e-7, 0.9, 50.0, 2e-3, 0.8])
R3 = np.array([100.0, 60.0, 40.0, 30.0])
RESULTS = {"parameters.csv", "derived.csv", "resistances.csv", "resistances.tex", "study.json"}
HEADER = "frequency/Hz,Re(Z)/Ohm,Im(Z)/Ohm"


class Done(NamedTuple):
    code: int
    out: str
    err: str


def spectra(n: int = len(R3), noise: float = 0.002) -> np.ndarray:
    """Impedances (n, F) of a cell whose third resistance falls."""
    rng = np.random.default_rng(7)
    truth = np.tile(TRUTH, (n, 1))
    truth[:, 4] = R3[:n]
    z = Circuit(CIRCUIT).impedance(FREQUENCY, truth)
    return z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))


def write_spectrum(path: Path, z: np.ndarray) -> Path:
    rows = [f"{f!r},{x.real!r},{x.imag!r}" for f, x in zip(FREQUENCY.tolist(), z.tolist(), strict=True)]
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def write_cell(folder: Path, n: int = len(R3)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for i, z in enumerate(spectra(n)):
        write_spectrum(folder / f"{i:02d}.csv", z)
    return folder


@pytest.fixture
def cell(tmp_path: Path) -> Path:
    """A folder of four spectra."""
    return write_cell(tmp_path / "cell")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """The command in this process."""

    def call(*arguments: object) -> Done:
        capsys.readouterr()
        code = main([str(a) for a in arguments])
        return Done(code, *capsys.readouterr())

    return call


@pytest.fixture
def fit(run: Callable[..., Done]) -> Callable[..., Done]:
    """`eisfit fit` without a report and with the circuit of these cells."""
    return lambda *arguments: run("fit", "--no-report", "-c", CIRCUIT, *arguments)


def process(*arguments: object, code: str = "", **environment: str) -> subprocess.Popen[bytes]:
    """The command as a process of its own; `code` runs before it."""
    script = f"import sys\n{code}\nfrom eisfit.__main__ import main\nsys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | environment,
        cwd=Path(__file__).parents[2],
    )


def names(folder: Path) -> set[str]:
    """The names in a folder."""
    return {path.name for path in folder.iterdir()}
