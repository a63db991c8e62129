"""`eisfit report`: the report again from study.json, without fitting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eisfit.cli._options import Force, Quiet
from eisfit.cli._terminal import say, warn
from eisfit.printable import listed

if TYPE_CHECKING:
    from eisfit.study import Study

File = Annotated[
    Path, typer.Argument(metavar="STUDY.JSON", help="What `eisfit fit` wrote.", show_default=False, readable=False)
]
Out = Annotated[
    Path | None,
    typer.Option(
        "-o", "--out", metavar="DIR", help="Folder of the report (default: that of the study).", show_default=False
    ),
]
Paper = Annotated[str, typer.Option("--paper", metavar="a4|letter", help="Size of the pages.")]
Every = Annotated[
    bool | None,
    typer.Option(
        "--every-spectrum/--telling-spectra",
        help="Show every spectrum, or only the telling ones (default: by the length of the series).",
        show_default=False,
    ),
]
Style = Annotated[
    Path | None,
    typer.Option(
        "--style",
        metavar="FILE",
        help="A matplotlib style file laid over ours.",
        show_default=False,
        exists=True,
        dir_okay=False,
    ),
]
PerArea = Annotated[
    bool,
    typer.Option("--per-area", help="Draw the resistances in ohm cm2 where the area is known.", show_default=False),
]
Figures = Annotated[
    str | None,
    typer.Option(
        "--figures",
        metavar="svg|png|pdf",
        help="Write every figure as a file of this kind as well.",
        show_default=False,
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="NAME",
        help="Of the figures only this one: the name of a figure, of a resistance or of a parameter. No report.",
        show_default=False,
    ),
]


def command(
    study: File,
    *,
    out: Out = None,
    figures: Figures = None,
    only: Only = None,
    paper: Paper = "a4",
    every: Every = None,
    style: Style = None,
    per_area: PerArea = False,
    force: Force = False,
    quiet: Quiet = False,
) -> int:
    """Write report.pdf again from a study.json, or figures of it."""
    from eisfit.errors import OptionError
    from eisfit.export import MIXED, guard, output_folder, read_study, strangers

    if only and not figures:
        raise OptionError("--only names figures: say with --figures svg, png or pdf what they are written as")
    value = read_study(study)
    from eisfit.report import publish

    folder = out or study.parent
    if out is not None and _holds_spectra_of(value, folder):
        raise OptionError(f"the results would lie beside the spectra in {folder}: choose another place with -o")
    keep = guard([study, *([style] if style else [])], force=force)
    keep.check([folder / MIXED] if only else [folder / MIXED, folder / "report.pdf"])
    with output_folder(folder):
        written = publish(
            value,
            folder,
            report=not only,
            figures=figures,
            only=only or (),
            every_spectrum=every,
            paper=paper,
            style=style,
            per_area=per_area,
            guard=keep,
        )
    if not quiet:
        say(f"{'Report' if not only else 'Figures'} in {', '.join(str(path) for path in written)}")
    others = strangers(study.parent)
    if others:
        are = "is" if len(others) == 1 else "are"
        warn(f"{listed([str(path) for path in others])} {are} from another run than {study.name}: fit again")
    return 3 if others else 0


def _holds_spectra_of(study: Study, folder: Path) -> bool:
    """True for a folder with a file that spectra of a study were read from."""
    from eisfit.export import guard

    sources = {(Path(s.source.path).name, s.source.sha256) for s in study.series if s.source is not None}
    inputs = guard([], contents=[sha256 for _, sha256 in sources])
    return any(inputs.is_input(folder / name) for name, _ in sources)
