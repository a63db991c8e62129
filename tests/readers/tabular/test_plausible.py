"""Columns that are not what their names seem to say, by the numbers of the longest sweep."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.plausible import is_nothing, refuse_implausible, refuse_negative, swapped
from eisfit.readers.tabular.table import Table

F = np.geomspace(1e4, 1, 17)
Z = 5 + 40 / (1 + 2j * np.pi * F * 1e-3)
NOISE = np.random.default_rng(1).uniform(1, 2, 17) - 1j * np.random.default_rng(2).uniform(1, 9, 17)


def table(names: str, *columns) -> Table:
    return Table(layout(tuple(names.split(";"))), np.column_stack(np.broadcast_arrays(*columns)), "a.csv")


def said(names: str, f, z, *, rows: int = 17) -> str:
    """What is said of columns that are read as this frequency and impedance, nothing where they are fine."""
    own = table(names, f, np.real(z) if "|Z|" not in names else np.abs(z), np.imag(z))
    try:
        refuse_implausible(own, np.array(f, float), np.array(z, complex), [np.arange(rows)])
    except CorruptFile as error:
        return error.message
    return ""


def test_a_spectrum_is_plausible():
    for names in ("f;Re;Im", "f/Hz;Re(Z)/Ohm;Im(Z)/Ohm", "f;Z';Z''", "f;|Z|;phase"):
        assert said(names, F, Z) == "", names


def test_parts_that_say_of_nothing_and_are_no_impedance():
    """Of fifteen points at least, with neither sign of the imaginary part."""
    for names, rows, refused in (
        ("f;Re;Im", 17, True), ("f;Re;Im", 14, False), ("f;Z';Z''", 17, False), ("f;Re/Ohm;Im", 17, False),
        ("f;Z1;Z2", 17, True),
    ):  # fmt: skip
        assert (
            "no impedance" in said(names, F, NOISE, rows=rows) or "two cells" in said(names, F, NOISE)
        ) is refused, names
    assert said("f;Re;Im", F, Z.conj()) == ""
    assert said("f;Re;Im", F, Z.real + 0j) == ""


def test_a_real_part_that_rises_is_that_of_something_else():
    assert "rises with the frequency" in said("f;Re;Im", F, 1 / Z)
    assert said("f;Z';Z''", F, 1 / Z) == ""
    assert said("f;Re/S;Im/S", F, Z) == ""
    assert said("f;Re;Im", F, 1 / Z, rows=7) == ""  # of fewer than eight nothing is told


def test_a_frequency_that_is_its_logarithm():
    """It runs in equal steps, up to ten, and ten to its power fits."""
    steps = np.linspace(4.5, 0.5, 17)
    assert "runs in equal steps" in said("f;Z';Z''", steps, Z)
    assert said("f/Hz;Z';Z''", steps, Z) == ""
    assert said("f;Z';Z''", steps + 5.6, Z) == ""
    assert "runs in equal steps" in said("f;Z';Z''", steps + 5.4, Z)
    for odd, equal in ((1, True), (2, False)):  # one odd step of eleven is unlike its two neighbours: eight of ten
        logs = 6 - np.cumsum(np.where(np.isin(np.arange(12), [3, 8][:odd]), 0.55, 0.4))
        z = 5 + 40 / (1 + 2j * np.pi * 10**logs * 1e-3)
        own = table("f;Z';Z''", logs, z.real, z.imag)
        if equal:
            with pytest.raises(CorruptFile, match="runs in equal steps"):
                refuse_implausible(own, logs, z, [np.arange(12)])
        else:
            refuse_implausible(own, logs, z, [np.arange(12)])


def test_a_modulus_in_decibel_or_as_its_logarithm():
    turned = Z / np.abs(Z)
    for size, words in ((20 * np.log10(np.abs(Z)), "in decibel"), (np.log10(np.abs(Z)), "its logarithm")):
        assert words in said("f;|Z|;phase", F, size * turned), words
        assert said("f;|Z|/Ohm;phase", F, size * turned) == "", words
    assert said("f;|Z|;phase", F, Z) == ""


def test_a_part_that_runs_as_a_frequency_beside_a_frequency_that_does_not():
    wild = np.abs(np.random.default_rng(3).standard_normal(17)) + 1
    assert swapped(wild, F)
    assert not swapped(F, F)
    for top, refused in ((1.01e3, True), (0.99e3, False)):
        assert swapped(wild, np.geomspace(top, 1, 17)) is refused, top
    assert not swapped(wild, np.append(F[:-1], 0.0))
    assert not swapped(wild, np.linspace(1e4, 1, 17))
    assert "runs as a frequency does" in said("f/Hz;Re(Z)/Ohm;Im(Z)/Ohm", wild, F - 1j)


def test_a_modulus_below_zero():
    low = np.where(F > 1e3, -1.0, 2.0)
    with pytest.raises(CorruptFile, match=r"column \|Z\| goes below 0, as \|Z\| never does: is it in dB"):
        refuse_negative(table("f;|Z|;phase", F, low, 1.0))
    refuse_negative(table("f;|Z|;phase", F, 0.0, 1.0))
    refuse_negative(table("f;|Z|;phase", F, np.where(F > 1e3, np.nan, 2.0), 1.0))
    refuse_negative(table("f;Re(Z);Im(Z);|Z|", F, 1.0, 1.0, low))


def test_numbers_that_are_no_impedance(monkeypatch):
    """A misfit above 0.16 with either sign; measured spectra stay below 0.04."""
    for left, nothing in ((0.159, False), (0.161, True)):
        monkeypatch.setattr("eisfit.readers.tabular.plausible.misfit", lambda f, z, left=left: left + (z.imag[0] > 0))
        assert [bool(is_nothing(F, z)) for z in (Z, Z.conj())] == [nothing, nothing]
    monkeypatch.undo()
    assert not is_nothing(F, Z)
    assert not is_nothing(F, Z.conj())
    assert is_nothing(F, NOISE)


def test_the_longest_sweep_is_asked():
    """Of two the second here: its numbers are noise, those of the first an impedance."""
    f, z = np.concatenate([F[:15], F]), np.concatenate([Z[:15], NOISE])
    own = table("f;Re;Im", f, z.real, z.imag)
    sweeps = [np.arange(15), np.arange(15, 32)]
    with pytest.raises(CorruptFile, match="together they are no impedance"):
        refuse_implausible(own, f, z, sweeps)
    refuse_implausible(own, f, np.concatenate([NOISE[:15], Z]), sweeps)
