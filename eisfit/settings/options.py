"""Every setting, declared once: how it is written, what it means, which flag sets it.

The parser of eisfit.toml, the command line, the file that `eisfit init` writes and docs/cli.md are made from these
declarations. May import errors and spectrum only, and loads numpy no sooner than a Cell is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from eisfit.settings.kinds import (
    BOUNDS,
    COUNT,
    JOBS,
    LIMITS,
    NAMES,
    NUMBER,
    PATH,
    POSITIVE,
    RANGES,
    SWITCH,
    TEXT,
    TIES,
    VALUES,
    Kind,
    choice,
    in_unit,
)

if TYPE_CHECKING:
    from eisfit.spectrum import Cell

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

INDUCTANCE = ("auto", "on", "off", "mask")
"""An inductor where the series demands it, always, never; or never and the inductive points left out."""


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: how it is written, what it means, an example in TOML, its flags, its group in the help.

    not_in_file: why it cannot stand in eisfit.toml, "" where it can.
    """

    kind: Kind
    help: str
    example: str
    flags: tuple[str, ...]
    panel: str
    not_in_file: str = ""


def _option(kind: Kind, help: str, example: str, *flags: str, panel: str = CELL_PANEL) -> Option:
    return Option(kind, help, example, flags, panel)


def _fit(default: Any, panel: str, kind: Kind, help: str, example: str, *flags: str, not_in_file: str = "") -> Any:
    metadata = {"option": Option(kind, help, example, flags, panel, not_in_file)}
    if isinstance(default, dict):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


