"""Files of DBFS and of volumes, by the unmodified Databricks SDK."""

from __future__ import annotations

import base64
import io
import json

import pytest
import requests
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import (
    AlreadyExists,
    BadRequest,
    DatabricksError,
    InvalidParameterValue,
    NotFound,
    ResourceAlreadyExists,
    ResourceDoesNotExist,
)

VOLUME = "/Volumes/main/default/landing"


@pytest.fixture
def client(workspace):
    return WorkspaceClient()


def uploaded(workspace) -> list[str]:
    return sorted(entry["name"] for entry in workspace.ledger()["files"])


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/2.0/dbfs/mkdirs",
    "databricks POST /api/2.0/dbfs/create",
    "databricks POST /api/2.0/dbfs/add-block",
    "databricks POST /api/2.0/dbfs/close",
    "databricks POST /api/2.0/dbfs/put",
    "databricks GET /api/2.0/dbfs/read",
    "databricks GET /api/2.0/dbfs/list",
    "databricks GET /api/2.0/dbfs/get-status",
    "databricks POST /api/2.0/dbfs/move",
    "databricks POST /api/2.0/dbfs/delete",
)
def test_dbfs_keeps_files_of_more_than_a_block(client, workspace):
    content = bytes(range(256)) * 8192
    client.dbfs.mkdirs("/tests")
    client.dbfs.upload("/tests/large.bin", io.BytesIO(content))
    client.dbfs.put("/tests/small.txt", contents=base64.b64encode(b"small").decode())
    assert client.dbfs.download("/tests/large.bin").read() == content
    assert {item.path for item in client.dbfs.list("/tests")} == {"/tests/large.bin", "/tests/small.txt"}
    assert client.dbfs.get_status("/tests/small.txt").file_size == 5
    client.dbfs.move("dbfs:/tests", "dbfs:/moved/tests")
    assert uploaded(workspace) == ["/moved/tests/large.bin", "/moved/tests/small.txt"]
    client.dbfs.delete("/moved", recursive=True)
    with pytest.raises(ResourceDoesNotExist):
        client.dbfs.get_status("/moved/tests/small.txt")
    assert uploaded(workspace) == []


def test_a_file_of_dbfs_appears_when_it_is_complete(client):
    handle = client.dbfs.create("/tests/part.json").handle
    client.dbfs.add_block(handle, base64.b64encode(b"{").decode())
    with pytest.raises(ResourceDoesNotExist):
        client.dbfs.get_status("/tests/part.json")
    client.dbfs.close(handle)
    assert client.dbfs.get_status("/tests/part.json").file_size == 1
    with pytest.raises(ResourceAlreadyExists):
        client.dbfs.create("/tests/part.json")
    client.dbfs.delete("/tests", recursive=True)


def test_a_handle_of_dbfs_ends_after_ten_idle_minutes(client, workspace):
    handle = client.dbfs.create("/tests/idle.json").handle
    workspace.advance(601)
    with pytest.raises(ResourceDoesNotExist, match="No stream with handle"):
        client.dbfs.add_block(handle, "eA==")


@pytest.mark.parametrize("overwrite", [True, False])
def test_dbfs_replaces_a_file_only_if_asked(client, overwrite):
    client.dbfs.put("/tests/a.txt", contents="eA==")
    if overwrite:
        client.dbfs.put("/tests/a.txt", contents="eXk=", overwrite=True)
    else:
        with pytest.raises(ResourceAlreadyExists):
            client.dbfs.put("/tests/a.txt", contents="eXk=")
    assert client.dbfs.read("/tests/a.txt").data == ("eXk=" if overwrite else "eA==")
    with pytest.raises(ResourceAlreadyExists):
        client.dbfs.mkdirs("/tests/a.txt/b")
    with pytest.raises(DatabricksError, match="not empty"):
        client.api_client.do("POST", "/api/2.0/dbfs/delete", body={"path": "/tests"})  # the SDK's own method does not ask
    client.dbfs.delete("/tests", recursive=True)


def test_dbfs_refuses_what_has_no_meaning(client):
    client.dbfs.put("/tests/a/b.txt", contents=base64.b64encode(b"12345").decode())
    for offset, length in ((-1, 1), (0, -1)):
        with pytest.raises(InvalidParameterValue, match="must not be negative, got -1"):
            client.dbfs.read("/tests/a/b.txt", offset=offset, length=length)
    for destination in ("/tests/a", "/tests/a/c/d"):
        with pytest.raises((InvalidParameterValue, ResourceAlreadyExists)):
            client.dbfs.move("/tests/a", destination)
    assert [entry.path for entry in client.dbfs.list("/tests", recursive=True)] == ["/tests/a/b.txt"]
    client.dbfs.delete("/", recursive=True)
    assert list(client.dbfs.list("/")) == []


