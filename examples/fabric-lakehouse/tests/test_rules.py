from pathlib import Path

import pandas as pd
import pytest
from employment_model import broken_rules
from pyspark.sql import SparkSession

DELIVERY = Path(__file__).parents[1] / "data" / "employment" / "us-employment.csv"


def broken(spark: SparkSession, months: list[dict[str, str | None]]) -> dict[str, list[str]]:
    found = broken_rules(spark.createDataFrame(months))
    return {rule: where for rule, where in found.items() if where}


def test_good_months_break_no_rule(spark: SparkSession, months: list[dict[str, str]]) -> None:
    assert broken(spark, months) == {}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"government": None}, "no value is missing"),
        ({"government": "22"}, "private and government jobs add up to all"),
        ({"nonfarm_change": "0"}, "the change is that since the month before"),
    ],
)
def test_a_broken_rule_is_found(
    spark: SparkSession, months: list[dict[str, str]], changes: dict[str, str | None], rule: str
) -> None:
    months[2].update(changes)
    assert broken(spark, months) == {rule: ["2008-03-01"]}


def test_a_missing_month_is_found(spark: SparkSession, months: list[dict[str, str]]) -> None:
    del months[1]
    months[1]["nonfarm_change"] = "-4"
    assert broken(spark, months) == {"each month follows the one before": ["2008-03-01"]}


def test_the_delivery_that_the_notebooks_read_is_good(spark: SparkSession) -> None:
    delivered = spark.createDataFrame(pd.read_csv(DELIVERY, dtype=str))
    assert all(where == [] for where in broken_rules(delivered).values())
