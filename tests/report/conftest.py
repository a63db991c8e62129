"""Studies and the reports made of them, once for all tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader

from eisfit.analysis import analyse
from eisfit.report import write_report
from eisfit.spectrum import Cell
from eisfit.study import Study
from tests.studies import make_study

LONG = "A cell with a very long name that somebody thought to be a good idea at the end of a long day in the laboratory"
STUDIES = {
    "one": {"n": 1},
    "three": {"n": 3, "soc": False, "directions": False, "record": False, "geometry": False},
    "usual": {"n": 12, "failed": [3], "shorts": [8, 9], "skipped": 11, "name": LONG},
}

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
MEASURED: dict[str, tuple[str, dict[str, Any]]] = {
    "speis/Hem1_EIS_dark.mpt": ("R(RQ)", {}),
    "hybrid-drt/PEIS_LPSCl_IonBlocking_-25C.mpr": ("R(RQ)(RQ)Q", {"type": "blocking"}),
    "hybrid-drt/Sample2_PEIS_AtRest.csv": ("assb", {}),
    "hybrid-drt/PEIS_SSB.mpr": ("assb", {}),
    "espoupou/AB_ESP3*": ("assb", {}),
    "mendeley/b02_temp6": ("li-ion", {}),
    "pyeis": ("randles-cpe", {}),
    "zahner/0*": ("R(RQ)", {}),
    "eisfitpython/s04*": ("(RQ)(RQ)Q", {}),
    "impedance-analyzer/*.csv": ("R(RQ)(RQ)", {}),
    "bayes-drt/Z_2ZARC*": ("R(RQ)(RQ)", {}),
    "autoeis/data.xlsx": ("R(RQ)", {}),
    "zhang2020/*01.txt": ("li-ion", {}),
}
"""Measured files: a circuit for each, and what is to be said of the cell."""


def long_study(name: str, data: Path) -> Study:
    """A sample, a simulated series that is long, in milliohm or of a pellet, or measured files."""
    if name in MEASURED:
        circuit, about = MEASURED[name]
        return analyse(sorted(data.glob(name)), circuit=circuit, cell=Cell(**about), settings=False)
    return make_study(**WIDE[name]) if name in WIDE else analyse([SAMPLES / name])


WIDE: dict[str, dict[str, Any]] = {
    "300 spectra": {"n": 300},
    "milliohm": {"n": 12, "scale": 1e-3},
    "kiloohm": {"n": 5, "scale": 3e4, "record": False},
    "blocking": {"n": 5, "type": "blocking", "record": False},
    "no fit": {"n": 5, "failed": range(5)},
    "long name": {"n": 40, "soc": False, "type": "symmetric", "name": "x" * 300},
}


@dataclass(frozen=True)
class Made:
    """A study, its report, and the text of every page."""

    study: Study
    path: Path
    document: pdfium.PdfDocument
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
        document = pdfium.PdfDocument(path)
        pages = [page.get_textpage().get_text_range() for page in document]
        out[name] = Made(study, path, document, PdfReader(path, strict=True), pages)
    return out
