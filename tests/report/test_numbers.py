"""Figures of the table of shorts."""

from __future__ import annotations

import pytest

from eisfit.report.shorts import _number


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (-0.00123, "{:.4g}", "-0.00123"),
        (-0.001, "{:.2f}", "0.00"),
        (-0.01, "{:.1f}", "0.0"),
        (-0.0, "{:.4g}", "0"),
        (float("nan"), "{:.2f}", "–"),
    ],
)
def test_only_a_zero_loses_its_sign(value, form, text):
    assert _number(value, form) == text
