"""Lithium in a host such as Si, C6 or LiCoO2: from charge and mass to x.

    x = x_0 -+ q M / (F m)

q the charge since the record began (positive on charge), M the molar mass of the formula as it was weighed, m its mass,
x_0 the lithium content where the record begins. The electrode loses lithium on charge, unless it is the anode of a full
cell. Standard atomic weights, abridged, of CIAAW 2021 (Prohaska et al., Pure Appl. Chem. 94 (2022) 573).
"""

from __future__ import annotations

from typing import NamedTuple

from eisfit.errors import OptionError
from eisfit.regular import regex
from eisfit.spectrum import Cell, Floats

FARADAY_mAh = 26801.48
"""Charge of a mole of electrons, mAh/mol: 96485.33 C/mol."""

ATOMIC_WEIGHTS = {
    "H": 1.008, "Li": 6.94, "Be": 9.0122, "B": 10.81, "C": 12.011, "N": 14.007, "O": 15.999, "F": 18.998, "Na":
    22.990, "Mg": 24.305, "Al": 26.982, "Si": 28.085, "P": 30.974, "S": 32.06, "Cl": 35.45, "K": 39.098, "Ca":
    40.078, "Sc": 44.956, "Ti": 47.867, "V": 50.942, "Cr": 51.996, "Mn": 54.938, "Fe": 55.845, "Co": 58.933, "Ni":
    58.693, "Cu": 63.546, "Zn": 65.38, "Ga": 69.723, "Ge": 72.630, "As": 74.922, "Se": 78.971, "Br": 79.904, "Rb":
    85.468, "Sr": 87.62, "Y": 88.906, "Zr": 91.224, "Nb": 92.906, "Mo": 95.95, "Ru": 101.07, "Rh": 102.91, "Pd":
    106.42, "Ag": 107.87, "Cd": 112.41, "In": 114.82, "Sn": 118.71, "Sb": 121.76, "Te": 127.60, "I": 126.90, "Cs":
    132.91, "Ba": 137.33, "La": 138.91, "Ce": 140.12, "Pr": 140.91, "Nd": 144.24, "Sm": 150.36, "Eu": 151.96, "Gd":
    157.25, "Tb": 158.93, "Dy": 162.50, "Ho": 164.93, "Er": 167.26, "Tm": 168.93, "Yb": 173.05, "Lu": 174.97, "Hf":
    178.49, "Ta": 180.95, "W": 183.84, "Re": 186.21, "Os": 190.23, "Ir": 192.22, "Pt": 195.08, "Au": 196.97, "Hg":
    200.59, "Tl": 204.38, "Pb": 207.2, "Bi": 208.98,
}  # fmt: skip
"""g/mol."""
ATOM = regex(r"([A-Z][a-z]?)(\d+(?:\.\d+)?|\.\d+)?")
MAY_START_WITH = ("Li", "Na", "K")
"""Ions whose content of the host is x; the first of them in the formula is the one that moves, else lithium."""


class Host(NamedTuple):
    """A formula by its atoms: molar mass (g/mol), the ion that moves, its content as weighed, the rest as text."""

    molar_mass: float
    ion: str
    content: float
    rest: str

    @property
    def symbol(self) -> str:
        """The formula with x: LiₓSi."""
        return f"{self.ion}ₓ{self.rest}"


def host_of(formula: str) -> Host:
    """The host of a formula without brackets, such as Si, C6, LiNi0.8Co0.1Mn0.1O2. Raises OptionError."""
    text = "".join(formula.split())
    atoms = ATOM.findall(text)
    if not text or ATOM.sub("", text) or any(name not in ATOMIC_WEIGHTS for name, _ in atoms):
        raise OptionError(f"the host {formula!r} is no formula of elements and numbers, such as Si, C6 or LiCoO2")
    mass = sum(ATOMIC_WEIGHTS[name] * float(number or 1) for name, number in atoms)
    first, number = atoms[0]
    if first in MAY_START_WITH and len(atoms) > 1:
        return Host(mass, first, float(number or 1), text[len(first) + len(number) :])
    return Host(mass, "Li", 0.0, text)


def content(charge_mAh: Floats, cell: Cell) -> Floats:
    """x (N,) at charges (N,) since the record began. Raises OptionError where formula or mass are not stated."""
    host = host_of(cell.host or "")
    if not cell.mass_mg:
        raise OptionError("x needs the active mass: state it with --mass (mass_mg in eisfit.toml)")
    begun = host.content if cell.lithium is None else cell.lithium
    moved = charge_mAh * host.molar_mass / (FARADAY_mAh * cell.mass_mg / 1e3)
    out: Floats = begun + moved if gains_on_charge(cell) else begun - moved
    return out


def gains_on_charge(cell: Cell) -> bool:
    """True for the anode of a full cell; in a half cell every working electrode loses lithium on charge."""
    return cell.type == "full" and cell.working_electrode == "anode"
