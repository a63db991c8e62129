"""What readers decide in one place each: ends, signs and units that a whole file seldom shows."""

from __future__ import annotations

import struct
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EmptyFile, UnknownFormat
from eisfit.readers import eclab_mpr, eclab_text, formats, json_text, read, workbook, zahner
from eisfit.readers._base import File
from eisfit.readers.cell.twins import same
from eisfit.readers.tabular import sheet
from eisfit.readers.tabular.columns import has_impedance, layout
from eisfit.readers.tabular.headless import rises
from eisfit.readers.tabular.opendocument import sheets
from eisfit.readers.tabular.rewritten import on_one_line
from eisfit.readers.tabular.shape import data_row, has_numbers
from eisfit.readers.tabular.sheet import Room
from eisfit.spectrum import Spectrum

NAMES = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm")


def test_a_zahner_file_of_no_points_is_empty():
    data = b"\0\0\xff\xff\xff\xfe" + b"\xff" * 2 + b"\0" * 64
    with pytest.raises(EmptyFile, match="holds no points"):
        formats()["zahner"].read(File(Path("a.ism"), data, "a.ism"))


def test_a_permittivity_is_an_impedance_only_with_the_geometry():
    columns = layout(("freq/Hz", "Eps'", "Eps''"))
    assert not has_impedance(columns)
    assert has_impedance(columns, geometry=True)


def test_decimal_commas_between_semicolons():
    assert has_numbers("1,5;2,5;3,5", ";", NAMES)
    assert not has_numbers("1,5;x;3,5", ";", NAMES)
    assert data_row("1,5;2,5;3,5") == (";", True, 3)
    assert data_row("1.5,2.5,3.5") == (",", False, 3)


def test_a_time_never_falls():
    assert rises(np.array([1.0, 2.0, 2.0]))
    assert not rises(np.array([2.0, 1.0]))


@pytest.mark.parametrize("above", [b"", b"first\n", b"first\nsecond\nthird\n"])
def test_a_name_in_quotes_over_two_lines(above):
    rows = b"1000,1,2\n100,2,3\n"
    found = on_one_line(above + b'"freq\n(Hz)",Re,Im\n' + rows)
    assert found == above + b'"freq (Hz)",Re,Im\n\n' + rows


def test_points_of_impedance_0_are_the_same():
    spectrum = Spectrum([10.0, 1.0], [0.0, 1 - 1j])
    assert same(spectrum, spectrum)
    assert not same(spectrum, Spectrum([10.0, 1.0], [0.1, 1 - 1j]))


def test_the_impedance_of_the_counter_electrode_has_its_sign(tmp_path):
    (tmp_path / "a.csv").write_text("freq/Hz,Re(Zce)/Ohm,-Im(Zce)/Ohm\n100,1,2\n10,2,3\n1,3,1\n")
    for electrode in ("ce", "we"):  # the only one that the file has
        (spectrum,) = read(tmp_path / "a.csv", electrode=electrode)
        assert spectrum.impedance.tolist() == [1 - 2j, 2 - 3j, 3 - 1j]


@pytest.mark.parametrize(("unit", "factor"), [("bar", 0.1), ("MPa", 1.0), ("kPa", 1e-3)])
def test_pressure(tmp_path, unit, factor):
    (tmp_path / "a.csv").write_text(f"{','.join(NAMES)},pressure/{unit}\n100,1,2,50\n10,2,3,50\n1,3,1,50\n")
    assert read(tmp_path / "a.csv")[0].conditions.pressure_MPa == pytest.approx(50 * factor)


@pytest.mark.parametrize("current", [0.0, 5.0])
def test_three_rows_of_rest_have_a_slope_unless_a_current_flows(tmp_path, current):
    rest = [f"0,0,0,0,0.4,{current}", "0,0,0,30,0.4001,0", "0,0,0,60,0.4002,0"]
    sweep = ["1000,10,1,90,0.4,0", "100,11,2,100,0.4,0", "10,12,3,110,0.4,0"]
    (tmp_path / "a.csv").write_text("\n".join([f"{','.join(NAMES)},time/s,<Ewe>/V,<I>/mA", *rest, *sweep]) + "\n")
    slope = read(tmp_path / "a.csv")[0].conditions.rest_slope_mV_h
    assert (slope is None) == bool(current)


