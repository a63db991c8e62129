"""The other instruments: measured files of each, and small ones made here for what those do not show."""

from __future__ import annotations

import io
import json
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EmptyFile, MissingDependency
from eisfit.readers import formats, read
from eisfit.readers._base import File

from .conftest import workbook

F = [1000.0, 100.0, 10.0]
Z = [10 - 1j, 12.5 - 4.25j, 20 - 9j]


def content(name: str, data: str | bytes, file: str = "a"):
    """What a reader makes of some bytes."""
    return formats()[name].read(File(Path(file), data.encode("latin-1") if isinstance(data, str) else data, file))


def only(found) -> np.ndarray:
    """The impedance of the one spectrum, its frequencies checked."""
    (spectrum,) = found.spectra
    assert spectrum.frequency.tolist() == F
    return spectrum.impedance


@pytest.mark.parametrize(
    ("name", "points", "reader"),
    [
        ("impedance.py/exampleDataGamry.DTA", [72], "gamry"), ("impedance.py/exampleDataGamryABORT.DTA", [72], "gamry"),
        ("gamry-parser/eispot_data.dta", [10], "gamry"), ("gamry-parser/eispot_data_curveaborted.dta", [5], "gamry"),
        ("chmelat/EISPOT-test1.DTA", [72], "gamry"), ("hybrid-drt/EISGALV_EISTest3.DTA", [71], "gamry"),
        ("bayes-drt/550C.0.5V.DTA", [61], "gamry"), ("impedance.py/exampleDataZPlot.z", [21], "zplot"),
        ("impedance.py/exampleDataZPlot_noComments.z", [31], "zplot"), ("impedance.py/Circuit2_EIS_1.z", [56], "zplot"),
        ("impedance.py/exampleDataAutolab.txt", [41], "zplot"),
        ("impedance.py/exampleDataCHInstruments.txt", [73], "chi"),
        ("impedance.py/exampleDataVersaStudio.par", [61], "versastudio"),
        ("impedance.py/exampleDataParstat.txt", [31], "parstat"),
        ("hybrid-drt/PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt", [79], "relaxis"),
        ("zahner/000_mvdc.ism", [38], "zahner"),
        ("zahner/li-ion-battery.ism", [128], "zahner"), ("autoeis/data.idf", [29], "ivium"),
        ("autoeis/data.ids", [29, 29], "ivium"), ("autoeis/data.pssession", [29], "palmsens"),
        ("autoeis/data.dfr", [29], "autolab-fra"), ("autoeis/data.xlsx", [29] * 4, "workbook"),
        ("autoeis/data.ods", [29] * 4, "workbook"), ("kongxiuyichuang/EIS_data.xlsx", [61], "workbook"),
    ],
)  # fmt: skip
def test_measured_files(data, name, points, reader):
    series = read(data / name)
    assert [len(spectrum) for spectrum in series] == points
    assert {spectrum.source.reader for spectrum in series} == {reader}


def test_one_spectrum_in_five_formats(data):
    spectra = [
        s for name in ("idf", "ids", "pssession", "dfr", "xlsx", "ods") for s in read(data / f"autoeis/data.{name}")
    ]
    for spectrum in spectra[1:]:
        assert np.allclose(spectrum.frequency, spectra[0].frequency, rtol=1e-5)
        assert np.allclose(spectrum.impedance, spectra[0].impedance, rtol=1e-5)


def test_pellet_as_relaxis_exported_it(data):
    (mine,) = read(data / "hybrid-drt/PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt")
    (other,) = read(data / "hybrid-drt/PEIS_LPSCl_IonBlocking_-25C.txt")
    assert np.allclose(mine.frequency, other.frequency, rtol=1e-7)
    assert np.allclose(mine.impedance, other.impedance, rtol=1e-7)
    assert mine.conditions.potential_V == -0.080042


def test_dates_of_measured_files(data):
    stamps = {
        "impedance.py/exampleDataGamry.DTA": "2018-04-23T16:43:16.000",
        "chmelat/EISPOT-test1.DTA": "2026-05-15T11:30:26.000",
        "impedance.py/exampleDataZPlot.z": "2018-10-12T11:04:36.670",
        "impedance.py/exampleDataCHInstruments.txt": "2020-02-20T15:55:08.000",
        "impedance.py/exampleDataVersaStudio.par": "2018-07-19T09:40:31.812",
        "zahner/000_mvdc.ism": "2021-10-15T07:14:33.299",
        "autoeis/data.pssession": "2023-08-22T12:33:39.532",
    }
    assert {name: read(data / name)[0].conditions.timestamp for name in stamps} == stamps


