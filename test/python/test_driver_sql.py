"""How the driver runs SQL cells, with Spark's side replaced by a list of what it was asked."""

from typing import Any

import pytest
from notebook_driver.dbutils.sql import run_sql
from notebook_driver.dbutils.widgets import Widgets
from notebook_driver.failure import CellFailure
from notebook_driver.sql_statements import split_statements


class Recorder:
    """Records statements as spark.sql gets them; Spark itself is in test/driver/spark.test.ts."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []

    def sql(self, text: str, args: dict[str, str] | None = None) -> Any:
        self.asked.append((text, args or {}))
        return text


@pytest.mark.parametrize(
    ("source", "statements"),
    [
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1;\nSELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';', \";\", `;`", ["SELECT ';', \";\", `;`"]),
        (r"SELECT 'it\'s; one'", [r"SELECT 'it\'s; one'"]),
        ("SELECT 1 -- not; here\n; SELECT 2 /* nor; here */", ["SELECT 1 -- not; here", "SELECT 2 /* nor; here */"]),
        ("-- nothing;\n", []),
    ],
)
def test_when_a_cell_has_statements_then_only_true_semicolons_part_them(source: str, statements: list[str]) -> None:
    assert split_statements(source) == statements


def test_when_a_parameter_is_named_then_its_widget_is_passed_and_only_it() -> None:
    spark, widgets = Recorder(), Widgets({"a": "1", "b": "2"})
    run_sql(spark, "SELECT :a, ':b', x::int, y:c FROM t -- :b", widgets)
    assert spark.asked == [("SELECT :a, ':b', x::int, y:c FROM t -- :b", {"a": "1"})]


def test_when_dollar_or_get_argument_then_the_value_stands_in_the_text() -> None:
    spark, widgets = Recorder(), Widgets({"name": "it's"})
    run_sql(spark, "SELECT getArgument(\"name\"), '${spark.some.conf}' FROM ${name}", widgets)
    assert spark.asked == [(r"SELECT 'it\'s', '${spark.some.conf}' FROM it's", {})]


def test_when_create_widget_then_the_widget_is_there_and_spark_is_not_asked() -> None:
    spark, widgets = Recorder(), Widgets({})
    result = run_sql(
        spark,
        """CREATE WIDGET TEXT a DEFAULT "x";
        create widget dropdown `b` default '2'
          choices '1', '2'""",
        widgets,
    )
    assert (result, spark.asked, widgets.getAll()) == (None, [], {"a": "x", "b": "2"})


def test_when_create_widget_is_malformed_then_it_says_the_form() -> None:
    with pytest.raises(CellFailure, match="the statement is not valid; write CREATE WIDGET TYPE name DEFAULT"):
        run_sql(Recorder(), "CREATE WIDGET TEXT a", Widgets({}))


def test_when_remove_widget_then_it_is_gone() -> None:
    widgets = Widgets({})
    run_sql(Recorder(), "CREATE WIDGET TEXT a DEFAULT 'x'; REMOVE WIDGET a", widgets)
    assert widgets.getAll() == {}
