"""Who does the work: this process, several processes of this machine, or a dask cluster."""

from __future__ import annotations

import gc
import os
import signal
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

from eisfit.errors import FitError, MissingDependency, OptionError, how_to_install

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from multiprocessing.process import BaseProcess

    from distributed import Client

PATIENCE = 10.0
"""Seconds that a scheduler has to answer, and its first worker to appear."""


PACE = 0.05
"""Seconds between two looks at a cluster."""
FAREWELL = 2.0
"""Seconds for parting from a cluster."""


@contextmanager
def executor(jobs: int = 1, scheduler: str | None = None) -> Iterator[Executor | None]:
    """An executor for `jobs` processes, or for the dask scheduler at this address; None for this process alone.

    Raises OptionError where the scheduler cannot be reached or its workers cannot do the work, MissingDependency
    without the package distributed, FitError where the cluster is lost on the way.
    """
    if scheduler is not None:
        with _dask(scheduler) as workers:
            yield workers
    elif jobs > 1:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        # spawn: a forked child of a process with numerical threads can hang
        workers = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_left_to_the_first)
        try:
            yield workers
        except BaseException:  # nobody waits for work that is not wanted any more
            for process in list((workers._processes or {}).values()):
                process.kill()
            workers.shutdown(wait=False, cancel_futures=True)
            raise
        workers.shutdown()
    else:
        yield None


@contextmanager
def _dask(scheduler: str) -> Iterator[Executor]:
    from concurrent.futures import CancelledError

    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise MissingDependency(
            f"a dask scheduler needs the package distributed; {how_to_install('distributed', 'dask')}"
        ) from None
    client: Client | None = None
    said = ""
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        said = str(error)
    if client is None:
        gc.collect()  # the client that never was closes here: while another one starts, both would wait for ever
        raise OptionError(f"no dask scheduler answers at {scheduler}: {said}")
    with _parting(client), warnings.catch_warnings():
        # the spectra travel with the tasks; dask would have them laid out beforehand
        warnings.filterwarnings("ignore", message="Sending large graph")
        _ask_workers(client, scheduler)
        try:
            yield cast("Executor", _Watched(client))
        except (KilledWorker, CancelledError, NobodyLeft) as error:
            why = "its scheduler does not answer" if isinstance(error, CancelledError) else "its workers died"
            why = "no worker is left, or its scheduler is gone" if isinstance(error, NobodyLeft) else why
            raise FitError(f"the dask cluster at {scheduler} was lost during the fit: {why}") from None


@contextmanager
def _parting(client: Client) -> Iterator[None]:
    """Leave a cluster in the end, even one that is gone; what dask logs of its connections comes in one sentence."""
    import logging

    loud = logging.getLogger("distributed")
    level = loud.level
    loud.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        with suppress(Exception):
            client.close(timeout=FAREWELL)
        loud.setLevel(level)


class NobodyLeft(Exception):
    """No worker of a dask cluster is there any more, or its scheduler is gone."""


class _Watched:
    """Hands work to a dask cluster as an executor does, and does not wait for ever when nobody is left to do it."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def map(self, function: Callable[..., Any], *iterables: Iterable[Any]) -> Iterator[Any]:
        """The results in order. Raises NobodyLeft."""
        futures = self.client.map(function, *iterables, pure=False)
        alone: float | None = None
        while not all(future.done() for future in futures):
            if self._has_workers():
                alone = None
            elif alone is None:
                alone = time.monotonic()
            elif time.monotonic() - alone > PATIENCE:
                raise NobodyLeft
            time.sleep(PACE)
        return iter([future.result(timeout=PATIENCE) for future in futures])

    def _has_workers(self) -> bool:
        try:
            return self.client.status == "running" and bool(self.client.scheduler_info()["workers"])
        except (OSError, KeyError, ValueError):
            return False


def _left_to_the_first() -> None:
    """Ctrl-C reaches every process of a terminal: the first one ends the others. Where it is killed they end too."""
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    first = parent_process()
    if first is not None:
        Thread(target=_end_after, args=(first,), daemon=True).start()


def _end_after(first: BaseProcess) -> None:
    first.join()
    os._exit(1)


def _ask_workers(client: Client, scheduler: str) -> None:
    """Raises OptionError where there is no worker, or one without this version of eisfit."""
    from eisfit._version import __version__

    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise OptionError(
            f"the dask scheduler at {scheduler} has no worker: start one with `dask worker {scheduler}`"
        ) from None
    for address, version in client.run(_asked()).items():
        if version != __version__:
            has = f"eisfit {version}" if version else "no eisfit"
            raise OptionError(f"the dask worker {address} has {has}, here is {__version__}: install the same there")


def _asked() -> Callable[[], str | None]:
    """A function that tells a worker's version of eisfit; it travels whole, for a worker without eisfit has none."""

    def version() -> str | None:
        from importlib import import_module

        try:
            here: str = import_module("eisfit").__version__
        except ImportError:
            return None
        return here

    return version