def test_elements_in_elements_of_a_sheet(tmp_path):
    for depth in (20, 150):
        with zipfile.ZipFile(tmp_path / f"{depth}.ods", "w") as archive:
            archive.writestr("content.xml", "<a>" * depth + "</a>" * depth)
    with zipfile.ZipFile(tmp_path / "20.ods") as archive:
        assert list(sheets(archive, Room(1000))) == []
    with zipfile.ZipFile(tmp_path / "150.ods") as archive, pytest.raises(ValueError, match="elements in elements"):
        list(sheets(archive, Room(1000)))


def test_how_many_points_a_zahner_file_may_have():
    """The count less one is 0 for a single point, and below a million."""
    for count, known in ((0, True), (-1, False), (999_999, True), (1_000_000, False)):
        head = b"\0\0\xff\xff\xff\xfe" + count.to_bytes(6, "big", signed=True)
        assert formats()["zahner"].sniff(head + b"\0" * 8) == known, count
        assert not formats()["zahner"].sniff(head + b"\0" * 7)


def test_what_the_arrays_of_zahner_can_hold():
    """Shifted bytes give numbers of any size: 1 nHz to 1 THz, 1 fOhm to 1 EOhm, a turn either way."""
    for f, size, phase, fine in (
        (1.1e-9, 1.0, 0.0, True), (0.9e-9, 1.0, 0.0, False), (0.9e12, 1.0, 0.0, True), (1.1e12, 1.0, 0.0, False),
        (1.0, 1.1e-15, 0.0, True), (1.0, 0.9e-15, 0.0, False), (1.0, 0.9e18, 0.0, True), (1.0, 1.1e18, 0.0, False),
        (1e-9, 1.0, 0.0, False), (1e12, 1.0, 0.0, False), (1.0, 1e-15, 0.0, False), (1.0, 1e18, 0.0, False),
        (1.0, 1.0, 6.28, True), (1.0, 1.0, -6.28, True), (1.0, 1.0, 2 * np.pi, True), (1.0, 1.0, 6.29, False),
        (1.0, 1.0, np.nan, False),
    ):  # fmt: skip
        arrays = (np.array([1.0, value, 2.0]) for value in (f, size, phase))
        assert zahner.plausible(*arrays) is fine, (f, size, phase)


def test_what_follows_the_arrays_of_zahner():
    """Two bytes with the length of a text, and the text: a date at least, or nothing."""
    for data, fine in (
        (b"\0\0", True), (b"\0", False), (b"", False), (b"\0\x06170325", True), (b"\0\x05" + b"17032", False),
        (b"\0\x06" + b"17032", False), (b"\0\x06" + b"1703\xff5", False), (b"\0\x06" + b"1703\n5", False),
        (b"\0\xff" + 255 * b"x", True), (b"\x01\0" + 256 * b"x", False),
    ):  # fmt: skip
        assert zahner.remarks_follow(b"abc" + data, 3) is fine, data[:9]


def test_times_of_zahner_count_from_1980():
    """Those of a simulation count from its start: less than two years is no date."""
    assert zahner.moment(6.31e7) == datetime(1980, 1, 1) + timedelta(seconds=6.31e7)
    for seconds in (6.29e7, 4.1e9, np.nan, -1.0):
        assert zahner.moment(seconds) is None, seconds


def test_lines_of_json():
    assert json_text.of_lines('{"a": 1}\n\n{"a": 2}\n') == [{"a": 1}, {"a": 2}]
    for text in ('{"a": 1}\n', '{"a": 1}\nx\n', '{"a": 1, "a": 2}\n{"a": 3}\n', ""):
        assert json_text.of_lines(text) is None, text


