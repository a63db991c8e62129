"""The look of every figure, from one style file that a user can copy and change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import style as mpl_style
from matplotlib.colors import to_hex

from eisfit.errors import OptionError

STYLE = Path(__file__).with_name("eisfit.mplstyle")
"""The style file that ships with the package."""

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
    try:
        mpl_style.use(str(extra))
    except (OSError, ValueError) as error:
        raise OptionError(f"the style file {extra} cannot be used: {error}") from None


def palette() -> list[str]:
    """The colours of the current style, in order."""
    cycle: Any = matplotlib.rcParams["axes.prop_cycle"]
    return [to_hex(entry["color"]) for entry in cycle]
