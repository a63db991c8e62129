"""Numbers in file names, and series.csv."""

from __future__ import annotations

from pathlib import Path

import pytest

from eisfit.errors import CorruptFile, OptionError
from eisfit.readers import read, rebaselined
from eisfit.readers._base import Content
from eisfit.readers.cell.assemble import Loaded
from eisfit.readers.cell.files import Found
from eisfit.readers.cell.stated import (
    EXCLUDED,
    Statement,
    as_fractions,
    at_stated_times,
    exclusion,
    nothing_to_fit,
    refuse_contradiction,
    refuse_unknown_sweeps,
    statements_on,
    value_of,
    with_fractions,
    with_stated,
)
from eisfit.spectrum import Conditions, Note, Series, Source, Spectrum

CSV = "f/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n1000,10,-1\n100,12,-4\n10,{},-3\n"


def csv(value: float) -> str:
    """A table of three points."""
    return CSV.format(value)


def test_series_csv_states_conditions(folder):
    table = "file,temperature_C,soc,direction,cycle\na.csv,25,40,charge,2\nb,-10,60,,\n"
    series = read(folder({"a.csv": csv(1), "b.csv": csv(2), "series.csv": table}))
    assert [s.conditions.temperature_C for s in series] == [25.0, -10.0]
    assert [s.conditions.soc for s in series] == [0.4, 0.6]
    assert [s.conditions.direction for s in series] == ["charge", None]
    assert [s.conditions.cycle for s in series] == [2, None]
    assert [(note.path, "percent" in note.sentence) for note in series.notes] == [("series.csv", True)]


def test_sweeps_are_counted_from_zero(folder, peis):
    path = folder({"a.mpt": peis([0.0, 100.0]), "series.csv": "file;sweep;potential_V\na;1;2,5\n"})
    assert read(path).column("potential_V").tolist() == [3.5, 2.5]


def test_times_set_the_order(folder):
    path = folder({"a.csv": csv(1), "b.csv": csv(2), "series.csv": "file,time_s\na,50\nb,20\n"})
    assert [s.label for s in read(path)] == ["b", "a"]


def test_stated_times_ask_the_record(folder, gcpl):
    path = folder({"a.csv": csv(1), "c.mpt": gcpl([(0, 60.0, 61)]), "series.csv": "file,time_s\na,1800\n"})
    assert read(path)[0].conditions.charge_mAh == pytest.approx(30)


def test_exclude_and_rebaseline(folder):
    table = "file,exclude,rebaseline\na,touched the cable,\nc,,true\nnone.csv,,\n"
    series = read(folder({"a.csv": csv(1), "b.csv": csv(2), "c.csv": csv(3), "series.csv": table}))
    assert [s.label for s in series] == ["b", "c"]
    assert rebaselined(series) == (1,)
    assert {(note.kind, note.path) for note in series.notes} == {
        ("ignored", "a"),
        ("assumed", "c"),
        ("ignored", "series.csv"),
    }


def test_exclude_reads_true_and_false(folder):
    path = folder({"a.csv": csv(1), "b.csv": csv(2)})
    staying, leaving = ("no", "False", "0", ""), ("yes", "TRUE", "1", "x", "short")
    for word in (*staying, *leaving):
        (path / "series.csv").write_text(f"file,exclude\na,{word}\n")
        assert [s.label for s in read(path)] == (["a", "b"] if word in staying else ["b"]), word
    for word in ("n/a", "-", "?", "keep", "nan", "2", "0.0"):
        (path / "series.csv").write_text(f"file,exclude\na,{word}\n")
        with pytest.raises(CorruptFile, match="line 2: column exclude holds"):
            read(path)


