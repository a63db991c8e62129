"""Every option, declared once: of a fit (`FitKeywords`), of an analysis, of a run of the command.

A key of these typed dictionaries is an option. The keyword arguments of `fit`, `fit_batch` and `analyse`, the command
line, the parser of eisfit.toml, the file that `eisfit init` writes and docs/cli.md are made from here. Nothing is
imported but how options are written: the types of Python alone are read by type checkers only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, cast, get_type_hints

from eisfit.settings.cell import CELL
from eisfit.settings.kinds import (
    AXIS,
    COLUMNS,
    COUNT,
    JOBS,
    LABELS,
    LIMITS,
    NAMES,
    PATH,
    POSITIVE,
    RANGES,
    SWITCH,
    TEXT,
    choice,
    in_unit,
    tables,
)
from eisfit.settings.of_fits import FitKeywords
from eisfit.settings.option import (
    ENGINE,
    INPUT,
    MACHINE,
    MODEL,
    NOTHING,
    OUTPUT,
    POINTS,
    Option,
    option,
)
from eisfit.settings.spectra import SPECTRA, spectrum_settings

if TYPE_CHECKING:
    from os import PathLike

    from eisfit.circuit import Circuit
    from eisfit.spectrum import Spectrum

INDUCTANCE = ("auto", "on", "off", "mask")
"""An inductor where the series demands it, always, never; or never and the inductive points left out."""


class AnalysisKeywords(FitKeywords, total=False):
    """The options of an analysis: keyword arguments of `analyse`."""

    circuit: Annotated[
        Circuit | str,
        option(
            TEXT,
            "circuit such as 'R(RQ)(RQ)Q', or a name out of `eisfit circuits`",
            '"assb"',
            "-c",
            "--circuit",
            panel=MODEL,
            default="assb",
        ),
    ]
    inductance: Annotated[
        str,
        option(
            choice(*INDUCTANCE),
            "an inductor in series; auto adds one where the series demands it, mask leaves inductive points out",
            '"auto"',
            "--inductance",
            panel=MODEL,
            default="auto",
        ),
    ]
    smooth: Annotated[
        bool,
        option(
            SWITCH,
            "smoothness along the series, beside the free fit",
            "true",
            "--smooth/--no-smooth",
            panel=ENGINE,
            default=False,
        ),
    ]
    intervals: Annotated[
        str,
        option(
            choice("stderr", "profile"),
            "errors of the resistances: standard errors, or 95 % intervals of the profile likelihood beside them",
            '"profile"',
            "--intervals",
            panel=ENGINE,
            default="stderr",
        ),
    ]
    f_min: Annotated[
        float | None,
        option(in_unit(POSITIVE, "HZ"), "lowest frequency that counts", "0.01", "--f-min", panel=POINTS),
    ]
    f_max: Annotated[
        float | None,
        option(in_unit(POSITIVE, "HZ"), "highest frequency that counts", "1e6", "--f-max", panel=POINTS),
    ]
    mask: Annotated[
        Sequence[tuple[float, float]],
        option(RANGES, "band in Hz that must not count", "[[49, 51]]", "--mask", panel=POINTS, default=()),
    ]
    exclude: Annotated[
        Sequence[str],
        option(
            LABELS,
            "leave out a spectrum, by its label or its file; * and ? stand for any letters",
            '["first*"]',
            "--exclude",
            panel=POINTS,
            default=(),
        ),
    ]
    spectra: Annotated[
        Sequence[Mapping[str, Any]],
        option(
            tables(spectrum_settings),
            "settings of single spectra, in Python a list of mappings: "
            "{'match': '*3.6V*', 'circuit': 'R(RQ)', 'mask': [(49, 51)]}",
            table="spectra",
            default=(),
        ),
    ]
    keep_all: Annotated[
        bool,
        option(
            SWITCH,
            "leave out no point but those of f-min, f-max and mask",
            "true",
            "--keep-all/--no-keep-all",
            panel=POINTS,
            default=False,
        ),
    ]
    pattern: Annotated[
        str | None,
        option(
            TEXT,
            "conditions in file names, such as '{cell}_SOC{soc}_{temperature_C}C'",
            '"{cell}_SOC{soc}"',
            "--pattern",
            panel=INPUT,
        ),
    ]
    format: Annotated[
        str | None,
        option(TEXT, "name of the reader, instead of looking into the files", '"table"', "--format", panel=INPUT),
    ]
    columns: Annotated[
        Sequence[str],
        option(
            COLUMNS,
            "the columns of tables in their order, such as f,re,-im; - passes one over",
            '["f", "re", "-im"]',
            "--columns",
            panel=INPUT,
            default=(),
        ),
    ]
    electrode: Annotated[
        str,
        option(
            choice("we", "ce", "cell", "all"),
            "with three electrodes the impedance of the working or counter electrode, of the cell, or each",
            '"we"',
            "--electrode",
            panel=INPUT,
            default="we",
        ),
    ]
    blank: Annotated[
        str | PathLike[str] | Spectrum | None,
        option(
            PATH,
            "spectrum of the short-circuited cable, subtracted from every spectrum",
            '"cable.mpt"',
            "--blank",
            panel=INPUT,
        ),
    ]
    axis: Annotated[
        str | None,
        option(
            AXIS,
            "axis of the track: soc, dod, lithiation, charge, mAh/g, mAh/cm2, potential, temperature, pressure, time, "
            "cycle, index, or a number that --pattern or series.csv names; without it the first of soc, charge, "
            "potential, time, cycle, index that the data hold",
            '"soc"',
            "--axis",
            former=("--x",),
        ),
    ]
    baseline: Annotated[
        int | None,
        option(COUNT, "number of first spectra that the short detector trusts", "3", "--baseline"),
    ]
    limits: Annotated[
        Mapping[str, float],
        option(LIMITS, "threshold of a flag", "", "--limit", table="limits", default=NOTHING),
    ]
    jobs: Annotated[
        int,
        option(
            JOBS,
            "number of processes; from eisfit.toml no more than there are processors",
            "1",
            "--jobs",
            panel=MACHINE,
            default=1,
        ),
    ]
    scheduler: Annotated[
        str | None,
        option(
            TEXT,
            "address of a dask scheduler that does the fitting",
            '"tcp://host:8786"',
            "--scheduler",
            panel=MACHINE,
            not_in_file="what comes with the data must not connect to another machine; give it on the command line",
        ),
    ]


class RunKeywords(AnalysisKeywords, total=False):
    """The options of `eisfit fit`: those of an analysis, and what is written."""

    report: Annotated[
        bool, option(SWITCH, "write report.pdf", "false", "--report/--no-report", panel=OUTPUT, default=True)
    ]
    figures: Annotated[
        str | None,
        option(
            choice("svg", "png", "pdf"),
            "write every figure as a file of this kind as well",
            '"svg"',
            "--figures",
            panel=OUTPUT,
        ),
    ]
    only: Annotated[
        Sequence[str],
        option(
            NAMES,
            "of the figures only this one: the name of a figure, of a resistance or of a parameter",
            '["R_Int"]',
            "--only",
            panel=OUTPUT,
            default=(),
        ),
    ]
    spreadsheet: Annotated[
        str | None,
        option(
            choice("xlsx", "comma"),
            "the resistances as a spreadsheet too: resistances.xlsx, or resistances-comma.csv with decimal commas",
            '"xlsx"',
            "--spreadsheet",
            panel=OUTPUT,
        ),
    ]
    paper: Annotated[
        str,
        option(
            choice("a4", "letter"), "size of the pages of the report", '"letter"', "--paper", panel=OUTPUT, default="a4"
        ),
    ]
    every_spectrum: Annotated[
        bool | None,
        option(
            SWITCH,
            "show every spectrum in the report, or only the telling ones; without it by their number",
            "true",
            "--every-spectrum/--telling-spectra",
            panel=OUTPUT,
        ),
    ]
    style: Annotated[
        str | None,
        option(
            PATH,
            "matplotlib style file that sets fonts, colours and sizes of the report and the figures",
            '"paper.mplstyle"',
            "--style",
            panel=OUTPUT,
        ),
    ]


_ELSEWHERE = dict.fromkeys(("ArrayLike", "Circuit", "Spectrum"), object) | {"PathLike": Sequence}
"""Types of Python alone, which the declarations are read without."""


def declared(keywords: type) -> dict[str, Option]:
    """The options of one of the typed dictionaries, by name: those of an analysis, of the fit, of what is written."""
    return {name: option for name, option in EVERY.items() if name in keywords.__annotations__}


def _every() -> dict[str, Option]:
    hints = get_type_hints(RunKeywords, localns=_ELSEWHERE, include_extras=True)
    order = [name for level in (RunKeywords, AnalysisKeywords, FitKeywords) for name in level.__annotations__]
    last = {name: k for k, name in enumerate(order)}
    written = set(RunKeywords.__annotations__) - set(AnalysisKeywords.__annotations__)
    hints = dict(sorted(hints.items(), key=lambda item: (item[0] in written, last[item[0]])))
    found = {name: getattr(hint, "__metadata__", (None,))[0] for name, hint in hints.items()}
    return {name: option for name, option in found.items() if isinstance(option, Option)}


EVERY: Mapping[str, Option] = _every()
"""Every option of a fit, an analysis or a run, by its name."""

FIT: Mapping[str, Option] = {name: option for name, option in EVERY.items() if option.table == "fit"}
"""The table [fit]."""

LIMITS_OPTION = EVERY["limits"]
"""The table [limits]; which limits there are is the tracker's to say."""

TABLES: Mapping[str, Mapping[str, Option]] = {"cell": CELL, "fit": FIT, "spectra": SPECTRA}
"""The tables of eisfit.toml but [limits]; of [[spectra]] there may be several."""

DEFAULTS = cast(RunKeywords, {name: option.default for name, option in EVERY.items()})
"""Every option at its default; None leaves the choice to the analysis."""
