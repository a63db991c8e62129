"""What a track says of its fits, and its sums, by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.circuit import Circuit
from eisfit.spectrum import Spectrum
from eisfit.tracking import tracker
from eisfit.tracking.track import Finding, RoleValues


def found(spectrum: int, flag: str = "misfit") -> Finding:
    return Finding(spectrum, flag, 1.0, 1.0, "said", "")


def spectra(n: int) -> list[Spectrum]:
    return [Spectrum([10.0, 1.0], [1 + 0j, 2 - 1j], label="" if k == 1 else f"S{k}") for k in range(n)]


def test_a_circuit_that_misses_spectra_is_said_once():
    assert tracker._missed([found(0, "jump"), found(1, "drift")], 5) == ()
    (one,) = tracker._missed([found(0), found(3), found(3, "jump")], 5)
    assert one.startswith("The circuit misses 2 of 5 spectra: the errors given there are not to be trusted")
    assert tracker._missed([found(0)], 2)[0].startswith("The circuit misses 1 of 2 spectra: ")
    (single,) = tracker._missed([found(0)], 1)
    assert single.startswith("The circuit misses the spectrum: ")


def test_start_values_that_were_left_are_said_with_the_first():
    def said(*left):
        return tracker._left(_fits(left, start_left=np.array(left)))

    assert said(False, False) == ()
    assert said(False, True, True)[0].startswith("In 2 of 3 spectra (the first is spectrum 2) the start values given ")
    assert said(True, False)[0].startswith("In 1 of 2 spectra (the first is S0) the start values given lead to a ")
    assert said(True)[0].startswith("The start values given lead to a minimum that costs more: ")


def test_errors_from_residuals_are_said_where_the_circuit_does_not_miss():
    def said(uneven, *missed):
        return tracker._errors(_fits(uneven, uneven=np.array(uneven)), [found(k) for k in missed])

    assert said([True, False], 0) == ()
    assert said([False, False]) == ()
    assert said([True, True, True], 0)[0].startswith("In 2 of 3 spectra (the first is spectrum 2) the noise does not ")
    assert said([True, False])[0].startswith("In 1 of 2 spectra (the first is S0) the noise does not ")
    assert said([True])[0].startswith("The noise does not go with the weights: errors there come from the residuals ")


class _Fits(SimpleNamespace):
    def __len__(self):
        return len(self.series)


def _fits(rows, **columns):
    return _Fits(series=spectra(len(rows)), **columns)


def test_an_arc_too_many_from_half_of_the_spectra_on():
    def said(*rises):
        return tracker._too_many({"R_GB": SimpleNamespace(rise=np.array(rises))}, 6.0)

    assert said(5.9, 6.0, 7.0, np.nan) == ()
    assert "2 of 4 spectra are fitted as well without it" in said(5.9, 1.0, 7.0, 6.0)[0]
    assert "1 of 2 spectra are" in said(5.9, 7.0)[0]
    assert "the spectrum is fitted as well" in said(5.9)[0]
    both = {"R_GB": SimpleNamespace(rise=np.array([1.0, 9.0])), "R_Int": SimpleNamespace(rise=np.array([9.0, 1.0]))}
    assert "2 of 2 spectra are" in tracker._too_many(both, 6.0)[0]


def test_flags_of_a_spectrum_stand_once_in_their_order():
    flags = tracker._flags([found(1, "b"), found(1, "a"), found(1, "b"), found(0, "a")], 3)
    assert flags == (("a",), ("b", "a"), ())


def test_roles_of_several_circuits_stand_beside_each_other():
    """Nothing where a circuit has none; sums last, the others in the order of a cell."""
    first = {
        "R_total": RoleValues(np.array([9.0]), np.array([0.9])),
        "R_Int": RoleValues(np.array([1.0]), np.array([0.1])),
    }
    second = {"R_SE_bulk": RoleValues(np.array([2.0, 3.0]), np.array([0.2, 0.3]))}
    out = tracker._roles_of_parts(3, [np.array([1]), np.array([0, 2])], [first, second])
    assert list(out) == ["R_SE_bulk", "R_Int", "R_total"]
    np.testing.assert_array_equal(out["R_Int"].value, [np.nan, 1.0, np.nan])
    np.testing.assert_array_equal(out["R_SE_bulk"].stderr, [0.2, np.nan, 0.3])
    assert out["R_total"].unit == first["R_total"].unit


def test_a_sum_has_the_errors_of_its_parts_together():
    """var = s1^2 + s2^2 + 2 c."""
    covariance = np.array([[[4.0, -1.0, 7.0], [-1.0, 9.0, 7.0], [7.0, 7.0, 100.0]]])
    fits = SimpleNamespace(
        names=("R1", "R2", "Q1"), values=np.array([[10.0, 20.0, 1.0]]), covariance=covariance,
        at_bound=np.zeros((1, 3), bool), parameters=Circuit("RRQ").parameters,
    )  # fmt: skip
    total = tracker._sum(fits, ["R1", "R2"])
    assert total.value.tolist() == [30.0]
    assert total.stderr == pytest.approx([np.sqrt(4 + 9 - 2)])


def test_sums_are_of_two_resistances_at_least():
    """R_SE_total needs both of its parts, R_total any two."""

    def sums(*names):
        fits = SimpleNamespace(
            names=("R1", "R2", "R3"), values=np.array([[10.0, 20.0, 40.0]]), covariance=np.eye(3)[None],
            at_bound=np.zeros((1, 3), bool), parameters=Circuit("RRR").parameters,
            column=lambda name: (np.array([1.0]), np.array([0.1])),
        )  # fmt: skip
        roles = SimpleNamespace(resistances=dict(zip(names, ("R1", "R2", "R3"), strict=False)))
        found = tracker.role_values(fits, roles)
        return {name: float(found[name].value[0]) for name in found if name not in names}

    assert sums("R_Int") == {}
    assert sums("R_SE_bulk") == {}
    assert sums("R_SE_bulk", "R_Int") == {"R_total": 30.0}
    assert sums("R_SE_bulk", "R_GB") == {"R_SE_total": 30.0, "R_total": 30.0}
    assert sums("R_SE_bulk", "R_GB", "R_Int") == {"R_SE_total": 30.0, "R_total": 70.0}
