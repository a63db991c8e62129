"""A resistance that jumps while the spectrum stays, and a minimum that may not be the right one, are flagged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eisfit.tracking import track


def test_two_minima_that_take_turns(fitted, assb, truth):
    """R_GB and R_Int share the same sum in another way, the spectra are the same."""
    values = np.tile(truth, (6, 1))
    fits = fitted(assb, values)
    other = fits.values.copy()
    other[3, 1] *= 2
    other[3, 4] -= fits.values[3, 1]
    followed = track(replace(fits, values=other))
    assert set(followed.flagged("jump")) == {3, 4}
    finding = next(f for f in followed.findings if f.flag == "jump")
    assert "another minimum fits as well" in finding.sentence
    assert not track(fits).flagged("jump")


def test_a_resistance_that_truly_changes_does_not_jump(fitted, assb, truth):
    values = np.tile(truth, (6, 1))
    values[:, 4] = [101, 101, 67, 33, 36, 66]
    assert not track(fitted(assb, values)).flagged("jump")


def test_an_unsure_minimum_says_what_the_next_one_would_change(fitted, assb, truth):
    fits = fitted(assb, np.tile(truth, (4, 1)))
    rival = fits.values.copy()
    rival[2, 4] *= 1.5
    unsure = replace(fits, uncertain=np.arange(4) == 2, rival=rival, rival_cost=fits.cost + 2.0 * fits.chi2_reduced)
    followed = track(unsure)
    assert followed.flagged("uncertain_minimum") == (2,)
    (finding,) = (f for f in followed.findings if f.flag == "uncertain_minimum")
    assert np.isclose(finding.value, 2.0)
    assert "R_Int" in finding.sentence
    assert "costs 2 more in chi2" in finding.sentence