def test_what_is_no_json():
    """A text that does not begin as one is none; one that breaks off is damaged, with the line."""
    with pytest.raises(UnknownFormat):
        json_text.parsed("words", "a.json")
    with pytest.raises(UnknownFormat):
        json_text.parsed("  words", "a.json")
    for text, line in (('{"a": x}', 1), ('\n {"a": 1,\n', 3), ("[1, x]", 1), ("1\nx", 2)):
        with pytest.raises(CorruptFile, match="is no whole JSON text") as caught:
            json_text.parsed(text, "a.json")
        assert caught.value.line == line, text
    with pytest.raises(CorruptFile, match="nested too deeply"):
        json_text.parsed(100_000 * "[", "a.json")


def idf(rows: str, count: str = "2", fields: str = "3", method: str = "Impedance") -> File:
    head = f"Corrosion=\nLevels=\nstart time: 17/03/2025 08:09:10\nMethod={method}\n"
    text = f"{head}primary_data\n{fields}\n{count}\n{rows}"
    return File(Path("a.idf"), text.encode(), "a.idf")


def test_rows_of_ivium():
    """Z', Z'' and the frequency, as many as are announced, in one order."""
    read_ivium = formats()["ivium"].read
    (spectrum,) = read_ivium(idf("1 -2 100\n3 -4 10\n5 -6 1\n")).spectra
    assert spectrum.frequency.tolist() == [100, 10]
    assert spectrum.impedance.tolist() == [1 - 2j, 3 - 4j]
    for rows, count, line, says in (
        ("1 -2 100\nx -4 10\n", "2", 9, "expected 2 rows of Z', Z'' and frequency"),
        ("1 -2 100\n1e -4 10\n", "2", 9, "expected 2 rows"), ("1 -2 100\n", "2", 9, "expected 2 rows"),
        ("1 -2 100", "2", None, "ends before its 2 rows"), ("1 -2 100\n3 -4 0\n", "2", 8, "in no order"),
        ("1 -2 100\n3 -4 10\n3 -4 50\n", "3", 8, "in no order"), ("1 -2 1\n", "12345678", 9, "expected 1000000 rows"),
        ("1 -2 1\n", "1234567", 9, "expected 1234567 rows"),
    ):  # fmt: skip
        with pytest.raises(CorruptFile, match=says) as caught:
            read_ivium(idf(rows, count))
        assert caught.value.line == line, rows
    for fields, method, listed in (("2", "Impedance", "Impedance"), ("3", "Cyclic", "Cyclic")):
        with pytest.raises(EmptyFile, match=rf"methods: {listed}\)"):
            read_ivium(idf("1 -2 1\n", "1", fields, method))


def test_header_lines_of_eclab():
    data = b"one\ntwo\r\nthree"
    for count, text, start in ((1, "one", 0), (2, "two", 4), (3, "three", 9)):
        line = eclab_text.counted_line(data, count)
        assert (line.number, line.text, line.start) == (count, text, start)
    assert eclab_text.counted_line(data, 4) is None
    for told, row, names in (
        (("a", "b", "c"), "1\t2\t3\t", ("a", "b", "c")), (("a", "b", "c"), "1\t2\t3\t4", ("a", "b", "c", "unnamed")),
        (("a", "b", "c"), "", ("a", "b", "c")), (("a", "b", "", "d"), "1\t2", ("a", "b")),
        (("a", "b", "c", "d"), "1\t2", ("a", "b", "c", "d")), ((*NAMES, "x"), "1\t2\t3", NAMES),
        (("a", "b", "c", "x"), "1\t2\t3", ("a", "b", "c", "x")), (("a", "b", "c"), "1\t2\t3\t4\t5", ("a", "b", "c")),
    ):  # fmt: skip
        assert eclab_text.written(told, row) == names, (told, row)


