"""Files of instruments to a Series: one module per format, found by itself.

A reader is one decorated function in one module of this package (see `_base`); adding a format changes nothing else.
What formats share stands in three rooms: `tabular` (text, numbers, headers, table to spectra), `cell` (paths, files,
clocks, record, Series) and `own` (what eisfit wrote).
Readers may import the values (`eisfit.spectrum`) and errors only; libraries behind a format are imported inside its
function.
"""

from eisfit.readers._base import formats
from eisfit.readers.cell.absurd import absurd
from eisfit.readers.cell.files import expand
from eisfit.readers.cell.patterns import suggestion
from eisfit.readers.cell.read import read
from eisfit.readers.cell.stated import EXCLUDED, KEPT, nothing_to_fit, rebaselined

__all__ = ["EXCLUDED", "KEPT", "absurd", "expand", "formats", "nothing_to_fit", "read", "rebaselined", "suggestion"]
