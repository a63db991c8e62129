"""Figures: every function draws one thing into axes that it is given, `plot_x(ax, value, ...) -> Axes`.

No pyplot (but in `shown`, for the `plot` of a value), no figure is created here, no global state is changed: draw
inside `with eisfit.plots.style():` for the look of the report, or in any style of your own. `STYLE` is the path of the
style file.
"""

from eisfit.plots.bode import plot_bode
from eisfit.plots.circuit import plot_circuit
from eisfit.plots.conductivity import plot_conductivity
from eisfit.plots.nyquist import plot_nyquist
from eisfit.plots.record import plot_current_trace, plot_voltage_trace
from eisfit.plots.residuals import plot_fit_map, plot_kk_map, plot_kk_residuals, plot_residual_histogram, plot_residuals
from eisfit.plots.segments import plot_segments
from eisfit.plots.several import plot_nyquist_series
from eisfit.plots.shorts import plot_admittance_change, plot_leak, plot_short_score
from eisfit.plots.sizes import plot_fit_quality
from eisfit.plots.stack import plot_stacked_nyquist
from eisfit.plots.style import STYLE, style
from eisfit.plots.tracks import plot_tracks
from eisfit.plots.trends import plot_parameter, plot_resistances, plot_values

__all__ = [
    "STYLE",
    "plot_admittance_change",
    "plot_bode",
    "plot_circuit",
    "plot_conductivity",
    "plot_current_trace",
    "plot_fit_map",
    "plot_fit_quality",
    "plot_kk_map",
    "plot_kk_residuals",
    "plot_leak",
    "plot_nyquist",
    "plot_nyquist_series",
    "plot_parameter",
    "plot_residual_histogram",
    "plot_residuals",
    "plot_resistances",
    "plot_segments",
    "plot_short_score",
    "plot_stacked_nyquist",
    "plot_tracks",
    "plot_values",
    "plot_voltage_trace",
    "style",
]
