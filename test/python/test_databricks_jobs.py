"""Runs, jobs and the notebooks they execute, by the unmodified Databricks SDK."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import unquote

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import InvalidParameterValue, OperationFailed, PermissionDenied, ResourceDoesNotExist
from databricks.sdk.service.compute import ClusterSpec
from databricks.sdk.service.jobs import (
    JobSettings,
    NotebookTask,
    RunLifeCycleState,
    RunResultState,
    SubmitTask,
    Task,
    TaskDependency,
    ViewsToExport,
)
from databricks.sdk.service.workspace import ImportFormat

FOLDER = "/Shared/runs"
HEADER = "# Databricks notebook source\n"
NODE = {"spark_version": "16.4.x-scala2.12", "node_type_id": "Standard_DS3_v2", "num_workers": 1}
NOTEBOOKS = {
    "exits": "dbutils.widgets.text('name', 'nobody')\ndbutils.notebook.exit('hello ' + dbutils.widgets.get('name'))",
    "raises": "raise ValueError('no weather today')",
    "returns": "x = 1",
    "waits": "import time\ntime.sleep(60)",
    "fails_once": """
try:
    dbutils.fs.head('dbfs:/tried')
except Exception:
    dbutils.fs.put('dbfs:/tried', '1')
    raise ValueError('the first attempt')
dbutils.notebook.exit('recovered')
""",
    "acts": """
import json
from databricks.sdk import WorkspaceClient
from databricks.sdk.runtime import dbutils as runtime_dbutils
w = WorkspaceClient()
context = dbutils.notebook.getContext()
dbutils.notebook.exit(json.dumps({
    "user": w.current_user.me().user_name,
    "same": w.dbutils is dbutils is runtime_dbutils,
    "path": w.workspace.get_status(context.notebookPath().get()).path,
    "run": w.jobs.get_run(int(context.rootRunId().get())).run_id,
    "tokens": len(list(w.tokens.list())),
    "token": context.apiToken().get(),
    "reversed": context.apiToken().get()[::-1],
}))
""",
    "large": "dbutils.notebook.exit('x' * (5 * 1024 * 1024 + 1))",
}


@pytest.fixture(scope="module")
def client(workspace):
    client = WorkspaceClient()
    client.workspace.mkdirs(FOLDER)
    for name, source in NOTEBOOKS.items():
        client.workspace.upload(f"{FOLDER}/{name}.py", (HEADER + source).encode(), format=ImportFormat.AUTO)
    return client


@pytest.fixture(scope="module")
def cluster_id(client):
    return client.clusters.create_and_wait(cluster_name="runs", **NODE).cluster_id


def task(notebook: str, key: str = "main", **fields) -> SubmitTask:
    """A task that runs one of the notebooks."""
    parameters = fields.pop("parameters", None)
    path = f"{FOLDER}/{notebook}"
    return SubmitTask(task_key=key, notebook_task=NotebookTask(notebook_path=path, base_parameters=parameters), **fields)


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/{version=2.0|2.1|2.2}/jobs/runs/submit",
    "databricks GET /api/{version=2.0|2.1|2.2}/jobs/runs/get",
    "databricks GET /api/{version=2.0|2.1|2.2}/jobs/runs/get-output",
)
def test_a_notebook_runs_with_its_parameters_and_gives_its_exit_value(client, cluster_id):
    submitted = task("exits", parameters={"name": "world"}, existing_cluster_id=cluster_id)
    run = client.jobs.submit(run_name="hello", tasks=[submitted]).result()
    assert (run.state.life_cycle_state, run.state.result_state) == (RunLifeCycleState.TERMINATED, RunResultState.SUCCESS)
    assert run.status.termination_details.code.value == "SUCCESS"
    assert run.tasks[0].cluster_instance.cluster_id == cluster_id
    output = client.jobs.get_run_output(run.tasks[0].run_id)
    assert (output.notebook_output.result, output.notebook_output.truncated) == ("hello world", False)


def attempts_of(run) -> list[tuple[int | None, str]]:
    """The attempts of the run's tasks with their results."""
    return [(task.attempt_number, task.state.result_state.value) for task in run.tasks]


