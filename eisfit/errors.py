"""Every error that eisfit raises on purpose. A traceback of any other class is a bug of ours.

::

    EisfitError
    ├── CircuitError (ValueError)      a circuit that cannot be used
    │   ├── CircuitSyntaxError         the text is no circuit; prints the line with a caret
    │   ├── UnknownElement             no such element symbol; suggests near ones
    │   └── DuplicateLabel             two elements of one name
    ├── DataError (ValueError)         numbers that cannot be an impedance spectrum
    ├── ReadError                      a file that cannot be read; names file, line and a way out
    │   ├── UnknownFormat              no reader recognises the file
    │   ├── AmbiguousFormat            several readers do
    │   ├── CorruptFile                recognised, but broken inside
    │   ├── EmptyFile                  recognised, but without a single impedance point
    │   └── MissingDependency          an optional package is needed; says the install command
    ├── FitError                       a problem that cannot be fitted as posed
    │   └── ConstraintError            by what was asked of its parameters: an OptionError too
    ├── OptionError (ValueError)       an option or a setting that makes no sense
    └── OutputError                    results that cannot be written where they should go

All of them pickle, so that they cross process borders unchanged.
"""

from __future__ import annotations

from os import PathLike


class EisfitError(Exception):
    """Base of every error that eisfit raises on purpose."""


class CircuitError(EisfitError, ValueError):
    """A circuit that cannot be used as it stands."""


class CircuitSyntaxError(CircuitError):
    """A text that is no circuit. `position` is the 0-based column of the offending character in `text`."""

    window = 72
    """Characters of a long text that are shown around the caret."""

    def __init__(self, message: str, text: str = "", position: int = 0) -> None:
        super().__init__(message, text, position)
        self.message = message
        self.text = text
        self.position = position

    def __str__(self) -> str:
        start = max(0, min(self.position - self.window // 2, len(self.text) - self.window))
        shown = "".join(c if c.isprintable() else "?" for c in self.text[start : start + self.window])
        if not shown:
            return self.message
        return f"{self.message}\n  {shown}\n  {' ' * (self.position - start)}^"


class UnknownElement(CircuitSyntaxError):
    """An element symbol that the notation does not know."""


class DuplicateLabel(CircuitSyntaxError):
    """Two elements of a circuit that carry the same name."""


class DataError(EisfitError, ValueError):
    """Numbers that cannot be an impedance spectrum."""


class ReadError(EisfitError):
    """A file that cannot be read. `line` is 1-based, None where the trouble has no line."""

    def __init__(self, message: str, path: str | PathLike[str] | None = None, line: int | None = None) -> None:
        super().__init__(message, path, line)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        where = "" if self.path is None else str(self.path)
        if self.line is not None:
            where += f", line {self.line}" if where else f"line {self.line}"
        return f"{where}: {self.message}" if where else self.message


class UnknownFormat(ReadError):
    """A file that no reader recognises."""


class AmbiguousFormat(ReadError):
    """A file that several readers recognise."""


class CorruptFile(ReadError):
    """A file of a known format that is broken inside."""


class EmptyFile(ReadError):
    """A file of a known format without a single impedance point or cycling row."""


class MissingDependency(ReadError):
    """A file or feature that needs an optional package."""


def how_to_install(package: str, extra: str) -> str:
    """How to get an optional package: by itself, or with the extra of eisfit that asks for it."""
    return f"install it with: pip install {package} (or, in a checkout of eisfit: pip install '.[{extra}]')"


class FitError(EisfitError):
    """A problem that cannot be fitted as posed, such as more free parameters than data."""


class OptionError(EisfitError, ValueError):
    """An option or a setting that makes no sense; suggests what was meant where it can."""


class ConstraintError(FitError, OptionError):
    """What was asked of the parameters of a fit (a start value, bounds, a tie) and cannot be."""


class OutputError(EisfitError):
    """Results that cannot be written where they should go."""


DEFECTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a fault of ours may raise: caught only where the work on other things must go on, and told."""
