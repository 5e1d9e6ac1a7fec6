"""OneLake by the unmodified storage SDKs of Azure for Python: the DFS API and the Blob API over the same files."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
import requests
from azure.core import MatchConditions
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
)
from azure.identity import ClientSecretCredential
from azure.storage.blob import BlobBlock, BlobServiceClient, ContentSettings
from azure.storage.filedatalake import ContentSettings as PathSettings
from azure.storage.filedatalake import DataLakeServiceClient

WORKSPACE_ID = "11111111-2222-4333-8444-555555555555"
LAKEHOUSE_ID = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
FILES = "Sales.Lakehouse/Files"


@pytest.fixture(scope="module")
def config():
    return {
        "serviceConnections": {"outsider": {"type": "azurerm", "inFabric": False}},
        "fabric": {
            "capacities": [{"name": "small"}, {"name": "asleep", "state": "Paused"}],
            "workspaces": [
                {
                    "name": "Shop",
                    "id": WORKSPACE_ID,
                    "capacity": "small",
                    "lakehouses": [{"name": "Sales", "id": LAKEHOUSE_ID}, "Stock"],
                },
                {"name": "Closed", "capacity": "asleep", "lakehouses": ["Old"]},
            ],
        },
    }


def credential(workspace, connection: str | None = None) -> ClientSecretCredential:
    """A service connection, or the workspace's own application."""
    source = workspace.service_principals[connection] if connection else workspace.ready
    return ClientSecretCredential(
        workspace.ready["tenantId"],
        source["clientId"],
        source["clientSecret"],
        authority=workspace.ready["authorityUrl"],
        disable_instance_discovery=True,
    )


@pytest.fixture(scope="module")
def lake(workspace):
    """The workspace `Shop` as a filesystem."""
    service = DataLakeServiceClient(workspace.ready["oneLakeDfsUrl"], credential(workspace), retry_total=0)
    return service.get_file_system_client("Shop")


@pytest.fixture(scope="module")
def container(workspace):
    """The workspace `Shop` as a container."""
    service = BlobServiceClient(
        workspace.ready["oneLakeBlobUrl"],
        credential(workspace),
        retry_total=0,
        max_single_put_size=64,
        max_block_size=32,
        max_single_get_size=64,
        max_chunk_get_size=32,
    )
    return service.get_container_client("Shop")


@pytest.fixture(scope="module")
def folder(workspace):
    """The folder of this machine that notebooks see as `Files` of the lakehouse."""
    return os.path.join(os.path.dirname(workspace.ready["caFile"]), "onelake", WORKSPACE_ID, LAKEHOUSE_ID, "Files")


@pytest.mark.proves(
    "azure-storage-file-datalake",
    "onelake PUT /{account?=onelake}/{workspace}/{path*}?resource=file",
    "onelake PATCH /{account?=onelake}/{workspace}/{path*}?action=append",
    "onelake PATCH /{account?=onelake}/{workspace}/{path*}?action=flush",
    "onelake HEAD /{account?=onelake}/{workspace}/{path*}",
    "onelake GET /{account?=onelake}/{workspace}/{path*}",
)
def test_a_file_is_created_appended_flushed_and_read(lake, folder):
    file = lake.create_file(f"{FILES}/written/größe 100% +&#.txt", metadata={"owner": "ada"})
    assert file.download_file().readall() == b""
    file.append_data(b"world", 6)
    file.append_data(b"hello ", 0, validate_content=True)
    assert file.get_file_properties().size == 0
    settings = PathSettings(content_type="text/plain", content_md5=hashlib.md5(b"hello world").digest())
    file.flush_data(11, content_settings=settings)
    with open(os.path.join(folder, "written", "größe 100% +&#.txt"), encoding="utf-8") as local:
        assert local.read() == "hello world"
    assert file.download_file(offset=6, length=3).readall() == b"wor"
    properties = file.get_file_properties()
    assert (properties.size, properties.metadata) == (11, {"owner": "ada"})
    assert properties.content_settings.content_type == "text/plain"
    assert properties.content_settings.content_md5 == settings.content_md5
    file.append_data(b"!", 11, flush=True)
    assert file.download_file().readall() == b"hello world!"


