"""`eisfit simulate`: the spectrum that a circuit would give, with or without noise, as a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from eisfit.cli._options import Force
from eisfit.errors import OptionError
from eisfit.settings.kinds import RANGE, VALUES, Kind

if TYPE_CHECKING:
    from eisfit.spectrum import Spectrum

Text = Annotated[str, typer.Argument(metavar="CIRCUIT", help="A circuit, or a name out of `eisfit circuits`.")]
Values = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Value of a parameter; may be repeated.", show_default=False),
]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="FILE", help="CSV file; without it the table is printed.", show_default=False),
]
Band = Annotated[str, typer.Option("--band", metavar="LOW:HIGH", help="Lowest and highest frequency in Hz.")]
PerDecade = Annotated[int, typer.Option("--per-decade", metavar="N", min=1, max=1000, help="Points per decade.")]
Noise = Annotated[float, typer.Option("--noise", metavar="SHARE", help="Standard deviation of Re and Im over |Z|.")]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="N", min=0, help="Makes the noise repeatable.", show_default=False)
]

COLUMNS = ("frequency/Hz", "Re(Z)/Ohm", "Im(Z)/Ohm")


def command(
    circuit: Text,
    *,
    values: Values = None,
    out: Out = None,
    band: Band = "0.01:1e6",
    per_decade: PerDecade = 7,
    noise: Noise = 0.0,
    seed: Seed = None,
    force: Force = False,
) -> int:
    """Simulate the spectrum of a circuit.

    Name every parameter with --set, or none for the values of the circuit; a circuit of the library fills in what is
    not named. `eisfit fit` reads the table that comes out.
    """
    from eisfit.library import library, resolve_circuit
    from eisfit.simulation import simulate

    chosen = _parsed(VALUES, "--set", values or [])
    low, high = _parsed(RANGE, "--band", band)
    frequency = _frequencies(low, high, per_decade)
    model = resolve_circuit(circuit)
    if chosen and circuit in library():
        chosen = dict(zip(model.names, model.values.tolist(), strict=True)) | chosen
    spectrum = cast("Spectrum", simulate(model, frequency, chosen or None, noise=noise, seed=seed))
    z = spectrum.impedance
    rows = zip(spectrum.frequency.tolist(), z.real.tolist(), z.imag.tolist(), strict=True)
    _write(out, rows, force=force)
    return 0


def _parsed(kind: Kind, flag: str, value: Any) -> Any:
    try:
        return kind.from_text(value)
    except ValueError as error:
        raise OptionError(f"{flag}: {error}") from None


def _frequencies(low: float, high: float, per_decade: int) -> Any:
    import numpy as np

    if low <= 0:
        raise OptionError(f"--band: expected frequencies above 0, not {low:g}")
    decades = np.log10(high / low)
    return np.logspace(np.log10(high), np.log10(low), max(round(decades * per_decade), 1) + 1)


def _write(out: Path | None, rows: Any, *, force: bool) -> None:
    from eisfit.export import guard, staged_file, write_csv
    from eisfit.export.tables import csv_lines

    if out is None:
        csv_lines(sys.stdout, COLUMNS, rows)
        return
    with staged_file(out, guard([], force=force)) as path:
        write_csv(path, COLUMNS, rows)
