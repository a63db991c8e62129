"""What stays as it is where results go: the inputs of the run, and files that eisfit did not write.

An input is never overwritten, by whatever name, link or spelling the place of a result leads to it. Any other file
that is there already is replaced only if eisfit wrote it, which its contents tell, or if the user says so.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from eisfit.errors import OptionError
from eisfit.files import is_regular
from eisfit.regular import regex

MARKS = {
    ".json": regex(rb'\{\s*"format":\s*"eisfit study"'),
    ".pdf": regex(rb"/(Author|Creator) ?\(eisfit( |\))"),
    ".svg": regex(rb"<dc:title>eisfit</dc:title>"),
    ".png": regex(rb"tEXtSoftware\x00eisfit"),
    ".parquet": regex(rb"written_by.{0,8}eisfit", re.DOTALL),
    ".bdf": regex(rb"[^\n]*,Real Impedance / ohm,Imaginary Impedance / ohm,spectrum"),
}
"""What the documents, figures and tables of eisfit have in their particulars, by the ending of their names."""
HEADS = (
    b"spectrum,file,sweep,time_s,cycle,direction,potential_V,",
    b"spectrum,file,sweep,time_s,timestamp,potential_V,",
    b"spectrum,file,sweep,duration_s,charge_start_mAh,",
    b"spectrum,verdict,rms_percent,worst_percent,",
    b"spectrum,label,file,frequency,reason",
    b"cell,spectra,circuit,converged,",
    b"cell,trouble",
    b"step,current_mA,current_density_mA_cm2,",
    b"arc,cell,found,",
    b"No.,Spectrum,Direction,",
    b"No.;Spectrum;Direction;",
    b"% Written by eisfit",
    b"eisfit was replacing the results in this folder.",
    b"From another run than study.json: ",
)
"""How the tables and texts that eisfit writes begin."""
ENDS = 1 << 16
"""Bytes at both ends of a file in which its particulars stand."""


class Guard(NamedTuple):
    """What a run must not overwrite: its inputs, as files (device, number) and by SHA-256; all else without `force`."""

    files: frozenset[tuple[int, int]] = frozenset()
    contents: frozenset[str] = frozenset()
    force: bool = False

    def check(self, targets: Iterable[Path]) -> None:
        """Raises OptionError for the first of these places that must stay as it is."""
        for target in targets:
            if not os.path.lexists(target):
                continue
            if target.is_dir():
                raise OptionError(
                    f"{target} is a folder where a file is to go: rename it, or choose another place with -o"
                )
            if not is_regular(target) and not target.is_symlink():
                raise OptionError(f"{target} is no regular file and stays as it is: choose another place with -o")
            if self.is_input(target):
                raise OptionError(f"{target} is an input of this run and stays as it is: choose another place with -o")
            if not self.force and not is_ours(target):
                raise OptionError(
                    f"{target} is there already and was not written by eisfit: choose another place with -o, or "
                    "overwrite it with --force"
                )

    def is_input(self, target: Path) -> bool:
        """True for an input of the run, by whatever name, or for a file with the contents of one."""
        try:
            found = target.stat()
            if (found.st_dev, found.st_ino) in self.files:
                return True
            return (
                bool(self.contents)
                and is_regular(target)
                and hashlib.sha256(target.read_bytes()).hexdigest() in self.contents
            )
        except OSError:  # a link that leads nowhere, or what cannot be read
            return False


def guard(inputs: Iterable[Path], *, contents: Iterable[str | None] = (), force: bool = False) -> Guard:
    """The guard of a run: its inputs (of a folder every file in it), and the SHA-256 of what else it read."""
    files = (file for path in inputs for file in _files_of(path))
    known = frozenset(c for c in contents if c)
    return Guard(frozenset(one for file in files if (one := _identity(file)) is not None), known, force)


def _files_of(path: Path) -> list[Path]:
    """A file, or the files of a folder; none of a folder that cannot be opened: nothing is read there either."""
    try:
        return list(path.iterdir()) if path.is_dir() else [path]
    except OSError:
        return []


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def is_ours(path: Path) -> bool:
    """True where a file was written by eisfit: a table by how it begins, anything else by its particulars."""
    kind = path.suffix.lower()
    if not is_regular(path):
        return False
    try:
        if kind == ".xlsx":
            return _is_our_workbook(path)
        with path.open("rb") as file:
            head = file.read(ENDS)
            if kind in (".csv", ".tex", ".txt"):
                return head.removeprefix(b"\xef\xbb\xbf").startswith(HEADS)
            if kind in (".json", ".bdf"):
                return MARKS[kind].match(head) is not None
            # the particulars of the others may stand anywhere
            return kind in MARKS and MARKS[kind].search(head + file.read()) is not None
    except OSError:
        return False


def _is_our_workbook(path: Path) -> bool:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive, archive.open("docProps/app.xml") as part:
            return b"<Application>eisfit</Application>" in part.read(ENDS)
    except (KeyError, zipfile.BadZipFile, NotImplementedError):
        return False