def test_data_with_a_gap_or_another_end_is_not_flushed(lake):
    file = lake.create_file(f"{FILES}/gap.txt")
    file.append_data(b"abc", 2)
    with pytest.raises(HttpResponseError, match="InvalidFlushPosition"):
        file.flush_data(5)
    file.append_data(b"xx", 0)
    with pytest.raises(HttpResponseError, match="InvalidFlushPosition"):
        file.flush_data(6)
    file.flush_data(5)
    assert file.download_file().readall() == b"xxabc"


@pytest.mark.proves(
    "azure-storage-file-datalake",
    "onelake GET /{account?=onelake}/{workspace}?resource=filesystem",
    "onelake PUT /{account?=onelake}/{workspace}/{path*}?resource=directory",
    "onelake PUT /{account?=onelake}/{workspace}/{path*}",
    "onelake DELETE /{account?=onelake}/{workspace}/{path*}",
)
def test_folders_are_listed_page_by_page_renamed_and_deleted(lake, workspace):
    tree = f"{FILES}/tree"
    lake.create_directory(f"{tree}/empty")
    for name in ["a.txt", "b/c.txt", "b/d.txt", "e.txt"]:
        lake.get_file_client(f"{tree}/{name}").upload_data(name.encode(), overwrite=True)
    pages = [[path.name for path in page] for page in lake.get_paths(tree, max_results=2).by_page()]
    assert pages == [[f"{tree}/a.txt", f"{tree}/b"], [f"{tree}/b/c.txt", f"{tree}/b/d.txt"], [f"{tree}/e.txt", f"{tree}/empty"]]
    level = {path.name: (path.is_directory, path.content_length) for path in lake.get_paths(tree, recursive=False)}
    assert level[f"{tree}/b"] == (True, 0) and level[f"{tree}/a.txt"] == (False, 5) and len(level) == 4
    listed = [path.name for path in lake.get_paths(recursive=False)]
    assert listed == ["Sales.Lakehouse", "Stock.Lakehouse"]

    moved = lake.get_directory_client(f"{tree}/b").rename_directory(f"Shop/{tree}/moved")
    assert [path.name for path in lake.get_paths(f"{tree}/moved")] == [f"{tree}/moved/c.txt", f"{tree}/moved/d.txt"]
    assert moved.get_file_client("c.txt").download_file().readall() == b"b/c.txt"
    with pytest.raises(ResourceNotFoundError):
        lake.get_directory_client(f"{tree}/b").get_directory_properties()
    assert f"Shop/{tree}" in [entry["name"] for entry in workspace.ledger()["oneLakeFiles"]]
    lake.delete_directory(tree)
    assert f"Shop/{tree}" not in [entry["name"] for entry in workspace.ledger()["oneLakeFiles"]]
    with pytest.raises(ResourceNotFoundError, match="PathNotFound"):
        list(lake.get_paths(tree))


def test_ids_name_the_same_files_and_lists_use_them(workspace, lake):
    lake.get_file_client(f"{FILES}/by-id/data.txt").upload_data(b"same", overwrite=True)
    service = DataLakeServiceClient(workspace.ready["oneLakeDfsUrl"], credential(workspace), retry_total=0)
    by_id = service.get_file_system_client(WORKSPACE_ID.upper())
    assert [path.name for path in by_id.get_paths(f"{LAKEHOUSE_ID}/Files/by-id")] == [f"{LAKEHOUSE_ID}/Files/by-id/data.txt"]
    assert LAKEHOUSE_ID in [path.name for path in by_id.get_paths(recursive=False)]
    with pytest.raises(HttpResponseError, match="both be given by name, or both by id"):
        list(by_id.get_paths(FILES))
    with pytest.raises(ResourceNotFoundError, match="ArtifactNotFound"):
        list(lake.get_paths("Nothing.Lakehouse/Files"))
    with pytest.raises(ResourceNotFoundError, match="WorkspaceNotFound"):
        list(service.get_file_system_client("Nowhere").get_paths(FILES))


