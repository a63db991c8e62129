"""From fits to a Track: roles, sums, flags, along an axis."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from eisfit.cycling.axes import Axis, axes_of, choose_axis
from eisfit.cycling.charge import with_soc
from eisfit.cycling.sweeps import sweeps_of
from eisfit.fitting.result import Fit, SeriesFit
from eisfit.limits import resolve_limits
from eisfit.medians import median_of
from eisfit.roles.assign import BULK, GRAIN, SE_TOTAL, TOTAL, Roles, assign_roles, rank_of
from eisfit.roles.structure import leads_of
from eisfit.shorts import OK, UNJUDGED, Shorts, detect_shorts, joined_shorts, taken_shorts, with_measured
from eisfit.spectrum import Floats, Indices, Series
from eisfit.subset import taken
from eisfit.tracking.flags import Observed, all_limits, find
from eisfit.tracking.flags.jumps import jumps_of_circuits, without_open_jumps
from eisfit.tracking.misfit import misfits
from eisfit.tracking.propagation import propagated, sum_covariance, variances
from eisfit.tracking.resolution import Doubt, doubts
from eisfit.tracking.track import Finding, RoleValues, Track
from eisfit.tree import Leaf

if TYPE_CHECKING:
    from eisfit.quality.screening import Quality

MOST = 0.5
"""Share of the spectra without an arc from which the circuit has one too many."""
TOLD = 0.1
"""Relative standard error below which a spectrum tells the inductance of its lead."""


def track(
    fits: SeriesFit | Sequence[Fit],
    axis: str | None = None,
    *,
    quality: Quality | None = None,
    limits: Mapping[str, float] | None = None,
    baseline: int | None = None,
    roles: Mapping[str, str] | None = None,
    breaks: Collection[int] = (),
    shorts: Shorts | None = None,
    series: Series | None = None,
) -> Track:
    """Follow the resistances of a cell along a series, and flag what needs a second look.

    fits: those of a series, or a list of fits that were made one by one, also with different circuits; series: of such
    a list the series that their spectra came from, whose record and cell they do not know; axis: soc, dod, lithiation,
    charge, mAh/g, mAh/cm2, potential, time, cycle or index, by default the first of soc, charge, potential,
    time, cycle, index that the data hold; quality: the verdicts on the spectra; limits: values of limits by
    `flag.name`; baseline: how many spectra at the start the detector of shorts trusts, 3 unless stated; roles: role ->
    parameter name, where the circuit does not say; breaks: spectra (0-based) at which that detector starts anew;
    shorts: what it found, where it was asked before. Raises OptionError.

    >>> import numpy as np, eisfit as ef
    >>> values = {"R1": 22, "R2": [30, 40], "Q1": 4e-3, "Q1_n": 0.8}
    >>> series = ef.simulate("R(RQ)", np.logspace(5, -2, 36), values, noise=0.003, seed=1)
    >>> one_by_one = [ef.fit(spectrum, "R(RQ)") for spectrum in series]
    >>> track = ef.track(one_by_one, axis="index")
    >>> list(track.roles), track.roles["R_total"].value.round()
    (['R_SE_bulk', 'R_Int', 'R_total'], array([52., 62.]))
    """
    held = resolve_limits(all_limits(), limits)
    said: tuple[str, ...] = ()
    if not isinstance(fits, SeriesFit):
        from eisfit.tracking.united import series_of

        fits, said = series_of(fits, series)
        charged, about = with_soc(fits.series)
        said = (*said, *about)
        if about and charged.record is None:
            said = (*said, "Fits of single spectra know no record and no cell: give series=, from which they came.")
    else:
        charged, _ = with_soc(fits.series)
    judged = shorts
    if judged is None:
        judged = detect_shorts(charged, limits=held, baseline=baseline, breaks=breaks)
    fits = replace(fits, series=charged)
    found = follow(fits, choose_axis(charged, axis), quality=quality, limits=limits, roles=roles, shorts=judged)
    return replace(found, decisions=(*said, *found.decisions)) if said else found


def follow(
    fits: SeriesFit,
    axis: Axis,
    *,
    quality: Quality | None = None,
    limits: Mapping[str, float] | None = None,
    roles: Mapping[str, str] | None = None,
    shorts: Shorts,
) -> Track:
    """The same where the state of charge, the axis and the verdicts on shorts are there already."""
    if fits.parts:
        return _by_parts(fits, axis, quality, limits, shorts)
    held = resolve_limits(all_limits(), limits)
    series = fits.series
    # failed fits may hold any numbers: what follows from them is unknown, and flagged
    with np.errstate(all="ignore"):
        assigned = assign_roles(fits.circuit, fits.values, cell_type=series.cell.type, chosen=roles)
        judged = _with_fitted_leaks(shorts, fits, assigned)
        doubted = doubts(fits, assigned, held["vanished_arc.bic"])
        residuals = misfits(fits, None if quality is None else quality.kk)
        findings = find(Observed(fits, assigned, quality, judged, held, residuals, doubted))
        followed = role_values(fits, assigned)
    return Track(
        axis=axis,
        roles=followed,
        flags=_flags(findings, len(fits)),
        findings=findings,
        shorts=judged,
        assigned=assigned.resistances,
        decisions=(
            *_missed(findings, len(fits)),
            *_left(fits),
            *_errors(fits, findings),
            *assigned.sentences,
            *_too_many(doubted, held["vanished_arc.bic"]),
            *judged.remarks,
        ),
        sweeps=sweeps_of(series),
        axes=axes_of(series),
    )


def _with_fitted_leaks(shorts: Shorts, fits: SeriesFit, assigned: Roles) -> Shorts:
    """The verdicts with a leak fitted beside the circuit wherever they are above ok: what chi2 gains by it."""
    above = np.flatnonzero([name not in (OK, UNJUDGED) for name in shorts.level])
    if not above.size:
        return shorts
    from eisfit.tracking.tied import FittedCell, tied_leaks

    cell = FittedCell(fits, assigned.resistances)
    return with_measured(shorts, tied_leaks(cell, shorts.baselines, shorts.scatter, above))


def _missed(findings: Iterable[Finding], n: int) -> tuple[str, ...]:
    """The verdict on the circuit where it does not describe spectra."""
    at = [finding.spectrum for finding in findings if finding.flag == "misfit"]
    if not at:
        return ()
    where = f"{len(at)} of {n} spectra" if n > 1 else "the spectrum"
    return (
        f"The circuit misses {where}: the errors given there are not to be trusted, the values may be off by more.",
    )


def _left(fits: SeriesFit) -> tuple[str, ...]:
    """Where start values that were given led to a worse minimum."""
    at = np.flatnonzero(fits.start_left).tolist()
    if not at:
        return ()
    n, first = len(fits), fits.series[at[0]].label or f"spectrum {at[0] + 1}"
    where = f"In {len(at)} of {n} spectra (the first is {first}) the" if n > 1 else "The"
    return (
        f"{where} start values given lead to a minimum that costs more: the lower one, found without them, is "
        "reported.",
    )


def _errors(fits: SeriesFit, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Where errors come from, if it is not what the weights say; a circuit that misses has no noise to speak of."""
    missed = {finding.spectrum for finding in findings if finding.flag == "misfit"}
    n, uneven = len(fits), sorted(set(np.flatnonzero(fits.uneven).tolist()) - missed)
    if not uneven:
        return ()
    first = fits.series[uneven[0]].label or f"spectrum {uneven[0] + 1}"
    where = f"In {len(uneven)} of {n} spectra (the first is {first}) the" if n > 1 else "The"
    return (
        f"{where} noise does not go with the weights: errors there come from the residuals themselves; with "
        "--weighting estimated the values follow the noise too.",
    )


