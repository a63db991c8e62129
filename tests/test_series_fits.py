"""A series with several circuits: by roles in one table, in one study, from eisfit.toml and from Python alike."""

from __future__ import annotations

import numpy as np
import pytest

import eisfit as ef
from eisfit.errors import OptionError
from eisfit.spectrum import Cell, Conditions, Series

F = np.logspace(6, -2, 33)
MAIN, OTHER = "R(RQ)(RQ)Q", "R(RC)Q"
ODD = (1, 2, 4)


def made(n: int = 6) -> Series:
    """A series of which three spectra have an interface with a capacitor and no grain boundaries."""
    main, other = ef.Circuit(MAIN), ef.Circuit(OTHER)
    states = [Conditions(time_s=3600.0 * k, soc=k / n) for k in range(n)]
    r_int = [30.0 + 5 * k for k in range(n)]
    spectra = [
        ef.simulate(
            other, F, [35, r_int[k], 1e-3, 0.3, 0.6], noise=0.002, seed=k, conditions=states[k], label=f"odd {k}"
        )
        if k in ODD
        else ef.simulate(
            main,
            F,
            [22, 13, 4e-7, 0.9, r_int[k], 4e-3, 0.82, 0.3, 0.6],
            noise=0.002,
            seed=k,
            conditions=states[k],
            label=f"s {k}",
        )
        for k in range(n)
    ]
    return Series(spectra, cell=Cell(area_cm2=1.0, thickness_um=800.0, type="half", temperature_C=25.0))


@pytest.fixture(scope="module")
def study():
    return ef.analyse(made(), circuit=MAIN, spectra=[{"match": "odd*", "circuit": OTHER}], inductance="off")


def test_every_role_is_one_column_whatever_its_number_in_its_circuit(study):
    roles = study.track.roles
    assert list(roles) == ["R_SE_bulk", "R_GB", "R_Int", "R_SE_total", "R_total"]
    np.testing.assert_allclose(roles["R_Int"].value, 30 + 5 * np.arange(6), rtol=0.03)
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(roles["R_GB"].value)), ODD)
    assert study.fits.names == (*ef.Circuit(MAIN).names, "C1")
    np.testing.assert_array_equal(study.fits.column("R_Int")[0], study.fits.values[:, study.fits.names.index("R3")])
    np.testing.assert_array_equal(roles["R_Int"].value, study.fits.column("R_Int")[0])
    tail, _ = study.fits.column("Q3")  # Q1 of the other circuit: each has one element outside of its arcs
    np.testing.assert_allclose(tail, 0.3, rtol=0.2)


def test_a_fit_is_that_of_its_own_circuit(study):
    one = study.fits[2]
    assert str(one.circuit) == str(ef.Circuit(OTHER))
    assert len(one.values) == 5
    np.testing.assert_allclose(one.predict(F), ef.Circuit(OTHER).impedance(F, one.values))
    assert one.n_free == 5
    assert study.fits.chi2_reduced[2] == pytest.approx(one.chi2_reduced)
    assert study.fits.bic[2] == pytest.approx(one.bic)
    assert study.fits.resolved.shape == study.fits.values.shape
    assert [str(c) for c in study.fits.circuits] == [str(ef.Circuit(MAIN)), str(ef.Circuit(OTHER))]


def test_the_tables_say_which_circuit_a_spectrum_has(study):
    table, derived = study.table(), study.derived_table()
    assert list(table["circuit"]) == [str(ef.Circuit(OTHER if k in ODD else MAIN)) for k in range(6)]
    assert derived["C_Int_F"].notna().all()
    assert derived["C_GB_F"].notna().sum() == 3
    np.testing.assert_allclose(derived["C_Int_F"][list(ODD)], 1e-3, rtol=0.02)
    assert list(derived.columns) == list(dict.fromkeys(derived.columns))
    by_role = study.fits.table(roles=True)
    assert {"R_SE_bulk", "R_GB", "R_Int", "R_Int_stderr"} <= set(by_role)
    whole = study.table(roles=True)
    np.testing.assert_array_equal(whole["R_total"], study.track.roles["R_total"].value)
    assert "circuit" not in ef.analyse(made()[:1], circuit=MAIN, inductance="off").table()


