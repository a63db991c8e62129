"""What the columns of a table mean together.

A name alone may mean much: R is a part of Z beside X, a current amplitude is none. So the columns are first understood
one by one (`names`), then those are kept that make an impedance together (`quantities`): parts of one kind, in units
that fit each other. A part in ohm is never paired with one that has no unit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from eisfit.readers.tabular.labels import apart, measured
from eisfit.readers.tabular.names import (
    EAST_PARTS,
    FILLERS,
    PARTS,
    UNIT_ALONE,
    bare,
    split_unit,
    understood,
    words_of,
)
from eisfit.readers.tabular.numbers import Needs
from eisfit.readers.tabular.quantities import route_of
from eisfit.readers.tabular.spellings import REACTANCES, RESISTANCES, Quantity
from eisfit.regular import regex


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is understood: factor * number is in Hz, ohm, S, F, H, rad, s, V, A, mAh, MPa or a fraction.

    `unit` is the kind of its unit, empty where the header states none (it tells kelvin from degrees Celsius); `signed`
    is True where the header itself states that the sign is inverted; `word` is the spelling without case and unit.
    """

    index: int
    quantity: Quantity
    factor: float
    unit: str
    name: str
    signed: bool = False
    word: str = ""
    lost: bool = False


Layout = dict[Quantity, tuple[Column, ...]]
"""The columns of each quantity, the best first, of equal ones in the order of the table."""
FREQUENCIES: tuple[Quantity, ...] = ("frequency", "omega", "log_frequency", "period")
"""The quantities that say at which frequency a row was measured, the best first."""
NAKED = frozenset({"re", "real", "realpart", "im", "imag", "img", "imaginary", "imagpart", "imaginarypart"})
"""Names of parts that do not say of what."""
OF_FITS = frozenset({"fit", "fitted", "sim", "simulated", "calc", "calculated", "model", "kk", "theory"})
"""Words of columns that a program computed beside those that were measured."""
OF_OTHERS = ("y_", "c_", "eps_", "sig_", "m_")
NUMBERED = regex(r"[\s_.#]*\(?\d+\)?$")
"""The number behind the name of a column that a table repeats: `Re 2`, `Z'_3`, `Im.1`."""

Z_THREE = regex(r"\|?z[\s_]*[3-9]\b", re.IGNORECASE)
"""Beside Z3 the columns Z1 and Z2 are those of other cells, no parts of one impedance."""
FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({*RESISTANCES.split(), *REACTANCES.split(), "esr"}),
    frozenset({"z1", "z2"}),
    frozenset({"zp", "zpp"}),
    frozenset({"g", "b", "gp", "bp", "conductance", "susceptance"}),
)
"""Words that mean parts of an impedance only beside another word of their family."""
WEAK = frozenset().union(*FAMILIES)
ALONE: dict[Quantity, frozenset[Quantity]] = {"real": frozenset({"cs", "ls"}), "y_real": frozenset({"cp", "lp"})}
"""Beside a capacitance or inductance of its own kind a resistance or conductance needs no second part."""
PAIRS: tuple[tuple[Quantity, Quantity], ...] = (
    ("real", "imaginary"), ("y_real", "y_imaginary"), ("c_real", "c_imaginary"), ("eps_real", "eps_imaginary"),
    ("sig_real", "sig_imaginary"), ("m_real", "m_imaginary"), ("ce_real", "ce_imaginary"),
    ("cell_real", "cell_imaginary"),
)  # fmt: skip
"""Real and imaginary part of one thing: their units have to be of one kind."""


@lru_cache(maxsize=512)
def layout(headers: tuple[str, ...]) -> Layout:
    """What the headers of a table mean: every quantity by its columns, parts of Z only where they fit each other."""
    found: dict[Quantity, list[tuple[int, int, Column]]] = {}
    as_written, headers = headers, measured(headers).headers
    for index, header in enumerate(headers):
        column = column_of(index, header)
        if column is not None:
            rank = understood(header)
            assert rank is not None
            column = replace(column, name=as_written[index].strip())
            found.setdefault(column.quantity, []).append((rank.rank, index, column))
    every: Layout = {quantity: tuple(column for *_, column in sorted(columns)) for quantity, columns in found.items()}
    return with_pairs(without_doubtful(every, headers))


