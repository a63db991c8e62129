"""Figures: every plot draws into the axes it is given, with units, equal axes where impedances are, nothing global."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from eisfit import plots
from eisfit.circuit import Circuit
from eisfit.errors import OptionError
from eisfit.fitting import fit
from eisfit.fitting.smooth import Smoothed
from eisfit.numbers import power_of_ten, unit_text
from eisfit.plots.branches import axis_of, by_direction, place_text, runs, thinned
from eisfit.plots.circuit import measure
from eisfit.plots.labels import parameter_symbols, role_symbol, shown
from eisfit.plots.nyquist import arcs_of, at_frequency, ohm_scale
from eisfit.plots.record import envelope, sweeps_between
from eisfit.plots.residuals import fit_residuals
from eisfit.plots.segments import first_current_s, has_both, segments
from eisfit.plots.stack import below, stack_of
from eisfit.spectrum import Cell, Conditions, Series, Spectrum
from eisfit.study import Study
from tests.studies import TEXT, make_study

ROOT = Path(plots.__file__).parent
STUDY = make_study(n=12, failed=[3], shorts=[8, 9])
"""Twelve spectra, the fourth without a fit, the ninth and tenth suspected of a short."""

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


def axes(width: float = 4.0, height: float = 3.0) -> Axes:
    return Figure((width, height)).add_subplot()


def curves(ax: Axes, marker: str = "None") -> list[np.ndarray]:
    """The lines of the axes with a given marker, each (K, 2)."""
    return [line.get_xydata() for line in ax.lines if line.get_marker() == marker]


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


def test_no_module_uses_pyplot() -> None:
    for path in ROOT.rglob("*.py"):
        names = {n.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for n in _aliases(node)}
        assert not any("pyplot" in name for name in names), path


def _aliases(node: ast.AST) -> list[ast.alias]:
    return node.names if isinstance(node, ast.Import | ast.ImportFrom) else []


def test_importing_the_plots_loads_no_pyplot() -> None:
    code = "import sys, eisfit.plots; sys.exit('matplotlib.pyplot' in sys.modules)"
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


# Nyquist


@pytest.mark.parametrize("plot", [plots.plot_nyquist_series, plots.plot_stacked_nyquist])
@pytest.mark.parametrize("size", [(2.0, 6.0), (6.0, 2.0)])
def test_a_nyquist_plot_of_a_series_has_equal_axes(plot: Callable[..., Axes], size: tuple[float, float]) -> None:
    assert_equal(plot(axes(*size), STUDY))


@pytest.mark.parametrize("size", [(2.0, 6.0), (6.0, 2.0)])
def test_a_nyquist_plot_has_equal_axes_and_minus_im_up(size: tuple[float, float]) -> None:
    ax = plots.plot_nyquist(axes(*size), STUDY.fits[0])
    assert_equal(ax)
    z = STUDY.series[0].impedance[STUDY.series[0].used]
    drawn = next(c for c in curves(ax, "o") if len(c) == len(z))
    np.testing.assert_allclose(drawn, np.column_stack([z.real, -z.imag]))


def assert_equal(ax: Axes) -> None:
    """One ohm along the real axis is as long on paper as one ohm along the other, before and after drawing."""
    for _ in range(2):
        (x0, y0), (x1, y1) = ax.transData.transform([(0, 0), (1, 1)])
        assert x1 - x0 == pytest.approx(y1 - y0, rel=1e-6)
        ax.figure.draw_without_rendering()
    assert ax.get_aspect() == 1.0


def test_every_point_that_counts_is_inside_the_frame() -> None:
    for i in range(len(STUDY.series)):
        ax = plots.plot_nyquist(axes(), STUDY.fits[i])
        z = STUDY.series[i].impedance[STUDY.series[i].used]
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        assert left < z.real.min()
        assert z.real.max() < right
        assert low < (-z.imag).min()
        assert (-z.imag).max() < high


def test_masked_points_are_crosses() -> None:
    ax = plots.plot_nyquist(axes(), STUDY.fits[0])
    z = STUDY.series[0].impedance[STUDY.series[0].mask]
    assert z.size == 1
    assert any(np.allclose(c, np.column_stack([z.real, -z.imag])) for c in curves(ax, "x"))


def test_the_points_nearest_to_decades_are_marked() -> None:
    ax = plots.plot_nyquist(axes(), STUDY.fits[0])
    f, z = STUDY.series[0].frequency, STUDY.series[0].impedance
    nearest = [int(np.argmin(abs(np.log10(f) - e))) for e in range(-2, 7)]
    expected = np.column_stack([z[nearest].real, -z[nearest].imag])
    assert any(len(c) == 9 and np.allclose(c, expected) for c in curves(ax, "o"))
    assert power_of_ten(0) in {t.get_text() for t in ax.texts}


def test_arcs_stand_behind_one_another_from_the_highest_frequency() -> None:
    circuit = Circuit("R0-p(R2,C2)-p(R1,C1)").with_(R0=10, R1=20, C1=1e-7, R2=40, C2=1e-3)
    spectrum = Spectrum(np.logspace(6, -2, 57), circuit.impedance(np.logspace(6, -2, 57)))
    first, second = (arc.curve for arc in arcs_of(_exact(circuit, spectrum)))
    np.testing.assert_allclose(
        [first[0].real, first[-1].real, second[0].real, second[-1].real], [10, 30, 30, 70], atol=0.1
    )
    assert -first.imag.min() == pytest.approx(10, rel=0.01)
    assert -second.imag.min() == pytest.approx(20, rel=0.01)


def _exact(circuit: Circuit, spectrum: Spectrum) -> Any:
    """A fit that found the circuit's own values."""
    return fit(spectrum, circuit, start=circuit.values)


