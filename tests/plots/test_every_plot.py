"""Every plot draws into the axes it is given, with units, and changes nothing global."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from eisfit import plots
from eisfit.errors import OptionError
from eisfit.numbers import unit_text
from eisfit.plots.labels import parameter_symbols
from eisfit.study import Study
from tests.plots.common import STUDY, axes

ROOT = Path(plots.__file__).parent
SEVERAL: dict[str, tuple[Callable[..., Axes], str, str]] = {
    "nyquist series": (plots.plot_nyquist_series, "Re Z (Ω)", "−Im Z (Ω)"),
    "stack": (plots.plot_stacked_nyquist, "Re Z (Ω)", "−Im Z (Ω), each +"),
    "resistances": (plots.plot_resistances, "State of charge", "Resistance (Ω)"),
    "quality": (plots.plot_fit_quality, "Spectrum (number)", "Rms residual (% of |Z|)"),
    "kk map": (plots.plot_kk_map, "Frequency (Hz)", "Spectrum (number)"),
    "kk residuals": (plots.plot_kk_residuals, "Frequency (Hz)", "Residual (% of |Z|)"),
    "fit map": (plots.plot_fit_map, "Frequency (Hz)", "Spectrum (number)"),
    "histogram": (plots.plot_residual_histogram, "Residual / its rms", "Density"),
    "voltage": (plots.plot_voltage_trace, "Time (h)", "Potential (V)"),
    "current": (plots.plot_current_trace, "Time (h)", "Current (mA)"),
    "under current": (plots.plot_segments, "Time under current (h)", "Potential (V)"),
    "score": (plots.plot_short_score, "Time (h)", "log₁₀ odds of a leak"),
    "leak": (plots.plot_leak, "Time (h)", "Resistance (Ω)"),
    "change": (plots.plot_admittance_change, "Frequency (Hz)", "Spectrum (number)"),
}
SINGLE: dict[str, tuple[Callable[..., Axes], str, str]] = {
    "nyquist": (plots.plot_nyquist, "Re Z (Ω)", "−Im Z (Ω)"),
    "bode": (plots.plot_bode, "Frequency (Hz)", "|Z| (Ω)"),
    "residuals": (plots.plot_residuals, "Frequency (Hz)", "ΔZ/|Z| (%)"),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_a_plot_of_a_study_returns_its_axes_and_labels_them_with_units(name: str) -> None:
    plot, x, y = SEVERAL[name]
    ax = axes()
    assert plot(ax, STUDY) is ax
    assert ax.get_xlabel() == x
    assert ax.get_ylabel().startswith(y)
    ax.figure.savefig(Path("/dev/null"), format="pdf")


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("i", [0, 3], ids=["fitted", "without a fit"])
def test_a_plot_of_a_spectrum_returns_its_axes_and_labels_them_with_units(name: str, i: int) -> None:
    plot, x, y = SINGLE[name]
    ax = axes()
    assert plot(ax, STUDY.fits[i]) is ax
    assert (ax.get_xlabel(), ax.get_ylabel()) == (x, y)


@pytest.mark.parametrize("plot", [plots.plot_nyquist, plots.plot_bode])
def test_a_spectrum_without_any_fit_can_be_drawn(plot: Callable[..., Axes]) -> None:
    assert plot(axes(), STUDY.series[0]).lines


@pytest.mark.parametrize("name", STUDY.fits.names)
def test_every_parameter_has_its_symbol_and_unit(name: str) -> None:
    ax = plots.plot_parameter(axes(), STUDY, name)
    unit = unit_text(STUDY.fits.circuit.parameter(name).unit)
    assert ax.get_ylabel().startswith(parameter_symbols(STUDY.fits.circuit)[name])
    assert unit in ax.get_ylabel()


def test_pyplot_is_known_where_a_value_draws_itself_and_nowhere_else() -> None:
    for path in set(ROOT.rglob("*.py")) - {ROOT / "plots" / "shown.py", ROOT / "shown.py"}:
        names = {n.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for n in _aliases(node)}
        assert not any("pyplot" in name for name in names), path


def _aliases(node: ast.AST) -> list[ast.alias]:
    return node.names if isinstance(node, ast.Import | ast.ImportFrom) else []


def test_importing_the_plots_loads_no_pyplot() -> None:
    code = "import sys, eisfit; eisfit.plots.__name__; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_global_state_is_changed() -> None:
    from matplotlib import pyplot as plt

    before = dict(matplotlib.rcParams)
    with plots.style():
        assert matplotlib.rcParams["pdf.fonttype"] == 42
        for plot, *_ in SEVERAL.values():
            plot(axes(), STUDY)
        plots.plot_circuit(axes(), STUDY.fits.circuit)
    assert dict(matplotlib.rcParams) == before
    assert not plt.get_fignums()


def test_a_style_file_of_the_user_lies_over_ours(tmp_path: Path) -> None:
    own = tmp_path / "own.mplstyle"
    own.write_text('axes.prop_cycle: cycler("color", ["123456", "654321", "abcdef"])\n', encoding="utf-8")
    with plots.style(own):
        ax = plots.plot_resistances(axes(), STUDY)
        assert matplotlib.rcParams["pdf.fonttype"] == 42
    assert "#123456" in {to_hex(line.get_color()) for line in ax.lines}


def test_a_style_file_that_is_none_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="style"), plots.style(tmp_path / "absent.mplstyle"):
        pass


def test_a_study_is_left_as_it_was() -> None:
    before = np.array(STUDY.fits.values), STUDY.track.axis.values.copy()
    for plot, *_ in SEVERAL.values():
        plot(axes(), STUDY)
    np.testing.assert_array_equal(STUDY.fits.values, before[0])
    np.testing.assert_array_equal(STUDY.track.axis.values, before[1])
    assert isinstance(STUDY, Study)
