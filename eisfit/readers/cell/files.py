"""Which files to read: a file, a folder, a glob, or several of these."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from os import PathLike, fspath
from pathlib import Path, PurePath
from typing import NamedTuple

from eisfit.errors import ReadError
from eisfit.files import exists, is_regular
from eisfit.readers._base import FOREIGN, REGISTRY, Reader, choose, head_of
from eisfit.regular import regex
from eisfit.spectrum import Note

NOT_DATA = regex(
    r"(readme|licen[cs]e|copying|changelog|notice|authors)\b.*|eisfit\.toml|series\.csv|study\.json|\..*|~\$.*|"
    r"thumbs\.db|desktop\.ini",
    re.IGNORECASE,
)
"""Names of files that are no data, whatever their extension."""
RESULTS = "study.json"
MAGIC = regex(r"[*?\[]")


class Found(NamedTuple):
    """A file to read. `shown` is its name in messages and results, which must not depend on where the folder lies."""

    path: Path
    shown: str
    stem: str
    folder: Path | None
    """The folder that was asked for, None where the file itself was."""
    beside: bool = False
    """True where the series.csv of its folder was asked for too."""


SIGNED = regex(
    r"((?<![a-z])(?:t|temp|temperature|e|u)[_=]?)?((?:(?<=[_= (t])|(?<=temp)|(?<=temperature)|^)-)?"
    r"(\d+(?:\.\d+(?=\s*(?:v|mv|°?c|h|mpa)(?![a-z])))?)"
)
"""A number in a name in small letters, with its minus where it is one: T-10, _-10C, but not cell-10."""


def natural(name: str) -> tuple[tuple[int, float, str], ...]:
    """A key that sorts names as a person does: 2 before 10, T-10 before T-5 before T0, 3.65V before 3.7V."""
    key: list[tuple[int, float, str]] = []
    text = name.casefold()
    at = 0
    for found in SIGNED.finditer(text):
        key.append((1, 0.0, text[at : found.start()] + (found[1] or "")))
        key.append((0, -float(found[3]) if found[2] else float(found[3]), ""))
        at = found.end()
    return (*key, (1, 0.0, text[at:]))


def find(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]], chosen: Reader | None = None
) -> tuple[list[Found], list[Note]]:
    """The files behind some paths, each once, and notes on those that were passed over.

    Of a folder those count that some reader knows, or that the chosen reader knows.

    Raises ReadError where a path does not exist, a glob matches nothing, or no folder of several can be opened and
    holds data.
    """
    given = [paths] if isinstance(paths, str | PathLike) else list(paths)
    if not given:
        raise ReadError("no path was given")
    files: dict[Path, Path | None] = {}
    notes: list[Note] = []
    empty: list[ReadError] = []
    for path in (expanded for item in given for expanded in expand(item)):
        if not path.is_dir():
            files.setdefault(path.absolute(), None)
            continue
        try:
            inside, others = in_folder(path.absolute(), chosen)
        except ReadError as error:
            empty.append(error)
            continue
        notes += others
        for file in inside:
            files.setdefault(file, path)
    if empty and not files:
        raise empty[0]
    notes += [Note("skipped", str(error.path), error.message) for error in empty]
    tables = {path.parent for path in files if path.name == "series.csv"}
    if len(files) > 1:  # a glob of the shell brings along what a folder would pass over
        kept = {path: folder for path, folder in files.items() if not NOT_DATA.fullmatch(path.name)} or files
        results = [path.name for path in files if path not in kept and path.name == RESULTS]
        notes += [Note("ignored", name, "results are not read beside other files: name it alone") for name in results]
        files = kept
    names = shown_names(list(files))
    found = [Found(p, names[p], p.stem, folder, bool(tables) and p.parent in tables) for p, folder in files.items()]
    return found, notes


def expand(item: str | PathLike[str]) -> list[Path]:
    """The paths behind one argument: itself, or the matches of a glob in natural order."""
    text = fspath(item)
    path = Path(text)
    if exists(path):
        return [path]
    if not MAGIC.search(text):
        link = "\0" not in text and path.is_symlink()
        raise ReadError("is a symbolic link that leads nowhere" if link else "no such file or folder", text)
    files = [match for match in matching(path) if match.is_dir() or not NOT_DATA.fullmatch(match.name)]
    if not files:
        raise ReadError("no file matches this pattern", text)
    return files


def matching(pattern: Path) -> list[Path]:
    """The matches of a glob in natural order."""
    if pattern.parts.count("**") > 1:
        raise ReadError("a pattern has ** once at most", str(pattern))
    fixed = next(i for i, part in enumerate(pattern.parts) if MAGIC.search(part))
    root = Path(*pattern.parts[:fixed])
    try:
        found = list(root.glob(str(Path(*pattern.parts[fixed:]))))
    except (ValueError, OSError) as error:
        raise ReadError(f"cannot be searched: {error}", str(pattern)) from None
    return sorted(found, key=lambda match: natural(str(match)))


def in_folder(folder: Path, chosen: Reader | None) -> tuple[list[Path], list[Note]]:
    """The data files of a folder in natural order, not those of its sub-folders; notes on those passed over."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: natural(entry.name))
    except OSError as error:
        raise ReadError(f"cannot be opened: {(error.strerror or str(error)).lower()}", str(folder)) from None
    files = [Path(entry.path) for entry in entries if not is_folder(entry) and not NOT_DATA.fullmatch(entry.name)]
    data = [file for file in files if is_candidate(file, chosen)]
    if not data:
        raise ReadError(nothing_in(files, entries), str(folder))
    known = set(data)
    why = "no reader knows such a file" if chosen is None else f"the reader {chosen.name} knows no such file"
    return data, [passed_over(file, why) for file in files if file not in known]