def _by_parts(
    fits: SeriesFit, axis: Axis, quality: Quality | None, limits: Mapping[str, float] | None, shorts: Shorts
) -> Track:
    """The same for a series with several circuits: each followed by itself, then by roles beside each other."""
    tracks = []
    for k, part in enumerate(fits.parts):
        own = None if quality is None else taken(quality, part.rows, len(fits))
        along = axis._replace(values=axis.values[part.rows])
        judged = taken_shorts(shorts, part.rows)
        tracks.append(follow(fits.part(k), along, quality=own, limits=limits, roles=part.roles, shorts=judged))
    findings = [
        found._replace(spectrum=int(part.rows[found.spectrum]))
        for part, one in zip(fits.parts, tracks, strict=True)
        for found in one.findings
    ]
    rows = [part.rows for part in fits.parts]
    roles = _roles_of_parts(len(fits), rows, [one.roles for one in tracks])
    single = {name: values for name, values in roles.items() if name not in (SE_TOTAL, TOTAL)}
    held = resolve_limits(all_limits(), limits)
    findings += jumps_of_circuits(fits.series, fits.circuit_of, single, held)
    findings = sorted(without_open_jumps(findings), key=lambda found: found.spectrum)
    measured = joined_shorts(shorts, rows, [one.shorts for one in tracks])
    said = [(part, one.decisions) for part, one in zip(fits.parts, tracks, strict=True)]
    about = [f"{part.fits.circuit}: {text[0].lower()}{text[1:]}" for part, texts in said for text in texts]
    return Track(
        axis=axis,
        roles=roles,
        flags=_flags(findings, len(fits)),
        findings=tuple(findings),
        shorts=measured,
        assigned=fits.assigned,
        decisions=(*about, *shorts.remarks),
        sweeps=sweeps_of(fits.series),
        axes=axes_of(fits.series),
    )


