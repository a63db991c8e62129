"""Small files of instruments, written here line by line: which numbers are taken, and what is said of damage."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers import formats
from eisfit.readers._base import File
from eisfit.readers.gamry import cell_of, curve, parts_of, started
from eisfit.readers.keysight import header_of
from eisfit.readers.novocontrol import vacuum
from eisfit.readers.palmsens import contents_of, member, moment
from eisfit.readers.relaxis import named
from eisfit.readers.tabular.text import Line
from eisfit.readers.versastudio import segments


def read(name: str, text: str):
    return formats()[name].read(File(Path("a.x"), text.encode(), "a.x"))


def points(spectrum) -> list[tuple[float, complex]]:
    return list(zip(spectrum.frequency.tolist(), spectrum.impedance.tolist(), strict=True))


def dfr(*points_: str, count: str = "2", more: int = 6) -> str:
    """An Autolab file: nine lines for each point."""
    return f"VERSION8.0\n{count}\n0\n" + "".join(point + "\n" + more * "7\n" for point in points_)


def test_autolab():
    """Frequency, Z' and -Z'' are the first three of nine lines."""
    assert points(read("autolab-fra", dfr("100\n1\n2", "10\n3\n4")).spectra[0]) == [(100, 1 - 2j), (10, 3 - 4j)]
    assert points(read("autolab-fra", dfr("1,5\n1\n2", count="1")).spectra[0]) == [(1.5, 1 - 2j)]
    for text, line, says in (
        (dfr("100\n1\n2"), None, "ends before its 2 points"), (dfr("100\n1\n2", count="0"), 2, "states 0 points"),
        (dfr("100\n1\n2", count="100001"), 2, "states 100001 points"),
        (dfr("100\nx\n2", count="1"), 5, "a number was expected"),
        (dfr("100\n1\n2", "0\n3\n4"), None, "in no order"),
        (dfr("9\n1\n2", "5\n1\n2", "7\n1\n2", count="3"), None, "in no order"),
        (dfr("100\n1\n2", "10\n3\n4", more=5), None, "ends before"),
        ("VERSION8.0\nx\n", None, "does not begin with a version"),
    ):  # fmt: skip
        with pytest.raises(CorruptFile, match=says) as caught:
            read("autolab-fra", text)
        assert caught.value.line == line, text


def test_zplot():
    """Of nine columns the frequency, Z' and Z'' count; a surface area of 1 is none."""
    head = '"ZPlotW Data File"\nDate: 3-17-2025\nTime: 08:09:10\nSurface Area: {area}\nData Points: {count}\n'
    names = "Freq(Hz)\tAmpl\tBias\tTime(Sec)\tZ'(a)\tZ''(b)\tGD\tErr\tRange\n"
    rows = "End Comments\n100 9 9 5 1 -2 0 0 0\n10 9 9 6 3 -4 0 0 0\n"

    def made(area="2.5", count="2", body=rows):
        return read("zplot", head.format(area=area, count=count) + names + body)

    found = made()
    assert points(found.spectra[0]) == [(100, 1 - 2j), (10, 3 - 4j)]
    assert found.start == datetime(2025, 3, 17, 8, 9, 10)
    assert found.cell.area_cm2 == 2.5
    for area in ("1", "1.0", "0", ".", "1.2.3"):
        assert made(area).cell is None, area
    assert [note.sentence for note in made(count="5").notes] == [
        "3 rows are missing: the header states 5 points, the file holds 2"
    ]
    assert points(made(body="100,9,9,5,1,-2,0,0,0\n").spectra[0]) == [(100, 1 - 2j)]
    with pytest.raises(CorruptFile, match="no line names the columns"):
        read("zplot", head)


def test_digatron():
    """Rows of status EIS, in milliohm, at the first channel."""
    head = "title\nStep,Status,ActFreq,Zreal1,Zimg1,Zreal2,U1\n-,-,Hz,m,m,m,V\n"
    text = head + "1,EIS,100,1000,-2000,7,3.5\n2,MSG,x\n3,EIS,10,3000,-4000\n"
    found = read("digatron", text)
    assert points(found.spectra[0]) == [(100, 1 - 2j), (10, 3 - 4j)]
    assert any("the other voltage channels are not read: Zreal2" in note.sentence for note in found.notes)
    with pytest.raises(EmptyFile, match="no row of status EIS"):
        read("digatron", text.replace("EIS", "CHA"))
    with pytest.raises(CorruptFile, match="has no column Status") as caught:
        read("digatron", text.replace("Status", "State"))
    assert caught.value.line == 2


