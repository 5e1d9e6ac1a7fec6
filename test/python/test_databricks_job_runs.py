"""What the runs of a job do with its tasks: conditions, parameters, references, retries, queues and cancels."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime, timezone
from urllib.parse import unquote

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError, InvalidParameterValue
from databricks.sdk.service.jobs import (
    JobParameterDefinition,
    JobSettings,
    NotebookTask,
    QueueSettings,
    Run,
    RunIf,
    RunLifeCycleState,
    RunResultState,
    Task,
    TaskDependency,
    ViewsToExport,
)
from databricks.sdk.service.workspace import ImportFormat

FOLDER = "/Shared/job-runs"
HEADER = "# Databricks notebook source\n"
NOTEBOOKS = {
    "shows": "import json\ndbutils.notebook.exit(json.dumps(dbutils.widgets.getAll()))",
    "sets": "dbutils.jobs.taskValues.set('rows', 42)\ndbutils.jobs.taskValues.set('table', 'main.default.weather')",
    "waits": "import time\ntime.sleep(60)",
}
RUNNING = RunLifeCycleState.RUNNING


@pytest.fixture(scope="module")
def client(workspace):
    client = WorkspaceClient()
    client.workspace.mkdirs(FOLDER)
    for name, source in NOTEBOOKS.items():
        client.workspace.upload(f"{FOLDER}/{name}.py", (HEADER + source).encode(), format=ImportFormat.AUTO)
    return client


def task(key: str, notebook: str, after: tuple[str, ...] = (), **fields) -> Task:
    """A task on serverless compute that is tried once. A notebook that does not exist fails without starting Python."""
    parameters = fields.pop("parameters", None)
    notebook_task = NotebookTask(notebook_path=f"{FOLDER}/{notebook}", base_parameters=parameters)
    depends_on = [TaskDependency(task_key=name) for name in after]
    return Task(task_key=key, notebook_task=notebook_task, depends_on=depends_on, **{"max_retries": 0, **fields})


def ended(client, run_id: int, eventually) -> Run:
    """The run, once it has ended, however it did."""
    eventually(lambda: client.jobs.get_run(run_id).state.result_state is not None)
    return client.jobs.get_run(run_id)


def results(run: Run) -> dict[str, str]:
    """The result of each task's last attempt."""
    return {item.task_key: item.state.result_state.value for item in run.tasks}


def state(client, run_id: int) -> tuple[RunLifeCycleState, str]:
    """The old state and the new one."""
    run = client.jobs.get_run(run_id)
    return run.state.life_cycle_state, run.status.state.value


def test_a_task_runs_if_its_condition_is_met(client, eventually):
    tasks = [
        task("after_alert", "none", ("alert",), run_if=RunIf.ALL_DONE),
        task("load", "none"),
        task("normal", "none", ("load",)),
        task("clean_up", "shows", ("load", "normal"), run_if=RunIf.ALL_DONE, parameters={"load": "{{tasks.load.result_state}}"}),
        task("alert", "none", ("clean_up",), run_if=RunIf.AT_LEAST_ONE_FAILED),
        task("off", "none", disabled=True),
    ]
    job_id = client.jobs.create(name="conditions", tasks=tasks).job_id
    run = ended(client, client.jobs.run_now(job_id).run_id, eventually)
    assert results(run) == {
        "load": "FAILED",
        "normal": "UPSTREAM_FAILED",
        "clean_up": "SUCCESS",
        "alert": "EXCLUDED",
        "after_alert": "EXCLUDED",
        "off": "DISABLED",
    }
    # Its leaves, the excluded and the disabled one, count as successful.
    assert (run.state.life_cycle_state, run.state.result_state) == (
        RunLifeCycleState.TERMINATED,
        RunResultState.SUCCESS_WITH_FAILURES,
    )
    clean_up = next(item for item in run.tasks if item.task_key == "clean_up")
    assert clean_up.run_if is RunIf.ALL_DONE
    assert json.loads(client.jobs.get_run_output(clean_up.run_id).notebook_output.result) == {"load": "failed"}


