"""The series in a study.json: every spectrum that was fitted, as it was."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from eisfit.errors import CorruptFile, DataError, ReadError
from eisfit.readers.own.tidy import declared
from eisfit.spectrum import Cell, Conditions, Floats, Note, Record, Series, Source, Spectrum, read_only

FORMAT = "eisfit study"
SCHEMA = 1
"""Raised when an older program could no longer read the file."""
T = TypeVar("T")
DAMAGED = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, DataError)
"""What damaged data raise on the way."""
OWN_WORDS = ("stands where", "is no object")
"""What is in the sentences of a TypeError that eisfit raised itself."""


def is_study(value: Any) -> bool:
    """True for the content of a study.json."""
    return isinstance(value, Mapping) and value.get("format") == FORMAT


def check_schema(value: Mapping[str, Any], shown: str) -> None:
    """Raises ReadError where the file is of another form than this program reads."""
    if value.get("schema") != SCHEMA:
        written = value.get("written_by")
        by = written.get("eisfit") if isinstance(written, Mapping) else None
        raise ReadError(f"was written by eisfit {by} in form {value.get('schema')}; form {SCHEMA} is read here", shown)


def series_of(value: Mapping[str, Any], shown: str) -> Series:
    """The series of a study. Raises ReadError for another form, CorruptFile where it is damaged."""
    check_schema(value, shown)
    try:
        held = value["series"]
        return Series(
            [spectrum_of(item) for item in held["spectra"]],
            cell=plain_value(Cell, held.get("cell") or {}),
            record=None if held.get("record") is None else record_of(held["record"]),
            notes=[Note(item["kind"], str(item["path"]), str(item["sentence"])) for item in held.get("notes", ())],
        )
    except DAMAGED as error:
        raise CorruptFile(f"the study is damaged: {damage(error)}", shown) from None


def spectrum_of(item: Mapping[str, Any]) -> Spectrum:
    """One spectrum with the points that it leaves out."""
    spectrum = Spectrum(
        item["frequency"],
        array(item["impedance"]["re"]) + 1j * array(item["impedance"]["im"]),
        sigma=item["sigma"],
        conditions=conditions_of(item["conditions"]),
        label=str(item["label"]),
        source=None if item["source"] is None else plain_value(Source, item["source"]),
    )
    index = np.arange(len(spectrum))
    for left_out in item["left_out"]:
        spectrum = spectrum.masked(index == left_out["point"], left_out["reason"])
    return spectrum


def conditions_of(item: Mapping[str, Any]) -> Conditions:
    """The conditions of a spectrum, with the further numbers that were stated."""
    plain = {name: value for name, value in item.items() if name != "others"}
    others = tuple((str(name), float(value)) for name, value in item.get("others", ()))
    return replace(plain_value(Conditions, plain), others=others)


def record_of(item: Mapping[str, Any]) -> Record:
    """The cycling record. Raises ValueError where its columns differ in length."""
    names = [f.name for f in fields(Record) if f.name not in ("half_cycle", "sources")]
    columns = {name: array(item[name]) for name in names}
    half_cycle = read_only(item["half_cycle"], np.int64)
    if len({len(half_cycle), *map(len, columns.values())}) > 1:
        raise ValueError("the columns of its record differ in length")
    sources = tuple(plain_value(Source, source) for source in item.get("sources", ()))
    return Record(**columns, half_cycle=half_cycle, sources=sources)


def array(values: Any) -> Floats:
    """A read-only array of numbers (N,)."""
    numbers: Floats = read_only(values)
    if numbers.ndim != 1:
        raise ValueError("a list of numbers was expected")
    return numbers


def plain_value(kind: type[T], item: Mapping[str, Any]) -> T:
    """A value of texts and numbers from its fields; names that it does not have are passed over."""
    kinds = declared(kind)
    return kind(**{name: checked(name, kinds[name], value) for name, value in item.items() if name in kinds})


def checked(name: str, kinds: tuple[Any, ...], value: Any) -> Any:
    """The value of a field. Raises ValueError where it is not what is declared."""
    if value is None:
        return None
    if isinstance(value, str):
        good = str in kinds or value in kinds
    else:
        good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        good = good and (float in kinds or (int in kinds and value == round(value)))
        value = float(value) if good and float in kinds else value
    if not good:
        raise ValueError(f"{name} is {value!r}")
    return value


def damage(error: BaseException) -> str:
    """What damaged data raise, in words: those of Python say nothing to the one who reads them."""
    text = str(error)
    if isinstance(error, KeyError):
        return f"{text} is missing"
    strange = isinstance(error, TypeError) and not any(words in text for words in OWN_WORDS)
    if strange or isinstance(error, AttributeError | IndexError):
        return "a list, a text or a number stands where something else was expected"
    return text.partition("\n")[0] or type(error).__name__  # below a circuit stands a mark
