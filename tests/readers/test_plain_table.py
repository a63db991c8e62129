"""Plain tables: one spectrum written in many ways is one spectrum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eisfit.errors import CorruptFile, EisfitError, EmptyFile, UnknownFormat
from eisfit.readers import read
from eisfit.readers._base import File
from eisfit.readers.tabular.plain import looks_like_table as sniff
from eisfit.readers.tabular.plain import read_table


def parse(text: str | bytes):
    """The content of a table."""
    from pathlib import Path

    data = text.encode() if isinstance(text, str) else text
    return read_table(File(Path("a.csv"), data, "a.csv"))


def only(text: str | bytes):
    """The one spectrum of a table."""
    (spectrum,) = parse(text).spectra
    return spectrum


Z = [10 - 1j, 12.5 - 4.25j, 20 - 9j, 31 - 3j]
F = [1000.0, 100.0, 10.0, 1.0]
TRUE = [(f, z.real, z.imag) for f, z in zip(F, Z, strict=True)]


def table(rows, header="f/Hz;Re(Z)/Ohm;Im(Z)/Ohm", delimiter=";", comma=False) -> str:
    """A table as text."""
    lines = [delimiter.join(repr(float(v)) for v in row) for row in rows]
    body = "\n".join(lines)
    return header.replace(";", delimiter) + "\n" + (body.replace(".", ",") if comma else body) + "\n"


def is_true(spectrum) -> bool:
    """True for the spectrum of these tests, to the last bit."""
    return bool(np.array_equal(spectrum.frequency, F) and np.array_equal(spectrum.impedance, Z))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", " ", "   ", "|", ", "])
def test_separators(delimiter):
    assert is_true(only(table(TRUE, delimiter=delimiter)))


@pytest.mark.parametrize("delimiter", [";", "\t", " ", "|"])
def test_decimal_comma(delimiter):
    assert is_true(only(table(TRUE, delimiter=delimiter, comma=True)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1"])
def test_encodings(encoding):
    assert is_true(only(table(TRUE, "f (Hz);Re(Z) (Ohm);Im(Z) (Ohm) µ".replace(" µ", "")).encode(encoding)))


@pytest.mark.parametrize("end", ["\r\n", "\r", "\r\r\n"])
def test_line_ends(end):
    assert is_true(only(table(TRUE).replace("\n", end)))


@pytest.mark.parametrize("mark", ["#", "%", "//", "!", "Sample: pellet 3, 1.12.2020, 14:42\nfree text "])
def test_text_above_the_columns(mark):
    assert is_true(only(f"{mark} what it is\n{mark} 25 C\n\n" + table(TRUE)))


@pytest.mark.parametrize(
    ("header", "factors"),
    [
        ("freq/kHz;Re(Z)/kOhm;-Im(Z)/kOhm", (1e3, 1e3, -1e3)),
        ("f (mHz);Z' (MOhm);Z'' (MOhm)", (1e-3, 1e6, 1e6)),
        ("Frequency in kHz;Zreal in milliohm;-Zimag in milliohm", (1e3, 1e-3, -1e-3)),
        ("Frequency [kilohertz];Zreal [kiloohms];Zimag [kiloohms]", (1e3, 1e3, 1e3)),
        ("f/Hz;Z' (MΩ cm²);Z'' (MΩ cm²)", (1.0, 1e6, 1e6)),
        ("f/Hz;Z' (mΩ·cm²);Z'' (mΩ·cm²)", (1.0, 1e-3, 1e-3)),
    ],
)
def test_units_of_the_header_are_converted_and_told(header, factors):
    rows = [[v / k for v, k in zip(row, factors, strict=True)] for row in TRUE]
    found = parse(table(rows, header, delimiter=";"))
    assert np.allclose(found.spectra[0].impedance, Z, rtol=1e-14)
    assert np.allclose(found.spectra[0].frequency, F, rtol=1e-14)
    (told,) = [note.sentence for note in found.notes if "converted to Hz and ohm" in note.sentence]
    assert f"(times {abs(factors[1]):g})" in told


def test_a_unit_that_is_not_known_is_refused():
    with pytest.raises(CorruptFile, match=r"the unit Ohm m of column Z' \(Ohm m\) is not known"):
        parse(table(TRUE, "f/Hz;Z' (Ohm m);Z'' (Ohm m)"))


def test_a_line_that_names_other_columns_is_no_title():
    with pytest.raises(CorruptFile, match=r"line 1: names columns \(Potential \(V\), Current \(A\), broken\), but"):
        parse("Potential (V),Current (A),broken\n3.4,-0.1,160\n3.5,-0.1,170\n")


def test_a_last_cell_that_is_empty():
    rows = [f"{f},{re},{im},\n" for f, re, im in TRUE]
    head = "f/Hz,Re(Z)/Ohm,Im(Z)/Ohm,E/V\n"
    assert is_true(only(head + "".join(rows[:-1]) + rows[-1].replace(",\n", ",3.5\n")))
    # rows that a delimiter closes below a name too many: the columns would be shifted
    with pytest.raises(CorruptFile, match="3 cells below 4"):
        parse(head.replace("f/Hz,", "f/Hz,x,").replace(",E/V", "") + "".join(rows))


def test_names_with_blanks_between_tabs():
    found = parse(table(TRUE, "frequency;Z real;Z imag", delimiter="\t"))
    assert is_true(found.spectra[0])
    assert found.notes == ()


def test_column_line_behind_a_comment_mark():
    assert is_true(only("# " + table(TRUE, "frequency, Re, Im", ",")))


def test_units_row():
    rows = [(f / 1e3, x * 1e3, y * 1e3) for f, x, y in TRUE]
    spectrum = only("Freq,Zre,Zim\n#kHz,mOhm,mOhm\n".replace("#", "") + table(rows, "", ",").lstrip())
    assert np.allclose(spectrum.impedance, Z, rtol=1e-15)
    assert np.allclose(spectrum.frequency, F, rtol=1e-15)


def test_signs_and_parts_by_header():
    assert is_true(only(table([(f, x, -y) for f, x, y in TRUE], "f;Z';-Z''")))
    polar = [(f, abs(z), np.angle(z)) for f, z in zip(F, Z, strict=True)]
    for header, factor in (
        ("f;|Z|;phase/rad", 1),
        ("f;|Z|;phase/deg", 180 / np.pi),
        ("f;|Z|;-phase/deg", -180 / np.pi),
    ):
        spectrum = only(table([(f, m, a * factor) for f, m, a in polar], header))
        assert np.allclose(spectrum.impedance, Z, rtol=1e-14)


def test_phase_without_unit_is_decided_by_its_size():
    polar = [(f, abs(z), np.angle(z)) for f, z in zip(F, Z, strict=True)]
    in_radians = parse(table(polar, "f;|Z|;phase"))
    assert np.allclose(in_radians.spectra[0].impedance, Z)
    assert any("radians" in note.sentence for note in in_radians.notes)
    assert np.allclose(only(table([(f, m, np.rad2deg(a)) for f, m, a in polar], "f;|Z|;phase")).impedance, Z)


def test_angular_frequency():
    rows = [(2 * np.pi * f, x, y) for f, x, y in TRUE]
    assert np.allclose(only(table(rows, "omega (rad/s);Re;Im")).frequency, F)


def test_without_column_line_the_order_is_assumed_and_told(grid, arc):
    rows = np.c_[grid, arc.real, arc.imag]
    for columns in (rows, np.c_[np.arange(len(grid)), rows, 0 * grid]):
        content = parse(table(columns.tolist(), "").lstrip())
        assert np.array_equal(content.spectra[0].impedance, arc)
        assert [note.kind for note in content.notes] == ["assumed"]


def test_header_with_the_wrong_sign_is_overruled_by_causality_and_told(grid, arc):
    content = parse(table(np.c_[grid, arc.real, -arc.imag].tolist(), "f/Hz;Re(Z)/Ohm;Im(Z)/Ohm"))
    assert np.array_equal(content.spectra[0].impedance, arc)
    (note,) = content.notes
    assert note.kind == "assumed"
    assert "column Im(Z)/Ohm states" in note.sentence


def test_inductive_measurements_keep_their_sign(grid):
    lead = 0.02 + 0.003 * np.log10(grid) + 2e-6j * np.pi * grid * 50
    content = parse(table(np.c_[grid, lead.real, lead.imag].tolist()))
    assert np.array_equal(content.spectra[0].impedance, lead)
    assert ["is kept" in note.sentence for note in content.notes] == [True]


def test_rows_without_numbers_are_dropped_and_counted():
    rows = [*TRUE, (0.5, float("nan"), -1.0), (-3.0, 1.0, -1.0), (0.25, 0.0, 0.0)]
    content = parse(table(rows))
    assert is_true(content.spectra[0])
    assert sorted(note.sentence for note in content.notes if note.kind == "dropped") == [
        "1 row with a frequency below 0",
        "1 row with an impedance of exactly 0",
        "1 row without a finite frequency and impedance",
    ]


def test_three_points_or_one_are_a_spectrum():
    assert len(only(table(TRUE[:3]))) == 3
    assert len(only(table(TRUE[:1]))) == 1


def test_bad_cell_names_line_and_column():
    with pytest.raises(CorruptFile) as error:
        parse("frequency/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n1,nope,3\n")
    assert str(error.value) == "a.csv, line 2: column Re(Z)/Ohm holds 'nope', a number was expected"


def test_comma_for_cells_and_decimals_is_refused():
    with pytest.raises(CorruptFile, match="comma separates"):
        parse("f,Re,Im\n1,0,2,5,-3,1\n")


def test_several_sweeps_and_spectrum_columns():
    long = [(*row, 0) for row in TRUE] + [(f, 2 * x, 2 * y, 1) for f, x, y in TRUE]
    for content in (parse(table(long, "f;Re;Im;loop_index")), parse(table([r[:3] for r in long], "f;Re;Im"))):
        assert is_true(content.spectra[0])
        assert np.array_equal(content.spectra[1].impedance, 2 * np.array(Z))
    named = "f;Re;Im;spectrum\n" + "".join(f"{f};{x};{y};{'ab'[i]}\n" for f, x, y, i in long)
    assert [len(s) for s in parse(named).spectra] == [4, 4]


def test_interleaved_spectra_are_taken_apart():
    rows = [row for f, x, y in TRUE for row in ((f, x, y, 7), (f, 3 * x, 3 * y, 9))]
    first, second = parse(table(rows, "f;Re;Im;spectrum")).spectra
    assert is_true(first)
    assert np.array_equal(second.impedance, 3 * np.array(Z))


def test_spectra_side_by_side_of_unequal_length():
    lines = [f"{f};{x};{y};{f};{2 * x};{2 * y}" if i < 3 else f"{f};{x};{y};;;" for i, (f, x, y) in enumerate(TRUE)]
    content = parse("f 1;Re 1;Im 1;f 2;Re 2;Im 2\n" + "\n".join(lines))
    assert is_true(content.spectra[0])
    assert np.array_equal(content.spectra[1].impedance, 2 * np.array(Z[:3]))
    assert [s.source.sweep for s in content.spectra] == [0, 1]
    assert content.notes == ()


def test_unsorted_rows_are_one_spectrum():
    order = [2, 0, 3, 1]
    assert is_true(only(table([TRUE[i] for i in order])))


def test_sigma_and_conditions():
    rows = [(f, x, y, 0.1, 0.1, 25.0, 3.7) for f, x, y in TRUE]
    spectrum = only(table(rows, "f;Re;Im;sigma_re;sigma_im;T/°C;E/V"))
    assert np.allclose(spectrum.sigma, 0.1)
    assert spectrum.conditions.temperature_C == 25.0
    assert spectrum.conditions.potential_V == 3.7


@pytest.mark.parametrize("form", ["2025-03-17 08:00:{:02d}", "2025-03-17T08:00:{:02d}.0", "03/17/2025 08:00:{:02d}"])
def test_dates_in_the_column_of_time(form):
    lines = [f"{form.format(10 + i)};{f};{x};{y}" for i, (f, x, y) in enumerate(TRUE)]
    content = parse("time;f;Re;Im\n" + "\n".join(lines))
    assert is_true(content.spectra[0])
    assert content.start.isoformat() == "2025-03-17T08:00:10"
    assert content.spectra[0].conditions.time_s == 0.0
    assert content.span == (0.0, 3.0)


def test_text_in_a_column_that_is_not_needed_is_told():
    content = parse("f,Re,Im,cycle\n" + "".join(f"{f},{x},{y},first charge\n" for f, x, y in TRUE))
    assert is_true(content.spectra[0])
    assert [(n.kind, n.sentence) for n in content.notes] == [
        ("dropped", "4 cells of column cycle, which are no numbers")
    ]


def test_sentence_that_looks_like_a_column_line():
    text = "Measured: time, voltage, current\nsee Freq, Zreal, Zimag, below\n\n" + table(TRUE, delimiter=",")
    assert is_true(only(text))
    with pytest.raises(CorruptFile, match="3 cells below 4 column names"):
        parse("f,Re,Im,E\n1,2,-3\n")


def test_kelvin_become_degrees():
    assert only(table([(*r, 298.15) for r in TRUE], "f;Re;Im;T/K")).conditions.temperature_C == pytest.approx(25.0)


def test_impedance_per_area_is_told():
    content = parse(table(TRUE, "f;Re(Z)/Ohm.cm2;Im(Z)/Ohm.cm2"))
    assert is_true(content.spectra[0])
    assert any("1 cm2" in note.sentence for note in content.notes)


def test_cycling_table_is_a_record(tmp_path):
    path = tmp_path / "cycling.csv"
    path.write_text("time/s,E/V,I/mA\n" + "".join(f"{60 * i},3.5,6\n" for i in range(61)))
    record = read(path).record
    assert record.charge_mAh[-1] == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyFile),
        ("  \n\n", EmptyFile),
        ("a,b,c\nx,y,z\n", UnknownFormat),
        ("some prose of 3 words\nand 4 more\n", UnknownFormat),
        ("f,Re,Im\n", EmptyFile),
        ("f,Re,Im\n1,2\n", CorruptFile),
        ("f,Re,Im\n0,0,0\n0,0,0\n", EmptyFile),
        ("f,Re\n1,2\n", CorruptFile),
        ("1,2\n3,4\n", UnknownFormat),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", UnknownFormat),
        ("\n".join(f"{i * 0.5},{i},{-i}" for i in range(40)), CorruptFile),
        ("-1,2,3\n-2,3,4\n", CorruptFile),
    ],
)
def test_what_is_no_spectrum_is_refused(text, error):
    with pytest.raises(error):
        parse(text)


def test_sniffing_asks_for_columns_and_a_row():
    assert sniff(table(TRUE).encode())
    assert not sniff(b"def read(f, re, im):\n    return f, re, im\n")
    assert not sniff(b"\x00\x01\x02")


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.floats(1e-3, 1e7, allow_subnormal=False),
            st.floats(-1e9, 1e9, allow_subnormal=False).filter(bool),
            st.floats(-1e9, 1e9, allow_subnormal=False).filter(bool),
        ),
        min_size=1,
        max_size=4,
    ),
    delimiter=st.sampled_from([",", ";", "\t", " "]),
    comma=st.booleans(),
)
def test_every_number_comes_back_to_the_bit(rows, delimiter, comma):
    content = parse(table(rows, delimiter=delimiter, comma=comma and delimiter != ","))
    back = [(f, z.real, z.imag) for s in content.spectra for f, z in zip(s.frequency, s.impedance, strict=True)]
    assert sorted(back) == sorted(rows)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="fReIm(Z)/Ohmz'#,;\t \n0123456789.-eE\"|", max_size=120))
def test_any_text_gives_a_content_or_an_error_of_ours(text):
    try:
        content = parse(text)
    except EisfitError:
        return
    assert content.spectra or content.traces
