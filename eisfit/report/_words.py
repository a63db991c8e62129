"""What the study found, in sentences: the verdict of the summary, and how a spectrum is named in a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from eisfit.fitting.status import FitStatus
from eisfit.numbers import quantity
from eisfit.plots.branches import sound
from eisfit.plots.trends import MOST_JOINED
from eisfit.report._document import Verdict
from eisfit.shorts.values import HARD, SOFT, SUSPECT, UNJUDGED
from eisfit.study import Study
from eisfit.tracking.flags import REGISTRY, Flag

FLAGS, FAILING, CELL = "Flags", "Spectra that do not pass the Kramers–Kronig test", "Cell and measurement"
"""Headings that a verdict leads to."""
MOST_NAMED = 6
"""So many spectra are named in a sentence; of more the number is given."""


def plural(n: int, noun: str) -> str:
    """1 spectrum, 2 spectra, 3 fits."""
    many = noun.removesuffix("um") + "a" if noun.endswith("spectrum") else f"{noun}s"
    return f"{n} {noun if n == 1 else many}"


def numbers(index: Iterable[int], *, most: int = MOST_NAMED) -> str:
    """Spectra by their numbers from 1, neighbours joined: "no. 3, 5 to 8"; of more than `most` places their number."""
    spans: list[list[int]] = []
    for i in sorted(index):
        if spans and i == spans[-1][1] + 1:
            spans[-1][1] = i
        else:
            spans.append([i, i])
    texts = [f"{a + 1}" if a == b else f"{a + 1}{' to ' if b > a + 1 else ', '}{b + 1}" for a, b in spans]
    more = f" and {len(texts) - most} more places" if len(texts) > most else ""
    return "no. " + ", ".join(texts[:most]) + more


def verdicts(study: Study) -> list[Verdict]:
    """The verdict in words, the worst first: leaks, misfits, fits and spectra not to be believed, what is missing."""
    said = [*_shorts(study), *_misfits(study), *_fits(study), _kramers_kronig(study), *_skipped(study)]
    said += [*_unresolved(study), *_at_bound(study), *_arcs(study)]
    return sorted(said, key=lambda verdict: not verdict.alarm)


def leak(study: Study) -> Verdict:
    """What is said first of shorts."""
    return _shorts(study)[0]


def _shorts(study: Study) -> list[Verdict]:
    shorts = study.track.shorts
    if shorts is None:
        return [Verdict("Shorts were not judged.", False, (CELL,))]
    n = len(shorts)
    out = []
    for level, name in ((HARD, "Hard short"), (SOFT, "Soft short"), (SUSPECT, "Suspected short")):
        at = [i for i, there in enumerate(shorts.level) if there == level]
        if at:
            out.append(Verdict(f"{name} in {len(at)} of {plural(n, 'spectrum')} ({numbers(at)}).", True, ("Shorts",)))
    if out:
        return out
    judged = sum(level != UNJUDGED for level in shorts.level)
    if not judged:
        return [Verdict("Shorts were not judged.", False, (CELL,))]
    bound = np.nanmin(shorts.bound) if np.isfinite(shorts.bound).any() else np.nan
    least = f" A leak would have at least {quantity(float(bound), 'ohm')}." if np.isfinite(bound) else ""
    none = f"No short: none of {plural(judged, 'judged spectrum')} looks as if a leak lay beside the cell.{least}"
    return [Verdict(none, False, ("Shorts",))]


def _misfits(study: Study) -> list[Verdict]:
    """Spectra that the circuit does not describe, as their flag says."""
    at = study.track.flagged("misfit")
    n = plural(len(study.series), "spectrum")
    if not at:
        return []
    said = f"The circuit misses the data in {len(at)} of {n} ({numbers(at)}): errors there are not to be trusted"
    first = next((f.sentence for f in study.track.findings if f.flag == "misfit"), "")
    advice = first.partition("; ")[2]
    return [Verdict(f"{said}{f'; {advice}' if advice else ''}.", True, (FLAGS, "Quality"))]


ARCS = {
    "merged_arcs": "Arcs that are one, or too close to be told apart",
    "crossed_arcs": "Arcs change their order",
    "appeared_arc": "An arc appears",
    "vanished_arc": "An arc that the data do not need",
}
"""What the first page says of each flag of the identity of arcs."""


def _arcs(study: Study) -> list[Verdict]:
    """Arcs that merge, cross, come and go: where."""
    found = ((said, study.track.flagged(flag)) for flag, said in ARCS.items())
    return [Verdict(f"{said} ({numbers(at)}).", False, (FLAGS, "Resistances")) for said, at in found if at]


def _kramers_kronig(study: Study) -> Verdict:
    verdict = [str(v) for v in study.quality.kk.verdict]
    count = Counter(verdict)
    if count["pass"] == len(verdict):
        passed = "it passes" if len(verdict) == 1 else f"all {len(verdict)} spectra pass"
        return Verdict(f"Kramers–Kronig test: {passed}.", False, ("Quality",))
    places = {word: [i for i, v in enumerate(verdict) if v == word] for word in ("fail", "doubtful")}
    named = [f"{len(at)} {word} ({numbers(at, most=3)})" for word, at in places.items() if at]
    said = ", ".join([*named, *([f"{count['pass']} pass"] if count["pass"] else [])])
    of = "" if len(verdict) == 1 else f" of {len(verdict)} spectra"
    said = "doubtful" if len(verdict) == 1 and not places["fail"] else "it fails" if len(verdict) == 1 else said
    return Verdict(f"Kramers–Kronig test{of}: {said}.", bool(places["fail"]), (FAILING, "Quality"))


def _fits(study: Study) -> list[Verdict]:
    status = study.fits.status
    bad = np.flatnonzero(~study.fits.usable).tolist()
    rms = study.fits.rms_percent[np.isfinite(study.fits.rms_percent)]
    typical = "The residual is" if len(status) == 1 else "The median residual is"
    median = f" {typical} {np.median(rms):.2g} % of |Z| per component." if rms.size else ""
    part = [i for i, s in enumerate(status) if s is not FitStatus.CONVERGED and i not in set(bad)]
    lost = f" In {numbers(part)} the data do not determine some parameters; the others are well known." if part else ""
    if not bad:
        return [Verdict(f"{'The fit' if len(status) == 1 else f'All {len(status)} fits'} converged.{median}{lost}")]
    if len(status) == 1:
        return [Verdict(f"The fit did not converge. {study.fits.sentence(0)}", True, ("All parameters",))]
    why = "; ".join(f"{n} {s.words}" for s, n in Counter(status[i] for i in bad).items())
    said = f"{len(bad)} of {plural(len(status), 'fit')} did not converge ({numbers(bad)}: {why}).{median}{lost}"
    return [Verdict(said, True, (spectrum_title(study, bad[0]), "Single spectra"))]


def _unresolved(study: Study) -> list[Verdict]:
    """What the data do not tell, of the spectra without a leak: under one no resistance is that of the cell."""
    roles = study.track.assigned or study.track.roles
    n = len(study.series)
    tight = sound(study, np.arange(n)).tolist()
    leaks = n - len(tight)
    out = []
    for role in roles:
        at = [i for i in study.track.flagged(f"unresolved_{role}") if i in set(tight)]
        if at:
            out.append(f"{role} in {len(at)} ({numbers(at, most=3)})")
    said = [Verdict(f"Not resolved: {'; '.join(out)}.", False, ("Resistances", FLAGS))] if out else []
    if roles and not out and set(tight) - set(study.track.flagged("misfit")):
        where = f"in the {plural(len(tight), 'spectrum')} without a leak" if leaks else "in every spectrum"
        said = [Verdict("Every resistance is resolved." if n == 1 else f"Every resistance is resolved {where}.")]
    if roles and leaks:
        said.append(Verdict("Under a leak no resistance is that of the cell: the key numbers leave these spectra out."))
    return said


def _at_bound(study: Study) -> list[Verdict]:
    """Parameters whose value the bound of the search decided."""
    held = zip(study.fits.names, study.fits.at_bound.T, strict=True)
    out = [
        f"{name} in {int(at.sum())} ({numbers(np.flatnonzero(at).tolist(), most=3)})" for name, at in held if at.any()
    ]
    said = f"At a bound of the search, which decided and not the data: {'; '.join(out)}."
    return [Verdict(said, False, ("All parameters",))] if out else []


def _skipped(study: Study) -> list[Verdict]:
    n = sum(note.kind == "skipped" for note in study.series.notes)
    missing = f"{plural(n, 'input')} could not be read and {'is' if n == 1 else 'are'} missing here."
    return [Verdict(missing, True, (CELL,))] if n else []


def declared(flag: str) -> Flag | None:
    """The declaration of a flag; of one for a role (unresolved_R_GB) that with the beginning of its name."""
    name = next((n for n in REGISTRY if flag == n or (n[-1] == "_" and flag.startswith(n))), None)
    name = name or next((n for n in REGISTRY if flag.startswith(f"{n}_")), None)
    return REGISTRY[name] if name else None


def bars(study: Study) -> str:
    """What the error bars along a series are."""
    n = len(study.series)
    return (
        "Bars: one standard error."
        if n <= MOST_JOINED
        else f"Bars: one standard error, at {MOST_JOINED} of {n} values."
    )


def cell_name(study: Study) -> str:
    """The name of the cell; else of its file, or of the folder of its files."""
    if study.series.cell.name:
        return study.series.cell.name
    sources = [s.source for s in study.series if s.source and s.source.path]
    files = list(dict.fromkeys(source.path.replace("\\", "/") for source in sources))
    if not files:
        return "Impedance spectra"
    folder, _, name = files[0].rpartition("/")
    if len(files) == 1:
        return name
    alike = folder and all(file.rpartition("/")[0] == folder for file in files)
    return (
        f"{folder.rpartition('/')[2]} ({len(files)} files)"
        if alike
        else f"{name} and {plural(len(files) - 1, 'more file')}"
    )


def spectrum_title(study: Study, i: int) -> str:
    """The heading of a single spectrum: its number and its label."""
    return f"{i + 1}   {study.series[i].label or 'unnamed'}"
