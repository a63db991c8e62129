"""What the name of a column means: the one place of spellings.

A header such as `-Im(Z)/Ohm`, `Zimag (kohm)` or `Z'' [Ohm]` becomes a quantity, the factor to our units (with the sign
that the header states) and the kind of its unit. Names that are not in the list are taken apart into words: `Imaginary
part of impedance` says the same as `Im(Z)`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from eisfit.readers.tabular.spellings import SPELLINGS, Quantity
from eisfit.readers.tabular.text import unaccented
from eisfit.readers.tabular.typeset import plain_letters
from eisfit.readers.tabular.units import DOUBTFUL, is_lost, unit_of, unwrapped
from eisfit.regular import regex

RANK = {
    (spelling, quantity): rank
    for quantity, spellings in SPELLINGS.items()
    for rank, spelling in enumerate(dict.fromkeys(unaccented(spellings).split()))
}
MEANINGS: dict[str, list[Quantity]] = {}
for _spelling, _quantity in RANK:
    MEANINGS.setdefault(_spelling, []).append(_quantity)

LATE = 500
"""Rank of a name that was taken apart: any listed spelling goes before it."""

NAMELESS: dict[str, Quantity] = {"Hz": "frequency", DOUBTFUL: "frequency", "Ohm": "magnitude", "angle": "phase"}
"""What a unit means that stands alone for the name of a column: `Hz,Ohm,deg`."""
UNIT_ALONE = "unit alone"
"""The word of such a column."""

OHMS = ("Ohm", "area")
KINDS: dict[Quantity, tuple[str, ...]] = {
    "frequency": ("Hz", "1/s", DOUBTFUL), "log_frequency": ("Hz",), "log_magnitude": OHMS,
    "omega": ("rad/s", "1/s"), "period": ("s",), "real": OHMS, "imaginary": OHMS, "magnitude": OHMS,
    "phase": ("angle",), "y_real": ("S",), "y_imaginary": ("S",), "y_magnitude": ("S",), "y_phase": ("angle",),
    "cp": ("F",), "cs": ("F",), "lp": ("H",), "ls": ("H",), "rp": ("Ohm",), "c_real": ("F",), "c_imaginary": ("F",),
    "d": ("%",), "q": (), "eps_real": (), "eps_imaginary": (), "sig_real": ("S/cm",), "sig_imaginary": ("S/cm",),
    "m_real": (), "m_imaginary": (), "ce_real": OHMS, "ce_imaginary": OHMS, "cell_real": OHMS, "cell_imaginary": OHMS,
    "ce_potential": ("V",), "time": ("s", "S"), "potential": ("V",), "current": ("A",), "dq": ("Ah", "C"),
    "counter": ("Ah", "C"), "temperature": ("°C", "K", "C", "c", "°F"), "pressure": ("MPa",), "soc": ("%",),
    "sigma_real": ("Ohm",), "sigma_imaginary": ("Ohm",), "sigma": ("Ohm",), "cycle": (), "group": (), "step": (),
}  # fmt: skip
"""Kinds of unit that a quantity may have; () is a number without unit."""
UNIT_NEEDED = frozenset({("t", "temperature"), ("σ", "sig_real"), ("sig", "sig_real"), ("y", "y_magnitude")})
"""Names that mean a quantity only with its unit."""

TRACE = regex(r"^trace\s+(?:\d+\s*:\s*)?(?=\S)", re.IGNORECASE)
"""How network analysers and oscilloscopes number their columns: Trace 1: Impedance: Magnitude."""
ONE_PORT = regex(r"(?<![A-Za-z])(?:\w{2}\.)?Z_?(?:11|in)(?![\w])", re.IGNORECASE)
"""The impedance of one port, as programs of networks call it."""
APOSTROPHES = str.maketrans(dict.fromkeys("′’‘`´ʹ", "'") | dict.fromkeys('"″”“ʺ', "''"))
SIGNS = regex(
    r"^\(?\s*[-−–‐—]\s*\)?\s*(?:1\s*[*x]\s*)?(?!\d)|^(?:neg(?:ativ(?:e[rsn]?|[ao])?|atif)?|minus)[\s_.]*|"
    r"^(?:moins|menos|meno|oppos[eé]e?\s+de)[\s_.]+|^n(?=_?z_?(?:''|im|i\b))|^(?:负的?|負の?|マイナス|마이너스|음의)\s*",
    re.IGNORECASE,
)
SIGN_BEHIND = regex(
    r"[\s_]*(?:(?<=[\s_])n[eé]g(?:ativ(?:e|a|o)?|ated)?\.?|[\[(]\s*n[eé]g(?:ativ(?:e|a|o)?|ated)?\.?\s*[\])]|"
    r"[*x×·]\s*\(?\s*[-−]\s*1\s*\)?)$",
    re.IGNORECASE,
)
"""A minus in words, before a name or behind it: negativer Imaginärteil, partie imaginaire négative, 负虚部."""
PREFIX = regex(r"^(?:ACIM|FRA|EIS)_(?=\S{2})", re.IGNORECASE)
"""What programs of cyclers put before the names of their columns of impedance."""
UNIT = regex(
    r"^(?P<name>.*?\S)\s*(?:/\s*(?P<slash>[^/()\[\]]+(?:/s)?)|(?:/\s*)?\[(?P<square>[^\]]*)\]|"
    r"(?:/\s*)?\((?P<round>[^()]*)\)|\{(?P<curly>[^}]*)\}|<(?P<angle>[^<>]*)>)\s*$"
)
COMMA = regex(r"^(?P<name>[^,]*[^\s,]),\s+(?P<unit>[^,]+)$")
TAIL = regex(r"^(?P<name>.*[^\s_])[\s_,.]+(?P<unit>[^\s_]+)$")
GLUED = regex(r"^(?P<name>.+?)(?P<unit>[kmMG]?(?:[Oo]hms?|OHM|Ω|[Hh][Zz]|[Dd]eg))$")
MOJIBAKE = {"Î©": "Ω", "â„¦": "Ω", "Â°": "°", "Âµ": "µ", "Î¼": "µ", "Â²": "²"}
"""Signs of units that were saved as UTF-8 and read as something else."""
LETTER = "a-zß\u0370-\u03ff\u0400-\u04ff"
WORDS = regex(rf"[{LETTER}]+|''|'|\|")
FILLING = (
    "part component of the value measured meas data complex total impedance imp z zs partie parte de der "
    "la do da del della dell teil anteil impedancia impedanza impedenza impedanz impedancji impedance "
    "impedancie composante componente componenti deel van av osa cast czesc часть составляющая импеданса "
    "сопротивления"
)
FILLERS = frozenset(FILLING.split())
"""Words of the name of a part of Z that say nothing more."""
PARTS: dict[str, Quantity] = {
    "re": "real", "real": "real", "im": "imaginary", "imag": "imaginary", "img": "imaginary", "imaginary": "imaginary",
    "mod": "magnitude", "modulus": "magnitude", "mag": "magnitude", "magnitude": "magnitude", "abs": "magnitude",
    "absolute": "magnitude", "|": "magnitude", "phase": "phase", "theta": "phase", "phi": "phase", "angle": "phase",
    "reel": "real", "reelle": "real", "reale": "real", "realteil": "real", "imaginaire": "imaginary",
    "imaginaria": "imaginary", "immaginaria": "imaginary", "imaginario": "imaginary", "immaginario": "imaginary",
    "imaginarteil": "imaginary", "imaginar": "imaginary", "imaginarer": "imaginary", "reeller": "real",
    "rzeczywista": "real", "urojona": "imaginary", "realna": "real", "imaginarni": "imaginary",
    "realanteil": "real", "imaginaranteil": "imaginary", "imaginaeranteil": "imaginary",
    "действительная": "real", "вещественная": "real", "мнимая": "imaginary", "module": "magnitude",
    "modul": "magnitude", "modulo": "magnitude", "betrag": "magnitude", "модуль": "magnitude", "фаза": "phase",
    "fase": "phase", "faza": "phase", "arg": "phase", "argument": "phase", "'": "real", "''": "imaginary",
    "prime": "real",
}  # fmt: skip
ARTICLE = regex(r"\b(?:l|d|dell)'(?=\w)")
EAST = regex(r"(?:交流|复|複素?|複|的|の|值|値|分量|成分|部分|阻抗|インピーダンス|임피던스|의|z|\||\(|\)|\s)+")
"""Words around a part of Z in Chinese, Japanese and Korean."""
EAST_PARTS: dict[str, Quantity] = {
    "实部": "real", "實部": "real", "実部": "real", "实数": "real", "実数": "real", "实": "real", "実": "real",
    "虚部": "imaginary", "虛部": "imaginary", "虚数": "imaginary", "虚": "imaginary", "실수부": "real", "실수": "real",
    "허수부": "imaginary", "허수": "imaginary", "绝对": "magnitude", "絶対": "magnitude", "模": "magnitude",
    "幅": "magnitude", "大きさ": "magnitude", "相位": "phase", "位相": "phase", "相位角": "phase", "位相角": "phase",
}  # fmt: skip
LONGEST = 200
"""Characters of a name, at most: a longer text is none."""
ADMITTANCES = frozenset({"y", "admittance", "admittanz", "admitancia", "ammettenza"})
OF_ADMITTANCE: dict[Quantity, Quantity] = {
    "real": "y_real", "imaginary": "y_imaginary", "magnitude": "y_magnitude", "phase": "y_phase",
}  # fmt: skip
OF_FREQUENCY = frozenset(
    {"freq", "frequency", "frequenz", "frequence", "frecuencia", "frequenza", "frequencia", "frekvens", "frekvence",
     "frequentie", "czestotliwosc", "частота"}
)  # fmt: skip
SAID_TWICE: frozenset[Quantity] = frozenset({"frequency", "omega", "real", "imaginary", "magnitude", "phase"})
"""Quantities that a name may say in a word and in a symbol: 频率 f, Z'实部, Betrag |Z|."""
SEAM = regex(
    r"[\s(\[]+|(?<=[\u3040-\u9fff\uac00-\ud7af])(?=[A-Za-z|'])|(?<=[A-Za-z|'])(?=[\u3040-\u9fff\uac00-\ud7af])"
)
"""Where a word and a symbol meet."""
BESIDE_FREQUENCY = frozenset(
    {"test", "actual", "applied", "ac", "excitation", "signal", "meas", "measurement", "measured", "set", "f", "value",
     "perturbation", "stimulus", "sweep", "eis"}
)  # fmt: skip