CELL: Mapping[str, Option] = {
    "name": _option(TEXT, "name of the cell in tables and in the report", '"cell 7"'),
    "type": _option(choice("half", "full", "symmetric", "blocking"), "kind of cell", '"half"', "--cell-type"),
    "working_electrode": _option(
        choice("anode", "cathode"),
        "with anode the axis is the lithiation and rises on discharge of the half cell",
        '"anode"',
        "--working-electrode",
    ),
    "area_cm2": _option(in_unit(POSITIVE, "CM2"), "electrode area in cm2", "1.27", "--area"),
    "thickness_um": _option(in_unit(POSITIVE, "UM"), "thickness of the electrolyte in um", "850", "--thickness"),
    "mass_mg": _option(in_unit(POSITIVE, "MG"), "active mass in mg", "1.2", "--mass"),
    "capacity_mAh": _option(
        in_unit(POSITIVE, "MAH"), "charge in mAh between state of charge 0 and 1", "3.3", "--capacity"
    ),
    "capacity_mAh_g": _option(
        in_unit(POSITIVE, "MAH/G"),
        "the same per gram of active mass, where no capacity is given, such as 3579 for Li15Si4",
        "3579",
        "--specific-capacity",
    ),
    "host": _option(
        TEXT,
        "formula of the active material as it was weighed, such as Si or LiCoO2, for x in LixSi",
        '"Si"',
        "--host",
    ),
    "lithium": _option(
        in_unit(NUMBER, "X"),
        "lithium content x where the record begins; without it that of the formula",
        "0.0",
        "--lithium",
    ),
    "temperature_C": _option(
        in_unit(NUMBER, "C"), "temperature in C, where the files hold none", "25", "--temperature"
    ),
    "pressure_MPa": _option(POSITIVE, "pressure on the cell in MPa", "50"),
}
"""The table [cell]: the fields of Cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSettings:
    """The table [fit]: the options of `eisfit fit` by their names. None leaves the choice to the analysis."""

    circuit: str = _fit(
        "assb",
        MODEL,
        TEXT,
        "circuit such as 'R(RQ)(RQ)Q', or a name out of `eisfit circuits`",
        '"assb"',
        "-c",
        "--circuit",
    )
    fix: Mapping[str, float] = _fit({}, MODEL, VALUES, "keep a parameter at a value", "{ Q_D_n = 0.5 }", "--fix")
    bound: Mapping[str, tuple[float, float]] = _fit(
        {}, MODEL, BOUNDS, "search a parameter between two values", "{ R_GB = [1, 100] }", "--bound"
    )
    tie: Mapping[str, str] = _fit(
        {},
        MODEL,
        TIES,
        "give the first parameter the value of the second",
        '{ Q_Int_n = "Q_GB_n" }',
        "--tie",
    )
    share: tuple[str, ...] = _fit(
        (), MODEL, NAMES, "one value of this parameter for the whole series", '["Q_GB_n"]', "--share"
    )
    inductance: str = _fit(
        "auto",
        MODEL,
        choice(*INDUCTANCE),
        "an inductor in series; auto adds one where the series demands it, mask leaves inductive points out",
        '"auto"',
        "--inductance",
    )
    weighting: str = _fit(
        "modulus",
        ENGINE,
        choice("modulus", "proportional", "unit", "sigma", "estimated"),
        "weights of the points; modulus is 1/|Z measured|",
        '"modulus"',
        "--weighting",
    )
    robust: bool = _fit(
        False, ENGINE, SWITCH, "a few gross outliers do not move the answer", "true", "--robust/--no-robust"
    )
    smooth: bool = _fit(
        False, ENGINE, SWITCH, "smoothness along the series, beside the free fit", "true", "--smooth/--no-smooth"
    )
    intervals: str = _fit(
        "stderr",
        ENGINE,
        choice("stderr", "profile"),
        "errors of the resistances: standard errors, or 95 % intervals of the profile likelihood beside them",
        '"profile"',
        "--intervals",
    )
    f_min: float | None = _fit(None, POINTS, in_unit(POSITIVE, "HZ"), "lowest frequency that counts", "0.01", "--f-min")
    f_max: float | None = _fit(None, POINTS, in_unit(POSITIVE, "HZ"), "highest frequency that counts", "1e6", "--f-max")
    mask: tuple[tuple[float, float], ...] = _fit(
        (), POINTS, RANGES, "band in Hz that must not count", "[[49, 51]]", "--mask"
    )
    keep_all: bool = _fit(
        False,
        POINTS,
        SWITCH,
        "leave out no point but those of f-min, f-max and mask",
        "true",
        "--keep-all/--no-keep-all",
    )
    pattern: str | None = _fit(
        None,
        INPUT,
        TEXT,
        "conditions in file names, such as '{cell}_SOC{soc}_{temperature_C}C'",
        '"{cell}_SOC{soc}"',
        "--pattern",
    )
    format: str | None = _fit(
        None, INPUT, TEXT, "name of the reader, instead of looking into the files", '"table"', "--format"
    )
    blank: str | None = _fit(
        None,
        INPUT,
        PATH,
        "spectrum of the short-circuited cable, subtracted from every spectrum",
        '"cable.mpt"',
        "--blank",
    )
    x: str | None = _fit(
        None,
        CELL_PANEL,
        choice("soc", "dod", "lithiation", "charge", "mAh/g", "mAh/cm2", "potential", "time", "cycle", "index"),
        "axis of the track; without it the first of soc, charge, potential, time, cycle, index that the data hold",
        '"soc"',
        "--axis",
        "--x",
    )
    baseline: int | None = _fit(
        None, CELL_PANEL, COUNT, "number of first spectra that the short detector trusts", "3", "--baseline"
    )
    report: bool = _fit(True, OUTPUT, SWITCH, "write report.pdf", "false", "--report/--no-report")
    figures: str | None = _fit(
        None,
        OUTPUT,
        choice("svg", "png", "pdf"),
        "write every figure as a file of this kind as well",
        '"svg"',
        "--figures",
    )
    paper: str = _fit("a4", OUTPUT, choice("a4", "letter"), "size of the pages of the report", '"letter"', "--paper")
    every_spectrum: bool | None = _fit(
        None,
        OUTPUT,
        SWITCH,
        "show every spectrum in the report, or only the telling ones; without it by their number",
        "true",
        "--every-spectrum/--telling-spectra",
    )
    style: str | None = _fit(
        None,
        OUTPUT,
        PATH,
        "matplotlib style file that sets fonts, colours and sizes of the report and the figures",
        '"paper.mplstyle"',
        "--style",
    )
    jobs: int = _fit(
        1, MACHINE, JOBS, "number of processes; from eisfit.toml no more than there are processors", "1", "--jobs"
    )
    scheduler: str | None = _fit(
        None,
        MACHINE,
        TEXT,
        "address of a dask scheduler that does the fitting",
        '"tcp://host:8786"',
        "--scheduler",
        not_in_file="what comes with the data must not connect to another machine; give it on the command line",
    )


FIT: Mapping[str, Option] = {f.name: f.metadata["option"] for f in fields(FitSettings)}
"""The table [fit], one declaration per field of FitSettings."""

LIMITS_OPTION = _option(LIMITS, "threshold of a flag", "", "--limit")
"""The table [limits]; which limits there are is the tracker's to say."""

TABLES: Mapping[str, Mapping[str, Option]] = {"cell": CELL, "fit": FIT}

Given = Mapping[str, Mapping[str, Any]]
"""What one source sets, by table ("cell", "fit", "limits") and key; what it does not set is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is set for one cell: the cell itself, the options of the fit, the limits of the flags."""

    cell: Cell
    fit: FitSettings = field(default_factory=FitSettings)
    limits: Mapping[str, float] = field(default_factory=dict)


def combined(*sources: Given) -> Settings:
    """Settings from several sources; a later one wins, mappings such as `fix` are merged name by name."""
    from eisfit.spectrum import Cell

    tables: dict[str, dict[str, Any]] = {"cell": {}, "fit": {}, "limits": {}}
    for source in sources:
        for table, values in source.items():
            for key, value in values.items():
                before = tables[table].get(key)
                merge = isinstance(value, dict) and before is not None
                tables[table][key] = before | value if merge else value
    return Settings(cell=Cell(**tables["cell"]), fit=FitSettings(**tables["fit"]), limits=tables["limits"])