def test_quantities_in_the_header_of_eclab():
    for text, value in (
        ("1.27 cm²", 1.27), ("0.001 cm²", None), ("0.0011 cm2", 0.0011), ("50 mm²", 0.5), ("2,5 µg", 2.5e-3),
        ("3 A.h", 3000.0), ("5 miles", None), ("none", None), ("2 m²", 2e4), ("3 µm²", 3e-8), ("4 mg", 4.0),
        ("4 g", 4e3), ("2 mA.h", 2.0),
        ("2 µA.h", 2e-3), ("2 \u03bcA.h", 2e-3), ("1 kg", 1e6), ("7 nA.h", 7e-6),
    ):  # fmt: skip
        found = eclab_text.quantity(text)
        assert found == (None if value is None else pytest.approx(value)), text
    cell = eclab_text.cell_of({"Mass of active material": "0.001 mg", "Characteristic mass": "2 g"})
    assert cell is not None
    assert (cell.area_cm2, cell.mass_mg, cell.capacity_mAh) == (None, 2000.0, None)
    assert eclab_text.cell_of({"Characteristic mass": "0.001 g"}) is None


def test_what_is_said_of_a_header_without_columns():
    data = b"a\nb\tc\td\te\tf\tg\th\ti\tj\n"
    assert "no line names the columns" in str(eclab_text.no_columns(data, None, "x"))
    assert "ends within its header of 9 lines" in str(eclab_text.no_columns(data, 9, "x"))
    assert str(eclab_text.no_columns(data, 2, "x")).endswith("its columns are b, c, d, e, f, g, h, i, ...")
    assert str(eclab_text.no_columns(b"\t\n", 1, "x")).endswith("its columns are not named")


def test_numbers_of_a_sheet_as_they_stand_in_the_cell():
    assert (sheet._plain(3.0), sheet._plain(1e15), sheet._plain(2.5), sheet._plain("x")) == (3, 1e15, 2.5, "x")
    assert isinstance(sheet._plain(3.0), int)
    assert isinstance(sheet._plain(1e15), float)
    assert sheet._plain(datetime(2025, 3, 17, 8)) == datetime(2025, 3, 17, 8)
    assert sheet._plain(date(2025, 3, 17)) == date(2025, 3, 17)
    assert sheet._plain(time(8, 30)) == "08:30:00"
    assert sheet._closer([0, 1, 5, 500]) == {0: 0, 1: 1, 5: 5, 500: 5 + sheet.GAP + 1}


def test_a_zahner_file_of_one_point():
    numbers = struct.pack(">4d", 100.0, 5.0, np.pi / 2, 7e7)
    data = b"\0\0\xff\xff\xff\xfe" + (0).to_bytes(6, "big") + numbers + b"\0\0" + b"\0\0"
    (spectrum,) = formats()["zahner"].read(File(Path("a.ism"), data, "a.ism")).spectra
    assert spectrum.frequency.tolist() == [100.0]
    assert spectrum.impedance[0] == pytest.approx(5j)


def test_what_of_a_sheet_is_seen():
    unseen = workbook.Unseen(columns=frozenset({1, 4}), rows=frozenset({2}))
    assert unseen.without({0: "a", 1: "b", 2: "c"}) == {0: "a", 2: "c"}
    assert unseen.columns_of([(0, {0: 1, 1: 2}), (1, {1: 3})]) == 1
    assert workbook.Unseen().columns_of([(0, {0: 1})]) == 0
    rows = [(0, {0: "f", 1: "x"}), (1, {0: 1.0}), (2, {0: 2.0}), (60, {0: 3.0})]
    found = workbook.sheet_of("s", rows, Room(10), unseen)
    assert found.text == "f\n1\n"
    assert found.strays == [
        "sheet s: a single cell in row 61, far below the table, is passed over",
        "sheet s: 1 hidden column passed over", "sheet s: 1 hidden row passed over",
    ]  # fmt: skip
    more = workbook.Unseen(columns=frozenset({0, 1}), rows=frozenset({1, 2}))
    assert workbook.sheet_of("s", rows[:3], Room(10), more).strays == [
        "sheet s: 2 hidden columns passed over", "sheet s: 2 hidden rows passed over",
    ]  # fmt: skip


