"""One small file of each format of which no measured one is at hand."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import numpy as np

F = np.logspace(5, -1, 13)
Z = 8 + 60 / (1 + (2j * np.pi * F * 60 * 2e-6) ** 0.9) + 90 / (1 + 2j * np.pi * F * 90 * 3e-3)


def _rows(*columns: np.ndarray, delimiter: str = ",") -> str:
    return "".join(delimiter.join(f"{v:.7g}" for v in row) + "\n" for row in np.column_stack(columns))


def _bdf() -> str:
    names = "Test Time / s,Voltage / V,Current / A,Frequency / Hz,Real Impedance / Ohm,Imaginary Impedance / Ohm\n"
    return names + _rows(np.arange(13.0), 3.7 + 0 * F, 0 * F, F, Z.real, Z.imag)


def _digatron() -> str:
    names = "Step,Status,Step Time,Cycle,Voltage,Current,SetFreq,Status,U1,Zreal1,Zimg1,ActFreq,U2,Zreal2,Zimg2,\n"
    units = "[],[],[hh:mm:ss.ttt],[],[V],[A],[EIS],[EIS],[EIS],[EIS],[EIS],[EIS],[EIS],[EIS],[EIS],\n"
    body = "".join(
        f"3,EIS,00:00:{i:02d}.500,0,,,{f:.3f},16.0,3.61,{1e3 * z.real:.5f},{1e3 * z.imag:.5f},{f:.5f},3.6,1,2,\n"
        for i, (f, z) in enumerate(zip(F, Z, strict=True))
    )
    return "\nMeasurement ID,7001\nBattery Name,XX\n\n" + names + units + body


def _keysight() -> str:
    names = '"Frequency"\t"Data Trace Real"\t"Data Trace Imag"\n'
    blocks = [
        f'"TRACE: {trace}"\n"FORMAT: {form}"\n{names}{_rows(F, column, 0 * F, delimiter=chr(9))}\n'
        for trace, form, column in (("A", "R", Z.real), ("B", "X", Z.imag))
    ]
    return '"4294A REV1.11"\n\n' + "\n".join(blocks)


def _palmsens() -> bytes:
    arrays = {"potential": 0 * F, "Frequency": F, "ZRe": Z.real, "ZIm": -Z.imag}
    values = [
        {"Description": name, "DataValues": [{"V": round(v, 6)} for v in array.tolist()]}
        for name, array in arrays.items()
    ]
    measurements = [{"DataSet": {"Values": values}, "Title": "EIS"}]
    whole = {"Type": "PalmSens.DataFiles.SessionFile", "CoreVersion": "5.9", "Measurements": measurements}
    return json.dumps(whole).encode("utf-16")


def _json() -> str:
    rows = zip(F.tolist(), Z.tolist(), strict=True)
    return json.dumps([{"frequency_Hz": f, "z_real": z.real, "z_imag": z.imag, "cycle": 1} for f, z in rows])


def _parquet() -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(pa.table({"freq/Hz": F, "Re(Z)/Ohm": Z.real, "Im(Z)/Ohm": Z.imag, "label": ["a"] * 13}), out)
    return out.getvalue()


MADE: dict[str, tuple[str, Callable[[], str | bytes]]] = {
    "bdf": (".csv", _bdf),
    "digatron": (".csv", _digatron),
    "json": (".json", _json),
    "keysight-4294a": (".txt", _keysight),
    "palmsens": (".pssession", _palmsens),
    "parquet": (".parquet", _parquet),
}


def made(name: str) -> tuple[str, bytes]:
    """The name and the bytes of a file for a reader."""
    suffix, make = MADE[name]
    whole = make()
    return f"a{suffix}", whole.encode() if isinstance(whole, str) else whole
