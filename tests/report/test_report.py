"""The report as a file: what can be read in it, its outline, its bytes, and how it comes to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from eisfit.errors import OptionError, OutputError
from eisfit.export.guard import is_ours
from eisfit.fitting.status import FitStatus
from eisfit.numbers import with_error
from eisfit.report import PAGES, nyquist, summary, write_report
from eisfit.report._document import Block, Layout, Paragraph
from eisfit.spectrum import Spectrum
from eisfit.study import Study
from eisfit.verdicts import verdicts
from tests.report.conftest import LONG, STUDIES, Made
from tests.studies import make_study


@pytest.fixture(params=STUDIES)
def made(request: pytest.FixtureRequest, reports: dict[str, Made]) -> Made:
    return reports[request.param]


def titles(reader: PdfReader) -> list[str]:
    """The first level of the outline."""
    return [str(entry.title) for entry in reader.outline if not isinstance(entry, list)]


def test_every_page_says_the_cell_its_title_and_its_number(made: Made) -> None:
    for number, text in enumerate(made.pages, start=1):
        assert f"page {number}" in text
        assert "eisfit 0.1.0" in text
        assert made.study.series.cell.name[:20] in " ".join(text.split())
        assert any(page.TITLE in text for page in PAGES)


def test_the_outline_names_the_pages_in_their_order(made: Made) -> None:
    found = titles(made.reader)
    assert found == [page.TITLE for page in PAGES if page.TITLE in found]
    assert ("Spectra along the series" in found) == (len(made.study.series) > 1)
    assert {"Summary", "All parameters", "Quality", "Methods", "Provenance"} <= set(found)
    assert ("Single spectra" in found) == (len(made.study.series) > 1), "one spectrum is on the first page"
    for entry in made.reader.outline:
        if not isinstance(entry, list):
            page = made.reader.get_destination_page_number(entry)
            assert entry.title in made.pages[page]


def test_pages_without_anything_to_say_step_aside(reports: dict[str, Made]) -> None:
    assert "Resistances" not in titles(reports["one"].reader)
    assert "Shorts" not in titles(reports["three"].reader)
    assert {"Resistances", "All parameters", "Shorts"} <= set(titles(reports["usual"].reader))


def test_the_title_and_the_date_of_the_data_are_in_the_metadata(made: Made) -> None:
    info = made.reader.metadata
    assert info is not None
    assert info.title == f"Impedance report: {made.study.series.cell.name}"
    assert info.author == "eisfit 0.1.0"
    assert str(info.creation_date).startswith("2024-05-06 10:00:00"), "when the last spectrum with a time began"
    assert b"pdfaid" in made.path.read_bytes(), "with a date it is PDF/A as well"
    assert is_ours(made.path)


def test_every_font_is_embedded_and_tells_its_letters(made: Made) -> None:
    fonts = list(_fonts(made.reader))
    assert fonts
    for font in fonts:
        (below,) = font["/DescendantFonts"]
        assert "/FontFile2" in below.get_object()["/FontDescriptor"]
        assert "/ToUnicode" in font


def _fonts(reader: PdfReader) -> Iterator[Any]:
    for page in reader.pages:
        resources = page["/Resources"]
        assert isinstance(resources, DictionaryObject)
        for font in resources["/Font"].values():
            yield font.get_object()


def test_the_key_numbers_are_there_with_errors_and_units(reports: dict[str, Made]) -> None:
    made = reports["usual"]
    role = made.study.track.roles["R_Int"]
    assert f"{with_error(role.value[0], role.stderr[0])}" in made.pages[0]
    assert "Ω" in made.pages[0]
    assert "mS/cm" in made.pages[0]
    assert "1.267 cm²" in made.pages[0]


def test_what_is_wrong_stands_on_the_first_page(reports: dict[str, Made]) -> None:
    text = " ".join(reports["usual"].pages[0].split())
    assert "Suspected short in 2 of 12 spectra (no. 9, 10)" in text
    assert "1 of 12 fits did not converge (no. 4" in text
    assert "Not resolved: RSE,bulk in 3" in text.replace("R SE", "RSE")
    assert "11 inputs could not be read" in text
    whole = reports["usual"].text
    assert "data/broken_07.mpt: the column freq/Hz is missing" in whole
    assert "and 3 more under Provenance" in whole


def test_every_skipped_input_is_named_somewhere(reports: dict[str, Made]) -> None:
    for j in range(11):
        assert f"broken_{j:02d}.mpt" in reports["usual"].text


def test_what_is_not_known_is_said(reports: dict[str, Made]) -> None:
    text = reports["three"].text
    assert "Not stated: area, thickness, mass, capacity, temperature, pressure." in text
    assert "Without area and thickness of the electrolyte there is no conductivity." in text
    assert "The potentials of the spectra are not known" in text
    assert "Protocol: not known, there is no cycling record." in text
    assert "Shorts were not judged" in text


def test_a_good_study_is_said_to_be_good() -> None:
    said = verdicts(make_study(n=5, record=False))
    assert {verdict.tone for verdict in said} == {"plain", "calm"}, "that no leak is new proves no absence of one"
    text = " ".join(verdict.sentence for verdict in said)
    assert "No new leak in 5 judged spectra" in text
    assert "All 5 fits converged" in text
    assert "Every resistance is resolved" in text


def test_a_spectrum_without_a_fit_says_why(reports: dict[str, Made]) -> None:
    assert "no fit" in reports["usual"].text
    assert FitStatus.NON_FINITE.sentence.rstrip(".") in reports["usual"].text


def test_methods_state_the_definitions_and_the_equations(reports: dict[str, Made]) -> None:
    text = reports["usual"].text
    for piece in ("cost / (2F − P)", "1/|Z| with the measured modulus", "1 / (Q sⁿ)", "Brug et al.", "eisfit 0.1.0"):
        assert piece in text
    for flag in {flag for flags in reports["usual"].study.track.flags for flag in flags}:
        assert flag in text.partition("Definitions")[2]
    used = int(reports["usual"].study.fits.points_used.sum())
    assert f"{used} of {12 * 57} points were used" in text


def test_provenance_holds_files_with_their_hashes_and_the_command(reports: dict[str, Made]) -> None:
    made = reports["usual"]
    last = made.text.rpartition("Command")[2]
    assert "eisfit fit si-half-cell -c assb" in last
    for source in {s.source for s in made.study.series if s.source}:
        assert source.sha256 in "".join(last.split())


def test_points_that_do_not_count_are_listed_with_their_reason(reports: dict[str, Made]) -> None:
    assert "Points that do not count" in reports["usual"].text
    assert "Kramers–Kronig residual above 4 sigma" in reports["usual"].text


# the file


def test_the_same_study_gives_the_same_bytes_anywhere(reports: dict[str, Made], tmp_path: Path) -> None:
    again = write_report(make_study(**STUDIES["one"]), tmp_path / "elsewhere" / "other.pdf")
    assert again.read_bytes() == reports["one"].path.read_bytes()


@pytest.fixture
def only_the_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports of one page, for what concerns the file alone."""
    monkeypatch.setattr("eisfit.report.PAGES", (summary,))


