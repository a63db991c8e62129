"""Which electrode an arc belongs to: what symmetric cells say, as a chapter of the report of the half cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eisfit.plots.windows import plot_windows
from eisfit.report._document import Block, Chapter, Figure, Paragraph, panel


def attributed(rows: Sequence[Mapping[str, Any]], sentences: Sequence[str]) -> Chapter:
    """The chapter of an attribution: a sentence per arc, and where the arcs of all cells lie."""
    return Chapter("Arcs and electrodes", _blocks(rows, sentences))


def _blocks(rows: Sequence[Mapping[str, Any]], sentences: Sequence[str]) -> Iterator[Block]:
    for sentence in sentences:
        yield Paragraph(sentence, bullet=True)
    if any(row["f_Hz"] and row["C_F"] for row in rows):
        draw = panel(lambda ax: plot_windows(ax, rows), left=46, top=24)
        yield Figure(draw, 260, "Windows of apex frequency and effective capacitance of the arcs of all cells")
        yield Paragraph(
            "Boxes: from the 5th to the 95th percentile of the series, wider by two standard errors; markers: medians. "
            "Arcs whose boxes meet in both directions may be of one process. Capacitances are those of each cell as it "
            "was measured, not per area or interface.",
            "note",
        )
