"""What a user may state of a cell: the table [cell] of eisfit.toml and its flags."""

from __future__ import annotations

from collections.abc import Mapping

from eisfit.settings.kinds import TEMPERATURE, TEXT, between, choice, in_unit
from eisfit.settings.option import Option, option

AREA = between(1e-10, 1e6, "an area", "cm2")
"""From electrodes of 0.1 um to a hundred square metres."""
THICKNESS = between(1e-4, 1e6, "a thickness", "um")
"""From less than an atom to a metre."""
MASS = between(1e-9, 1e9, "a mass", "mg")
CHARGE = between(1e-12, 1e10, "a charge", "mAh")
PER_GRAM = between(1e-3, 1e5, "a charge per gram", "mAh/g")
"""That of hydrogen, the largest there can be, is 26,590."""
CONTENT = between(0.0, 100.0, "a lithium content")
PRESSURE = between(1e-9, 1e6, "a pressure", "MPa")

CELL: Mapping[str, Option] = {
    "name": option(TEXT, "name of the cell in tables and in the report", '"cell 7"'),
    "type": option(choice("half", "full", "symmetric", "blocking"), "kind of cell", '"half"', "--cell-type"),
    "working_electrode": option(
        choice("anode", "cathode"),
        "with anode the axis is the lithiation and rises on discharge of the half cell",
        '"anode"',
        "--working-electrode",
    ),
    "area_cm2": option(in_unit(AREA, "CM2"), "electrode area in cm2", "1.27", "--area"),
    "thickness_um": option(in_unit(THICKNESS, "UM"), "thickness of the electrolyte in um", "850", "--thickness"),
    "mass_mg": option(in_unit(MASS, "MG"), "active mass in mg", "1.2", "--mass"),
    "capacity_mAh": option(
        in_unit(CHARGE, "MAH"), "charge in mAh between state of charge 0 and 1", "3.3", "--capacity"
    ),
    "capacity_mAh_g": option(
        in_unit(PER_GRAM, "MAH/G"),
        "the same per gram of active mass, where no capacity is given, such as 3579 for Li15Si4",
        "3579",
        "--specific-capacity",
    ),
    "host": option(
        TEXT,
        "formula of the active material as it was weighed, such as Si or LiCoO2, for x in LixSi",
        '"Si"',
        "--host",
    ),
    "lithium": option(
        in_unit(CONTENT, "X"),
        "lithium content x where the record begins; without it that of the formula",
        "0.0",
        "--lithium",
    ),
    "temperature_C": option(TEMPERATURE, "temperature in C, where the files hold none", "25", "--temperature"),
    "pressure_MPa": option(PRESSURE, "pressure on the cell in MPa", "50"),
}
"""The table [cell]: the fields of Cell."""
