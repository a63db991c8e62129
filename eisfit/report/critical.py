"""The critical current: voltage under every step of the current, and what voltage and impedance come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from eisfit.plots import plot_ramp
from eisfit.report._document import Block, Column, Figure, Layout, Paragraph, Table, panel
from eisfit.shorts.critical import told
from eisfit.shorts.values import Ramp
from eisfit.study import Study

TITLE = "Critical current"
COLUMNS: tuple[tuple[str, float, Literal["left", "right"]], ...] = (
    ("Step", 0.5, "left"),
    ("Current (mA)", 1.0, "right"),
    ("mA/cm²", 0.8, "right"),
    ("Directions", 0.9, "left"),
    ("|V| (mV)", 0.8, "right"),
    ("|V|/I (Ω)", 0.8, "right"),
    ("Spectrum", 0.8, "left"),
    ("Finding", 2.4, "left"),
)


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """The answer, the steps as a picture and as a table; nothing where the current was not raised."""
    ramp = study.track.shorts.ramp if study.track.shorts is not None else None
    if ramp is None:
        return
    for sentence in told(ramp):
        yield Paragraph(sentence)
    said = "Voltage over current of every step, against the current"
    yield Figure(panel(lambda ax: plot_ramp(ax, study), top=24), 190, said, said)
    columns = [Column(*column) for column in COLUMNS]
    rows = [_row(ramp, k) for k in range(len(ramp))]
    if ramp.area_cm2 is None:
        columns, rows = [*columns[:2], *columns[3:]], [[*row[:2], *row[3:]] for row in rows]
    yield Table(columns, rows, small=True)
    yield Paragraph(
        "A short lowers the voltage against the impedance, makes it fall in steps or vibrate, and leaves a leak in the "
        "spectrum behind. Dips that come back are contacts that opened again; a voltage that runs away lost contact. "
        "No short is said only where voltage and impedance agree. critical_current.csv has every step.",
        "note",
    )


def _row(ramp: Ramp, k: int) -> list[str]:
    milli, volts = 1e3 * ramp.current_A[k], float(ramp.overpotential_V[k])
    density = f"{milli / ramp.area_cm2:.3g}" if ramp.area_cm2 else ""
    both = "both" if ramp.forward[k] and ramp.backward[k] else "one"
    finding = ramp.finding[k] + (f" ({ramp.voltage[k]})" if ramp.voltage[k] else "")
    if ramp.diverged[k] and "voids" not in finding:
        finding += "; the voltage diverged"
    return [str(k + 1), f"{milli:.3g}", density, both, f"{1e3 * volts:.3g}", f"{volts / ramp.current_A[k]:.4g}",
            ramp.spectrum[k] or "–", finding]  # fmt: skip
