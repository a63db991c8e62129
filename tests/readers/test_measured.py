"""Files that instruments of other laboratories wrote: counts, values, conditions.

Counts of spectra and points were found by independent readers or by hand.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers import read

ESP13 = "espoupou/AB_ESP13_18_03_26_Csur20_SP3_tx0min_01_PEIS_C02"
ESP3 = "espoupou/AB_ESP3_16_03_2026_Csur20_tx0min"


@pytest.mark.parametrize(
    ("name", "points"),
    [
        (f"{ESP13}_01_PEIS_C01.mpr", [80]), (f"{ESP13}_03_PEIS_C01.mpr", [80] * 5), (f"{ESP13}_01_PEIS_C01.txt", [80]),
        (f"{ESP3}_01_PEIS_C01.mpr", [81]), (f"{ESP3}_03_PEIS_C01.mpr", [81] * 5), (f"{ESP3}_01_PEIS_C01.txt", [81]),
        ("speis/Hem1_EIS_dark.mpt", [41] * 41), ("pyeis/ex1.mpt", [59] * 2), ("pyeis/ex2.mpt", [59] * 2),
        ("buteau/MPT_example.mpt", [70]), ("impedance.py/exampleDataBioLogic.mpt", [43]),
        ("hybrid-drt/PEIS_LPSCl_IonBlocking_-25C.mpr", [79]), ("hybrid-drt/PEIS_LPSCl_IonBlocking_-25C.txt", [79]),
        ("hybrid-drt/PEIS_SSB.mpr", [89]), ("hybrid-drt/Sample1_PEIS_EndOfDischarge.mpr", [86]),
        ("hybrid-drt/Sample2_PEIS_AtRest.csv", [89] * 10), ("autoeis/test_data.csv", [67]),
        ("autoeis/test_data.txt", [67]), ("chmelat/example_eis_data.csv", [106]),
        ("chmelat/example_eis_data_eu.csv", [106]), ("deannguyen/EIS_data.csv", [51]),
        ("impedance.py/exampleData.csv", [66]), ("impedance-analyzer/calce-example.csv", [34]),
        ("impedance-analyzer/wu_example.csv", [47]), ("impedance-analyzer/example_data.csv", [25]),
        ("buteau/DAHN_TXT_example.txt", [70]),
        ("bayes-drt/Z_2RC_uniform_1.0.csv", [81]), ("bayes-drt/Z_RC-ZARC_uniform_1.0.csv", [41]),
        ("bayes-drt/DRTtools_LIB_data.txt", [107]), ("eisfitpython/Example2b.txt", [50]),
        ("eisfitpython/s04147-140deg.txt", [42]), ("eisfitpython/s04147-200deg.txt", [40]),
        ("espoupou/Lauriana_DC3_AMTECH_29-01.csv", [52]), ("impedance.py/exampleDataPowersuite.txt", [30]),
        ("impedance.py/exampleDataCHInstruments.txt", [73]),
    ],
)  # fmt: skip
def test_counts(data, name, points):
    series = read(data / name)
    assert [len(spectrum) for spectrum in series] == points
    assert all(np.all(np.diff(spectrum.frequency) <= 0) for spectrum in series)


def test_one_pellet_in_two_formats(data):
    stem = data / "hybrid-drt/PEIS_LPSCl_IonBlocking_-25C"
    (binary,), (text,) = read(f"{stem}.mpr"), read(f"{stem}.txt")
    # .mpr holds single precision, the text eight digits of it
    assert np.allclose(binary.frequency, text.frequency, rtol=1e-7)
    assert np.allclose(binary.impedance, text.impedance, rtol=2e-7)
    assert binary.conditions.timestamp == text.conditions.timestamp == "2025-05-15T01:18:50.576"
    assert binary.conditions.potential_V == pytest.approx(text.conditions.potential_V, rel=1e-6)
    assert text.impedance[0] == complex(3.5924146e2, -2.9092038e2)


def test_true_sign_export_equals_the_binary_file(data):
    (binary,), (text,) = read(data / f"{ESP3}_01_PEIS_C01.mpr"), read(data / f"{ESP3}_01_PEIS_C01.txt")
    assert np.allclose(binary.impedance, text.impedance, rtol=1e-7)
    assert text.impedance[0] == complex(1.5440727, -0.14000618)


@pytest.fixture
def cell(data, tmp_path):
    """Copies the files of one cell into a folder of their own."""

    def copy(stem: str) -> Path:
        folder = tmp_path / "cell"
        folder.mkdir()
        for path in data.glob(f"{stem}*"):
            (folder / path.name).write_bytes(path.read_bytes())
        return folder

    return copy


@pytest.mark.parametrize(("stem", "rows", "charge"), [(ESP13, 1644, -41.923512625), (ESP3, 1801, -47.236656430)])
def test_cell_of_linked_techniques(cell, stem, rows, charge):
    """charge: the sum of dq over the cycling file alone; a direct current of milliamperes flowed during the spectra."""
    series = read(cell(stem))
    passed = series.column("passed_mAh")
    assert np.all(passed[1:] < -1.3)
    charge += float(passed[:-1].sum())
    assert len(series) == 6
    assert len(series.record) == rows
    assert series.record.charge_mAh[-1] == pytest.approx(charge, abs=1e-8)
    assert series[0].conditions.charge_mAh == 0.0
    assert series[-1].conditions.charge_mAh == pytest.approx(charge, abs=1e-8)
    assert np.all(np.diff(series.column("charge_mAh")) < 0)
    assert {s.conditions.direction for s in series} == {"discharge"}
    assert {s.conditions.cycle for s in series} == {1}
    assert [note for note in series.notes if note.kind == "skipped"] == []
    assert any("which is counted in the charge" in note.sentence for note in series.notes)


def test_charge_that_passed_in_a_sweep_is_the_integral_of_its_current(cell):
    """By the counter of the instrument, -3.0947329 mAh; the trapezoidal rule over <I> gives -3.0838."""
    series = read(cell(ESP13))
    assert series[1].conditions.passed_mAh == pytest.approx(-3.0947329, abs=1e-6)
    assert series[1].conditions.duration_s == pytest.approx(14149.387951 - 12108.919875, abs=1e-5)


def test_times_of_linked_techniques(cell):
    series = read(cell(ESP13))
    assert series[0].conditions.timestamp == "2026-03-18T09:32:36.044"
    assert series[1].label.endswith("_03_PEIS_C01#1")
    assert series[1].conditions.time_s == pytest.approx(12108.919874848623 - 5.49412959, abs=1e-6)


def test_staircase_gives_the_potential_of_each_step(data):
    potential = read(data / "speis/Hem1_EIS_dark.mpt").column("potential_V")
    assert np.allclose(potential, np.linspace(-0.4, 0.6, 41), atol=1e-3)


def test_european_file_equals_the_american(data):
    (left,), (right,) = read(data / "chmelat/example_eis_data.csv"), read(data / "chmelat/example_eis_data_eu.csv")
    assert np.array_equal(left.frequency, right.frequency)
    assert np.array_equal(left.impedance, right.impedance)


def test_made_up_table_with_positive_im_is_turned_and_told(data):
    series = read(data / "impedance-analyzer/example_data.csv")
    assert np.all(series[0].impedance.imag < 0)
    assert any("opposite sign" in note.sentence for note in series.notes)


def test_no_measured_file_with_a_header_is_turned(data):
    patterns = ("*/*.mpt", "*/*.mpr", "bayes-drt/*.csv", "eisfitpython/s*.txt", "chmelat/*.csv", "deannguyen/*.csv")
    for path in sorted(path for pattern in patterns for path in data.glob(pattern)):
        if not path.stem.endswith(("MissingFreq", "03_PEIS_C02")):
            assert not any("opposite sign" in note.sentence for note in read(path).notes), path


def test_refusals(data):
    with pytest.raises(EmptyFile, match="stopped before its first row"):
        read(data / "espoupou/AB_ESP2_16_03_26_Csur50_tx0min_03_PEIS_C02.mpr")
    with pytest.raises(CorruptFile, match="no frequency column"):
        read(data / "impedance.py/exampleDataBioLogic_MissingFreq.mpt")
    with pytest.raises(CorruptFile, match="3 points prove nothing"):
        read(data / "buteau/COLUMBIA_TXT_example.txt")
    with pytest.raises(EmptyFile, match="no row has a frequency above 0"):
        read(data / f"{ESP13}_02_GCPL_C01.txt")
