"""What was done to the cell, as far as the files tell."""

from __future__ import annotations

from dataclasses import replace

from eisfit.report._protocol import condition, instrument, protocol
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
