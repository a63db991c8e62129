"""The distribution: its name, its extras, and what a hint tells a user to install."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from eisfit.errors import how_to_install

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = "eisfit-operando"
EXTRAS = {
    "mpr": ["galvani"],
    "excel": ["openpyxl"],
    "parquet": ["pyarrow"],
    "dask": ["distributed"],
    "all": ["galvani", "openpyxl", "pyarrow", "distributed"],
}
"""What each extra brings, as it is imported."""
TEXTS = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "benchmarks").rglob("*.md"),
    *(ROOT / "eisfit").rglob("*.py"),
    ROOT / "pyproject.toml",
]


def test_the_distribution_is_not_the_stranger_of_the_index() -> None:
    assert PROJECT["name"] == NAME
    assert distribution(NAME).metadata["Name"] == NAME
    with pytest.raises(PackageNotFoundError):
        distribution("eisfit")


def test_extras_refer_to_this_distribution() -> None:
    own = [r for requirements in PROJECT["optional-dependencies"].values() for r in requirements if "eisfit" in r]
    assert own
    assert all(r.startswith(f"{NAME}[") for r in own)


def test_nobody_is_sent_to_another_package() -> None:
    for path in TEXTS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"""pip install (-\w+ )*["']?eisfit(?!-operando)\b""", text), path
        assert not re.search(r"(?<![\w-])eisfit\[", text), path


def test_hints_name_extras_that_exist() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "eisfit").rglob("*.py"))
    named = re.findall(r"how_to_install\([^,()]+(?:\[\w+\])?, ['\"](\w+)['\"]\)", sources)
    assert len(named) >= 5
    assert set(named) <= set(PROJECT["optional-dependencies"])
    assert how_to_install("galvani", "mpr") == (
        "install it with: pip install galvani (or, in a checkout of eisfit: pip install '.[mpr]')"
    )


@pytest.mark.long
@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_brings_what_it_says_and_no_stranger(tmp_path: Path, extra: str) -> None:
    python = tmp_path / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path)], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", f".[{extra}]"], check=True, cwd=ROOT)
    script = (
        "import importlib.metadata as m, importlib, sys, eisfit\n"
        "names = {d.metadata['Name'].lower() for d in m.distributions()}\n"
        f"assert {NAME!r} in names and 'eisfit' not in names, names\n"
        "assert m.version('eisfit-operando') == eisfit.__version__\n"
        f"[importlib.import_module(name) for name in {EXTRAS[extra]!r}]\n"
    )
    subprocess.run([python, "-c", script], check=True, cwd=tmp_path)