@pytest.mark.proves("databricks-sdk", "databricks POST /api/{version=2.1|2.2}/jobs/runs/repair")
def test_a_repair_runs_the_failed_tasks_of_a_run_again(client, eventually):
    """docs.databricks.com/api/azure/workspace/jobs/repairrun; other sources are named where they count."""
    tasks = [
        task("extract", "shows"),
        task("load", "late", ("extract",), parameters={"repairs": "{{job.repair_count}}"}),
        task("report", "none", ("load",)),
    ]
    parameters = [JobParameterDefinition(name="day", default="today")]
    job_id = client.jobs.create(name="repaired", tasks=tasks, parameters=parameters).job_id
    run_id = client.jobs.run_now(job_id, job_parameters={"day": "yesterday"}).run_id
    with pytest.raises(DatabricksError, match="is still active"):
        client.jobs.repair_run(run_id, rerun_all_failed_tasks=True)
    first = ended(client, run_id, eventually)
    assert results(first) == {"extract": "SUCCESS", "load": "FAILED", "report": "UPSTREAM_FAILED"}
    for fields, message in [
        ({}, "Exactly one of rerun_tasks and rerun_all_failed_tasks"),
        ({"rerun_tasks": ["load"], "rerun_all_failed_tasks": True}, "Exactly one of"),
        ({"rerun_tasks": ["lode"]}, "Task lode does not exist"),
        # github.com/apache/airflow/pull/69998
        ({"rerun_tasks": ["load", "load"]}, "rerun_tasks cannot contain duplicate task keys"),
    ]:
        with pytest.raises(InvalidParameterValue, match=message):
            client.jobs.repair_run(run_id, **fields)

    client.workspace.upload(f"{FOLDER}/late.py", (HEADER + NOTEBOOKS["shows"]).encode(), format=ImportFormat.AUTO)
    repair_id = client.jobs.repair_run(run_id, rerun_all_failed_tasks=True).response.repair_id
    second = ended(client, run_id, eventually)
    assert results(second) == {"extract": "SUCCESS", "load": "SUCCESS", "report": "FAILED"}
    attempts = [(item.task_key, item.attempt_number) for item in second.tasks]
    assert attempts == [("extract", 0), ("load", 0), ("report", 0), ("load", 1), ("report", 1)]
    # The parameters of run-now are not kept: github.com/apache/airflow/issues/64828.
    shown = json.loads(client.jobs.get_run_output(second.tasks[3].run_id).notebook_output.result)
    assert shown == {"repairs": "1", "day": "today"}

    client.jobs.update(job_id, new_settings=JobSettings(tasks=[task("report", "late", ("load",))]))
    # github.com/databricks/databricks-sdk-py/discussions/158
    with pytest.raises(InvalidParameterValue, match="The latest repair ID needs to be provided"):
        client.jobs.repair_run(run_id, rerun_tasks=["load"])
    again = {"rerun_tasks": ["load"], "rerun_dependent_tasks": True, "latest_repair_id": repair_id}
    last_id = client.jobs.repair_run(run_id, **again, job_parameters={"day": "now"}).response.repair_id
    third = ended(client, run_id, eventually)
    assert (results(third)["report"], third.state.result_state) == ("SUCCESS", RunResultState.SUCCESS)
    ids = [item.run_id for item in third.tasks]
    history = client.jobs.get_run(run_id, include_history=True).repair_history
    assert [(item.type.value, item.id, item.task_run_ids, item.state.result_state.value) for item in history] == [
        ("ORIGINAL", None, ids[:3], "FAILED"),
        ("REPAIR", repair_id, ids[3:5], "FAILED"),
        ("REPAIR", last_id, ids[5:], "SUCCESS"),
    ]
    assert not third.repair_history, "only if asked for"


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ([{"task_key": "a", "run_if": "SOMETIMES"}], "Invalid run_if: SOMETIMES"),
        (
            [{"task_key": "a", "depends_on": [{"task_key": "b"}]}, {"task_key": "b", "depends_on": [{"task_key": "a"}]}],
            "circle: a → b → a",
        ),
        ([{"task_key": "a", "depends_on": [{"task_key": "a"}]}], "circle: a → a"),
        ([{"task_key": "a", "depends_on": [{"task_key": "z"}]}], "depends on task z, which does not exist"),
        ([{"task_key": "a", "max_retries": -2}], "max_retries must be -1 or more"),
        (
            [{"task_key": "a", "notebook_task": {"notebook_path": "/a", "base_parameters": {"x": "{{job.naem}}"}}}],
            "'naem' is unknown in 'job'",
        ),
    ],
)
def test_tasks_that_cannot_run_are_refused(client, tasks, message):
    complete = [{"notebook_task": {"notebook_path": "/a"}, **item} for item in tasks]
    for path, fields in [("create", {"name": "wrong"}), ("runs/submit", {"run_name": "wrong"})]:
        with pytest.raises(InvalidParameterValue, match=message):
            client.api_client.do("POST", f"/api/2.2/jobs/{path}", body={**fields, "tasks": complete})


