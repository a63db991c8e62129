"""Every quantity has one unit, that in which it reads well."""

from __future__ import annotations

import numpy as np

from eisfit.tables import Quantity
from eisfit.tables.units import unit_of, units_of


def quantity(name: str, values: list[float], resolved: list[bool] | None = None) -> Quantity:
    value = np.array(values)
    return Quantity(name, "ohm", value, 0.01 * value, np.array(resolved or [True] * len(values)))


def test_values_read_well_in_their_unit() -> None:
    cases = [
        ([22e-3, 0.15], "ohm", "mΩ"),
        ([0.37, 1.3], "ohm", "Ω"),
        ([13.0, 150.0], "ohm", "Ω"),
        ([9800.0, 1.62e6], "ohm", "kΩ"),
        ([2000.0, 4e4], "ohm", "kΩ"),
        ([22e3, 2.2e6], "ohm", "kΩ"),
        ([3e9], "ohm", "GΩ"),
        ([8e5, 9e5], "ohm cm2", "kΩ cm²"),
        ([0.05, 1.5], "mS/cm", "mS/cm"),
        ([6e-5], "mS/cm", "nS/cm"),
        ([np.nan, 0.0], "ohm", "ohm"),
        ([5.0], "s", "s"),
    ]
    for values, unit, expected in cases:
        assert unit_of([np.array(values)], unit).unit == expected, values


def test_resistances_of_like_size_have_one_unit_and_others_their_own() -> None:
    alike = units_of([quantity("R_SE_bulk", [1.5e5]), quantity("R_Int", [2e6]), quantity("R_GB", [9.0], [False])])
    assert {name: scale.unit for name, scale in alike.items()} == {"R_SE_bulk": "kΩ", "R_Int": "kΩ", "R_GB": "Ω"}
    near = units_of([quantity("R_SE_bulk", [1.5e5]), quantity("R_GB", [900.0, 8e4], [False, False])])
    assert {scale.unit for scale in near.values()} == {"kΩ"}
    apart = units_of([quantity("R_SE_bulk", [30.0]), quantity("R_Int", [2e5])])
    assert {name: scale.unit for name, scale in apart.items()} == {"R_SE_bulk": "Ω", "R_Int": "kΩ"}
