"""Who does the work makes no difference to the result: this process, processes of this machine, a dask cluster."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from eisfit import analyse, fit, fit_batch
from eisfit.cli import run
from eisfit.errors import FitError, MissingDependency, OptionError
from eisfit.fitting import executors
from eisfit.fitting.executors import executor

LOCAL = {"processes": False, "dashboard_address": ":0", "protocol": "tcp", "host": "127.0.0.1"}
"""A cluster in threads of this process, on any free ports."""


@pytest.fixture(scope="module")
def cluster():
    """A real dask cluster inside this process: a scheduler and two workers."""
    distributed = pytest.importorskip("distributed", reason="no dask: pip install distributed to test it")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, **LOCAL) as found:
        yield found


@pytest.fixture
def spectra(simulated, frequency):
    circuit, _, z = simulated("R(RQ)", n=120, seed=5)
    return frequency, z, circuit


def same(one, other):
    for name in ("values", "covariance", "cost", "n_iterations", "agreement", "at_bound"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert one.status == other.status


def test_without_jobs_there_is_no_executor():
    with executor() as workers:
        assert workers is None


ORPHANS = """
import os, time
from eisfit.fitting.executors import executor
if __name__ == "__main__":
    with executor(2) as workers:
        print(*{f.result() for f in [workers.submit(os.getpid) for _ in range(8)]}, flush=True)
        time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="processes as on POSIX")
def test_processes_end_where_the_first_one_is_killed(tmp_path):
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    place = os.environ | {"PYTHONPATH": str(Path(executors.__file__).parents[2])}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=place) as first:
        assert first.stdout is not None
        workers = [int(text) for text in first.stdout.readline().split()]
        first.kill()
    until = time.monotonic() + 20
    while any(Path(f"/proc/{one}").exists() for one in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert workers
    assert not [one for one in workers if Path(f"/proc/{one}").exists()]


def test_a_client_of_the_users_own(cluster, spectra, as_series):
    from distributed import Client

    f, z, circuit = spectra
    with Client(cluster) as client:
        same(fit_batch(f, z, circuit, executor=client.get_executor()), fit_batch(f, z, circuit))
        options = {"robust": True, "shared": ("Q1_n",)}
        there = fit(as_series(z[:60]), circuit, executor=client.get_executor(), **options)
    same(there, fit(as_series(z[:60]), circuit, **options))


def test_the_scheduler_by_its_address(cluster, spectra, as_series):
    _, z, circuit = spectra
    series = as_series(z[:15])
    here = analyse(series, circuit=circuit)
    there = analyse(series, circuit=circuit, scheduler=cluster.scheduler_address)
    same(there.fits, here.fits)


def test_the_command_writes_the_same_table(cluster, tmp_path, spectra):
    f, z, _ = spectra
    folder = tmp_path / "cell"
    folder.mkdir()
    for i, row in enumerate(z[:4]):
        np.savetxt(folder / f"{i}.csv", np.column_stack([f, row.real, row.imag]), delimiter=",")
    words = ["fit", str(folder), "-c", "R(RQ)", "--no-report", "--quiet", "-o"]
    assert run([*words, str(tmp_path / "here")]) == 0
    assert run([*words, str(tmp_path / "there"), "--scheduler", cluster.scheduler_address]) == 0
    tables = [(tmp_path / where / "parameters.csv").read_text() for where in ("here", "there")]
    assert tables[0] == tables[1]


def test_a_scheduler_without_workers(monkeypatch):
    distributed = pytest.importorskip("distributed", reason="no dask: pip install distributed to test it")
    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    with (
        distributed.LocalCluster(n_workers=0, **LOCAL) as empty,
        pytest.raises(OptionError, match=r"has no worker: start one with `dask worker tcp://"),
        executor(scheduler=empty.scheduler_address),
    ):
        pass


def test_a_worker_with_another_version(cluster, monkeypatch):
    for version, sentence in ((None, "has no eisfit"), ("0.0.1", r"has eisfit 0\.0\.1, here is")):
        monkeypatch.setattr(executors, "_asked", lambda version=version: lambda: version)
        with pytest.raises(OptionError, match=sentence), executor(scheduler=cluster.scheduler_address):
            pass


@pytest.mark.parametrize("address", ["nowhere", "ftp://host:1", "tcp://127.0.0.1:1"])
def test_no_scheduler_there(address, monkeypatch):
    pytest.importorskip("distributed", reason="no dask: pip install distributed to test it")
    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    with pytest.raises(OptionError, match=f"no dask scheduler answers at {address}"), executor(scheduler=address):
        pass


@pytest.mark.parametrize("lost", ["KilledWorker", "CancelledError"])
def test_a_cluster_that_is_lost_on_the_way(cluster, lost):
    from distributed import CancelledError, KilledWorker

    error = {"KilledWorker": KilledWorker("task", None, 3), "CancelledError": CancelledError("no connection")}
    with (
        pytest.raises(FitError, match=f"dask cluster at {cluster.scheduler_address} was lost during the fit"),
        executor(scheduler=cluster.scheduler_address),
    ):
        raise error[lost]


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingDependency, match="pip install distributed"), executor(scheduler="tcp://127.0.0.1:8786"):
        pass


def test_a_process_that_died_is_replaced_by_this_one(spectra, as_series):
    """What the processes of --jobs had not handed over is done here; the numbers are the same."""
    import os

    _, z, circuit = spectra
    with executor(jobs=2) as workers:
        workers.submit(os.getpid).result()
        for process in workers._processes.values():
            process.kill()
        there = fit(as_series(z), circuit, executor=workers)
    same(there, fit(as_series(z), circuit))


def test_work_that_is_not_wanted_any_more_is_not_waited_for():
    import time

    def interrupted():
        with executor(jobs=2) as workers:
            workers.submit(time.sleep, 60)
            time.sleep(0.5)
            raise KeyboardInterrupt

    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - begin < 30


def test_a_cluster_whose_workers_are_gone(monkeypatch):
    """The last worker goes while there is work: one sentence, not a wait for ever."""
    distributed = pytest.importorskip("distributed", reason="no dask: pip install distributed to test it")
    import time

    monkeypatch.setattr(executors, "PATIENCE", 1.5)

    def alone(cluster):
        with executor(scheduler=cluster.scheduler_address) as workers:
            cluster.scale(0)
            time.sleep(0.3)
            workers.map(len, [[1]])

    own = distributed.LocalCluster(n_workers=1, threads_per_worker=1, **LOCAL)
    with own, pytest.raises(FitError, match="no worker is left"):
        alone(own)


def test_without_more_processes_nobody_else_works():
    for given in ({}, {"jobs": 1}):
        with executor(**given) as workers:
            assert workers is None
