"""What a person states about spectra: numbers in file names, and the table `series.csv` of a folder.

`series.csv` has a column `file`, perhaps `sweep` (counted from 0, as in parameters.csv), any of the conditions by
their names, numbers of other names, `exclude` (a reason, or true) and `rebaseline` (true). An empty cell states
nothing. It goes before names of files, and both before what the files hold. A state of charge above 1 in the names
means that all in names are in percent, one in the tables that all in tables are.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from eisfit.errors import CorruptFile, OptionError
from eisfit.files import is_named, is_regular
from eisfit.labels import first_twice
from eisfit.readers._base import load
from eisfit.readers.cell.assemble import Loaded
from eisfit.readers.cell.files import Found
from eisfit.readers.cell.patterns import CLOSE, CONDITIONS, DIRECTIONS, TEXTS, compiled, mistyped, nearest
from eisfit.readers.cell.record import filled
from eisfit.readers.tabular.dates import stamp
from eisfit.readers.tabular.physical import MOST_SOC, impossible
from eisfit.readers.tabular.text import decoded, plain
from eisfit.regular import regex
from eisfit.spectrum import Conditions, Note, Series, Spectrum

NAME = "series.csv"
KNOWN = ("file", "sweep", *CONDITIONS, "exclude", "rebaseline")
MOST_CYCLES = 10**9
"""A cycle or a sweep of a number beyond this is none."""
YES = frozenset({"true", "yes", "1", "x"})
NO = frozenset({"", "false", "no", "0"})
NO_REASON = frozenset(
    {
        "nan",
        "none",
        "null",
        "keep",
        "kept",
        "include",
        "included",
        "good",
        "okay",
        "maybe",
        "perhaps",
        "nein",
        "non",
        "off",
    }
)
"""Words in the column exclude that may mean that a spectrum stays."""
REASON = regex(r"[^\W\d_]{3}")
EXCLUDED = f"excluded in {NAME}: "
"""How the note begins that `exclude` leaves, before the reason; its path is the label of the spectrum."""
KEPT = f"stays: {NAME} says so in its column exclude"
"""Sentence of the note that a `no` in the column exclude leaves; its path is the label of the spectrum."""
REBASELINE = "rebaseline: the detector of shorts starts anew with this spectrum"
"""Sentence of the note that `rebaseline` leaves; its path is the label of the spectrum."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one row of series.csv (in `line`), or the name of a file, says: about which sweep (None: all), and what."""

    sweep: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    exclude: str | None = None
    rebaseline: bool = False
    line: int | None = None


About = dict[str, list[Statement]]
"""What is stated about files, by their names in messages."""


def stated(series: Series, found: Sequence[Found], pattern: str | None) -> Series:
    """The series with what file names and series.csv state about its spectra.

    Raises OptionError for a pattern that means nothing or fits no name, CorruptFile for a series.csv of no use.
    """
    names, notes = from_names(found, pattern)
    tables: dict[str, list[Statement]] = {}
    for folder in dict.fromkeys(file.path.parent for file in found if file.folder is not None or file.beside):
        table, others = from_table([file for file in found if file.path.parent == folder], folder / NAME)
        tables |= table
        notes += others
    in_names, told = as_fractions(names)
    in_tables, told_too = as_fractions(tables)
    notes += [*told, *told_too]
    statements = {file.shown: in_names.get(file.shown, []) + in_tables.get(file.shown, []) for file in found}
    series = series.with_(notes=(*series.notes, *notes))
    return applied(series, statements) if any(statements.values()) else series


def with_fractions(loaded: Sequence[Loaded]) -> tuple[list[Loaded], list[Note]]:
    """The files with states of charge as fractions: one that cannot be a fraction says that all are in percent.

    The tables and studies that eisfit writes hold fractions, whatever they are.
    """
    others = [item.content for item in loaded if item.content is not None and item.content.series is None]
    if not any((s.conditions.soc or 0.0) > MOST_SOC for content in others for s in content.spectra):
        return list(loaded), []
    out, notes = [], []
    for item in loaded:
        content = item.content
        if content is not None and content.series is None and any(s.conditions.soc for s in content.spectra):
            sentence = "a state of charge goes above 2: all in the files are taken as percent"
            notes.append(Note("assumed", item.found.shown, sentence))
            content = replace(content, spectra=tuple(map(_hundredth, content.spectra)))
        out.append(item._replace(content=content))
    return out, notes


