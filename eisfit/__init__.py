"""eisfit: resistances against state of charge from operando impedance spectra of solid-state cells.

Every public name is loaded when it is first used, so `import eisfit` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from eisfit._version import __version__ as __version__

if TYPE_CHECKING:
    from eisfit import plots as plots
    from eisfit.analysis import analyse as analyse
    from eisfit.attribution import attribute as attribute
    from eisfit.circuit import Circuit as Circuit
    from eisfit.circuit import Parameter as Parameter
    from eisfit.circuit import fixed as fixed
    from eisfit.comparison import compare as compare
    from eisfit.errors import AmbiguousFormat as AmbiguousFormat
    from eisfit.errors import CircuitError as CircuitError
    from eisfit.errors import CircuitSyntaxError as CircuitSyntaxError
    from eisfit.errors import CorruptFile as CorruptFile
    from eisfit.errors import DataError as DataError
    from eisfit.errors import DuplicateLabel as DuplicateLabel
    from eisfit.errors import EisfitError as EisfitError
    from eisfit.errors import EmptyFile as EmptyFile
    from eisfit.errors import FitError as FitError
    from eisfit.errors import MissingDependency as MissingDependency
    from eisfit.errors import OptionError as OptionError
    from eisfit.errors import OutputError as OutputError
    from eisfit.errors import ReadError as ReadError
    from eisfit.errors import UnknownElement as UnknownElement
    from eisfit.errors import UnknownFormat as UnknownFormat
    from eisfit.export import read_study as read_study
    from eisfit.fitting import fit as fit
    from eisfit.fitting import fit_batch as fit_batch
    from eisfit.fitting.result import BatchFit as BatchFit
    from eisfit.fitting.result import Fit as Fit
    from eisfit.fitting.result import SeriesFit as SeriesFit
    from eisfit.fitting.status import FitStatus as FitStatus
    from eisfit.library import load_circuit as load_circuit
    from eisfit.quality import lin_kk as lin_kk
    from eisfit.quality import z_hit as z_hit
    from eisfit.readers import read as read
    from eisfit.simulation import simulate as simulate
    from eisfit.spectrum import Cell as Cell
    from eisfit.spectrum import Conditions as Conditions
    from eisfit.spectrum import Series as Series
    from eisfit.spectrum import Source as Source
    from eisfit.spectrum import Spectrum as Spectrum
    from eisfit.study import Study as Study
    from eisfit.tracking import track as track
    from eisfit.tracking.track import Finding as Finding
    from eisfit.tracking.track import Track as Track

_NAMES = {
    "eisfit.analysis": ("analyse",),
    "eisfit.attribution": ("attribute",),
    "eisfit.comparison": ("compare",),
    "eisfit.circuit": ("Circuit", "Parameter", "fixed"),
    "eisfit.errors": (
        "AmbiguousFormat",
        "CircuitError",
        "CircuitSyntaxError",
        "CorruptFile",
        "DataError",
        "DuplicateLabel",
        "EisfitError",
        "EmptyFile",
        "FitError",
        "MissingDependency",
        "OptionError",
        "OutputError",
        "ReadError",
        "UnknownElement",
        "UnknownFormat",
    ),
    "eisfit.export": ("read_study",),
    "eisfit.fitting": ("fit", "fit_batch"),
    "eisfit.fitting.result": ("BatchFit", "Fit", "SeriesFit"),
    "eisfit.fitting.status": ("FitStatus",),
    "eisfit.library": ("load_circuit",),
    "eisfit.quality": ("lin_kk", "z_hit"),
    "eisfit.readers": ("read",),
    "eisfit.simulation": ("simulate",),
    "eisfit.spectrum": ("Cell", "Conditions", "Series", "Source", "Spectrum"),
    "eisfit.study": ("Study",),
    "eisfit.tracking": ("track",),
    "eisfit.tracking.track": ("Finding", "Track"),
}
"""The home of every public name. The imports above tell type checkers the same; a test compares the two."""

_HOME = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name == "plots":
        return importlib.import_module("eisfit.plots")
    if name not in _HOME:
        raise AttributeError(f"module 'eisfit' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "plots", "__version__"])
