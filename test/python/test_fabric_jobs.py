"""Runs of notebooks and Spark job definitions on Microsoft Fabric, by Microsoft's own SDK."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import requests
from requests.structures import CaseInsensitiveDict
from test_fabric_items import bearer, client_of, part, refused

NOTEBOOKS = {
    "exits": """
# PARAMETERS CELL ********************

region = "north"
days = 1

# CELL ********************

import forecast
notebookutils.notebook.exit(f"{region} {forecast.after(days)} {notebookutils.runtime.context['defaultLakehouseName']}")
""",
    "asks": """
# CELL ********************

import base64, json
secret = notebookutils.credentials.getSecret(vault, "password")
claims = notebookutils.credentials.getToken("storage").split(".")[1]
audience = json.loads(base64.urlsafe_b64decode(claims + "=="))["aud"]
inner = notebookutils.notebook.run("exits_at_once", 60)
names = [found.displayName for found in notebookutils.lakehouse.list()]
notebookutils.notebook.exit(f"{len(secret)} {audience} {inner} {names}")
""",
    "exits_at_once": """
# CELL ********************

notebookutils.notebook.exit("inner")
""",
    "raises": """
# CELL ********************

print("<b>asking</b>")
raise ValueError("no weather today")
""",
    "waits": """
# CELL ********************

time.sleep(60)
""",
}
SCRIPT = """
import sys
from greeting import greet
open("/lakehouse/default/Files/result.txt", "w").write(greet(*sys.argv[1:]))
print("wrote", *sys.argv[1:])
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    for name, source in NOTEBOOKS.items():
        (folder / f"{name}.py").write_text(f"# Fabric notebook source\n{source}")
    return {
        "keyVault": {"secrets": {"password": "hunter2"}},
        "fabric": {
            "workspaces": [
                {
                    "name": "sales",
                    "lakehouses": ["bronze"],
                    "environments": [{"name": "spark", "libraries": [str(wheel(folder))]}],
                    "notebooks": [{"name": name, "file": str(folder / f"{name}.py")} for name in NOTEBOOKS],
                },
            ],
            "retryAfterSeconds": 7,
            "concurrentJobs": 2,
        },
    }


