"""What a user may set: options of Python, of the command and of eisfit.toml, each declared once.

In force: the call or the command line, then eisfit.toml, then the default.
"""

from eisfit.settings.cell import CELL
from eisfit.settings.combine import FORMER, Given, Settings, combined, complete, merged, takes_options
from eisfit.settings.files import FILE_NAME, find_settings, load_settings, template
from eisfit.settings.of_fits import FitKeywords
from eisfit.settings.option import PANELS, Option
from eisfit.settings.options import (
    DEFAULTS,
    EVERY,
    FIT,
    INDUCTANCE,
    LIMITS_OPTION,
    TABLES,
    AnalysisKeywords,
    RunKeywords,
    declared,
)
from eisfit.settings.spectra import SpectrumSettings, for_many, settings_of_spectra

__all__ = [
    "CELL",
    "DEFAULTS",
    "EVERY",
    "FILE_NAME",
    "FIT",
    "FORMER",
    "INDUCTANCE",
    "LIMITS_OPTION",
    "PANELS",
    "TABLES",
    "AnalysisKeywords",
    "FitKeywords",
    "Given",
    "Option",
    "RunKeywords",
    "Settings",
    "SpectrumSettings",
    "combined",
    "complete",
    "declared",
    "find_settings",
    "for_many",
    "load_settings",
    "merged",
    "settings_of_spectra",
    "takes_options",
    "template",
]
