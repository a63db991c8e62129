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
        with pq.ParquetFile(io.BytesIO(file.data)) as opened:
            about = opened.metadata
            size = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
            if about.num_rows * about.num_columns > MOST or size > 8 * MOST:
                raise CorruptFile(f"holds more than {MOST} cells", file.shown)
            table = opened.read()
            table.validate(full=True)
            nested = any(pa.types.is_nested(kind) for kind in table.schema.types)
            return table.to_pylist() if nested else table.to_pydict()
    except ReadError:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError, MemoryError) as error:
        what = str(error).strip().partition("\n")[0][:120] or type(error).__name__
        raise CorruptFile(f"is no Parquet file that can be read: {what}", file.shown) from None
