"""What a user may set: eisfit.toml and the options of the command. In force: command line, then eisfit.toml."""

from eisfit.settings.files import FILE_NAME, find_settings, load_settings, template
from eisfit.settings.options import (
    CELL,
    FIT,
    INDUCTANCE,
    LIMITS_OPTION,
    PANELS,
    TABLES,
    FitSettings,
    Given,
    Option,
    Settings,
    combined,
)

__all__ = [
    "CELL",
    "FILE_NAME",
    "FIT",
    "INDUCTANCE",
    "LIMITS_OPTION",
    "PANELS",
    "TABLES",
    "FitSettings",
    "Given",
    "Option",
    "Settings",
    "combined",
    "find_settings",
    "load_settings",
    "template",
]
