"""From the text of a circuit to its tree, in three notations that are told apart by their separators.

The text is cut into tokens by one regular expression; each rule of a grammar is one function, and its docstring is the
rule. Every error says where: the column stands under a caret. No text is evaluated as code. May import elements, tree
and notations only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from eisfit.elements import REGISTRY
from eisfit.errors import CircuitError, CircuitSyntaxError, DuplicateLabel, UnknownElement
from eisfit.hints import TITLES, clipped, did_you_mean, stray_character, unknown_element
from eisfit.labels import cleaned
from eisfit.notations import NOTATIONS, format_circuit, known_symbols
from eisfit.regular import regex
from eisfit.tree import MAX_DEPTH, MAX_PARAMETERS, Leaf, Node, labelled, parallel, series

__all__ = ["format_circuit", "parse_circuit"]

_LABEL = r"(?P<label>[0-9]+|_\{(?P<braced>[^{}]*)\}|_(?P<bare>\w+))?"
_TOKENS = {
    "boukamp": regex(rf"(?P<symbol>[A-Z][a-z]*){_LABEL}|(?P<mark>[()\[\]])|(?P<space>\s+)"),
    "impedance.py": regex(rf"(?P<mark>p\s*\(|[(),\-])|(?P<symbol>[A-Za-z]+){_LABEL}|(?P<space>\s+)"),
    "zfit": regex(rf"(?P<symbol>[A-Za-z]+){_LABEL}|(?P<mark>[()+/])|(?P<space>\s+)"),
}
_SEPARATORS = regex(r"\{[^{}]*\}|(?P<zfit>[+/])|(?P<impedance>[-,]|(?<![A-Za-z])p\s*\()")
_ONLY_IMPEDANCE = regex(r"\s*(?:CPE|Wo|Ws|Zarc|TLMQ)(?:_?[0-9]+)?\s*")
_TWO_NAMES = regex(r"(?<!^)[A-Z][a-z]*(?=[0-9_])")


class Token(NamedTuple):
    """A piece of the text: an element or a mark such as `(`; neither ends the text."""

    position: int
    mark: str = ""
    leaf: Leaf | None = None


def parse_circuit(text: str, notation: str | None = None) -> Node:
    """The tree of a circuit; the notation is recognised where it is not named. Raises CircuitSyntaxError.

    Elements without a label are numbered per symbol in order of appearance, past the numbers that the text uses itself.
    """
    if notation is not None and notation not in NOTATIONS:
        hint = did_you_mean(notation, NOTATIONS)
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
    position = size = 0
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:
            raise CircuitSyntaxError(stray_character(text, position, notation), text, position)
        if match["mark"]:
            tokens.append(Token(position, match["mark"][0] + match["mark"][1:].lstrip()))
        elif match["symbol"]:
            leaf = _element(match, known, notation)
            tokens.append(Token(position, leaf=leaf))
            size += leaf.size
            if size > MAX_PARAMETERS:
                raise CircuitSyntaxError(f"the circuit has more than {MAX_PARAMETERS} parameters", text, position)
        position = match.end()
    return [*_numbered(tokens, text), Token(len(text))]


def _element(match: re.Match[str], known: dict[str, str], notation: str) -> Leaf:
    text, position = match.string, match.start()
    symbol = known.get(match["symbol"])
    if symbol is None:
        raise UnknownElement(unknown_element(match, known, notation), text, position)
    if match["bare"] is not None and notation == "boukamp" and _TWO_NAMES.search(match["bare"]):
        raise CircuitSyntaxError(
            f"where does the label {clipped(match['bare'])} end? Write {match['symbol']}_{{...}} with braces around it",
            text,
            match.start("bare"),
        )
    if match["label"] is None:
        return Leaf(REGISTRY[symbol], "")
    label = match["braced"] if match["braced"] is not None else match["bare"] or match["label"]
    try:
        return Leaf(REGISTRY[symbol], cleaned(label))
    except CircuitError as error:
        raise CircuitSyntaxError(str(error), text, match.start("label")) from None


def _numbered(tokens: list[Token], text: str) -> list[Token]:
    """The tokens with a label for every element. Raises DuplicateLabel."""
    leaves = iter(labelled([t.leaf for t in tokens if t.leaf]))
    owners: dict[str, int] = {}
    out = []
    for token in tokens:
        if token.leaf:
            token = token._replace(leaf=next(leaves))
            _claim(token, owners, text)
        out.append(token)
    return out


def _claim(token: Token, owners: dict[str, int], text: str) -> None:
    """Note the parameter names of an element as its own; `owners` has the column of each name's first element."""
    for name in token.leaf.names if token.leaf else ():
        first = owners.setdefault(name, token.position)
        if first != token.position:
            raise DuplicateLabel(
                f"the name {name} is taken by the element in column {first + 1}: give this one another label",
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
        if root.depth > MAX_DEPTH:
            self.fail(f"parallels are nested deeper than {MAX_DEPTH}", 0)
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
        found = self.token.mark == mark
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
        if self.token.mark or self.token.leaf:
            self.fail(f"here {mark!r} was expected, to close the bracket of column {opened.position + 1}")
        self.fail(f"this bracket is not closed: {mark!r} is missing", opened.position)

    def take_leaf(self) -> Leaf | None:
        """Step over an element if it comes next."""
        leaf = self.token.leaf
        self.at += leaf is not None
        return leaf

    def alternating(self) -> Node:
        """alternating = (ELEMENT | '(' alternating ')')+ ; even depth joins in series, odd depth in parallel"""
        nodes: list[Node] = []
        while self.token.leaf or self.token.mark == "(":
            if leaf := self.take_leaf():
                nodes.append(leaf)
            else:
                self.enter()
                nodes.append(self.alternating())
                self.leave(")")
        return self.in_parallel(nodes) if len(self.open) % 2 else self.in_series(nodes)

    def bracketed(self) -> Node:
        """bracketed = (ELEMENT | '(' bracketed ')' | '[' bracketed ']')+ ; [ ] is series, ( ) parallel"""
        nodes: list[Node] = []
        while self.token.leaf or self.token.mark in ("(", "["):
            if leaf := self.take_leaf():
                nodes.append(leaf)
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
        if leaf := self.take_leaf():
            return leaf
        if self.token.mark == "(":
            self.fail("with '-' or ',' a parallel begins with p(, as in p(R1,C1); Boukamp's (RC) goes without them")
        if self.token.mark != "p(":
            self.missing("'-' and ',' stand between elements")
        self.enter()
        branches = [self.chain()]
        while self.take(","):
            branches.append(self.chain())
        node = self.in_parallel(branches)
        self.leave(")")
        return node

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
        if leaf := self.take_leaf():
            return leaf
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
        if len(nodes) == 1 and self.token.mark == ")":
            self.fail("a parallel needs two branches or more", self.open[-1].position)
        return parallel(nodes)

    def missing(self, rule: str) -> NoReturn:
        """Stop where an element should stand."""
        if self.at == len(self.tokens) - 1:
            self.fail(f"the text ends where an element should follow: {rule}")
        self.fail(f"an element should stand before this {self.token.mark!r}: {rule}")

    def no_neighbour(self, rule: str) -> None:
        """Stop where two elements stand side by side."""
        if self.token.leaf or self.token.mark in ("(", "p("):
            self.fail(f"a separator is missing before this: {rule}")
