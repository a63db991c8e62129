"""Tables for papers and spreadsheets."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import replace

import pytest

from eisfit.errors import OptionError
from eisfit.export import write_resistances_tex, write_tables
from eisfit.export.guard import is_ours
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

    def test_decimal_commas_stand_in_numbers_and_nowhere_else(self, study, tmp_path):
        paths = write_tables(study, tmp_path, spreadsheet="comma")
        path = tmp_path / "resistances-comma.csv"
        assert path in paths
        assert is_ours(path)
        plain = list(csv.reader((tmp_path / "resistances.csv").read_text("utf-8-sig").splitlines()))
        comma = list(csv.reader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))
        assert [row[:3] for row in comma] == [row[:3] for row in plain]
        assert comma[0] == plain[0]
        for row, other in zip(comma[1:], plain[1:], strict=True):
            assert not any("." in cell for cell in row[3:-2])
            assert [cell.replace(",", ".") for cell in row[3:-2]] == other[3:-2]

    def test_a_workbook_has_every_digit(self, study, tmp_path):
        openpyxl = pytest.importorskip("openpyxl")
        write_tables(study, tmp_path, spreadsheet="xlsx")
        rows = list(openpyxl.load_workbook(tmp_path / "resistances.xlsx").active.values)
        assert len(rows) == 1 + len(study.series)
        assert len(set(rows[0])) == len(rows[0])
        name, role = next(iter(study.track.roles.items()))
        column = rows[0].index(f"{name} (Ω)")
        for row, value in zip(rows[1:], role.value.tolist(), strict=True):
            assert row[column] == (value if math.isfinite(value) else None)

    def test_errors_under_a_misfit_are_marked(self, study, tmp_path):
        flags = (("misfit",), *study.track.flags[1:])
        paths = write_tables(replace(study, track=replace(study.track, flags=flags)), tmp_path)
        assert tmp_path / "resistances.csv" in paths
        rows = list(csv.DictReader((tmp_path / "resistances.csv").read_text("utf-8-sig").splitlines()))
        assert [row["Errors"] for row in rows][:2] == ["not to be trusted: misfit", ""]
        rows = list(csv.DictReader((tmp_path / "parameters.csv").read_text("utf-8").splitlines()))
        assert rows[0]["errors"] == "not to be trusted: misfit"
        assert rows[1]["errors"] == "curvature"

    def test_another_spreadsheet_is_refused(self, study, tmp_path):
        with pytest.raises(OptionError, match="xlsx, comma"):
            write_tables(study, tmp_path, spreadsheet="ods")
        assert not list(tmp_path.iterdir())

    def test_temperature_and_cycle_have_their_columns(self, tmp_path):
        study = make_study(n=4)
        logged = tuple(
            s.with_(conditions=replace(s.conditions, temperature_C=20.0 + i)) for i, s in enumerate(study.series)
        )
        warmed = replace(study, series=study.series.with_(spectra=logged))
        table = write_resistances_tex(warmed, tmp_path / "a.tex", warmed.quantities()).read_text(encoding="utf-8")
        head = next(line for line in table.splitlines() if line.startswith("No."))
        assert all(name in head for name in ("Potential (V)", "Cycle", r"Temperature ($^\circ$C)"))

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
        assert "? the circuit misses" not in table
        track = replace(study.track, flags=(("misfit",), *flags[1:]))
        missed = replace(study, track=track)
        table = write_resistances_tex(missed, tmp_path / "b.tex", missed.quantities()).read_text(encoding="utf-8")
        assert table.count("$?") == len(missed.quantities())
        assert "? the circuit misses the spectrum, or it fails" in table