def wheel(folder: Path) -> Path:
    """A package of one module, for an environment."""
    file = folder / "forecast-1-py3-none-any.whl"
    with ZipFile(file, "w") as archive:
        archive.writestr("forecast.py", "def after(days):\n    return days + 1\n")
        archive.writestr("forecast-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: forecast\nVersion: 1\n")
        archive.writestr("forecast-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("forecast-1.dist-info/RECORD", "")
    return file


@pytest.fixture(scope="module")
def client(workspace):
    return client_of(workspace)


@pytest.fixture(scope="module")
def sales(client):
    return next(iter(client.core.workspaces.list_workspaces())).id


@pytest.fixture(scope="module")
def items(client, sales):
    return {f"{found.display_name}.{found.type}": found.id for found in client.core.items.list_items(sales)}


def started(response, _model, _headers) -> CaseInsensitiveDict:
    """The headers of the answer to a start, which the SDK keeps to itself."""
    return CaseInsensitiveDict(response.http_response.headers)


def instance_of(headers: CaseInsensitiveDict) -> str:
    return headers["Location"].rpartition("/")[2]


@pytest.fixture
def ended(client, sales, eventually):
    def wait(item_id: str, headers: CaseInsensitiveDict):
        found: list[Any] = []

        def is_over() -> bool:
            found[:] = [client.core.job_scheduler.get_item_job_instance(sales, item_id, instance_of(headers))]
            return found[0].status not in ("NotStarted", "InProgress")

        eventually(is_over)
        return found[0]

    return wait


@pytest.mark.proves(
    "microsoft-fabric-api",
    "fabric POST /v1/workspaces/{workspaceId}/{collection=notebooks}/{itemId}/jobs/execute/instances",
    "fabric GET /v1/workspaces/{workspaceId}/{collection=notebooks}/{itemId}/jobs/execute/instances/{jobInstanceId}",
    "fabric GET /v1/workspaces/{workspaceId}/items/{itemId}/jobs/instances/{jobInstanceId}",
)
def test_a_notebook_runs_with_parameters_a_lakehouse_and_an_environment(client, sales, items, ended):
    def by_id(name: str) -> dict[str, str]:
        return {"referenceType": "ById", "workspaceId": sales, "itemId": items[name]}

    request = {
        "parameters": [{"name": "region", "value": "south", "type": "Text"}, {"name": "days", "value": 6, "type": "Integer"}],
        "executionData": {
            "compute": "Spark",
            "computeConfiguration": {
                "defaultLakehouse": by_id("bronze.Lakehouse"),
                "attachedEnvironment": by_id("spark.Environment"),
            },
        },
    }
    jobs, item = client.notebook.background_jobs, items["exits.Notebook"]
    body = json.dumps(request).encode()
    headers = jobs.run_on_demand_notebook(sales, item, body, beta=False, content_type="application/json", cls=started)
    assert headers["Retry-After"] == "7"
    instance = ended(item, headers)
    assert (instance.status, instance.job_type, instance.invoke_type) == ("Completed", "Execute", "Manual")
    properties = jobs.get_notebook_job_instance_beta(sales, item, instance.id, beta=True).properties
    assert properties.exit_value == "south 7 bronze"
    details = properties.compute_details
    activity = details.monitoring_info.activity_details
    assert activity.spark_application_id.startswith("application_")
    assert (activity.item_name, activity.creator_item.item_id, activity.job_type) == ("exits", item, "SparkSession")
    session = client.notebook.livy_sessions.get_livy_session(sales, item, details.livy_id)
    assert (session.job_instance_id, session.state) == (instance.id, "Succeeded")


def test_a_notebook_asks_the_workspace_in_the_name_of_who_started_it(client, sales, items, ended, workspace):
    item = items["asks.Notebook"]
    request = {"parameters": [{"name": "vault", "value": workspace.ready["keyVaultUrl"], "type": "Text"}]}
    headers = client.core.job_scheduler.run_on_demand_item_job(sales, item, "RunNotebook", request, cls=started)
    url = f"{workspace.ready['fabricUrl']}/v1/workspaces/{sales}/items/{item}/jobs/instances/{ended(item, headers).id}"
    shown = requests.get(url, headers=bearer(workspace), timeout=10).json()
    assert shown["exitValue"] == "7 https://storage.azure.com inner ['bronze']"


@pytest.mark.proves(
    "requests",
    "fabric POST /v1/workspaces/{workspaceId}/items/{itemId}/jobs/instances",
    "fabric GET /v1/workspaces/{workspaceId}/items/{itemId}/jobs/instances/{jobInstanceId}",
)
def test_the_older_request_names_the_job_type_in_the_query(sales, items, ended, workspace):
    item = items["exits.Notebook"]
    url = f"{workspace.ready['fabricUrl']}/v1/workspaces/{sales}/items/{item}/jobs/instances"
    data = {
        "parameters": {"days": {"value": "2", "type": "int"}},
        "configuration": {"defaultLakehouse": {"name": "bronze"}, "environment": {"name": "spark"}, "useStarterPool": True},
    }
    answer = requests.post(f"{url}?jobType=RunNotebook", json={"executionData": data}, headers=bearer(workspace), timeout=10)
    assert (answer.status_code, answer.text) == (202, "")
    assert ended(item, answer.headers).status == "Completed"
    shown = requests.get(answer.headers["Location"], headers=bearer(workspace), timeout=10).json()
    assert (shown["exitValue"], shown["failureReason"]) == ("north 3 bronze", None)
    wrong = {"executionData": {"parameters": {"days": {"value": "many", "type": "int"}}}}
    for query, body, code in [
        ("", {}, "InvalidInput"),
        ("?jobType=Pipeline", {}, "InvalidJobType"),
        ("?jobType=RunNotebook", wrong, "InvalidInput"),
    ]:
        answer = requests.post(url + query, json=body, headers=bearer(workspace), timeout=10)
        assert (answer.status_code, answer.json()["errorCode"]) == (400, code)


@pytest.mark.proves(
    "microsoft-fabric-api",
    "fabric POST /v1/workspaces/{workspaceId}/items/{itemId}/jobs/{jobType}/instances",
    "fabric GET /v1/workspaces/{workspaceId}/items/{itemId}/jobs/instances",
    "fabric POST /v1/workspaces/{workspaceId}/items/{itemId}/jobs/instances/{jobInstanceId}/cancel",
)
def test_runs_fail_are_cancelled_and_are_limited_in_number(client, sales, items, ended, workspace):
    jobs = client.core.job_scheduler

    def start(name: str) -> CaseInsensitiveDict:
        return jobs.run_on_demand_item_job(sales, items[f"{name}.Notebook"], "RunNotebook", cls=started)

    failed = ended(items["raises.Notebook"], start("raises"))
    assert (failed.status, failed.failure_reason.error_code) == ("Failed", "JobInstanceStatusFailed")
    waiting = items["waits.Notebook"]
    live = [instance_of(start("waits")) for _ in range(2)]
    assert [entry["id"] for entry in workspace.ledger()["fabricRuns"]] == live
    with refused("TooManyRequestsForCapacity", 430):
        start("raises")
    for instance in live:
        jobs.cancel_item_job_instance(sales, waiting, instance)
    assert [found.status for found in jobs.list_item_job_instances(sales, waiting)] == ["Cancelled", "Cancelled"]
    with refused("JobAlreadyCompleted", 400):
        jobs.cancel_item_job_instance(sales, waiting, live[0])
    assert workspace.ledger()["fabricRuns"] == []


@pytest.fixture
def driver_log(workspace):
    """Asks for the log of a session's driver."""

    def ask(session, **query: object) -> requests.Response:
        base = session.livy_session_item_resource_uri
        url = f"{base}/applications/{session.spark_application_id}/logs"
        return requests.get(url, params={"type": "driver", **query}, headers=bearer(workspace), timeout=10)

    return ask


@pytest.mark.proves(
    "microsoft-fabric-api",
    "fabric GET /v1/workspaces/{workspaceId}/{collection=notebooks|sparkJobDefinitions}/{itemId}/livySessions",
    "fabric GET /v1/workspaces/{workspaceId}/{collection=notebooks|sparkJobDefinitions}/{itemId}/livySessions/{livyId}",
)
def test_the_runs_of_an_item_have_sessions(client, sales, items, ended):
    item = items["exits_at_once.Notebook"]
    runs = [
        ended(item, client.core.job_scheduler.run_on_demand_item_job(sales, item, "RunNotebook", cls=started)) for _ in range(3)
    ]
    sessions = list(client.notebook.livy_sessions.list_livy_sessions(sales, item))
    assert [found.job_instance_id for found in sessions] == [run.id for run in reversed(runs)]
    first = sessions[0]
    assert (first.state, first.item_type, first.item_name, first.item.item_id) == ("Succeeded", "Notebook", "exits_at_once", item)
    assert first.submitted_date_time <= first.start_date_time <= first.end_date_time
    assert client.notebook.livy_sessions.get_livy_session(sales, item, first.livy_id) == first
    with refused("EntityNotFound", 404):
        client.notebook.livy_sessions.get_livy_session(sales, items["raises.Notebook"], first.livy_id)


@pytest.mark.proves(
    "requests",
    "fabric GET /v1/workspaces/{workspaceId}/{collection=notebooks|sparkJobDefinitions}/{itemId}/livySessions/{livyId}/applications/{appId}/{attemptId?}/logs",  # noqa: E501
    "fabric GET /groups/{workspaceId}/synapsenotebooks/{itemId}/snapshots/{jobInstanceId}",
)
def test_a_run_tells_what_it_printed_and_why_it_failed(client, sales, items, ended, workspace, driver_log):
    item = items["raises.Notebook"]
    headers = client.core.job_scheduler.run_on_demand_item_job(sales, item, "RunNotebook", cls=started)
    instance = ended(item, headers)
    [session] = [
        found for found in client.notebook.livy_sessions.list_livy_sessions(sales, item) if found.job_instance_id == instance.id
    ]
    log = driver_log(session, fileName="stdout", isDownload="true").text
    assert log.startswith("<b>asking</b>\nTraceback (most recent call last):\n")
    assert log.endswith("\nValueError: no weather today\n")
    meta = driver_log(session, fileName="stdout", meta="true").json()["containerLogMeta"]
    assert (meta["fileName"], meta["length"]) == ("stdout", len(log))
    part = driver_log(session, fileName="stdout", isDownload="True", isPartial="True", offset=3, size=10).text
    assert part == "<b>asking<", "the offset has no effect after the end"
    assert driver_log(session, fileName="stderr", isDownload="true").text == ""
    for query, status in [
        ({}, 400),
        ({"fileName": "stdin"}, 404),
        ({"fileName": "stdout", "type": "all"}, 400),
        ({"fileName": "stdout", "meta": "perhaps"}, 400),
        ({"fileName": "stdout", "isDownload": "true", "isPartial": "true", "offset": 20_001}, 400),
    ]:
        assert driver_log(session, **query).status_code == status, query
    run = client.notebook.background_jobs.get_notebook_job_instance_beta(sales, item, instance.id, beta=True)
    url = run.properties.compute_details.monitoring_info.execution_snapshot_url
    assert url.startswith(f"{workspace.ready['fabricUrl']}/groups/{sales}/synapsenotebooks/{item}/snapshots/")
    page = requests.get(url, timeout=10)
    assert "&lt;b&gt;asking&lt;/b&gt;" in page.text
    assert "ValueError: no weather today" in page.text
    assert "<b>" not in page.text
    assert requests.get(f"{url}0", timeout=10).status_code == 404


@pytest.mark.proves(
    "microsoft-fabric-api",
    "fabric POST /v1/workspaces/{workspaceId}/{collection=sparkJobDefinitions}/{itemId}/jobs/sparkjob/instances",
)
@pytest.mark.proves("requests", "fabric GET /groups/{workspaceId}/sparkJobDefinitions/{itemId}/runs/{jobInstanceId}")
def test_a_spark_job_runs_its_files_with_arguments(client, sales, items, ended, workspace, eventually, driver_log):
    settings = {"executableFile": "main.py", "defaultLakehouseArtifactId": items["bronze.Lakehouse"], "language": "Python"}
    parts = [
        part("SparkJobDefinitionV1.json", json.dumps(settings)),
        part("Main/main.py", SCRIPT),
        part("Libs/greeting.py", "def greet(*names):\n    return 'hello ' + ' and '.join(names)\n"),
    ]
    definition = {"format": "SparkJobDefinitionV2", "parts": parts}
    jobs = client.sparkjobdefinition
    creation = jobs.items.begin_create_spark_job_definition(sales, {"displayName": "greets", "definition": definition})
    eventually(lambda: creation.result is not None)
    item = creation.result.id
    shown = jobs.items.begin_get_spark_job_definition_definition(sales, item, format="SparkJobDefinitionV2")
    eventually(lambda: shown.result is not None)
    assert {found.path for found in shown.result.definition.parts} == {found["path"] for found in parts} | {".platform"}
    request = {"executionData": {"commandLineArguments": "Ada  Grace"}}
    headers = jobs.background_jobs.run_on_demand_spark_job_definition(sales, item, request, cls=started)
    completed = ended(item, headers)
    assert completed.status == "Completed"
    [session] = jobs.livy_sessions.list_livy_sessions(sales, item)
    assert (session.state, session.job_type) == ("Succeeded", "SparkBatch")
    assert driver_log(session, fileName="stdout").text == "wrote Ada Grace\n"
    result = f"{workspace.ready['oneLakeDfsUrl']}/sales/bronze.Lakehouse/Files/result.txt"
    answer = requests.get(
        result, headers={**bearer(workspace, "https://storage.azure.com"), "x-ms-version": "2023-11-03"}, timeout=10
    )
    assert answer.text == "hello Ada and Grace"
    missing = {
        "executionData": {"executableFile": "abfss://sales@onelake.dfs.fabric.microsoft.com/bronze.Lakehouse/Files/none.py"}
    }
    failed = ended(item, jobs.background_jobs.run_on_demand_spark_job_definition(sales, item, missing, cls=started))
    assert "none.py was not found" in failed.failure_reason.message
    assert [found.state for found in jobs.livy_sessions.list_livy_sessions(sales, item)] == ["Failed", "Succeeded"]
    client.core.items.delete_item(sales, item)
    place = f"{workspace.ready['fabricUrl']}/groups/{sales}/sparkJobDefinitions/{item}/runs"
    assert "wrote Ada Grace" in requests.get(f"{place}/{completed.id}", timeout=10).text
    assert "none.py was not found" in requests.get(f"{place}/{failed.id}", timeout=10).text


def test_faults_end_runs_and_operations_otherwise(client, sales, items, ended, workspace):
    def start() -> CaseInsensitiveDict:
        return client.core.job_scheduler.run_on_demand_item_job(sales, items["exits.Notebook"], "RunNotebook", cls=started)

    match = {"operation": "fabric.job", "name": "exits"}
    workspace.fault({"match": match, "then": {"status": "Deduped"}})
    assert ended(items["exits.Notebook"], start()).status == "Deduped"
    workspace.fault({"match": match, "then": {"fail": {"errorCode": "SparkCoreError", "message": "no cores"}}})
    assert ended(items["exits.Notebook"], start()).failure_reason.error_code == "SparkCoreError"
    workspace.fault({"match": match, "then": {"never": True}})
    headers = start()
    workspace.advance(600)
    jobs = client.core.job_scheduler
    assert jobs.get_item_job_instance(sales, items["exits.Notebook"], instance_of(headers)).status == "NotStarted"
    jobs.cancel_item_job_instance(sales, items["exits.Notebook"], instance_of(headers))
    workspace.fault({"match": {"operation": "fabric.operation", "name": "getDefinition exits"}, "then": {"never": True}})
    url = f"{workspace.ready['fabricUrl']}/v1/workspaces/{sales}/items/{items['exits.Notebook']}/getDefinition"
    location = requests.post(url, headers=bearer(workspace), timeout=10).headers["location"]
    answer = requests.get(location, headers=bearer(workspace), timeout=10)
    assert (answer.json()["status"], answer.headers["retry-after"]) == ("Running", "7")
