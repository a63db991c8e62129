"""Flags of the data themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eisfit.tracking.flags._base import Evidence, flag
from eisfit.tracking.track import Finding


@flag(
    "kk_fail", "The spectrum breaks the Kramers-Kronig relations: it drifted, or was disturbed, while it was measured."
)
def kk_fail(evidence: Evidence) -> Iterator[Finding]:
    """The verdict of the Kramers-Kronig test, whose limits are those of the test."""
    if evidence.quality is None:
        return
    verdicts = [str(v) for v in evidence.quality.kk.verdict]
    rms = np.asarray(evidence.quality.kk_rms_percent)
    for i, verdict in enumerate(verdicts):
        if verdict == "fail":
            said = f"{evidence.label(i)}: it breaks the Kramers-Kronig relations, rms {rms[i]:.3g} % of |Z|"
            yield Finding(i, "kk_fail", float(rms[i]), np.nan, said)