def test_parameters_and_references_reach_the_notebook(client, workspace, eventually):
    references = {
        "job": "{{job.id}} {{job.name}} {{job.run_id}} {{job.repair_count}} {{job.trigger.type}}",
        "task": "{{task.name}} {{task.run_id}} {{task.execution_count}} {{task.notebook_path}}",
        "other": "{{tasks.first.values.rows}} {{ tasks.first.values.table }} {{tasks.first.result_state}}",
        "parameter": "{{job.parameters.`full.name`}}",
        "time": "{{job.start_time.iso_date}} {{job.start_time.iso_weekday}} {{job.start_time.timestamp_ms}}",
        "workspace": "{{workspace.id}} {{workspace.url}}",
        "old": "{{job_id}} {{parent_run_id}} {{run_id}} {{task_key}} {{task_retry_count}} {{start_date}} {{start_time}}",
        "literal": "{{job.id} {{secrets/scope/key}} {{my.value}}",
        "environment": "of the task",
    }
    parameters = {"environment": "dev", "full.name": "weather of {{job.run_id}}", "kept": "{{task.name}}"}
    job_id = client.jobs.create(
        name="nightly",
        tasks=[task("first", "sets"), task("second", "shows", ("first",), parameters=references)],
        parameters=[JobParameterDefinition(name=name, default=value) for name, value in parameters.items()],
    ).job_id
    run_id = client.jobs.run_now(job_id, job_parameters={"environment": "prod", "extra": "new"}).run_id
    ended(client, run_id, eventually)
    run = client.jobs.get_run(run_id, include_resolved_values=True)
    assert run.state.result_state is RunResultState.SUCCESS
    second = run.tasks[1]
    values = json.loads(client.jobs.get_run_output(second.run_id).notebook_output.result)
    assert second.resolved_values.notebook_task.base_parameters == values

    start = datetime.fromtimestamp(run.start_time / 1000, timezone.utc)
    assert values == {
        "job": f"{job_id} nightly {run_id} 0 one_time",
        "task": f"second {second.run_id} 1 {FOLDER}/shows",
        "other": "42 main.default.weather success",
        "parameter": f"weather of {run_id}",
        "time": f"{start:%Y-%m-%d} {start.isoweekday()} {run.start_time}",
        "workspace": f"{client.get_workspace_id()} {workspace.ready['databricksUrl']}",
        "old": f"{job_id} {run_id} {second.run_id} second 0 {start:%Y-%m-%d} {run.start_time}",
        "literal": references["literal"],
        "environment": "prod",
        "full.name": f"weather of {run_id}",
        "kept": "second",
        "extra": "new",
    }
    assert [item.as_dict() for item in run.job_parameters] == [
        {"name": "environment", "default": "dev", "value": "prod"},
        {"name": "full.name", "default": "weather of {{job.run_id}}", "value": f"weather of {run_id}"},
        {"name": "kept", "default": "{{task.name}}", "value": "{{task.name}}"},
        {"name": "extra", "value": "new"},
    ]
    assert (run.number_in_job, run.job_run_id, run.run_type.value) == (run_id, run_id, "JOB_RUN")

    with pytest.raises(InvalidParameterValue, match="notebook_params cannot be used together with job parameters"):
        client.jobs.run_now(job_id, notebook_params={"environment": "prod"}, job_parameters={"environment": "prod"})
    with pytest.raises(InvalidParameterValue, match="job parameter name 'a b' is invalid"):
        client.jobs.run_now(job_id, job_parameters={"a b": "1"})


