"""The command line: one file per command, listed here in the order of the help.

A command is a module of its name in this package with a function `command`, whose docstring is its help and which
returns the exit code. Only the module of the command that is asked for is loaded. typer and rich stay in this package.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from typing import Annotated

import typer

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
    for name in arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS:
        function = importlib.import_module(f"eisfit.cli.{name}").command
        app.command(name)(_exiting(function))
    try:
        typer.main.get_command(app).main(arguments, prog_name="eisfit")
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else 0
    return 0


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
