"""Which explanation the change of a spectrum supports, and how well: marginal likelihoods by Laplace's method.

For every spectrum, baseline and hypothesis the sizes of the changes are found by damped Gauss-Newton steps; with unit
priors in z the marginal likelihood is

    ln p = -(chi2 + z'z) / 2 - ln det(1 + J'J) / 2

(MacKay, Information Theory, Inference, and Learning Algorithms (2003), 28). Where no hypothesis describes the spectrum
to within its errors, those are taken to be as large as the best one leaves them, so that nothing is sure any more.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.medians import known_median
from eisfit.shorts.cell_model import (
    APEX,
    HEAT,
    LEAK,
    LEAK_SPREAD,
    OWN_HZ,
    R_1,
    SCALE,
    SERIES,
    SHARE,
    TEN_KELVIN,
    Frame,
    Rows,
    interface_weight,
    members,
    modelled,
    standard_deviations,
)
from eisfit.shorts.hypotheses import VERDICT, Question
from eisfit.shorts.relaxation import Groups, decompose, stacked
from eisfit.shorts.spectra import Index
from eisfit.spectrum import Bools, Complexes, Floats

WIDE = 0.05
"""A standard deviation from which a size is worth a start of its own."""
BLOCKING = 2.0
"""-Im Z over Re Z at the lowest frequency from which electrodes block."""
NEVER = 1e9
LOST_COST = 1e12
LOGGED = 0.1
"""Standard deviation of a logged rise, 10 K."""
NEAR = 0.15
"""Spectra whose ln Z differs by less are explained alike: the search begins at the end of that before."""
STEPS = 9
ENOUGH = 0.2
"""A step that lowers -2 ln p by less is the last."""
HOPE, LOST, FIRST = 10.0, 60.0, 5
"""From step FIRST on one is given up when HOPE times its last gain would leave it worse than the best by LOST."""
AS_STATED = 6.0
"""Points that are taken to have the stated noise, whatever is left."""


class Explained(NamedTuple):
    """For n pairs of spectrum and baseline, over the H hypotheses of a question, or its L leaks.

    evidence (n, H): ln of the marginal likelihoods, -NEVER where not asked; misfit (n,): chi2 per point of the best;
    ln_G (n, L) in S with its standard deviation, share (n, L) of the direct current; heat (n, H) in 10 K.
    """

    evidence: Floats
    misfit: Floats
    ln_G: Floats
    ln_G_error: Floats
    share: Floats
    heat: Floats


class Known(NamedTuple):
    """What was found before along a series: the groups of every baseline, and by question and baseline the last
    spectrum that was explained with the z of every hypothesis. Filled by the search; the next spectrum begins there.
    """

    groups: dict[bytes, Groups]
    last: dict[tuple[int, bytes], tuple[Complexes, dict[int, Floats]]]


class Pairs(NamedTuple):
    """Spectra z (n, F) with relative errors (n,), each against the baseline `at` (n,) of bases (b, F).

    heat (n,): the logged rise of temperature in 10 K, NaN where it is not known; known: what was found before.
    """

    z: Complexes
    error: Floats
    bases: Complexes
    at: Index
    heat: Floats
    known: Known | None = None


class Explanation(NamedTuple):
    """One explanation of a spectrum: its words, and the impedance (F,) that it gives."""

    says: str
    impedance: Complexes


def explain_changes(
    frequency: Floats, pairs: Pairs, asked: Bools | None = None, question: Question = VERDICT
) -> Explained:
    """What every hypothesis makes of every pair; asked (H,): those that are worth it, all unless stated."""
    all_ = question.hypotheses
    every = np.arange(len(all_)) if asked is None else np.flatnonzero(asked)
    n, H = len(pairs.at), len(every)
    frame, rows, points, found, cost, hessian = _searched(frequency, pairs, every, question)
    prior = (found**2).sum(axis=1)
    misfit = (cost - prior).reshape(H, n).min(axis=0) / points
    if question.least < 1:
        quiet = np.tile(_noise_left(cost - prior, hessian, points, question.least), H)
        cost = (cost - prior) / quiet + prior
        eye = np.eye(found.shape[1])
        hessian = eye + (hessian - eye) / quiet[:, None, None]
    evidence = (-0.5 * cost - 0.5 * np.linalg.slogdet(hessian)[1]).reshape(H, n)
    inside = np.array([all_[k].leak not in ("", "whole") for k in every.tolist()])
    evidence[inside[:, None] & ~_possible(pairs.bases)[pairs.at]] = -NEVER
    loose = np.maximum(misfit, 1.0)
    theta = found * rows.sd
    error = np.sqrt(np.linalg.inv(hessian)[:, LEAK, LEAK]) * rows.sd[:, LEAK]
    whole = [np.full((n, len(all_)), missing) for missing in (-NEVER, np.nan, np.nan, np.nan, 0.0)]
    for out, values in zip(
        whole,
        (
            evidence / loose,
            (theta[:, LEAK] - np.log(frame.total[rows.base])).reshape(H, n),
            error.reshape(H, n) * np.sqrt(loose),
            (1 / (1 + np.exp(-theta[:, LEAK]))).reshape(H, n),
            (theta[:, HEAT] + rows.mean_heat).reshape(H, n),
        ),
        strict=True,
    ):
        out[:, every] = values.T
    evidence, ln_G, ln_G_error, share, heat = whole
    leaks = slice(question.first_leak, None)
    return Explained(evidence, misfit, ln_G[:, leaks], ln_G_error[:, leaks], share[:, leaks], heat)


def _noise_left(chi2: Floats, hessian: Floats, points: Floats, least: float) -> Floats:
    """The variance of the noise (n,) over the stated one, by what the best of the explanations (H n,) leaves of it.

    chi2 over the points less the sizes that they determine, which are K - tr H^-1; between `least` and 1.
    """
    best = chi2.reshape(-1, len(points)).argmin(axis=0) * len(points) + np.arange(len(points))
    determined = hessian.shape[1] - np.trace(np.linalg.inv(hessian[best]), axis1=1, axis2=2)
    out: Floats = np.clip((chi2[best] + AS_STATED) / np.maximum(points - determined + AS_STATED, 1.0), least, 1.0)
    return out


def best_explanations(frequency: Floats, pairs: Pairs) -> tuple[Explanation, Explanation]:
    """Of one pair the best explanation without a leak and the best one with a leak."""
    every = np.arange(len(VERDICT.hypotheses))
    frame, rows, _, found, *_ = _searched(frequency, pairs, every, VERDICT)
    model, _ = modelled(frame, rows, found)
    likely = explain_changes(frequency, pairs).evidence[0] + np.log([h.weight for h in VERDICT.hypotheses])
    first = VERDICT.first_leak
    rival, leak = int(np.argmax(likely[:first])), first + int(np.argmax(likely[first:]))
    return tuple(Explanation(VERDICT.hypotheses[k].says, model[k]) for k in (rival, leak))  # type: ignore[return-value]


def _searched(
    frequency: Floats, pairs: Pairs, every: Index, question: Question
) -> tuple[Frame, Rows, Floats, Floats, Floats, Floats]:
    """Frame, rows, points of every pair; sizes, cost and curvature at the minimum of every row."""
    frame, rows = _rows(frequency, pairs, every, question)
    data, weight, points = _weighted(pairs, question)
    n, H = len(data), len(every)
    data, weight = np.tile(data, (H, 1)), np.tile(weight, (H, 1))
    start = _start(frame, rows, data, pairs.bases[rows.base])
    keys = [(id(question.hypotheses), base.tobytes()) for base in pairs.bases]
    if pairs.known is not None:
        _from_last(start, pairs, every, [pairs.known.last.get(key) for key in keys])
    found, cost, hessian = _minimised(frame, rows, data, weight, start, n)
    if pairs.known is not None:
        for i, base in enumerate(pairs.at.tolist()):
            of_all = dict(zip(every.tolist(), found.reshape(H, n, -1)[:, i], strict=True))
            pairs.known.last[keys[base]] = pairs.z[i], of_all
    return frame, rows, points, found, np.where(np.isfinite(cost), cost, LOST_COST), hessian


def _rows(frequency: Floats, pairs: Pairs, every: Index, question: Question) -> tuple[Frame, Rows]:
    """The baselines in groups, and one row per hypothesis and pair."""
    groups = {} if pairs.known is None else pairs.known.groups
    for base in pairs.bases:
        if base.tobytes() not in groups:
            groups[base.tobytes()] = decompose(frequency, base)
    tables = stacked([groups[base.tobytes()] for base in pairs.bases])
    interface = interface_weight(tables.apex, tables.ohm)
    asked, n = [question.hypotheses[k] for k in every.tolist()], len(pairs.at)
    sd = np.array([standard_deviations(h, interface, question) for h in asked])[:, pairs.at]
    sd[:, np.isfinite(pairs.heat), HEAT] = LOGGED
    inside = np.array([members(h, tables.apex, interface) for h in asked])[:, pairs.at]
    rows = Rows(
        base=np.tile(pairs.at, len(asked)),
        sd=sd.reshape(n * len(asked), -1),
        mean_heat=np.tile(np.nan_to_num(pairs.heat), len(asked)),
        inside=inside.reshape(n * len(asked), -1),
        own=np.repeat([h.own for h in asked], n),
        leaks=np.repeat([bool(h.leak) for h in asked], n),
    )
    return Frame(tables, tables.R + tables.ohm.sum(axis=1), interface, frequency, question.contact), rows


def _weighted(pairs: Pairs, question: Question) -> tuple[Complexes, Floats, Floats]:
    """Spectra (n, F), 1 / error of every point, 0 where it is not known, and twice the number that is (n,)."""
    base = pairs.bases[pairs.at]
    usable = np.isfinite(pairs.z) & np.isfinite(base)
    safe = np.where(usable, pairs.z, 1.0)
    with np.errstate(all="ignore"):
        change = np.abs(np.log(np.where(usable, safe / np.where(usable, base, 1.0), 1.0)))
    relative = np.sqrt(pairs.error[:, None] ** 2 + question.floor**2 + (question.of_change * change) ** 2)
    weight = np.where(usable, 1 / (relative * np.abs(safe)), 0.0)
    return safe, weight, np.maximum(2.0 * usable.sum(axis=1), 1.0)


def _possible(bases: Complexes) -> Bools:
    """Whether a leak can end inside of a cell: not where its electrodes block, there it takes no direct current."""
    lowest = np.array([base[np.flatnonzero(np.isfinite(base))[-1]] for base in bases])
    return np.asarray(-lowest.imag < BLOCKING * lowest.real)


def _start(frame: Frame, rows: Rows, data: Complexes, base: Complexes) -> Floats:
    """Where the search begins: what the admittance gained, given to whatever the hypothesis may change.

    A leak has the gain of the highest frequencies; one with an impedance of its own that of the lowest ones, and its
    apex where the gain lies half between.
    """
    out = np.zeros(rows.sd.shape)
    top = max(len(frame.frequency) // 4, 2)
    with np.errstate(all="ignore"):
        gain = (1 / data - 1 / base).real
        high, low = (np.nan_to_num(known_median(gain[:, part], 1)) for part in (slice(0, top), slice(-4, None)))
        fall = np.nan_to_num(known_median(np.log(np.abs(data / base))[:, :top], 1))
    total = frame.total[rows.base]
    direct = np.where(rows.own & (low > 0), np.minimum(low, high), high)
    out[:, LEAK] = np.where(rows.leaks, np.log(np.clip(direct * total, 0.05, 50.0)) / LEAK_SPREAD, 0.0)
    share = np.clip(direct / np.maximum(high, 1e-30), 0.1, 0.9)
    half = np.abs(np.nan_to_num(gain) - (np.sqrt(np.maximum(direct * high, 0)))[:, None]).argmin(axis=1)
    out[:, SHARE] = np.where(rows.own, np.log(share / (1 - share)), 0.0)
    apex = np.log(frame.frequency[half] / OWN_HZ) / np.maximum(rows.sd[:, APEX], 1e-9)
    out[:, APEX] = np.where(rows.own, np.clip(apex, -3, 3), 0.0)
    begun = np.zeros(len(out), bool)
    for column, value in ((HEAT, -fall / (0.37 * TEN_KELVIN)), (SCALE, fall), (SERIES, fall)):
        first = (rows.sd[:, column] > WIDE) & ~rows.leaks & ~begun
        out[first, column] = np.clip(value / np.maximum(rows.sd[:, column], 1e-9), -3, 3)[first]
        begun |= first
    return out


def _from_last(
    start: Floats, pairs: Pairs, every: Index, last: list[tuple[Complexes, dict[int, Floats]] | None]
) -> None:
    """Write into `start` (H n, K), the array being filled, what the spectrum before ended at, where it is near."""
    n = len(pairs.at)
    m = (start.shape[1] - R_1) // 2
    for i, before in enumerate(last[base] for base in pairs.at.tolist()):
        if before is None:
            continue
        with np.errstate(all="ignore"):
            away = np.abs(np.log(pairs.z[i] / before[0]))
        if not np.nanmax(away, initial=0.0) < NEAR:
            continue
        for j, k in enumerate(every.tolist()):
            if k in before[1]:
                z = before[1][k]
                had = min((len(z) - R_1) // 2, m)
                row = start[j * n + i]
                row[:R_1], row[R_1 : R_1 + had] = z[:R_1], z[R_1 : R_1 + had]
                second = (len(z) + R_1) // 2
                row[R_1 + m : R_1 + m + had] = z[second : second + had]


def _objective(frame: Frame, rows: Rows, data: Complexes, weight: Floats, z: Floats) -> tuple[Floats, Floats, Floats]:
    model, J = modelled(frame, rows, z)
    weight = weight.astype(np.float32)
    r = ((model - data) * weight).astype(np.complex64)
    J *= weight[:, None, :]
    # real and imaginary parts lie side by side
    real, res = J.view(np.float32), r.view(np.float32)
    cost = (res**2).sum(axis=1) + (z**2).sum(axis=1)
    gradient = (real @ res[:, :, None])[:, :, 0] + z
    curvature = real @ real.transpose(0, 2, 1) + np.eye(z.shape[1])
    return cost, gradient, curvature


def _minimised(
    frame: Frame, rows: Rows, data: Complexes, weight: Floats, z: Floats, n: int
) -> tuple[Floats, Floats, Floats]:
    """Damped Gauss-Newton: z, cost and curvature at the minimum; hypotheses without hope are given up on the way."""
    spectrum = np.tile(np.arange(n), len(z) // n)
    cost, gradient, curvature = _objective(frame, rows, data, weight, z)
    damping = np.full(len(z), 1e-3)
    active = np.arange(len(z))
    for step_number in range(STEPS):
        part = rows.take(active)
        size = 1 + np.diagonal(curvature[active], axis1=1, axis2=2)
        held = curvature[active] + (damping[active, None] * size)[:, :, None] * np.eye(z.shape[1])
        step = -np.linalg.solve(held, gradient[active][:, :, None])[:, :, 0]
        trial = z[active] + np.clip(step, -2, 2)
        new = _objective(frame, part, data[active], weight[active], trial)
        better = np.isfinite(new[0]) & (new[0] < cost[active])
        fall = cost[active] - new[0]
        hit = active[better]
        z[hit], cost[hit], gradient[hit], curvature[hit] = trial[better], *(x[better] for x in new)
        damping[active] = np.where(better, damping[active] / 10, damping[active] * 10)
        least = cost.reshape(-1, n).min(axis=0)[spectrum[active]]
        hopeless = better & (cost[active] - HOPE * np.abs(fall) > least + LOST) & (step_number >= FIRST)
        active = active[~(better & (fall < ENOUGH)) & ~hopeless & (damping[active] < 1e6)]
        if not active.size:
            break
    return z, cost, curvature
