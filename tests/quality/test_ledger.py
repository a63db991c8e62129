"""The numbers of every function of quality for fourteen spectra, most of them bad: see tests/ledger.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eisfit import Conditions, Series, Spectrum, lin_kk, z_hit
from eisfit.quality import noise_model, screen
from eisfit.quality.blank import subtract_blank
from eisfit.quality.boukamp import Settings, linear_test
from eisfit.spectrum import Record
from tests.ledger import check
from tests.quality.conftest import FREQUENCY
from tests.quality.test_seven_spectra import seven


def scenario(folder: Path) -> None:
    z = np.concatenate([seven(), 1.01 * seven()])
    z[:, 40] *= 1.04
    z[:3, :2] = [-2 + 9j, -1 + 4j]
    when = [Conditions(time_s=1800.0 * i, direction="charge", cycle=1 + i // 7, current_A=2e-5) for i in range(14)]
    t = np.arange(0.0, 25200.0, 60.0)
    current = np.where(t % 3600 < 1800, 1e-3, 0.0)
    volts = 3.5 + 1e-5 * t - 2e-6 * (t % 3600)
    record = Record(t, volts, current, np.cumsum(current) / 60, (t // 3600).astype(np.int64))
    series = Series(
        [Spectrum(FREQUENCY, row, label=f"s{i}", conditions=c) for i, (row, c) in enumerate(zip(z, when, strict=True))],
        record=record,
    )
    for options in ({}, {"inductive": "mask", "mask_ranges": [(20.0, 30.0)]}, {"keep_all": True}):
        quality = screen(series, **options)
        quality.rows()
        [quality.sentence(i) for i in range(14)]
        noise_model(quality.series, quality.kk)
    short = [Spectrum(FREQUENCY[::k], row[::k]) for k, row in ((2, z[0]), (9, z[3]), (25, z[4]), (2, -z[5].conj()))]
    lin_kk([*short, Spectrum(FREQUENCY, 10 + 1 / (2j * np.pi * FREQUENCY * 1e-5 - 1 / 50))])
    z_hit(short)
    for parts in ("complex", "real", "imaginary"):
        for admittance in (False, True):
            linear_test(short[0], Settings(n_rc=9, parts=parts, admittance=admittance, inductance=not admittance))
    linear_test(short[0])
    subtract_blank(series, Spectrum(FREQUENCY[::5], 0.1 + 1e-8j * FREQUENCY[::5] + 0.01 * np.arange(13)))


def test_the_ledger(tmp_path: Path) -> None:
    check("quality", scenario, tmp_path)
