"""Files that share their head share its layout: what is found by it is what line by line would have found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import ReadError
from eisfit.readers._base import File, Wishes
from eisfit.readers.tabular import plain
from eisfit.readers.tabular.heads import Head, head_of

F = np.geomspace(1e5, 0.1, 21)
Z = 10 + 85 / (1 + (2j * np.pi * F * 1e-4) ** 0.9)


def rows(mark: str = ",", end: str = "\n", form: str = "%.7g") -> str:
    """The rows of a table with f, Re, Im."""
    return "".join(mark.join(form % value for value in row) + end for row in zip(F, Z.real, Z.imag, strict=True))


def test_plain_rows_have_a_head() -> None:
    text = b"# of a cell\nf,Re,Im\n1e5,2.5,-3\n10.,+2,-.5e-3\n"
    assert head_of(text) is None  # a number that begins with its point is looked at with care
    text = text.replace(b"-.5e-3", b"-5E-3")
    assert head_of(text) == Head(b"# of a cell\nf,Re,Im\n", b",", 3)
    assert head_of(text[:-1]) == head_of(text)  # the last line without its end
    assert head_of(b"1;2;3;4\r\n5;6;7;8\r\n") == Head(b"", b";", 4)


def test_rows_that_are_not_plain_have_none() -> None:
    for text in (b"", b"f,Re,Im\n", b"f,Re\n1,2\n3,4\n", b"f,Re,Im\n1,2,3\n4,5\n", b"f,Re,Im\n1,2,3\n# 25 C\n4,5,6\n",
                 b"f,Re,Im\n1,2,3\n4,n/a,6\n", b"f,Re,Im\n1,2,3,\n4,5,6,\n", b"f Re Im\n1 2 3\n4 5 6\n",
                 b"f,Re,Im\n1,2,3\n\n4,5,6\n", b"f,Re,Im\n1,2,3k\n4,5,6k\n"):  # fmt: skip
        assert head_of(text) is None, text


HEADS = (
    "f,Re,Im", "freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", "f / kHz,Z' / mOhm,Z'' / mOhm", "f,Re,Im\nHz,kOhm,kOhm", "Hz,Ohm,deg",
    "# 25 C\nf,Re,Im", "# impedance in kOhm\nf,Re,Im", "# admittance in S\nf,Re,Im", "Model: A\n\nfrequency,|Z|,phase",
    "f,Y',Y''", "T,sigma,x", "freq (Hz),Zre,Zim\n# measured at 25 C", "# area 1 cm2\nf (Hz),Re (Ohm cm2),Im (Ohm cm2)",
    "frequency,C,D", "time,E,I", "f,Re,", "", "21", "log f,Re,Im", "f,eps',eps''", "column 2 = eps'\nf,a,b",
    "no,sweep,here", "f,Re,Im,spare", "f;Re;Im", "omega,Z1,Z2", "# fit of Circuit Model 1\nf,Re,Im",
    "f_fit,Re_fit,Im_fit", "f,Re,Im\n100000,n/a,3", "f;Re;Im\n1000000,5;2;3",
)  # fmt: skip
NAMES = ("a.csv", "cell_kOhm.csv", "cell_admittance.csv", "a_fit.csv")


def told(name: str, text: str, titles: tuple[str, ...] = ()) -> object:
    """What is read, or what is said of it."""
    try:
        found = plain.read_table(File(Path(name), text.encode(), name, Wishes(titles=titles)))
    except ReadError as error:
        return type(error), str(error)
    spectra = [(s.frequency.tolist(), s.impedance.tolist(), s.conditions) for s in found.spectra]
    return spectra, [(t.time_s.tolist(), t.current_A.tolist()) for t in found.traces], found.notes


def test_the_head_tells_what_the_lines_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [(name, head + "\n" * bool(head) + rows(), ()) for head in HEADS for name in NAMES]
    texts += [("a.csv", head.replace(",", "\t") + "\r\n" + rows("\t", "\r\n", "%.3e"), ()) for head in HEADS]
    texts += [("a.csv", head.replace(",", ";") + "\n" + rows(";", form="%.3f"), ()) for head in HEADS]
    texts += [("a.csv", "f,Re,Im\n" + rows(), (title,)) for title in ("EIS", "Admittance", "Z in kOhm")]
    fast = [(told(*text), plain.looks_like_table(text[1].encode()[:4096])) for text in texts]
    monkeypatch.setattr(plain, "known_shape", lambda *_: None)
    for text, found in zip(texts, fast, strict=True):
        assert found == (told(*text), plain.looks_like_table(text[1].encode()[:4096])), text[:2]


def test_files_of_one_head_are_laid_out_once() -> None:
    plain.below_head.cache_clear()
    for i in range(3):
        told(f"{i}.csv", f"f/Hz,Re/Ohm,Im/Ohm\n{rows(form=f'%.{i + 5}g')}")
    assert plain.below_head.cache_info().misses == 1
