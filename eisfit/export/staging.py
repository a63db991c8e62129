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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO

from eisfit.errors import OutputError
from eisfit.export.guard import Guard
from eisfit.export.identity import MIXED, begun, ended, prepare, stamp
from eisfit.regular import regex

try:
    import fcntl
except ImportError:  # Windows, where what is left over stays
    fcntl = None  # type: ignore[assignment]

PREFIX = ".eisfit-"
STAGE = regex(r"\.eisfit-[a-z0-9_]{8}")
"""The name of a folder that files are written in: what tempfile.mkdtemp makes of the prefix."""
LOCK = ".lock"
KEPT = ".kept-"
"""Second names of the files that are replaced, until all are."""
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
            if of_a_run:
                prepare(stage)
            yield stage
            if of_a_run:
                stamp(stage)
            files = sorted(f for f in stage.rglob("*") if f.is_file() and f.name not in (LOCK, MIXED))
            moves = {file: out / file.relative_to(stage) for file in files}
            with _alone_in(out):
                replaced = [target for file, target in moves.items() if not _same(file, target)]
                guard.check([*replaced, out / MIXED] if of_a_run else replaced)
                with _marked(out, stage) if of_a_run else nullcontext():
                    _move(moves, stage)


@contextmanager
def _marked(out: Path, stage: Path) -> Iterator[None]:
    """MIXED.txt stands in a results folder while its files move, and afterwards where they are not of one run."""
    begun(out, stage)
    try:
        yield
    finally:
        ended(out, stage)


def _move(moves: Mapping[Path, Path], stage: Path) -> None:
    """Put files in their places. Where one cannot be, or it is stopped, what was there before comes back."""
    done: list[tuple[Path, Path | None]] = []
    try:
        for file, target in moves.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            done.append((target, _kept(target, stage / f"{KEPT}{len(done)}")))
            file.replace(target)
    except BaseException:
        for target, before in reversed(done):
            with suppress(OSError):
                target.unlink(missing_ok=True) if before is None else before.replace(target)
        raise


def _kept(target: Path, place: Path) -> Path | None:
    """A second name for a file, under which it stays when another one takes its place; None where there is none."""
    if not os.path.lexists(target):
        return None
    try:
        os.link(target, place, follow_symlinks=False)
    except OSError:  # a disk without second names
        shutil.copy2(target, place, follow_symlinks=False)
    return place


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
    """Remove what runs that were killed left in `out`; returns it. The folder of a run that still lives stays, and so
    does a folder that only has such a name.
    """
    gone = [folder for folder in out.glob(f"{PREFIX}*") if STAGE.fullmatch(folder.name) and _left_over(folder)]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return gone


def _left_over(folder: Path) -> bool:
    """A folder with a lock that nobody holds, or an empty one that has waited long for its lock."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    try:
        with (folder / LOCK).open("rb+") as lock:
            return _locked(lock)
    except FileNotFoundError:
        with suppress(OSError):
            return not any(folder.iterdir()) and time.time() - folder.stat().st_mtime > YOUNG
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
    except (FileExistsError, NotADirectoryError) as error:
        place = _known(Path(error.filename or out))
        raise OutputError(f"{place}: cannot be written: it is no folder; choose another place with -o") from None
    except OSError as error:
        place = _known(Path(error.filename2 or out))
        raise OutputError(f"{place}: cannot be written: {error.strerror or error}") from error


def _known(place: Path) -> Path:
    """The place as the user knows it: of a folder that files are written in, the folder they are for."""
    stages = [folder for folder in (place, *place.parents) if STAGE.fullmatch(folder.name)]
    return stages[-1].parent if stages else place
