"""`eisfit init`: a commented eisfit.toml to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eisfit.cli._options import Quiet
from eisfit.cli._terminal import say
from eisfit.errors import OptionError, OutputError
from eisfit.export import output_folder
from eisfit.settings import FILE_NAME, template

Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="The folder of the cell, made if need be.", show_default=False)
]


def _write(path: Path, text: str) -> None:
    """A new file, whole or not at all. Raises FileExistsError where there is one, OSError."""
    file = path.open("x", encoding="utf-8", newline="\n")
    try:
        with file:
            file.write(text)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def command(folder: Folder, quiet: Quiet = False) -> int:
    """Write a commented eisfit.toml into a folder.

    `eisfit fit FOLDER` then goes by it.
    """
    path = folder / FILE_NAME
    try:
        with output_folder(folder):
            _write(path, template())
    except FileExistsError:
        raise OptionError(f"{path} is there already and stays as it is") from None
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from None
    if not quiet:
        say(f"{path} is written: remove the # before what you want to set")
    return 0
