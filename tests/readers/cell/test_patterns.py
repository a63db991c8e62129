"""Numbers in the names of files, their order, and what series.csv names freely."""

from __future__ import annotations

from pathlib import Path

import pytest

from eisfit.cycling.axes import choose_axis
from eisfit.errors import CorruptFile, OptionError, ReadError
from eisfit.readers import read, suggestion
from eisfit.readers.cell.files import matching, natural, shown_names
from eisfit.readers.cell.patterns import compiled, distinct, mistyped, name_of, nearest, with_direction

DATA = "f,Re,Im\n1000,1,-1\n100,2,-3\n10,4,-5\n1,5,-2\n0.1,6,-1\n"


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (["cell_T-10_soc50", "cell_T0_soc50", "cell_T25_soc50"], "cell_T{temperature_C}_soc50"),
        (["c7_SOC50_25C", "c7_SOC10_0C"], "c7_SOC{soc}_{temperature_C}C"),
        (["cyc02_dis_3.65V", "cyc03_chg_3.70V"], "cyc{cycle}_{direction}_{potential_V}V"),
        (["Z 10 MPa", "Z 20 MPa"], "Z {pressure_MPa} MPa"),
        (["a_10days", "a_20days"], "a_{days}days"),
        (["b_SOH98_x1", "b_SOH95_x2"], "b_SOH{soh}_x*"),
        (["x1", "x2"], None),
        (["one", "two"], None),
        (["a_SOC50"], None),
        (["2025-03-17", "2025-03-18"], None),
    ],
)
def test_suggestions(names, pattern):
    assert suggestion(names) == pattern


@pytest.mark.parametrize(
    "names",
    [
        ["T-10", "T-5", "T0", "T5", "T10"],
        ["x_-20C", "x_-5C", "x_0C", "x_25C"],
        ["a_3.65V", "a_3.7V", "a_4.05V"],
        ["cell-2", "cell-10"],
        ["2", "10"],
        ["r_01_PEIS_C01", "r_03_PEIS_C01"],
    ],
)
def test_natural_order(names):
    mixed = [*names[1::2], *names[::2]]
    assert sorted(mixed, key=natural) == names


def test_directions_and_free_numbers(folder):
    names = ("c_chg_days3_SOC20", "c_dis_days7_SOC40", "c_CHARGE_days11_SOC60")
    path = folder({f"{name}.csv": DATA for name in names})
    series = read(path, pattern="{cell}_{direction}_days{days}_SOC{soc}")
    assert {s.label: s.conditions.direction for s in series} == dict(
        zip(names, ("charge", "discharge", "charge"), strict=True)
    )
    assert sorted(series.column("days").tolist()) == [3.0, 7.0, 11.0]
    assert sorted(series.column("soc").tolist()) == [0.2, 0.4, 0.6]
    axis = choose_axis(series, "days")
    assert axis.label == "days"
    assert sorted(axis.values.tolist()) == [3.0, 7.0, 11.0]
    with pytest.raises(OptionError, match=r"unknown axis hours: choose one of .*days"):
        choose_axis(series, "hours")


def test_numbers_of_any_name_in_series_csv(folder):
    path = folder({"a.csv": DATA, "b.csv": DATA, "series.csv": "file,soh,temperature_C\na,98,25\nb,91,\n"})
    series = read(path)
    assert series.column("soh").tolist() == [98.0, 91.0]
    assert series[0].conditions.temperature_C == 25.0
    assert series[0].conditions.others == (("soh", 98.0),)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("file,exlude\na1,noise\n", "did you mean exclude"),
        ("file,Temperature\na1,3\n", "did you mean temperature_C"),
        ("file,soh\na1,good\n", "column soh holds 'good', a number was expected"),
        ("file,soc\na1,0.1\na3x,0.2\n", "there is no file a3x; did you mean a3"),
    ],
)
def test_mistyped_names_are_errors(folder, table, sentence):
    path = folder({"a1.csv": DATA, "a2.csv": DATA, "a3.csv": DATA, "series.csv": table})
    with pytest.raises(CorruptFile, match=sentence):
        read(path)


def test_files_that_are_there_or_unlike_all_others_are_passed_over(folder):
    path = folder({"a1.csv": DATA, "a2.csv": DATA, "series.csv": "file,soc\na1,0.1\na2,0.2\na3,0.3\nother,1\n"})
    assert [note.path for note in read(path).notes if note.kind == "ignored"] == ["series.csv"] * 2


@pytest.mark.parametrize("pattern", ["{temp}C", "{temprature_C}", "{cyc}", "{soc}_{soc}", "nothing"])
def test_patterns_of_no_use(pattern):
    from eisfit.readers.cell.patterns import compiled

    with pytest.raises(OptionError):
        compiled(pattern)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("run_02_PEIS_C01.csv", "run_02_PEIS_C02.csv"), "2 channels (C01, C02)"),
        (("cell1_a.csv", "cell2_a.csv"), "2 cells (cell1, cell2)"),
        (("cell1_a.csv", "cell1_b.csv"), ""),
        (("LPSCl_PEIS_01.csv", "LLZO_PEIS_01.csv"), "begin differently (LLZO, LPSCl)"),
        (("AB_ESP3_20C.csv", "AB_ESP3_40C.csv", "AB_ESP13_20C.csv"), "begin differently (AB_ESP3, AB_ESP13)"),
        (("PEIS_before_SOC50.csv", "charge_3.65V.csv", "T25_cyc3.csv"), ""),
        (("LPSCl1.csv", "LPSCl2.csv"), ""),
    ],
)
def test_several_cells_in_a_folder_are_told(folder, names, told):
    series = read(folder(dict.fromkeys(names, DATA)))
    found = [note.sentence for note in series.notes if "are read as one cell" in note.sentence]
    assert len(found) == bool(told)
    assert all(told in sentence for sentence in found)


