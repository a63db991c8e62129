"""From the text of a circuit to its tree, in three notations that are told apart by their separators.

The text is cut into tokens by one regular expression; each rule of a grammar is one function, and its docstring is the
rule. Every error says where: the column stands under a caret. No text is evaluated as code. May import elements, tree
and notations only.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from eisfit.elements import REGISTRY
from eisfit.errors import CircuitError, CircuitSyntaxError, DuplicateLabel, UnknownElement
from eisfit.notations import NOTATIONS, format_circuit, free_name, is_number, known_symbols
from eisfit.tree import MAX_DEPTH, Leaf, Node, parallel, series

__all__ = ["format_circuit", "parse_circuit"]

TITLES = {"boukamp": "Boukamp's", "impedance.py": "the impedance.py", "zfit": "the ZFit"}

_LABEL = r"(?P<label>[0-9]+|_\{(?P<braced>[^{}]*)\}|_(?P<bare>\w+))?"
_TOKENS = {
    "boukamp": re.compile(rf"(?P<symbol>[A-Z][a-z]*){_LABEL}|(?P<mark>[()\[\]])|(?P<space>\s+)"),
    "impedance.py": re.compile(rf"(?P<mark>p\s*\(|[(),\-])|(?P<symbol>[A-Za-z]+){_LABEL}|(?P<space>\s+)"),
    "zfit": re.compile(rf"(?P<symbol>[A-Za-z]+){_LABEL}|(?P<mark>[()+/])|(?P<space>\s+)"),
}
_SEPARATORS = re.compile(r"\{[^{}]*\}|(?P<zfit>[+/])|(?P<impedance>[-,]|(?<![A-Za-z])p\s*\()")
_ONLY_IMPEDANCE = re.compile(r"\s*(?:CPE|Wo|Ws|Zarc|TLMQ)(?:_?[0-9]+)?\s*")
_TWO_NAMES = re.compile(r"(?<!^)[A-Z][a-z]*(?=[0-9_])")


class Token(NamedTuple):
    """A piece of the text: an element (symbol here, label or "") or a mark such as `(`; "" ends the text."""

    mark: str
    position: int
    symbol: str = ""
    label: str = ""


def parse_circuit(text: str, notation: str | None = None) -> Node:
    """The tree of a circuit; the notation is recognised where it is not named. Raises CircuitSyntaxError.

    Elements without a label are numbered per symbol in order of appearance, past the numbers that the text uses itself.
    """
    if notation is not None and notation not in NOTATIONS:
        near = difflib.get_close_matches(notation, NOTATIONS, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise CircuitError(f"no notation {notation!r}: choose one of {', '.join(NOTATIONS)}{hint}")
    if not text.strip():
        raise CircuitSyntaxError("the circuit is empty: write its elements, such as R(RQ)(RQ)Q", text, 0)
    notation = notation or recognise(text)
    return _Parser(text, _tokens(text, notation)).parse(notation)


def recognise(text: str) -> str:
    """The notation of a text, by its separators outside of braces: `+` `/` ZFit, `-` `,` `p(` impedance.py."""
    found = ""
    for match in _SEPARATORS.finditer(text):
        kind = {"zfit": "zfit", "impedance": "impedance.py"}.get(match.lastgroup or "", "")
        if found and kind and kind != found:
            raise CircuitSyntaxError(
                f"{match[0]!r} belongs to {TITLES[kind]} notation, but the text before it is in {TITLES[found]} one",
                text,
                match.start(),
            )
        found = found or kind
    return found or ("impedance.py" if _ONLY_IMPEDANCE.fullmatch(text) else "boukamp")


def _tokens(text: str, notation: str) -> list[Token]:
    """The tokens of the text, labelled, with one that ends it."""
    pattern, known = _TOKENS[notation], known_symbols(notation)
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            raise CircuitSyntaxError(_stray(text, position, notation), text, position)
        if match["mark"]:
            tokens.append(Token(match["mark"][0] + match["mark"][1:].lstrip(), position))
        elif match["symbol"]:
            tokens.append(_element(match, known, notation))
        position = match.end()
    return [*_labelled(tokens, text), Token("", len(text))]


def _element(match: re.Match[str], known: dict[str, str], notation: str) -> Token:
    text, position = match.string, match.start()
    symbol = known.get(match["symbol"])
    if symbol is None:
        raise UnknownElement(_unknown(match, known, notation), text, position)
    if match["bare"] is not None and notation == "boukamp" and _TWO_NAMES.search(match["bare"]):
        raise CircuitSyntaxError(
            f"where does the label {match['bare']} end? Put it in braces: {match['symbol']}_{{{match['bare']}}}",
            text,
            match.start("bare"),
        )
    if match["label"] is None:
        return Token("", position, symbol)
    label = match["braced"] if match["braced"] is not None else match["bare"] or match["label"]
    label = " ".join(label.split())
    if not any(c.isalnum() for c in label) or not label.isprintable():
        raise CircuitSyntaxError("a label needs letters or digits: R_{SE,bulk}", text, match.start("label"))
    return Token("", position, symbol, label)


def _labelled(tokens: list[Token], text: str) -> list[Token]:
    """The tokens with a number for each element that has no label."""
    taken = {t.symbol + t.label for t in tokens if is_number(t.label)}
    counters: dict[str, int] = {}
    out, owners = [], dict[str, Token]()
    for token in tokens:
        if token.symbol and not token.label:
            name = free_name(token.symbol, counters, taken)
            token = token._replace(label=name[len(token.symbol) :])
        out.append(token)
        if token.symbol:
            _claim(token, owners, text)
    return out


def _claim(token: Token, owners: dict[str, Token], text: str) -> None:
    """Note the parameter names of an element as its own."""
    for name in Leaf(REGISTRY[token.symbol], token.label).names:
        first = owners.setdefault(name, token)
        if first is not token:
            raise DuplicateLabel(
                f"the name {name} is taken by the element in column {first.position + 1}: give this one another label",
                text,
                token.position,
            )


class _Parser:
    """Recursive descent over the tokens; the depth of recursion is bounded by MAX_DEPTH."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.open: list[Token] = []

    def parse(self, notation: str) -> Node:
        """The whole text in one notation."""
        brackets = any(t.mark == "[" for t in self.tokens)
        rules: dict[str, Callable[[], Node]] = {
            "boukamp": self.bracketed if brackets else self.alternating,
            "impedance.py": self.chain,
            "zfit": self.sum,
        }
        root = rules[notation]()
        if self.token.mark:
            self.fail(f"this {self.token.mark!r} closes nothing: a bracket before it is missing")
        return root

    @property
    def token(self) -> Token:
        """The next token."""
        return self.tokens[self.at]

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        """Stop with a sentence at the next token, or at a position."""
        raise CircuitSyntaxError(message, self.text, self.token.position if position is None else position)

    def take(self, mark: str) -> bool:
        """Step over the mark if it comes next."""
        found = self.token.mark == mark and not self.token.symbol and self.at < len(self.tokens) - 1
        self.at += found
        return found

    def enter(self) -> None:
        """Step over an opening bracket."""
        if sum(t.mark == self.token.mark for t in self.open) >= MAX_DEPTH:
            self.fail(f"brackets are nested deeper than {MAX_DEPTH}")
        self.open.append(self.token)
        self.at += 1

    def leave(self, mark: str) -> None:
        """Step over the closing bracket, which must come next."""
        opened = self.open.pop()
        if self.take(mark):
            return
        if self.token.mark or self.token.symbol:
            self.fail(f"here {mark!r} was expected, to close the bracket of column {opened.position + 1}")
        self.fail(f"this bracket is not closed: {mark!r} is missing", opened.position)

    def leaf(self) -> Node:
        """leaf = ELEMENT"""
        token = self.token
        self.at += 1
        return Leaf(REGISTRY[token.symbol], token.label)

    def alternating(self) -> Node:
        """alternating = (ELEMENT | '(' alternating ')')+ ; even depth joins in series, odd depth in parallel"""
        nodes: list[Node] = []
        while self.token.symbol or self.token.mark == "(":
            if self.token.symbol:
                nodes.append(self.leaf())
            else:
                self.enter()
                nodes.append(self.alternating())
                self.leave(")")
        return self.in_parallel(nodes) if len(self.open) % 2 else self.in_series(nodes)

    def bracketed(self) -> Node:
        """bracketed = (ELEMENT | '(' bracketed ')' | '[' bracketed ']')+ ; [ ] is series, ( ) parallel"""
        nodes: list[Node] = []
        while self.token.symbol or self.token.mark in ("(", "["):
            if self.token.symbol:
                nodes.append(self.leaf())
            else:
                close = ")" if self.token.mark == "(" else "]"
                self.enter()
                nodes.append(self.bracketed())
                self.leave(close)
        return self.in_parallel(nodes) if self.open and self.open[-1].mark == "(" else self.in_series(nodes)

    def chain(self) -> Node:
        """chain = link ('-' link)*"""
        nodes = [self.link()]
        while self.take("-"):
            nodes.append(self.link())
        self.no_neighbour("R1-R2 in series, p(R1,R2) in parallel")
        return self.in_series(nodes)

    def link(self) -> Node:
        """link = ELEMENT | 'p(' chain (',' chain)+ ')'"""
        if self.token.symbol:
            return self.leaf()
        if self.token.mark == "(":
            self.fail("a parallel begins with p( in the impedance.py notation: p(R1,C1)")
        if self.token.mark != "p(":
            self.missing("'-' and ',' stand between elements")
        self.enter()
        branches = [self.chain()]
        while self.take(","):
            branches.append(self.chain())
        self.leave(")")
        return self.in_parallel(branches)

    def sum(self) -> Node:
        """sum = product ('+' product)*"""
        nodes = [self.product()]
        while self.take("+"):
            nodes.append(self.product())
        self.no_neighbour("R1+R2 in series, R1/R2 in parallel")
        return self.in_series(nodes)

    def product(self) -> Node:
        """product = factor ('/' factor)*"""
        nodes = [self.factor()]
        while self.take("/"):
            nodes.append(self.factor())
        return parallel(nodes)

    def factor(self) -> Node:
        """factor = ELEMENT | '(' sum ')'"""
        if self.token.symbol:
            return self.leaf()
        if self.token.mark != "(":
            self.missing("'+' and '/' stand between elements")
        self.enter()
        node = self.sum()
        self.leave(")")
        return node

    def in_series(self, nodes: list[Node]) -> Node:
        """The nodes of a series, of which there must be one."""
        if not nodes:
            self.missing("every bracket holds elements")
        return series(nodes)

    def in_parallel(self, nodes: list[Node]) -> Node:
        """The nodes of a parallel, of which there must be two."""
        if not nodes:
            self.missing("every bracket holds elements")
        if len(nodes) == 1 and (not self.token.mark or self.token.mark in ")]"):
            where = self.open[-1].position if self.open else None
            self.fail("a parallel needs two branches or more", where)
        return parallel(nodes)

    def missing(self, rule: str) -> NoReturn:
        """Stop where an element should stand."""
        if self.at == len(self.tokens) - 1:
            self.fail(f"the text ends where an element should follow: {rule}")
        self.fail(f"an element should stand before this {self.token.mark!r}: {rule}")

    def no_neighbour(self, rule: str) -> None:
        """Stop where two elements stand side by side."""
        if self.token.symbol or self.token.mark in ("(", "p("):
            self.fail(f"a separator is missing before this: {rule}")


