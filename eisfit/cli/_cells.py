"""From the paths on the command line to cells: which files belong together, and which settings hold for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from eisfit.errors import DataError, OptionError
from eisfit.files import exists, is_regular, reason
from eisfit.settings import (
    FILE_NAME,
    Given,
    Settings,
    combined,
    find_settings,
    for_many,
    load_settings,
    settings_of_spectra,
)

if TYPE_CHECKING:
    from eisfit.export import Guard
    from eisfit.quality import Quality
    from eisfit.quality.screening import Screening
    from eisfit.spectrum import Series


class CellInput(NamedTuple):
    """One cell to work on: its name, its paths, the settings in force."""

    name: str
    paths: tuple[Path, ...]
    settings: Settings
    trouble: str = ""
    """What is wrong with its eisfit.toml, among several cells of which the others go on."""

    def read(self) -> Series:
        """Its spectra but those left out, none where the files hold cycling alone. Raises ReadError, OptionError."""
        from eisfit.readers import read
        from eisfit.selection import without_excluded

        if self.trouble:
            raise OptionError(self.trouble)
        fit = self.settings.fit
        series = read(
            self.paths,
            format=fit["format"],
            cell=self.settings.cell,
            pattern=fit["pattern"],
            columns=fit["columns"],
            electrode=fit["electrode"],
        )
        return without_excluded(series, fit["exclude"], settings_of_spectra(fit["spectra"])) if len(series) else series

    def spectra(self) -> Series:
        """Its spectra, one at least. Raises ReadError, DataError."""
        from eisfit.readers import nothing_to_fit

        series = self.read()
        if not len(series):
            raise DataError(f"{self.name}: {nothing_to_fit(series)}")
        return series

    def screened(self, series: Series) -> Quality:
        """The spectra with the points left out that a fit would leave out, and what was found on the way."""
        from eisfit.quality import screen

        return screen(self._cropped(series), **self._screening()._asdict())

    def masked(self, series: Series) -> Series:
        """The spectra with these points left out alone."""
        from eisfit.quality.screening import masked

        return masked(self._cropped(series), self._screening())

    def _screening(self) -> Screening:
        from eisfit.quality.screening import Screening

        fit = self.settings.fit
        inductive: Literal["keep", "mask"] = "mask" if fit["inductance"] == "mask" else "keep"
        return Screening(fit["keep_all"], tuple(fit["mask"]), inductive=inductive)

    def _cropped(self, series: Series) -> Series:
        from eisfit.cycling import with_soc
        from eisfit.selection import with_own_masks
        from eisfit.spectrum import Note

        fit = self.settings.fit
        series, assumed = with_soc(with_own_masks(series, settings_of_spectra(fit["spectra"])))
        notes = (*series.notes, *(Note("assumed", self.name, sentence) for sentence in assumed))
        return series.with_(spectra=[s.cropped(fit["f_min"], fit["f_max"]) for s in series], notes=notes)


def one_cell(paths: Sequence[Path], flags: Given) -> CellInput:
    """All paths as one cell."""
    file = find_settings(paths)
    settings = combined(load_settings(file) if file else {}, flags)
    return CellInput(settings.cell.name or _name(paths[0]), tuple(paths), settings)


def each_cell(paths: Sequence[Path], flags: Given) -> list[CellInput]:
    """Every sub-folder of the paths as a cell of its own; an eisfit.toml above them holds for all.

    Raises OptionError where a path is no folder or holds none.
    """
    cells = [cell for path in paths for cell in _cells_in(path, flags, alone=len(paths) == 1)]
    names = [cell.name for cell in cells]
    for name in names:
        if names.count(name) > 1:
            raise OptionError(f"two cells are called {name}: run the folders one after the other, each with its own -o")
    return cells


def refuse_inside(out: Path, paths: Sequence[Path]) -> None:
    """Raises OptionError where results would come to lie among the inputs."""
    from eisfit.readers import expand

    place = out.resolve()
    globs = [one for path in paths if not exists(path) and set(str(path)) & set("*?[") for one in expand(path)]
    for path in (*paths, *globs):
        folder = path.resolve()
        if path.is_dir() and (place == folder or folder in place.parents):
            raise OptionError(f"the results would lie inside the input folder {path}: choose another place with -o")


def inputs_of(cells: Sequence[CellInput]) -> list[Path]:
    """What these cells are read from: their paths, the settings and tables beside these, the blank and the style."""
    from eisfit.readers import expand

    paths = [path for cell in cells for given in cell.paths for path in expand(given)]
    folders = dict.fromkeys(path if path.is_dir() else path.parent for path in paths)
    beside = [folder / name for folder in folders for name in (FILE_NAME, "series.csv")]
    said = [cell.settings.fit[key] for cell in cells for key in ("blank", "style")]
    named = [path for text in said if isinstance(text, str) for path in expand(text)]
    return [path for path in (*paths, *beside, *named) if exists(path)]


def guard_of(cells: Sequence[CellInput], *, force: bool = False) -> Guard:
    """What a run over these cells must not overwrite."""
    from eisfit.export import guard

    return guard(inputs_of(cells), force=force)


def _cells_in(path: Path, flags: Given, *, alone: bool) -> list[CellInput]:
    if not path.is_dir():
        raise OptionError(f"--each takes folders of cells: {path} is none")
    above = for_many(load_settings(path / FILE_NAME)) if is_regular(path / FILE_NAME) else {}
    try:
        place = path.resolve()
        around = (place, *place.parents)  # a link that leads back is no cell
        found = sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith("."))
        folders = [folder for folder in found if not (folder.is_symlink() and folder.resolve() in around)]
    except OSError as error:
        trouble = f"{path} cannot be opened: {reason(error)}"
        if alone:
            raise OptionError(trouble) from None
        return [CellInput(path.name, (path,), combined(for_many(flags)), trouble)]
    if not folders:
        raise OptionError(f"--each takes folders of cells: {path} has no sub-folder")
    return [_cell(folder, above, for_many(flags)) for folder in folders]


def _cell(folder: Path, above: Given, flags: Given) -> CellInput:
    try:
        own = load_settings(folder / FILE_NAME) if is_regular(folder / FILE_NAME) else {}
        return CellInput(folder.name, (folder,), combined(above, own, flags))
    except OptionError as error:
        return CellInput(folder.name, (folder,), combined(above, flags), str(error))


def _name(path: Path) -> str:
    return path.resolve().name if path.is_dir() else path.stem
