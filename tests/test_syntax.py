from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eisfit.circuit import Circuit
from eisfit.elements import REGISTRY
from eisfit.errors import CircuitError, CircuitSyntaxError, DuplicateLabel, UnknownElement
from eisfit.interop import EXPORTED, ZFIT
from eisfit.notations import NOTATIONS, known_symbols
from eisfit.syntax import format_circuit, parse_circuit, recognise
from eisfit.tree import MAX_PARAMETERS, Leaf
from tests.trees import SYMBOLS, circuits

SEED_PAPER = "R_{SE,bulk}(R_{GB}Q_{GB})(R_{Int}Q_{Int})Q_{D}"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("R(RQ)(RQ)Q", "R1(R2Q1)(R3Q2)Q3"),
        ("R(Q(RW))", "R1(Q1[R2W1])"),
        ("R(Q[RW])", "R1(Q1[R2W1])"),
        ("[R(Q[R(CR)])]", "R1(Q1[R2(C1R3)])"),
        ("R((RC)(RC))", "R1([R2C1][R3C2])"),
        ("R([RC](RC))", "R1([R2C1]R3C2)"),
        ("(RC)", "(R1C1)"),
        ("LaRGsTp", "La1R1Gs1Tp1"),
        ("  R1 \t( R2\nC1 ) ", "R1(R2C1)"),
        ("R R2 R", "R1R2R3"),
        ("RR1R", "R2R1R3"),
        (SEED_PAPER, SEED_PAPER),
        ("R_GB (R_Int Q_Int)", "R_{GB}(R_{Int}Q_{Int})"),
        ("R_1 R_{2} R3", "R1R2R3"),
        ("R_{ a   b }", "R_{a b}"),
        ("R_{a-b/c+d}C1", "R_{a-b/c+d}C1"),
        ("R0-p(R1,C1)", "R0(R1C1)"),
        ("R0-p(R1,CPE1)-p(R2-Wo1,CPE2)", "R0(R1Q1)([R2T1]Q2)"),
        ("p(R1,C1)-p(R2,C2)", "(R1C1)(R2C2)"),
        ("p(R1,p(C1,R2))", "(R1C1R2)"),
        ("R_{SE,bulk}-p(R_GB,CPE_GB)", "R_{SE,bulk}(R_{GB}Q_{GB})"),
        (" R0 - p ( R1 , C_1 ) ", "R0(R1C1)"),
        ("R-p(R,CPE)", "R1(R2Q1)"),
        ("L0-La1-G1-Gs1-K1-Zarc1-TLMQ1-T1-Ws1-W1", "L0La1G1Gs1K1Z1M1Tp1O1W1"),
        ("CPE1", "Q1"),
        ("Wo_1", "T1"),
        ("R1+Q2/R2+W3", "R1(Q2R2)W3"),
        ("R1+Q2/(R2+W3)", "R1(Q2[R2W3])"),
        ("(R1+C1)/(R2+C2)", "([R1C1][R2C2])"),
        ("R1/R2/R3", "(R1R2R3)"),
        ("((R1))+R2", "R1R2"),
        ("R1+Wd1+M1", "R1O1T1"),
    ],
)
def test_texts_are_read_and_come_back(text: str, canonical: str) -> None:
    root = parse_circuit(text)
    assert format_circuit(root) == canonical
    assert parse_circuit(canonical) == root


@pytest.mark.parametrize(
    ("text", "notation"),
    [("R(RQ)", "boukamp"), ("R-C", "impedance.py"), ("p(R,C)", "impedance.py"), ("R+C", "zfit"), ("R/C", "zfit"),
     ("R_{a-b}C", "boukamp"), ("R_{a+b}-C", "impedance.py"), ("T1", "boukamp"), ("CPE1", "impedance.py")],
)  # fmt: skip
def test_separators_tell_the_notation(text: str, notation: str) -> None:
    assert recognise(text) == notation
    assert parse_circuit(text) == parse_circuit(text, notation)


