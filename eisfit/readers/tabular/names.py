"""What the name of a column means: the one place of spellings.

A header such as `-Im(Z)/Ohm`, `Zimag (kohm)` or `Z'' [Ohm]` becomes a quantity, the factor to our units (with the sign
that the header states) and the kind of its unit. Names that are not in the list are taken apart into words: `Imaginary
part of impedance` says the same as `Im(Z)`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from eisfit.readers.tabular.units import is_lost, unit_of, unwrapped

Quantity = Literal[
    "frequency", "log_frequency", "log_magnitude",
    "omega", "real", "imaginary", "magnitude", "phase", "y_real", "y_imaginary", "y_magnitude", "y_phase",
    "cp", "cs", "lp", "ls", "rp", "d", "q", "c_real", "c_imaginary", "eps_real", "eps_imaginary", "sig_real",
    "sig_imaginary", "m_real", "m_imaginary", "ce_real", "ce_imaginary", "cell_real", "cell_imaginary",
    "ce_potential", "time", "potential", "current", "dq", "counter", "cycle", "group", "step", "temperature",
    "pressure", "soc", "sigma_real", "sigma_imaginary", "sigma",
]  # fmt: skip

LOGARITHMS = ("log10", "log", "lg")
OF_F = "(f) (f/hz) f f/hz (freq) (freq/hz) freq (frequency) (frequency/hz) frequency"
OF_SIZE = "|z| (|z|) (|z|/ohm) |z|/ohm (z) (z/ohm) z zmod"
SPELLINGS: dict[Quantity, str] = {
    "frequency": "freq frequency f frequencies actfreq actfrequency frequenz fréquence frequence frecuencia frequenza "
    "fr frq acfrequency freqhz hz frequência fréq messfrequenz prüffrequenz 频率 頻率 測定周波数 测试频率 周波数 "
    "частота 주파수",
    "log_frequency": " ".join(f"{log}{name}" for log in LOGARITHMS for name in OF_F.split()),
    "log_magnitude": " ".join(f"{log}{name}" for log in LOGARITHMS for name in OF_SIZE.split()),
    "omega": "omega ω angularfrequency w",
    "real": "re(z) rez z' zs' zre zreal rezreal realz real(z) zr re real realpart realpartofz zrealpart zdash "
    "realimpedance realimpedances impedancereal zprime z1 z're rs esr r resistance seriesresistance realteil re[z] "
    "z'(a) zprim partieréelle partiereelle réel reelle partereal partereale parteréel wirkwiderstand "
    "实部 實部 实数部 阻抗实部 阻抗實部 z实部 実部 実数部 インピーダンス実部 インピーダンスの実部 z実部 抵抗 "
    "실수부 действительнаячасть",
    "imaginary": "im(z) imz z'' zs'' zim zimag zimg imagz imag(z) zi im imag img imaginary imagpart imaginarypart "
    "imaginarypartofz zimaginary zimagpart imaginaryimpedance imaginaryimpedances impedanceimaginary impedanceimag "
    "zdoubleprime zdprime z2 z''im xs x reactance imaginärteil imaginaerteil zbis im[z] z''(b) zsecond zdoubledash "
    "z'' partieimaginaire imaginaire imaginär parteimaginaria parteimmaginaria blindwiderstand "
    "虚部 虛部 虚数部 阻抗虚部 阻抗虛部 z虚部 インピーダンス虚部 インピーダンスの虚部 リアクタンス "
    "허수부 мнимаячасть",
    "magnitude": "|z| zmod modz mod(z) zmodulus modulus magnitude mag zmag magz abs(z) absz zabs |impedance| |zs| "
    "impedancemodulus impedancemagnitude impedance z absimpedance betrag impedanz impedanzbetrag betrag(z) betragz "
    "scheinwiderstand module modulez |zm| impédance moduledez impedancia impedanza impedância módulo modulo "
    "阻抗 阻抗模 阻抗模值 阻抗幅值 阻抗值 模值 幅值 模 |阻抗| インピーダンス インピーダンスの大きさ "
    "インピーダンス絶対値 絶対値 "
    "임피던스 модуль импеданс",
    "phase": "phase(z) phase phaseofz phasez zphz phz zphase theta theta(z) thetaz θ phi φ ϕ arg(z) argz arg angle "
    "phaseangle phaseshift phaseofimpedance pha ph zangle angle(z) phasenwinkel thz zth zthd zthr θz "
    "θ-z theta-z φz phasenverschiebung phasenlage phasewinkel déphasage dephasage fase faz ângulo angledephase "
    "angoloderfase ángulodefase angulodefase phase(θ) phase(φ) phase(theta) "
    "相位 相位角 相角 位相 位相角 位相差 위상 위상각 фаза",
    "y_real": "re(y) rey y' yre yreal realy real(y) yr conductance g gp",
    "y_imaginary": "im(y) imy y'' yim yimag imagy imag(y) yi susceptance b bp",
    "y_magnitude": "|y| ymod ymag yabs mod(y) abs(y) admittance y",
    "y_phase": "phase(y) yphase phasey theta(y) yphz ythd ythr",
    "cp": "cp parallelcapacitance",
    "cs": "cs seriescapacitance",
    "lp": "lp parallelinductance",
    "ls": "ls seriesinductance",
    "rp": "rp parallelresistance",
    "d": "d tand tandelta tan(delta) tanδ tan(δ) tg(delta) dissipation dissipationfactor lossfactor losstangent df",
    "q": "q qualityfactor qfactor",
    "c_real": "c' cp' re(c) cs'",
    "c_imaginary": "c'' cp'' im(c) cs''",
    "eps_real": "eps' ε' epsilon' εr' re(eps) permittivity' eps'r realpermittivity permittivityreal epsr εr "
    "permittivity relativepermittivity dielectricconstant epsreal",
    "eps_imaginary": "eps'' ε'' epsilon'' εr'' im(eps) permittivity'' imaginarypermittivity permittivityimaginary "
    "epsimag dielectricloss",
    "sig_real": "sig' sigma' σ' re(sigma) conductivity sig σ",
    "sig_imaginary": "sig'' sigma'' σ'' im(sigma)",
    "m_real": "m' re(m) modulus' electricmodulus'",
    "m_imaginary": "m'' im(m) modulus'' electricmodulus''",
    "ce_real": "re(zce) zce' rezce zcereal",
    "ce_imaginary": "im(zce) zce'' imzce zceimag",
    "cell_real": "re(zwe-ce) zwe-ce' rezwe-ce re(zcell) zcell'",
    "cell_imaginary": "im(zwe-ce) zwe-ce'' imzwe-ce im(zcell) zcell''",
    "ce_potential": "<ece> ece",
    "time": "time elapsedtime t testtime totaltime corrtime times proctime progtime zeit datetime testtimesecond",
    "potential": "<ewe> ewe <ecell> ecell ewe-ece <ewe-ece> potential dcpotential vdc edc voltage cellvoltage "
    "dcvoltage e v u potentialv dcpot bias biasvoltage dcbias voltagevolt potentialvolt",
    "current": "<i> i idc current dccurrent iac/dc currentdc dccurr currentampere",
    "dq": "dq",
    "counter": "(q-qo) q-qo (q-q0)",
    "cycle": "cyclenumber cycle cycleindex cycleno cyclecount",
    "group": "zcycle loopindex spectrum spectrumindex spectrumnumber sweep sweepnumber loop measurement segment "
    "dataset spectrumid",
    "step": "ns stepnumber stepindex step stepcount",
    "temperature": "temperature temp celltemperature t ambienttemperature mtemp ambienttemperaturecelsius "
    "surfacetemperature",
    "pressure": "pressure stackpressure",
    "soc": "soc stateofcharge",
    "sigma_real": "sigmare sigmareal sigma(re) stdre",
    "sigma_imaginary": "sigmaim sigmaimag sigma(im) stdim",
    "sigma": "sigma std stddev",
}
"""Spellings of a quantity after `bare`, the best first. A name with several meanings is settled by its unit."""

RANK = {
    (spelling, quantity): rank
    for quantity, spellings in SPELLINGS.items()
    for rank, spelling in enumerate(dict.fromkeys(spellings.split()))
}
MEANINGS: dict[str, list[Quantity]] = {}
for _spelling, _quantity in RANK:
    MEANINGS.setdefault(_spelling, []).append(_quantity)

LATE = 500
"""Rank of a name that was taken apart: any listed spelling goes before it."""

NAMELESS: dict[str, Quantity] = {"Hz": "frequency", "Ohm": "magnitude", "angle": "phase"}
"""What a unit means that stands alone for the name of a column: `Hz,Ohm,deg`."""
UNIT_ALONE = "unit alone"
"""The word of such a column."""

OHMS = ("Ohm", "area")
KINDS: dict[Quantity, tuple[str, ...]] = {
    "frequency": ("Hz", "1/s"), "log_frequency": ("Hz",), "log_magnitude": OHMS,
    "omega": ("rad/s", "1/s"), "real": OHMS, "imaginary": OHMS, "magnitude": OHMS,
    "phase": ("angle",), "y_real": ("S",), "y_imaginary": ("S",), "y_magnitude": ("S",), "y_phase": ("angle",),
    "cp": ("F",), "cs": ("F",), "lp": ("H",), "ls": ("H",), "rp": ("Ohm",), "c_real": ("F",), "c_imaginary": ("F",),
    "d": (), "q": (), "eps_real": (), "eps_imaginary": (), "sig_real": ("S/cm",), "sig_imaginary": ("S/cm",),
    "m_real": (), "m_imaginary": (), "ce_real": OHMS, "ce_imaginary": OHMS, "cell_real": OHMS, "cell_imaginary": OHMS,
    "ce_potential": ("V",), "time": ("s", "S"), "potential": ("V",), "current": ("A",), "dq": ("Ah", "C"),
    "counter": ("Ah", "C"), "temperature": ("°C", "K", "C", "c", "°F"), "pressure": ("MPa",), "soc": ("%",),
    "sigma_real": ("Ohm",), "sigma_imaginary": ("Ohm",), "sigma": ("Ohm",), "cycle": (), "group": (), "step": (),
}  # fmt: skip
"""Kinds of unit that a quantity may have; () is a number without unit."""
UNIT_NEEDED = frozenset(
    {("t", "temperature"), ("w", "omega"), ("σ", "sig_real"), ("sig", "sig_real"), ("y", "y_magnitude")}
)
"""Names that mean a quantity only with its unit."""

APOSTROPHES = str.maketrans(dict.fromkeys("′’‘`´ʹ", "'") | dict.fromkeys('"″”“ʺ', "''"))
SIGNS = re.compile(r"^\(?\s*[-−–‐—]\s*\)?\s*(?:1\s*[*x]\s*)?(?!\d)|^(?:neg(?:ative)?|minus)[\s_.]*", re.IGNORECASE)
UNIT = re.compile(
    r"^(?P<name>.*?\S)\s*(?:/\s*(?P<slash>[^/()\[\]]+(?:/s)?)|(?:/\s*)?\[(?P<square>[^\]]*)\]|"
    r"(?:/\s*)?\((?P<round>[^()]*)\)|\{(?P<curly>[^}]*)\}|<(?P<angle>[^<>]*)>)\s*$"
)
COMMA = re.compile(r"^(?P<name>[^,]*[^\s,]),\s+(?P<unit>[^,]+)$")
TAIL = re.compile(r"^(?P<name>.*[^\s_])[\s_,.]+(?P<unit>[^\s_]+)$")
GLUED = re.compile(r"^(?P<name>.+?)(?P<unit>[kmMG]?(?:[Oo]hms?|OHM|Ω|[Hh][Zz]|[Dd]eg))$")
MOJIBAKE = {"Î©": "Ω", "â„¦": "Ω", "Â°": "°", "Âµ": "µ", "Î¼": "µ", "Â²": "²"}
"""Signs of units that were saved as UTF-8 and read as something else."""
WORDS = re.compile(r"[a-zäöüéèêáíóúωθφ]+|''|'|\|")
FILLERS = frozenset(
    {
        "part",
        "component",
        "of",
        "the",
        "value",
        "measured",
        "meas",
        "data",
        "complex",
        "total",
        "impedance",
        "imp",
        "z",
        "zs",
        "partie",
        "parte",
        "de",
        "der",
        "impédance",
        "impedancia",
        "impedanza",
        "impedanz",
    }
)
PARTS: dict[str, Quantity] = {
    "re": "real", "real": "real", "im": "imaginary", "imag": "imaginary", "img": "imaginary", "imaginary": "imaginary",
    "mod": "magnitude", "modulus": "magnitude", "mag": "magnitude", "magnitude": "magnitude", "abs": "magnitude",
    "absolute": "magnitude", "|": "magnitude", "phase": "phase", "theta": "phase", "phi": "phase", "angle": "phase",
    "réel": "real", "réelle": "real", "reel": "real", "reale": "real", "realteil": "real", "imaginaire": "imaginary",
    "imaginaria": "imaginary", "imaginária": "imaginary", "immaginaria": "imaginary", "imaginärteil": "imaginary",
    "arg": "phase", "argument": "phase", "'": "real", "''": "imaginary", "prime": "real",
}  # fmt: skip
OF_ADMITTANCE: dict[Quantity, Quantity] = {
    "real": "y_real", "imaginary": "y_imaginary", "magnitude": "y_magnitude", "phase": "y_phase",
}  # fmt: skip
OF_FREQUENCY = frozenset({"freq", "frequency"})
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
    return re.sub(r"[\s._*:\u00a0]", "", name.translate(APOSTROPHES).lower())


def split_unit(header: str) -> tuple[str, str | None]:
    """Name and unit of a header (`Re(Z)/Ohm`, `Zre (ohms)`, `Zs' [Ohms]`, `z_real_ohm`), None where it has no unit."""
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
        return name, False
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
    text = re.sub(r"[\[{(]\s*([zZyY])[sS]?\s*[\]})]", r"(\1)", text)
    return re.sub(r"\s*[-_ ]\s*(?:trace )?data(?=\s*[\[(]|$)", "", text, flags=re.IGNORECASE) or text


@lru_cache(maxsize=4096)
def understood(header: str) -> Meaning | None:
    """What a header means; None where it means nothing to us."""
    for wrong, right in MOJIBAKE.items():
        header = header.replace(wrong, right)
    name, text = split_unit(plain_name(header))
    name, inverted = unsigned(name)
    lost = text is not None and is_lost(text)
    unit = None if text is None or lost else unit_of(text)
    word = bare(name)
    known = [(quantity, RANK[word, quantity]) for quantity in MEANINGS.get(word, [])]
    apart = None if known else taken_apart(name)
    for quantity, rank in known or ([(apart, LATE)] if apart else []):
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


def meaning(
    quantity: Quantity, unit: tuple[str, float] | None, *, inverted: bool, rank: int, word: str, lost: bool
) -> Meaning:
    """A quantity in the unit that its header states."""
    kind, factor = unit or ("", 1.0)
    if quantity in {"dq", "counter"}:
        factor = factor / 3.6 if kind == "C" else factor * 1e3
    return Meaning(quantity, -factor if inverted else factor, kind, inverted, rank, word, lost)


def taken_apart(name: str) -> Quantity | None:
    """The quantity that the words of a name say together: `Imaginary part of impedance`, `Z_Re`, `Test Frequency`."""
    words = WORDS.findall(name.translate(APOSTROPHES).lower().replace("_", " "))
    if re.sub(r"[\s_.,:'|()\[\]{}/-]|[a-zäöüéèêáíóúωθφ]", "", name.translate(APOSTROPHES).lower()):
        return None
    if OF_FREQUENCY & set(words) and set(words) <= OF_FREQUENCY | BESIDE_FREQUENCY:
        return "frequency"
    of_y = {"y", "admittance"} & set(words)
    rest = [w for w in words if w not in FILLERS and w not in {"y", "admittance"}]
    parts = {PARTS.get(word) for word in rest if word not in ("shift", "double")}
    if "double" in rest and parts == {"real"} and "prime" in rest:
        parts = {"imaginary"}
    if len(parts) != 1 or None in parts or (of_y and {"z", "impedance", "imp"} & set(words)):
        return None
    part = parts.pop()
    assert part is not None
    return OF_ADMITTANCE[part] if of_y else part
