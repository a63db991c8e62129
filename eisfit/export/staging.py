"""Results appear whole or not at all: they are written beside their place and moved there when they are complete.

What a killed run left behind (a folder `.eisfit-...`) goes when the next run writes to the same place: a run holds a
lock on its folder as long as it lives, so that one which nobody holds is known to be left over.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from eisfit.errors import OutputError
from eisfit.export.guard import Guard
from eisfit.export.identity import begun, ended, stamp

try:
    import fcntl
except ImportError:  # Windows, where what is left over stays
    fcntl = None  # type: ignore[assignment]

PREFIX = ".eisfit-"
LOCK = ".lock"
YOUNG = 3600.0
"""Seconds in which a folder without a lock may still belong to a run that has just made it."""
PATIENCE = 2.0
"""Seconds that files of one run wait while those of another one move, which takes a few milliseconds."""
TRIES = 3
"""So often a folder is made anew where another run has just removed it."""
NOTHING = Guard()
"""The guard of a writer that read nothing."""


@contextmanager
def output_folder(out: Path) -> Iterator[Path]:
    """The folder `out`, made if need be and found writable before the work; gone again if nothing came to lie in it.

    Raises OutputError that says why nothing can be written there.
    """
    made: list[Path] = []
    try:
        with _explained(out):
            made += [folder for folder in (out, *out.parents) if not folder.exists()]
            with _stage_in(out):
                pass
        yield out
    finally:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def staged(out: Path, guard: Guard = NOTHING, *, of_a_run: bool = False) -> Iterator[Path]:
    """A folder whose files move into `out` when the block ends, each replacing its forerunner; none if it fails.

    of_a_run: they belong together with others in `out`; while they move, and where files of another run stay beside
    them, MIXED.txt says so. Raises OutputError where the disk refuses, OptionError where the guard does.
    """
    with _explained(out):
        remove_left_over(out)
        with _stage_in(out) as stage:
            yield stage
            if of_a_run:
                stamp(stage)
            files = sorted(f for f in stage.rglob("*") if f.is_file() and f.name != LOCK)
            moves = {file: out / file.relative_to(stage) for file in files}
            with _alone_in(out):
                guard.check(target for file, target in moves.items() if not _same(file, target))
                if of_a_run:
                    begun(out)
                for file, target in moves.items():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    file.replace(target)
                if of_a_run:
                    ended(out)


@contextmanager
def _alone_in(out: Path) -> Iterator[None]:
    """While files move into a folder, those of other runs wait; not for ever, and not where a disk has no locks."""
    if fcntl is None:
        yield
        return
    folder = os.open(out, os.O_RDONLY)
    try:
        until = time.monotonic() + PATIENCE
        while not _locked(folder) and time.monotonic() < until:
            time.sleep(0.02)
        yield
    finally:
        os.close(folder)


@contextmanager
def _stage_in(out: Path) -> Iterator[Path]:
    """A folder of its own in `out`, which no other run removes until the block ends; gone then."""
    for last in (False,) * TRIES + (True,):
        out.mkdir(parents=True, exist_ok=True)
        try:
            stage = Path(tempfile.mkdtemp(prefix=PREFIX, dir=out))
        except FileNotFoundError:  # a run that failed has just removed the empty folder
            if last:
                raise
            continue
        try:
            with (stage / LOCK).open("wb") as lock:
                if _locked(lock) or last or fcntl is None:
                    yield stage
                    return
                # a run that tidies up here had taken it for left over before it was locked
        finally:
            shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def staged_file(path: Path, guard: Guard = NOTHING) -> Iterator[Path]:
    """A path of the same name to write to, whose file moves to `path` when the block ends; none if it fails."""
    with staged(path.parent, guard) as stage:
        yield stage / path.name


def _same(file: Path, target: Path) -> bool:
    """True where a file would replace its like: nothing is lost, and a command may be given twice."""
    if target.is_symlink() or not target.is_file() or target.stat().st_size != file.stat().st_size:
        return False
    return filecmp.cmp(file, target, shallow=False)


def remove_left_over(out: Path) -> list[Path]:
    """Remove what runs that were killed left in `out`; returns it. The folder of a run that still lives stays."""
    gone = [folder for folder in out.glob(f"{PREFIX}*") if folder.is_dir() and _left_over(folder)]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return gone


def _left_over(folder: Path) -> bool:
    try:
        with (folder / LOCK).open("rb+") as lock:
            return _locked(lock)
    except FileNotFoundError:
        with suppress(OSError):
            return time.time() - folder.stat().st_mtime > YOUNG
    except OSError:
        pass
    return False


def _locked(file: IO[bytes] | int) -> bool:
    """Lock what is open until it is closed or its process ends; False where another holds it, or none can be had."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def _explained(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror or error}") from error
