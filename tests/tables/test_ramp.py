"""The table of a current that was raised in steps."""

from __future__ import annotations

import numpy as np

from eisfit.shorts.values import BY_BOTH, SOUND, Ramp
from eisfit.tables import ramp_columns

RAMP = Ramp(
    current_A=np.array([1e-4, 2e-4, 3e-4, 4e-4]),
    forward=np.ones(4),
    backward=np.zeros(4),
    begin_s=np.arange(4) * 10.0,
    end_s=np.arange(4) * 10.0 + 5,
    overpotential_V=np.array([0.01, 0.02, 0.01, 0.01]),
    diverged=np.array([0.0, 1.0, 0.0, 0.0]),
    voltage=("", "", "the overpotential fell by 60 %", ""),
    spectrum=("ok", "ok", "soft", ""),
    finding=(SOUND, SOUND, BY_BOTH, SOUND),
    area_cm2=0.5,
)


def test_every_step_has_a_row_with_its_density_and_what_it_did():
    table = {column.name: column.cells for column in ramp_columns(RAMP)}
    assert table["step"] == [1, 2, 3, 4]
    assert np.allclose(table["current_density_mA_cm2"], [0.2, 0.4, 0.6, 0.8])
    assert np.allclose(table["resistance_ohm"], [100, 100, 100 / 3, 25])
    assert table["diverged"] == [None, "yes", None, None]
    assert table["short_level"] == ["ok", "ok", "soft", None]
    assert table["critical"] == [None, "before", "critical", "after"]
    assert RAMP.agreed == 1
