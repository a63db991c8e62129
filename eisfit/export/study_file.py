"""study.json: everything of a study, strict JSON that any program can read, and that reads back as the same Study."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from eisfit._version import __version__
from eisfit.errors import CorruptFile, EisfitError, ReadError
from eisfit.export.plain import from_plain, to_plain
from eisfit.readers.own.study import FORMAT, SCHEMA, check_schema, is_study
from eisfit.spectrum import Series, Source
from eisfit.study import Study

SHARING = ("quality", "fits")
"""Parts that hold the series of the study: it is written once."""

UNITS = {
    "frequency": "Hz",
    "impedance": "ohm",
    "sigma": "ohm",
    "values": "units of fits.circuit.parameters, then of fits.extra, in their order",
    "covariance": "products of these units",
    "cost": "1 (sum of |w (Z_model - Z)|^2; ohm^2 with unit weights)",
    "rms": "1 (relative)",
    "fields with a unit in their name": "_s, _V, _A, _mAh, _C (degrees Celsius), _MPa, _cm2, _um, _mg",
}


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def write_study(study: Study, path: Path) -> Path:
    """Write study.json: series with spectra, masks and reasons, cell, record, fits with covariance, track, options."""
    lines = _broken(_document(study), levels=3)
    path.write_text("".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def read_study(path: str | Path) -> Study:
    """The Study in a study.json. Raises ReadError where the file is none, or is damaged."""
    data = _loaded(Path(path))
    try:
        series = from_plain(Series, data["series"])
        shared = {name: {"series": series} | data[name] for name in SHARING}
        study: Study = from_plain(Study, data | {"series": series} | shared)
        return study
    except (KeyError, TypeError, ValueError, AttributeError, EisfitError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise CorruptFile(f"the study is damaged: {what}", path) from error


def _document(study: Study) -> dict[str, Any]:
    body: dict[str, Any] = to_plain(study, without=study.series)
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "written_by": {
            "eisfit": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "units": UNITS,
        "inputs": _inputs(study.series),
        "series": to_plain(study.series),
        **body,
    }


def _inputs(series: Series) -> list[dict[str, str]]:
    """Every file that was read, once, with its hash."""
    sources = [spectrum.source for spectrum in series if spectrum.source is not None]
    sources += series.record.sources if series.record else ()
    files: dict[str, Source] = {}
    for source in sources:
        files.setdefault(source.path, source)
    return [{"path": s.path, "reader": s.reader, "sha256": s.sha256} for s in files.values()]


def _loaded(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", path) from None
    except (ValueError, RecursionError) as error:
        raise ReadError(f"is no study.json: {error}", path) from None
    if not is_study(data):
        raise ReadError(f'is no study.json: it does not say "format": "{FORMAT}"', path)
    check_schema(data, str(path))
    study: dict[str, Any] = data
    return study


def _broken(value: Any, *, levels: int, indent: str = "") -> Iterator[str]:
    """JSON with a line per entry down to so many levels, compact below: a person can find their way, a diff too."""
    if not levels or not isinstance(value, dict | list) or not value:
        yield _ENCODER.encode(value)
        return
    inner = indent + " "
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    separator = opening
    for entry in value:
        yield f"{separator}\n{inner}"
        separator = ","
        if isinstance(value, dict):
            yield f"{_ENCODER.encode(entry)}: "
        yield from _broken(value[entry] if isinstance(value, dict) else entry, levels=levels - 1, indent=inner)
    yield f"\n{indent}{closing}"
