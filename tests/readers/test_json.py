"""JSON: columns, records, tables of pandas, one or many spectra, and what is none of these."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EmptyFile, UnknownFormat
from eisfit.readers import read

F, RE, IM = [1000.0, 100.0, 10.0], [10.0, 12.5, 20.0], [-1.0, -4.25, -9.0]
COLUMNS = {"frequency": F, "re": RE, "im": IM}
ROWS = list(zip(F, RE, IM, strict=True))


def written(path: Path, value: object) -> Path:
    """A file that holds a value, or a text as it is."""
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


@pytest.mark.parametrize(
    "value",
    [
        COLUMNS,
        {"Frequency (Hz)": F, "Z' (kohm)": [r / 1e3 for r in RE], "-Z'' (kohm)": [-i / 1e3 for i in IM]},
        [{"frequency_Hz": f, "z_real": r, "z_imag": i} for f, r, i in ROWS],
        "\n".join(json.dumps({"freq": f, "re": r, "im": i}) for f, r, i in ROWS),
        {"columns": ["freq", "re", "im"], "index": [0, 1, 2], "data": ROWS},
        {"schema": {"fields": []}, "data": [{"freq": f, "re": r, "im": i} for f, r, i in ROWS]},
        {name: dict(zip("012", values, strict=True)) for name, values in COLUMNS.items()},
        {str(k): {"freq": f, "re": r, "im": i} for k, (f, r, i) in enumerate(ROWS)},
        {"frequency": F, "impedance": [[r, i] for _, r, i in ROWS]},
        {"frequency": F, "impedance": [{"re": r, "im": i} for _, r, i in ROWS]},
        {"frequency": F, "Z": [str(complex(r, i)) for _, r, i in ROWS]},
        {"frequency": F, "impedance": {"real": RE, "imag": IM}},
        {"meta": {"who": "me"}, "measurement": {"result": COLUMNS}},
        {"data_sets": [{"label": "a", "frequencies": F, "real_impedances": RE, "imaginary_impedances": IM}]},
    ],
)
def test_forms_of_one_spectrum(tmp_path, value):
    (spectrum,) = read(written(tmp_path / "a.json", value))
    assert spectrum.frequency.tolist() == F
    assert np.allclose(spectrum.impedance, np.array(RE) + 1j * np.array(IM), rtol=1e-15)
    assert spectrum.label == "a"


def test_values_beside_the_columns_hold_for_the_spectrum(tmp_path):
    beside = {"soc": 0.5, "temperature": 25, "direction": "charge", "timestamp": "2025-03-17T08:00:00", "name": "half"}
    (spectrum,) = read(written(tmp_path / "a.json", COLUMNS | beside | {"operator": "me"}))
    told = spectrum.conditions
    assert (told.soc, told.temperature_C, told.direction) == (0.5, 25.0, "charge")
    assert told.timestamp == "2025-03-17T08:00:00"
    assert spectrum.label == "half"
    with pytest.raises(CorruptFile, match="direction is 'up'"):
        read(written(tmp_path / "b.json", COLUMNS | {"direction": "up"}))


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        ([COLUMNS | {"label": f"s{k}"} for k in range(3)], ["s0", "s1", "s2"]),
        ({"first": COLUMNS, "second": COLUMNS}, ["first", "second"]),
        ({"first": [dict(zip(COLUMNS, row, strict=True)) for row in ROWS], "second": COLUMNS}, ["first", "second"]),
        ({"spectra": [COLUMNS, COLUMNS]}, ["a#1", "a#2"]),
        ([COLUMNS | {"label": "same"}] * 2, ["a#1: same", "a#2: same"]),
    ],
)
def test_many_spectra(tmp_path, value, labels):
    series = read(written(tmp_path / "a.json", value))
    assert [s.label for s in series] == labels
    assert all(len(s) == 3 for s in series)
    assert [s.source.sweep for s in series] == list(range(len(labels)))


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ('{"frequency": [1, 2],\n"re": [1', CorruptFile, "line 2: is no whole JSON text"),
        ({"frequency": F, "re": RE, "im": IM[:2]}, CorruptFile, "frequency 3, re 3, im 2"),
        ({"frequency": F, "re": [1, "x", 3], "im": IM}, CorruptFile, "column re holds 'x'"),
        ('{"frequency": [1], "re": [1], "im": [2], "im": [3]}', CorruptFile, "names 'im' twice"),
        ("[" * 100_000, CorruptFile, "nested too deeply"),
        ({"cell": "a", "n": 3}, UnknownFormat, "no table of spectra"),
        ([1, 2, 3], UnknownFormat, "no table of spectra"),
        ("3", UnknownFormat, "no table of spectra"),
        ("a note of mine", UnknownFormat, "no JSON text"),
        (" ", EmptyFile, "is empty"),
    ],
)
def test_what_holds_no_spectrum(tmp_path, text, error, sentence):
    with pytest.raises(error, match=sentence):
        read(written(tmp_path / "a.json", text))


def test_settings_beside_the_data_are_no_lost_input(tmp_path):
    written(tmp_path / "a.json", COLUMNS)
    written(tmp_path / "settings.json", {"operator": "me"})
    series = read(tmp_path)
    assert len(series) == 1
    assert [note.kind for note in series.notes] == ["ignored"]


def test_content_goes_before_the_extension(tmp_path):
    assert read(written(tmp_path / "a.txt", COLUMNS))[0].source.reader == "json"
    assert read(written(tmp_path / "b.mpt", "f,re,im\n10,1,-2\n1,2,-3\n"))[0].source.reader == "table"


PAIRS = [[r, i] for _, r, i in ROWS]


@pytest.mark.parametrize("name", ["admittance", "polar", "Y"])
def test_only_an_impedance_makes_the_parts_of_the_impedance(tmp_path, name):
    other = [[9.0, 9.0]] * 3
    spectrum = read(written(tmp_path / "a.json", {"frequency": F, "Z": PAIRS, name: other}))[0]
    assert spectrum.impedance.tolist() == [complex(r, i) for _, r, i in ROWS]
    with pytest.raises(UnknownFormat):
        read(written(tmp_path / "b.json", {"frequency": F, name: other}))


def test_the_unit_of_complex_numbers_counts(tmp_path):
    spectrum = read(written(tmp_path / "a.json", {"frequency": F, "Z (kohm)": PAIRS}))[0]
    assert spectrum.impedance.real.tolist() == [1e3 * r for r in RE]


def test_two_impedances_are_told(tmp_path):
    with pytest.raises(CorruptFile, match="more than one impedance: Z, impedance"):
        read(written(tmp_path / "a.json", {"frequency": F, "Z": PAIRS, "impedance": PAIRS}))


def test_cells_of_a_row_are_joined_by_its_key(tmp_path):
    table = {name: dict(zip("012", values, strict=True)) for name, values in COLUMNS.items()}
    table["im"] = dict(reversed(table["im"].items()))
    assert read(written(tmp_path / "a.json", table))[0].impedance.imag.tolist() == IM


@pytest.mark.parametrize("name", ["soc", "cycle"])
def test_a_condition_beyond_every_float_is_told(tmp_path, name):
    with pytest.raises(CorruptFile, match=f"{name} is '1000.*, which cannot be"):
        read(written(tmp_path / "a.json", COLUMNS | {name: 10**400}))
