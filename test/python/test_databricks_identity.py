"""Who may ask: tokens, OAuth, Entra ID and permissions, by unmodified clients."""

from __future__ import annotations

import ssl

import jwt
import pytest
import requests
from azure.identity import ClientSecretCredential
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import InvalidParameterValue, NotFound, PermissionDenied, ResourceDoesNotExist, Unauthenticated
from databricks.sdk.service.iam import AccessControlRequest, PermissionLevel

SCOPE = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default"


@pytest.fixture(scope="module")
def config():
    return {"serviceConnections": {"insider": {"type": "azurerm"}, "stranger": {"type": "azurerm", "inDatabricks": False}}}


@pytest.fixture
def client(workspace):
    return WorkspaceClient()


def entra_token(workspace, connection: str, scope: str = SCOPE) -> str:
    """A token of a service connection's principal."""
    application = workspace.service_principals[connection]
    credential = ClientSecretCredential(
        workspace.ready["tenantId"],
        application["clientId"],
        application["clientSecret"],
        authority=workspace.ready["authorityUrl"],
        disable_instance_discovery=True,
    )
    return credential.get_token(scope).token


def as_bearer(workspace, token: str) -> WorkspaceClient:
    """A client with a token and nothing else."""
    return WorkspaceClient(host=workspace.ready["databricksUrl"], token=token, auth_type="pat")


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/2.0/token/create",
    "databricks GET /api/2.0/token/list",
    "databricks POST /api/2.0/token/delete",
    "databricks GET /api/2.0/preview/scim/v2/Me",
)
def test_a_token_works_until_it_is_revoked(client, workspace):
    created = client.tokens.create(comment="pipeline", lifetime_seconds=3600)
    info = created.token_info
    assert info.expiry_time - info.creation_time == 3600 * 1000
    mine = as_bearer(workspace, created.token_value)
    assert mine.current_user.me().user_name == client.current_user.me().user_name
    assert [entry["name"] for entry in workspace.ledger()["tokens"]] == ["pipeline"]

    client.tokens.delete(info.token_id)
    assert info.token_id not in {item.token_id for item in client.tokens.list()}
    assert workspace.ledger()["tokens"] == []
    with pytest.raises(PermissionDenied, match="Invalid access token"):
        mine.current_user.me()
    with pytest.raises(ResourceDoesNotExist):
        client.tokens.delete(info.token_id)


def test_an_expired_token_is_refused_and_no_longer_alive(client, workspace):
    created = client.tokens.create(lifetime_seconds=60)
    workspace.advance(61)
    with pytest.raises(PermissionDenied, match="Invalid access token"):
        as_bearer(workspace, created.token_value).current_user.me()
    assert workspace.ledger()["tokens"] == []


def test_a_token_is_its_owners_alone(client, workspace):
    info = client.tokens.create(comment="mine", lifetime_seconds=60).token_info
    insider = as_bearer(workspace, entra_token(workspace, "insider"))
    assert list(insider.tokens.list()) == []
    with pytest.raises(ResourceDoesNotExist):
        insider.tokens.delete(info.token_id)
    client.tokens.delete(info.token_id)


def test_a_token_without_a_lifetime_lasts_two_years(client):
    info = client.tokens.create().token_info
    assert info.expiry_time - info.creation_time == 730 * 24 * 3600 * 1000
    client.tokens.delete(info.token_id)


def test_a_lifetime_that_is_not_positive_is_refused(client):
    with pytest.raises(InvalidParameterValue, match="positive"):
        client.tokens.create(lifetime_seconds=0)


def test_a_request_without_a_credential_is_refused(workspace):
    answer = requests.get(f"{workspace.ready['databricksUrl']}/api/2.0/token/list", timeout=10)
    assert (answer.status_code, "Credential was not sent" in answer.text) == (401, True)


def test_an_entra_token_is_refused_when_it_has_expired(workspace):
    insider = as_bearer(workspace, entra_token(workspace, "insider"))
    insider.current_user.me()
    workspace.advance(2 * 24 * 3600)
    with pytest.raises(PermissionDenied, match="Token is expired"):
        insider.current_user.me()


def test_an_entra_token_is_its_service_principal(workspace):
    me = as_bearer(workspace, entra_token(workspace, "insider")).current_user.me()
    assert (me.user_name, me.display_name) == (workspace.service_principals["insider"]["clientId"], "insider")


def test_an_entra_token_for_something_else_is_refused(workspace):
    token = entra_token(workspace, "insider", "https://vault.azure.net/.default")
    with pytest.raises(Unauthenticated, match="Expected token audience"):
        as_bearer(workspace, token).current_user.me()


