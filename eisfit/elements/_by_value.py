"""Elements that a session declared itself, as they travel to other processes: by value, not by name.

A class of a notebook lives in `__main__`, which no other process has: it goes as its functions and parameters and is
declared anew there, once. An element of a module that can be imported goes by its name, as usual.
"""

from __future__ import annotations

import importlib
from typing import Any

from eisfit.elements._base import Element

_BYTES: dict[type[Element], bytes] = {}
_CLASSES: dict[bytes, type[Element]] = {}
"""What an element became, and what came of it here: one class stays one class, there and back."""

OWN = frozenset({"__dict__", "__weakref__", "params", "states_admittance"})
"""Entries of a class that its declaration makes."""


def travels(element: type[Element]) -> bool:
    """Must an element go by value: is it of `__main__`, or of no module that has it?"""
    if element.__module__ == "__main__":
        return True
    try:
        module: Any = importlib.import_module(element.__module__)
    except ImportError:
        return True
    return getattr(module, element.__qualname__, None) is not element


def packed(element: type[Element]) -> bytes:
    """An element as bytes."""
    if element not in _BYTES:
        import dill

        entries = {name: value for name, value in vars(element).items() if name not in OWN}
        data = bytes(dill.dumps((element.__name__, entries), recurse=True, byref=False))
        _BYTES[element], _CLASSES[data] = data, element
    return _BYTES[element]


def unpacked(data: bytes) -> type[Element]:
    """The element that `packed` made these bytes of; declared here where it is not yet known."""
    if data not in _CLASSES:
        import dill

        name, entries = dill.loads(data)
        element = type(name, (Element,), entries)
        _BYTES[element], _CLASSES[data] = data, element
    return _CLASSES[data]