def test_a_tail_leaves_room_for_a_close_up_of_the_arc() -> None:
    circuit = Circuit("R0-p(R1,C1)-CPE1").with_(R0=10, R1=20, C1=1e-7, Q1=1e-6, Q1_n=0.95)
    f = np.logspace(6, -2, 57)
    ax = plots.plot_nyquist(axes(), _exact(circuit, Spectrum(f, circuit.impedance(f))))
    (inset,) = ax.child_axes
    assert ax.get_xlabel() == "Re Z (MΩ)"
    assert inset.get_xlabel() == "Re Z (Ω)"
    assert inset.get_xlim()[1] > 30
    assert_equal(inset)


def test_without_a_tail_there_is_no_close_up() -> None:
    assert not plots.plot_nyquist(axes(), STUDY.fits[0]).child_axes


@pytest.mark.parametrize(
    ("largest", "factor", "unit"),
    [(0.02, 1e-3, "mΩ"), (1.0, 1, "Ω"), (9999, 1, "Ω"), (2e4, 1e3, "kΩ"), (8e6, 1e6, "MΩ"), (3e10, 1e9, "GΩ")],
)
def test_the_unit_of_ohms_suits_the_values(largest: float, factor: float, unit: str) -> None:
    assert ohm_scale(largest) == (factor, unit)


def test_an_impedance_between_frequencies_is_interpolated_and_outside_unknown() -> None:
    z = [10 - 0j, 20 - 10j]
    spectrum = Spectrum([100.0, 1.0], z)
    assert at_frequency(spectrum, 10.0) == pytest.approx(15 - 5j)
    assert at_frequency(spectrum, 100.0) == pytest.approx(10)
    assert np.isnan(at_frequency(spectrum, 101.0))
    assert np.isnan(at_frequency(spectrum, 0.9))


# stacks


def test_a_stack_shifts_every_spectrum_by_the_same_ohms() -> None:
    ax = axes(3, 7)
    stack = stack_of(STUDY, [np.arange(12)], 7 / 3)
    plots.plot_stacked_nyquist(ax, STUDY, stack=stack, frequencies=())
    points = curves(ax, "o")
    assert len(points) == 12
    for k, (spectrum, drawn) in enumerate(zip(STUDY.series, points, strict=True)):
        z = spectrum.impedance[spectrum.used]
        np.testing.assert_allclose(drawn, np.column_stack([z.real, k * stack.shift - z.imag]))
    assert len(curves(ax)) == 11, "the spectrum without a fit has points and no line"


