"""The ways from what a table holds to its impedance, each with its formula: parts, |Z| and phase, admittance, LCR, ...

With the angular frequency omega, Y = 1/Z:

- admittance: Y = G + jB, or |Y| and its phase
- parallel equivalents of LCR meters: Y = G + j omega Cp with G = 1/Rp = D omega Cp = omega Cp/Q, or
  Y = G + 1/(j omega Lp)
- series equivalents: Z = Rs + 1/(j omega Cs) with Rs = D/(omega Cs) = 1/(Q omega Cs), or Z = Rs + j omega Ls with
  Rs = omega Ls/Q = D omega Ls
- complex capacitance C* = C' - jC'': Y = j omega C*
- dielectric analysers, where the file states the empty cell C0 = eps0 A/d: Y = j omega C0 (eps' - j eps'') with
  eps'' = D eps' = sig'/(omega eps0), or Z = (M' + jM'')/(j omega C0)

Barsoukov and Macdonald, Impedance Spectroscopy, 2nd ed. 2005, section 1.1.3: the four immittance functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from eisfit.readers.tabular.spellings import Quantity
from eisfit.spectrum import Complexes, Floats

EPS0 = 8.8541878128e-14
"""Permittivity of the vacuum, F/cm (CODATA 2018)."""

Formula = Callable[..., Any]


class Route(NamedTuple):
    """One way to the impedance: the quantities it needs and the formula of omega (rad/s) and these.

    `says` is what a note tells about it, empty for the parts of Z themselves; with `geometry` the last argument of the
    formula is the capacitance of the empty cell, F.
    """

    needs: tuple[Quantity, ...]
    formula: Formula
    says: str = ""
    geometry: bool = False


def polar(omega: Floats, magnitude: Floats, angle: Floats) -> Complexes:
    """Z from |Z| and its phase in radians."""
    return np.asarray(magnitude * np.exp(1j * angle), np.complex128)


def series_c(w: Floats, c: Floats, r: Floats) -> Complexes:
    """Z of a resistance and a capacitance in series."""
    return np.asarray(r + 1 / (1j * w * c), np.complex128)


def parallel_c(w: Floats, c: Floats, g: Floats) -> Complexes:
    """Z of a conductance and a capacitance in parallel."""
    return np.asarray(1 / (g + 1j * w * c), np.complex128)


def series_l(w: Floats, inductance: Floats, r: Floats) -> Complexes:
    """Z of a resistance and an inductance in series."""
    return np.asarray(r + 1j * w * inductance, np.complex128)


def parallel_l(w: Floats, inductance: Floats, g: Floats) -> Complexes:
    """Z of a conductance and an inductance in parallel."""
    return np.asarray(1 / (g + 1 / (1j * w * inductance)), np.complex128)


def lossy(w: Floats, eps: Floats, loss: Floats, c0: float) -> Complexes:
    """Z of a dielectric eps' - j eps'' between the plates of an empty cell of c0 farad."""
    return np.asarray(1 / (1j * w * c0 * (eps - 1j * np.abs(loss))), np.complex128)


def of_admittance(w: Floats, magnitude: Floats, angle: Floats) -> Complexes:
    """Z from |Y| and the phase of Y in radians."""
    return np.asarray(np.exp(-1j * angle) / magnitude, np.complex128)


