"""Tables without column line: the numbers prove which column is which, or the table is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eisfit.errors import EisfitError, ReadError
from eisfit.readers._base import File, Wishes
from eisfit.readers.tabular.causality import misfit
from eisfit.readers.tabular.headless import Reading
from eisfit.readers.tabular.plain import read_table

COLUMNS = ("count", "time", "f", "re", "im", "modulus", "phase")


def spectrum(rng: np.random.Generator, points: int = 41) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies (F,) and an impedance (F,) of two arcs and a tail, with some noise."""
    f = np.geomspace(10 ** rng.uniform(4.5, 6), 10 ** rng.uniform(-2, 0), points)
    s = 2j * np.pi * f
    size = 10 ** rng.uniform(-1, 4)
    z = size * rng.uniform(0.1, 1) + 0j
    for tau in (10 ** rng.uniform(-6, -4), 10 ** rng.uniform(-3, -1)):
        z = z + size * rng.uniform(0.3, 2) / (1 + (s * tau) ** rng.uniform(0.7, 0.95))
    z = z + size * 0.3 / (s / s[-1].imag) ** 0.5
    return f, z * (1 + 1e-3 * (rng.normal(size=points) + 1j * rng.normal(size=points)))


def as_columns(f: np.ndarray, z: np.ndarray, rng: np.random.Generator, begin: float = 0.0) -> dict[str, np.ndarray]:
    """What an instrument may write of one sweep."""
    time = begin + np.cumsum(1 / f + 0.3 + 0.05 * rng.random(len(f)))
    parts = z.real, -z.imag, np.abs(z), np.degrees(np.angle(z))
    return dict(zip(COLUMNS, (np.arange(1.0, len(f) + 1), time, f, *parts), strict=True))


def text_of(columns: list[np.ndarray]) -> bytes:
    """Rows of a table as text, six digits each."""
    return ("\n".join("\t".join(f"{v:.6g}" for v in row) for row in np.column_stack(columns)) + "\n").encode()


def content(data: bytes, *names: str):
    """The content of a table; `names` are those of --columns."""
    return read_table(File(Path("a.txt"), data, "a.txt", Wishes(names)))


def is_true(found, f: np.ndarray, z: np.ndarray) -> bool:
    """True for one spectrum, as it is."""
    if len(found.spectra) != 1:
        return False
    (one,) = found.spectra
    order = np.argsort(-f)
    return bool(np.allclose(one.frequency, f[order], rtol=1e-4) and np.allclose(one.impedance, z[order], rtol=1e-4))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), order=st.permutations(COLUMNS))
def test_any_order_gives_the_right_spectrum_or_a_refusal(seed, order):
    rng = np.random.default_rng(seed)
    f, z = spectrum(rng)
    table = as_columns(f, z, rng)
    try:
        found = content(text_of([table[name] for name in order]))
    except ReadError:
        return
    assert is_true(found, f, z)


def test_most_orders_are_read():
    read = 0
    for seed in range(24):
        rng = np.random.default_rng(seed)
        f, z = spectrum(rng)
        table = as_columns(f, z, rng)
        try:
            read += is_true(content(text_of([table[name] for name in rng.permutation(COLUMNS)])), f, z)
        except ReadError:
            continue
    assert read >= 22


USUAL = (
    ("f", "re", "-im"),
    ("count", "f", "re", "-im"),
    ("re", "-im", "f"),
    ("f", "re", "im", "phase"),
    ("f", "re", "im", "modulus", "phase"),
    ("time", "count", "f", "re", "im", "modulus", "phase"),
)
"""Orders of columns that prove themselves; `-im` is Im(Z) as it stands, `im` is -Im(Z)."""


@pytest.mark.parametrize("names", USUAL)
def test_usual_orders(names):
    right = 0
    for seed in range(100, 108):
        rng = np.random.default_rng(seed)
        f, z = spectrum(rng)
        table = as_columns(f, z, rng)
        table["-im"] = -table["im"]
        try:
            found = content(text_of([table[name] for name in names]))
        except ReadError:
            continue
        assert is_true(found, f, z)
        right += 1
    assert right >= 7


EPS0 = 8.8541878128e-12


def others(rng: np.random.Generator) -> dict[str, tuple[np.ndarray, ...]]:
    """Frequencies and two columns of quantities that are none of Re(Z) and Im(Z), but run as smoothly."""
    f, z = spectrum(rng, int(rng.integers(20, 70)))
    w = 2 * np.pi * f
    y, degrees = 1 / z, np.degrees(np.angle(z))
    eps = rng.uniform(2, 9) + 10 ** rng.uniform(0, 3) / (1 + (1j * w * 10 ** rng.uniform(-5, 0)) ** rng.uniform(0.6, 1))
    eps = eps - 1j * rng.integers(0, 2) * 10 ** rng.uniform(-12, -8) / (w * EPS0)
    gain = rng.uniform(0.1, 100) / (1 + 1j * w * 10 ** rng.uniform(-5, 0))
    loss = -eps.imag / eps.real
    columns = {
        "permittivity": (eps.real, -eps.imag),
        "admittance": (y.real, y.imag),
        "|Y| and phase": (np.abs(y), -degrees),
        "|Z| in dB and phase": (20 * np.log10(np.abs(z)), degrees),
        "gain in dB and phase": (20 * np.log10(np.abs(gain)), np.degrees(np.angle(gain))),
        "gain and phase": (np.abs(gain), np.degrees(np.angle(gain))),
        "Cp and D": (1e-10 * eps.real, loss),
        "Cp in pF and D": (100 * eps.real, loss),
        "Cp and Rp": (y.imag / w, 1 / y.real),
        "Rs and Cs": (z.real, -1 / (z.imag * w)),
        "|Z| and D": (np.abs(z), -z.real / z.imag),
        "electric modulus": ((1 / eps).real, (1 / eps).imag),
        "Re(Z) and temperature": (z.real, 25 + 0.1 * rng.normal(size=len(f))),
        "density and coherence": (1e-9 / f, 0.9 + 0.1 * rng.random(len(f))),
        "-Im and Re": (-z.imag, z.real),
    }
    return {name: (f, *pair) for name, pair in columns.items()}


