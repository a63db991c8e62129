"""Errors of a series with shared parameters: one problem, in which every spectrum tells of what is shared.

With x = I A_ls the change of a spectrum's own coordinates l per change of the shared ones s, and C the inverse of the
Schur complement, the data of a spectrum m move what is shared by C u_m r_m, u_m = J_s - x^T J_l, and its own ones by
I J_l r_m - x ds. The covariance follows from the variances of the numbers; with one variance for all it is that of the
normal equations. Where the scatter differs over a spectrum they come from its residuals (`sandwich`). An own coordinate
at its bound is profiled out there, with what is shared held; one near to its bound is cut (`covariance`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from eisfit.fitting.covariance import inverse_of, released
from eisfit.fitting.problem import Problem
from eisfit.fitting.sandwich import Scatter, unevenness
from eisfit.fitting.shared import SeriesProblem
from eisfit.fitting.variance import smooth_variance
from eisfit.spectrum import Bools, Floats, Indices


class Spread(NamedTuple):
    """Covariance (N, K, K) of the coordinates of each spectrum, shared ones included; NaN where there is none.

    open_ (N,): the data leave a direction open; uneven (N,): errors come from the residuals themselves.
    """

    covariance: Floats
    open_: Bools
    uneven: Bools


class _Piece(NamedTuple):
    """The spectra of one grid: places in the series, residual (M, 2F), derivative (M, K, 2F)."""

    problem: Problem
    rows: Indices
    residual: Floats
    derivative: Floats


def shared_spread(series: SeriesProblem, theta: Floats, held: Bools, variance: float, *, known: bool) -> Spread:
    """The covariance at the joint minimum theta (N, K).

    held (N, K): coordinates at a bound; variance: that of every number, unless the residuals say otherwise; known: the
    weights are no guess.
    """
    values = series.problems[0].scaling.values(theta)
    pieces = [
        _Piece(p, rows, *p.linearised(values[rows])) for p, rows in zip(series.problems, series.index, strict=True)
    ]
    n, k = held.shape
    border = list(series.shared)
    own = [i for i in range(k) if i not in border]
    a = np.zeros((n, k, k))
    for piece in pieces:
        a[piece.rows] = piece.derivative @ piece.derivative.swapaxes(1, 2)
    inverse, missing, open_ = inverse_of(a[:, own][:, :, own], held[:, own])
    x = inverse @ a[:, own][:, :, border]
    schur = a[:, border][:, :, border].sum(axis=0) - np.einsum("nls,nlt->st", a[:, own][:, :, border], x)
    (common,), (lost,), (wide,) = inverse_of(schur[None], held[:1, border])
    parts = [_told(piece, own, border, (inverse, x, common), variance, known) for piece in pieces]
    each = np.zeros((n, *common.shape))  # summed in the order of the series, however it is cut into pieces
    for piece, told in zip(pieces, parts, strict=True):
        each[piece.rows] = told.of_shared
    of_shared = common @ each.sum(axis=0) @ common
    out, uneven = np.empty((n, k, k)), np.zeros(n, dtype=bool)
    for piece, told in zip(pieces, parts, strict=True):
        rows, xs = piece.rows, x[piece.rows]
        cross = told.cross @ common
        mixed = cross - xs @ of_shared
        both = told.of_own + xs @ of_shared @ xs.swapaxes(1, 2)
        both = both - cross @ xs.swapaxes(1, 2) - (cross @ xs.swapaxes(1, 2)).swapaxes(1, 2)
        block = np.empty((len(rows), k, k))
        block[np.ix_(range(len(rows)), own, own)] = both
        block[np.ix_(range(len(rows)), own, border)] = mixed
        block[np.ix_(range(len(rows)), border, own)] = mixed.swapaxes(1, 2)
        block[np.ix_(range(len(rows)), border, border)] = of_shared
        uneven[rows] = told.scatter.uneven
        out[rows] = _at_bounds(piece, own, block, (a, inverse), told.scatter, held)
    unknown = np.empty((n, k), dtype=bool)
    unknown[:, own], unknown[:, border] = missing & ~held[:, own], lost & ~held[0, border]
    unknown |= held & (np.einsum("nkk->nk", out) <= 0)
    return Spread(np.where(unknown[:, :, None] | unknown[:, None, :], np.nan, out), open_ | wide, uneven)


class _Told(NamedTuple):
    """What the numbers of some spectra add: to own (M, L, L), to both (M, L, S), to shared (M, S, S); their scatter."""

    of_own: Floats
    cross: Floats
    of_shared: Floats
    scatter: Scatter


def _told(
    piece: _Piece,
    own: list[int],
    border: list[int],
    solved: tuple[Floats, Floats, Floats],
    variance: float,
    known: bool,
) -> _Told:
    inverse, x, common = solved[0][piece.rows], solved[1][piece.rows], solved[2]
    towards = inverse @ piece.derivative[:, own]
    u = piece.derivative[:, border] - x.swapaxes(1, 2) @ piece.derivative[:, own]
    leverage = np.einsum("nlm,nlm->nm", towards, piece.derivative[:, own]) + np.einsum("nsm,st,ntm->nm", u, common, u)
    uneven, square = unevenness(piece.problem, piece.residual, leverage, known=known)
    every, rows = np.full(square.shape, variance), np.flatnonzero(uneven)
    every[rows] = smooth_variance(piece.problem.take(rows), square[rows]).variance
    weighted = towards * every[:, None]
    return _Told(
        weighted @ towards.swapaxes(1, 2),
        weighted @ u.swapaxes(1, 2),
        (u * every[:, None]) @ u.swapaxes(1, 2),
        Scatter(weighted, uneven, every),
    )


def _at_bounds(
    piece: _Piece,
    own: list[int],
    block: Floats,
    curvature: tuple[Floats, Floats],
    scatter: Scatter,
    held: Bools,
) -> Floats:
    """The covariance (M, K, K) of some spectra with own coordinates at their bounds as they may lie."""
    rows, scaling = piece.rows, piece.problem.scaling
    bound = np.zeros((len(rows), held.shape[1]), dtype=bool)
    bound[:, own] = held[rows][:, own]
    inverse = np.zeros_like(block)
    inverse[np.ix_(range(len(rows)), own, own)] = curvature[1][rows]
    at = piece.residual, piece.derivative, curvature[0][rows], inverse
    for k in np.flatnonzero(bound.any(axis=0)).tolist():
        block = block + released(scaling, at, scatter, bound, k)
    return block
