"""Tables for papers and spreadsheets."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import replace

import pytest

from eisfit.export import (
    write_resistances_tex,
)
from tests.studies import make_study


class TestTablesForPapers:
    @pytest.fixture
    def table(self, written):
        return (written / "resistances.tex").read_text(encoding="utf-8")

    def test_a_spreadsheet_has_units_in_its_head_and_errors_in_columns_of_their_own(self, study, written):
        data = (written / "resistances.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
        assert [row["Spectrum"] for row in rows] == [s.label for s in study.series]
        for i, row in enumerate(rows):
            for name, role in study.track.roles.items():
                for head, number in ((f"{name} (Ω)", role.value[i]), (f"{name} standard error (Ω)", role.stderr[i])):
                    assert row[head] == (f"{number:.6g}" if math.isfinite(number) else "")
        sigma = study.derived_table()["conductivity_SE_total_S_cm"][0]
        assert float(rows[0]["sigma_SE_total (mS/cm)"]) == pytest.approx(1e3 * sigma, rel=1e-5)

    def test_the_rows_of_the_latex_table_have_the_columns_that_it_declares(self, study, table):
        declared = re.search(r"begin\{tabular\}\{([lr]+)\}", table)
        assert declared
        body = [line for line in table.splitlines() if line.endswith(r"\\")]
        assert len(body) == 1 + len(study.series)
        for line in body:
            assert len(re.split(r"(?<!\\)&", line)) == len(declared[1])
        assert "%" not in table.replace(r"\%", "").split(r"\begin{table}")[1]

    def test_braces_and_dollars_are_balanced_and_nothing_is_left_unescaped(self, study, tmp_path):
        cell = replace(study.series.cell, name=r"50% \o/ #1 & {a}_b^c ~ $5 <中文> é µ")
        series = study.series.with_(cell=cell)
        named = replace(study, series=series)
        path = write_resistances_tex(named, tmp_path / "a.tex", named.quantities())
        caption = next(line for line in path.read_text(encoding="utf-8").splitlines() if r"\caption" in line)
        assert caption.count("{") - caption.count(r"\{") == caption.count("}") - caption.count(r"\}")
        assert (caption.count("$") - caption.count(r"\$")) % 2 == 0
        assert r"50\% \textbackslash{}o/ \#1 \& \{a\}\_b\textasciicircum{}c \textasciitilde{} \$5" in caption
        assert "??" in caption
        assert "é $\\mu$" in caption

    def test_a_long_series_may_break_over_pages(self, tmp_path):
        long = make_study(n=46)
        table = write_resistances_tex(long, tmp_path / "a.tex", long.quantities()).read_text(encoding="utf-8")
        assert r"\begin{longtable}" in table
        assert table.count(r"\toprule") == 2
        assert r"\endhead" in table

    def test_what_is_not_resolved_is_marked_and_explained(self, tmp_path):
        study = make_study(n=4, failed=[1])
        flags = (("unresolved_R_GB",), *study.track.flags[1:])
        study = replace(study, track=replace(study.track, flags=flags))
        table = write_resistances_tex(study, tmp_path / "a.tex", study.quantities()).read_text(encoding="utf-8")
        rows = [line for line in table.splitlines() if line.endswith(r"\\")][1:]
        assert [row.count(r"$^{\dagger}$") for row in rows] == [1, 0, 0, 0]
        assert rows[1].count("--") == 6
        assert r"$^{\dagger}$ not resolved by the data." in table
