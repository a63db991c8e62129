"""The report: one PDF per cell, one module per page. To add a page, write its module and name it in PAGES."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from eisfit.export import Guard, said_in, staged, staged_file
from eisfit.export.staging import NOTHING
from eisfit.plots.style import style as style_context
from eisfit.report import (
    cell,
    critical,
    methods,
    nyquist,
    parameters,
    provenance,
    quality,
    resistances,
    shorts,
    spectra,
    summary,
)
from eisfit.report._defects import explained
from eisfit.report._document import Chapter, compiled, layout_of
from eisfit.report._facts import cell_name, last_measured
from eisfit.report.attributed import attributed
from eisfit.report.overview import publish_overview
from eisfit.study import Study

PAGES: tuple[ModuleType, ...] = (
    summary,
    nyquist,
    resistances,
    parameters,
    quality,
    shorts,
    critical,
    spectra,
    cell,
    methods,
    provenance,
)
"""The pages in their order: each has a TITLE and `blocks(study, layout)`, empty where it does not apply."""


def write_report(
    study: Study,
    path: str | Path,
    *,
    every_spectrum: bool | None = None,
    paper: str = "a4",
    style: str | Path | None = None,
    per_area: bool = False,
    further: Sequence[Chapter] = (),
    guard: Guard = NOTHING,
) -> Path:
    """Write the report of a study as one PDF; returns its path.

    every_spectrum: give every spectrum its place (True), or only the telling ones (False); by default short series are
    shown whole. paper: "a4" or "letter". style: a style file of matplotlib that sets fonts, colours and sizes.
    per_area: tracks of resistances in ohm cm2 where the area is known. further: chapters behind the first, as those of
    `attributed`. The file appears whole or not at all; the same study gives the same bytes. guard: what it must not
    overwrite. Raises OptionError, OutputError.
    """
    layout = layout_of(paper, every_spectrum, per_area)
    name = cell_name(study)
    program = f"eisfit {study.options.versions.get('eisfit', '')}".strip()
    with style_context(style), staged_file(Path(path), guard) as stage:
        first, *rest = (Chapter(page.TITLE, page.blocks(study, layout)) for page in PAGES)
        chapters = (first, *further, *rest)
        pdf = compiled(chapters, title=f"Impedance report: {name}", cell=name, program=program, layout=layout,
                       measured=last_measured(study), run=said_in(study))  # fmt: skip
        stage.write_bytes(pdf)
    return Path(path)


def publish(
    study: Study,
    out: str | Path,
    *,
    report: bool = True,
    figures: str | None = None,
    only: Sequence[str] = (),
    paper: str = "a4",
    every_spectrum: bool | None = None,
    style: str | Path | None = None,
    per_area: bool = False,
    guard: Guard = NOTHING,
) -> list[Path]:
    """Write report.pdf and, in the format `figures`, the figures of a study into a folder, all or none; their paths.

    only: the names of the figures that are wanted, by default all. Raises OptionError, and OutputError in one sentence
    for whatever else keeps them from being made.
    """
    written: list[Path] = []
    with explained(Path(out)), staged(Path(out), guard, of_a_run=True) as stage:
        if report:
            page = stage / "report.pdf"
            how: Any = {"every_spectrum": every_spectrum, "paper": paper, "style": style, "per_area": per_area}
            written.append(write_report(study, page, **how))
        if figures:
            from eisfit.figures import write_figures

            written += write_figures(study, stage, figures, only=only, style=style, per_area=per_area)
    return [Path(out) / path.relative_to(stage) for path in written]


__all__ = ["PAGES", "attributed", "publish", "publish_overview", "write_report"]