class Meaning(NamedTuple):
    """Quantity, factor to our units with the sign of the header, kind of unit, inverted sign, rank of the spelling.

    `word` is the spelling itself, `lost` is True where only a question mark is left of the unit.
    """

    quantity: Quantity
    factor: float
    unit: str
    inverted: bool
    rank: int
    word: str
    lost: bool = False


def bare(name: str) -> str:
    """A column name without case, blanks, dots and underscores."""
    return re.sub(r"[\s._*:\u00a0]", "", unaccented(name.translate(APOSTROPHES).lower()))


def split_unit(header: str) -> tuple[str, str | None]:
    """Name and unit of a header (`Re(Z)/Ohm`, `Zre (ohms)`, `Zs' [Ohms]`, `z_real_ohm`), None where it has no unit."""
    header = plain_letters(header)
    listed = COMMA.match(header)
    if listed and unit_of(listed["unit"]) is not None and known_name(listed["name"]):
        return listed["name"], listed["unit"].strip()
    found = UNIT.match(header)
    if found and bare(header) not in MEANINGS:
        unit = next((found[kind] for kind in ("slash", "square", "round", "curly", "angle") if found[kind]), "")
        if unit.strip() in ("", "1", "-"):
            return found["name"].rstrip("/ "), None
        known = unit_of(unit) is not None or is_lost(unit)
        if known or (found["round"] is None and found["angle"] is None):
            return found["name"].rstrip("/ "), unit
    for form in (TAIL, GLUED):
        found = form.match(header)
        if found and bare(header) not in MEANINGS and unit_of(found["unit"]) is not None and known_name(found["name"]):
            return re.sub(r"[\s_]+in$", "", found["name"]), found["unit"]
    return header, None


