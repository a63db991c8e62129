"""The options of the commands, made from the declarations in eisfit.settings, and what was given as settings."""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from eisfit.errors import OptionError
from eisfit.settings import CELL, FIT, LIMITS_OPTION, PANELS, Given, Option
from eisfit.settings.kinds import SWITCH

Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...",
        help="Folders, files or globs; together they are one cell.",
        show_default=False,
        readable=False,  # what cannot be read is said by the reader, and the others go on
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.", rich_help_panel="Output")]

Force = Annotated[
    bool,
    typer.Option("--force", help="Overwrite files that eisfit did not write, never inputs.", rich_help_panel="Output"),
]

READING = ("pattern", "format", "columns", "electrode", "exclude")
"""Options of every command that reads files."""

SEPARATOR = "__"
FORMERLY = "formerly"
"""Marks the parameter of a flag by the name that it had before; the help leaves it out."""


def takes(*fit: str, cell: bool = True, limits: bool = False) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Give a command the options of these keys of [fit], those of [cell], and --limit, in the place of its **given."""
    wanted = {("fit", key): FIT[key] for key in fit}
    wanted |= {("cell", key): option for key, option in CELL.items() if cell and option.flags}
    wanted |= {("limits", "limit"): LIMITS_OPTION} if limits else {}

    def equip(command: Callable[..., int]) -> Callable[..., int]:
        own = [p for p in inspect.signature(command, eval_str=True).parameters.values() if p.kind is not p.VAR_KEYWORD]
        ordered = sorted(wanted.items(), key=lambda item: PANELS.index(item[1].panel))
        parameters = own + [p for (table, key), option in ordered for p in _parameters(table, key, option)]
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in parameters}
        return command

    return equip


def given(flags: Mapping[str, Any]) -> Given:
    """What the flags set, by table and key. Raises OptionError that names the flag and says what was expected."""
    out: dict[str, dict[str, Any]] = {"cell": {}, "fit": {}, "limits": {}}
    for name, value in flags.items():
        table, key, *_ = name.split(SEPARATOR)
        if value is None or value == [] or value == ():
            continue
        option = _declared(table, key)
        try:
            parsed = option.kind.from_text(value)
        except ValueError as error:
            raise OptionError(f"{option.flags[-1].partition('/')[0]}: {error}") from None
        out[table] |= parsed if table == "limits" else {key: parsed}
    return out


def command_line(command: str, paths: Iterable[Path], flags: Mapping[str, Any]) -> str:
    """The command that does the same again, without the place of the results."""
    words = ["eisfit", command, *map(str, paths)]
    for name, value in flags.items():
        table, key, *_ = name.split(SEPARATOR)
        if value is None or value == [] or value == ():
            continue
        on, _, off = _declared(table, key).flags[-1].partition("/")
        if isinstance(value, bool):
            words.append(on if value else off)
        else:
            words += [word for item in ([value] if isinstance(value, str) else value) for word in (on, item)]
    return shlex.join(words)


def _declared(table: str, key: str) -> Option:
    return LIMITS_OPTION if table == "limits" else (CELL if table == "cell" else FIT)[key]


def _parameters(table: str, key: str, option: Option) -> Iterator[inspect.Parameter]:
    """The option, and another that the help leaves out for the flags it had before."""
    kind, name = option.kind, f"{table}{SEPARATOR}{key}"
    annotation = bool | None if kind is SWITCH else list[str] | None if kind.many else str | None
    spellings = {name: option.flags} | ({f"{name}{SEPARATOR}{FORMERLY}": option.former} if option.former else {})
    for spelled, flags in spellings.items():
        info = typer.Option(
            None,
            *flags,
            help=_help(option),
            metavar=kind.metavar or None,
            show_default=False,
            rich_help_panel=option.panel,
            hidden=flags is option.former,
        )
        yield inspect.Parameter(spelled, inspect.Parameter.KEYWORD_ONLY, default=info, annotation=annotation)


def _help(option: Option) -> str:
    sentence = option.help[0].upper() + option.help[1:]
    if option.kind.many:
        sentence += "; may be repeated"
    shown = isinstance(option.default, str | int) and not isinstance(option.default, bool)
    return f"{sentence} (default: {option.default})." if shown else f"{sentence}."
