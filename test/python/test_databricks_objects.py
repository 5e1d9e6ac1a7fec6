"""Workspace objects, secrets and files, by the unmodified Databricks SDK."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
import requests
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import (
    BadRequest,
    InvalidParameterValue,
    NotImplemented,
    ResourceAlreadyExists,
    ResourceDoesNotExist,
)
from databricks.sdk.service.workspace import (
    AclPermission,
    ExportFormat,
    ImportFormat,
    Language,
    ObjectType,
    ScopeBackendType,
)

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


def test_a_path_is_shown_as_it_was_asked_for(client):
    """https://github.com/databricks/cli/blob/main/libs/testserver/fake_workspace.go: `/Workspace` stays in front if it was."""
    client.workspace.upload("/Workspace/Shared/objects/etl.py", SOURCE, format=ImportFormat.AUTO)
    for mount in ("", "/Workspace"):
        assert [item.path for item in client.workspace.list(f"{mount}/Shared/objects")] == [f"{mount}/Shared/objects/etl"]
        assert client.workspace.get_status(f"{mount}/Shared/objects/etl").path == f"{mount}/Shared/objects/etl"


def test_a_list_leaves_out_notebooks_that_are_not_modified_after_a_moment(client, workspace):
    """https://docs.databricks.com/api/workspace-files/v1/list. Directories stay, by which the SDK recurses."""
    client.workspace.mkdirs("/Shared/objects/below")
    client.workspace.upload("/Shared/objects/below/old.py", SOURCE, format=ImportFormat.AUTO)
    moment = client.workspace.get_status("/Shared/objects/below/old").modified_at
    workspace.advance(60)
    client.workspace.upload("/Shared/objects/below/new.py", SOURCE, format=ImportFormat.AUTO)

    def after(milliseconds: int) -> list[str]:
        found = client.workspace.list("/Shared/objects", notebooks_modified_after=milliseconds, recursive=True)
        return [item.path.split("/")[-1] for item in found]

    assert (after(moment - 1), after(moment), after(moment + 60_000_000)) == (["new", "old"], ["new"], [])


@pytest.mark.proves("databricks-sdk", "databricks POST /api/2.0/workspace-files/import-file{path*}")
def test_the_current_command_line_imports_files_by_their_path(client):
    """Each status as https://github.com/databricks/cli/blob/main/libs/filer/workspace_files_client.go understands it."""

    def import_file(path: str, content: bytes, overwrite: str = "false") -> tuple[int, str | None]:
        url = f"{client.config.host}/api/2.0/workspace-files/import-file/{quote(path, safe='')}?overwrite={overwrite}"
        answer = requests.post(url, data=content, headers=client.config.authenticate(), timeout=10)
        return answer.status_code, answer.json().get("message")

    assert import_file("Shared/none/a.txt", b"x") == (404, "The parent folder (/Shared/none) does not exist.")
    for name, content in (("a.txt", b"x"), ("etl.py", SOURCE), ("book.ipynb", b'{"nbformat": 4, "cells": []}')):
        assert import_file(f"Workspace/Shared/objects/{name}", content) == (200, None)
    assert import_file("Shared/objects/a.txt", b"y") == (409, "File already exists at (/Shared/objects/a.txt).")
    assert import_file("Shared/objects/etl.py", SOURCE) == (400, "Path (/Shared/objects/etl) already exists.")
    assert import_file("Shared/objects/a.txt", b"y", overwrite="true") == (200, None)
    assert client.workspace.download("/Shared/objects/a.txt").read() == b"y"
    for name, form in (("etl", "SOURCE"), ("book", "JUPYTER"), ("a.txt", None)):
        query = {"path": f"/Shared/objects/{name}", "return_export_info": "true"}
        status = client.api_client.do("GET", "/api/2.0/workspace/get-status", query=query)
        assert status.get("repos_export_format") == form, name


def test_a_zip_is_kept_only_where_the_platform_does_not_unpack_it(client):
    """AUTO, and SOURCE without a language, import a directory: https://docs.databricks.com/api/workspace-files/v1/import"""
    archive = b"PK\x03\x04rest"
    for form in (ImportFormat.AUTO, ImportFormat.SOURCE):
        with pytest.raises(NotImplemented, match="does not unpack a zip into a directory"):
            client.workspace.upload("/Shared/objects/a.zip", archive, format=form)
    client.workspace.upload("/Shared/objects/a.zip", archive, format=ImportFormat.RAW)
    assert client.workspace.download("/Shared/objects/a.zip").read() == archive


