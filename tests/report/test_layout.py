"""What is set on a page stays on it and does not overlap: metrics, flow, light axes, the choice of spectra."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from eisfit.fitting.status import FitStatus
from eisfit.plots.style import style
from eisfit.report import PAGES
from eisfit.report._flow import Column, Gap, Heading, Paragraph, Table, flow
from eisfit.report._ink import Ink, Written
from eisfit.report._light import lighten
from eisfit.report._metrics import ELLIPSIS, shortened, width_of, wrapped
from eisfit.report._protocol import condition
from eisfit.report._sheet import FOOT, MARGIN, Layout, Sheet
from eisfit.report._words import cell_name, numbers, plural, verdicts
from eisfit.report.spectra import ALL_UP_TO, choose
from eisfit.spectrum import Source
from tests.report.conftest import STUDIES
from tests.studies import make_study

TEXTS = st.text(st.characters(codec="latin-1", exclude_categories=["C"]), max_size=300)
KINDS: dict[str, dict[str, Any]] = STUDIES | {
    "long": {"n": 40, "soc": False, "type": "symmetric", "name": "x" * 300},
    "blocking": {"n": 5, "type": "blocking", "record": False},
    "no fit": {"n": 5, "failed": range(5)},
}


@given(TEXTS, st.floats(40, 400), st.floats(5, 15))
def test_wrapped_lines_are_no_wider_than_asked_and_lose_no_letter(text: str, width: float, size: float) -> None:
    lines = wrapped(text, width, size)
    assert all(width_of(line, size) <= width * (1 + 1e-9) for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(TEXTS, st.floats(20, 400))
def test_a_shortened_text_fits_and_keeps_its_ends(text: str, width: float) -> None:
    short = shortened(text, width, 7.0)
    assert width_of(short, 7.0) <= width
    if short != text:
        head, _, tail = short.partition(ELLIPSIS)
        assert text.startswith(head)
        assert text.endswith(tail)


def test_the_measured_width_is_that_of_the_renderer() -> None:
    """The one at hand sets letters to whole pixels, the one of PDF does not."""
    with style():
        figure = Figure()
        text = figure.text(0, 0, "Residuals along the series, 28.3(4) Ω", fontsize=9)
        figure.draw_without_rendering()
        drawn = text.get_window_extent().width * 72 / figure.dpi
    assert width_of(text.get_text(), 9) == pytest.approx(drawn, rel=0.04)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=40))
def test_a_flow_sets_every_line_once_in_order_and_on_the_page(words: list[int]) -> None:
    blocks = [Paragraph(" ".join(f"w{k}x{j}" for j in range(n))) for k, n in enumerate(words)]
    sheets = list(flow(blocks, Layout()))
    said = " ".join(line.text for sheet in sheets for line in sheet.ink.lines)
    assert said.split() == [f"w{k}x{j}" for k, n in enumerate(words) for j in range(n)]
    for sheet in sheets:
        assert all(line.y >= FOOT - 1 for line in sheet.ink.lines)


def test_a_heading_is_not_left_alone_at_the_foot_of_a_page() -> None:
    for gap in range(640, 760, 4):
        sheets = list(flow([Gap(gap), Heading("Title"), Paragraph("text")], Layout()))
        held = [[line.text for line in sheet.ink.lines] for sheet in sheets]
        assert ["Title", "text"] in held


def test_the_head_of_a_table_stands_over_its_rows() -> None:
    table = Table((Column("Name", 1), Column("Value", 1, "right")), [["a", "1"], ["b" * 400, "2"]])
    (sheet,) = flow([table], Layout())
    texts = [line.text for line in sheet.ink.lines]
    assert texts[:4] == ["Name", "Value", "a", "1"]
    assert ELLIPSIS in texts[4]


@pytest.mark.parametrize("kind", KINDS)
def test_texts_of_a_page_stay_on_it_and_do_not_overlap(kind: str) -> None:
    study = make_study(**KINDS[kind])
    with style():
        for page in PAGES:
            for sheet in page.sheets(study, Layout()):
                sheet.stamp(study.series.cell.name, page.TITLE, 7, "eisfit 0.1.0")
                lighten(sheet.figure, sheet.ink)
                boxes = np.array([_box(line) for line in sheet.ink.lines])
                assert boxes[:, :2].min() >= 0, (page.TITLE, _text(sheet, boxes[:, :2].min(axis=1).argmin()))
                assert boxes[:, 2].max() <= sheet.full_width, (page.TITLE, _text(sheet, boxes[:, 2].argmax()))
                assert boxes[:, 3].max() <= sheet.full_height
                assert not _overlaps(sheet, boxes), page.TITLE


def _text(sheet: Sheet, k: int) -> str:
    return sheet.ink.lines[int(k)].text


def _box(line: Written) -> tuple[float, float, float, float]:
    """Left, lower, right, upper end of a line of text, points; a little smaller than the letters."""
    width = width_of(line.text, line.size, bold=line.bold, math=line.math)
    shift = {"left": 0.0, "center": 0.5, "right": 1.0}[line.side] * width
    if line.upright:
        return line.x - 0.6 * line.size, line.y - shift, line.x, line.y - shift + width
    return line.x - shift, line.y, line.x - shift + width, line.y + 0.6 * line.size


def _overlaps(sheet: Sheet, boxes: np.ndarray) -> list[tuple[str, str]]:
    left, low, right, high = (boxes[:, k][:, None] for k in range(4))
    apart = (left >= right.T - 0.3) | (right - 0.3 <= left.T) | (low >= high.T - 0.3) | (high - 0.3 <= low.T)
    return [(_text(sheet, i), _text(sheet, j)) for i, j in np.argwhere(~apart) if i < j]


def test_light_axes_have_the_ticks_and_labels_of_the_heavy_ones() -> None:
    figure = Figure((4, 3))
    ax = figure.add_subplot()
    ax.plot([0, 10], [0, 5])
    ax.set_xlabel("Time (h)")
    ax.set_ylabel("Potential (V)")
    figure.draw_without_rendering()
    expected = {t.get_text() for axis in (ax.xaxis, ax.yaxis) for t in axis.get_ticklabels()}
    inside = {f"{v:g}" for v in range(0, 11, 2)} | {"0", "1", "2", "3", "4", "5"}
    ink = Ink()
    lighten(figure, ink)
    texts = {line.text for line in ink.lines}
    assert {"Time (h)", "Potential (V)"} <= texts
    assert texts - {"Time (h)", "Potential (V)"} == inside & expected
    assert not ax.xaxis.get_visible()
    (y,) = (line for line in ink.lines if line.upright)
    assert y.text == "Potential (V)"


def test_short_series_are_shown_whole_and_long_ones_by_their_telling_spectra() -> None:
    assert [c.spectrum for c in choose(make_study(n=5), None)] == list(range(5))
    study = make_study(n=90, failed=[40], shorts=[60, 61])
    worst = int(np.nanargmax(study.fits.rms))
    chosen = choose(study, None)
    index = [c.spectrum for c in chosen]
    assert len(index) == ALL_UP_TO
    assert index == sorted(set(index))
    assert {0, 89, 40, 60, worst} <= set(index)
    assert all(c.why for c in chosen)
    assert len(choose(study, True)) == 90


def test_few_spectra_can_be_asked_for() -> None:
    assert len(choose(make_study(n=5), False)) == 5


def test_a_series_of_failures_still_shows_its_ends() -> None:
    study = make_study(n=60)
    fits = replace(study.fits, status=(FitStatus.STALLED,) * 60)
    index = [c.spectrum for c in choose(replace(study, fits=fits), None)]
    assert {0, 59} <= set(index)
    assert len(index) == ALL_UP_TO


@pytest.mark.parametrize(
    ("index", "text"),
    [([3], "no. 4"), ([0, 1], "no. 1, 2"), ([4, 0, 1, 2], "no. 1 to 3, 5"), (range(0, 40, 2), "no. 1, 3, 5, 7, 9, 11")],
)
def test_spectra_are_named_by_their_numbers_from_one(index: Any, text: str) -> None:
    assert numbers(index).startswith(text)


def test_plurals_of_the_field() -> None:
    assert plural(1, "judged spectrum") == "1 judged spectrum"
    assert plural(2, "judged spectrum") == "2 judged spectra"
    assert plural(2, "fit") == "2 fits"


def test_the_margins_are_kept_by_running_text() -> None:
    (sheet,) = flow([Paragraph("word " * 200)], Layout())
    for line in sheet.ink.lines:
        assert line.x >= MARGIN
        assert line.x + width_of(line.text, line.size) <= sheet.full_width - MARGIN + 1e-6


def test_the_temperatures_of_the_spectra_stand_for_that_of_the_cell() -> None:
    study = make_study(n=3, geometry=False)
    bare = study.series.with_(cell=replace(study.series.cell, temperature_C=None))
    for logged, text in (((None,) * 3, None), ((25.0, None, 25.0), "25"), ((20.0, 0.0, -40.0), "−40 to 20")):
        spectra = tuple(
            s.with_(conditions=replace(s.conditions, temperature_C=c)) for s, c in zip(bare, logged, strict=True)
        )
        assert condition(replace(study, series=bare.with_(spectra=spectra)), "temperature_C") == text


def test_a_cell_without_a_name_is_known_by_its_files() -> None:
    study = make_study(n=3)
    nameless = study.series.with_(cell=replace(study.series.cell, name=None))
    for files, text in ((("a", "a", "a"), "a.mpt"), (("a", "b", "c"), "a.mpt and 2 more files")):
        spectra = tuple(
            s.with_(source=Source(path=f"there/{f}.mpt", reader="table", sweep=k, sha256=""))
            for k, (s, f) in enumerate(zip(nameless, files, strict=True))
        )
        assert cell_name(replace(study, series=nameless.with_(spectra=spectra))) == text


def test_parameters_at_a_bound_are_named_in_the_verdict() -> None:
    study = make_study(n=4)
    assert not any("bound of the search" in v.sentence for v in verdicts(study))
    bound = np.zeros_like(study.fits.at_bound)
    bound[1:3, study.fits.names.index("Q_GB_n")] = True
    held = replace(study, fits=replace(study.fits, at_bound=bound))
    assert any("Q_GB_n in 2 (no. 2, 3)" in v.sentence for v in verdicts(held))
