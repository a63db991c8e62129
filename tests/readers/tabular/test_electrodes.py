"""Electrodes of one cell in one table: which is read, what is said of the others, records beside them."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.errors import CorruptFile, EmptyFile
from eisfit.readers._base import Content
from eisfit.readers.tabular.columns import layout
from eisfit.readers.tabular.electrodes import difference, discrepancy, held, of_labels, others, seen_from, told, view
from eisfit.readers.tabular.parts import joined, of_arrays, of_lines
from eisfit.readers.tabular.table import Table
from eisfit.readers.tabular.text import Line
from eisfit.readers.tabular.traces import cycling_only, mean_current, trace_of
from eisfit.spectrum import Cell, Note, Source, Spectrum

NAMES = (
    "freq/Hz",
    "Re(Z)/Ohm",
    "Im(Z)/Ohm",
    "Re(Zce)/Ohm",
    "Im(Zce)/Ohm",
    "Re(Zwe-ce)/Ohm",
    "Im(Zwe-ce)/Ohm",
    "Ewe/V",
    "Ece/V",
    "Ewe-Ece/V",
)
VALUES = np.array([[10.0, 1, -2, 3, -1, 4, -3, 3.5, 0.5, 3.0], [1.0, 2, -2, 3, -2, 5, -4, 3.5, 0.5, 3.0]])


def table(names=NAMES, values=VALUES, **more) -> Table:
    return Table(layout(tuple(names)), np.array(values, float), "a.mpt", **more)


def test_which_electrodes_a_table_has():
    assert held(table()) == ["we", "ce", "cell"]
    assert held(table(NAMES[:5], VALUES[:, :5])) == ["we", "ce"]
    assert held(table(NAMES[:2], VALUES[:, :2])) == []


def test_the_table_as_each_electrode_sees_it():
    for name, real, potential in (("we", [1, 2], 3.5), ("ce", [3, 3], 0.5), ("cell", [4, 5], 3.0)):
        own = view(table(), name)
        assert own.column("real").tolist() == real, name
        assert own.column("potential").tolist() == [potential] * 2, name
    assert [label for label, _ in seen_from(table(electrode="all"))] == ["WE", "CE", "cell"]
    assert [label for label, _ in seen_from(table(electrode="ce"))] == [""]
    assert seen_from(table(NAMES[:3], VALUES[:, :3], electrode="all"))[0][0] == ""
    with pytest.raises(
        CorruptFile, match=r"holds no impedance of the whole cell \(columns cell real, cell imaginary\)"
    ):
        seen_from(table(NAMES[:5], VALUES[:, :5], electrode="cell"))


def test_parts_that_do_not_add_up_to_the_cell():
    """To two hundredths in the middle."""
    assert discrepancy(table()) == 0.0
    assert discrepancy(table(NAMES[:5], VALUES[:, :5])) is None
    we, ce, cell = np.array([3 + 0j, np.nan]), np.array([1 + 0j, 1]), np.array([5 + 0j, 1])
    assert difference(we, ce, cell) == pytest.approx(0.2)
    assert difference(we[1:], ce[1:], cell[1:]) is None
    assert difference(we, ce, np.zeros(2, complex)) is None
    rest = "the impedance of the working electrode is read; that of the counter electrode is there too: choose with"
    assert [note.sentence[: len(rest)] for note in told(["we", "ce"], "we", None, "a")] == [rest]
    for off, said in ((0.0199, False), (0.0201, True)):
        found = told(["we", "ce", "cell"], "all", off, "a")
        assert [note.sentence for note in found] == (
            [f"working and counter electrode do not add up to the whole cell: they differ by {off:.1%}"] if said else []
        )
    assert others(table(NAMES[:3], VALUES[:, :3])) == []
    assert len(others(table())) == 1


def test_labels_that_name_electrodes():
    assert of_labels(["WE", "CE"]) == ["we", "ce"]
    for labels in (["WE", "A"], ["WE", "working"], ["A", "B"]):
        assert of_labels(labels) is None, labels


def test_rows_of_a_table_as_a_record():
    """Time, potential and a current, or a charge; open circuit of a cycler has a current of 0."""
    names, values = ("time/s", "Ewe/V", "<I>/mA"), [[0, 3, 1], [5, 3.1, np.nan], [9, 3.2, 2]]
    found = trace_of(table(names, values), np.ones(3, bool), rest=True)
    assert (found.time_s.tolist(), found.current_A.tolist(), found.rest) == ([0, 9], [1e-3, 2e-3], True)
    assert trace_of(table(names, values), np.zeros(3, bool), rest=False) is None
    assert trace_of(table(names, [[0, np.nan, 1]]), np.ones(1, bool), rest=False) is None
    assert trace_of(table(names[:1], [[0.0]]), np.ones(1, bool), rest=False) is None
    bare = table(names[:2], [[0, 3], [1, 3]])
    assert trace_of(bare, np.ones(2, bool), rest=False) is None
    open_circuit = trace_of(bare._replace(cycling=True), np.ones(2, bool), rest=False)
    assert open_circuit.current_A.tolist() == [0, 0]
    charge = trace_of(table(("time/s", "Ewe/V", "dq/mA.h"), [[0, 3, 9], [36, 3, 1]]), np.ones(2, bool), rest=False)
    assert charge.current_A.tolist() == pytest.approx([0, 0.1])
    with pytest.raises(EmptyFile, match="no cycling either"):
        cycling_only(bare)
    assert mean_current(np.array([0.0, 36, 36, 72]), np.array([9.0, 1, 2, -1])).tolist() == pytest.approx(
        [0, 0.1, 0, -0.1]
    )


def test_tables_of_one_file_as_one():
    def part(scale, **more):
        return Content(spectra=(Spectrum([1.0], [scale - 1j], source=Source(path="x", sweep=7)),), **more)

    note = Note("assumed", "a", "x")
    found = joined(
        [part(1, span=(5.0, 9.0), notes=(note,)), part(2, span=(1.0, 6.0), cell=Cell(area_cm2=2.0), notes=(note,))], "a"
    )
    assert [(s.source.path, s.source.sweep) for s in found.spectra] == [("a", 0), ("a", 1)]
    assert (found.span, found.cell.area_cm2, found.notes) == ((1.0, 9.0), 2.0, (note,))
    assert joined([part(1)], "a").span is None
    with pytest.raises(EmptyFile, match="holds no impedance"):
        joined([], "a")


def test_tables_by_arrays_and_by_lines():
    found = of_arrays({"freq/kHz": [2, 1], "Re(Z)/Ohm": [3, 4], "-Im(Z)/Ohm": [5, 6]}, "a")
    assert found.spectra[0].frequency.tolist() == [2000, 1000]
    assert found.spectra[0].impedance.tolist() == [3 - 5j, 4 - 6j]
    rows = [Line(7, 0, "2 3,5 5"), Line(8, 8, "1 4 6")]
    lined = of_lines(("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm"), rows, "a")
    assert lined.spectra[0].impedance.tolist() == [3.5 - 5j, 4 - 6j]
    commas = of_lines(("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm"), [Line(7, 0, "2,3,5")], "a", delimiter=",")
    assert commas.spectra[0].impedance.tolist() == [3 - 5j]
    with pytest.raises(CorruptFile) as caught:
        of_lines(("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm"), [*rows, Line(9, 0, "1 x 6")], "a")
    assert caught.value.line == 9
    with pytest.raises(EmptyFile, match="stopped before its first row"):
        of_lines(NAMES, [], "a")
