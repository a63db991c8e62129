"""Which arc of a circuit is which process: the structure of the circuit, and the roles of its resistances."""

from __future__ import annotations

from eisfit.roles.assign import (
    BULK,
    GRAIN,
    INTERFACE,
    SE_TOTAL,
    TOTAL,
    Roles,
    assign_roles,
    by_parameter,
    parameter_named,
    rank_of,
    role_of_label,
    roles_spoken_of,
)
from eisfit.roles.structure import Arc, Structure, exchangeable, structure

__all__ = [
    "BULK",
    "GRAIN",
    "INTERFACE",
    "SE_TOTAL",
    "TOTAL",
    "Arc",
    "Roles",
    "Structure",
    "assign_roles",
    "by_parameter",
    "exchangeable",
    "parameter_named",
    "rank_of",
    "role_of_label",
    "roles_spoken_of",
    "structure",
]
