"""Named circuits: a text with labels, roles, start values, bounds, a sentence and a source, one TOML file each.

::

    circuit = "R_{s}(R_{ct}Q_{dl})"         any notation; `notation = "zfit"` where it is not clear
    title = "..."  description = "..."  source = "..."
    [roles]                                 role = "parameter", what the tracker follows
    R_Int = "R_ct"
    [parameters]                            a value, or any of value, lower, upper, fixed
    R_ct = 50.0
    Q_dl_n = { value = 0.9, lower = 0.5, upper = 1.0 }
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from eisfit.circuit import Circuit, Parameter, fixed
from eisfit.errors import CircuitError
from eisfit.files import is_regular, toml_of
from eisfit.hints import did_you_mean
from eisfit.printable import shortened

DEFAULT = "assb"
"""The circuit of a solid-state cell."""

_PACKED = Path(__file__).parent / "circuits"
FOLDER = _PACKED if _PACKED.is_dir() else Path(__file__).parents[1] / "circuits"
"""Where the circuits of the package lie: inside it when it is installed, beside it in a checkout."""

LARGEST = 1e300
"""A number in a file beyond this is none."""
LONGEST_NAME = 64
"""Letters of a name of the library; systems refuse to look for files of more than about 250."""
_KEYS = {"circuit": str, "notation": str, "title": str, "description": str, "source": str}
_TABLES = ("roles", "parameters")
_PARAMETER_KEYS = ("value", "lower", "upper", "fixed")


class Entry(NamedTuple):
    """A circuit of the library: its name, the circuit with roles, values and bounds, and the words about it."""

    name: str
    text: str
    circuit: Circuit
    description: str
    source: str
    path: Path

    @property
    def title(self) -> str:
        """What the circuit stands for, in a few words."""
        return self.circuit.title

    @property
    def roles(self) -> Mapping[str, str]:
        """Role -> parameter name."""
        return dict(self.circuit.roles)


def library() -> dict[str, Entry]:
    """Every circuit of the package by its name, the default first."""
    paths = sorted(FOLDER.glob("*.toml"), key=lambda path: (path.stem != DEFAULT, path.stem))
    return {path.stem: read_entry(path) for path in paths}


def load_circuit(name: str | PathLike[str]) -> Circuit:
    """A circuit of the library by its name, or of a TOML file by its path. Raises CircuitError.

    >>> import eisfit as ef
    >>> ef.load_circuit("assb").names[:3]
    ('R_SE_bulk', 'R_GB', 'Q_GB')
    """
    return load_entry(name).circuit


def load_entry(name: str | PathLike[str]) -> Entry:
    """As `load_circuit`, with the description and the source."""
    if not isinstance(name, str) or _is_path(name):
        return read_entry(Path(name))
    path = _path_of(name)
    if path is None:
        names = [path.stem for path in sorted(FOLDER.glob("*.toml"))]
        hint = did_you_mean(name, names) or f"; it has {', '.join(names)}, and a file of your own ends in .toml"
        raise CircuitError(f"the library has no circuit {name[:40]!r}{hint}")
    return read_entry(path)


def resolve_circuit(text: str) -> Circuit:
    """What a person may write for a circuit: a name of the library, the path of a TOML file, or the circuit itself.

    Raises CircuitError.
    """
    text = text.strip()
    if _is_path(text) or _path_of(text) or re.fullmatch(r"[a-z][a-z0-9_-]+", text):
        return load_circuit(text)
    return Circuit(text)


def read_entry(path: Path) -> Entry:
    """One TOML file. Raises CircuitError with the file's name and what is wrong in it."""
    try:
        document = toml_of(path)
    except OSError as error:
        raise CircuitError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CircuitError(f"{path}: not a TOML file: save it as UTF-8") from None
    except ValueError as error:
        raise CircuitError(f"{path}: not a TOML file: {error}") from None
    try:
        return _entry(document, path)
    except CircuitError as error:
        raise CircuitError(f"{path}: {error}") from None


def _is_path(text: str) -> bool:
    return text.lower().endswith(".toml")


def _path_of(name: str) -> Path | None:
    """The file of a circuit of the library; capitals do not matter."""
    if len(name) > LONGEST_NAME or not re.fullmatch(r"[\w-]+", name):
        return None
    path = FOLDER / f"{name.lower()}.toml"
    return path if is_regular(path) else None


def _entry(document: dict[str, Any], path: Path) -> Entry:
    words = {key: _typed(document.pop(key, ""), kind, key) for key, kind in _KEYS.items()}
    roles, parameters = (_typed(document.pop(key, {}), dict, f"[{key}]") for key in _TABLES)
    for key in document:
        raise CircuitError(f"unknown key {key!r}{did_you_mean(key, [*_KEYS, *_TABLES])}")
    if not words["circuit"]:
        raise CircuitError('the key "circuit" is missing: the text of the circuit')
    for role, name in roles.items():
        _typed(name, str, f"the role {role}")
    circuit = Circuit(words["circuit"], notation=words["notation"] or None, roles=roles, title=words["title"])
    changes = {name: _parameter(circuit.parameter(name), given) for name, given in parameters.items()}
    return Entry(
        path.stem, words["circuit"], circuit.with_(**changes), words["description"].strip(), words["source"], path
    )


def _parameter(p: Parameter, given: Any) -> Parameter:
    """A parameter as its table, or its plain value, says."""
    table = given if isinstance(given, dict) else {"value": given}
    for key in table:
        if key not in _PARAMETER_KEYS:
            raise CircuitError(f"{p.name}: unknown key {key!r}{did_you_mean(key, _PARAMETER_KEYS)}")
    keep = _typed(table.get("fixed", False), bool, f"{p.name}.fixed")
    lower, upper, value = (_number(table.get(key), f"{p.name}.{key}") for key in ("lower", "upper", "value"))
    p = p.bounded(p.lower if lower is None else lower, p.upper if upper is None else upper)
    if value is None:
        return p.changed(fixed(p.value)) if keep else p
    if not keep and not p.lower <= value <= p.upper:
        raise CircuitError(f"{p.name} = {value:g} lies outside its bounds {p.lower:g} to {p.upper:g}")
    return p.changed(fixed(value) if keep else value)


def _number(given: Any, what: str) -> float | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise CircuitError(f"{what} must be a number, not {shortened(given)}")
    if abs(given) > LARGEST:
        raise CircuitError(f"{what} is {shortened(given)}: no such number is known here")
    return float(given)


def _typed(given: Any, kind: type, what: str) -> Any:
    if not isinstance(given, kind):
        names = {str: "a text", dict: "a table", bool: "true or false"}
        raise CircuitError(f"{what} must be {names[kind]}, not {shortened(given)}")
    return given