@pytest.mark.usefixtures("only_the_summary")
def test_a_date_is_given_from_outside_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    info = PdfReader(write_report(make_study(n=1), tmp_path / "report.pdf")).metadata
    assert info is not None
    assert info.creation_date is not None
    assert info.creation_date.timestamp() == 1700000000


@pytest.mark.usefixtures("only_the_summary")
def test_letter_paper_is_letter_paper(tmp_path: Path) -> None:
    box = PdfReader(write_report(make_study(n=1), tmp_path / "r.pdf", paper="letter")).pages[0].mediabox
    assert (float(box.width), float(box.height)) == (612, 792)


def test_an_unknown_paper_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="a4, letter"):
        write_report(make_study(n=1), tmp_path / "out" / "r.pdf", paper="foolscap")
    assert not (tmp_path / "out").exists()


def test_a_report_that_fails_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(study: Study, layout: Layout) -> Iterator[Block]:
        yield Paragraph("well")
        raise MemoryError

    page = ModuleType("broken")
    page.TITLE, page.blocks = "Broken", broken  # type: ignore[attr-defined]
    monkeypatch.setattr("eisfit.report.PAGES", (page,))
    path = tmp_path / "report.pdf"
    path.write_bytes(b"the old one")
    with pytest.raises(MemoryError):
        write_report(make_study(n=1), path)
    assert path.read_bytes() == b"the old one"
    assert [p.name for p in tmp_path.iterdir()] == ["report.pdf"]


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_report(make_study(n=1), tmp_path / "file" / "report.pdf")