@pytest.mark.proves(
    "azure-storage-file-datalake",
    "onelake HEAD /{account?=onelake}/{workspace}/{path*}",
    "onelake PATCH /{account?=onelake}/{workspace}/{path*}?action=setAccessControl",
    "onelake PATCH /{account?=onelake}/{workspace}/{path*}?action=setAccessControlRecursive",
)
def test_access_is_shown_and_only_fabric_sets_it(lake):
    file = lake.get_file_client(f"{FILES}/access.txt")
    file.upload_data(b"x", permissions="0777", umask="0000", overwrite=True)
    access = file.get_access_control()
    assert (access["owner"], access["permissions"], access["acl"]) == ("$superuser", "---------", "rwx")
    with pytest.raises(HttpResponseError, match="UnsupportedQueryParameter"):
        file.set_access_control(permissions="0777")
    with pytest.raises(HttpResponseError, match="UnsupportedQueryParameter"):
        lake.get_directory_client(FILES).set_access_control_recursive("user::rwx")


@pytest.mark.proves(
    "azure-storage-blob",
    "onelake PUT /{account?=onelake}/{workspace}/{path*}",
    "onelake PUT /{account?=onelake}/{workspace}/{path*}?comp=properties",
    "onelake PUT /{account?=onelake}/{workspace}/{path*}?comp=metadata",
    "onelake DELETE /{account?=onelake}/{workspace}/{path*}",
    "onelake HEAD /{account?=onelake}/{workspace}/{path*}",
    "onelake GET /{account?=onelake}/{workspace}/{path*}",
)
def test_a_blob_keeps_its_properties_until_a_notebook_changes_it(container, folder):
    blob = container.get_blob_client(f"{FILES}/blobs/data.csv")
    blob.upload_blob(b"a,b\n1,2\n", content_settings=ContentSettings("text/csv"), metadata={"run": "7"})
    first = blob.get_blob_properties()
    assert first.content_settings.content_md5 == hashlib.md5(b"a,b\n1,2\n").digest()
    assert (first.content_settings.content_type, first.metadata) == ("text/csv", {"run": "7"})
    blob.set_blob_metadata({"run": "8"})
    blob.set_http_headers(ContentSettings("text/plain", cache_control="no-store"))
    second = blob.get_blob_properties()
    assert (second.metadata, second.content_settings.cache_control) == ({"run": "8"}, "no-store")
    assert second.etag != first.etag
    with open(os.path.join(folder, "blobs", "data.csv"), "w", encoding="utf-8") as local:
        local.write("b,a\n2,1\n")
    third = blob.get_blob_properties()
    assert (third.content_settings.content_md5, third.metadata, third.size) == (None, {}, 8)
    assert third.etag != second.etag
    assert blob.download_blob().readall() == b"b,a\n2,1\n"
    blob.delete_blob()
    assert not blob.exists()


@pytest.mark.proves(
    "azure-storage-blob",
    "onelake PUT /{account?=onelake}/{workspace}/{path*}?comp=block",
    "onelake PUT /{account?=onelake}/{workspace}/{path*}?comp=blocklist",
    "onelake GET /{account?=onelake}/{workspace}/{path*}?comp=blocklist",
)
def test_a_blob_is_written_in_blocks_and_read_in_ranges(container):
    content = bytes(range(256)) * 2
    blob = container.get_blob_client(f"{FILES}/blocks.bin")
    blob.upload_blob(content, metadata={"kind": "bytes"}, validate_content=True)
    assert blob.download_blob().readall() == content
    assert blob.download_blob(offset=500, length=100).readall() == content[500:]
    committed, uncommitted = blob.get_block_list("all")
    assert ([block.size for block in committed], uncommitted) == ([32] * 16, [])
    blob.stage_block("000000000000000000000000000000000000000000000099", b"new")
    committed, uncommitted = blob.get_block_list("all")
    assert len(uncommitted) == 1
    blob.commit_block_list([BlobBlock(uncommitted[0].id), BlobBlock(committed[0].id)])
    assert blob.download_blob().readall() == b"new" + content[:32]
    assert blob.get_blob_properties().metadata == {}
    with pytest.raises(HttpResponseError, match="InvalidBlockList"):
        blob.commit_block_list([BlobBlock("000000000000000000000000000000000000000000000098")])