def test_lines_of_equal_frequency_go_through_the_points_that_were_measured() -> None:
    stack = stack_of(STUDY, [np.arange(12)], 2.0)
    ax = plots.plot_stacked_nyquist(axes(3, 6), STUDY, frequencies=(10.0, 1e7), stack=stack)
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert len(dashed) == 1, "10 MHz was not measured"
    z = np.array([at_frequency(s, 10.0) for s in STUDY.series])
    np.testing.assert_allclose(dashed[0].get_xydata(), np.column_stack([z.real, np.arange(12) * stack.shift - z.imag]))
    assert "10 Hz" in {t.get_text() for t in ax.texts}


def test_the_names_of_close_lines_of_equal_frequency_do_not_overlap() -> None:
    ax = plots.plot_stacked_nyquist(axes(3, 6), STUDY, frequencies=(10.0, 9.0))
    ax.figure.draw_without_rendering()
    boxes = [t.get_window_extent() for t in ax.texts if t.get_text().endswith("Hz")]
    assert len(boxes) == 2
    assert not boxes[0].overlaps(boxes[1])


def test_a_slanted_stack_moves_to_the_right() -> None:
    ax = plots.plot_stacked_nyquist(axes(5, 5), STUDY, slant=0.5, frequencies=())
    points = curves(ax, "o")
    step = [np.min(c[:, 0]) - s.impedance[s.used].real.min() for c, s in zip(points, STUDY.series, strict=True)]
    assert np.all(np.diff(step) > 0)
    assert_equal(ax)


def test_a_long_stack_is_thinned_and_keeps_its_ends() -> None:
    study = make_study(n=60, record=False)
    ax = plots.plot_stacked_nyquist(axes(3, 8), study, most=10, frequencies=())
    places = [t.get_text() for t in ax.texts]
    assert len(curves(ax, "o")) == 10
    assert place_text(study, 0) in places
    assert place_text(study, 59) in places


# along the series


def test_error_bars_are_one_standard_error_and_unfitted_spectra_have_none() -> None:
    ax = plots.plot_resistances(axes(), STUDY, roles=["R_Int"])
    (bars,) = (c for c in ax.collections if len(c.get_segments()) > 3)
    role = STUDY.track.roles["R_Int"]
    known = np.isfinite(role.value) & np.array(["unresolved_R_Int" not in f for f in STUDY.track.flags])
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    np.testing.assert_allclose(ends, np.column_stack([role.value - role.stderr, role.value + role.stderr])[known])


def test_discharge_is_filled_and_charge_is_open() -> None:
    ax = plots.plot_resistances(axes(), STUDY, roles=["R_Int"])
    faces = {len(line.get_xdata()): line.get_markerfacecolor() for line in ax.lines if line.get_marker() == "^"}
    groups = by_direction(STUDY.series)
    open_line = [line for line in ax.lines if line.get_marker() == "^" and line.get_markerfacecolor() == "w"]
    assert faces
    assert len(open_line[0].get_xdata()) == len(groups["charge"])
    np.testing.assert_allclose(open_line[0].get_xdata(), axis_of(STUDY).values[groups["charge"]])


def test_roles_differ_in_marker_and_in_grey() -> None:
    with plots.style():
        ax = plots.plot_resistances(axes(), STUDY)
        marked = {
            (line.get_marker(), to_hex(line.get_markeredgecolor())) for line in ax.lines if line.get_marker() in "os^"
        }
    markers = {marker for marker, _ in marked}
    grey = sorted(np.dot([0.299, 0.587, 0.114], matplotlib.colors.to_rgb(color)) for _, color in marked)
    assert len(markers) == len(marked) == 3
    assert np.diff(grey).min() > 0.1


def test_a_leak_is_marked_over_its_spectra() -> None:
    ax = plots.plot_resistances(axes(), STUDY)
    (marks,) = (line for line in ax.lines if line.get_marker() == "v")
    np.testing.assert_allclose(marks.get_xdata(), axis_of(STUDY).values[[8, 9]])


