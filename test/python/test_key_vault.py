"""The key vault and Entra ID, by the unmodified Azure SDK for Python."""

from __future__ import annotations

import pytest
import requests
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.identity import CertificateCredential, ClientSecretCredential
from azure.keyvault.secrets import SecretClient


@pytest.fixture(scope="module")
def config():
    return {
        "serviceConnections": {
            "reader": {"type": "azurerm"},
            "by-certificate": {"type": "azurerm", "scheme": "certificate"},
            "deleter": {"type": "azurerm", "keyVaultPermissions": ["get", "delete"]},
            "outsider": {"type": "azurerm", "keyVaultPermissions": []},
        },
        "keyVault": {
            "secrets": {
                "password": "hunter2",
                "off": {"value": "x", "enabled": False},
                "old": {"value": "x", "expires": "2020-01-01T00:00:00Z"},
                **{f"many-{i:02}": str(i) for i in range(30)},
            }
        },
    }


def credential(workspace, client_id: str, client_secret: str) -> ClientSecretCredential:
    """A credential by secret."""
    ready = workspace.ready
    return ClientSecretCredential(
        ready["tenantId"], client_id, client_secret, authority=ready["authorityUrl"], disable_instance_discovery=True
    )


def vault(workspace, connection: str | None = None) -> SecretClient:
    """The vault as a service connection, else as the workspace's own application, sees it."""
    source = workspace.service_principals[connection] if connection else workspace.ready
    identity = credential(workspace, source["clientId"], source["clientSecret"])
    # localhost is no vault.azure.net, which is all that the SDK's check of the challenge is about.
    return SecretClient(workspace.ready["keyVaultUrl"], identity, verify_challenge_resource=False)


@pytest.mark.proves(
    "azure-keyvault-secrets",
    "key-vault GET /secrets/{name}/{version}",
    "key-vault GET /secrets",
)
def test_a_vault_is_read_page_by_page(workspace):
    client = vault(workspace, "reader")
    listed = {item.name: item for item in client.list_properties_of_secrets()}
    assert len(listed) == 33
    assert (listed["off"].enabled, listed["old"].expires_on.year) == (False, 2020)
    secret = client.get_secret("password")
    assert client.get_secret("password", secret.properties.version).value == "hunter2"


def test_each_secret_is_on_one_page_of_the_size_that_is_asked_for(workspace):
    pages = [
        [item.name for item in page] for page in vault(workspace, "reader").list_properties_of_secrets(max_page_size=10).by_page()
    ]
    assert [len(page) for page in pages] == [10, 10, 10, 3]
    assert len({name for page in pages for name in page}) == 33


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/secrets?maxresults=0", None),
        ("GET", "/secrets?maxresults=26", None),
        ("GET", "/secrets?maxresults=many", None),
        ("PUT", "/secrets/mine", {}),
        ("PUT", "/secrets/mine", {"value": 1}),
        # https://learn.microsoft.com/azure/key-vault/secrets/about-secrets
        ("PUT", "/secrets/mine", {"value": "x" * 25_601}),
        ("PUT", "/secrets/mine", {"value": "x", "tags": {str(i): "x" for i in range(16)}}),
    ],
)
def test_a_parameter_that_is_not_valid_is_a_bad_request(workspace, method, path, body):
    ready = workspace.ready
    token = credential(workspace, ready["clientId"], ready["clientSecret"]).get_token("https://vault.azure.net/.default")
    url = f"{ready['keyVaultUrl']}{path}{'&' if '?' in path else '?'}api-version=7.4"
    answer = requests.request(method, url, json=body, headers={"Authorization": f"Bearer {token.token}"}, timeout=10)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadParameter")


def test_a_disabled_secret_cannot_be_read(workspace):
    with pytest.raises(HttpResponseError, match="disabled secret") as raised:
        vault(workspace, "reader").get_secret("off")
    assert (raised.value.status_code, raised.value.error.innererror["code"]) == (403, "SecretDisabled")


