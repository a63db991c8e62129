r"""Tables for papers and spreadsheets: the resistances, their sums and the conductivity along the series.

resistances.tex is LaTeX with booktabs alone (beyond 45 rows with longtable as well), values as 28.3(4) in plain math:
no siunitx. resistances.csv is for spreadsheets: UTF-8 with a byte order mark, units in the header, value and standard
error in columns of their own, six digits; parameters.csv and derived.csv have every digit and every quantity.
"""

from __future__ import annotations

import csv
import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eisfit.export.tables import text_cell
from eisfit.fitting.table import NOT_TO_BE_TRUSTED
from eisfit.numbers import UNDETERMINED, unit_text, with_error_in_latex
from eisfit.spectrum import Floats
from eisfit.study import Study
from eisfit.tables import NOT_TRUSTED, REJECTED, Quantity

LONG = 45
"""Rows that fit on a page; a longer table becomes a longtable, which may break."""

MISSING, UNRESOLVED, SHORTED = "--", r"$^{\dagger}$", r"$^{\ddagger}$"


def write_resistances_csv(study: Study, path: Path, shown: Sequence[Quantity], *, comma: bool = False) -> Path:
    """resistances.csv: one row per spectrum, for spreadsheets; with `comma` decimal commas, and semicolons between."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";" if comma else ",")
        writer.writerow(_head(study, shown))
        for row in _rows(study, shown):
            cells = (_digits(cell) if isinstance(cell, float) else text_cell(cell) for cell in row)
            digits = (isinstance(cell, float) for cell in row)
            writer.writerow(
                str(text).replace(".", ",") if comma and number else text
                for text, number in zip(cells, digits, strict=True)
            )
    return path


def write_resistances_xlsx(study: Study, path: Path, shown: Sequence[Quantity]) -> Path:
    """resistances.xlsx: the same table with every digit."""
    from eisfit.export.workbook import write_workbook

    rows = ([None if isinstance(c, float) and not math.isfinite(c) else c for c in row] for row in _rows(study, shown))
    return write_workbook(path, _head(study, shown), rows, name="resistances")


def _head(study: Study, shown: Sequence[Quantity]) -> list[str]:
    head = ["No.", "Spectrum", "Direction", *(name for name, _ in _places(study))]
    for q in shown:
        head += [f"{q.name} ({unit_text(q.unit)})", f"{q.name} standard error ({unit_text(q.unit)})"]
    if _missed(shown):
        head.append("Errors")
    return _unique([*head, "Not resolved", *(["Under a short"] if _shorted(shown) else []), "Flags"])


def _rows(study: Study, shown: Sequence[Quantity]) -> Iterator[list[Any]]:
    """One row per spectrum: texts, whole numbers, and other numbers as floats."""
    places, missed, shorted = _places(study), _missed(shown), _shorted(shown)  # once: each looks at all spectra
    for i, spectrum in enumerate(study.series):
        row: list[Any] = [i + 1, spectrum.label, spectrum.conditions.direction or ""]
        row += [float(values[i]) for _, values in places]
        row += [float(number[i]) for q in shown for number in (q.value, _stderr(q))]
        why = (
            NOT_TO_BE_TRUSTED if "misfit" in study.track.flags[i] else f"{NOT_TO_BE_TRUSTED.partition(':')[0]}: kk_fail"
        )
        row += [why if i in missed else ""] if missed else []
        unresolved = [q.name for q in shown if not q.resolved[i] and math.isfinite(q.value[i])]
        under = [("yes" if shown[0].beside_leak[i] else "")] if shorted else []
        yield [*row, " ".join(unresolved), *under, " ".join(study.track.flags[i])]


def _missed(shown: Sequence[Quantity]) -> frozenset[int]:
    """The spectra that the circuit does not describe, or that are none of a steady cell."""
    return frozenset(i for q in shown for i in q.missed)


def _stderr(quantity: Quantity) -> Floats:
    """The errors, none of what was kept at a value."""
    return np.where(quantity.stderr == 0, np.nan, quantity.stderr)


def _shorted(shown: Sequence[Quantity]) -> bool:
    """Whether any value is that of cell and leak together."""
    return any(q.beside_leak.any() for q in shown)


def _unique(names: Iterable[str]) -> list[str]:
    """The same names, a second one of a kind with its number."""
    out: list[str] = []
    for name in names:
        k = 2
        new = name
        while new in out:
            new, k = f"{name} {k}", k + 1
        out.append(new)
    return out


def _places(study: Study) -> list[tuple[str, Floats]]:
    """The axis of the track, and time, potential, cycle and temperature where they are known and not the axis."""
    axis = study.track.axis
    found = [] if axis.name == "index" else [(axis.label, axis.values)]
    for name, head, values in (
        ("time", "Time (h)", study.series.column("time_s") / 3600),
        ("potential", "Potential (V)", study.series.column("potential_V")),
        ("cycle", "Cycle", study.series.column("cycle")),
        ("temperature", "Temperature (°C)", study.series.column("temperature_C")),
    ):
        if name != axis.name and np.isfinite(values).any():
            found.append((head, values))
    return found


def _digits(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else ""


def write_resistances_tex(study: Study, path: Path, shown: Sequence[Quantity]) -> Path:
    r"""resistances.tex: a table environment to \input, with caption and label."""
    path.write_text("\n".join(_tex(study, shown)) + "\n", encoding="utf-8", newline="\n")
    return path


def _tex(study: Study, shown: Sequence[Quantity]) -> Iterator[str]:
    places = [(head, values) for head, values in _places(study) if not head.startswith("Time") or _is_axis(study, head)]
    directions = [s.conditions.direction or MISSING for s in study.series]
    told = any(d != MISSING for d in directions) and study.series.cell.type not in ("symmetric", "blocking")
    head = ["No.", *(["Direction"] if told else []), *(escaped(name) for name, _ in places)]
    head = _unique([*head, *(f"{symbol(q.name)} ({_tex_unit(q.unit)})" for q in shown)])
    align = "r" + "l" * told + "r" * (len(head) - 1 - told)
    rows = [
        [str(i + 1), *([directions[i]] if told else []), *(_number(values[i]) for _, values in places)]
        + [_cell(q, i) for q in shown]
        for i in range(len(study.series))
    ]
    body = [" & ".join(row) + r" \\" for row in rows]
    yield f"% Written by eisfit {escaped(study.options.versions.get('eisfit', ''))}".rstrip()
    make = _longtable if len(rows) > LONG else _table
    yield from make(align, " & ".join(head) + r" \\", body, _caption(study, shown))


def _table(align: str, head: str, body: Iterable[str], caption: str) -> Iterator[str]:
    yield r"% needs \usepackage{booktabs}"
    yield r"\begin{table}"
    yield rf"\caption{{{caption}}}"
    yield r"\label{tab:resistances}"
    yield r"\centering\footnotesize"
    yield rf"\begin{{tabular}}{{{align}}}"
    yield from (r"\toprule", head, r"\midrule", *body, r"\bottomrule", r"\end{tabular}", r"\end{table}")


def _longtable(align: str, head: str, body: Iterable[str], caption: str) -> Iterator[str]:
    yield r"% needs \usepackage{booktabs,longtable}"
    yield r"{\footnotesize"
    yield rf"\begin{{longtable}}{{{align}}}"
    yield rf"\caption{{{caption}}}\label{{tab:resistances}}\\"
    yield from (r"\toprule", head, r"\midrule", r"\endfirsthead")
    yield from (r"\toprule", head, r"\midrule", r"\endhead", r"\bottomrule", r"\endfoot")
    yield from body
    yield r"\end{longtable}}"


def _caption(study: Study, shown: Sequence[Quantity]) -> str:
    name = f" of {escaped(study.series.cell.name)}" if study.series.cell.name else ""
    marked = any((~q.resolved & np.isfinite(q.value)).any() for q in shown)
    dagger = rf" {UNRESOLVED} not resolved by the data." if marked else ""
    if _shorted(shown):
        dagger += rf" {SHORTED} under a short: of cell and leak together, not of the electrolyte."
    if any(NOT_TRUSTED in _cell(q, i) for q in shown for i in q.missed):
        dagger += f" {NOT_TRUSTED} {REJECTED.replace('–', '--')}."
    return (
        rf"Resistances{name} from fits of the circuit \texttt{{{escaped(study.fits.described)}}}. In brackets one "
        rf"standard error in units of the last digits; {MISSING} not known.{dagger}"
    )


def _is_axis(study: Study, head: str) -> bool:
    return head == study.track.axis.label


def _number(value: float) -> str:
    return with_error_in_latex(value)


def _cell(q: Quantity, i: int) -> str:
    text = q.text(i, with_error_in_latex)
    if text in (MISSING, UNDETERMINED):
        return text
    return text + (UNRESOLVED if not q.resolved[i] else "") + (SHORTED if q.beside_leak[i] else "")


def symbol(name: str) -> str:
    r"""LaTeX of a quantity by its name: R_SE_bulk is $R_\mathrm{SE,bulk}$."""
    head, _, tail = name.partition("_")
    letters = r"\sigma" if head == "sigma" else _text(head)
    return rf"${letters}_\mathrm{{{_text(tail).replace('_', ',')}}}$" if tail else f"${letters}$"


def _tex_unit(unit: str) -> str:
    return {"ohm": r"$\Omega$", "mS/cm": r"mS\,cm$^{-1}$"}.get(unit, escaped(unit))


_SIGNS = {c: f"\\{c}" for c in "&%$#_{}"} | {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "Ω": r"$\Omega$", "µ": r"$\mu$",
    "μ": r"$\mu$", "°": r"$^\circ$", "²": "$^2$", "³": "$^3$", "⁻": "$^{-}$", "¹": "$^1$", "−": "$-$", "–": "--",
    "|": r"\textbar{}", "<": r"\textless{}", ">": r"\textgreater{}", '"': "{''}",
}  # fmt: skip


def escaped(text: str) -> str:
    """Text for LaTeX: its signs escaped, letters without a place in Latin script by their nearest ones, else `?`."""
    return "".join(_SIGNS.get(c, "") or _text(c) for c in " ".join(text.split()))


def _text(text: str) -> str:
    """Letters that every LaTeX can set without a package: Latin ones as they are, others without their accents."""
    out = ""
    for c in text:
        if c.isascii() or (c.isalpha() and ord(c) < 0x180):
            out += c if c.isprintable() else " "
        else:
            out += "".join(d for d in unicodedata.normalize("NFKD", c) if d.isascii() and d.isalnum()) or "?"
    return out
