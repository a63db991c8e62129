"""Files that say by their names what they are to another one of the folder, and the electrodes of one cell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import eisfit as ef
from eisfit.errors import ReadError

F = np.geomspace(1e5, 0.1, 21)
W = 2j * np.pi * F
WE = 10 + 40 / (1 + (W * 1e-4) ** 0.9)
CE = 3 + 20 / (1 + (W * 1e-2) ** 0.9)
CELL = WE + CE


def table(path: Path, names: str, *columns: np.ndarray, mark: str = ",") -> Path:
    body = "".join(mark.join(f"{v:.8g}" for v in row) + "\n" for row in zip(F, *columns, strict=True))
    path.write_text(f"{names}\n{body}")
    return path


def parts(*impedances: np.ndarray) -> list[np.ndarray]:
    return [part for z in impedances for part in (z.real, z.imag)]


def is_of(spectrum: ef.Spectrum, z: np.ndarray) -> bool:
    return bool(np.allclose(spectrum.impedance, z, rtol=1e-6))


NAMED = (
    "freq/Hz,Zre_WE/Ohm,Zim_WE/Ohm,Zre_CE/Ohm,Zim_CE/Ohm,Zre_cell/Ohm,Zim_cell/Ohm",
    "Freq (Hz),Z' working (Ohm),Z'' working (Ohm),Z' counter (Ohm),Z'' counter (Ohm),Z' full (Ohm),Z'' full (Ohm)",
    "f,WE Re(Z),WE Im(Z),CE Re(Z),CE Im(Z),WE-CE Re(Z),WE-CE Im(Z)",
)  # fmt: skip


def test_electrodes_side_by_side(tmp_path):
    for names in NAMED:
        path = table(tmp_path / "a.csv", names, *parts(WE, CE, CELL))
        series = ef.read(path)
        assert len(series) == 1, names
        assert is_of(series[0], WE), names
        assert any("of the counter electrode and the whole cell is there too" in note.sentence for note in series.notes)
        assert is_of(ef.read(path, electrode="ce")[0], CE), names
        assert is_of(ef.read(path, electrode="cell")[0], CELL), names
        every = ef.read(path, electrode="all")
        assert [s.label for s in every] == ["WE", "CE", "cell"]
        assert [is_of(s, z) for s, z in zip(every, (WE, CE, CELL), strict=True)] == [True] * 3
        assert not any("add up" in note.sentence for note in every.notes)


def test_electrodes_by_modulus_and_phase_that_do_not_add_up(tmp_path):
    polar = [part for z in (WE, CE, 1.2 * CELL) for part in (abs(z), np.degrees(np.angle(z)))]
    names = "freq/Hz,|Z|_WE/Ohm,Phase_WE/deg,|Z|_CE/Ohm,Phase_CE/deg,|Z|_cell/Ohm,Phase_cell/deg"
    every = ef.read(table(tmp_path / "a.csv", names, *polar), electrode="all")
    assert [is_of(s, z) for s, z in zip(every, (WE, CE, 1.2 * CELL), strict=True)] == [True] * 3
    assert any("do not add up to the whole cell: they differ by 16.7%" in note.sentence for note in every.notes)


def test_an_electrode_that_is_not_there(tmp_path):
    path = table(tmp_path / "a.csv", NAMED[0].rpartition(",Zre_cell")[0], *parts(WE, CE))
    assert is_of(ef.read(path)[0], WE)
    with pytest.raises(ReadError, match="no impedance of the whole cell"):
        ef.read(path, electrode="cell")


def test_anode_and_cathode_are_not_guessed(tmp_path):
    names = "freq/Hz,Zre_anode/Ohm,Zim_anode/Ohm,Zre_cathode/Ohm,Zim_cathode/Ohm"
    with pytest.raises(ReadError, match="no impedance columns"):
        ef.read(table(tmp_path / "a.csv", names, *parts(WE, CE)))


def test_tables_of_a_gamry_file(tmp_path):
    head = "EXPLAIN\nTAG\tEISPOT\nDATE\tLABEL\t7/17/2024\tDate\nTIME\tLABEL\t10:20:14\tTime\n"
    curves = ""
    for name, z in (("ZCURVE_WE", WE), ("ZCURVE_CE", CE)):
        rows = "".join(
            f"\t{i}\t{i}\t{f:.6g}\t{v.real:.8g}\t{v.imag:.8g}\n" for i, (f, v) in enumerate(zip(F, z, strict=True))
        )
        curves += f"{name}\tTABLE\n\tPt\tTime\tFreq\tZreal\tZimag\n\t#\ts\tHz\tohm\tohm\n{rows}"
    (tmp_path / "a.dta").write_text(head + curves)
    assert is_of(ef.read(tmp_path / "a.dta")[0], WE)
    assert [s.label for s in ef.read(tmp_path / "a.dta", electrode="all")] == ["WE", "CE"]
    (tmp_path / "a.dta").write_text(head + curves.replace("_WE", "").replace("_CE", "2"))
    assert len(ef.read(tmp_path / "a.dta")) == 2


def test_files_of_the_electrodes_of_one_cell(tmp_path):
    for hour in (1, 2):
        for name, z in (("WE", WE), ("CE", CE), ("cell", CELL)):
            table(tmp_path / f"{hour}h_{name}.csv", "f/Hz,Re(Z)/Ohm,Im(Z)/Ohm", *parts(hour * z))
    series = ef.read(tmp_path)
    assert [is_of(s, hour * WE) for s, hour in zip(series, (1, 2), strict=True)] == [True, True]
    assert sum("its name says counter electrode" in note.sentence for note in series.notes) == 2
    assert is_of(ef.read(tmp_path, electrode="ce")[0], CE)
    assert len(ef.read(tmp_path, electrode="all")) == 6
    assert len(ef.read([tmp_path / "1h_WE.csv", tmp_path / "1h_CE.csv"])) == 2  # both were asked for
    for path in tmp_path.glob("*_[WC]E.csv"):
        path.unlink()
    assert len(ef.read(tmp_path)) == 2  # only the cell is there


COLUMNS = "f/Hz,Re(Z)/Ohm,Im(Z)/Ohm"
FITS = (
    "cell_1_fit", "cell_1 (fit)", "fit_cell_1", "cell_1_fit_R(RQ)", "cell_1_bestfit", "cell_1Fit", "cell_1_fit1",
    "cell_1_theoretical", "cell_1_smoothed", "cell_1-sim", "cell_1_anpassung", "cell_1_拟合",
)  # fmt: skip
COPIES = ("cell_1 - Copy", "cell_1_Kopie", "cell_1 (1)")
BACKUPS = ("cell_1.csv~", "cell_1.csv.bak", "cell_1.csv.old", "#cell_1.csv#")
STANDARDS = ("open", "short", "cal_short", "Kurzschluss", "OPEN", "dummy_cell", "blank", "reference_100_ohm", "load 2")


def left_out(folder: Path, name: str, z: np.ndarray) -> bool:
    """True where a file of this name in a folder with cell_1.csv is left out with a note, and read by itself."""
    path = table(folder / name, COLUMNS, *parts(z))
    series = ef.read(folder)
    alone = [s for s in ef.read(path) if is_of(s, z)]
    path.unlink()
    assert len(alone) == 1, name
    told = [note.sentence for note in series.notes if note.kind == "ignored"]
    return [s.label for s in series] == ["cell_1"] and len(told) == 1


def test_files_that_belong_to_another_are_left_out(tmp_path):
    table(tmp_path / "cell_1.csv", COLUMNS, *parts(WE))
    for name in FITS:
        assert left_out(tmp_path, f"{name}.csv", 1.01 * WE), name
    for name in (*(f"{name}.csv" for name in COPIES), *BACKUPS):
        assert left_out(tmp_path, name, WE), name
    for name in STANDARDS:
        assert left_out(tmp_path, f"{name}.csv", CE), name


def test_other_names_are_measurements(tmp_path):
    table(tmp_path / "cell_1.csv", COLUMNS, *parts(WE))
    for name in ("cell_2_fit", "cell_1_25C", "cell_1_after", "short_cell_3", "open_circuit", "cell_1_2", "loaded"):
        path = table(tmp_path / f"{name}.csv", COLUMNS, *parts(CE))
        assert len(ef.read(tmp_path)) == 2, name
        path.unlink()


def test_standards_alone_are_read(tmp_path):
    table(tmp_path / "open.csv", COLUMNS, *parts(WE))
    table(tmp_path / "short.csv", COLUMNS, *parts(CE))
    assert len(ef.read(tmp_path)) == 2
