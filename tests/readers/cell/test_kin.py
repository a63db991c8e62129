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


def test_a_fit_beside_its_data_is_no_measurement(tmp_path):
    columns = "f/Hz,Re(Z)/Ohm,Im(Z)/Ohm"
    table(tmp_path / "a.csv", columns, *parts(WE))
    fit = table(tmp_path / "a_fit.csv", columns, *parts(1.01 * WE))
    table(tmp_path / "b-sim.csv", columns, *parts(CE))
    series = ef.read(tmp_path)
    assert [s.label for s in series] == ["a", "b-sim"]  # no b.csv is there
    (note,) = (note for note in series.notes if note.kind == "ignored")
    assert note.sentence.startswith("its name says 'fit', beside a")
    assert is_of(ef.read(fit)[0], 1.01 * WE)
