"""Nyquist plots and stacks: equal axes, points where they were measured, arcs and their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from eisfit import plots
from eisfit.circuit import Circuit
from eisfit.numbers import power_of_ten
from eisfit.plots.branches import place_text
from eisfit.plots.nyquist import arcs_of, at_frequency, ohm_scale
from eisfit.plots.stack import stack_of, telling_frequencies
from eisfit.plots.trends import arc_colors, look_of
from eisfit.spectrum import Spectrum
from eisfit.tracking import track
from tests.plots.common import STUDY, assert_equal, axes, curves, exact
from tests.studies import make_study

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
    first, second = (arc.curve for arc in arcs_of(exact(circuit, spectrum)))
    np.testing.assert_allclose(
        [first[0].real, first[-1].real, second[0].real, second[-1].real], [10, 30, 30, 70], atol=0.1
    )
    assert -first.imag.min() == pytest.approx(10, rel=0.01)
    assert -second.imag.min() == pytest.approx(20, rel=0.01)


def test_a_tail_leaves_room_for_a_close_up_of_the_arc() -> None:
    circuit = Circuit("R0-p(R1,C1)-CPE1").with_(R0=10, R1=20, C1=1e-7, Q1=1e-6, Q1_n=0.95)
    f = np.logspace(6, -2, 57)
    ax = plots.plot_nyquist(axes(), exact(circuit, Spectrum(f, circuit.impedance(f))))
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
    nothing = complex(np.nan, np.nan)
    leaks = STUDY.track.flagged("suspect_short")
    z = np.array([nothing if k in leaks else at_frequency(s, 10.0) for k, s in enumerate(STUDY.series)])
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


def test_a_flat_arc_far_from_the_origin_fills_its_frame() -> None:
    z = 100 + 20 / (1 + 2j * np.pi * STUDY.series[0].frequency * 1e-3)
    ax = plots.plot_nyquist(axes(4, 2), Spectrum(STUDY.series[0].frequency, z))
    low, high = ax.get_xlim()
    assert 95 < low < 100
    assert 120 < high < 126


def test_names_of_decades_lie_over_no_point_and_within_the_frame() -> None:
    ax = plots.plot_nyquist(axes(2.4, 1.2), STUDY.fits[0])
    points = ax.transData.transform(np.column_stack([STUDY.series[0].impedance.real, -STUDY.series[0].impedance.imag]))
    scale, box = 72 / ax.figure.dpi, ax.get_window_extent()
    names = [text for text in ax.texts if text.get_text().startswith("10")]
    assert names
    for name in names:
        at = ax.transData.transform(name.xy) * scale + np.array(name.xyann)
        away = np.abs(points * scale - at)
        assert not ((away[:, 0] < 5) & (away[:, 1] < 3)).any(), name.get_text()
        assert box.x0 * scale < at[0] < box.x1 * scale
        assert box.y0 * scale < at[1] < box.y1 * scale


def test_an_arc_has_the_colour_of_its_role() -> None:
    colors = arc_colors(STUDY, 0)
    ax = plots.plot_nyquist(axes(), STUDY.fits[0], colors=colors)
    (filled,) = (c for c in ax.collections if c.get_facecolor().size)
    shown = {to_hex(color) for color in filled.get_facecolor()}
    assert shown <= {look_of(STUDY, role).color for role in STUDY.track.assigned}
    assert colors["R_Int"] == look_of(STUDY, "R_Int").color


def test_the_points_that_a_stack_joins_lie_beside_the_arc_of_the_interface_or_at_the_apexes() -> None:
    assert telling_frequencies(make_study(n=4)) == (10.0, 0.04)
    quick = make_study(n=4)
    values = quick.fits.values.copy()
    values[:, quick.fits.names.index("Q_Int")] /= 1000  # the apex goes from 3 Hz to about 20 kHz
    fits = replace(quick.fits, values=values)
    found = telling_frequencies(replace(quick, fits=fits, track=track(fits)))
    assert found == (1e6, 1e4)


def test_the_name_of_a_decade_stands_nearest_to_its_own_point() -> None:
    for n in (4, 12):
        study = make_study(n=n)
        for fit in (study.fits[i] for i in range(n)):
            ax = plots.plot_nyquist(axes(2.4, 1.4), fit, near=True)
            to_points = 72 / ax.figure.dpi
            marks = [t for t in ax.texts if t.get_text().startswith("10")]
            (dots,) = (line for line in ax.lines if line.get_marker() == "o" and line.get_markersize() == 3)
            places = ax.transData.transform(dots.get_xydata()) * to_points
            for text in marks:
                at = ax.transData.transform(text.xy) * to_points
                away = np.linalg.norm(places - (at + text.get_position()), axis=1)
                np.testing.assert_allclose(places[away.argmin()], at, atol=1e-6)
