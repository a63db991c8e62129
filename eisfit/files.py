"""Files that a user names, opened with care: a pipe or a device is none, and a TOML text has an end."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

from eisfit.regular import regex

LARGEST_TOML = 1 << 20
"""Bytes of a TOML file."""
DOTTED = regex(r"""(?:["']?[\w-]{1,64}["']?[ \t]*\.[ \t]*){16}""")
"""A key of so many parts: a table in a table, sixteen deep."""


class NotAFile(OSError):
    """A path that leads to a pipe, a device or a folder."""


def is_regular(path: Path) -> bool:
    """True for a file that can be read to its end; False for pipes and devices, and where nobody may look."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def exists(path: Path) -> bool:
    """True where a path leads somewhere; False too for a text that can be no path, and where nobody may look."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_named(path: Path) -> bool:
    """True where a folder has an entry of this name, be it a pipe or a link that leads nowhere."""
    try:
        return os.path.lexists(path)
    except ValueError:
        return False


def text_of(path: Path, encoding: str = "utf-8") -> str:
    """The text of a file. Raises OSError with a sentence as its strerror, UnicodeDecodeError."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise NotAFile(0, "is no regular file")
    return path.read_text(encoding=encoding)


def toml_of(path: Path) -> dict[str, Any]:
    """What a TOML file says. Raises OSError where it cannot be read, ValueError with a sentence where it is none."""
    import tomllib

    if is_regular(path) and path.stat().st_size > LARGEST_TOML:
        raise ValueError(f"it is larger than {LARGEST_TOML >> 20} MB")
    text = text_of(path, "utf-8-sig")
    if DOTTED.search(text):
        raise ValueError("a key of more than 16 parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise ValueError("lists or tables are nested too deeply") from None
    except ValueError:
        raise ValueError("a number has too many digits") from None


def reason(error: OSError) -> str:
    """Why a file cannot be read, in small letters."""
    return (error.strerror or str(error) or type(error).__name__).lower()
