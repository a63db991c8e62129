"""Settings of single spectra: the tables [[spectra]] of eisfit.toml, or `spectra=[{...}]` in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from eisfit.errors import OptionError
from eisfit.settings.kinds import RANGES, REASON, TEXT, VALUES
from eisfit.settings.option import Option, option

if TYPE_CHECKING:
    from eisfit.circuit import Circuit

SPECTRA: Mapping[str, Option] = {
    "match": option(
        TEXT,
        "which spectra: a label or the name of a file; * and ? stand for any letters",
        '"*3.6V*"',
        table="spectra",
    ),
    "circuit": option(TEXT, "their circuit, followed by its roles beside that of the others", '"R(RQ)"'),
    "fix": option(VALUES, "keep a parameter at a value there", "{ R_GB = 12 }"),
    "mask": option(RANGES, "band in Hz that must not count there", "[[49, 51]]"),
    "start": option(VALUES, "where the search of a parameter starts there", "{ R_Int = 50 }"),
    "exclude": option(REASON, "leave them out, and why", '"contact lost"'),
}
"""The keys of a table [[spectra]]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectrumSettings:
    """What is set for the spectra that `match` names; `place` says where it stands, for messages.

    lenient: a cell may have no such spectrum, for it is said of several cells.
    """

    match: str
    circuit: Circuit | str | None = None
    fix: Mapping[str, float] = field(default_factory=dict)
    mask: tuple[tuple[float, float], ...] = ()
    start: Mapping[str, float] = field(default_factory=dict)
    exclude: str | bool | None = None
    place: str = ""
    lenient: bool = False

    def placed(self, place: str) -> SpectrumSettings:
        """The same, with where it stands."""
        return replace(self, place=f"{place} (match = {self.match!r})")

    def plain(self) -> dict[str, Any]:
        """What is set, as plain data."""
        held = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("place", "lenient")}
        held["circuit"] = None if self.circuit is None else str(self.circuit)
        return {name: value for name, value in held.items() if value not in (None, (), {})}


def spectrum_settings(values: Any) -> SpectrumSettings:
    """What one table sets. Raises ValueError with a sentence on what was expected."""
    if isinstance(values, SpectrumSettings):
        return values
    if not isinstance(values, Mapping):
        raise ValueError(f"expected a mapping with the key match, not {values!r}")
    out: dict[str, Any] = {}
    for key, value in values.items():
        if key not in SPECTRA:
            near = get_close_matches(str(key), SPECTRA, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(SPECTRA)}"
            raise ValueError(f"no such key {key}; {hint}")
        if key == "circuit" and not isinstance(value, str) and hasattr(value, "parameters"):
            out[key] = value
        else:
            try:
                out[key] = SPECTRA[key].kind.from_toml(_listed(value))
            except ValueError as error:
                raise ValueError(f"{key}: {error}") from None
    if "match" not in out:
        raise ValueError('match is missing: say which spectra, such as match = "*3.6V*"')
    if len(out) == 1:
        raise ValueError(f"nothing is set for {out['match']!r}: give {', '.join(list(SPECTRA)[1:])}")
    return SpectrumSettings(**out)


def for_many(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """What is set for several cells: not each of them has the spectra that are named."""
    fit = dict(given.get("fit", {}))
    single = [replace(one, lenient=True) for one in given.get("spectra", {}).get("spectra", ())]
    out = [SpectrumSettings(match=pattern, exclude=True, lenient=True) for pattern in fit.pop("exclude", ())]
    single += [one.placed("exclude") for one in out]
    return {**given, "fit": fit, "spectra": {"spectra": tuple(single)}}


def settings_of_spectra(given: Any) -> tuple[SpectrumSettings, ...]:
    """What a call sets for single spectra, each with its place. Raises OptionError."""
    if isinstance(given, Mapping | str) or not hasattr(given, "__iter__"):
        raise OptionError(f"spectra takes a list of mappings such as {{'match': '*3.6V*'}}, not {given!r}")
    out = []
    for k, values in enumerate(given):
        try:
            one = spectrum_settings(values)
        except ValueError as error:
            raise OptionError(f"spectra[{k}]: {error}") from None
        out.append(one if one.place else one.placed(f"spectra[{k}]"))
    return tuple(out)


def _listed(value: Any) -> Any:
    """Tuples, arrays and their numbers as TOML has them."""
    if isinstance(value, Mapping):
        return {name: _listed(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_listed(item) for item in value]
    if hasattr(value, "tolist"):
        return value.tolist()
    return value