def test_a_reference_without_a_value_fails_the_task(client, eventually):
    unset = task("second", "shows", ("first",), run_if=RunIf.ALL_DONE, parameters={"rows": "{{tasks.first.values.rows}}"})
    absent = task("third", "shows", parameters={"x": "{{job.parameters.absent}}"})
    job_id = client.jobs.create(name="unset", tasks=[task("first", "none"), unset, absent]).job_id
    _, *runs = ended(client, client.jobs.run_now(job_id).run_id, eventually).tasks
    assert [item.status.termination_details.code.value for item in runs] == ["INVALID_RUN_CONFIGURATION"] * 2
    assert [item.state.state_message for item in runs] == [
        "Task value referenced by {{tasks.first.values.rows}} was not found.",
        "Failed to resolve {{job.parameters.absent}}: the run has no such parameter.",
    ]


def test_a_failed_task_waits_for_its_retry_and_has_none_after_a_cancel(client, workspace, eventually):
    retried = task("main", "none", max_retries=-1, min_retry_interval_millis=3_600_000)
    job_id = client.jobs.create(name="retries", tasks=[retried]).job_id
    run_id = client.jobs.run_now(job_id).run_id

    def attempts() -> list[tuple[int | None, str]]:
        return [(item.attempt_number, item.status.state.value) for item in client.jobs.get_run(run_id).tasks]

    eventually(lambda: attempts() == [(0, "TERMINATED"), (1, "WAITING")])
    waiting = client.jobs.get_run(run_id)
    assert waiting.tasks[1].state.life_cycle_state is RunLifeCycleState.WAITING_FOR_RETRY
    assert waiting.state.life_cycle_state is RUNNING
    workspace.advance(3_601)
    eventually(lambda: attempts()[1:] == [(1, "TERMINATED"), (2, "WAITING")])
    client.jobs.cancel_run(run_id)
    run = ended(client, run_id, eventually)
    assert [(item.attempt_number, item.state.result_state.value) for item in run.tasks] == [
        (0, "FAILED"),
        (1, "FAILED"),
        (2, "CANCELED"),
    ]
    assert run.state.result_state is RunResultState.CANCELED
    workspace.advance(3_601)
    assert len(client.jobs.get_run(run_id).tasks) == 3


def test_a_task_over_its_time_is_run_again_only_if_it_says_so(client, workspace, eventually):
    workspace.fault({"match": {"operation": "run.start", "name": "slow"}, "times": 3, "then": {"never": True}})
    again = task("again", "shows", timeout_seconds=60, max_retries=1, retry_on_timeout=True)
    once = task("once", "shows", timeout_seconds=60, max_retries=1)
    job_id = client.jobs.create(name="slow", tasks=[again, once]).job_id
    run_id = client.jobs.run_now(job_id).run_id
    assert state(client, run_id) == (RunLifeCycleState.PENDING, "PENDING")
    workspace.advance(61)
    eventually(lambda: len(client.jobs.get_run(run_id).tasks) == 3)
    workspace.advance(61)
    run = ended(client, run_id, eventually)
    assert [(item.task_key, item.attempt_number, item.state.result_state.value) for item in run.tasks] == [
        ("again", 0, "TIMEDOUT"),
        ("once", 0, "TIMEDOUT"),
        ("again", 1, "TIMEDOUT"),
    ]


