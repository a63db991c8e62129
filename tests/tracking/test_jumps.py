"""A resistance that jumps while the spectrum stays, and a minimum that may not be the right one, are flagged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eisfit import Circuit, Series, Spectrum, analyse, simulate
from eisfit.limits import resolve_limits
from eisfit.tracking import track
from eisfit.tracking.flags import all_limits
from eisfit.tracking.flags.jumps import _beyond, jumps_of_circuits
from eisfit.tracking.track import RoleValues


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


def test_a_jump_where_the_circuit_changes_is_said():
    """The second circuit has one arc for both: what R_Int gains is not in the spectra."""
    values = {"R1": 22, "R2": 14, "Q1": 6e-8, "Q1_n": 0.9, "R3": [60] * 4, "Q2": 3e-3, "Q2_n": 0.8}
    series = simulate("R(RQ)(RQ)", np.logspace(6, -2, 41), values, noise=0.003, seed=1)
    study = analyse(series, circuit="R(RQ)(RQ)", axis="index", spectra=[{"match": "*3", "circuit": "R(RC)"}])
    found = [f for f in study.track.findings if f.flag == "jump" and "circuit goes from" in f.sentence]
    assert {f.spectrum for f in found} == {2, 3}
    assert "the circuits share it differently" in found[0].sentence
    same = analyse(series, circuit="R(RQ)(RQ)", axis="index", spectra=[{"match": "*3", "circuit": "LR(RQ)(RQ)"}])
    assert not same.track.flagged("jump")


def test_a_jump_of_a_value_without_an_error_is_said(fitted, assb, truth):
    fits = fitted(assb, np.tile(truth, (4, 1)))
    values, covariance = fits.values.copy(), fits.covariance.copy()
    values[2, 0], values[2, 1] = 1e-6, values[2, 1] + values[2, 0]
    covariance[2, 0, :] = covariance[2, :, 0] = np.nan
    assert set(track(replace(fits, values=values, covariance=covariance)).flagged("jump")) == {2, 3}


def test_what_is_not_resolved_does_not_jump(fitted, assb, truth):
    fits = fitted(assb, np.tile(truth, (6, 1)))
    other, errors = fits.values.copy(), fits.covariance.copy()
    other[3, 1] *= 2
    other[3, 4] -= fits.values[3, 1]
    errors[3, 1, 1] = (4 * other[3, 1]) ** 2
    found = track(replace(fits, values=other, covariance=errors)).findings
    assert {f.spectrum for f in found if f.flag == "unresolved_R_GB"} >= {3}
    assert {f.role for f in found if f.flag == "jump"} == {"R_Int"}


def test_a_jump_to_another_circuit_names_the_later_spectrum_and_both_circuits():
    """The same spectra: 10 ohm become 20 at the third one, where the circuit is another; not at the second one."""
    f = np.array([100.0, 1.0])
    one, other = Circuit("R(RC)"), Circuit("R(RQ)")
    values = RoleValues(np.array([5.0, 10.0, 20.0]), np.full(3, 0.1))
    for label, name in (("", "spectrum 3"), ("last", "last")):
        series = Series([Spectrum(f, np.full(2, 30 - 1j), label=text) for text in ("", "", label)])
        (found,) = jumps_of_circuits(series, [one, one, other], {"R_Int": values}, resolve_limits(all_limits(), {}))
        assert (found.spectrum, found.role, found.value) == (2, "R_Int", 1.0)
        assert found.sentence.startswith(f"{name}: R_Int goes from 10 Ω to 20 Ω where the circuit goes from R1(R2C1) ")
        assert "to R1(R2Q1), but the impedance changes by 0 Ω at most" in found.sentence


def test_the_share_of_the_smaller_of_both_values_is_allowed():
    """A twentieth of 100 ohm is 5: from 100 to 104 is none, whatever came before; from 10 to 14 is one."""
    limits = resolve_limits(all_limits(), {})
    for value, jumps in (
        ([10.0, 100.0, 104.0], [0]),
        ([100.0, 10.0, 14.0], [0, 1]),
        ([14.0, 10.0, 10.4], [0]),
        ([100.0, 105.0, 99.0], [1]),
    ):
        of_role = np.array(value), np.zeros(3)
        assert [k for k, _ in _beyond(of_role, np.zeros(2), limits)] == jumps, value
    value, stderr = np.array([10.0, 20.0, 40.0]), np.array([99.0, 0.1, 0.1])
    assert [k for k, _ in _beyond((value, stderr), np.zeros(2), limits)] == [1]  # the first two are not known well
