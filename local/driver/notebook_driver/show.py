"""display() and displayHTML(): what a cell shows, as mime bundles."""

from __future__ import annotations

import dataclasses
import html
import re
from typing import Any

from notebook_driver.output import Output

ROWS = 1000


class Display:
    """The notebook's ``display``: a DataFrame of Spark or a list of rows becomes a table of at most 1,000 rows.

    With ``starts_streams``, a streaming DataFrame becomes a query that goes on, as on Databricks, whose rows are in a table in
    memory. What else the platform lets a caller pass is accepted.
    """

    def __init__(self, output: Output, shell: Any, *, starts_streams: bool = False) -> None:
        self._output = output
        self._shell = shell
        self._starts_streams = starts_streams
        self._streams = 0

    def __call__(self, *values: Any, **options: Any) -> None:
        for value in values:
            if self._starts_streams and getattr(value, "isStreaming", False):
                self._output.display({"text/plain": self._start(value, options)})
                continue
            described = value.summary() if options.get("summary") and hasattr(value, "summary") else value
            self._output.display(self._bundle(described))

    def html(self, text: str) -> None:
        """displayHTML."""
        self._output.display({"text/html": text})

    def add_to(self, frame: type) -> None:
        """Adds the method ``display`` to a class of DataFrames, which Databricks has and Spark has not."""
        display = self
        frame.display = lambda self, *args, **options: display(self, *args, **options)  # type: ignore[attr-defined]

    def _start(self, frame: Any, options: dict[str, Any]) -> str:
        """Starts the query of a streaming DataFrame: https://docs.databricks.com/structured-streaming/tutorial"""
        self._streams += 1
        name = options.get("streamName") or f"display_query_{self._streams}"
        writer = frame.writeStream.format("memory").queryName(name).outputMode(_output_mode(frame))
        if options.get("checkpointLocation"):
            writer = writer.option("checkpointLocation", options["checkpointLocation"])
        if options.get("trigger") or options.get("processingTime"):
            writer = writer.trigger(**(options.get("trigger") or {"processingTime": options["processingTime"]}))
        writer.start()
        return f"Stream {name}: its rows are in the temporary view {name}."

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


def _output_mode(frame: Any) -> str:
    """complete for an aggregation without a watermark, which has no other mode."""
    plan = str(frame._jdf.queryExecution().analyzed()) if hasattr(frame, "_jdf") else ""
    return "complete" if re.search(r"\bAggregate \[", plan) and "EventTimeWatermark" not in plan else "append"


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
