"""Reads Fabric's notebooks: its source form, and ipynb.

The source form is what Git integration and updateDefinition use: https://learn.microsoft.com/fabric/data-engineering/notebook-source-control-deployment
"""

from __future__ import annotations

import json
import re
from typing import Any

from notebook_driver.notebook_source import COMMENT, Cell, NotANotebook

# A cell magic on the first line, by the language of its cell. Any other magic is IPython's own.
_MAGICS = {
    "pyspark": "python",
    "python": "python",
    "sql": "sql",
    "sparksql": "sql",
    "spark": "scala",
    "sparkr": "r",
    "csharp": "c#",
    "tsql": "T-SQL",
    "kql": "KQL",
    "configure": "configure",
}
# The languages as the metadata of notebooks and cells name them.
_LANGUAGES = {
    "python": "python",
    "sparksql": "sql",
    "sql": "sql",
    "scala": "scala",
    "r": "r",
    "sparkr": "r",
    "csharp": "c#",
    "tsql": "T-SQL",
}
_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*")
_KINDS = ("METADATA", "PARAMETERS CELL", "CELL", "MARKDOWN")


def read_fabric_notebook(text: str, name: str) -> tuple[list[Cell], dict[str, Any]]:
    """The cells, numbered from 1, and the notebook's metadata. NotANotebook if the text has neither form."""
    if text.lstrip("\ufeff \r\n\t").startswith("{"):
        return _read_ipynb(text.lstrip("\ufeff"), name)
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    for language, comment in COMMENT.items():
        if lines[0].rstrip() == f"{comment} Fabric notebook source":
            return _read_source(lines[1:], language, comment, name)
    raise NotANotebook(
        f"Could not read {name} as a notebook: its first line is not '# Fabric notebook source' (or '--' or '//' for SQL and "
        f"Scala), "
        "and it is not an ipynb file; export it from Fabric again."
    )


def _read_source(lines: list[str], language: str, comment: str, name: str) -> tuple[list[Cell], dict[str, Any]]:
    separator = re.compile(rf"^{re.escape(comment)} ({'|'.join(_KINDS)}) \*{{20}}\s*$")
    blocks: list[tuple[str, list[str]]] = []
    for line in lines:
        started = separator.match(line)
        if started:
            blocks.append((started.group(1), []))
        elif blocks:
            blocks[-1][1].append(line)
    metadata: dict[str, Any] = {}
    cells: list[Cell] = []
    for number, (kind, block) in enumerate(blocks):
        if kind == "METADATA":
            if number == 0:
                metadata = _meta(block, comment, name)
            continue
        own = (
            _meta(blocks[number + 1][1], comment, name)
            if number + 1 < len(blocks) and blocks[number + 1][0] == "METADATA"
            else {}
        )
        if kind == "MARKDOWN":
            source, cell_language = "\n".join(_without(line, comment) for line in block), "md"
        else:
            source = "\n".join(_without(line, f"{comment} MAGIC") for line in block)
            cell_language = own.get("language") or language
        _add(
            cells,
            source.strip("\n"),
            str(cell_language),
            is_parameters=kind == "PARAMETERS CELL",
            is_frozen=own.get("frozen") is True,
        )
    return cells, metadata


def _meta(block: list[str], comment: str, name: str) -> dict[str, Any]:
    text = "\n".join(_without(line, f"{comment} META") for line in block if line.startswith(f"{comment} META"))
    try:
        return json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise NotANotebook(f"Could not read the metadata of {name}: {error}; export it from Fabric again.") from error


def _without(line: str, prefix: str) -> str:
    return line.removeprefix(prefix).removeprefix(" ") if line.startswith(prefix) else line


def _read_ipynb(text: str, name: str) -> tuple[list[Cell], dict[str, Any]]:
    try:
        document = json.loads(text)
        metadata = document.get("metadata", {})
        language = metadata.get("microsoft", {}).get("language") or metadata.get("language_info", {}).get("name") or "python"
        raw = document["cells"]
    except (ValueError, KeyError, AttributeError) as error:
        raise NotANotebook(f"Could not read {name} as an ipynb notebook: {error}; export it again.") from error
    cells: list[Cell] = []
    for entry in raw:
        source = entry.get("source", "")
        source = source if isinstance(source, str) else "".join(source)
        own = entry.get("metadata", {})
        is_code = entry.get("cell_type") == "code"
        _add(
            cells,
            source,
            str(own.get("microsoft", {}).get("language") or language) if is_code else "md",
            is_parameters=is_code and "parameters" in own.get("tags", []),
            is_frozen=bool(own.get("run_control", {}).get("frozen")),
        )
    return cells, metadata


def _add(cells: list[Cell], source: str, language: str, *, is_parameters: bool, is_frozen: bool) -> None:
    if not source.strip():
        return
    number = len(cells) + 1
    if is_frozen:  # Fabric does not run a frozen cell
        cells.append(Cell(number, "frozen", source))
        return
    magic = _MAGIC.match(source) if language != "md" else None
    if magic and magic.group(1).lower() in _MAGICS:
        kind = _MAGICS[magic.group(1).lower()]
        cells.append(Cell(number, kind, source[magic.end() :].lstrip("\n"), is_parameters))
        return
    kind = "md" if language == "md" else _LANGUAGES.get(language.lower(), language)
    # IPython's own magics and %pip belong to Python, whatever the cell's language.
    cells.append(Cell(number, "python" if source.lstrip().startswith("%") and kind != "md" else kind, source, is_parameters))
