"""TOML texts with an end, pipes and devices that are no files."""

from __future__ import annotations

import os

import pytest

from eisfit.errors import CircuitError, OptionError
from eisfit.files import exists, is_regular, text_of, toml_of
from eisfit.library import load_circuit
from eisfit.plots.style import style
from eisfit.settings import find_settings, load_settings

BOMBS = {
    "digits": ("[fit]\njobs = " + "9" * 5000, "too many digits"),
    "lists": ("a = " + "[" * 2000, "nested too deeply"),
    "points": (".".join(["a"] * 100_000) + " = 1", "more than 16 parts"),
    "spaced points": (" . ".join(['"a"'] * 1000) + " = 1", "more than 16 parts"),
    "points in braces": ("a = { " + ".".join(["b"] * 5000) + " = 1 }", "more than 16 parts"),
    "limits": ("[limits." + ".".join(["a"] * 2000) + "]\nb = 1", "more than 16 parts"),
    "size": ("# " + "x" * (1 << 20), "larger than 1 MB"),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_toml_text_that_would_take_for_ever(tmp_path, kind):
    path = tmp_path / "eisfit.toml"
    text, why = BOMBS[kind]
    path.write_text(text)
    for read, error in ((load_settings, OptionError), (load_circuit, CircuitError)):
        with pytest.raises(error, match=why):
            read(str(path))


@pytest.mark.parametrize("text", ["[fit]\nf_min = 1" + "0" * 400, "[cell]\narea_cm2 = 1" + "0" * 4000])
def test_a_number_beyond_all_numbers(tmp_path, text):
    path = tmp_path / "eisfit.toml"
    path.write_text(text)
    with pytest.raises(OptionError, match="expected a number"):
        load_settings(path)


def test_a_limit_in_tables_in_tables(tmp_path):
    path = tmp_path / "eisfit.toml"
    path.write_text("[limits]\na.b.c.d.e.f = 1\n")
    with pytest.raises(OptionError, match="expected a number"):
        load_settings(path)


def test_a_pipe_is_no_file(tmp_path):
    pipe = tmp_path / "eisfit.toml"
    os.mkfifo(pipe)
    assert not is_regular(pipe)
    assert exists(pipe)
    for read in (text_of, toml_of):
        with pytest.raises(OSError, match="no regular file"):
            read(pipe)
    found = find_settings([tmp_path])
    assert found == pipe
    with pytest.raises(OptionError, match="no regular file"):
        load_settings(found)
    with pytest.raises(CircuitError, match="no regular file"):
        load_circuit(str(pipe))
    with pytest.raises(OptionError, match="no regular file"), style(pipe):
        pass


def test_a_path_that_can_be_none():
    from pathlib import Path

    for text in ("a\0b", "x" * 5000):
        assert not exists(Path(text))
        assert not is_regular(Path(text))