@pytest.mark.proves("azure-storage-blob", "onelake GET /{account?=onelake}/{workspace}?restype=container&comp=list")
def test_blobs_are_listed_flat_and_by_folder(container):
    tree = f"{FILES}/flat"
    for name in ["one.txt", "two/<three> & ä.txt", "two/four.txt", "twofold.txt"]:
        container.upload_blob(f"{tree}/{name}", b"x", metadata={"name": "x"})
    pages = [list(page) for page in container.list_blobs(f"{tree}/", include=["metadata"], results_per_page=2).by_page()]
    names = [[blob.name[len(tree) + 1 :] for blob in page] for page in pages]
    assert names == [["one.txt", "two"], ["two/<three> & ä.txt", "two/four.txt"], ["twofold.txt"]]
    folder_blob, file_blob = pages[0][1], pages[0][0]
    assert folder_blob.metadata == {"hdi_isfolder": "true"}
    assert (file_blob.metadata, file_blob.size) == ({"name": "x"}, 1)
    assert file_blob.content_settings.content_md5 == hashlib.md5(b"x").digest()
    assert {blob.name for blob in container.walk_blobs(f"{tree}/")} == {f"{tree}/one.txt", f"{tree}/two/", f"{tree}/twofold.txt"}
    assert [blob.name for blob in container.list_blobs(f"{tree}/twof")] == [f"{tree}/twofold.txt"]
    assert list(container.list_blobs(f"{FILES}/nothing/")) == []


def test_conditions_protect_what_is_there(container, lake):
    blob = container.get_blob_client(f"{FILES}/conditions.txt")
    first = blob.upload_blob(b"1")
    with pytest.raises(ResourceExistsError, match="BlobAlreadyExists"):
        blob.upload_blob(b"2")
    with pytest.raises(ResourceExistsError, match="PathAlreadyExists"):
        lake.get_file_client(f"{FILES}/conditions.txt").create_file(match_condition=MatchConditions.IfMissing)
    blob.upload_blob(b"2", etag=first["etag"], match_condition=MatchConditions.IfNotModified, overwrite=True)
    with pytest.raises(ResourceModifiedError, match="ConditionNotMet"):
        blob.upload_blob(b"3", etag=first["etag"], match_condition=MatchConditions.IfNotModified, overwrite=True)
    with pytest.raises(ResourceModifiedError):
        blob.delete_blob(etag=first["etag"], match_condition=MatchConditions.IfNotModified)
    assert blob.download_blob().readall() == b"2"
    with pytest.raises(HttpResponseError, match="Md5Mismatch"):
        blob.upload_blob(b"3", overwrite=True, headers={"Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="})


def test_of_conditional_writes_at_once_one_wins(container):
    def create(number: int) -> bool:
        try:
            container.upload_blob(f"{FILES}/lock.txt", str(number).encode())
        except ResourceExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(create, range(8))).count(True) == 1


@pytest.mark.proves(
    "azure-storage-blob",
    "onelake GET /{account?=onelake}/{workspace}?restype=container",
    "onelake PUT /{account?=onelake}/{workspace}",
    "onelake DELETE /{account?=onelake}/{workspace}",
)
def test_workspaces_and_managed_folders_belong_to_fabric(container, lake):
    assert container.exists()
    for change in [
        container.create_container,
        container.delete_container,
        lambda: lake.create_directory("Sales.Lakehouse/Other"),
        lambda: lake.delete_directory("Sales.Lakehouse/Tables"),
        lambda: lake.delete_directory("Sales.Lakehouse"),
        lambda: container.upload_blob("Sales.Lakehouse/file.txt", b"x"),
        lambda: lake.get_directory_client(f"{FILES}/tree").rename_directory("Shop/Sales.Lakehouse/Tree"),
    ]:
        with pytest.raises(HttpResponseError, match="OperationNotAllowedOnThePath"):
            change()


def test_who_has_no_role_is_forbidden_and_a_paused_capacity_answers_nobody(workspace):
    url = workspace.ready["oneLakeBlobUrl"]
    outsider = BlobServiceClient(url, credential(workspace, "outsider"), retry_total=0)
    with pytest.raises(HttpResponseError, match="AuthorizationPermissionMismatch") as raised:
        list(outsider.get_container_client("Shop").list_blobs(f"{FILES}/"))
    assert raised.value.status_code == 403
    closed = BlobServiceClient(url, credential(workspace), retry_total=0).get_container_client("Closed")
    with pytest.raises(HttpResponseError, match="CapacityNotActive"):
        closed.upload_blob("Old.Lakehouse/Files/x.txt", b"x")


