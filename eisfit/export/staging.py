"""Results appear whole or not at all: they are written beside their place and moved there when they are complete."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from eisfit.errors import OutputError


@contextmanager
def output_folder(out: Path) -> Iterator[Path]:
    """The folder `out`, made if need be and found writable before the work; gone again if nothing came to lie in it.

    Raises OutputError that says why nothing can be written there.
    """
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        with _explained(out):
            out.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=out):
                pass
        yield out
    finally:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """A folder whose files move into `out` when the block ends, each replacing its forerunner; none if it fails.

    Raises OutputError where the disk refuses.
    """
    with _explained(out):
        out.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".eisfit-", dir=out))
        try:
            yield stage
            for file in sorted(f for f in stage.rglob("*") if f.is_file()):
                target = out / file.relative_to(stage)
                target.parent.mkdir(parents=True, exist_ok=True)
                file.replace(target)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def staged_file(path: Path) -> Iterator[Path]:
    """A path of the same name to write to, whose file moves to `path` when the block ends; none if it fails."""
    with staged(path.parent) as stage:
        yield stage / path.name


@contextmanager
def _explained(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror or error}") from error
