"""Damaged copies of a study.json: one sentence, or a study that can be written again."""

from __future__ import annotations

import copy
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eisfit.errors import EisfitError, ReadError
from eisfit.export import read_study, write_tables

VALUES = (None, True, -1, 0, 3, 10**30, 1e308, -1e-320, "", "text", "inf", [], [1], [[1]], {}, {"re": [1], "im": [1]})


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document, of long lists the first and last entries."""
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = [(i, value[i]) for i in sorted({0, len(value) - 1}) if value]
    else:
        items = []
    return [path, *(p for key, inner in items for p in places(inner, (*path, key)))]


def damaged(document: dict[str, Any], known: list[tuple[Any, ...]], rng: np.random.Generator) -> dict[str, Any]:
    """The document with another value, an entry less, an entry twice, or another number, at one to three places."""
    out = copy.deepcopy(document)
    for _ in range(int(rng.integers(1, 4))):
        path = known[int(rng.integers(1, len(known)))]
        holder: Any = out
        try:
            for key in path[:-1]:
                holder = holder[key]
            held = holder[path[-1]]
            kind = int(rng.integers(4))
            if kind == 0:
                holder[path[-1]] = copy.deepcopy(VALUES[int(rng.integers(len(VALUES)))])
            elif kind == 1:
                del holder[path[-1]]
            elif isinstance(held, list) and held:
                held.pop() if kind == 2 else held.append(copy.deepcopy(held[0]))
            elif isinstance(held, int | float) and not isinstance(held, bool):
                holder[path[-1]] = held * float(rng.choice([-1, 1e5, 1e-9, 0])) + int(rng.integers(2))
        except (KeyError, IndexError, TypeError):  # an earlier damage took the place away
            continue
    return out


def bytes_damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Bytes changed, inserted or cut away."""
    at = int(rng.integers(len(data)))
    kind = int(rng.integers(3))
    if kind == 0:
        return data[:at]
    return data[:at] + rng.bytes(int(rng.integers(1, 4))) + data[at + (1 if kind == 1 else 0) :]


def outcome(path: Path, out: Path) -> str:
    """refused in one sentence, or read and written again; anything else comes out as it is."""
    try:
        study = read_study(path)
    except ReadError as error:
        if "\n" in str(error) or not str(error).strip():
            raise AssertionError(f"not one sentence: {error}") from error
        return "refused"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            write_tables(study, out)
        except EisfitError:
            return "refused"
    return "read"


def tried(written: Path, folder: Path, count: int, seed: int) -> dict[str, int]:
    text = (written / "study.json").read_text(encoding="utf-8")
    document, rng = json.loads(text), np.random.default_rng(seed)
    known = places(document)
    path, found = folder / "study.json", {"refused": 0, "read": 0}
    for number in range(count):
        if number % 4:
            path.write_text(json.dumps(damaged(document, known, rng)), encoding="utf-8")
        else:
            path.write_bytes(bytes_damaged(text.encode(), rng))
        try:
            found[outcome(path, folder)] += 1
        except Exception as error:
            raise AssertionError(f"number {number} of seed {seed}: {type(error).__name__}: {error}") from error
    return found


def test_damaged_files_give_one_sentence(written, tmp_path):
    found = tried(written, tmp_path, 30, 1)
    assert min(found.values()) > 2


@pytest.mark.long
def test_twenty_thousand_damaged_files(written, tmp_path):
    assert sum(tried(written, tmp_path, 20_000, 2).values()) == 20_000


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("fits", "covariance"), [], "fits.covariance has"),
        (("fits", "status"), ["converged"], "fits.status has 1 entries where 5 were expected"),
        (("fits", "values", 0, 0), 10**400, "too large"),
        (("track", "flags"), [], "track.flags has 0 entries where 5 were expected"),
        (("series", "spectra", 0, "label"), 3, "stands where the label of a spectrum was expected"),
        (("series", "spectra", 0, "frequency", 0), 1e300, "beyond all that can be measured"),
        (("series", "spectra", 1, "left_out", 0, "point"), 999, "a point 999 is left out"),
        (("series", "cell", "type"), "quarter", "stands where one of half, full"),
        (("options", "circuit"), [1], "stands where a text was expected"),
        (("series", "cell", "area_cm2"), -1.0, "series.cell.area_cm2: expected a number above 0"),
        (("series", "cell", "area_cm2"), 1e-320, "series.cell.area_cm2: expected an area between"),
        (("series", "spectra", 1, "conditions", "temperature_C"), -1000.0, "temperature_C of spectrum 2 is -1000"),
        (("series", "spectra", 0, "conditions", "time_s"), 1e300, "time_s of spectrum 1 is 1e\\+300"),
        (("series", "spectra", 0, "conditions", "timestamp"), "99999-13-45T00", "timestamp of spectrum 1 is"),
        (("track", "axis", "values", 0), 1e308, "track.axis holds a number beyond 1e\\+100"),
        (("track", "roles", "R_total", "unit"), "$\\frac{$", "track.roles.R_total has the unit"),
    ],
)
def test_what_does_not_belong_together_is_said(written, tmp_path, path, value, sentence):
    document = json.loads((written / "study.json").read_text(encoding="utf-8"))
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    (tmp_path / "study.json").write_text(json.dumps(document))
    with pytest.raises(ReadError, match=sentence):
        read_study(tmp_path / "study.json")


def test_a_study_of_the_first_version_reads(written, tmp_path):
    """Its fits had no rival, its shorts another form; what it found about shorts is left out, and that is said."""
    document = json.loads((written / "study.json").read_text(encoding="utf-8"))
    for name in ("uncertain", "rival", "rival_cost"):
        del document["fits"][name]
    del document["run"], document["files"]
    document["track"]["shorts"] = {name: [] for name in ("P", "a", "b", "c", "level", "score")}
    (tmp_path / "study.json").write_text(json.dumps(document))
    study = read_study(tmp_path / "study.json")
    assert study.track.shorts is None
    assert "written by an older eisfit" in study.decisions[-1]
    assert study.fits.rival.shape == study.fits.values.shape
    assert outcome(tmp_path / "study.json", tmp_path) == "read"


def test_a_pipe_is_no_study(tmp_path):
    import os

    os.mkfifo(tmp_path / "study.json")
    with pytest.raises(ReadError, match="cannot be read: is no regular file"):
        read_study(tmp_path / "study.json")
