"""BDF: the labels of the Battery Data Format, written and read back without loss."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.export.bdf import write_bdf
from eisfit.readers import read
from eisfit.spectrum import Cell, Conditions, Record, Series, Spectrum

RNG = np.random.default_rng(5)
F = np.geomspace(1e5, 0.3, 17)


@pytest.fixture
def series() -> Series:
    """Three spectra with all kinds of conditions between the rows of a record."""
    spectra = [
        Spectrum(
            F,
            (k + 1) * (5 + 20 / (1 + 1j * F / 77.7)) + RNG.normal(size=17),
            conditions=Conditions(
                time_s=100.1 * k, timestamp=f"2025-01-0{k + 1}T08:00:00.000", potential_V=3.1 + k / 7, cycle=k + 1,
                direction="charge" if k else "discharge", temperature_C=None if k == 1 else 25.3, soc=k / 3,
                others=(("days", 3.5 * k),),
            ),
            label=f"s{k}",
        )
        for k in range(3)
    ]  # fmt: skip
    spectra[2] = spectra[2].masked(np.arange(17) == 4, "touched")
    record = Record(
        time_s=np.sort(RNG.random(40)) * 250,
        potential_V=3 + RNG.random(40),
        current_A=RNG.normal(size=40) / 3,
        charge_mAh=np.cumsum(RNG.normal(size=40)),
        half_cycle=np.repeat([0, 1], 20),
    )
    return Series(spectra, cell=Cell(name="seven", area_cm2=1.27, mass_mg=2.1), record=record)


@pytest.mark.parametrize("name", ["a.bdf", "a.bdf.csv"])
def test_it_is_read_back_as_it_was(tmp_path, series, name):
    write_bdf(series, tmp_path / name)
    back = read(tmp_path / name)
    assert len(back) == 3
    for left, right in zip(series, back, strict=True):
        assert np.array_equal(left.frequency, right.frequency)
        assert np.array_equal(left.impedance, right.impedance)
        assert (left.label, left.conditions, left.reasons) == (right.label, right.conditions, right.reasons)
    assert back.cell == series.cell
    for field in dataclasses.fields(Record):
        if field.name != "sources":
            assert np.array_equal(getattr(back.record, field.name), getattr(series.record, field.name))


def test_a_program_that_knows_bdf_alone_finds_its_labels(tmp_path, series):
    write_bdf(series, tmp_path / "a.bdf")
    first = (tmp_path / "a.bdf").read_text().partition("\n")[0].split(",")
    assert first[:5] == ["Test Time / s", "Voltage / V", "Current / A", "Cycle Count / 1", "Ambient Temperature / degC"]
    assert first[5:8] == ["Frequency / Hz", "Real Impedance / ohm", "Imaginary Impedance / ohm"]


@pytest.mark.parametrize(
    "names",
    [
        "Test Time / s,Voltage / V,Current / A,Cycle Count / 1",
        "test_time_second,voltage_volt,current_ampere,cycle_count",
    ],
)
def test_records_of_other_programs(tmp_path, names):
    rows = "".join(f"{60 * i},{3 + i / 100},0.006,1\n" for i in range(61))
    (tmp_path / "cycling.bdf").write_text(f"{names}\n{rows}")
    record = read(tmp_path).record
    assert record.charge_mAh[-1] == pytest.approx(6.0)
    assert record.potential_V[-1] == pytest.approx(3.6)


def test_a_record_without_its_columns_is_refused(tmp_path, series):
    write_bdf(series, tmp_path / "a.bdf")
    text = (tmp_path / "a.bdf").read_text().replace("half_cycle", "halves")
    (tmp_path / "a.bdf").write_text(text)
    with pytest.raises(CorruptFile, match="has rows of a record, but no column half_cycle"):
        read(tmp_path / "a.bdf")


def test_a_decimal_comma_is_none_between_commas(tmp_path, series):
    path = tmp_path / "a.bdf"
    write_bdf(series, path)
    first, second, rest = path.read_text().split("\n", 2)
    cells = second.split(",")
    cells[first.split(",").index("Frequency / Hz")] = '"1,5"'
    path.write_text("\n".join([first, ",".join(cells), rest]))
    with pytest.raises(CorruptFile, match="'1,5', a number was expected"):
        read(path)
