"""Texts that the report sets itself: pieces of a line, widths, fonts that hold what is used and no more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from eisfit.plots.labels import parameter_symbols, role_symbol
from eisfit.plots.style import style
from eisfit.report._face import BOLD, ITALIC, UPRIGHT, face_of
from eisfit.report._ink import SUBSCRIPT, runs
from eisfit.report._metrics import width_of
from eisfit.report._pdf import Chapter, write_pages
from eisfit.report._protocol import instrument, protocol
from eisfit.report._sheet import Layout, Sheet
from eisfit.spectrum import Source
from tests.studies import make_study


def test_a_symbol_leans_and_its_subscript_stands_below() -> None:
    (head, tail, unit) = runs(f"{role_symbol('R_SE_bulk')} (Ω)", math=True)
    assert (head.text, head.face, head.size) == ("R", ITALIC, 1.0)
    assert (tail.text, tail.face, tail.size) == ("SE,bulk", UPRIGHT, SUBSCRIPT)
    assert tail.drop > 0
    assert (unit.text, unit.face, unit.drop) == (" (Ω)", UPRIGHT, 0.0)


def test_signs_of_a_label_come_out_as_they_were() -> None:
    assert "".join(r.text for r in runs(role_symbol("R_a"), math=True)) == "Ra"
    circuit = make_study(n=1).fits.circuit
    assert {"".join(r.text for r in runs(s, math=True)) for s in parameter_symbols(circuit).values()} >= {"nGB", "QD"}
    assert [r.text for r in runs(r"$R_\mathrm{50\%~\$a\_b}$ and \$", math=True)] == ["R", "50% $a_b", " and $"]


def test_bold_is_wider_than_upright() -> None:
    with style():
        assert width_of("Resistances", 9, bold=True) > width_of("Resistances", 9)
        assert face_of(BOLD).name == "DejaVuSans-Bold"


def test_a_font_that_cannot_be_set_gives_way_to_ours() -> None:
    with style(), matplotlib.rc_context({"font.family": ["STIXSizeOneSym"]}):
        assert face_of(UPRIGHT).path.endswith(".ttf")


@given(st.text(st.characters(codec="latin-1", exclude_categories=["C", "Z"]), min_size=1, max_size=40))
def test_what_is_set_can_be_copied_again(text: str) -> None:
    with style():
        sheet = Sheet(Layout())
        sheet.text(0, 100, text)
        with TemporaryDirectory() as folder:
            write_pages([Chapter("t", [sheet])], Path(folder) / "a.pdf", cell="c", program="p")
            assert text in PdfReader(Path(folder) / "a.pdf").pages[0].extract_text()


def test_fonts_are_embedded_as_subsets(tmp_path: Path) -> None:
    with style():
        sheet = Sheet(Layout())
        sheet.text(0, 100, "abc")
        write_pages([Chapter("t", [sheet])], tmp_path / "a.pdf", cell="c", program="p")
    page = PdfReader(tmp_path / "a.pdf").pages[0]
    (font,) = (f.get_object() for f in page["/Resources"]["/Font"].values())
    assert font["/BaseFont"][7:8] == "+"
    (descendant,) = (d.get_object() for d in font["/DescendantFonts"])
    assert len(descendant["/FontDescriptor"]["/FontFile2"].get_data()) < 20_000


def test_the_protocol_counts_steps_and_rests() -> None:
    said = protocol(make_study(n=12))
    assert said.startswith("6 steps of negative current (−0.32 mA, median 30 min); 6 steps of positive current")
    assert "12 rests" in said
    assert protocol(make_study(n=2, record=False)) == ""


def test_the_instrument_is_named_by_its_maker() -> None:
    study = make_study(n=2)
    assert instrument(study) == "eclab"
    spectra = [s.with_(source=Source(path="a.mpt", reader="eclab-text")) for s in study.series]
    named = replace(study, series=study.series.with_(spectra=spectra))
    assert instrument(named) == "BioLogic (eclab-text)"