def test_the_outline_nests_headings_under_their_pages(reports: dict[str, Made]) -> None:
    outline = reports["usual"].reader.outline
    at = [str(e.title) for e in outline if not isinstance(e, list)].index("Methods")
    flat = [e for e in outline if not isinstance(e, list)]
    nested = outline[outline.index(flat[at]) + 1]
    assert [str(e.title) for e in nested][:2] == ["For the experimental section", "Definitions"]


@pytest.mark.usefixtures("only_the_summary")
def test_names_of_any_signs_come_through(tmp_path: Path) -> None:
    study = make_study(n=2, record=False)
    odd = r"Zelle $1_a$ \alpha ^{ % # & ~ 电池 Ω"
    spectra = [s.with_(label=odd) for s in study.series]
    series = study.series.with_(spectra=spectra, cell=replace(study.series.cell, name=odd))
    fits = replace(study.fits, series=series)
    path = write_report(replace(study, series=series, fits=fits), tmp_path / "r.pdf")
    text = " ".join(PdfReader(path).pages[0].extract_text().split())
    assert r"Zelle $1_a$ \alpha ^{ % # & ~ [7535][6C60] Ω" in text


def test_spectra_without_labels_sources_and_conditions_are_enough(tmp_path: Path) -> None:
    study = make_study(n=2, record=False, soc=False)
    spectra = [Spectrum(s.frequency, s.impedance) for s in study.series]
    series = study.series.with_(spectra=spectra)
    bare = replace(study, series=series, fits=replace(study.fits, series=series))
    reader = PdfReader(write_report(bare, tmp_path / "r.pdf"))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "unnamed" in text
    assert "come from memory" in text


@pytest.mark.usefixtures("only_the_summary")
def test_no_fit_at_all_is_said(tmp_path: Path) -> None:
    text = PdfReader(write_report(make_study(n=3, failed=[0, 1, 2]), tmp_path / "r.pdf")).pages[0].extract_text()
    assert "3 of 3 fits did not converge" in " ".join(text.split())


def test_long_names_are_kept_whole_on_the_first_page(reports: dict[str, Made]) -> None:
    assert LONG in " ".join(reports["usual"].pages[0].split())


def test_the_values_of_a_page_are_those_of_the_study(reports: dict[str, Made]) -> None:
    made = reports["one"]
    fit = made.study.fits[0]
    page = next(t for t in made.pages if "All parameters" in t)
    for value, error in zip(fit.values, np.asarray(fit.stderr), strict=True):
        assert with_error(float(value), float(error)) in page


def test_a_style_file_sets_fonts_and_colours_of_pages_and_figures_alike(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("eisfit.report.PAGES", (summary, nyquist))
    style = tmp_path / "my.mplstyle"
    style.write_text('font.family: STIXGeneral\naxes.prop_cycle: cycler("color", ["123456"])\n', encoding="utf-8")
    reader = PdfReader(write_report(make_study(n=2, record=False), tmp_path / "r.pdf", style=style))
    named = {str(font["/BaseFont"]).partition("+")[2] for font in _fonts(reader)}
    assert any("STIXGeneral" in name for name in named)
    assert not any("DejaVuSans-Bold" in name for name in named)
