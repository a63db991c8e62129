"""Fits with different circuits as those of one series: what means the same stands in the same column.

Arcs are told by their roles (R_GB, R_Int), so the arc of R_Int is one column whatever its number in each circuit. Other
parameters are the same where label and unit are, or where each circuit has one element of this kind outside of its
arcs. What a circuit has of its own gets a column of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from eisfit.circuit import Circuit, Parameter
from eisfit.errors import FitError
from eisfit.fitting.assembly import joined
from eisfit.fitting.batch_fit import BatchFit
from eisfit.fitting.parts import Part, state_of
from eisfit.fitting.result import SeriesFit
from eisfit.fitting.single_fit import Fit
from eisfit.roles.assign import Roles, assign_roles
from eisfit.spectrum import Series, Spectrum, read_only
from eisfit.tracking.arcs import consistent_arcs
from eisfit.tree import Leaf


class _Columns:
    """The columns of the whole: every parameter so far, the arc and the resistance of every role."""

    def __init__(self) -> None:
        self.parameters: list[Parameter] = []
        self.arcs: dict[str, tuple[tuple[str, ...], list[str]]] = {}
        self.resistances: dict[str, str] = {}
        self.single: dict[str, list[str]] = {}
        self.texts: list[str] = []
        self.before: dict[str, list[int]] = {}

    @property
    def names(self) -> list[str]:
        return [p.name for p in self.parameters]

    def placed(self, circuit: Circuit, roles: Roles) -> list[int]:
        """Where every parameter of a circuit stands; what is new comes last."""
        if str(circuit) in self.before:
            return self.before[str(circuit)]
        same = dict(self._same(circuit, roles))
        self.texts.append(str(circuit))
        for p in circuit.parameters:
            if p.name not in same:
                same[p.name] = self._free_name(p.name)
                self.parameters.append(replace(p, name=same[p.name]))
        for role, name in roles.resistances.items():
            self.resistances.setdefault(role, same[name])
        for role, arc in roles.arcs.items():
            self.arcs.setdefault(role, (arc.kind, [same[circuit.names[k]] for k in arc.columns]))
        for symbol, leaf in _single(circuit, roles).items():
            self.single.setdefault(symbol, [same[name] for name in leaf.names])
        names = self.names
        return self.before.setdefault(str(circuit), [names.index(same[name]) for name in circuit.names])

    def _same(self, circuit: Circuit, roles: Roles) -> Iterator[tuple[str, str]]:
        """Pairs of a parameter and the one that it is the same as."""
        pairs: dict[str, str] = {}
        for role, name in roles.resistances.items():
            if role in self.resistances:
                pairs[name] = self.resistances[role]
                kind, columns = self.arcs.get(role, ((), []))
                if role in roles.arcs and roles.arcs[role].kind == kind:
                    pairs |= {circuit.names[k]: c for k, c in zip(roles.arcs[role].columns, columns, strict=True)}
        known = {p.name: p for p in self.parameters}
        for leaf in circuit.root.leaves():
            there = [known.get(name) for name in leaf.names]
            labelled = "_" in leaf.name
            if labelled and all(p is not None and p.symbol == leaf.element.symbol for p in there):
                pairs = {name: name for name in leaf.names} | pairs
        for symbol, leaf in _single(circuit, roles).items():
            if symbol in self.single and not set(leaf.names) & set(pairs):
                pairs |= dict(zip(leaf.names, self.single[symbol], strict=True))
        taken: set[str] = set()
        for name, column in pairs.items():
            if column not in taken:
                taken.add(column)
                yield name, column

    def _free_name(self, name: str) -> str:
        """The name itself, or with the number of its circuit where another parameter has it."""
        names, k = self.names, len(self.texts)
        while name in names:
            stem = re.sub(r"_c\d+$", "", name)
            name = f"{stem}_c{k}"
            k += 1
        return name


def _single(circuit: Circuit, roles: Roles) -> dict[str, Leaf]:
    """Elements outside of the arcs and resistances of roles, by their symbol, where there is one of the kind."""
    taken = {circuit.names[k] for arc in roles.arcs.values() for k in arc.columns} | set(roles.resistances.values())
    rest = [leaf for leaf in circuit.root.leaves() if not taken & set(leaf.names)]
    symbols = [leaf.element.symbol for leaf in rest]
    return {leaf.element.symbol: leaf for leaf in rest if symbols.count(leaf.element.symbol) == 1}


class United(NamedTuple):
    """The fits of a whole series, and sentences on the roles of its circuits."""

    fits: SeriesFit
    decisions: tuple[str, ...]


def united(
    series: Series, fitted: Sequence[tuple[Sequence[int], SeriesFit]], chosen: Mapping[str, str] | None = None
) -> United:
    """Fits of parts of a series, each with the spectra (M,) that it holds, as the fits of that series.

    The first is the main one. chosen: role -> parameter of its circuit, where it was asked for.
    """
    columns, placed, said = _Columns(), [], []
    known = {str(fitted[0][1].circuit): chosen}
    for rows, fits in fitted:
        text = str(fits.circuit)
        roles = roles_of(fits, series.cell.type, known.get(text))
        known[text] = roles.resistances
        placed.append((rows, fits, columns.placed(fits.circuit, roles), roles))
        said += [f"{text}: {sentence[0].lower()}{sentence[1:]}" for sentence in roles.sentences]
    parts = tuple(
        Part(
            read_only(np.array(rows, np.int64), np.int64),
            BatchFit(**{name: value for name, value in fits.state().items() if name in BatchFit.__dataclass_fields__}),
            read_only(np.array(places, np.int64), np.int64),
            dict(roles.resistances),
        )
        for rows, fits, places, roles in placed
    )
    extra = tuple(columns.parameters[len(fitted[0][1].names) :])
    weights = fitted[0][1].weights
    whole = None
    if weights is not None:
        whole = np.empty((len(series), weights.shape[1]))
        for rows, fits in fitted:
            whole[list(rows)] = fits.weights
    return United(
        SeriesFit(**state_of(parts, extra), series=series, parts=parts, extra=extra, weights=whole), tuple(said)
    )


def counterparts(main: Circuit, other: Circuit) -> dict[str, str]:
    """Parameters of one circuit -> those of another that mean the same, told by the circuits alone."""
    columns = _Columns()
    for circuit in (main, other):
        with np.errstate(all="ignore"):
            columns.placed(circuit, assign_roles(circuit))
    there = dict(zip(columns.before[str(other)], other.names, strict=True))
    return {name: there[k] for k, name in enumerate(main.names) if k in there}


def roles_of(fits: SeriesFit, cell_type: str | None, chosen: Mapping[str, str] | None) -> Roles:
    """The roles of the resistances of one circuit."""
    with np.errstate(all="ignore"):
        return assign_roles(fits.circuit, fits.values, cell_type=cell_type, chosen=chosen)


def series_of(fits: Sequence[Fit], origin: Series | None = None) -> United:
    """Fits that were made one by one, with one circuit or several, as those of a series, in their order.

    origin: the series that the spectra came from, with record and cell. Every arc keeps its place along the spectra of
    a circuit. Raises FitError where there is none, or where the spectra are not among those of the series.
    """
    if not fits or not all(isinstance(one, Fit) for one in fits):
        raise FitError("expected the fits of a series, or a list of fits of single spectra")
    series = _gathered([one.spectrum for one in fits], origin or _shared_origin(fits))
    groups: dict[tuple[object, ...], list[int]] = {}
    for i, one in enumerate(fits):
        c = one.fits.circuit
        fixed = tuple((p.name, p.value) for p in c.parameters if p.fixed)
        groups.setdefault((str(c), fixed, one.options, c.roles), []).append(i)
    parts = []
    for rows in groups.values():
        batches = [fits[i].fits.taken(np.array([fits[i].index])) for i in rows]
        circuit = _widest([batch.circuit for batch in batches])
        batch = joined([replace(one, circuit=circuit) for one in batches])
        own = series.with_(spectra=[series[i] for i in rows])
        parts.append((rows, consistent_arcs(SeriesFit(**batch.state(), series=own))))
    return United(parts[0][1], ()) if len(parts) == 1 else united(series, parts)


def _shared_origin(fits: Sequence[Fit]) -> Series | None:
    """The series that all of these fits belong to, if there is one."""
    held = [one.fits.series for one in fits if isinstance(one.fits, SeriesFit)]
    return held[0] if len(held) == len(fits) > 1 and all(series is held[0] for series in held) else None


def _gathered(spectra: Sequence[Spectrum], origin: Series | None) -> Series:
    """Spectra as a series, with the record and the cell of that they came from. Raises FitError."""
    if origin is None:
        return Series(spectra)
    known = list(origin)
    for spectrum in spectra:
        if not any(_same(spectrum, other) for other in known):
            name = spectrum.label or "a spectrum"
            raise FitError(f"{name} was fitted, but is not in the series that is given with the fits")
    return origin.with_(spectra=spectra)


def _same(one: Spectrum, other: Spectrum) -> bool:
    """The same measurement, whatever is masked."""
    return one is other or (
        one.label == other.label
        and np.array_equal(one.frequency, other.frequency)
        and np.array_equal(one.impedance, other.impedance)
    )


def _widest(circuits: Sequence[Circuit]) -> Circuit:
    """The circuit with the widest bounds that any of its fits had."""
    first = circuits[0]
    bounds = {
        p.name: (min(c.parameters[k].lower for c in circuits), max(c.parameters[k].upper for c in circuits))
        for k, p in enumerate(first.parameters)
    }
    return first.with_(
        **{p.name: replace(p, lower=bounds[p.name][0], upper=bounds[p.name][1]) for p in first.parameters}
    )