def known_name(name: str) -> bool:
    """True for a name that means something to us, a minus and `in` beside it or not."""
    plain = unsigned(re.sub(r"[\s_]+in$", "", name))[0]
    return bare(plain) in MEANINGS or taken_apart(plain) is not None


def unsigned(name: str) -> tuple[str, bool]:
    """A column name without its minus, and whether it had one: `-Im(Z)`, `neg_imag`, `minus Z''`."""
    found = SIGNS.match(name)
    if not found:
        plain = SIGN_BEHIND.sub("", name)
        return plain or name, bool(plain) and plain != name
    rest = name[found.end() :]
    if found.group().lstrip().startswith("(") and ")" not in found.group():
        rest = rest.removesuffix(")")
    elif rest.startswith("(") and rest.endswith(")"):
        rest = rest[1:-1]
    return rest, True


def plain_name(header: str) -> str:
    """A header without the quotes around it, without `data` behind it, Z in any brackets in round ones."""
    text = header.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    text = PREFIX.sub("", TRACE.sub("", text))
    text = ONE_PORT.sub("Z", text)
    text = re.sub(r"[\[{(|]\s*1\s*/\s*[zZ]\s*[\]})|]", lambda found: f"{found[0][0]}Y{found[0][-1]}", text)
    text = re.sub(r"[\[{(]\s*([zZyY])[sS]?\s*[\]})]", r"(\1)", text)
    return re.sub(r"\s*[-_ ]\s*(?:trace )?data(?=\s*[\[(]|$)", "", text, flags=re.IGNORECASE) or text


