"""Units in names of capitals alone: M may be milli or mega there, and the size of the numbers has to tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers._base import File
from eisfit.readers.tabular.capitals import settled
from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.plain import read_table
from eisfit.readers.tabular.table import Table

F = np.geomspace(1e6, 1, 19)
W = 2 * np.pi * F
Z = 8 + 90 / (1 + (1j * W * 2e-4) ** 0.9)


def impedance(head: str, *columns: np.ndarray):
    """The impedance of a table, None where it is refused."""
    rows = "\n".join(",".join(f"{x:.9g}" for x in row) for row in zip(*columns, strict=True))
    try:
        (spectrum,) = read_table(File(Path("a.csv"), f"{head}\n{rows}\n".encode(), "a.csv")).spectra
    except CorruptFile:
        return None
    return spectrum.impedance


def test_capitals():
    y, d = 1 / Z, np.degrees(np.angle(Z))
    for case in (
        ("FREQ(HZ),CP(PF),D", F, y.imag / W * 1e12, y.real / y.imag),
        ("FREQ(HZ),CS(UF),RS(OHM)", F, -1e6 / (W * Z.imag), Z.real),
        ("FREQ(KHZ),Z(KOHM),PHASE(DEG)", F / 1e3, abs(Z) / 1e3, d),
        ("FREQ(HZ),Z(MOHM),PHASE(DEG)", F, abs(Z) / 1e6, d),
        ("FREQ(HZ),ZRE(MOHM),ZIM(MOHM)", F, Z.real / 1e6, Z.imag / 1e6),
        ("freq(hz),zre(mohm),zim(mohm)", F, Z.real * 1e3, Z.imag * 1e3),
        ("FREQ(HZ),ZRE(MOHM),ZIM(MOHM)", F, Z.real * 1e3, Z.imag * 1e3),
        ("Freq(Hz),zre(mohm),zim(mohm)", F, Z.real * 1e3, Z.imag * 1e3),
    ):
        found = impedance(*case)
        assert found is not None, case[0]
        assert np.allclose(found, Z, rtol=1e-6), case[0]
    for case in (
        ("FREQ(HZ),CS(MF),RS(OHM)", F, -1e3 / (W * Z.imag), Z.real),
        ("FREQ(HZ),LS(MH),RS(OHM)", F, Z.imag / W * 1e3, Z.real),
        ("FREQ(HZ),G(MS),B(MS)", F, y.real * 1e3, y.imag * 1e3),
        ("FREQ(HZ),ZRE(MOHM),ZIM(MOHM)", F / 1e6, Z.real * 1e3, Z.imag * 1e3),
        ("freq(hz),zre(mohm),zim(mohm)", F, Z.real / 1e6, Z.imag / 1e6),
        ("freq(hz),zre(mohm),zim(mohm)", F, Z.real / 1e3, Z.imag / 1e3),
        ("f (Hz),|Z| (Ohm),Phase (deg*1000)", F, abs(Z), d * 1e3),
        ("f (Hz),|Z| (Ohm),Phase (deg)", F, abs(Z), d * 1e3),
        ("f (Hz),Zre (Ohm*1000),Zim (Ohm*1000)", F, Z.real, Z.imag),
        ("f (Hz),Zre (kOhm*10),Zim (kOhm*10)", F, Z.real, Z.imag),
        ("f (GHz),Zre (Ohm),Zim (Ohm)", F * 1e3, Z.real, Z.imag),
        ("Frequency,Impedance,Phase,Real,Imaginary,Magnitude", F, abs(Z), d, 37 * Z.real, 37 * Z.imag, 37 * abs(Z)),
    ):
        assert impedance(*case) is None, case[0]


def test_a_complex_column_of_something_is_not_z():
    cells = [f"{z.real:.9g}{z.imag:+.9g}j" for z in Z]
    for name, good in (("Z", True), ("value", False), ("H", False), ("eps*", False), ("data", False)):
        text = f"f;{name}\n" + "\n".join(f"{f:.9g};{cell}" for f, cell in zip(F, cells, strict=True))
        file = File(Path("a.csv"), text.encode(), "a.csv")
        if good:
            assert np.allclose(read_table(file).spectra[0].impedance, Z)
        else:
            with pytest.raises(CorruptFile):
                read_table(file)


def named(names: str, f: float, size: float) -> str:
    """What becomes of a column of this size at this frequency: kept, in milliohm, or what is said."""
    own = Table(layout(tuple(names.split(";"))), np.array([[f, size, 0.0], [f, -size, 0.0]]), "a.csv")
    before = own.columns["real"][0].factor
    try:
        after = settled(own).columns["real"][0].factor
    except CorruptFile as error:
        return error.message
    return "kept" if after == before else f"{after:g}"


def test_sizes_that_only_one_prefix_can_have():
    """Measured is 1 uohm to 1e13 ohm, and less than 1 / (2 pi f 1e-13 F): 1 Mohm at 1.59 MHz."""
    large, small, mixed = "FREQ(HZ);ZRE(MOHM);ZIM(MOHM)", "freq(hz);zre(mohm);zim(mohm)", "Freq(Hz);zre(mohm);zim(mohm)"
    both = "the unit of column ZRE(MOHM) may be mOhm or MOhm: write the one that is meant"
    for names, f, size, said in (
        (large, 1e-4, 0.9e-3, "kept"), (large, 1e-4, 1.1e-3, both), (large, 1e-4, 0.9e7, both),
        (large, 1e-4, 1.1e7, "0.001"), (large, 1.58e6, 1.0, both), (large, 1.6e6, 1.0, "0.001"),
        (mixed, 1.58e6, 1.0, "kept"), (small, 1.6e6, 1.0, "kept"), (small, 1.58e6, 1.0, both.replace("ZRE(M", "zre(m")),
        (small, 1.0, 0.9e-3, "column zre(mohm) holds at most 0.0009 milliohm: is it MOhm?"),
        (large, 1e12, 0.9e-3, both), ("f;Re(Z)/MOhm;Im(Z)/MOhm", 1e-4, 1.1e7, "kept"),
    ):  # fmt: skip
        assert named(names, f, size).replace("ohm) may", "OHM) may") == said.replace("ohm) may", "OHM) may"), (
            names,
            f,
            size,
        )