def test_a_symbol_means_what_it_means_in_its_notation() -> None:
    assert parse_circuit("T1", "boukamp") == Leaf(REGISTRY["T"], "1")
    assert parse_circuit("T1", "impedance.py") == Leaf(REGISTRY["Tp"], "1")
    assert parse_circuit("M1", "boukamp") == Leaf(REGISTRY["M"], "1")
    assert parse_circuit("M1", "zfit") == Leaf(REGISTRY["T"], "1")
    with pytest.raises(UnknownElement, match="write Ws"):
        parse_circuit("R0-O1")


def test_names_stand_in_the_order_of_the_text() -> None:
    assert Circuit("R(RQ)(RQ)Q").names == ("R1", "R2", "Q1", "Q1_n", "R3", "Q2", "Q2_n", "Q3", "Q3_n")
    assert Circuit("R1+Q2/R2").names == ("R1", "Q2", "Q2_n", "R2")


FAULTS = [
    ("", 0, "empty"),
    (" \t\n", 0, "empty"),
    ("R(RQ", 1, "not closed"),
    ("R(RQ]", 4, "'\\)' was expected"),
    ("R(R[Q)", 5, "'\\]' was expected"),
    ("R(RQ))", 5, "closes nothing"),
    ("]", 0, "element should stand"),
    ("()", 1, "element should stand before this '\\)'"),
    ("R()", 2, "element should stand before this '\\)'"),
    ("R[]", 2, "element should stand before this '\\]'"),
    ("(", 1, "text ends"),
    ("R(Q)", 1, "two branches"),
    ("(RC)(Q)", 4, "two branches"),
    ("R5 5", 3, "number follows its symbol"),
    ("5R", 0, "number follows its symbol"),
    ("r1", 0, "no meaning"),
    ("R{R=5}", 1, "follows an underscore"),
    ("R_{", 1, "label is not closed"),
    ("R_{a{b}}", 1, "label is not closed"),
    ("R_{}", 1, "letters or digits"),
    ("R_{--}", 1, "letters or digits"),
    ("R_{a\x07}", 1, "control"),
    ("R_", 1, "a label is"),
    ("R1_GB", 2, "a label is"),
    ("R_GBQ_GB", 2, "where does the label GBQ_GB end"),
    ("(R_1Q2 C)", 3, "where does the label"),
    ("R|C", 1, "a parallel is"),
    ("R*C", 1, "series"),
    ("R\N{EN DASH}C", 1, "EN DASH.*meant as '-'"),
    ("R\N{MINUS SIGN}C", 1, "meant as '-'"),
    ("R\N{FULLWIDTH LEFT PARENTHESIS}RC)", 1, "meant as '\\('"),
    ("R\N{SUPERSCRIPT TWO}", 1, "meant as '2'"),
    ("R\x00C", 1, "no meaning"),
    ("R0-", 3, "text ends"),
    ("-R0", 0, "element should stand before this '-'"),
    ("R0--R1", 3, "element should stand before this '-'"),
    ("R0-p(R1,C1", 3, "not closed"),
    ("R0-p(R1,C1))", 11, "closes nothing"),
    ("R0-p(R1)", 3, "two branches"),
    ("R0-p(R1-C1)", 3, "two branches"),
    ("R0-p(R1,)", 8, "element should stand before this '\\)'"),
    ("R0-p(,R1)", 5, "element should stand before this ','"),
    ("R0-p()", 5, "element should stand before this '\\)'"),
    ("R0,R1", 2, "element|closes|separator"),
    ("R1R2-C1", 2, "separator is missing"),
    ("R0p(R1,C1)", 2, "separator is missing"),
    ("R0-p(R1,C1)R2", 11, "separator is missing"),
    ("R0-(R1,C1)", 3, "begins with p\\("),
    ("R0-[R1,C1]", 3, "p\\(R1,C1\\)"),
    ("R1+", 3, "text ends"),
    ("+R1", 0, "element should stand before this '\\+'"),
    ("R1++R2", 3, "element should stand before this '\\+'"),
    ("R1/", 3, "text ends"),
    ("R1+/R2", 3, "element should stand before this '/'"),
    ("(R1/C1", 0, "not closed"),
    ("R1+()", 4, "element should stand before this '\\)'"),
    ("R1R2+C1", 2, "separator is missing"),
    ("R1+C1-R2", 5, "belongs to the impedance.py notation"),
    ("R0-p(R1,C1)/R2", 11, "belongs to the ZFit notation"),
]


