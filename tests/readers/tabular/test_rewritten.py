"""Tables in other forms: complex cells, a row per quantity, decimal commas in quotes; and numbers that contradict."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers._base import File
from eisfit.readers.tabular.plain import read_table
from eisfit.readers.tabular.rewritten import (
    COMPLEX,
    doubled,
    is_complex_row,
    name_of,
    on_one_line,
    pair,
    parts_of,
    quantity_row,
    transposed,
    with_one_head,
    with_points,
)
from eisfit.readers.tabular.text import worded

F = np.geomspace(3e4, 1.5, 16)
Z = 9 + 52 / (1 + (2j * np.pi * F * 52 * 3e-5) ** 0.9)


def content(text: str):
    """The content of a table."""
    return read_table(File(Path("a.csv"), text.encode(), "a.csv"))


def is_true(found, scale: float = 1.0) -> bool:
    """True for the spectrum of these tests, times a number."""
    (one,) = found.spectra
    return bool(np.allclose(one.frequency, F, rtol=1e-6) and np.allclose(one.impedance, scale * Z, rtol=1e-6))


def rows(*columns: np.ndarray, end: str = "") -> str:
    """Rows of a table."""
    return "".join(",".join(f"{v:.9g}" for v in row) + f"{end}\n" for row in np.column_stack(columns))


FORMS = (
    "{re:.9g}{im:+.9g}j",
    "({re:.9g}{im:+.9g}j)",
    "{re:.9g}{im:+.9g}i",
    "{re:.9g} - {size:.9g}j",
    "{re:.9g}-j{size:.9g}",
)


@pytest.mark.parametrize("form", FORMS)
def test_complex_cells(form):
    lines = [f"{f:.9g},{form.format(re=z.real, im=z.imag, size=-z.imag)}" for f, z in zip(F, Z, strict=True)]
    for header in ("freq,Z\n", "f/Hz,Z/Ohm\n", "f,impedance (Ohm)\nHz,Ohm\n", "Frequency,Z*\n", ""):
        text = header + "\n".join(lines) + "\n"
        assert all(is_true(content(text.replace(",", delimiter))) for delimiter in ",;\t"), header


def test_complex_cells_of_other_quantities():
    def lines(values: np.ndarray) -> str:
        return "".join(f"{f:.9g};{v.real:.9g}{v.imag:+.9g}j\n" for f, v in zip(F, values, strict=True))

    assert is_true(content("f;Y (S)\n" + lines(1 / Z)))
    for name in ("eps", "S11", "chi", "Y (dB)"):
        with pytest.raises(CorruptFile, match="names columns"):
            content(f"f;{name}\n" + lines(Z))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("names", ["f (Hz); Z' (Ohm); Z'' (Ohm)", "f,Hz; Re,Ohm; Im,Ohm", "f; Re; Im"])
def test_a_row_per_quantity(delimiter, names):
    lines = [
        delimiter.join([name.replace(",", delimiter), *(f"{v:.9g}" for v in values)])
        for name, values in zip(names.split("; "), (F, Z.real, Z.imag), strict=True)
    ]
    assert is_true(content("cell 3\n" + "\n".join(lines) + "\n"))
    with pytest.raises(CorruptFile):
        content("\n".join(lines).replace("Re", "eps'").replace("Im", "eps''").replace("Z", "eps") + "\n")


def quoted(form: str) -> str:
    """The table with every number in quotes."""
    return "f,Re,Im\n" + "".join(
        ",".join(f'"{form.format(v)}"' for v in row) + "\n" for row in np.column_stack((F, Z.real, Z.imag))
    )


def test_commas_in_quotes():
    assert is_true(content(quoted("{:.9f}").replace(".", ",")))
    assert is_true(content(quoted("{:,.9f}")))
    text = 'f,Re,Im\n"1,000","3,125","-1,250"\n"2,000","3,000","-1,000"\n"4,000","2,500","-0,500"\n'
    with pytest.raises(CorruptFile, match='line 2: "1,000" may have a decimal comma or a mark between thousands'):
        content(text)


@pytest.mark.parametrize("noted", [(), (0,), (5,), range(16)])
@pytest.mark.parametrize("header", ["f,Re,Im,\n", "f,Re,Im\n"])
def test_remarks_behind_the_last_name(noted, header):
    lines = rows(F, Z.real, Z.imag).splitlines()
    body = "\n".join(line + (",a note" if i in noted else "," * ("Im," in header)) for i, line in enumerate(lines))
    assert is_true(content((header + body + "\n").replace(",", "\t")))


def test_names_of_units_alone_and_logarithms():
    degrees = np.degrees(np.angle(Z))
    for names in ("Hz,Ohm,deg", "F(Hz),Z(Ohm),Deg", "周波数(Hz),インピーダンス(Ω),位相(°)"):
        assert is_true(content(names + "\n" + rows(F, np.abs(Z), degrees)))
    assert is_true(content("f,|Z|,phase(mdeg)\n" + rows(F, np.abs(Z), 1e3 * degrees)))
    assert is_true(content("log f,Z',Z''\n" + rows(np.log10(F), Z.real, Z.imag)))
    assert is_true(content("log(f/Hz),log|Z|,phase/deg\n" + rows(np.log10(F), np.log10(np.abs(Z)), degrees)))
    assert is_true(content("Freq (Hz),Re(Z) (ohms),X (ohms)\n" + rows(F, Z.real, Z.imag)))
    with pytest.raises(CorruptFile, match="no logarithm of a frequency"):
        content("log f,Z',Z''\n" + rows(F, Z.real, Z.imag))
    f = np.geomspace(3e4, 1.5, 30)  # two columns in ohm: the angle proves which they are, or the table is refused
    z = 9 + 52 / (1 + (2j * np.pi * f * 52 * 3e-5) ** 0.9)
    found = content("Hz,Ohm,Ohm,deg\n" + rows(f, z.real, z.imag, np.degrees(np.angle(z))))
    assert np.allclose(found.spectra[0].impedance, z)
    with pytest.raises(CorruptFile):
        content("Hz,Ohm,Ohm,deg\n" + rows(f, np.abs(z), z.real, 5 + 0 * f))


def test_parts_beside_those_of_another_quantity_are_refused():
    with pytest.raises(CorruptFile, match="Eps Real and Eps Imag give an impedance only with"):
        content("Freq,Eps Real,Eps Imag,Real,Imag\n" + rows(F, Z.real, Z.imag, Z.real, Z.imag))


def test_columns_that_contradict_each_other_are_refused():
    degrees = np.degrees(np.angle(Z))
    head = "f,Re,Im,|Z|,phase\n"
    assert is_true(content(head + rows(F, Z.real, Z.imag, np.abs(Z), degrees)))
    assert is_true(content("f,Re,-Im,|Z|,-phase\n" + rows(F, Z.real, -Z.imag, np.abs(Z), -degrees)))
    with pytest.raises(CorruptFile, match=r"Re and Im contradict column \|Z\|"):
        content(head + rows(F, Z.real, Z.imag, 1.05 * np.abs(Z), degrees))
    with pytest.raises(CorruptFile, match="Re and Im contradict column phase"):
        content(head + rows(F, Z.real, Z.imag, np.abs(Z), degrees - 10))


def test_a_negative_resistance_everywhere_is_refused():
    with pytest.raises(CorruptFile, match=r"Re\(Z\) is below 0 at 16 of 16 points"):
        content("f,Re,Im\n" + rows(F, Z.imag, Z.real))


@pytest.mark.parametrize("filler", [" ", ",", '"', "1+", "("])
def test_a_very_long_line_takes_no_time(filler):
    text = "f,Re(Z),Im(Z)\n" + rows(F, Z.real, Z.imag) + filler * 20_000 + "\n"
    assert is_true(content(text))


def test_commas_in_quotes_are_left_alone_where_something_else_separates():
    for line in (b'"1,5";2', b'"1,5"\t2', b'"1,5"|2', b"1,5,2"):
        assert with_points(line, "a") == line, line
    assert with_points(b'"1,5","2,25"', "a") == b"1.5,2.25"
    assert with_points(b'"1,500","2,250",0.5', "a") == b"1500,2250,0.5"
    with pytest.raises(CorruptFile, match="may have a decimal comma or a mark between thousands"):
        with_points(b'f\n"1,500","2,250"', "a")


def test_names_in_quotes_over_several_lines():
    """They stand on one line, empty lines keep the count; six lines at most."""
    assert on_one_line(b'"f\n(Hz)","Re\r\n(Ohm)",Im\n1,2,3\n') == b'"f (Hz)","Re (Ohm)",Im\n\n\n1,2,3\n'
    for same in (b'"f (Hz)","Re",Im\n1,2,3\n', b'"f,Re,Im\n1,2,3\n', b'f,Re,"Im\n1,2,3\n'):
        assert on_one_line(same) == same
    inches = b'"f\n(Hz)",Re\n1 5",2\n3 6",4\n'  # a mark within a cell opens none
    assert on_one_line(inches) == b'"f (Hz)",Re\n\n1 5",2\n3 6",4\n'
    for lines, joined in ((5, True), (6, False)):
        text = b'"f' + lines * b"\n" + b'(Hz)",Re,Im\n1,2,3\n'
        assert (on_one_line(text) == b'"f' + lines * b" " + b'(Hz)",Re,Im' + (lines + 1) * b"\n" + b"1,2,3\n") is joined
        assert joined or on_one_line(text) == text


def test_a_comma_in_quotes_by_the_digits_behind_it():
    """Decimal ones where some number has no group of three digits, marks of thousands beside decimal points."""
    assert with_points(b'1,"2,5",3\n', "a") == b"1,2.5,3\n"
    assert with_points(b'1,"2,500","3.5"\n', "a") == b'1,2500,"3.5"\n'
    assert with_points(b'f,"1,500","2,5E3"\n', "a") == b"f,1.500,2.5E3\n"
    for same in (b'1;"2,5";3\n', b'1\t"2,5"\t3\n', b'1|"2,5"|3\n', b"1,2,5\n"):
        assert with_points(same, "a") == same
    with pytest.raises(CorruptFile, match='"2,500" may have a decimal comma or a mark') as caught:
        with_points(b'x\n1,"2,500",3\n', "a")
    assert caught.value.line == 2


def test_names_below_a_name_that_goes_over_them():
    top, low = ("f/Hz", "Z/Ohm", "", "x"), ("", "re", "im", "")
    assert [name_of(top, low, i) for i in range(4)] == ["f/Hz", "Z re [Ohm]", "Z im [Ohm]", "x"]
    assert name_of(("", ""), ("re", "im"), 1) == " im"


def test_a_row_of_one_quantity():
    assert quantity_row("f/Hz,1,2,3") == ["f/Hz", "1", "2", "3"]
    assert quantity_row("f,Hz,1,2,3") == ["f/Hz", "1", "2", "3"]
    assert quantity_row("f;1,5;2;3;") == ["f", "1,5", "2", "3"]
    assert quantity_row('"f"\t1\t2\t3') == ["f", "1", "2", "3"]
    for none in ("f,1,2", "f,Hz,1,2", "1,2,3,4", "f,1,x,3", "f 1 2 3", "-,1,2,3"):
        assert quantity_row(none) is None, none


def test_a_table_with_a_row_for_each_quantity():
    assert transposed(b"title\nf,1,2,3\nRe,4,5,6\n") == b"title\nf\tRe\n1\t4\n2\t5\n3\t6\n"
    assert transposed(b"f,1,2,3\n") is None
    assert transposed(b"Re,1,2,3\nIm,4,5,6\n") is None
    assert transposed(b"f,1,2,3\nRe,4,5,6\nIm,7,8,9,10\n") == b"f\tRe\n1\t4\n2\t5\n3\t6\n"


def test_two_lines_of_names_become_one():
    """Where the lower one has two parts at least, right below names that go over them."""
    for text, one in (
        ("f (Hz),Z (kOhm),\n,Re,Im\n1,2,3\n", "\nf (Hz),Z Re [kOhm],Z Im [kOhm]\n1,2,3\n"),
        ("f,Z,\n,Re,Im", "\nf,Z Re,Z Im"), ("f;Z\n;Re;Im\n", "\nf;Z Re;Z Im\n"),
        ("f,Z,\n\n,Re,Im\n", None), ("f,Z,\n,Re,x\n", None), (",Z,\nf,Re,Im\n", None), ("f,Z,A\nHz,Re,Im\n", None),
        ("f,Z,,x\n,Re,Im\n", None), ("f Z\n  Re Im\n", None),
    ):  # fmt: skip
        data = text.encode()
        assert with_one_head(data, worded(data, 60)) == (data if one is None else one.encode()), text


def test_complex_numbers_in_parts():
    for text, parts in (
        ("10-0.5j", ("10", "-0.5")), ("(10+0.5i)", ("10", "0.5")), ("10 - j0.5", ("10", "-0.5")),
        ("10+-0.5j", ("10", "-0.5")), ("10--0.5j", ("10", "0.5")), ("10+J*.5", ("10", ".5")),
        ("1e3-2E-1*i", ("1e3", "-2E-1")),
    ):  # fmt: skip
        assert pair(COMPLEX.fullmatch(text)) == parts, text
    assert is_complex_row("1,10-0.5j")
    assert is_complex_row("1e3,10-0.5j")
    for none in ("f,10-0.5j", "1,10", "1,10-0.5j,x", "x 10-0.5j"):
        assert not is_complex_row(none), none


def test_names_of_the_parts_of_a_complex_column():
    assert parts_of("Z (Ohm)") == ["Re(Z)/Ohm", "Im(Z)/Ohm"]
    assert parts_of("Impedance") == ["Re(Z)", "Im(Z)"]
    assert parts_of("Ohm") == ["Ohm", "Ohm"]
    assert parts_of("") == ["", ""]
    assert parts_of("value") == ["value real?", "value imaginary?"]
    assert parts_of("eps (F)") == ["Re(eps)/F", "Im(eps)/F"]
    assert doubled("f,Z", ",", 2, [1]) == "f,Re(Z),Im(Z)"
    assert doubled("f,Z,x", ",", 2, [1]) == "f,Z,x"
    assert doubled("f Z", None, 2, [1]) == "f Re(Z) Im(Z)"
