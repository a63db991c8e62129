"""Several samples in turn, and tables at a single frequency."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit import read
from eisfit.errors import CorruptFile
from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.samples import by_sample, repeats, repetitions, same
from eisfit.readers.tabular.table import Table

F = 10.0 ** np.arange(5, -3, -0.5)
Z = 12 + 85 / (1 + 2j * np.pi * F * 1e-4)


def table(name, labels, scales):
    rows = [
        f"{label},{f:.8g},{scale * z.real:.8g},{scale * z.imag:.8g}"
        for f, z in zip(F, Z, strict=True)
        for label, scale in zip(labels, scales, strict=True)
    ]
    return "\n".join([f"{name},f (Hz),Zre,Zim", *rows]) + "\n"


def test_samples_in_turn_are_spectra(tmp_path):
    path = tmp_path / "a.csv"
    told = (("channel", (1, 2)), ("Sample ID", ("A", "B")), ("electrode", ("E1", "E2")), ("direction", ("fwd", "bwd")),
            ("T (C)", (25, 50)), ("Bias (V)", (0, 1)), ("name", ("x", "y", "z")))  # fmt: skip
    for name, labels in told:
        scales = 1.0 + np.arange(len(labels))
        path.write_text(table(name, labels, scales))
        found = read(path)
        assert len(found) == len(labels), name
        for spectrum, scale in zip(found, scales, strict=True):
            np.testing.assert_allclose(spectrum.impedance, scale * Z, rtol=1e-6, err_msg=name)


def test_samples_that_nothing_tells_apart_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(table("remark", ("", ""), (1.0, 1.5)))
    with pytest.raises(CorruptFile, match=r"column f \(Hz\) stands in neighbouring rows with another Z"):
        read(path)
    path.write_text(table("remark", ("", ""), (1.0, 1.001)))
    assert len(read(path)[0]) == 2 * len(F)


def test_one_frequency_is_no_spectrum(tmp_path):
    path = tmp_path / "a.csv"
    for name in ("T (C)", "E (V)", "Time (s)", "x (um)"):
        rows = "\n".join(f"{i},1000,{z.real:.8g},{z.imag:.8g}" for i, z in enumerate(Z))
        path.write_text(f"{name},f (Hz),Zre,Zim\n{rows}\n")
        with pytest.raises(CorruptFile, match="is 1000 Hz in each of 16 rows"):
            read(path)


def test_rows_at_one_frequency():
    """Neighbours whose ln f differ by less than three thousandths."""
    f = np.exp([0.0, 0.0029, 0.0060, 1.0, 1.0])
    assert same(f).tolist() == [True, False, False, True]
    assert repeats(f)
    assert repeats(np.array([1.0, 5.0, 1.0]))
    assert not repeats(np.array([1.0, 5.0, 9.0]))


def made(names, *columns):
    return Table(layout(tuple(names.split(";"))), np.column_stack(np.broadcast_arrays(*columns)), "a.csv")


def test_samples_by_a_column_that_tells_them_apart():
    """Rows at the frequency of the row before in more than three of ten; two codes, three rows each; no f twice."""

    def parts(f, codes, names="f;Re(Z);Im(Z);word"):
        f = np.array(f, float)
        found = by_sample(made(names, f, 1.0, -1.0, np.array(codes, float)), f, np.arange(len(f)))
        return [index.tolist() for index in found]

    pair = [9, 9, 5, 5, 1, 1]
    assert parts(pair, [7, 2, 7, 2, 7, 2]) == [[0, 2, 4], [1, 3, 5]]  # in the order in which they come
    assert parts(pair, [7, 7, 7, 2, 2, 2]) == [[0, 1, 2, 3, 4, 5]]
    assert parts(pair, [7, 2, 7, np.nan, 7, 2]) == [[0, 1, 2, 3, 4, 5]]
    assert parts(pair, [1, 2, 1, 3, 1, 2]) == [[0, 1, 2, 3, 4, 5]]  # three codes of six rows
    assert parts([9, 9, 9, 5, 5, 5, 1, 1, 1], [1, 2, 3] * 3) == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]
    assert parts([9, 9, 9, 5, 5, 5, 1, 1], [1, 2, 3, 1, 2, 3, 1, 2]) == [list(range(8))]
    assert parts([9, 5, 1, 8, 4, 2], [1, 2, 1, 2, 1, 2]) == [[0, 1, 2, 3, 4, 5]]
    for twice, count in ((3, 1), (4, 2)):  # of ten steps
        f = [*np.repeat(np.arange(90.0, 90 - twice, -1), 2), *np.arange(50.0, 50 - (11 - 2 * twice), -1)]
        assert len(parts(f, np.arange(11) % 2)) == count, twice


def said(f, z):
    table = made("f;Re(Z);Im(Z)", np.array(f, float), np.real(z), np.imag(z))
    try:
        return [note.sentence for note in repetitions(table, table.values[:, 0], np.array(z), np.arange(len(f)))]
    except CorruptFile as error:
        return error.message


def test_frequencies_that_were_measured_again():
    """From five rows; in more than three of ten steps; apart by two hundredths in more than a tenth of the pairs."""
    told = "many frequencies stand in neighbouring rows, with nearly the same Z: read as repetitions"
    f = np.repeat([9.0, 5, 3, 2, 1], 2)
    assert said(f, np.ones(10)) == [told]
    assert said(f, np.array([1, 1.019] * 5)) == [told]
    assert said(f, np.array([49, 50] * 5)) == [told]  # a fiftieth of the latter
    assert "several samples" in said(f, np.array([1, 1.021] * 5))
    assert said([9, 9, 5, 5], np.ones(4)) == []
    assert "in each of 5 rows" in said([9] * 5, np.arange(1.0, 6))
    assert said([9] * 4, np.arange(1.0, 5)) == []
    assert said([9, 9, 9, 9, 5, 4, 3, 2, 1, 0.5, 0.2], np.ones(11)) == []  # three of ten
    assert said([9, 9, 9, 9, 9, 4, 3, 2, 1, 0.5, 0.2], np.ones(11)) == [told]  # four of ten
    twenty = np.repeat(np.arange(20.0, 0, -1), 2)
    apart = np.ones(40)
    apart[[1, 3]] = 1.1
    assert said(twenty, apart) == [told]
    apart[5] = 1.1
    assert "several samples" in said(twenty, apart)
