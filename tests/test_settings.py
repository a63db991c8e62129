"""eisfit.toml and the declarations behind it."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import eisfit
from eisfit.errors import OptionError
from eisfit.settings import (
    CELL,
    DEFAULTS,
    EVERY,
    FILE_NAME,
    FIT,
    LIMITS_OPTION,
    PANELS,
    AnalysisKeywords,
    FitKeywords,
    combined,
    complete,
    declared,
    find_settings,
    load_settings,
    template,
)
from eisfit.settings.kinds import BOUNDS, COUNT, LIMITS, NAMES, NUMBER, POSITIVE, RANGES, TIES, VALUES, choice
from eisfit.spectrum import Cell


def written(folder: Path, text: str) -> Path:
    path = folder / FILE_NAME
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(OptionError) as caught:
        load_settings(written(folder, text))
    message = str(caught.value)
    assert str(folder / FILE_NAME) in message
    assert "\n" not in message
    return message


def test_the_declarations_are_the_fields() -> None:
    assert list(CELL) == [f.name for f in fields(Cell)]
    assert set(FIT) == {name for name in DEFAULTS if EVERY[name].table == "fit"}
    assert next(iter(FIT)) == "circuit"


def test_every_flag_is_used_once_and_every_group_is_known() -> None:
    options = [*CELL.values(), *FIT.values(), LIMITS_OPTION]
    flags = [flag for option in options for flag in option.flags]
    assert len(flags) == len(set(flags))
    assert {option.panel for option in options} == set(PANELS)


def test_a_whole_file(tmp_path: Path) -> None:
    text = """
[cell]
name = "cell 7"
type = "half"
area_cm2 = 1
temperature_C = -25

[fit]
circuit = "R(RQ)"
fix = { Q1_n = 1 }
bound = { R1 = [1, 1e3] }
tie = { R2 = "R1" }
share = ["Q1_n"]
mask = [[49, 51], [99, 101.5]]
robust = true
jobs = 2

