"""What the terminal shows."""

from __future__ import annotations

import io
import sys
import time

import pytest

from eisfit.cli import _terminal
from eisfit.cli._summary import shortened
from eisfit.cli._terminal import Progress, show_table
from eisfit.numbers import number


def test_numbers():
    assert (number(None), number(float("nan")), number(1234.5678), number(3, "d")) == ("", "", "1235", "3")


def test_a_table_without_a_terminal_is_aligned_text(capsys):
    show_table(["a", "long name"], [["1", "x"], ["three", ""]])
    assert capsys.readouterr().out == "a      long name\n1      x\nthree\n"


@pytest.mark.parametrize(
    ("labels", "short"),
    [
        (["a_01_PEIS#1", "a_01_PEIS#2", "a_02_PEIS"], ["01_PEIS#1", "01_PEIS#2", "02_PEIS"]),
        (["00", "01"], ["00", "01"]),
        (["cell_1"], ["cell_1"]),
        (["x_", "x_"], ["", ""]),
        ([], []),
    ],
)
def test_labels_lose_what_all_begin_with(labels, short):
    assert shortened(labels) == short


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_a_table_on_a_terminal_shows_brackets_as_they_are(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    show_table(["circuit"], [["[R1](Q1)[bold]"]])
    assert "[R1](Q1)[bold]" in screen.getvalue()


def test_a_wide_table_loses_nothing_on_a_narrow_terminal(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "40")
    cells = [f"{'x' * 20}{i}" for i in range(8)]
    show_table(list("abcdefgh"), [cells])
    assert all(cell in screen.getvalue() for cell in cells)


def screen(monkeypatch, slow):
    """A terminal as stderr, and so many seconds until work counts as slow."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(_terminal, "SLOW", slow)
    return terminal


def test_quick_work_shows_no_bar(monkeypatch):
    terminal = screen(monkeypatch, slow=60)
    with Progress("cell") as progress:
        progress("fitting", 0.5)
    assert terminal.getvalue() == ""


def test_slow_work_shows_what_is_done(monkeypatch):
    terminal = screen(monkeypatch, slow=0.01)
    with Progress("cell") as progress:
        progress("fitting", 0.2)
        progress.timer.join()
        progress("tracking", 0.9)
    assert "cell: fitting" in terminal.getvalue()
    assert "cell: tracking" in terminal.getvalue()


def test_quiet_work_shows_nothing(monkeypatch):
    terminal = screen(monkeypatch, slow=0.01)
    with Progress("cell", quiet=True) as progress:
        progress("fitting", 0.2)
        time.sleep(0.05)
    assert terminal.getvalue() == ""