def test_another_token_gets_the_challenge_of_storage(workspace):
    url = f"{workspace.ready['oneLakeDfsUrl']}/Shop/{FILES}/x.txt"
    challenge = f"Bearer authorization_uri={workspace.ready['authorityUrl']}/{workspace.ready['tenantId']}/oauth2/authorize"
    vault_token = credential(workspace).get_token("https://vault.azure.net/.default").token
    own_token = credential(workspace).get_token("https://storage.azure.com/.default").token
    claims = jwt.decode(own_token, options={"verify_signature": False})
    forged = jwt.encode(claims, "x" * 32)
    foreign = jwt.encode({**claims, "iss": "https://sts.windows.net/another-tenant/"}, "x" * 32)
    for headers, code, detail in [
        ({}, "NoAuthenticationInformation", ""),
        ({"Authorization": "Bearer x"}, "InvalidAuthenticationInfo", "Token is malformed."),
        ({"Authorization": f"Bearer {vault_token}"}, "InvalidAuthenticationInfo", "Audience validation failed."),
        ({"Authorization": f"Bearer {forged}"}, "InvalidAuthenticationInfo", "Signature validation failed."),
        ({"Authorization": f"Bearer {foreign}"}, "InvalidAuthenticationInfo", "Issuer validation failed."),
        ({"Authorization": "SharedKey onelake:x"}, "InvalidAuthenticationInfo", "scheme is not supported"),
    ]:
        answer = requests.get(url, headers={"x-ms-client-request-id": "mine", **headers}, timeout=10)
        assert (answer.status_code, answer.headers["x-ms-error-code"]) == (401, code)
        assert answer.headers["www-authenticate"] == f"{challenge} resource_id=https://storage.azure.com"
        assert answer.headers["x-ms-client-request-id"] == "mine"
        assert detail in answer.text
    wrong = {"account_name": "onelake", "account_key": "c2hhcmVkIGtleQ=="}
    with pytest.raises(ClientAuthenticationError):
        BlobServiceClient(workspace.ready["oneLakeBlobUrl"], wrong, retry_total=0).get_container_client("Shop").exists()


def test_links_and_paths_that_leave_the_item_find_nothing(workspace, lake, container, folder):
    lake.get_file_client(f"{FILES}/links/real.txt").upload_data(b"real", overwrite=True)
    os.symlink(workspace.ready["caFile"], os.path.join(folder, "links", "file"))
    os.symlink(os.path.dirname(workspace.ready["caFile"]), os.path.join(folder, "links", "folder"))
    ca_name = os.path.basename(workspace.ready["caFile"])
    assert [path.name for path in lake.get_paths(f"{FILES}/links")] == [f"{FILES}/links/real.txt"]
    assert [blob.name for blob in container.walk_blobs(f"{FILES}/links/folder/")] == []
    for path in ["links/file", f"links/folder/{ca_name}"]:
        with pytest.raises(ResourceNotFoundError):
            lake.get_file_client(f"{FILES}/{path}").download_file()
    with pytest.raises(HttpResponseError, match="PathConflict"):
        lake.get_file_client(f"{FILES}/links/folder/new.txt").create_file()
    lake.get_file_client(f"{FILES}/links/file").upload_data(b"mine", overwrite=True)
    with open(workspace.ready["caFile"], encoding="utf-8") as ca:
        assert "CERTIFICATE" in ca.read()
    token = credential(workspace).get_token("https://storage.azure.com/.default").token
    headers = {"Authorization": f"Bearer {token}"}
    for path in [f"..%2f..%2f..%2f{ca_name}", f"a%2f..%2f..%2f..%2f{ca_name}", "a%00b"]:
        url = f"{workspace.ready['oneLakeDfsUrl']}/Shop/{FILES}/{path}"
        assert requests.get(url, headers=headers, timeout=10).headers["x-ms-error-code"] == "InvalidUri"


