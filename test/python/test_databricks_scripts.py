"""Python files as tasks of runs, by the unmodified Databricks SDK."""

from __future__ import annotations

import io

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError, InvalidParameterValue, OperationFailed
from databricks.sdk.service.compute import Environment
from databricks.sdk.service.jobs import (
    JobEnvironment,
    NotebookTask,
    Run,
    RunLifeCycleState,
    RunResultState,
    Source,
    SparkPythonTask,
    SubmitTask,
)
from databricks.sdk.service.workspace import ImportFormat

VOLUME = "/Volumes/main/default/scripts"
SCRIPT = """
import os, sys, time
print("arguments", sys.argv[1:])
print("to stderr", file=sys.stderr)
with open("/Volumes/main/default/scripts/out.txt", "w") as file:
    file.write(__name__)
print(os.listdir("/Volumes/main/default/scripts"))
if sys.argv[1:] == ["waits"]:
    time.sleep(60)
sys.exit(int(sys.argv[1]) if sys.argv[1:] else 0)
"""
ENVIRONMENTS = [JobEnvironment("default", Environment(environment_version="4"))]


@pytest.fixture(scope="module")
def client(workspace):
    client = WorkspaceClient()
    client.files.create_directory(VOLUME)
    client.files.upload(f"{VOLUME}/script.py", io.BytesIO(SCRIPT.encode()))
    client.workspace.upload("/Shared/script.py", b"print(__name__)", format=ImportFormat.RAW)
    return client


def submit(client: WorkspaceClient, file: str, *parameters: str, **fields):
    """Starts a run of a Python file on serverless compute."""
    task = SubmitTask(
        task_key="script",
        environment_key="default",
        max_retries=0,
        spark_python_task=SparkPythonTask(file, list(parameters)),
    )
    return client.jobs.submit(tasks=[task], environments=ENVIRONMENTS, **fields)


def ended(client: WorkspaceClient, waiter) -> Run:
    """The run, however it ends."""
    try:
        return waiter.result()
    except OperationFailed:
        return client.jobs.get_run(waiter.run_id)


def test_a_python_file_runs_with_its_arguments_and_shows_what_it_prints(client):
    run = submit(client, f"{VOLUME}/script.py", "0", "{{task.name}}").result()
    assert (run.state.life_cycle_state, run.state.result_state) == (RunLifeCycleState.TERMINATED, RunResultState.SUCCESS)
    assert run.tasks[0].spark_python_task.as_dict() == {
        "python_file": f"{VOLUME}/script.py",
        "parameters": ["0", "{{task.name}}"],
        "source": "WORKSPACE",
    }
    output = client.jobs.get_run_output(run.tasks[0].run_id)
    assert output.logs.splitlines()[:2] == ["arguments ['0', 'script']", "to stderr"]
    assert "out.txt" in output.logs and "script.py" in output.logs
    assert (output.logs_truncated, output.error, output.notebook_output) == (False, None, None)
    assert client.files.download(f"{VOLUME}/out.txt").contents.read() == b"__main__"


@pytest.mark.parametrize("file", ["/Shared/script.py", "/Workspace/Shared/script.py"])
def test_a_python_file_may_be_in_the_workspace(client, file):
    run = submit(client, file).result()
    assert client.jobs.get_run_output(run.tasks[0].run_id).logs == "__main__\n"


def test_the_exit_code_of_a_python_file_fails_its_run(client):
    run = ended(client, submit(client, f"dbfs:{VOLUME}/script.py", "3"))
    assert run.state.result_state == RunResultState.FAILED
    output = client.jobs.get_run_output(run.tasks[0].run_id)
    assert "exit code 3" in output.error
    assert "arguments ['3']" in output.logs


def test_a_python_file_is_cancelled(client, eventually):
    run_id = submit(client, f"{VOLUME}/script.py", "waits").run_id
    task_id = client.jobs.get_run(run_id).tasks[0].run_id
    eventually(lambda: "arguments" in (client.jobs.get_run_output(task_id).logs or ""))
    assert client.jobs.cancel_run_and_wait(run_id).state.result_state == RunResultState.CANCELED
    assert "arguments ['waits']" in client.jobs.get_run_output(task_id).logs


def test_a_python_file_that_does_not_exist_fails_its_run(client):
    run = ended(client, submit(client, f"{VOLUME}/none.py"))
    assert run.state.life_cycle_state == RunLifeCycleState.INTERNAL_ERROR
    assert f'Unable to access the Python file "{VOLUME}/none.py"' in run.tasks[0].state.state_message


def test_what_cannot_be_a_task_is_refused(client):
    script = SparkPythonTask(f"{VOLUME}/script.py")
    for error, message, fields in (
        (InvalidParameterValue, "An environment is required for serverless task script", {"spark_python_task": script}),
        (InvalidParameterValue, "exactly one task type", {"spark_python_task": script, "notebook_task": NotebookTask("/a")}),
        (InvalidParameterValue, "Only absolute paths", {"spark_python_task": SparkPythonTask("script.py")}),
        (DatabricksError, "not of a Git repository", {"spark_python_task": SparkPythonTask("a.py", source=Source.GIT)}),
        (DatabricksError, "s3://bucket/a.py", {"spark_python_task": SparkPythonTask("s3://bucket/a.py")}),
    ):
        with pytest.raises(error, match=message):
            client.jobs.submit(tasks=[SubmitTask(task_key="script", **fields)])
