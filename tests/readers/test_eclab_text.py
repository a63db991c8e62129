"""EC-Lab text: what instruments write, and what befalls their files."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EmptyFile, ReadError
from eisfit.readers import read
from eisfit.readers.eclab_text import quantity
from eisfit.readers.tabular.dates import local_time
from eisfit.spectrum import Series


@pytest.fixture
def one(tmp_path):
    """Reads bytes as one file."""

    def read_bytes(data: bytes, name: str = "a.mpt") -> Series:
        path = tmp_path / name
        path.write_bytes(data)
        return read(path)

    return read_bytes


def test_numbers_are_those_of_the_printed_text(one, peis, grid, arc):
    series = one(peis([100.0]))
    assert len(series) == 1
    assert np.array_equal(series[0].impedance, arc)
    assert np.array_equal(series[0].frequency, [float(f"{f:.7E}") for f in grid])


def test_sweeps_split_at_the_jump_back_although_the_cycle_number_stays(one, peis, arc):
    series = one(peis([0.0, 3600.0, 7200.0]))
    assert [len(s) for s in series] == [len(arc)] * 3
    assert [s.label for s in series] == ["a#1", "a#2", "a#3"]
    assert [s.source.sweep for s in series] == [0, 1, 2]
    assert series.column("time_s").tolist() == [0.0, 3600.0, 7200.0]


@pytest.mark.parametrize("changes", [{"comma": True}, {"crlf": True}, {"comma": True, "crlf": True}])
def test_decimal_commas_and_line_ends_change_nothing(one, peis, changes):
    plain, other = one(peis([0.0, 50.0])), one(peis([0.0, 50.0], **changes))
    for left, right in zip(plain, other, strict=True):
        assert np.array_equal(left.impedance, right.impedance)
        assert left.conditions == right.conditions


def test_header_gives_date_area_and_mass_but_no_placeholders(one, peis):
    series = one(peis([60.0], area="1.270", mass="0.150", date="03/17/2025 08:00:00.250"))
    assert series.cell.area_cm2 == 1.27
    assert series.cell.mass_mg == 150.0
    assert series[0].conditions.timestamp == "2025-03-17T08:01:00.250"
    assert one(peis([60.0])).cell.area_cm2 is None
    assert one(peis([60.0])).cell.mass_mg is None


def test_conditions_of_a_sweep(one, peis):
    conditions = one(peis([60.0]))[0].conditions
    assert (conditions.potential_V, conditions.current_A, conditions.cycle) == (3.5, 0.0, 1)
    assert conditions.charge_mAh is None
    assert conditions.soc is None


def test_file_without_header_begins_with_the_column_line(one, peis, arc):
    data = peis([0.0])
    headerless = data[data.index(b"freq/Hz") :]
    for name in ("a.mpt", "a.txt", "a.mpt.txt"):
        assert np.array_equal(one(headerless, name)[0].impedance, arc)


def test_header_that_was_edited_still_leads_to_the_columns(one, peis, arc):
    data = peis([0.0])
    longer = data.replace(b"Run on channel", b"Comments : two\nlines more\nRun on channel")
    shorter = data.replace(b"Run on channel : 1 (SN 12345)\n", b"")
    for edited in (longer, shorter, data.replace(b"Nb header lines", b"Number of lines")):
        assert np.array_equal(one(edited)[0].impedance, arc)
        assert one(edited)[0].conditions.timestamp == "2025-03-17T08:00:00.000"


def test_true_sign_of_im_is_read_from_the_header(one, eclab, grid, arc):
    rows = np.c_[grid, arc.real, arc.imag]
    series = one(eclab(("freq/Hz", "Re(Z)/Ohm", "Im(Z)/Ohm"), rows))
    assert np.array_equal(series[0].impedance, arc)
    assert series.notes == ()


def test_magnitude_and_phase_stand_in_for_the_parts(one, eclab, grid, arc):
    rows = np.c_[grid, abs(arc), np.angle(arc, deg=True)]
    series = one(eclab(("freq/Hz", "|Z|/Ohm", "Phase(Z)/deg"), rows))
    assert np.allclose(series[0].impedance, arc, rtol=1e-6)
    assert [note.kind for note in series.notes] == ["assumed"]


def test_duplicated_column_names_keep_the_first(one, eclab, grid, arc):
    names = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s", "<I>/mA", "<Ewe>/V", "<I>/mA")
    rows = np.c_[grid, arc.real, -arc.imag, grid * 0, grid * 0 + 2, grid * 0 + 3, grid * 0 + 7]
    assert one(eclab(names, rows))[0].conditions.current_A == pytest.approx(2e-3)


def test_columns_that_are_named_but_not_written(one, eclab, grid, arc):
    rows = np.c_[grid, arc.real, -arc.imag, grid * 0 + 3.3]
    data = eclab(("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "<Ewe>/V"), rows)
    more = data.replace(b"<Ewe>/V\t", b"<Ewe>/V\t\tEwe-Ece/V")
    assert np.array_equal(one(more)[0].impedance, arc)
    # an empty name anywhere else would shift the columns
    with pytest.raises(CorruptFile, match="4 cells below 5 column names"):
        one(data.replace(b"freq/Hz\t", b"freq/Hz\t\t"))


def test_galvanostatic_file_of_a_battery_cycler(one, eclab, grid, arc):
    names = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s", "<Ecell>/V", "<I>/mA", "cycle number", "|Ecell|/V")
    rows = [[f, z.real, -z.imag, i, 3.6, 0.02, 1, 0.005] for i, (f, z) in enumerate(zip(grid, arc, strict=True))]
    again = [[f, 2 * re, 2 * im, t + 1000, 3.7, *rest] for f, re, im, t, _, *rest in rows]
    data = eclab(names, np.array(rows + again), date="05.20.2022 17:01:45.609", area="113.1")
    data = data.replace(b"EC-Lab", b"BT-Lab").replace(b"Potentio", b"Galvano")
    series = one(data)
    assert [len(s) for s in series] == [len(arc)] * 2
    assert series.column("potential_V").tolist() == [3.6, 3.7]
    assert series.column("current_A").tolist() == [2e-5, 2e-5]
    assert series[0].conditions.timestamp == "2022-05-20T17:01:45.609"


def test_rows_at_zero_frequency_are_no_points_and_no_record_by_themselves(one, eclab, grid, arc):
    names = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s", "<Ewe>/V", "<I>/mA")
    rest = [[0, 0, 0, t, 3.0, 0.1] for t in range(4)]
    sweep = [[f, z.real, -z.imag, 10 + i, 3.1, 0] for i, (f, z) in enumerate(zip(grid, arc, strict=True))]
    late = [[f, 2 * z, 2 * y, t + 50, 3.2, i] for f, z, y, t, _, i in sweep]
    series = one(eclab(names, np.array(rest + sweep + rest + late)))
    assert [len(s) for s in series] == [len(arc)] * 2
    assert series.column("potential_V").tolist() == [3.1, 3.2]
    assert series.record is None
    assert any("8 rows at f = 0" in note.sentence for note in series.notes)


def test_modulo_bat_mixes_cycling_and_sweeps_in_one_table(one, eclab, grid, arc):
    names = ("mode", "Ns", "time/s", "dq/mA.h", "Ewe/V", "<I>/mA", "freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "z cycle")
    charge = [[1, 0, 60 * i, 0.5 if i else 0.0, 3.6, 30.0, 0, 0, 0, 0] for i in range(3)]

    def sweep(step, at, cycle):
        pairs = enumerate(zip(grid[:4], arc[:4], strict=True))
        return [[1, step, at + i, 0, 3.7, 0, f, z.real, -z.imag, cycle] for i, (f, z) in pairs]

    # the second sweep goes on below the first: only the counters tell that it is another one
    lower = [[*r[:6], f, *r[7:9], 1] for r, f in zip(sweep(1, 310, 1), grid[4:8], strict=True)]
    rows = charge + sweep(1, 300, 0) + lower + [[1, 2, 400 + r[2], *r[3:]] for r in charge]
    series = one(eclab(names, np.array(rows, float)))
    assert [len(s) for s in series] == [4, 4]
    assert series.column("charge_mAh").tolist() == [1.0, 1.0]
    assert [s.conditions.direction for s in series] == ["charge", "charge"]
    assert len(series.record) == 6
    assert series.record.charge_mAh[-1] == pytest.approx(2.0)


def test_column_that_a_step_does_not_measure_gives_way_to_one_that_it_does(one, eclab, grid, arc):
    names = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s", "<Ewe>/V", "Ewe/V")
    rows = np.c_[grid, arc.real, -arc.imag, grid * 0, grid * 0, grid * 0 + 3.3]
    assert one(eclab(names, rows))[0].conditions.potential_V == 3.3


def test_open_circuit_is_a_record_without_current(one, eclab):
    series = one(eclab(("mode", "error", "time/s", "Ewe/V"), [[3, 0, t, 3.2] for t in (0.0, 30.0, 60.0)]))
    assert series.record.current_A.tolist() == [0.0, 0.0, 0.0]
    assert len(series) == 0


def test_torn_last_row_is_left_out_and_told(one, peis, arc):
    data = peis([0.0]).rstrip(b"\n")
    short = data[: data.rindex(b"\t")]
    torn = data[:-3]
    for cut in (short, torn):
        series = one(cut)
        assert len(series[0]) == len(arc) - 1
        assert [(note.kind, "incomplete" in note.sentence) for note in series.notes] == [("dropped", True)]
    assert len(one(data)[0]) == len(arc)


def test_rows_that_the_header_lists_and_the_file_lacks_are_told(one, peis, arc):
    data = peis([0.0, 5000.0])
    listed = b"Number of loops : 2\nLoop 0 from point number 0 to 12\nLoop 1 from point number 13 to 25\n\nfreq/Hz"
    whole = data.replace(b"freq/Hz", listed)
    assert [note.sentence for note in one(whole).notes] == [
        "its sweep 2 has the same numbers as sweep 1, a copy: both are read"
    ]
    cut = one(whole[: whole.rindex(b"\n", 0, -200) + 1])
    assert len(cut[1]) < len(arc)
    (note,) = cut.notes
    lost = 13 - len(cut[1])
    assert note.sentence == f"{lost} rows are missing: the header lists 26, the file holds {26 - lost} whole ones"


def test_bad_cell_is_refused_with_its_line(one, peis):
    lines = peis([0.0]).split(b"\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(b"freq/Hz")) + 3
    cells = lines[at].split(b"\t")
    lines[at] = b"\t".join([cells[0], b"n0pe", *cells[2:]])
    with pytest.raises(CorruptFile, match=r"Re\(Z\)/Ohm holds 'n0pe', a number was expected") as error:
        one(b"\n".join(lines))
    assert error.value.line == at + 1


def test_bad_cell_in_a_column_of_no_use_does_not_matter(one, peis, arc):
    data = peis([0.0])
    start = data.index(b"freq/Hz")
    cells = data[start:].split(b"\n")[1].split(b"\t")
    changed = data.replace(b"\t".join(cells), b"\t".join([*cells[:6], b"XXX", *cells[7:]]))
    assert np.array_equal(one(changed)[0].impedance, arc)


def test_absolute_times_count_from_the_first(one, eclab, grid, arc):
    names = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s")
    data = eclab(names, np.c_[grid, arc.real, -arc.imag, np.arange(len(grid))])
    start = data.index(b"freq/Hz")
    for i in range(len(grid)):
        stamp = f"03/18/2025 09:00:{i:02d}.5000".encode()
        old = f"{i:.7E}".split("E")
        data = data[:start] + data[start:].replace(f"\t{old[0]}E{int(old[1]):+04d}\n".encode(), b"\t" + stamp + b"\n")
    series = one(data)
    assert np.array_equal(series[0].impedance, arc)
    assert series[0].conditions.timestamp == "2025-03-18T09:00:00.500"


def test_missing_columns_are_named(one, eclab, grid, arc):
    with pytest.raises(CorruptFile, match="no frequency column"):
        one(eclab(("Re(Z)/Ohm", "-Im(Z)/Ohm", "time/s"), np.c_[arc.real, -arc.imag, grid]))
    with pytest.raises(CorruptFile, match=r"freq/Hz, Re\(Z\)/Ohm.*no impedance columns"):
        one(eclab(("freq/Hz", "Re(Z)/Ohm", "time/s"), np.c_[grid, arc.real, grid]))


def test_files_without_rows_are_empty(one, peis):
    data = peis([0.0])
    end_of_columns = data.index(b"\n", data.index(b"freq/Hz")) + 1
    for cut in (data[:end_of_columns], data[: end_of_columns - 1], data[: data.index(b"Run on")]):
        with pytest.raises(EmptyFile):
            one(cut)
    with pytest.raises(ReadError):
        one(b"EC-Lab ASCII FILE\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03/11/2021 12:38:42", datetime(2021, 3, 11, 12, 38, 42)),
        ("17/03/2025 01:02:03", datetime(2025, 3, 17, 1, 2, 3)),
        ("05/15/2025 01:18:45.867", datetime(2025, 5, 15, 1, 18, 45, 867000)),
        ("2025-03-17 01:02:03", datetime(2025, 3, 17, 1, 2, 3)),
        ("03.11.2021 12:38:42,5", datetime(2021, 3, 11, 12, 38, 42, 500000)),
        ("xx/xx/xxxx xx:xx:xx", None),
        ("13/13/2020 00:00:00", None),
        ("", None),
    ],
)
def test_dates(text, expected):
    assert local_time(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1.270 cm²", 1.27), ("1,270 cm²", 1.27), ("0.001 cm²", None), ("0.0021 g", 2.1), ("0.005 A.h", 5.0), ("", None),
     ("2.0 mg", 2.0), ("113.100 mm²", 1.131), ("1.5 cm2", 1.5), ("120.000 µA.h", 0.12), ("5 ft²", None),
     ("none", None)],
)  # fmt: skip
def test_quantities_of_the_header(text, expected):
    assert quantity(text) == (None if expected is None else pytest.approx(expected))


def test_a_last_column_without_a_name_where_the_modulus_proves_it(one, eclab, grid, arc):
    names = ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm", "|Z|/Ohm", "<Ewe>/V", "spare")
    data = eclab(names, np.c_[grid, arc.real, -arc.imag, abs(arc), grid * 0 + 3.3, grid * 0])
    assert np.array_equal(one(data.replace(b"\tspare", b""))[0].impedance, arc)
    shifted = data.replace(b"freq/Hz\t", b"").replace(b"spare", b"freq/Hz\tspare")
    with pytest.raises(CorruptFile, match="does not agree"):
        one(shifted.replace(b"\tspare", b""))
