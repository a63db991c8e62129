"""How values show themselves: short, escaped, with a table in a notebook."""

from __future__ import annotations

import numpy as np
import pytest

import eisfit as ef
from eisfit.notebook import html_table

CIRCUIT = "R(RQ)"
FREQUENCY = np.logspace(5, 0, 30)


@pytest.fixture(scope="module")
def study() -> ef.Study:
    rows = np.tile([20.0, 50.0, 1e-5, 0.9], (40, 1))
    series = ef.simulate(CIRCUIT, FREQUENCY, rows, noise=0.003, seed=1)
    return ef.analyse(series, circuit=CIRCUIT, inductance="off")


def values(study: ef.Study) -> list[object]:
    kk, comparison = ef.lin_kk(study.series), ef.compare(study.series, [CIRCUIT, "R(RC)"])
    return [study, study.series, study.fits, study.fits[0], study.fits.circuit, kk, comparison]


def test_every_value_is_short_and_has_a_table(study: ef.Study) -> None:
    for value in values(study):
        assert len(repr(value)) < 300
        shown = value._repr_html_()  # type: ignore[attr-defined]
        assert shown.count("<tr>") in range(2, 15)
        assert len(shown) < 10_000
    assert repr(study.series) == "<Series of 40 spectra>"
    assert repr(study.track).startswith("<Track of 40 spectra along index: R_SE_bulk, R_Int")
    assert len(repr(study.track)) < 300
    assert "40 converged" in repr(study.fits)
    assert "<p>12 of 40 rows</p>" in study._repr_html_()


def test_texts_are_escaped_and_long_ones_are_cut() -> None:
    shown = html_table("a <b>", {"<script>": ["x" * 100], "y": [None]})
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "x" * 59 + "…" in shown
    assert html_table("nothing", {}).count("<tr>") == 1


def test_a_fixed_value_says_so_and_keys_are_completed(study: ef.Study) -> None:
    fit = ef.fit(study.series[0], study.fits.circuit, fix={"R1": 10.0})
    assert "10 (fixed)" in fit._repr_html_()
    assert {"R1", "R_Int"} <= set(fit._ipython_key_completions_())
    assert f"{fit['R_Int']:.1u}" == f"{fit[study.track.assigned['R_Int']]:.1u}"
