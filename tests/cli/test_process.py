"""The command as a process: interrupted, killed, without a terminal that can show everything, without heavy imports."""

from __future__ import annotations

import importlib
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from eisfit.cli import COMMANDS

from .conftest import CIRCUIT, process, write_cell

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals as on POSIX")

EARLIER = "spectrum,file,sweep,time_s,cycle,direction,potential_V,of an earlier run"

AT_WORK = """
import time, eisfit.analysis
def analyse(*_, **__):
    print("at work", file=sys.stderr, flush=True)
    time.sleep(60)
eisfit.analysis.analyse = analyse
"""

WRITING = """
import time, eisfit.study
def columns(*_):
    print("writing", file=sys.stderr, flush=True)
    time.sleep(60)
eisfit.study.derived_columns = columns
"""

BROKEN = """
import eisfit.analysis
eisfit.analysis.analyse = lambda *_, **__: 1 / 0
"""


def stopped(running: subprocess.Popen[bytes], word: str, number: int) -> tuple[int, str]:
    """Waits for a word on stderr, sends a signal; exit code and the rest of stderr."""
    assert running.stderr is not None
    assert running.stderr.readline().decode().strip() == word
    running.send_signal(number)
    _, err = running.communicate(timeout=30)
    return running.returncode, err.decode()


@posix
def test_interrupted_at_work(tmp_path: Path) -> None:
    running = process("fit", write_cell(tmp_path / "cell", 1), "-o", tmp_path / "out", code=AT_WORK)
    assert stopped(running, "at work", signal.SIGINT) == (130, "eisfit: interrupted\n")
    assert not (tmp_path / "out").exists()


@posix
@pytest.mark.parametrize(
    ("number", "code"), [pytest.param(signal.SIGINT, 130, marks=pytest.mark.long), (signal.SIGTERM, 143)]
)
def test_stopped_while_it_writes(tmp_path: Path, number: int, code: int) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "parameters.csv").write_text(EARLIER)
    cell = write_cell(tmp_path / "cell", 1)
    running = process("fit", cell, "--no-report", "-c", CIRCUIT, "-o", tmp_path / "out", code=WRITING)
    assert stopped(running, "writing", number)[0] == code
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["parameters.csv"]
    assert (tmp_path / "out" / "parameters.csv").read_text() == EARLIER


def test_a_defect_shows_a_traceback_and_asks_for_a_report(tmp_path: Path) -> None:
    done = process("fit", write_cell(tmp_path / "cell", 1), "-o", tmp_path / "out", code=BROKEN)
    _, err = done.communicate(timeout=30)
    assert done.returncode == 1
    assert b"ZeroDivisionError" in err
    assert b"Please report it" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "encoding", ["ascii", *(pytest.param(name, marks=pytest.mark.long) for name in ("cp1252", "utf-8"))]
)
def test_a_terminal_that_cannot_show_every_letter(tmp_path: Path, encoding: str) -> None:
    cell = write_cell(tmp_path / "Zelle Ω ümlaut", 1)
    (cell / "eisfit.toml").write_text('[cell]\nname = "Li₂S Ω ü"\n', encoding="utf-8")
    (cell / "schön Ω.csv").write_text("frequency/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n1,nope,3\n")
    running = process(
        "fit", cell, "--no-report", "-c", CIRCUIT, "-o", tmp_path / "out", PYTHONIOENCODING=encoding, PYTHONUTF8="0"
    )
    out, err = running.communicate(timeout=60)
    assert running.returncode == 3
    assert out.decode(encoding).count("\n") > 3
    assert "skipped sch" in err.decode(encoding)
    assert (tmp_path / "out" / "parameters.csv").exists()


def test_tables_need_no_heavy_library(tmp_path: Path) -> None:
    at_exit = "import atexit; atexit.register(lambda: print('\\n'.join(sys.modules), file=sys.stderr))"
    cell = write_cell(tmp_path / "cell")
    running = process("fit", cell, "--no-report", "-q", "-c", CIRCUIT, "-o", tmp_path / "out", code=at_exit)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 0
    loaded = {name.partition(".")[0] for name in err.decode().split()}
    assert "numpy" in loaded
    assert not loaded & {"scipy", "pandas", "matplotlib", "lmfit", "impedance", "schemdraw", "rich"}


def test_help_needs_not_even_numpy() -> None:
    at_exit = "import atexit; atexit.register(lambda: print('\\n'.join(sys.modules), file=sys.stderr))"
    running = process("--help", code=at_exit)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0
    assert b"simulate" in out
    assert not {"numpy", "rich", "pydantic"} & {name.partition(".")[0] for name in err.decode().split()}


def test_python_m_eisfit() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eisfit", "--version"], capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0
    assert done.stdout.startswith("eisfit ")


def test_the_list_of_commands_is_their_docstrings_and_runs_none_of_their_modules() -> None:
    code = (
        "import sys; from eisfit.__main__ import main; main(['--help']);"
        "print([m for m in sys.modules if m.startswith(('eisfit.cli.', 'eisfit.settings', 'numpy'))])"
    )
    text = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert text.strip().endswith("[]")
    for name in COMMANDS:
        purpose = importlib.import_module(f"eisfit.cli.{name}").command.__doc__.splitlines()[0]
        assert re.search(rf"^  {name} +{re.escape(purpose)}$", text, re.M)
