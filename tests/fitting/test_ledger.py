"""The numbers of every function of fitting for a dozen small fits: see tests/ledger.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eisfit import Circuit, Conditions, Series, Spectrum, fit, fit_batch, fixed
from eisfit.fitting.profile import open_ends, profile_intervals
from eisfit.fitting.smooth import smooth
from eisfit.fitting.table import parameter_columns
from tests.fitting.conftest import TRUTHS
from tests.ledger import check

F = np.logspace(5, -1, 25)


def spectra(text: str, n: int, *, seed: int, noise: float = 0.003, sigma: bool = False) -> Series:
    rng = np.random.default_rng(seed)
    circuit = Circuit(text)
    truth = np.tile(TRUTHS[text], (n, 1))
    truth[:, 1] *= np.geomspace(1, 1.5, n)
    z = circuit.impedance(F, truth)
    size = noise * np.abs(z)
    z = z + size * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    return Series(
        [
            Spectrum(F, row, label=f"s{i}", conditions=Conditions(time_s=60.0 * i), sigma=own if sigma else None)
            for i, (row, own) in enumerate(zip(z, size, strict=True))
        ]
    )


def scenario(folder: Path) -> None:
    assb = fit(spectra("R(RQ)(RQ)Q", 2, seed=1), "R(RQ)(RQ)Q")
    parameter_columns(assb.series, assb)
    [assb.sentence(i) for i in range(2)]
    one = assb[0]
    figures = [one.chi2, one.chi2_reduced, one.chi2_zsimpwin, one.rms_percent, one.aicc, one.bic, one.cost]
    assert np.isfinite(figures).all()
    one.intervals(0.9), one.correlation, one.predict()
    arc = spectra("R(RQ)", 4, seed=2, sigma=True)
    for options in (
        {"weighting": "proportional"}, {"weighting": "sigma"}, {"weighting": "estimated"},
        {"tie": {"R2": "5 * R1"}}, {"bound": {"R2": (20, 51)}}, {"share": ["Q1_n"]},
        {"start": {"R1": 5, "R2": 100, "Q1": 1e-4, "Q1_n": 0.7}},
    ):  # fmt: skip
        fit(arc, "R(RQ)", **options)
    found = fit(arc, "R(RQ)", breaks=(2,))
    course = smooth(fit(spectra("R(RQ)", 7, seed=5), "R(RQ)"))
    assert np.isfinite(course.stderr).all()
    for name, ends in profile_intervals(found, ["R2", "Q1_n"]).items():
        open_ends(found, name, ends)
    wild = [np.where(np.arange(25) == 9 + i, 1.2, 1.0) for i in range(4)]
    wild = [s.with_(impedance=size * s.impedance) for s, size in zip(arc, wild, strict=True)]
    fit(arc.with_(spectra=wild), "R(RQ)", robust=True)
    for text in ("R(RC)(RC)", "LR(RQ)"):
        fit(spectra(text, 1, seed=3)[0], text)
    fit_batch(F, spectra("R(RQ)", 2, seed=4).spectra[0].impedance, Circuit("R(RQ)").with_(Q1_n=fixed(0.9)))


def test_the_ledger(tmp_path: Path) -> None:
    check("fitting", scenario, tmp_path)
