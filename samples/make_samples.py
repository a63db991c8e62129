#!/usr/bin/env python3
"""Makes every file of samples/ that is data: python samples/make_samples.py [--output FOLDER]

Same seed, same bytes. What the cells are stands in samples/README.md, how they were made up in samples/maker/.
"""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path

from maker import half_cell, pellet, symmetric
from maker.common import AREA_CM2, Sample, Truth

HEAD = "# A synthetic cell, written by samples/make_samples.py. `eisfit fit` reads this file: no option is needed.\n"
SETTINGS = {
    "si-half-cell": f"""
[cell]
name = "Si | Li6PS5Cl | In-Li (synthetic)"
type = "half"
working_electrode = "anode"     # discharge is lithiation: the axis rises on discharge
area_cm2 = {AREA_CM2}               # die of 12.7 mm
thickness_um = 850              # of the Li6PS5Cl separator
mass_mg = 1.2                   # silicon
capacity_mAh = {half_cell.CAPACITY_MAH}             # 2773 mAh/g
temperature_C = 25

[fit]
circuit = "{half_cell.CIRCUIT}"

[limits]
""",
    "li-symmetric": f"""
[cell]
name = "Li | Li6PS5Cl | Li (synthetic)"
type = "symmetric"
area_cm2 = {AREA_CM2}               # die of 12.7 mm
thickness_um = 850              # of the Li6PS5Cl separator
capacity_mAh = {symmetric.CAPACITY_MAH}           # moved by one half-cycle; lithium metal has no mass to refer to
temperature_C = 25

[fit]
circuit = "R_{{SE,bulk}}(R_{{GB}}Q_{{GB}})(R_{{Int}}Q_{{Int}})"
x = "time"                      # a symmetric cell has no state of charge

[limits]
""",
    "lpscl-pellet": f"""
[cell]
name = "steel | Li6PS5Cl | steel (synthetic)"
type = "blocking"
area_cm2 = {AREA_CM2}               # die of 12.7 mm
thickness_um = 850

[fit]
circuit = "{pellet.CIRCUIT}"

[limits]
""",
}


def main(arguments: list[str] | None = None) -> None:
    """Write all samples and their true values."""
    parser = argparse.ArgumentParser(description="Make the synthetic samples; the same bytes every time.")
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parent, help="default: samples/")
    folder = parser.parse_args(arguments).output
    for make in (half_cell.make, symmetric.make, pellet.make):
        write(make(), folder)


def write(sample: Sample, folder: Path) -> None:
    """The folder of one cell, and its truth beside it."""
    place = folder / sample.name
    settings = (HEAD + SETTINGS[sample.name].rstrip() + "\n").encode()
    for name, content in {**sample.files, "eisfit.toml": settings}.items():
        write_file(place / name, content)
    write_file(folder / "truth" / f"{sample.name}.csv", truth_table(sample.truth))


def write_file(path: Path, content: bytes) -> None:
    """Bytes as they are, the folder made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def truth_table(rows: list[Truth]) -> bytes:
    """One row per spectrum in the order of time; numbers to 9 digits."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows([{k: f"{v:.9g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows])
    return out.getvalue().encode()


if __name__ == "__main__":
    main()