def _hundredth(spectrum: Spectrum) -> Spectrum:
    soc = spectrum.conditions.soc
    return spectrum if soc is None else spectrum.with_(conditions=replace(spectrum.conditions, soc=soc / 100))


def as_fractions(statements: About) -> tuple[About, list[Note]]:
    """The same statements with states of charge as fractions: one above 2 says that all of them are in percent; a note.

    Raises CorruptFile for one between 1 and 2 that no other explains: it may be either.
    """
    every = [(s.values.get("soc", 0.0), s.line, path) for path, about in statements.items() for s in about]
    highest, line, path = max(every, key=lambda one: one[0], default=(0.0, None, ""))
    if highest <= 1.0:
        return statements, []
    if highest <= MOST_SOC:
        sentence = (
            f"a state of charge of {highest:g} may be {highest:g} % or {100 * highest:g} %: write it as a fraction"
        )
        raise CorruptFile(sentence, path if line is None else NAME, line)
    told = f"a state of charge of {highest:g} is stated: all that are stated are taken as percent"
    note = Note("assumed", path if line is None else NAME, told)
    return {path: [fraction(s) for s in about] for path, about in statements.items()}, [note]


def fraction(statement: Statement) -> Statement:
    """A statement in percent with its state of charge as a fraction."""
    if "soc" not in statement.values:
        return statement
    return replace(statement, values={**statement.values, "soc": statement.values["soc"] / 100})


def applied(series: Series, statements: Mapping[str, Sequence[Statement]]) -> Series:
    """The series with the conditions that were stated, without the spectra that were excluded."""
    refuse_unknown_sweeps(series, statements)
    kept: list[Spectrum] = []
    notes: list[Note] = []
    values: list[dict[str, Any]] = []
    for spectrum in series:
        about = list(statements_on(spectrum, statements))
        reason = next((s.exclude for s in about if s.exclude), "")
        if reason:
            notes.append(Note("ignored", spectrum.label, f"{EXCLUDED}{reason}"))
            continue
        if any(s.exclude == "" for s in about):
            notes.append(Note("ignored", spectrum.label, KEPT))
        if any(s.rebaseline for s in about):
            notes.append(Note("assumed", spectrum.label, REBASELINE))
        kept.append(spectrum)
        values.append({name: value for s in about for name, value in s.values.items()})
    kept = [s.with_(conditions=with_stated(s.conditions, v)) for s, v in zip(kept, values, strict=True)]
    if any("time_s" in v for v in values):
        kept = at_stated_times(kept, series)
    return series.with_(spectra=kept, notes=(*series.notes, *notes))


def refuse_unknown_sweeps(series: Series, statements: Mapping[str, Sequence[Statement]]) -> None:
    """Raises CorruptFile for a statement on a sweep that a file does not have."""
    there: dict[str, set[int]] = {}
    for spectrum in series:
        if spectrum.source is not None:
            there.setdefault(spectrum.source.path, set()).add(spectrum.source.sweep)
    for path, about in statements.items():
        for one in about:
            if one.sweep is not None and path in there and one.sweep not in there[path]:
                count = max(there[path]) + 1
                sentence = f"names sweep {one.sweep} of {path}, which has {count}, counted from 0"
                raise CorruptFile(sentence, NAME, one.line)


def nothing_to_fit(series: Series) -> str:
    """Why a series has no spectrum, in words."""
    excluded = [note for note in series.notes if note.sentence.startswith(EXCLUDED)]
    if excluded:
        return f"{NAME} excludes every spectrum, {len(excluded)} of {len(excluded)}: there is nothing left to fit"
    return "there is no impedance spectrum: these files hold the cycling of a cell alone"


def with_stated(conditions: Conditions, values: Mapping[str, Any]) -> Conditions:
    """Conditions with what was stated; numbers that are no conditions of ours stand among the others."""
    known = {name: value for name, value in values.items() if name in CONDITIONS}
    others = dict(conditions.others) | {name: value for name, value in values.items() if name not in CONDITIONS}
    return replace(conditions, **known, others=tuple(others.items()))


