"""The electrolyte against temperature: conductivity where area and thickness are known, else its resistance."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from eisfit.numbers import with_unit
from eisfit.plots.bode import log_axis
from eisfit.plots.labels import role_symbol
from eisfit.plots.trends import in_unit, look, resistance_scale
from eisfit.study import Study
from eisfit.tracking.track import RoleValues


def plot_conductivity(ax: Axes, study: Study) -> Axes:
    """Conductivity of the electrolyte in mS/cm on a logarithmic axis against temperature, with standard errors.

    Spectra under a short are left out: what they show is the leak.

    Bulk and grain boundaries apart as resistances where area or thickness are not known.
    """
    x = study.series.column("temperature_C")
    shown = [q for q in study.quantities() if q.name.startswith("sigma")]
    shown = shown or [q for q in study.quantities() if q.name in ("R_SE_bulk", "R_GB", "R_SE_total")]
    scale = resistance_scale([RoleValues(q.value, q.stderr, q.unit) for q in shown]) if shown else None
    order = np.argsort(x, kind="stable")
    for k, q in enumerate(shown):
        assert scale is not None
        style, role = look(k), in_unit(RoleValues(q.value, q.stderr, q.unit), scale)
        good = order[q.own[order] & np.isfinite(role.value[order]) & np.isfinite(x[order])]
        error = np.nan_to_num(role.stderr[good])
        ax.vlines(x[good], np.maximum(role.value[good] - error, 0.01 * role.value[good]), role.value[good] + error,
                  color=style.color, lw=0.7)  # fmt: skip
        ax.plot(x[good], role.value[good], marker=style.marker, color=style.color, ls=style.line, lw=0.6, ms=3.4,
                label=role_symbol(q.name))  # fmt: skip
    ax.set_yscale("log")
    if ax.lines:
        log_axis(ax.yaxis)
        ax.legend(loc="best")
    ax.set_xlabel("Temperature (°C)")
    name = "Conductivity" if shown and shown[0].unit == "mS/cm" else "Resistance"
    ax.set_ylabel(with_unit(name, scale.unit if scale else "ohm"))
    return ax
