"""The overview over several cells: every cell is there, also one without a result; two runs give the same bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from eisfit.errors import OptionError
from eisfit.export import CellResult, write_study
from eisfit.plots.branches import sound
from eisfit.report import publish_overview
from eisfit.tables import extent
from tests.studies import make_study


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[CellResult]:
    folder = tmp_path_factory.mktemp("lab")
    found = [CellResult("missing", None, "the folder is empty")]
    for name, kind in {"half": {"n": 4}, "leaky": {"n": 8, "shorts": [5, 6, 7], "name": "x" * 200}}.items():
        found.append(CellResult(name, write_study(make_study(**kind), folder / f"{name}.json")))
    return found


def test_every_cell_has_its_resistances_and_its_verdict(results: list[CellResult], tmp_path: Path) -> None:
    reader = PdfReader(publish_overview(results, tmp_path / "overview.pdf", paper="letter"), strict=True)
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == [
        "Cells",
        "Ranges of the resistances",
        "Resistances along the series",
    ]
    text = " ".join(pages)
    assert "Overview of 3 cells" in pages[0]
    assert "No result: the folder is empty" in pages[0]
    assert "short in 3 of 8 spectra (no. 6 to 8)" in pages[0]
    assert "No new leak in 4 judged spectra" in pages[0]
    courses = text.rpartition("Resistances along the series")[2]
    assert all(name in pages[0] for name in ("missing", "half", "leaky"))
    assert "half" in courses
    assert "leaky" in courses
    assert "missing" not in courses
    assert reader.pages[0].mediabox.width == pytest.approx(612)


def test_the_same_cells_give_the_same_bytes(results: list[CellResult], tmp_path: Path) -> None:
    one, other = (publish_overview(results[:2], tmp_path / f"{k}.pdf").read_bytes() for k in range(2))
    assert one == other


def test_cells_without_any_result_still_have_an_overview(tmp_path: Path) -> None:
    path = publish_overview([CellResult("a", None, "nothing"), CellResult("b", None, "nothing")], tmp_path / "o.pdf")
    assert len(PdfReader(path).pages) == 1


def test_an_unknown_paper_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="a4, letter"):
        publish_overview([], tmp_path / "o.pdf", paper="a5")


def test_values_under_a_leak_are_not_those_of_the_cell() -> None:
    study = make_study(n=8)
    shorts = study.track.shorts
    assert shorts is not None
    levels = tuple("soft" if i > 4 else "ok" for i in range(8))
    leaky = replace(study, track=replace(study.track, shorts=replace(shorts, level=levels)))
    assert sound(leaky, np.arange(8)).tolist() == [0, 1, 2, 3, 4]
    for q in leaky.quantities():
        found = extent(q)
        assert {found.lowest, found.highest, found.first, found.last} <= {*range(5)}
