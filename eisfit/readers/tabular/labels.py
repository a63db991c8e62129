"""Labels in names of columns that tell spectra side by side apart: `Zre_A`, `Z' 25C`, `Cell 2 |Z|`.

A label has a number in it, is one capital letter or names an electrode (`Zre_WE`, `Z' counter`): what else stands
behind a name (`raw`, `corr`, `min`) says what was done to the numbers, and names no sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from eisfit.readers._base import Electrode
from eisfit.readers.tabular.names import PARTS, bare, split_unit, understood, words_of
from eisfit.readers.tabular.spellings import Quantity
from eisfit.readers.tabular.units import unit_of
from eisfit.regular import regex

OF_SPECTRA: frozenset[Quantity] = frozenset({"real", "imaginary", "magnitude", "phase", "frequency"})
WITH_UNIT = (
    regex(r"^(?P<own>.*\S)\s*[\[(](?P<unit>[^\[\]()]+)[\])]$"),
    regex(r"^(?P<own>.*\S)\s*/\s*(?P<unit>[^\[\]()/]+)$"),
)
SIGNS = " _.-–|:()[]"
BETWEEN = " _.-–:"
SAMPLE = regex(r"[A-H]|(?=.*\d)[\w.+−%°'\s-]{1,24}")
NO_SAMPLE = regex(
    r"(?i:\d+|[qp]\d+|\d*\.?\d*\s*[km]?hz|.*(?<![a-z])(?:fit|sim|model|err|error|std|sd|norm|raw|corr|log|min|max|mean|avg|res)\w*.*|.*[ie]nd)"
)
"""What stands behind a name and is no sample: a quantile, a frequency, a kind of number."""
ELECTRODES: dict[str, Electrode] = {
    "we": "we", "working": "we", "workingelectrode": "we", "we-re": "we", "wevsre": "we", "werk": "we", "ae": "we",
    "ce": "ce", "counter": "ce", "counterelectrode": "ce", "ce-re": "ce", "re-ce": "ce", "cevsre": "ce", "ge": "ce",
    "cell": "cell", "fullcell": "cell", "wholecell": "cell", "full": "cell", "we-ce": "cell", "total": "cell",
    "twoelectrode": "cell", "wevsce": "cell",
}  # fmt: skip
"""Labels of the electrodes of one cell, without case, blanks, dots and underscores."""
KINDS = ("Hz", "Ohm", "area", "angle")


@lru_cache(maxsize=512)
def apart(headers: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The headers with a number in place of each label, and the labels in their order; None where none tell apart.

    `Freq, Zre_A, Zim_A, Zre_B, Zim_B` becomes `Freq, Zre 1, Zim 1, Zre 2, Zim 2`, with the labels A and B.
    """
    found = {i: told for i, header in enumerate(headers) if (told := labelled(header)) is not None}
    groups: dict[str, list[str]] = {}
    for name, label in found.values():
        groups.setdefault(label, []).append(name)
    names = list(groups.values())
    if len(names) < 2 or len(names[0]) < 2 or any(sorted(own) != sorted(names[0]) for own in names):
        return None
    order = tuple(groups)
    out = [numbered(*found[i], order) if i in found else header for i, header in enumerate(headers)]
    return tuple(out), order


def numbered(name: str, label: str, order: Sequence[str]) -> str:
    """A name with the number of its label, and its unit behind it."""
    own, unit = split_unit(name)
    return f"{own} {order.index(label) + 1}" + (f" [{unit}]" if unit else "")


def labelled(header: str) -> tuple[str, str] | None:
    """The name of a part of Z with its unit, and the label behind or before it; None for other headers."""
    text = header.strip().strip('"').strip()
    if understood(text) is not None or len(text) < len("ZrA"):
        return None
    found = next((found for form in WITH_UNIT if (found := form.match(text))), None)
    unit = unit_of(found["unit"]) if found else None
    own = found["own"] if found and unit and unit[0] in KINDS else text
    behind = f" [{found['unit']}]" if found and own != text else ""
    for at in range(1, len(own)):
        if own[at - 1] in SIGNS or own[at] in SIGNS or own[at - 1] in "'’|)":
            for name, label in pairs(own[:at], own[at:]):
                meant = understood(name + behind) if is_name(name) and is_sample(label) else None
                if meant is not None and meant.quantity in OF_SPECTRA:
                    return name + behind, label
    return None


def pairs(first: str, last: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The two ways to take a header for a name and its label: label behind, label before (a minus stays the name's)."""
    opened = first.rstrip(BETWEEN)
    head = opened[:-1].rstrip(BETWEEN) if opened[-1:] in ("(", "[") else opened
    return (head, last.strip(f"{BETWEEN}()[]")), (last.lstrip(" _.:|"), first.rstrip(" _.:|").strip("()[]"))


def is_name(name: str) -> bool:
    """True for a text whose brackets close."""
    return bool(name) and name.count("(") == name.count(")") and name.count("|") != 1


def is_sample(label: str) -> bool:
    """True for the label of a sample, or of an electrode."""
    if bare(label) in ELECTRODES:
        return True
    return bool(SAMPLE.fullmatch(label)) and not NO_SAMPLE.fullmatch(label) and not set(words_of(label)) & PARTS.keys()
