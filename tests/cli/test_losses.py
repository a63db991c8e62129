"""Nothing is lost and nothing mixed: names that are no text, folders nobody may open, full disks, killed runs."""

from __future__ import annotations

import csv
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from eisfit.export import read_study, staged, strangers
from eisfit.export.identity import MIXED
from eisfit.export.staging import PREFIX

from .conftest import CIRCUIT, RESULTS, names, process, spectra, write_cell, write_spectrum

posix = pytest.mark.skipif(sys.platform == "win32", reason="names, limits and signals as on POSIX")


@posix
def test_a_name_that_is_no_text(cell, tmp_path, fit):
    (cell / "01.csv").rename(os.fsdecode(os.fsencode(cell) + b"/25\xb0C.csv"))
    assert fit(cell, "-o", tmp_path / "out").code == 0
    assert "25\\udcb0C" in (tmp_path / "out" / "parameters.csv").read_text(encoding="utf-8")
    labels = [s.label for s in read_study(tmp_path / "out" / "study.json").series]
    assert os.fsencode(labels[labels.index("25\udcb0C")]) == b"25\xb0C"


@posix
def test_names_that_are_formulas_or_move_the_cursor(tmp_path, fit, run):
    cell = tmp_path / "cell"
    cell.mkdir()
    odd = ("#1", "%2", "=cmd|' C calc'!A0", "+1", "-10C", "@SUM(A1)", "a\x1b[2Jb", "x\u202ecsv", "two\nlines")
    for name, z in zip(odd, spectra(1).repeat(len(odd), axis=0), strict=True):
        write_spectrum(cell / f"{name}.csv", z)
    (cell / "bad\x1b[31m\n.csv").write_text("f,Re,Im\n1,x,2\n")
    done = fit(cell, "-o", tmp_path / "out", "--spreadsheet", "comma")
    assert done.code == 3
    for text in (done.out, done.err):
        assert all(line.isprintable() for line in text.splitlines())
        assert all(len(line) <= 300 for line in text.splitlines())
    for path in (tmp_path / "out").glob("*.csv"):
        text = path.read_text(encoding="utf-8-sig")
        assert text.replace("\n", "").replace("\r", "").isprintable()
        for row in csv.reader(text.splitlines(), delimiter=";" if "comma" in path.name else ","):
            assert not any(c[:1] in ("=", "+", "@") or (c[:1] == "-" and not number(c)) for c in row), row
    assert run("convert", cell, "-o", tmp_path / "all.csv", "-q").code == 3
    again = run("inspect", tmp_path / "all.csv")
    assert "-10C" in again.out
    assert "'-10C" not in again.out


def number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


@contextmanager
def without_rights() -> Iterator[Path]:
    """A folder of one who is not root, and no rights beyond his."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    try:
        if root:
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for path in folder.iterdir():
            path.chmod(0o700)
        shutil.rmtree(folder)


@posix
def test_each_goes_past_a_folder_that_cannot_be_opened_and_one_with_bad_settings(fit, tmp_path):
    # all is imported before the rights go
    write_cell(tmp_path / "lab" / "first", 2)
    write_cell(tmp_path / "lab" / "second", 2)
    fit("--each", tmp_path / "lab", "-o", tmp_path / "out")
    with without_rights() as folder:
        cells = folder / "cells"
        for name in ("a", "b", "c"):
            write_cell(cells / name, 2)
        (cells / "b").chmod(0)
        (cells / "c" / "eisfit.toml").write_text("[fit]\nf_min = [\n")
        try:
            done = fit("--each", cells, "-o", folder / "out")
        finally:
            (cells / "b").chmod(0o700)
        assert done.code == 3, done.err
        assert "b: " in done.err
        assert "permission denied" in done.err.lower()
        assert "not valid TOML" in done.err
        assert names(folder / "out" / "a") == RESULTS
        assert "permission denied" in (folder / "out" / "overview.csv").read_text().lower()


@contextmanager
def full_disk(most: int) -> Iterator[None]:
    """No file grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


