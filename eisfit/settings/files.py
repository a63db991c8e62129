"""eisfit.toml: read with errors that name file, key and what was meant; written as a commented template."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from eisfit.errors import OptionError
from eisfit.files import is_named, reason, toml_of
from eisfit.settings.combine import FORMER, Given
from eisfit.settings.kinds import NUMBER, PATH
from eisfit.settings.option import Option
from eisfit.settings.options import TABLES
from eisfit.settings.spectra import SpectrumSettings, spectrum_settings

FILE_NAME = "eisfit.toml"
DEEPEST = 3
"""Points in the name of a limit: flag.name has one."""


def load_settings(path: str | Path) -> Given:
    """What an eisfit.toml sets. Raises OptionError that names the file, the key, and the nearest known one."""
    path = Path(path)
    try:
        tables = toml_of(path)
    except OSError as error:
        raise OptionError(f"{path}: cannot be read: {reason(error)}") from None
    except UnicodeDecodeError:
        raise OptionError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except ValueError as error:
        raise OptionError(f"{path}: not valid TOML: {error}") from None
    return {name: _table(path, name, values) for name, values in tables.items()}


def find_settings(paths: Iterable[str | Path]) -> Path | None:
    """The eisfit.toml beside the inputs of one cell, or None. Raises OptionError where more than one applies."""
    folders = dict.fromkeys(path if path.is_dir() else path.parent for path in map(Path, paths))
    found = [folder / FILE_NAME for folder in folders if is_named(folder / FILE_NAME)]
    if len(found) > 1:
        raise OptionError(f"both {found[0]} and {found[1]} apply: give one cell at a time, or --each")
    return found[0] if found else None


def template() -> str:
    """A commented eisfit.toml with every key, its meaning and an example."""
    lines = [
        "# What eisfit should know about this cell. Remove the # before a key to set it, here: #key = value",
        "# Options on the command line win over this file.",
    ]
    for table, options in TABLES.items():
        lines += ["", f"#{_heading(table)}" if table == "spectra" else _heading(table)]
        lines += [line for key, option in options.items() if not option.not_in_file for line in _explained(key, option)]
    lines += ["", "[limits]", "# thresholds of the flags", '#"flag.name" = value', ""]
    return "\n".join(lines)


def _heading(table: str) -> str:
    """A table as it is written in the file."""
    return f"[[{table}]]" if table == "spectra" else f"[{table}]"


def _explained(key: str, option: Option) -> list[str]:
    choices = f": {' | '.join(option.kind.choices)}" if option.kind.choices else ""
    return [f"# {option.help}{choices}", f"#{key} = {option.example}"]


def _table(path: Path, name: str, values: Any) -> Mapping[str, Any]:
    if name != "limits" and name not in TABLES:
        raise OptionError(f"{path}: {_unknown_table(name)}")
    if name == "spectra":
        return {name: tuple(_spectra(path, values))}
    if not isinstance(values, dict):
        raise OptionError(f"{path}: {name} must be a table, [{name}]")
    if name == "limits":
        return _limits(path, values)
    return {key: _value(path, name, key, value) for key, value in _by_present_names(path, name, values).items()}


def _spectra(path: Path, values: Any) -> Iterator[SpectrumSettings]:
    """The tables [[spectra]], each with its place."""
    if not isinstance(values, list):
        raise OptionError(f"{path}: spectra must be tables of its own kind, [[spectra]] with two brackets")
    for k, value in enumerate(values, 1):
        try:
            yield spectrum_settings(value).placed(f"{path}: [[spectra]] {k}")
        except ValueError as error:
            raise OptionError(f"{path}: [[spectra]] {k}: {error}") from None


def _by_present_names(path: Path, table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Keys by their present names; one thing is said once."""
    out: dict[str, Any] = {}
    for key, value in values.items():
        now = FORMER.get(key, key) if key not in TABLES[table] else key
        if now in out:
            raise OptionError(f"{path}: [{table}] {key}: {now} is set already")
        out[now] = value
    return out


def _value(path: Path, table: str, key: str, value: Any) -> Any:
    options = TABLES[table]
    if key not in options:
        raise OptionError(f"{path}: [{table}] {_unknown_key(table, key)}")
    if options[key].not_in_file:
        raise OptionError(f"{path}: [{table}] {key} cannot be set in a file: {options[key].not_in_file}")
    kind = options[key].kind
    try:
        parsed = kind.from_toml(value)
    except ValueError as error:
        raise OptionError(f"{path}: [{table}] {key}: {error}") from None
    return str(path.parent / parsed) if kind is PATH else parsed


def _limits(path: Path, values: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """`"flag.name" = 1` and `flag.name = 1`, which TOML reads as a table in a table."""
    out: dict[str, float] = {}
    for key, value in values.items():
        if isinstance(value, dict) and prefix.count(".") < DEEPEST:
            out |= _limits(path, value, f"{prefix}{key}.")
            continue
        try:
            out[prefix + key] = NUMBER.from_toml(value)
        except ValueError as error:
            raise OptionError(f"{path}: [limits] {prefix}{key}: {error}") from None
    return out


def _unknown_table(name: str) -> str:
    for table, options in TABLES.items():
        if name in options:
            return f"{name} belongs below {_heading(table)}"
    return f"no such table [{name}]{_nearest(name, [*TABLES, 'limits'])}"


def _unknown_key(table: str, key: str) -> str:
    for other, options in TABLES.items():
        if key in options:
            return f"{key} belongs below {_heading(other)}"
    return f"no such key {key}{_nearest(key, TABLES[table])}"


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name.replace("-", "_"), names, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(names)}"
