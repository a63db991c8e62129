"""What is set for single spectra: which of them a pattern names, what is left out, masked, fitted in another way.

A pattern is a label or the name of a file; `*` and `?` stand for any letters. What holds for a spectrum may stand in
several tables [[spectra]], and in series.csv; where two of them say different things, neither is guessed to be right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Any, NamedTuple

from eisfit.errors import OptionError
from eisfit.quality.masks import mask_bands
from eisfit.readers import EXCLUDED, KEPT
from eisfit.settings import SpectrumSettings
from eisfit.spectrum import Note, Series, Spectrum

ASKED = "left out as asked"
LISTED = 6
"""Labels that a message names."""


class Own(NamedTuple):
    """How one spectrum is fitted where that is not how the others are: its circuit, what is
    fixed, where the search starts, and the place that says so."""

    circuit: Any = None
    fix: Mapping[str, float] = {}
    start: Mapping[str, float] = {}
    place: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """Spectra of one key are fitted together."""
        return str(self.circuit), tuple(sorted(self.fix.items())), tuple(sorted(self.start.items()))


def named_by(series: Series, pattern: str) -> list[int]:
    """The spectra whose label or file a pattern names, by index; a label with brackets names itself."""
    return [i for i, spectrum in enumerate(series) if any(_fits(name, pattern) for name in _names(spectrum, i))]


def _names(spectrum: Spectrum, i: int) -> Iterator[str]:
    yield spectrum.label or f"spectrum {i + 1}"
    if spectrum.source is not None:
        path = PurePath(spectrum.source.path)
        yield from (path.name, path.stem)


def _fits(name: str, pattern: str) -> bool:
    return name == pattern or fnmatchcase(name, pattern)


def without_excluded(series: Series, exclude: Sequence[str], settings: Sequence[SpectrumSettings]) -> Series:
    """The series without the spectra that options or settings leave out, with a note on each.

    Raises OptionError where a pattern names no spectrum, where a file says one thing and series.csv another, or where
    nothing is left.
    """
    out: dict[int, str] = {}
    for pattern in [exclude] if isinstance(exclude, str) else exclude:
        for i in _found(series, pattern, "exclude"):
            out.setdefault(i, ASKED)
    said: dict[int, SpectrumSettings] = {}
    for one in settings:
        found = named_by(series, one.match) if one.lenient else _found(series, one.match, one.place)
        _agrees(series, one)
        for i in found if one.exclude is not None else ():
            before = said.setdefault(i, one)
            if before.exclude != one.exclude:
                raise _differing(series, i, "exclude", (before, one))
            if one.exclude is not False:
                reason = f": {one.exclude}" if isinstance(one.exclude, str) else ""
                out[i] = f"excluded by {one.place}{reason}"
            elif i in out:
                raise OptionError(f"{_label(series, i)} is {out[i]}, but {one.place} says exclude = false")
    series = _agreed(series)
    if not out:
        return series
    if len(out) == len(series):
        raise OptionError("every spectrum is excluded: there is nothing left")
    notes = [Note("ignored", _label(series, i), out[i]) for i in sorted(out)]
    kept = [spectrum for i, spectrum in enumerate(series) if i not in out]
    return series.with_(spectra=kept, notes=(*series.notes, *notes))


def _agreed(series: Series) -> Series:
    """The series without the notes on spectra that series.csv keeps, once nothing contradicts them."""
    notes = [note for note in series.notes if note.sentence != KEPT]
    return series if len(notes) == len(series.notes) else series.with_(notes=notes)


def excluded(series: Series) -> list[Note]:
    """The notes on the spectra that options, settings or series.csv leave out."""
    said = (EXCLUDED, "excluded by ", ASKED)
    return [note for note in series.notes if note.kind == "ignored" and note.sentence.startswith(said)]


def reason_of(note: Note) -> str:
    """Why a spectrum is left out, as a note on it says: the reason that was given, else the place that says so."""
    text = note.sentence.removeprefix(EXCLUDED).removeprefix("excluded by ")
    return "as asked" if text == ASKED else text.partition("): ")[2] or text


def _found(series: Series, pattern: str, place: str) -> list[int]:
    """The spectra that a pattern names. Raises OptionError where there is none, also none that series.csv excludes."""
    found = named_by(series, pattern)
    if not found and not any(_fits(label, pattern) for label, _ in _excluded_before(series)):
        labels = [_label(series, i) for i in range(len(series))]
        near = get_close_matches(pattern.strip("*?"), labels, n=1, cutoff=0.4)
        listed = ", ".join(labels[:LISTED]) + (", ..." if len(labels) > LISTED else "")
        hint = f"did you mean {near[0]}?" if near else f"the labels are {listed}"
        raise OptionError(f"{place}: no spectrum is named {pattern!r}; {hint}")
    return found


def _excluded_before(series: Series) -> list[tuple[str, str]]:
    """Label and reason of the spectra that series.csv leaves out."""
    return [(n.path, n.sentence.removeprefix(EXCLUDED)) for n in series.notes if n.sentence.startswith(EXCLUDED)]


def _agrees(series: Series, one: SpectrumSettings) -> None:
    """Raises OptionError where series.csv says another thing of the exclusion of a spectrum."""
    if one.exclude:
        for note in series.notes:
            if note.sentence == KEPT and _fits(note.path, one.match):
                raise OptionError(
                    f"{note.path} stays by the column exclude of series.csv, but {one.place} excludes it: say it in "
                    "one place only"
                )
    if one.exclude in (None, True):
        return
    for label, reason in _excluded_before(series):
        if _fits(label, one.match) and one.exclude != reason:
            said = "false" if one.exclude is False else repr(one.exclude)
            raise OptionError(
                f"{label} is excluded in series.csv ({reason!r}), but {one.place} says exclude = {said}: say it in one "
                "place only"
            )


def with_own_masks(series: Series, settings: Sequence[SpectrumSettings]) -> Series:
    """The series with the bands left out that are set for single spectra. Raises OptionError."""
    masked = list(series)
    for one in settings:
        for i in named_by(series, one.match) if one.mask else ():
            masked[i] = mask_bands(masked[i], one.mask)
    return series.with_(spectra=masked) if settings else series


def own_of(series: Series, settings: Sequence[SpectrumSettings]) -> list[Own]:
    """How every spectrum is fitted, by itself. Raises OptionError where two settings say different things of one."""
    out = [Own()] * len(series)
    said: dict[tuple[int, str], SpectrumSettings] = {}
    for one in settings:
        for i in named_by(series, one.match):
            out[i] = _added(out[i], one, said, series, i)
    return out


def _added(own: Own, one: SpectrumSettings, said: dict[tuple[int, str], Any], series: Series, i: int) -> Own:
    """What is set so far for spectrum i, with what one more table sets."""
    if one.circuit is not None:
        before = said.setdefault((i, "circuit"), one)
        if str(before.circuit) != str(one.circuit):
            raise _differing(series, i, "circuit", (before, one))
        own = own._replace(circuit=one.circuit, place=one.place)
    for key in ("fix", "start"):
        given: Mapping[str, float] = getattr(one, key)
        for name, value in given.items():
            before = said.setdefault((i, f"{key} {name}"), one)
            if getattr(before, key)[name] != value:
                raise _differing(series, i, f"{key} {name}", (before, one))
        if given:
            own = own._replace(**{key: {**getattr(own, key), **given}}, place=own.place or one.place)
    return own


def _differing(series: Series, i: int, what: str, both: tuple[SpectrumSettings, SpectrumSettings]) -> OptionError:
    return OptionError(f"{both[0].place} and {both[1].place} set {what} of {_label(series, i)} differently")


def _label(series: Series, i: int) -> str:
    return series[i].label or f"spectrum {i + 1}"


class Group(NamedTuple):
    """Spectra that are fitted alike, by index, and what is set for them."""

    rows: tuple[int, ...]
    own: Own


def groups_of(
    series: Series, settings: Sequence[SpectrumSettings], usual: Callable[[Own], bool] = lambda own: False
) -> tuple[Group, ...]:
    """The spectra in groups that are fitted alike, those without settings of their own first; one group where all are.

    usual: whether the circuit that is set is that of the series anyway. Raises OptionError.
    """
    if not settings:
        return (Group(tuple(range(len(series))), Own()),)
    rows: dict[tuple[object, ...], list[int]] = {}
    each = [own._replace(circuit=None) if usual(own) else own for own in own_of(series, settings)]
    for i, own in enumerate(each):
        rows.setdefault(own.key, []).append(i)
    plain = Own().key
    ordered = sorted(rows.items(), key=lambda item: (item[0] != plain, item[1][0]))
    return tuple(Group(tuple(index), each[index[0]]) for _, index in ordered)
