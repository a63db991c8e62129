"""Which reader a file is given to."""

from __future__ import annotations

import pytest

from eisfit.errors import AmbiguousFormat, OptionError, UnknownFormat
from eisfit.readers import _base, formats
from eisfit.readers._base import Reader, by_extension, choose, claimants, is_binary, named


@pytest.fixture
def two(monkeypatch):
    """Two readers that recognise the same signature, with extensions of their own, and a general one."""

    def made(name, extension, *, general=False):
        return Reader(
            name=name, vendor="", extensions=(extension,), sniff=lambda head: head.startswith(b"SIGN"),
            read=lambda f: f, reads="", general=general,
        )  # fmt: skip

    one, other, general = made("one", ".one"), made("other", ".other"), made("any", ".any", general=True)
    monkeypatch.setattr(_base, "REGISTRY", {r.name: r for r in (general, one, other)})
    return one, other, general


def test_where_several_recognise_a_file_its_extension_decides(two):
    one, other, _ = two
    assert claimants(b"SIGN", ".one") == [one]
    assert claimants(b"SIGN", ".other") == [other]
    assert claimants(b"SIGN", ".csv") == [one, other]
    assert claimants(b"else", ".one") == []
    assert choose(b"SIGN", ".other", "a.other") is other
    with pytest.raises(AmbiguousFormat, match="looks like one and other; choose one with --format"):
        choose(b"SIGN", ".csv", "a.csv")


def test_a_general_reader_is_asked_last(two):
    one, _, general = two
    assert by_extension(".any") == [general]
    assert choose(b"else", ".one", "a.one") is one
    assert choose(b"else", ".any", "a.any") is general
    assert choose(b"else", ".csv", "a.csv") is None
    with pytest.raises(UnknownFormat, match="is a gzip archive"):
        choose(b"\x1f\x8b", ".any", "a.any")


def test_a_reader_by_its_name(two):
    assert named("one") is two[0]
    with pytest.raises(OptionError, match="did you mean 'other'"):
        named("othr")


@pytest.mark.parametrize(("head", "binary"), [(b"a\0b", True), (b"abc", False), (b"\xff\xfea\0", False)])
def test_bytes_that_are_no_text(head, binary):
    assert is_binary(head) == binary


def test_every_reader_says_what_it_reads():
    assert all(reader.reads for reader in formats().values())


def test_of_several_general_readers_the_one_that_knows_the_extension_is_asked_first(monkeypatch):
    def made(name, extension, says):
        return Reader(
            name=name, vendor="", extensions=(extension,), sniff=lambda head: says in head, read=lambda f: f, reads="",
            general=True,
        )  # fmt: skip

    one, other = made("one", ".one", b"x"), made("other", ".other", b"x")
    monkeypatch.setattr(_base, "REGISTRY", {r.name: r for r in (one, other)})
    assert choose(b"x", ".other", "a.other") is other
    assert choose(b"x", ".one", "a.one") is one
    assert choose(b"x", ".csv", "a.csv") is one
    assert choose(b"y", ".other", "a.other") is other


def test_a_zip_archive_is_read_where_a_workbook_is_one():
    with pytest.raises(UnknownFormat, match="is a zip archive: unpack it"):
        choose(b"PK\x03\x04", ".zip", "a.zip")
    assert choose(b"PK\x03\x04", ".xlsx", "a.xlsx").name == "workbook"
    with pytest.raises(UnknownFormat, match="is a gzip archive"):
        choose(b"\x1f\x8b\x08", ".xlsx", "a.xlsx")
