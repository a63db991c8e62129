"""Tables that say clearly what they hold, in names and forms of further programs and languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers import read
from eisfit.readers._base import File
from eisfit.readers.tabular.names import understood
from eisfit.readers.tabular.plain import read_table

F = np.geomspace(1e5, 1, 21)
Z = 8 + 90 / (1 + (2j * np.pi * F * 2e-4) ** 0.9)
Y = 1 / Z
PARTS, POLAR = (F, Z.real, Z.imag), (F, abs(Z), np.degrees(np.angle(Z)))
NAMES = (
    ("Frequency (Hz);real(Z11);imag(Z11)", PARTS), ("Freq;re(Z11) [Ohm];im(Z11) [Ohm]", PARTS),
    ("freq;real(Zin);imag(Zin)", PARTS), ("Freq[Hz];Zp[Ohm];Zpp[Ohm]", PARTS),
    ("Frequency (Hz);Trace 1: Impedance: Magnitude (Ω);Trace 2: Impedance: Phase (°)", POLAR),
    ("Frequency (Hz);Trace |Z| (Ohm);Trace Phase (deg)", POLAR), ("f;Re(1/Z);Im(1/Z)", (F, Y.real, Y.imag)),
    ("Συχνότητα (Hz);Πραγματικό;Φανταστικό", PARTS), ("Frecvență (Hz);Parte reală;Parte imaginară", PARTS),
    ("Frekvencia (Hz);Valós rész;Képzetes rész", PARTS), ("Tần số (Hz);Phần thực;Phần ảo", PARTS),
    ("Frekvencija;Realni dio;Imaginarni dio", PARTS), ("ν/Hz;Re(Z)/Ω;Im(Z)/Ω", PARTS), ("Freq;|Z|;∠Z (°)", POLAR),
    (";Impedance (Ohm);\nFrequency (Hz);Re;Im", PARTS), ("Frequency (kHz);Impedance (kOhm);\n;Re;Im", None),
    ("Frequency (Hz);Admittance;\n;Re;Im", (F, Y.real, Y.imag)),
)  # fmt: skip


def text_of(head: str, columns) -> str:
    """A table as text."""
    rows = "\n".join(";".join(f"{x:.9g}" for x in row) for row in zip(*columns, strict=True))
    return f"{head}\n{rows}\n"


def is_z(data: bytes) -> bool:
    """True where a table holds the one spectrum."""
    (spectrum,) = read_table(File(Path("a.csv"), data, "a.csv")).spectra
    return np.allclose(spectrum.frequency, F) and np.allclose(spectrum.impedance, Z, rtol=1e-6)


def test_names_of_programs_and_languages():
    for head, columns in NAMES:
        assert is_z(text_of(head, columns or (F / 1e3, Z.real / 1e3, Z.imag / 1e3)).encode()), head
    for name in ("Z21", "real(Z12)", "Trace 1: Gain: Magnitude (dB)"):
        assert understood(name) is None, name


def test_signs_and_encodings():
    text = text_of("Frequency (Hz);Zre (Ohm);Zim (Ohm)", PARTS)
    for minus in "−–‐":
        assert is_z(text.replace("-", minus).encode()), minus
    assert is_z(text.replace("Freq", "\u200bFreq").encode())
    for encoding in ("utf-16-le", "utf-16-be", "utf-16"):
        assert is_z(text.encode(encoding)), encoding
    assert is_z((text + "Mean;1;2\nStd. dev.;3;4\n").encode())


def test_wide_text_without_a_mark_is_found_in_a_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(text_of("Frequency (Hz);Zre (Ohm);Zim (Ohm)", PARTS).encode("utf-16-le"))
    assert np.allclose(read(path)[0].impedance, Z)
    path.write_bytes(b"\0\1\2\3" * 200)
    with pytest.raises(Exception, match=r"no reader|no text|not"):
        read(path)


def test_a_temperature_without_a_unit_may_be_in_kelvin():
    cases = ("Temp", 298.15, None), ("Temp", 25.0, 25.0), ("Temp (K)", 298.15, 25.0), ("T (°C)", 300.0, 300.0)
    for name, value, wanted in cases:
        text = text_of(f"Frequency (Hz);Zre (Ohm);Zim (Ohm);{name}", (*PARTS, np.full(len(F), value)))
        content = read_table(File(Path("a.csv"), text.encode(), "a.csv"))
        assert content.spectra[0].conditions.temperature_C == (None if wanted is None else pytest.approx(wanted)), name
        assert any("kelvin or degrees" in note.sentence for note in content.notes) == (wanted is None), name


def test_percent_behind_a_state_of_charge(tmp_path):
    for soc in (1, 2):
        text = text_of("Frequency (Hz);Zre (Ohm);Zim (Ohm)", PARTS)
        (tmp_path / f"x_{soc}%SOC.csv").write_text(text, encoding="utf-8")
    series = read(tmp_path, pattern="x_{soc}%SOC")
    assert [s.conditions.soc for s in series] == [0.01, 0.02]


def test_an_inverse_unit_in_a_statement_is_no_setting():
    text = text_of("freq;Real part;Imaginary part\n# units: Hz Ohm^-1 Ohm^-1", PARTS)
    with pytest.raises(CorruptFile):
        read_table(File(Path("a.csv"), text.encode(), "a.csv"))
