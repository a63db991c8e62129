"""Small files that would fill the memory, and a stray cell that must cost nothing and lose nothing."""

from __future__ import annotations

import io
import json
import zipfile
from itertools import pairwise

import numpy as np
import pytest

from eisfit.errors import CorruptFile, ReadError
from eisfit.readers import read

F = np.array([1000.0, 100.0, 10.0, 1.0])
Z = 10 + 50 / (1 + 1j * F / 30)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ROWS = [["f/Hz", "Re/Ohm", "Im/Ohm"], *[[float(f), float(z.real), float(z.imag)] for f, z in zip(F, Z, strict=True)]]


def zipped(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text, zipfile.ZIP_STORED if name == "mimetype" else None)
    return stream.getvalue()


def xlsx(rows):
    """A workbook of one sheet from the XML of its rows."""
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/s.xml" ContentType="{kind}.worksheet+xml"/>'
            "</Types>",
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
            f'Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{relation}"><sheets><sheet name="s" sheetId="1" '
            'r:id="r"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
            f'Type="{relation}/worksheet" Target="s.xml"/></Relationships>',
            "xl/s.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def cells_of(row, number):
    """The XML of a row of texts and numbers."""
    parts = [
        f'<c r="{"ABC"[k]}{number}"><v>{value!r}</v></c>'
        if isinstance(value, float)
        else f'<c r="{"ABC"[k]}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        for k, value in enumerate(row)
    ]
    return "".join(parts)


def table(*, first="", last=""):
    """The XML of a real table; with a stray cell in its first row, or a row far below it."""
    rows = [f'<row r="{i}">{cells_of(row, i)}{first if i == 1 else ""}</row>' for i, row in enumerate(ROWS, start=1)]
    return "".join(rows) + last


def ods(rows):
    """An OpenDocument spreadsheet of one sheet from the XML of its rows."""
    names = " ".join(f'xmlns:{name}="{OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    body = f'<table:table table:name="s">{rows}</table:table>'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {names}><office:body><office:spreadsheet>{body}"
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


def ods_row(row, more=""):
    parts = [
        f'<table:table-cell office:value-type="float" office:value="{value!r}"><text:p>{value:.1f}</text:p>'
        "</table:table-cell>"
        if isinstance(value, float)
        else f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        for value in row
    ]
    return f"<table:table-row>{''.join(parts)}{more}</table:table-row>"


def with_entities(archive, part, root):
    """The same archive with entities that grow tenfold nine times before the root of a part, and one of them in it."""
    grown = "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in pairwise("abcdefghij"))
    parts = {name: zipfile.ZipFile(io.BytesIO(archive)).read(name).decode() for name in names_in(archive)}
    doctype = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{grown}]>'
    parts[part] = parts[part].replace(root, doctype + root, 1).replace("wanted", "&j;")
    return zipped(parts)


def names_in(archive):
    return zipfile.ZipFile(io.BytesIO(archive)).namelist()


