"""`python -m eisfit` and the console script: runs the command line and turns errors into one sentence and an exit code.

0 done; 1 nothing could be done; 2 wrong usage; 3 done, but inputs were skipped or fits failed; 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from types import FrameType, TracebackType

from eisfit.errors import CircuitError, CircuitSyntaxError, EisfitError, OptionError
from eisfit.files import reason
from eisfit.outlet import open_streams
from eisfit.printable import sentence

CLEARING = 1.5
"""Seconds that a run has for clearing away, after Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    if arguments is None:
        _prepare_process()
    try:
        from eisfit.cli import run

        code = run(sys.argv[1:] if arguments is None else list(arguments))
        if arguments is None:
            sys.stdout.flush()
            gc.freeze()  # the process ends: its objects are not searched for cycles once more
        return code
    except EisfitError as error:
        print(_said(error), file=sys.stderr)
        return 2 if isinstance(error, OptionError | CircuitError) else 1
    except KeyboardInterrupt:
        print("eisfit: interrupted", file=sys.stderr)
        return 130
    except OSError as error:  # of a disk or a stream: what eisfit reads and writes itself tells more
        where = f"{error.filename}: " if error.filename else ""
        print(sentence(f"eisfit: {where}{reason(error)}"), file=sys.stderr)
        return 1


def _said(error: EisfitError) -> str:
    """One printable line; of a circuit that is none, the text and a mark under it as well."""
    if isinstance(error, CircuitSyntaxError):
        return "\n".join(map(sentence, f"eisfit: {error}".splitlines()))
    return sentence(f"eisfit: {error}")


def _prepare_process() -> None:
    """What the terminal cannot show is shown as escapes; a polite kill cleans up as Ctrl-C does.

    Cycles of objects are looked for less often: figures are made of so many that it takes a tenth of a report's time.
    """
    gc.set_threshold(200_000, 20, 20)
    open_streams()
    os.environ["MPLBACKEND"] = "agg"  # nothing is drawn on a screen
    sys.excepthook = _ask_for_a_report
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, _terminate)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Ctrl-C: what was begun is cleared away, and where that takes too long the process ends all the same."""
    last = threading.Timer(CLEARING, os._exit, [130])
    last.daemon = True
    last.start()
    raise KeyboardInterrupt


def _terminate(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _ask_for_a_report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    traceback.print_exception(kind, error, trace)
    print("\nThis is a defect of eisfit. Please report it, with the lines above.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
