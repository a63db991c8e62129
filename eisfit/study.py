"""The Study: everything that an analysis found about one cell, and how it was found. Exporters and pages take this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eisfit.fitting.profile import Interval
from eisfit.fitting.result import SeriesFit
from eisfit.fitting.smooth import Smoothed
from eisfit.fitting.table import dataframe, parameter_columns, role_columns
from eisfit.notebook import MOST_ROWS, html_table
from eisfit.numbers import number, with_unit
from eisfit.quality.screening import Quality
from eisfit.spectrum import Series
from eisfit.tables import Column, Quantity, derived_columns, quantities, under_short
from eisfit.tracking.track import Track

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for, as given and as resolved; `used` holds every option of the analysis by its name.

    given: the name of the folder of the files.
    """

    circuit: str = "assb"
    axis: str | None = None
    used: Mapping[str, Any] = field(default_factory=dict)
    command: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    given: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Study:
    """One cell: its series, the quality of the spectra, the fits, the track along the axis, and the options.

    `decisions` are sentences about what was decided on the user's behalf (an inductor added, roles by time constant,
    the state of charge, what could not be judged); `skipped` inputs are in `series.notes`. `smoothed`: parameters under
    the assumption of smoothness along the series, where it was asked for, beside the free fits. `intervals`: by role
    the 95 % interval of the profile likelihood, where it was asked for.
    """

    series: Series
    quality: Quality
    fits: SeriesFit
    track: Track
    options: Options
    decisions: tuple[str, ...] = ()
    smoothed: Smoothed | None = None
    intervals: Mapping[str, Interval] = field(default_factory=dict)

    def __repr__(self) -> str:
        flags = sorted({flag for flags in self.track.flags for flag in flags})
        cell = self.series.cell.name or "a cell"
        return f"<Study of {cell}: {len(self.series)} spectra, {self.fits.described}, {', '.join(flags) or 'no flag'}>"

    def _repr_html_(self) -> str:
        first = range(min(len(self.series), MOST_ROWS))
        axis = self.track.axis
        columns: dict[str, list[object]] = {"spectrum": [self.series[i].label for i in first]}
        columns |= {axis.label: [number(float(axis.values[i])) for i in first]}
        columns |= {with_unit(q.name, q.unit): [q.text(i) for i in first] for q in self.quantities()}
        return html_table(repr(self)[1:-1], columns, len(self.series))

    def table(self, *, roles: bool = False) -> pd.DataFrame:
        """One row per spectrum with the columns of parameters.csv.

        roles: the resistances by their roles and their sums (R_GB, R_Int, R_total), in ohm with standard errors,
        instead of the parameters.
        """
        if not roles:
            return dataframe(self.columns())
        found = {name: (role.value, role.stderr) for name, role in self.track.roles.items()}
        return dataframe(role_columns(self.series, found))

    def derived_table(self) -> pd.DataFrame:
        """One row per spectrum with the columns of derived.csv."""
        return dataframe(self.derived_columns())

    def columns(self) -> list[Column]:
        """The columns of parameters.csv."""
        return parameter_columns(
            self.series, self.fits, kk_rms_percent=self.quality.kk_rms_percent, flags=self.track.flags
        )

    def derived_columns(self) -> list[Column]:
        """The columns of derived.csv."""
        return list(_derived_of(self))

    def quantities(self) -> list[Quantity]:
        """Resistances, their sums and the conductivity along the series, with errors and where they are resolved."""
        return list(_quantities_of(self))

    def write(
        self,
        out: str | Path,
        *,
        report: bool = True,
        figures: str | None = None,
        only: Sequence[str] = (),
        spreadsheet: str | None = None,
        paper: str = "a4",
        every_spectrum: bool | None = None,
        style: str | Path | None = None,
        per_area: bool = False,
        force: bool = False,
        inputs: Iterable[str | Path] = (),
    ) -> list[Path]:
        """Write tables and study.json, then report.pdf and figures into a folder; returns their paths.

        figures: "svg", "png" or "pdf", of them `only` those with these names; spreadsheet: "xlsx" or "comma" gives the
        resistances in that form as well; paper, every_spectrum, style and per_area as in
        `write_report`. The tables appear
        together or not at all; so do, after them, report and figures: a report that fails leaves the tables of this run
        and the report that was there before. The files of the spectra and the further `inputs` are never overwritten,
        files that eisfit did not write with `force` only. Raises OutputError, OptionError.
        """
        from eisfit.export import guard, staged, write_tables

        sources = [s.source.sha256 for s in self.series if s.source is not None]
        keep = guard(map(Path, inputs), contents=sources, force=force)
        with staged(Path(out), keep, of_a_run=True) as stage:
            written = [
                Path(out) / path.relative_to(stage) for path in write_tables(self, stage, spreadsheet=spreadsheet)
            ]
        if report or figures:
            from eisfit.report import publish

            written += publish(
                self,
                out,
                report=report,
                figures=figures,
                only=only,
                paper=paper,
                every_spectrum=every_spectrum,
                style=style,
                per_area=per_area,
                guard=keep,
            )
        return written


def _has_geometry(study: Study) -> bool:
    return bool(study.series.cell.area_cm2 and study.series.cell.thickness_um)


@lru_cache(maxsize=1)
def _derived_of(study: Study) -> tuple[Column, ...]:
    """The columns of derived.csv of the study that was asked last: terminal, tables and report ask in turn."""
    return tuple(derived_columns(study.fits, study.track, study.intervals))


@lru_cache(maxsize=1)
def _quantities_of(study: Study) -> tuple[Quantity, ...]:
    """The quantities of the study that was asked last: a report asks many times."""
    derived = study.derived_columns() if _has_geometry(study) else ()
    return tuple(quantities(study.track, derived, under_short(study.track, study.fits)))
