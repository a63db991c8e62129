"""The whole way from a Series to a Study."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import eisfit as ef
from eisfit.analysis import _folder, analyse
from eisfit.errors import CircuitError, EisfitError, OptionError
from eisfit.spectrum import Cell, Conditions, Series, Spectrum

CIRCUIT = "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"
FREQUENCY = np.logspace(6, -2, 41)
TRUTH = np.array([22.0, 14.0, 1e-7, 0.9, 60.0, 3e-3, 0.8, 0.4, 0.6])
R_INT = np.array([101.0, 70.0, 45.0, 33.0, 38.0, 50.0])


def made(inductance=0.0, seed=0, noise=0.003, n=6):
    """An operando series: R_Int falls and rises, everything else stays."""
    rng = np.random.default_rng(seed)
    circuit = ef.Circuit(CIRCUIT)
    truth = np.tile(TRUTH, (n, 1))
    truth[:, 4] = R_INT[:n]
    z = circuit.impedance(FREQUENCY, truth) + 2j * np.pi * FREQUENCY * inductance
    z = z + noise * np.abs(z) * (rng.standard_normal(z.shape) + 1j * rng.standard_normal(z.shape))
    spectra = [
        Spectrum(FREQUENCY, row, label=f"s{i}", conditions=Conditions(time_s=3600.0 * i, soc=i / n))
        for i, row in enumerate(z)
    ]
    return Series(spectra, cell=Cell(area_cm2=1.267, thickness_um=800.0, type="half"))


@pytest.fixture(scope="module")
def study():
    return analyse(made(), circuit=CIRCUIT)


def test_the_resistances_are_found(study):
    for name, true in (("R_SE_bulk", 22.0), ("R_GB", 14.0), ("R_Int", R_INT)):
        value, stderr = study.fits.column(name)
        assert np.all(np.abs(value - true) < 4 * stderr)


def test_roles_follow_the_labels_of_the_circuit(study):
    assert {"R_SE_bulk", "R_GB", "R_Int"} <= set(study.track.roles)
    value, _ = study.fits.column("R_Int")
    np.testing.assert_allclose(study.track.roles["R_Int"].value, value)


def test_the_table_has_a_row_per_spectrum(study):
    table = study.table()
    assert len(table) == 6
    assert table["spectrum"].tolist() == [f"s{i}" for i in range(6)]
    assert set(table["status"]) == {"converged"}


def test_nothing_is_flagged_in_a_healthy_series(study):
    shorts = {"soft_short", "hard_short", "suspect_short", "not_converged", "kk_fail"}
    assert not shorts & {flag for flags in study.track.flags for flag in flags}


def test_decisions_are_sentences(study):
    assert any("inductor" in sentence for sentence in study.decisions)
    assert all(sentence.endswith(".") for sentence in study.decisions)


def test_options_are_kept_as_used(study):
    assert study.options.circuit == CIRCUIT
    assert study.options.used["weighting"] == "modulus"
    assert study.options.versions["numpy"] == np.__version__


def test_a_study_pickles(study):
    back = pickle.loads(pickle.dumps(study))
    np.testing.assert_array_equal(back.fits.values, study.fits.values)


def test_the_input_is_left_as_it_was():
    series = made(n=3)
    before = [(s.impedance.copy(), s.mask.copy()) for s in series]
    analyse(series, circuit=CIRCUIT)
    for spectrum, (z, mask) in zip(series, before, strict=True):
        np.testing.assert_array_equal(spectrum.impedance, z)
        np.testing.assert_array_equal(spectrum.mask, mask)


class TestInductance:
    def test_auto_adds_one_where_the_series_demands_it(self):
        study = analyse(made(inductance=3e-7), circuit=CIRCUIT)
        value, stderr = study.fits.column("L_lead")
        assert np.all(np.abs(value - 3e-7) < 4 * stderr)
        assert any("L_lead" in sentence for sentence in study.decisions)
        bulk, error = study.fits.column("R_SE_bulk")
        assert np.all(np.abs(bulk - 22) < 5 * error)

    def test_auto_leaves_it_out_where_it_does_not(self, study):
        assert "L_lead" not in study.fits.names

    def test_on_and_off_are_obeyed(self):
        assert "L_lead" in analyse(made(n=3), circuit=CIRCUIT, inductance="on").fits.names
        assert "L_lead" not in analyse(made(inductance=3e-7, n=3), circuit=CIRCUIT, inductance="off").fits.names

    def test_a_circuit_with_one_gets_no_second(self):
        study = analyse(made(inductance=3e-7, n=3), circuit="L" + CIRCUIT)
        assert study.fits.names[0] == "L1"
        assert len(study.fits.names) == 10

    def test_anything_else_is_refused(self):
        with pytest.raises(OptionError, match="maybe"):
            analyse(made(n=2), circuit=CIRCUIT, inductance="maybe")


class TestOptions:
    def test_the_band(self):
        study = analyse(made(n=2), circuit=CIRCUIT, f_min=0.05, f_max=3e5)
        inside = int(np.sum((FREQUENCY >= 0.05) & (FREQUENCY <= 3e5)))
        assert all(used <= inside for used in study.fits.points_used)

    def test_ranges_that_must_not_count(self):
        study = analyse(made(n=2), circuit=CIRCUIT, mask=((30.0, 70.0),), keep_all=True)
        hit = int(np.sum((FREQUENCY >= 30) & (FREQUENCY <= 70)))
        assert hit > 0
        assert study.fits.points_used.tolist() == [41 - hit] * 2

    def test_fixed_bounds_ties_and_shares_reach_the_fit(self):
        study = analyse(
            made(n=4),
            circuit=CIRCUIT,
            inductance="off",
            fixed={"Q_D_n": 0.6},
            bounds={"R_GB": (1.0, 100.0)},
            shared=("Q_GB_n",),
        )
        assert np.all(study.fits.values[:, 8] == 0.6)
        assert np.ptp(study.fits.values[:, 3]) < 1e-9

    def test_smoothness_stands_beside_the_free_fit(self):
        smooth = analyse(made(n=6), circuit=CIRCUIT, smooth=True, inductance="off")
        free = analyse(made(n=6), circuit=CIRCUIT, inductance="off")
        assert smooth.smoothed is not None
        assert free.smoothed is None
        np.testing.assert_allclose(smooth.fits.values, free.fits.values, rtol=1e-6)

    def test_a_blank_is_taken_off(self):
        cable = Spectrum(FREQUENCY, 0.02 + 2j * np.pi * FREQUENCY * 3e-7)
        study = analyse(made(inductance=3e-7), circuit=CIRCUIT, blank=cable)
        assert "L_lead" not in study.fits.names
        value, stderr = study.fits.column("R_GB")
        assert np.all(np.abs(value - 14) < 4 * stderr)

    def test_progress_is_told_from_start_to_end(self):
        said = []
        analyse(made(n=2), circuit=CIRCUIT, progress=lambda what, share: said.append((what, share)))
        shares = [share for _, share in said]
        assert shares[0] == 0.0
        assert shares[-1] == 1.0
        assert shares == sorted(shares)

    def test_an_unknown_option_is_named_with_those_that_exist(self):
        with pytest.raises(OptionError, match=r"wheighting.*weighting"):
            analyse(made(n=2), circuit=CIRCUIT, wheighting="unit")

    def test_an_unknown_circuit(self):
        with pytest.raises(CircuitError):
            analyse(made(n=2), circuit="R(RX)")

    def test_the_axis_that_the_data_do_not_hold(self):
        with pytest.raises(EisfitError, match="potential"):
            analyse(made(n=2), circuit=CIRCUIT, axis="potential")


class TestInput:
    def test_a_list_of_spectra_and_one_spectrum(self):
        series = made(n=2)
        np.testing.assert_allclose(
            analyse(list(series), circuit=CIRCUIT).fits.values, analyse(series, circuit=CIRCUIT).fits.values
        )
        assert len(analyse(series[0], circuit=CIRCUIT).fits) == 1

    def test_what_is_known_of_the_cell_completes_it(self):
        study = analyse(made(n=2), circuit=CIRCUIT, cell=Cell(capacity_mAh=5.0))
        assert study.series.cell.capacity_mAh == 5.0
        assert study.series.cell.area_cm2 == 1.267

    def test_one_dead_spectrum_does_not_stop_the_series(self):
        series = made(n=4)
        dead = series[2].masked(np.ones(41, bool), "no contact")
        study = analyse(series.with_(spectra=[*series[:2], dead, series[3]]), circuit=CIRCUIT)
        assert "not_converged" in study.track.flags[2]
        assert np.isnan(study.fits.values[2]).all()
        value, stderr = study.fits.column("R_Int")
        keep = [0, 1, 3]
        assert np.all(np.abs(value[keep] - R_INT[keep]) < 4 * stderr[keep])

    def test_arcs_without_labels_get_their_roles_by_time_constant(self):
        study = analyse(made(n=3), circuit="R(RQ)(RQ)Q")
        np.testing.assert_allclose(study.track.roles["R_Int"].value, R_INT[:3], rtol=0.05)


def test_estimated_weights_follow_the_noise_of_the_series():
    circuit = ef.Circuit("R(RQ)")
    frequency = np.logspace(5, -1, 49)
    values = {"R1": 10.0, "R2": 50.0, "Q1": 1e-4, "Q1_n": 0.85}
    series = [ef.simulate(circuit, frequency, values, noise=0.004, seed=seed) for seed in range(6)]
    study = ef.analyse(series, circuit=circuit, weighting="estimated", inductance="off")
    assert study.fits.options.weighting == "estimated"
    assert any("Noise of the series" in sentence for sentence in study.decisions)
    np.testing.assert_allclose(study.fits.column("R2")[0], 50.0, rtol=0.02)
    # the weights are in units of the noise: the reduced chi2 is that of pure noise
    np.testing.assert_allclose(np.mean(study.fits.chi2_reduced), 1.0, rtol=0.25)


@pytest.fixture
def folder(tmp_path):
    """The series as a folder of tables with an eisfit.toml."""
    for i, spectrum in enumerate(made(n=3)):
        rows = np.c_[spectrum.frequency, spectrum.impedance.real, -spectrum.impedance.imag]
        np.savetxt(
            tmp_path / f"s{i}.csv", rows, delimiter=",", header="freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", comments="", fmt="%.12g"
        )
    (tmp_path / "eisfit.toml").write_text(
        f"""
