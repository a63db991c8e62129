"""How a setting is written: on the command line as text, in eisfit.toml as a TOML value. One Kind per way.

`from_text` takes what stands behind the flag (all of it, where a flag may be repeated), `from_toml` the value in the
file; both give the same Python value or raise ValueError with a sentence that says what was expected.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from eisfit.printable import shortened


class Kind(NamedTuple):
    """One way of writing a setting; `many` where the flag may be repeated, `choices` where only these may be given."""

    metavar: str
    from_text: Callable[[Any], Any]
    from_toml: Callable[[Any], Any]
    many: bool = False
    choices: tuple[str, ...] = ()


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected a text, not {_shown(value)}")
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, not {_shown(value)}")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf:
        raise ValueError(f"expected a number, not {_shown(value)}")
    if abs(value) > sys.float_info.max:
        raise ValueError(f"expected a number, not {_shown(value)}")
    return float(value)


def _parsed(text: str) -> float:
    try:
        return _number(float(text))
    except ValueError:
        hint = "; the decimal mark is a point" if "," in text else ""
        raise ValueError(f"expected a number, not {text!r}{hint}") from None


def _positive(value: float) -> float:
    if value <= 0:
        raise ValueError(f"expected a number above 0, not {value:g}")
    return value


COLDEST, HOTTEST = -273.15, 800.0
"""What can be the temperature of a cell, in C."""


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"expected a whole number of at least 1, not {_shown(value)}")
    return value


def _parsed_count(text: str) -> int:
    try:
        return _count(int(text))
    except ValueError:
        raise ValueError(f"expected a whole number of at least 1, not {text!r}") from None


def _capped(value: Any) -> int:
    """A number of processes that a file asks for: no more than the machine has processors."""
    return min(_count(value), os.cpu_count() or 1)


def _range(low: float, high: float) -> tuple[float, float]:
    if not low < high:
        raise ValueError(f"expected a range from low to high, not {low:g} to {high:g}")
    return low, high


def _parsed_range(text: str) -> tuple[float, float]:
    low, colon, high = text.partition(":")
    if not colon:
        raise ValueError(f"expected LOW:HIGH, not {text!r}")
    return _range(_parsed(low), _parsed(high))


def _range_list(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"expected [low, high], not {_shown(value)}")
    return _range(_number(value[0]), _number(value[1]))


def _pairs(read: Callable[[str], Any]) -> Callable[[Sequence[str]], dict[str, Any]]:
    def parse(texts: Sequence[str]) -> dict[str, Any]:
        out = {}
        for text in texts:
            name, sign, value = text.partition("=")
            if not sign or not name.strip() or not value.strip():
                raise ValueError(f"expected NAME=..., not {text!r}")
            out[name.strip()] = read(value.strip())
        return out

    return parse


def _mapping(read: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    def parse(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError(f"expected a table {{ NAME = ... }}, not {_shown(value)}")
        return {name: read(item) for name, item in value.items()}

    return parse


def _tuple(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def parse(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(f"expected a list, not {_shown(value)}")
        return tuple(read(item) for item in value)

    return parse


def _listed(value: Any) -> tuple[str, ...]:
    """Names apart by commas, or a list of them; an empty one stands for a column to pass over."""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"expected names apart by commas, such as f,re,-im, not {_shown(value)}")
    return tuple(name.strip() for name in names)


def _shown(value: Any) -> str:
    return shortened(value)


def choice(*choices: str) -> Kind:
    """One of a few words."""

    def parse(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"expected one of {', '.join(choices)}, not {_shown(value)}")
        return str(value)

    return Kind(metavar="|".join(choices), from_text=parse, from_toml=parse, choices=choices)


def between(low: float, high: float, what: str, unit: str = "") -> Kind:
    """A number that cannot be the one that is meant outside of a range, ends included."""
    said = f"{what} between {low:g} and {high:g}{' ' * bool(unit)}{unit}"

    def checked(value: float) -> float:
        if low > 0:
            _positive(value)
        if not low <= value <= high:
            raise ValueError(f"expected {said}, not {value:g}")
        return value

    return Kind("NUMBER", lambda text: checked(_parsed(text)), lambda value: checked(_number(value)))


def in_unit(kind: Kind, unit: str) -> Kind:
    """The same with a unit in the help."""
    return kind._replace(metavar=unit)


def _reason(value: Any) -> str | bool:
    if isinstance(value, bool):
        return value
    try:
        return _text(value)
    except ValueError:
        raise ValueError(f'expected a reason such as "contact lost", or true, not {_shown(value)}') from None


def tables(read: Callable[[Any], Any]) -> Kind:
    """A list of tables, each read by a function."""
    return Kind(metavar="", from_text=_tuple(read), from_toml=_tuple(read), many=True)


TEXT = Kind(metavar="TEXT", from_text=_text, from_toml=_text)
AXIS = Kind(metavar="NAME", from_text=_text, from_toml=_text)
REASON = Kind(metavar="REASON", from_text=_text, from_toml=_reason)
PATH = Kind(metavar="FILE", from_text=_text, from_toml=_text)
SWITCH = Kind(metavar="", from_text=_switch, from_toml=_switch)
NUMBER = Kind(metavar="NUMBER", from_text=_parsed, from_toml=_number)
POSITIVE = Kind(
    metavar="NUMBER", from_text=lambda text: _positive(_parsed(text)), from_toml=lambda value: _positive(_number(value))
)
TEMPERATURE = in_unit(between(COLDEST, HOTTEST, "a temperature", "C"), "C")
COUNT = Kind(metavar="N", from_text=_parsed_count, from_toml=_count)
JOBS = Kind(metavar="N", from_text=_parsed_count, from_toml=_capped)
COLUMNS = Kind(metavar="A,B,C", from_text=_listed, from_toml=_listed)
NAMES = Kind(metavar="NAME", from_text=_tuple(_text), from_toml=_tuple(_text), many=True)
VALUES = Kind(metavar="NAME=VALUE", from_text=_pairs(_parsed), from_toml=_mapping(_number), many=True)
BOUNDS = Kind(metavar="NAME=LOW:HIGH", from_text=_pairs(_parsed_range), from_toml=_mapping(_range_list), many=True)
TIES = Kind(metavar="NAME=FORMULA", from_text=_pairs(_text), from_toml=_mapping(_text), many=True)
RANGE = Kind(metavar="LOW:HIGH", from_text=_parsed_range, from_toml=_range_list)
RANGES = Kind(metavar="LOW:HIGH", from_text=_tuple(_parsed_range), from_toml=_tuple(_range_list), many=True)
LABELS = Kind(metavar="LABEL", from_text=_tuple(_text), from_toml=_tuple(_text), many=True)
LIMITS = Kind(metavar="FLAG.NAME=VALUE", from_text=_pairs(_parsed), from_toml=_mapping(_number), many=True)