def passed_over(file: Path, why: str) -> Note:
    """The note on a file that is not read: what is a measurement in another format is a lost input."""
    foreign = FOREIGN.get(file.suffix.lower())
    if foreign is None:
        return Note("ignored", file.name, why)
    return Note("skipped", file.name, f"is {foreign}")


def is_folder(entry: os.DirEntry[str]) -> bool:
    """True for a folder and a symbolic link to one; False for a link that leads in a circle."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def is_candidate(file: Path, chosen: Reader | None = None) -> bool:
    """True where a reader, or the chosen one, knows the extension of a file, or recognises its content."""
    suffix = file.suffix.lower()
    if chosen is not None:
        return suffix in chosen.extensions or (is_regular(file) and chosen.sniff(head_of(file)))
    if any(suffix in reader.extensions for reader in REGISTRY.values()):
        return True
    return is_regular(file) and choose_quietly(file, suffix)


def choose_quietly(file: Path, suffix: str) -> bool:
    """True where a reader recognises the content of a file; several count as one."""
    try:
        return choose(head_of(file), suffix, file.name) is not None
    except ReadError:
        return True


def nothing_in(files: Sequence[Path], entries: Sequence[os.DirEntry[str]]) -> str:
    """The sentence for a folder without data files."""
    inner = [entry.name for entry in entries if is_folder(entry) and has_data(Path(entry.path))]
    if inner:
        return (
            f"holds no data file itself, but {len(inner)} of its sub-folders do (the first is {inner[0]}): "
            "a folder is one cell, so name the sub-folders, or use --each"
        )
    foreign = next((file for file in files if file.suffix.lower() in FOREIGN), None)
    if foreign is not None:
        return f"holds no file that a reader knows; {foreign.name} is {FOREIGN[foreign.suffix.lower()]}"
    if files:
        return f"none of its {len(files)} files is one that a reader knows (the first is {files[0].name})"
    return "the folder is empty" if not entries else "holds no data file"


def has_data(folder: Path) -> bool:
    """True where a reader knows a file of a folder; False too where the folder cannot be opened."""
    try:
        files = [file for file in folder.iterdir() if is_regular(file) and not NOT_DATA.fullmatch(file.name)]
    except OSError:
        return False
    return any(is_candidate(file) for file in files)


def shown_names(files: Sequence[Path]) -> dict[Path, str]:
    """For each file the shortest end of its path that no other file shares: mostly its name."""
    names: dict[Path, str] = {}
    pending = list(files)
    depth = 1
    while pending:
        ends = {path: path.name if depth == 1 else PurePath(*path.parts[-depth:]).as_posix() for path in pending}
        count: dict[str, int] = {}
        for end in ends.values():
            count[end] = count.get(end, 0) + 1
        names |= {path: end for path, end in ends.items() if count[end] == 1 or depth >= len(path.parts)}
        pending = [path for path in pending if path not in names]
        depth += 1
    return names
