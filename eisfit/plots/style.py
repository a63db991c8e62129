"""The look of every figure, from one style file that a user can copy and change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import style as mpl_style
from matplotlib.colors import to_hex

from eisfit.errors import OptionError
from eisfit.files import reason, text_of
from eisfit.regular import regex

STYLE = Path(__file__).with_name("eisfit.mplstyle")
"""The style file that ships with the package."""

LOOKS = regex(
    r"font\..*|mathtext\.(rm|it|bf|bfit|sf|tt|cal|fontset|default|fallback)|axes\.prop_cycle|image\.cmap|"
    r".*(color|colors|size|width|weight|alpha|cap|pad|direction|linestyle|marker)"
)
"""What a user's style file may set: fonts, colours, sizes."""
COLOURS = regex(r"""cycler\(\s*(color\s*=|["']color["']\s*,)\s*\[[\s\w#"',.]*\]\s*\)""")
"""How the colours of a style file are written: as a list of texts, which is not evaluated."""

LEAST_COLOURS = 7
"""A figure takes so many."""

NUMBER = regex(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|nan|inf|-inf")
LARGEST = 1200
"""Of the numbers in a style file: a resolution in dots per inch."""

ALARM = "#C00000"
"""Colour of what a reader must not miss: shorts, failures."""

QUIET = "#8A8A8A"
"""Colour of what only helps: baselines, masked points, notes."""


@contextmanager
def style(extra: str | Path | None = None) -> Iterator[None]:
    """The style of eisfit, and over it a style file of the user's; a matplotlibrc has no say and is left as it was.

    Raises OptionError where the user's file cannot be used.
    """
    with mpl_style.context(["default", str(STYLE)]):
        if extra is not None:
            _lay_over(extra)
        yield


def _lay_over(extra: str | Path) -> None:
    """Lay fonts, colours and sizes of a file over the style. Nothing else of it: no TeX, no paths, no backends."""
    own = dict(_settings(STYLE.read_text(encoding="utf-8")))
    try:
        stated = dict(_settings(text_of(Path(extra))))
        for key, value in stated.items():
            if key not in own and not LOOKS.fullmatch(key):
                raise ValueError(f"it sets {key}, and a style sets fonts, colours and sizes only")
            if NUMBER.fullmatch(value) and not 0 <= float(value) <= LARGEST:
                raise ValueError(f"{key} is a number from 0 to {LARGEST}")
            if key == "axes.prop_cycle" and not COLOURS.fullmatch(value):
                raise ValueError('axes.prop_cycle is written cycler("color", ["000000", "D55E00"])')
        parameters: Any = matplotlib.rcParams
        parameters.update(stated)
    except OSError as error:
        raise OptionError(f"the style file {extra} cannot be used: {reason(error)}") from None
    except ValueError as error:
        raise OptionError(f"the style file {extra} cannot be used: {error}") from None


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """The `key: value` lines of a style file. Raises ValueError for any other."""
    for number, line in enumerate(text.splitlines(), start=1):
        plain = re.sub(r"(^|\s)#.*", "", line).strip()
        key, colon, value = (part.strip() for part in plain.partition(":"))
        if plain and not (colon and key):
            raise ValueError(f"line {number} is no `key: value`")
        if plain:
            yield key, value if key == "axes.prop_cycle" else value.strip('"')


def palette() -> list[str]:
    """The colours of the current style, in order, again from the first where the style has few."""
    cycle: Any = matplotlib.rcParams["axes.prop_cycle"]
    colors = [to_hex(entry["color"]) for entry in cycle]
    return colors * -(-LEAST_COLOURS // len(colors))