def test_a_task_that_fails_on_serverless_compute_is_run_again(client):
    waiter = client.jobs.submit(tasks=[task("raises")])
    with pytest.raises(OperationFailed):
        waiter.result()
    run = client.jobs.get_run(waiter.run_id)
    assert attempts_of(run) == [(0, "FAILED"), (1, "FAILED")]
    assert len({task.run_id for task in run.tasks}) == 2


def test_a_run_succeeds_if_the_second_attempt_of_its_task_does(client):
    run = client.jobs.submit(tasks=[task("fails_once")]).result()
    assert run.state.result_state == RunResultState.SUCCESS
    assert attempts_of(run) == [(0, "FAILED"), (1, "SUCCESS")]
    first, second = (client.jobs.get_run_output(task.run_id) for task in run.tasks)
    assert first.error == "ValueError: the first attempt"
    assert second.notebook_output.result == "recovered"


@pytest.mark.parametrize("fields", [{"disable_auto_optimization": True}, {"max_retries": 0}])
def test_a_task_on_serverless_compute_is_not_run_again_if_it_says_so(client, fields):
    waiter = client.jobs.submit(tasks=[task("raises", **fields)])
    with pytest.raises(OperationFailed):
        waiter.result()
    assert attempts_of(client.jobs.get_run(waiter.run_id)) == [(0, "FAILED")]


def test_a_task_on_a_cluster_is_run_again_only_if_it_says_so(client, cluster_id):
    for fields, attempts in [({}, 1), ({"max_retries": 2}, 3)]:
        waiter = client.jobs.submit(tasks=[task("raises", existing_cluster_id=cluster_id, **fields)])
        with pytest.raises(OperationFailed):
            waiter.result()
        assert attempts_of(client.jobs.get_run(waiter.run_id)) == [(n, "FAILED") for n in range(attempts)]


def test_a_notebook_that_never_exits_has_no_result(client, cluster_id):
    run = client.jobs.submit(tasks=[task("returns", existing_cluster_id=cluster_id)]).result()
    output = client.jobs.get_run_output(run.tasks[0].run_id)
    assert output.notebook_output.result is None


def test_a_notebook_that_raises_fails_with_its_error_and_trace(client, cluster_id):
    waiter = client.jobs.submit(tasks=[task("raises", existing_cluster_id=cluster_id)])
    with pytest.raises(OperationFailed, match="INTERNAL_ERROR: Task main failed with message: Workload failed"):
        waiter.result()
    run = client.jobs.get_run(waiter.run_id)
    assert run.state.result_state is RunResultState.FAILED
    assert run.tasks[0].state.life_cycle_state is RunLifeCycleState.TERMINATED
    output = client.jobs.get_run_output(run.tasks[0].run_id)
    assert output.error == "ValueError: no weather today"
    assert "no weather today" in output.error_trace
    task_run_id = run.tasks[0].run_id
    raw = client.api_client.do("GET", "/api/2.2/jobs/runs/get-output", query={"run_id": task_run_id})
    assert raw["notebook_output"] == {}, "as the platform answers, so that clients that index it do not fail"
    metadata = raw["metadata"]
    assert (metadata["number_in_job"], metadata["original_attempt_run_id"]) == (task_run_id, task_run_id)
    assert client.jobs.get_run(task_run_id).number_in_job == task_run_id


def test_an_exit_value_over_five_megabytes_is_cut(client, cluster_id):
    run = client.jobs.submit(tasks=[task("large", existing_cluster_id=cluster_id)]).result()
    output = client.jobs.get_run_output(run.tasks[0].run_id).notebook_output
    assert (len(output.result), output.truncated) == (5 * 1024 * 1024, True)


def test_the_output_of_a_run_with_tasks_is_refused(client, cluster_id):
    run = client.jobs.submit(tasks=[task("exits", existing_cluster_id=cluster_id)]).result()
    with pytest.raises(InvalidParameterValue, match="output of runs with multiple tasks"):
        client.jobs.get_run_output(run.run_id)


