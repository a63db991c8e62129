"""What an option is: how it is written, what it means, its default, which flag sets it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from eisfit.settings.kinds import Kind

CELL_PANEL, INPUT, POINTS, MODEL, ENGINE, OUTPUT, MACHINE = (
    "The cell",
    "Input",
    "Points that count",
    "The circuit",
    "The fit",
    "Output",
    "The machine",
)
PANELS = (OUTPUT, MODEL, ENGINE, POINTS, INPUT, CELL_PANEL, MACHINE)
"""Groups of options in the help, in order."""


class Option(NamedTuple):
    """One setting: how it is written, what it means, an example in TOML, its flags, its group in the help, its default.

    table: where it stands in eisfit.toml; not_in_file: why it cannot stand there, "" where it can; former: flags that
    still work, and that the help leaves out.
    """

    kind: Kind
    help: str
    example: str
    flags: tuple[str, ...]
    panel: str
    default: Any = None
    table: str = "fit"
    not_in_file: str = ""
    former: tuple[str, ...] = ()


def option(
    kind: Kind,
    help: str,
    example: str = "",
    *flags: str,
    panel: str = CELL_PANEL,
    default: Any = None,
    table: str = "fit",
    not_in_file: str = "",
    former: tuple[str, ...] = (),
) -> Option:
    """Declare an option."""
    return Option(kind, help, example, flags, panel, default, table, not_in_file, former)


NOTHING: Mapping[str, Any] = MappingProxyType({})
