"""The page about the command says what the code declares."""

from __future__ import annotations

import re
from pathlib import Path

from eisfit.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "cli.md"


def test_every_command_is_listed_in_the_order_of_the_help():
    table = PAGE.read_text(encoding="utf-8").partition("\n## ")[0]
    assert tuple(re.findall(r"^\| `eisfit (\w+)", table, re.M)) == COMMANDS


def test_links_of_the_readme_lead_somewhere():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)", text)
    assert links
    for link in links:
        assert (ROOT / link).exists(), link
