"""Values between a circuit and a CustomCircuit of impedance.py: named here, positional there, converted exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from eisfit.errors import CircuitError
from eisfit.interop import EXPORTED, Counterpart, ours_from_theirs, theirs_from_ours
from eisfit.notations import canonical_name, impedance_names
from eisfit.parameter import Fixed, Parameter
from eisfit.tree import Leaf, Node


class Given(NamedTuple):
    """What impedance.py knows of a circuit: its text, values in the order of the text (or None), constants by name."""

    text: str
    values: list[float] | None
    constants: dict[str, float]


def given(circuit: Any, values: ArrayLike | None) -> Given:
    """A text or a CustomCircuit, with other values where they are given. Raises CircuitError."""
    text = circuit if isinstance(circuit, str) else getattr(circuit, "circuit", None)
    if not isinstance(text, str):
        raise CircuitError(f"expected the text of a circuit or a CustomCircuit of impedance.py, not {circuit!r}")
    constants: dict[str, float] = {}
    if not isinstance(circuit, str):
        constants = {name: float(value) for name, value in circuit.constants.items()}
        if values is None:
            values = circuit.initial_guess if circuit.parameters_ is None else circuit.parameters_
    if values is None:
        return Given(text, None, constants)
    try:
        return Given(text, [float(v) for v in np.asarray(values, dtype=np.float64).ravel()], constants)
    except (TypeError, ValueError):
        raise CircuitError("values must be numbers in the order of the circuit's text") from None


def imported(root: Node, there: Given) -> dict[str, float | Fixed]:
    """Our parameters from theirs; what depends on constants only is fixed. Raises CircuitError."""
    slots = [slot for leaf in root.leaves() for slot in _slots(leaf, there.constants)]
    unknown = there.constants.keys() - {slot.constant for slot in slots}
    if unknown:
        raise CircuitError(f"the circuit {there.text} has no constant {', '.join(sorted(unknown))}")
    free = [slot.name for slot in slots if slot.constant is None]
    values = there.values or []
    if len(values) != len(free):
        raise CircuitError(f"{there.text} takes {len(free)} values ({', '.join(free)}), not {len(values)}")
    supply = iter(values)
    numbers = [next(supply) if s.constant is None else there.constants[s.constant] for s in slots]
    changes: dict[str, float | Fixed] = {}
    start = 0
    for leaf in root.leaves():
        stop = start + len(leaf.names)
        changes |= _ours(leaf, numbers[start:stop], [s.constant is not None for s in slots[start:stop]])
        start = stop
    return changes


def exported(root: Node, parameters: Sequence[Parameter]) -> tuple[list[float], dict[str, float]]:
    """Their values in the order of the text, and constants by name for what depends on fixed parameters only."""
    values: list[float] = []
    constants: dict[str, float] = {}
    start = 0
    for leaf, name in zip(root.leaves(), impedance_names(root), strict=True):
        own = parameters[start : start + leaf.size]
        start += leaf.size
        counterpart = EXPORTED[leaf.element.symbol]
        theirs = theirs_from_ours(counterpart, [p.value for p in own], canonical_name(leaf))
        for k, (theirs_name, value) in enumerate(zip(counterpart.their_formulas, theirs, strict=True)):
            if all(own[j].fixed for j in counterpart.needs(theirs_name)):
                constants[name if len(theirs) == 1 else f"{name}_{k}"] = value
            else:
                values.append(value)
    return values, constants


class _Slot(NamedTuple):
    """One of their values: its name, and the key among the constants that holds it."""

    name: str
    constant: str | None


def _counterpart(leaf: Leaf) -> Counterpart | None:
    """The element in impedance.py; None for one that it lacks, whose values stand as they are."""
    return None if leaf.element.symbol == "S" else EXPORTED.get(leaf.element.symbol)


def _slots(leaf: Leaf, constants: dict[str, float]) -> Iterator[_Slot]:
    counterpart = _counterpart(leaf)
    symbol = counterpart.theirs if counterpart else leaf.element.symbol
    for k in range(leaf.size):
        tail = f"_{k}" if leaf.size > 1 else ""
        spellings = (f"{symbol}{leaf.label}{tail}", f"{symbol}_{leaf.label}{tail}")
        yield _Slot(spellings[0], next((s for s in spellings if s in constants), None))


def _ours(leaf: Leaf, theirs: list[float], kept: list[bool]) -> dict[str, float | Fixed]:
    counterpart = _counterpart(leaf)
    if counterpart is None:
        return {n: Fixed(v) if keep else v for n, v, keep in zip(leaf.names, theirs, kept, strict=True)}
    ours = ours_from_theirs(counterpart, theirs, canonical_name(leaf))
    return {
        name: Fixed(value) if all(kept[j] for j in counterpart.feeds(formula)) else value
        for name, formula, value in zip(leaf.names, counterpart.our_formulas, ours, strict=True)
    }
