"""Column lines that are one cell shorter or longer than the rows: whether the names stand where they should."""

from __future__ import annotations

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.medians import median_of
from eisfit.readers.tabular.refusals import HELP
from eisfit.readers.tabular.spellings import Quantity
from eisfit.readers.tabular.table import Table

AGREES = 0.01
"""Relative difference between |Z| and the modulus of Re and Im that printing and rounding may leave."""
PARTS: tuple[Quantity, ...] = ("real", "imaginary", "magnitude")


def check_modulus(table: Table, cells: int, named: int, line: int) -> None:
    """Raises CorruptFile where |Z| is not the modulus of Re and Im, or one of the three is missing.

    The rows, the first of them in `line`, have so many cells below so many names.
    """
    columns = [table.column(quantity) for quantity in PARTS]
    parts = [column for column in columns if column is not None]
    if len(parts) == len(PARTS):
        size = np.hypot(parts[0], parts[1])
        known = np.isfinite(size) & np.isfinite(parts[2]) & (size > 0)
        if known.any() and median_of(np.abs(parts[2][known] / size[known] - 1)) <= AGREES:
            return
    sentence = f"{cells} cells below {named} column names, and |Z| does not agree with Re(Z) and Im(Z)"
    raise CorruptFile(f"{sentence}; {HELP}", table.shown, line)
