"""What jobs/create, get, list, update and reset make of a job's settings."""

from __future__ import annotations

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError, InvalidParameterValue
from databricks.sdk.service.jobs import JobParameterDefinition, JobSettings, NotebookTask, RunIf, Source, Task

NOTEBOOK = NotebookTask(notebook_path="/Shared/load")
CLUSTER = {"spark_version": "16.4.x-scala2.12", "node_type_id": "Standard_DS3_v2", "num_workers": 1}


@pytest.fixture(scope="module")
def client(workspace):
    return WorkspaceClient()


@pytest.fixture(scope="module")
def job_id(client):
    clusters = [{"job_cluster_key": key, "new_cluster": CLUSTER} for key in ("small", "large")]
    body = {
        "name": "Nightly",
        "tasks": [{"task_key": key, "notebook_task": NOTEBOOK.as_dict()} for key in ("bronze", "silver", "gold")],
        "job_clusters": clusters,
        "parameters": [{"name": "environment", "default": "dev"}, {"name": "day", "default": "today"}],
        "tags": {"team": "weather", "tier": "1"},
        "timeout_seconds": 60,
    }
    return client.api_client.do("POST", "/api/2.2/jobs/create", body=body)["job_id"]


def keys(settings: JobSettings) -> list[str]:
    """The keys of the tasks."""
    return [task.task_key for task in settings.tasks or []]


def test_a_job_is_shown_with_the_defaults_of_the_platform(client):
    task = {"task_key": "main", "notebook_task": {"notebook_path": "/Shared/load"}}
    created = client.api_client.do("POST", "/api/2.2/jobs/create", body={"tasks": [task]})
    settings = client.api_client.do("GET", "/api/2.2/jobs/get", query=created)["settings"]
    defaults = {"email_notifications": {}, "webhook_notifications": {}, "timeout_seconds": 0}
    shown = {**task, **defaults, "run_if": "ALL_SUCCESS", "notebook_task": {**task["notebook_task"], "source": "WORKSPACE"}}
    others = {"name": "Untitled", "format": "MULTI_TASK", "max_concurrent_runs": 1, **defaults}
    assert settings == {**others, "queue": {"enabled": True}, "tasks": [shown]}
    client.api_client.do("POST", "/api/2.1/jobs/reset", body={"job_id": created["job_id"], "new_settings": {"tasks": [task]}})
    settings = client.api_client.do("GET", "/api/2.1/jobs/get", query=created)["settings"]
    assert settings == {**others, "tasks": [shown]}, "a job of API 2.1 has no queue"
    client.jobs.delete(created["job_id"])


def test_a_job_without_a_list_of_tasks_has_one_since_api_2_1(client):
    """As learn.microsoft.com/azure/databricks/reference/jobs-api-2-1-updates says of its responses."""
    program = {
        "notebook_task": {"notebook_path": "/Shared/load", "source": "WORKSPACE"},
        "new_cluster": CLUSTER,
        "max_retries": 1,
    }
    others = {"name": "old job", "max_concurrent_runs": 1, "timeout_seconds": 0}
    others = {**others, "email_notifications": {}, "webhook_notifications": {}}
    body = {"name": "old job", "run_as": {"user_name": "someone@local.test"}, **program}
    job = client.api_client.do("POST", "/api/2.0/jobs/create", body={**body, "access_control_list": []})

    def settings(version):
        answer = client.api_client.do("GET", f"/api/{version}/jobs/get", query=job)
        assert (answer["creator_user_name"], answer["run_as_user_name"]) == ("admin@local.test", "someone@local.test")
        return {name: value for name, value in answer["settings"].items() if name != "run_as"}

    assert settings("2.0") == {**others, **program, "format": "SINGLE_TASK"}
    task = {"task_key": "old_job", "run_if": "ALL_SUCCESS", "email_notifications": {}, "webhook_notifications": {}, **program}
    assert settings("2.1") == {**others, "format": "MULTI_TASK", "tasks": [{**task, "timeout_seconds": 0}]}
    [listed] = client.api_client.do("GET", "/api/2.0/jobs/list", query={"name": "ignored by 2.0", "limit": 1})["jobs"]
    assert listed["settings"]["notebook_task"] == program["notebook_task"]

    new = JobSettings(tasks=[Task(task_key="second", notebook_task=NOTEBOOK)])
    client.jobs.update(job["job_id"], new_settings=new)
    assert keys(client.jobs.get(job["job_id"]).settings) == ["old_job", "second"]
    client.jobs.delete(job["job_id"])


