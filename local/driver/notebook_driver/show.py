"""display() and displayHTML(): what a cell shows, as mime bundles."""

from __future__ import annotations

import dataclasses
import html
from typing import Any

from notebook_driver.output import Output

ROWS = 1000


class Display:
    """The notebook's ``display``: a DataFrame of Spark or a list of rows becomes a table of at most 1,000 rows.

    Whatever else the platform lets a caller pass (``streamName``, ``trigger``, …) is accepted.
    """

    def __init__(self, output: Output, shell: Any) -> None:
        self._output = output
        self._shell = shell

    def __call__(self, *values: Any, **options: Any) -> None:
        for value in values:
            described = value.summary() if options.get("summary") and hasattr(value, "summary") else value
            self._output.display(self._bundle(described))

    def html(self, text: str) -> None:
        """displayHTML."""
        self._output.display({"text/html": text})

    def add_to(self, frame: type) -> None:
        """Adds the method ``display`` to a class of DataFrames, which Databricks has and Spark has not."""
        display = self
        frame.display = lambda self, *args, **options: display(self, *args, **options)  # type: ignore[attr-defined]

    def _bundle(self, value: Any) -> dict[str, Any]:
        if hasattr(value, "isStreaming") and hasattr(value, "schema"):
            if value.isStreaming:
                return {"text/plain": "A streaming DataFrame: write it to a table and display that."}
            return _table(value.columns, [tuple(row) for row in value.limit(ROWS + 1).collect()])
        if isinstance(value, list) and value:
            columns = _columns(value[0])
            if columns:
                return _table(columns, [_row_of(row, columns) for row in value[: ROWS + 1]])
        data, _ = self._shell.display_formatter.format(value)
        return data


def _columns(row: Any) -> list[str]:
    """The names of the columns if a list of such values is a table on the platform, too; none if it is not."""
    for names in ("_fields", "__fields__"):  # named tuples, and rows of Spark
        if isinstance(row, tuple) and hasattr(row, names):
            return list(getattr(row, names))
    if dataclasses.is_dataclass(row):
        return [field.name for field in dataclasses.fields(row)]
    if isinstance(row, dict):
        return [str(name) for name in row]
    return [f"_{number + 1}" for number in range(len(row))] if isinstance(row, (tuple, list)) else []


def _row_of(row: Any, columns: list[str]) -> tuple[Any, ...]:
    if isinstance(row, dict):
        return tuple(row.get(name) for name in columns)
    if dataclasses.is_dataclass(row):
        return tuple(getattr(row, name) for name in columns)
    cells = tuple(row) if isinstance(row, (tuple, list)) else (row,)
    return (cells + (None,) * len(columns))[: len(columns)]


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