@pytest.mark.proves("databricks-sdk", "databricks GET /api/{version=2.0|2.1|2.2}/jobs/runs/export")
def test_a_run_is_exported_as_a_page(client, cluster_id):
    run = client.jobs.submit(tasks=[task("exits", existing_cluster_id=cluster_id)]).result()
    [view] = client.jobs.export_run(run.tasks[0].run_id, views_to_export=ViewsToExport.CODE).views
    assert (view.name, view.type.value) == ("exits", "NOTEBOOK")
    [encoded] = re.findall(r"__DATABRICKS_NOTEBOOK_MODEL = '([^']+)'", view.content)
    model = json.loads(unquote(base64.b64decode(encoded).decode()))
    assert any("dbutils.notebook.exit" in command["command"] for command in model["commands"])


def test_a_missing_notebook_is_an_internal_error_of_the_run(client, cluster_id):
    waiter = client.jobs.submit(tasks=[task("none", existing_cluster_id=cluster_id)])
    with pytest.raises(OperationFailed, match="Unable to access the notebook"):
        waiter.result()
    [only] = client.jobs.get_run(waiter.run_id).tasks
    assert only.state.life_cycle_state is RunLifeCycleState.INTERNAL_ERROR
    assert only.status.termination_details.code.value == "RESOURCE_NOT_FOUND"


def test_a_task_waits_for_those_it_depends_on(client, cluster_id):
    first = task("raises", "first", existing_cluster_id=cluster_id)
    second = task("exits", "second", existing_cluster_id=cluster_id, depends_on=[TaskDependency(task_key="first")])
    waiter = client.jobs.submit(tasks=[second, first])
    with pytest.raises(OperationFailed, match="This caused all downstream tasks to get skipped"):
        waiter.result()
    run = client.jobs.get_run(waiter.run_id)
    states = {item.task_key: item.state.result_state for item in run.tasks}
    assert states == {"first": RunResultState.FAILED, "second": RunResultState.UPSTREAM_FAILED}


def test_a_run_makes_and_ends_a_cluster_of_its_own(client, eventually):
    run = client.jobs.submit(tasks=[task("exits", new_cluster=ClusterSpec(**NODE))]).result()
    assert run.state.result_state is RunResultState.SUCCESS
    cluster_id = run.tasks[0].cluster_instance.cluster_id
    eventually(lambda: client.clusters.get(cluster_id).termination_reason is not None)
    assert client.clusters.get(cluster_id).termination_reason.code.value == "JOB_FINISHED"


def test_the_same_idempotency_token_gives_the_same_run(client, cluster_id):
    fields = {"tasks": [task("exits", existing_cluster_id=cluster_id)], "idempotency_token": "once"}
    first, second = client.jobs.submit(**fields), client.jobs.submit(**fields)
    assert first.run_id == second.run_id
    assert first.result().state.result_state is RunResultState.SUCCESS


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/{version=2.0|2.1|2.2}/jobs/runs/cancel",
    "databricks GET /api/{version=2.0|2.1|2.2}/jobs/runs/list",
    "databricks POST /api/{version=2.0|2.1|2.2}/jobs/runs/delete",
)
def test_a_cancelled_run_ends_in_its_own_time_and_can_be_deleted(client, cluster_id, workspace, eventually):
    waiter = client.jobs.submit(run_name="long", tasks=[task("waits", existing_cluster_id=cluster_id)])
    eventually(lambda: client.jobs.get_run(waiter.run_id).state.life_cycle_state is RunLifeCycleState.RUNNING)
    assert [run.run_id for run in client.jobs.list_runs(active_only=True)] == [waiter.run_id]
    assert [entry["name"] for entry in workspace.ledger()["runs"]] == ["long"]

    client.jobs.cancel_run(waiter.run_id)
    assert waiter.result().state.result_state is RunResultState.CANCELED
    assert workspace.ledger()["runs"] == []
    client.jobs.delete_run(waiter.run_id)
    with pytest.raises((InvalidParameterValue, ResourceDoesNotExist), match="does not exist"):
        client.jobs.get_run(waiter.run_id)


