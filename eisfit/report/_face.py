"""Fonts for the text that we set ourselves: glyphs and their widths, read from the file of the font once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import matplotlib
from matplotlib.font_manager import FontProperties, findfont

from eisfit.plots.labels import FONT

UPRIGHT, BOLD, ITALIC = "upright", "bold", "italic"
_EM = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One font file: glyph name and width (thousandths of the size) of every character that it has."""

    path: str
    glyphs: dict[int, str]
    widths: dict[int, float]
    box: tuple[float, float, float, float]
    ascent: float
    descent: float
    name: str

    def width(self, character: str) -> float:
        """Advance of a character in thousandths of the size; that of the replacement where it has none."""
        return self.widths.get(ord(character), 600.0)


def face_of(kind: str) -> Face:
    """The face of the current style for "upright", "bold" or "italic" text."""
    return _face(str(matplotlib.rcParams["font.family"][0]), kind)


@lru_cache(maxsize=32)
def _face(family: str, kind: str) -> Face:
    """The face of a family; the one of our style where its file cannot be set by us (no TrueType outlines)."""
    path = findfont(
        FontProperties(
            family=family, weight="bold" if kind == BOLD else "normal", style="italic" if kind == ITALIC else "normal"
        )
    )
    return _loaded(str(path)) or _face(FONT, kind)


@lru_cache(maxsize=32)
def _loaded(path: str) -> Face | None:
    from fontTools.ttLib import TTFont

    if Path(path).suffix.lower() != ".ttf":
        return None
    with TTFont(path, lazy=True) as font:
        if "glyf" not in font:
            return None
        scale = _EM / font["head"].unitsPerEm
        cmap: dict[int, str] = font.getBestCmap()
        advances = font["hmtx"].metrics
        head, hhea = font["head"], font["hhea"]
        return Face(
            path=path,
            glyphs=cmap,
            widths={code: scale * advances[name][0] for code, name in cmap.items()},
            box=(scale * head.xMin, scale * head.yMin, scale * head.xMax, scale * head.yMax),
            ascent=scale * hhea.ascent,
            descent=scale * hhea.descent,
            name=str(font["name"].getDebugName(6) or Path(path).stem),
        )


def subset(face: Face, characters: list[str]) -> tuple[bytes, list[int]]:
    """The font file with these characters alone, and the number of the glyph of each in it."""
    from fontTools import subset as fonttools_subset

    options = fonttools_subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, glyph_names=False, name_IDs=[], legacy_kern=False
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "FFTM", "DSIG", "cmap", "OS/2", "name", "post", "gasp"]
    names = [face.glyphs.get(ord(c), ".notdef") for c in characters]
    with fonttools_subset.load_font(face.path, options, lazy=True) as font:
        font.recalcTimestamp = False
        subsetter = fonttools_subset.Subsetter(options)
        subsetter.populate(glyphs=names)
        subsetter.subset(font)
        file = BytesIO()
        font.save(file)
        return file.getvalue(), [font.getGlyphID(name) for name in names]
