"""Settings above a table: the unit behind a number says nothing of the columns."""

from __future__ import annotations

import numpy as np

from eisfit import read
from eisfit.errors import EisfitError
from eisfit.readers.tabular.settings import without_settings

F = 10.0 ** np.arange(5, -1, -1)
Z = 12 + 85 / (1 + 2j * np.pi * F * 1e-4) + 140 / (1 + 2j * np.pi * F * 0.03)
SETTINGS = (
    "Start frequency: 100 kHz", "Start frequency,100,kHz", "fmax,100,kHz", "Frequency: 100 kHz to 0.1 Hz",
    "Frequenz: 100 kHz", "End frequency: 100 mHz", "Start frequency: 1e5 Hz", "Rsense,100,kOhm", "Shunt,10,mOhm",
    "Shunt,1,mOhm", "Current range,1,mA", "Thickness,1,mm", "Z range (kOhm): auto", "Load resistor (kOhm),10",
    "f max (MHz) = 1", "Impedance at 1 kHz: 35 mOhm", "Z at 100 mHz = 2.5 kOhm", "Frequency limit 10 MHz",
    "# Stop frequency = 100 mHz, amplitude 10 mV",
)  # fmt: skip
STATED = (("Z in kOhm, 25 C", 1e3), ("units: Hz kOhm kOhm", 1e3), ("Z in kOhm; f from 1 MHz to 1 Hz", 1e3))


def table(above: str) -> str:
    rows = "\n".join(f"{f:g},{z.real:.8g},{z.imag:.8g}" for f, z in zip(F, Z, strict=True))
    return f"{above}\nFrequency,Zre,Zim\n{rows}\n"


def test_a_setting_scales_no_column(tmp_path):
    path = tmp_path / "a.csv"
    for above, factor in (*((text, 1.0) for text in SETTINGS), *STATED):
        path.write_text(table(above))
        try:
            spectrum = read(path)[0]
        except EisfitError as error:
            raise AssertionError(f"{above}: {error}") from None
        np.testing.assert_allclose(spectrum.frequency, F, err_msg=above)
        np.testing.assert_allclose(spectrum.impedance, factor * Z, rtol=1e-6, err_msg=above)


def test_a_factor_is_no_setting():
    for text in (
        "Z in 1000 Ohm",
        "units: 1e3 Ohm",
        "Z x 1000 Ohm",
        "Z (10^3 Ohm)",
        "Cell 3, kOhm",
        "Impedance (kOhm): 10",
    ):
        assert without_settings(text) == text, text


def test_what_is_left_of_a_line_without_its_settings():
    for text, left in (
        ("Start frequency: 100 kHz", "Start frequency:  "), ("Rsense,100,kOhm", "Rsense, "), ("Z in 5 Ohm", "Z in  "),
        ("Z x 1000 kOhm", "Z x  "), ("Cell,3,kOhm", "Cell, "), ("Load (kOhm): 10", ""),
        ("Load (foo): 10", "Load (foo): 10"),
        ("Z range (kOhm): auto", ""), ("Frequency (kHz): 10", "Frequency (kHz): 10"), ("3 cells", "3 cells"),
        ("25 C, Z in kOhm", " , Z in kOhm"), ("f max (MHz) = 1", ""), ("Z in 1000 Ohm", "Z in 1000 Ohm"),
    ):  # fmt: skip
        assert without_settings(text) == left, text
