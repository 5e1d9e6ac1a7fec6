"""The same tests here and in the local workspace, as Spark jobs with real Spark."""

from __future__ import annotations

import shutil

import pytest
from remote_session import Sessions, sessions
from test_plugin_outcomes import SUITE, agree

pytest_plugins = ["pytester"]
__all__ = ["sessions"]

SPARK = """
import os
import pytest

def test_table():
    from pyspark.sql import SparkSession
    spark = SparkSession.builder.getOrCreate()
    print(spark.sparkContext.appName)
    spark.range(5).createOrReplaceTempView("numbers")
    assert spark.sql("SELECT sum(id) FROM numbers").first()[0] == 10
    with open(os.path.join(os.environ["FABRIC_TEST_ARTIFACTS"], "plan.txt"), "w") as file:
        file.write("plan")

def test_error():
    from pyspark.sql import SparkSession
    SparkSession.builder.getOrCreate().sql("SELECT * FROM no_such_table")
"""


@pytest.fixture(scope="module")
def config():
    return {"fabric": {"workspaces": [{"name": "shop", "lakehouses": ["sales"]}]}, "spark": {"master": "local[2]"}}


def test_when_tests_of_every_kind_run_as_a_spark_job_then_all_that_is_seen_of_them_is_as_if_they_had_run_here(
    workspace, sessions: Sessions, eventually
):
    sessions.platform.pytest_remote_platform = lambda: None  # so that it is the one of the environment
    shutil.copytree(SUITE, sessions.pytester.path, dirs_exist_ok=True)
    here = sessions.local()
    # Tests that cannot run here. They are not the last ones, which have the teardown of the session in their output.
    sessions.write("test_a_spark.py", SPARK)
    there = sessions.remote()
    agree(here, there, without="test_a_spark")
    table, error = [each for each in there.watcher.reports if each.when == "call" and each.nodeid.startswith("test_a_spark")]
    assert table.passed, table.longreprtext
    assert "no_such_table" in error.longreprtext
    assert (sessions.pytester.path / "remote-test-results/artifacts/plan.txt").read_text() == "plan"
    assert "Job URL: https://" in there.output
    # The job ends by itself after its results are read.
    eventually(lambda: workspace.ledger()["fabricRuns"] == [])
