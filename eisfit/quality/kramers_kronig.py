"""The linear Kramers-Kronig test of a whole series: can each spectrum be believed?

The measurement model (`measurement`) is fitted to all spectra at once (`regression`), what it cannot follow is weighed
(`judging`, `evidence`), and limits turn that into a verdict with a sentence (`verdicts`). A spectrum that does not pass
as an impedance is tried as an admittance, which stands where it leaves a clearly smaller residual and a better verdict:
the relations hold for one of the two where the other has a pole (a negative differential resistance).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eisfit.notebook import html_rows
from eisfit.quality.judging import Judgement, judge
from eisfit.quality.measurement import number_of_rc
from eisfit.quality.verdicts import DEFAULT, VERDICTS, Limits, Opinion, drift_limit, matters, opinions
from eisfit.spectrum import Bools, Complexes, Floats, FrozenArrays, Series, Spectrum, read_only

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = (
    "rms_percent",
    "worst_percent",
    "worst_frequency",
    "noise_percent",
    "misfit_percent",
    "step_percent",
    "step_frequency",
    "drift_percent",
    "drift_stderr_percent",
    "drift_limit_percent",
    "n_rc",
)
RESIDUAL_REASON = "Kramers-Kronig residual"
"""How the reason begins where a residual of this test masked a point: such points are judged all the same."""

CLEARLY_SMALLER = 0.5
"""Share of the residual of the impedance below which that of the admittance speaks for the admittance."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class KramersKronig(FrozenArrays):
    """What the linear Kramers-Kronig test says of N spectra; arrays are (N,) where nothing else is said.

    verdict: "pass", "doubtful" or "fail"; sentences: why. residual: one array (F,) per spectrum, (Z_model - Z) / |Z|,
    NaN where a point was masked before. rms_percent: root mean square of the residual per component, as in a Fit;
    worst_percent the largest, worst_frequency the place in Hz of what speaks against the spectrum. noise_percent:
    from neighbouring points, per component; misfit_percent beyond it. step_percent of |Z| at step_frequency;
    drift_percent of |Z| at the lowest frequency in one sweep, with its standard error; drift_limit_percent could just
    have been seen. outliers (F,) per spectrum stand out for sure; deviation (F,) per spectrum, the distance from the
    model in standard deviations. n_rc RC elements, of which with the others `effective` many count. representation:
    impedance or admittance.
    """

    verdict: NDArray[np.str_]
    sentences: tuple[str, ...]
    residual: tuple[Complexes, ...]
    rms_percent: Floats
    worst_percent: Floats
    worst_frequency: Floats
    noise_percent: Floats
    misfit_percent: Floats
    step_percent: Floats
    step_frequency: Floats
    drift_percent: Floats
    drift_stderr_percent: Floats
    drift_limit_percent: Floats
    outliers: tuple[Bools, ...]
    deviation: tuple[Floats, ...]
    n_rc: NDArray[np.int64]
    effective: Floats
    representation: tuple[str, ...]
    labels: tuple[str, ...]
    limits: Limits = field(default=DEFAULT)

    def __len__(self) -> int:
        return len(self.sentences)

    def __repr__(self) -> str:
        return f"<KramersKronig test of {len(self)} spectra: {_counted(self.verdict.tolist())}>"

    def _repr_html_(self) -> str:
        return html_rows(repr(self)[1:-1], self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """One row per spectrum for a table: verdict, sizes in percent, places in Hz, the sentence."""
        return [
            {"spectrum": self.labels[i], "verdict": str(self.verdict[i])}
            | {name: getattr(self, name)[i].item() for name in _NUMBERS}
            | {"representation": self.representation[i], "sentence": self.sentences[i]}
            for i in range(len(self))
        ]

    def table(self) -> pd.DataFrame:
        """The rows as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.rows())


def lin_kk(data: Series | Spectrum | Iterable[Spectrum], *, limits: Limits = DEFAULT) -> KramersKronig:
    """Test whether spectra obey the Kramers-Kronig relations: linear, causal, stable, stationary while measured.

    data: a Series or a Spectrum. Points that are masked do not count (f-min, f-max, a band left out), except those
    that a residual of this test masked: they are judged. Fits R0 + L + C + sum of RC elements with fixed time
    constants, four per decade, to Z/|Z| (or Y/|Y|), all spectra of equally many points in one linear algebra call
    (Boukamp, J. Electrochem. Soc. 142 (1995) 1885). Limits of the verdict: docs/method-quality.md.

    >>> import numpy as np, eisfit as ef
    >>> spectrum = ef.simulate("R(RQ)", np.logspace(5, -1, 31), [10, 50, 1e-5, 0.9], noise=0.002, seed=1)
    >>> ef.lin_kk([spectrum]).verdict.tolist()
    ['pass']
    """
    spectra = (data,) if isinstance(data, Spectrum) else tuple(data)
    results: list[_Result | None] = [None] * len(spectra)
    for batch in _batches(spectra):
        for i, result in zip(batch.members, _results(batch, limits), strict=True):
            results[i] = result
    return _collected(spectra, results, limits)


def counted(spectrum: Spectrum) -> Bools:
    """Points that the test judges (F,): those used, and those that a residual of this very test masked."""
    again = np.array([r.startswith(RESIDUAL_REASON) for r in spectrum.reasons], dtype=bool)
    out: Bools = (spectrum.used | again) & (spectrum.impedance != 0)
    return out


class _Batch(NamedTuple):
    """Spectra of equally many points: numbers in the series, points, frequency (N, F) or (1, F), impedance (N, F)."""

    members: tuple[int, ...]
    points: tuple[NDArray[np.intp], ...]
    frequency: Floats
    impedance: Complexes
    n_rc: int


class _Result(NamedTuple):
    points: NDArray[np.intp]
    found: Judgement
    row: int
    opinion: Opinion
    n_rc: int


def _batches(spectra: tuple[Spectrum, ...]) -> Iterator[_Batch]:
    groups: dict[tuple[int, int], list[tuple[int, NDArray[np.intp]]]] = {}
    grids: dict[bytes, tuple[tuple[int, int], NDArray[np.intp]]] = {}  # of most series there is one
    for i, spectrum in enumerate(spectra):
        judged = counted(spectrum) if spectrum.mask.any() else spectrum.impedance != 0
        f = spectrum.frequency if judged.all() else spectrum.frequency[judged]
        if len(f):
            grid = f.tobytes()
            key, every = grids[grid] if grid in grids else grids.setdefault(grid, of_grid(f))
            points = every if len(f) == len(judged) else np.flatnonzero(judged)
            groups.setdefault(key, []).append((i, points))
    for (_, n_rc), members in groups.items():
        shared = len({(spectra[i].frequency[points]).tobytes() for i, points in members}) == 1
        frequency = np.array([spectra[i].frequency[points] for i, points in (members[:1] if shared else members)])
        impedance = np.array([spectra[i].impedance[points] for i, points in members])
        numbers = tuple(i for i, _ in members)
        chosen = tuple(points for _, points in members)
        yield _Batch(numbers, chosen, frequency, impedance, n_rc)


def of_grid(frequency: Floats) -> tuple[tuple[int, int], NDArray[np.intp]]:
    """How many points and RC elements a grid of frequencies (F,) has, and the numbers of its points."""
    return (len(frequency), number_of_rc(frequency)), np.arange(len(frequency))


def _results(batch: _Batch, limits: Limits) -> list[_Result]:
    found = judge(batch.frequency, batch.impedance, batch.n_rc)
    said = opinions(found, batch.frequency, limits)
    again = np.array([o.verdict != "pass" for o in said]) & (found.dof >= limits.least_dof)
    if again.any():
        f = batch.frequency if len(batch.frequency) == 1 else batch.frequency[again]
        other = judge(f, batch.impedance[again], batch.n_rc, admittance=True)
        second = opinions(other, f, limits)
        rows = np.flatnonzero(again).tolist()
        better = np.array([_rank(o) < _rank(said[i]) for i, o in zip(rows, second, strict=True)])
        better &= other.scatter < CLEARLY_SMALLER * found.scatter[again]
        chosen = again.copy()
        chosen[again] = better
        found = found.updated(chosen, other.only(better))
        for i, o, b in zip(rows, second, better, strict=True):
            said[i] = o if b else said[i]
    return [_Result(p, found, k, o, batch.n_rc) for k, (p, o) in enumerate(zip(batch.points, said, strict=True))]


def _rank(o: Opinion) -> int:
    return VERDICTS.index(o.verdict)


_NOTHING = Opinion("doubtful", "no point of this spectrum counts", float("nan"))


def _collected(spectra: tuple[Spectrum, ...], results: list[_Result | None], limits: Limits) -> KramersKronig:
    said = [_NOTHING if r is None else r.opinion for r in results]
    return KramersKronig(
        verdict=read_only([o.verdict for o in said], np.str_),
        sentences=tuple(o.sentence for o in said),
        residual=_spread(spectra, results, np.nan + 0j, lambda r: r.found.residual[r.row]),
        rms_percent=_column(results, "rms"),
        worst_percent=_each(results, lambda r: 100 * abs(r.found.residual[r.row, r.found.largest[r.row]])),
        worst_frequency=read_only([o.frequency for o in said]),
        noise_percent=_column(results, "noise"),
        misfit_percent=_column(results, "misfit"),
        step_percent=_column(results, "step"),
        step_frequency=_column(results, "step_frequency", 1.0),
        drift_percent=_column(results, "drift"),
        drift_stderr_percent=_column(results, "drift_stderr"),
        drift_limit_percent=_each(results, lambda r: drift_limit(r.found, r.row, limits)),
        outliers=_spread(spectra, results, False, lambda r: matters(r.found, r.row, limits)),
        deviation=_spread(spectra, results, np.nan, lambda r: r.found.deviation[r.row]),
        n_rc=read_only([0 if r is None else r.n_rc for r in results], np.int64),
        effective=_column(results, "effective", 1.0),
        representation=tuple("admittance" if r and r.found.admittance[r.row] else "impedance" for r in results),
        labels=tuple(s.label or str(i + 1) for i, s in enumerate(spectra)),
        limits=limits,
    )


def _spread(
    spectra: tuple[Spectrum, ...], results: list[_Result | None], empty: Any, value: Callable[[_Result], Any]
) -> tuple[NDArray[Any], ...]:
    """One array (F,) per spectrum: the value at the points that were judged, `empty` elsewhere."""
    out = []
    for spectrum, result in zip(spectra, results, strict=True):
        if result is not None and len(result.points) == len(spectrum):
            array = value(result)
        else:
            array = np.full(len(spectrum), empty)
            if result is not None:
                array[result.points] = value(result)
        array.flags.writeable = False
        out.append(array)
    return tuple(out)


def _column(results: list[_Result | None], name: str, factor: float = 100.0) -> Floats:
    return _each(results, lambda r: factor * getattr(r.found, name)[r.row])


def _each(results: list[_Result | None], value: Callable[[_Result], Any]) -> Floats:
    return read_only([np.nan if r is None else value(r) for r in results])


def _counted(verdicts: Iterable[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in Counter(map(str, verdicts)).items()) or "none"
