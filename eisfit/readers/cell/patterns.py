"""Numbers in the names of files: patterns such as `{cell}_SOC{soc}_{temperature_C}C`, and a suggestion where names have
numbers with units in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from difflib import get_close_matches

from eisfit.errors import OptionError
from eisfit.regular import regex
from eisfit.spectrum import Conditions

CONDITIONS = tuple(f.name for f in fields(Conditions) if f.name != "others")
TEXTS = frozenset({"timestamp", "direction"})
NUMBER = r"[-+−]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
FIELD = regex(r"\{([A-Za-z_][A-Za-z_0-9]*|)\}|\*")
CLOSE = 0.75
"""Likeness from which a name is a mistyped one."""
DIRECTIONS = {
    "charge": "charge", "charging": "charge", "chg": "charge", "chrg": "charge", "cha": "charge", "ch": "charge",
    "c": "charge", "discharge": "discharge", "discharging": "discharge", "dischg": "discharge", "dis": "discharge",
    "disch": "discharge", "dch": "discharge", "dchg": "discharge", "d": "discharge",
}  # fmt: skip
"""How people write the direction of a half-cycle."""
IN_NAMES = tuple(sorted((word for word in DIRECTIONS if len(word) > 2), key=len, reverse=True))
DIRECTION = "|".join(sorted(DIRECTIONS, key=len, reverse=True))

BEHIND = {
    "c": "temperature_C", "°c": "temperature_C", "degc": "temperature_C", "grad": "temperature_C", "v": "potential_V",
    "mpa": "pressure_MPa", "soc": "soc", "%soc": "soc", "cyc": "cycle", "cycle": "cycle", "days": "days", "d": "days",
    "h": "hours", "min": "minutes", "s": "seconds", "weeks": "weeks",
}  # fmt: skip
"""What a number is by the letters behind it."""
BEFORE = {
    "soc": "soc", "t": "temperature_C", "temp": "temperature_C", "temperature": "temperature_C", "cyc": "cycle",
    "cycle": "cycle", "cycles": "cycle", "cy": "cycle", "e": "potential_V", "u": "potential_V", "soh": "soh",
    "p": "pressure_MPa", "press": "pressure_MPa", "pressure": "pressure_MPa", "day": "days", "days": "days",
    "dod": "dod",
}  # fmt: skip
"""What a number is by the letters before it."""
PIECE = regex(r"(?<![\d.])(?<=[A-Za-z_= (])-\d+(?:\.\d+)?|\d+(?:\.\d+)?")
"""A number in a name; a minus is one behind letters, `_` or `=`, not between two numbers."""


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of names as a regular expression: {soc} is a number, {cell} and * are any text.

    Raises OptionError for a pattern without a number, or with a name that is nearly one of a condition.
    """
    parts, at = [""], 0
    names: list[str] = []
    for match in FIELD.finditer(pattern):
        name = match[1]
        parts[-1] += re.escape(pattern[at : match.start()])
        at = match.end()
        if name is None or name in ("", "_", "cell"):
            parts.append("")
            continue
        if name in names:
            raise OptionError(f"the pattern names {{{name}}} twice")
        names.append(name)
        refuse_mistyped(name)
        refuse_other_unit(name, pattern[at:])
        parts[-1] += f"(?P<{name}>{DIRECTION if name == 'direction' else '.+?' if name in TEXTS else NUMBER})"
    if not names:
        raise OptionError(f"the pattern {pattern!r} names no condition, such as {{soc}} or {{temperature_C}}")
    parts[-1] += re.escape(pattern[at:])
    first, *more = parts
    # between two gaps a part stands where it is found first, for good: many gaps take no longer than one
    between = "".join(f"(?>.*?{part})" for part in more[:-1] if part)
    return re.compile(
        first + between + (f".*?{more[-1]}" if more else ""), re.IGNORECASE if "direction" in names else 0
    )


OTHER_UNITS = {
    "temperature_C": ("K", "degrees Celsius"), "potential_V": ("mV", "volt"), "pressure_MPa": ("bar|kPa|GPa", "MPa"),
}  # fmt: skip
"""Units behind a number that are not the one of its condition, and that one."""


def refuse_other_unit(name: str, behind: str) -> None:
    """Raises OptionError where the text behind a condition is another unit: {temperature_C}K."""
    other, own = OTHER_UNITS.get(name, ("", ""))
    if other and (found := re.match(rf"\s?(?:{other})(?![A-Za-z])", behind)):
        sentence = f"the pattern has {found[0].strip()} behind {{{name}}}, which is in {own}"
        raise OptionError(f"{sentence}: write the numbers in {own} into a series.csv")


def refuse_mistyped(name: str) -> None:
    """Raises OptionError for a name that is nearly one of a condition."""
    meant = mistyped(name, CONDITIONS)
    if meant:
        raise OptionError(f"the pattern names {{{name}}}, which is no condition; did you mean {meant}?")


def mistyped(name: str, known: Sequence[str]) -> str | None:
    """The known name that a name is nearly, or the beginning of; None for a name of its own."""
    if name in known:
        return None
    begun = [other for other in known if len(name) > 2 and other.lower().startswith(name.lower())]
    return next(iter(begun or get_close_matches(name, known, n=1, cutoff=CLOSE)), None)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that is meant."""
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]}?" if near else "known are " + ", ".join(known)


def suggestion(stems: Sequence[str]) -> str | None:
    """A pattern that takes numbers from the names of files, None where they carry none that is understood."""
    if len(stems) < 2:
        return None
    shapes = {tuple(PIECE.split(with_direction(stem)[0])) for stem in stems}
    if len(shapes) != 1:
        return None
    texts = next(iter(shapes))
    numbers = list(zip(*(PIECE.findall(with_direction(stem)[0]) for stem in stems), strict=True))
    directions = {with_direction(stem)[1] for stem in stems}
    names = distinct([name_of(texts[i], texts[i + 1]) for i in range(len(numbers))], numbers)
    out = texts[0]
    for i, values in enumerate(numbers):
        alike = len(set(values)) == 1
        out += (values[0] if alike else f"{{{names[i]}}}" if names[i] else "*") + texts[i + 1]
    out = out.replace(MARK, "{direction}" if len(directions) > 1 else next(iter(directions)))
    known = "{" in out
    return out if known and all(compiled(out).fullmatch(stem) for stem in stems) else None


MARK = "\0"
"""Stands for the direction in a name."""


def with_direction(stem: str) -> tuple[str, str]:
    """A name with a mark where it says charge or discharge, and that word; the name as it is without one."""
    found = re.search(rf"(?<![A-Za-z])({'|'.join(IN_NAMES)})(?![A-Za-z])", stem, re.IGNORECASE)
    return (stem[: found.start()] + MARK + stem[found.end() :], found[0]) if found else (stem, "")


def distinct(names: Sequence[str | None], numbers: Sequence[Sequence[str]]) -> list[str | None]:
    """The names of numbers that differ from file to file, each name once."""
    varying = [name if len(set(values)) > 1 else None for name, values in zip(names, numbers, strict=True)]
    return [name if name not in varying[:i] else None for i, name in enumerate(varying)]


def name_of(before: str, behind: str) -> str | None:
    """What a number is by the letters before and behind it, the unit first; None where they do not tell."""
    word = re.search(r"([A-Za-z]+)[\s_=-]*$", before.replace(MARK, "_"))
    unit = re.match(r"\s?(%?[A-Za-z°]+)", behind.replace(MARK, "_"))
    name = BEHIND.get(unit[1].lower()) if unit else None
    return name or (BEFORE.get(word[1].lower()) if word else None)