def test_the_map_of_the_admittance_shows_a_leak_at_every_frequency_and_where_it_is() -> None:
    ax = plots.plot_admittance_change(axes(), make_study(n=12, shorts=[8, 9]))
    (image,) = ax.images
    cells = np.asarray(image.get_array())
    sound, leaking = np.delete(cells, [8, 9], axis=0), cells[[8, 9]]
    assert leaking.shape[1] == len(STUDY.series[0].frequency)
    assert np.nanmin(leaking) > 0.5 * np.nanmax(leaking) > 0
    at_high = cells.shape[1] // 2
    assert np.nanmax(np.abs(sound[:, at_high:])) < 0.3 * np.nanmin(leaking)
    (marks,) = (line for line in ax.lines if line.get_marker() == ">" and len(line.get_ydata()))
    np.testing.assert_allclose(marks.get_ydata(), [9, 10])


def test_a_value_that_is_not_resolved_is_crossed_and_does_not_stretch_the_frame() -> None:
    value = np.array(STUDY.track.roles["R_GB"].value)
    value[0] = 1e9
    flags = (("unresolved_R_GB",), *STUDY.track.flags[1:])
    roles = dict(STUDY.track.roles) | {"R_GB": STUDY.track.roles["R_GB"]._replace(value=value)}
    study = replace(STUDY, track=replace(STUDY.track, roles=roles, flags=flags))
    ax = plots.plot_resistances(axes(), study)
    assert ax.get_ylim()[1] < 1000
    crossed = np.concatenate([line.get_ydata() for line in ax.lines if line.get_marker() == "x"])
    assert ax.get_ylim()[1] in crossed


def test_a_parameter_at_its_bound_shows_the_bound() -> None:
    at_bound = np.zeros((12, 9), bool)
    at_bound[2, 8] = True
    study = replace(STUDY, fits=replace(STUDY.fits, at_bound=at_bound))
    upper = study.fits.circuit.parameters[8].upper
    ax = plots.plot_parameter(axes(), study, "Q_D_n")
    assert upper in {float(line.get_ydata()[0]) for line in ax.lines if line.get_linestyle() == "--"}
    assert not any(line.get_linestyle() == "--" for line in plots.plot_parameter(axes(), STUDY, "Q_D_n").lines)


def test_smoothed_values_are_a_band_beside_the_free_fit() -> None:
    values = np.tile(np.nanmean(STUDY.fits.values, axis=0), (12, 1))
    covariance = np.tile(np.diag((0.1 * values[0]) ** 2), (12, 1, 1))
    study = replace(STUDY, smoothed=Smoothed(values, covariance, np.zeros((1, 9))))
    free, both = (plots.plot_parameter(axes(), s, "R_Int") for s in (STUDY, study))
    assert len(both.collections) == len(free.collections) + 1
    (band,) = (c for c in both.collections if isinstance(c, PolyCollection))
    y = band.get_paths()[0].vertices[:, 1]
    assert (y.min(), y.max()) == pytest.approx((0.9 * values[0, 4], 1.1 * values[0, 4]))


def test_small_values_are_drawn_by_their_power_of_ten() -> None:
    ax = plots.plot_parameter(axes(), STUDY, "Q_GB")
    assert "10⁻⁹ S sⁿ" in ax.get_ylabel()
    drawn = np.concatenate([line.get_ydata() for line in ax.lines if line.get_marker() == "o"])
    known = STUDY.fits.column("Q_GB")[0]
    np.testing.assert_allclose(np.sort(drawn[np.isfinite(drawn)]), np.sort(known[np.isfinite(known)]) * 1e9)


def test_without_directions_the_series_is_one_group() -> None:
    study = make_study(n=6, directions=False)
    assert list(by_direction(study.series)) == [""]
    assert len(runs(study.series)) == 1


def test_electrodes_that_are_alike_have_no_charge_and_discharge() -> None:
    study = make_study(n=6, type="symmetric")
    assert list(by_direction(study.series)) == [""]
    assert not [line for line in plots.plot_resistances(axes(), study).lines if line.get_markerfacecolor() == "w"]


DIRECTIONS = st.lists(
    st.tuples(st.sampled_from(["charge", "discharge", None]), st.integers(0, 2)), min_size=1, max_size=30
)


