"""The page about files says what the readers declare."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from eisfit.readers import formats
from eisfit.readers._base import File, reader
from eisfit.readers.cell import record
from eisfit.readers.tabular import causality, conditions, electrodes, headless, impedance, modulus, sign, sweeps
from eisfit.spectrum import Conditions

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "files.md").read_text(encoding="utf-8")


def test_limits_in_the_text_are_those_of_the_code():
    assert f"exceeds {impedance.RADIANS_AT_MOST}" in PAGE
    assert f"(by {sign.DECISIVE} of the sum" in PAGE
    assert f"below {record.REST:.1%}".replace("%", " %") in PAGE
    assert f"{record.BRIEF:.1%}".replace("%", " %") in PAGE
    assert f"difference above {record.AGREES:.0%}".replace("%", " %") in PAGE
    assert f"{causality.PER_DECADE} τ per decade" in PAGE
    assert f"within {headless.FITS:.0%} and within a fifth".replace("%", " %") in PAGE.replace("\n", " ")
    assert headless.MATTERS == 1 / 5
    assert f"(within {modulus.AGREES:.0%})".replace("%", " %") in PAGE
    assert f"above {conditions.HOTTEST:g} °C" in PAGE
    assert f"fewer than {sweeps.SHORT} points" in PAGE
    assert f"by more than {electrodes.ADDS_UP:.0%}".replace("%", " %") in PAGE


def test_every_condition_is_named():
    assert all(f"`{name}`" in PAGE for name in Conditions.__dataclass_fields__)


def test_example_of_a_reader_runs(monkeypatch):
    monkeypatch.setattr("eisfit.readers._base.REGISTRY", dict(formats()))
    code = re.search(r"(@reader.*?)```", PAGE, re.DOTALL)[1]
    assert 'reader(name="mine"' in code
    from eisfit.readers.tabular.parts import of_arrays

    @reader(name="mine", vendor="my lab", extensions=(".abc",), sniff=lambda head: head.startswith(b"MY LAB"))
    def read(file):
        """Files of my lab: one spectrum each."""
        return of_arrays({"freq/Hz": [10.0, 1.0], "Re(Z)/Ohm": [1.0, 2.0], "Im(Z)/Ohm": [-1.0, -1.0]}, file.shown)

    (spectrum,) = read(File(Path("a.abc"), b"MY LAB", "a.abc")).spectra
    assert np.array_equal(spectrum.impedance, [1 - 1j, 2 - 1j])