def test_dbfs_takes_a_form_of_more_than_a_block(client, workspace):
    url = f"{workspace.environment['DATABRICKS_HOST']}/api/2.0/dbfs/put"
    headers = {"Authorization": f"Bearer {workspace.environment['DATABRICKS_TOKEN']}"}
    content = b"x" * (1024 * 1024 + 1)
    with pytest.raises(BadRequest, match="cannot exceed 1 MB"):
        client.dbfs.put("/tests/form.bin", contents=base64.b64encode(content).decode())
    # The names of the reference, and those of databricks-cli, the older command line, which writes booleans as Python does.
    for number, (name, overwrite) in enumerate((("contents", "false"), ("file", "True"))):
        form = {"path": (None, "/tests/form.bin"), "overwrite": (None, overwrite), name: ("form.bin", content + bytes([number]))}
        answer = requests.post(url, headers=headers, files=form, verify=workspace.ready["caFile"], timeout=10)
        assert answer.status_code == 200, answer.text
        assert client.dbfs.download("/tests/form.bin").read() == content + bytes([number])
    client.dbfs.delete("/tests", recursive=True)


@pytest.mark.proves(
    "databricks-sdk",
    "databricks PUT /api/2.0/fs/files{path*}",
    "databricks HEAD /api/2.0/fs/files{path*}",
    "databricks GET /api/2.0/fs/files{path*}",
    "databricks DELETE /api/2.0/fs/files{path*}",
)
def test_files_of_a_volume_are_kept(client, workspace):
    path = f"{VOLUME}/a b/é.txt"
    client.files.upload(path, io.BytesIO(b"content"))
    assert client.files.get_metadata(path).content_length == 7
    assert client.files.get_metadata(path).last_modified
    assert client.files.download(path).contents.read() == b"content"
    with pytest.raises(AlreadyExists):
        client.files.upload(path, io.BytesIO(b"other"), overwrite=False)
    client.files.upload(path, io.BytesIO(b"other"), overwrite=True)
    assert client.files.download(path).contents.read() == b"other"
    assert [(entry["name"], entry["creator"]) for entry in workspace.ledger()["files"]] == [(path, "Local administrator")]
    client.files.delete(path)
    for use in (client.files.download, client.files.get_metadata, client.files.delete):
        with pytest.raises(NotFound):
            use(path)
    assert uploaded(workspace) == []
    client.files.delete_directory(f"{VOLUME}/a b")


@pytest.mark.proves(
    "databricks-sdk",
    "databricks PUT /api/2.0/fs/directories{path*}",
    "databricks HEAD /api/2.0/fs/directories{path*}",
    "databricks GET /api/2.0/fs/directories{path*}",
    "databricks DELETE /api/2.0/fs/directories{path*}",
)
def test_directories_of_a_volume_are_listed_in_pages(client):
    client.files.create_directory(f"{VOLUME}/pages/below")
    for number in range(4):
        client.files.upload(f"{VOLUME}/pages/{number}.json", io.BytesIO(b"{}"))
    client.files.get_directory_metadata(f"{VOLUME}/pages")
    found = list(client.files.list_directory_contents(f"{VOLUME}/pages", page_size=2))
    assert [(entry.name, entry.is_directory, entry.file_size) for entry in found] == [
        ("0.json", False, 2),
        ("1.json", False, 2),
        ("2.json", False, 2),
        ("3.json", False, 2),
        ("below", True, None),
    ]
    with pytest.raises(BadRequest, match="not empty"):
        client.files.delete_directory(f"{VOLUME}/pages")
    # The current command line tells this error by its details: https://github.com/databricks/cli/blob/main/libs/filer/files_client.go
    with pytest.raises(InvalidParameterValue) as refused:
        client.files.delete_directory(f"{VOLUME}/pages")
    assert refused.value.get_error_details().error_info.reason == "FILES_API_DIRECTORY_IS_NOT_EMPTY"
    with pytest.raises(AlreadyExists):  # 409 in the same client
        client.files.create_directory(f"{VOLUME}/pages/0.json")
    for entry in found:
        (client.files.delete_directory if entry.is_directory else client.files.delete)(entry.path)
    client.files.delete_directory(f"{VOLUME}/pages")
    for use in (client.files.get_directory_metadata, client.files.delete_directory):
        with pytest.raises(NotFound):
            use(f"{VOLUME}/pages")


