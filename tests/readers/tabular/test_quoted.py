"""Numbers that are written as text: powers of ten in full, quotes, formulas of programs of tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.readers._base import File
from eisfit.readers.tabular.plain import looks_like_table, read_table
from eisfit.readers.tabular.quoted import unquoted

F = np.geomspace(7e4, 0.8, 21)
Z = 8 + 41 / (1 + (2j * np.pi * F * 41 * 3e-5) ** 0.9) + 60 / (1 + (2j * np.pi * F * 60 * 2e-3) ** 0.8)
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def power(number: float, form: str) -> str:
    """A number as a power of ten in full."""
    first, ten = f"{number:.9e}".split("e")
    return form.format(first, int(ten), str(int(ten)).translate(RAISED))


FORMS = {
    "times": lambda v: power(v, "{0}×10^{1}"),
    "star": lambda v: power(v, "{0}*10^{1}"),
    "braces": lambda v: power(v, "{0} x 10^{{{1}}}"),
    "python": lambda v: power(v, "{0}*10**{1}"),
    "raised": lambda v: power(v, "{0}·10{2}"),
    "comma": lambda v: power(v, "{0}×10^{1}").replace(".", ","),
    "single": lambda v: f"'{v:.9g}'",
    "apostrophe": lambda v: f"'{v:.9g}",
    "formula": lambda v: f'="{v:.9g}"',
    "formula in quotes": lambda v: f'"=""{v:.9g}"""',
}


def test_numbers_as_text_are_read():
    for name, form in FORMS.items():
        for mark in ";", ",", "\t":
            if name == "comma" and mark == ",":
                continue
            rows = "".join(mark.join(map(form, row)) + "\n" for row in zip(F, Z.real, Z.imag, strict=True))
            data = ("# pellet at 1 x 10^-3 mbar\n" + mark.join(("f/Hz", "Zre/Ohm", "Zim/Ohm")) + f"\n{rows}").encode()
            assert looks_like_table(data[: data.find(b"\n", 200) + 1]), (name, mark)
            (spectrum,) = read_table(File(Path("a.csv"), data, "a.csv")).spectra
            assert spectrum.frequency == pytest.approx(F), (name, mark)
            np.testing.assert_allclose(spectrum.impedance, Z, rtol=1e-6, err_msg=name)


def test_other_text_stays():
    for text in (b"f,Z',Z''\n1,2,3\n", b"100'000;1\n90'000;2\n80'000;3\n70'000;4\n", b"# 1x10^3\nf,Z',Z''\n1,2,3\n"):
        assert unquoted(text) == text
