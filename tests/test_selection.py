"""Settings of single spectra: what a pattern names, what is left out, masked, and where two places differ."""

from __future__ import annotations

import numpy as np
import pytest

from eisfit.errors import OptionError
from eisfit.readers import KEPT
from eisfit.selection import groups_of, named_by, own_of, with_own_masks, without_excluded
from eisfit.settings import settings_of_spectra
from eisfit.spectrum import Note, Series, Source, Spectrum

F = np.logspace(4, 0, 9)
LABELS = ("a_3.5V", "a_3.6V", "b_3.6V", "b [old]", "")


@pytest.fixture
def series() -> Series:
    spectra = [Spectrum(F, np.full(F.size, 10 + 1j), label=label) for label in LABELS]
    spectra[2] = spectra[2].with_(source=Source(path="cell/second.mpt"))
    return Series(spectra)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*3.6V*", [1, 2]),
        ("a_3.5V", [0]),
        ("b [old]", [3]),
        ("spectrum 5", [4]),
        ("second.mpt", [2]),
        ("second", [2]),
        ("?_3.5V", [0]),
        ("A_3.5V", []),
    ],
)
def test_a_pattern_names_labels_and_files(series, pattern, found):
    assert named_by(series, pattern) == found


def test_what_is_excluded_leaves_a_note(series):
    said = settings_of_spectra(
        [{"match": "a_3.5V", "exclude": "contact lost"}, {"match": "spectrum 5", "exclude": True}]
    )
    left = without_excluded(series, ["b*"], said)
    assert [s.label for s in left] == ["a_3.6V"]
    assert [(n.kind, n.path) for n in left.notes] == [
        ("ignored", "a_3.5V"),
        ("ignored", "b_3.6V"),
        ("ignored", "b [old]"),
        ("ignored", "spectrum 5"),
    ]
    assert left.notes[0].sentence == "excluded by spectra[0] (match = 'a_3.5V'): contact lost"
    assert left.notes[1].sentence == "left out as asked"


@pytest.mark.parametrize(
    ("exclude", "settings", "sentence"),
    [
        (["a_3.7V"], [], "exclude: no spectrum is named 'a_3.7V'; did you mean a_3.6V?"),
        (["zzz"], [], "exclude: no spectrum is named 'zzz'; the labels are a_3.5V, a_3.6V"),
        ([], [{"match": "c*", "mask": [(1, 2)]}], r"spectra\[0\] \(match = 'c\*'\): no spectrum is named"),
        (["*"], [], "every spectrum is excluded"),
        (["a*"], [{"match": "a_3.5V", "exclude": False}], "a_3.5V is left out as asked, but .* says exclude = false"),
        (
            [],
            [{"match": "a*", "exclude": "cracked"}, {"match": "*3.6V", "exclude": "wet"}],
            r"spectra\[0\] .* and spectra\[1\] .* set exclude of a_3.6V differently",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(series, exclude, settings, sentence):
    with pytest.raises(OptionError, match=sentence):
        without_excluded(series, exclude, settings_of_spectra(settings))


def test_series_csv_and_settings_must_not_differ(series):
    noted = series.with_(notes=[Note("ignored", "gone", "excluded in series.csv: cracked")])
    for agreed in ("cracked", True):
        without_excluded(noted, [], settings_of_spectra([{"match": "gone", "exclude": agreed}]))
    without_excluded(noted, ["gone"], settings_of_spectra([{"match": "gone", "mask": [(1, 2)]}]))
    for other in ("wet", False):
        with pytest.raises(
            OptionError, match=r"gone is excluded in series.csv \('cracked'\), but spectra\[0\] .* says"
        ):
            without_excluded(noted, [], settings_of_spectra([{"match": "gone", "exclude": other}]))


def test_a_spectrum_that_series_csv_keeps_is_not_excluded_elsewhere(series):
    label = series[0].label
    kept = series.with_(notes=[Note("ignored", label, KEPT)])
    assert not without_excluded(kept, [], ()).notes
    assert len(without_excluded(kept, [], settings_of_spectra([{"match": label, "exclude": False}]))) == len(series)
    for reason in (True, "wet"):
        with pytest.raises(OptionError, match=rf"{label} stays by .* of series.csv, but spectra\[0\] .* excludes it"):
            without_excluded(kept, [], settings_of_spectra([{"match": label, "exclude": reason}]))


def test_masks_of_single_spectra(series):
    masked = with_own_masks(series, settings_of_spectra([{"match": "a*", "mask": [(90, 110)]}]))
    assert [int(s.mask.sum()) for s in masked] == [1, 1, 0, 0, 0]
    assert "left out as asked" in masked[0].reasons[int(np.argmax(masked[0].mask))]


def test_what_is_set_for_one_spectrum_in_two_places_is_joined(series):
    first, second = {"match": "a*", "circuit": "RC", "fix": {"R1": 2}}, {"match": "*3.6V", "start": {"C1": 1e-6}}
    own = own_of(series, settings_of_spectra([first, second]))
    assert [one.circuit for one in own] == ["RC", "RC", None, None, None]
    assert own[1].fix == {"R1": 2.0}
    assert [dict(one.start) for one in own] == [{}, {"C1": 1e-6}, {"C1": 1e-6}, {}, {}]


@pytest.mark.parametrize("other", [{"circuit": "RQ"}, {"fix": {"R1": 3}}, {"start": {"R1": 3}}])
def test_two_settings_that_differ_are_refused(series, other):
    first = {"match": "a*", "circuit": "RC", "fix": {"R1": 2}, "start": {"R1": 2}}
    with pytest.raises(OptionError, match=r"spectra\[0\] .* and spectra\[1\] .* of a_3.6V differently"):
        own_of(series, settings_of_spectra([first, {"match": "*3.6V", **other}]))


def test_spectra_with_the_same_settings_are_one_group(series):
    same = [
        {"match": "a*", "circuit": "RC"},
        {"match": "spectrum 5", "circuit": "RC"},
        {"match": "b_*", "fix": {"R1": 1}},
    ]
    groups = groups_of(series, settings_of_spectra(same))
    assert [group.rows for group in groups] == [(3,), (0, 1, 4), (2,)]
    assert groups[0].own.circuit is None
    assert [g.rows for g in groups_of(series, settings_of_spectra([{"match": "a*", "mask": [(1, 2)]}]))] == [
        tuple(range(5))
    ]
    assert [g.rows for g in groups_of(series, ())] == [tuple(range(5))]
