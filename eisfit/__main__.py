"""`python -m eisfit` and the console script: runs the command line and turns errors into one sentence and an exit code.

0 done; 1 nothing could be done; 2 wrong usage; 3 done, but inputs were skipped or fits failed; 130 interrupted.
"""

from __future__ import annotations

import gc
import signal
import sys
import traceback
from collections.abc import Sequence
from types import FrameType, TracebackType

from eisfit.errors import EisfitError, OptionError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    if arguments is None:
        _prepare_process()
    try:
        from eisfit.cli import run

        return run(sys.argv[1:] if arguments is None else list(arguments))
    except EisfitError as error:
        print(f"eisfit: {error}", file=sys.stderr)
        return 2 if isinstance(error, OptionError) else 1
    except KeyboardInterrupt:
        print("eisfit: interrupted", file=sys.stderr)
        return 130


def _prepare_process() -> None:
    """What the terminal cannot show is shown as escapes; a polite kill cleans up as Ctrl-C does.

    Cycles of objects are looked for less often: figures are made of so many that it takes a tenth of a report's time.
    """
    gc.set_threshold(50_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.excepthook = _ask_for_a_report
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, _terminate)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _ask_for_a_report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    traceback.print_exception(kind, error, trace)
    print("\nThis is a defect of eisfit. Please report it, with the lines above.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
