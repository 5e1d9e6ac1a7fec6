"""SQL's CREATE WIDGET and REMOVE WIDGET: https://docs.databricks.com/notebooks/widgets

`shared/notebook/declarations/create-widget.ts` reads and writes the same statements without running them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from notebook_driver.dbutils.widgets import Widgets
from notebook_driver.failure import CellFailure
from notebook_driver.sql_statements import mask, string_value, without_comments

_STRING = r"(?:\b[rR](?:'[^']*'|\"[^\"]*\")|'(?:\\.|''|[^'\\])*'|\"(?:\\.|\"\"|[^\"\\])*\")"
_NAME = rf"`[^`]+`|{_STRING}|[^\s;'\"`]+"
_START = re.compile(r"\b(?:CREATE|REMOVE)\s+WIDGET\b", re.IGNORECASE)
_CREATE = re.compile(
    rf"CREATE\s+WIDGET\s+(TEXT|DROPDOWN|COMBOBOX|MULTISELECT)\s+({_NAME})\s+DEFAULT\s+({_STRING})(?:\s*\bCHOICES\b\s*(.*))?$",
    re.IGNORECASE | re.DOTALL,
)
_REMOVE = re.compile(rf"REMOVE\s+WIDGET\s+({_NAME})$", re.IGNORECASE | re.DOTALL)
_QUERY = re.compile(r"[\s(]*(?:SELECT|VALUES|WITH|FROM|TABLE|SHOW)\b", re.IGNORECASE)


def define_widgets(statement: str, widgets: Widgets, choices_of: Callable[[str], list[str]]) -> bool:
    """Whether the text creates or removes widgets, which need no semicolon between them. ``choices_of`` runs a query."""
    text = without_comments(statement).strip()
    starts = [match.start() for match in _START.finditer(mask(text))]
    if not starts or starts[0] != 0:
        return False
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        _define(text[start:end].strip(), widgets, choices_of)
    return True


def _define(text: str, widgets: Widgets, choices_of: Callable[[str], list[str]]) -> None:
    if removed := _REMOVE.match(text):
        widgets.remove(_name(removed.group(1)))
        return
    created = _CREATE.match(text)
    if created is None:
        raise CellFailure(
            f"Could not create or remove a widget by {text}: the statement is not valid; "
            "write CREATE WIDGET TYPE name DEFAULT 'value' [CHOICES query], or REMOVE WIDGET name."
        )
    kind, name, default, choices = created.groups()
    arguments: list[Any] = [_name(name), string_value(default)]
    if kind.upper() != "TEXT":
        query = choices or ""
        listed = (
            choices_of(query) if _QUERY.match(query) else [string_value(found) for found in re.findall(_STRING, query, re.DOTALL)]
        )
        arguments.append(listed)
    getattr(widgets, kind.lower())(*arguments)


def _name(written: str) -> str:
    return string_value(written) if re.match(_STRING, written) else written.strip("`")
