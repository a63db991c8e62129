"""Blocks become pages: what is said is on them once, in order, and can be copied again."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from eisfit.plots import labels
from eisfit.plots.labels import shown
from eisfit.plots.style import style
from eisfit.report._document import (
    Block,
    Chapter,
    Column,
    Figure,
    Grid,
    Heading,
    Paragraph,
    Table,
    compiled,
    layout_of,
    panel,
)
from eisfit.verdicts import Verdict


def read(*blocks: Block, title: str = "Chapter") -> PdfReader:
    with style():
        chapters = [Chapter(title, blocks)]
        pdf = compiled(chapters, title="t", cell="cell", program="eisfit", layout=layout_of("a4", None))
    return PdfReader(BytesIO(pdf), strict=True)


def words(reader: PdfReader) -> list[str]:
    return " ".join(page.extract_text() for page in reader.pages).split()


@settings(deadline=None, max_examples=8)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=30))
def test_every_word_is_set_once_and_in_order(lengths: list[int]) -> None:
    said = [[f"w{k}x{j}" for j in range(n)] for k, n in enumerate(lengths)]
    found = [w for w in words(read(*(Paragraph(" ".join(some)) for some in said))) if re.fullmatch(r"w\d+x\d+", w)]
    assert found == [w for some in said for w in some]


@settings(deadline=None, max_examples=5)
@given(st.text(st.characters(codec="latin-1", exclude_categories=["C", "Z"]), min_size=1, max_size=24))
def test_any_sign_is_text_and_never_markup(text: str) -> None:
    reader = read(Paragraph(text), Table([Column("", 1)], [[f"#{text}"]]), Verdict(f"${text}"))
    said = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert {text, f"#{text}", f"${text}"} <= {s for s in (text, f"#{text}", f"${text}") if s in said}


def test_a_heading_is_not_left_alone_at_the_foot_of_a_page() -> None:
    for lines in range(50, 62, 2):
        reader = read(*(Paragraph(f"line {k}") for k in range(lines)), Heading("Title"), Paragraph("what follows"))
        pages = [page.extract_text() for page in reader.pages]
        (there,) = (text for text in pages if "Title" in text)
        assert "what follows" in there


def test_the_head_of_a_table_is_repeated_on_every_page() -> None:
    rows = [[str(k), f"value {k}"] for k in range(150)]
    reader = read(Table((Column("Number", 1), Column("Meaning", 2, "right")), rows))
    assert len(reader.pages) > 1
    assert all("Meaning" in page.extract_text() for page in reader.pages)


def test_a_name_without_spaces_is_broken_and_can_be_copied_whole() -> None:
    name = "x" * 300
    said = "".join(words(read(Table((Column("File", 1), Column("", 1)), [[name, "y"]]))))
    assert name in said


def test_a_figure_has_words_and_its_texts_can_be_found() -> None:
    figure = Figure(panel(lambda ax: ax.set_xlabel("State of charge")), 100, "what it shows", "Title", "Caption")
    text = " ".join(words(read(Grid([[figure], [Paragraph("beside")]]))))
    assert all(piece in text for piece in ("State of charge", "Title", "Caption", "beside"))


def test_a_chapter_without_blocks_is_left_out() -> None:
    with style():
        chapters = [Chapter("Empty", ()), Chapter("Full", [Paragraph("text")])]
        pdf = compiled(chapters, title="t", cell="c", program="p", layout=layout_of("letter", None))
    reader = PdfReader(BytesIO(pdf))
    assert [str(entry.title) for entry in reader.outline] == ["Full"]
    assert float(reader.pages[0].mediabox.width) == 612


def test_a_verdict_leads_to_its_page() -> None:
    with style():
        many = [Paragraph(f"line {k}") for k in range(90)]
        chapters = [
            Chapter("First", [Verdict("bad", "alarm", ("Nowhere", "Second")), *many]),
            Chapter("Second", [Paragraph("why")]),
        ]
        pdf = compiled(chapters, title="t", cell="c", program="p", layout=layout_of("a4", None))
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    (there,) = (k for k, text in enumerate(pages, 1) if "why" in text)
    assert f"page {there}" in " ".join(pages[0].split())


def test_letters_that_our_font_lacks_are_set_in_one_that_the_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = "\u20dd"  # in STIXGeneral, not in DejaVu Sans
    assert shown(f"a{letter}") == "a[20DD]"
    monkeypatch.setattr(labels, "_installed", lambda: ("STIXGeneral",))
    assert shown(f"a{letter}") == f"a{letter}"
    with style():
        chapters = [Chapter("First", [Paragraph(f"a{letter}")])]
        pdf = compiled(chapters, title="t", cell="c", program="p", layout=layout_of("a4"))
    fonts = PdfReader(BytesIO(pdf)).pages[0]["/Resources"]["/Font"]
    assert any("STIXGeneral" in str(font.get_object()["/BaseFont"]) for font in fonts.values())