[cell]
name = "from the file"
area_cm2 = 1.5
type = "half"
[fit]
circuit = "{CIRCUIT}"
x = "index"
fix = {{ Q_D_n = 0.6 }}
f_max = 1e5
inductance = "off"
[limits]
"merged_arcs.ratio" = 3
"""
    )
    return tmp_path


def test_an_eisfit_toml_beside_the_files_holds_in_python_too(folder):
    study = analyse(folder)
    assert study.series.cell == Cell(name="from the file", area_cm2=1.5, type="half")
    assert study.options.circuit == CIRCUIT
    assert study.options.used["fix"] == {"Q_D_n": 0.6}
    assert study.options.used["f_max"] == 1e5
    assert study.options.used["limits"] == {"merged_arcs.ratio": 3.0}
    assert study.track.axis.name == "index"


def test_arguments_go_before_eisfit_toml(folder):
    study = analyse([folder], circuit="assb", cell=Cell(area_cm2=2.0), f_max=3e5)
    assert study.options.circuit == "assb"
    assert (study.series.cell.area_cm2, study.series.cell.name) == (2.0, "from the file")
    assert study.options.used["f_max"] == 3e5


def test_mappings_are_merged_name_by_name(folder):
    study = analyse(folder, fixed={"Q_GB_n": 0.9})
    assert study.options.used["fix"] == {"Q_D_n": 0.6, "Q_GB_n": 0.9}


def test_an_eisfit_toml_can_be_passed_over(folder):
    study = analyse(folder, settings=False, circuit=CIRCUIT)
    assert study.series.cell == Cell()
    assert study.options.used["fix"] == {}


def test_a_bad_eisfit_toml_is_said(folder):
    (folder / "eisfit.toml").write_text("[fit]\ncircus = 1\n")
    with pytest.raises(OptionError, match="did you mean circuit"):
        analyse(folder)


def test_the_decisions_of_the_track_are_decisions_of_the_study(study):
    assert set(study.track.decisions) <= set(study.decisions)
    unlabelled = analyse(made(n=3), circuit="R(RQ)(RQ)Q")
    assert any("Roles by time constant" in sentence for sentence in unlabelled.decisions)


def test_an_axis_that_is_not_there_is_said_before_the_fits():
    steps = []
    with pytest.raises(OptionError, match="needs the active mass"):
        analyse(made(n=3), circuit=CIRCUIT, axis="mAh/g", progress=lambda what, share: steps.append(what))
    assert "fitting" not in steps


def test_inductive_points_can_be_left_out_instead_of_fitted():
    rng = np.random.default_rng(5)
    circuit = ef.Circuit("LR(RQ)Q")
    frequency = np.logspace(6, -1, 50)
    z = circuit.impedance(frequency, [2e-6, 5.0, 40.0, 1e-4, 0.9, 0.1, 0.8])
    z = z * (1 + 0.002 * (rng.normal(size=z.shape) + 1j * rng.normal(size=z.shape)))
    study = analyse([Spectrum(frequency, z, label="a")], circuit="R(RQ)Q", inductance="mask")
    assert any("inductive" in item.reason for item in study.quality.left_out)
    assert "L1" not in study.fits.names
    assert study.fits[0]["R2"].nominal_value == pytest.approx(40, rel=0.05)


def test_a_cell_without_a_name_is_called_as_its_folder(tmp_path):
    (tmp_path / "cell 7").mkdir()
    files = [tmp_path / "cell 7" / name for name in ("a.csv", "b.csv")]
    for file in files:
        file.write_text("", encoding="utf-8")
    pairs = ((files[0].parent, "cell 7"), (files, "cell 7"), (tmp_path / "cell 7" / "*.csv", "cell 7"), (files[:1], ""))
    assert [_folder(data) for data, _ in pairs] == [name for _, name in pairs]