def test_parstat_sequence_is_a_record_too(data):
    series = read(data / "impedance.py/exampleDataParstat.txt")
    assert len(series.record) == 781
    assert series[0].conditions.direction == "charge"


def test_refusals_of_measured_files(data):
    with pytest.raises(EmptyFile, match=r"holds no impedance \(Cyclic Voltammetry"):
        read(data / "gamry-parser/cv_data.dta")
    with pytest.raises(EmptyFile, match="settings and no rows"):
        read(data / "espoupou/testlauriana.par")


GAMRY = "EXPLAIN\nTAG\tEISPOT\nDATE\tLABEL\t{date}\tDate\nTIME\tLABEL\t08:00:00\tTime\nAREA\tQUANT\t{area}\tArea\n"
CURVE = "ZCURVE{n}\tTABLE\n\tPt\tTime\tFreq\tZreal\tZimag\tTemp\n\t#\ts\tHz\tohm\tohm\tdegC\n"


def gamry_rows(start: float = 0.0) -> str:
    """Rows of a table of impedances."""
    pairs = enumerate(zip(F, Z, strict=True))
    return "".join(f"\t{i}\t{start + i}\t{f}\t{z.real}\t{z.imag}\t-327.67\n" for i, (f, z) in pairs)


def test_gamry_with_several_curves():
    text = GAMRY.format(date="15.5.2026", area="1.00000E+000") + "".join(
        CURVE.format(n=n) + gamry_rows(100.0 * n) for n in (1, 2)
    )
    found = content("gamry", text + "\n\n")
    assert [s.source.sweep for s in found.spectra] == [0, 1]
    assert all(np.array_equal(s.impedance, Z) for s in found.spectra)
    assert [s.conditions.time_s for s in found.spectra] == [100.0, 200.0]
    assert found.spectra[0].conditions.temperature_C is None
    assert found.start.isoformat() == "2026-05-15T08:00:00"
    assert found.cell is None


def test_gamry_rows_behind_a_damaged_line():
    rows = gamry_rows().splitlines(keepends=True)
    torn = rows[1][:8] + "\n" + rows[1][8:]
    text = GAMRY.format(date="3/6/2019", area="1") + CURVE.format(n="") + rows[0] + torn + rows[2] + "END\n\tno row\n"
    found = content("gamry", text)
    assert found.spectra[0].impedance.tolist() == [Z[0], Z[2]]
    assert "2 rows without" in found.notes[0].sentence
    whole = GAMRY.format(date="3/6/2019", area="1") + CURVE.format(n="") + gamry_rows()
    assert content("gamry", whole.replace("\t1\t1.0", "\x051\t1.0")).spectra[0].impedance.tolist() == Z


def test_gamry_area_that_was_set():
    text = GAMRY.format(date="3/6/2019", area="7.85000E-001") + CURVE.format(n="") + gamry_rows()
    found = content("gamry", text)
    assert found.cell.area_cm2 == 0.785
    assert found.start.isoformat() == "2019-03-06T08:00:00"


@pytest.mark.parametrize("tail", ["", "ZCURVE\tTABLE\n", CURVE.format(n="")])
def test_gamry_without_points(tail):
    with pytest.raises(EmptyFile):
        content("gamry", GAMRY.format(date="", area="") + tail)


def test_zplot_with_area_and_commas():
    head = "ZPLOT2 ASCII\n  Date:  10-12-2018\n  Time:  11:04:34\n  Surface Area:  1.13\n"
    names = "  Freq(Hz)\tAmpl\tBias\tTime(Sec)\tZ'(a)\tZ''(b)\tGD\tErr\tRange\nEnd Comments\n"
    rows = "".join(f"{f}\t0\t0\t{i}\t{z.real}\t{z.imag}\t0\t0\t1\n" for i, (f, z) in enumerate(zip(F, Z, strict=True)))
    found = content("zplot", head + names + rows.replace(".", ","))
    assert np.array_equal(only(found), Z)
    assert found.cell.area_cm2 == 1.13
    with pytest.raises(CorruptFile, match="no line names the columns"):
        content("zplot", head)
    whole = head + "  Data Points: 3\n" + names + rows
    assert content("zplot", whole).notes == ()
    fewer = content("zplot", "".join(whole.splitlines(keepends=True)[:-1]))
    assert len(fewer.spectra[0]) == 2
    assert fewer.notes[0].sentence == "1 rows are missing: the header states 3 points, the file holds 2"