OF_Y = "Z is computed as 1/Y from"
OF = "Z is computed from"
HEADER = "and the geometry in the header"
ROUTES: tuple[Route, ...] = (
    Route(("real", "imaginary"), lambda w, x, y: x + 1j * y),
    Route(("magnitude", "phase"), polar, "Re(Z) and Im(Z) are computed from |Z| and phase, no columns hold both"),
    Route(
        ("log_magnitude", "phase"),
        polar,
        "Re(Z) and Im(Z) are computed from the logarithm of |Z| (to base 10) and phase",
    ),
    Route(("y_real", "y_imaginary"), lambda w, g, b: 1 / (g + 1j * b), f"{OF_Y} Re(Y) and Im(Y)"),
    Route(("y_magnitude", "y_phase"), of_admittance, f"{OF_Y} |Y| and its phase"),
    Route(("y_magnitude", "phase"), of_admittance, f"{OF_Y} |Y| and its phase"),
    Route(("cp", "y_real"), parallel_c, f"{OF} Cp and G: 1/Z = G + j omega Cp"),
    Route(("cp", "rp"), lambda w, c, r: parallel_c(w, c, 1 / r), f"{OF} Cp and Rp: 1/Z = 1/Rp + j omega Cp"),
    Route(("cp", "d"), lambda w, c, d: parallel_c(w, c, d * w * c), f"{OF} Cp and D: 1/Z = omega Cp (D + j)"),
    Route(("cp", "q"), lambda w, c, q: parallel_c(w, c, w * c / q), f"{OF} Cp and Q: 1/Z = omega Cp (1/Q + j)"),
    Route(("cs", "real"), series_c, f"{OF} Cs and Rs: Z = Rs + 1/(j omega Cs)"),
    Route(("cs", "d"), lambda w, c, d: series_c(w, c, d / (w * c)), f"{OF} Cs and D: Z = (D - j)/(omega Cs)"),
    Route(("cs", "q"), lambda w, c, q: series_c(w, c, 1 / (q * w * c)), f"{OF} Cs and Q: Z = (1/Q - j)/(omega Cs)"),
    Route(("ls", "real"), series_l, f"{OF} Ls and Rs: Z = Rs + j omega Ls"),
    Route(("ls", "q"), lambda w, x, q: series_l(w, x, w * x / q), f"{OF} Ls and Q: Z = omega Ls (1/Q + j)"),
    Route(("ls", "d"), lambda w, x, d: series_l(w, x, w * x * d), f"{OF} Ls and D: Z = omega Ls (D + j)"),
    Route(("lp", "y_real"), parallel_l, f"{OF} Lp and G: 1/Z = G + 1/(j omega Lp)"),
    Route(("lp", "rp"), lambda w, x, r: parallel_l(w, x, 1 / r), f"{OF} Lp and Rp: 1/Z = 1/Rp + 1/(j omega Lp)"),
    Route(("lp", "q"), lambda w, x, q: parallel_l(w, x, 1 / (q * w * x)), f"{OF} Lp and Q: 1/Z = (1/Q - j)/(omega Lp)"),
    Route(("lp", "d"), lambda w, x, d: parallel_l(w, x, d / (w * x)), f"{OF} Lp and D: 1/Z = (D - j)/(omega Lp)"),
    Route(
        ("c_real", "c_imaginary"), lambda w, a, b: lossy(w, a, b, 1.0), f"{OF} C' and C'': 1/Z = j omega (C' - j C'')"
    ),
    Route(("eps_real", "eps_imaginary"), lossy, f"{OF} Eps', Eps'' {HEADER}", geometry=True),
    Route(
        ("eps_real", "d"), lambda w, a, d, c0: lossy(w, a, a * d, c0), f"{OF} Eps', the loss {HEADER}", geometry=True
    ),
    Route(
        ("sig_real", "eps_real"), lambda w, s, a, c0: lossy(w, a, s / (w * EPS0), c0), f"{OF} Sig', Eps' {HEADER}", True
    ),
    Route(
        ("m_real", "m_imaginary"),
        lambda w, a, b, c0: (a + 1j * np.abs(b)) / (1j * w * c0),
        f"{OF} M', M'' {HEADER}",
        True,
    ),
    Route(
        ("cell_real", "cell_imaginary"), lambda w, x, y: x + 1j * y, "Z is that of the whole cell, the only one there"
    ),
    Route(("ce_real", "ce_imaginary"), lambda w, x, y: x + 1j * y, "Z is that of the counter electrode, the only one"),
)
"""The ways in the order in which they are tried."""


def route_of(columns: Mapping[Quantity, Sequence[object]], *, geometry: bool) -> Route | None:
    """The first way that the quantities of a table allow, with or without the geometry of the sample; None without."""
    return next((r for r in ROUTES if set(r.needs) <= columns.keys() and (geometry or not r.geometry)), None)