def test_versastudio():
    """Rows within a segment that names columns; a column called 0 is none."""
    head = "<Application>\nVersaStudio\nDateAcquired=3/17/2025\nTimeAcquired=08:09:10\n"
    text = head + "<Segment1>\nDefinition={}\n{}</Segment1>\n9,9,9\n"
    names = "Frequency (Hz),Zre (ohms),Zim (ohms),0"
    found = read("versastudio", text.format(names, "100,1,-2\n10,3,-4\n"))
    assert points(found.spectra[0]) == [(100, 1 - 2j), (10, 3 - 4j)]
    assert found.start == datetime(2025, 3, 17, 8, 9, 10)
    with pytest.raises(EmptyFile, match="holds settings and no rows"):
        read("versastudio", text.format(names, ""))
    with pytest.raises(CorruptFile, match="rows without a line that names the columns"):
        segments(b"<Segment1>\n1,2\n", "a")


def test_relaxis():
    assert [named(cell) for cell in ("Data: Frequency", "Data: Z'", "Fit: Z'", "Data: Theta (Z)")] == [
        "Frequency/Hz", "Z'", "model", "Phase(Z)/deg",
    ]  # fmt: skip
    head = "RelaxIS Spectrum export\nData: Frequency\tData: Z'\tData: Z''\tFit: Z'\t\n"
    text = head + "x DC=0,25 y\tb\tc\n100\t1\t-2\t7\n10\t3\t-4\t7\n"
    found = read("relaxis", text)
    assert points(found.spectra[0]) == [(100, 1 - 2j), (10, 3 - 4j)]
    assert found.spectra[0].conditions.potential_V == 0.25
    assert read("relaxis", text.replace("DC=0,25", "=")).spectra[0].conditions.potential_V is None
    for lines, fine in ((49, True), (50, False)):
        body = lines * "x\n" + text.partition("\n")[2]
        if fine:
            assert len(read("relaxis", body).spectra) == 1
        else:
            with pytest.raises(CorruptFile, match="no line names the columns"):
                read("relaxis", body)


def test_keysight():
    text = '"TRACE: A"\n"FORMAT: {}"\n"Frequency" "Data Trace Real"\n{}"TRACE: B"\n"FORMAT: {}"\n{}'
    found = read("keysight-4294a", text.format("R", "100 1 9\n10 3 9\n", "X", "100 -2 9\n10 -4 9\n"))
    assert points(found.spectra[0]) == [(100, 1 - 2j), (10, 3 - 4j)]
    for form, header in (
        ("|Z|", "|Z|/Ohm"),
        ("θz [deg]", "phase/deg"),
        ("Cp", "Cp/F"),
        ("gain", None),
        ("Th-z", "phase/deg"),
    ):
        assert header_of(form) == header, form
    with pytest.raises(CorruptFile, match="the format gain of a trace"):
        read("keysight-4294a", text.format("R", "1 1\n", "gain", "1 1\n"))
    with pytest.raises(CorruptFile, match="at different frequencies"):
        read("keysight-4294a", text.format("R", "1 1\n", "X", "2 1\n"))
    with pytest.raises(EmptyFile):
        read("keysight-4294a", text.format("R", "", "X", ""))


def test_the_empty_cell_of_novocontrol():
    """eps0 A / d of 12 mm and 0.8 mm, as long as the spacer has no capacity."""
    farad = 8.8541878128e-14 * np.pi * 0.6**2 / 0.08
    assert vacuum("Diameter[mm] 12 Thickness[mm] 0.8") == pytest.approx(farad)
    assert vacuum("Diameter[cm] 1.2 Thickness[um] 800") == pytest.approx(farad)
    assert vacuum("Diameter[mm] 12 Thickness[µm] 800") == pytest.approx(farad)
    assert vacuum("Diameter[m] 0.012 Thickness[mm]=0.8 Spacer Capacity[pF] 0") == pytest.approx(farad)
    for text in (
        "Diameter[mm] 12", "Thickness[mm] 0.8", "Diameter[mm] 0 Thickness[mm] 1", "Diameter[mm] 1 Thickness[mm] -1",
        "Diameter[mm] 12 Thickness[mm] 0.8 Spacer Capacity[pF] 1", "Diameter[mm] 1e Thickness[mm] 1", "",
    ):  # fmt: skip
        assert vacuum(text) is None, text


