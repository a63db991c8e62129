"""Which run the files of a results folder come from: they are of one run, or it is said which are not.

study.json carries the mark of its run and the SHA-256 of the tables that were written with it; report and figures
carry the mark in their particulars. While files are being replaced, and where files of two runs lie beside each other
(new tables, until the report is drawn anew), the folder holds MIXED.txt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from eisfit.export.plain import to_plain
from eisfit.files import is_regular
from eisfit.printable import listed
from eisfit.regular import regex
from eisfit.study import Study

MIXED = "MIXED.txt"
"""The file that says that a folder holds the results of more than one run."""
WRITING = (
    "eisfit was replacing the results in this folder. If no run is going on any more, it was stopped,\n"
    "and files of two runs lie beside each other here: give the command again.\n"
)
LENGTH = 12
"""Hexadecimal digits of the mark of a run."""
MARK = regex(rb"eisfit run ([0-9a-f]{%d})" % LENGTH)
HEAD = 1 << 16
"""Bytes of a study.json in which the mark and the sums of its tables stand."""
RUN = regex(rb'"run": "([0-9a-f]+)"')
NO_FILES = b'"files": {}'
FILES = regex(rb'"files": (\{[^{}]*\})')
TABLES = ("parameters.csv", "derived.csv", "smooth.csv", "critical_current.csv", "resistances.csv", "resistances.tex")
SPREADSHEETS = {"xlsx": "resistances.xlsx", "comma": "resistances-comma.csv"}
DRAWN = regex(r"report\.pdf|figure-.+\.(svg|png|pdf)")


def run_of(study: Study) -> str:
    """The mark of a run: the same for the same files, cell, conditions, options and results, and for nothing else."""
    options, series = study.options, study.series
    of_record = series.record.sources if series.record is not None else ()
    sources = [one.sha256 for one in (*(s.source for s in series), *of_record) if one is not None]
    stated = [series.cell, [(s.label, s.conditions) for s in series]]
    said = [options.circuit, options.used, dict(options.versions), study.decisions, sources, stated]
    found = hashlib.sha256(json.dumps(to_plain(said), sort_keys=True).encode(errors="backslashreplace"))
    for numbers in (study.fits.values, study.fits.covariance, study.track.axis.values):
        found.update(np.where(np.isnan(numbers), np.nan, numbers).tobytes())
    return found.hexdigest()[:LENGTH]


def said_in(study: Study) -> str:
    """What report and figures carry of their run."""
    return f"eisfit run {run_of(study)}"


def stamp(stage: Path) -> None:
    """Put the SHA-256 of the tables of a run into the study.json beside them, where there is one."""
    study = stage / "study.json"
    if not study.is_file():
        return
    tables = [stage / name for name in (*TABLES, *SPREADSHEETS.values())]
    sums = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in tables if file.is_file()}
    text = study.read_bytes()
    study.write_bytes(text.replace(NO_FILES, b'"files": ' + json.dumps(sums).encode(), 1))


def strangers(folder: Path) -> list[Path]:
    """The files of a results folder that come from another run than its study.json does."""
    return list(_strangers(folder))


def _strangers(folder: Path) -> Iterator[Path]:
    study = folder / "study.json"
    if not is_regular(study):
        return
    with study.open("rb") as file:
        head = file.read(HEAD)
    run, sums = RUN.search(head), FILES.search(head)
    if run is None or sums is None:  # written before runs had a mark
        return
    known: dict[str, str] = {}
    with suppress(ValueError):
        known = json.loads(sums[1])
    for name in (*TABLES, *SPREADSHEETS.values()):
        path = folder / name
        if is_regular(path) and known.get(name) != hashlib.sha256(path.read_bytes()).hexdigest():
            yield path
    for path in sorted(p for p in folder.iterdir() if DRAWN.fullmatch(p.name) and is_regular(p)):
        mark = MARK.search(path.read_bytes())
        if mark is None or mark[1] != run[1]:
            yield path


def prepare(stage: Path) -> None:
    """Write the mark of mixed results before the results, so that a full disk is met while nothing has moved."""
    (stage / MIXED).write_text(WRITING, encoding="utf-8")


def begun(folder: Path, stage: Path) -> None:
    """Say in a folder that its files are being replaced. What a link of that name leads to stays as it is."""
    (stage / MIXED).replace(folder / MIXED)


def ended(folder: Path, stage: Path) -> None:
    """Say in a folder which of its files are of another run than its study.json, or nothing where all are of one."""
    others = strangers(folder)
    if not others:
        (folder / MIXED).unlink(missing_ok=True)
        return
    names = listed([path.name for path in others])
    tables = not all(DRAWN.fullmatch(path.name) for path in others)
    again = "Give the command `eisfit fit` again" if tables else "Draw them again with `eisfit report`, or remove them"
    (stage / MIXED).write_text(f"From another run than study.json: {names}.\n{again}.\n", encoding="utf-8")
    (stage / MIXED).replace(folder / MIXED)