def test_series_in_capitals_is_told(folder):
    series = read(folder({"a.csv": csv(1), "Series.CSV": "file,soc\na,0.5\n"}))
    assert series[0].conditions.soc is None
    assert any(note.path == "Series.CSV" and "small letters" in note.sentence for note in series.notes)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("file,temperature\na,1\n", "did you mean temperature_C"),
        ("name,soc\na,1\n", "the column 'name' means nothing"),
        ("soc\n1\n", "no column file"),
        ("file,soc\na,full\n", "line 2: column soc holds 'full', a number was expected"),
        ("file,direction\na,up\n", "charge or discharge"),
        ("file,sweep\na,1.5\n", "whole number"),
        ("file,rebaseline\na,perhaps\n", "true or false"),
        ("file,soc\n,1\n", "the column file is empty"),
        (
            "file,temperature_C\na,-1000\n",
            "line 2: column temperature_C holds '-1000', a number between -273.15 and 800",
        ),
        ("file,soc\na,nan\n", "line 2: column soc holds 'nan', a finite number"),
        ("file,soc\na,250\n", "line 2: column soc holds '250', a number between -50 and 120"),
        ("file,soc\na,1.5\n", "line 2: a state of charge of 1.5 may be 1.5 % or 150 %"),
        ("file,pressure_MPa\na,-5\n", "line 2: column pressure_MPa holds '-5'"),
        ("file,days\na,inf\n", "line 2: column days holds 'inf'"),
        ("file,cycle\na,-3\n", "line 2: column cycle holds '-3', 0 or more"),
    ],
)
def test_series_csv_that_cannot_be_used(folder, table, sentence):
    with pytest.raises(CorruptFile, match=sentence):
        read(folder({"a.csv": csv(1), "series.csv": table}))


def test_series_csv_among_files_of_a_glob(folder):
    path = folder({"a.csv": csv(1), "series.csv": "file,temperature_C\na,5\n", "README.txt": "no data"})
    series = read(sorted(path.iterdir()))
    assert series[0].conditions.temperature_C == 5.0
    assert series.notes == ()
    assert read(path / "a.csv")[0].conditions.temperature_C is None


def test_pattern_of_names(folder):
    path = folder({"cell3_SOC40_-25C.csv": csv(1), "cell3_SOC100_25,5C.csv": csv(2), "other.csv": csv(3)})
    series = read(path, pattern="{cell}_SOC{soc}_{temperature_C}C")
    found = {s.label: (s.conditions.soc, s.conditions.temperature_C) for s in series}
    assert found == {"cell3_SOC40_-25C": (0.4, -25.0), "cell3_SOC100_25,5C": (1.0, 25.5), "other": (None, None)}
    assert [note.path for note in series.notes if "pattern" in note.sentence] == ["other.csv"]


@pytest.mark.parametrize(("name", "error"), [("SOC300", OptionError), ("SOC1.4", CorruptFile)])
def test_names_that_say_what_cannot_be_are_refused(folder, name, error):
    with pytest.raises(error, match=f"{name}.csv.*(soc 300|1.4 % or 140 %)"):
        read(folder({f"{name}.csv": csv(1)}), pattern="SOC{soc}")


def test_percent_in_names_and_fractions_in_the_table(folder):
    row = "f,re,im\n10,1,-2\n"
    path = folder({"c_SOC40.csv": row, "c_SOC50.csv": row, "series.csv": "file,soc\nc_SOC40,0.41\n"})
    assert read(path, pattern="{cell}_SOC{soc}").column("soc").tolist() == [0.41, 0.5]


def test_series_csv_goes_before_names(folder):
    path = folder({"x_1.csv": csv(1), "series.csv": "file,cycle\nx_1,7\n"})
    assert read(path, pattern="*_{cycle}")[0].conditions.cycle == 7


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("{temp}", "did you mean"),
        ("SOC{soc}", "fits no file name"),
        ("{direction}", "fits no file name"),
        ("{cell}", "names no condition"),
        ("", "names no condition"),
        ("{soc}{soc}", "twice"),
    ],
)
def test_patterns_that_mean_nothing(folder, pattern, sentence):
    with pytest.raises(OptionError, match=sentence):
        read(folder({"a.csv": csv(1)}), pattern=pattern)


def test_a_column_of_states_of_charge_beyond_two_is_in_percent_and_that_is_said(tmp_path):
    lines = ["frequency/Hz,Re(Z)/ohm,Im(Z)/ohm,soc"]
    for soc in (10, 80):
        lines += [f"{f},{10 + soc},-{soc},{soc}" for f in (1000.0, 100.0, 10.0, 1.0)]
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    series = read(tmp_path / "a.csv")
    assert [s.conditions.soc for s in series] == [0.1, 0.8]
    assert any("percent" in note.sentence for note in series.notes)


def test_all_files_of_a_series_are_in_percent_or_none(folder):
    head = "frequency/Hz,Re(Z)/ohm,Im(Z)/ohm,soc\n"
    files = {f"{soc}.csv": head + "".join(f"{f},{soc},-1,{soc}\n" for f in (100, 10, 1)) for soc in (1, 50)}
    series = read(folder(files))
    assert series.column("soc").tolist() == [0.01, 0.5]
    assert [note.path for note in series.notes if "percent" in note.sentence] == ["1.csv", "50.csv"]