def at_stated_times(spectra: list[Spectrum], series: Series) -> list[Spectrum]:
    """Spectra whose times were stated, in their order, with what the record says at these times."""
    times = [s.conditions.time_s for s in spectra]
    if series.record is not None:
        conditions = filled([s.conditions for s in spectra], times, series.record)
        spectra = [s.with_(conditions=c) for s, c in zip(spectra, conditions, strict=True)]
    return sorted(spectra, key=lambda s: float("inf") if s.conditions.time_s is None else s.conditions.time_s)


def rebaselined(series: Series) -> tuple[int, ...]:
    """The spectra (counted from 0) at which series.csv says that the detector of shorts starts anew."""
    labels = {note.path for note in series.notes if note.sentence == REBASELINE}
    return tuple(i for i, spectrum in enumerate(series) if spectrum.label in labels)


def statements_on(spectrum: Spectrum, statements: Mapping[str, Sequence[Statement]]) -> Iterator[Statement]:
    """The statements on one spectrum, the one that goes before all others last."""
    source = spectrum.source
    if source is not None:
        about = [s for s in statements.get(source.path, ()) if s.sweep in (None, source.sweep)]
        yield from sorted(about, key=lambda s: s.sweep is not None)


def from_names(found: Sequence[Found], pattern: str | None) -> tuple[About, list[Note]]:
    """What the names of the files state by a pattern such as `{cell}_SOC{soc}_{temperature_C}C`."""
    if pattern is None:
        return {}, []
    expression = compiled(pattern)
    statements: About = {}
    missed = []
    for file in found:
        match = expression.fullmatch(file.stem)
        try:
            values = values_in(match.groupdict(), file.shown) if match else None
            if values and "{soc}%" in pattern.replace(" ", ""):
                values["soc"] /= 100
        except OptionError:
            raise
        except ValueError:
            values = None
        if values is None:
            missed.append(file)
        else:
            statements[file.shown] = [Statement(values=values)]
    if len(missed) == len(found):
        raise OptionError(f"the pattern {pattern!r} fits no file name (the first is {found[0].stem!r})")
    notes = [Note("assumed", file.shown, f"its name does not fit the pattern {pattern!r}") for file in missed]
    return statements, notes


def values_in(texts: Mapping[str, str], shown: str) -> dict[str, Any]:
    """The conditions in a name. Raises ValueError for a text that is none, OptionError for an impossible one."""
    values = {}
    for name, text in texts.items():
        try:
            values[name] = value_of(name, text)
        except Impossible as error:
            raise OptionError(f"by the pattern the name of {shown} says {name} {text}: {error}") from None
    return values


class Impossible(ValueError):
    """A number that a condition cannot be."""


def value_of(name: str, text: str) -> Any:
    """The value of a condition from its text. Raises ValueError, Impossible for a number that it cannot be."""
    if name == "direction":
        if text.lower() not in DIRECTIONS:
            raise ValueError("charge or discharge was expected")
        return DIRECTIONS[text.lower()]
    if name == "timestamp":
        began = stamp(text)
        if began is None:
            raise ValueError("a date and time such as 2026-03-17 10:11:12 was expected")
        return began.local.isoformat()
    if name in TEXTS:
        return text
    try:
        number = float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        raise ValueError("a number was expected") from None
    wrong = impossible(name, number, percent=True)
    if wrong:
        raise Impossible(wrong)
    if name == "cycle" and (number != round(number) or abs(number) >= MOST_CYCLES):
        raise ValueError("a whole number was expected")
    return round(number) if name == "cycle" else number


