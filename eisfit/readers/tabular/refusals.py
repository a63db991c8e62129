"""What is said about a table whose columns make no impedance: the names, their units, what was expected."""

from __future__ import annotations

from collections.abc import Sequence

from eisfit.readers.tabular.columns import has_frequency, layout
from eisfit.readers.tabular.names import KINDS, MEANINGS, UNIT, bare, split_unit, understood, unsigned
from eisfit.readers.tabular.spellings import Quantity
from eisfit.readers.tabular.units import unit_of

EXPECTED = "a frequency with Re(Z) and Im(Z), |Z| and phase, G and B, or C with D, R, G or Q"
HELP = "name them with --columns (columns in eisfit.toml)"
DIELECTRIC = frozenset({"eps_real", "eps_imaginary", "sig_real", "sig_imaginary", "m_real", "m_imaginary"})
LISTED = 8


def refusal(names: Sequence[str]) -> str:
    """The sentence on a line that names columns of no impedance."""
    listed = listing(names)
    return f"names columns ({listed}), but {why(names)}; expected were {EXPECTED}: {HELP}"


def listing(names: Sequence[str]) -> str:
    """The first names of a table."""
    clean = [" ".join(printable(name).split()) for name in names if name.strip()]
    return ", ".join(clean[:LISTED]) + (", ..." if len(clean) > LISTED else "")


def printable(text: str) -> str:
    """A text without what a terminal cannot show."""
    return "".join(c if c.isprintable() else "?" for c in text)[:40]


def why(names: Sequence[str]) -> str:
    """What is missing, or does not fit, in the names of a table."""
    columns = layout(tuple(names))
    strange = unknown_unit(names)
    if strange is not None:
        return f"the unit {strange[1]} of column {strange[0]} is not known for it"
    if not has_frequency(columns):
        return (
            "no frequency column" if columns.keys() - {"time", "potential", "current"} else "no frequency and impedance"
        )
    material = [found[0].name for quantity, found in columns.items() if quantity in DIELECTRIC]
    if material:
        return f"{' and '.join(material)} give an impedance only with the area and thickness of the sample"
    for first, second in (("real", "imaginary"), ("y_real", "y_imaginary")):
        parts = [(n, m) for n in names if (m := understood(n)) is not None and m.quantity in (first, second)]
        if {m.quantity for _, m in parts} == {first, second}:
            return f"{' and '.join(n.strip() for n, _ in parts)} have units or names that do not fit each other"
    for first, second in BESIDE:
        if first in columns and second not in columns:
            return f"no impedance columns: no {columns_of(second)} beside {columns[first][0].name}"
    return "no impedance columns"


BESIDE: tuple[tuple[Quantity, Quantity], ...] = (
    ("real", "imaginary"), ("imaginary", "real"), ("magnitude", "phase"), ("phase", "magnitude"),
    ("y_real", "y_imaginary"),
)  # fmt: skip


def columns_of(quantity: Quantity) -> str:
    """A quantity as it is called."""
    return {"real": "Re(Z)", "imaginary": "Im(Z)", "y_imaginary": "Im(Y)"}.get(quantity, quantity)


def unknown_unit(headers: Sequence[str]) -> tuple[str, str] | None:
    """The first header that names a frequency or an impedance in a unit that it cannot have, and that unit."""
    wanted = {"frequency", "real", "imaginary", "magnitude"}
    for header in headers:
        text = header.strip().strip('"').strip()
        name, unit = split_unit(text)
        bracketed = UNIT.match(text) if unit is None else None
        if bracketed is not None and bracketed["round"] is not None:
            name, unit = bracketed["name"], bracketed["round"]
        word = bare(unsigned(name)[0])
        if unit and understood(text) is None and len(word) > 1 and wanted & set(MEANINGS.get(word, [])):
            kind = unit_of(unit)
            if kind is None or all(kind[0] not in KINDS[quantity] for quantity in MEANINGS[word]):
                return printable(text), printable(unit.strip())
    return None