def test_a_run_over_its_time_is_timed_out_by_the_workspaces_clock(client, cluster_id, workspace, eventually):
    waiter = client.jobs.submit(tasks=[task("waits", existing_cluster_id=cluster_id)], timeout_seconds=600)
    eventually(lambda: client.jobs.get_run(waiter.run_id).state.life_cycle_state is RunLifeCycleState.RUNNING)
    workspace.advance(601)
    assert waiter.result().state.result_state is RunResultState.TIMEDOUT


def test_a_run_whose_cluster_ends_names_the_cluster(client, eventually):
    cluster = client.clusters.create_and_wait(cluster_name="dies", **NODE)
    waiter = client.jobs.submit(tasks=[task("waits", existing_cluster_id=cluster.cluster_id)])
    eventually(lambda: client.jobs.get_run(waiter.run_id).state.life_cycle_state is RunLifeCycleState.RUNNING)
    client.clusters.permanent_delete(cluster.cluster_id)
    with pytest.raises(OperationFailed, match=f"Cluster '{cluster.cluster_id}' was terminated. Reason: USER_REQUEST"):
        waiter.result()


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/{version=2.0|2.1|2.2}/jobs/create",
    "databricks GET /api/{version=2.0|2.1|2.2}/jobs/get",
    "databricks GET /api/{version=2.0|2.1|2.2}/jobs/list",
    "databricks POST /api/{version=2.0|2.1|2.2}/jobs/update",
    "databricks POST /api/{version=2.0|2.1|2.2}/jobs/reset",
    "databricks POST /api/{version=2.0|2.1|2.2}/jobs/run-now",
    "databricks POST /api/{version=2.0|2.1|2.2}/jobs/runs/cancel-all",
    "databricks POST /api/{version=2.0|2.1|2.2}/jobs/delete",
)
def test_a_job_is_kept_changed_run_and_deleted(client, cluster_id, workspace):
    notebook = NotebookTask(notebook_path=f"{FOLDER}/exits")
    tasks = [Task(task_key="main", notebook_task=notebook, existing_cluster_id=cluster_id)]
    job_id = client.jobs.create(name="nightly", tasks=tasks).job_id
    client.jobs.update(job_id, new_settings=JobSettings(name="hourly"))
    assert [job.settings.name for job in client.jobs.list(name="hourly")] == ["hourly"]
    client.jobs.reset(job_id, new_settings=JobSettings(name="daily", tasks=tasks, tags={"team": "weather"}))
    assert client.jobs.get(job_id).settings.name == "daily"
    assert [(entry["name"], entry["tags"]) for entry in workspace.ledger()["jobs"]] == [("daily", {"team": "weather"})]

    run = client.jobs.run_now(job_id, notebook_params={"name": "job"}).result()
    assert client.jobs.get_run_output(run.tasks[0].run_id).notebook_output.result == "hello job"
    client.jobs.cancel_all_runs(job_id=job_id)
    client.jobs.delete(job_id)
    assert workspace.ledger()["jobs"] == []


def test_parameters_over_ten_thousand_bytes_are_refused(client, cluster_id):
    notebook = NotebookTask(notebook_path=f"{FOLDER}/exits")
    tasks = [Task(task_key="main", notebook_task=notebook, existing_cluster_id=cluster_id)]
    job_id = client.jobs.create(name="large", tasks=tasks).job_id
    with pytest.raises(InvalidParameterValue, match="cannot exceed 10000 bytes"):
        client.jobs.run_now(job_id, notebook_params={"name": "x" * 10_000})
    client.jobs.delete(job_id)