def without_doubtful(columns: Layout, headers: Sequence[str]) -> Layout:
    """The layout without parts that may be those of another quantity, and without units that stand alone twice.

    `Real, Imag` says of nothing what it is: beside `Eps Real, Eps Imag` it need not be Z.
    """
    columns = {q: found for q, found in columns.items() if q != "omega" or not is_power(found[0], columns)}
    if sum(c.word == UNIT_ALONE for c in columns.get("magnitude", ())) > 1:
        columns = {q: found for q, found in columns.items() if q != "magnitude"}
    if any(Z_THREE.match(header.strip()) for header in headers):
        columns = {q: tuple(c for c in found if c.word not in ("z1", "z2")) for q, found in columns.items()}
        columns = {q: found for q, found in columns.items() if found}
    parts = [c for q in ("real", "imaginary") for c in columns.get(q, ())]
    if not any(c.word in NAKED and c.unit == "" for c in parts) or not any(map(is_foreign_part, headers)):
        return columns
    kept: Layout = {
        q: tuple(c for c in found if q not in ("real", "imaginary") or c.word not in NAKED or c.unit != "")
        for q, found in columns.items()
    }
    return {q: found for q, found in kept.items() if found}


def is_power(column: Column, columns: Layout) -> bool:
    """True for a column `W` or `w` that need not be an angular frequency: beside a current, or without parts of Z."""
    if column.word != "w" or column.unit:
        return False
    return column.name != "w" or "current" in columns or not columns.keys() & {"real", "magnitude", "y_real"}


def is_foreign_part(header: str) -> bool:
    """True for the name of a real or imaginary part of something that is not Z."""
    found = understood(header)
    if found is not None:
        return found.quantity.startswith(OF_OTHERS) and found.quantity.endswith(("_real", "_imaginary"))
    words = set(words_of(header))
    if any(part in header for part in EAST_PARTS if len(part) > 1):
        return True
    if words & OF_FITS:
        return False
    return bool(words & {"re", "real", "im", "imag", "imaginary", "'", "''"}) and bool(words - FILLERS - set(PARTS))


def column_of(index: int, header: str) -> Column | None:
    """The column that a header means, None where it means nothing to us."""
    meaning = understood(header)
    if meaning is None:
        return None
    return Column(
        index,
        meaning.quantity,
        meaning.factor,
        meaning.unit,
        header.strip(),
        meaning.inverted,
        meaning.word,
        meaning.lost,
    )


def with_pairs(columns: Layout) -> Layout:
    """The layout in which real and imaginary parts are those that fit each other, the best pair first."""
    out = dict(columns)
    for first, second in PAIRS:
        reals, imaginaries = columns.get(first, ()), columns.get(second, ())
        pair = next(((a, b) for a in reals for b in imaginaries if fit_each_other(a, b)), None)
        if pair is not None:
            out[first], out[second] = (pair[0],), (pair[1],)
            continue
        beside = bool(ALONE.get(first, frozenset()) & columns.keys())
        kept: Layout = {
            first: tuple(c for c in reals if beside or c.word not in WEAK),
            second: () if reals else tuple(c for c in imaginaries if c.word not in WEAK),
        }
        out = {quantity: found for quantity, found in (out | kept).items() if found}
    return out


def fit_each_other(real: Column, imaginary: Column) -> bool:
    """True for two parts of one thing: units of one kind, names of one family."""
    if real.unit != imaginary.unit and not (real.lost or imaginary.lost):
        return False
    families = [next((f for f in FAMILIES if c.word in f), None) for c in (real, imaginary)]
    if real.unit == "Ohm" and families == [None, FAMILIES[0]]:  # a reactance in ohm beside Re(Z) in ohm
        return True
    return families[0] == families[1]