CELL = '<table:table-cell {} office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
MANY = 'table:number-columns-repeated="900000000"'
BOMBS = {
    "wide.xlsx": lambda: xlsx("".join(f'<row r="{i}"><c r="XFD{i}"><v>1</v></c></row>' for i in range(1, 2000))),
    "far.xlsx": lambda: xlsx('<row r="100000"><c r="XFD100000"><v>1</v></c></row>'),
    "text.xlsx": lambda: xlsx(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 30_000_000}</t></is></c></row>'),
    "columns.ods": lambda: ods(f"<table:table-row>{CELL.format(MANY)}</table:table-row>"),
    "rows.ods": lambda: ods(
        f'<table:table-row table:number-rows-repeated="900000000">{CELL.format("")}</table:table-row>'
    ),
    "deep.ods": lambda: ods("<table:table-row>" + "<text:p>" * 50_000 + "</text:p>" * 50_000 + "</table:table-row>"),
    "entities.ods": lambda: with_entities(ods(ods_row(["wanted"])), "content.xml", "<office:document-content"),
    "entities.xlsx": lambda: with_entities(
        xlsx('<row r="1"><c r="A1" t="inlineStr"><is><t>wanted</t></is></c></row>'), "xl/s.xml", "<worksheet"
    ),
    "names.json": lambda: json.dumps(
        [{"frequency": 1, "re": 1, "im": -1}, *({f"k{i}": 1} for i in range(5000))]
    ).encode(),
    "twice.json": lambda: (
        b'{"frequency": [1], ' + b", ".join(b'"k%d": 1' % i for i in range(50_000)) + b', "k49999": 2}'
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_one_sentence(tmp_path, name):
    pytest.importorskip("openpyxl")
    path = tmp_path / name
    path.write_bytes(BOMBS[name]())
    with pytest.raises(ReadError) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_parquet_bombs(tmp_path):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    same = pa.array(np.ones(3_000_000))
    pq.write_table(pa.table({"frequency": same, "re": same, "im": same}), tmp_path / "rows.parquet")
    lists = pa.array([np.ones(4_000_000, np.float32)], pa.list_(pa.float32()))
    pq.write_table(pa.table({"frequency": lists, "re": lists, "im": lists}), tmp_path / "lists.parquet")
    one = pa.DictionaryArray.from_arrays(pa.array(np.zeros(2000, np.int32)), pa.array(["x" * 1_000_000]))
    pq.write_table(
        pa.table({"frequency": np.arange(1.0, 2001), "re": np.ones(2000), "im": -np.ones(2000), "name": one}),
        tmp_path / "text.parquet",
    )
    for path in sorted(tmp_path.iterdir()):
        assert path.stat().st_size < 2_000_000
        with pytest.raises(CorruptFile, match=r"far (more|longer)"):
            read(path)


def stray_row(number):
    """A table with a stray cell in a row far below it."""
    return table(last=f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>x</t></is></c></row>')


@pytest.mark.parametrize(
    "rows",
    [
        stray_row(100_000),
        pytest.param(stray_row(1_048_576), marks=pytest.mark.long),
        table(first='<c r="XFD1" t="inlineStr"><is><t>x</t></is></c>'),
    ],
    ids=["far below", "last row", "last column"],
)
def test_a_stray_cell_of_excel_loses_nothing(tmp_path, rows):
    pytest.importorskip("openpyxl")
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(rows))
    (spectrum,) = read(path)
    assert np.array_equal(spectrum.impedance, Z)


@pytest.mark.parametrize("where", ["nowhere", "last row", "last column"])
def test_opendocument_sheets(tmp_path, where):
    stray = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    wide = f'<table:table-cell table:number-columns-repeated="16380"/>{stray}'
    rows = [ods_row(row, wide if where == "last column" and not i else "") for i, row in enumerate(ROWS)]
    if where == "last row":
        rows.append(
            f'<table:table-row table:number-rows-repeated="1048570"/><table:table-row>{stray}</table:table-row>'
        )
    path = tmp_path / "a.ods"
    path.write_bytes(ods("".join(rows)))
    (spectrum,) = read(path)
    assert np.array_equal(spectrum.impedance, Z)


def test_elements_in_elements_of_opendocument_are_a_hundred_deep_at_most(tmp_path):
    """A cell is the sixth; the text in it stands in further ones."""
    path = tmp_path / "a.ods"
    for depth, fine in ((94, True), (95, False)):
        deep = f"<table:table-cell>{depth * '<text:p>'}x{depth * '</text:p>'}</table:table-cell>"
        path.write_bytes(ods("".join(ods_row(row, "" if i else deep) for i, row in enumerate(ROWS))))
        if fine:
            assert np.array_equal(read(path)[0].impedance, Z)
        else:
            with pytest.raises(CorruptFile, match="is no workbook that can be read"):
                read(path)


def test_repeated_cells_of_opendocument_stand_where_they_belong(tmp_path):
    """Two spectra of the same Re: the program writes the cell once and says how often it stands there."""
    head = ods_row(["f/Hz", "Re/Ohm", "Im/Ohm"])
    twice = CELL.format('table:number-columns-repeated="2"')
    rows = "".join(
        f'<table:table-row><table:table-cell office:value-type="float" office:value="{f!r}"/>{twice}</table:table-row>'
        for f in (100.0, 10.0)
    )
    path = tmp_path / "a.ods"
    path.write_bytes(ods(head + rows))
    (spectrum,) = read(path)
    assert spectrum.impedance.tolist() == [1 + 1j, 1 + 1j]


def test_absurd_numbers_are_named_and_the_others_read(tmp_path):
    (tmp_path / "bad.csv").write_text("f,Re,Im\n1e300,1,-1\n1,1,-1\n")
    (tmp_path / "good.csv").write_text("f,Re,Im\n100,1,-1\n1,2,-1\n")
    series = read(tmp_path)
    assert [s.label for s in series] == ["good"]
    assert [(n.path, n.sentence) for n in series.notes if n.kind == "skipped"] == [
        ("bad.csv", "holds a frequency of 1e+300 Hz, beyond all that can be measured")
    ]
    (tmp_path / "good.csv").unlink()
    with pytest.raises(CorruptFile, match=r"1e\+300 Hz"):
        read(tmp_path)


def test_a_fault_in_a_reader_is_one_lost_file(tmp_path, monkeypatch):
    from eisfit.readers import _base, formats

    formats()
    (tmp_path / "a.csv").write_text("f,Re,Im\n100,1,-1\n1,2,-1\n")
    (tmp_path / "b.json").write_text('{"frequency": [1, 2], "re": [1, 2], "im": [-1, -2]}')

    def broken(file):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setitem(_base.REGISTRY, "json", _base.REGISTRY["json"]._replace(read=broken))
    series = read(tmp_path)
    assert [s.label for s in series] == ["a"]
    assert any("a fault of eisfit" in n.sentence and n.kind == "skipped" for n in series.notes)


def test_every_spectrum_is_excluded(tmp_path):
    import eisfit
    from eisfit.errors import DataError

    (tmp_path / "a.csv").write_text("f,Re,Im\n100,1,-1\n1,2,-1\n")
    (tmp_path / "series.csv").write_text("file,exclude\na.csv,touched\n")
    with pytest.raises(DataError, match="excludes every spectrum, 1 of 1"):
        eisfit.analyse(tmp_path)


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e400", "1e300", "1.5"])
def test_a_cycle_that_is_no_number(tmp_path, value):
    (tmp_path / "a.csv").write_text("f,Re,Im\n100,1,-1\n1,2,-1\n")
    (tmp_path / "series.csv").write_text(f"file,cycle\na.csv,{value}\n")
    with pytest.raises(CorruptFile, match=r"series\.csv, line 2: column cycle"):
        read(tmp_path)


@pytest.mark.parametrize("pattern", ["*a" * 40 + "{soc}b", "{cell}a*a{cell}" * 30 + "{soc}x", "*" * 300 + "{soc}!"])
def test_a_pattern_of_many_gaps_takes_no_longer(tmp_path, pattern):
    from eisfit.errors import OptionError

    (tmp_path / f"{'a' * 240}.csv").write_text("f,Re,Im\n100,1,-1\n1,2,-1\n")
    with pytest.raises(OptionError, match="fits no file name"):
        read(tmp_path, pattern=pattern)


def test_gaps_in_a_pattern_leave_the_numbers_whole():
    from eisfit.readers.cell.patterns import compiled

    found = compiled("*_SOC{soc}_*_{temperature_C}C*").fullmatch("cell_3_SOC12.5_new_cell_-10C_b")
    assert found is not None
    assert found.groupdict() == {"soc": "12.5", "temperature_C": "-10"}


def test_a_glob_of_many_folders(tmp_path):
    with pytest.raises(ReadError, match="once at most"):
        read(tmp_path / "**" / "**" / "**" / "*.csv")


def test_a_copy_of_a_file_is_noticed(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text("f,Re,Im\n100,1,-1\n1,2,-1\n")
    series = read(tmp_path)
    assert len(series) == 2
    assert [(n.path, n.sentence) for n in series.notes if "same bytes" in n.sentence] == [
        ("b.csv", "has the same bytes as a.csv, a copy: both are read")
    ]
