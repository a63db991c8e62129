"""Points that are off in the same way along a series: left out everywhere, said once.

A stray capacitance or a range of the instrument spoils the same frequencies of every sweep. Judged one by one, some
spectra lose these points and some keep them, and the series jumps between the two. So a point that the Kramers-Kronig
test leaves out of several spectra is looked at in all of them: what the points around it say it should be, less what it
is, averaged over the series with the weights of the predictions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from eisfit.medians import median_of
from eisfit.quality.masks import MAINS_HUM, LeftOut
from eisfit.quality.measurement import design, joined, number_of_rc
from eisfit.quality.regression import regress
from eisfit.spectrum import Bools, Complexes, Floats, Indices, Spectrum

CHUNK = 128
"""Spectra that are looked at together: bounds the memory whatever the length of the series."""
MANY = 2000
"""So many spectra, spread over all, tell of a point whether it is off in the whole series."""
SEVERAL = 2
"""So many spectra must have lost a point."""
SERIES = 4
"""Spectra of one grid that make a series."""
CERTAIN = 5.0
"""Standard deviations of the mean over the series."""
ALIKE = 0.5
"""Scatter of the spectra around their mean, as a share of it, up to which they are off in the same way."""
ALIKE_REASON = "off in the same way in"
"""How the reason of a point begins that is left out of the whole series."""
LARGE = 0.005
"""Share of |Z| that the mean must be off: less does no harm, and the model itself is no better far from its points."""


def mask_alike(before: Sequence[Spectrum], after: Sequence[Spectrum]) -> list[Spectrum]:
    """The spectra `before` without the points that are off in the same way in the whole series.

    after: the same spectra without the points that the test left out of each by itself.
    """
    out = list(before)
    for rows in _grids(before):
        lost = _lost([(before[i], after[i]) for i in rows])
        asked = (lost >= SEVERAL) & (lost < len(rows))
        if len(rows) < SERIES or not asked.any() or asked.sum() > asked.size // 3:
            continue
        used = before[rows[0]].used
        some = rows[:: 1 + len(rows) // MANY]
        size = _off(before[rows[0]].frequency[used], np.array([before[i].impedance[used] for i in some]), asked[used])
        for k, share in zip(np.flatnonzero(used & asked).tolist(), size.tolist(), strict=True):
            if share:
                place = np.arange(len(used)) == k
                where = MAINS_HUM if any(after[i].reasons[k].endswith(MAINS_HUM) for i in rows) else ""
                reason = f"{ALIKE_REASON} {len(rows)} spectra of the series, by {100 * share:.2g} % of |Z|{where}"
                for i in rows:
                    out[i] = out[i].masked(place, reason)
    return out


def _lost(spectra: Sequence[tuple[Spectrum, Spectrum]]) -> Indices:
    """In how many spectra each of the same points (F,) counted before and does not count after the test."""
    count: Indices = np.zeros(len(spectra[0][0]), np.intp)
    for before, after in spectra:
        if after is not before:
            count += after.mask & ~before.mask
    return count


def said_once(points: Iterable[LeftOut]) -> tuple[str, ...]:
    """One sentence per reason for points that are left out of a whole series, with their frequency."""
    found: dict[tuple[float, str], None] = {}
    for point in points:
        if point.reason.startswith(ALIKE_REASON):
            found.setdefault((point.frequency, point.reason))
    return tuple(f"{frequency:.4g} Hz is left out everywhere: {reason}." for frequency, reason in found)


def _grids(spectra: Sequence[Spectrum]) -> list[list[int]]:
    """Spectra with the same frequencies of which the same points count."""
    groups: dict[tuple[bytes, bytes], list[int]] = {}
    for i, s in enumerate(spectra):
        if s.used.any():
            groups.setdefault((s.frequency.tobytes(), s.mask.tobytes()), []).append(i)
    return list(groups.values())


def _off(frequency: Floats, impedance: Complexes, asked: Bools) -> Floats:
    """By how much the points asked for are off in the mean of the spectra, as a share of |Z|, (A,); 0 where not."""
    places = np.flatnonzero(asked)
    chunks = [impedance[start : start + CHUNK] for start in range(0, len(impedance), CHUNK)]
    told = [_differences(frequency, chunk, asked, places) for chunk in chunks]
    residual, real, imaginary = (np.concatenate(part) for part in zip(*told, strict=True))
    parts, errors = [], []
    for values, weight in ((residual.real, real), (residual.imag, imaginary)):
        parts.append((weight * values).sum(axis=0) / weight.sum(axis=0))
        errors.append(weight.sum(axis=0) ** -0.5)
    mean = parts[0] + 1j * parts[1]
    certain = np.hypot(parts[0] / errors[0], parts[1] / errors[1]) > CERTAIN
    size = np.abs(mean)
    scatter = np.sqrt(median_of(np.abs(residual - mean) ** 2, axis=0))
    return np.where(certain & (size > LARGE) & (scatter < ALIKE * size), size, 0.0)


def _differences(
    frequency: Floats, impedance: Complexes, asked: Bools, places: Indices
) -> tuple[Complexes, Floats, Floats]:
    """What points (A,) of some spectra differ from their predictions by (N, A), and the weights of its parts."""
    problem = design(frequency[None], impedance, number_of_rc(frequency))
    counted = np.broadcast_to(np.where(np.concatenate([asked, asked]), 0.0, 1.0), problem.data.shape)
    fit = regress(problem.columns, problem.data, np.array(counted))
    half = fit.residual.shape[1] // 2
    weights = []
    for shift in (0, half):
        leverage = np.einsum("nfk,nfk->nf", fit.projected[:, places + shift], fit.columns[:, places + shift])
        weights.append(1 / (fit.sigma[:, None] ** 2 * (1 + leverage)))
    return joined(fit.residual)[:, places], weights[0], weights[1]
