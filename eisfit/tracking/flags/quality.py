"""Flags of the data themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eisfit.tracking.flags._base import Observed, flag
from eisfit.tracking.track import Finding


@flag(
    "kk_fail", "The spectrum breaks the Kramers-Kronig relations: it drifted, or was disturbed, while it was measured."
)
def kk_fail(observed: Observed) -> Iterator[Finding]:
    """The verdict of the Kramers-Kronig test, whose limits are those of the test."""
    if observed.quality is None:
        return
    verdicts = [str(v) for v in observed.quality.kk.verdict]
    rms = np.asarray(observed.quality.kk_rms_percent)
    for i, verdict in enumerate(verdicts):
        if verdict == "fail":
            said = (
                f"{observed.label(i)}: it is no impedance of a steady cell: it breaks the Kramers-Kronig relations, "
                f"rms {rms[i]:.3g} % of |Z|"
            )
            yield Finding(i, "kk_fail", float(rms[i]), np.nan, said)
