"""Files that appear whole."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

import eisfit
from eisfit.errors import OptionError, OutputError
from eisfit.export import (
    Guard,
    output_folder,
    read_study,
    remove_left_over,
    staged,
    staged_file,
    write_csv,
)
from eisfit.report import summary


class TestStaging:
    def test_files_appear_when_all_are_complete(self, tmp_path):
        (tmp_path / "a").write_text("old")
        with staged(tmp_path, Guard(force=True)) as stage:
            (stage / "a").write_text("new")
            (stage / "deep").mkdir()
            (stage / "deep" / "b").write_text("new")
            assert (tmp_path / "a").read_text() == "old"
        assert (tmp_path / "a").read_text() == (tmp_path / "deep" / "b").read_text() == "new"
        assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "deep"]

    def test_none_appears_when_something_fails(self, tmp_path):
        (tmp_path / "a").write_text("old")

        def fail() -> None:
            with staged(tmp_path) as stage:
                (stage / "a").write_text("new")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert [p.name for p in tmp_path.iterdir()] == ["a"]
        assert (tmp_path / "a").read_text() == "old"

    def test_a_folder_of_the_same_name_is_in_the_way(self, tmp_path):
        (tmp_path / "a.csv").mkdir()
        told = pytest.raises(OptionError, match=r"a\.csv is a folder where a file is to go")
        with told, staged_file(tmp_path / "a.csv") as path:
            write_csv(path, ["x"], [[1]])

    def test_an_output_folder_that_stays_empty_goes_again(self, tmp_path):
        with output_folder(tmp_path / "a" / "b") as folder:
            assert folder.is_dir()
        assert not (tmp_path / "a").exists()
        with output_folder(tmp_path / "a" / "b") as folder:
            (folder / "file").touch()
        assert (tmp_path / "a" / "b" / "file").exists()

    def test_an_empty_folder_that_was_there_stays(self, tmp_path):
        with output_folder(tmp_path):
            pass
        assert tmp_path.exists()

    def test_write_goes_through_it(self, study, tmp_path, monkeypatch):
        study.write(tmp_path / "out", report=False)
        before = (tmp_path / "out" / "parameters.csv").read_bytes()
        monkeypatch.setattr("eisfit.study.derived_columns", lambda *_: 1 / 0)
        other = replace(study, decisions=())
        with pytest.raises(ZeroDivisionError):
            other.write(tmp_path / "out", report=False)
        assert (tmp_path / "out" / "parameters.csv").read_bytes() == before
        assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
            "derived.csv",
            "parameters.csv",
            "resistances.csv",
            "resistances.tex",
            "smooth.csv",
            "study.json",
        ]

    def test_a_fault_in_the_report_leaves_the_tables_and_the_report_that_was_there(self, study, tmp_path, monkeypatch):
        (tmp_path / "report.pdf").write_text("earlier")
        monkeypatch.setattr(summary, "blocks", lambda *_: 1 / 0)
        with pytest.raises(OutputError, match=r"ZeroDivisionError.*the tables stand") as raised:
            study.write(tmp_path)
        assert isinstance(raised.value.__cause__, ZeroDivisionError)
        assert (tmp_path / "report.pdf").read_text() == "earlier"
        assert read_study(tmp_path / "study.json").options.command == study.options.command
        assert not list(tmp_path.glob(".*"))

    def test_what_a_killed_run_left_is_removed_and_what_a_living_one_holds_stays(self, tmp_path):
        script = f"""
import os, pathlib
from eisfit.export import staged
with staged(pathlib.Path({str(tmp_path)!r})) as stage:
    (stage / "half").write_text("written")
    os.kill(os.getpid(), 9)
