"""Flags: every reason to look twice at a spectrum. A new flag is a decorated function in a module here."""

from __future__ import annotations

import sys

from eisfit._plugins import load_all
from eisfit.limits import Limit
from eisfit.tracking.flags._base import REGISTRY, Flag, Observed, flag
from eisfit.tracking.flags.jumps import without_open_jumps
from eisfit.tracking.track import Finding

load_all(sys.modules[__name__])


def all_limits() -> tuple[Limit, ...]:
    """Every limit of every flag."""
    return tuple(limit for declared in REGISTRY.values() for limit in declared.limits)


def declaration(name: str) -> Flag | None:
    """The declared flag of this name; of one for a role (unresolved_R_GB) that with the beginning of its name."""
    stem = next((n for n in REGISTRY if name == n or (n[-1] == "_" and name.startswith(n))), None)
    stem = stem or next((n for n in REGISTRY if name.startswith(f"{n}_")), None)
    return REGISTRY[stem] if stem else None


def find(observed: Observed) -> tuple[Finding, ...]:
    """What every flag finds, by spectrum, then in the order of the flags; what is not resolved does not jump."""
    found = [finding for declared in REGISTRY.values() for finding in declared.rule(observed)]
    return tuple(sorted(without_open_jumps(found), key=lambda finding: finding.spectrum))


__all__ = ["REGISTRY", "Flag", "Observed", "all_limits", "declaration", "find", "flag"]
