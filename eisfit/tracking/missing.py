"""What a circuit that misses a spectrum may lack: a few circuits with one part more, or another one, are tried.

An arc more; a constant phase element for a capacitor; a lossy inductor for a plain one; a diffusion that ends for a
tail that goes on. The Bayesian information criterion chooses, and has its say only where the circuit then describes
more of the spectrum by far.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from eisfit.circuit import Circuit
from eisfit.elements import REGISTRY
from eisfit.errors import EisfitError
from eisfit.fitting.result import Fit, SeriesFit
from eisfit.fitting.series import fit
from eisfit.numbers import frequency_text
from eisfit.roles.structure import structure
from eisfit.tree import InParallel, InSeries, Leaf, Node, parallel, series

CLEAR = 10.0
"""A fall of the criterion above this is strong evidence (Kass & Raftery, J. Am. Stat. Assoc. 90 (1995) 773)."""
LEAVES = 0.5
"""Share of the mean square beyond the noise up to which a better circuit may leave it."""
INSTEAD = {
    "C": ("Q", "a constant phase element in the place of {name}"),
    "L": ("La", "a lossy inductor (La) in the place of {name}"),
}
"""For an element: another one, and what that is called."""
FINITE = tuple((symbol, f"a finite diffusion ({symbol}) in the place of {{name}}") for symbol in ("T", "O"))
TAILS = {"Q": FINITE, "W": FINITE, "C": FINITE[:1]}
"""The same for an element that stands in series by itself."""


class Rival(NamedTuple):
    """Another circuit, and what it has that the circuit lacks; `arc`: the label of an arc that was added."""

    circuit: Circuit
    words: str
    arc: str = ""


def what_is_missing(fits: SeriesFit, i: int, noise: float = 0.0) -> str:
    """In words what describes spectrum i better, tried on it alone; "" where nothing clearly does.

    noise: rms of Re and of Im as a share of |Z|, as far as it is known.
    """
    own = fits[i]
    if fits.weights is not None or not np.isfinite(own.bic):
        return ""
    spectrum = own.spectrum.masked(own.outliers, "outlier of the robust fit") if own.outliers.any() else own.spectrum
    best, said, beyond = own.bic - CLEAR, "", max(own.rms_percent**2 - (100 * noise) ** 2, 0.0)
    for rival in rivals(fits.circuit):
        try:
            tried = fit(spectrum, rival.circuit, weighting=fits.options.weighting)
        except EisfitError:  # more parameters than numbers
            continue
        if tried.bic < best and tried.rms_percent**2 - (100 * noise) ** 2 < LEAVES * beyond:
            best, said = tried.bic, f"{_words(rival, tried)} would describe {spectrum.label or 'it'} better"
    return said


def rivals(circuit: Circuit) -> Iterator[Rival]:
    """The circuits that are tried; those that keep what was fixed."""
    taken = {leaf.label for leaf in circuit.root.leaves()}
    label = next(f"more{k or ''}" for k in range(len(taken) + 1) if f"more{k or ''}" not in taken)
    arc = parallel([Leaf(REGISTRY["R"], label), Leaf(REGISTRY["Q"], label)])
    yield _rival(circuit, series([circuit.root, arc]), "one arc more", label)
    members = circuit.root.children if isinstance(circuit.root, InSeries) else (circuit.root,)
    for leaf in circuit.root.leaves():
        symbol = leaf.element.symbol
        swaps = (TAILS.get(symbol, ()) if leaf in members else ()) + ((INSTEAD[symbol],) if symbol in INSTEAD else ())
        for other, words in swaps:
            new = Leaf(REGISTRY[other], leaf.label)
            if new.name not in circuit.names:
                yield _rival(circuit, _with(circuit.root, leaf, new), words.format(name=leaf.name))


def _rival(circuit: Circuit, root: Node, words: str, arc: str = "") -> Rival:
    new = Circuit(root)
    kept = {p.name: p for p in circuit.parameters if p.fixed and p.name in new.names}
    return Rival(new.with_(**kept) if kept else new, words, arc)


def _with(node: Node, leaf: Leaf, new: Leaf) -> Node:
    """The tree with another leaf in the place of one."""
    if isinstance(node, Leaf):
        return new if node == leaf else node
    children = [_with(child, leaf, new) for child in node.children]
    return parallel(children) if isinstance(node, InParallel) else series(children)


def _words(rival: Rival, tried: Fit) -> str:
    """What was tried, of an arc with the frequency at which it lies."""
    added = next((a for a in structure(rival.circuit).arcs if rival.arc and a.resistor == f"R_{rival.arc}"), None)
    if added is None:
        return rival.words
    apex = float(added.apex(tried.values))
    return f"{rival.words}, near {frequency_text(apex)}," if np.isfinite(apex) else rival.words
