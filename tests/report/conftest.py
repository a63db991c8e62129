"""Studies and the reports made of them, once for all tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader

from eisfit.report import write_report
from eisfit.study import Study
from tests.studies import make_study

LONG = "A cell with a very long name that somebody thought to be a good idea at the end of a long day in the laboratory"
STUDIES = {
    "one": {"n": 1},
    "three": {"n": 3, "soc": False, "directions": False, "record": False, "geometry": False},
    "usual": {"n": 12, "failed": [3], "shorts": [8, 9], "skipped": 11, "name": LONG},
}


@dataclass(frozen=True)
class Made:
    """A study, its report, and the text of every page."""

    study: Study
    path: Path
    reader: PdfReader
    pages: list[str]

    @property
    def text(self) -> str:
        """All text, lines joined."""
        return " ".join(" ".join(self.pages).split())


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """Reports of one spectrum, of three without conditions, of twelve with a failed fit and suspected shorts."""
    out = {}
    for name, kind in STUDIES.items():
        study = make_study(**kind)
        path = write_report(study, tmp_path_factory.mktemp(name) / "report.pdf")
        pages = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(path)]
        out[name] = Made(study, path, PdfReader(path, strict=True), pages)
    return out