def test_a_missing_secret_is_not_found(workspace):
    with pytest.raises(ResourceNotFoundError, match="SecretNotFound"):
        vault(workspace, "reader").get_secret("none")


def test_who_has_no_permission_is_forbidden(workspace):
    with pytest.raises(HttpResponseError, match="does not have secrets get permission"):
        vault(workspace, "outsider").get_secret("password")


@pytest.mark.proves(
    "azure-keyvault-secrets",
    "key-vault PUT /secrets/{name}",
    "key-vault PATCH /secrets/{name}/{version}",
    "key-vault GET /secrets/{name}/versions",
    "key-vault DELETE /secrets/{name}",
    "key-vault GET /deletedsecrets/{name}",
    "key-vault DELETE /deletedsecrets/{name}",
)
def test_a_secret_is_set_changed_deleted_and_purged(workspace):
    client = vault(workspace)
    first = client.set_secret("mine", "one")
    client.set_secret("mine", "two", tags={"team": "weather"})
    client.update_secret_properties("mine", first.properties.version, enabled=False)
    versions = {item.version: item.enabled for item in client.list_properties_of_secret_versions("mine")}
    assert sorted(versions.values()) == [False, True]
    assert [entry["name"] for entry in workspace.ledger()["keyVaultSecrets"]] == ["mine"]
    client.begin_delete_secret("mine").wait()
    assert client.get_deleted_secret("mine").name == "mine"
    client.purge_deleted_secret("mine")
    with pytest.raises(ResourceNotFoundError):
        client.get_deleted_secret("mine")
    assert workspace.ledger()["keyVaultSecrets"] == []


@pytest.mark.proves(
    "azure-keyvault-secrets",
    "key-vault PATCH /secrets/{name}",
    "key-vault GET /deletedsecrets",
    "key-vault POST /deletedsecrets/{name}/recover",
    "key-vault POST /secrets/{name}/backup",
    "key-vault POST /secrets/restore",
)
def test_a_deleted_secret_is_listed_recovered_and_restored_from_its_backup(workspace):
    """https://learn.microsoft.com/azure/key-vault/general/key-vault-recovery"""
    client = vault(workspace)
    client.set_secret("Kept", "one")
    latest = client.set_secret("kept", "two").properties.version
    assert client.update_secret_properties("kept", content_type="text/plain").version == latest
    assert (client.get_secret("KEPT").value, client.get_secret("kept").properties.content_type) == ("two", "text/plain")
    backup = client.backup_secret("kept")
    client.begin_delete_secret("kept").wait()
    assert [(item.name, item.scheduled_purge_date > item.deleted_date) for item in client.list_deleted_secrets()] == [
        ("Kept", True)
    ]
    with pytest.raises(ResourceExistsError):
        client.restore_secret_backup(backup)
    client.begin_recover_deleted_secret("kept").wait()
    assert client.get_secret("kept").value == "two"
    client.begin_delete_secret("kept").wait()
    client.purge_deleted_secret("kept")
    assert client.restore_secret_backup(backup).version == latest
    assert len(list(client.list_properties_of_secret_versions("kept"))) == 2
    with pytest.raises(HttpResponseError, match="backup"):
        client.restore_secret_backup(b"another")
    with pytest.raises(ResourceNotFoundError):
        client.begin_recover_deleted_secret("none")
    client.begin_delete_secret("kept").wait()
    client.purge_deleted_secret("kept")


def test_each_operation_has_a_permission_of_its_own(workspace):
    """https://learn.microsoft.com/azure/key-vault/general/assign-access-policy"""
    client = vault(workspace, "deleter")
    vault(workspace).set_secret("brief", "x")
    client.begin_delete_secret("brief").wait()
    for refused, permission in (
        (lambda: client.begin_recover_deleted_secret("brief"), "recover"),
        (lambda: client.purge_deleted_secret("brief"), "purge"),
        (lambda: client.backup_secret("password"), "backup"),
        (lambda: client.restore_secret_backup(b"x"), "restore"),
    ):
        with pytest.raises(HttpResponseError, match=f"does not have secrets {permission} permission"):
            refused()
    vault(workspace).purge_deleted_secret("brief")