def test_no_task_is_run_again_after_the_time_of_the_whole_run(client, workspace, eventually):
    workspace.fault({"match": {"operation": "run.start", "name": "limited"}, "then": {"never": True}})
    tasks = [task("main", "none", max_retries=-1, retry_on_timeout=True)]
    job_id = client.jobs.create(name="limited", tasks=tasks, timeout_seconds=60).job_id
    run_id = client.jobs.run_now(job_id).run_id
    workspace.advance(61)
    run = ended(client, run_id, eventually)
    assert (run.state.result_state, len(run.tasks)) == (RunResultState.TIMEDOUT, 1)


def test_a_failed_run_of_a_job_without_a_list_of_tasks_is_followed_by_another(client, workspace, eventually):
    cluster = client.clusters.create_and_wait(
        cluster_name="old", spark_version="16.4.x-scala2.12", node_type_id="Standard_DS3_v2", num_workers=1
    )
    body = {
        "name": "old",
        "existing_cluster_id": cluster.cluster_id,
        "notebook_task": {"notebook_path": f"{FOLDER}/none"},
        "max_retries": 2,
        "min_retry_interval_millis": 60_000,
    }
    job_id = client.api_client.do("POST", "/api/2.0/jobs/create", body=body)["job_id"]
    first = client.jobs.run_now(job_id).run_id

    def runs() -> list[tuple[int | None, int | None, str, str]]:
        listed = client.jobs.list_runs(job_id=job_id)
        return [
            (run.attempt_number, run.original_attempt_run_id, run.trigger.value, run.state.life_cycle_state.value)
            for run in listed
        ]

    failed = (0, first, "ONE_TIME", "INTERNAL_ERROR")
    eventually(lambda: runs() == [(1, first, "RETRY", "WAITING_FOR_RETRY"), failed])
    workspace.advance(61)
    eventually(lambda: runs()[0] == (2, first, "RETRY", "WAITING_FOR_RETRY"))
    client.jobs.cancel_all_runs(job_id=job_id)
    workspace.advance(61)
    assert runs() == [(2, first, "RETRY", "TERMINATED"), (1, first, "RETRY", "INTERNAL_ERROR"), failed]


