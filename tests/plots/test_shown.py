"""The figures that a value draws of itself."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

import eisfit as ef
from eisfit.errors import DataError, OptionError

F = np.logspace(5, 0, 21)


@pytest.fixture(scope="module")
def fits() -> ef.SeriesFit:
    truth = np.array([[10.0, 20 + k, 1e-6, 0.9] for k in range(3)])
    return ef.fit(ef.simulate("R(RQ)", F, truth, noise=0.002, seed=1), "R(RQ)")


@pytest.fixture(autouse=True)
def closed():
    """No figure stays open."""
    from matplotlib import pyplot as plt

    with matplotlib.rc_context({"backend": "agg"}):
        yield
        plt.close("all")


def test_a_fit_draws_itself(fits):
    ax = fits[0].plot()
    assert ax.get_xlabel().startswith("Re Z")
    own = Figure().subplots()
    assert fits[0].plot(own) is own


def test_a_series_draws_every_spectrum(fits):
    ax = fits.series.plot()
    assert [line.get_label() for line in ax.lines] == [s.label for s in fits.series]
    with pytest.raises(DataError, match="no spectrum to draw"):
        ef.Series([]).plot()


def test_resistances_are_drawn_by_their_roles(fits):
    ax = fits.plot_roles("R_Int", axis="index")
    assert ax.get_xlabel() == "Spectrum (number)"
    assert any(np.array_equal(line.get_ydata(), fits.column("R_Int")[0]) for line in ax.lines)
    with pytest.raises(OptionError, match=r"no role R_Itn; did you mean R_Int\?"):
        fits.plot_roles("R_Itn")
    with pytest.raises(OptionError, match="soc"):
        fits.plot_roles(axis="soc")
