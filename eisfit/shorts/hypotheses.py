"""What may have happened to a cell between a baseline and a spectrum: each a prior on the sizes of its changes.

A hypothesis states standard deviations. All share the same parameters, see `cell_model`; what a hypothesis does not
name has the small ones of a quiet cell. Adding an explanation is adding a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Where = Literal["", "whole", "electrolyte", "front", "grain"]
STRONG = {"face_R": 1.2, "face_C": 0.5}
AREA = {"area": 0.4, "series": 0.06}
HEAT = {"heat": 0.8}


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One explanation: name, its words, prior weight, standard deviations of sizes.

    heat: in units of 10 K; area: ln of the contact area; series: resistance in series over that at the highest
    frequencies; scale: ln of everything; drift: ln of the gain from the middle of the band to its ends; bulk, grain_R,
    grain_C, face_R, face_C: ln of resistances and capacitances of electrolyte and interfaces. leak: beside what a leak
    stands; own: it has an impedance of its own; error: that of the size of its leak, over the one of the fit.
    """

    name: str
    says: str
    weight: float
    sizes: Mapping[str, float] = field(default_factory=dict)
    leak: Where = ""
    own: bool = False
    error: float = 1.0


CELL = (
    Hypothesis("electrodes", "the electrodes alone", 0.40),
    Hypothesis("strong electrodes", "a strong change of the electrodes", 0.08, STRONG),
    Hypothesis("temperature", "a change of temperature", 0.12, HEAT),
    Hypothesis("contact", "a change of the contact area", 0.10, AREA),
    Hypothesis("temperature and contact", "temperature and contact together", 0.06, HEAT | AREA),
    Hypothesis("series", "a resistance in series", 0.05, {"series": 0.5}),
    Hypothesis("scale", "a change of scale", 0.04, {"scale": 0.5, "drift": 0.03}),
    Hypothesis(
        "pressure", "pressure on electrolyte and contacts", 0.05, AREA | {"bulk": 0.06, "grain_R": 0.3, "grain_C": 0.1}
    ),
    Hypothesis("rail", "an electronic rail that conducts better", 0.03, STRONG | {"series": 0.5}),
    Hypothesis("temperature and electrodes", "temperature and the electrodes", 0.04, STRONG | HEAT),
    Hypothesis("contact and electrodes", "contact and the electrodes", 0.04, STRONG | AREA),
    Hypothesis(
        "electrolyte and electrodes", "electrolyte and electrodes", 0.03, STRONG | {"bulk": 0.06, "grain_R": 0.15}
    ),
    Hypothesis(
        "filaments",
        "filaments that have not bridged",
        0.03,
        {"face_R": 0.4, "face_C": 0.4, "bulk": 0.08, "grain_R": 0.15},
    ),
    Hypothesis("drift", "drift during the sweep", 0.03, {"scale": 0.03, "drift": 0.1}),
)
LEAKS = (
    Hypothesis("leak", "a leak beside the cell", 0.020, leak="whole"),
    Hypothesis("leak with a contact", "a leak with an impedance of its own", 0.012, leak="whole", own=True),
    Hypothesis("leak and electrodes", "a leak, with the electrodes changed as well,", 0.008, STRONG, leak="whole"),
    Hypothesis("leak and heat", "a leak, with heat,", 0.004, {"heat": 0.5}, leak="whole"),
    Hypothesis("leak in the electrolyte", "a leak across the electrolyte", 0.006, leak="electrolyte"),
    Hypothesis("leak to the rail", "a leak into the electrode", 0.006, leak="front"),
    Hypothesis("leak in the grain boundaries", "a leak along the grain boundaries", 0.003, leak="grain"),
)
ALL = (*CELL, *LEAKS)
FIRST_LEAK = len(CELL)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a change: which explanations compete, and how exact the model is taken to be.

    floor: relative error that no model of a cell gets below; of_change: nor does it get below this part of the change;
    contact, contact_error: mean and standard deviation of the contacts outside of a leak, over the resistance at the
    highest frequencies; quiet, faces: how much electrolyte and interfaces of a quiet cell change, over what is usual;
    least: where less than the stated noise is left the noise is what is left, but its variance not below so many times
    the stated one.
    """

    hypotheses: tuple[Hypothesis, ...]
    floor: float
    of_change: float
    contact: float
    contact_error: float
    quiet: float = 1.0
    faces: float = 1.0
    least: float = 1.0

    @property
    def first_leak(self) -> int:
        """The first of the explanations with a leak; those without one come first."""
        return sum(not h.leak for h in self.hypotheses)


VERDICT = Question(ALL, floor=0.003, of_change=0.03, contact=0.05, contact_error=0.05)
"""Is there a leak? No arc keeps its shape exactly: the model is trusted little."""

FACES = {"face_R": 0.6, "face_C": 0.15}
LITTLE = {"face_R": 0.12, "face_C": 0.03}
_PLACES: tuple[tuple[Where, float], ...] = (("electrolyte", 0.05), ("front", 0.05), ("grain", 0.03))
_BESIDE, _OWN, _LITTLE, _FACES = 0.88, 0.82, 0.75, 1.12
SIZES = (
    Hypothesis("leak", "a leak", 1.0, leak="whole", error=_BESIDE),
    Hypothesis("leak and drift", "a leak, with interfaces that drifted", 1.1, LITTLE, leak="whole", error=_LITTLE),
    Hypothesis("leak and faces", "a leak, with interfaces that changed", 2.5, FACES, leak="whole", error=_FACES),
    Hypothesis("leak and electrodes", "a leak, with other electrodes", 0.3, STRONG, leak="whole", error=_FACES),
    Hypothesis("own", "a leak with an impedance of its own", 0.01, leak="whole", own=True, error=_OWN),
    Hypothesis("own and drift", "and drift", 0.01, LITTLE, leak="whole", own=True, error=_LITTLE),
    Hypothesis("own and faces", "and interfaces", 0.025, FACES, leak="whole", own=True, error=_FACES),
    Hypothesis("leak and heat", "a leak, with heat", 0.03, {"heat": 0.5}, leak="whole", error=_BESIDE),
    Hypothesis("heat and faces", "heat and interfaces", 0.06, {"heat": 0.5} | FACES, leak="whole", error=_FACES),
    *(Hypothesis(f"leak: {place}", "a leak inside of the cell", weight, leak=place) for place, weight in _PLACES),
)
SIZE = Question(SIZES, floor=0.0007, of_change=0.0, contact=0.05, contact_error=0.05, faces=0.08, least=0.05)
"""How large is the leak that is there? The cell beside it may have changed too; what it did decides the errors. Priors
wider than what usual cells do are made good for by the errors of `SIZES`, and so is that an interface that changed
does not keep the shape of its arc exactly: with them 95 % of simulated leaks of each kind lie within their interval."""
