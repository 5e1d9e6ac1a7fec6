"""The settings of remote runs on Microsoft Fabric, and how pytest-fabric-spark signs in with them."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import certifi
import pytest
from pytest_fabric_spark.fabric import ask, fabric_platform
from pytest_fabric_spark.fabric.hosts import FABRIC_HOSTS
from pytest_fabric_spark.fabric.transport import GuardedTransport
from pytest_fabric_spark.hosts import host_problem
from pytest_fabric_spark.platform import RemoteError
from pytest_fabric_spark.sentences import could_not, did_you_mean, one_line
from pytest_fabric_spark.settings import Settings, load_settings, read_environment

GIVEN = {"FABRIC_TEST_WORKSPACE_NAME": "Shop", "FABRIC_TEST_LAKEHOUSE_NAME": "sales"}
LAKEHOUSE_ID = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def settings(tmp_path, said):
    def load(**variables: str) -> Settings:
        given = {**GIVEN, **{f"FABRIC_TEST_{name}": value for name, value in variables.items()}}
        return load_settings(tmp_path, {name: value for name, value in given.items() if value}, said.append)

    return load


def test_little_must_be_set(settings, tmp_path, said):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "Weather Shop"\n')
    found = settings()
    assert (found.workspace, found.lakehouse, found.environment) == ("Shop", "sales", None)
    assert (found.spark_job, found.project_folder, found.authentication) == ("Weather-Shop-tests", "Files/Weather-Shop", "auto")
    assert (found.api_url, found.portal_url) == ("https://api.fabric.microsoft.com", "https://app.fabric.microsoft.com")
    assert found.onelake_url == "https://onelake.dfs.fabric.microsoft.com"
    assert (found.allowed_hosts, found.uses_azcopy, said) == ((), False, [])


def test_a_project_without_a_name_has_that_of_its_folder(settings, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project\nname = 1")
    assert settings().project_folder == f"Files/{tmp_path.name}"


def test_ids_and_everything_else_can_be_given(settings):
    found = settings(
        LAKEHOUSE_ID=LAKEHOUSE_ID,
        SPARK_JOB_NAME="nightly",
        ENVIRONMENT_NAME="libraries",
        AUTH="Workload_Identity",
        TENANT_ID="tenant",
        CLIENT_ID="client",
        FEDERATED_TOKEN_FILE="/token",
        BASE_API_URI="https://localhost:8443/v1",
        ONELAKE_URL="https://localhost:8444",
        ALLOWED_HOSTS="localhost:8443, LOCALHOST:8444",
        PROJECT_FOLDER="/Files/team/größe/",
        SYNC="azcopy",
    )
    assert (found.lakehouse, found.spark_job, found.environment) == (LAKEHOUSE_ID, "nightly", "libraries")
    assert (found.authentication, found.tenant_id, found.client_id, found.token_file) == (
        "workload",
        "tenant",
        "client",
        "/token",
    )
    assert (found.api_url, found.portal_url) == ("https://localhost:8443",) * 2
    assert found.allowed_hosts == ("localhost:8443", "localhost:8444")
    assert (found.project_folder, found.uses_azcopy) == ("Files/team/größe", True)


def test_all_that_is_missing_or_wrong_is_one_error(settings):
    with pytest.raises(RemoteError) as caught:
        settings(WORKSPACE_NAME="", LAKEHOUSE_NAME="", LAKEHOSE_NAME="sales", AUTH="clii", SYNC="rsync", ONELAKE_URL="onelake")
    assert str(caught.value) == (
        "Could not run the tests on Fabric: FABRIC_TEST_WORKSPACE_NAME or FABRIC_TEST_WORKSPACE_ID (the workspace) is not set; "
        "FABRIC_TEST_LAKEHOUSE_NAME or FABRIC_TEST_LAKEHOUSE_ID (the lakehouse) is not set; "
        'FABRIC_TEST_AUTH is "clii" (did you mean "cli"?); '
        "FABRIC_TEST_ONELAKE_URL is not an address such as https://onelake.dfs.fabric.microsoft.com; "
        'FABRIC_TEST_SYNC is "rsync" (known: azcopy, sdk); '
        'FABRIC_TEST_LAKEHOSE_NAME looks like a misspelt "FABRIC_TEST_LAKEHOUSE_NAME"; '
        "set them in the environment or in test.env."
    )


@pytest.mark.parametrize(
    "folder", ["Tables/x", "Files", "Files/../x.", "Files/a//b", "Files/a\\b", "Files/notebook-ops", "Files/a."]
)
def test_a_project_folder_is_below_files(settings, folder):
    with pytest.raises(RemoteError, match="FABRIC_TEST_PROJECT_FOLDER is"):
        settings(PROJECT_FOLDER=folder)


def test_misspelt_variables_are_said_and_those_of_others_are_not(settings, said):
    settings(
        ENVIROMENT_NAME="x",
        HOST="h",
        DWH_NAME="d",
        LIVY_SESSION_NAME="s",
        FEDERATED_TOKEN_URL="u",
        THREADS="4",
        PURVIEW_ENDPOINT="p",
    )
    assert said == ['The variable FABRIC_TEST_ENVIROMENT_NAME has no effect; did you mean "FABRIC_TEST_ENVIRONMENT_NAME"?']


def test_test_env_is_read_and_the_environment_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("FABRIC_TEST_WORKSPACE_NAME", "mine")
    assert "FABRIC_TEST_LAKEHOUSE_NAME" not in os.environ
    (tmp_path / "test.env").write_text("FABRIC_TEST_WORKSPACE_NAME=theirs\nFABRIC_TEST_LAKEHOUSE_NAME='sales' # the one\n")
    found = read_environment(tmp_path)
    assert (found["FABRIC_TEST_WORKSPACE_NAME"], found["FABRIC_TEST_LAKEHOUSE_NAME"]) == ("mine", "sales")
    (tmp_path / "test.env").write_text(f"FABRIC_TEST_WORKSPACE_ID={LAKEHOUSE_ID}\nFABRIC_TEST_LAKEHOUSE_ID={LAKEHOUSE_ID}\n")
    found = load_settings(tmp_path, read_environment(tmp_path), print)
    assert (found.workspace, found.lakehouse) == ("mine", LAKEHOUSE_ID), "what the environment names is not the id of the file"
    (tmp_path / "test.env").write_bytes(b"\xff\xfe")
    with pytest.raises(RemoteError, match=r"Could not read .*test\.env"):
        read_environment(tmp_path)


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("https://api.fabric.microsoft.com", True),
        ("https://westeurope-onelake.dfs.fabric.microsoft.com", True),
        ("http://api.fabric.microsoft.com", False),
        ("https://api.fabric.microsoft.com:444", False),
        ("https://evilfabric.microsoft.com", False),
        ("https://api.fabric.microsoft.com.evil.example", False),
        ("https://me@api.fabric.microsoft.com", False),
        ("https://127.0.0.1", False),
        ("https://localhost:8443", True),
        ("https://localhost:8444", False),
        ("http://localhost:8443", False),
        ("https://proxy.example", True),
        ("https://proxy.example:8443", True),
    ],
)
def test_only_known_or_listed_hosts_get_a_token(address, is_allowed):
    assert (host_problem(address, FABRIC_HOSTS, ("localhost:8443", "proxy.example")) is None) == is_allowed


def test_sentences():
    assert could_not("read x", "Could not open it. ", "look.") == "Could not read x: could not open it; look."
    assert did_you_mean("chek", ["check", "chalk"], "no") == 'did you mean "check"?'
    assert did_you_mean("zzz", ["check"], "look") == "look"
    text = "\x1b[31mred\x1b[0m\r\n##vso[x]\x07\u202e eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln  end"
    assert one_line(text) == "red ##vso[x] *** end"
    assert one_line("x" * 400) == "x" * 299 + "…"


@pytest.fixture
def az(tmp_path, monkeypatch):
    """A program in place of the Azure CLI."""

    def make(script: str) -> None:
        file = tmp_path / "bin" / "az"
        file.parent.mkdir()
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(file.stat().st_mode | stat.S_IEXEC)
        monkeypatch.setenv("PATH", str(file.parent), prepend=os.pathsep)

    return make


SIGNED_OUT = "echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1"


def sign_in_error(tmp_path: Path, monkeypatch, authentication: str) -> str:
    monkeypatch.setenv("FABRIC_TEST_AUTH", authentication)
    with pytest.raises(RemoteError) as caught:
        fabric_platform(tmp_path, lambda _line: None)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_failed_sign_in_is_one_sentence(workspace, tmp_path, monkeypatch, az):
    az(SIGNED_OUT)
    expected = "Could not sign in to Fabric by the Azure CLI: nobody is signed in to it; run az login."
    assert sign_in_error(tmp_path, monkeypatch, "cli") == expected
    secret = os.environ["AZURE_CLIENT_SECRET"]
    monkeypatch.setenv("AZURE_CLIENT_SECRET", f"{secret}-old")
    message = sign_in_error(tmp_path, monkeypatch, "environment")
    assert message.startswith("Could not sign in to Fabric by the environment: Microsoft Entra ID refused it: AADSTS7000215 (")
    assert secret not in message
    assert "AADSTS7000215" in sign_in_error(tmp_path, monkeypatch, "auto")
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    assert sign_in_error(tmp_path, monkeypatch, "environment") == (
        "Could not sign in to Fabric by the environment: AZURE_CLIENT_SECRET is not set; "
        "set AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET to those of a service principal."
    )
    assert "set FABRIC_TEST_TENANT_ID, FABRIC_TEST_CLIENT_ID" in sign_in_error(tmp_path, monkeypatch, "workload")


def test_a_service_principal_may_be_in_test_env(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("FABRIC_TEST_AUTH", "environment")
    lines = [f"AZURE_CLIENT_SECRET='{os.environ['AZURE_CLIENT_SECRET']}'"]
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    (tmp_path / "test.env").write_text("\n".join(lines))
    assert fabric_platform(tmp_path, lambda _line: None).name == "Microsoft Fabric"


def test_a_network_that_fails_is_a_sentence(workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(ask, "pause", lambda _seconds: None)
    monkeypatch.setattr(GuardedTransport, "sleep", lambda _self, _seconds: None)
    advice = "check the network, the proxy and the certificates of this machine."
    with socket.socket() as closed:
        closed.bind(("localhost", 0))
        address = f"localhost:{closed.getsockname()[1]}"
        monkeypatch.setenv("FABRIC_TEST_BASE_API_URI", f"https://{address}")
        monkeypatch.setenv("FABRIC_TEST_ALLOWED_HOSTS", f"{os.environ['FABRIC_TEST_ALLOWED_HOSTS']},{address}")
        message = sign_in_error(tmp_path, monkeypatch, "environment")
    assert message.endswith(f": the host refuses connections; {advice}")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
    for authentication in ("environment", "auto"):
        message = sign_in_error(tmp_path, monkeypatch, authentication)
        assert message == f"Could not sign in to Fabric: the certificate of the host is not trusted; {advice}"


def test_an_authority_that_is_not_listed_gets_no_secret(workspace, tmp_path, monkeypatch):
    before = len(workspace.control("GET", "/requests"))
    monkeypatch.setenv("FABRIC_TEST_ALLOWED_HOSTS", workspace.ready["fabricUrl"].removeprefix("https://"))
    assert "(AZURE_AUTHORITY_HOST): it is not an address of the platform" in sign_in_error(tmp_path, monkeypatch, "environment")
    assert len(workspace.control("GET", "/requests")) == before


def test_a_token_endpoint_elsewhere_gets_no_secret(workspace, tmp_path, monkeypatch):
    elsewhere = f"{workspace.ready['databricksUrl']}/oauth2/token"
    document = {"token_endpoint": elsewhere, "authorization_endpoint": elsewhere, "issuer": workspace.ready["authorityUrl"]}
    match = {"service": "entra", "method": "GET", "path": "openid-configuration"}
    workspace.fault({"match": match, "times": 9, "when": "before", "then": {"status": 200, "body": document}})
    before = len(workspace.control("GET", "/requests"))
    message = sign_in_error(tmp_path, monkeypatch, "environment")
    workspace.control("DELETE", "/faults")
    assert message.startswith("Could not ") and "gets no token" in message
    assert {entry["service"] for entry in workspace.control("GET", "/requests")[before:]} == {"entra"}


def test_the_address_of_fabric_must_be_one_of_the_platform(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("FABRIC_TEST_BASE_API_URI", "https://fabric.evil.example/v1")
    message = sign_in_error(tmp_path, monkeypatch, "environment")
    assert message == (
        "Could not use https://fabric.evil.example (FABRIC_TEST_BASE_API_URI): it is not a host of the platform, "
        "so it gets no token; "
        "correct FABRIC_TEST_BASE_API_URI, or add the host to FABRIC_TEST_ALLOWED_HOSTS if you trust it."
    )


def test_a_file_of_the_project_cannot_say_who_gets_a_token(tmp_path, monkeypatch):
    monkeypatch.delenv("FABRIC_TEST_ALLOWED_HOSTS", raising=False)
    monkeypatch.delenv("DATABRICKS_TEST_ALLOWED_HOSTS", raising=False)
    (tmp_path / "test.env").write_text(
        "FABRIC_TEST_ALLOWED_HOSTS=evil.example\nDATABRICKS_TEST_ALLOWED_HOSTS=evil.example\nA=b\n"
    )
    found = read_environment(tmp_path)
    assert (found["A"], found.keys() & {"FABRIC_TEST_ALLOWED_HOSTS", "DATABRICKS_TEST_ALLOWED_HOSTS"}) == ("b", set())