def test_versastudio_steps_between_spectra():
    head = (
        "<Application>\nName=VersaStudio\n</Application>\nTimeAcquired=2:05:06 PM\nDateAcquired=Monday, May 4, 2020\n"
    )
    names = "Definition=Segment #, E(V), I(A), Elapsed Time(s), Frequency(Hz), Z Real, Z Imag, 0\n"
    steps = "".join(f"0,3.5,1,{t},0,0,0\n" for t in (0, 36, 72))
    sweep = "".join(f"1,3.5,0,{100 + i},{f},{z.real},{z.imag}\n" for i, (f, z) in enumerate(zip(F, Z, strict=True)))
    text = f"{head}<Segment1>\nType=2\n{names}{steps}</Segment1>\n<Segment2>\n{names}{sweep}</Segment2>\n"
    found = content("versastudio", text)
    assert np.array_equal(only(found), Z)
    assert len(found.traces[0]) == 3
    assert found.start.isoformat() == "2020-05-04T14:05:06"
    with pytest.raises(CorruptFile, match="rows without a line"):
        content("versastudio", "<Segment1>\n0,1,2\n</Segment1>\n")


def test_relaxis_with_spectra_side_by_side():
    names = "\t".join(["Data: Frequency", "Data: Z'", "Data: Z''", "Model: Z'"] * 2)
    about = "DC=1.5, TM=2\t\t\t\tDC=2.5\t\t\t"
    rows = "".join(
        f"{f}\t{z.real}\t{z.imag}\t0\t{f}\t{2 * z.real}\t{2 * z.imag}\t0\n" for f, z in zip(F, Z, strict=True)
    )
    found = content("relaxis", f"RelaxIS 3.0 Spectrum export\nDate: 1/1/2025\n{names}\n{about}\n{rows}")
    assert [s.conditions.potential_V for s in found.spectra] == [1.5, 2.5]
    assert np.array_equal(found.spectra[1].impedance, 2 * np.array(Z))
    with pytest.raises(CorruptFile, match="names the columns"):
        content("relaxis", "RelaxIS 3.0 Spectrum export\n")


def ism(frequency: list[float], impedance: np.ndarray) -> bytes:
    """A Zahner file of some points, one second apart."""
    z = np.asarray(impedance)
    arrays = np.array([frequency, abs(z), np.angle(z), 1.3e9 + np.arange(len(z))])
    head = b"\0\0\xff\xff\xff\xfe" + (len(z) - 1).to_bytes(6, "big")
    return head + arrays.astype(">f8").tobytes() + b"\0" * 2 * len(z) + b"\0\x06151021"


def test_zahner_leaves_out_the_points_before_the_turn():
    found = content("zahner", ism([10.0, 100.0, 1000.0, 100.0, 10.0, 1.0], np.array([*Z[::-1], *Z[1:], 30 - 2j])))
    (spectrum,) = found.spectra
    assert spectrum.frequency.tolist() == [*F, 1.0]
    assert np.allclose(spectrum.impedance, [*Z, 30 - 2j], rtol=1e-14)
    assert [note.sentence[:8] for note in found.notes] == ["2 points"]


def test_zahner_damaged():
    endless = bytearray(ism(F, np.array(Z)))
    endless[84:100] = np.array([np.inf, np.inf], ">f8").tobytes()
    with pytest.raises(CorruptFile, match="bytes are missing"):
        content("zahner", bytes(endless))
    data = ism(F, np.array(Z))
    # eight bytes less: the last phase is a time, the last time none, and a text of 10 letters follows the date
    shifted = data[:60] + data[68:] + b"\0\x0asimulation"
    for broken in (
        *(data[:-20], data[:40], data[:100] + b"\0" + data[100:], data[:6] + b"\xff" * 6 + data[12:], b""),
        *(shifted, ism(F, np.array(Z))[:84] + data[92:] + b"\0\x0asimulation"),
    ):
        with pytest.raises((CorruptFile, EmptyFile)):
            content("zahner", broken)


IVIUM = "Corrosion=false\nLevels=false\nMethod={method}\nprimary_data    \n3         \n{count}\n"


def test_ivium_blocks():
    rows = "".join(f"{z.real:.5E}  {z.imag:.5E}\t{f:.5E} \n" for f, z in zip(F, Z, strict=True))
    text = IVIUM.format(method="Impedance", count=3) + rows
    assert np.array_equal(only(content("ivium", text.replace("\n", "\r\n"))), Z)
    assert len(content("ivium", text + text).spectra) == 2
    with pytest.raises(EmptyFile, match="methods: CyclicVoltammetry"):
        content("ivium", text.replace("Impedance", "CyclicVoltammetry"))
    lines = rows.splitlines(keepends=True)
    shifted = text.replace(rows, lines[0] + lines[2] + lines[1])
    for broken in (text[:-30], text.replace("1.00000E+03", "x"), text.replace("\n3\n", "\n9999999999\n"), shifted):
        with pytest.raises(CorruptFile):
            content("ivium", broken)