def test_the_ready_record_names_the_client_of_each_service_connection(workspace):
    """docs/run-locally.md, the table of the ready record"""
    named = {name: entry["clientId"] for name, entry in workspace.ready["serviceConnections"].items()}
    assert named == {name: application["clientId"] for name, application in workspace.service_principals.items()}


def test_a_throttled_request_is_asked_again(workspace):
    answer = {"error": {"code": "Throttled", "message": "slow"}}
    workspace.fault(
        {
            "match": {"service": "key-vault", "path": "^/secrets/password"},
            "when": "before",
            "then": {"status": 429, "headers": {"retry-after": "0"}, "body": answer},
        }
    )
    before = len(workspace.control("GET", "/requests"))
    assert vault(workspace, "reader").get_secret("password").value == "hunter2"
    asked = [entry for entry in workspace.control("GET", "/requests")[before:] if entry["service"] == "key-vault"]
    # The SDK may know the vault's challenge from another test, or be told by a 401 in between.
    assert [entry["status"] for entry in asked if entry["status"] != 401] == [429, 200]


@pytest.mark.proves(
    "azure-identity",
    "entra GET /{tenant}/v2.0/.well-known/openid-configuration",
    "entra POST /{tenant}/oauth2/v2.0/token",
)
def test_a_certificate_stands_for_its_application(workspace):
    application = workspace.service_principals["by-certificate"]
    pem = application["certificate"]["privateKeyPem"] + application["certificate"]["pem"]
    identity = CertificateCredential(
        workspace.ready["tenantId"],
        application["clientId"],
        certificate_data=pem.encode(),
        authority=workspace.ready["authorityUrl"],
        disable_instance_discovery=True,
    )
    client = SecretClient(workspace.ready["keyVaultUrl"], identity, verify_challenge_resource=False)
    assert client.get_secret("password").value == "hunter2"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"client_secret": "wrong"}, "AADSTS7000215"),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, "AADSTS700016"),
    ],
)
def test_a_wrong_credential_is_refused_with_entras_code(workspace, change, code):
    fields = {"client_id": workspace.ready["clientId"], "client_secret": workspace.ready["clientSecret"], **change}
    with pytest.raises(ClientAuthenticationError, match=code):
        credential(workspace, **fields).get_token("https://vault.azure.net/.default")


@pytest.mark.proves(
    "requests",
    "entra POST /{tenant}/oauth2/token",
    "entra GET /{tenant}/.well-known/openid-configuration",
    "entra GET /common/discovery/instance",
    "databricks GET /oidc/jwks.json",
    "key-vault GET /secrets/{name}",
)
def test_older_clients_find_the_older_endpoints(workspace):
    ready = workspace.ready
    tenant = f"{ready['authorityUrl']}/{ready['tenantId']}"
    metadata = requests.get(f"{tenant}/.well-known/openid-configuration", timeout=10).json()
    form = {
        "grant_type": "client_credentials",
        "client_id": ready["clientId"],
        "client_secret": ready["clientSecret"],
        "resource": "https://vault.azure.net",
    }
    answer = requests.post(metadata["token_endpoint"], data=form, timeout=10).json()
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    secret = requests.get(f"{ready['keyVaultUrl']}/secrets/password?api-version=2016-10-01", headers=headers, timeout=10)
    assert secret.json()["value"] == "hunter2"
    discovery = requests.get(f"{ready['authorityUrl']}/common/discovery/instance", timeout=10).json()
    assert ready["tenantId"] in discovery["tenant_discovery_endpoint"]
    assert requests.get(f"{ready['databricksUrl']}/oidc/jwks.json", timeout=10).json()["keys"][0]["alg"] == "RS256"