def test_sheets_of_words():
    """Sixty lines at most."""
    assert workbook.Sheet("s", "\ta\n\n b\t\n", []).remarks == ("a", " b")
    assert len(workbook.Sheet("s", 60 * "a\n", []).remarks) == 60
    assert workbook.Sheet("s", 61 * "a\n", []).remarks == ()


def test_single_cells_far_below_a_table():
    """More than twenty empty rows above them."""
    for gap, stray in ((20, False), (21, True)):
        rows = [(0, {0: 1, 1: 2}), (gap, {0: 3})]
        assert sheet.without_strays(rows)[1] == ([gap] if stray else []), gap
    assert sheet.without_strays([(0, {0: 1}), (50, {0: 1, 1: 2})])[1] == []
    assert sheet.without_strays([(0, {0: 1}), (50, {0: 1}), (90, {0: 1})])[1] == [90, 50]
    assert sheet.without_strays([(5, {0: 1}), (6, {})]) == ([(5, {0: 1})], [])


def test_numbers_in_the_unit_that_their_form_shows():
    assert workbook._in_unit(2.5, "kOhm") == "2.5 kOhm"
    assert (workbook._in_unit("x", "kOhm"), workbook._in_unit(True, "V"), workbook._in_unit(1, None)) == ("x", True, 1)
    for form, unit in (('0.00" kOhm"', "kOhm"), ('0.0,"kOhm"', "kOhm"), ("0.00", None), ('#,##0 "Hz"', "Hz")):
        found = workbook.LITERAL.search(form)
        assert (found["unit"] if found else None) == unit, form
    assert workbook.LITERAL.search('0.0,"kOhm"')["thousands"] == ","


def test_kinds_of_workbooks():
    zipped = b"PK\x03\x04"
    for head, kind in (
        (zipped + b"xl/", "xlsx"), (zipped + b"[Content_Types].xml", "xlsx"), (zipped + b"docProps/", "xlsx"),
        (zipped + b"opendocument.spreadsheet", "ods"), (zipped + b"other", None), (b"xl/", None),
    ):  # fmt: skip
        assert workbook.kind(head) == kind, head


def test_a_room_for_cells():
    """Four million, or four for each byte."""
    for size, most in ((10, 4_000_000), (1_000_000, 4_000_000), (1_000_001, 4_000_004)):
        room = Room(size)
        room.take(most)
        with pytest.raises(sheet.TooLarge, match=f"more than {most} cells"):
            room.take(1)


def test_column_types_that_galvani_takes_for_others():
    """Two bytes for each from version 0 on: of 981 it reads 213."""
    pytest.importorskip("galvani")

    def raw(*types: int, version: int = 0, count: int | None = None):
        data = bytes([0, 0, 0, 0, count or len(types)]) + b"".join(t.to_bytes(2, "big") for t in types)
        return SimpleNamespace(modules=[{"shortname": b"VMP data  ", "version": version, "data": data}])

    assert eclab_mpr.misread(raw(4, 981)) == [981]
    assert eclab_mpr.misread(raw(4, 6)) == []
    assert eclab_mpr.misread(raw(4, 981, version=2)) == []
    assert eclab_mpr.misread(raw(4, 981, count=1)) == []
    assert eclab_mpr.misread(SimpleNamespace(modules=[])) == []
    assert eclab_mpr.first_line(ValueError("a\nb")) == "a"
    assert eclab_mpr.first_line(ValueError("")) == "ValueError"
    assert len(eclab_mpr.first_line(ValueError(200 * "x"))) == 120
    log = b"MODULEVMP LOG" + b"\x0511.61\x00"
    assert "column type 981 of EC-Lab 11.61;" in str(eclab_mpr.unknown_column([981], File(Path("a"), log, "a")))
    assert "one of its column types; export" in str(eclab_mpr.unknown_column([], File(Path("a"), b"", "a")))


