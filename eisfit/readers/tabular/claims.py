"""What a title claims that the numbers of a table are, where its columns do not say it: no impedance that was measured.

Three kinds of claims: the impedance of another field (thermal, acoustic, seismic), numbers that were computed (a fit, a
model, residuals, a difference) and standards of an instrument (open, short). A field is known by the word that
qualifies the impedance: words of electrochemistry are listed, the name of any other field is refused by name.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from eisfit.readers.tabular import made
from eisfit.readers.tabular.units import unit_of
from eisfit.readers.tabular.vocabulary import ABOUT
from eisfit.regular import regex


class Claim(NamedTuple):
    """The words of a remark and what they say that the numbers are."""

    words: str
    says: str


FIELD = "another impedance than the electrical one of a cell"
COMPUTED = "computed, not measured"
STANDARD = "a standard of the instrument, not the cell"
PARALLEL = "the parts of a parallel circuit, not those of Z"
OTHER = "no impedance in ohm"

IN_OHM = 2
"""How plainly columns in ohm say that they are an impedance."""
LONGEST = 9
"""Words of a phrase that may be a title."""
PARTS = regex(r"[\t;|]|,\s|,(?=\D)")
IMPEDANCE = r"impedan[cz]\w*|impedans\w*|impedantie\w*|impedenz\w*|импеданс\w*"
BEFORE = regex(rf"(?:(?P<far>[^\W\d_][\w'’-]*)\s+)?(?P<word>[^\W\d_][\w'’-]*)[\s_]+(?:{IMPEDANCE})", re.IGNORECASE)
"""The two words before an impedance."""
STEMS = (
    r"acousti\w*|akusti\w*|acustic\w*|\w*acousti[ck]\w*|ultrason\w*|ultraschall\w*|schall\w*|sonic|mechani\w*|"
    r"mecani\w*|mekani\w*|meccani\w*|"
    r"механич\w*|акустич\w*|тепло\w*|hydrauli\w*|idrauli\w*|hydrodynam\w*|electrohydrodynam\w*|ehd|therma\w*|"
    r"thermi\w*|termi\w*|warme\w*|seismi\w*|"
    r"magnetotellur\w*|optic\w*|optisch\w*|optique\w*|photoni\w*|respirat\w*|atem\w*|arter\w*|vascul\w*|aort\w*|"
    r"pulmon\w*|airways?|nasal|"
    r"cochlea\w*|tympan\w*|aeroelasti\w*|aerodynam\w*|pneumati\w*|vibrati\w*|rotational|torsion\w*|"
    r"viscoelasti\w*|magneti\w*|gravit\w*|"
    r"intrinsic\s+wave|free[-\s]space|knee|muscle\s+joint|joint|limb|larynx|lungs?|ear|ground\s+motion|"
    r"foundation|pile|rayls?|zth\w*|z_th\w*|tube"
)
FIELDS = regex(
    rf"(?<![^\W_])(?:{STEMS})\s+(?:\w+\s+){{0,1}}(?:{IMPEDANCE})|(?<![^\W_])(?:{IMPEDANCE})\s+(?:(?:of|de|di|do|"
    rf"du|von|der|the|a|an|la|le)\s+){{0,3}}(?:{STEMS})(?![^\W_])|"
    rf"(?<![^\W_])(?:trans|magneto|thermo|photo|hydro|aero|schall|warme|wellen)[-\s]?(?:{IMPEDANCE})|"
    r"(?<![^\W_])z_?th(?:_?j[ca]|ja|jc)?(?![^\W_])|(?:声|聲|音響|热|熱|机械|機械|力学|光学|波)\s?(?:阻抗|インピーダンス)",
    re.IGNORECASE,
)
"""Impedances of other fields."""
NEUTRAL_WORDS = (
    "a above ac absolute aged ageing aging air all an and anode anodic anodes antenna are area as at batteries battery "
    "before after during under bio blocking bode body boundaries boundary bulk button by cable calibrated capacitor "
    "capacitors carbon cathode cathodic cathodes cell cells cellular ceramic charge charged charging characteristic "
    "chamber circuit coated coating coil coin cold combined complete complex composite contact copper corrosion "
    "corroded counter coupon current cycle cycled cycles cycling data day days dc degraded delaminated device devices "
    "different diffusion discharge discharged discharging distribution double dry dummy dynamic edlc eis elec electric "
    "electrical electro electrochem electrochemical electrode electrodes electrolyser electrolyzer electrolyte "
    "electronic ex experimental external faradaic faradic fiber fibre film final first foil for formation fourth "
    "freq frequency fresh from fruit fuel full galvano galvanodynamic galvanostatic garnet geis glass gold good grain "
    "graphite half halfcell halide high highest his hot hour hours hybrid impedance in initial inner input insertion "
    "insitu intercalation interface interfacial interphase internal ion ionic is its last layer lead li line lines "
    "liquid lithium lithiated load local long loop loudspeaker low lowest magnesium magnitude material measure "
    "measured "
    "measurement measurements measuring membrane membranes metal microelectrode mid middle mixed module modulus "
    "multi my "
    "negative neural new night nonblocking nyquist ocv of old on open operando operation our output overall overnight "
    "oxide pack particle passivated path pellet pemfc peis phase plant plating plot polarisation polarization polymer "
    "polymeric porous positive post potential potentio potentiodynamic potentiostatic pouch powder pressed "
    "pressure pretest "
    "pristine probe protonic raw real repeat repeated rest room run salt sample samples second sei sensor "
    "separator series short silicon silver single sintered situ skin sodium sofc solid some source speaker specimen "
    "spectra spectral spectrum stack stage standard starting state static steel step storage stripping sulfide "
    "sulphide "
    "supercapacitor symmetric symmetrical system temp temperature terminal test tested the their then thick thin third "
    "this three tissue to total tracked transmission treated two type typical variable voltage warburg wet wire "
    "wired with without working zinc chg dis day1 cell's mea elektrische elektrischen elektrischer elektrochemische "
    "elektrochemischen elektrochemischer elektrochemisches komplexe komplexen komplexer gesamte gemessene gemessenen "
    "die der das den dem des und mit von fur ohne nach vor bei zelle zellen probe elektroden elektrode "
    "electrochimique electrique complexe totale mesuree mesure l d une la le les du de et avec pour "
    "electroquimica compleja una el los del con para complessa elettrochimica elektrisk elektrokemisk komplex "
    "uppmatt complexe gemeten elektrochemische totale"
)
NEUTRAL = frozenset(NEUTRAL_WORDS.split())
"""Words before `impedance` that leave it the electrical one of a cell, in lower case without accents."""
NAMED = regex(r"\W*(?:name|title|label)\s*[:=]", re.IGNORECASE)
VALUE = regex(r"\s*(?:\([^)]*\)|\[[^\]]*\])?\s*[:=,;\t]?\s*(?:of|is|at)?\s*[<>~≈]?\s*\d")
"""A number behind an impedance: it is a setting, or a property of the instrument."""
CHARGE = frozenset({"charge", "electron", "ion", "mass", "ladungs"})
"""What makes of a transfer impedance the one of an electrode."""

END = r"(?:\s+(?:of|from|for|with|by|in|using|to|at|von|mit|aus|de|di|cell|sample|no\.?|nr\.?|#|\d|\(|\[|[-–]\s).*)?"
WHAT = (
    r"(?:[\s_-]+(?:results?|data|curves?|lines?|spectr\w*|values?|impedan\w*|eis|outputs?|responses?|points?|"
    r"measurements?|nyquist|bode|plots?|"
    r"z|predictions?|cells?|sheet|table|ergebnis\w*|daten|werte))*"
)
KRONIG = (
    rf"{made.KRONIG}[-\s]*"
    r"(?:transform\w*|fit\w*|reconstruct\w*|model\w*|consistent|extrapolat\w*|smooth\w*)"
)
FROM = (
    r"(?:(?:equivalent|electrical|circuit|ecm|eec|best|cnls|nlls|least[-\s]squares|zview|z-?fit|"
    r"physics[-\s]based|p2d|transmission[-\s]line|"
    r"randles|drt|kk|fit|fitting|kramers[-\s]kronig|linear|data|spectrum|spectra|impedance|eis|result|all|the|"
    r"complex|gefittete?|numerical|analytical|z|nyquist|bode|spectre|espectro|spettro|spektrum|courbe|curva|kurve|"
    r"valeurs|valores|valori|werte|donnees|datos|dati|кривая|курва)[\s_-]+){0,3}"
)
ESTIMATES = (
    r"(?:relative\s+|absolute\s+|sample\s+|standard\s+|one\s+|1\s?)?(?:sd|std\.?(?:\s*dev\w*\.?)?|stdev|errors?|"
    r"uncertaint\w+|residu\w*|deviations?|abweichung\w*|sem|sigma|"
    r"variance|rsd|cv|"
    r"(?:lower|upper)(?:\s+(?:bound|limit|band|envelope|ci|95\s?%?))?|ci|confidence\s+\w+|"
    r"(?:confidence|error|uncertainty)\s+(?:band|bars?|limits?|interval)s?|envelope|quantiles?|percentiles?|q\d\d?)"
)
TURNED = (
    r".*\bminus\s+(?!electrode\b|pole\b|terminal\b|\d|sign\b)[a-z].*|.*\bdifference\s+spectr\w+.*|(?:relative|"
    r"percent\w*)\s+(?:change|increase|decrease|growth)\b.*|"
    r"changes?\s+(?:of|in)\s+(?:the\s+)?(?:impedance|z)\b.*|.*\b(?:r_?[0s]|ohmic\s+\w+|background|baseline|"
    r"electrolyte\s+resistance|ir[-\s]drop)\s+(?:subtracted|removed)|"
    r"(?:cole[-\s]cole|model|fit(?:ted|ting)?|circuit|ecm|havriliak\w*(?:[-\s]negami)?)\s+param\w*.*"
)
NUMBERS = regex(
    rf"\W*(?:(?:{FROM})(?:{made.MADE}){WHAT}{END}|{KRONIG}{WHAT}{END}|z-?hit(?:{WHAT}|\s.*)|{ESTIMATES}|{made.DEVIATION}|{TURNED})\W*",
    re.IGNORECASE,
)
"""A title of numbers that were computed."""
LATER = regex(
    r"fit(?:s|ted|ting)?\b[^:=]*[:=]|\b(?:range|limits?|quality|error|chi|window|ok|done|later|todo|file|by\s+hand)\b",
    re.IGNORECASE,
)
"""What is told about a fit, not by it."""
INSTRUMENT = regex(
    r"\W*model(?:[\s_-]*(?:no\.?|nr\.?|number|name|id|#|[a-z]{1,4}[-\s]?\d|\d\d)|\s+(?:electrode|cell|system|anode|"
    r"cathode|battery|material)\b)",
    re.IGNORECASE,
)
KEYED = regex(
    r"^\W*(?:quantity|measured|values|y|data(?:\s+type)?|y(?:-?axis)?|type|content|kind|source|origin|status|"
    r"what|title|sheet|"
    r"table|messgroße|art)\s*[:=]\s*(?P<what>.+)$",
    re.IGNORECASE,
)
IN_PARALLEL = regex(
    r"equiv\w*\.?\s+parallel|parallel\s+(?:equiv\w*|mode|model|circuit|representation|values?|components?|r\b|"
    r"resistance|rp\b)|"
    r"(?:circuit|mode|model|equivalent|equiv\.?|representation|form)\s*(?:[:=]|is|,|;|"
    r"\t)?\s*parallel(?!\s*(?:plate|with|to|port))\b",
    re.IGNORECASE,
)
ELSEWHERE = regex(
    r"(?<![^\W_])(?:(?:ng|lt|h|p)?spice\b.*(?:\bv|\bi)\(|v\([\w,+-]+\)(?!\s*/\s*i)|"
    r"(?:of|electric|complex)\s+modulus|z\s*[x×*·]\s*(?:area|a\b|s\b)|area[-\s]specific|areal|specific\s+impedan\w*|"
    r"(?:current|voltage|photocurrent|photovoltage|pressure|velocity|force)\s+(?:response|spectrum|amplitude)\b)",
    re.IGNORECASE,
)
HEADS = (
    r"stiffness|mass|mobility|inertance|accelerance|receptance|compliance|creep|relaxation\s+modulus|modul(?:us|"
    r"i)|viscosity|"
    r"absorption|coefficient|velocity|speed|acceleration|displacement|deflection|strain|stress|torque|force|"
    r"margin|response|"
    r"function|coherence|noise|susceptibility|permeability|permittivity|magneti[sz]ation|polari[sz]ability|"
    r"birefringence|"
    r"rotation|ellipticity|index|reflectance|reflectivity|absorbance|transmittance|transmissibility|emissivity|"
    r"luminance|"
    r"fluorescence|efficiency|diffusivity|flow|flux|oscillations?|fluctuations?|power|intensity|conductance|"
    r"susceptance|"
    r"admittance|entropy|enthalpy|humidity|concentration|vswr|gain|attenuation|loss(?:es)?|ratio|scattering|"
    r"amplification|"
    r"sensitivity|distribution|(?:loss|power|quality|dissipation)\s+factor|sound\s+pressure|blood\s+\w+|"
    r"heart\s+\w+|relaxation\s+times|(?:cross|auto|power|"
    r"noise|raman|optical|mass|absorption|"
    r"emission|acoustic|sound|"
    r"vibration)\s+spectr\w+|spectral\s+density|inductance|capacitance|resistivity"
)
QUANTITY = regex(
    rf"\W*(?:(?!(?:after|before|during|under|at|with|without|no|low|high|eis|"
    rf"impedance)\b)[^\W\d_][\w-]*\s+){{0,3}}(?:{HEADS})"
    r"(?:\s+(?:of|from|for|von|de|in)\s+.*|\s*[,(\[;].*|\s+-\s+.*|\s+(?:measurements?|data|spectr\w+|curve|test|"
    r"results?)|\s+\d+)?\W*",
    re.IGNORECASE,
)
"""A title that names a quantity of physics, which columns that say nothing of themselves need not be Z beside."""
SCALED = regex(r"(?:log\w*\s+of\b|(?:relative|normali[sz]ed|reduced)\s+impedan[cz])", re.IGNORECASE)
"""How the name of a file of logarithms or of quotients begins."""
SETTING = regex(r"[-+−~]?\d")
"""How what stands beside a title begins: a number."""
SPEAKS = regex(
    rf"(?<![^\W_])(?:{IMPEDANCE}|z|spectr\w*|response|re|im|real|imag\w*|values?|data|amplitude)(?![^\W_])",
    re.IGNORECASE,
)
BRACKETS = regex(r"[(\[](?P<unit>[^()\[\]]{1,16})[)\]]\s*$")
SYMBOL = (
    r"(?:da|[µumkMGcdhnp])?(?:Pa|N|m|s|sec|g|K|W|J|T|V|A|l|L|mol|H2O|cmH2O|mmHg|dyne?s?|[Rr]ayls?|°C|sq|rad|S|F|"
    r"H|C|B|eV|bar)"
    r"(?:\^?[-−+]?\d|[⁻⁺]?[¹²³⁴⁵])?"
)
EXPRESSION = regex(rf"(?:{SYMBOL})(?:\s?[/·*.\s]\s?(?:{SYMBOL})){{1,3}}|[Rr]ayls?|cmH2O\S*|mmHg\S*")
"""A unit that is made of others."""
GOOD_KINDS = frozenset({"Ohm", "area", "Hz", "angle", "rad/s", "mHz or MHz", "s", "°C", "K", "%", "1/s"})


def claim_of(text: str, *, plain: int, of_circuit: bool) -> Claim | None:
    """What a line around a table claims of its numbers, None where that is nothing against a measured impedance.

    `plain` tells how plainly the columns say that they are an impedance (2: in ohm), `of_circuit` that they are named
    as the parts of a circuit in series or in parallel: R and X.
    """
    if (found := FIELDS.search(text)) is not None and (NAMED.match(text) or not ABOUT.search(text)):
        return Claim(found[0].strip(), FIELD)
    cells = [part.strip() for part in PARTS.split(text) if part.strip()]
    if claim := next(filter(None, map(of_numbers, [text, *phrases(cells, text)])), None):
        return claim
    if of_circuit and (found := IN_PARALLEL.search(text)) is not None:
        return Claim(found[0], PARALLEL)
    if plain == IN_OHM:
        return None
    if plain == 0 and (named := next(filter(QUANTITY.fullmatch, phrases(cells, text)), None)) is not None:
        return Claim(named, OTHER)
    if ABOUT.search(text):
        return None
    if (found := ELSEWHERE.search(text)) is not None:
        return Claim(found[0], OTHER)
    return of_other_unit(text) or of_unknown_field(text)


def of_numbers(phrase: str) -> Claim | None:
    """The claim of a title that its numbers were computed, or are those of a standard."""
    told = NUMBERS.fullmatch(phrase) or made.is_computed(phrase)
    if told and not LATER.search(phrase) and not INSTRUMENT.match(phrase):
        return Claim(phrase.strip(), COMPUTED)
    return Claim(phrase.strip(), STANDARD) if made.is_standard(phrase) else None


def claim_of_name(stem: str) -> Claim | None:
    """What the name of a file claims of columns that say nothing of themselves."""
    text = " ".join(word for word in re.split(r"[\s_.+-]+", stem) if not word.isdigit())
    if found := FIELDS.search(text):
        return Claim(found[0], FIELD)
    if QUANTITY.fullmatch(text) or SCALED.match(text):
        return Claim(text, OTHER)
    return Claim(text, COMPUTED) if NUMBERS.fullmatch(text) and not INSTRUMENT.match(text) else None


def phrases(cells: list[str], text: str) -> list[str]:
    """The texts that may be titles: a line of one part, or what stands behind a key such as `type`."""
    key = KEYED.match(text) or (KEYED.match(": ".join(cells)) if len(cells) == len("kv") else None)
    if key is not None:
        return [key["what"].strip()]
    settings = bool(cells) and all(SETTING.match(cell) for cell in cells[1:])
    if not settings or len(text.split()) > LONGEST or (len(cells) > 1 and cells[0].lower().endswith("model")):
        return []
    if ABOUT.search(text) and " minus " not in text:
        return []
    return [cells[0]]


def of_other_unit(text: str) -> Claim | None:
    """The claim of a title that ends with a unit that no impedance has: Airway impedance (cmH2O s/L)."""
    if not SPEAKS.search(text):
        return None
    bracketed = BRACKETS.search(text) or re.search(r"[(\[](?P<unit>[^()\[\]]{1,16})[)\]]", text)
    if bracketed is not None:
        told = bracketed["unit"].strip()
        unit = unit_of(told)
        if EXPRESSION.fullmatch(told) and (unit is None or unit[0] not in GOOD_KINDS):
            return Claim(told, OTHER)
        return Claim(told, OTHER) if unit is not None and unit[0] in ("V", "A", "MPa", "other") else None
    words = text.split()
    for count in (3, 2, 1):
        told = " ".join(words[-count:])
        if (
            count < len(words)
            and EXPRESSION.fullmatch(told)
            and unit_of(told) is None
            and not is_setting(words[:-count])
        ):
            return Claim(told, OTHER)
    return None


def is_setting(words: list[str]) -> bool:
    """True where a number stands before a unit."""
    return words[-1][-1:].isdigit()


def of_unknown_field(text: str) -> Claim | None:
    """The claim of a word before `impedance` that is none of electrochemistry: Surface impedance."""
    for found in BEFORE.finditer(text):
        word = found["word"].rstrip("'’")
        parts = [part for part in re.split(r"[-_'’]", word) if part]
        last = parts[-1].lower() if parts else ""
        if VALUE.match(text, found.end()):
            continue
        far = (found["far"] or "").lower()
        if last == "transfer" and far not in CHARGE and parts[0].lower() not in CHARGE:
            return Claim(found[0].strip(), FIELD)
        if last in NEUTRAL or last == "transfer" or is_label(word) or word.lower().endswith(("'s", "’s")):
            continue
        return Claim(f"{found['word']} impedance", FIELD)
    return None


def is_label(word: str) -> bool:
    """True for a formula, an abbreviation or a numbered sample: LLZO, NMC622, cell3."""
    return any(map(str.isdigit, word)) or sum(map(str.isupper, word)) > 1 or len(word) < len("abc")
