"""Columns declared once, filled for whatever they are asked of."""

from __future__ import annotations

import numpy as np

from eisfit.columns import Column, Declared, Group, filled, plain, rows

Source = dict[str, list[float]]

TABLE: tuple[Group[Source], ...] = (
    Group("all", (Declared("n", "", "number of values", lambda of, _: np.array([len(v) for v in of.values()])),)),
    Group(
        "each",
        (
            Declared("KEY", "ohm", "value", lambda of, k: (np.array(of[k]), np.array(of[k]) / 10), error=True),
            Declared("note_ARC", "", "what is odd", lambda of, k: ["odd", None] if k == "R_a" else None),
        ),
        keys=lambda of: of,
    ),
)
SOURCE: Source = {"R_a": [1.0, np.nan], "b": [3.0, np.inf]}


def test_a_group_is_written_for_each_of_its_keys_in_turn() -> None:
    found = list(filled(TABLE, SOURCE))
    assert [c.name for c in found] == ["n", "R_a", "R_a_stderr", "note_a", "b", "b_stderr"]
    assert found[1] == Column("R_a", "ohm", [1.0, None])
    assert found[4].cells == [3.0, None]
    assert rows(found)[0] == (2, 1.0, 0.1, "odd", 3.0, 0.3)


def test_what_is_not_finite_is_an_empty_cell() -> None:
    assert plain(np.array([1.0, np.nan, -np.inf])) == [1.0, None, None]
    assert plain(np.array([1, 2])) == [1, 2]
    assert plain(["", None, "x"]) == ["", None, "x"]
