"""Dates as instruments write them, to the second and the fraction."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from eisfit.readers.tabular.dates import as_seconds, local_time, ordered, stamp

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


def test_noon_and_midnight_of_twelve_hours():
    for text, hour in (("12:30 AM", 0), ("12:30 PM", 12), ("1:30 am", 1), ("1:30 pm", 13), ("13:30", 13)):
        assert local_time(f"03/17/2025 {text}") == datetime(2025, 3, 17, hour, 30), text


def test_zones_to_the_minute():
    for text, minutes in (("+0530", 330), ("-05:30", -330), (" UTC+01:00", 60), ("Z", None), ("", None)):
        ahead = stamp(f"2025-03-17T08:09:10{text}").ahead
        assert ahead == (None if minutes is None else timedelta(minutes=minutes)), text
    east, west = stamp("2025-03-17T08:00:00+05:30"), stamp("2025-03-17T08:00:00-05:30")
    assert (west.since(east), east.since(west)) == (11 * 3600, -11 * 3600)
    assert stamp("2025-03-17T08:00:00").since(west) == 0  # a zone that only one has says nothing


def test_fractions_to_the_microsecond():
    for text, micro in ((".5", 500_000), (",25", 250_000), (".123456789", 123_456), ("", 0)):
        assert local_time(f"2025-03-17 08:09:10{text}").microsecond == micro, text
    assert local_time("20250317_080910.5") == MOMENT + timedelta(seconds=0.5)


def test_year_month_and_day():
    for texts, day_first, date in (
        (("2020", "3", "4"), False, (2020, 3, 4)), (("3", "4", "2020"), False, (2020, 3, 4)),
        (("3", "4", "2020"), True, (2020, 4, 3)), (("13", "4", "2020"), False, (2020, 4, 13)),
        (("12", "4", "2020"), False, (2020, 12, 4)), (("3", "13", "2020"), True, (2020, 3, 13)),
        (("3", "4", "69"), False, (2069, 3, 4)), (("3", "4", "70"), False, (1970, 3, 4)),
        (("3", "4", "99"), False, (1999, 3, 4)),
    ):  # fmt: skip
        assert ordered(*texts, day_first=day_first) == date, texts


def test_dates_in_rows_become_seconds():
    data, began, told = as_seconds(b"x\n01/20/2019 12:33:44.1,5\n01/20/2019 12:33:45.6,6\n", 2)
    assert data == b"x\n0.0,5\n1.5,6\n"
    assert began == datetime(2019, 1, 20, 12, 33, 44, 100_000)
    assert told == ()
    zone = as_seconds(b"2019-01-20T12:00:00+01:30;5\n2019-01-20T11:30:00+00:00;6\n", 0)
    assert zone[0] == b"0.0;5\n3600.0;6\n"
    assert zone[2] == ("its times are those of a zone +1.5 h from UTC, and stay local times",)
    german = b"20.01.2019 12:33:44,5;5\n21.02.2019 12:33:44,5;6\n"
    assert as_seconds(german, 0)[0] == f"0.0;5\n{32 * 86400.0};6\n".encode()
    assert as_seconds(b"01/20/2019 12:33:44,5\n", 0, comma=False)[0] == b"0.0,5\n"
    assert as_seconds(b"1,2,3\n", 0) == (b"1,2,3\n", None, ())
    day = as_seconds(b"05/06/2019 12:00:00\t5\n13/06/2019 12:00:00\t5\n", 0)
    assert day[:2] == (b"0.0\t5\n691200.0\t5\n", datetime(2019, 6, 5, 12))
    assert as_seconds(4096 * b"1\n" + b"01/20/2019 12:33:44\n", 0)[1] is None  # a record whose first rows have none