WRITERS = {
    "fit": ("fit", "--no-report", "-c", CIRCUIT, "-q", "CELL", "-o", "OUT"),
    "each": ("fit", "--each", "--no-report", "-c", CIRCUIT, "-q", "ALL", "-o", "OUT"),
    "csv": ("convert", "-q", "CELL", "-o", "OUT/all.csv"),
    "xlsx": ("convert", "-q", "CELL", "-o", "OUT/all.xlsx"),
    "files": ("convert", "-q", "CELL", "--files", "z", "-o", "OUT"),
    "bdf": ("convert", "-q", "CELL", "--to", "bdf", "-o", "OUT/all.bdf"),
    "simulate": ("simulate", "R1", "--set", "R1=1", "-o", "OUT/one.csv"),
}
DRAWERS = {
    "report": ("report", "STUDY", "-o", "OUT", "-q"),
    "svg": ("report", "STUDY", "--figures", "svg", "--only", "circuit", "-o", "OUT", "-q"),
    "png": ("report", "STUDY", "--figures", "png", "--only", "circuit", "-o", "OUT", "-q"),
    "pdf": ("report", "STUDY", "--figures", "pdf", "--only", "circuit", "-o", "OUT", "-q"),
    "check": ("check", "CELL", "-o", "OUT"),
    "attribute": ("attribute", "STUDY", "STUDY", "-o", "OUT", "-q"),
}


def written_on_a_full_disk(run, tmp_path: Path, arguments: tuple[str, ...], most: int) -> None:
    """A first run, then one on a full disk: one sentence that names the folder, what was there is there still."""
    cell, out = tmp_path / "all" / "cell", tmp_path / "out"
    if not cell.exists():
        write_cell(cell, 2)
    places = {"CELL": str(cell), "ALL": str(tmp_path / "all"), "STUDY": str(tmp_path / "study" / "study.json")}
    if "STUDY" in arguments and not (tmp_path / "study").exists():
        assert run("fit", "--no-report", "-c", CIRCUIT, "-q", cell, "-o", tmp_path / "study").code == 0
    given = [places.get(a, a.replace("OUT", str(out))) for a in arguments]
    assert run(*given).code == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    with full_disk(most):
        done = run(*given)
    assert done.code in (1, 3), done
    assert str(out) in done.err
    assert "Traceback" not in done.err
    assert max(map(len, done.err.splitlines())) <= 300
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


@posix
@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_leaves_what_was_there(run, tmp_path, writer):
    if writer == "xlsx":
        pytest.importorskip("openpyxl")
    written_on_a_full_disk(run, tmp_path, WRITERS[writer], 20 if writer == "simulate" else 60)


@posix
@pytest.mark.long
@pytest.mark.parametrize("writer", WRITERS | DRAWERS)
@pytest.mark.parametrize("most", [0, 10, 300, 600])
def test_a_full_disk_leaves_what_was_there_whenever_it_is_full(run, tmp_path, writer, most):
    if most > 10 and writer in ("simulate", "files"):
        pytest.skip("its files are smaller")
    written_on_a_full_disk(run, tmp_path, (WRITERS | DRAWERS)[writer], most)


@posix
def test_init_on_a_full_disk_leaves_no_half_of_a_file(run, tmp_path):
    with full_disk(100):
        done = run("init", tmp_path / "new")
    assert done.code == 1
    assert "new" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "new").exists()


def test_a_run_that_stops_while_files_move_says_so(cell, tmp_path, fit, monkeypatch):
    out = tmp_path / "out"
    fit(cell, "-o", out)
    (cell / "03.csv").unlink()
    moved = Path.replace

    def stop(self: Path, target: Path) -> Path:
        if self.name == "resistances.csv":
            os._exit(9)
        return moved(self, target)

    child = os.fork()
    if not child:
        monkeypatch.setattr(Path, "replace", stop)
        fit(cell, "-o", out)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert (out / MIXED).exists()
    assert {path.name for path in strangers(out)} == {"parameters.csv", "derived.csv"}
    assert fit(cell, "-o", out).code == 0
    assert names(out) == RESULTS


def whole_or_marked(out: Path) -> None:
    """The results of one run, or none, or a mark."""
    there = {path.name for path in out.glob("[!.]*")} if out.exists() else set()
    for report in out.glob("[!.]*.pdf"):
        assert report.read_bytes().rstrip().endswith(b"%%EOF")
    if not there or MIXED in there:
        return
    assert there >= RESULTS or there <= {"cell", "overview.csv", "overview.pdf"}, there
    if there >= RESULTS:
        read_study(out / "study.json")
        assert not strangers(out)


