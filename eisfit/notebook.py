"""How values show themselves in a notebook: one short table, its texts escaped, never more than a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eisfit.numbers import number

MOST_ROWS = 12
MOST_COLUMNS = 12
LONGEST = 60
"""Characters of a cell that are shown."""


def html_table(title: str, columns: Mapping[str, Sequence[object]], count: int | None = None) -> str:
    """A table with a title: columns by their heading, cells as texts; of more rows than a screen holds the first.

    count: how many rows there are in all, where `columns` holds the first of them only.
    """
    heads = list(columns)[:MOST_COLUMNS]
    rows = list(zip(*(list(columns[head])[:MOST_ROWS] for head in heads), strict=True))
    total = count if count is not None else max((len(columns[head]) for head in heads), default=0)
    body = "".join(f"<tr>{''.join(f'<td>{_shown(cell)}</td>' for cell in row)}</tr>" for row in rows)
    more = f"<p>{len(rows)} of {total} rows</p>" if total > len(rows) else ""
    cut = "<p>further columns are in the table itself</p>" if len(columns) > len(heads) else ""
    head = "".join(f"<th>{_shown(name)}</th>" for name in heads)
    return f"<div><p>{_shown(title, 200)}</p><table><tr>{head}</tr>{body}</table>{more}{cut}</div>"


def html_rows(title: str, rows: Sequence[Mapping[str, object]]) -> str:
    """Rows of named cells as a table; numbers as everywhere else."""
    columns = {name: [_cell(row[name]) for row in rows[:MOST_ROWS]] for name in rows[0]} if rows else {}
    return html_table(title, columns, len(rows))


def _cell(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)


def _shown(cell: object, most: int = LONGEST) -> str:
    from html import escape

    text = "" if cell is None else str(cell)
    return escape(text if len(text) <= most else text[: most - 1] + "…")
