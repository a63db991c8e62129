"""The verdict on a study in plain sentences, the worst first: page 1 of the report and the terminal say the same.

What is bad is an alarm, what a reader has to know is news, and what is well is said calmly only where nothing else is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from eisfit.fitting.status import FitStatus
from eisfit.medians import median_of
from eisfit.numbers import quantity, significant
from eisfit.readers.cell.copies import fingerprint
from eisfit.readers.cell.several import AS_ONE
from eisfit.selection import excluded, reason_of
from eisfit.shorts.self_discharge import LOSES
from eisfit.shorts.values import HARD, NOT_JUDGED, SOFT, SOME_UNJUDGED, SUSPECT, UNJUDGED, WEAK, Shorts
from eisfit.study import Study
from eisfit.tables import resolved_values, under_short
from eisfit.tracking.plausibility import UNUSUAL

Tone = Literal["alarm", "news", "plain", "calm"]
ORDER: tuple[Tone, ...] = ("alarm", "news", "plain", "calm")
SHORT, FLAGS, QUALITY, RESISTANCES = "Shorts", "Flags", "Quality", "Resistances"
CELL, DECISIONS, LEFT_OUT = "Cell and measurement", "Decisions and assumptions", "Spectra that are left out"
FAILING = "Spectra that do not pass the Kramers–Kronig test"
PARAMETERS, SINGLE = "All parameters", "Single spectra"
"""Headings of the report that a verdict leads to."""
MOST_NAMED = 6
"""So many spectra are named in a sentence; of more the number is given."""
MOST_EXCLUDED = 3
"""So many spectra that are left out are named with their reason."""
LEVELS = ((HARD, "Hard short"), (SOFT, "Soft short"), (SUSPECT, "Suspected short"))
ARCS = {
    "merged_arcs": "Several processes share an arc, or arcs are too close to be told apart",
    "crossed_arcs": "Arcs change their order",
    "appeared_arc": "An arc appears",
    "vanished_arc": "An arc that the data do not need",
}
"""What is said of each flag of the identity of arcs."""


class Verdict(NamedTuple):
    """One sentence, how grave it is, the headings of the report that show why, the nearest first, and whom it names."""

    sentence: str
    tone: Tone = "calm"
    places: tuple[str, ...] = ()
    spectra: tuple[int, ...] = ()


def plural(n: int, noun: str) -> str:
    """1 spectrum, 2 spectra, 3 fits."""
    many = noun.removesuffix("um") + "a" if noun.endswith("spectrum") else f"{noun}s"
    return f"{n} {noun if n == 1 else many}"


def numbers(index: Iterable[int], *, most: int = MOST_NAMED) -> str:
    """Spectra by their numbers from 1, neighbours joined: "no. 3, 5 to 8"; beyond `most` of these a count."""
    spans = _spans(index)
    texts = [f"{a + 1}" if a == b else f"{a + 1}{' to ' if b > a + 1 else ', '}{b + 1}" for a, b in spans]
    rest = sum(b - a + 1 for a, b in spans[most:])
    more = f" and {plural(rest, 'more spectrum')}" if rest else ""
    return "no. " + ", ".join(texts[:most]) + more


def _spans(index: Iterable[int]) -> list[list[int]]:
    """First and last of neighbours."""
    spans: list[list[int]] = []
    for i in sorted(index):
        if spans and i == spans[-1][1] + 1:
            spans[-1][1] = i
        else:
            spans.append([i, i])
    return spans


def _named(*groups: Iterable[int], most: int = MOST_NAMED) -> tuple[int, ...]:
    """The spectra whose numbers are written out."""
    return tuple(i for group in groups for span in _spans(group)[:most] for i in span)


def verdicts(study: Study) -> list[Verdict]:
    """The verdict in words: leaks, misfits, fits and spectra not to be believed, what is missing or not resolved."""
    leaks = _shorts(study)
    if study.series.cell.type == "blocking" and leaks[0].tone != "alarm":
        leaks = []  # no metal grows through a pellet between blocking electrodes: nobody asks
    said = [*_copies(study), *_several(study), *leaks, *_misfits(study), *_fits(study)]
    said += [_kramers_kronig(study), *_skipped(study)]
    said += [*_doubted(study), *_unresolved(study), *_at_bound(study), *_arcs(study), *_unlikely(study)]
    if {"alarm", "news"} & {verdict.tone for verdict in said}:
        said = [verdict._replace(tone="plain") if verdict.tone == "calm" else verdict for verdict in said]
    return sorted(said, key=lambda verdict: ORDER.index(verdict.tone))


def _copies(study: Study) -> Iterator[Verdict]:
    """Spectra with the very numbers of an earlier one: no measurements of their own."""
    first: dict[int, int] = {}
    copies = [i for i, s in enumerate(study.series) if first.setdefault(fingerprint(s), i) != i]
    if copies:
        said = f"{len(copies)} of {plural(len(study.series), 'spectrum')} ({numbers(copies)}) repeat the numbers of an"
        yield Verdict(f"{said} earlier one: they are copies, and no measurements of their own.", "alarm", (CELL,))


def _several(study: Study) -> Iterator[Verdict]:
    """Files that may be of several cells."""
    for note in study.series.notes:
        why, found, _ = note.sentence.partition(AS_ONE)
        if found:
            yield Verdict(f"This may be several cells: {why}.", "alarm", (CELL,))


def leak(study: Study) -> Verdict:
    """What is said first of shorts."""
    return _shorts(study)[0]


def _of_all(n: int, noun: str) -> str:
    """All there are: both fits, all 3 fits."""
    return f"both {plural(2, noun).partition(' ')[2]}" if n == 2 else f"all {plural(n, noun)}"


def _in(study: Study, named: Mapping[str, Sequence[int]]) -> str:
    """Names and the spectra of each; of a single spectrum the names alone."""
    if len(study.series) == 1:
        return ", ".join(name for name, at in named.items() if at)
    return "; ".join(f"{name} in {len(at)} ({numbers(at, most=3)})" for name, at in named.items() if at)


def _shorts(study: Study) -> list[Verdict]:
    shorts = study.track.shorts
    levels = () if shorts is None else shorts.level
    found = {name: [i for i, there in enumerate(levels) if there == level] for level, name in LEVELS}
    n = plural(len(levels), "spectrum")
    out = [
        Verdict(f"{s} in {len(at)} of {n} ({numbers(at)}).", "alarm", (SHORT,), _named(at))
        for s, at in found.items()
        if at
    ]
    if out:
        return out
    if shorts is None or all(level == UNJUDGED for level in levels):
        reasons = [text for text in (shorts.remarks if shorts else ()) if text.startswith((NOT_JUDGED, SOME_UNJUDGED))]
        return [Verdict(reasons[0] if reasons else f"{NOT_JUDGED}.", "news", (SHORT, DECISIONS, CELL))]
    losses = [Verdict(remark, "news", (SHORT, DECISIONS)) for remark in shorts.remarks if LOSES in remark]
    return [_no_new_leak(study, shorts), *losses]


def _no_new_leak(study: Study, shorts: Shorts) -> Verdict:
    """What is known where no leak was found: since when, in which spectra, how large one would have to be."""
    judged = {i for i, level in enumerate(shorts.level) if level != UNJUDGED}
    counted = sorted(judged - set(study.track.flagged("misfit")) - _failing(study))
    if not counted:
        why = (
            "the circuit misses every spectrum" if not _failing(study) else "Kramers–Kronig fails or the circuit misses"
        )
        return Verdict(f"Leaks could not be judged: {why}.", "news", (SHORT, QUALITY))
    out, unjudged = len(judged) - len(counted), len(shorts) - len(judged)
    first = _first_of_each(shorts)
    reference = sorted({j for members in set(shorts.baselines) for j in members if set(members) & first})
    since = f" since the reference ({numbers(reference)})" if reference else ""
    said = [f"No new leak in {plural(len(counted), 'judged spectrum')}{since}."]
    bound = shorts.bound[counted][np.isfinite(shorts.bound[counted])]
    if bound.size:
        least = quantity(float(bound.min()), "ohm")
        said.append(f"One above {least} is not excluded, nor any that was there from the start.")
    else:
        said.append("One that was there from the start would not be seen.")
    if out:
        said.append(f"{_do(out)} count: Kramers–Kronig fails or the circuit misses.")
    if unjudged:
        said.append(f"{plural(unjudged, 'spectrum')} could not be judged.")
    if any(WEAK in remark for remark in shorts.remarks):
        said.append(f"The band does not reach the plateau: {WEAK}.")
    return Verdict(" ".join(said), "plain" if len(said) == 2 else "news", (SHORT,))


def _do(n: int) -> str:
    return f"{plural(n, 'spectrum')} {'does' if n == 1 else 'do'} not"


def _first_of_each(shorts: Shorts) -> set[int]:
    """The first spectrum of the reference of each stretch."""
    ends = [*shorts.starts[1:], len(shorts)]
    inside = [
        {j for members in shorts.baselines[a:b] for j in members} for a, b in zip(shorts.starts, ends, strict=True)
    ]
    return {min(found) for found in inside if found}


def _failing(study: Study) -> set[int]:
    """The spectra that fail the Kramers-Kronig test."""
    return {i for i, verdict in enumerate(study.quality.kk.verdict) if str(verdict) == "fail"}


def _misfits(study: Study) -> Iterator[Verdict]:
    """Spectra that the circuit does not describe, as their flag says."""
    at, n = study.track.flagged("misfit"), len(study.series)
    if not at:
        return
    where = "the spectrum" if n == 1 else f"the data in {len(at)} of {plural(n, 'spectrum')} ({numbers(at)})"
    worst = study.track.worst("misfit")
    said = f"The circuit misses {where}: errors there are not to be trusted"
    better = worst.sentence.partition("; ")[2] if worst else ""
    if better and worst:
        label, name = study.series[worst.spectrum].label, "it" if n == 1 else f"no. {worst.spectrum + 1}"
        better = better.replace(f"describe {label} ", f"describe {name} ")
    shown = tuple(dict.fromkeys([*_named(at), *([worst.spectrum] if worst else [])]))
    yield Verdict("; ".join(text for text in (said, better) if text) + ".", "alarm", (FLAGS, QUALITY), shown)


def _fits(study: Study) -> Iterator[Verdict]:
    status, n = study.fits.status, len(study.fits)
    bad = np.flatnonzero(~study.fits.usable).tolist()
    rms = study.fits.rms_percent[np.isfinite(study.fits.rms_percent)]
    typical = "The residual is" if n == 1 else "The median residual is"
    median = f" {typical} {significant(float(median_of(rms)))} % of |Z| per component." if rms.size else ""
    if bad and n == 1:
        yield Verdict(f"The fit did not converge. {study.fits.sentence(0)}", "alarm", (PARAMETERS,))
    elif bad:
        why = "; ".join(f"{many} {s.words}" for s, many in Counter(status[i] for i in bad).items())
        said = f"{len(bad)} of {plural(n, 'fit')} did not converge ({numbers(bad)}: {why}).{median}"
        places = (f"{bad[0] + 1}   {study.series[bad[0]].label or 'unnamed'}", SINGLE)
        yield Verdict(said, "alarm", places, _named(bad))
    else:
        yield Verdict(f"{'The fit' if n == 1 else _of_all(n, 'fit').capitalize()} converged.{median}")
    part = [i for i, s in enumerate(status) if s is not FitStatus.CONVERGED and i not in set(bad)]
    if part:
        known = "" if set(part) & set(study.track.flagged("misfit")) else "; the others are well known"
        where = "The" if n == 1 else f"In {numbers(part)} the"
        yield Verdict(f"{where} data do not determine some parameters{known}.", "news", (PARAMETERS,), _named(part))


def _kramers_kronig(study: Study) -> Verdict:
    verdict = [str(v) for v in study.quality.kk.verdict]
    n, passed = len(verdict), verdict.count("pass")
    if passed == n:
        return Verdict(f"Kramers–Kronig test: {'it passes' if n == 1 else _of_all(n, 'spectrum') + ' pass'}.", "calm",
                       (QUALITY,))  # fmt: skip
    places = {word: [i for i, v in enumerate(verdict) if v == word] for word in ("fail", "doubtful")}
    named = [f"{len(at)} {word} ({numbers(at, most=3)})" for word, at in places.items() if at]
    said = ", ".join([*named, *([f"{passed} pass"] if passed else [])])
    of = "" if n == 1 else f" of {n} spectra"
    said = "doubtful" if n == 1 and not places["fail"] else "it fails" if n == 1 else said
    tone: Tone = "alarm" if places["fail"] else "news"
    return Verdict(f"Kramers–Kronig test{of}: {said}.", tone, (FAILING, QUALITY), _named(*places.values(), most=3))


def _skipped(study: Study) -> Iterator[Verdict]:
    """Inputs and spectra that are not here: unread ones, and those that somebody left out."""
    out = excluded(study.series)
    if out:
        named = [f"{note.path} is left out: {reason_of(note)}" for note in out[:MOST_EXCLUDED]]
        more = [f"so are {len(out) - MOST_EXCLUDED} more"] if len(out) > MOST_EXCLUDED else []
        yield Verdict(f"{'; '.join([*named, *more])}.", "news", (LEFT_OUT, CELL))
    n = sum(note.kind == "skipped" for note in study.series.notes)
    if n:
        are = "is" if n == 1 else "are"
        yield Verdict(f"{plural(n, 'input')} could not be read and {are} missing here.", "alarm", (CELL,))


def _doubted(study: Study) -> Iterator[Verdict]:
    """Fits that may be another minimum, and resistances that go further than the impedance does."""
    missed, n = set(study.track.flagged("misfit")), len(study.series)
    at = [i for i in study.track.flagged("uncertain_minimum") if i not in missed]  # there the circuit is what is wrong
    if at:
        where = f" in {plural(len(at), 'spectrum')} ({numbers(at)})" if n > 1 else ""
        yield Verdict(f"The minimum is not sure{where}: the values may be others.", "news", (FLAGS,), _named(at))
    jumps: dict[str, set[int]] = {}
    for finding in study.track.findings:
        if finding.flag == "jump":
            jumps.setdefault(finding.role, set()).add(finding.spectrum)
    if jumps:
        said = "; ".join(f"{role} jumps at {numbers(at)}" for role, at in jumps.items())
        shown = _named(*jumps.values())
        yield Verdict(f"{said}: further than the impedance does.", "news", (FLAGS, RESISTANCES), shown)


def _unresolved(study: Study) -> Iterator[Verdict]:
    """What the data do not tell; under a leak no resistance is that of the cell."""
    track, n = study.track, len(study.series)
    roles = track.assigned or track.roles
    leaks = np.flatnonzero(under_short(track, study.fits)).tolist()
    named = {role: track.flagged(f"unresolved_{role}") for role in roles}
    if any(named.values()):
        both = {i for at in named.values() for i in at} & set(leaks)
        under = f"; {plural(len(both), 'spectrum')} of these under a leak" if both else ""
        where = _named(*named.values(), most=3)
        yield Verdict(f"Not resolved: {_in(study, named)}{under}.", "news", (RESISTANCES, FLAGS), where)
    elif track.flagged("merged_arcs"):
        return
    elif roles and set(range(n)) - set(leaks) - set(track.flagged("misfit")) and not [*_doubted(study)]:
        whole = f"in the {plural(n - len(leaks), 'spectrum')} without a leak" if leaks else "in every spectrum"
        yield Verdict("Every resistance is resolved." if n == 1 else f"Every resistance is resolved {whole}.")
    if roles and leaks:
        said = "Under a leak no resistance is that of the cell: the key numbers leave these spectra out."
        yield Verdict(said, "news", (RESISTANCES,))


def _at_bound(study: Study) -> Iterator[Verdict]:
    """Parameters whose value the bound of the search decided."""
    held = zip(study.fits.names, study.fits.at_bound.T, strict=True)
    named = {name: np.flatnonzero(at).tolist() for name, at in held}
    if any(named.values()):
        said = f"At a bound of the search, which decided and not the data: {_in(study, named)}."
        yield Verdict(said, "news", (PARAMETERS,), _named(*named.values(), most=3))


def _unlikely(study: Study) -> Iterator[Verdict]:
    """Arcs whose capacitance is not that of the process they are read as."""
    cells = {column.name: column.cells for column in study.derived_columns()}
    for role in study.track.assigned:
        texts = cells.get(f"plausibility_{role.removeprefix('R_')}", ())
        if role not in study.track.roles:
            continue
        sure = resolved_values(study.track, role)
        told = [str(text) for text, known in zip(texts, sure, strict=False) if text and known]
        odd = Counter(text.partition(": ")[2] for text in told if text.startswith(UNUSUAL))
        if 2 * odd.total() > len(told):
            most, where = odd.most_common(1)[0][0], f" in {odd.total()} of {len(told)} spectra" * (len(told) > 1)
            of = most if most.startswith("outside") else f"typical of {most}"
            yield Verdict(f"{role} may be another process: its capacitance is {of}{where}.", "news", (CELL,))


def _arcs(study: Study) -> Iterator[Verdict]:
    """Arcs that merge, cross, come and go: where."""
    for flag, said in ARCS.items():
        at = study.track.flagged(flag)
        where = f" ({numbers(at)})" if len(study.series) > 1 else ""
        if at:
            yield Verdict(f"{said}{where}.", "news", (FLAGS, RESISTANCES), _named(at))
