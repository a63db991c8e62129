"""What is found about the arcs of a half cell: which electrode each belongs to, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from eisfit.attribution.windows import Located, Window

if TYPE_CHECKING:
    import pandas as pd

SEEN, ABSENT, OPEN = "seen", "absent", "open"
SHARED, UNTOLD = "shared", "cannot be told"


class Match(NamedTuple):
    """An arc of the half cell looked for in one symmetric cell: seen, absent, or left open, and why.

    arc: the nearest arc there; factor_f, factor_C: the factors between the windows of apex frequency and capacitance,
    1 where they overlap; half: what one such electrode adds to the half cell, ohm. None and NaN where there is no arc.
    """

    electrode: str
    state: str
    why: str
    arc: Located | None
    factor_f: float
    factor_C: float
    half: float


class Attributed(NamedTuple):
    """One arc of the half cell: where it lies, to which electrode it belongs ("shared", "cannot be told"), and why."""

    arc: Located
    belongs: str
    matches: tuple[Match, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """Every arc of a half cell with its electrode. `cell` is the half cell, `electrodes` name the symmetric cells."""

    cell: str
    electrodes: tuple[str, ...]
    arcs: tuple[Attributed, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """One sentence per arc."""
        return tuple(one.sentence for one in self.arcs)

    def rows(self) -> Iterator[dict[str, Any]]:
        """The table, row by row: each arc in the half cell, then as it was found in each symmetric cell."""
        for one in self.arcs:
            yield _row(one.arc.role, self.cell, one.belongs, one.arc)
            for match in one.matches:
                yield _row(one.arc.role, match.electrode, match.state, match.arc, match)

    def table(self) -> pd.DataFrame:
        """The rows as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame(list(self.rows()))


def _row(role: str, cell: str, found: str, arc: Located | None, match: Match | None = None) -> dict[str, Any]:
    """An arc in one cell: what was found, then the numbers; None where there is no arc."""
    out: dict[str, Any] = {"arc": role, "cell": cell, "found": found, "nearest_arc": arc.role if arc else None}
    there = match if match and match.arc else None
    out |= {
        "factor_f": there.factor_f if there else None,
        "factor_C": there.factor_C if there else None,
        "share_ohm": there.half if there else None,
    }
    return out | _numbers(arc)


def _numbers(arc: Located | None) -> dict[str, Any]:
    """R, f and C of an arc: median, ends of the window, spread along the series as a factor, relative error in %."""
    out: dict[str, Any] = {"spectra": arc.spectra if arc else None}
    names = {"R": "ohm", "f": "Hz", "C": "F"}
    windows: list[Window | None] = [arc.resistance, arc.frequency, arc.capacitance] if arc else [None] * 3
    for (name, unit), w in zip(names.items(), windows, strict=True):
        out[f"{name}_{unit}"] = w.middle if w else None
        out[f"{name}_low_{unit}"] = w.low if w else None
        out[f"{name}_high_{unit}"] = w.high if w else None
        out[f"{name}_spread"] = w.spread if w else None
        out[f"{name}_error_percent"] = 100 * w.error if w else None
    return out
