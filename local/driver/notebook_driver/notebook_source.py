"""Reads a notebook: Databricks' source form of Python, SQL, Scala and R, and Jupyter's ipynb."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from notebook_driver.notebook_environment import split_environment

COMMENT = {"python": "#", "sql": "--", "scala": "//", "r": "#"}
_MAGIC = re.compile(r"^%(python|sql|scala|r|sh|md-sandbox|md|fs|run|skip)(?![\w-])[ \t]*", re.IGNORECASE)


class NotANotebook(Exception):
    """The file at a notebook's path is not a notebook."""


@dataclass(frozen=True)
class Cell:
    """One cell: ``language`` is python, sql, scala, r, sh, md, fs, run or skip; ``source`` is its text without that magic.

    ``is_parameters``: the run's parameters replace what this cell defines.
    """

    number: int
    language: str
    source: str
    is_parameters: bool = False


def read_notebook(text: str, name: str) -> list[Cell]:
    """The cells of a notebook, numbered from 1. NotANotebook if the text has neither form."""
    if text.lstrip().startswith("{"):
        return _read_ipynb(text, name)
    first, _, rest = text.replace("\r\n", "\n").partition("\n")
    first = first.lstrip("\ufeff").rstrip()
    for language, comment in COMMENT.items():
        if first == f"{comment} Databricks notebook source":
            # R's source form begins like Python's, so a notebook in R is read as Python and fails in its first cell.
            _, cells = split_environment(rest, comment)
            return _read_source(cells, language, comment)
    raise NotANotebook(
        f"Could not read {name} as a notebook: its first line is not '# Databricks notebook source' (or '--' or '//' for SQL "
        "and Scala), and it is not an ipynb file; export it as source or as ipynb."
    )


def _read_source(text: str, language: str, comment: str) -> list[Cell]:
    separator = re.compile(rf"^{re.escape(comment)} COMMAND -+[ \t]*$", re.MULTILINE)
    cells = []
    for block in separator.split(text):
        lines = block.strip("\n").split("\n")
        if lines and lines[0].startswith(f"{comment} DBTITLE "):
            lines = lines[1:]
        magic = f"{comment} MAGIC"
        if any(line.startswith(magic) for line in lines):
            lines = [_without_magic(line, magic) for line in lines]
        source = "\n".join(lines).strip("\n")
        if source.strip():
            cells.append(_cell(len(cells) + 1, language, source))
    return cells


def _without_magic(line: str, magic: str) -> str:
    if not line.startswith(magic):
        return line
    return line[len(magic) + 1 :] if line[len(magic) :].startswith(" ") else line[len(magic) :]


def _read_ipynb(text: str, name: str) -> list[Cell]:
    try:
        document = json.loads(text)
        metadata = document.get("metadata", {})
        databricks = metadata.get("application/vnd.databricks.v1+notebook", {})
        language = databricks.get("language") or metadata.get("language_info", {}).get("name") or "python"
        raw = document["cells"]
    except (ValueError, KeyError, AttributeError) as error:
        raise NotANotebook(f"Could not read {name} as an ipynb notebook: {error}; export it again.") from error
    cells = []
    for entry in raw:
        source = entry.get("source", "")
        source = source if isinstance(source, str) else "".join(source)
        kind = "md" if entry.get("cell_type") in ("markdown", "raw") else language.lower()
        if source.strip():
            cells.append(_cell(len(cells) + 1, kind, source))
    return cells


def _cell(number: int, language: str, source: str) -> Cell:
    magic = _MAGIC.match(source.lstrip())
    if magic is None:
        # %pip and IPython's own magics belong to Python, whatever the notebook's language.
        return Cell(number, "python" if source.lstrip().startswith("%") else language, source)
    return Cell(number, magic.group(1).lower().removesuffix("-sandbox"), source.lstrip()[magic.end() :].lstrip("\n"))
