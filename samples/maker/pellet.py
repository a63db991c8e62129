"""Steel | Li6PS5Cl | steel from 20 to -40 C, as plain CSV files: one spectrum each, temperatures in `series.csv`.

sigma T ~ exp(-Ea / kT) with 0.33 eV in the grains and 0.38 eV at their boundaries (made up), capacitances that do not
move, and a blocking electrode.
"""

from __future__ import annotations

import numpy as np

from eisfit.circuit import Circuit
from maker.common import Sample, Values, arc, instrument_frequencies, measured

CIRCUIT = Circuit("R_{SE,bulk}(R_{GB}Q_{GB})Q_{El}")
NOISE = 0.003
TEMPERATURES_C = (20, 10, 0, -10, -20, -30, -40)
BOLTZMANN_EV = 8.617333e-5
FREQUENCY = instrument_frequencies(6, 0, 10)
"""1 MHz to 1 Hz, 61 points."""


def make() -> Sample:
    """A file per temperature and the table that names them."""
    sample = Sample("lpscl-pellet")
    listing = ["file,temperature_C"]
    for i, temperature in enumerate(TEMPERATURES_C, 1):
        name = f"{i:02d}_{temperature}C.csv"
        parameters = values(temperature)
        spectrum = measured(CIRCUIT, FREQUENCY, parameters, NOISE, sample.seed())
        sample.files[name] = table(spectrum.frequency, spectrum.impedance)
        sample.truth.append({"spectrum": i, "file": name, "sweep": 0, "temperature_C": temperature} | parameters)
        listing.append(f"{name},{temperature}")
    sample.files["series.csv"] = text(listing)
    return sample


def values(temperature_C: float) -> Values:
    """Parameters at a temperature; 22 and 13 ohm at 25 C."""
    R_GB = 13.0 * activated(temperature_C, 0.38)
    return {
        "R_SE_bulk": 22.0 * activated(temperature_C, 0.33),
        **arc("GB", R_GB, 3e-8, 0.9),
        "Q_El": 6e-6,
        "Q_El_n": 0.92,
    }


def activated(temperature_C: float, energy_eV: float) -> float:
    """Resistance over that at 25 C, T/T0 exp(Ea/k (1/T - 1/T0)): sigma T ~ exp(-Ea / kT)."""
    T, T0 = temperature_C + 273.15, 298.15
    return float(T / T0 * np.exp(energy_eV / BOLTZMANN_EV * (1 / T - 1 / T0)))


def table(frequency: np.ndarray, impedance: np.ndarray) -> bytes:
    """Three columns, -Im(Z) as it is drawn."""
    rows = zip(frequency, impedance.real, -impedance.imag, strict=True)
    return text(["f/Hz,Re(Z)/ohm,-Im(Z)/ohm", *(f"{f:.7g},{re:.6g},{im:.6g}" for f, re, im in rows)])


def text(lines: list[str]) -> bytes:
    """Lines as UTF-8."""
    return ("\n".join(lines) + "\n").encode("utf-8")
