"""Workspaces, items and definitions of Microsoft Fabric, by Microsoft's own SDK and by fabric-cicd."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential
from microsoft_fabric_api import FabricClient
from microsoft_fabric_api.extensions.core import FabricCoreClient
from requests.adapters import HTTPAdapter

SOURCE = """# Fabric notebook source

# METADATA ********************

# META {
# META   "kernel_info": {
# META     "name": "synapse_pyspark"
# META   },
# META   "dependencies": {}
# META }

# MARKDOWN ********************

# # Sales

# PARAMETERS CELL ********************

region = "north"

# METADATA ********************

# META {
# META   "language": "python",
# META   "language_group": "synapse_pyspark"
# META }

# CELL ********************

# MAGIC %%sql
# MAGIC SELECT 1

# METADATA ********************

# META {
# META   "language": "sparksql",
# META   "language_group": "synapse_pyspark"
# META }
"""


@pytest.fixture(scope="module")
def config():
    return {
        "serviceConnections": {
            "viewer": {"type": "azurerm", "inFabric": "Viewer"},
            "stranger": {"type": "azurerm", "inFabric": False},
        },
        "fabric": {
            "capacities": [{"name": "f2"}, {"name": "asleep", "state": "Paused"}],
            "workspaces": [
                {
                    "name": "sales",
                    "lakehouses": ["bronze"],
                    "environments": [{"name": "spark", "libraries": ["six"]}],
                    "sparkJobDefinitions": ["job"],
                },
                {"name": "many", "sparkJobDefinitions": [f"job{number}" for number in range(21)]},
                {"name": "closed", "capacity": "asleep", "lakehouses": ["bronze"]},
            ],
            "retryAfterSeconds": 0,
            "pageSize": 20,
            "nameReservedSeconds": 300,
        },
    }


def credential_of(workspace, principal: dict[str, Any] | None = None) -> ClientSecretCredential:
    ready = workspace.ready
    principal = principal or ready
    return ClientSecretCredential(
        ready["tenantId"],
        principal["clientId"],
        principal["clientSecret"],
        authority=ready["authorityUrl"],
        disable_instance_discovery=True,
    )


def client_of(workspace) -> FabricClient:
    return FabricClient(credential_of(workspace), f"{workspace.ready['fabricUrl']}/", polling_interval=0.05, retry_total=0)


def core_of(workspace, name: str) -> FabricCoreClient:
    """The client of a service connection. The client of all areas takes seconds to make."""
    credential = credential_of(workspace, workspace.service_principals[name])
    return FabricCoreClient(credential, f"{workspace.ready['fabricUrl']}/", retry_total=0)


@pytest.fixture(scope="module")
def client(workspace):
    return client_of(workspace)


@pytest.fixture(scope="module")
def sales(client):
    return next(found.id for found in client.core.workspaces.list_workspaces() if found.display_name == "sales")


@contextmanager
def refused(code: str, status: int | None = None) -> Iterator[None]:
    """The service refuses what is asked for, with this code."""
    with pytest.raises(HttpResponseError) as caught:
        yield
    answer = caught.value.response
    assert answer.headers["x-ms-public-api-error-code"] == answer.json()["errorCode"] == code
    assert status in (None, caught.value.status_code)


def part(path: str, text: str) -> dict[str, str]:
    return {"path": path, "payload": base64.b64encode(text.encode()).decode(), "payloadType": "InlineBase64"}


@pytest.fixture
def finished(eventually):
    """Waits for a long-running operation, since the methods of the SDK that wait themselves look every 5 s only."""

    def wait(extractor):
        eventually(lambda: extractor.result is not None)
        return extractor.result

    return wait


def texts(definition) -> dict[str, str]:
    return {found.path: base64.b64decode(found.payload).decode() for found in definition.definition.parts}


@pytest.mark.proves(
    "microsoft-fabric-api",
    "fabric GET /v1/workspaces",
    "fabric POST /v1/workspaces",
    "fabric GET /v1/workspaces/{workspaceId}",
    "fabric DELETE /v1/workspaces/{workspaceId}",
    "fabric GET /v1/capacities",
)
def test_workspaces_are_on_the_capacities_of_the_config(client, workspace):
    capacities = {found.display_name: found for found in client.core.capacities.list_capacities()}
    assert {name: found.state for name, found in capacities.items()} == {"f2": "Active", "asleep": "Paused"}
    assert [found.display_name for found in client.core.workspaces.list_workspaces()] == ["sales", "many", "closed"]
    created = client.core.workspaces.create_workspace({"displayName": "scratch", "capacityId": capacities["f2"].id})
    shown = client.core.workspaces.get_workspace(created.id)
    assert (shown.display_name, shown.capacity_id) == ("scratch", capacities["f2"].id)
    assert [entry["name"] for entry in workspace.ledger()["fabricItems"]] == ["scratch.Workspace"]
    with refused("WorkspaceNameAlreadyExists"):
        client.core.workspaces.create_workspace({"displayName": "scratch"})
    client.core.workspaces.delete_workspace(created.id)
    with refused("WorkspaceNotFound"):
        client.core.workspaces.get_workspace(created.id)
    assert workspace.ledger()["fabricItems"] == []


@pytest.mark.proves(
    "microsoft-fabric-api",
    "fabric GET /v1/workspaces/{workspaceId}/{collection=lakehouses|notebooks|sparkJobDefinitions|environments}",
    "fabric POST /v1/workspaces/{workspaceId}/{collection=lakehouses|notebooks|sparkJobDefinitions|environments}",
    "fabric GET /v1/workspaces/{workspaceId}/{collection=lakehouses|notebooks|sparkJobDefinitions|environments}/{itemId}",
    "fabric PATCH /v1/workspaces/{workspaceId}/{collection=lakehouses|notebooks|sparkJobDefinitions|environments}/{itemId}",
    "fabric DELETE /v1/workspaces/{workspaceId}/{collection=lakehouses|notebooks|sparkJobDefinitions|environments}/{itemId}",
)
def test_a_lakehouse_has_its_paths_in_onelake(client, sales, workspace):
    lakehouses = client.lakehouse.items
    created = lakehouses.create_lakehouse(sales, {"displayName": "silver"})
    properties = lakehouses.get_lakehouse(sales, created.id).properties
    assert properties.one_lake_files_path.endswith(f"/{sales}/{created.id}/Files")
    assert properties.sql_endpoint_properties.provisioning_status == "Success"
    assert sorted(found.display_name for found in lakehouses.list_lakehouses(sales)) == ["bronze", "silver"]
    with refused("ItemDisplayNameAlreadyInUse"):
        lakehouses.create_lakehouse(sales, {"displayName": "Silver"})
    with refused("InvalidInput"):
        lakehouses.create_lakehouse(sales, {"displayName": "not a name"})
    changed = lakehouses.update_lakehouse(sales, created.id, {"description": "cleaned"})
    assert changed.description == "cleaned"
    lakehouses.delete_lakehouse(sales, created.id)
    with refused("ItemDisplayNameNotAvailableYet", 400):
        lakehouses.create_lakehouse(sales, {"displayName": "silver"})
    workspace.advance(301)
    lakehouses.delete_lakehouse(sales, lakehouses.create_lakehouse(sales, {"displayName": "silver"}).id)


def test_environments_of_the_config_are_published(client, sales):
    (environment,) = client.environment.items.list_environments(sales)
    assert environment.properties.publish_details.state == "Success"


@pytest.mark.proves(
    "microsoft-fabric-api",
    "fabric POST /v1/workspaces/{workspaceId}/{collection=lakehouses|notebooks|sparkJobDefinitions|environments}/{itemId}/getDefinition",  # noqa: E501
    "fabric POST /v1/workspaces/{workspaceId}/{collection=lakehouses|notebooks|sparkJobDefinitions|environments}/{itemId}/updateDefinition",  # noqa: E501
    "fabric GET /v1/operations/{operationId}",
    "fabric GET /v1/operations/{operationId}/result",
)
def test_a_notebook_comes_back_in_either_format(client, sales, finished):
    notebooks = client.notebook.items
    definition = {"format": "fabricGitSource", "parts": [part("notebook-content.py", SOURCE)]}
    created = finished(notebooks.begin_create_notebook(sales, {"displayName": "report", "definition": definition}))

    def content(**format: str) -> dict[str, str]:
        return texts(finished(notebooks.begin_get_notebook_definition(sales, created.id, **format)))

    as_source = content()
    assert as_source["notebook-content.py"] == SOURCE
    assert json.loads(as_source[".platform"])["metadata"] == {"type": "Notebook", "displayName": "report"}
    ipynb = content(format="ipynb")["notebook-content.ipynb"]
    cells = json.loads(ipynb)["cells"]
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in cells] == [
        ("markdown", "# Sales"),
        ("code", 'region = "north"'),
        ("code", "%%sql\nSELECT 1"),
    ]
    assert cells[1]["metadata"]["tags"] == ["parameters"]
    update = {"definition": {"format": "ipynb", "parts": [part("notebook-content.ipynb", ipynb)]}}
    notebooks.begin_update_notebook_definition(sales, created.id, update).result()
    assert content()["notebook-content.py"] == SOURCE
    notebooks.delete_notebook(sales, created.id)


@pytest.mark.proves(
    "requests",
    "fabric POST /v1/workspaces/{workspaceId}/items/{itemId}/getDefinition",
)
def test_a_definition_that_is_not_one_is_refused(client, sales, workspace):
    notebooks = client.notebook.items
    for parts in ([], [{"path": "a", "payload": "?", "payloadType": "InlineBase64"}], [part("../a", "")]):
        with refused("CorruptedPayload", 400):
            notebooks.begin_create_notebook(sales, {"displayName": "wrong", "definition": {"parts": parts}})
    url = f"{workspace.ready['fabricUrl']}/v1/workspaces/{sales}"
    wrong = {"displayName": "wrong", "definition": {"format": "ipynb", "parts": [part("notebook-content.py", SOURCE)]}}
    accepted = requests.post(f"{url}/notebooks", headers=bearer(workspace), json=wrong, timeout=10)
    assert accepted.headers["location"].endswith(f"/v1/operations/{accepted.headers['x-ms-operation-id']}")
    operation = requests.get(accepted.headers["location"], headers=bearer(workspace), timeout=10).json()
    assert (operation["status"], operation["error"]["errorCode"]) == ("Failed", "CorruptedPayload")
    job = next(client.sparkjobdefinition.items.list_spark_job_definitions(sales))
    answer = requests.post(f"{url}/items/{job.id}/getDefinition?format=ipynb", headers=bearer(workspace), timeout=10)
    assert answer.status_code == 400
    assert answer.json()["errorCode"] == answer.headers["x-ms-public-api-error-code"] == "InvalidInput"


def bearer(workspace, scope: str = "https://analysis.windows.net/powerbi/api") -> dict[str, str]:
    ready = workspace.ready
    form = {
        "grant_type": "client_credentials",
        "client_id": ready["clientId"],
        "client_secret": ready["clientSecret"],
        "scope": f"{scope}/.default",
    }
    answer = requests.post(f"{ready['authorityUrl']}/{ready['tenantId']}/oauth2/v2.0/token", data=form, timeout=10)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.mark.proves(
    "microsoft-fabric-api",
    "fabric GET /v1/workspaces/{workspaceId}/items",
    "fabric GET /v1/workspaces/{workspaceId}/items/{itemId}",
    "fabric POST /v1/workspaces/{workspaceId}/items",
    "fabric PATCH /v1/workspaces/{workspaceId}/items/{itemId}",
    "fabric DELETE /v1/workspaces/{workspaceId}/items/{itemId}",
    "fabric POST /v1/workspaces/{workspaceId}/items/{itemId}/move",
    "fabric GET /v1/workspaces/{workspaceId}/folders",
    "fabric POST /v1/workspaces/{workspaceId}/folders",
    "fabric GET /v1/workspaces/{workspaceId}/folders/{folderId}",
    "fabric DELETE /v1/workspaces/{workspaceId}/folders/{folderId}",
)
def test_items_are_listed_by_pages_by_type_and_by_folder(client, sales):
    core = client.core
    many = next(found.id for found in core.workspaces.list_workspaces() if found.display_name == "many")
    assert len(list(core.items.list_items(many, type="SparkJobDefinition"))) == 21
    assert [found.display_name for found in core.items.list_items(many, type="Lakehouse")] == []
    folder = core.folders.create_folder(sales, {"displayName": "team"})
    request = {"displayName": "moved", "type": "Notebook", "folderId": folder.id}
    item = core.items.create_item(sales, request)
    assert [found.id for found in core.items.list_items(sales, root_folder_id=folder.id)] == [item.id]
    with refused("FolderNotEmpty"):
        core.folders.delete_folder(sales, folder.id)
    core.items.move_item(sales, item.id, {})
    assert core.items.get_item(sales, item.id).folder_id is None
    assert core.items.update_item(sales, item.id, {"displayName": "renamed"}).display_name == "renamed"
    assert [found.display_name for found in core.folders.list_folders(sales)] == ["team"]
    assert core.folders.get_folder(sales, folder.id).display_name == "team"
    core.folders.delete_folder(sales, folder.id)
    core.items.delete_item(sales, item.id)
    with refused("ItemNotFound"):
        core.items.get_item(sales, item.id)


def test_roles_capacities_and_tokens_limit_what_a_caller_may_do(client, sales, workspace):
    stranger = core_of(workspace, "stranger")
    assert list(stranger.workspaces.list_workspaces()) == []
    with refused("InsufficientPrivileges", 403):
        stranger.workspaces.get_workspace(sales)
    viewer = core_of(workspace, "viewer")
    assert list(viewer.items.list_items(sales))
    with refused("InsufficientPrivileges", 403):
        viewer.items.begin_create_item(sales, {"displayName": "gold", "type": "Lakehouse"})
    closed = next(found.id for found in client.core.workspaces.list_workspaces() if found.display_name == "closed")
    with refused("CapacityNotActive"):
        client.lakehouse.items.create_lakehouse(closed, {"displayName": "gold"})
    url = f"{workspace.ready['fabricUrl']}/v1/workspaces"
    for headers, code in [
        (bearer(workspace, "https://storage.azure.com"), "InvalidToken"),
        ({"Authorization": "Bearer x.y.z"}, "InvalidToken"),
        ({}, "Unauthorized"),
    ]:
        answer = requests.get(url, headers=headers, timeout=10)
        assert (answer.status_code, answer.json()["errorCode"]) == (401, code)
        assert answer.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.proves(
    "fabric-cicd",
    "fabric GET /v1/workspaces/{workspaceId}/items",
    "fabric POST /v1/workspaces/{workspaceId}/items",
    "fabric POST /v1/workspaces/{workspaceId}/items/{itemId}/updateDefinition",
)
def test_fabric_cicd_publishes_a_repository(client, sales, workspace, tmp_path, monkeypatch, finished):
    folder = tmp_path / "nightly.Notebook"
    folder.mkdir()
    platform = {
        "metadata": {"type": "Notebook", "displayName": "nightly", "description": "from Git"},
        "config": {"version": "2.0", "logicalId": "99999999-0000-0000-0000-000000000001"},
    }
    (folder / ".platform").write_text(json.dumps(platform))
    (folder / "notebook-content.py").write_text(SOURCE)
    port = workspace.ready["fabricUrl"].rpartition(":")[2]
    redirect(monkeypatch, "api.fabric.microsoft.com")
    for name in ("FABRIC_API_ROOT_URL", "DEFAULT_API_ROOT_URL"):
        monkeypatch.setenv(name, f"https://api.fabric.microsoft.com:{port}")
    publish(workspace, sales, tmp_path)
    (notebook,) = client.notebook.items.list_notebooks(sales)
    assert (notebook.display_name, notebook.description) == ("nightly", "from Git")
    (folder / "notebook-content.py").write_text(SOURCE.replace("north", "south"))
    publish(workspace, sales, tmp_path)
    found = texts(finished(client.notebook.items.begin_get_notebook_definition(sales, notebook.id)))
    assert 'region = "south"' in found["notebook-content.py"]
    client.notebook.items.delete_notebook(sales, notebook.id)


def publish(workspace, workspace_id: str, folder: Path) -> None:
    # It reads its address when it is imported.
    from fabric_cicd import FabricWorkspace, publish_all_items

    publish_all_items(
        FabricWorkspace(
            workspace_id=workspace_id,
            repository_directory=str(folder),
            item_type_in_scope=["Notebook"],
            token_credential=credential_of(workspace),
        )
    )


def redirect(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Lets this name of the service stand for the local machine, as in a hosts file."""
    resolve, start = socket.getaddrinfo, HTTPAdapter.init_poolmanager

    def resolve_locally(host, *args, **more):
        return resolve("localhost" if host == name else host, *args, **more)

    def expect_the_local_certificate(adapter, *args, **more):
        return start(adapter, *args, **more, assert_hostname="localhost", server_hostname="localhost")

    monkeypatch.setattr(socket, "getaddrinfo", resolve_locally)
    monkeypatch.setattr(HTTPAdapter, "init_poolmanager", expect_the_local_certificate)


def test_a_token_expires(workspace):
    headers = bearer(workspace)
    url = f"{workspace.ready['fabricUrl']}/v1/workspaces"
    assert requests.get(url, headers=headers, timeout=10).status_code == 200
    workspace.advance(3700)
    answer = requests.get(url, headers=headers, timeout=10)
    assert (answer.status_code, answer.headers["x-ms-public-api-error-code"]) == (401, "TokenExpired")
