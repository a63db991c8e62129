"""Rest, duration and charge of a sweep from the columns of its own file."""

from __future__ import annotations

import pytest

from eisfit.readers import read

HEAD = "freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm,time/s,<Ewe>/V,<I>/mA\n"
SWEEP = [(1000.0, 10.0, 1.0), (100.0, 11.0, 2.0), (10.0, 12.0, 3.0), (1.0, 13.0, 4.0)]


def text(*, current_in_sweep=0.0, current_at_rest=0.0):
    rows = [f"0,0,0,{30 * k},{0.4 + 1e-4 * k:.6f},{current_at_rest}" for k in range(10)]
    rows += [f"{f},{re},{im},{300 + 10 * k},0.401,{current_in_sweep}" for k, (f, re, im) in enumerate(SWEEP)]
    return HEAD + "\n".join(rows) + "\n"


@pytest.fixture
def conditions(tmp_path):
    def of(**values):
        (tmp_path / "one.csv").write_text(text(**values))
        return read(tmp_path / "one.csv")[0].conditions

    return of


def test_rows_at_rest_above_a_sweep(conditions):
    found = conditions()
    assert found.rest_potential_V == pytest.approx(0.4009)
    assert found.rest_slope_mV_h == pytest.approx(1e-4 / 30 * 3.6e6)
    assert found.duration_s == 30.0
    assert found.passed_mAh == 0.0


def test_charge_of_a_direct_current(conditions):
    assert conditions(current_in_sweep=-3.6).passed_mAh == pytest.approx(-0.03)


def test_rows_with_a_current_are_no_rest(conditions):
    assert conditions(current_at_rest=2.0).rest_potential_V is None


def test_series_csv_states_the_rest(tmp_path):
    (tmp_path / "one.csv").write_text(text())
    (tmp_path / "series.csv").write_text("file,rest_potential_V,rest_slope_mV_h\none,0.7,-2.5\n")
    found = read(tmp_path)[0].conditions
    assert (found.rest_potential_V, found.rest_slope_mV_h) == (0.7, -2.5)