def test_states_of_charge_that_eisfit_wrote_stay(tmp_path):
    table = "spectrum,soc,frequency_Hz,re_ohm,im_ohm\na,2.5,10,1,-2\na,2.5,1,2,-3\nb,0.5,10,3,-2\nb,0.5,1,4,-3\n"
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    series = read(tmp_path / "a.csv")
    assert series.column("soc").tolist() == [2.5, 0.5]
    assert series.notes == ()


def test_a_table_that_leads_nowhere_is_said(tmp_path):
    (tmp_path / "a.csv").write_text("f,re,im\n" + "".join(f"{10**-k},{10 + k},{-k - 1}\n" for k in range(-6, 3)))
    (tmp_path / "series.csv").symlink_to(tmp_path / "gone.csv")
    with pytest.raises(CorruptFile, match=r"series\.csv: leads to no file"):
        read(tmp_path)


def test_series_csv_that_contradicts_itself_is_refused(folder, peis):
    path = folder({"a.mpt": peis([0.0, 100.0]), "b.csv": csv(2)})
    table = path / "series.csv"
    for text, sentence in (
        ("file,soc\na,0.1\na,0.2\n", "line 3: states another soc of a than line 2"),
        ("file,exclude\na,cable\na,noise\n", "another exclude"),
        ("file,soc\na,0.1,0.2\n", "3 cells below 2 columns"),
        ("file,soc,soc\na,0.1,0.2\n", "two columns soc"),
        ("file,sweep,soc\na,2,0.1\n", "names sweep 2 of a.mpt, which has 2, counted from 0"),
        ("file,timestamp\na,yesterday\n", "a date and time such as"),
        ("file,time_s\na,1e308\n", "a number between -1e\\+11 and 1e\\+11"),
    ):
        table.write_text(text)
        with pytest.raises(CorruptFile, match=sentence):
            read(path)
    table.write_text("file,sweep,soc,timestamp\na,1,0.2,17-Mar-2025 10:11:12\na,,0.1,\na,,0.1,\nb,,,\n")
    series = read(path)
    assert {s.label: s.conditions.soc for s in series} == {"a#1": 0.1, "a#2": 0.2, "b": None}
    assert "2025-03-17T10:11:12" in {s.conditions.timestamp for s in series}


def spectrum(path="a.csv", sweep=0, **conditions) -> Spectrum:
    source = Source(path=path, sweep=sweep)
    return Spectrum([1.0], [1 - 1j], label=f"{path} {sweep}", source=source, conditions=Conditions(**conditions))


def test_states_of_charge_above_two_are_percent():
    """All that are stated are then; one between 1 and 2 may be either."""

    def made(*values, line=4):
        found, notes = as_fractions({"a": [Statement(values={"soc": v, "cycle": 3}, line=line) for v in values]})
        return [s.values["soc"] for s in found["a"]], [(note.path, note.sentence) for note in notes]

    assert made(0.5, 1.0) == ([0.5, 1.0], [])
    told = "a state of charge of {} is stated: all that are stated are taken as percent"
    assert made(0.5, 2.1) == ([0.005, 0.021], [("series.csv", told.format("2.1"))])
    assert made(50.0, line=None) == ([0.5], [("a", told.format("50"))])
    for value in (1.01, 2.0):
        with pytest.raises(CorruptFile, match=f"{value:g} may be {value:g} % or {100 * value:g} %") as caught:
            made(value)
        assert caught.value.line == 4
    assert as_fractions({"a": [Statement()]}) == ({"a": [Statement()]}, [])
    assert as_fractions({}) == ({}, [])


def test_states_of_charge_in_files_above_two_are_percent():
    def loaded(*values, series=None):
        content = Content(spectra=tuple(spectrum(soc=v) for v in values), series=series)
        return Loaded(Found(Path("a.csv"), "a.csv", "a", None), content, None, Source(path="a.csv"))

    for values, found in (((0.5, 2.0), (0.5, 2.0)), ((0.5, 2.1), (0.005, 0.021)), ((None, 3.0), (None, 0.03))):
        out, notes = with_fractions([loaded(*values)])
        soc = [s.conditions.soc for s in out[0].content.spectra]
        assert soc == [v if v is None else pytest.approx(v) for v in found]
        assert bool(notes) is (values != found)
    both, notes = with_fractions([loaded(0.5), loaded(50.0), loaded(None)])
    assert [item.content.spectra[0].conditions.soc for item in both] == [0.005, 0.5, None]
    assert len(notes) == 2


