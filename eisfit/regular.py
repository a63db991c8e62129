"""Regular expressions that are compiled where they are first asked, not where they are written.

The vocabulary of the readers is some two hundred of them, most of which one folder never needs; to compile them all
takes longer than to read it.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Pattern:
    """Stands for a compiled pattern: the first thing asked of it compiles it, then its methods are its own."""

    def __init__(self, text: str | bytes, flags: int | re.RegexFlag) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, value)
        return value


def regex(text: AnyStr, flags: int | re.RegexFlag = 0) -> re.Pattern[AnyStr]:
    """The pattern of a text, compiled at its first use; what is wrong with it shows then (a test asks all of them)."""
    return cast("re.Pattern[AnyStr]", _Pattern(text, flags))
