"""The command line: one file per command, listed here in the order of the help.

A command is a module of its name in this package with a function `command`, whose docstring is its help and which
returns the exit code. Only the module of the command that is asked for is run. typer and rich stay in this package.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec
from types import CodeType, FunctionType
from typing import Annotated

import typer

from eisfit.errors import OptionError

COMMANDS = (
    "fit",
    "inspect",
    "check",
    "compare",
    "attribute",
    "simulate",
    "circuits",
    "elements",
    "convert",
    "report",
    "init",
)


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code. Raises EisfitError for what it cannot do."""
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    if "" in arguments:  # a folder of no name would be this one
        raise OptionError(f"argument {arguments.index('') + 1} is empty: is a variable of the shell not set?")
    arguments = arguments[1:] if arguments[:1] == ["--"] else arguments
    if arguments and arguments[0] in COMMANDS:
        app.command(arguments[0])(_exiting(importlib.import_module(f"eisfit.cli.{arguments[0]}").command))
    else:
        for name in COMMANDS:
            app.command(name, help=_purpose(name))(_root)
    try:
        typer.main.get_command(app).main(arguments, prog_name="eisfit")
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else 0
    return 0


def _purpose(command: str) -> str:
    """The docstring of a command, for the list of all: its module is not run, which takes a third off the help."""
    spec = find_spec(f"eisfit.cli.{command}")
    if not spec or not isinstance(spec.loader, SourceFileLoader):
        return importlib.import_module(f"eisfit.cli.{command}").command.__doc__ or ""
    module = spec.loader.get_code(spec.name)
    functions = [c for c in module.co_consts if isinstance(c, CodeType) and c.co_name == "command"] if module else []
    return "".join(FunctionType(code, {}).__doc__ or "" for code in functions)


def _version(wanted: bool) -> None:
    if wanted:
        from eisfit._version import __version__

        print(f"eisfit {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and exit.")
    ] = False,
) -> None:
    """Resistances against state of charge from impedance spectra of solid-state cells.

    eisfit fit FOLDER fits every spectrum of one cell and writes tables and a report.
    """


def _exiting(command: Callable[..., int]) -> Callable[..., None]:
    """The command as typer wants it: its exit code raised, Ctrl-C told from a fault."""

    @functools.wraps(command)
    def call(**arguments: object) -> None:
        try:
            code = command(**arguments)
        except KeyboardInterrupt:
            print("eisfit: interrupted", file=sys.stderr)
            code = 130
        raise typer.Exit(code)

    return call