def test_the_header_of_an_eclab_file():
    """The column line by its stated number, else the first one; the fields above it, the rows that loops list."""
    fields = "Electrode surface area : 2.5 cm²\nMass of active material : 3 mg\nBattery capacity : 4 mA.h\n"
    loops = "Loop 0 from point number 0 to 4\nLoop 1 from point number 5 to 9\n"
    names = "freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\t\n"

    def head(count: int, above: str = fields, rows: str = "1\t2\t3\n"):
        text = f"EC-Lab ASCII FILE\nNb header lines : {count}\n{above}{names}{rows}"
        return eclab_text.read_header(text.encode(), "a.mpt")

    for count in (6, 3, 99):
        found = head(count)
        assert found.names == NAMES, count
        assert (found.line, found.rows, found.named) == (7, 0, 3), count
        assert found.fields["Battery capacity"] == "4 mA.h"
    assert head(8, fields + loops).rows == 10
    wide = head(6, rows="1\t2\t3\t4\n")
    assert (wide.names, wide.named) == ((*NAMES, "unnamed"), 3)
    cell = eclab_text.cell_of(head(6).fields)
    assert (cell.area_cm2, cell.mass_mg, cell.capacity_mAh) == (2.5, 3.0, 4.0)
    with pytest.raises(EmptyFile, match="ends within its header of 9 lines"):
        eclab_text.read_header(b"EC-Lab ASCII FILE\nNb header lines : 9\n", "a")
    with pytest.raises(CorruptFile, match="its columns are a, b"):
        eclab_text.read_header(b"EC-Lab ASCII FILE\nNb header lines : 3\na\tb\n", "a")
    far = b"x\n" * 2000 + b"freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\n1\t2\t3\n"
    with pytest.raises(CorruptFile, match="no line names the columns"):
        eclab_text.read_header(far, "a")
    assert eclab_text.read_header(far[2:], "a").line == 2001


def test_rows_that_the_loops_of_a_header_list():
    text = "EC-Lab ASCII FILE\nNb header lines : 4\nLoop 0 from point number 0 to 2\nfreq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\n{}"
    for rows, missing in (("3\t1\t1\n2\t1\t1\n1\t1\t1\n", 0), ("3\t1\t1\n2\t1\t1\n", 1)):
        found = formats()["eclab-text"].read(File(Path("a.mpt"), text.format(rows).encode(), "a.mpt"))
        told = [note.sentence for note in found.notes if "missing" in note.sentence]
        assert told == (
            [f"{missing} rows are missing: the header lists 3, the file holds 2 whole ones"] if missing else []
        )


def test_columns_and_rows_of_a_sheet_that_are_hidden():
    """As the file of the sheet says it; a column without its end is none."""
    tags = '<col min="2" hidden="1"/><col min="3" max="4" hidden="true"/><col min="6" max="6"/>'
    rows = '<row r="5" hidden="1"><c/></row><row r="6"/><row hidden="true" r="8"/><col min="9" max="9" hidden="1"/>'
    found = workbook.unseen_in(f"<cols>{tags}</cols><sheetData>{rows}</sheetData>".encode())
    assert (found.columns, found.rows) == ({2, 3}, {4, 7})
    assert workbook.unseen_in(b"") == workbook.Unseen()


def test_sheets_that_are_numbered_in_a_row_are_samples():
    """s11 is a scattering parameter, unless there is an s5 or an s10 as well: an instrument has four ports at most."""
    assert workbook.in_a_row(["s1", "s11", "s12", "info"]) == {"s1", "s11", "s12"}
    assert workbook.in_a_row(["S11", "S21", "S44"]) == set()
    assert workbook.in_a_row(["S11", "s5", "Z11"]) == {"s5"}
    assert workbook.in_a_row(["s40", "s41", "t12"]) == {"s40", "s41"}