def test_a_service_principal_that_is_not_in_the_workspace_is_refused(workspace):
    with pytest.raises(PermissionDenied, match="User not authorized"):
        as_bearer(workspace, entra_token(workspace, "stranger")).current_user.me()


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/2.0/accounts/servicePrincipals/{principal}/credentials/secrets",
    "databricks GET /oidc/.well-known/oauth-authorization-server",
    "databricks POST /oidc/v1/token",
)
def test_a_service_principal_signs_in_by_oauth(client, workspace):
    insider = as_bearer(workspace, entra_token(workspace, "insider")).current_user.me()
    secret = client.service_principal_secrets_proxy.create(service_principal_id=insider.id).secret
    oauth = WorkspaceClient(
        host=workspace.ready["databricksUrl"],
        client_id=insider.user_name,
        client_secret=secret,
        auth_type="oauth-m2m",
    )
    assert oauth.current_user.me().id == insider.id


@pytest.mark.proves("databricks-sdk", "databricks GET /.well-known/databricks-config")
def test_the_host_tells_what_it_is(workspace):
    assert WorkspaceClient(host=workspace.ready["databricksUrl"]).config.workspace_id


@pytest.mark.proves("PyJWT", "entra GET /{tenant}/discovery/v2.0/keys")
def test_entra_tokens_are_signed_by_the_published_keys(workspace):
    ready = workspace.ready
    keys_url = f"{ready['authorityUrl']}/{ready['tenantId']}/discovery/v2.0/keys"
    context = ssl.create_default_context(cafile=ready["caFile"])
    token = entra_token(workspace, "insider")
    key = jwt.PyJWKClient(keys_url, ssl_context=context).get_signing_key_from_jwt(token)
    # Another test moved the workspace's clock, of which PyJWT knows nothing.
    without_times = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims = jwt.decode(token, key, ["RS256"], audience=SCOPE.removesuffix("/.default"), options=without_times)
    assert claims["appid"] == workspace.service_principals["insider"]["clientId"]


@pytest.mark.proves(
    "databricks-sdk",
    "databricks GET /api/2.0/permissions/{type=clusters|instance-pools|jobs|notebooks|directories|cluster-policies}/{id}",
    "databricks PUT /api/2.0/permissions/{type=clusters|instance-pools|jobs|notebooks|directories|cluster-policies}/{id}",
    "databricks PATCH /api/2.0/permissions/{type=clusters|instance-pools|jobs|notebooks|directories|cluster-policies}/{id}",
    "databricks GET /api/2.0/permissions/{type=clusters|instance-pools|jobs|notebooks|directories|cluster-policies}/{id}/permissionLevels",  # noqa: E501
)
def test_permissions_are_kept(client):
    def grant(level: PermissionLevel, **who: str) -> AccessControlRequest:
        return AccessControlRequest(permission_level=level, **who)

    def kept() -> dict[str, str]:
        entries = client.permissions.get("jobs", job_id).access_control_list
        return {
            entry.user_name or entry.group_name: entry.all_permissions[0].permission_level.value
            for entry in entries
            if not entry.all_permissions[0].inherited
        }

    viewers = grant(PermissionLevel.CAN_VIEW, group_name="readers")
    notebook = {"task_key": "a", "notebook_task": {"notebook_path": "/Shared/a"}}
    body = {"tasks": [notebook], "access_control_list": [viewers.as_dict()]}
    job_id = str(client.api_client.do("POST", "/api/2.2/jobs/create", body=body)["job_id"])
    assert kept() == {"admin@local.test": "IS_OWNER", "readers": "CAN_VIEW"}
    client.permissions.update("jobs", job_id, access_control_list=[grant(PermissionLevel.CAN_MANAGE, group_name="writers")])
    assert kept() == {"admin@local.test": "IS_OWNER", "readers": "CAN_VIEW", "writers": "CAN_MANAGE"}
    owner = grant(PermissionLevel.IS_OWNER, user_name="someone@local.test")
    client.permissions.set("jobs", job_id, access_control_list=[owner])
    assert kept() == {"someone@local.test": "IS_OWNER"}
    # github.com/databricks/cli/issues/3849
    with pytest.raises(InvalidParameterValue, match="The job must have exactly one owner"):
        client.permissions.set("jobs", job_id, access_control_list=[viewers])
    with pytest.raises(InvalidParameterValue, match="CAN_READ is not a permission of jobs"):
        client.permissions.update("jobs", job_id, access_control_list=[grant(PermissionLevel.CAN_READ, group_name="readers")])
    levels = client.permissions.get_permission_levels("jobs", job_id).permission_levels
    assert {level.permission_level.value for level in levels} == {"CAN_VIEW", "CAN_MANAGE_RUN", "IS_OWNER", "CAN_MANAGE"}


@pytest.mark.parametrize("kind", ["clusters", "instance-pools", "jobs", "notebooks", "directories", "cluster-policies"])
def test_what_does_not_exist_has_no_permissions(client, kind):
    with pytest.raises(NotFound, match="does not exist") as error:
        client.permissions.get(kind, "1")
    assert error.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    with pytest.raises(NotFound):
        client.permissions.update(kind, "1", access_control_list=[])
