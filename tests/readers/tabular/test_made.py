"""Labels that say that numbers were computed, or are those of a standard; and those that say no such thing."""

from __future__ import annotations

from eisfit.readers.tabular.made import is_computed, is_standard
from eisfit.readers.tabular.text import unaccented

COMPUTED = (
    "Nyquist fit", "Fit R(RQ)", "fit1", "Fit_1", "ZFit", "Calc", "LinKK", "KK", "Kramers-Kronig", "Bestfit", "Model 1",
    "Equivalent circuit", "ECM", "Backcalculated", "lin_kk", "bestFit", "fitCurve", "Z_fit", "R0-p(R1,CPE1)",
    "angepasst", "計算値", "模型", "フィッティング結果", "fit結果", "Modellrechnung", "modello", "écart type",
    "desviación estándar",
    "标准差", "Ausgleichskurve", "Randles circuit", "Hilbert transform", "sim", "simulated data", "拟合", "ideal",
)  # fmt: skip
STANDARDS = (
    "open", "Short", "Leerlaufabgleich", "Kurzschluss", "开路校准", "オープン補正", "compensation court-circuit",
    "correction circuit ouvert", "calibración en corto", "Load calibration 100 Ohm", "Dummy cell", "Test box 3",
    "Blindmessung", "cable only", "empty cell holder", "Reference resistor 100 Ohm", "cal_short", "open comp",
)  # fmt: skip
NEITHER = (
    "cell 3", "sample A", "raw", "data", "measured", "Experimental", "Messung", "exp", "Interface 1010E", "R(Ohm)",
    "R(T)", "at open circuit", "Open circuit voltage", "Ideal cell 3", "short after 3 h", "test cell 4", "LLZO pellet",
    "25 C", "SOC 50", "Cable length 1 m", "reference electrode Li", "EIS", "Impedance", "expected capacity 5 mAh",
    "Load 5 MPa", "through-plane", "calibrated", "opened cell", "background", "blank", "symmetric cell", "simple",
)  # fmt: skip


def test_labels_of_computed_numbers():
    for label in COMPUTED:
        assert is_computed(unaccented(label)), label
        assert not is_standard(unaccented(label)), label


def test_labels_of_standards():
    for label in STANDARDS:
        assert is_standard(unaccented(label)), label
        assert not is_computed(unaccented(label)), label


def test_labels_of_measurements():
    for label in NEITHER:
        assert not is_computed(unaccented(label)), label
        assert not is_standard(unaccented(label)), label
