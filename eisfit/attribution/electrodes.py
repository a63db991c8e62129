"""Which electrode an arc of a half cell belongs to, from symmetric cells of its electrodes.

In a symmetric cell A|electrolyte|A two equal interfaces stand in series: twice the resistance and half the capacitance
of one, the time constant of one. The electrolyte's arcs have the same time constant in every cell. So an arc of the
half cell A|electrolyte|B is looked for in A|A and in B|B, by the windows of its apex frequency and of its capacitance
(per area and interface, or as a process through the electrolyte, whichever is nearer):

    seen    windows no further apart than `same`, a factor of three: what differs between cells made alike
    absent  windows further apart than `other`, a factor of ten: arcs that far apart stand apart in a spectrum; or an
            arc there, of another capacitance, that brings less than MINOR of the half cell's
    open    between, or where the symmetric cell could not have shown it

Seen in one and absent in the other: it belongs to that electrode. Seen in both: shared, by the electrolyte or by both
electrodes, unless one of them brings less than MINOR of it. After the comparison of symmetric cells in Cao et al.,
Adv. Mater. 34 (2022) 2200401, figures S8 and S9. Tolerances are ours; the first is that of the table of capacitances.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from eisfit.attribution.values import ABSENT, OPEN, SEEN, SHARED, UNTOLD, Attributed, Attribution, Match
from eisfit.attribution.windows import Located, Window, apart, locate
from eisfit.errors import OptionError
from eisfit.spectrum import Cell
from eisfit.study import Study

SAME, OTHER = 3.0, 10.0
"""Factors between windows below which arcs are the same process, above which they are not."""
MINOR = 0.1
"""Share of an arc below which an electrode is said not to make it."""
ALIKE = 1.5
"""Factor within which an arc of the electrolyte has one resistance in all cells, for their geometry."""
WORST = 3.0
"""Percent of misfit above which the fits of a symmetric cell do not tell what is absent."""


class _Symmetric(NamedTuple):
    """A symmetric cell: electrode, arcs, lowest and highest frequency of every spectrum, misfit in %, geometry."""

    electrode: str
    arcs: tuple[Located, ...]
    band: tuple[float, float]
    misfit: float
    cell: Cell


class _Rules(NamedTuple):
    """The two factors, and the geometry of the half cell."""

    same: float
    other: float
    cell: Cell


def attribute(
    half: Study, symmetric: Mapping[str, Study], *, same: float = SAME, other: float = OTHER, name: str = ""
) -> Attribution:
    """Say of every arc of a half cell which electrode it belongs to.

    symmetric: electrode -> study of its symmetric cell, one or two; same, other: the factors above. Raises OptionError.

    >>> import numpy as np, eisfit as ef
    >>> f = np.logspace(6, -1, 50)                                   # Hz
    >>> half = {"R1": 20, "R2": 30, "Q1": 1e-6, "Q1_n": 0.9, "R3": 60, "Q2": 2e-3, "Q2_n": 0.85}
    >>> anodes = {"R1": 20, "R2": 120, "Q1": 1e-3, "Q1_n": 0.85}     # two like electrodes: 2 R, C / 2
    >>> cathodes = {"R1": 20, "R2": 60, "Q1": 5e-7, "Q1_n": 0.9}
    >>> def study(circuit, values):
    ...     return ef.analyse([ef.simulate(circuit, f, values, noise=0.003, seed=1)], circuit=circuit, axis="index")
    >>> symmetric = {"anode": study("R(RQ)", anodes), "cathode": study("R(RQ)", cathodes)}
    >>> [arc.belongs for arc in ef.attribute(study("R(RQ)(RQ)", half), symmetric).arcs]
    ['cathode', 'anode']
    """
    if not 1 <= len(symmetric) <= 2:
        raise OptionError(f"a half cell has two electrodes: give one or two symmetric cells, not {len(symmetric)}")
    if not 1 <= same < other:
        raise OptionError(f"the factors must be 1 <= same < other, not same {same:g}, other {other:g}")
    cells = [_symmetric(electrode, study) for electrode, study in symmetric.items()]
    rules = _Rules(same, other, half.series.cell)
    arcs = tuple(_attributed(arc, cells, rules) for arc in locate(half))
    return Attribution(name or half.series.cell.name or "half cell", tuple(symmetric), arcs)


def _symmetric(electrode: str, study: Study) -> _Symmetric:
    used = [s.frequency[s.used] for s in study.series if s.used.any()]
    band = max((float(f.min()) for f in used), default=np.inf), min((float(f.max()) for f in used), default=0.0)
    return _Symmetric(electrode, locate(study), band, float(np.nanmedian(study.fits.rms_percent)), study.series.cell)


def _attributed(arc: Located, cells: Sequence[_Symmetric], rules: _Rules) -> Attributed:
    matches = tuple(_match(arc, cell, rules) for cell in cells)
    belongs, why = _verdict(arc, matches)
    where = f"{_range(arc.frequency, 'Hz')}, {_range(arc.capacitance, 'F')}"
    told = "; ".join(match.why for match in matches)
    head = {SHARED: "is shared", UNTOLD: "cannot be attributed"}.get(belongs, f"belongs to {belongs}")
    return Attributed(arc, belongs, matches, f"{arc.role} ({where}) {head}: {told}. {why}".strip())


def _match(arc: Located, cell: _Symmetric, rules: _Rules) -> Match:
    """Look for an arc in one symmetric cell."""
    compared = [(apart(arc.frequency, c.frequency), _factor_c(arc, c, cell.cell, rules.cell), c) for c in cell.arcs]
    if not compared:
        return Match(cell.electrode, *_unseen(arc, cell), None, np.nan, np.nan, np.nan)
    f, c, nearest = min(compared, key=lambda found: found[:2])
    half = nearest.resistance.middle * _area_ratio(cell.cell, rules.cell) / 2
    if f > rules.other:
        return Match(cell.electrode, *_unseen(arc, cell), nearest, f, c, half)
    state, why = OPEN, _doubt(f, c, rules)
    share = f"half of it is {half:.3g} of {arc.resistance.middle:.3g} ohm"
    if max(f, c) <= rules.same:
        state, why = SEEN, share
    elif half < MINOR * arc.resistance.middle:
        state, why = ABSENT, f"too small: {share}"
    places = f"{_range(nearest.frequency, 'Hz')}, {_range(nearest.capacitance, 'F')}"
    return Match(cell.electrode, state, f"{cell.electrode} has {nearest.role} at {places}, {why}", nearest, f, c, half)


def _doubt(f: float, c: float, rules: _Rules) -> str:
    """Why an arc that is neither near nor far leaves it open."""
    if f <= rules.same:
        return f"in the same window, but with a capacitance a factor of {c:.2g} away"
    return f"a factor of {f:.2g} away in frequency, too little to be another process"


def _unseen(arc: Located, cell: _Symmetric) -> tuple[str, str]:
    """Absent, or open where the cell could not have shown the arc."""
    low, high = cell.band
    if arc.frequency.low < low or arc.frequency.high > high:
        return OPEN, f"the band of {cell.electrode}, {low:.3g} to {high:.3g} Hz, does not cover it"
    if not cell.misfit <= WORST:
        return OPEN, f"the fits of {cell.electrode} are off by {cell.misfit:.2g} % and prove no absence"
    return ABSENT, f"{cell.electrode} has no arc there"


def _factor_c(arc: Located, found: Located, cell: Cell, half: Cell) -> float:
    """Factor between the capacitances, per interface and area or through the thickness, whichever is smaller."""
    area = 1 / _area_ratio(cell, half)
    length = cell.thickness_um / half.thickness_um if cell.thickness_um and half.thickness_um else 1.0
    at_face, through = (found.capacitance.scaled(k * area) for k in (2.0, length))
    return min(apart(arc.capacitance, at_face), apart(arc.capacitance, through))


def _area_ratio(cell: Cell, half: Cell) -> float:
    """Area of a symmetric cell over that of the half cell, 1 where one of them is not known."""
    return cell.area_cm2 / half.area_cm2 if cell.area_cm2 and half.area_cm2 else 1.0


def _verdict(arc: Located, matches: Sequence[Match]) -> tuple[str, str]:
    """Where an arc belongs, and what is to be said beside the evidence."""
    seen = [m for m in matches if m.state == SEEN]
    if any(m.state == OPEN for m in matches):
        return UNTOLD, ""
    if len(matches) == 1:
        other = f"other than {matches[0].electrode}"
        if seen:
            return UNTOLD, "Whether the other electrode has it too, its symmetric cell would tell."
        return other, "Neither the electrolyte nor that electrode makes it: it is the other one."
    if not seen:
        return UNTOLD, "No symmetric cell shows it: their electrodes are in another state, or it is of this cell alone."
    return (seen[0].electrode, "") if len(seen) == 1 else _both(arc, seen)


def _both(arc: Located, seen: Sequence[Match]) -> tuple[str, str]:
    """An arc that both symmetric cells have."""
    total = sum(m.half for m in seen)
    more, less = sorted(seen, key=lambda m: -m.half)
    if less.half < MINOR * total:
        return more.electrode, f"{less.electrode} brings {100 * less.half / total:.0f} % of it."
    sum_ = f"The halves add up to {total:.3g} ohm, the half cell has {arc.resistance.middle:.3g}."
    if more.half <= ALIKE * less.half:
        return SHARED, f"Every cell has it alike, as an arc of the electrolyte or of electrodes that are alike. {sum_}"
    share = 100 * more.half / total
    return SHARED, f"Both electrodes make it, {more.electrode} {share:.0f} % of it. {sum_}"


def _range(w: Window, unit: str) -> str:
    return f"{w.low:.3g} to {w.high:.3g} {unit}"
