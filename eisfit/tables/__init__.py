"""Fits and a track as columns, each declared once: for files, terminal, report and docs."""

from __future__ import annotations

from eisfit.columns import Column, rows
from eisfit.tables.derived import DERIVED, derived_columns
from eisfit.tables.quantities import (
    NOT_TRUSTED,
    REJECTED,
    Extent,
    Quantity,
    distinct,
    extent,
    quantities,
    resolved_parameters,
    resolved_values,
    specific_area,
    two_interfaces,
    under_short,
)
from eisfit.tables.ramp import RAMP, ramp_columns

__all__ = [
    "DERIVED",
    "NOT_TRUSTED",
    "RAMP",
    "REJECTED",
    "Column",
    "Extent",
    "Quantity",
    "derived_columns",
    "distinct",
    "extent",
    "quantities",
    "ramp_columns",
    "resolved_parameters",
    "resolved_values",
    "rows",
    "specific_area",
    "two_interfaces",
    "under_short",
]