@pytest.mark.proves(
    "requests",
    "onelake GET /{account?=onelake}/{workspace}/{path*}?resource=filesystem",
    "onelake PATCH /{account?=onelake}/{workspace}/{path*}?action=setProperties",
    "onelake PATCH /{account?=onelake}/{workspace}",
    "onelake HEAD /{account?=onelake}/{workspace}",
)
def test_what_no_sdk_for_python_asks(workspace, lake):
    lake.get_file_client(f"{FILES}/raw.txt").upload_data(b"x", overwrite=True)
    token = credential(workspace).get_token("https://storage.azure.com/.default").token
    session = requests.Session()
    session.headers.update({"Authorization": f"Bearer {token}", "x-ms-version": "2023-11-03"})
    url = f"{workspace.ready['oneLakeDfsUrl']}/Shop"
    answer = session.get(f"{url}/Sales.Lakehouse/?resource=filesystem&recursive=false", timeout=10).json()
    assert [path["name"] for path in answer["paths"]] == ["Sales.Lakehouse/Files", "Sales.Lakehouse/Tables"]
    assert answer["paths"][0]["isDirectory"] == "true" and answer["ContinuationToken"] is None
    answer = session.patch(
        f"{url}/{FILES}/raw.txt?action=setProperties", headers={"x-ms-properties": "team=d2VhdGhlcg=="}, timeout=10
    )
    assert (answer.status_code, answer.headers["x-ms-version"]) == (200, "2023-11-03")
    assert lake.get_file_client(f"{FILES}/raw.txt").get_file_properties().metadata == {"team": "weather"}
    for invalid in ["team=Cg==", "a-b=d2VhdGhlcg==", "team"]:
        answer = session.patch(f"{url}/{FILES}/raw.txt?action=setProperties", headers={"x-ms-properties": invalid}, timeout=10)
        assert answer.status_code == 400
    answer = session.patch(f"{url}?resource=filesystem", headers={"x-ms-properties": ""}, timeout=10)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "OperationNotAllowedOnThePath")
    assert session.head(f"{url}?resource=filesystem", timeout=10).headers["x-ms-namespace-enabled"] == "true"
    answer = session.put(f"{url}/{FILES}/acl?resource=file", headers={"x-ms-owner": "me"}, timeout=10)
    assert (answer.status_code, answer.headers["x-ms-rejected-headers"]) == (201, "x-ms-owner")
    answer = session.post(f"{url}?restype=service&comp=userdelegationkey", timeout=10)
    assert (answer.status_code, answer.headers["x-ms-error-code"]) == (501, "NotImplemented")
    answer = session.get(f"{url}/{FILES}/raw.txt", headers={"x-ms-range": "bytes=5-"}, timeout=10)
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */1")


def test_a_large_file_goes_through_without_being_kept_in_memory(lake, container, folder):
    block = os.urandom(1024 * 1024)
    digest = hashlib.md5()
    for _ in range(24):
        digest.update(block)
    file = lake.get_file_client(f"{FILES}/large.bin")
    file.create_file()
    for i in range(3):
        file.append_data(block * 8, i * 8 * len(block), validate_content=True)
    file.flush_data(24 * len(block))
    read = hashlib.md5()
    for chunk in file.download_file().chunks():
        read.update(chunk)
    assert read.digest() == digest.digest()
    uploads = os.path.join(folder, *[".."] * 4, "onelake-uploads")
    assert os.listdir(uploads) == []


def test_the_account_may_begin_the_path(workspace):
    url = f"{workspace.ready['oneLakeDfsUrl']}/onelake"
    service = DataLakeServiceClient(url, credential(workspace), retry_total=0)
    lake = service.get_file_system_client("Shop")
    lake.create_directory(f"{FILES}/account").get_file_client("a.txt").upload_data(b"a", overwrite=True)
    assert [path.name for path in lake.get_paths(f"{FILES}/account")] == [f"{FILES}/account/a.txt"]


def test_an_expired_token_is_refused(workspace):
    token = credential(workspace).get_token("https://storage.azure.com/.default").token
    workspace.advance(2 * 3600)  # the last test, since the clients above would need new tokens
    url = f"{workspace.ready['oneLakeBlobUrl']}/Shop/{FILES}/x.txt"
    answer = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert (answer.status_code, answer.headers["x-ms-error-code"]) == (401, "InvalidAuthenticationInfo")
    assert "Lifetime validation failed. The token is expired." in answer.text