@given(DIRECTIONS)
def test_runs_and_groups_hold_every_spectrum_once(kinds: list[tuple[Any, int]]) -> None:
    spectra = [Spectrum([1.0], [1 + 0j], conditions=Conditions(direction=d, cycle=c)) for d, c in kinds]
    series = Series(spectra, cell=Cell(type="half"))
    every = list(range(len(kinds)))
    assert [i for run in runs(series) for i in run.members.tolist()] == every
    assert sorted(i for index in by_direction(series).values() for i in index.tolist()) == every
    assert all(len({kinds[i] for i in run.members.tolist()}) == 1 for run in runs(series))


@given(st.integers(1, 500), st.integers(2, 40))
def test_thinning_keeps_the_ends_and_the_order(n: int, most: int) -> None:
    kept = thinned(np.arange(n), most)
    assert len(kept) == min(n, most)
    assert kept[0] == 0
    assert kept[-1] == n - 1
    assert np.all(np.diff(kept) > 0)


@given(st.integers(1, 3000), st.integers(3, 50), st.integers(0, 2**31))
def test_a_thinned_trace_keeps_its_peaks(n: int, most: int, seed: int) -> None:
    y = np.random.default_rng(seed).standard_normal(n)
    x = np.arange(n, dtype=float)
    shown, values = envelope(x, y, most)
    assert len(shown) <= max(2 * most, 1)
    assert values.max() == y.max()
    assert values.min() == y.min()
    np.testing.assert_array_equal(y[shown.astype(int)], values)


# residuals


def test_residuals_of_a_series_are_those_of_its_fits() -> None:
    for residual, one in zip(fit_residuals(STUDY.fits), STUDY.fits, strict=True):
        np.testing.assert_allclose(residual, one.residual, rtol=1e-12)


def test_a_map_shows_the_residuals_of_the_test_in_percent() -> None:
    ax = plots.plot_kk_map(axes(), STUDY, part="imag")
    (image,) = ax.images
    table = image.get_array()
    assert table.shape[0] == len(STUDY.series)
    largest = max(np.nanmax(np.abs(r.imag)) for r in STUDY.quality.kk.residual)
    assert np.abs(table).max() == pytest.approx(100 * largest)
    assert image.get_clim()[0] == -image.get_clim()[1]


def test_curves_of_residuals_stay_inside_whatever_points_are_missing() -> None:
    residual = np.array([0.001, 0.03 - 0.02j, np.nan])
    few = replace(STUDY.quality.kk, residual=(residual, *STUDY.quality.kk.residual[1:]))
    series = STUDY.series.with_(spectra=[Spectrum([3.0, 2.0, 1.0], [1, 1, 1]), *STUDY.series[1:]])
    study = replace(STUDY, series=series, quality=replace(STUDY.quality, kk=few))
    for part in ("real", "imag"):
        assert plots.plot_kk_residuals(axes(), study, part=part).get_ylim()[1] > 3.0


def test_a_map_of_many_spectra_keeps_the_largest_residual() -> None:
    study = make_study(n=900, record=False)
    table = plots.plot_fit_map(axes(), study, part="real").images[0].get_array()
    assert table.shape[0] < 900
    used = [np.where(f.used, f.residual.real, 0) for f in study.fits]
    assert np.abs(table).max() == pytest.approx(100 * max(np.abs(r).max() for r in used))


def test_the_histogram_is_a_density() -> None:
    ax = plots.plot_residual_histogram(axes(), STUDY)
    for step in ax.patches:
        values, edges, _ = step.get_data()
        assert np.sum(values * np.diff(edges)) == pytest.approx(1)


# circuits


def test_a_circuit_is_drawn_inside_its_axes_with_every_label() -> None:
    circuit = Circuit("L_{lead}-R1-p(C1,R2-p(Q2,R3-Ws1))-p(S_{leak},R4)", roles={"R_Int": "R3"})
    ax = axes(5, 2)
    assert plots.plot_circuit(ax, circuit) is ax
    texts = {t.get_text() for t in ax.texts}
    assert {r"$R_\mathrm{1}$", r"$C_\mathrm{1}$", r"$R_\mathrm{Int}$", r"$L_\mathrm{lead}$"} <= texts
    points = np.concatenate([line.get_xydata() for line in ax.lines])
    points = points[np.isfinite(points).all(axis=1)]
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert left <= points[:, 0].min()
    assert points[:, 0].max() <= right
    assert low <= points[:, 1].min()
    assert points[:, 1].max() <= high


