"""The single spectra that a report shows."""

from __future__ import annotations

from eisfit.plots.telling import choose
from eisfit.verdicts import verdicts
from tests.studies import make_study


def test_spectra_that_the_verdict_names_are_shown() -> None:
    study = make_study(n=60, failed=[5, 17, 33], shorts=[40, 41, 52])
    named = {i for verdict in verdicts(study) for i in verdict.spectra}
    assert {5, 17, 33, 40, 41, 52} <= named
    assert named <= {chosen.spectrum for chosen in choose(study, None)}
