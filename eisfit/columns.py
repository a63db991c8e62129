"""What a column of a table is: declared once with its name, unit and meaning, filled for whatever it is asked of.

A table is a tuple of groups. A group is declared over keys, such as the roles of a cell: all of its columns are written
for the first key, then for the next. In the name of a column its key stands for KEY, the key without "R_" for ARC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Values = NDArray[np.float64] | Sequence[Any]
"""Cells (N,): numbers, NaN where there is none, or anything else, None where there is nothing."""


class Column(NamedTuple):
    """One column: name, unit, cells (N,), None where a cell is empty."""

    name: str
    unit: str
    cells: list[Any]


class Declared(NamedTuple, Generic[T]):
    """One column: name, unit, meaning, and how to get its cells from what a table is made of, and a key.

    With `error` the cells are a pair, value and standard error, and a second column NAME_stderr follows. None is no
    column for this key.
    """

    name: str
    unit: str
    meaning: str
    cells: Callable[[T, str], Any]
    error: bool = False

    def filled(self, source: T, key: str) -> Iterator[Column]:
        """The column, and that of its error."""
        found = self.cells(source, key)
        if found is None:
            return
        name = self.name.replace("KEY", key).replace("ARC", key.removeprefix("R_"))
        names = (name, f"{name}_stderr") if self.error else (name,)
        for one, values in zip(names, found if self.error else (found,), strict=True):
            yield Column(one, self.unit, plain(values))


class Group(NamedTuple, Generic[T]):
    """Columns that are written for every key in turn; without keys once. `title` and `over_what` are for the docs."""

    title: str
    columns: tuple[Declared[T], ...]
    keys: Callable[[T], Iterable[str]] = lambda source: ("",)
    over_what: str = ""


def filled(groups: Iterable[Group[T]], source: T) -> Iterator[Column]:
    """Every column of a table, in order."""
    for group in groups:
        for key in group.keys(source):
            for column in group.columns:
                yield from column.filled(source, key)


def plain(values: Values) -> list[Any]:
    """Cells as a table has them: None for what is not finite."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return [v if f else None for v, f in zip(values.tolist(), np.isfinite(values).tolist(), strict=True)]
    return values.tolist() if isinstance(values, np.ndarray) else list(values)


def rows(columns: Iterable[Column]) -> list[tuple[Any, ...]]:
    """The rows of a table."""
    return list(zip(*(column.cells for column in columns), strict=True))