def test_the_study_reads_back_with_its_circuits(study, tmp_path):
    study.write(tmp_path / "one", report=False)
    back = ef.read_study(tmp_path / "one" / "study.json")
    back.write(tmp_path / "two", report=False)
    for name in ("parameters.csv", "derived.csv", "study.json", "resistances.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert [fit.circuit for fit in back.fits] == [fit.circuit for fit in study.fits]


def test_values_fixed_for_single_spectra(study):
    settings = [{"match": "s 3", "fix": {"R_GB": 12.5}}, {"match": "s 5", "start": {"R_Int": 55}}]
    fixed = ef.analyse(made(), circuit=MAIN, inductance="off", spectra=[*settings, {"match": "odd*", "circuit": OTHER}])
    value, stderr = fixed.fits.column("R_GB")
    assert (value[3], stderr[3]) == (12.5, 0.0)
    assert stderr[0] > 0
    np.testing.assert_allclose(fixed.fits.values[5], study.fits.values[5], rtol=1e-2)
    assert "R2 = 12.5 ohm" in fixed.fits.fixed


def test_fits_made_one_by_one_are_followed(study):
    circuits = [OTHER if k in ODD else MAIN for k in range(6)]
    fits = [ef.fit(spectrum, circuit) for spectrum, circuit in zip(made(), circuits, strict=True)]
    track = ef.track(fits, axis="soc")
    for name, role in study.track.roles.items():
        np.testing.assert_allclose(track.roles[name].value, role.value, rtol=1e-2)
    assert track.decisions[0].startswith(str(ef.Circuit(MAIN)))
    alike = ef.track([fits[0], fits[3]])
    assert set(alike.roles) == {"R_SE_bulk", "R_GB", "R_Int", "R_SE_total", "R_total"}
    with pytest.raises(ef.FitError, match="a list of fits"):
        ef.track([])


def test_options_of_the_series_hold_where_the_parameter_means_the_same():
    settings = [{"match": "odd*", "circuit": OTHER}]
    asked = {"fix": {"R_GB": 13}, "bound": {"R_Int": (1, 500)}}
    held = ef.analyse(made()[:3], circuit=MAIN, inductance="off", spectra=settings, **asked)
    assert held.fits.column("R_GB")[0][0] == 13
    bounded = [fit.circuit.parameter(name) for fit, name in zip(held.fits, ("R3", "R2", "R2"), strict=True)]
    assert [(p.lower, p.upper) for p in bounded] == [(1, 500)] * 3
    assert f"fix of R2 does not hold for {ef.Circuit(OTHER)}: it has no such parameter." in held.decisions


@pytest.mark.parametrize("option", [{"share": ["R1"]}, {"smooth": True}])
def test_what_needs_one_circuit_says_so(option):
    with pytest.raises(OptionError, match="needs one circuit for the whole series"):
        ef.analyse(made(), circuit=MAIN, spectra=[{"match": "odd*", "circuit": OTHER}], **option)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"fix": {"R_Itn": 3}}, r"spectra\[0\] \(match = 'odd\*'\): fix: .* no parameter R_Itn; did you mean R_Int\?"),
        ({"circuit": "R(RX)"}, r"spectra\[0\] \(match = 'odd\*'\): circuit: "),
        ({"circiut": "R"}, r"spectra\[0\]: no such key circiut; did you mean circuit\?"),
        ({"mask": [3]}, r"spectra\[0\]: mask: expected \[low, high\]"),
        ({}, r"spectra\[0\]: nothing is set for 'odd\*'"),
    ],
)
def test_a_wrong_setting_is_named_with_its_place(setting, sentence):
    with pytest.raises(OptionError, match=sentence):
        ef.analyse(made(), circuit=MAIN, spectra=[{"match": "odd*", **setting}])


def test_a_circuit_that_all_spectra_have_is_that_of_the_series():
    few = made()[1:3]
    same = ef.analyse(made()[:1], circuit=MAIN, inductance="off", spectra=[{"match": "s*", "circuit": MAIN}])
    assert not same.fits.parts
    every = ef.analyse(few, fix={"R_GB": 13}, inductance="off", spectra=[{"match": "*", "circuit": OTHER}])
    assert [str(circuit) for circuit in every.fits.circuits] == [str(ef.Circuit(OTHER))]
    assert set(every.track.roles) == {"R_SE_bulk", "R_Int", "R_total"}


def test_a_circuit_that_cannot_be_fitted_is_named_with_its_place():
    with pytest.raises(
        ef.FitError, match=r"spectra\[0\] \(match = 'odd\*'\): .* free parameters cannot be fitted to 33"
    ):
        ef.analyse(made()[:2], circuit=MAIN, spectra=[{"match": "odd*", "circuit": "R" + "(RQ)" * 23}])
