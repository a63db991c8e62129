"""Apache Parquet, `.parquet` (an optional extra): one table, one or many spectra.

Usage: a column per quantity and a row per point, as in a plain table; or a row per spectrum, whose frequencies and
impedances are lists.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from eisfit.errors import CorruptFile, MissingDependency, ReadError, how_to_install
from eisfit.readers._base import Content, File, reader
from eisfit.readers._parquet_footer import values_in
from eisfit.readers.tabular.names import split_unit
from eisfit.readers.tabular.nested import MOST, contents
from eisfit.readers.tabular.pairs import UnequalColumns
from eisfit.readers.tabular.said import remarks_in

MAGIC = b"PAR1"
MACHINE = ("pandas", "ARROW", "PARQUET", "org.", "huggingface", "geo", "spark", "polars")
"""How keys begin that programs write for themselves."""
UNITS = ("unit", "units", "einheit", "uom")
LONGEST = 4000
"""Characters of a text that may tell something of the columns."""
FREE = 2_000_000
"""Cells that a file of any size may hold."""
PER_BYTE = 40
"""Cells per byte of the file, beyond that: a column that repeats one value packs well."""
MOST_BYTES = 200_000_000
"""Of a table in memory, for a file of any size."""


@reader(
    name="parquet",
    vendor="Apache",
    extensions=(".parquet", ".pq"),
    sniff=lambda head: head.startswith(MAGIC),
    library="pyarrow (extra: parquet)",
)
def read(file: File) -> Content:
    """Parquet files with a row per point, or a row per spectrum."""
    try:
        value, said = value_of(file)
        return contents(value, file._replace(wishes=file.wishes._replace(titles=(*file.wishes.titles, *said))))
    except UnequalColumns as error:
        raise CorruptFile(str(error), file.shown) from None


def value_of(file: File) -> tuple[Any, tuple[str, ...]]:
    """The columns of a file (its rows where columns hold lists), and what its metadata say of them, as remarks."""
    if not file.data.startswith(MAGIC) or not file.data.endswith(MAGIC):
        raise CorruptFile("does not begin and end as a Parquet file does: it was cut, or is none", file.shown)
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        hint = how_to_install("pyarrow", "parquet")
        raise MissingDependency(f"Parquet files need the package pyarrow; {hint}", file.shown) from None
    try:
        texts = [f.name for f in pq.read_schema(io.BytesIO(file.data)) if pa.types.is_string(f.type)]
        # a text that stands in every row is held once
        with pq.ParquetFile(io.BytesIO(file.data), read_dictionary=texts) as opened:
            about = opened.metadata
            size = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
            cells = max(about.num_rows * about.num_columns, values_in(file.data))
            if cells > min(MOST, max(FREE, PER_BYTE * len(file.data))) or size > 8 * MOST:
                raise CorruptFile(f"holds {cells} cells, far more than a file of its size holds", file.shown)
            table = opened.read(use_threads=False)
            if max(table.nbytes, text_bytes(table)) > MOST_BYTES + PER_BYTE * 8 * len(file.data):
                raise CorruptFile("holds texts that are far longer than a table of spectra needs", file.shown)
            table.validate(full=True)
            said = tuple(remarks_of(table.schema.metadata))
            table = with_units(table)
            lists = any(pa.types.is_nested(kind) for kind in table.schema.types)
            return (table.to_pylist() if lists else table.to_pydict()), said
    except ReadError:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError, MemoryError) as error:
        what = str(error).strip().partition("\n")[0][:120] or type(error).__name__
        raise CorruptFile(f"is no Parquet file that can be read: {what}", file.shown) from None


def with_units(table: Any) -> Any:
    """A table whose columns have the units of their metadata in their names, decimal numbers as plain ones."""
    import pyarrow as pa

    names = []
    for i, field in enumerate(table.schema):
        told = {key.lower(): text for key, text in texts_of(field.metadata)}
        unit = next((told[key] for key in UNITS if key in told), "")
        names.append(f"{field.name} [{unit}]" if unit and split_unit(field.name)[1] is None else field.name)
        if pa.types.is_decimal(field.type):
            table = table.set_column(i, field.name, table.column(i).cast(pa.float64()))
    return table.rename_columns(names)


def remarks_of(metadata: Mapping[bytes, bytes] | None) -> Iterator[str]:
    """What the metadata of a file say, as remarks: `unit: kOhm`, `description: Permittivity of a film`."""
    for key, text in texts_of(metadata):
        if key.startswith(MACHINE):
            continue
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        yield from remarks_in(value if isinstance(value, dict) else {key: text})


def texts_of(metadata: Mapping[bytes, bytes] | None) -> Iterator[tuple[str, str]]:
    """The names and texts among metadata."""
    for key, text in (metadata or {}).items():
        if len(text) < LONGEST:
            yield key.decode("utf-8", "replace"), text.decode("utf-8", "replace")


def text_bytes(table: Any) -> int:
    """Bytes of the texts of a table when each row has its own."""
    import pyarrow.compute as pc

    chunks = [chunk for column in table.columns for chunk in column.chunks if hasattr(chunk, "dictionary")]
    return sum(len(chunk) * (pc.max(pc.binary_length(chunk.dictionary)).as_py() or 0) for chunk in chunks)
