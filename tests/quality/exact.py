"""The equations of impedance.py's linKK, solved with eighty digits: what both programs would find without rounding."""

from __future__ import annotations

import decimal
from decimal import Decimal

import numpy as np

Row = list[Decimal]
DIGITS = 80
"""The normal equations of thirty elements lose forty digits at most; eighty leave enough."""


def exact_residual(frequency: np.ndarray, z: np.ndarray, n_rc: int, parts: str, capacitance: bool) -> np.ndarray:
    """(Z_model - Z) / |Z| of the linear test; the entries of the matrix are doubles, all that follows is exact."""
    re, im = _columns(frequency, z, n_rc, capacitance)
    data_re, data_im = _row(z.real / np.abs(z)), _row(z.imag / np.abs(z))
    with decimal.localcontext() as context:
        context.prec = DIGITS
        x = {"complex": _complex, "real": _real, "imaginary": _imaginary}[parts](re, im, data_re, data_im, n_rc)
        errors = [_less(_times(rows, x), data) for rows, data in ((re, data_re), (im, data_im))]
    return np.array(errors[0], dtype=float) + 1j * np.array(errors[1], dtype=float)


def _columns(frequency: np.ndarray, z: np.ndarray, n_rc: int, capacitance: bool) -> tuple[list[Row], list[Row]]:
    """R0, the RC elements, 1/C where asked for, L; all over |Z|."""
    omega = 2 * np.pi * frequency
    tau = np.geomspace(1 / omega.max(), 1 / omega.min(), n_rc) if n_rc > 1 else np.array([1 / omega.min()])
    terms = [np.ones_like(omega) + 0j, *(1 / (1 + 1j * omega * t) for t in tau)]
    terms += [-1j / omega] * capacitance + [1j * omega]
    columns = np.stack(terms, axis=1) / np.abs(z)[:, None]
    return [_row(r) for r in columns.real], [_row(r) for r in columns.imag]


def _complex(re: list[Row], im: list[Row], data_re: Row, data_im: Row, n_rc: int) -> Row:
    return _least_squares(re + im, data_re + data_im)


def _real(re: list[Row], im: list[Row], data_re: Row, data_im: Row, n_rc: int) -> Row:
    x = _least_squares([row[: n_rc + 1] for row in re], data_re)
    left = _less(data_im, _times([row[: n_rc + 1] for row in im], x))
    return x + _least_squares([row[n_rc + 1 :] for row in im], left)


def _imaginary(re: list[Row], im: list[Row], data_re: Row, data_im: Row, n_rc: int) -> Row:
    x = _least_squares([row[1:] for row in im], data_im)
    left = _less(data_re, _times([row[1:] for row in re], x))
    return [*_least_squares([row[:1] for row in re], left), *x]


def _least_squares(rows: list[Row], data: Row) -> Row:
    """Normal equations by Gauss with pivots."""
    n = len(rows[0])
    matrix = [[_dot(a, b) for b in zip(*rows, strict=True)] for a in zip(*rows, strict=True)]
    right = [_dot(a, data) for a in zip(*rows, strict=True)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda k: abs(matrix[k][i]))
        matrix[i], matrix[pivot], right[i], right[pivot] = matrix[pivot], matrix[i], right[pivot], right[i]
        for k in range(i + 1, n):
            factor = matrix[k][i] / matrix[i][i]
            matrix[k] = [a - factor * b for a, b in zip(matrix[k], matrix[i], strict=True)]
            right[k] -= factor * right[i]
    x = [Decimal(0)] * n
    for i in reversed(range(n)):
        x[i] = (right[i] - _dot(matrix[i][i + 1 :], x[i + 1 :])) / matrix[i][i]
    return x


def _row(values: np.ndarray) -> Row:
    return [Decimal(float(v)) for v in values]


def _dot(a: tuple[Decimal, ...] | Row, b: tuple[Decimal, ...] | Row) -> Decimal:
    return sum((x * y for x, y in zip(a, b, strict=True)), Decimal(0))


def _times(rows: list[Row], x: Row) -> Row:
    return [_dot(row, x) for row in rows]


def _less(a: Row, b: Row) -> Row:
    return [x - y for x, y in zip(a, b, strict=True)]
