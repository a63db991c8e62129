"""Published fits of measured spectra are reproduced, without start values.

EISFitpython (Adediwura, 2024): solid electrolytes, (RQ)(RQ)Q, modulus weights, values with relative standard errors
in percent. impedance.py (documentation): lithium-ion cell, unit weights; three dummy cells measured with ZPlot.
"""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import Circuit, Spectrum, fit

EXAMPLE_2B = {
    "values": [4.471e4, 1.727e-10, 0.8501, 4.712e4, 1.244e-8, 0.8189, 4.405e-7, 0.8824],
    "errors": [0.609, 3.714, 0.298, 1.164, 7.788, 1.125, 2.150, 0.620],
    "chi2": 4.311136e-3,
}
PELLET = {
    "s04147-140deg.txt": (
        [1.462e5, 6.515e-11, 0.8382, 2.012e6, 1.546e-10, 0.7872, 1.382e-6, 0.5442],
        {"R1": 8.545, "R2": 0.824},
        7.332255e-3,
    ),
    "s04147-200deg.txt": (
        [2.246e4, 1.491e-10, 0.7948, 9.502e4, 7.939e-11, 0.8910, 8.630e-6, 0.5568],
        {"R1": 9.708, "R2": 2.338},
        1.731865e-3,
    ),
}
DUMMIES = {1: (29.1, 46.7, 1.04e-5), 2: (150, 502, 3.12e-8), 3: (1510, 4630, 2.02e-8)}


def numbers(path, columns=(0, 1, 2), f_min=0.0):
    """The rows of a text file that are numbers, as a Spectrum; true sign of Im."""
    rows = []
    for line in path.read_text(encoding="latin-1").splitlines():
        try:
            row = [float(word) for word in line.replace(",", " ").split()]
        except ValueError:
            continue
        if len(row) > max(columns):
            rows.append([row[c] for c in columns])
    f, re, im = np.array(rows).T
    keep = f >= f_min
    return Spectrum(f[keep], (re + 1j * im)[keep])


def printed(values):
    """To the four digits of the publication."""
    return [float(f"{value:.4g}") for value in values]


def test_example_2b(data):
    one = fit(numbers(data / "eisfitpython" / "Example2b.txt", f_min=5), "(RQ)(RQ)Q")
    assert one.n_data == 88
    assert one.chi2 == pytest.approx(EXAMPLE_2B["chi2"], abs=1e-9)
    assert printed(one.values) == EXAMPLE_2B["values"]
    np.testing.assert_allclose(100 * one.stderr / one.values, EXAMPLE_2B["errors"], atol=1e-3)


@pytest.mark.parametrize("name", PELLET)
def test_pellet(data, name):
    values, errors, chi2 = PELLET[name]
    one = fit(numbers(data / "eisfitpython" / name), "(RQ)(RQ)Q")
    assert one.chi2 == pytest.approx(chi2, abs=1e-9)
    assert printed(one.values) == values
    for parameter, error in errors.items():
        assert 100 * one[parameter].std_dev / one[parameter].nominal_value == pytest.approx(error, abs=1e-3)


def test_lithium_ion_cell(data):
    whole = numbers(data / "impedance.py" / "exampleData.csv")
    keep = whole.impedance.imag < 0
    spectrum = Spectrum(whole.frequency[keep], whole.impedance[keep])
    one = fit(spectrum, Circuit("R0-p(R1,C1)-p(R2,C2)-Wo1"), weighting="unit")
    r0, r1, c1, r2, c2, _, _ = (one[name] for name in one.names)
    for found, value, error in (
        (r0, 1.65e-2, 15e-5),
        (r1, 5.31e-3, 21e-5),
        (c1, 0.232, 0.019),
        (r2, 8.77e-3, 19e-5),
        (c2, 3.28, 0.19),
    ):
        assert float(f"{found.nominal_value:.3g}") == value
        assert float(f"{found.std_dev:.2g}") == pytest.approx(error)
    y0, b = one["T1"], one["T1_B"]
    assert float(f"{(b / y0).nominal_value:.3g}") == 6.37e-2
    assert float(f"{(b / y0).std_dev:.2g}") == 20e-4
    assert float(f"{(b**2).nominal_value:.3g}") == 237
    assert float(f"{(b**2).std_dev:.2g}") == 17


@pytest.mark.parametrize("number", DUMMIES)
def test_dummy_cells_within_half_a_percent(data, number):
    spectrum = numbers(data / "impedance.py" / f"Circuit{number}_EIS_1.z", columns=(0, 4, 5))
    np.testing.assert_allclose(fit(spectrum, "R(RC)").values, DUMMIES[number], rtol=5e-3)