@pytest.mark.parametrize("path", ["/Volumes/main/default", "/tmp/a.txt", "/Volumes/main/default/landing/../../x"])
def test_a_path_outside_of_volumes_is_refused(client, path):
    with pytest.raises(InvalidParameterValue):
        client.files.upload(path, io.BytesIO(b"x"))


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/2.0/fs/files{path*}",
    "databricks POST /api/2.0/fs/create-upload-part-urls",
    "databricks POST /api/2.0/fs/create-abort-upload-url",
    "databricks POST /api/2.0/fs/create-download-url",
    "databricks PUT /presigned/{token}/{part}",
    "databricks GET /presigned/{token}",
    "databricks DELETE /presigned/{token}",
)
def test_large_files_of_a_volume_go_in_parts(client, workspace, tmp_path):
    """As the SDK sends 50 MB and more: https://github.com/databricks/databricks-sdk-py/blob/main/databricks/sdk/mixins/files.py"""
    config = client.files._config
    config.files_ext_multipart_upload_min_stream_size = 1000
    config.files_ext_multipart_upload_default_part_size = 1000
    content = bytes(range(256)) * 16
    source = tmp_path / "large.bin"
    source.write_bytes(content)
    client.files.upload(f"{VOLUME}/large.bin", io.BytesIO(content), part_size=1000)
    with pytest.raises(AlreadyExists):
        client.files.upload(f"{VOLUME}/large.bin", io.BytesIO(b"x" * 2000), overwrite=False)
    client.files.upload_from(f"{VOLUME}/parallel.bin", str(source), part_size=1000, use_parallel=True)
    for name in ("large.bin", "parallel.bin"):
        assert client.files.download(f"{VOLUME}/{name}").contents.read() == content
        client.files.download_to(f"{VOLUME}/{name}", str(tmp_path / name), use_parallel=True)
        assert (tmp_path / name).read_bytes() == content
        client.files.delete(f"{VOLUME}/{name}")
    shown = json.dumps(workspace.control("GET", "/requests"))
    assert "/presigned/***" in shown and "session_token=***" in shown


def test_a_part_of_a_file_is_read_unless_the_file_has_changed(client):
    """Ranges as RFC 9110, to which https://docs.databricks.com/api/azure/workspace/files/download refers, defines them."""
    path = f"{VOLUME}/range.txt"
    client.files.upload(path, io.BytesIO(b"0123456789"))
    url = f"{client.config.host}/api/2.0/fs/files{path}"
    long_ago = "Mon, 01 Jan 2001 00:00:00 GMT"
    modified = client.files.get_metadata(path).last_modified
    for headers, status, content in (
        ({"Range": "bytes=2-4"}, 206, b"234"),
        ({"Range": "bytes=7-"}, 206, b"789"),
        ({"Range": "bytes=-2"}, 206, b"89"),
        ({"Range": "bytes=8-99"}, 206, b"89"),
        ({"Range": "bytes=10-"}, 416, None),
        ({"Range": "lines=1-2"}, 200, b"0123456789"),
        ({"If-Unmodified-Since": modified, "Range": "bytes=0-0"}, 206, b"0"),
        ({"If-Unmodified-Since": long_ago}, 412, None),
    ):
        answer = requests.get(url, headers={**client.config.authenticate(), **headers}, timeout=10)
        assert answer.status_code == status, headers
        assert content is None or answer.content == content, headers
        if status == 206:
            assert answer.headers["content-range"].endswith("/10"), headers
    client.files.delete(path)


def test_dbutils_and_paths_of_the_sdk_cross_from_dbfs_to_volumes(client):
    client.dbutils.fs.put("/tests/a.txt", "text", True)
    client.dbfs.copy("/tests/a.txt", f"{VOLUME}/copy/a.txt")
    client.dbfs.move_(f"{VOLUME}/copy/a.txt", "/tests/b.txt")
    assert client.dbutils.fs.head("/tests/b.txt") == "text"
    assert not client.dbfs.exists(f"{VOLUME}/copy/a.txt")
    client.dbutils.fs.mv("/tests/b.txt", "/tests/c.txt")
    assert [entry.name for entry in client.dbutils.fs.ls("/tests")] == ["a.txt", "c.txt"]
    client.dbutils.fs.rm("/tests", True)
