"""What was measured: impedance spectra, the state of the cell at each, and the cycling record between them.

Values only: frozen, read-only arrays, no file is opened here. Units are in the names where they are not SI base units
of the field (frequency Hz, impedance ohm with its physical sign: capacitive means Im Z < 0).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eisfit.errors import DataError
from eisfit.notebook import MOST_ROWS, html_table
from eisfit.numbers import frequency_text, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Bools = NDArray[np.bool_]
Indices = NDArray[np.int64]
Direction = Literal["charge", "discharge"]
T = TypeVar("T")


def read_only(values: ArrayLike, dtype: Any = np.float64) -> NDArray[Any]:
    """A private, read-only copy of `values`."""
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def build(cls: type[T], state: dict[str, Any]) -> T:
    """A frozen value of class `cls` from its fields, arrays set read-only, no constructor run."""
    new = object.__new__(cls)
    for name, value in state.items():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
        object.__setattr__(new, name, value)
    return new


class FrozenArrays:
    """Pickles a frozen dataclass so that its arrays come back read-only (numpy forgets the flag)."""

    __slots__ = ()

    def state(self) -> dict[str, Any]:
        """The fields by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]

    def __reduce__(self) -> tuple[Any, ...]:
        return build, (type(self), self.state())


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The state of the cell while a spectrum was measured; None where it is not known.

    `time_s` counts from the first row of the series, `timestamp` is ISO 8601 local time of the instrument, `charge_mAh`
    is the sum of dq since the start of the record (positive on charge), `soc` a fraction that rises on charge (with a
    working electrode `anode`: the lithiation), `direction` the half-cycle that the spectrum belongs to. Time, charge
    and state of charge are those at the first point; the sweep took `duration_s` and passed `passed_mAh`. The rest
    before it ended at `rest_potential_V`, where the potential moved by `rest_slope_mV_h`. `others` are further numbers
    by their names, as a pattern of file names or series.csv states them.
    """

    time_s: float | None = None
    timestamp: str | None = None
    potential_V: float | None = None
    current_A: float | None = None
    charge_mAh: float | None = None
    soc: float | None = None
    temperature_C: float | None = None
    pressure_MPa: float | None = None
    cycle: int | None = None
    direction: Direction | None = None
    duration_s: float | None = None
    passed_mAh: float | None = None
    rest_potential_V: float | None = None
    rest_slope_mV_h: float | None = None
    others: tuple[tuple[str, float], ...] = ()

    def filled(self, **values: Any) -> Conditions:
        """A copy in which the fields that are None take the given values."""
        return replace(self, **{k: v for k, v in values.items() if getattr(self, k) is None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the numbers come from: file, reader, 0-based sweep in the file, SHA-256 of the file."""

    path: str
    reader: str = ""
    sweep: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The cell itself; None where it is not known. Values of 0.001 or less in instrument headers are placeholders.

    `host` is the formula of the active material as it was weighed (Si, C6, LiCoO2), `lithium` its content x of lithium
    where the record begins (that of the formula unless stated), `capacity_mAh_g` the charge between state of charge 0
    and 1 per gram of it.
    """

    name: str = ""
    type: Literal["half", "full", "symmetric", "blocking"] | None = None
    working_electrode: Literal["anode", "cathode"] | None = None
    area_cm2: float | None = None
    thickness_um: float | None = None
    mass_mg: float | None = None
    capacity_mAh: float | None = None
    capacity_mAh_g: float | None = None
    host: str | None = None
    lithium: float | None = None
    temperature_C: float | None = None
    pressure_MPa: float | None = None


class Note(NamedTuple):
    """One thing that a reader left out, assumed or repaired. `skipped` means that an input was lost."""

    kind: Literal["skipped", "dropped", "assumed", "ignored"]
    path: str
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class Record(FrozenArrays):
    """The cycling trace of one cell, merged over its files and sorted by time. All arrays (T,).

    `charge_mAh` is the running sum of dq over every file (instrument counters restart at each technique);
    `half_cycle` numbers the runs of equal current sign from 0, rests belong to the run before them.
    """

    time_s: Floats
    potential_V: Floats
    current_A: Floats
    charge_mAh: Floats
    half_cycle: NDArray[np.int64]
    sources: tuple[Source, ...] = ()

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Spectrum(FrozenArrays):
    """One impedance spectrum.

    frequency (F,) Hz, sorted descending; impedance (F,) complex ohm, capacitive Im < 0; sigma (F,) ohm, the standard
    deviation of Re and Im each, or None; mask (F,) True where a point must not count, reasons (F,) says why.
    Raises DataError on non-finite values, frequencies <= 0, unequal lengths or no point at all.

    >>> import eisfit as ef
    >>> spectrum = ef.Spectrum([1e5, 1e3, 10], [20 - 1j, 30 - 5j, 60 - 2j], label="a")
    >>> spectrum.masked(spectrum.frequency < 100, "drift").used
    array([ True,  True, False])
    """

    frequency: Floats
    impedance: Complexes
    sigma: Floats | None
    mask: Bools
    reasons: tuple[str, ...]
    conditions: Conditions
    label: str
    source: Source | None

    def __init__(
        self,
        frequency: ArrayLike,
        impedance: ArrayLike,
        *,
        sigma: ArrayLike | None = None,
        conditions: Conditions | None = None,
        label: str = "",
        source: Source | None = None,
    ) -> None:
        f, z, sd = _checked(frequency, impedance, sigma)
        if (f[1:] > f[:-1]).any():
            order = np.argsort(-f, kind="stable")
            f, z, sd = f[order], z[order], None if sd is None else sd[order]
        values = {
            "frequency": read_only(f),
            "impedance": read_only(z, np.complex128),
            "sigma": None if sd is None else read_only(sd),
            "mask": no_mask(len(f)),
            "reasons": no_reasons(len(f)),
            "conditions": conditions or Conditions(),
            "label": label,
            "source": source,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.frequency)

    def __repr__(self) -> str:
        left_out = f", {int(self.mask.sum())} left out" if self.mask.any() else ""
        return (
            f"Spectrum({self.label!r}, {len(self)} points, "
            f"{self.frequency[0]:.4g} to {self.frequency[-1]:.4g} Hz{left_out})"
        )

    @property
    def omega(self) -> Floats:
        """Angular frequency 2 pi f, (F,) rad/s."""
        return 2 * np.pi * self.frequency

    @property
    def used(self) -> Bools:
        """True where a point counts, (F,)."""
        return ~self.mask

    def with_(self, **values: Any) -> Spectrum:
        """A copy with other conditions, label or source, or another impedance or sigma (F,) at the same frequencies."""
        allowed = {"conditions", "label", "source", "impedance", "sigma"}
        if not values.keys() <= allowed:
            raise TypeError(f"with_() takes {sorted(allowed)}, not {sorted(values.keys() - allowed)}")
        if "impedance" in values or "sigma" in values:
            z, sd = values.get("impedance", self.impedance), values.get("sigma", self.sigma)
            _, z, sd = _checked(self.frequency, z, sd)
            values |= {"impedance": read_only(z, np.complex128), "sigma": None if sd is None else read_only(sd)}
        return self._copy(values)

    def masked(self, where: ArrayLike, reason: str) -> Spectrum:
        """A copy in which the points `where` (F,) must not count, for the stated reason. The first reason stays."""
        new = np.asarray(where, dtype=bool)
        if new.shape != self.frequency.shape:
            raise DataError(f"the mask has {new.size} points, the spectrum {len(self)}")
        if not reason:
            raise DataError("a point is masked for a reason: say which")
        reasons = tuple(reason if n and not r else r for n, r in zip(new.tolist(), self.reasons, strict=True))
        return self._copy({"mask": read_only(self.mask | new, np.bool_), "reasons": reasons})

    def cropped(self, f_min: float | None = None, f_max: float | None = None) -> Spectrum:
        """A copy in which only f_min <= f <= f_max counts."""
        low = np.zeros(len(self), bool) if f_min is None else self.frequency < f_min
        high = np.zeros(len(self), bool) if f_max is None else self.frequency > f_max
        out = self.masked(low, f"below f-min {f_min:g} Hz") if low.any() else self
        return out.masked(high, f"above f-max {f_max:g} Hz") if high.any() else out

    def _copy(self, values: dict[str, Any]) -> Spectrum:
        """A copy with other values; arrays among them are read-only already, like those of this one."""
        new = object.__new__(Spectrum)
        for name in Spectrum.__slots__:
            object.__setattr__(new, name, values[name] if name in values else getattr(self, name))
        return new


no_reasons = lru_cache(maxsize=64)(lambda points: ("",) * points)
no_mask = lru_cache(maxsize=64)(lambda points: read_only(np.zeros(points, np.bool_), np.bool_))
"""Spectra of equally many points share them."""


def _checked(frequency: ArrayLike, impedance: ArrayLike, sigma: ArrayLike | None) -> tuple[Floats, Complexes, Any]:
    try:
        f = np.asarray(frequency, dtype=np.float64)
        z = np.asarray(impedance, dtype=np.complex128)
        sd = None if sigma is None else np.asarray(sigma, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"frequency and impedance must be numbers: {error}") from None
    if f.ndim != 1 or f.shape != z.shape or (sd is not None and sd.shape != f.shape):
        raise DataError(
            f"frequency {f.shape}, impedance {z.shape}"
            + ("" if sd is None else f" and sigma {sd.shape}")
            + " must be one-dimensional and of equal length"
        )
    if not f.size:
        raise DataError("a spectrum needs at least one point")
    if sd is None and f.min() > 0 and f.max() < np.inf and np.isfinite(z).all():
        return f, z, sd
    for ok, what in (
        (np.isfinite(f) & np.isfinite(z), "frequency or impedance is not finite"),
        (f > 0, "frequency must be above 0 Hz"),
        (np.ones(1, bool) if sd is None else np.isfinite(sd) & (sd > 0), "sigma must be finite and above 0"),
    ):
        if not ok.all():
            raise DataError(f"{what} at point {int(np.argmin(ok))} (counted from 0)")
    return f, z, sd


@dataclass(frozen=True, slots=True, eq=False)
class Grid(FrozenArrays):
    """Spectra that share their frequencies: frequency (F,), impedance (N, F), used (N, F), index (N,) in the series."""

    frequency: Floats
    impedance: Complexes
    used: Bools
    index: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Series(Sequence[Spectrum]):
    """The spectra of one cell in the order of the experiment, the cell itself and its cycling record.

    `notes` holds what the readers left out, assumed or ignored, one sentence each.

    >>> import eisfit as ef; spectrum = ef.Spectrum([1e5, 10], [20 - 1j, 60 - 2j], conditions=ef.Conditions(soc=0.5))
    >>> ef.Series([spectrum], cell=ef.Cell(area_cm2=1.27)).column("soc")
    array([0.5])
    """

    spectra: tuple[Spectrum, ...]
    cell: Cell
    record: Record | None
    notes: tuple[Note, ...] = field(repr=False)

    def __repr__(self) -> str:
        name = f"{self.cell.name}: " if self.cell.name else ""
        return f"<Series of {name}{len(self)} {'spectrum' if len(self) == 1 else 'spectra'}>"

    def _repr_html_(self) -> str:
        first = self.spectra[:MOST_ROWS]
        columns: dict[str, list[object]] = {
            "spectrum": [s.label for s in first],
            "points": [len(s) for s in first],
            "f max": [frequency_text(float(s.frequency[0])) for s in first],
            "f min": [frequency_text(float(s.frequency[-1])) for s in first],
            "state of charge": [number(s.conditions.soc) for s in first],
            "potential (V)": [number(s.conditions.potential_V) for s in first],
        }
        filled = {head: cells for head, cells in columns.items() if any(cell != "" for cell in cells)}
        return html_table(repr(self)[1:-1], filled, len(self))

    def __init__(
        self,
        spectra: Iterable[Spectrum],
        *,
        cell: Cell | None = None,
        record: Record | None = None,
        notes: Iterable[Note] = (),
    ) -> None:
        members = tuple(spectra)
        for member in members:
            if not isinstance(member, Spectrum):
                raise DataError(f"a Series is made of Spectrum values, not of {type(member).__name__}")
        object.__setattr__(self, "spectra", members)
        object.__setattr__(self, "cell", cell or Cell())
        object.__setattr__(self, "record", record)
        object.__setattr__(self, "notes", tuple(notes))

    def __len__(self) -> int:
        return len(self.spectra)

    def __iter__(self) -> Iterator[Spectrum]:
        return iter(self.spectra)

    @overload
    def __getitem__(self, index: int) -> Spectrum: ...
    @overload
    def __getitem__(self, index: slice) -> Series: ...
    def __getitem__(self, index: int | slice) -> Spectrum | Series:
        if isinstance(index, slice):
            return self.with_(spectra=self.spectra[index])
        return self.spectra[index]

    def with_(self, **values: Any) -> Series:
        """A copy with other spectra, cell, record or notes."""
        kept = {"cell": self.cell, "record": self.record, "notes": self.notes} | values
        return Series(kept.pop("spectra", self.spectra), **kept)

    def plot(self, ax: Axes | None = None) -> Axes:
        """All spectra in one Nyquist plot, in ohm, dark to light; into these axes, or a new figure of pyplot."""
        from eisfit.plots.shown import plot_spectra

        return plot_spectra(self, ax)

    def column(self, name: str) -> Floats:
        """One of the numeric conditions over the series, or one of the `others`, (N,), NaN where it is not known."""
        held = [spectrum.conditions for spectrum in self.spectra]
        values = [getattr(c, name) if hasattr(c, name) else dict(c.others).get(name) for c in held]
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)

    def grids(self) -> tuple[Grid, ...]:
        """The spectra grouped by equal frequencies, in order of first appearance."""
        groups: dict[bytes, list[int]] = {}
        for i, spectrum in enumerate(self.spectra):
            groups.setdefault(spectrum.frequency.tobytes(), []).append(i)
        return tuple(self._grid(index) for index in groups.values())

    def _grid(self, index: list[int]) -> Grid:
        members = [self.spectra[i] for i in index]
        return Grid(
            members[0].frequency,
            np.array([m.impedance for m in members]),
            np.array([m.used for m in members]),
            np.array(index, dtype=np.int64),
        )
