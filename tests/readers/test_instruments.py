"""Files of instruments and their programs, made here with numbers that are known."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

from eisfit.errors import CorruptFile, ReadError, UnknownFormat
from eisfit.readers import read

F = np.geomspace(1e5, 0.1, 25)
Z = 8 + 60 / (1 + (2j * np.pi * F * 60 * 2e-6) ** 0.9) + 90 / (1 + 2j * np.pi * F * 90 * 3e-3)


def is_true(spectrum, scale: float = 1.0) -> bool:
    """True for the spectrum of these tests, times a number, within what was printed."""
    good = np.allclose(spectrum.frequency, F, rtol=1e-5) and np.allclose(spectrum.impedance, scale * Z, rtol=2e-5)
    return len(spectrum) == len(F) and bool(good)


def rows(*columns: np.ndarray, delimiter: str = "\t") -> str:
    """Rows of a table, seven digits each."""
    return "".join(delimiter.join(f"{v:.7g}" for v in row) + "\n" for row in np.column_stack(columns))


def session(measurements: list[dict], *, lower: bool = False) -> bytes:
    """A PSTrace session, its keys in lower case where older versions write them so."""

    def keys(value: object) -> object:
        if isinstance(value, dict):
            return {k.lower() if lower else k: keys(v) for k, v in value.items()}
        return [keys(v) for v in value] if isinstance(value, list) else value

    whole = keys({"Type": "PalmSens.DataFiles.SessionFile", "CoreVersion": "5.9", "Measurements": measurements})
    return json.dumps(whole).encode("utf-16")


def dataset(scale: float, *, lower: bool = False) -> dict:
    """The arrays of one scan."""
    arrays = {"potential": 0 * F, "Frequency": F, "ZRe": scale * Z.real, "ZIm": -scale * Z.imag}
    return {
        "Values": [
            {"Description": name.lower() if lower else name, "DataValues": [{"V": v} for v in array.tolist()]}
            for name, array in arrays.items()
        ]
    }


@pytest.mark.parametrize("lower", [False, True])
def test_palmsens_in_either_case(tmp_path, lower):
    measurement = {"Title": "EIS", "TimeStamp": 638895740689221405, "DataSet": dataset(1, lower=lower)}
    (tmp_path / "a.pssession").write_bytes(session([measurement], lower=lower))
    (spectrum,) = read(tmp_path / "a.pssession")
    assert is_true(spectrum)
    assert spectrum.label == "a"


def test_palmsens_multiplexer_and_sub_scans(tmp_path):
    channels = [
        {"Title": f"CH {k}", "SubScans": [{"Title": f"E={e} V", "DataSet": dataset(k + e)} for e in (0.0, 0.5)]}
        for k in (2, 4)
    ]
    (tmp_path / "a.pssession").write_bytes(session([{"Title": "m", "DataSet": dataset(4.5), "EISDataList": channels}]))
    series = read(tmp_path / "a.pssession")
    assert [s.label for s in series] == ["CH 2 E=0.0 V", "CH 2 E=0.5 V", "CH 4 E=0.0 V", "CH 4 E=0.5 V"]
    assert all(is_true(s, k) for s, k in zip(series, (2, 2.5, 4, 4.5), strict=True))


@pytest.mark.parametrize("date", [b"010125", b""])
def test_zahner_with_and_without_a_date(tmp_path, date):
    numbers = np.concatenate((F, np.abs(Z), np.angle(Z), np.arange(25.0)))
    texts = b"".join(struct.pack(">H", len(text)) + text for text in (date, b"simulated"))
    data = b"\0\0\xff\xff\xff\xfe" + (24).to_bytes(6, "big") + numbers.astype(">f8").tobytes() + bytes(50) + texts
    (tmp_path / "a.ism").write_bytes(data)
    (spectrum,) = read(tmp_path / "a.ism")
    assert is_true(spectrum)


def test_zview_calculated_data(tmp_path):
    head = 'ZView Calculated Data File: Version 1.1\nRaw Data\n""\n""\n'
    names = "Freq(Hz),DCcurr(A),DCpot(V),Time(S),Zprime(Ohm),Zbis(Ohm),GD,X,Y\n"
    body = rows(F, 0 * F, 0 * F + 0.3, np.arange(25.0), Z.real, Z.imag, 0 * F, 0 * F, 0 * F, delimiter=",")
    (tmp_path / "a.z60").write_text(head + names + body)
    (spectrum,) = read(tmp_path)
    assert is_true(spectrum)
    assert spectrum.conditions.potential_V == pytest.approx(0.3)


def test_zview_columns_in_a_table(tmp_path):
    names = "Freq(Hz),Ampl,Bias,Time(Sec),Z'(a),Z''(b),GD,Error,Range\n"
    zero = 0 * F
    (tmp_path / "a.csv").write_text(names + rows(F, zero, zero + 2.8, zero, Z.real, Z.imag, *[zero] * 3, delimiter=","))
    (spectrum,) = read(tmp_path / "a.csv")
    assert is_true(spectrum)
    assert spectrum.conditions.potential_V == pytest.approx(2.8)


GAMRY = "EXPLAIN\nTAG\tEISPOT\nDATE\tLABEL\t7/17/2024\tDate\nTIME\tLABEL\t10:20:14\tTime\nZCURVE\tTABLE\n"
GAMRY_NAMES = "\tPt\tTime\tFreq\tZreal\tZimag\tVdc\tTemp\n\t#\ts\tHz\tohm\tohm\tV\t°C\n"


@pytest.mark.parametrize(("warmth", "told"), [(25.0, 25.0), (1467.0, None), (-274.0, None)])
def test_a_sensor_that_is_not_connected_is_no_temperature(tmp_path, warmth, told):
    body = rows(np.arange(25.0), np.arange(25.0), F, Z.real, Z.imag, 0 * F, 0 * F + warmth)
    text = GAMRY + GAMRY_NAMES + "".join(f"\t{line}\n" for line in body.splitlines())
    (tmp_path / "a.DTA").write_text(text, encoding="latin-1")
    series = read(tmp_path / "a.DTA")
    assert is_true(series[0])
    assert series[0].conditions.temperature_C == told
    assert any("is not connected" in note.sentence for note in series.notes) == (told is None)


def test_twins_of_different_kinds_are_one_spectrum(tmp_path):
    body = rows(np.arange(25.0), np.arange(25.0), F, Z.real, Z.imag, 0 * F, 0 * F + 20)
    (tmp_path / "a.DTA").write_text(GAMRY + GAMRY_NAMES + "".join(f"\t{x}\n" for x in body.splitlines()), "latin-1")
    names = "ZView Calculated Data File: Version 1.1\nFreq(Hz),Zprime(Ohm),Zbis(Ohm)\n"
    (tmp_path / "a.z60").write_text(names + rows(F, Z.real, Z.imag, delimiter=","))
    series = read(tmp_path)
    assert [s.source.path for s in series] == ["a.DTA"]
    assert any(note == ("ignored", "a.z60", "same measurement as a.DTA") for note in series.notes)


def test_digatron(tmp_path):
    names = "Step,Status,Step Time,Cycle,Voltage,Current,SetFreq,Status,U1,Zreal1,Zimg1,ActFreq,U2,Zreal2,Zimg2,\n"
    units = "[],[],[hh:mm:ss.ttt],[],[V],[A],[EIS],[EIS],[EIS],[EIS],[EIS],[EIS],[EIS],[EIS],[EIS],\n"
    body = "".join(
        f"3,EIS,00:00:{i:02d}.500,0,,,{f:.3f},16.0,3.61,{1e3 * z.real:.5f},{1e3 * z.imag:.5f},{f:.5f},3.6,1,2,\n"
        for i, (f, z) in enumerate(zip(F, Z, strict=True))
    )
    head = "\nMeasurement ID,7001\nBattery Name,XX\nComment,\n\n"
    text = head + names + units + "3,MSG,00:00:00.000,0,StartFreq: 3.000,,,,,,,,,,,\n" + body
    (tmp_path / "a.csv").write_text(text)
    series = read(tmp_path / "a.csv")
    assert series[0].source.reader == "digatron"
    assert np.allclose(series[0].impedance, Z, rtol=1e-5)
    assert series[0].conditions.potential_V == pytest.approx(3.61)
    assert any("milliohm" in note.sentence for note in series.notes)
    assert any("Zreal2" in note.sentence for note in series.notes)


@pytest.mark.parametrize(
    ("formats", "columns"),
    [(("|Z|", "THETA"), (np.abs(Z), np.degrees(np.angle(Z)))), (("R", "X"), (Z.real, Z.imag)),
     (("G", "B"), ((1 / Z).real, (1 / Z).imag))],
)  # fmt: skip
def test_keysight_4294a(tmp_path, formats, columns):
    names = '"Frequency"\t"Data Trace Real"\t"Data Trace Imag"\n'
    blocks = [
        f'"TRACE: {trace}"\n"FORMAT: {form}"\n{names}{rows(F, column, 0 * F)}\n'
        for trace, form, column in zip("AB", formats, columns, strict=True)
    ]
    (tmp_path / "a.txt").write_text('"4294A REV1.11"\n\n' + "\n".join(blocks))
    (spectrum,) = read(tmp_path / "a.txt")
    assert is_true(spectrum)
    (tmp_path / "b.txt").write_text('"4294A REV1.11"\n' + blocks[0].replace(f"FORMAT: {formats[0]}", "FORMAT: LogMag"))
    with pytest.raises(CorruptFile, match="LogMag of a trace is no quantity"):
        read(tmp_path / "b.txt")


def test_keysight_e4990a(tmp_path):
    head = "!CSV A.01.01\n!Keysight Technologies,E4990A,MY1,A.02.00\nBEGIN CH1_DATA\n"
    names = "Freq.(Hz),|Z|(Ohm)-data,theta-z(deg)-data\n"
    body = rows(F, np.abs(Z), np.degrees(np.angle(Z)), delimiter=",")
    (tmp_path / "a.csv").write_text(head + names + body + "END\n")
    assert is_true(read(tmp_path / "a.csv")[0])


THREE = (
    "freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\ttime/s\t<Ewe>/V\t<Ece>/V\t"
    "Re(Zce)/Ohm\t-Im(Zce)/Ohm\tRe(Zwe-ce)/Ohm\t-Im(Zwe-ce)/Ohm\n"
)


def three_electrodes(path, *, cell: float = 1.5):
    """A .mpt file with Z, Zce = Z/2 and Zwe-ce = cell times Z."""
    parts = [part for k in (0.5, cell) for part in (k * Z.real, -k * Z.imag)]
    body = rows(F, Z.real, -Z.imag, np.arange(25.0), 0 * F + 0.6, 0 * F - 0.1, *parts)
    path.write_text("EC-Lab ASCII FILE\nNb header lines : 4\n\n" + THREE + body)
    return path


def test_three_electrodes(tmp_path):
    path = three_electrodes(tmp_path / "a.mpt")
    series = read(path)
    assert is_true(series[0])
    assert any("the counter electrode and the whole cell is there too" in note.sentence for note in series.notes)
    (ce,) = read(path, electrode="ce")
    assert is_true(ce, 0.5)
    assert ce.conditions.potential_V == pytest.approx(-0.1)
    (cell,) = read(path, electrode="cell")
    assert is_true(cell, 1.5)
    assert cell.conditions.potential_V is None
    every = read(path, electrode="all")
    assert [s.label for s in every] == ["WE", "CE", "cell"]
    assert all(is_true(s, k) for s, k in zip(every, (1, 0.5, 1.5), strict=True))
    assert not any("do not add up" in note.sentence for note in every.notes)


def test_electrodes_that_do_not_add_up_and_that_are_not_there(tmp_path):
    series = read(three_electrodes(tmp_path / "a.mpt", cell=1.7), electrode="all")
    assert any("do not add up to the whole cell" in note.sentence for note in series.notes)
    (tmp_path / "b.csv").write_text("f,re,im\n" + rows(F, Z.real, Z.imag, delimiter=","))
    with pytest.raises(ReadError, match="no impedance of the counter electrode"):
        read(tmp_path / "b.csv", electrode="ce")


def test_columns_that_are_no_parts_of_z_in_an_mpt(tmp_path):
    names = "freq/Hz\t|Z|/Ohm\tPhase(Z)/deg\ttime/s\tEwe/V\tI/mA\tR/Ohm\tx\n"
    body = rows(F, np.abs(Z), np.degrees(np.angle(Z)), F, 0 * F + 3.2, 0 * F + 0.01, 0 * F + 3.2e5, 0 * F + 0.8)
    (tmp_path / "a.mpt").write_text("EC-Lab ASCII FILE\nNb header lines : 4\n\n" + names + body)
    assert is_true(read(tmp_path / "a.mpt")[0])


def test_foreign_binary_files_are_named_with_what_to_do(tmp_path):
    (tmp_path / "a.csv").write_text("f,re,im\n" + rows(F, Z.real, Z.imag, delimiter=","))
    (tmp_path / "b.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    (tmp_path / "c.mat").write_bytes(b"MATLAB 5.0 MAT-file" + bytes(600))
    skipped = {note.path: note.sentence for note in read(tmp_path).notes if note.kind == "skipped"}
    assert "save it as .xlsx" in skipped["b.xls"]
    assert "writetable" in skipped["c.mat"]
    with pytest.raises(UnknownFormat, match="an old Excel workbook: save it"):
        read(tmp_path / "b.xls")


DATES = ("17-Mar-2025 10:11:{:02d}", "20250317 1011{:02d}", "2025-03-17T10:11:{:02d}+02:00", "17.03.2025 10:11:{:02d}")


@pytest.mark.parametrize("form", [*DATES, "17/03/2025 10:11:{:02d}"])
def test_dates(tmp_path, form):
    lines = [f"{form.format(i)};{f:.7g};{z.real:.7g};{z.imag:.7g}" for i, (f, z) in enumerate(zip(F, Z, strict=True))]
    (tmp_path / "a.csv").write_text("time;f;Re;Im\n" + "\n".join(lines) + "\n")
    series = read(tmp_path / "a.csv")
    assert is_true(series[0])
    assert series[0].conditions.timestamp == "2025-03-17T10:11:00.000"
    assert series[0].conditions.duration_s == 24.0
    assert any("+2 h from UTC" in note.sentence for note in series.notes) == ("+02:00" in form)


def test_a_day_above_twelve_says_that_all_dates_begin_with_it(tmp_path):
    lines = [
        f"{10 + i}/03/2025 10:00:00;{f:.7g};{z.real:.7g};{z.imag:.7g}"
        for i, (f, z) in enumerate(zip(F[:9], Z[:9], strict=True))
    ]
    (tmp_path / "a.csv").write_text("time;f;Re;Im\n" + "\n".join(lines) + "\n")
    assert read(tmp_path / "a.csv")[0].conditions.duration_s == 8 * 86400


def test_a_binary_file_without_a_date_counts_as_the_text_beside_it(tmp_path, monkeypatch):

    from eisfit.readers import formats
    from eisfit.readers.tabular.parts import of_arrays

    def undated(file):
        return of_arrays({"freq/Hz": F, "Re(Z)/Ohm": Z.real, "Im(Z)/Ohm": Z.imag}, file.shown)

    monkeypatch.setitem(formats(), "eclab-mpr", formats()["eclab-mpr"]._replace(read=undated))
    (tmp_path / "a.mpr").write_bytes(b"BIO-LOGIC MODULAR FILE" + bytes(40))
    for name, date, scale in (("a", "04/05/2024 14:00:00", 1.0), ("b", "04/11/2024 14:00:00", 2.0)):
        head = f"EC-Lab ASCII FILE\nNb header lines : 4\nAcquisition started on : {date}\n"
        names = "freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\ttime/s\n"
        (tmp_path / f"{name}.mpt").write_text(head + names + rows(F, scale * Z.real, -scale * Z.imag, np.arange(25.0)))
    series = read(tmp_path)
    assert [s.source.path for s in series] == ["a.mpt", "b.mpt"]
    assert series.column("time_s").tolist() == [0.0, 6 * 86400.0]
