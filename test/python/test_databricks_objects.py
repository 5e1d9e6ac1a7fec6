"""Workspace objects, secrets and files, by the unmodified Databricks SDK."""

from __future__ import annotations

import base64
import json

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import BadRequest, InvalidParameterValue, NotImplemented, ResourceAlreadyExists, ResourceDoesNotExist
from databricks.sdk.service.workspace import AclPermission, ExportFormat, ImportFormat, Language, ObjectType

SOURCE = b"# Databricks notebook source\n# MAGIC %md\n# MAGIC # Title\n\n# COMMAND ----------\n\nx = 1\n"


@pytest.fixture
def client(workspace):
    client = WorkspaceClient()
    client.workspace.mkdirs("/Shared/objects")
    yield client
    client.workspace.delete("/Shared/objects", recursive=True)


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/2.0/workspace/mkdirs",
    "databricks POST /api/2.0/workspace/import",
    "databricks GET /api/2.0/workspace/list",
    "databricks GET /api/2.0/workspace/get-status",
    "databricks POST /api/2.0/workspace/delete",
)
def test_auto_import_tells_notebooks_from_files_by_their_header(client, workspace):
    client.workspace.upload("/Shared/objects/etl.py", SOURCE, format=ImportFormat.AUTO)
    client.workspace.upload("/Shared/objects/module.py", b"x = 1\n", format=ImportFormat.AUTO)
    client.workspace.upload("/Shared/objects/data.csv", b"a,b\n", format=ImportFormat.AUTO)
    kinds = {item.path: item.object_type for item in client.workspace.list("/Shared/objects")}
    assert kinds == {
        "/Shared/objects/data.csv": ObjectType.FILE,
        "/Shared/objects/etl": ObjectType.NOTEBOOK,
        "/Shared/objects/module.py": ObjectType.FILE,
    }
    assert client.workspace.get_status("/Shared/objects/etl").language is Language.PYTHON
    assert "/Shared/objects/etl" in {entry["name"] for entry in workspace.ledger()["workspaceObjects"]}


@pytest.mark.parametrize(
    ("language", "source"),
    [
        (Language.PYTHON, b"# Databricks notebook source\nx = 1"),
        (Language.SQL, b"-- Databricks notebook source\nselect 1"),
        (Language.SCALA, b"// Databricks notebook source\nval x = 1"),
        (Language.R, b"# Databricks notebook source\nx <- 1"),
    ],
)
def test_source_of_each_language_comes_back_as_it_went(client, language, source):
    client.workspace.upload("/Shared/objects/n", source, format=ImportFormat.SOURCE, language=language)
    assert client.workspace.download("/Shared/objects/n").read() == source


@pytest.mark.proves("databricks-sdk", "databricks GET /api/2.0/workspace/export")
def test_a_notebook_is_exported_as_source_and_as_jupyter(client):
    client.workspace.upload("/Shared/objects/etl.py", SOURCE, format=ImportFormat.AUTO)
    exported = client.workspace.export("/Shared/objects/etl", format=ExportFormat.SOURCE)
    assert base64.b64decode(exported.content) == SOURCE
    jupyter = json.loads(client.workspace.download("/Shared/objects/etl", format=ExportFormat.JUPYTER).read())
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in jupyter["cells"]] == [
        ("markdown", "# Title"),
        ("code", "x = 1"),
    ]


def test_a_missing_parent_is_an_error(client):
    with pytest.raises(ResourceDoesNotExist, match=r"The parent folder \(/Shared/none\) does not exist"):
        client.workspace.upload("/Shared/none/etl.py", SOURCE, format=ImportFormat.AUTO)


def test_what_is_there_is_overwritten_only_when_asked(client):
    client.workspace.upload("/Shared/objects/etl.py", SOURCE, format=ImportFormat.AUTO)
    with pytest.raises(ResourceAlreadyExists, match="already exists"):
        client.workspace.upload("/Shared/objects/etl.py", SOURCE, format=ImportFormat.AUTO)
    client.workspace.upload("/Shared/objects/etl.py", SOURCE + b"y = 2", format=ImportFormat.AUTO, overwrite=True)
    assert client.workspace.download("/Shared/objects/etl").read().endswith(b"y = 2")


def test_more_than_ten_megabytes_are_refused(client):
    with pytest.raises(BadRequest, match="exceeded max size"):
        client.workspace.upload("/Shared/objects/big.txt", b"x" * (10 * 1024 * 1024 + 1), format=ImportFormat.AUTO)


@pytest.mark.parametrize(
    ("form", "error", "message"),
    [
        ("DBC", NotImplemented, "does not import the format DBC"),
        ("HTML", NotImplemented, "does not import the format HTML"),
        ("PDF", InvalidParameterValue, "Invalid format: PDF"),
    ],
)
def test_a_format_that_cannot_be_imported_is_refused(client, form, error, message):
    body = {"path": "/Shared/objects/other", "format": form, "content": "eA=="}
    with pytest.raises(error, match=message):
        client.api_client.do("POST", "/api/2.0/workspace/import", body=body)


def test_a_folder_with_something_in_it_goes_only_recursively(client):
    client.workspace.upload("/Shared/objects/etl.py", SOURCE, format=ImportFormat.AUTO)
    with pytest.raises(BadRequest, match="is not empty"):
        client.workspace.delete("/Shared/objects")


@pytest.mark.parametrize("path", ["relative", "/Shared/../../etc/passwd", "/Shared/./a"])
def test_a_path_that_leads_elsewhere_is_refused(client, path):
    with pytest.raises(InvalidParameterValue):
        client.workspace.mkdirs(path)


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/2.0/secrets/scopes/create",
    "databricks GET /api/2.0/secrets/scopes/list",
    "databricks POST /api/2.0/secrets/put",
    "databricks GET /api/2.0/secrets/get",
    "databricks GET /api/2.0/secrets/list",
    "databricks POST /api/2.0/secrets/acls/put",
    "databricks GET /api/2.0/secrets/acls/list",
    "databricks POST /api/2.0/secrets/delete",
    "databricks POST /api/2.0/secrets/scopes/delete",
)
def test_a_secret_scope_keeps_secrets(client, workspace):
    client.secrets.create_scope("mine")
    client.secrets.put_secret("mine", "password", string_value="hunter2")
    assert base64.b64decode(client.secrets.get_secret("mine", "password").value) == b"hunter2"
    assert [item.key for item in client.secrets.list_secrets("mine")] == ["password"]
    client.secrets.put_acl("mine", "users", AclPermission.READ)
    assert ("users", AclPermission.READ) in {(item.principal, item.permission) for item in client.secrets.list_acls("mine")}
    client.secrets.delete_secret("mine", "password")
    with pytest.raises(ResourceDoesNotExist):
        client.secrets.get_secret("mine", "password")
    assert [entry["name"] for entry in workspace.ledger()["secretScopes"]] == ["mine"]
    client.secrets.delete_scope("mine")
    assert "mine" not in {scope.name for scope in client.secrets.list_scopes()}
    assert not [entry for entry in workspace.control("GET", "/requests") if "hunter2" in json.dumps(entry)]