def test_a_scripted_end_takes_the_place_of_the_notebook(client, cluster_id, workspace):
    fail = {"life_cycle_state": "SKIPPED", "result_state": "MAXIMUM_CONCURRENT_RUNS_REACHED", "message": "Too many."}
    workspace.fault({"match": {"operation": "run.start", "name": "scripted"}, "then": {"fail": fail}})
    run = client.jobs.submit(run_name="scripted", tasks=[task("exits", existing_cluster_id=cluster_id)]).result()
    assert run.tasks[0].state.life_cycle_state is RunLifeCycleState.SKIPPED


def test_the_old_api_runs_one_task_without_a_list(client, cluster_id, eventually):
    """As nutter does: parameters as {key, value}, the state from get-output (github.com/microsoft/nutter, common/)."""

    def ask(method, path, **fields):
        return client.api_client.do(method, f"/api/{path}", **fields)

    def output(run_id):
        return ask("GET", "2.0/jobs/runs/get-output", query={"run_id": run_id})

    notebook = {"notebook_path": f"{FOLDER}/exits", "base_parameters": [{"key": "name", "value": "nutter"}]}
    body = {"existing_cluster_id": cluster_id, "notebook_task": notebook, "run_name": "a test: 1"}
    run_id = ask("POST", "2.0/jobs/runs/submit", body=body)["run_id"]
    assert output(run_id)["notebook_output"] == {}, "a run that has not ended has an empty output"
    eventually(lambda: output(run_id)["metadata"]["state"].get("result_state") == "SUCCESS")
    assert output(run_id)["notebook_output"] == {"result": "hello nutter", "truncated": False}
    shown = {**notebook, "base_parameters": {"name": "nutter"}, "source": "WORKSPACE"}
    old = {"task": {"notebook_task": shown}, "cluster_spec": {"existing_cluster_id": cluster_id}, "number_in_job": run_id}
    assert output(run_id)["metadata"].items() >= old.items()

    run = ask("GET", "2.0/jobs/runs/get", query={"run_id": run_id})
    assert run.items() >= {**old, "format": "SINGLE_TASK"}.items()
    assert "tasks" not in run
    # Since 2.1 the same run has tasks, and the task the id of the run: github.com/flyteorg/flytekit/pull/1935.
    run = ask("GET", "2.1/jobs/runs/get", query={"run_id": run_id})
    assert [(task["task_key"], task["run_id"], task["notebook_task"]) for task in run["tasks"]] == [("a_test__1", run_id, shown)]
    assert (run["format"], run["number_in_job"], "task" in run) == ("MULTI_TASK", run_id, False)


def test_jupyter_notebooks_run_too(client, cluster_id):
    ipynb = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code", "metadata": {}, "id": "a", '
    ipynb += b'"execution_count": null, "outputs": [], "source": ["dbutils.notebook.exit(str(6 * 7))"]}]}'
    content = base64.b64encode(ipynb).decode()
    client.workspace.import_(f"{FOLDER}/answer", content=content, format=ImportFormat.JUPYTER, overwrite=True)
    run = client.jobs.submit(tasks=[task("answer", existing_cluster_id=cluster_id)]).result()
    assert client.jobs.get_run_output(run.tasks[0].run_id).notebook_output.result == "42"


# https://docs.databricks.com/dev-tools/sdk-python: in a notebook, WorkspaceClient() needs no configuration
def test_a_notebook_acts_on_the_workspace_as_the_identity_that_runs_it_until_it_ends(client, workspace):
    tokens = len(list(client.tokens.list()))
    run = client.jobs.submit(run_name="acts", tasks=[task("acts")]).result()
    exit_value = json.loads(client.jobs.get_run_output(run.tasks[0].run_id).notebook_output.result)
    token = exit_value.pop("reversed")[::-1]
    me = client.current_user.me().user_name
    expected = {"user": me, "same": True, "path": f"{FOLDER}/acts", "run": run.run_id, "tokens": tokens, "token": "[REDACTED]"}
    assert exit_value == expected
    assert workspace.control("GET", "/ledger")["tokens"] == []
    with pytest.raises(PermissionDenied, match="Invalid access token"):
        WorkspaceClient(host=client.config.host, token=token).current_user.me()