def test_a_list_of_jobs_has_tasks_and_clusters_only_if_asked(client, job_id):
    [listed] = client.jobs.list(name="nightly")
    assert (listed.settings.name, keys(listed.settings), listed.settings.job_clusters or []) == ("Nightly", [], [])
    [expanded] = client.jobs.list(name="NIGHTLY", expand_tasks=True)
    assert (keys(expanded.settings), len(expanded.settings.job_clusters)) == (["bronze", "silver", "gold"], 2)
    assert list(client.jobs.list(name="night")) == []
    old = client.api_client.do("GET", "/api/2.1/jobs/list", query={"name": "nightly"})
    assert "tasks" not in old["jobs"][0]["settings"]


def test_lists_come_in_pages_as_do_the_tasks_of_a_job(client):
    many = [{"task_key": f"t{number}", "notebook_task": NOTEBOOK.as_dict()} for number in range(101)]
    body = {"name": "pages", "tasks": many}
    ids = [client.api_client.do("POST", "/api/2.2/jobs/create", body=body)["job_id"] for _ in range(3)]
    raw = client.api_client.do("GET", "/api/2.2/jobs/list", query={"name": "pages", "expand_tasks": "true", "limit": 2})
    assert [(len(job["settings"]["tasks"]), job["has_more"]) for job in raw["jobs"]] == [(100, True)] * 2
    # The SDK puts the pages together again.
    listed = list(client.jobs.list(name="pages", expand_tasks=True, limit=1))
    assert [(job.job_id, len(job.settings.tasks)) for job in listed] == [(job_id, 101) for job_id in ids[::-1]]
    for job_id in ids:
        client.jobs.delete(job_id)


@pytest.mark.parametrize(("path", "limit"), [("list", 0), ("list", 101), ("runs/list", 27), ("runs/list", -1)])
def test_a_list_with_a_wrong_limit_is_refused(client, path, limit):
    with pytest.raises(InvalidParameterValue, match="limit"):
        client.api_client.do("GET", f"/api/2.2/jobs/{path}", query={"limit": limit})


def test_an_update_merges_arrays_by_key_and_replaces_all_else(client, job_id):
    changed = Task(task_key="silver", notebook_task=NOTEBOOK, max_retries=3, run_if=RunIf.ALL_DONE)
    added = Task(task_key="platinum", notebook_task=NOTEBOOK, job_cluster_key="small")
    parameter = JobParameterDefinition(name="day", default="yesterday")
    new = JobSettings(tasks=[changed, added], parameters=[parameter], tags={"team": "climate"})
    client.jobs.update(job_id, new_settings=new, fields_to_remove=["tasks/gold", "job_clusters/large", "timeout_seconds"])
    settings = client.jobs.get(job_id).settings
    assert keys(settings) == ["bronze", "silver", "platinum"]
    assert (settings.tasks[1].max_retries, settings.tasks[1].run_if) == (3, RunIf.ALL_DONE)
    assert settings.tasks[0].notebook_task.source is Source.WORKSPACE
    assert [cluster.job_cluster_key for cluster in settings.job_clusters] == ["small"]
    assert [(item.name, item.default) for item in settings.parameters] == [("environment", "dev"), ("day", "yesterday")]
    assert settings.tags == {"team": "climate"}
    assert (settings.name, settings.timeout_seconds) == ("Nightly", 0)


def test_an_update_that_cannot_be_carried_out_changes_nothing(client, job_id):
    before = client.jobs.get(job_id).as_dict()
    with pytest.raises(InvalidParameterValue, match="nested field 'tasks/silver/max_retries'"):
        client.jobs.update(job_id, fields_to_remove=["name", "tasks/silver/max_retries"])
    with pytest.raises(InvalidParameterValue, match="nested field 'tags/team'"):
        client.jobs.update(job_id, fields_to_remove=["tags/team"])
    with pytest.raises(InvalidParameterValue, match="Job cluster 'small' is not defined"):
        client.jobs.update(job_id, fields_to_remove=["job_clusters/small"])
    with pytest.raises(InvalidParameterValue, match="max_concurrent_runs must be between 0 and 1000"):
        client.jobs.update(job_id, new_settings=JobSettings(max_concurrent_runs=1001))
    with pytest.raises(InvalidParameterValue, match="'day' is defined twice"):
        tasks = [Task(task_key="a", notebook_task=NOTEBOOK)]
        parameters = [JobParameterDefinition(name="day", default="1")] * 2
        client.jobs.reset(job_id, new_settings=JobSettings(tasks=tasks, parameters=parameters))
    assert client.jobs.get(job_id).as_dict() == before


def test_a_reset_replaces_everything(client, job_id):
    client.jobs.reset(job_id, new_settings=JobSettings(name="Weekly", tasks=[Task(task_key="all", notebook_task=NOTEBOOK)]))
    settings = client.jobs.get(job_id).settings
    assert (settings.name, keys(settings)) == ("Weekly", ["all"])
    assert (settings.parameters or [], settings.tags, settings.job_clusters or []) == ([], None, [])
    client.jobs.delete(job_id)
    with pytest.raises(DatabricksError, match="does not exist"):
        client.jobs.get(job_id)