def _roles_of_parts(
    n: int, rows: Sequence[Indices], found: Sequence[Mapping[str, RoleValues]]
) -> dict[str, RoleValues]:
    """Every role along the whole series, sums last; NaN where the circuit of a spectrum does not have it."""
    names = dict.fromkeys(name for roles in found for name in roles)
    ordered = sorted(names, key=lambda name: (name in (SE_TOTAL, TOTAL), rank_of(name)))
    out = {}
    for name in ordered:
        value, stderr, unit = np.full(n, np.nan), np.full(n, np.nan), "ohm"
        for at, roles in zip(rows, found, strict=True):
            if name in roles:
                value[at], stderr[at], unit = roles[name].value, roles[name].stderr, roles[name].unit
        out[name] = RoleValues(value, stderr, unit)
    return out


def _too_many(doubted: Mapping[str, Doubt], limit: float) -> tuple[str, ...]:
    """Advice where most spectra are fitted as well with one arc less."""
    if not doubted:
        return ()
    lost = np.any([doubt.rise < limit for doubt in doubted.values()], axis=0)
    n, without = lost.size, int(lost.sum())
    if not without or without < MOST * n:
        return ()
    of = f"{without} of {n} spectra are" if n > 1 else "the spectrum is"
    return (f"The circuit has an arc too many for these data: {of} fitted as well without it; leave one out.",)


def _flags(findings: Iterable[Finding], n: int) -> tuple[tuple[str, ...], ...]:
    """The flags of every spectrum, each once."""
    names: list[dict[str, None]] = [{} for _ in range(n)]
    for finding in findings:
        names[finding.spectrum][finding.flag] = None
    return tuple(tuple(found) for found in names)


def role_values(fits: SeriesFit, roles: Roles) -> dict[str, RoleValues]:
    """Every resistance by its role, then R_SE_total = R_SE_bulk + R_GB and R_total, with correlated errors.

    A part at its lower bound may lie inside by what the data allow, and the others move with it.
    """
    out = {role: RoleValues(*fits.column(name)) for role, name in roles.resistances.items()}
    sums = {SE_TOTAL: [BULK, GRAIN], TOTAL: list(roles.resistances)}
    for name, parts in sums.items():
        if len(parts) > 1 and set(parts) <= set(roles.resistances):
            out[name] = _sum(fits, [roles.resistances[part] for part in parts])
    return out


def _sum(fits: SeriesFit, names: list[str]) -> RoleValues:
    columns = [fits.names.index(name) for name in names]
    derivative = np.zeros(fits.values.shape)
    derivative[:, columns] = 1.0
    return RoleValues(
        fits.values[:, columns].sum(axis=1), np.sqrt(variances(derivative, sum_covariance(fits, columns)))
    )


def lead_inductance(fits: SeriesFit) -> Floats:
    """Inductance of the lead (N,) H: the inductors in series of the circuit, the median where a fit tells none.

    A lossy one, L (j omega)^n, counts with its reactance at the highest frequency, where it is largest:
    L omega^(n - 1) sin(n pi / 2).
    """
    total = np.zeros(len(fits))
    for lead in leads_of(fits.circuit):
        values, stderr = _reactance_per_omega(fits, lead)
        told = stderr < TOLD * values
        known = values[told] if told.any() else values[np.isfinite(values)]
        total += np.where(told, values, median_of(known) if known.size else 0.0)
    return total


def _reactance_per_omega(fits: SeriesFit, lead: Leaf) -> tuple[Floats, Floats]:
    """Im Z / omega of an inductor at the highest frequency of every spectrum (N,) H, and its standard error."""
    if lead.element.symbol == "L":
        return fits.column(lead.name)
    columns = [fits.names.index(name) for name in lead.names]
    omega = np.array([s.omega.max() for s in fits.series])

    def quantity(values: Floats) -> Floats:
        size, n = values[:, columns].T
        out: Floats = size * omega ** (n - 1) * np.sin(n * np.pi / 2)
        return out

    return propagated(quantity, fits.values, fits.covariance, columns)
