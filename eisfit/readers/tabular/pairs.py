"""Complex numbers in nested files: lists of two, objects of two parts, texts; as Re(Z) and Im(Z), or |Z| and phase."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from eisfit.errors import CorruptFile
from eisfit.readers._base import Content
from eisfit.readers.tabular.causality import misfit
from eisfit.readers.tabular.names import bare, split_unit, unsigned
from eisfit.regular import regex

Columns = dict[str, list[Any]]
IMPEDANCES = frozenset({"z", "impedance", "zcomplex", "complexz", "impedancecomplex", "compleximpedance", "zreim"})
"""Names, without their signs and capitals, of a column that holds both parts of the impedance."""
FEWEST = 10
"""Points that tell |Z| and phase from Re(Z) and Im(Z)."""
CLEARLY = 10.0
"""How many times better they have to fit."""
HALF_TURN = 180.0
POLAR = regex(
    r"(?:format|form|representation|coordinates?|notation|type|convention|order|complex)\s*[:=]?\s*"
    r"(?:polar|\W*(?:mag\w*|mod\w*|abs\w*|\|z\|)\W+(?:and\s+)?(?:phase|arg\w*|angle|theta|phi)\b.*)",
    re.IGNORECASE,
)
"""A text that says that the pairs of a column are |Z| and phase."""


class UnequalColumns(ValueError):
    """Columns of one table that differ in length, or two of them that are the impedance."""


def pair_of(cell: Any) -> tuple[Any, Any] | None:
    """The two parts of a complex number that is written as a list, an object or a text, None for anything else."""
    if isinstance(cell, list) and len(cell) == 2 and all(isinstance(part, int | float) for part in cell):
        return cell[0], cell[1]
    if isinstance(cell, Mapping) and len(cell) == 2:
        parts = [next((cell[n] for n in names if n in cell), None) for names in (("re", "real"), ("im", "imag"))]
        return (parts[0], parts[1]) if all(isinstance(part, int | float) for part in parts) else None
    if isinstance(cell, str) and cell.strip(" ()")[-1:] in ("j", "i"):
        try:
            number = complex(cell.strip().replace(" ", "").replace("i", "j"))
        except ValueError:
            return None
        return number.real, number.imag
    return None


def is_two(cell: Any) -> bool:
    """True for a list of two numbers."""
    return isinstance(cell, list) and pair_of(cell) is not None


def has_pairs(value: Any) -> bool:
    """True where cells of a value are lists of two numbers."""
    objects = value if isinstance(value, list) else [value]
    cells = (cell for item in objects[:1] if isinstance(item, Mapping) for cell in item.values())
    return any(isinstance(c, list) and bool(c) and (is_two(c) or is_two(c[0])) for c in cells)


def paired(table: Columns) -> Columns:
    """The columns, where that of the complex impedance becomes two. Raises ValueError where there are two of them."""
    found = [name for name, cells in table.items() if is_impedance(name) and cells and all(map(pair_of, cells))]
    if len(found) > 1:
        raise UnequalColumns(f"holds more than one impedance: {', '.join(found)}")
    out: Columns = {}
    for name, cells in table.items():
        if name not in found:
            out[name] = cells
            continue
        pairs = [pair for pair in map(pair_of, cells) if pair]
        unit = split_unit(name)[1]
        for part, numbers in zip(("Re(Z)", "Im(Z)"), zip(*pairs, strict=True), strict=True):
            out[f"{part}/{unit}" if unit else part] = list(numbers)
    return out


def is_impedance(name: str) -> bool:
    """True for the name of a column of complex impedances, with or without its unit."""
    plain, inverted = unsigned(split_unit(name.strip())[0])
    return not inverted and bare(plain) in IMPEDANCES


def refuse_polar(found: Content, shown: str) -> None:
    """Raises CorruptFile where pairs that were taken for Re(Z) and Im(Z) are |Z| and phase by what they show."""
    for spectrum in found.spectra:
        f, z = spectrum.frequency, spectrum.impedance
        if len(f) < FEWEST or not np.all(z.real > 0) or np.abs(z.imag).max() > HALF_TURN:
            continue
        as_polar = np.asarray(z.real * np.exp(1j * np.deg2rad(z.imag)), np.complex128)
        if misfit(f, as_polar) * CLEARLY < misfit(f, z):
            sentence = (
                "the pairs of its impedance fit |Z| and phase in degrees, not Re(Z) and Im(Z): say which they are"
            )
            raise CorruptFile(f'{sentence} ("format": "polar" beside them, or two columns with names)', shown)


def as_said(columns: Columns, said: Iterable[str]) -> Columns:
    """The columns of pairs as |Z| and phase where a text says that they are these and no parts of Z."""
    if not any(POLAR.match(text) for text in said):
        return columns
    names = {name: re.sub(r"^Re\(Z\)", "|Z|", name) for name in columns}
    names |= {name: "phase" for name in columns if name.startswith("Im(Z)")}
    return {names[name]: cells for name, cells in columns.items()}
