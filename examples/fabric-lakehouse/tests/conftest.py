"""The Spark session of the tests, some months of valid figures, and the notebook with the model as a module."""

import importlib.util
import sys
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

PROJECT = Path(__file__).parents[1]


def import_notebook(name: str) -> None:
    """Makes a notebook in Fabric's source form a module. It is Python if its magics are those of whole cells."""
    file = PROJECT / "notebooks" / f"{name}.Notebook" / "notebook-content.py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


import_notebook("employment_model")


@pytest.fixture(scope="session")
def spark() -> SparkSession:
    """The session of the Spark job or, on your own machine, one that PySpark starts."""
    return SparkSession.builder.getOrCreate()


@pytest.fixture
def months() -> list[dict[str, str]]:
    """Four months in the form of the delivery, of which each test changes what it needs."""
    return [
        month("2008-01-01", private=80, government=20, change=1),
        month("2008-02-01", private=78, government=20, change=-2),
        month("2008-03-01", private=75, government=21, change=-2),
        month("2008-04-01", private=79, government=21, change=4),
    ]


@pytest.fixture
def delivered(spark: SparkSession, months: list[dict[str, str]]) -> DataFrame:
    return spark.createDataFrame(months)


def month(day: str, private: int, government: int, change: int) -> dict[str, str]:
    return {
        "month": day,
        "nonfarm": str(private + government),
        "private": str(private),
        "government": str(government),
        "nonfarm_change": str(change),
    }
