"""Sets the texts of the pages into the PDF: content streams, and the fonts with the characters that they use.

Fonts are embedded as subsets of TrueType (CIDFontType2, numbered in the order of first use) with a table back to
Unicode, after ISO 32000-1, 9.7.4 and 9.10.3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from matplotlib.colors import to_rgb

from eisfit.report._face import Face, face_of, subset
from eisfit.report._ink import SHARE, Written, runs
from eisfit.report._metrics import width_of

if TYPE_CHECKING:
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

_CMAP_HEAD = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""
_CMAP_FOOT = b"""endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
_MOST_MAPPED = 100
"""Entries of one block of a map to Unicode."""
NONSYMBOLIC = 32


class Typesetter:
    """The texts of one file: content streams page by page, and what their fonts must hold."""

    def __init__(self) -> None:
        self._used: dict[str, tuple[Face, str, dict[str, int]]] = {}

    def content(self, lines: Iterable[Written]) -> bytes:
        """The content stream of the texts of one page."""
        out = ["BT"]
        color = ""
        for line in lines:
            if line.color != color:
                color = line.color
                out.append("{:.3g} {:.3g} {:.3g} rg".format(*to_rgb(color)))
            out.append(self._set(line))
        return "\n".join([*out, "ET"]).encode("ascii")

    def _set(self, line: Written) -> str:
        width = 0.0 if line.side == "left" else width_of(line.text, line.size, bold=line.bold, math=line.math)
        shift = SHARE[line.side] * width
        if line.upright:
            parts = [f"0 1 -1 0 {line.x:.2f} {line.y - shift:.2f} Tm"]
        else:
            parts = [f"1 0 0 1 {line.x - shift:.2f} {line.y:.2f} Tm"]
        for run in runs(line.text, bold=line.bold, math=line.math):
            name, codes = self._codes(run.face, run.text)
            rise = f"{-run.drop * line.size:.2f} Ts " if run.drop else ""
            parts.append(f"/{name} {run.size * line.size:.2f} Tf {rise}<{codes}> Tj{' 0 Ts' if run.drop else ''}")
        return " ".join(parts)

    def _codes(self, kind: str, text: str) -> tuple[str, str]:
        """The name of a font among the resources, and the text in its numbers."""
        if kind not in self._used:
            self._used[kind] = (face_of(kind), f"E{len(self._used)}", {})
        _, name, numbers = self._used[kind]
        return name, "".join(f"{numbers.setdefault(c, len(numbers) + 1):04x}" for c in text)

    def fonts(self, writer: PdfWriter) -> dict[str, IndirectObject]:
        """Embed every font that was used; its object by its name among the resources."""
        return {name: _embedded(writer, face, list(numbers)) for face, name, numbers in self._used.values()}


def _embedded(writer: PdfWriter, face: Face, characters: list[str]) -> IndirectObject:
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

    data, glyphs = subset(face, characters)
    name = NameObject(f"/{_tag(face.name, characters)}+{face.name}")
    program = _stream(data)
    program[NameObject("/Length1")] = NumberObject(len(data))
    descriptor = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/FontDescriptor"),
            NameObject("/FontName"): name,
            NameObject("/Flags"): NumberObject(NONSYMBOLIC),
            NameObject("/FontBBox"): ArrayObject(NumberObject(round(v)) for v in face.box),
            NameObject("/ItalicAngle"): NumberObject(0),
            NameObject("/Ascent"): NumberObject(round(face.ascent)),
            NameObject("/Descent"): NumberObject(round(face.descent)),
            NameObject("/CapHeight"): NumberObject(round(face.ascent)),
            NameObject("/StemV"): NumberObject(80),
            NameObject("/FontFile2"): _added(writer, program),
        }
    )
    widths = ArrayObject(NumberObject(round(face.width(c))) for c in characters)
    system = {"/Registry": TextStringObject("Adobe"), "/Ordering": TextStringObject("Identity")}
    descendant = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType2"),
            NameObject("/BaseFont"): name,
            NameObject("/CIDSystemInfo"): DictionaryObject(
                {NameObject(k): v for k, v in system.items()} | {NameObject("/Supplement"): NumberObject(0)}
            ),
            NameObject("/FontDescriptor"): _added(writer, descriptor),
            NameObject("/W"): ArrayObject([NumberObject(1), widths]),
            NameObject("/CIDToGIDMap"): _added(writer, _stream(b"".join(g.to_bytes(2, "big") for g in (0, *glyphs)))),
        }
    )
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): name,
            NameObject("/Encoding"): NameObject("/Identity-H"),
            NameObject("/DescendantFonts"): ArrayObject([_added(writer, descendant)]),
            NameObject("/ToUnicode"): _added(writer, _stream(_to_unicode(characters))),
        }
    )
    return _added(writer, font)


def _tag(name: str, characters: list[str]) -> str:
    """Six letters that name a subset by what it holds."""
    digest = hashlib.sha256((name + "".join(characters)).encode()).digest()
    return "".join(chr(65 + b % 26) for b in digest[:6])


def _to_unicode(characters: list[str]) -> bytes:
    lines = [f"<{k:04x}> <{c.encode('utf-16-be').hex()}>" for k, c in enumerate(characters, 1)]
    blocks = [lines[i : i + _MOST_MAPPED] for i in range(0, len(lines), _MOST_MAPPED)]
    text = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return _CMAP_HEAD + text.encode("ascii") + _CMAP_FOOT


def _stream(data: bytes) -> StreamObject:
    from pypdf.generic import DecodedStreamObject

    stream = DecodedStreamObject()
    stream.set_data(data)
    return stream.flate_encode()


def _added(writer: PdfWriter, thing: DictionaryObject | StreamObject) -> IndirectObject:
    return writer._add_object(thing)


def add_texts(writer: PdfWriter, pages: Iterable[Iterable[Written]]) -> None:
    """Write the texts of every page over its drawing."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    typesetter = Typesetter()
    contents = [typesetter.content(lines) for lines in pages]
    fonts = typesetter.fonts(writer)
    begin = _added(writer, _stream(b"q"))
    for page, content in zip(writer.pages, contents, strict=True):
        drawn = page.raw_get("/Contents")
        page[NameObject("/Contents")] = ArrayObject([begin, drawn, _added(writer, _stream(b"Q\n" + content))])
        resources = page["/Resources"].get_object()
        held = resources.setdefault(NameObject("/Font"), DictionaryObject()).get_object()  # type: ignore[union-attr]
        for name, font in fonts.items():
            held[NameObject(f"/{name}")] = font
