"""Apache Parquet, `.parquet` (an optional extra): one table, one or many spectra.

Usage: a column per quantity and a row per point, as in a plain table; or a row per spectrum, whose frequencies and
impedances are lists.
"""

from __future__ import annotations

import io
from typing import Any

from eisfit.errors import CorruptFile, MissingDependency, ReadError, how_to_install
from eisfit.readers._base import Content, File, reader
from eisfit.readers.tabular.nested import MOST, UnequalColumns, contents

MAGIC = b"PAR1"
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
        return contents(value_of(file), file)
    except UnequalColumns as error:
        raise CorruptFile(str(error), file.shown) from None


def value_of(file: File) -> Any:
    """The columns of a file, or its rows where columns hold lists."""
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
            groups = [about.row_group(i) for i in range(about.num_row_groups)]
            size = sum(group.total_byte_size for group in groups)
            nested = 0
            if any(opened.schema.column(j).max_repetition_level for j in range(about.num_columns)):
                # asked of a table with lists alone: in a damaged file pyarrow ends the process here
                nested = sum(group.column(j).num_values for group in groups for j in range(group.num_columns))
            cells = max(about.num_rows * about.num_columns, nested)
            if cells > min(MOST, max(FREE, PER_BYTE * len(file.data))) or size > 8 * MOST:
                raise CorruptFile(f"holds {cells} cells, far more than a file of its size holds", file.shown)
            table = opened.read(use_threads=False)
            if max(table.nbytes, text_bytes(table)) > MOST_BYTES + PER_BYTE * 8 * len(file.data):
                raise CorruptFile("holds texts that are far longer than a table of spectra needs", file.shown)
            table.validate(full=True)
            lists = any(pa.types.is_nested(kind) for kind in table.schema.types)
            return table.to_pylist() if lists else table.to_pydict()
    except ReadError:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError, MemoryError) as error:
        what = str(error).strip().partition("\n")[0][:120] or type(error).__name__
        raise CorruptFile(f"is no Parquet file that can be read: {what}", file.shown) from None


def text_bytes(table: Any) -> int:
    """Bytes of the texts of a table when each row has its own."""
    import pyarrow.compute as pc

    chunks = [chunk for column in table.columns for chunk in column.chunks if hasattr(chunk, "dictionary")]
    return sum(len(chunk) * (pc.max(pc.binary_length(chunk.dictionary)).as_py() or 0) for chunk in chunks)
