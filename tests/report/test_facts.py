"""What was done to the cell, as far as the files tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eisfit.plots.segments import protocol
from eisfit.report._facts import condition, instrument, last_measured
from eisfit.spectrum import Source
from tests.studies import make_study


def test_the_protocol_counts_steps_and_rests() -> None:
    said = protocol(make_study(n=12))
    assert said.startswith("6 steps of negative current (−0.32 mA, median 30 min); 6 steps of positive current")
    assert "12 rests" in said
    assert protocol(make_study(n=2, record=False)) == ""


def test_the_instrument_is_named_by_its_maker() -> None:
    study = make_study(n=2)
    assert instrument(study) == "eclab"
    spectra = [s.with_(source=Source(path="a.mpt", reader="eclab-text")) for s in study.series]
    named = replace(study, series=study.series.with_(spectra=spectra))
    assert instrument(named) == "BioLogic (eclab-text)"


def test_the_temperatures_of_the_spectra_stand_for_that_of_the_cell() -> None:
    study = make_study(n=3, geometry=False)
    bare = study.series.with_(cell=replace(study.series.cell, temperature_C=None))
    for logged, text in (((None,) * 3, None), ((25.0, None, 25.0), "25"), ((20.0, 0.0, -40.0), "−40 to 20")):
        spectra = tuple(
            s.with_(conditions=replace(s.conditions, temperature_C=c)) for s, c in zip(bare, logged, strict=True)
        )
        assert condition(replace(study, series=bare.with_(spectra=spectra)), "temperature_C") == text


@pytest.mark.parametrize(
    ("stated", "date"),
    [
        (("2025-03-17T10:12:40.123456", "2025-03-18T08:00:00"), "2025-03-18 08:00:00+00:00"),
        (("2025-03-18T08:00:00.9", None), "2025-03-18 08:00:00+00:00"),
        (("2025-03-18T08:00:00+02:00", None), "2025-03-18 06:00:00+00:00"),
        (("1899-12-30T00:00:00", None), None),
        (("yesterday", None), None),
        ((None, None), None),
    ],
)
def test_the_date_of_a_report_is_that_of_the_newest_spectrum(stated: tuple[str | None, ...], date: str | None) -> None:
    study = make_study(n=2)
    spectra = tuple(
        s.with_(conditions=replace(s.conditions, timestamp=at)) for s, at in zip(study.series, stated, strict=True)
    )
    found = last_measured(replace(study, series=study.series.with_(spectra=spectra)))
    assert (str(found) if found else None) == date
