"""`eisfit fit`: the main job. A folder is one cell; with --each every sub-folder is."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, cast

import typer

from eisfit.cli._cells import CellInput, each_cell, guard_of, inputs_of, one_cell, refuse_inside
from eisfit.cli._options import Force, Paths, Quiet, command_line, given, takes
from eisfit.cli._terminal import Progress, say, warn
from eisfit.errors import DEFECTS, EisfitError, OptionError
from eisfit.files import is_regular
from eisfit.printable import listed
from eisfit.settings import FIT, AnalysisKeywords, RunKeywords, declared

if TYPE_CHECKING:
    from eisfit.export import Guard
    from eisfit.study import Study

Out = Annotated[
    Path,
    typer.Option(
        "-o",
        "--out",
        metavar="DIR",
        help="Folder of the results, never inside the input folder (default: eisfit-results).",
        show_default=False,
        rich_help_panel="Output",
    ),
]
Each = Annotated[
    bool,
    typer.Option("--each", help="Every sub-folder of PATH is a cell with results of its own.", rich_help_panel="Input"),
]


@takes(*FIT, limits=True)
def command(
    paths: Paths,
    out: Out = Path("eisfit-results"),
    each: Each = False,
    force: Force = False,
    quiet: Quiet = False,
    **flags: Any,
) -> int:
    """Fit every spectrum of a cell: tables, report, verdict.

    No start value is needed. Writes parameters.csv, derived.csv, tables for papers, study.json and report.pdf; with
    --each an overview over the cells as well. Settings in
    PATH/eisfit.toml hold unless an option here says otherwise. Exit code 3: done, but inputs were skipped or fits did
    not converge.
    """
    from eisfit.export import guard, output_folder

    options = given(flags)
    refuse_inside(out, paths)
    cells = each_cell(paths, options) if each else [one_cell(paths, options)]
    with output_folder(out):
        if not each:
            return _fit(cells[0], out, flags, force=force, inputs=inputs_of(cells), quiet=quiet)
        inputs = inputs_of(cells)
        guard(inputs, force=force).check([out / "overview.csv", out / "overview.pdf"])
        for cell in cells:
            refuse_inside(out / cell.name, [path for one in cells for path in one.paths])
        outcomes = [_tried(cell, out / cell.name, flags, force=force, inputs=inputs, quiet=quiet) for cell in cells]
        return _overall(cells, outcomes, out, force=force, quiet=quiet)


class Outcome(NamedTuple):
    """What became of one cell among several: its exit code, and what kept it from being done ("" if nothing did)."""

    code: int
    trouble: str = ""


def _tried(
    cell: CellInput, out: Path, flags: Mapping[str, Any], *, force: bool, inputs: Sequence[Path], quiet: bool
) -> Outcome:
    """One cell among several: a cell that fails, for whatever reason, is named and the others go on."""
    try:
        return Outcome(_fit(cell, out, flags, force=force, inputs=inputs, quiet=quiet))
    except MemoryError:
        trouble = "the memory of this machine is full: analyse this cell by itself, or its spectra in parts"
    except EisfitError as error:
        trouble = str(error)
    except (*DEFECTS, OSError) as error:
        trouble = f"a fault of eisfit, please report it: {type(error).__name__}: {error}"
    finally:
        gc.collect()  # the figures of a report hold each other: they go before the next cell
    warn(f"{cell.name}: {trouble}")
    return Outcome(1, trouble)


def _overall(cells: Sequence[CellInput], outcomes: Sequence[Outcome], out: Path, *, force: bool, quiet: bool) -> int:
    """Write the overview; 1 where every cell failed, 3 where some did or something was skipped, 0 else."""
    codes = [outcome.code for outcome in outcomes]
    if all(code == 1 for code in codes):
        return 1
    from eisfit.export import CellResult, staged_file, write_overview

    results = [
        CellResult(cell.name, None if outcome.trouble else out / cell.name / "study.json", outcome.trouble)
        for cell, outcome in zip(cells, outcomes, strict=True)
    ]
    fit = cells[0].settings.fit
    keep, written = guard_of(cells, force=force), [out / "overview.csv"]
    with staged_file(written[0], keep) as stage:
        write_overview(results, stage)
    trouble = ""
    if fit["report"]:
        from eisfit.report import publish_overview

        path = out / "overview.pdf"
        try:
            written.append(publish_overview(results, path, paper=fit["paper"], style=fit["style"], guard=keep))
        except EisfitError as error:
            trouble = str(error)
            warn(trouble)
    if not quiet:
        say(f"Overview of {len(cells)} cells in {out}: {', '.join(path.name for path in written)}")
    return 3 if any(codes) or trouble else 0


def _fit(
    cell: CellInput, out: Path, flags: Mapping[str, Any], *, force: bool, inputs: Sequence[Path], quiet: bool
) -> int:
    from eisfit.analysis import analyse
    from eisfit.export import MIXED, TABLES, guard

    if cell.trouble:
        raise OptionError(cell.trouble)
    fit, keep = cell.settings.fit, guard(inputs, force=force)
    # before the work, not after it
    if fit["style"] and not is_regular(Path(fit["style"])):
        raise OptionError(f"the style file {fit['style']} cannot be used: it is no regular file")
    keep.check(out / name for name in (*TABLES, MIXED, *(["report.pdf"] if fit["report"] else [])))
    again = command_line("fit", cell.paths, flags)
    with Progress(cell.name, quiet=quiet) as progress:
        study = analyse(
            cell.paths, cell=cell.settings.cell, settings=False, progress=progress, command=again, **asked_of(cell)
        )
        progress("writing the report" if fit["report"] else "writing", 1.0)
        written = study.write(out, report=False, spreadsheet=fit["spreadsheet"], force=force, inputs=inputs)
        drawn, fault = _drawn(study, out, fit, keep)
        written += drawn
    trouble = _trouble(study) + fault
    for sentence in trouble + _left_over(out):
        warn(sentence)
    if not quiet:
        from eisfit.cli._summary import show_study

        show_study(cell.name, study, out, written)
    return 3 if trouble else 0


def asked_of(cell: CellInput) -> AnalysisKeywords:
    """What `analyse` is told; eisfit.toml is in it already."""
    asked = declared(AnalysisKeywords)
    return cast(AnalysisKeywords, {name: value for name, value in cell.settings.stated.items() if name in asked})


def _drawn(study: Study, out: Path, fit: RunKeywords, keep: Guard) -> tuple[list[Path], list[str]]:
    """Report and figures as far as they are wanted, and a sentence where they could not be made."""
    if not fit["report"] and not fit["figures"]:
        return [], []
    from eisfit.report import publish

    try:
        drawn = publish(
            study,
            out,
            report=fit["report"],
            figures=fit["figures"],
            only=fit["only"],
            paper=fit["paper"],
            every_spectrum=fit["every_spectrum"],
            style=fit["style"],
            per_area=fit["per_area"],
            guard=keep,
        )
    except EisfitError as error:
        return [], [str(error)]
    return drawn, []


def _left_over(out: Path) -> list[str]:
    """What an earlier run left beside the tables of this one."""
    from eisfit.export import strangers

    left = [str(path) for path in strangers(out)]
    return [f"{listed(left)} {'is' if len(left) == 1 else 'are'} from an earlier run"] if left else []


def _trouble(study: Study) -> list[str]:
    """What makes exit code 3: skipped inputs, fits without a value to use; what holds for several is said once."""
    skipped = [f"skipped {note.path}: {note.sentence}" for note in study.series.notes if note.kind == "skipped"]
    failed: dict[str, list[str]] = {}
    for i, (spectrum, usable) in enumerate(zip(study.series, study.fits.usable.tolist(), strict=True)):
        if not usable:
            failed.setdefault(study.fits.sentence(i), []).append(spectrum.label or f"spectrum {i + 1}")
    return skipped + [f"no usable fit of {listed(labels)}: {sentence}" for sentence, labels in failed.items()]
