"""The figures of a paper as files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from eisfit.errors import OptionError
from eisfit.figures import FIGURES, ONE, TWO, write_figures
from eisfit.plots import style
from tests.studies import make_study

KIND = {"n": 6}
MM = 72 / 25.4
WIDTH = re.compile(r'<svg[^>]* width="([\d.]+)pt"')


def test_every_figure_that_applies_is_written_at_the_width_of_one_or_two_columns(tmp_path: Path) -> None:
    paths = write_figures(make_study(**KIND), tmp_path / "svg", "svg")
    assert [p.name for p in paths] == [f"figure-{name}.svg" for name in FIGURES]
    assert sorted(p.name for p in (tmp_path / "svg").iterdir()) == sorted(p.name for p in paths)
    (page_path,) = write_figures(make_study(**KIND), tmp_path, "pdf", only=["stacked-nyquist"])
    (page,) = PdfReader(page_path, strict=True).pages
    assert "Re Z (Ω)" in page.extract_text()
    drawn = [float(WIDTH.findall(path.read_text(encoding="utf-8"))[0]) for path in paths]
    for width in (*drawn, float(page.mediabox.width)):
        assert min(abs(width / MM - known) for known in (ONE, TWO)) < 0.1


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_of_a_figure_is_cut_at_its_edge(name: str) -> None:
    with style():
        figure = FIGURES[name](make_study(n=9, failed=[3], shorts=[6, 7]))
        assert figure is not None
        figure.draw_without_rendering()
        drawn = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert min(drawn.x0, drawn.y0) > -0.01
    assert drawn.x1 < width + 0.01
    assert drawn.y1 < height + 0.01


def test_a_single_spectrum_has_no_figures_along_a_series(tmp_path: Path) -> None:
    names = {p.stem for p in write_figures(make_study(n=1, record=False), tmp_path, "svg")}
    assert "figure-first-spectrum" in names
    assert not names & {"figure-nyquist", "figure-kramers-kronig", "figure-voltage", "figure-short-score"}


@pytest.mark.parametrize("format", ["svg", "pdf", pytest.param("png", marks=pytest.mark.long)])
def test_the_same_study_gives_the_same_figures(tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    few = {name: FIGURES[name] for name in (("resistances", "circuit") if format == "svg" else ("resistances",))}
    monkeypatch.setattr("eisfit.figures.FIGURES", few)
    first = [p.read_bytes() for p in write_figures(make_study(**KIND), tmp_path / "a", format)]
    second = [p.read_bytes() for p in write_figures(make_study(**KIND), tmp_path / "b", format)]
    assert len(first) == len(few)
    assert first == second
    if format == "svg":
        assert "State of charge" in first[0].decode(), "text stays text"


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="svg, png, pdf"):
        write_figures(make_study(**KIND), tmp_path / "out", "gif")
    assert not (tmp_path / "out").exists()


def test_single_figures_are_written_by_the_names_of_what_they_show(tmp_path: Path) -> None:
    names = ["R_Int", "Q_GB_n", "circuit"]
    paths = write_figures(make_study(**KIND), tmp_path, "svg", only=names)
    assert [p.name for p in paths] == [f"figure-{name}.svg" for name in names]
    drawn = (tmp_path / "figure-R_Int.svg").read_text(encoding="utf-8")
    assert "discharge" in drawn
    assert "State of charge" in drawn


def test_a_figure_of_another_name_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"no figure R_int: did you mean R_Int\? There are stacked-nyquist.*R_Int"):
        write_figures(make_study(**KIND), tmp_path / "out", "svg", only=["R_int"])
    with pytest.raises(OptionError, match="nothing to draw in the figure voltage"):
        write_figures(make_study(n=3, record=False), tmp_path / "out", "svg", only=["voltage"])
    assert not list(tmp_path.rglob("*.svg"))