@lru_cache(maxsize=1 << 14)  # each of the names of a wide table is asked for several times
def understood(header: str) -> Meaning | None:
    """What a header means; None where it means nothing to us."""
    if len(header) > LONGEST:
        return None
    for wrong, right in MOJIBAKE.items():
        header = header.replace(wrong, right)
    name, text = split_unit(plain_name(plain_letters(header)))
    name, inverted = unsigned(name)
    lost = text is not None and is_lost(text)
    unit = None if text is None or lost or is_any_prefix(header, text) else unit_of(text)
    word = bare(name)
    known = [(quantity, RANK[word, quantity]) for quantity in MEANINGS.get(word, [])]
    apart = None if known else (taken_apart(name) or said_twice(name))
    late = LATE + ("set" in words_of(name) or "nominal" in words_of(name)) if apart else LATE
    for quantity, rank in known or ([(apart, late)] if apart else []):
        kinds = KINDS[quantity]
        if unit is None and ((text and not lost) or (word, quantity) in UNIT_NEEDED):
            continue
        if unit is None and quantity in ("sig_real", "sig_imaginary") and not lost:
            unit = "S/cm", 1.0
        if unit is None or unit[0] in kinds:
            return meaning(quantity, unit, inverted=inverted, rank=rank, word=word, lost=lost)
    alone = None if known or text is not None or inverted else unit_of(unwrapped(name))
    if alone is not None and alone[0] in NAMELESS:
        return Meaning(NAMELESS[alone[0]], alone[1], alone[0], inverted, LATE + 1, UNIT_ALONE)
    if unit is not None and unit[0] in ("rad/s", "1/s") and "frequency" in MEANINGS.get(word, []):
        return Meaning("omega", unit[1], unit[0], inverted, RANK[word, "frequency"], word)
    return None


def said_twice(name: str) -> Quantity | None:
    """The quantity that a name says in a word and in a symbol, None where both halves do not say the same."""
    name = name.translate(APOSTROPHES)
    for seam in SEAM.finditer(name):
        halves = name[: seam.start()], name[seam.end() :].strip(" )]")
        first, last = ({*MEANINGS.get(bare(half), ()), taken_apart(half)} for half in halves)
        both = [quantity for quantity in SAID_TWICE if quantity in first and quantity in last]
        if all(halves) and len(both) == 1:
            return both[0]
    return None


def is_any_prefix(header: str, unit: str) -> bool:
    """True for MS, MF or MH in a header of capitals alone, where M may be milli, micro or mega."""
    return header == header.upper() and unit.strip() in ("MS", "MF", "MH", "MSIEMENS", "MFARAD", "MHENRY")


def meaning(
    quantity: Quantity, unit: tuple[str, float] | None, *, inverted: bool, rank: int, word: str, lost: bool
) -> Meaning:
    """A quantity in the unit that its header states."""
    kind, factor = unit or ("", 1.0)
    if quantity in {"dq", "counter"}:
        factor = factor / 3.6 if kind == "C" else factor * 1e3
    return Meaning(quantity, -factor if inverted else factor, kind, inverted, rank, word, lost)


def words_of(name: str) -> list[str]:
    """The words of a name in lower case, without accents; primes and bars are words too."""
    return WORDS.findall(unaccented(name.translate(APOSTROPHES).lower().replace("_", " ")))


def taken_apart(name: str) -> Quantity | None:
    """The quantity that the words of a name say together: `Imaginary part of impedance`, `Z_Re`, `Test Frequency`."""
    low = ARTICLE.sub("", unaccented(name.translate(APOSTROPHES).lower()))
    if (east := EAST_PARTS.get(EAST.sub("", low))) is not None:
        return east
    words = words_of(low)
    if re.sub(rf"[\s_.,:'|()\[\]{{}}/-]|[{LETTER}]", "", low):
        return None
    if OF_FREQUENCY & set(words) and set(words) <= OF_FREQUENCY | BESIDE_FREQUENCY:
        return "frequency"
    of_y = ADMITTANCES & set(words)
    rest = [w for w in words if w not in FILLERS and w not in ADMITTANCES]
    parts = {PARTS.get(word) for word in rest if word not in ("shift", "double")}
    if "double" in rest and parts == {"real"} and "prime" in rest:
        parts = {"imaginary"}
    if len(parts) != 1 or None in parts or (of_y and {"z", "impedance", "imp"} & set(words)):
        return None
    part = parts.pop()
    assert part is not None
    return OF_ADMITTANCE[part] if of_y else part
