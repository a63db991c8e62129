"""Options from several sources: what a call gives, a file states, a flag sets; the rest at its default."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any, TypeVar, cast

from eisfit.errors import OptionError
from eisfit.settings.cell import CELL
from eisfit.settings.of_fits import FitKeywords
from eisfit.settings.option import NOTHING, Option
from eisfit.settings.options import DEFAULTS, AnalysisKeywords, RunKeywords, declared

if TYPE_CHECKING:
    from eisfit.spectrum import Cell

FORMER = {"fixed": "fix", "bounds": "bound", "tied": "tie", "shared": "share", "x": "axis"}
"""Names that an option had before, and has still."""

K = TypeVar("K", FitKeywords, AnalysisKeywords)
F = TypeVar("F", bound=Callable[..., Any])


def complete(keywords: type[K], given: Mapping[str, Any], function: str) -> K:
    """All options of a kind: those that are given, by their present or former names, and the others at their default.

    None is the default. Raises OptionError for a name that the function does not have.
    """
    known: Mapping[str, Option] = declared(keywords)
    out = {name: option.default for name, option in known.items()}
    for name, value in given.items():
        now = FORMER.get(name, name)
        if now not in known:
            raise OptionError(f"{function} has no option {name!r}; {_hint(name, known)}")
        if now in BY_NAME and value is not None and not isinstance(value, Mapping):
            raise OptionError(f"{name} takes a mapping by the name of the parameter, not {value!r}")
        if value is not None:
            out[now] = value
    return cast(K, out)


BY_NAME = ("fix", "bound", "tie", "limits")
"""Options that are mappings."""


def _hint(name: str, known: Mapping[str, Option]) -> str:
    """What a name that is no option may have meant: a property of the cell, the nearest option, or one of all."""
    flags = {flag.lstrip("-").replace("-", "_"): key for key, option in CELL.items() for flag in option.flags}
    if name in CELL or name in flags:
        return f"it is a property of the cell: Cell({name if name in CELL else flags[name]}=...)"
    near = difflib.get_close_matches(name, [*known, *FORMER, *CELL], n=1)
    if near and near[0] in CELL and near[0] not in known:
        return f"did you mean {near[0]}, a property of the cell: Cell({near[0]}=...)?"
    return f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"


def takes_options(keywords: type) -> Callable[[F], F]:
    """Show the options of a function that takes them as **options: in its signature and in its docstring."""

    def shown(function: F) -> F:
        plain = signature(function)
        own = [p for p in plain.parameters.values() if p.kind is not Parameter.VAR_KEYWORD]
        options = declared(keywords)
        more = [Parameter(n, Parameter.KEYWORD_ONLY, default=_shown_default(o.default)) for n, o in options.items()]
        vars(function)["__signature__"] = Signature([*own, *more], return_annotation=plain.return_annotation)
        lines = [f"    {name}: {option.help}" for name, option in options.items()]
        function.__doc__ = "\n".join([(function.__doc__ or "").rstrip(), "", "    Options:", "", *lines, ""])
        return function

    return shown


def _shown_default(default: Any) -> Any:
    """An empty mapping or tuple is no option given."""
    return None if default in (NOTHING, ()) else default


Given = Mapping[str, Mapping[str, Any]]
"""What one source sets, by table ("cell", "fit", "limits", "spectra") and key; what it does not set is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is set for one cell: the cell itself, every option of the run, and those of them that were stated."""

    cell: Cell
    fit: RunKeywords = field(default_factory=lambda: DEFAULTS)
    stated: Mapping[str, Any] = field(default_factory=dict)


def combined(*sources: Given) -> Settings:
    """Settings from several sources; a later one wins, mappings such as `fix` are merged name by name.

    What they set for single spectra stands one after the other.
    """
    from eisfit.spectrum import Cell

    tables: dict[str, dict[str, Any]] = {"cell": {}, "fit": {}, "limits": {}, "spectra": {}}
    single: tuple[Any, ...] = ()
    for source in sources:
        for table, values in source.items():
            tables[table] = {**tables[table], **values} if table == "limits" else merged(tables[table], values)
        single += tuple(source.get("spectra", {}).get("spectra", ()))
    stated = tables["fit"] | ({"limits": tables["limits"]} if tables["limits"] else {})
    stated |= {"spectra": single} if single else {}
    return Settings(cell=Cell(**tables["cell"]), fit=cast(RunKeywords, {**DEFAULTS, **stated}), stated=stated)


def merged(stated: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Options of two sources: the second wins, mappings such as `fix` are merged name by name; None says nothing."""
    out = dict(stated)
    for name, value in given.items():
        now = FORMER.get(name, name)
        both = isinstance(value, Mapping) and isinstance(out.get(now), Mapping)
        if value is not None:
            out[now] = {**out[now], **value} if both else value
    return out