def test_a_run_over_the_limit_of_its_job_waits_in_the_queue_or_is_skipped(client, workspace, eventually):
    workspace.fault({"match": {"operation": "run.start", "name": "^queue$"}, "times": 9, "then": {"never": True}})
    workspace.fault({"match": {"operation": "run.cancel", "name": "^queue$"}, "then": {"delaySeconds": 30}})
    # A job has a queue since API 2.2, which the SDK uses: https://learn.microsoft.com/azure/databricks/reference/jobs-api-2-2-updates
    job_id = client.jobs.create(name="queue", tasks=[task("a", "shows"), task("b", "shows", ("a",))]).job_id
    assert client.jobs.get(job_id).settings.queue == QueueSettings(True)
    first, second, third = (client.jobs.run_now(job_id).run_id for _ in range(3))
    assert [state(client, run_id)[0].value for run_id in (first, second, third)] == ["PENDING", "QUEUED", "QUEUED"]
    queued = client.jobs.get_run(second)
    assert queued.status.queue_details.code.value == "MAX_CONCURRENT_RUNS_REACHED"
    assert [item.state.life_cycle_state.value for item in queued.tasks] == ["QUEUED", "BLOCKED"]
    assert {run.run_id for run in client.jobs.list_runs(job_id=job_id, active_only=True)} == {first, second, third}
    assert {entry["state"] for entry in workspace.ledger()["runs"]} == {"PENDING", "QUEUED"}

    skipped = client.jobs.run_now(job_id, queue=QueueSettings(False), idempotency_token="skipped").result()
    assert (skipped.state.life_cycle_state, skipped.state.result_state) == (
        RunLifeCycleState.SKIPPED,
        RunResultState.MAXIMUM_CONCURRENT_RUNS_REACHED,
    )
    assert client.jobs.run_now(job_id, idempotency_token="skipped").run_id == skipped.run_id
    client.jobs.delete_run(skipped.run_id)
    with pytest.raises(InvalidParameterValue, match="has been deleted"):
        client.jobs.run_now(job_id, idempotency_token="skipped")

    client.jobs.cancel_run(first)
    assert state(client, first) == (RunLifeCycleState.TERMINATING, "TERMINATING")
    assert state(client, second)[0] is RunLifeCycleState.QUEUED
    workspace.advance(31)
    assert ended(client, first, eventually).state.result_state is RunResultState.CANCELED
    eventually(lambda: state(client, second)[0] is RunLifeCycleState.PENDING)
    assert client.jobs.get_run(second).queue_duration >= 31_000
    assert state(client, third)[0] is RunLifeCycleState.QUEUED
    client.api_client.do("POST", "/api/2.2/jobs/runs/cancel-all", body={"all_queued_runs": True})
    assert ended(client, third, eventually).state.result_state is RunResultState.CANCELED
    assert state(client, second)[0] is RunLifeCycleState.PENDING

    client.jobs.update(job_id, new_settings=JobSettings(timeout_seconds=600))
    workspace.advance(601)
    assert ended(client, second, eventually).state.result_state is RunResultState.TIMEDOUT
    client.jobs.update(job_id, new_settings=JobSettings(max_concurrent_runs=0))
    assert client.jobs.run_now(job_id).result().state.life_cycle_state is RunLifeCycleState.SKIPPED
    client.jobs.reset(job_id, new_settings=JobSettings(name="queue", tasks=[task("a", "shows")]))
    last = client.jobs.run_now(job_id).run_id
    client.jobs.delete(job_id)
    assert ended(client, last, eventually).state.result_state is RunResultState.CANCELED


def test_one_task_is_cancelled_while_the_others_go_on(client, workspace, eventually):
    tasks = [task("stays", "waits"), task("goes", "waits"), task("next", "none", ("goes",)), task("later", "none", ("stays",))]
    job_id = client.jobs.create(name="cancels", tasks=tasks).job_id
    run_id = client.jobs.run_now(job_id).run_id

    def states() -> list[str]:
        return [item.state.life_cycle_state.value for item in client.jobs.get_run(run_id).tasks]

    eventually(lambda: states() == ["RUNNING", "RUNNING", "BLOCKED", "BLOCKED"])
    _, goes, *_ = client.jobs.get_run(run_id).tasks
    client.jobs.cancel_run(goes.run_id)
    eventually(lambda: states() == ["RUNNING", "TERMINATED", "TERMINATED", "BLOCKED"])
    assert state(client, run_id)[0] is RUNNING
    client.jobs.cancel_run(run_id)
    run = ended(client, run_id, eventually)
    assert results(run) == {"stays": "CANCELED", "goes": "CANCELED", "next": "UPSTREAM_CANCELED", "later": "CANCELED"}
    assert run.state.result_state is RunResultState.CANCELED


def test_settings_that_the_workspace_does_not_support_are_named(client):
    job_id = client.jobs.create(name="part", tasks=[task("a", "shows")]).job_id
    with pytest.raises(DatabricksError, match="not those in 'only'"):
        client.jobs.run_now(job_id, only=["a"])
    with pytest.raises(DatabricksError, match="not 'python_params'"):
        client.jobs.run_now(job_id, python_params=["a"])
    with pytest.raises(DatabricksError, match="runs notebook and Python script tasks, not run_job_task"):
        body = {"name": "parent", "tasks": [{"task_key": "a", "run_job_task": {"job_id": job_id}}]}
        client.api_client.do("POST", "/api/2.2/jobs/create", body=body)


GIT = {"git_source": {"git_url": "https://host/repo", "git_provider": "gitHub", "git_branch": "main"}}
CLUSTER = {"spark_version": "16.4.x-scala2.12", "node_type_id": "Standard_DS3_v2"}


