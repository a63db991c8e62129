"""What moves along the series."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex

from eisfit import plots
from eisfit.fitting.smooth import Smoothed
from eisfit.plots.branches import axis_of, by_direction, runs, thinned
from eisfit.plots.record import envelope
from eisfit.spectrum import Cell, Conditions, Series, Spectrum
from tests.plots.common import STUDY, axes
from tests.studies import make_study

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