def dataset(**arrays) -> dict:
    return {"values": [{"description": n, "datavalues": [{"v": v} for v in values]} for n, values in arrays.items()]}


EIS = {"Frequency": [100, 10], "ZRe": [1, 3], "ZIm": [2, 4]}


def test_palmsens():
    """ZIm is -Z''; ticks of 100 ns since the year 1; several scans go by their titles."""
    session = {"Type": "PalmSens.DataFiles.SessionFile", "Measurements": [{"DataSet": dataset(**EIS), "TimeStamp": 0}]}
    assert points(read("palmsens", json.dumps(session)).spectra[0]) == [(100, 1 - 2j), (10, 3 - 4j)]
    assert moment(10_000_000) == datetime(1, 1, 1, 0, 0, 1)
    assert moment(15) == datetime(1, 1, 1, 0, 0, 0, 1)
    assert moment("x") is None
    assert moment(1e30) is None
    assert (member({"aB": 1}, "ab"), member({"ab": 2}, "ab"), member([], "ab"), member({}, "ab")) == (1, 2, None, None)
    several = {"eisdatalist": [{"title": "A", "dataset": dataset(**EIS)}, {"title": "B", "dataset": dataset(**EIS)}]}
    assert [c.spectra[0].label for c in contents_of(several, "a")] == ["A", "B"]
    alike = {"eisdatalist": [{"title": "A", "dataset": dataset(**EIS)}] * 2}
    assert [c.spectra[0].label for c in contents_of(alike, "a")] == ["A 1", "A 2"]
    inner = {
        "eisdatalist": [{"title": "A", "subscans": [{"title": t, "dataset": dataset(**EIS)} for t in ("1 V", "2 V")]}]
    }
    assert [c.spectra[0].label for c in contents_of(inner, "a")] == ["A 1 V", "A 2 V"]
    for arrays, error, says in (
        (EIS | {"ZRe": [1]}, CorruptFile, "differ in length"),
        (EIS | {"ZIm": ["x", 1]}, CorruptFile, "ZIm is no number"),
        ({name: [] for name in EIS}, EmptyFile, "without points"), ({"Frequency": [1]}, EmptyFile, "no measurement"),
    ):  # fmt: skip
        with pytest.raises(error, match=says):
            read("palmsens", json.dumps({"measurements": [{"dataset": dataset(**arrays)}]}))


def test_gamry():
    header, tables = parts_of(
        b"EXPLAIN\nAREA\tQUANT\t2,5\tx\nZCURVE\tTABLE\t2\n\tPt\tFreq\n\t#\tHz\n\t0\t9\nodd\n\t1\t8\nZCURVE2\tTABLE\n"
    )
    assert header["AREA"] == ["QUANT", "2,5", "x"]
    assert [line.text for line in tables["ZCURVE"]] == ["\tPt\tFreq", "\t#\tHz", "\t0\t9", "odd", "\t1\t8"]
    assert tables["ZCURVE2"] == []
    for area, found in (("2,5", 2.5), ("1", None), ("0", None), ("x", None), ("-2", None)):
        cell = cell_of({"AREA": ["QUANT", area]})
        assert (None if cell is None else cell.area_cm2) == found, area
    assert cell_of({}) is None
    assert started({"DATE": ["LABEL", "3/4/2025"], "TIME": ["LABEL", "8:09:10"]}) == datetime(2025, 3, 4, 8, 9, 10)
    assert started({"DATE": ["LABEL", "3.4.2025"], "TIME": ["LABEL", "8:09:10"]}) == datetime(2025, 4, 3, 8, 9, 10)
    rows = [
        Line(i, 0, text)
        for i, text in enumerate((" Pt Freq Zreal Zimag", " # Hz ohm ohm", " 0 100 1 -2", " 1 10 3 -4"))
    ]
    assert points(curve(rows, "a", None, None).spectra[0]) == [(100, 1 - 2j), (10, 3 - 4j)]
    assert points(curve([rows[0], *rows[2:]], "a", None, None).spectra[0]) == [(100, 1 - 2j), (10, 3 - 4j)]
    with pytest.raises(EmptyFile, match="without rows"):
        curve(rows[:1], "a", None, None)
    with pytest.raises(EmptyFile, match=r"holds no impedance \(Cyclic; its tables: CURVE\)"):
        read("gamry", "EXPLAIN\nTITLE\tLABEL\tCyclic\nCURVE\tTABLE\n")
    with pytest.raises(EmptyFile, match=r"\(no impedance technique; its tables: none\)"):
        read("gamry", "EXPLAIN\n")