def session(**arrays: list[float]) -> bytes:
    """A PalmSens session of one measurement."""
    values = [{"Description": name, "DataValues": [{"V": v} for v in array]} for name, array in arrays.items()]
    measurement = {"TimeStamp": 638283044195322907, "DataSet": {"Values": values}}
    whole = {"Type": "PalmSens.DataFiles.SessionFile", "Measurements": [measurement]}
    return b"\xff\xfe" + json.dumps(whole).encode("utf-16-le")


def test_palmsens_sessions():
    arrays = {"Frequency": F, "ZRe": [z.real for z in Z], "ZIm": [-z.imag for z in Z], "mEdc": [0.5, 0.5, 0.5]}
    found = content("palmsens", session(**arrays))
    assert np.array_equal(only(found), Z)
    assert found.spectra[0].conditions.potential_V == 0.5
    with pytest.raises(EmptyFile, match="no measurement of impedance"):
        content("palmsens", session(Frequency=F))
    with pytest.raises(EmptyFile):
        content("palmsens", session(Frequency=[], ZRe=[], ZIm=[]))
    with pytest.raises(CorruptFile, match="differ in length"):
        content("palmsens", session(**arrays | {"ZRe": [1.0]}))
    with pytest.raises(CorruptFile, match="no JSON"):
        content("palmsens", session(**arrays)[:200])
    with pytest.raises(CorruptFile, match="a value of its array ZIm is no number"):
        content("palmsens", session(**arrays | {"ZIm": [1.0, None, 2.0]}))


def test_autolab_files():
    points = "".join(f" {f}\n {z.real}\n {-z.imag}\n" + " 0.0\n" * 6 for f, z in zip(F, Z, strict=True))
    assert np.array_equal(only(content("autolab-fra", "VERSION8.0\n 3\n 1\n" + points)), Z)
    for broken in (points[:-9], points.replace("100.0", "x"), ""):
        with pytest.raises(CorruptFile):
            content("autolab-fra", "VERSION8.0\n 3\n 1\n" + broken)
    with pytest.raises(CorruptFile, match="states 0 points"):
        content("autolab-fra", "VERSION8.0\n 0\n 1\n" + points)


def test_workbooks():
    rows = [["f", "Z'", "-Z''"], ["Hz", "Ohm", "Ohm"], *[[f, z.real, -z.imag] for f, z in zip(F, Z, strict=True)]]
    data = workbook(notes=[["the cell was warm"]], one=rows, two=rows, empty=[])
    found = content("workbook", data, "a.xlsx")
    assert [s.source.sweep for s in found.spectra] == [0, 1]
    assert all(np.array_equal(s.impedance, Z) for s in found.spectra)
    assert [note.sentence for note in found.notes] == ["sheet notes holds no table of spectra"]
    with pytest.raises(CorruptFile, match="no sheet holds"):
        content("workbook", workbook(notes=[["nothing"]]), "a.xlsx")
    with pytest.raises(CorruptFile, match="no workbook"):
        content("workbook", data[: len(data) // 2], "a.xlsx")


def test_workbook_that_would_fill_the_memory():
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", b"x")
    data = bytearray(stream.getvalue())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 2**31)
    with pytest.raises(CorruptFile, match="MB when unpacked"):
        content("workbook", bytes(data), "a.xlsx")


def test_workbook_without_its_package(monkeypatch):
    data = workbook(one=[["f", "Z'", "Z''"], [1.0, 2.0, -3.0]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingDependency, match="pip install openpyxl"):
        content("workbook", data, "a.xlsx")


def test_chi_header():
    text = "Feb. 20, 2020   15:55:08\nA.C. Impedance\nInstrument Model:  CHI660E\n\nInit E (V) = 0.25\n\n"
    rows = "".join(f"{f}, {z.real}, {z.imag}\n" for f, z in zip(F, Z, strict=True))
    found = content("chi", text + "Freq/Hz, Z'/ohm, Z\"/ohm\n\n" + rows)
    assert np.array_equal(only(found), Z)
    assert found.spectra[0].conditions.potential_V == 0.25
    assert found.start.isoformat() == "2020-02-20T15:55:08"