def test_a_statement_on_a_sweep_goes_before_one_on_the_file():
    about = {"a.csv": [Statement(1, {"cycle": 1}), Statement(None, {"cycle": 2}), Statement(0, {"cycle": 3})]}
    assert [s.values["cycle"] for s in statements_on(spectrum(), about)] == [2, 3]
    assert [s.values["cycle"] for s in statements_on(spectrum(sweep=1), about)] == [2, 1]
    assert list(statements_on(spectrum("b.csv"), about)) == []
    assert list(statements_on(Spectrum([1.0], [1 - 1j]), about)) == []


def test_a_sweep_that_a_file_does_not_have():
    series = Series([spectrum(), spectrum(sweep=1)])
    refuse_unknown_sweeps(series, {"a.csv": [Statement(1), Statement()], "b.csv": [Statement(9)]})
    with pytest.raises(CorruptFile, match=r"names sweep 2 of a\.csv, which has 2, counted from 0") as caught:
        refuse_unknown_sweeps(series, {"a.csv": [Statement(2, line=5)]})
    assert caught.value.line == 5


def test_rows_that_contradict_each_other():
    first = Statement(0, {"cycle": 1, "soc": 0.5}, "touched", line=2)
    for other, what in (
        (Statement(0, {"cycle": 2}), "cycle"), (Statement(0, {"cycle": 1, "temperature_C": 3.0}), ""),
        (Statement(1, {"cycle": 2}), ""), (Statement(0, {}, "dropped"), "exclude"), (Statement(0, {}, "touched"), ""),
        (Statement(0, {}, None), ""), (Statement(0, {}, ""), "exclude"), (Statement(0, {"cycle": 2}, "x"), "cycle"),
    ):  # fmt: skip
        if not what:
            refuse_contradiction([first], other, "a.csv")
        else:
            with pytest.raises(CorruptFile, match=rf"states another {what} of a\.csv than line 2: leave one"):
                refuse_contradiction([first], other, "a.csv")


def test_values_of_conditions():
    for name, text, value in (
        ("direction", "Charge", "charge"), ("timestamp", "2026-03-17 10:11:12", "2026-03-17T10:11:12"),
        ("cycle", "3", 3), ("cycle", "3.0", 3), ("soc", "0,5", 0.5), ("temperature_C", "−10", -10.0),
        ("days", "4.5", 4.5), ("cycle", "999999999", 999_999_999), ("soc", "120", 120.0),
    ):  # fmt: skip
        assert value_of(name, text) == value, name
    for name, text, says in (
        ("direction", "up", "charge or discharge was expected"), ("timestamp", "soon", "a date and time such as"),
        ("soc", "full", "a number was expected"), ("cycle", "3.5", "a whole number was expected"),
        ("cycle", "1000000000", "a whole number was expected"), ("soc", "121", "between -50 and 120"),
        ("temperature_C", "-300", "between -273.15 and"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=says):
            value_of(name, text)


def test_what_excludes():
    for text, reason in (
        ("", None), ("  ", None), ("no", ""), ("False", ""), ("0", ""), ("yes", "no reason is given"),
        ("TRUE", "no reason is given"), ("touched", "touched"), ("bad", "bad"),
    ):  # fmt: skip
        assert exclusion(text, 3) == reason, text
    for text in ("keep", "NaN", "ab", "12", "a-b-c"):
        with pytest.raises(CorruptFile, match="write why the spectrum is left out, or true or false") as caught:
            exclusion(text, 3)
        assert caught.value.line == 3


def test_times_that_are_stated_set_the_order_and_ask_the_record():
    series = Series([spectrum(time_s=5.0), spectrum(), spectrum(time_s=-1.0)])
    assert [s.conditions.time_s for s in at_stated_times(list(series), series)] == [-1.0, 5.0, None]


def test_conditions_with_what_was_stated():
    found = with_stated(Conditions(soc=0.3, others=(("days", 1.0),)), {"soc": 0.5, "days": 2.0, "load": 3.0})
    assert found.soc == 0.5
    assert dict(found.others) == {"days": 2.0, "load": 3.0}


def test_what_is_said_of_a_series_without_spectra():
    empty = Series([], notes=[Note("ignored", "a", f"{EXCLUDED}x"), Note("ignored", "b", "other")])
    assert nothing_to_fit(empty).startswith("series.csv excludes every spectrum, 1 of 1:")
    assert nothing_to_fit(Series([])).startswith("there is no impedance spectrum")
