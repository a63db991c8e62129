"""Who does the work: this process, several processes of this machine, or a dask cluster."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from eisfit.errors import FitError, MissingDependency, OptionError, how_to_install

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from distributed import Client

PATIENCE = 10.0
"""Seconds that a scheduler has to answer, and its first worker to appear."""


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
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as workers:
            yield workers
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
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise OptionError(f"no dask scheduler answers at {scheduler}: {error}") from None
    with client, warnings.catch_warnings():
        # the spectra travel with the tasks; dask would have them laid out beforehand
        warnings.filterwarnings("ignore", message="Sending large graph")
        _ask_workers(client, scheduler)
        try:
            yield client.get_executor()
        except (KilledWorker, CancelledError) as error:
            why = "its workers died" if isinstance(error, KilledWorker) else "its scheduler does not answer"
            raise FitError(f"the dask cluster at {scheduler} was lost during the fit: {why}") from None


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
