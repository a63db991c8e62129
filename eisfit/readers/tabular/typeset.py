"""Names of columns in LaTeX, HTML and signs of mathematics, in plain letters: `$Z'$ / $\\Omega$`, `Z (&Omega;)`."""

from __future__ import annotations

import html
import re
import unicodedata

from eisfit.regular import regex

COMMANDS = {
    "Omega": "Ω", "ohm": "Ω", "omega": "ω", "hertz": "Hz", "kilo": "k", "mega": "M", "milli": "m", "micro": "µ",
    "degree": "°", "circ": "°", "celsius": "°C", "prime": "'", "Re": "Re ", "Im": "Im ", "theta": "θ", "vartheta": "θ",
    "phi": "φ", "varphi": "φ", "nu": "ν", "mu": "µ", "sigma": "σ", "pi": "π", "cdot": "·", "times": "×", "log": "log",
    "epsilon": "ε", "varepsilon": "ε", "lvert": "|", "rvert": "|", "vert": "|", "mid": "|", "angle": "∠", "left": "",
    "right": "", "mathrm": "", "mathit": "", "mathfrak": "", "mathbf": "", "mathsf": "", "text": "", "textrm": "",
    "textit": "", "operatorname": "", "rm": "", "it": "", "si": "", "unit": "", "quad": " ", "per": "/",
    "radian": "rad", "second": "s", "siemens": "S", "farad": "F", "volt": "V", "ampere": "A", "square": "^2",
    "centi": "c",
    "meter": "m", "centimeter": "cm", "metre": "m",
}  # fmt: skip
"""What commands of LaTeX stand for; those of fonts for nothing."""
COMMAND = regex(r"\\([A-Za-z]+)")
SPACES = regex(r"\\[,;:! ]|~")
RAISED = regex(r"\^\s*\{?\s*([°']+)\s*\}?")
"""Primes and the sign of degrees are raised."""
LOWERED = regex(r"_\s*\{([^{}]*)\}")
BRACES = regex(r"\{([^{}]*)\}")
LETTERS = str.maketrans({"ℜ": "Re", "ℑ": "Im", "ϑ": "θ", "ϕ": "φ", "ℓ": "l", "⌀": ""})
MATHEMATICAL = regex("[\U0001d400-\U0001d7ff]+")
"""Italic, bold and other letters of formulas."""


def plain_letters(text: str) -> str:
    """A name or a unit without the marks of LaTeX and HTML: `$Z_{re}$ [$\\Omega$]` becomes `Z_re [Ω]`."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if "$" in text or "\\" in text:
        text = from_latex(text)
    if text.isascii():
        return text
    text = MATHEMATICAL.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return text.translate(LETTERS)


def from_latex(text: str) -> str:
    """A text without the commands, braces and dollars of LaTeX; commands that are not known stay."""
    text = SPACES.sub(" ", text.replace("\\%", "%").replace("\\|", "|"))
    text = COMMAND.sub(lambda found: COMMANDS.get(found[1], found[0]), text).replace("$", "")
    text = RAISED.sub(r"\1", text)
    before = ""
    while text != before:
        before = text
        text = LOWERED.sub(r"_\1", text)
        text = BRACES.sub(r"\1", text)
    return re.sub(r"\b(Re|Im) (?=\()", r"\1", RAISED.sub(r"\1", text)).strip()