@pytest.mark.parametrize("seed", range(6))
def test_other_quantities_without_names_never_give_a_spectrum(seed):
    for name, columns in others(np.random.default_rng(900 + seed)).items():
        with pytest.raises(EisfitError, match="no column line"):
            pytest.fail(f"{name}: {content(text_of(list(columns))).notes}")


def test_a_doubtful_table_says_how_to_name_its_columns():
    f, z = spectrum(np.random.default_rng(5))
    data = text_of([f, z.real, -z.imag])
    with pytest.raises(EisfitError, match=r"a permittivity .* say so with --columns=f,re,-im"):
        content(data)
    assert is_true(content(data, "f", "re", "-im"), f, z)
    with pytest.raises(EisfitError, match=r"5 points prove nothing"):
        content(text_of([f[::10], z.real[::10], z.imag[::10]]))


def test_sweeps_that_repeat():
    rng = np.random.default_rng(7)
    f, z = spectrum(rng)
    parts, begin = [], 0.0
    for k in range(3):
        table = as_columns(f, (1 + 0.1 * k) * z, rng, begin)
        begin = table["time"][-1] + 20
        parts.append([table["time"], np.full(len(f), k + 1.0), *(table[n] for n in COLUMNS[2:])])
    found = content(text_of([np.concatenate(column) for column in zip(*parts, strict=True)]))
    assert [len(s) for s in found.spectra] == [41] * 3
    assert np.allclose(found.spectra[2].impedance, 1.2 * z, rtol=1e-4)
    assert any("frequency in column 3, Re(Z) in column 4, -Im(Z) in column 5" in n.sentence for n in found.notes)


@pytest.mark.parametrize("seed", range(8))
def test_records_are_no_spectra(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(40, 300))
    jitter = np.cumsum(1 + 0.002 * rng.normal(size=n))
    logarithmic = np.geomspace(0.01, 1e4, n)
    records = (
        [jitter, 1 + 1e-4 * rng.normal(size=n), np.linspace(3.6, 3.8, n)],
        [jitter, 3 + np.sin(jitter / 50), np.sign(np.sin(jitter / 50)), np.cumsum(np.sin(jitter / 50))],
        [logarithmic, 3.3 + 0.1 * np.log(logarithmic), -1e-3 * np.exp(-logarithmic / 1000)],
        [logarithmic, 1e-3 * np.exp(-logarithmic / 500) + 1e-7, 4.2 + 1e-4 * rng.normal(size=n)],
        list(rng.normal(size=(4, n))),
    )
    for record in records:
        with pytest.raises(EisfitError, match="no column line"):
            content(text_of([record[i] for i in rng.permutation(len(record))]))


def test_columns_named_by_the_user():
    rng = np.random.default_rng(3)
    f, z = spectrum(rng)
    data = text_of([np.full(41, 25.0), 1e3 * z.real, f, -1e3 * z.imag])
    found = content(b"what, my, lab, writes\n" + data, "T/C", "re/mOhm", "f", "-im/mOhm")
    assert is_true(found, f, z)
    assert found.spectra[0].conditions.temperature_C == 25.0
    assert is_true(content(text_of([f, f, np.abs(z), np.angle(z)]), "-", "f", "|Z|", "phase/rad"), f, z)
    with pytest.raises(ReadError, match="--columns names 'rho', which is no quantity"):
        content(data, "f", "rho", "im")
    with pytest.raises(ReadError, match="has to name a frequency"):
        content(data, "re", "im")


def test_misfit_tells_causal_numbers_from_others():
    rng = np.random.default_rng(11)
    for _ in range(20):
        f, z = spectrum(rng)
        assert misfit(f, z) < 0.01
        assert misfit(f, z.conj()) > 0.03
        assert misfit(f, -z.imag - 1j * z.real) > 0.03
    assert misfit(np.array([1.0, 2.0]), np.array([1 + 0j, 2])) == np.inf


def test_numbers_beyond_all_reason_are_tried_in_silence():
    values = np.array([[1.0, 2.0, np.inf], [1.0, np.inf, 3.0], [1.0, 2.0, 3.0]])
    assert Reading(0, 1, 2).impedance(values)[2] == 2 + 3j
    assert Reading(0, 1, 2, polar=True, radians=True).impedance(values)[2] == pytest.approx(2 * np.exp(3j))
