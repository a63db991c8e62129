"""read(): from paths to the Series of one cell."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import PurePath

from eisfit.errors import DEFECTS, CorruptFile, DataError, EmptyFile, OptionError, ReadError, UnknownFormat
from eisfit.readers._base import Content, Electrode, Reader, Wishes, choose, formats, load, named, unknown
from eisfit.readers.cell.absurd import absurd
from eisfit.readers.cell.assemble import Loaded, assembled
from eisfit.readers.cell.copies import copies, with_rows_once
from eisfit.readers.cell.files import Found, find
from eisfit.readers.cell.kin import electrodes, of_electrode, without_kin
from eisfit.readers.cell.several import several_cells
from eisfit.readers.cell.stated import stated, with_fractions
from eisfit.readers.cell.twins import covers, redundant
from eisfit.spectrum import Cell, Note, Series, Source

PROSE = frozenset({".txt", ".dat", ".asc", ".prn", ".json", ".jsonl"})
"""Extensions that are as often notes or settings as data: without a table, a file of a folder is no lost input."""

ELECTRODES: dict[str, Electrode] = {"we": "we", "ce": "ce", "cell": "cell", "all": "all"}
FAULT = "cannot be read, which is a fault of eisfit, please report it:"
Paths = str | PathLike[str] | Iterable[str | PathLike[str]]


def read(
    paths: Paths,
    *,
    format: str | None = None,
    cell: Cell | None = None,
    pattern: str | None = None,
    columns: Sequence[str] = (),
    electrode: str = "we",
) -> Series:
    """The spectra of one cell in the order of the experiment, with what the files tell about its state at each.

    paths: a file, a folder, a glob, or several of these; a folder is one cell, its sub-folders are not entered.
    format: the name of a reader, where the content of the files must not decide. cell: what is known of the cell; it
    goes before what headers tell. Cycling files become the record, from which charge, direction and cycle of each
    spectrum follow. What was left out, assumed or ignored stands in `notes`: one bad file does not stop a folder.
    columns: what the columns of plain tables are, in their order (`("f", "re", "-im")`), whatever the files say.
    electrode: with three electrodes the impedance of which: `we`, `ce`, `cell`, or `all` three.
    pattern: conditions in file names, such as `{cell}_SOC{soc}_{temperature_C}C`. A `series.csv` in the folder (file,
    sweep, any condition, exclude, rebaseline) goes before everything else.

    Raises ReadError where a single file cannot be read, or nothing at all can be; OptionError for an unknown format or
    a pattern that fits no name.

    >>> import pathlib, tempfile, eisfit as ef
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> text = "f/Hz,Re(Z)/Ohm,-Im(Z)/Ohm\\n1000,10.1,2.1\\n100,11.7,5.2\\n10,17.9,8.8\\n"
    >>> for name in ("cell_SOC20.csv", "cell_SOC80.csv"):
    ...     _ = (folder / name).write_text(text)
    >>> series = ef.read(folder, pattern="{cell}_SOC{soc}")
    >>> series.column("soc"), series[0].impedance[0]
    (array([0.2, 0.8]), np.complex128(10.1-2.1j))
    """
    formats()
    chosen = None if format is None else named(format)
    found, passed_over = find(paths, chosen)
    wishes = Wishes(tuple(columns), one_of(electrode))
    groups = electrodes(found)
    of_one = wishes._replace(electrode="we")
    by_name = {path for group in groups for path in group}  # which holds one electrode each
    every = [load_one(file, chosen, of_one if file.path in by_name else wishes) for file in found]
    loaded, twins = without_twins(every)
    measured, kin = without_kin(loaded)
    wanted, others = of_electrode(measured, groups, wishes.electrode)
    whole, unread = sifted(wanted)
    good, percent = with_fractions(whole)
    files = [item.found for item in good]
    notes = [*several_cells(files), *passed_over, *twins, *kin, *others, *unread, *percent, *copies(good)]
    return stated(assembled(good, notes, cell), files, pattern)


def one_of(electrode: str) -> Electrode:
    """The electrode by its name. Raises OptionError for another name."""
    if electrode not in ELECTRODES:
        raise OptionError(f"expected an electrode we, ce, cell or all, not {electrode!r}")
    return ELECTRODES[electrode]


def load_one(found: Found, chosen: Reader | None, wishes: Wishes) -> Loaded:
    """One file read; its error where it cannot be."""
    source = Source(path=found.shown)
    try:
        file = load(found.path, found.shown)._replace(wishes=wishes)
        reader = chosen or choose(file.head, file.suffix, found.shown)
        if reader is None:
            raise unknown(found.shown)
        source = Source(path=found.shown, reader=reader.name, sha256=hashlib.sha256(file.data).hexdigest())
        if not file.data.strip():
            raise EmptyFile("is empty", found.shown)
        content = with_rows_once(measurable(reader.read(file), found.shown), found.shown)
        return Loaded(found, content, None, source)
    except ReadError as error:
        return Loaded(found, None, error, source)
    except DataError as error:
        return Loaded(found, None, CorruptFile(str(error), found.shown), source)
    except DEFECTS as error:  # the other files of the folder are read all the same
        sentence = f"{FAULT} {type(error).__name__}: {error}"
        return Loaded(found, None, CorruptFile(sentence, found.shown), source)


def measurable(content: Content, shown: str) -> Content:
    """The content without spectra of absurd numbers. Raises CorruptFile where no other is left."""
    wrong = {i: said for i, s in enumerate(content.spectra) if (said := absurd(s))}
    if not wrong:
        return content
    if len(wrong) == len(content.spectra) and not content.traces:
        raise CorruptFile(next(iter(wrong.values())), shown)
    notes = [Note("skipped", shown, f"spectrum {i + 1} {sentence}") for i, sentence in wrong.items()]
    kept = tuple(s for i, s in enumerate(content.spectra) if i not in wrong)
    series = None if content.series is None else content.series.with_(spectra=kept)
    return replace(content, spectra=kept, series=series).with_notes(notes)


def without_twins(loaded: Sequence[Loaded]) -> tuple[list[Loaded], list[Note]]:
    """The files without those that repeat another: one measurement in two formats, or cycling that was copied."""
    repeats = same_cycling(loaded)
    groups: dict[tuple[PurePath, str], list[int]] = {}
    for i, item in enumerate(loaded):
        if i not in repeats:
            groups.setdefault((item.found.path.parent, item.found.stem.casefold()), []).append(i)
    for members in groups.values():
        suffixes = [loaded[i].found.path.suffix.lower() for i in members]
        if len(members) > 1:
            contents = [loaded[i].content for i in members]
            repeats |= {members[i]: members[j] for i, j in redundant(contents, suffixes).items()}
    repeats = dated(loaded, repeats)
    notes = []
    for i, j in repeats.items():
        error = loaded[i].error
        why = "" if error is None else f"; it cannot be read: {error.message}"
        sentence = f"same measurement as {loaded[j].found.shown}{why}"
        notes.append(Note("ignored", loaded[i].found.shown, sentence))
    return [item for i, item in enumerate(loaded) if i not in repeats], notes


def dated(loaded: Sequence[Loaded], repeats: Mapping[int, int]) -> dict[int, int]:
    """The same repeats, where the file that counts is the one with a date: a .mpr that was still open has none."""
    out = dict(repeats)
    for i, j in repeats.items():
        part, whole = loaded[i].content, loaded[j].content
        if part is None or whole is None or whole.start is not None or part.start is None or j in out:
            continue
        if covers(part, whole):
            out = {k: i if other == j else other for k, other in out.items() if k != i} | {j: i}
    return out


def same_cycling(loaded: Sequence[Loaded]) -> dict[int, int]:
    """Which cycling files have the very bytes of an earlier one, by index: their charge would count twice."""
    first: dict[str, int] = {}
    repeats: dict[int, int] = {}
    for i, item in enumerate(loaded):
        if item.content is None or not item.content.traces:
            continue
        earlier = first.setdefault(item.source.sha256, i)
        if earlier != i:
            repeats[i] = earlier
    return repeats


def sifted(loaded: Sequence[Loaded]) -> tuple[list[Loaded], list[Note]]:
    """The files that were read; notes on the others. Raises ReadError where there is none."""
    good = [item for item in loaded if item.content is not None]
    errors = [item.error for item in loaded if item.error is not None]
    if not good:
        raise errors[0] if len(errors) == 1 else none_of(errors)
    return good, [lost(item.found, item.error) for item in loaded if item.error is not None]


def lost(found: Found, error: ReadError) -> Note:
    """The note on a file that cannot be read; a text of a folder that is no table is no lost input."""
    prose = isinstance(error, UnknownFormat) and found.path.suffix.lower() in PROSE
    if prose and found.folder is not None:
        return Note("ignored", found.shown, sentence_of(error))
    return Note("skipped", found.shown, sentence_of(error))


def none_of(errors: Sequence[ReadError]) -> ReadError:
    """The error for several files of which none could be read, of the kind that the first has."""
    first = f"the first, {errors[0].path}: {sentence_of(errors[0])}"
    return type(errors[0])(f"none of the {len(errors)} files can be read; {first}")


def sentence_of(error: ReadError) -> str:
    """What an error says beside the file."""
    return error.message if error.line is None else f"line {error.line}: {error.message}"