def test_labels_of_a_circuit_do_not_overlap() -> None:
    ax = axes(6, 2)
    plots.plot_circuit(ax, Circuit(TEXT))
    ax.figure.draw_without_rendering()
    boxes = [t.get_window_extent() for t in ax.texts]
    assert len(boxes) == 6
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])


def test_parts_of_a_circuit_take_the_room_of_their_parts() -> None:
    one, series, parallel = (measure(Circuit(text).root) for text in ("R", "R-C", "p(R,C)"))
    assert series.width == 2 * one.width
    assert parallel.above + parallel.below == 2 * (one.above + one.below)


def test_a_huge_circuit_is_said_to_be_too_large() -> None:
    ax = plots.plot_circuit(axes(), Circuit("-".join(f"R{i}" for i in range(60))))
    assert "too large" in ax.texts[0].get_text()


# labels


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("R_SE_bulk", r"$R_\mathrm{SE,bulk}$"),
        ("R1", r"$R_\mathrm{1}$"),
        ("R", "$R$"),
        ("R_total", r"$R_\mathrm{total}$"),
    ],
)
def test_roles_have_their_subscripts(name: str, text: str) -> None:
    assert role_symbol(name) == text


LABELS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="{}"), min_size=1, max_size=8)


@settings(max_examples=30, deadline=None)
@given(LABELS)
def test_a_label_of_any_signs_is_drawn(label: str) -> None:
    assume(any(c.isalnum() for c in label))
    ax = axes()
    plots.plot_circuit(ax, Circuit(f"R_{{{label}}}C"))
    ax.figure.draw_without_rendering()
    assert len(ax.texts) == 2


def test_the_place_of_a_spectrum_is_as_fine_as_the_axis() -> None:
    assert place_text(STUDY, 0) == "1.00"
    assert place_text(make_study(n=4, soc=False), 2) == "no. 3"


def test_a_study_is_left_as_it_was() -> None:
    before = np.array(STUDY.fits.values), STUDY.track.axis.values.copy()
    for plot, *_ in SEVERAL.values():
        plot(axes(), STUDY)
    np.testing.assert_array_equal(STUDY.fits.values, before[0])
    np.testing.assert_array_equal(STUDY.track.axis.values, before[1])
    assert isinstance(STUDY, Study)


def test_steps_and_rests_are_told_apart_and_joined_without_gaps() -> None:
    record = STUDY.series.record
    assert record is not None
    moving = record.current_A != 0
    for flowing in (True, False):
        parts = segments(record, flowing=flowing)
        expected = record.potential_V[:-1][moving[:-1] == flowing]  # the last row is a step of its own, too short
        assert np.concatenate([p.potential_V for p in parts]).tolist() == expected.tolist()
        assert {part.sign for part in parts} == ({-1, 1} if flowing else {0})
        for one, other in pairwise(parts):
            assert one.hours[-1] == other.hours[0]
            assert (np.diff(one.hours) > 0).all()
    steps = segments(record, flowing=True)
    assert steps[-1].hours[-1] == pytest.approx(12 * 0.5, rel=0.05)


def test_a_symmetric_cell_under_current_shows_its_overpotential() -> None:
    study = make_study(n=4, type="symmetric", soc=False)
    ax = plots.plot_segments(axes(), study)
    assert ax.get_ylabel() == "Overpotential (V)"
    assert plots.plot_segments(axes(), study, flowing=False).get_ylabel() == "Potential (V)"


def test_a_record_without_current_has_no_steps() -> None:
    study = make_study(n=4)
    record = study.series.record
    assert record is not None
    still = replace(record, current_A=0 * record.current_A)
    study = replace(study, series=study.series.with_(record=still))
    assert not has_both(study)
    assert first_current_s(still) == np.inf
    assert [t.get_text() for t in plots.plot_segments(axes(), study).texts] == ["nothing was recorded"]


def test_letters_that_the_font_does_not_have_stand_by_their_numbers() -> None:
    assert shown("Zelle 电池 Ω\t7") == "Zelle [7535][6C60] Ω 7"