def test_a_fault_is_shown_where_it_is() -> None:
    for text, position, sentence in FAULTS:
        with pytest.raises(CircuitSyntaxError, match=sentence) as caught:
            pytest.fail(str(Circuit(text)))
        assert caught.value.position == position, text
        assert caught.value.text == text


def test_the_caret_stands_under_the_fault() -> None:
    with pytest.raises(CircuitSyntaxError) as caught:
        Circuit("R(RQ)(RQ")
    assert str(caught.value).splitlines()[1:] == ["  R(RQ)(RQ", "       ^"]


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("R(RX)", 3, "no element X; it has C, G,"),
        ("R(RCPE)", 4, "constant phase element is Q"),
        ("R(RWo)", 3, "Wo of other programs is T"),
        ("RZarc", 1, "Zarc of other programs is Z"),
        ("R(Rq)", 2, "did you mean R"),
        ("R0-cpe1", 3, "did you mean CPE"),
        ("R0-RQ1", 3, "R-Q"),
        ("R1+RQ1", 3, "R\\+Q"),
        ("R0-P1", 3, "no element P"),
        ("R1+" + "A" * 5000, 3, "A\\.\\.\\. "),
    ],
)
def test_an_unknown_element_comes_with_a_suggestion(text: str, position: int, sentence: str) -> None:
    with pytest.raises(UnknownElement, match=sentence.rstrip() if sentence.endswith(". ") else sentence) as caught:
        Circuit(text)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("text", "position"),
    [("R1-R1", 3), ("R1(R1C)", 3), ("R_{a,b}R_{a b}", 7), ("Q_{a}Q_{a_n}", 5), ("Q1+R_1+R1", 7), ("CPE1-Q1", 5)],
)
def test_two_elements_of_one_name_are_refused(text: str, position: int) -> None:
    with pytest.raises(DuplicateLabel, match="is taken by the element in column") as caught:
        Circuit(text)
    assert caught.value.position == position


def test_a_notation_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CircuitError, match="did you mean boukamp"):
        Circuit("R", notation="bukamp")
    with pytest.raises(CircuitError, match="choose one of bracket, boukamp"):
        Circuit("R").to("spice")  # type: ignore[arg-type]


def test_a_notation_that_is_named_holds() -> None:
    with pytest.raises(CircuitSyntaxError, match="Boukamp's notation"):
        Circuit("R0-p(R1,C1)", notation="boukamp")
    assert str(Circuit("R1", notation="zfit")) == "R1"


anything = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="RCLQWOTGZHMSa1209_{}[]()p,-+/ \t|=", max_size=40),
    st.lists(
        st.sampled_from([*SYMBOLS, *"()[],-+/ ", "p(", "_{SE,bulk}", "1", "_GB", "CPE", "Wo", "é"]), max_size=25
    ).map("".join),
)


def circuit_or_sentence(text: str, notation: str | None = None) -> Circuit | str:
    """What becomes of a text; any error but a CircuitError passes."""
    try:
        return Circuit(text, notation=notation)
    except CircuitError as error:
        return str(error)


@given(anything)
@example("R_{\ud800}")
@example("R\x85C\u2028R")
def test_any_text_is_a_circuit_or_a_circuit_error(text: str) -> None:
    for notation in (None, *NOTATIONS):
        found = circuit_or_sentence(text, notation)
        assert found
        if isinstance(found, Circuit):
            assert Circuit(str(found)) == found
            assert all(name.isidentifier() and name.isascii() for name in found.names)


LONG = 8_000


