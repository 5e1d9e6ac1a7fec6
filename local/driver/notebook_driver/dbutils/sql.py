"""SQL cells on Databricks: widgets as parameters, and CREATE WIDGET."""

from __future__ import annotations

import re
from typing import Any

from notebook_driver.dbutils.widgets import InputWidgetNotDefined, Widgets
from notebook_driver.failure import CellFailure
from notebook_driver.sql_statements import mask, split_statements, without_comments

_CREATE = re.compile(
    r"CREATE\s+WIDGET\s+(TEXT|DROPDOWN|COMBOBOX|MULTISELECT)\s+(\S+)\s+DEFAULT\s+(\"[^\"]*\"|'[^']*')(?:\s+CHOICES\s+(.*))?$",
    re.IGNORECASE | re.DOTALL,
)
_REMOVE = re.compile(r"REMOVE\s+WIDGET\s+(\S+)$", re.IGNORECASE)
_DOLLAR = re.compile(r"\$\{([\w.\-]+)\}|\$(\w+)")
_GET_ARGUMENT = re.compile(r"getArgument\(\s*(\"[^\"]*\"|'[^']*')\s*\)", re.IGNORECASE)
_NAMED = re.compile(r"(?<![:\w]):([A-Za-z_]\w*)")


def run_sql(spark: Any, source: str, widgets: Widgets) -> Any:
    """Runs a cell's statements; the last one's DataFrame, or None if it defined a widget."""
    result = None
    for statement in split_statements(source):
        result = None if _define_widget(spark, statement, widgets) else _run(spark, statement, widgets)
    return result


def _run(spark: Any, statement: str, widgets: Widgets) -> Any:
    text = _GET_ARGUMENT.sub(lambda match: _literal(widgets.get(match.group(1)[1:-1])), statement)
    text = _DOLLAR.sub(lambda match: _substitute(match, spark, widgets), text)
    values = widgets.getAll()
    named = {name: values[name] for name in _NAMED.findall(mask(text)) if name in values}
    return spark.sql(text, args=named) if named else spark.sql(text)


def _substitute(match: re.Match[str], spark: Any, widgets: Widgets) -> str:
    name = match.group(1) or match.group(2)
    try:
        return widgets.get(name)
    except InputWidgetNotDefined:
        # Spark itself substitutes ${spark.some.conf} and the like.
        return match.group()


def _define_widget(spark: Any, statement: str, widgets: Widgets) -> bool:
    text = without_comments(statement).strip()
    if removed := _REMOVE.match(text):
        widgets.remove(removed.group(1).strip("`"))
        return True
    created = _CREATE.match(text)
    if created is None:
        if re.match(r"CREATE\s+WIDGET\b", text, re.IGNORECASE):
            raise CellFailure(
                f"Could not create a widget by {text}: the statement is not valid; "
                "write CREATE WIDGET TYPE name DEFAULT 'value' [CHOICES …]."
            )
        return False
    kind, name, default, choices = created.groups()
    arguments: list[Any] = [name.strip("`"), default[1:-1]]
    if kind.upper() != "TEXT":
        arguments.append(_choices(spark, choices or ""))
    getattr(widgets, kind.lower())(*arguments)
    return True


def _choices(spark: Any, text: str) -> list[str]:
    if re.match(r"\s*SELECT\b", text, re.IGNORECASE):
        return [str(row[0]) for row in spark.sql(text).collect()]
    return [quoted[1:-1] for quoted in re.findall(r"\"[^\"]*\"|'[^']*'", text)]


def _literal(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
