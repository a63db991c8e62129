"""How the numbers were obtained: a paragraph ready for a paper, definitions, element equations, references."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from eisfit.numbers import frequency_text, significant, with_unit
from eisfit.plots.branches import axis_of, by_direction
from eisfit.plots.labels import described_symbols, flag_words
from eisfit.plots.shorts import applies
from eisfit.report._document import Block, Column, Heading, Layout, Paragraph, Table
from eisfit.report._facts import constraints, facts, instrument, missing, own_settings, points
from eisfit.selection import excluded
from eisfit.spectrum import Floats
from eisfit.study import Study
from eisfit.tracking.flags import REGISTRY, declaration
from eisfit.verdicts import plural

TITLE = "Methods"

RAISED = str.maketrans("0123456789n", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ")
WEIGHTS = {
    "modulus": "1/|Z| with the measured modulus (Boukamp 1995, eq. 13)",
    "proportional": "1/|Re Z| and 1/|Im Z|, never above 100/|Z|",
    "unit": "1 for every point",
    "sigma": "1/σ with the standard deviation σ of every point",
}
FITS = (
    ("cost", "Σ |w (Z_model − Z)|² over the points that count, w the weight"),
    ("χ² reduced", "cost / (2F − P), F points that count, P free parameters"),
    ("χ² as ZSimpWin", "cost / (F − P), for modulus weights"),
    ("rms", "100 √(Σ |(Z_model − Z)/Z|² / 2F) percent: root mean square per component, whatever the weights"),
    (
        "standard error",
        "root of the diagonal of the covariance (JᵀJ)⁻¹ χ²reduced, without the factor χ²reduced where the weights are "
        "1/σ, J the exact derivative of the residual; in brackets in units of the last digits, two of them where they "
        "are 19 or less; parameters at a bound are profiled out; where the scatter of the residuals does not go with "
        "the weights the covariance is that of the residuals themselves (MacKinnon & White 1985)",
    ),
    (
        "derived quantities",
        "standard errors of sums, capacitances and conductivity follow from the whole covariance to first order; area, "
        "thickness and capacity of the cell count as exact",
    ),
    (
        "not resolved",
        "at a bound, standard error unknown or above 100 % of the value, or arcs too close to tell apart",
    ),
    (
        "the circuit misses",
        "rms of the fit more than 1.5 times that of the Kramers–Kronig test, each over its degrees of freedom, or "
        "neighbouring residuals alike by more than 4 standard deviations: errors are not to be trusted there",
    ),
    (
        "Kramers–Kronig test",
        "Z/|Z| against R₀ + s L + 1/(s C) + Σ Rₖ/(1 + s τₖ) with four τₖ per decade, s = jω; doubtful or failed where "
        "the residual has a step, a drift, alike neighbours or noise beyond stated limits (see Quality); its rms as "
        "above",
    ),
    (
        "effective capacitance, apex",
        "of an arc of R and a constant phase element: C = Q^(1/n) R^((1−n)/n) and f = 1/(2π τ) with τ = (R Q)^(1/n); "
        "compared with Irvine et al. as C L/A within the electrolyte and as C/A at a face",
    ),
)
CONDUCTIVITY = (
    "conductivity",
    "sigma_SE = L/(R A), R the sum of bulk and grain boundaries where both are known, A the area, L the thickness",
)
ENERGY = ("activation energy", "slope of ln(σT) against 1/(k_B T), its error from the scatter about the line")
SUMS = ("sums", "R_SE_total = R_SE_bulk + R_GB, the electrolyte; R_total: all resistances of the circuit in series")
AREAL = ("Ω cm²", "area-specific resistance R A; of R_Int of a symmetric cell R A/2, per interface")
BETWEEN = ("hysteresis", "a resistance on charge less that on discharge at the same place of the axis (derived.csv)")
CAPACITANCES = ("C brug", "Q^(1/n) (1/R_e + 1/R)^((n−1)/n), R_e of the electrolyte before the arc (derived.csv)")
STATE = (
    "state of charge",
    "charge counted from the cycling record over the capacity, 0 at the lowest charge of the record; lithiation: the "
    "same of a half cell, 0 at the highest charge, before lithium goes in; x: lithium content of the host",
)
SHORTS = (
    "score of a short",
    "log₁₀ of the odds that a leak beside the cell is open: how much better the best explanation with a leak describes "
    "spectra and record than the best one without",
)
REFERENCES = (
    "Boukamp, Solid State Ionics 20 (1986) 31: circuit description code.",
    "Boukamp, J. Electrochem. Soc. 142 (1995) 1885: linear Kramers–Kronig test, modulus weights.",
    "Golub & Pereyra, SIAM J. Numer. Anal. 10 (1973) 413: variable projection (start values).",
    "MacKinnon & White, J. Econometrics 29 (1985) 305: errors where the noise does not go with the weights.",
    "Hsu & Mansfeld, Corrosion 57 (2001) 747: effective capacitances.",
    "Brug et al., J. Electroanal. Chem. 176 (1984) 275: the same, distributed along a surface.",
    "Hirschorn et al., Electrochim. Acta 55 (2010) 6218: comparison of both.",
    "Irvine, Sinclair & West, Adv. Mater. 2 (1990) 132: capacitances and the processes they are typical of.",
)
SHORT_REFERENCES = ("Menkin et al., Faraday Discuss. (2024), 10.1039/d3fd00101f: soft shorts found by impedance.",)


def blocks(study: Study, layout: Layout) -> Iterator[Block]:
    """A paragraph for a paper, definitions, elements, references."""
    yield Heading("For the experimental section")
    yield Paragraph(paragraph(study), math=True)
    unknown = ", ".join(["amplitude of the excitation", *missing(study, "area_cm2", "temperature_C", "pressure_MPa")])
    yield Paragraph(f"Not known from the files, to be added: {unknown}.", look="note")
    for sentence in _assumptions(study):
        yield Paragraph(sentence, bullet=True)
    yield Heading("Definitions")
    yield Table((Column("", 2.0), Column("", 7.5)), _definitions(study))
    yield Heading("Elements of the circuit")
    heads = (("Symbol", 0.8), ("Name and source", 5.0), ("Impedance, s = jω", 3.2), ("Parameters", 2.2))
    yield Table([Column(*head) for head in heads], _elements(study))
    yield Heading("References")
    for reference in (*REFERENCES, *(SHORT_REFERENCES if applies(study) else ())):
        yield Paragraph(reference, "note", bullet=True)


def _definitions(study: Study) -> list[tuple[str, str]]:
    """The quantities of this report, those that it does not have left out."""
    cell, roles = study.series.cell, study.track.roles
    told = (
        (SUMS, any(name.endswith("_total") for name in roles)),
        (CONDUCTIVITY, bool(cell.area_cm2 and cell.thickness_um and roles)),
        (ENERGY, axis_of(study).name == "temperature"),
        (AREAL, bool(cell.area_cm2 and roles)),
        (CAPACITANCES, "R_Int" in roles and "R_SE_bulk" in roles),
        (STATE, axis_of(study).name in ("soc", "dod", "lithiation")),
        (BETWEEN, len(by_direction(study.series)) > 1),
        (SHORTS, study.track.shorts is not None),
    )
    return [*FITS, *(said for said, there in told if there), *_flags(study)]


def _flags(study: Study) -> Iterator[tuple[str, str]]:
    """Every flag of the study as it is declared, once, with the limits in force."""
    stated = dict(study.options.used.get("limits") or {})
    named: dict[str, list[str]] = {}
    for name in dict.fromkeys(flag for flags in study.track.flags for flag in flags):
        if (flag := declaration(name)) is not None:
            named.setdefault(flag.name, []).append(name)
    for stem, names in named.items():
        flag = REGISTRY[stem]
        limits = [f"{x.name.partition('.')[2]} {stated.get(x.name, x.default):g}: {x.sentence}" for x in flag.limits]
        said = flag.sentence + f" Limits: {'; '.join(limits)}." * bool(limits)
        yield f"flag {', '.join(map(flag_words, names))}", f"{said} In the tables: {', '.join(names)}."


def paragraph(study: Study) -> str:
    """What a paper would say of the analysis."""
    series, options = study.series, study.fits.options
    low, high = min(float(s.frequency[-1]) for s in series), max(float(s.frequency[0]) for s in series)
    version, made = study.options.versions.get("eisfit", ""), instrument(study)
    used, total = int(study.fits.points_used.sum()), sum(len(s) for s in series)
    weights = WEIGHTS.get(options.weighting, options.weighting)
    out = len(excluded(series))
    were = f"{plural(out, 'further spectrum')} {'was' if out == 1 else 'were'} left out"
    dropped = (
        (f"{were}; all points of the others were used." if out else "All points were used.")
        if used == total
        else f"{used} of {total} points were used; the others were left out for the reasons listed under Quality."
    )
    verb = "was" if len(series) == 1 else "were"
    usable = int(study.fits.usable.sum())
    found = f" ({usable} of {plural(len(series), 'fit')} can be used)" * (usable < len(series))
    return (
        f"{plural(len(series), 'impedance spectrum')} of {_cell(study)} between {frequency_text(high)} and "
        f"{frequency_text(low)} ({points(study)} points{f'; {made}' if made else ''}) {verb} analysed with eisfit "
        f"{version}. "
        "Each was tested with the linear Kramers–Kronig test (Boukamp 1995) and fitted with the equivalent circuit "
        f"{described_symbols(study.fits)} (notation of Boukamp 1986) by complex non-linear least squares "
        "(Levenberg–Marquardt with the exact derivative, positive parameters on a logarithmic scale, automatic start "
        f"values){found}; the weights were {weights}. {dropped} {_merit(study)}"
    )


def _cell(study: Study) -> str:
    """The cell with what is known of it: kind, area, thickness, temperature, pressure."""
    known = facts(study)
    named = (("area ", "area_cm2"), ("electrolyte ", "thickness_um"), ("", "temperature_C"), ("", "pressure_MPa"))
    inner = [f"{name}{known[fact]}" for name, fact in named if fact in known]
    kind = f"a {known['type']} cell" if "type" in known else "a cell"
    return kind + (f" ({', '.join(inner)})" if inner else "")


def _merit(study: Study) -> str:
    fits, known = study.fits, np.isfinite(study.fits.rms_percent)
    if not known.any():
        return "No spectrum could be fitted."
    rms = fits.rms_percent[known]
    figures = (("χ²", fits.chi2), ("reduced", fits.chi2_reduced), ("as ZSimpWin", fits.chi2_zsimpwin))
    chi2 = ", ".join(f"{name} {_range(values[known])}" for name, values in figures)
    verb = "residual is" if rms.size == 1 else "residuals are"
    return f"Errors are standard errors. The {verb} {_range(rms)} % of |Z| per component ({chi2})."


def _range(values: Floats) -> str:
    """Lowest to highest."""
    low, high = significant(float(values.min())), significant(float(values.max()))
    return low if low == high else f"{low} to {high}"


def _assumptions(study: Study) -> Iterator[str]:
    options = study.fits.options
    if options.robust:
        yield "Robust: gross outliers were left out by the size of their residual."
    yield from (f"{head}: {text}." for head, text in constraints(study).items())
    yield from (f"{at}: {text}." for at, text in own_settings(study))
    if study.smoothed is not None:
        yield "Smoothed values assume a smooth change along the series; the free fits stand beside them."


def _readable(formula: str) -> str:
    """A declared formula with raised exponents of one letter or digit, and without signs of multiplication."""
    raised = re.sub(r"\*\*([n\d])\b", lambda m: m[1].translate(RAISED), formula)
    return raised.replace("**", "^").replace(" * ", " ")


def _elements(study: Study) -> list[list[str]]:
    """One row per kind of element, from its declaration."""
    leaves = [leaf for circuit in study.fits.circuits for leaf in circuit.root.leaves()]
    kinds = {leaf.element.symbol: leaf.element for leaf in leaves}
    rows = []
    for symbol, element in sorted(kinds.items()):
        said = " ".join((element.__doc__ or element.name).split())
        parameters = ", ".join(with_unit(p.name, p.unit) for p in element.params)
        rows.append([symbol, said, _readable(element.formula), parameters])
    return rows
