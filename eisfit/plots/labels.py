"""Names as a reader of papers expects them: R_SE,bulk with its subscript, by mathtext."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import matplotlib
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from eisfit.circuit import Circuit
from eisfit.fitting.result import SeriesFit
from eisfit.plots.symbols import Run, runs
from eisfit.tree import Leaf

FONT = "DejaVu Sans"
"""The font of the style file; it comes with matplotlib."""
EAST_ASIAN = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR", "Source Han Sans SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei", "SimHei", "PingFang SC", "PingFang HK",
    "Hiragino Sans GB", "Hiragino Sans", "Yu Gothic", "Meiryo", "Malgun Gothic", "Apple SD Gothic Neo",
)  # fmt: skip
"""Fonts that systems come with, looked for where a name holds letters that ours does not have."""


def subscripted(symbol: str, label: str) -> str:
    """Mathtext of a symbol with a subscript, digits and words upright."""
    body = symbol if len(symbol) == 1 else r"\sigma" if symbol == "sigma" else rf"\mathrm{{{symbol}}}"
    return rf"${body}_\mathrm{{{_escaped(label)}}}$" if label else f"${body}$"


def role_symbol(name: str) -> str:
    """Mathtext of a role or a parameter by its name alone: R_SE_bulk is R with the subscript SE,bulk."""
    name = "sigma_SE" if name == "sigma_SE_total" else name
    head, _, tail = name.partition("_")
    if not tail and (match := re.fullmatch(r"([A-Za-z]+)(\d+)", head)):
        return subscripted(match[1], match[2])
    return subscripted(head, tail.replace("_", ","))


PRINTED = {"Kramers-Kronig": "Kramers–Kronig", " ohm ": " Ω ", " ohm;": " Ω;", " ohm,": " Ω,", "chi2": "χ²"}
"""What terminal and tables write in plain letters."""
NAMED = re.compile(r"(?<![\w/.\\-])(?:(?:[RQCLZn]|sigma)_([A-Za-z]+)|([RQCL]\d{1,2}))(_bulk|_total|_n)?(?!\w|\.\w)")
"""Names of roles and parameters within a sentence."""


def spoken(text: str) -> Iterator[Run]:
    """A sentence as it is printed: names of quantities (R_GB, Q_dl_n) as symbols, units and names with their signs."""
    end = 0
    for match in NAMED.finditer(text):
        yield Run(_printed(text[end : match.start()]))
        label, numbered, more = match.groups()
        yield from runs(subscripted("n", label or numbered) if more == "_n" else role_symbol(match[0]))
        end = match.end()
    yield Run(_printed(text[end:]))


def _printed(text: str) -> str:
    for written, printed in PRINTED.items():
        text = text.replace(written, printed)
    return text


def circuit_symbols(circuit: Circuit) -> str:
    """The text of a circuit in Boukamp's notation with mathtext for its elements."""
    labelled = re.compile(r"([A-Z][a-z]*)(?:_\{([^{}]*)\}|(\d+))")
    return labelled.sub(lambda m: subscripted(m[1], m[2] or m[3]), str(circuit))


def described_symbols(fits: SeriesFit) -> str:
    """The same of every circuit of a series, with the number of its spectra where there are several."""
    texts = [str(circuit) for circuit in fits.circuit_of]
    counts = [f" ({texts.count(str(circuit))})" if len(fits.circuits) > 1 else "" for circuit in fits.circuits]
    return "; ".join(circuit_symbols(c) + count for c, count in zip(fits.circuits, counts, strict=True))


def parameter_symbols(circuit: Circuit) -> dict[str, str]:
    """Mathtext of every parameter by its name: Q_GB_n is n with the subscript GB."""
    return {
        name: subscripted(leaf.element.symbol if k == 0 else leaf.element.params[k].name, _tag(leaf, k))
        for leaf in circuit.root.leaves()
        for k, name in enumerate(leaf.names)
    }


def symbols_of(fits: SeriesFit) -> dict[str, str]:
    """Mathtext of every parameter of a series of fits, whatever circuit it is of."""
    out = parameter_symbols(fits.circuit)
    for part in fits.parts:
        for k, symbol in enumerate(parameter_symbols(part.fits.circuit).values()):
            out.setdefault(fits.names[part.columns[k]], symbol)
    return out


def flag_words(name: str) -> str:
    """A flag as words: soft short, unresolved R_GB, Kramers–Kronig fail."""
    stem, role, of = name.partition("_R_")
    return f"{stem.replace('kk_', 'Kramers–Kronig ').replace('_', ' ')}{role.replace('_', ' ', 1)}{of}"


def _tag(leaf: Leaf, k: int) -> str:
    """The subscript: the label; behind a number the symbol stands too, since n of Q1 and of La1 are two things."""
    return f"{leaf.element.symbol}{leaf.label}" if k and (leaf.label.isdigit() or not leaf.label) else leaf.label


_MATHTEXT = {c: f"\\{c}" for c in "$%_{}"} | dict(zip(" \\^~\"'`#", "~∖ˆ∼″’‘♯", strict=True))
"""Signs that mean something to mathtext, as it can show them."""


def _escaped(text: str) -> str:
    return "".join(_MATHTEXT.get(c, c) for c in shown(text))


def shown(text: str) -> str:
    """The text with the Unicode number, [7535], of what no font can show (Chinese without one), and of signs that move
    or hide text."""
    if text.isascii() and text.isprintable():
        return text
    known = families(text)
    return "".join((c if _has_glyph(c, known) else f"[{ord(c):04X}]") if c.isprintable() else _said(c) for c in text)


def _said(character: str) -> str:
    """A blank for a blank of any kind, else the number of the character."""
    return " " if character.isspace() or character in "\x1c\x1d\x1e\x1f" else f"[{ord(character):04X}]"


def families(text: str) -> tuple[str, ...]:
    """The fonts that a text is set in: those of the style, ours, and where these lack a letter those of the machine."""
    own = tuple(dict.fromkeys((*map(str, matplotlib.rcParams["font.family"]), FONT)))
    if text.isascii() or all(_has_glyph(c, own) for c in set(text) if c.isprintable()):
        return own
    return own + _installed()


@lru_cache(maxsize=1)
def _installed() -> tuple[str, ...]:
    """Fonts of East Asia that this machine has."""
    there = {font.name for font in fontManager.ttflist}
    return tuple(name for name in EAST_ASIAN if name in there)


@lru_cache(maxsize=4096)
def _has_glyph(character: str, known: tuple[str, ...]) -> bool:
    fonts = (get_font(findfont(FontProperties(family=[name]))) for name in known)
    return any(font.get_char_index(ord(character)) for font in fonts)