@lru_cache(maxsize=512)
def side_by_side(headers: tuple[str, ...]) -> list[Layout]:
    """The layouts of several spectra beside each other, one for each; empty where a table holds one in its columns.

    The columns of the parts of Z repeat, equal but for a number; the frequency repeats too, or is shared.
    """
    labels = apart(headers)
    if labels is not None:
        return [
            {q: tuple(replace(c, name=headers[c.index].strip()) for c in found) for q, found in own.items()}
            for own in side_by_side(labels[0])
        ]
    repeated: dict[Quantity, dict[str, list[Column]]] = {}
    words = {bare(NUMBERED.sub("", header.strip())) for header in headers if NUMBERED.search(header.strip())}
    for index, header in enumerate(headers):
        name, unit = split_unit(re.sub(r"\.\d+$", "", header.strip()))
        plain = NUMBERED.sub("", name) if understood(header) is None or is_numbered_twice(name, headers) else name
        column = column_of(index, plain if unit is None else f"{plain}/{unit}")
        if column is not None and column.word == "i" and column.unit == "" and "r" in words:
            column = replace(column, quantity="imaginary", word="x")
        if column is not None:
            own = replace(column, name=header.strip())
            repeated.setdefault(column.quantity, {}).setdefault(bare(plain), []).append(own)
    best = {quantity: max(groups.values(), key=len) for quantity, groups in repeated.items()}
    pairs: tuple[tuple[Quantity, Quantity], ...] = (("real", "imaginary"), ("magnitude", "phase"))
    for first, second in pairs:
        count = len(best.get(first, ()))
        if count > 1 and len(best.get(second, ())) == count and len(best.get("frequency", ())) in (1, count):
            beside = [with_pairs(nth(best, i, count)) for i in range(count)]
            return beside if all({first, second} <= one.keys() for one in beside) else []
    return []


def is_numbered_twice(name: str, headers: Sequence[str]) -> bool:
    """True for `Z1` beside `Phase1`: the number counts the spectra, Z1 and Z2 are no parts of one impedance."""
    if bare(name) not in ("z1", "z2"):
        return False
    return any(re.match(r"-?\s*(?:phase|theta|phi|θ|φ)[\s_]*\d", header.strip(), re.IGNORECASE) for header in headers)


def nth(columns: dict[Quantity, list[Column]], i: int, count: int) -> Layout:
    """The layout of spectrum `i` of `count` beside each other: its own columns, the frequency perhaps shared."""
    own: Layout = {quantity: (found[i],) for quantity, found in columns.items() if len(found) == count}
    return own if "frequency" in own else own | {"frequency": (columns["frequency"][0],)}


def has_frequency(columns: Layout) -> bool:
    """True where a column says at which frequency a row was measured."""
    return bool(columns.keys() & set(FREQUENCIES))


def has_impedance(columns: Layout, *, geometry: bool = False) -> bool:
    """True where real and imaginary part, |Z| and phase, or other quantities give an impedance."""
    return route_of(columns, geometry=geometry) is not None


def is_readable(columns: Layout, *, geometry: bool = False) -> bool:
    """True where the columns make a spectrum, or lack but one of it, or make a cycling record."""
    if has_impedance(columns, geometry=geometry):
        return has_frequency(columns) or bool(columns.keys() & {"real", "magnitude"})
    if has_frequency(columns) and columns.keys() & {"real", "imaginary", "magnitude"}:
        return True
    return is_record(columns)


def is_record(columns: Layout) -> bool:
    """True for the columns of a cycling record."""
    return {"time", "potential"} <= columns.keys() and bool(columns.keys() & {"current", "dq"})


def needs(*layouts: Layout) -> Needs:
    """Which columns have to hold numbers: frequency and impedance; of a cycling record time, potential and current."""
    must: set[int] = set()
    for columns in layouts:
        wanted: tuple[Quantity, ...] = ("time", "potential", "current", "dq")
        if has_frequency(columns):
            route = route_of(columns, geometry=True)
            first = next(quantity for quantity in FREQUENCIES if quantity in columns)
            wanted = (first, *(route.needs if route else ()))
        must |= {columns[quantity][0].index for quantity in wanted if quantity in columns}
    useful = {column.index for columns in layouts for found in columns.values() for column in found}
    told: tuple[Quantity, ...] = ("group", "sample")
    names = {column.index for columns in layouts for quantity in told for column in columns.get(quantity, ())}
    return Needs(frozenset(must), frozenset(useful), frozenset(names))
