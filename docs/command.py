"""The tables of docs/cli.md, from the declarations in the code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markdown import markdown

from eisfit.columns import Group
from eisfit.fitting.table import PARAMETERS
from eisfit.settings import LIMITS_OPTION, TABLES, Option
from eisfit.tables import DERIVED
from eisfit.tracking.flags import REGISTRY, all_limits


def options() -> str:
    """The options of `eisfit fit` and where they stand in eisfit.toml."""
    tables = {**TABLES, "limits": {'"flag.name"': LIMITS_OPTION}}
    rows = [
        [_flags(option), "not in a file" if option.not_in_file else f"`{_table(table)} {key}`", option.help]
        for table in tables
        for key, option in tables[table].items()
    ]
    return markdown(["option", "eisfit.toml", "meaning"], rows)


def _table(name: str) -> str:
    """A table of eisfit.toml as it is written there."""
    return "[[spectra]]" if name == "spectra" else f"[{name}]"


def _flags(option: Option) -> str:
    flags = ", ".join(f"`{flag}`" for flag in option.flags) or "in the file only"
    return f"{flags} `{option.kind.metavar}`" if option.kind.metavar and option.flags else flags


def columns(groups: Iterable[Group[Any]]) -> str:
    """Every column of a table with its unit and meaning; ROLE, ARC and NAME stand for the keys of its group."""
    rows = []
    for group in groups:
        over = {"parameter": "NAME", "role": "ROLE", "R_Int": "R_Int"}.get(group.over_what, "KEY")
        for k, column in enumerate(group.columns):
            name = column.name.replace("KEY", over)
            name = name.replace("ARC", "Int") if group.over_what == "R_Int" else name
            shown = f"`{name}`, `{name}_stderr`" if column.error else f"`{name}`"
            rows.append(["" if k else group.title, shown, column.unit, column.meaning])
    return markdown(["", "column", "unit", "meaning"], rows)


def flags() -> str:
    """Every flag with its meaning."""
    return markdown(
        ["flag", "meaning"],
        [[f"`{flag.name}{'ROLE' if flag.name.endswith('_') else ''}`", flag.sentence] for flag in REGISTRY.values()],
    )


def limits() -> str:
    """Every limit with its default."""
    return markdown(
        ["limit", "default", "meaning"],
        [[f"`{limit.name}`", f"{limit.default:g} {limit.unit}".strip(), limit.sentence] for limit in all_limits()],
    )


CONTENT: Mapping[str, Callable[[], str]] = {
    "options": options,
    "flags": flags,
    "limits": limits,
    "parameters.csv": lambda: columns(PARAMETERS),
    "derived.csv": lambda: columns(DERIVED),
}
