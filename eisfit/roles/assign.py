"""Which parameter is R_SE_bulk, R_GB, R_Int: from the circuit, from labels, or by time constant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from eisfit.circuit import Circuit
from eisfit.errors import OptionError
from eisfit.medians import median_of
from eisfit.roles.structure import Arc, Structure, structure
from eisfit.spectrum import Floats

T = TypeVar("T")

BULK, GRAIN, INTERFACE = "R_SE_bulk", "R_GB", "R_Int"
SE_TOTAL, TOTAL = "R_SE_total", "R_total"

RANKS = {BULK: 0, GRAIN: 1, INTERFACE: 2}
LABELS = {"se": BULK, "bulk": BULK, "gb": GRAIN, "int": INTERFACE}
"""The roles that parts of a label speak of, in lower case."""


class Roles(NamedTuple):
    """Role -> name of its resistance, role -> its arc where it has one, and sentences on what was decided."""

    resistances: Mapping[str, str]
    arcs: Mapping[str, Arc]
    sentences: tuple[str, ...] = ()


def assign_roles(
    circuit: Circuit,
    values: ArrayLike | None = None,
    *,
    cell_type: str | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Roles:
    """Find the resistance of each role.

    The roles are those of `chosen` (role -> parameter name), else those that the circuit declares, else those that the
    labels name, else by time constant: the resistor in series is R_SE_bulk, the arcs in ascending order of tau are
    R_GB, R_Int, R_arc3 and so on (the convention of Cao et al., Adv. Mater. 34 (2022) 2200401). A single arc is R_Int,
    in a blocking cell R_GB. Without a resistor in series the fastest arc is R_SE_bulk and the rest follow.
    values (P,) or (N, P): of several spectra the median time constant counts. Raises OptionError for a `chosen`
    parameter that the circuit does not have.
    """
    parts = structure(circuit)
    declared = _declared(circuit, chosen)
    if declared:
        return _roles(declared, parts, ())
    found = _from_labels(parts)
    rest, said = _by_time_constant(parts, found, circuit.array(values), cell_type)
    return _roles(_in_order(found | rest), parts, said)


def _declared(circuit: Circuit, chosen: Mapping[str, str] | None) -> dict[str, str]:
    roles = dict(circuit.roles) if chosen is None else dict(chosen)
    for role, name in roles.items():
        if name not in circuit.names:
            raise OptionError(f"role {role}: the circuit has no parameter {name}; it has {', '.join(circuit.names)}")
    return {re.sub(r"\W", "_", role): name for role, name in roles.items()}


def _roles(resistances: dict[str, str], parts: Structure, sentences: tuple[str, ...]) -> Roles:
    by_resistor = {arc.resistor: arc for arc in parts.arcs}
    arcs = {role: by_resistor[name] for role, name in resistances.items() if name in by_resistor}
    return Roles(resistances, arcs, sentences)


def _from_labels(parts: Structure) -> dict[str, str]:
    """Roles whose label says so; of two resistances that claim one role the first has it."""
    found: dict[str, str] = {}
    for name in (*parts.resistors, *(arc.resistor for arc in parts.arcs)):
        role = role_of_label(name)
        if role and role not in found:
            found[role] = name
    return found


def _by_time_constant(
    parts: Structure, found: Mapping[str, str], values: Floats, cell_type: str | None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Roles of the resistances that no label names."""
    taken = set(found.values())
    rest: dict[str, str] = {}
    if BULK not in found and parts.resistors:
        rest[BULK] = parts.resistors[0]
    arcs = sorted(parts.arcs, key=lambda arc: _typical(arc.tau(values)))
    without_series = BULK not in found and BULK not in rest
    for name, arc in zip(_names(len(arcs), without_series, cell_type), arcs, strict=True):
        if arc.resistor not in taken:
            free = name not in found and name not in rest
            rest[name if free else f"R_arc{arcs.index(arc) + 1}"] = arc.resistor
    return rest, (_sentence(rest, len(arcs), without_series),) if rest else ()


