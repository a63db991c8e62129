"""The command and its surroundings: readers that go, streams that are closed, Ctrl-C, ways of Python."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import CIRCUIT, process, write_cell

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and streams as on POSIX")


@posix
def test_a_reader_that_has_seen_enough(cell, tmp_path):
    """fit | head -0: the results are there, and the exit code is that of the fit."""
    running = process("fit", cell, "--no-report", "-c", CIRCUIT, "-o", tmp_path / "out")
    running.stdout.close()
    running.stdout = None
    assert (running.communicate(timeout=60)[1], running.returncode) == (b"", 0)
    assert (tmp_path / "out" / "study.json").exists()


@posix
@pytest.mark.parametrize("how", ["2>/dev/null >&-", ">/dev/full"])
def test_a_stdout_that_is_closed_or_full(cell, how):
    command = f"{sys.executable} -m eisfit inspect {cell} {how}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == (1 if "full" in how else 0)
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 1


@posix
@pytest.mark.long
def test_every_way_of_python_and_of_matplotlib(cell, tmp_path):
    root = Path(__file__).parents[2]
    out = tmp_path / "out"
    environment = os.environ | {"MPLBACKEND": "nonsense"}
    for options in (["-OO"], ["-bb", "-W", "error"]):
        done = subprocess.run(
            [sys.executable, *options, "-m", "eisfit", "fit", cell, "-q", "--no-report", "-c", CIRCUIT, "-o", out],
            capture_output=True, text=True, cwd=root, env=environment,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(
        [sys.executable, "-m", "eisfit", "report", out / "study.json", "--figures", "png", "--only", "circuit"],
        capture_output=True, text=True, cwd=root, env=environment,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


SLOW = """
import time, eisfit.__main__, eisfit.analysis
eisfit.__main__.CLEARING = 0.3
def analyse(*_, **__):
    print("at work", file=sys.stderr, flush=True)
    while True:
        try:
            time.sleep(60)
        except KeyboardInterrupt:  # as a library that takes it for itself does
            pass
eisfit.analysis.analyse = analyse
"""


@posix
def test_ctrl_c_ends_what_does_not_listen(tmp_path):
    running = process("fit", write_cell(tmp_path / "cell", 1), "-o", tmp_path / "out", code=SLOW)
    assert running.stderr.readline() == b"at work\n"
    begin = time.monotonic()
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=30)
    assert running.returncode == 130
    assert time.monotonic() - begin < 10  # 0.3 s and what a busy machine adds