"""
        subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(eisfit.__file__).parents[1])
        (left,) = tmp_path.iterdir()
        assert (left / "half").exists()
        with staged(tmp_path) as alive:
            assert not left.exists()
            assert remove_left_over(tmp_path) == []
            with staged(tmp_path) as other:
                (other / "b").touch()
            (alive / "a").touch()
        assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]

    def test_a_folder_that_was_only_just_made_is_left_alone(self, tmp_path):
        (tmp_path / ".eisfit-0young00").mkdir()
        (tmp_path / ".eisfit-00old000").mkdir()
        os.utime(tmp_path / ".eisfit-00old000", (0, 0))
        assert [p.name for p in remove_left_over(tmp_path)] == [".eisfit-00old000"]
        assert [p.name for p in tmp_path.iterdir()] == [".eisfit-0young00"]

    def test_a_folder_of_somebody_else_with_such_a_name_stays(self, tmp_path):
        """Another name than a run makes, or something in it that no run with a lock has put there."""
        for name, inside in (
            (".eisfit-backup", "raw.csv"),
            (".eisfit-notes", ".lock"),
            (".eisfit-mydata_1", "raw.csv"),
        ):
            (tmp_path / name).mkdir()
            (tmp_path / name / inside).write_text("precious")
            os.utime(tmp_path / name, (0, 0))
        (tmp_path / ".eisfit-linked00").symlink_to(tmp_path / ".eisfit-backup")
        with staged(tmp_path):
            pass
        assert len(list(tmp_path.rglob("*"))) == 7

    def test_a_fault_while_files_move_brings_back_what_was_there(self, tmp_path, monkeypatch):
        for name in ("a", "c"):
            (tmp_path / name).write_text("old")
        moved = Path.replace

        def full(self: Path, target: Path) -> Path:
            if self.name == "c":
                raise OSError(errno.ENOSPC, "No space left on device", str(self), None, str(target))
            return moved(self, target)

        monkeypatch.setattr(Path, "replace", full)
        told = pytest.raises(OutputError, match=r"c: cannot be written: No space left")
        with told, staged(tmp_path, Guard(force=True)) as stage:
            for name in ("a", "b", "c"):
                (stage / name).write_text("new")
        assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a": "old", "c": "old"}

    def test_a_fault_inside_is_said_of_the_folder_that_the_user_knows(self, tmp_path):
        def page() -> None:
            with staged(tmp_path) as stage, staged_file(stage / "report.pdf"):
                raise OSError(errno.ENOSPC, "No space left on device")

        with pytest.raises(OutputError) as told:
            page()
        assert str(told.value) == f"{tmp_path}: cannot be written: No space left on device"

    def test_a_mark_that_finds_no_space_leaves_nothing(self, tmp_path, monkeypatch):
        def full(self: Path, *_: object, **__: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(Path, "write_text", full)
        told = pytest.raises(OutputError, match="No space left")
        with told, staged(tmp_path, of_a_run=True) as stage:
            (stage / "a.csv").write_bytes(b"new")
        assert not list(tmp_path.iterdir())


class Meanwhile:
    """In the place of a guard: another run comes by while it looks."""

    def __init__(self, come_by: Callable[[], object]) -> None:
        self.come_by = come_by

    def check(self, targets: Iterable[Path]) -> None:
        list(targets)
        self.come_by()


def test_another_run_does_not_take_away_what_is_about_to_move(tmp_path):
    """Between the last file that is written and the first that is moved, too."""
    with staged(tmp_path, Meanwhile(lambda: remove_left_over(tmp_path))) as stage:
        (stage / "a").write_text("x")
        assert remove_left_over(tmp_path) == []
    assert (tmp_path / "a").read_text() == "x"
    assert {path.name for path in tmp_path.iterdir()} == {"a"}


def test_a_folder_that_a_run_which_failed_takes_away_is_made_again(tmp_path, monkeypatch):
    real, out, left = tempfile.mkdtemp, tmp_path / "out", iter([True, True])

    def taken(**given: object) -> str:
        if next(left, False):
            out.rmdir()
        return real(**given)

    monkeypatch.setattr(tempfile, "mkdtemp", taken)
    with staged(out) as stage:
        (stage / "a").write_text("x")
    assert {path.name for path in out.iterdir()} == {"a"}


@pytest.mark.skipif(sys.platform == "win32", reason="locks as on POSIX")
def test_files_of_one_run_wait_while_those_of_another_move(tmp_path, monkeypatch):
    monkeypatch.setattr("eisfit.export.staging.PATIENCE", 0.1)
    seen = []

    def move() -> None:
        begin = time.monotonic()
        with staged(tmp_path) as stage:
            (stage / "b").write_text("y")
        seen.append(time.monotonic() - begin)

    with staged(tmp_path, Meanwhile(move)) as stage:
        (stage / "a").write_text("x")
    move()
    assert seen[0] > 0.1 > seen[1]
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b"}
