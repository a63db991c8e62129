"""The circuit elements, one file per family. A new family is a new file here; it is found by itself."""

from __future__ import annotations

import sys

from eisfit._plugins import load_all
from eisfit.elements._base import REGISTRY, Element, Param, power

load_all(sys.modules[__name__])

__all__ = ["REGISTRY", "Element", "Param", "power"]
