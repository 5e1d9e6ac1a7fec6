"""SQL cells on Databricks: widgets as parameters, and CREATE WIDGET."""

from __future__ import annotations

import re
from typing import Any

from notebook_driver.dbutils.create_widget import define_widgets
from notebook_driver.dbutils.widgets import InputWidgetNotDefined, Widgets
from notebook_driver.sql_statements import mask, split_statements

# In a string literal, \$ is a dollar sign: https://docs.databricks.com/notebooks/widgets
_VALUE = re.compile(
    r"(?<!\\)\$\{([\w.\-]+)\}|(?<!\\)\$(\w+)|\bgetArgument\(\s*(\"[^\"]*\"|'[^']*')\s*\)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<![:\w]):([A-Za-z_]\w*)")


def run_sql(spark: Any, source: str, widgets: Widgets) -> Any:
    """Runs a cell's statements; the last one's DataFrame, or None if it defined a widget."""
    result = None
    for statement in split_statements(source):
        defines = define_widgets(
            statement, widgets, lambda query: [str(row[0]) for row in run_statement(spark, query, widgets).collect()]
        )
        result = None if defines else run_statement(spark, statement, widgets)
    return result


def run_statement(spark: Any, statement: str, widgets: Widgets) -> Any:
    text = _VALUE.sub(lambda match: _substitute(match, widgets), statement)
    values = widgets.getAll()
    named = {name: values[name] for name in _NAMED.findall(mask(text)) if name in values}
    return spark.sql(text, args=named) if named else spark.sql(text)


def _substitute(match: re.Match[str], widgets: Widgets) -> str:
    if match.group(3):
        return _literal(widgets.get(match.group(3)[1:-1]))
    try:
        return widgets.get(match.group(1) or match.group(2))
    except InputWidgetNotDefined:
        # Spark itself substitutes ${spark.some.conf} and the like.
        return match.group()


def _literal(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
