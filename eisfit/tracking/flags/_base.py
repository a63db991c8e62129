"""How a flag is declared: one decorated function with its limits, in any module of this package.

    @flag("kk_fail", "The spectrum breaks the Kramers-Kronig relations.", Limit("kk_fail.x", 1.0, "", "what x means"))
    def kk_fail(observed: Observed) -> Iterator[Finding]: ...

The function yields one Finding per spectrum and flag. Names, sentences and limits here are what the command's
`--limit`, the report's legend and the documentation are made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from eisfit.fitting.result import SeriesFit
from eisfit.limits import Limit
from eisfit.roles.assign import Roles
from eisfit.shorts import Shorts
from eisfit.spectrum import Indices
from eisfit.tracking.misfit import Misfit
from eisfit.tracking.resolution import Doubt
from eisfit.tracking.track import Finding

if TYPE_CHECKING:
    from eisfit.quality.screening import Quality


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """All that a flag may look at: fits, roles, verdicts of quality (None where none was asked), shorts, limits.

    `doubts`: by role, what the fits would be without its arc; `residuals`: what they say of the circuit.
    """

    fits: SeriesFit
    roles: Roles
    quality: Quality | None
    shorts: Shorts
    limits: Mapping[str, float]
    residuals: Misfit
    doubts: Mapping[str, Doubt] = field(default_factory=dict)

    def missed(self) -> Indices:
        """The spectra that the circuit does not describe."""
        return self.residuals.missed(self.limits["misfit.ratio"], self.limits["misfit.runs"])

    def label(self, i: int | np.integer[Any]) -> str:
        """The name of a spectrum in a sentence."""
        return self.fits.series[int(i)].label or f"spectrum {i + 1}"


Rule = Callable[[Observed], Iterator[Finding]]


class Flag(NamedTuple):
    """A declared flag: its name (or the stem of its names, `unresolved_`), a sentence, its limits, its rule."""

    name: str
    sentence: str
    limits: tuple[Limit, ...]
    rule: Rule


REGISTRY: dict[str, Flag] = {}
"""Every declared flag by its name, in the order of declaration."""


def flag(name: str, sentence: str, *limits: Limit) -> Callable[[Rule], Rule]:
    """Declare the decorated function as the rule of a flag."""
    for limit in limits:
        if limit.name.partition(".")[0] != name.rstrip("_"):
            raise TypeError(f"the limit {limit.name} of the flag {name} must be named {name.rstrip('_')}.something")

    def register(rule: Rule) -> Rule:
        if name in REGISTRY:
            raise TypeError(f"the flag {name} is declared twice")
        REGISTRY[name] = Flag(name, sentence, limits, rule)
        return rule

    return register


def percent(value: Any) -> str:
    """A share as a percentage for a sentence."""
    return f"{100 * float(value):.3g} %"
