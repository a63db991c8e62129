"""The numbers of every function of tracking for a few series of fits: see tests/ledger.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from eisfit.circuit import Circuit
from eisfit.fitting import fit
from eisfit.quality import screen
from eisfit.spectrum import Cell, Conditions
from eisfit.tracking import track
from eisfit.tracking.hysteresis import hysteresis
from eisfit.tracking.missing import what_is_missing
from eisfit.tracking.plausibility import plausible
from eisfit.tracking.tracker import lead_inductance
from tests.ledger import check
from tests.shorts.conftest import make_series
from tests.tracking.conftest import ASSB, VALUES, make_fits

TWO = "R(RQ)(RQ)"


def states(n: int) -> list[Conditions]:
    half = n // 2
    return [
        Conditions(
            time_s=3600.0 * i,
            soc=(i if i < half else n - i) / half,
            direction="charge" if i < half else "discharge",
            cycle=1,
        )
        for i in range(n)
    ]


def scenario(folder: Path) -> None:
    values = np.tile(VALUES, (8, 1))
    values[:, 4] = [60, 40, 20, 1e-3, 1e-3, 20, 200, 100]
    values[6, 1:4], values[7, 5] = [12.0, 4e-4, 0.85], 2e-7
    values = np.column_stack([np.full(8, 2e-7), values])
    fits = make_fits(Circuit("L_{lead}" + ASSB), values, seed=3, scatter=False, conditions=states(8))
    swapped = fits.values.copy()
    swapped[2, [2, 3, 4, 5, 6, 7]] = fits.values[2, [5, 6, 7, 2, 3, 4]]
    at_bound = fits.at_bound.copy()
    at_bound[5, 7] = True
    series = fits.series.with_(cell=Cell(type="half", area_cm2=0.8, thickness_um=700.0))
    fits = replace(fits, values=swapped, at_bound=at_bound, series=series)
    found = track(fits, quality=screen(fits.series))
    lead_inductance(fits)
    for role in found.roles.values():
        hysteresis(fits.series, found.axis, role)
    for c in (1e-12, 3e-9, 2e-6, 1e-3):
        plausible("R_Int", c, fits.series.cell)
    leaky = make_series([{"tail": 30.0}] * 4 + [{"tail": 30.0, "leak": 1 / 80}], seed=7)
    whole = fit(leaky, ASSB, start=np.tile([22.0, 14.0, 6e-8, 0.9, 60.0, 4e-3, 0.8, 0.2, 0.6], (5, 1)))
    track(whole)
    poor = fit(leaky.with_(spectra=list(leaky)[:2]), "R(RQ)")
    track(poor)
    what_is_missing(poor, 1, 0.003)
    alone = leaky.with_(spectra=list(leaky)[3:])
    mixed = [*list(whole)[:3], *fit(alone, TWO)]
    track(mixed, axis="index", series=leaky)


def test_the_ledger(tmp_path: Path) -> None:
    check("tracking", scenario, tmp_path)
