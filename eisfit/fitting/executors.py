"""Who does the work: this process, several processes of this machine, or a dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from eisfit.errors import MissingDependency, OptionError


@contextmanager
def executor(jobs: int = 1, scheduler: str | None = None) -> Iterator[Executor | None]:
    """An executor for `jobs` processes, or for the dask scheduler at this address; None for this process alone.

    Raises OptionError where the scheduler cannot be reached, MissingDependency without the package distributed.
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
    try:
        from distributed import Client
    except ImportError:
        raise MissingDependency(
            'a dask scheduler needs the package distributed: pip install "eisfit[dask]" from the checkout'
        ) from None
    try:
        client = Client(scheduler, timeout="10s")
    except (OSError, TimeoutError, ValueError) as error:
        raise OptionError(f"no dask scheduler answers at {scheduler}: {error}") from None
    with client:
        yield client.get_executor()
