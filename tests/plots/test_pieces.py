"""Residuals, circuits, labels and records."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from eisfit import plots
from eisfit.circuit import Circuit
from eisfit.plots.branches import place_text
from eisfit.plots.circuit import measure
from eisfit.plots.frames import frames
from eisfit.plots.labels import circuit_symbols, role_symbol, shown
from eisfit.plots.record import evidence, sweeps_between
from eisfit.plots.residuals import fit_residuals
from eisfit.plots.segments import first_current_s, has_both, segments
from eisfit.plots.several import electrolyte_window
from eisfit.plots.stack import below, stack_of
from eisfit.plots.symbols import runs
from eisfit.spectrum import Cell, Record, Spectrum
from tests.plots.common import STUDY, axes
from tests.studies import TEXT, make_study

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


def test_a_map_of_many_spectra_keeps_the_largest_residual(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eisfit.plots.maps.MOST_ROWS", 20)
    study = make_study(n=50, record=False)
    table = plots.plot_fit_map(axes(), study, part="real").images[0].get_array()
    assert table.shape[0] < 50
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


@settings(max_examples=12, deadline=None)
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


@pytest.mark.long
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


FELL = "overpotential fell, sudden fall"


def test_half_cycles_whose_voltage_speaks_of_a_short_are_shaded_with_words() -> None:
    rng = np.random.default_rng(0)
    time, half = np.arange(10 * 60.0), np.repeat(np.arange(10), 60)
    flowing = np.tile(np.arange(60) < 50, 10)
    current = 1e-4 * (1 - 2 * (half % 2)) * flowing
    volts = 80 * current * (1 + 0.1 * rng.standard_normal(600) * np.isin(half, (5, 6))) + 1e-5 * rng.standard_normal(
        600
    )
    volts[(half == 8) & (time % 60 > 30)] *= 0.6
    charge = np.cumsum(current) / 3.6
    series = STUDY.series.with_(record=Record(time, volts, current, charge, half), cell=Cell(type="symmetric"))
    found = evidence(replace(STUDY, series=series))
    assert [(begin // 60, end // 60, words) for begin, end, words in found] == [(5, 6, "noise"), (8, 8, FELL)]
    texts = [text.get_text() for text in plots.plot_voltage_trace(axes(), replace(STUDY, series=series)).texts]
    assert texts == ["noise", FELL]


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


def test_frames_fill_a_figure_but_for_the_room_around_them() -> None:
    figure = Figure(figsize=(300 / 72, 200 / 72))
    (a, b), (c, d) = frames(figure, (2.0, 1.0), (1.0, 1.0), left=40, right=10, top=20, bottom=30, gap=(50.0, 30.0))
    boxes = [[round(v, 6) for v in (np.array(ax.get_position().bounds) * [300, 200, 300, 200])] for ax in (a, b, c, d)]
    assert boxes == [[40, 100, 100, 80], [190, 100, 100, 80], [40, 30, 100, 40], [190, 30, 100, 40]]


def test_units_of_a_plot_suit_small_cells() -> None:
    small = make_study(n=3, scale=1e-3, record=False)
    ax = axes()
    assert plots.plot_parameter(ax, small, "R_GB").get_ylabel().endswith("(mΩ)")
    assert plots.plot_bode(axes(), small.fits[0]).get_ylabel() == "|Z| (mΩ)"


def test_no_close_up_is_drawn_of_an_electrolyte_that_no_spectrum_reaches() -> None:
    study = make_study(n=3, record=False)
    far = [s.with_(impedance=s.impedance + 900.0) for s in study.series]
    series = study.series.with_(spectra=far)
    moved = replace(study, series=series, fits=replace(study.fits, series=series))
    assert electrolyte_window(moved) is None


def test_a_circuit_is_told_by_symbols() -> None:
    said = circuit_symbols(Circuit("La_{lead}R1(R_{SE,bulk}Q2)G_{C}"))
    assert "".join(run.text for run in runs(said)) == "LaleadR1(RSE,bulkQ2)GC"
    assert [run.text for run in runs(said) if run.hanging] == ["lead", "1", "SE,bulk", "2", "C"]