@pytest.mark.parametrize(
    "piece",
    ["R", "(", "[", "([", "(R", "(R[", ")", "p(", "p(R,", "p(R,R-", "R-", "-", "R+", "R/(", "R/(R+", "_", "R_", "_{",
     "R_{", "R_{a}", "R_Q1", "A", "aA", "CPE", "1", "R1", " ", "\n", "\x00", "é", "p", "{", "}", ",", "R_a ", "Ra"],
)  # fmt: skip
def test_a_long_text_is_a_circuit_or_a_circuit_error(piece: str) -> None:
    text = piece * (LONG // len(piece))
    closing = {"(": ")", "[": "]"}
    closed = text + "".join(closing.get(c, "") for c in reversed(text))
    for long in (text, closed[-LONG:], "R" + text):
        found = circuit_or_sentence(long)
        assert len(found.names if isinstance(found, Circuit) else found) < 500


@pytest.mark.parametrize(
    ("opening", "middle", "closing"), [("(R", "R", ")"), ("[R", "R", "]"), ("p(R,R-", "R", ")"), ("R/(R+", "R", ")")]
)
def test_brackets_nest_a_hundred_deep(opening: str, middle: str, closing: str) -> None:
    deep = Circuit(opening * 100 + middle + closing * 100)
    assert Circuit(str(deep)) == deep
    assert np.isfinite(deep.impedance([1.0, 10.0])).all()
    assert deep.jacobian([1.0]).shape == (1, len(deep.names))
    with pytest.raises(CircuitSyntaxError, match="nested deeper than 100"):
        Circuit(opening * 101 + middle + closing * 101)
    with pytest.raises(CircuitSyntaxError, match="nested deeper than 100"):
        Circuit(("R/(R+" * 100) + "R/R" + ")" * 100)


def test_a_circuit_has_a_largest_size() -> None:
    assert len(Circuit("R" * MAX_PARAMETERS).names) == MAX_PARAMETERS
    with pytest.raises(CircuitSyntaxError, match="more than 4096 parameters"):
        Circuit("R" * (MAX_PARAMETERS + 1))


@given(circuits(words=True))
def test_the_canonical_text_and_the_parity_dialect_hold_every_circuit(circuit: Circuit) -> None:
    assert Circuit(str(circuit)) == circuit
    assert Circuit(circuit.to("boukamp"), notation="boukamp") == circuit


@given(circuits([s for s in SYMBOLS if s in EXPORTED and s != "S"]))
def test_the_impedance_notation_holds_its_elements(circuit: Circuit) -> None:
    assert Circuit(circuit.to("impedance.py"), notation="impedance.py") == circuit


@given(circuits([c.ours for c in ZFIT]))
def test_the_zfit_notation_holds_its_elements(circuit: Circuit) -> None:
    assert Circuit(circuit.to("zfit"), notation="zfit") == circuit


def test_other_notations_number_what_has_a_word() -> None:
    circuit = Circuit(SEED_PAPER)
    assert circuit.to("impedance.py") == "R1-p(R2,CPE1)-p(R3,CPE2)-CPE3"
    assert circuit.to("zfit") == "R1+R2/Q1+R3/Q2+Q3"
    assert Circuit("R_{a}R1R_{b}R3").to("zfit") == "R2+R1+R4+R3"
    assert Circuit("S1R1S2").to("impedance.py") == "R1-R3-R2"


@pytest.mark.parametrize(("text", "notation"), [("RH", "impedance.py"), ("RM", "zfit"), ("RTp", "zfit")])
def test_what_a_notation_lacks_is_said(text: str, notation: str) -> None:
    with pytest.raises(CircuitError, match=r"has no .* \((H|M|Tp)1\)"):
        Circuit(text).to(notation)  # type: ignore[arg-type]


def test_every_notation_knows_its_own_program() -> None:
    assert set(known_symbols("boukamp")) == set(REGISTRY)
    assert {"CPE", "Wo", "Ws", "Zarc", "TLMQ", "T", "Q", "H", "S"} <= set(known_symbols("impedance.py"))
    assert not {"O", "Tp"} & set(known_symbols("impedance.py"))
    assert {"Wd", "M", "Q"} <= set(known_symbols("zfit"))