def _stray(text: str, position: int, notation: str) -> str:
    """The sentence for a character that no token begins with."""
    char = text[position]
    hint = _HINTS.get(char, "")
    if not hint and not char.isascii():
        plain = unicodedata.normalize("NFKC", char)
        plain = "-" if unicodedata.category(char) == "Pd" or char == "\N{MINUS SIGN}" else plain
        hint = f"is it meant as {plain!r}?" if plain.isascii() and plain.isprintable() and plain.strip() else ""
    shown = repr(char) if char.isascii() else f"{char!r} ({unicodedata.name(char, 'unnamed')})"
    return f"{shown} has no meaning in {TITLES[notation]} notation{': ' if hint else ''}{hint}"


_HINTS = {
    "_": "a label is R_{SE,bulk}, or R_GB where a bracket, separator or space follows; braces must close",
    "{": "a label in braces follows an underscore, R_{SE,bulk}; values are no part of the text",
    "}": "no label is open here",
    "|": "a parallel is (RC), p(R1,C1) or R1/C1",
    "*": "elements follow one another in series",
    "=": "values are no part of the text: Circuit(...).with_(R1=20)",
    "[": "a parallel is p(R1,C1) in impedance.py and R1/C1 in ZFit; brackets are Boukamp's",
    "]": "brackets are Boukamp's",
    **dict.fromkeys("0123456789", "a number follows its symbol directly: R1"),
}


def _unknown(match: re.Match[str], known: dict[str, str], notation: str) -> str:
    """The sentence for a symbol that the notation does not know."""
    symbol = match["symbol"]
    shown = symbol if len(symbol) < 20 else symbol[:16] + "..."
    said = f"{TITLES[notation]} notation has no element {shown}"
    other = match.string[match.start() - 1 : match.end() + 1]
    if notation == "boukamp" and "CPE" in other:
        return f"{said}: the constant phase element is Q in it"
    if notation != "boukamp" and len(symbol) > 1 and all(c in known for c in symbol):
        return f"{said}: put a separator between elements, {' - '.join(symbol[:6]) if notation != 'zfit' else '+'.join(symbol[:6])}"
    near = _near(symbol, known) if len(symbol) < 20 else []
    return f"{said}; did you mean {near[0]}?" if near else f"{said}; it has {', '.join(sorted(known))}"


def _near(symbol: str, known: dict[str, str]) -> list[str]:
    same = [name for name in known if name.lower() == symbol.lower()]
    return same or difflib.get_close_matches(symbol, known, n=1)
