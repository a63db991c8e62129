"""What the names of files, their times and their numbers say of other files: the parts of these questions, by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EmptyFile, UnknownFormat
from eisfit.readers._base import Content, Trace
from eisfit.readers.cell.absurd import absurd
from eisfit.readers.cell.assemble import (
    Loaded,
    assembled,
    date_of,
    direct_charge,
    in_order,
    labels,
    merged_cell,
    placed,
    timed,
)
from eisfit.readers.cell.assemble import Placed as Put
from eisfit.readers.cell.clock import common_clock, linked, origins, seconds
from eisfit.readers.cell.copies import copies, fingerprint, with_rows_once
from eisfit.readers.cell.files import Found
from eisfit.readers.cell.kin import BACKUP, COPY, electrodes, is_standard, without_kin, words
from eisfit.readers.cell.read import dated, lost, measurable, same_cycling, sifted, without_twins
from eisfit.readers.cell.record import Piece, merge
from eisfit.readers.cell.several import beginning, is_circumstance, listed, several_cells
from eisfit.readers.cell.twins import covers, rank, redundant, same
from eisfit.spectrum import Cell, Conditions, Note, Source, Spectrum

F = np.array([100.0, 10.0, 1.0])
Z = np.array([1 - 1j, 2 - 2j, 3 - 1j])


def file(name: str, folder: str | None = "x") -> Found:
    path = Path(folder or ".") / name
    return Found(path, path.name, path.stem, None if folder is None else Path(folder))


def loaded(name: str, *spectra: Spectrum, **more) -> Loaded:
    sha = more.pop("sha256", name)
    return Loaded(file(name), Content(spectra=spectra, **more), None, Source(path=name, sha256=sha))


def spectrum(scale: float = 1.0, f: np.ndarray = F, **more) -> Spectrum:
    return Spectrum(f, scale * Z[: len(f)], **more)


def trace(n: int = 2, *, rest: bool = False) -> Trace:
    return Trace(time_s=np.arange(float(n)), potential_V=np.ones(n), current_A=np.ones(n), rest=rest)


def test_two_spectra_that_were_printed():
    """To a thousandth of the frequency and of |Z|."""
    for f, z, alike in ((0.999e-3, 0, True), (1.01e-3, 0, False), (0, 0.999e-3, True), (0, 1.01e-3, False)):
        assert same(spectrum(), Spectrum(F / (1 + f), Z * (1 + z))) is alike, (f, z)
    assert not same(spectrum(), Spectrum(F[:2], Z[:2]))


def test_which_of_two_files_of_one_name_is_kept():
    whole, part = Content(spectra=(spectrum(), spectrum(2.0))), Content(spectra=(spectrum(),))
    for a, b, fine in (
        (whole, part, True), (part, whole, False), (whole, Content(spectra=(spectrum(2.0),)), False),
        (whole, Content(spectra=(spectrum(),), traces=(trace(),)), False),
        (Content(traces=(trace(),)), Content(traces=(trace(),)), True), (whole, Content(), False),
    ):  # fmt: skip
        assert covers(a, b) is fine
    assert [rank(s) for s in (".mpr", ".mpt", ".txt", ".csv", ".dta")] == [0, 1, 2, 3, 1]
    assert redundant([part, whole], [".csv", ".mpr"]) == {0: 1}
    assert redundant([part, part], [".csv", ".mpr"]) == {0: 1}
    assert redundant([whole, Content(spectra=(spectrum(3.0),))], [".mpr", ".csv"]) == {}
    assert redundant([None, part], [".mpr", ".csv"]) == {0: 1}


def test_rows_and_spectra_that_stand_twice():
    double = Spectrum([100.0, 10.0, 10.0, 1.0], [1, 2 - 1j, 2 - 1j, 3], sigma=[0.1, 0.2, 0.2, 0.3])
    found = with_rows_once(Content(spectra=(double,)), "a")
    assert found.spectra[0].frequency.tolist() == [100, 10, 1]
    assert found.spectra[0].sigma.tolist() == [0.1, 0.2, 0.3]
    assert [note.sentence for note in found.notes] == ["1 row that stands in it twice"]
    other = Spectrum([100.0, 10.0, 10.0, 1.0], [1, 2 - 1j, 2 - 1j, 3], sigma=[0.1, 0.2, 0.21, 0.3])
    assert with_rows_once(Content(spectra=(other,)), "a").notes == ()
    again = Spectrum([10.0, 10.0, 10.0], [1, 1, 1])
    assert with_rows_once(Content(spectra=(again,)), "a").notes[0].sentence == "2 rows that stand in it twice"
    assert fingerprint(spectrum()) == fingerprint(spectrum(label="b"))
    assert fingerprint(spectrum()) != fingerprint(spectrum(2.0))


def test_what_is_said_of_copies():
    def said(*items):
        return [(note.path, note.sentence) for note in copies(items)]

    one, two = spectrum(), spectrum(2.0)
    assert said(loaded("a", one), loaded("b", two)) == []
    same_bytes = said(loaded("a", one, sha256="1"), loaded("b", one, sha256="1"))
    assert same_bytes == [("b", "has the same bytes as a, a copy: both are read")]
    assert said(loaded("a", one), loaded("b", one))[0][1] == "has the same numbers as a, a copy: both are read"
    assert said(loaded("a", one, one))[0][1] == "its sweep 2 has the same numbers as sweep 1, a copy: both are read"
    more = said(loaded("a", one, two), loaded("b", spectrum(3.0), two, one))
    assert more[0][1].startswith("its sweep 2 has the same numbers as sweep 2 of a, a copy (so with 1 more)")


def test_names_of_copies_backups_and_standards():
    for name, own in (
        ("a.csv.bak", "a.csv"), ("a.csv~", "a.csv"), ("#a.csv#", "a.csv"), ("a.csv", None),
        ("a.csv.old.tmp", "a.csv"),
    ):  # fmt: skip
        found = BACKUP.fullmatch(name)
        assert (found["own"] if found else None) == own, name
    for text, copy in (
        ("copy", True),
        ("(1)", True),
        ("copy 2", True),
        ("12345", False),
        ("kopie", True),
        ("b", False),
    ):
        assert bool(COPY.fullmatch(text)) is copy, text
    assert words("cell_1Fit") == ("cell", "1", "fit")
    assert words("A-b c") == ("a", "b", "c")
    for name, standard in (
        ("cal_open", True), ("short", True), ("dummy cell", True), ("open 100 ohm", True), ("cell 3", False),
        ("open cell", False), ("calibration", False), ("short after 3 h", False),
    ):  # fmt: skip
        assert is_standard(words(name)) is standard, name


def test_files_of_the_electrodes_of_one_cell_by_their_names():
    group = electrodes([file("a_WE.csv"), file("a_CE.csv"), file("a_cell.csv")])
    assert [sorted(names.values()) for names in group] == [["ce", "cell", "we"]]
    for names in (("a_WE.csv", "b_CE.csv"), ("a_WE.csv", "a_working.csv"), ("a_cell.csv", "a_full.csv"), ("a_WE.csv",)):
        assert electrodes([file(name) for name in names]) == [], names
    assert electrodes([file("a_WE.csv", None), file("a_CE.csv", None)]) == []


def test_one_clock_for_several_files():
    at = datetime(1970, 1, 1, 0, 1)
    assert seconds(at) == 60.0
    assert linked("a_01_PEIS_C02") == ("a", "C02")
    assert linked("a_b_12_GCPL2_CA3") == ("a_b", "CA3")
    assert linked("a_PEIS_C02") is None
    dated, undated, timeless = Content(start=at, span=(0.0, 5.0)), Content(span=(0.0, 5.0)), Content()
    zero, notes = origins([dated, undated, timeless], [file("a_01_PEIS_C02.x"), file("a_02_GCPL_C02.x"), file("c.x")])
    assert zero == [60.0, 60.0, None]
    assert [note.sentence for note in notes] == [
        "its header has no date: the start of the files it is linked with is taken"
    ]
    zero, notes = origins([dated, undated], [file("a_01_PEIS_C02.x"), file("a_02_GCPL_C03.x")])
    assert zero == [60.0, None]
    assert notes[0].sentence == "its header has no date: its times are not used"
    assert origins([dated, timeless], [file("a.x"), file("b.x")]) == ([60.0, None], [])


def test_files_without_any_date():
    """Times that follow each other in the order of the names, or linked techniques, count from one start."""
    spans = [(5.0, 9.0), (0.0, 5.0), None]
    files = [file("10.x"), file("2.x"), file("3.x")]
    assert common_clock([0, 1], spans, files)[0] == [0.0, 0.0, None]
    assert common_clock([0, 1], [(4.9, 9.0), (0.0, 5.0), None], files)[0] == [None, None, None]
    own = [file("a_01_PEIS_C02.x"), file("a_02_PEIS_C02.x")]
    assert common_clock([0, 1], [(0.0, 9.0), (0.0, 5.0)], own)[0] == [0.0, 0.0]
    assert common_clock([0], [(3.0, 9.0), None], files[:2]) == ([0.0, None], [])


def test_names_that_tell_of_several_cells():
    def told(*names):
        found = several_cells([file(f"{name}.csv") for name in names])
        return found[0].sentence.partition(",")[0] if found else ""

    assert told("a_01_PEIS_C01", "a_02_PEIS_C02").startswith("the files are named after 2 channels (C01")
    assert told("cell1 a", "cell2 a").startswith("the files are named after 2 cells (cell1")
    assert told("Cell1 a", "cell1 b") == ""
    assert told("abc_1", "abc_2") == ""
    assert told("abc_1", "xyz_2").startswith("the names of the files begin differently (abc")
    assert told("LFP1_25C", "LFP1_40C", "LFP2_25C").startswith("the names of the files begin differently")
    assert beginning("PEIS_abc_25C_x") == "abc"
    assert beginning("ab_25C") == ""
    for token, known in (
        ("PEIS", True), ("eis3", True), ("25C", True), ("SOC50", True), ("chg", True), ("abc", False), ("7", True),
        ("x7", False),
    ):  # fmt: skip
        assert is_circumstance(token) is known, token
    assert listed(["a", "b", "c", "d"]) == "a, b, c, d"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c, d, ..."


def test_labels_and_order_of_spectra():
    assert labels([loaded("a.csv"), loaded("b.csv"), loaded("b.txt")]) == ["a", "b.csv", "b.txt"]

    def put(name, time):
        return Put(spectrum(), name, Source(path=name), time, False)

    given = [put("10", None), put("2", None), put("b", 5.0), put("a", 1.0)]
    assert [item.label for item in in_order(given)] == ["a", "b", "2", "10"]
    assert date_of(60.25) == "1970-01-01T00:01:00.250"
    assert date_of(1e18) is None


def test_the_cell_by_what_is_given_and_by_headers():
    parts = [loaded("a", cell=Cell(area_cm2=1.0)), loaded("b", cell=Cell(area_cm2=2.0, mass_mg=3.0))]
    cell, notes = merged_cell(None, parts)
    assert (cell.area_cm2, cell.mass_mg) == (1.0, 3.0)
    assert [note.sentence for note in notes] == ["headers differ in area_cm2: 1 from this file is used"]
    cell, notes = merged_cell(Cell(area_cm2=5.0), parts)
    assert (cell.area_cm2, cell.mass_mg, notes) == (5.0, 3.0, [])
    assert Conditions().soc is None
    assert pytest.approx(1.0) == cell.area_cm2 / 5


def failed(name: str, error) -> Loaded:
    return Loaded(file(name), None, error, Source(path=name))


def test_numbers_beyond_all_that_can_be_measured():
    """A period of the age of the world, light; 1e-25 to 1e40 ohm, or nothing."""
    for f, z, word in (
        (1.01e-15, 1, ""), (0.99e-15, 1, "frequency of 9.9e-16 Hz"), (0.99e18, 1, ""),
        (1.01e18, 1, "frequency of 1.01e+18"),
        (1, 1.01e-25, ""), (1, 0.99e-25, "impedance of 9.9e-26 ohm"), (1, 0.99e40, ""),
        (1, 1.01e40, "impedance of 1.01e+40"),
        (1, 0, ""), (1, 1 + 1e-30j, ""), (1, 1e41j, "impedance of 1e+41"), (1, 1e-15 - 2e-26j, ""),
    ):  # fmt: skip
        said = absurd(Spectrum([f], [z]))
        assert word in said, (f, z)
        assert bool(said) is bool(word), (f, z)


def test_absurd_spectra_are_left_out():
    good, bad = spectrum(), Spectrum([1.0], [1e41])
    content = Content(spectra=(bad, good))
    found = measurable(content, "a")
    assert found.spectra == (good,)
    assert [note.sentence for note in found.notes] == [
        "spectrum 1 holds an impedance of 1e+41 ohm, beyond all that can be measured"
    ]
    assert measurable(Content(spectra=(good,)), "a").notes == ()
    with pytest.raises(CorruptFile, match="1e"):
        measurable(Content(spectra=(bad, bad)), "a")
    assert measurable(Content(spectra=(bad,), traces=(trace(),)), "a").spectra == ()


def test_files_of_one_measurement():
    """One name in two formats, cycling of the same bytes; the file with a date counts."""
    one, two = spectrum(), spectrum(2.0)
    kept, notes = without_twins([loaded("a.csv", one), loaded("a.mpr", one, two), loaded("b.csv", two)])
    assert [item.found.shown for item in kept] == ["a.mpr", "b.csv"]
    assert [(note.path, note.sentence) for note in notes] == [("a.csv", "same measurement as a.mpr")]
    kept, _ = without_twins([loaded("A.csv", one), loaded("a.mpr", one)])
    assert [item.found.shown for item in kept] == ["a.mpr"]
    at = datetime(2025, 1, 1)
    kept, _ = without_twins([loaded("a.mpt", one, start=at), loaded("a.mpr", one)])
    assert [item.found.shown for item in kept] == ["a.mpt"]
    assert dated([loaded("a.mpt", one, start=at), loaded("a.mpr", one, two)], {0: 1}) == {0: 1}
    assert dated([loaded("a.mpt", one, start=at), loaded("a.mpr", one, start=at)], {0: 1}) == {0: 1}
    broken, notes = without_twins([failed("a.mpr", CorruptFile("is cut", "a.mpr")), loaded("a.csv", one)])
    assert [item.found.shown for item in broken] == ["a.csv"]
    assert notes[0].sentence == "same measurement as a.csv; it cannot be read: is cut"
    cycles = [loaded(name, traces=(trace(),), sha256="1") for name in "ab"]
    assert same_cycling([*cycles, loaded("c", one, sha256="1")]) == {1: 0}


def test_files_that_cannot_be_read():
    error = CorruptFile("is cut", "a.csv", 7)
    good, notes = sifted([failed("a.csv", error), loaded("b.csv", spectrum())])
    assert [item.found.shown for item in good] == ["b.csv"]
    assert [(note.kind, note.sentence) for note in notes] == [("skipped", "line 7: is cut")]
    with pytest.raises(CorruptFile) as caught:
        sifted([failed("a.csv", error)])
    assert caught.value is error
    with pytest.raises(CorruptFile, match=r"none of the 2 files can be read; the first, a\.csv: line 7: is cut"):
        sifted([failed("a.csv", error), failed("b.csv", UnknownFormat("none", "b.csv"))])
    none = UnknownFormat("holds no table", "a.txt")
    for name, folder, what, kind in (
        ("a.txt", "x", none, "ignored"), ("a.txt", None, none, "skipped"), ("a.csv", "x", none, "skipped"),
        ("a.TXT", "x", none, "ignored"), ("a.txt", "x", error, "skipped"),
    ):  # fmt: skip
        assert lost(file(name, folder), what).kind == kind, (name, folder)


def test_the_direct_charge_of_spectra_is_told_from_a_hundredth():
    record = merge([Piece(trace(3), 0.0, Source(path="r"))], np.empty(0))[0]
    moved = float(np.sum(np.abs(np.diff(record.charge_mAh, prepend=0.0))))

    def told(passed: float, time: float | None = 1.0) -> list[str]:
        item = Put(spectrum(conditions=Conditions(passed_mAh=passed)), "a", Source(path="a"), time, False)
        return [note.sentence.rpartition(", which ")[2] for note in direct_charge(record, [item])]

    assert moved == pytest.approx(2 / 3.6)
    for part, said in ((0.0099, False), (0.0101, True), (-0.0101, True)):
        assert bool(told(part * moved)) is said, part
    assert told(moved) == ["is counted in the charge"]
    assert told(moved, None) == ["is not counted in the charge: their time is not known"]


def test_files_become_one_series():
    """One clock that begins with the first of all, one order, the record with the charge at each spectrum."""
    at = datetime(2025, 1, 1)
    late = loaded("b", spectrum(conditions=Conditions(time_s=7.0)), start=at, span=(7.0, 7.0))
    early = loaded("a", spectrum(2.0, conditions=Conditions(time_s=5.0)), start=at, span=(5.0, 5.0))
    cycling = loaded("c", traces=(trace(9),), start=at, span=(0.0, 8.0))
    found = assembled([late, early, cycling], [Note("ignored", "x", "y")], None)
    assert [(s.label, s.conditions.time_s) for s in found] == [("a", 5.0), ("b", 7.0)]
    assert [s.conditions.timestamp for s in found] == ["2025-01-01T00:00:05.000", "2025-01-01T00:00:07.000"]
    assert found.record.time_s.tolist() == list(range(9))
    assert [s.conditions.charge_mAh for s in found] == pytest.approx(
        [4 / 3.6, 5 / 3.6]
    )  # a step with a spectrum is a gap
    assert found.notes[0].sentence == "y"
    alone = assembled([late, early], [], None)
    assert [s.conditions.time_s for s in alone] == [0.0, 2.0]
    assert alone.record is None
    with pytest.raises(EmptyFile, match="holds no impedance, like the other files"):
        assembled([loaded("a"), loaded("b")], [], None)
    with pytest.raises(EmptyFile, match=r"holds no impedance$"):
        assembled([loaded("a")], [], None)
    undated = assembled([late, loaded("c", traces=(trace(9),), span=(0.0, 8.0))], [], None)
    assert undated.record is None
    assert any("its cycling rows are no part of the record" in note.sentence for note in undated.notes)


def test_labels_and_sources_of_the_spectra_of_a_file():
    one, two = spectrum(), spectrum(2.0)
    several = loaded("a.csv", one, two)
    put = placed([several], [several.content], [3.0])
    assert [(p.label, p.source.sweep, p.time, p.dated) for p in put] == [
        ("a#1", 0, None, False),
        ("a#2", 1, None, False),
    ]
    named = loaded("b.csv", spectrum(label="own"), spectrum(label="own"))
    assert [p.label for p in placed([named], [named.content], [None])] == ["b#1: own", "b#2: own"]
    timed_ = loaded("c.csv", spectrum(label="x", conditions=Conditions(time_s=2.0)), start=datetime(2025, 1, 1))
    (put,) = placed([timed_], [timed_.content], [3.0])
    assert (put.label, put.time, put.dated) == ("x", 5.0, True)
    assert timed(put, 2.0).timestamp == "1970-01-01T00:00:05.000"
    assert timed(put._replace(dated=False), 4.0).timestamp is None
    assert timed(put._replace(dated=False), 4.0).time_s == 4.0


def test_files_that_belong_to_another_by_their_names():
    def left(*names: str, alike: bool = False) -> dict[str, str]:
        items = [loaded(name, spectrum(1.0 if alike else 1.0 + i)) for i, name in enumerate(names)]
        kept, notes = without_kin(items)
        assert len(kept) + len(notes) == len(names)
        return {note.path: note.sentence for note in notes}

    for names, alike, path, says in (
        (("c_1.csv", "c_1_fit.csv"), False, "c_1_fit.csv", "its name says 'fit', beside c_1.csv, of which it is no"),
        (("fit_c_1.csv", "c_1.csv"), False, "fit_c_1.csv", "its name says 'fit', beside c_1.csv"),
        (("a.csv", "a.csv.bak"), False, "a.csv.bak", "its name says that it is a backup of a.csv"),
        (("a.csv", "a copy.csv"), True, "a copy.csv", "it is a copy of a.csv"),
        (("a.csv", "a (1).csv"), True, "a (1).csv", "it is a copy"),
        (("a.csv", "open.csv"), False, "open.csv", "its name says 'open', a standard of the instrument, not the cell"),
    ):  # fmt: skip
        found = left(*names, alike=alike)
        assert list(found) == [path], names
        assert found[path].startswith(says), names
        assert found[path].endswith(": name it alone to read it")
    for names in (("a.csv", "a copy.csv"), ("open.csv", "short.csv"), ("fit.csv", "a.csv"), ("a.csv", "b_fit.csv")):
        assert left(*names) == {}, names
