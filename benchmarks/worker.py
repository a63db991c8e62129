"""Fit one set with one tool in a process of its own, and write what came out: python worker.py TOOL IN.npz OUT.npz

Timed is the call that fits, in CPU time; importing and building the set are not. Memory is the peak of the whole
process, the interpreter and the imports included.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np
from peers import TOOLS

MISSING = 3
"""Exit code where the package of the tool is not installed."""


def main(name: str, source: str, target: str) -> int:
    tool = TOOLS[name]
    with np.load(source) as given:
        frequency, impedance = given["frequency"], given["impedance"]
        start = given["start"] if tool.given else None
    try:
        fit = tool.make()
    except ImportError as error:
        print(error, file=sys.stderr)
        return MISSING
    fit(frequency, impedance[:2], None if start is None else start[:2])
    begin = time.process_time()
    values, errors = fit(frequency, impedance, start)
    cpu = time.process_time() - begin
    np.savez(target, values=values, errors=errors, cpu=cpu, peak=peak_memory())
    return 0


def peak_memory() -> float:
    """Peak memory of this process in MB. On Linux from /proc: getrusage counts what the parent held at the fork."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = (line.split() for line in status.read_text().splitlines())
        return next(float(words[1]) for words in lines if words[0] == "VmHWM:") / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