def _typical(tau: Floats) -> float:
    known = tau[np.isfinite(tau)]
    return float(median_of(known)) if known.size else np.inf


def _names(n: int, without_series: bool, cell_type: str | None) -> list[str]:
    """Names of n arcs in ascending order of tau."""
    if n == 1 and not without_series:
        return [GRAIN if cell_type == "blocking" else INTERFACE]
    names = [BULK] * without_series + [GRAIN, INTERFACE]
    return [*names, *(f"R_arc{k}" for k in range(len(names) + 1, n + 1))][:n]


def _sentence(rest: Mapping[str, str], n_arcs: int, without_series: bool) -> str:
    pairs = ", ".join(f"{role} = {name}" for role, name in _in_order(dict(rest)).items())
    why = "the resistor in series, then the arcs by ascending time constant"
    if without_series:
        why = "no resistor stands in series, so the fastest arc is the bulk, then by ascending time constant"
    elif n_arcs == 1:
        why += "; a single arc counts as the interface, in a blocking cell as the grain boundaries"
    return f"Roles by time constant: {pairs} ({why})."


def parameter_named(circuit: Circuit, name: str, values: ArrayLike | None = None) -> str:
    """The parameter that a name means: its own, or that of the role which it has by the circuit (R_GB is R2, Q_GB Q1).

    values (P,) or (N, P): by which arcs are told, as in `assign_roles`. A name that is neither comes back as it is.
    """
    if name in circuit.names:
        return name
    with np.errstate(all="ignore"):
        return named_by_roles(circuit, assign_roles(circuit, values)).get(name, name)


def named_by_roles(circuit: Circuit, roles: Roles) -> dict[str, str]:
    """Parameters by their roles: each resistance, and the rest of its arc as labels would have it, Q_Int, Q_Int_n."""
    out = dict(roles.resistances)
    for role, arc in roles.arcs.items():
        label = role.partition("_")[2]
        names = [circuit.names[k] for k in arc.columns]
        if len(arc.kind) > 1:
            symbol, *more = arc.kind[1], *(name.partition("_")[2] for name in names[2:])
            out |= {"_".join(part): own for part, own in zip(_parts(symbol, label, more), names[1:], strict=True)}
    return out


def _parts(symbol: str, label: str, more: Sequence[str]) -> list[tuple[str, ...]]:
    """The names of the parameters of an element: Q_Int, then Q_Int_n."""
    return [(symbol, label), *((symbol, label, parameter) for parameter in more)]


def by_parameter(circuit: Circuit, given: Mapping[str, T]) -> dict[str, T]:
    """A mapping by names of parameters or roles, by parameters alone. Raises OptionError where two mean the same."""
    out: dict[str, T] = {}
    for name, value in given.items():
        own = parameter_named(circuit, name)
        if own in out:
            raise OptionError(f"{name} is {own}, which is given a value already: name it once")
        out[own] = value
    return out


def roles_spoken_of(circuit: Circuit, names: Iterable[str]) -> Mapping[str, str] | None:
    """The roles of a circuit where one of these names is a role and no parameter: they hold from then on, else None."""
    if all(name in circuit.names for name in names):
        return None
    roles = assign_roles(circuit)
    known = named_by_roles(circuit, roles)
    return roles.resistances if any(name in known for name in names if name not in circuit.names) else None


def rank_of(role: str) -> int:
    """Where a role stands by its time constant: bulk, grain boundaries, interface, then any other."""
    return RANKS.get(role, len(RANKS))


def role_of_label(name: str) -> str | None:
    """The role that the label of a resistance speaks of: R_SE_bulk, R_GB, R_Int; None where it names none."""
    spoken = [LABELS[word] for word in name.lower().split("_")[1:] if word in LABELS]
    return spoken[-1] if spoken else None


def _in_order(roles: dict[str, str]) -> dict[str, str]:
    return dict(sorted(roles.items(), key=lambda pair: (rank_of(pair[0]), len(pair[0]), pair[0])))
