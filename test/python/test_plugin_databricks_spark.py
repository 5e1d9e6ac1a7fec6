"""`pytest --remote` with tests that use the Spark session of a job of the local workspace's Databricks."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from databricks.sdk import WorkspaceClient

ROOT = Path(__file__).parents[2]
VOLUME = "/Volumes/main/default/spark"
SUITE = f"""
from pyspark.sql import SparkSession

def test_spark_and_python_read_the_same_volume():
    spark = SparkSession.builder.getOrCreate()
    assert [row.value for row in spark.read.text("{VOLUME}/in.txt").collect()] == ["one", "two"]
    with open("{VOLUME}/in.txt") as file:
        assert file.read() == "one\\ntwo\\n"
"""


@pytest.fixture(scope="module")
def config():
    return {"spark": {"master": "local[1]"}}


def test_tests_use_the_spark_session_of_the_job(workspace, tmp_path):
    files = WorkspaceClient().files
    files.create_directory(VOLUME)
    files.upload(f"{VOLUME}/in.txt", io.BytesIO(b"one\ntwo\n"))
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "test_spark.py").write_text(SUITE)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment.update(PYTHONPATH=str(ROOT / "pytest-plugin/src"), REMOTE_SPARK="databricks", DATABRICKS_TEST_VOLUME=VOLUME)
    command = [sys.executable, "-m", "pytest", "-p", "pytest_fabric_spark.plugin", "-p", "no:cacheprovider", "--remote"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=150, check=False)
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout + done.stderr
