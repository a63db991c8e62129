"""Files of instruments to a Series: one module per format, found by itself.

A reader is one decorated function in one module of this package (see `_base`); adding a format changes nothing else.
Readers may import the values (`eisfit.spectrum`) and errors only; libraries behind a format are imported inside its
function.
"""

from eisfit.readers._base import formats
from eisfit.readers._files import expand
from eisfit.readers._read import read
from eisfit.readers._stated import rebaselined

__all__ = ["expand", "formats", "read", "rebaselined"]
