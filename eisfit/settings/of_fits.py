"""The options of a fit, declared once: keyword arguments of `fit`, `fit_batch` and `analyse`, and flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, TypedDict

from eisfit.settings.kinds import BOUNDS, NAMES, SWITCH, TIES, VALUES, choice
from eisfit.settings.option import ENGINE, MODEL, NOTHING, option

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class FormerKeywords(TypedDict, total=False):
    """Keywords by the names that they had before."""

    fixed: Mapping[str, float] | None
    bounds: Mapping[str, tuple[float, float]] | None
    tied: Mapping[str, str] | None
    shared: Sequence[str] | None


class FitKeywords(FormerKeywords, total=False):
    """The options of a fit: keyword arguments of `fit`, `fit_batch` and `analyse`."""

    weighting: Annotated[
        str | ArrayLike,
        option(
            choice("modulus", "proportional", "unit", "sigma", "estimated"),
            "weights of the points; modulus is 1/|Z measured|",
            '"modulus"',
            "--weighting",
            panel=ENGINE,
            default="modulus",
        ),
    ]
    start: Annotated[
        ArrayLike | Mapping[str, float] | None,
        option(
            VALUES,
            "where the search of a parameter starts, found from the data unless given; in Python also (P,) or (N, P)",
            "{ R_GB = 20 }",
            "--start",
            panel=ENGINE,
        ),
    ]
    fix: Annotated[
        Mapping[str, float],
        option(VALUES, "keep a parameter at a value", "{ Q_D_n = 0.5 }", "--fix", panel=MODEL, default=NOTHING),
    ]
    bound: Annotated[
        Mapping[str, tuple[float, float]],
        option(
            BOUNDS,
            "search a parameter between two values",
            "{ R_GB = [1, 100] }",
            "--bound",
            panel=MODEL,
            default=NOTHING,
        ),
    ]
    tie: Annotated[
        Mapping[str, str],
        option(
            TIES,
            "give a parameter the value of another, or of a formula such as R_Int=2*R_GB+5",
            '{ Q_Int_n = "Q_GB_n" }',
            "--tie",
            panel=MODEL,
            default=NOTHING,
        ),
    ]
    share: Annotated[
        Sequence[str],
        option(
            NAMES, "one value of this parameter for the whole series", '["Q_GB_n"]', "--share", panel=MODEL, default=()
        ),
    ]
    robust: Annotated[
        bool,
        option(
            SWITCH,
            "a few gross outliers do not move the answer",
            "true",
            "--robust/--no-robust",
            panel=ENGINE,
            default=False,
        ),
    ]
