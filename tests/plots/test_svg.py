"""Figures as SVG: ticks, texts and curves are those that matplotlib would draw."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from io import BytesIO
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from eisfit.plots.style import style
from eisfit.plots.svg import _circle, drawn, width_of

SVG = "{http://www.w3.org/2000/svg}"


def tree(figure: Figure) -> ET.Element:
    with style():
        return ET.fromstring(drawn(figure))


def texts(root: ET.Element) -> list[str]:
    return ["".join(t.itertext()) for t in root.iter(f"{SVG}text")]


def square() -> tuple[Figure, Any]:
    figure = Figure((4, 3), dpi=72)
    return figure, figure.add_axes((0.2, 0.2, 0.6, 0.6))


def test_the_measured_width_is_that_of_the_renderer() -> None:
    """The one at hand sets letters to whole pixels, the one of the page does not."""
    with style():
        figure = Figure()
        text = figure.text(0, 0, "Residuals along the series, 28.3(4) Ω", fontsize=9)
        figure.draw_without_rendering()
        known = text.get_window_extent().width * 72 / figure.dpi
        assert width_of(text.get_text(), 9) == pytest.approx(known, rel=0.04)
        assert width_of("Resistances", 9, bold=True) > width_of("Resistances", 9)


def test_light_axes_have_the_ticks_and_labels_of_the_heavy_ones() -> None:
    with style():
        figure, ax = square()
        ax.plot([0, 10], [0, 5])
        ax.set_xlabel("Time (h)")
        ax.set_ylabel("Potential (V)")
    with style():
        ax.set_xticks(range(0, 11, 2))
        ax.set_yticks(range(0, 6))
        figure.draw_without_rendering()
    expected = {t.get_text() for axis in (ax.xaxis, ax.yaxis) for t in axis.get_ticklabels()}
    root = tree(figure)
    assert set(texts(root)) - {"Time (h)", "Potential (V)"} == expected
    turned = [t for t in root.iter(f"{SVG}text") if "rotate" in t.get("transform", "")]
    assert ["".join(t.itertext()) for t in turned] == ["Potential (V)"]


def test_curves_and_markers_lie_where_their_data_are() -> None:
    figure, ax = square()
    ax.set_xlim(0, 10)
    ax.set_ylim(0, 5)
    ax.plot([2, 6], [1, 4], "s-", ms=2, lw=3, color="#112233")
    root = tree(figure)
    box = (0.2 * 288, 0.2 * 216, 0.6 * 288, 0.6 * 216)
    x = [box[0] + v / 10 * box[2] for v in (2, 6)]
    y = [216 - box[1] - v / 5 * box[3] for v in (1, 4)]
    lines = [p for p in root.iter(f"{SVG}path") if p.get("stroke") == "#112233" and p.get("stroke-width") == "3"]
    ends = np.array(re.findall(r"-?[\d.]+", lines[0].get("d", "")), float).reshape(-1, 2)
    assert ends == pytest.approx(np.column_stack([x, y]), abs=0.01)
    (marks,) = (p for p in root.iter(f"{SVG}path") if p.get("fill") == "#112233")
    corners = np.array(re.findall(r"-?[\d.]+", marks.get("d", "")), float).reshape(-1, 4, 2)
    assert corners.mean(axis=1) == pytest.approx(np.column_stack([x, y]), abs=0.01)


def test_what_leaves_the_axes_is_cut_and_nothing_else_is() -> None:
    figure, ax = square()
    ax.plot([0, 1], [0, 1], color="#111111")
    ax.plot([0, 9], [0, 9], color="#222222")
    ax.set_xlim(-1, 2)
    ax.set_ylim(-1, 2)
    clipped = {p.get("stroke"): p.get("clip-path") for p in tree(figure).iter(f"{SVG}path")}
    assert clipped["#111111"] is None
    assert clipped["#222222"] is not None


def test_values_that_are_not_there_break_a_curve() -> None:
    figure, ax = square()
    ax.plot([0, 1, 2, 3, 4], [0, 1, np.nan, 1, 0], "o-", color="#445566", ms=3)
    paths = [p.get("d", "") for p in tree(figure).iter(f"{SVG}path") if p.get("stroke") == "#445566"]
    assert [d.count("M") for d in paths] == [2, 4]
    assert "nan" not in "".join(paths)


def test_a_symbol_hangs_its_subscript_and_comes_up_again() -> None:
    figure, ax = square()
    ax.set_axis_off()
    ax.text(0.5, 0.5, r"$R_\mathrm{GB}$ & <b>", fontsize=10)
    (text,) = tree(figure).iter(f"{SVG}text")
    assert "".join(text.itertext()) == "RGB & <b>"
    shifts = [float(span.get("dy", 0)) for span in text]
    assert shifts[1] > 0
    assert sum(shifts) == pytest.approx(0)


def test_pixels_come_out_right_side_up() -> None:
    figure, ax = square()
    ax.set_axis_off()
    ax.imshow(np.array([[0.0, 0.0], [1.0, 1.0]]), cmap="gray", aspect="auto", interpolation="nearest")
    (image,) = tree(figure).iter(f"{SVG}image")
    data = image.get("href", "").partition(",")[2]
    pixels = matplotlib.image.imread(BytesIO(base64.b64decode(data)))
    assert pixels[2, 5, 0] < 0.1
    assert pixels[-3, 5, 0] > 0.9
    assert float(image.get("y", 0)) == pytest.approx(0.2 * 216, abs=1.5)


def test_a_label_at_the_edge_of_the_figure_stays_inside() -> None:
    figure = Figure((4, 3), dpi=72)
    ax = figure.add_axes((0.0, 0.2, 1.0, 0.3))
    ax.set_xlim(0, 1)
    ax.set_xticks([0, 1], ["0.000000001", "1.000000001"])
    ax.set_yticks([])
    ax.set_xlabel("x")
    with style():
        for text in tree(figure).iter(f"{SVG}text"):
            half = width_of("".join(text.itertext()), float(text.get("font-size", 0))) / 2
            assert half - 0.01 <= float(text.get("x", 0)) <= 288 - half + 0.01


def test_a_circle_is_round_and_a_point_that_is_there_twice_is_written_once() -> None:
    edge = [float(number) for number in re.findall(r"-?[0-9.]+", _circle(10.0, 20.0, 3.0))]
    first, *curves = np.array(edge).reshape(-1, 2)
    t = np.linspace(0, 1, 50)[:, None]
    for a, b, c, d in ((first, *curves[:3]), (curves[2], *curves[3:])):
        points = a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t**2 * (1 - t) + d * t**3
        assert np.abs(np.hypot(*(points - [10, 20]).T) - 3).max() < 0.02 * 3
    figure = Figure(figsize=(1, 1))
    figure.add_axes((0, 0, 1, 1)).fill([0, 1, 1, 1, 1, 0.5], [0, 0, 0.5, 0.5, 0.5, 1])
    (data,) = re.findall(r'<path d="([^"]*)" fill="#1f77b4"', drawn(figure).decode())
    assert len(data.split()) == 2 * 4 + 1, "four places, and closed"
