"""study.json: everything of a study, strict JSON that any program can read, and that reads back as the same Study."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from eisfit._version import __version__
from eisfit.errors import CorruptFile, EisfitError, ReadError
from eisfit.export.identity import run_of
from eisfit.export.plain import from_plain, to_plain
from eisfit.files import text_of
from eisfit.readers.own.study import DAMAGED, FORMAT, SCHEMA, check_schema, is_study
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
    # half a character, from a name that is no text, stands as its escape
    path.write_text("".join(lines) + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")
    return path


def read_study(path: str | Path) -> Study:
    """The Study in a study.json, as it was written: spectra, fits in SI units with covariance, track.

    Raises ReadError where the file is none, or is damaged.

    >>> import numpy as np, pathlib, tempfile, eisfit as ef
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> spectrum = ef.simulate("R(RQ)", np.logspace(5, -1, 31), [10, 50, 1e-5, 0.9], noise=0.002, seed=1)
    >>> study = ef.analyse([spectrum], circuit="R(RQ)", axis="index")
    >>> _ = study.write(folder, report=False)
    >>> again = ef.read_study(folder / "study.json")
    >>> bool((again.fits.values == study.fits.values).all()), list(again.track.roles)
    (True, ['R_SE_bulk', 'R_Int', 'R_total'])
    """
    from eisfit.export.checking import check, present

    data = _loaded(Path(path))
    try:
        older = tuple(present(data))
        series = from_plain(Series, data["series"])
        shared = {name: {"series": series} | data[name] for name in SHARING}
        study: Study = from_plain(Study, data | {"series": series} | shared)
        study.fits.__post_init__()  # fills what an older file does not hold
        check(study)
    except (*DAMAGED, RecursionError, MemoryError, EisfitError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error) or type(error).__name__
        what = what.partition("\n")[0]  # below stand a circuit and a mark under it
        raise CorruptFile(f"the study is damaged: {what}", path) from error
    return replace(study, decisions=(*study.decisions, *older)) if older else study


def _document(study: Study) -> dict[str, Any]:
    body: dict[str, Any] = to_plain(study, without=study.series)
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "run": run_of(study),
        "files": {},
        "written_by": {
            "eisfit": __version__,
            "python": ".".join(map(str, sys.version_info[:3])),
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
        data = json.loads(text_of(path))
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", path) from None
    except json.JSONDecodeError as error:
        raise ReadError(f"is no study.json: {error}", path) from None
    except UnicodeDecodeError:
        raise ReadError("is no study.json: it is no UTF-8 text", path) from None
    except (ValueError, RecursionError):
        raise ReadError(
            "is no study.json: a number has too many digits, or lists are nested too deeply", path
        ) from None
    if not is_study(data):
        raise ReadError(f'is no study.json: it does not say "format": "{FORMAT}"', path)
    check_schema(data, str(path))
    study: dict[str, Any] = data
    return study


def _broken(value: Any, *, levels: int, indent: str = "") -> Iterator[str]:
    """JSON with a line per entry down to so many levels, compact below: a person can find their way, a diff too."""
    if not levels or not isinstance(value, dict | list) or not value:
        yield "null" if value is None else _ENCODER.encode(value)
        return
    inner = indent + " "
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    separator = opening
    for entry in value:
        yield f"{separator}\n{inner}"
        separator = ","
        if isinstance(value, dict):
            yield f'"{entry}": ' if entry.isidentifier() else f"{_ENCODER.encode(entry)}: "
        yield from _broken(value[entry] if isinstance(value, dict) else entry, levels=levels - 1, indent=inner)
    yield f"\n{indent}{closing}"