[limits]
"soft_short.score" = 0.2
kk_fail.rms = 1
"""
    settings = combined(load_settings(written(tmp_path, text)))
    assert settings.cell == Cell(name="cell 7", type="half", area_cm2=1.0, temperature_C=-25.0)
    stated = {
        "circuit": "R(RQ)",
        "fix": {"Q1_n": 1.0},
        "bound": {"R1": (1.0, 1e3)},
        "tie": {"R2": "R1"},
        "share": ("Q1_n",),
        "mask": ((49.0, 51.0), (99.0, 101.5)),
        "robust": True,
        "jobs": 2,
        "limits": {"soft_short.score": 0.2, "kk_fail.rms": 1.0},
    }
    assert settings.stated == stated
    assert settings.fit == DEFAULTS | stated


def test_without_settings_the_defaults_hold() -> None:
    settings = combined()
    assert (settings.cell, settings.fit, settings.stated) == (Cell(), DEFAULTS, {})


def test_a_later_source_wins_and_mappings_are_merged() -> None:
    first = {"fit": {"circuit": "RC", "fix": {"a": 1.0, "b": 2.0}}, "limits": {"x.y": 1.0}, "cell": {"area_cm2": 1.0}}
    second = {"fit": {"fix": {"b": 3.0}, "f_min": 0.1}, "limits": {"x.y": 2.0}, "cell": {"mass_mg": 4.0}}
    settings = combined(first, second)
    assert settings.stated == {"circuit": "RC", "fix": {"a": 1.0, "b": 3.0}, "f_min": 0.1, "limits": {"x.y": 2.0}}
    assert settings.cell == Cell(area_cm2=1.0, mass_mg=4.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[cell]\narea = 1", "did you mean area_cm2?"),
        ("[fit]\ncircut = 'RC'", "did you mean circuit?"),
        ("[fit]\nf-min = 1", "did you mean f_min?"),
        ("[fit]\narea_cm2 = 1", "area_cm2 belongs below [cell]"),
        ("circuit = 'RC'", "circuit belongs below [fit]"),
        ("[limit]\na = 1", "did you mean limits?"),
        ("[fit]\nxyzzy = 1", "known are circuit, inductance"),
        ("cell = 3", "cell must be a table, [cell]"),
        ("[fit]\nf_min = 'low'", "[fit] f_min: expected a number, not 'low'"),
        ("[fit]\nf_min = -1", "[fit] f_min: expected a number above 0, not -1"),
        ("[fit]\nf_min = nan", "[fit] f_min: expected a number"),
        ("[fit]\nrobust = 1", "[fit] robust: expected true or false, not 1"),
        ("[fit]\njobs = 0", "[fit] jobs: expected a whole number of at least 1, not 0"),
        ("[fit]\njobs = true", "[fit] jobs: expected a whole number"),
        ("[fit]\nweighting = 'mod'", "expected one of modulus, proportional"),
        ("[fit]\nfix = 3", "[fit] fix: expected a table { NAME = ... }, not 3"),
        ("[fit]\nfix = { a = 'b' }", "[fit] fix: expected a number, not 'b'"),
        ("[fit]\nbound = { a = 3 }", "[fit] bound: expected [low, high], not 3"),
        ("[fit]\nbound = { a = [3, 1] }", "expected a range from low to high, not 3 to 1"),
        ("[fit]\nshare = 'Q'", "[fit] share: expected a list, not 'Q'"),
        ("[cell]\nname = ''", "[cell] name: expected a text, not ''"),
        ("[limits]\n'a.b' = 'c'", "[limits] a.b: expected a number, not 'c'"),
        ("[limits]\na.b = true", "[limits] a.b: expected a number, not True"),
        ("[cell\n", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, says: str) -> None:
    assert says in complaint(tmp_path, text)


def test_other_encodings(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes("\ufeff[cell]\nname = 'Zelle für Ä'".encode())
    assert load_settings(path)["cell"] == {"name": "Zelle für Ä"}
    path.write_bytes("[cell]\nname = 'Zelle für Ä'".encode("latin-1"))
    with pytest.raises(OptionError, match="not UTF-8 text"):
        load_settings(path)
    with pytest.raises(OptionError, match="cannot be read"):
        load_settings(tmp_path / "absent.toml")


def test_the_blank_lies_beside_the_file_that_names_it(tmp_path: Path) -> None:
    given = load_settings(written(tmp_path, "[fit]\nblank = 'cable.mpt'"))
    assert given["fit"]["blank"] == str(tmp_path / "cable.mpt")


def test_the_file_is_found_beside_the_inputs(tmp_path: Path) -> None:
    assert find_settings([tmp_path]) is None
    path = written(tmp_path, "")
    (tmp_path / "a.csv").touch()
    assert find_settings([tmp_path]) == path
    assert find_settings([tmp_path / "a.csv", tmp_path / "b.csv"]) == path
    (tmp_path / "other").mkdir()
    written(tmp_path / "other", "")
    with pytest.raises(OptionError, match="--each"):
        find_settings([tmp_path, tmp_path / "other"])


def test_the_template_sets_nothing_until_it_is_edited(tmp_path: Path) -> None:
    assert combined(load_settings(written(tmp_path, template()))) == combined()


def test_every_example_of_the_template_is_valid_and_no_key_is_missing(tmp_path: Path) -> None:
    lines = [line.removeprefix("#") for line in template().split("\n") if not line.startswith(("# ", '#"flag'))]
    given = load_settings(written(tmp_path, "\n".join(lines)))
    assert list(given["cell"]) == list(CELL)
    assert list(given["fit"]) == [key for key, option in FIT.items() if not option.not_in_file]
    combined(given)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_the_same_from_the_flag_and_from_the_file(value: float) -> None:
    assert NUMBER.from_text(repr(value)) == NUMBER.from_toml(value) == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (VALUES, ["R1=2", "Q_n = 0.5"], {"R1": 2.0, "Q_n": 0.5}),
        (BOUNDS, ["R1=1:10"], {"R1": (1.0, 10.0)}),
        (TIES, ["R1=R2"], {"R1": "R2"}),
        (NAMES, ["a", "b"], ("a", "b")),
        (RANGES, ["49:51", "1e3:2e3"], ((49.0, 51.0), (1e3, 2e3))),
        (LIMITS, ["soft_short.score=0.2"], {"soft_short.score": 0.2}),
        (COUNT, "3", 3),
        (POSITIVE, "1e-3", 1e-3),
    ],
)
def test_texts_behind_flags(kind, text, value) -> None:
    assert kind.from_text(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (NUMBER, "abc", "expected a number, not 'abc'"),
        (NUMBER, "1,5", "the decimal mark is a point"),
        (NUMBER, "inf", "expected a number"),
        (POSITIVE, "0", "above 0"),
        (COUNT, "1.5", "whole number"),
        (VALUES, ["R1"], "expected NAME=..., not 'R1'"),
        (VALUES, ["=3"], "expected NAME=..."),
        (VALUES, ["R1=x"], "expected a number, not 'x'"),
        (BOUNDS, ["R1=3"], "expected LOW:HIGH, not '3'"),
        (BOUNDS, ["R1=3:2"], "from low to high"),
        (RANGES, ["50"], "expected LOW:HIGH"),
        (choice("a", "b"), "c", "expected one of a, b, not 'c'"),
    ],
)
def test_texts_that_make_no_sense(kind, text, says: str) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        kind.from_text(text)
    assert says in str(caught.value)


def test_former_names_are_the_same_options(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "[fit]\nx = 'time'"))["fit"] == {"axis": "time"}
    assert "axis is set already" in complaint(tmp_path, "[fit]\naxis = 'soc'\nx = 'time'")
    now = complete(FitKeywords, {"fix": {"R": 1.0}, "bound": {"Q": (1, 2)}, "tie": {"a": "b"}, "share": ("n",)}, "fit")
    was = complete(
        FitKeywords, {"fixed": {"R": 1.0}, "bounds": {"Q": (1, 2)}, "tied": {"a": "b"}, "shared": ("n",)}, "fit"
    )
    assert now == was


def test_options_are_complete_and_checked() -> None:
    plan = complete(AnalysisKeywords, {"axis": "time", "jobs": None}, "analyse")
    assert plan == {name: EVERY[name].default for name in declared(AnalysisKeywords)} | {"axis": "time"}
    with pytest.raises(OptionError, match=r"analyse has no option 'weigthing'; did you mean weighting\?"):
        complete(AnalysisKeywords, {"weigthing": "unit"}, "analyse")
    with pytest.raises(OptionError, match="fit has no option 'jobs'"):
        complete(FitKeywords, {"jobs": 2}, "fit")


def test_functions_show_every_option() -> None:
    for function, keywords in ((eisfit.fit, FitKeywords), (eisfit.fit_batch, FitKeywords)):
        assert set(declared(keywords)) <= set(inspect.signature(function).parameters)
    parameters = inspect.signature(eisfit.analyse).parameters
    assert {"circuit", "axis", "weighting", "fix", "cell", "settings"} <= set(parameters)
    assert parameters["weighting"].default == "modulus"
    assert "lowest frequency that counts" in (eisfit.analyse.__doc__ or "")


WHOLE = """
[fit]
start = { R_Int = 50 }
exclude = ["first*"]
[[spectra]]
match = "*3.6V*"
circuit = "R(RQ)"
fix = { R_GB = 12 }
mask = [[49, 51]]
start = { R_Int = 40.5 }
[[spectra]]
match = "late"
exclude = "contact lost"
[[spectra]]
match = "bad"
exclude = true
"""


def test_settings_of_single_spectra(tmp_path: Path) -> None:
    settings = combined(load_settings(written(tmp_path, WHOLE)))
    assert settings.fit["start"] == {"R_Int": 50.0}
    assert settings.fit["exclude"] == ("first*",)
    first, second, third = settings.fit["spectra"]
    assert (first.match, first.circuit, first.fix, first.mask) == ("*3.6V*", "R(RQ)", {"R_GB": 12.0}, ((49.0, 51.0),))
    assert first.start == {"R_Int": 40.5}
    assert first.place == f"{tmp_path / FILE_NAME}: [[spectra]] 1 (match = '*3.6V*')"
    assert (second.exclude, third.exclude) == ("contact lost", True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[spectra]\nmatch = 'a'", "[[spectra]] with two brackets"),
        ("[[spectra]]\ncircuit = 'R'", "[[spectra]] 1: match is missing"),
        ("[[spectra]]\nmatch = 'a'", "[[spectra]] 1: nothing is set for 'a': give circuit, fix"),
        ("[[spectra]]\nmatch = 'a'\nmsak = 1", "[[spectra]] 1: no such key msak; did you mean mask?"),
        ("[[spectra]]\nmatch = 'a'\nfix = 3", "[[spectra]] 1: fix: expected a table"),
        ("[[spectra]]\nmatch = 'a'\nexclude = 3", '[[spectra]] 1: exclude: expected a reason such as "contact lost"'),
        ("[[spectra]]\nmatch = 'a'\nfix = {R=1}\n[[spectra]]\nmatch=3", "[[spectra]] 2: match: expected a text"),
        ("[fit]\nmatch = 'a'", "match belongs below [[spectra]]"),
    ],
)
def test_what_is_wrong_with_them_is_named(tmp_path: Path, text: str, says: str) -> None:
    assert says in complaint(tmp_path, text)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("area", r"it is a property of the cell: Cell\(area_cm2=...\)"),
        ("cell_type", r"it is a property of the cell: Cell\(type=...\)"),
        ("capacity_mAh", r"it is a property of the cell: Cell\(capacity_mAh=...\)"),
        ("areacm2", r"did you mean area_cm2, a property of the cell: Cell\(area_cm2=...\)\?"),
        ("shar", r"did you mean share\?"),
    ],
)
def test_a_property_of_the_cell_is_no_option_and_said_to_be_one(name: str, hint: str) -> None:
    with pytest.raises(OptionError, match=hint):
        eisfit.analyse([], **{name: 1.2})


def test_a_limit_has_the_name_that_was_given():
    """Names that options had before are none of limits."""
    assert combined({"limits": {"x": 1.0}}, {"limits": {"fixed": 2.0}}).stated == {"limits": {"x": 1.0, "fixed": 2.0}}


def test_values_that_no_cell_has_are_refused(tmp_path: Path) -> None:
    """The ends of each range are taken, what lies beyond is refused with key and range, in file and flag."""
    for key, low, high, what in (
        ("area_cm2", 1e-10, 1e6, "an area between 1e-10 and 1e+06 cm2"),
        ("thickness_um", 1e-4, 1e6, "a thickness between 0.0001 and 1e+06 um"),
        ("mass_mg", 1e-9, 1e9, "a mass between 1e-09 and 1e+09 mg"),
        ("capacity_mAh", 1e-12, 1e10, "a charge between 1e-12 and 1e+10 mAh"),
        ("capacity_mAh_g", 1e-3, 1e5, "a charge per gram between 0.001 and 100000 mAh/g"),
        ("lithium", 0.0, 100.0, "a lithium content between 0 and 100"),
        ("temperature_C", -273.15, 800.0, "a temperature between -273.15 and 800 C"),
        ("pressure_MPa", 1e-9, 1e6, "a pressure between 1e-09 and 1e+06 MPa"),
    ):
        kind = CELL[key].kind
        for value in (low, high):
            assert kind.from_toml(value) == kind.from_text(repr(value)) == value, key
        for value in (low - abs(low) / 2 or -1.0, 1.001 * high, 1e300):
            assert f"[cell] {key}: expected {what}, not {value:g}" in complaint(tmp_path, f"[cell]\n{key} = {value!r}")
            with pytest.raises(ValueError, match=f"expected {re.escape(what)}"):
                kind.from_text(repr(value))
    assert "[cell] area_cm2: expected a number above 0, not 0" in complaint(tmp_path, "[cell]\narea_cm2 = 0")
