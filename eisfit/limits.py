"""The limits of flags: declared once each, settable as FLAG.NAME=VALUE, printed wherever they decided."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from eisfit.errors import OptionError


class Limit(NamedTuple):
    """One threshold: its name `flag.name`, default, unit, and what it means in a sentence."""

    name: str
    default: float
    unit: str
    sentence: str


def resolve_limits(declared: Iterable[Limit], chosen: Mapping[str, float] | None = None) -> dict[str, float]:
    """Every limit by its name with the value that holds. Raises OptionError for a name that does not exist."""
    values = {limit.name: limit.default for limit in declared}
    for name, value in (chosen or {}).items():
        if name not in values:
            raise OptionError(_unknown(name, list(values)))
        if not isinstance(value, int | float | np.number) or not np.isfinite(value) or value < 0:
            raise OptionError(f"limit {name} must be a number of 0 or more, not {value!r}")
        values[name] = float(value)
    return values


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
    flags = sorted({k.split(".")[0] for k in known})
    of_flag = [k for k in known if k.split(".")[0] == name.split(".")[0]]
    if near:
        return f"no limit {name}; did you mean {near[0]}?"
    if of_flag:
        return f"no limit {name}; {name.split('.')[0]} has {', '.join(of_flag)}"
    return f"no limit {name}; flags with limits are {', '.join(flags)}, as in {known[0]}=VALUE"
