"""The electrolyte against temperature: conductivity where area and thickness are known, else the resistances."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from eisfit.numbers import Scale, with_error, with_unit
from eisfit.plots.labels import role_symbol
from eisfit.plots.trends import limit, look, main_roles, values_of
from eisfit.spectrum import Bools, Floats
from eisfit.study import Study
from eisfit.tables import Quantity
from eisfit.tables.arrhenius import KELVIN, activation_energy
from eisfit.tables.units import units_of
from eisfit.tracking.track import RoleValues


def plot_conductivity(ax: Axes, study: Study) -> Axes:
    """Conductivity of the electrolyte in mS/cm, logarithmic, against 1000/T with the temperature above (Arrhenius).

    Where area or thickness are not known, the resistances of the circuit apart; with standard errors.
    """
    celsius = study.series.column("temperature_C")
    x = 1000 / (celsius + KELVIN)
    shown = [q for q in study.quantities() if q.name.startswith("sigma")]
    shown = shown or [q for q in study.quantities() if q.name in main_roles(study)]
    units = units_of(study.quantities())
    scale = units[shown[0].name] if shown else Scale(1.0, "ohm")
    order = np.argsort(x, kind="stable")
    roles: list[tuple[RoleValues, Bools]] = []
    for k, q in enumerate(shown):
        style, role = look(k), values_of(q.in_unit(scale))
        good = order[q.own[order] & np.isfinite(role.value[order]) & np.isfinite(x[order])]
        error = np.nan_to_num(role.stderr[good])
        ax.vlines(x[good], np.maximum(role.value[good] - error, 0.01 * role.value[good]), role.value[good] + error,
                  color=style.color, lw=0.7)  # fmt: skip
        ax.plot(x[good], role.value[good], marker=style.marker, color=style.color, ls=style.line, lw=0.6, ms=3.4,
                label=_named(q, celsius))  # fmt: skip
        roles.append((role, q.own & np.isfinite(x)))
    limit(ax, roles, wide=1.0)
    if shown:
        ax.legend(loc="best")
    ax.set_xlabel("1000 K / T")
    _celsius_above(ax, celsius[np.isfinite(celsius)])
    name = "Conductivity" if shown and shown[0].name.startswith("sigma") else "Resistance"
    ax.set_ylabel(with_unit(name, scale.unit))
    return ax


def _named(q: Quantity, celsius: Floats) -> str:
    """The symbol of a quantity with the activation energy of its resolved values."""
    known = np.where(q.own, q.value if q.name.startswith("sigma") else 1 / q.value, np.nan)
    energy, stderr = activation_energy(celsius, known)
    told = rf"{role_symbol(q.name)}, $E_\mathrm{{a}}$ = {with_error(energy, stderr)} eV (of σT)"
    return told if np.isfinite(energy) else role_symbol(q.name)


def _celsius_above(ax: Axes, known: Floats) -> None:
    """The temperatures in degrees Celsius at the upper side."""
    if not known.size:
        return
    ax.tick_params(which="both", top=False)
    low, high = ax.get_xlim()
    above = ax.get_xaxis_transform()
    for t in MaxNLocator(8, steps=[1, 2, 5, 10]).tick_values(float(known.min()), float(known.max())):
        at = 1000 / (max(float(t), 1 - KELVIN) + KELVIN)
        if low <= at <= high:
            ax.plot([at, at], [0.98, 1.0], "-", color="k", lw=0.6, transform=above)
            ax.text(at, 1.01, f"{t:g}".replace("-", "−"), transform=above, ha="center", va="bottom", fontsize=6.5)
    ax.text(0.5, 1.07, "Temperature (°C)", transform=ax.transAxes, ha="center", va="bottom")
