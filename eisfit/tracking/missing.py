"""What a circuit that misses a spectrum may lack: a few circuits with one part more, or another one, are tried.

An arc more; the inductance of leads; a constant phase element for a capacitor; a lossy inductor for a plain one; a
diffusion that ends for a tail that goes on. The Bayesian information criterion chooses, and has its say only where the
circuit then describes more of the spectrum by far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import NamedTuple

import numpy as np

from eisfit.circuit import Circuit
from eisfit.elements import REGISTRY
from eisfit.errors import EisfitError
from eisfit.fitting.result import Fit, SeriesFit
from eisfit.fitting.series import fit
from eisfit.medians import median_of
from eisfit.numbers import frequency_text
from eisfit.roles.structure import structure
from eisfit.spectrum import Floats, Indices, Series, Spectrum
from eisfit.tracking.misfit import Misfit
from eisfit.tree import InParallel, InSeries, Leaf, Node, parallel, series

CLEAR = 10.0
"""A fall of the criterion above this is strong evidence (Kass & Raftery, J. Am. Stat. Assoc. 90 (1995) 773)."""
STEPS = 60
"""Steps of a search; a rival that takes more describes nothing better."""
PLACES = 7
"""Places over the band from which a new part starts."""
SHARE = 0.1
"""Share of the median modulus that an arc starts with."""
LEAVES = 0.5
"""Share of the mean square beyond the noise up to which a better circuit may leave it."""
INSTEAD = {
    "C": ("Q", "a constant phase element in the place of {name}"),
    "L": ("La", "a lossy inductor (La) in the place of {name}"),
}
"""For an element: another one, and what that is called."""
FINITE = tuple((symbol, f"a finite diffusion ({symbol}) in the place of {{name}}") for symbol in ("T", "O"))
LEADS = (("L", "an inductance in series (L)"), ("La", "a lossy inductance in series (La)"))
"""What a circuit without an inductor may lack, and what that is called."""
TAILS = {"Q": FINITE, "W": FINITE, "C": FINITE[:1]}
"""The same for an element that stands in series by itself."""


Starts = Callable[[Mapping[str, float], float, Floats], list[dict[str, float]]]
"""From the known values, a size in ohm and places in Hz (M,) to values of what is new."""


class Rival(NamedTuple):
    """Another circuit, what it has that this one lacks, the label of an arc that was added, how the new part starts."""

    circuit: Circuit
    words: str
    arc: str
    starts: Starts


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
            tried = _tried(spectrum, rival, own, fits.options.weighting)
        except EisfitError:  # more parameters than numbers
            continue
        if tried.bic < best and tried.rms_percent**2 - (100 * noise) ** 2 < LEAVES * beyond:
            best, said = tried.bic, f"{_words(rival, tried)} would describe {spectrum.label or 'it'} better"
    return said


def lacking_at_worst(fits: SeriesFit, found: Misfit, at: Indices) -> str:
    """The same of the spectrum that is missed most among some (M,)."""
    size = np.where(np.isfinite(found.ratio), found.ratio, found.runs)
    worst = int(at[np.argmax(size[at])])
    said = what_is_missing(fits, worst, float(np.nan_to_num(found.kk_rms[worst])))
    return f"{said} (farthest above its noise, tried on it alone)" if said and at.size > 1 else said


def _tried(spectrum: Spectrum, rival: Rival, own: Fit, weighting: str) -> Fit:
    """The best fit of a rival from the values that are there and a few of the new part."""
    known = dict(zip(own.names, own.values.tolist(), strict=True))
    f = spectrum.frequency[spectrum.used]
    places = np.geomspace(f.max(), f.min(), PLACES)
    size = float(median_of(np.abs(spectrum.impedance[spectrum.used])))
    rows = [
        [(known | new).get(p.name, p.value) for p in rival.circuit.parameters]
        for new in rival.starts(known, size, places)
    ]
    lower = np.array([p.lower for p in rival.circuit.parameters])
    upper = np.array([p.upper for p in rival.circuit.parameters])
    start = np.clip(np.array(rows), lower, upper)
    all_ = fit(Series([spectrum] * len(rows)), rival.circuit, start=start, weighting=weighting, max_iterations=STEPS)
    return all_[int(np.argmin(np.nan_to_num(all_.cost, nan=np.inf)))]


def rivals(circuit: Circuit) -> Iterator[Rival]:
    """The circuits that are tried; those that keep what was fixed."""
    taken = {leaf.label for leaf in circuit.root.leaves()}
    label = next(text for k in count() if (text := f"more{k or ''}") not in taken)
    arc = parallel([Leaf(REGISTRY["R"], label), Leaf(REGISTRY["Q"], label)])
    yield Rival(_kept(circuit, series([circuit.root, arc])), "one arc more", label, _arcs_at(label))
    if not any(leaf.element.symbol in ("L", "La") for leaf in circuit.root.leaves()):
        for symbol, words in LEADS:
            lead = Leaf(REGISTRY[symbol], label)
            yield Rival(_kept(circuit, series([lead, circuit.root])), words, "", _leads(lead))
    members = circuit.root.children if isinstance(circuit.root, InSeries) else (circuit.root,)
    for leaf in circuit.root.leaves():
        symbol = leaf.element.symbol
        swaps = (TAILS.get(symbol, ()) if leaf in members else ()) + ((INSTEAD[symbol],) if symbol in INSTEAD else ())
        for other, words in swaps:
            new = Leaf(REGISTRY[other], leaf.label)
            if new.name not in circuit.names:
                starts = _nearly(leaf, new) if other in ("Q", "La") else _ending(leaf, new)
                yield Rival(_kept(circuit, _with(circuit.root, leaf, new)), words.format(name=leaf.name), "", starts)


def _arcs_at(label: str) -> Starts:
    """An arc of a tenth of the size at each place."""

    def starts(_: Mapping[str, float], size: float, places: Floats) -> list[dict[str, float]]:
        r, n = SHARE * size, 0.9
        return [{f"R_{label}": r, f"Q_{label}": (2 * np.pi * f) ** -n / r, f"Q_{label}_n": n} for f in places.tolist()]

    return starts


def _leads(lead: Leaf) -> Starts:
    """An inductance of a hundredth to the whole of the size at the highest frequency."""

    def starts(_: Mapping[str, float], size: float, places: Floats) -> list[dict[str, float]]:
        omega = 2 * np.pi * places[0]
        shares = (0.01, 0.1, 1.0)
        name = lead.names[0]
        if len(lead.names) == 1:
            return [{name: share * size / omega} for share in shares]
        return [{name: share * size / omega**n, lead.names[1]: n} for share in shares for n in (0.95, 0.7)]

    return starts


def _nearly(old: Leaf, new: Leaf) -> Starts:
    """The same element with exponents a little and clearly below 1, its impedance kept at each place."""

    def starts(known: Mapping[str, float], _: float, places: Floats) -> list[dict[str, float]]:
        value, (name, exponent) = known[old.name], new.names
        return [{name: value * (2 * np.pi * f) ** (1 - n), exponent: n} for f in places.tolist() for n in (0.95, 0.8)]

    return starts


def _ending(old: Leaf, new: Leaf) -> Starts:
    """A diffusion of the modulus of the tail at each place, where it ends: Y = 1 / (|Z| sqrt(w)), B = 1 / sqrt(w)."""

    def starts(known: Mapping[str, float], _: float, places: Floats) -> list[dict[str, float]]:
        omega = 2 * np.pi * places
        modulus = np.abs(old.impedance(1j * omega, [known[name] for name in old.names]))
        pairs = zip((1 / (modulus * np.sqrt(omega))).tolist(), (1 / np.sqrt(omega)).tolist(), strict=True)
        return [dict(zip(new.names, pair, strict=True)) for pair in pairs]

    return starts


def _kept(circuit: Circuit, root: Node) -> Circuit:
    """The circuit of a tree, with what was fixed."""
    new = Circuit(root)
    kept = {p.name: p for p in circuit.parameters if p.fixed and p.name in new.names}
    return new.with_(**kept) if kept else new


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
    apex, f = float(added.apex(tried.values)), tried.spectrum.frequency
    if not np.isfinite(apex):
        return rival.words
    outside = "below" if apex < f.min() else "above" if apex > f.max() else ""
    where = f"{outside} the measured frequencies" if outside else f"near {frequency_text(apex)}"
    return f"{rival.words}, {where},"
