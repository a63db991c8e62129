"""From the parameters of a circuit to the coordinates of the search, and back.

A fit walks best where a unit step means the same everywhere and where coordinates do not fight. So positive parameters
are searched as logarithms, and the pairs that fight are replaced:

    R parallel to a CPE or C   (R, Q, n) -> (ln R, ln tau, n), tau = (R Q)^(1/n), the time constant of the arc
    any other CPE              (Q, n) -> (ln |Z| at a reference frequency, n), which parts height from slope

Fixed and tied parameters have no coordinate of their own. A parameter that a user bounds keeps its own coordinate, so
that its bounds are met exactly. Knows parameters and the tree, no data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from eisfit.circuit import Circuit, Parameter
from eisfit.errors import ConstraintError
from eisfit.fitting.expression import Expression, expression, is_name
from eisfit.spectrum import Bools, Floats
from eisfit.tree import InParallel, Leaf, Node


class Arc(NamedTuple):
    """Coordinates of R parallel to a CPE (or, without n, to a C), as indices of the search vector."""

    r: int
    q: int
    n: int | None


class Formula(NamedTuple):
    """A parameter (its place among all) that is a formula of others, after those that it hangs on."""

    place: int
    expression: Expression


class Tail(NamedTuple):
    """Coordinates of a CPE that has no resistor beside it."""

    q: int
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """The map between circuit parameters (N, P) and search coordinates theta (N, K).

    source (P,): the coordinate of each parameter, -1 where it is fixed; base (P,): its value there.
    `log` (K,) tells which coordinates are logarithms; lower, upper (K,) are the bounds of theta; least, most (K,) those
    of the free parameters themselves, which exp(log(bound)) may miss by rounding. formulas: parameters that follow from
    others; they have no coordinate of their own, and stop at their bounds.
    """

    circuit: Circuit
    source: tuple[int, ...]
    base: Floats
    log: Bools
    lower: Floats
    upper: Floats
    least: Floats
    most: Floats
    arcs: tuple[Arc, ...]
    tails: tuple[Tail, ...]
    ln_omega_tail: float
    formulas: tuple[Formula, ...] = ()

    @property
    def size(self) -> int:
        """Number of coordinates K."""
        return len(self.log)

    def values(self, theta: Floats) -> Floats:
        """Circuit parameters (N, P) at theta (N, K)."""
        flat = self._flat(theta)
        free = np.where(self.log, np.exp(np.where(self.log, flat, 0.0)), flat)
        np.clip(free, self.least, self.most, out=free)
        out = np.empty((len(theta), len(self.source)))
        out[:] = self.base
        for p, k in enumerate(self.source):
            if k >= 0:
                out[:, p] = free[:, k]
        for place, formula in self.formulas:
            own = self.circuit.parameters[place]
            # as in lmfit: it stops at its bounds
            out[:, place] = np.clip(formula.at(self._named(out))[0], own.lower, own.upper)
        return out

    def slopes(self, values: Floats) -> Floats:
        """Derivative of all parameters by the free ones, (N, P, K), at values (N, P)."""
        out = np.zeros((len(values), len(self.source), self.size))
        for p, k in enumerate(self.source):
            if k >= 0:
                out[:, p, k] = 1.0
        names = self.circuit.names
        for place, formula in self.formulas:
            found, by_name = formula.at(self._named(values))
            own = self.circuit.parameters[place]
            inside = ((found > own.lower) & (found < own.upper)).astype(float)
            for name, slope in by_name.items():
                out[:, place] += (inside * slope)[:, None] * out[:, names.index(name)]
        return out

    def _named(self, values: Floats) -> dict[str, Floats]:
        return dict(zip(self.circuit.names, values.T, strict=True))

    def theta(self, values: Floats) -> Floats:
        """Search coordinates (N, K) of circuit parameters (N, P), moved inside the bounds."""
        out = self._free(values)
        with np.errstate(divide="ignore", invalid="ignore"):
            out = np.where(self.log, np.log(np.where(self.log, out, 1.0)), out)
        for r, q, n in self.arcs:
            out[:, q] = (out[:, r] + out[:, q]) / (1.0 if n is None else out[:, n])
        for q, n in self.tails:
            out[:, q] = -out[:, q] - out[:, n] * self.ln_omega_tail
        return np.clip(out, self.lower, self.upper)

    def basis(self, theta: Floats, values: Floats) -> Floats:
        """Derivative of the free parameters by theta, (N, K, K): row p, column k is d free_p / d theta_k."""
        factor = np.where(self.log, self._free(values), 1.0)
        out = np.zeros((len(theta), self.size, self.size))
        diagonal = np.einsum("ijj->ij", out)
        diagonal[...] = factor
        for r, q, n in self.arcs:
            out[:, q, r] = -factor[:, q]
            if n is not None:
                out[:, q, n] = factor[:, q] * theta[:, q]
                out[:, q, q] *= theta[:, n]
        for q, n in self.tails:
            out[:, q, n] = -factor[:, q] * self.ln_omega_tail
            out[:, q, q] *= -1.0
        return out

    def _free(self, values: Floats) -> Floats:
        """The free parameters (N, K) among all (N, P), each that of the first that takes its value."""
        out: Floats = values[:, [self.source.index(k) for k in range(self.size)]]
        return out

    def _flat(self, theta: Floats) -> Floats:
        """theta with arcs and tails turned back into ln Q."""
        if not self.arcs and not self.tails:
            return theta
        flat = theta.copy()
        for r, q, n in self.arcs:
            flat[:, q] = (theta[:, q] if n is None else theta[:, n] * theta[:, q]) - theta[:, r]
        for q, n in self.tails:
            flat[:, q] = -theta[:, q] - theta[:, n] * self.ln_omega_tail
        return flat


def scaling(
    circuit: Circuit, *, tied: Mapping[str, str] | None = None, plain: Sequence[str] = (), ln_omega_tail: float = 0.0
) -> Scaling:
    """The search coordinates of a circuit.

    `tied` maps a parameter to the one whose value it takes; `plain` names parameters that keep a coordinate of their
    own; ln_omega_tail is ln omega at the lowest frequency. Tied parameters keep the bounds of each. Raises FitError.
    """
    formulas = _formulas(circuit, {n: text for n, text in (tied or {}).items() if not is_name(text)})
    roots = _tie_roots(circuit, {n: text for n, text in (tied or {}).items() if is_name(text)})
    follows = {circuit.names[formula.place] for formula in formulas}
    index: dict[str, int] = {}
    source = []
    for p in circuit.parameters:
        owner = circuit.parameter(roots[p.name])
        if owner.name in follows and owner.name != p.name:
            raise ConstraintError(
                f"{p.name} is tied to {owner.name}, which is tied to a formula: give it the same formula"
            )
        source.append(-1 if owner.fixed or owner.name in follows else index.setdefault(owner.name, len(index)))
    owners = [_owner(circuit, name, roots) for name in index]
    log = np.array([_is_log(p) for p in owners], dtype=bool)
    lower, upper = _bounds(owners, log)
    least, most = np.array([p.lower for p in owners]), np.array([p.upper for p in owners])
    free = dict(zip(circuit.names, source, strict=True))
    alone = {name for name in circuit.names if free[name] >= 0 and list(source).count(free[name]) == 1}
    arcs, tails = _pairs(circuit, free, alone, alone.difference(plain))
    for q in [arc.q for arc in arcs] + [tail.q for tail in tails]:
        lower[q] = least[q] = -np.inf
        upper[q] = most[q] = np.inf
    base = np.array([circuit.parameter(roots[p.name]).value for p in circuit.parameters])
    return Scaling(circuit, tuple(source), base, log, lower, upper, least, most, arcs, tails, ln_omega_tail, formulas)


def _formulas(circuit: Circuit, given: Mapping[str, str]) -> tuple[Formula, ...]:
    """Formulas in an order in which each follows those that it hangs on. Raises FitError, CircuitError."""
    left = {name: expression(name, text) for name, text in given.items()}
    out: list[Formula] = []
    for formula in left.values():
        for name in formula.names:
            circuit.parameter(name)
    while left:
        ready = [name for name, formula in left.items() if not left.keys() & set(formula.names)]
        if not ready:
            raise ConstraintError(f"{' and '.join(left)} are tied to each other in a circle")
        out += [Formula(circuit.names.index(name), left.pop(name)) for name in ready]
    return tuple(out)


def _tie_roots(circuit: Circuit, tied: Mapping[str, str]) -> dict[str, str]:
    roots = {name: name for name in circuit.names}
    for name, target in tied.items():
        one, other = circuit.parameter(name), circuit.parameter(target)
        if one.unit != other.unit:
            raise ConstraintError(f"{name} [{one.unit}] cannot be tied to {target} [{other.unit}]: their units differ")
        roots[name] = target
    for name in roots:
        seen = {name}
        while roots[roots[name]] != roots[name]:
            roots[name] = roots[roots[name]]
            if roots[name] in seen:
                raise ConstraintError(f"{name} is tied to itself in a circle")
            seen.add(roots[name])
    for name, target in tied.items():
        if roots[target] == name or name == target:
            raise ConstraintError(f"{name} is tied to itself in a circle")
    return roots


def _owner(circuit: Circuit, name: str, roots: Mapping[str, str]) -> Parameter:
    """A free parameter with the bounds that hold for all that take its value."""
    members = [p for p in circuit.parameters if roots[p.name] == name]
    low, high = max(p.lower for p in members), min(p.upper for p in members)
    if not low < high:
        raise ConstraintError(
            f"{' and '.join(p.name for p in members)} are tied, but their bounds leave no common value"
        )
    return replace(circuit.parameter(name), lower=low, upper=high)


def _is_log(p: Parameter) -> bool:
    return p.scale == "log" and p.lower >= 0


def _bounds(owners: list[Parameter], log: Bools) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore"):
        lower = np.array([np.log(p.lower) if is_log else p.lower for p, is_log in zip(owners, log, strict=True)])
        upper = np.array([np.log(p.upper) if is_log else p.upper for p, is_log in zip(owners, log, strict=True)])
    return lower, upper


def _pairs(
    circuit: Circuit, free: Mapping[str, int], alone: set[str], movable: set[str]
) -> tuple[tuple[Arc, ...], tuple[Tail, ...]]:
    own = {name for name in movable if _unbounded(circuit, name)}
    positive = {p.name for p in circuit.parameters if _is_log(p)}
    arcs: list[Arc] = []
    taken: set[str] = set()
    for group in _parallels(circuit.root):
        leaves = [child for child in group.children if isinstance(child, Leaf)]
        resistors = [leaf for leaf in leaves if leaf.element.symbol == "R" and leaf.name in alone & positive]
        stores = [leaf for leaf in leaves if leaf.element.symbol in "QC" and leaf.name in own]
        if len(resistors) == 1 and len(stores) == 1 and set(stores[0].names) <= alone:
            q = stores[0].names
            arcs.append(Arc(free[resistors[0].name], free[q[0]], free[q[1]] if len(q) > 1 else None))
            taken.add(q[0])
    tails = [
        Tail(free[leaf.names[0]], free[leaf.names[1]])
        for leaf in circuit.root.leaves()
        if leaf.element.symbol == "Q" and leaf.name not in taken and leaf.name in own and set(leaf.names) <= alone
    ]
    return tuple(arcs), tuple(tails)


def _unbounded(circuit: Circuit, name: str) -> bool:
    """Has the parameter the bounds of its element, which no fit of a real cell meets?"""
    p = circuit.parameter(name)
    leaf = next(leaf for leaf in circuit.root.leaves() if name in leaf.names)
    declared = leaf.element.params[leaf.names.index(name)]
    return p.lower <= declared.lower and p.upper >= declared.upper


def _parallels(node: Node) -> Iterator[InParallel]:
    if isinstance(node, Leaf):
        return
    if isinstance(node, InParallel):
        yield node
    for child in node.children:
        yield from _parallels(child)
