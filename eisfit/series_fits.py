"""The fits of a series as an analysis makes them: with a lead where the data demand one, with circuits of their own.

Spectra for which another circuit, fixed values or start values are set are fitted by themselves; what holds for the
whole series holds there for the parameters that mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from eisfit.circuit import Circuit
from eisfit.errors import CircuitError, FitError, OptionError
from eisfit.fitting import SeriesFit, fit
from eisfit.fitting.executors import executor
from eisfit.fitting.expression import renamed
from eisfit.fitting.inductance import has_inductor, inductance_needed, with_inductor
from eisfit.library import resolve_circuit
from eisfit.roles import by_parameter
from eisfit.selection import Group, Own, groups_of
from eisfit.settings import AnalysisKeywords, FitKeywords, SpectrumSettings, declared
from eisfit.spectrum import Series
from eisfit.tracking import consistent_arcs
from eisfit.tracking.united import counterparts, united

if TYPE_CHECKING:
    from concurrent.futures import Executor

BY_NAME = ("fix", "bound", "tie", "start")


class _Task(NamedTuple):
    """Spectra that are fitted alike: their places, their circuit without a lead, the options of their fit."""

    rows: tuple[int, ...]
    circuit: Circuit
    options: Mapping[str, Any]
    cuts: tuple[int, ...]
    place: str


def fits_of(
    series: Series,
    model: Circuit,
    plan: AnalysisKeywords,
    *,
    cuts: Sequence[int] = (),
    single: Sequence[SpectrumSettings] = (),
    chosen: Mapping[str, str] | None = None,
) -> tuple[SeriesFit, tuple[str, ...]]:
    """The fits of a series, with the inductor asked for or demanded by the data; sentences on what was decided.

    cuts: spectra at which something else begins, no fit helps another across; single: what is set for single spectra;
    chosen: role -> parameter of the circuit, where it is spoken of by roles. Raises OptionError, CircuitError,
    FitError.
    """
    options: dict[str, Any] = {name: value for name, value in plan.items() if name in declared(FitKeywords)}
    groups = groups_of(series, single, lambda own: own.circuit is not None and _circuit(own, model) == model)
    tasks, said = _tasks(groups, model, options, cuts)
    if len(tasks) > 1:
        _one_value(plan)
    with executor(plan["jobs"], plan["scheduler"]) as workers:
        main = tasks[0]
        first = _of(series, main)
        symbol = "L" if plan["inductance"] == "on" and not has_inductor(main.circuit) else None
        if symbol:
            said = (*said, "An inductor in series was asked for.")
        found = _fitted(first, main, symbol, workers)
        if plan["inductance"] == "auto" and not has_inductor(main.circuit):
            verdict = inductance_needed(found, **main.options)
            said = (*said, verdict.sentence)
            if verdict.needed:
                symbol = verdict.symbol
                found = _fitted(first, main, symbol, workers)
        fitted = [(main.rows, consistent_arcs(found))]
        for task in tasks[1:]:
            lead = None if has_inductor(task.circuit) else symbol
            try:
                fitted.append((task.rows, consistent_arcs(_fitted(_of(series, task), task, lead, workers))))
            except (CircuitError, FitError) as error:
                raise type(error)(f"{task.place}: {error}") from None
    if len(fitted) == 1:
        return fitted[0][1], said
    whole = united(series, fitted, chosen)
    return whole.fits, (*said, *whole.decisions)


def _of(series: Series, task: _Task) -> Series:
    """The spectra of a task."""
    whole = len(task.rows) == len(series)
    return series if whole else series.with_(spectra=[series[i] for i in task.rows])


def _fitted(series: Series, task: _Task, symbol: str | None, workers: Executor | None) -> SeriesFit:
    """The fits of a task, with the lead; start values in an array are those of the circuit without it."""
    options, circuit = dict(task.options), task.circuit
    if symbol:
        circuit = with_inductor(circuit, symbol)
        options["start"] = options["start"] if isinstance(options["start"], Mapping) else None
    return fit(series, circuit, breaks=task.cuts, executor=workers, **options)


def _tasks(
    groups: Sequence[Group], model: Circuit, options: Mapping[str, Any], cuts: Sequence[int]
) -> tuple[list[_Task], tuple[str, ...]]:
    """What is fitted with what; the first is the main one. Sentences on options that hold for a part only."""
    tasks, said = [], []
    for group in groups:
        circuit = _circuit(group.own, model)
        own, left_out = _options(options, model, circuit, group)
        said += left_out
        within = [int(np.searchsorted(group.rows, cut)) for cut in cuts]
        inside = tuple(dict.fromkeys(k for k in within if 0 < k < len(group.rows)))
        tasks.append(_Task(group.rows, circuit, own, inside, group.own.place))
    return tasks, tuple(dict.fromkeys(said))


def _circuit(own: Own, model: Circuit) -> Circuit:
    if own.circuit is None:
        return model
    try:
        return resolve_circuit(own.circuit) if isinstance(own.circuit, str) else own.circuit
    except CircuitError as error:
        raise OptionError(f"{own.place}: circuit: {error}") from None


def _options(
    options: Mapping[str, Any], model: Circuit, circuit: Circuit, group: Group
) -> tuple[dict[str, Any], list[str]]:
    """The options of a fit for one group: those of the series by the parameters of its circuit, and its own."""
    out, said = dict(options), []
    given = options["weighting"]
    if not isinstance(given, str) and np.ndim(given) > 1 and len(given) > 1:
        out["weighting"] = np.asarray(given)[list(group.rows)]
    if str(circuit) != str(model):
        same = counterparts(model, circuit)
        for key in BY_NAME:
            held = options[key] if isinstance(options[key], Mapping) else {}
            lost = [name for name in held if name not in same]
            out[key] = {same[name]: _renamed(value, same) for name, value in held.items() if name in same} or None
            said += [f"{key} of {name} does not hold for {circuit}: it has no such parameter." for name in lost]
    elif not isinstance(options["start"], Mapping | None) and np.ndim(options["start"]) > 1:
        out["start"] = np.asarray(options["start"])[list(group.rows)]
    for key in ("fix", "start"):
        stated = _by_parameter(circuit, getattr(group.own, key), f"{group.own.place}: {key}")
        if stated:
            before = out[key] if isinstance(out[key], Mapping) else {}
            out[key] = {**before, **stated}
    return out, said


def _renamed(value: Any, same: Mapping[str, str]) -> Any:
    """The target of a tie by the parameters of another circuit."""
    return renamed(value, lambda name: same.get(name, name)) if isinstance(value, str) else value


def _by_parameter(circuit: Circuit, given: Mapping[str, float], place: str) -> dict[str, float]:
    """Values by the names of parameters. Raises OptionError with the place and the nearest parameter or role."""
    from eisfit.fitting.batch_fit import unknown_parameter
    from eisfit.roles import assign_roles

    named = by_parameter(circuit, given)
    for name in named:
        if name not in circuit.names:
            roles = tuple(assign_roles(circuit).resistances)
            raise OptionError(f"{place}: {circuit}: {unknown_parameter(name, circuit.names, roles)}")
    return named


def _one_value(plan: AnalysisKeywords) -> None:
    """Raises OptionError for what needs one circuit for the whole series."""
    for key in ("share", "smooth"):
        if plan[key]:
            raise OptionError(
                f"{key} needs one circuit for the whole series, but some spectra have settings of their own "
                "([[spectra]]): leave out one of the two"
            )
