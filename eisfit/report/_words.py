"""What the study found, in sentences: the verdict of the summary, and how a spectrum is named in a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from eisfit.fitting.status import FitStatus
from eisfit.numbers import with_error
from eisfit.shorts.values import HARD, SOFT, SUSPECT, UNJUDGED
from eisfit.study import Study

MOST_NAMED = 6
"""So many spectra are named in a sentence; of more the number is given."""


class Verdict(NamedTuple):
    """One sentence of the verdict, and whether it asks for attention."""

    sentence: str
    alarm: bool = False


def plural(n: int, noun: str) -> str:
    """1 spectrum, 2 spectra, 3 fits."""
    many = noun.removesuffix("um") + "a" if noun.endswith("spectrum") else f"{noun}s"
    return f"{n} {noun if n == 1 else many}"


def numbers(index: Iterable[int]) -> str:
    """Spectra by their numbers from 1, neighbours joined: "no. 3, 5 to 8"."""
    spans: list[list[int]] = []
    for i in sorted(index):
        if spans and i == spans[-1][1] + 1:
            spans[-1][1] = i
        else:
            spans.append([i, i])
    texts = [f"{a + 1}" if a == b else f"{a + 1}{' to ' if b > a + 1 else ', '}{b + 1}" for a, b in spans]
    more = f" and {len(texts) - MOST_NAMED} more places" if len(texts) > MOST_NAMED else ""
    return "no. " + ", ".join(texts[:MOST_NAMED]) + more


def verdicts(study: Study) -> list[Verdict]:
    """The verdict in words: shorts, Kramers-Kronig, fits, what is not resolved or at a bound, what was skipped."""
    found = [*_shorts(study), _kramers_kronig(study), _fits(study), *_unresolved(study)]
    return [*found, *_at_bound(study), *_skipped(study)]


def _shorts(study: Study) -> list[Verdict]:
    shorts = study.track.shorts
    if shorts is None:
        return [Verdict("Shorts were not judged.")]
    n = len(shorts)
    out = []
    for level, name in ((HARD, "Hard short"), (SOFT, "Soft short"), (SUSPECT, "Suspected short")):
        at = [i for i, found in enumerate(shorts.level) if found == level]
        if at:
            reason = f" {_capital(shorts.reasons[at[0]])}" if shorts.reasons[at[0]] else ""
            out.append(
                Verdict(f"{name} in {len(at)} of {plural(n, 'spectrum')} ({numbers(at)}).{_ended(reason)}", True)
            )
    judged = sum(level != UNJUDGED for level in shorts.level)
    if not judged:
        return [Verdict(" ".join(["Shorts were not judged.", *map(_ended, shorts.remarks)]))]
    if not out:
        bound = np.nanmin(shorts.bound) if np.isfinite(shorts.bound).any() else np.nan
        least = (
            f" A leak beside the cell would have at least {with_error(float(f'{bound:.3g}'))} Ω."
            if np.isfinite(bound)
            else ""
        )
        out.append(
            Verdict(
                f"No short: none of {plural(judged, 'judged spectrum')} looks as if a leak lay beside the cell.{least}"
            )
        )
    return out


def _kramers_kronig(study: Study) -> Verdict:
    verdict = [str(v) for v in study.quality.kk.verdict]
    count = Counter(verdict)
    if count["pass"] == len(verdict):
        return Verdict(
            f"Kramers–Kronig test: {'it passes' if len(verdict) == 1 else f'all {len(verdict)} spectra pass'}."
        )
    parts = [f"{count[word]} {word}" for word in ("pass", "doubtful", "fail") if count[word]]
    failed = [i for i, v in enumerate(verdict) if v == "fail"]
    named = f" ({numbers(failed)})" if failed else ""
    return Verdict(
        f"Kramers–Kronig test of {plural(len(verdict), 'spectrum')}: {', '.join(parts)}{named}.", bool(failed)
    )


def _fits(study: Study) -> Verdict:
    status = study.fits.status
    bad = [i for i, s in enumerate(status) if s is not FitStatus.CONVERGED]
    rms = study.fits.rms_percent[np.isfinite(study.fits.rms_percent)]
    median = f" The median residual is {np.median(rms):.2g} % of |Z| per component." if rms.size else ""
    if not bad:
        return Verdict(f"{'The fit' if len(status) == 1 else f'All {len(status)} fits'} converged.{median}")
    if len(status) == 1:
        return Verdict(f"The fit did not converge. {study.fits.sentence(0)}{median}", True)
    why = "; ".join(f"{n} {s.words}" for s, n in Counter(status[i] for i in bad).items())
    return Verdict(
        f"{len(bad)} of {plural(len(status), 'fit')} did not converge ({numbers(bad)}: {why}).{median}", True
    )


def _unresolved(study: Study) -> list[Verdict]:
    out = []
    for role in study.track.assigned or study.track.roles:
        at = study.track.flagged(f"unresolved_{role}")
        if at:
            out.append(f"{role} in {len(at)} ({numbers(at)})")
    if out:
        return [
            Verdict(f"Not resolved: {'; '.join(out)}. These values are crossed in the figures; they carry their flag.")
        ]
    return [Verdict("Every resistance is resolved in every spectrum.")] if study.track.roles else []


def _at_bound(study: Study) -> list[Verdict]:
    """Parameters whose value the bound of the search decided."""
    held = zip(study.fits.names, study.fits.at_bound.T, strict=True)
    out = [f"{name} in {int(at.sum())} ({numbers(np.flatnonzero(at).tolist())})" for name, at in held if at.any()]
    return [Verdict(f"At a bound of the search, which decided and not the data: {'; '.join(out)}.")] if out else []


def _skipped(study: Study) -> list[Verdict]:
    n = sum(note.kind == "skipped" for note in study.series.notes)
    missing = f"{plural(n, 'input')} could not be read and {'is' if n == 1 else 'are'} missing here (see below)."
    return [Verdict(missing, True)] if n else []


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ended(text: str) -> str:
    return text if not text or text.endswith(".") else text + "."


def cell_name(study: Study) -> str:
    """The name of the cell, or of what stands in for it."""
    if study.series.cell.name:
        return study.series.cell.name
    sources = [s.source for s in study.series if s.source and s.source.path]
    files = list(dict.fromkeys(s.path.replace("\\", "/").rsplit("/", 1)[-1] for s in sources))
    if not files:
        return "Impedance spectra"
    return files[0] if len(files) == 1 else f"{files[0]} and {plural(len(files) - 1, 'more file')}"
