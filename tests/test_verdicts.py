"""What the study says, in sentences, and which spectra are shown for it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from eisfit.fitting.status import FitStatus
from eisfit.plots.labels import role_symbol
from eisfit.plots.telling import ALL_UP_TO, choose
from eisfit.report import PAGES, cell, quality, shorts, summary
from eisfit.report._document import Layout, Paragraph, Table
from eisfit.report._facts import cell_name, own_settings
from eisfit.shorts.self_discharge import LOSES
from eisfit.shorts.values import NOT_JUDGED, WEAK
from eisfit.spectrum import Note, Source
from eisfit.tracking.track import Finding
from eisfit.verdicts import ORDER, numbers, plural, verdicts
from tests.studies import make_study


def test_the_worst_is_said_first_and_leads_to_a_page() -> None:
    said = verdicts(make_study(n=12, failed=[3], shorts=[8, 9], skipped=2))
    tones = [ORDER.index(v.tone) for v in said]
    assert tones == sorted(tones)
    assert "calm" not in {v.tone for v in said}, "nothing is calm beside bad news"
    assert said[0].sentence.startswith("Suspected short in 2 of 12")
    assert {v.places[-1] for v in said if v.places} <= {*(page.TITLE for page in PAGES), "Flags"}
    assert all(v.places for v in said if v.tone == "alarm")


def test_a_circuit_that_misses_the_data_is_said() -> None:
    study = make_study(n=4)
    flags = tuple((*f, "misfit") if i in (1, 2) else f for i, f in enumerate(study.track.flags))
    missed = replace(study, track=replace(study.track, flags=flags))
    assert any(
        "misses the data in 2 of 4 spectra (no. 2, 3)" in v.sentence and v.tone == "alarm" for v in verdicts(missed)
    )
    assert not any("misses" in v.sentence for v in verdicts(study))


def test_short_series_are_shown_whole_and_long_ones_by_their_telling_spectra() -> None:
    assert [c.spectrum for c in choose(make_study(n=5), None)] == list(range(5))
    study = make_study(n=90, failed=[40], shorts=[60, 61])
    worst = int(np.nanargmax(study.fits.rms))
    chosen = choose(study, None)
    index = [c.spectrum for c in chosen]
    assert len(index) == ALL_UP_TO
    assert index == sorted(set(index))
    assert {0, 89, 40, 60, worst} <= set(index)
    assert all(c.why for c in chosen)
    assert len(choose(study, True)) == 90


def test_few_spectra_can_be_asked_for() -> None:
    assert len(choose(make_study(n=5), False)) == 5


def test_a_series_of_failures_still_shows_its_ends() -> None:
    study = make_study(n=60)
    fits = replace(study.fits, status=(FitStatus.STALLED,) * 60)
    index = [c.spectrum for c in choose(replace(study, fits=fits), None)]
    assert {0, 59} <= set(index)
    assert len(index) == ALL_UP_TO


@pytest.mark.parametrize(
    ("index", "text"),
    [([3], "no. 4"), ([0, 1], "no. 1, 2"), ([4, 0, 1, 2], "no. 1 to 3, 5"), (range(0, 40, 2), "no. 1, 3, 5, 7, 9, 11")],
)
def test_spectra_are_named_by_their_numbers_from_one(index: Any, text: str) -> None:
    assert numbers(index).startswith(text)


def test_of_many_places_the_number_is_said() -> None:
    assert numbers(range(0, 40, 2), most=3) == "no. 1, 3, 5 and 17 more spectra"


def test_plurals_of_the_field() -> None:
    assert plural(1, "judged spectrum") == "1 judged spectrum"
    assert plural(2, "judged spectrum") == "2 judged spectra"
    assert plural(2, "fit") == "2 fits"


def test_a_cell_without_a_name_is_known_by_its_files() -> None:
    study = make_study(n=3)
    nameless = study.series.with_(cell=replace(study.series.cell, name=None))
    for files, text in ((("a", "a", "a"), "a.mpt"), (("a", "b", "c"), "there")):
        spectra = tuple(
            s.with_(source=Source(path=f"there/{f}.mpt", reader="table", sweep=k, sha256=""))
            for k, (s, f) in enumerate(zip(nameless, files, strict=True))
        )
        named = replace(study, series=nameless.with_(spectra=spectra))
        assert cell_name(named) == text
        assert cell_name(replace(named, options=replace(named.options, given="cell 7"))) == "cell 7"


def test_parameters_at_a_bound_are_named_in_the_verdict() -> None:
    study = make_study(n=4)
    assert not any("bound of the search" in v.sentence for v in verdicts(study))
    bound = np.zeros_like(study.fits.at_bound)
    bound[1:3, study.fits.names.index("Q_GB_n")] = True
    held = replace(study, fits=replace(study.fits, at_bound=bound))
    assert any("Q_GB_n in 2 (no. 2, 3)" in v.sentence for v in verdicts(held))


def test_a_cell_that_did_not_leak_has_no_table_of_zeros() -> None:
    quiet = list(shorts.blocks(make_study(n=6), Layout()))
    loud = list(shorts.blocks(make_study(n=12, shorts=[8, 9]), Layout()))
    assert not any(isinstance(block, Table) for block in quiet)
    assert any(isinstance(block, Table) for block in loud)
    assert any("No new leak" in block.text for block in quiet if isinstance(block, Paragraph))


def test_a_leak_is_left_out_of_the_key_numbers_and_page_1_says_so() -> None:
    study = make_study(n=8, shorts=[6, 7], type="symmetric", directions=False)
    flags = tuple(("soft_short",) if i in (6, 7) else () for i in range(8))
    study = replace(study, track=replace(study.track, flags=flags, findings=()))
    assert any("in the 6 spectra without a leak" in v.sentence for v in verdicts(study))
    assert any(v.sentence.startswith("Under a leak no resistance") for v in verdicts(study))
    table = next(b for b in summary.blocks(study, Layout()) if isinstance(b, Table))
    lowest = {row[0]: float(row[2].partition("(")[0]) for row in table.rows}
    assert lowest[role_symbol("R_Int")] == pytest.approx(study.track.roles["R_Int"].value[:6].min(), rel=0.05)


def test_a_flag_names_what_broke_its_limit() -> None:
    study = make_study(n=12, shorts=[8, 9])
    table = next(b for b in quality.blocks(study, Layout()) if isinstance(b, Table) and b.columns[0].head == "Flag")
    (row,) = (row for row in table.rows if row[0] == "suspect short")
    assert re.fullmatch(r"score [\d.]+, limit 0.1", row[2])


def test_one_spectrum_is_spoken_of_in_the_singular_and_two_are_both() -> None:
    study = make_study(n=1)
    flags = ((*study.track.flags[0], "misfit", "unresolved_R_GB", "merged_arcs"),)
    said = [v.sentence for v in verdicts(replace(study, track=replace(study.track, flags=flags)))]
    assert said[0].startswith("The circuit misses the spectrum: errors there are not to be trusted")
    assert "Not resolved: R_GB." in said
    assert not any("1 of 1" in sentence or "no. 1" in sentence for sentence in said)
    assert any(v.sentence.startswith("Both fits converged") for v in verdicts(make_study(n=2)))


def test_what_is_not_resolved_is_counted_under_a_leak_too() -> None:
    study = make_study(n=6)
    assert study.track.shorts is not None
    leaky = replace(study.track.shorts, level=("ok", "ok", "ok", "ok", "soft", "soft"))
    flags = tuple(("unresolved_R_Int",) if i > 2 else () for i in range(6))
    track = replace(study.track, flags=flags, shorts=leaky)
    said = [v.sentence for v in verdicts(replace(study, track=track))]
    assert "Not resolved: R_Int in 3 (no. 4 to 6); 2 spectra of these under a leak." in said


def test_spectra_that_are_left_out_and_settings_of_single_ones_are_told() -> None:
    study = make_study(n=3)
    notes = (*study.series.notes, Note("ignored", "c#4", "excluded by eisfit.toml: [[spectra]] 1 (match = 'c#4')"))
    label = study.series[1].label
    tables = [{"match": label, "fix": {"R_GB": 13.0}, "start": {"R_Int": 30.0}, "mask": [[1.0, 2.0]]}]
    options = replace(study.options, used={**study.options.used, "spectra": tables})
    told = replace(study, series=study.series.with_(notes=notes), options=options)
    assert any(v.sentence == "c#4 is left out: eisfit.toml: [[spectra]] 1 (match = 'c#4')." for v in verdicts(told))
    notes = (Note("ignored", "c#4", "excluded by eisfit.toml: [[spectra]] 1 (match = 'c#4'): contact lost"),)
    why = replace(study, series=study.series.with_(notes=notes))
    assert any(v.sentence == "c#4 is left out: contact lost." and v.tone == "news" for v in verdicts(why))
    ((where, what),) = own_settings(told)
    assert where == "no. 2"
    assert what == "R_GB kept at 13; search of R_Int from 30; 1 Hz to 2 Hz left out"


def test_no_leak_is_said_only_of_new_ones_and_of_spectra_that_count() -> None:
    study = make_study(n=8)
    assert study.track.shorts is not None
    quiet = replace(study.track.shorts, level=("ok",) * 8, remarks=())

    def said(**flags_and_shorts: Any) -> Any:
        shorts = replace(quiet, **{k: v for k, v in flags_and_shorts.items() if k != "flags"})
        flags = flags_and_shorts.get("flags", ((),) * 8)
        return verdicts(replace(study, track=replace(study.track, shorts=shorts, flags=flags)))

    (known,) = (v for v in said() if "new leak" in v.sentence)
    assert known.tone == "plain"
    assert known.sentence.startswith("No new leak in 8 judged spectra since the reference (no. 1 to 3).")
    assert known.sentence.endswith("Ω is not excluded, nor any that was there from the start.")
    assert re.search(r"One above [\d.]+ Ω is not excluded", known.sentence)
    (fewer,) = (v for v in said(flags=(("misfit",),) * 2 + ((),) * 6) if "new leak" in v.sentence)
    assert "in 6 judged spectra" in fewer.sentence
    assert "2 spectra do not count" in fewer.sentence
    (weak,) = (v for v in said(remarks=(f"The band: {WEAK}.",)) if "new leak" in v.sentence)
    assert weak.tone == "news"
    assert WEAK in weak.sentence
    reason = f"{NOT_JUDGED} where fewer than 4 spectra stand at one pressure."
    assert ("news", reason) in [v[1::-1] for v in said(level=("not judged",) * 8, remarks=(reason,))]


def test_what_may_be_another_minimum_and_what_jumps_is_said_and_nothing_is_resolved_beside_it() -> None:
    study = make_study(n=6)
    flags = (("uncertain_minimum",), (), ("jump",), (), (), ())
    sentence = "c#3: R_GB goes from 3 Ω to 9 Ω, but the impedance changes by 1 Ω at most"
    track = replace(study.track, flags=flags, findings=(Finding(2, "jump", 2.0, 0.05, sentence, "R_GB"),))
    assert any("Every resistance is resolved" in v.sentence for v in verdicts(make_study(n=6)))
    said = [v.sentence for v in verdicts(replace(study, track=track))]
    assert any(text.startswith("The minimum is not sure in 1 spectrum (no. 1)") for text in said)
    assert any(text.startswith("R_GB jumps at no. 3") for text in said)
    assert not any("Every resistance is resolved" in text for text in said)


def test_copies_and_files_of_several_cells_are_said_first() -> None:
    study = make_study(n=4)
    spectra = [*study.series[:3], study.series[1]]
    note = Note("assumed", "a.csv", "the names of the files begin differently (a, b), and are read as one cell: give")
    series = study.series.with_(spectra=spectra, notes=[note])
    first, second, *_ = verdicts(replace(study, series=series))
    assert first.sentence.startswith("1 of 4 spectra (no. 4) repeat the numbers of an earlier one")
    assert second.sentence == "This may be several cells: the names of the files begin differently (a, b)."
    assert (first.tone, second.tone) == ("alarm", "alarm")


def test_where_the_circuit_misses_the_minimum_is_not_doubted_as_well() -> None:
    study = make_study(n=3)
    flags = (("misfit", "uncertain_minimum"), ("uncertain_minimum",), ())
    said = [v.sentence for v in verdicts(replace(study, track=replace(study.track, flags=flags)))]
    assert any(text.startswith("The minimum is not sure in 1 spectrum (no. 2)") for text in said)


def test_no_resistance_is_called_resolved_beside_arcs_that_share_one() -> None:
    study = make_study(n=3)
    said = [v.sentence for v in verdicts(replace(study, track=replace(study.track, flags=(("merged_arcs",), (), ()))))]
    assert not any("resolved" in text for text in said)


def test_a_cell_that_loses_charge_at_rest_is_said_so_beside_leaks() -> None:
    study = make_study(n=5, record=False)
    assert study.track.shorts is not None
    remark = "At rest behind a discharge, where relaxation lifts it, the potential falls by 3.1 mV/h: " + LOSES + "."
    shorts = replace(study.track.shorts, remarks=(remark,))
    said = verdicts(replace(study, track=replace(study.track, shorts=shorts)))
    assert [v.tone for v in said if v.sentence == remark] == ["news"]


def test_of_a_pellet_between_blocking_electrodes_nobody_asks_for_leaks() -> None:
    said = " ".join(v.sentence for v in verdicts(make_study(n=5, type="blocking", record=False)))
    assert "leak" not in said
    assert "All 5 fits converged" in said


def test_what_an_arc_stands_for_is_told_by_values_that_are_resolved() -> None:
    study = make_study(n=6, record=False)
    flags = tuple(("unresolved_R_Int",) for _ in range(6))
    (table,) = (b for b in cell.blocks(replace(study, track=replace(study.track, flags=flags)), Layout())
                if isinstance(b, Table) and b.columns[1].head == "Read as")  # fmt: skip
    rows = {row[0]: row[2:] for row in table.rows}
    assert rows[role_symbol("R_Int")] == ["–", "–", "–"]
    assert rows[role_symbol("R_GB")][0].endswith("kHz")
