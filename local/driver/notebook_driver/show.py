"""display() and displayHTML(): what a cell shows, as mime bundles."""

from __future__ import annotations

import html
from typing import Any

from notebook_driver.output import Output

ROWS = 1000


class Display:
    """The notebook's ``display``: a DataFrame of Spark or pandas becomes a table of at most 1,000 rows."""

    def __init__(self, output: Output, shell: Any) -> None:
        self._output = output
        self._shell = shell

    def __call__(self, *values: Any, **_: Any) -> None:
        for value in values:
            self._output.display(self._bundle(value))

    def html(self, text: str) -> None:
        """displayHTML."""
        self._output.display({"text/html": text})

    def _bundle(self, value: Any) -> dict[str, Any]:
        if hasattr(value, "isStreaming") and hasattr(value, "schema"):
            if value.isStreaming:
                return {"text/plain": "A streaming DataFrame: write it to a table and display that."}
            return _table(value.columns, [tuple(row) for row in value.limit(ROWS + 1).collect()])
        if isinstance(value, list) and value and hasattr(value[0], "_fields"):
            return _table(list(value[0]._fields), [tuple(row) for row in value[: ROWS + 1]])
        data, _ = self._shell.display_formatter.format(value)
        return data


def _table(columns: list[str], rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    more = len(rows) > ROWS
    texts = [["null" if cell is None else str(cell) for cell in row] for row in rows[:ROWS]]
    widths = [max(len(text) for text in column) for column in zip(columns, *texts, strict=True)]
    line = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    body = [_row(columns, widths), line, *(_row(row, widths) for row in texts)]
    note = [f"the first {ROWS} rows"] if more else []
    head = "".join(f"<th>{html.escape(column)}</th>" for column in columns)
    cells = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in texts)
    return {
        "text/plain": "\n".join([line, *body, line, *note]),
        "text/html": f"<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>{''.join(note)}",
    }


def _row(cells: list[str], widths: list[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