@pytest.mark.parametrize(
    ("fields", "of_task", "of_notebook", "message"),
    [
        (GIT, {}, {}, "notebooks of the workspace, not of a Git repository"),
        ({}, {}, {"source": "GIT"}, "notebooks of the workspace, not of a Git repository"),
        ({"environment_variables": [{"name": "A"}]}, {}, {}, "Could not use environment_variables: "),
        ({"environments": [{"environment_key": "e", "spec": {"java_dependencies": ["a"]}}]}, {}, {}, "Python packages only"),
        ({"environments": [{"environment_key": "e", "spec": {"base_environment": "/e"}}]}, {}, {}, "base environments"),
        ({}, {"compute": {"hardware_accelerator": "GPU_1xA10"}}, {}, "Could not use compute: "),
        ({}, {}, {"warehouse_id": "1"}, "no SQL warehouses"),
        ({}, {"notebook_task": None, "alert_task": {"alert_id": "1"}}, {}, "notebook and Python script tasks, not alert_task"),
    ],
)
def test_a_field_that_would_change_what_runs_is_refused_by_name(client, fields, of_task, of_notebook, message):
    """The fields are those of the requests of the SDK: databricks/databricks-sdk-py, databricks/sdk/service/{jobs,compute}.py."""
    main = {"task_key": "a", "notebook_task": {"notebook_path": "/a", **of_notebook}, **of_task}
    for path in ("create", "runs/submit"):
        with pytest.raises(DatabricksError, match=message) as error:
            client.api_client.do("POST", f"/api/2.2/jobs/{path}", body={**fields, "tasks": [main]})
        assert error.value.error_code == "NOT_IMPLEMENTED"


def test_a_submitted_run_has_the_permissions_of_its_request(client):
    """As the SDK says of submit: "List of permissions to set on the job." """
    body = {"tasks": [{"task_key": "a", "notebook_task": {"notebook_path": "/none"}}], "idempotency_token": "once"}
    grants = [{"group_name": "users", "permission_level": "CAN_VIEW"}]
    submit = lambda **fields: client.api_client.do("POST", "/api/2.1/jobs/runs/submit", body={**body, **fields})  # noqa: E731
    run = client.jobs.get_run(submit(access_control_list=grants)["run_id"])
    assert submit()["run_id"] == run.run_id
    listed = client.permissions.get("jobs", str(run.job_id)).access_control_list
    levels = {item.group_name or item.user_name: item.all_permissions[0].permission_level.value for item in listed}
    assert levels == {"admin@local.test": "IS_OWNER", "users": "CAN_VIEW", "admins": "CAN_MANAGE"}
    with pytest.raises(InvalidParameterValue, match="CAN_READ is not a permission of jobs"):
        submit(access_control_list=[{"group_name": "users", "permission_level": "CAN_READ"}], idempotency_token="wrong")


def test_a_run_says_which_settings_of_its_cluster_have_no_effect(client, eventually):
    """They are in configurations that people use everywhere, so that a refusal would keep them from running anything here."""
    cluster = {
        **CLUSTER,
        "num_workers": 0,
        "init_scripts": [{"workspace": {"destination": "/a.sh"}}],
        "docker_image": {"url": "image"},
    }
    body = {"tasks": [{**task("a", "shows").as_dict(), "new_cluster": cluster}]}
    run = ended(client, client.api_client.do("POST", "/api/2.1/jobs/runs/submit", body=body)["run_id"], eventually)
    assert results(run) == {"a": "SUCCESS"}
    [view] = client.jobs.export_run(run.tasks[0].run_id, views_to_export=ViewsToExport.CODE).views
    [encoded] = re.findall(r"__DATABRICKS_NOTEBOOK_MODEL = '([^']+)'", view.content)
    shown = unquote(base64.b64decode(encoded).decode())
    assert "the init scripts of the cluster did not run" in shown
    assert "docker_image is not used" in shown
