"""Dates as instruments write them, to the second and the fraction."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from eisfit.readers.tabular.dates import local_time, stamp

MOMENT = datetime(2025, 3, 17, 8, 9, 10)


@pytest.mark.parametrize(
    "text",
    [
        "03/17/2025 08:09:10",
        "17.03.2025 08:09:10",
        "2025-03-17T08:09:10",
        "2025-03-17 08:09:10",
        "17-Mar-2025 08:09:10",
        "17 March 2025 08:09:10",
        "Mar. 17, 2025 08:09:10",
        "March 17, 2025   08:09:10",
        "20250317 080910",
    ],
)
def test_the_same_moment_in_every_spelling(text):
    assert local_time(text) == MOMENT


def test_fractions_afternoons_and_zones():
    assert local_time("03/17/2025 08:09:10.25") == MOMENT + timedelta(seconds=0.25)
    assert local_time("3/17/2025 8:09:10 PM") == MOMENT + timedelta(hours=12)
    here, there = stamp("2025-03-17T08:09:10+01:00"), stamp("2025-03-17T08:09:10-05:00")
    assert there.since(here) == 6 * 3600
    assert stamp("2025-03-17T08:09:12").since(here) == 2


@pytest.mark.parametrize("text", ["", "no date", "2025-13-45T08:00:00", "17-Foo-2025 08:00:00", "31.02.2025 08:00:00"])
def test_what_is_no_date(text):
    assert local_time(text) is None
