"""An eisfit.toml comes with the data: nothing in it can run code, connect, write or leave its folder's measurement."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

import eisfit
from eisfit.errors import OptionError
from eisfit.plots.style import style
from eisfit.settings import CELL, FIT, TABLES, combined, load_settings

NUMBER, WORD = "a number that is checked", "one of a few words"
HARMLESS = {
    ("cell", "name"): "a text that is shown",
    ("cell", "type"): WORD,
    ("cell", "working_electrode"): WORD,
    ("cell", "area_cm2"): NUMBER,
    ("cell", "thickness_um"): NUMBER,
    ("cell", "mass_mg"): NUMBER,
    ("cell", "capacity_mAh"): NUMBER,
    ("cell", "capacity_mAh_g"): NUMBER,
    ("cell", "host"): "a chemical formula, parsed by its grammar",
    ("cell", "lithium"): NUMBER,
    ("cell", "temperature_C"): NUMBER,
    ("cell", "pressure_MPa"): NUMBER,
    ("fit", "circuit"): "a circuit by its grammar, or a circuit file, which is TOML and never evaluated",
    ("fit", "fix"): NUMBER,
    ("fit", "bound"): NUMBER,
    ("fit", "tie"): "names of parameters",
    ("fit", "share"): "names of parameters",
    ("fit", "inductance"): WORD,
    ("fit", "weighting"): WORD,
    ("fit", "start"): NUMBER,
    ("fit", "exclude"): "labels of spectra",
    ("spectra", "match"): "labels of spectra",
    ("spectra", "circuit"): "a circuit, as in [fit]",
    ("spectra", "fix"): NUMBER,
    ("spectra", "mask"): NUMBER,
    ("spectra", "start"): NUMBER,
    ("spectra", "exclude"): "a reason that is shown",
    ("fit", "robust"): "true or false",
    ("fit", "smooth"): "true or false",
    ("fit", "intervals"): WORD,
    ("fit", "f_min"): NUMBER,
    ("fit", "f_max"): NUMBER,
    ("fit", "mask"): NUMBER,
    ("fit", "keep_all"): "true or false",
    ("fit", "pattern"): "a pattern of names of its own grammar, no regular expression",
    ("fit", "format"): "the name of a reader",
    ("fit", "columns"): "names of quantities",
    ("fit", "electrode"): WORD,
    ("fit", "blank"): "a file that is read as a spectrum, like any other",
    ("fit", "axis"): WORD,
    ("fit", "baseline"): NUMBER,
    ("fit", "report"): "true or false",
    ("fit", "figures"): WORD,
    ("fit", "only"): "names of figures",
    ("fit", "spreadsheet"): WORD,
    ("fit", "paper"): WORD,
    ("fit", "every_spectrum"): "true or false",
    ("fit", "style"): "a file that sets fonts, colours and sizes only",
    ("fit", "jobs"): "no more processes than the machine has processors",
    ("fit", "scheduler"): "refused in a file",
}
"""Every key that a file may hold, and why it does no harm."""


def test_every_key_is_known_to_be_harmless() -> None:
    assert set(HARMLESS) == {(table, key) for table, options in TABLES.items() for key in options}
    assert {*CELL, *FIT, *TABLES["spectra"]} == {key for _, key in HARMLESS}


def write_toml(folder: Path, text: str) -> Path:
    path = folder / "eisfit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def spectrum(folder: Path) -> Path:
    rows = [f"{10.0**k},{20 + 10 / (1 + 10 ** (k - 3))},{-(10 ** (k - 3)) / (1 + 10 ** (k - 3))}" for k in range(6)]
    path = folder / "a.csv"
    path.write_text("\n".join(["frequency/Hz,Re(Z)/Ohm,Im(Z)/Ohm", *rows]), encoding="utf-8")
    return path


@pytest.fixture
def listener():
    """An address on this machine that tells whether anybody connected."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(20)
    callers: list[object] = []

    def wait() -> None:
        try:
            callers.append(server.accept())
        except OSError:
            return

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    yield f"tcp://127.0.0.1:{server.getsockname()[1]}", callers
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()
    for caller, _ in callers:
        caller.close()


def test_a_data_folder_connects_nobody(tmp_path: Path, listener) -> None:
    address, callers = listener
    spectrum(tmp_path)
    write_toml(tmp_path, f'[fit]\ncircuit = "R(RC)"\nscheduler = "{address}"\n')
    with pytest.raises(OptionError, match=r"eisfit\.toml: \[fit\] scheduler cannot be set in a file"):
        eisfit.analyse(tmp_path)
    from eisfit.__main__ import main

    assert main(["fit", str(tmp_path), "-o", str(tmp_path.parent / "out"), "--no-report"]) == 2
    assert not callers


def test_processes_from_a_file_are_capped(tmp_path: Path) -> None:
    settings = combined(load_settings(write_toml(tmp_path, "[fit]\njobs = 100000\n")))
    assert settings.fit["jobs"] == os.cpu_count()


@pytest.mark.parametrize(
    "line",
    [
        "text.usetex: True",
        "text.latex.preamble: \\input{/etc/passwd}",
        "pgf.texsystem: xelatex",
        "backend: webagg",
        "webagg.address: 0.0.0.0",
        "savefig.directory: /tmp",
        "animation.ffmpeg_path: /tmp/run-me",
        "figure.hooks: os:system",
        "axes.prop_cycle: cycler('color', [__import__('os').system('true')])",
        "axes.prop_cycle: __import__('os')",
        "path.effects: x",
        "savefig.dpi: 200000",
        "font.size: 1e9",
        "lines.linewidth: nan",
        "no setting",
    ],
)
def test_a_style_sets_fonts_colours_and_sizes_only(tmp_path: Path, line: str) -> None:
    file = tmp_path / "own.mplstyle"
    file.write_text(f"font.size: 9\n{line}\n", encoding="utf-8")
    with pytest.raises(OptionError, match=r"own\.mplstyle"), style(file):
        pass


def test_a_style_is_a_file_and_no_address() -> None:
    with pytest.raises(OptionError, match="cannot be used"), style("https://example.org/x.mplstyle"):
        pass


def test_a_style_sets_what_it_may(tmp_path: Path) -> None:
    import matplotlib

    file = tmp_path / "own.mplstyle"
    file.write_text('font.size: 9 # larger\nlines.linewidth: 2\naxes.prop_cycle: cycler("color", ["#123456", "red"])\n')
    with style(file):
        assert (matplotlib.rcParams["font.size"], matplotlib.rcParams["lines.linewidth"]) == (9, 2)
        assert matplotlib.rcParams["axes.prop_cycle"].by_key()["color"] == ["#123456", "red"]
