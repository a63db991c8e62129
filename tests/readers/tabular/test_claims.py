"""What a title says of the numbers: the impedance of another field, a fit, residuals, a standard of the instrument."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import CorruptFile
from eisfit.readers._base import File, Wishes
from eisfit.readers.tabular.claims import COMPUTED as COMPUTED_SAYS
from eisfit.readers.tabular.claims import (
    FIELD,
    OTHER,
    PARALLEL,
    STANDARD,
    claim_of,
    claim_of_name,
    is_label,
    is_setting,
    phrases,
)
from eisfit.readers.tabular.plain import read_table

F = np.geomspace(2e5, 0.5, 23)
Z = 3 + 27 / (1 + (2j * np.pi * F * 2e-4) ** 0.9) + 40 / (1 + (2j * np.pi * F * 0.1) ** 0.8)
BARE = "f,Re,Im\n"
OF_Z = "Frequency (Hz),Z',Z''\n"
IN_OHM = "Frequency (Hz),Re(Z) (Ohm),Im(Z) (Ohm)\n"

FIELDS = (
    "Acoustic impedance of a foam", "Specific acoustic impedance", "Mechanical impedance, shaker 2",
    "Seismic impedance", "Thermal impedance of the module", "Impédance acoustique", "Akustische Impedanz",
    "Impedancia térmica", "Input impedance of the artery", "Respiratory impedance",
    "Transimpedance of the amplifier stage", "Zth, IGBT 4", "声阻抗", "Wärmeimpedanz", "Magnetotelluric impedance",
    "Optical impedance", "Hydraulic impedance of the pipe",
)  # fmt: skip
"""Impedances that are none in ohm, or not of two terminals: refused above columns in ohm too."""
UNKNOWN = (
    "Surface impedance", "Fluidic impedance of a channel", "Wave impedance", "Airflow (cmH2O s/L)  impedance data",
    "Impedance spectrum (dyn s cm-5)", "Impedance of sample 3, N s/m", "Current response (A)",
    "Voltage spectrum v(out)", "Z * area", "Nyquist plot of modulus", "Impedance in percent", "log10 of all columns",
    "Transfer impedance", "; log of the impedance of sample 3", "Logarithm of Z of our third cell, run 2",
)  # fmt: skip
"""Refused where the columns do not say that they are in ohm."""
COMPUTED = (
    "Fit", "Fit result of cell 3", "Fitted data", "Model", "Circuit model of cell 2", "Simulated with ZView",
    "Simulation", "Residuals", "Kramers-Kronig transform of the data", "Difference spectrum", "cell A minus cell B",
    "SD", "Theory", "Impedance minus ohmic resistance", "type: fit", "Calculated spectrum", "Standard deviation",
    "Fitted curve - day 2", "Kramers-Kronig residuals - cell 4",
    "拟合结果", "OPEN", "Short correction", "Lower bound", "Data type,Simulation",
)  # fmt: skip
"""Refused above columns in ohm too."""
HARMLESS = (
    "Model: VMP3", "Model,VMP3", "Model 1260", "Model cell with Li-In", "Fit range: 1 Hz to 1 MHz",
    "to be fitted later", "Fit: R0 = 12 Ohm", "KK check passed", "Input impedance: 1 TOhm",
    "Nominal impedance: 10 Ohm", "Cell impedance", "Electrochemical impedance spectroscopy", "LLZO impedance",
    "Impedance of cell 3 at 25 C", "Thermal test chamber 2", "Mechanical pressure 50 MPa",
    "charge transfer impedance", "Elektrochemische Impedanz", "All-solid-state impedance",
    "Impedance in simulated body fluid", "synthetic graphite", "Open circuit voltage: 3.6 V",
    "short circuited at the end", "Fitted fixture, torque 2 N m", "Nyquist", "EIS parameters", "Standard cell",
    "two cells in parallel", "Z in air", "Sample: glass with thermal impedance 0.4 K/W", "Simulated seawater, steel",
    "Optical microscope cell", "Impedance after thermal runaway", "Ultrasonic bath before the impedance test",
    "Load 5 kg", "Operator: Optics lab",
)  # fmt: skip


def found(remark: str, names: str, rows: str = "", *, wishes: Wishes | None = None):
    """The spectra of a table below a remark, None where it is refused."""
    rows = rows or "".join(f"{f:.9g},{z.real:.9g},{z.imag:.9g}\n" for f, z in zip(F, Z, strict=True))
    file = File(Path("a.csv"), f"# {remark}\n{names}{rows}".encode(), "a.csv", wishes or Wishes())
    try:
        return read_table(file).spectra
    except CorruptFile:
        return None


def test_another_field_is_refused_by_name():
    for remark in FIELDS:
        assert found(remark, BARE) is None, remark
        assert found(remark, OF_Z) is None, remark
        assert found(remark, IN_OHM) is None, remark


def test_what_is_not_known_to_be_of_a_cell_needs_columns_in_ohm():
    for remark in UNKNOWN:
        assert found(remark, BARE) is None, remark
        assert found(remark, OF_Z) is None, remark
    assert found("Surface impedance", IN_OHM)


def test_computed_numbers_and_standards_are_no_measurement():
    for remark in COMPUTED:
        assert found(remark, BARE) is None, remark
        assert found(remark, IN_OHM) is None, remark


def test_what_laboratories_write_changes_nothing():
    for remark in HARMLESS:
        for names in (BARE, OF_Z, IN_OHM):
            spectra = found(remark, names)
            assert spectra, (remark, names)
            assert np.allclose(spectra[0].impedance, Z), remark


QUANTITIES = (
    "Blood flow", "Inertance", "Apparent mass", "Faraday rotation, 25 C", "Cross spectrum",
    "Extinction coefficient of glass", "Dynamic stiffness - day 2", "Measured: Heat flow", "Current noise [pA]",
    "EEG power", "Sound pressure",
)  # fmt: skip
"""Quantities of physics, refused above columns that say nothing of themselves."""


def test_a_quantity_of_physics_above_parts_of_nothing():
    for remark in QUANTITIES:
        for names in (BARE, "freq,R,X\n", "f,real part,imaginary part\n"):
            assert found(remark, names) is None, remark
        assert found(remark, IN_OHM), remark


def test_a_unit_that_is_not_known_below_the_names():
    for unit in ("dyn s/cm5", "Pa s/m", "furlong"):
        rows = f"Hz,{unit},{unit}\n" + "".join(
            f"{f:.9g},{z.real:.9g},{z.imag:.9g}\n" for f, z in zip(F, Z, strict=True)
        )
        assert found("EIS", BARE, rows) is None, unit


def test_a_fit_beside_the_measured_columns_is_one():
    rows = "".join(f"{f:.9g},{z.real:.9g},{z.imag:.9g},1,2\n" for f, z in zip(F, Z, strict=True))
    (spectrum,) = found("Fit result of cell 3", "f,Re,Im,Re fit,Im fit\n", rows)
    assert np.allclose(spectrum.impedance, Z)


def test_the_columns_of_the_user_override_a_title():
    (spectrum,) = found("Fit result", BARE, wishes=Wishes(columns=("f", "re", "im")))
    assert np.allclose(spectrum.impedance, Z)


def test_parallel_parts_are_not_those_of_z():
    for names in (BARE, "f,R,X\n", "f (Hz),R (Ohm),X (Ohm)\n"):
        assert found("Equivalent circuit: parallel", names) is None
    assert found("Equivalent circuit: parallel", IN_OHM)
    assert found("Equivalent circuit: series", "f (Hz),R (Ohm),X (Ohm)\n")


@pytest.mark.parametrize(
    ("stem", "names", "good"),
    [
        ("a_residuals", IN_OHM, False), ("a_fit", BARE, False), ("a_norm", BARE, False), ("cell_Y", BARE, False),
        ("IMPS_1", BARE, False), ("a_fit", OF_Z, True), ("model_cell_1", BARE, True), ("cell_Y", OF_Z, True),
    ],
)  # fmt: skip
def test_the_name_of_a_file_counts_where_columns_say_nothing(stem, names, good):
    rows = "".join(f"{f:.9g},{z.real:.9g},{z.imag:.9g}\n" for f, z in zip(F, Z, strict=True))
    file = File(Path(f"{stem}.csv"), (names + rows).encode(), f"{stem}.csv")
    if good:
        assert len(read_table(file).spectra) == 1
    else:
        with pytest.raises(CorruptFile, match="file name says"):
            read_table(file)


def test_what_a_line_claims():
    """In ohm (2) only another field, a fit or a standard count; else what it says of units and unknown fields too."""
    for text, plain, of_circuit, words, says in (
        ("Acoustic impedance", 2, False, "Acoustic impedance", FIELD), ("Fit", 2, False, "Fit", COMPUTED_SAYS),
        ("Name: acoustic impedance", 2, False, "acoustic impedance", FIELD), ("OPEN", 2, False, "OPEN", STANDARD),
        ("parallel R and X", 2, True, "parallel R", PARALLEL), ("parallel R and X", 2, False, "", ""),
        ("Current response (A)", 1, False, "Current response", OTHER), ("Current response (A)", 2, False, "", ""),
        ("Surface impedance", 1, False, "Surface impedance", FIELD), ("Surface impedance", 2, False, "", ""),
        ("Surface impedance: 5", 1, False, "", ""), ("LLZO impedance", 1, False, "", ""),
        ("ab impedance", 0, False, "", ""),
        ("abc impedance", 0, False, "abc impedance", FIELD), ("cell's impedance", 0, False, "", ""),
        ("charge transfer impedance", 0, False, "", ""), ("Transfer impedance", 0, False, "Transfer impedance", FIELD),
        ("mass transfer impedance", 0, False, "", ""), ("Noise", 0, False, "Noise", OTHER), ("Noise", 1, False, "", ""),
        ("Impedance data (cmH2O s/L)", 1, False, "cmH2O s/L", OTHER), ("Impedance N s/m", 0, False, "N s/m", OTHER),
        ("Impedance 5 N s/m", 0, False, "", ""), ("Impedance 3 Pa s", 0, False, "", ""),
        ("Title (V)", 0, False, "", ""),
        ("Impedance (V)", 0, False, "V", OTHER), ("Impedance (kOhm)", 0, False, "", ""),
        ("Impedance Pa s m-3", 0, False, "Pa s m-3", OTHER),
    ):  # fmt: skip
        claim = claim_of(text, plain=plain, of_circuit=of_circuit)
        assert (claim or ("", "")) == (words, says), (text, plain)


def test_what_the_name_of_a_file_claims():
    for stem, words in (
        ("fit", "fit"), ("noise", "noise"), ("acoustic_impedance", "acoustic impedance"), ("Model 1260", "Model"),
        ("cell_3_fit", ""), ("x10", ""), ("2", ""), ("cell", ""),
    ):  # fmt: skip
        claim = claim_of_name(stem)
        assert (claim.words if claim else "") == words, stem


def test_titles_samples_and_settings():
    """Nine words at most; what stands behind a key; numbers behind a title are its settings."""
    for cells, text, titles in (
        (["type", "fit"], "type: fit", ["fit"]), (["a"], "a", ["a"]), (["a", "5"], "a, 5", ["a"]),
        (["a", "b"], "a, b", []),
        (["Model", "VMP3"], "Model,VMP3", []), (["sample: x"], "sample: x", []), ([9 * "a "], 9 * "a ", [9 * "a "]),
        ([10 * "a "], 10 * "a ", []),
    ):  # fmt: skip
        assert phrases(cells, text) == titles, text
    for word, label in (
        ("LLZO", True),
        ("cell3", True),
        ("Surface", False),
        ("ab", True),
        ("abc", False),
        ("aBc", False),
    ):
        assert is_label(word) is label, word
    assert [is_setting(words) for words in (["at", "5"], ["5", "x"], ["5a"], ["a5"])] == [True, False, False, True]
