"""Imports every public module of a package, so that a new element, reader, flag or page is one new file and no list."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def load_all(package: ModuleType) -> list[ModuleType]:
    """Every module of `package` whose name does not begin with an underscore, in alphabetic order."""
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__) if not info.name.startswith("_"))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]
