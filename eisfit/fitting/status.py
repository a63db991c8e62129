"""How a fit ended: a numerical outcome is a status with a sentence, never a magic number."""

from __future__ import annotations

from enum import StrEnum


class FitStatus(StrEnum):
    """Outcome of the fit of one spectrum."""

    CONVERGED = "converged"
    STALLED = "stalled"
    MAX_ITERATIONS = "max_iterations"
    SINGULAR = "singular"
    NON_FINITE = "non_finite"

    @property
    def sentence(self) -> str:
        """What it means, in words."""
        return _SENTENCES[self]

    @property
    def words(self) -> str:
        """The same in two or three words, for lists and counts."""
        return _WORDS[self]


_SENTENCES = {
    FitStatus.CONVERGED: "The cost no longer falls: a minimum was reached.",
    FitStatus.STALLED: "No step lowers the cost, yet the gradient is not zero: the values may be near a minimum.",
    FitStatus.MAX_ITERATIONS: "The iterations ran out before the cost settled.",
    FitStatus.SINGULAR: "Some parameters cannot be told apart by these data: their errors are not given.",
    FitStatus.NON_FINITE: "The model or the data gave no finite number: nothing was fitted.",
}

_WORDS = {
    FitStatus.CONVERGED: "converged",
    FitStatus.STALLED: "stalled",
    FitStatus.MAX_ITERATIONS: "out of iterations",
    FitStatus.SINGULAR: "not determined by the data",
    FitStatus.NON_FINITE: "without a finite number",
}
