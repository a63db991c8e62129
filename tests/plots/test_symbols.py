"""Symbols in texts: pieces of a line, and how they come out."""

from __future__ import annotations

from eisfit.plots.labels import parameter_symbols, role_symbol, spoken
from eisfit.plots.symbols import plain, runs
from tests.studies import make_study


def test_a_symbol_leans_and_its_subscript_hangs() -> None:
    head, tail, unit = runs(f"{role_symbol('R_SE_bulk')} (Ω)")
    assert (head.text, head.leaning, head.hanging) == ("R", True, False)
    assert (tail.text, tail.leaning, tail.hanging) == ("SE,bulk", False, True)
    assert (unit.text, unit.leaning, unit.hanging) == (" (Ω)", False, False)


def test_signs_of_a_label_come_out_as_they_were() -> None:
    assert plain(role_symbol("R_a")) == "Ra"
    circuit = make_study(n=1).fits.circuit
    assert {plain(s) for s in parameter_symbols(circuit).values()} >= {"nGB", "QD"}
    assert [r.text for r in runs(r"$R_\mathrm{50\%~\$a\_b}$ and \$")] == ["R", "50% $a_b", " and $"]


def test_a_line_without_symbols_is_left_alone() -> None:
    assert plain(r"C:\data_1") == r"C:\data_1"


def test_names_in_a_sentence_become_symbols_and_other_words_stay() -> None:
    cases = {
        "Not resolved: R_SE_bulk, R_GB.": "Not resolved: RSE,bulk, RGB.",
        "Q_dl_n at a bound": "ndl at a bound",
        "unresolved_R_Int stays, as R_x.csv and /data/R_a do": "unresolved_R_Int stays, as R_x.csv and /data/R_a do",
        "a leak below 73 ohm is out, the Kramers-Kronig test": "a leak below 73 Ω is out, the Kramers–Kronig test",
    }
    for written, printed in cases.items():
        assert "".join(run.text for run in spoken(written)) == printed, written