def from_table(found: Sequence[Found], path: Path) -> tuple[About, list[Note]]:
    """What the series.csv of a folder states about its files.

    Raises CorruptFile for the name of a file that is nearly that of one about which nothing is stated.
    """
    if not is_named(path):
        others = [other.name for other in sorted(path.parent.iterdir()) if other.name.lower() == NAME]
        return {}, [
            Note("ignored", name, f"it states nothing: the name is {NAME}, in small letters") for name in others
        ]
    if not is_regular(path):
        raise CorruptFile("leads to no file that can be read: remove it, or the link", NAME)
    statements: About = {}
    notes = []
    names = {name: file.shown for file in found for name in (file.stem, file.path.name)}
    table = list(rows(path))
    told = {names.get(row.get("file", "")) for _, row in table}
    beside = {name for other in path.parent.iterdir() for name in (other.name, other.stem)}
    for line, row in table:
        file = row.get("file", "")
        if not file:
            raise CorruptFile("the column file is empty", NAME, line)
        if file in names:
            about = statements.setdefault(names[file], [])
            about.append(one := statement(row, line))
            refuse_contradiction(about[:-1], one, file)
            continue
        free = [name for name, shown in names.items() if shown not in told]
        near = [] if file in beside else get_close_matches(file, free, n=1, cutoff=CLOSE)
        if near:
            raise CorruptFile(f"there is no file {file}; did you mean {near[0]}?", NAME, line)
        notes.append(Note("ignored", NAME, f"line {line} names {file}, which is not among the files read"))
    return statements, notes


def refuse_contradiction(before: Sequence[Statement], one: Statement, file: str) -> None:
    """Raises CorruptFile where a row contradicts an earlier one about the same sweep."""
    for other in before:
        if other.sweep != one.sweep:
            continue
        both = [name for name in one.values if other.values.get(name, one.values[name]) != one.values[name]]
        if None not in (other.exclude, one.exclude) and other.exclude != one.exclude:
            both.append("exclude")
        if both:
            sentence = f"states another {both[0]} of {file} than line {other.line}: leave one of them out"
            raise CorruptFile(sentence, NAME, one.line)


def rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a series.csv with their line numbers. Raises CorruptFile for columns that mean nothing."""
    text = decoded(plain(load(path, NAME).data))
    first = text.partition("\n")[0]
    delimiter = next((mark for mark in (";", "\t") if mark in first), ",")
    table = csv.reader(text.splitlines(), delimiter=delimiter)
    try:
        header = [name.strip() for name in next(table, [])]
        for name in header:
            free = name.isidentifier() and "file" in header
            if name not in KNOWN and (mistyped(name, KNOWN) or not free):
                raise CorruptFile(f"the column {name!r} means nothing here; {nearest(name, KNOWN)}", NAME, 1)
        named = [name for name in header if name]
        if len(set(named)) < len(named):
            twice = first_twice(named)
            raise CorruptFile(f"has two columns {twice}: leave one of them out", NAME, 1)
        if "file" not in header:
            raise CorruptFile("there is no column file", NAME, 1)
        for cells in table:
            if any(cell.strip() for cell in cells[len(header) :]):
                sentence = f"has {len(cells)} cells below {len(header)} columns: is a comma a decimal one"
                raise CorruptFile(f"{sentence}? Write decimal points, or separate cells with ;", NAME, table.line_num)
            if any(cell.strip() for cell in cells):
                yield table.line_num, {n: c.strip() for n, c in zip(header, cells, strict=False)}
    except csv.Error as error:
        raise CorruptFile(f"is no table: {error}", NAME, table.line_num) from None


def statement(row: Mapping[str, str], line: int) -> Statement:
    """What one row of a series.csv states. Raises CorruptFile with its line."""
    values: dict[str, Any] = {}
    for name in ("sweep", *CONDITIONS, *(name for name in row if name not in KNOWN)):
        if row.get(name):
            try:
                values[name] = value_of("cycle" if name == "sweep" else name, row[name])
            except ValueError as error:
                raise CorruptFile(f"column {name} holds {row[name]!r}, {error}", NAME, line) from None
    mark = row.get("rebaseline", "").lower()
    if mark not in YES | NO:
        raise CorruptFile(f"column rebaseline holds {mark!r}, true or false was expected", NAME, line)
    return Statement(values.pop("sweep", None), values, exclusion(row.get("exclude", ""), line), mark in YES, line)


def exclusion(text: str, line: int) -> str | None:
    """Why a spectrum is left out, "" where it stays, None where nothing is said.

    Raises CorruptFile for a cell that may mean either.
    """
    word = text.strip().lower()
    if not word:
        return None
    if word in NO:
        return ""
    if word in YES:
        return "no reason is given"
    if word in NO_REASON or not REASON.search(word):
        sentence = f"column exclude holds {text!r}: write why the spectrum is left out, or true or false"
        raise CorruptFile(sentence, NAME, line)
    return text
