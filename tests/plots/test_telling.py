"""The single spectra that a report shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eisfit.plots.telling import choose, first_telling_last
from eisfit.verdicts import verdicts
from tests.studies import make_study


def test_spectra_that_the_verdict_names_are_shown() -> None:
    study = make_study(n=60, failed=[5, 17, 33], shorts=[40, 41, 52])
    named = {i for verdict in verdicts(study) for i in verdict.spectra}
    assert {5, 17, 33, 40, 41, 52} <= named
    assert named <= {chosen.spectrum for chosen in choose(study, None)}


def test_the_spectrum_where_the_last_resistance_turns_stands_between_the_first_and_the_last() -> None:
    study = make_study(n=12, record=False)
    names = first_telling_last(study)
    assert list(names.values())[1:] == ["First (no. 1)", "Last (no. 12): misfit"]
    (middle, said), *_ = names.items()
    course = study.track.roles["R_Int"].value
    assert middle == int(np.argmin(course))
    assert said == f"Lowest R_Int (no. {middle + 1})"
    failed = first_telling_last(make_study(n=12, failed=[3], record=False))
    assert failed[3] == "Not converged (no. 4)"
    assert first_telling_last(make_study(n=12, failed=[0]))[0] == "First (no. 1): not converged"


def test_no_value_that_is_not_resolved_is_shown_as_an_extreme() -> None:
    study = make_study(n=60)
    values = dict(study.track.roles)
    wild = values["R_GB"].value.copy()
    wild[30] = 1e9
    values["R_GB"] = values["R_GB"]._replace(value=wild)
    flags = tuple(("unresolved_R_GB",) if i == 30 else () for i in range(60))
    chosen = choose(replace(study, track=replace(study.track, roles=values, flags=flags)), None)
    assert not any(c.spectrum == 30 and "highest" in c.why for c in chosen)
