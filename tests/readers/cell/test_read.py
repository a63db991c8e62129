"""read(): folders, globs, bad files, twins, order and labels."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from eisfit.errors import (
    AmbiguousFormat,
    CorruptFile,
    EmptyFile,
    MissingDependency,
    OptionError,
    ReadError,
    UnknownFormat,
)
from eisfit.readers import formats, read
from eisfit.readers._base import REGISTRY, Content, Reader, reader
from eisfit.spectrum import Cell

CSV = "f/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n1000,10,-1\n100,12,-4\n10,{},-3\n"
BAD = "frequency/Hz,Re(Z)/Ohm,Im(Z)/Ohm\n1,nope,3\n"


def csv(value: float = 30) -> str:
    """A table of three points; `value` tells it from others."""
    return CSV.format(value)


def test_folder_in_natural_order_with_labels_and_sources(folder):
    path = folder({"2.csv": csv(2), "10.csv": csv(10), "1.csv": csv(1)})
    series = read(path)
    assert [s.label for s in series] == ["1", "2", "10"]
    assert [s.source.path for s in series] == ["1.csv", "2.csv", "10.csv"]
    assert {s.source.reader for s in series} == {"table"}
    assert len({s.source.sha256 for s in series}) == 3
    assert series.notes == ()


def test_results_do_not_depend_on_where_the_folder_lies(folder, tmp_path, peis, gcpl):
    path = folder({"a_01_PEIS_C01.mpt": peis([0.0, 900.0]), "a_02_GCPL_C01.mpt": gcpl([(100, 5.0, 9)])})
    other = tmp_path / "elsewhere" / "ümlaut folder"
    other.parent.mkdir()
    left = read(path)
    path.rename(other)
    right = read(str(other))
    assert [(s.label, s.source, s.conditions) for s in left] == [(s.label, s.source, s.conditions) for s in right]


def test_file_glob_and_list_are_paths_too(folder):
    path = folder({"a.csv": csv(1), "b.csv": csv(2), "c.txt": csv(3).replace(",", "\t")})
    assert len(read(path / "a.csv")) == 1
    assert [s.label for s in read(str(path / "*.csv"))] == ["a", "b"]
    assert [s.label for s in read([path / "c.txt", str(path / "a.csv"), path / "a.csv"])] == ["a", "c"]
    assert len(read([path, path / "a.csv"])) == 3


def test_same_names_in_several_folders_are_told_apart(tmp_path):
    for name, value in (("x", 1), ("y", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "eis.csv").write_text(csv(value))
    series = read([tmp_path / "x", tmp_path / "y"])
    assert [s.label for s in series] == ["x/eis.csv", "y/eis.csv"]


def test_one_bad_file_is_skipped_and_named(folder):
    series = read(folder({"good.csv": csv(), "bad.csv": BAD, "empty.csv": "", "gone.mpt": "EC-Lab ASCII FILE\n"}))
    assert len(series) == 1
    skipped = {note.path: note.sentence for note in series.notes if note.kind == "skipped"}
    assert skipped.keys() == {"bad.csv", "empty.csv", "gone.mpt"}
    assert "line 2" in skipped["bad.csv"]
    assert "'nope'" in skipped["bad.csv"]


def test_files_that_are_no_data_are_passed_over(folder):
    photograph = b"\x89PNG\r\n\x1a\n\0\0" + bytes(range(256))
    series = read(
        folder(
            {
                "a.csv": csv(),
                "IMG_1.png": photograph,
                "README.md": "f,Re,Im\n1,2,3\n",
                "LICENSE.txt": "1,2,3",
                "eisfit.toml": "[cell]",
                ".hidden.csv": BAD,
                "notes.txt": "the cell was warm\n",
                "settings.mps": "EC-LAB SETTING FILE",
            }
        )
    )
    assert len(series) == 1
    assert {note.path: note.kind for note in series.notes} == {
        "IMG_1.png": "ignored",
        "notes.txt": "ignored",
        "settings.mps": "ignored",
    }


def test_subfolders_are_other_cells(folder):
    path = folder({"a.csv": csv()})
    (path / "b.mpt").mkdir()
    (path / "b.mpt" / "b.csv").write_text(csv(2))
    assert [s.label for s in read(path)] == ["a"]
    (path / "a.csv").unlink()
    with pytest.raises(ReadError, match=r"1 of its sub-folders do \(the first is b.mpt\)"):
        read(path)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "the folder is empty"),
        ({"IMG_1.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF", "IMG_2.jpg": b"\xff\xd8"}, "none of its 2 files"),
        ({"eisfit.toml": ""}, "holds no data file"),
    ],
)
def test_folders_without_data(folder, files, sentence):
    with pytest.raises(ReadError, match=sentence):
        read(folder(files))


def test_a_folder_without_data_beside_one_with_data_is_named(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    series = read([folder({"good.csv": csv()}), tmp_path / "empty"])
    assert len(series) == 1
    (note,) = [note for note in series.notes if note.kind == "skipped"]
    assert note.path == str(tmp_path / "empty")


def test_single_file_raises_its_own_error(folder):
    path = folder({"bad.csv": BAD, "worse.csv": BAD + " ", "IMG.jpg": b"\xff\xd8\xff\xe0\0"})
    with pytest.raises(CorruptFile, match=r"bad\.csv, line 2"):
        read(path / "bad.csv")
    with pytest.raises(UnknownFormat, match=r"known are .*eclab-text"):
        read(path / "IMG.jpg")
    with pytest.raises(CorruptFile, match=r"none of the 2 files can be read; the first, bad\.csv: line 2"):
        read(path)


@pytest.mark.parametrize("path", ["no such file", "nothing*.csv", "", "a\0b"])
def test_paths_that_lead_nowhere(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReadError):
        read(path)


def test_no_path_at_all():
    with pytest.raises(ReadError, match="no path"):
        read([])


def test_file_that_vanishes_or_cannot_be_opened(folder):
    path = folder({"a.csv": csv()})
    Path(path / "broken.mpt").symlink_to(path / "nowhere")
    series = read(path)
    assert [note.path for note in series.notes if note.kind == "skipped"] == ["broken.mpt"]


def test_symbolic_links_are_followed(folder, tmp_path):
    path = folder({"a.csv": csv()})
    link = tmp_path / "link"
    link.mkdir()
    Path(link / "b.csv").symlink_to(path / "a.csv")
    assert read(link)[0].label == "b"


def test_links_that_lead_nowhere_or_in_a_circle(folder):
    path = folder({"a.csv": csv()})
    (path / "b.csv").symlink_to("nowhere")
    (path / "c.csv").symlink_to("d.csv")
    (path / "d.csv").symlink_to("c.csv")
    series = read(path)
    assert len(series) == 1
    assert [note.path for note in series.notes if note.kind == "skipped"] == ["b.csv", "c.csv", "d.csv"]
    for name in ("b.csv", "c.csv"):
        with pytest.raises(ReadError, match="symbolic link that leads nowhere"):
            read(path / name)


@pytest.mark.parametrize("name", ["a.mpt", "a.csv", "a.json", "a"])
def test_archives_are_named(tmp_path, name):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.csv", csv())
    for packed, kind in ((data.getvalue(), "zip"), (gzip.compress(csv().encode()), "gzip")):
        (tmp_path / name).write_bytes(packed)
        with pytest.raises(UnknownFormat, match=f"is a {kind} archive: unpack it"):
            read(tmp_path / name)


def test_twins_give_every_spectrum_once(folder, peis):
    text = peis([0.0])
    table = text[text.index(b"freq/Hz") :]
    series = read(folder({"a.mpt": text, "a.txt": table}))
    assert [s.label for s in series] == ["a"]
    assert [(n.kind, n.path, n.sentence) for n in series.notes] == [("ignored", "a.txt", "same measurement as a.mpt")]


def test_copied_cycling_counts_once(folder, gcpl):
    data = gcpl([(0, 60.0, 61)])
    series = read(folder({"a.mpt": data, "a copy.mpt": data}))
    assert series.record.charge_mAh[-1] == pytest.approx(60)
    assert [note.kind for note in series.notes] == ["ignored"]


def test_same_name_with_other_numbers_is_another_measurement(folder):
    series = read(folder({"a.csv": csv(1), "a.txt": csv(2).replace(",", ";")}))
    assert sorted(s.label for s in series) == ["a.csv", "a.txt"]


def test_unreadable_twin_is_no_lost_input(folder, peis):
    series = read(folder({"a.mpt": peis([0.0]), "a.csv": BAD}))
    (note,) = series.notes
    assert note.kind == "ignored"
    assert note.sentence.startswith("same measurement as a.mpt; it cannot be read: ")


def test_missing_galvani_says_how_to_install_it(folder, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "galvani", None)
    path = folder({"a.mpr": b"BIO-LOGIC MODULAR FILE\x1a"})
    with pytest.raises(MissingDependency, match=r"pip install galvani"):
        read(path)


def test_cycling_alone_is_a_series_without_spectra(folder, gcpl):
    series = read(folder({"a.mpt": gcpl([(0, 60.0, 61)])}))
    assert len(series) == 0
    assert series.record.charge_mAh[-1] == pytest.approx(60)


def test_empty_measurement_is_skipped_by_a_folder(folder, peis):
    data = peis([0.0])
    empty = data[: data.index(b"\n", data.index(b"freq/Hz")) + 1]
    path = folder({"a.mpt": data, "b.mpt": empty})
    series = read(path)
    assert [(note.kind, note.path) for note in series.notes] == [("skipped", "b.mpt")]
    with pytest.raises(EmptyFile):
        read(path / "b.mpt")


def test_order_by_date_then_undated_files_by_name(folder, peis):
    series = read(
        folder(
            {
                "1.mpt": peis([0.0], date="03/18/2025 08:00:00"),
                "2.mpt": peis([0.0], scale=2, date="03/17/2025 08:00:00"),
                "0.csv": csv(1),
            }
        )
    )
    assert [s.label for s in series] == ["2", "1", "0"]
    assert series.column("time_s")[:2].tolist() == [0.0, 86400.0]
    assert np.isnan(series.column("time_s")[2])


def test_files_without_dates_share_a_clock_only_if_their_times_follow(folder, peis):
    undated = {"date": "xx/xx/xxxx xx:xx:xx"}
    path = folder({"1.mpt": peis([0.0], **undated), "2.mpt": peis([100.0], scale=2, **undated)})
    assert read(path).column("time_s").tolist() == [0.0, 100.0]
    (path / "2.mpt").write_bytes(peis([5.0], scale=2, **undated))
    series = read(path)
    assert np.isnan(series.column("time_s")).all()
    assert any("overlap" in note.sentence for note in series.notes)


def test_undated_linked_technique_takes_the_start_of_the_others(folder, peis, gcpl):
    path = folder({"c_01_GCPL_C01.mpt": gcpl([(0, 6.0, 61)]), "c_02_PEIS_C01.mpt": peis([4000.0], date="")})
    assert read(path)[0].conditions.charge_mAh == pytest.approx(6.0)


def test_given_cell_goes_before_headers(folder, peis):
    path = folder({"a.mpt": peis([0.0], area="1.5", mass="0.01"), "b.mpt": peis([0.0], scale=2, area="2.5")})
    assert read(path).cell.area_cm2 == 1.5
    assert any("headers differ in area_cm2" in note.sentence for note in read(path).notes)
    cell = read(path, cell=Cell(area_cm2=9.0, name="x")).cell
    assert (cell.area_cm2, cell.mass_mg, cell.name) == (9.0, 10.0, "x")


def test_format_overrules_content(folder):
    path = folder({"a.xyz": csv()})
    assert len(read(path / "a.xyz", format="table")) == 1
    with pytest.raises(OptionError, match="did you mean 'table'"):
        read(path, format="tabel")


def test_format_chooses_the_files_of_a_folder(folder):
    path = folder({"a.csv": csv(1), "b.mpt": b"\0", "c.xyz": csv(2), "d.xyz": "prose"})
    series = read(path, format="table")
    assert sorted(s.label for s in series) == ["a", "c"]
    assert {note.path: note.sentence for note in series.notes} == {
        "b.mpt": "the reader table knows no such file",
        "d.xyz": "the reader table knows no such file",
    }


def test_what_is_no_regular_file_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "a.mpt")
    with pytest.raises(ReadError, match="no regular file"):
        read(tmp_path / "a.mpt")


def test_one_file_by_two_ways_is_one(folder, monkeypatch):
    path = folder({"a.csv": csv(1)})
    monkeypatch.chdir(path)
    assert len(read(["a.csv", path / "a.csv", path, "."])) == 1


def test_two_claims_are_settled_by_extension_or_told(folder, monkeypatch):
    monkeypatch.setattr("eisfit.readers._base.REGISTRY", registry := dict(formats()))
    for name, extensions in (("first", (".one",)), ("second", (".two",))):
        registry[name] = Reader(
            name=name, vendor="", extensions=extensions, sniff=lambda head: head.startswith(b"BOTH"),
            read=lambda file: Content(), reads="",
        )  # fmt: skip
    path = folder({"a.dat": "BOTH"})
    with pytest.raises(AmbiguousFormat, match="first and second"):
        read(path / "a.dat")


def test_every_module_declares_a_reader():
    modules = {entry.read.__module__.rpartition(".")[2] for entry in formats().values()}
    folder = Path(formats()["table"].read.__code__.co_filename).parent
    files = {path.stem for path in folder.glob("*.py") if not path.name.startswith("_")}
    assert modules == files


def test_declarations_that_clash_are_bugs():
    with pytest.raises(ValueError, match="two readers"):
        reader(name="table", vendor="", extensions=(), sniff=bool)(REGISTRY["table"].read)
    with pytest.raises(ValueError, match="does not say"):
        reader(name="silent", vendor="", extensions=(), sniff=bool)(lambda file: Content())
