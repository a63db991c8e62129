"""What a track holds: the worst finding of a flag, and the spectra that share a circuit."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.cycling import Axis
from eisfit.cycling.sweeps import Sweeps
from eisfit.tracking.track import Finding, RoleValues, Track, beyond, taken_track


def finding(value, limit=1.0, flag="jump", spectrum=0):
    return Finding(spectrum, flag, value, limit, "", "")


def made(sweeps=None):
    """A track of four spectra with one resistance of 10 to 13 ohm."""
    axis = Axis("soc", "SoC", np.array([0.1, 0.2, 0.3, 0.4]))
    return Track(
        axis=axis,
        roles={"R_Int": RoleValues(np.array([10.0, 11, 12, 13]), np.array([0.1, 0.2, 0.3, 0.4]))},
        flags=(("jump",), (), ("jump", "misfit"), ("misfit",)),
        findings=(finding(3.0), finding(0.1, spectrum=2), finding(5.0, flag="misfit", spectrum=2)),
        sweeps=sweeps, axes={"time": axis._replace(values=np.arange(4.0))},
    )  # fmt: skip


def test_how_far_a_value_is_from_its_limit():
    """By a factor, above or below; nothing where there is no value, no limit, or one of them is 0."""
    assert beyond(finding(6.0, 2.0)) == beyond(finding(-2.0, 6.0)) == pytest.approx(np.log(3))
    for value, limit in ((np.nan, 1.0), (1.0, np.nan), (np.inf, 1.0), (1.0, np.inf), (0.0, 1.0), (1.0, 0.0)):
        assert beyond(finding(value, limit)) == 0.0, (value, limit)


def test_flags_and_their_worst_finding():
    track = made()
    assert track.flagged("jump") == (0, 2)
    assert track.worst("jump").value == 0.1  # a tenth of the limit is farther than three times it
    assert track.worst("drift") is None


def test_the_spectra_that_share_a_circuit():
    part = SimpleNamespace(rows=np.array([1, 3]), roles={"R_Int": "R2"})
    own = taken_track(made(), part)
    assert own.axis.values.tolist() == [0.2, 0.4]
    assert own.axes["time"].values.tolist() == [1.0, 3.0]
    assert own.roles["R_Int"].value.tolist() == [11.0, 13.0]
    assert own.roles["R_Int"].stderr.tolist() == [0.2, 0.4]
    assert (own.flags, own.findings, own.assigned) == (((), ("misfit",)), (), {"R_Int": "R2"})
    assert own.sweeps is None
    assert own.shorts is None
    swept = taken_track(made(Sweeps(*(k + np.arange(4.0) for k in range(7)))), part)
    assert swept.sweeps.duration_s.tolist() == [1.0, 3.0]
    assert swept.sweeps.rest_slope_mV_h.tolist() == [7.0, 9.0]