@pytest.mark.parametrize("n", [1, 3, 12])
def test_the_legend_of_the_quality_lies_over_no_value(n: int) -> None:
    study = make_study(n=n)
    verdict = np.resize(np.array(["doubtful", "fail", "doubtful"]), n)
    study = replace(study, quality=replace(study.quality, kk=replace(study.quality.kk, verdict=verdict)))
    ax = plots.plot_fit_quality(axes(), study)
    ax.figure.draw_without_rendering()
    legend = ax.get_legend()
    assert legend is not None
    box = legend.get_window_extent()
    for line in ax.lines:
        for x, y in ax.transData.transform(np.column_stack(line.get_data())):
            assert not box.contains(x, y), line.get_label()


@pytest.mark.parametrize("n", [1, 3, 5])
def test_an_axis_of_numbers_has_ticks_at_whole_numbers_only(n: int) -> None:
    study = make_study(n=n, soc=False)
    for plot in (plots.plot_fit_quality, plots.plot_resistances):
        low, high = (ax := plot(axes(), study)).get_xlim()
        ticks = [t for t in ax.get_xticks() if low <= t <= high]
        assert ticks
        assert all(t == int(t) for t in ticks)


def test_the_error_bars_of_a_long_series_are_paler_than_its_values() -> None:
    for n, pale in ((12, False), (301, True)):
        ax = plots.plot_parameter(axes(), make_study(n=n, soc=False), "R_GB")
        bars = to_rgb(ax.collections[0].get_colors()[0])
        values = next(to_rgb(line.get_markeredgecolor()) for line in ax.lines if line.get_marker() == "o")
        assert (np.mean(bars) > np.mean(values) + 0.3) == pale


def test_no_line_is_drawn_over_the_sweeps_that_the_record_left_out() -> None:
    record, series = STUDY.series.record, STUDY.series
    assert record is not None
    sweep = 1 / series[5].frequency[-1]
    began = record.time_s[20] + 0.5
    known = replace(series[5].conditions, time_s=float(began))
    rest = [s.with_(conditions=replace(s.conditions, time_s=None)) for s in series]
    rest[5] = series[5].with_(conditions=known)
    for pause, cuts in ((0.5 * sweep, []), (1.5 * sweep, [21])):
        time = record.time_s.copy()
        time[21:] += began + pause - time[21]
        study = replace(STUDY, series=series.with_(spectra=tuple(rest), record=replace(record, time_s=time)))
        assert sweeps_between(study, time).tolist() == cuts
        (line,) = (line for line in plots.plot_voltage_trace(axes(), study).lines if len(line.get_xdata()) >= len(time))
        assert np.flatnonzero(np.isnan(line.get_ydata())).tolist() == cuts


def test_the_tails_of_a_stack_of_blocking_cells_do_not_run_through_the_spectra_above() -> None:
    f = np.logspace(6, 0, 40)
    impedance = 50 + 1 / (1 / 60 + 1e-7 * (2j * np.pi * f) ** 0.9) + 1 / (6e-6 * (2j * np.pi * f) ** 0.92)
    blocking = Spectrum(f, impedance)
    study = replace(STUDY, series=STUDY.series.with_(spectra=(blocking,) * 12))
    stack = stack_of(study, [np.arange(12)], 3.0)
    assert stack.cut
    assert stack.ceiling >= 0.5 * stack.width, "an arc as wide as the frame stays whole"
    drawn = below(blocking.impedance, stack.ceiling)
    assert np.isfinite(drawn).any()
    assert np.nanmax(-drawn.imag) <= stack.ceiling < -blocking.impedance.imag.min()
    assert np.isinf(stack_of(STUDY, [np.arange(12)], 3.0).ceiling), "arcs are not cut"


def test_negative_places_have_a_true_minus_and_zero_none() -> None:
    values = np.linspace(-1.0, 1.0, 12)
    values[5] = -1e-9
    axis = STUDY.track.axis._replace(name="potential", values=values)
    study = replace(STUDY, track=replace(STUDY.track, axis=axis))
    assert place_text(study, 0) == "−1.00"
    assert place_text(study, 5) == "0.00"