def test_another_unit_behind_a_condition_is_an_error():
    for pattern in ("{cell}_{temperature_C}K", "a_{potential_V}mV", "a_{pressure_MPa} bar"):
        with pytest.raises(OptionError, match="is in"):
            compiled(pattern)
    assert compiled("{cell}_{temperature_C}C_Kim").fullmatch("x_25C_Kim")


def test_numbers_of_a_name_in_the_order_of_a_person():
    """A minus counts behind letters of a quantity, a blank, `_`, `=` or `(`; decimals before a unit."""
    for names in (
        ["a2", "a10"], ["T-10", "T-5", "T0"], ["3.65V", "3.7V"], ["x_-10C", "x_5C"], ["cell-2", "cell-10"],
        ["e=-2", "e=-1"], ["v1.2", "v1.10"], ["(-3)", "(2)"], ["a", "a1"], ["A1", "a2"], ["temp-7", "temp3"],
        ["1a2", "1b1"],
    ):  # fmt: skip
        assert sorted(sorted(names, key=len), key=natural) == names, names
    assert natural("T-10") == ((1, 0.0, "t"), (0, -10.0, ""), (1, 0.0, ""))
    assert natural("3.65v b") == ((1, 0.0, ""), (0, 3.65, ""), (1, 0.0, "v b"))


def test_the_shortest_ends_of_paths_that_differ():
    paths = [Path("/x/a/1.csv"), Path("/x/b/1.csv"), Path("/x/b/2.csv"), Path("/y/b/1.csv")]
    assert list(shown_names(paths).values()) == ["2.csv", "a/1.csv", "x/b/1.csv", "y/b/1.csv"]
    assert shown_names([Path("/1.csv"), Path("1.csv")])[Path("1.csv")] == "1.csv"


def test_which_folders_a_glob_may_go_through(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("a/10.csv", "a/2.csv", "a/b/3.csv"):
        (tmp_path / name).write_text("")
    assert [p.name for p in matching(tmp_path / "**" / "*.csv")] == ["2.csv", "10.csv", "3.csv"]
    assert [p.name for p in matching(tmp_path / "a" / "[0-9]*.csv")] == ["2.csv", "10.csv"]
    for pattern in (tmp_path / "**" / "**" / "*.csv", tmp_path / "**" / "b" / "**"):
        with pytest.raises(ReadError, match=r"has \*\* once at most"):
            matching(pattern)


def test_names_that_are_nearly_known():
    known = ("soc", "temperature_C", "cycle")
    for name, meant in (
        ("soc", None), ("temp", "temperature_C"), ("te", None), ("cycel", "cycle"), ("days", None), ("SOC", "soc"),
    ):  # fmt: skip
        assert mistyped(name, known) == meant, name
    assert nearest("cycel", known) == "did you mean cycle?"
    assert nearest("xyz", known) == "known are soc, temperature_C, cycle"


def test_gaps_and_conditions_of_a_pattern():
    for pattern, name, values in (
        ("{cell}_SOC{soc}", "a_SOC12,5", {"soc": "12,5"}), ("*_{temperature_C}C", "x_-10C", {"temperature_C": "-10"}),
        ("{}_{soc}", "a_1e-2", {"soc": "1e-2"}),
        ("{_}{direction}_{cycle}", "x DIS_3", {"direction": "DIS", "cycle": "3"}),
        ("{soc}*", "5 of a", {"soc": "5"}), ("{soc}.b", "5xb", None), ("{soc}", "a5", None),
        ("{timestamp}_{soc}", "2026-03-17_5", {"timestamp": "2026-03-17", "soc": "5"}),
    ):  # fmt: skip
        found = compiled(pattern).fullmatch(name)
        assert (None if found is None else found.groupdict()) == values, (pattern, name)
    with pytest.raises(OptionError, match=r"names \{soc\} twice"):
        compiled("{soc}_{soc}")
    with pytest.raises(OptionError, match="names no condition"):
        compiled("*_{cell}")


def test_parts_of_a_suggestion():
    assert with_direction("a_chg_1") == ("a_\0_1", "chg")
    assert with_direction("a_CHARGE_1") == ("a_\0_1", "CHARGE")
    assert with_direction("charger_1") == ("charger_1", "")
    for before, behind, name in (
        ("cell_T", "_x", "temperature_C"), ("SOC", "", "soc"), ("a_", "C_b", "temperature_C"),
        ("a_", " MPa", "pressure_MPa"),
        ("T", "V", "potential_V"), ("a_", "_b", None), ("cyc_", "", "cycle"), ("x", "days", "days"),
        ("", "%SOC", "soc"),
    ):  # fmt: skip
        assert name_of(before, behind) == name, (before, behind)
    assert distinct(["soc", "soc", None], [["1", "2"], ["1", "2"], ["1", "2"]]) == ["soc", None, None]
    assert distinct(["soc", "soc"], [["1", "1"], ["1", "2"]]) == [None, "soc"]
    assert suggestion(["a_SOC1"]) is None
    assert suggestion(["a_SOC1", "b_SOC1"]) is None
    assert suggestion(["a_1_chg", "a_2_dis"]) == "a_*_{direction}"
    assert suggestion(["a_SOC1_T5", "a_SOC2_T5"]) == "a_SOC{soc}_T5"