def test_a_form_may_write_booleans_as_python_does(client):
    def import_notebook() -> None:
        data = {"path": "/Shared/objects/n", "format": "SOURCE", "language": "PYTHON", "overwrite": "True"}
        client.api_client.do("POST", "/api/2.0/workspace/import", files={"content": SOURCE}, data=data)

    import_notebook()
    import_notebook()
    assert client.workspace.download("/Shared/objects/n").read() == SOURCE


@pytest.mark.proves(
    "databricks-sdk",
    "databricks GET /api/2.0/repos",
    "databricks GET /api/2.0/repos/{id}",
    "databricks GET /api/2.0/git-credentials",
)
def test_there_is_no_git_folder(client):
    assert list(client.repos.list(path_prefix="/Repos")) == []
    assert list(client.git_credentials.list()) == []
    with pytest.raises(ResourceDoesNotExist):
        client.repos.get(7)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda client: client.repos.create("https://github.com/a/b", "gitHub"), "it clones no Git repository"),
        (lambda client: list(client.catalogs.list()), "it has no Unity Catalog"),
        (lambda client: list(client.warehouses.list()), "it has no SQL warehouse"),
        (lambda client: list(client.pipelines.list_pipelines()), "it runs no Lakeflow"),
        (lambda client: list(client.experiments.list_experiments()), "it has no machine learning services"),
        (lambda client: list(client.global_init_scripts.list()), "its clusters run no global init script"),
        (lambda client: client.workspace_conf.get_status("enableDcs"), "it has no settings of a workspace"),
        (lambda client: list(client.token_management.list()), "it manages only the caller's own tokens"),
        (lambda client: client.dashboards.get("x"), "has no route GET /api/2.0/"),
    ],
)
def test_what_is_not_here_says_why(client, call, sentence):
    with pytest.raises(NotImplemented, match=sentence):
        call(client)


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/2.0/secrets/scopes/create",
    "databricks GET /api/2.0/secrets/scopes/list",
    "databricks POST /api/2.0/secrets/put",
    "databricks GET /api/2.0/secrets/get",
    "databricks GET /api/2.0/secrets/list",
    "databricks POST /api/2.0/secrets/acls/put",
    "databricks GET /api/2.0/secrets/acls/list",
    "databricks GET /api/2.0/secrets/acls/get",
    "databricks POST /api/2.0/secrets/acls/delete",
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
    assert client.secrets.get_acl("mine", "users").permission is AclPermission.READ
    client.secrets.delete_acl("mine", "users")
    for use in (client.secrets.get_acl, client.secrets.delete_acl):
        with pytest.raises(ResourceDoesNotExist):
            use("mine", "users")
    client.secrets.delete_secret("mine", "password")
    with pytest.raises(ResourceDoesNotExist):
        client.secrets.get_secret("mine", "password")
    assert [entry["name"] for entry in workspace.ledger()["secretScopes"]] == ["mine"]
    client.secrets.delete_scope("mine")
    assert "mine" not in {scope.name for scope in client.secrets.list_scopes()}
    assert not [entry for entry in workspace.control("GET", "/requests") if "hunter2" in json.dumps(entry)]


def test_a_secret_scope_is_managed_by_its_creator_or_by_all_users(client):
    """https://docs.databricks.com/api/azure/workspace/secrets/createscope"""
    for manager, expected in ((None, client.current_user.me().user_name), ("users", "users")):
        client.secrets.create_scope("managed", initial_manage_principal=manager)
        assert [(acl.principal, acl.permission) for acl in client.secrets.list_acls("managed")] == [
            (expected, AclPermission.MANAGE)
        ]
        client.secrets.delete_scope("managed")
    with pytest.raises(InvalidParameterValue, match="only supported initial_manage_principal"):
        client.secrets.create_scope("managed", initial_manage_principal="team")
    with pytest.raises(NotImplemented, match="does not back a secret scope with a Key Vault"):
        client.secrets.create_scope("managed", scope_backend_type=ScopeBackendType.AZURE_KEYVAULT)