def killed(tmp_path: Path, moments: Iterator[float], arguments: tuple[str, ...]) -> None:
    """Kill a command again and again; what it left must be whole or marked, and the last run tidies up."""
    cell, out = tmp_path / "all" / "cell", tmp_path / "out"
    for number, moment in enumerate(moments):
        shutil.rmtree(cell, ignore_errors=True)
        write_cell(cell, 2 + number % 3)
        given = [
            a.replace("CELL", str(cell)).replace("ALL", str(cell.parent)).replace("OUT", str(out)) for a in arguments
        ]
        if arguments[0] == "report" and not out.exists():
            fresh = process("fit", cell, "--no-report", "-q", "-c", CIRCUIT, "-o", out)
            assert fresh.communicate(timeout=120)[0] is not None
        running = process(*given)
        time.sleep(moment)
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=60)
        whole_or_marked(out)
        whole_or_marked(out / "cell")
    done = process(*given)
    assert done.communicate(timeout=120)[0] is not None
    assert done.returncode == 0
    assert not list(out.rglob(f"{PREFIX}*"))
    assert not list(out.rglob(MIXED))


LENGTHS = {
    ("fit", "CELL", "--no-report", "-q", "-c", CIRCUIT, "-o", "OUT"): 2.0,
    ("fit", "CELL", "-q", "-c", CIRCUIT, "-o", "OUT"): 8.0,
    ("fit", "--each", "ALL", "-q", "--no-report", "-c", CIRCUIT, "-o", "OUT"): 3.0,
    ("report", "OUT/study.json", "-q"): 6.0,
    ("convert", "CELL", "-q", "-o", "OUT/all.csv"): 1.5,
}


@posix
@pytest.mark.long
@pytest.mark.parametrize("arguments", LENGTHS)
def test_killed_at_a_hundred_moments(tmp_path, arguments):
    rng = np.random.default_rng(4)
    killed(tmp_path, iter((LENGTHS[arguments] * rng.random(20)).tolist()), arguments)


def two_runs(tmp_path: Path) -> None:
    """Two runs of different cells into one folder at once."""
    cells = [write_cell(tmp_path / name, n) for name, n in (("a", 2), ("b", 4))]
    out = tmp_path / "out"
    running = [process("fit", cell, "--no-report", "-q", "-c", CIRCUIT, "-o", out) for cell in cells]
    assert all(one.communicate(timeout=120)[0] is not None for one in running)
    whole_or_marked(out)
    assert not list(out.glob(f"{PREFIX}*"))


@posix
@pytest.mark.long
@pytest.mark.parametrize("time", range(20))
def test_two_runs_into_one_folder(tmp_path, time):
    two_runs(tmp_path)


def test_two_runs_that_move_their_files_in_turn(cell, tmp_path, fit):
    """A second run ends while the first one is at work: the folder has the files of the one that ended last."""
    out = tmp_path / "out"
    fit(cell, "-o", tmp_path / "first")
    with staged(out, of_a_run=True) as stage:
        for path in (tmp_path / "first").iterdir():
            shutil.copy(path, stage / path.name)
        (cell / "03.csv").unlink()
        assert fit(cell, "-o", out).code == 0
        assert len(read_study(out / "study.json").series) == 3
    assert len(read_study(out / "study.json").series) == 4
    whole_or_marked(out)
    assert names(out) == RESULTS


@posix
@pytest.mark.parametrize(
    "arguments",
    [
        ("fit", "PIPE"),
        ("inspect", "PIPE"),
        ("report", "PIPE"),
        ("fit", "CELL", "-c", "PIPE"),
        ("fit", "CELL", "--style", "PIPE", "--figures", "svg"),
        ("fit", "CELL", "--blank", "PIPE"),
        ("convert", "CELL", "-o", "PIPE", "--force"),
        ("simulate", "R1", "--set", "R1=1", "-o", "PIPE", "--force"),
        ("attribute", "PIPE", "PIPE"),
        ("fit", "/dev/zero"),
        ("convert", "/dev/null", "-o", "all.csv"),
    ],
)
def test_a_pipe_or_a_device_is_no_argument(cell, tmp_path, run, arguments, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kinds = {"-c": "a.toml", "-o": "a.csv", "--style": "a.mplstyle"}
    before = dict(zip(arguments[1:], arguments, strict=False))
    pipe = tmp_path / kinds.get(before.get("PIPE", ""), "a.json")
    os.mkfifo(pipe)
    done = run(*(a.replace("PIPE", str(pipe)).replace("CELL", str(cell)) for a in arguments))
    assert done.code in (1, 2, 3)
    assert "no regular file" in done.err or "no dask" in done.err, done.err
    assert pipe.is_fifo()


def test_what_fails_in_a_stage_leaves_no_mark(tmp_path):
    def fail() -> None:
        with staged(tmp_path, of_a_run=True) as stage:
            (stage / "a").write_text("x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not names(tmp_path)
