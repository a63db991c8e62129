"""Labels in names of columns that tell spectra side by side apart: `Zre_A`, `Z' 25C`, `Cell 2 |Z|`.

A label has a number in it, is one capital letter or names an electrode (`Zre_WE`, `Z' counter`): what else stands
behind a name (`raw`, `corr`, `min`) says what was done to the numbers, and names no sample.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from eisfit.readers._base import Electrode
from eisfit.readers.tabular.names import LONGEST, PARTS, bare, split_unit, understood, words_of
from eisfit.readers.tabular.spellings import Quantity
from eisfit.readers.tabular.typeset import plain_letters
from eisfit.readers.tabular.units import unit_of
from eisfit.regular import regex

OF_SPECTRA: frozenset[Quantity] = frozenset({"real", "imaginary", "magnitude", "phase", "frequency"})
WITH_UNIT = (
    regex(r"^(?P<own>.*\S)\s*[\[(](?P<unit>[^\[\]()]+)[\])]$"),
    regex(r"^(?P<own>.*\S)\s*/\s*(?P<unit>[^\[\]()/]+)$"),
)
SIGNS = " _.-–|:()[]"
BETWEEN = " _.-–:"
NAMED = (
    r"(?i:cell|sample|zelle|probe|batt(?:ery)?|pellet|specimen|electrode|device|ch(?:annel)?|kanal|muestra|campione|"
    r"echantillon|échantillon)[\s_.-]*(?:[A-Za-z]|#?\d{1,4}[A-Za-z]?)"
)
STATE = (
    r"(?i:(?:before|after|vor|nach|avant|apr[eè]s|antes|despu[eé]s|prima|dopo)(?:[\s_]+(?:cycl\w+|ag(?:e?ing)|storage|"
    r"charg\w+|discharg\w+|formation|heating|annealing|pressing|lagerung|formierung))?|vorher|nachher|fresh|aged|"
    r"pristine|cycled|charged|discharged)|[前后後]"
)
SAMPLE = regex(rf"[A-H]|(?=.*\d)[\w.+−%°'\s-]{{1,24}}|{NAMED}|{STATE}")
SURELY = regex(rf"[A-H]|{NAMED}|{STATE}")
"""The label of one sample alone: `x10` and `+ 10` behind every name would be a factor."""
NO_SAMPLE = regex(
    r"(?i:\d+|[qp]\d+|\d*\.?\d*\s*[km]?hz|.*(?<![a-z])(?:fit|sim|model|err|error|std|sd|norm|raw|corr|log|min|max|mean|avg|res)\w*.*|.*[ie]nd)"
)
"""What stands behind a name and is no sample: a quantile, a frequency, a kind of number."""
MADE: dict[str, str] = {
    **dict.fromkeys(
        ("exp", "experiment", "experimental", "meas", "measured", "measurement", "obs", "observed", "data", "raw",
         "corr", "corrected", "gemessen", "messung", "korrigiert", "korr", "original", "mesuré", "mesure", "medido",
         "misurato", "实验", "实测", "測定", "実測"), "measured"),
    **dict.fromkeys(("mean", "avg", "average", "averaged", "mittel", "mittelwert", "moyenne", "media", "平均"), "mean"),
    **dict.fromkeys(
        ("mod", "model", "modell", "modeled", "modelled", "fit", "fitted", "sim", "simulated", "simulation", "calc",
         "calculated", "calculation", "theo", "theor", "theory", "theoretical", "kk", "pred", "predicted", "berechnet",
         "ber", "anpassung", "gefittet", "simuliert", "calculé", "modèle", "calculado", "ajuste", "拟合", "模拟",
         "計算"),
        "computed, not measured"),
    **dict.fromkeys(
        ("sd", "std", "stdev", "stddev", "sem", "se", "err", "error", "unc", "uncertainty", "sigma", "dev", "deviation",
         "stabw", "standardabweichung", "fehler", "rsd", "var", "variance", "标准差", "標準偏差"),
        "their deviation"),
}  # fmt: skip
"""Labels that say how the numbers of a column were made, without dots."""
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
    names = [[split_unit(name)[0] for name in own] for own in groups.values()]
    if len(names) < 2 or len(names[0]) < 2 or any(sorted(own) != sorted(names[0]) for own in names):
        return None
    order = tuple(groups)
    out = [numbered(*found[i], order) if i in found else header for i, header in enumerate(headers)]
    return tuple(out), order


class Made(NamedTuple):
    """Headers with plain names for the columns that were measured, empty ones for those of labels passed over."""

    headers: tuple[str, ...]
    passed: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=512)
def measured(headers: tuple[str, ...]) -> Made:
    """The headers with plain names where labels say how numbers were made: measured ones, else means, are the spectrum.

    `f, Zre_exp, Zim_exp, Zre_mod, Zim_mod` becomes `f, Zre, Zim, , ` with the label mod passed over. The label of one
    sample alone (`Sample A Re(Z)`) is left out too. Unchanged where several labels could be the spectrum.
    """
    found = {i: told for i, header in enumerate(headers) if (told := labelled(header, how_made)) is not None}
    by_kind: dict[str, list[str]] = {}
    for _, label in found.values():
        by_kind.setdefault(MADE[undotted(label)], []).append(label)
    plain = any((m := understood(h)) is not None and m.quantity in OF_SPECTRA - {"frequency"} for h in headers)
    kind = next((kind for kind in ("measured", "mean") if kind in by_kind), "")
    if not found and not plain:
        return of_one_sample(headers)
    if plain or not kind or (kind == "measured" and "mean" in by_kind) or len({*map(undotted, by_kind[kind])}) > 1:
        return Made(headers)
    out = list(headers)
    for i, (name, label) in found.items():
        out[i] = name if label in by_kind[kind] else ""
    if len({*out} - {""}) < len([name for name in out if name]):
        return Made(headers)
    others = {label: own for own, labels in by_kind.items() if own != kind for label in labels}
    return Made(tuple(out), tuple(others.items()))


def of_one_sample(headers: tuple[str, ...]) -> Made:
    """The headers without the label that all parts of Z have: `cellA_Zre, cellA_Zim`."""
    found = {i: told for i, header in enumerate(headers) if (told := labelled(header)) is not None}
    if len(found) < 2 or len({label for _, label in found.values()}) > 1:
        return Made(headers)
    names = [name for name, _ in found.values()]
    if not all(SURELY.fullmatch(label) for _, label in found.values()) or len({*names}) < len(names):
        return Made(headers)
    if not all(map(is_of_z, names)) or any(is_unit_behind(headers[i], label) for i, (_, label) in found.items()):
        return Made(headers)
    return Made(tuple(found[i][0] if i in found else header for i, header in enumerate(headers)))


def is_unit_behind(header: str, label: str) -> bool:
    """True for a label that may be a unit of something else: `Z' / A` is of a sample A, or in ampere."""
    return unit_of(label) is not None and not header.strip(' "').startswith(label)


def is_of_z(name: str) -> bool:
    """True for a frequency, a phase and what says that it is an impedance: `S11 Re` is none."""
    meant = understood(name)
    return meant is not None and (meant.quantity in ("frequency", "phase") or meant.unit == "Ohm" or "z" in bare(name))


def how_made(label: str) -> bool:
    """True for a label that says how numbers were made."""
    return undotted(label) in MADE


def undotted(label: str) -> str:
    """A label in lower case without dots."""
    return label.strip(" .").lower()


def numbered(name: str, label: str, order: Sequence[str]) -> str:
    """A name with the number of its label, and its unit behind it."""
    own, unit = split_unit(name)
    return f"{own} {order.index(label) + 1}" + (f" [{unit}]" if unit else "")


def labelled(header: str, accepts: Callable[[str], bool] | None = None) -> tuple[str, str] | None:
    """The name of a part of Z with its unit, and the label behind or before it; None for other headers.

    A label is that of a sample, or what `accepts` takes.
    """
    accepts = accepts or is_sample
    text = plain_letters(header).strip().strip('"').strip()
    if not len("ZrA") <= len(text) <= LONGEST or understood(text) is not None:
        return None
    found = next((found for form in WITH_UNIT if (found := form.match(text))), None)
    unit = unit_of(found["unit"]) if found else None
    own = found["own"] if found and unit and unit[0] in KINDS else text
    behind = f" [{found['unit']}]" if found and own != text else ""
    for at in range(1, len(own)):
        if own[at - 1] in SIGNS or own[at] in SIGNS or own[at - 1] in "'’|)":
            for name, label in pairs(own[:at], own[at:]):
                meant = understood(name + behind) if is_name(name) and accepts(label) else None
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
