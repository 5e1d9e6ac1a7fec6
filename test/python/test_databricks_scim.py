"""Users, groups and service principals of the workspace, by the unmodified Databricks SDK."""

from __future__ import annotations

import base64

import pytest
import requests
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import BadRequest, DatabricksError, NotFound, PermissionDenied
from databricks.sdk.service.iam import ComplexValue, Patch, PatchOp, PatchSchema
from databricks.sdk.service.workspace import AclPermission

PATCH = [PatchSchema.URN_IETF_PARAMS_SCIM_API_MESSAGES_2_0_PATCH_OP]
SCIM = "/api/2.0/preview/scim/v2"


@pytest.fixture
def client(workspace):
    return WorkspaceClient()


@pytest.mark.proves(
    "databricks-sdk",
    "databricks GET /api/2.0/preview/scim/v2/{type=Users|Groups|ServicePrincipals}",
    "databricks POST /api/2.0/preview/scim/v2/{type=Users|Groups|ServicePrincipals}",
    "databricks GET /api/2.0/preview/scim/v2/{type=Users|Groups|ServicePrincipals}/{id}",
    "databricks PUT /api/2.0/preview/scim/v2/{type=Users|Groups|ServicePrincipals}/{id}",
    "databricks PATCH /api/2.0/preview/scim/v2/{type=Users|Groups|ServicePrincipals}/{id}",
    "databricks DELETE /api/2.0/preview/scim/v2/{type=Users|Groups|ServicePrincipals}/{id}",
)
def test_users_are_made_changed_and_deleted(client, workspace):
    user = client.users.create(user_name="ada@local.test", display_name="Ada")
    assert (user.active, user.emails[0].value, [group.display for group in user.groups]) == (True, "ada@local.test", ["users"])
    assert client.workspace.get_status("/Users/ada@local.test").object_id
    with pytest.raises(DatabricksError, match=r"User with username ada@local\.test already exists\."):
        client.users.create(user_name="ada@local.test")
    client.users.patch(
        user.id,
        schemas=PATCH,
        operations=[
            Patch(op=PatchOp.REPLACE, path="displayName", value="Ada L."),
            Patch(op=PatchOp.ADD, path="entitlements", value=[{"value": "allow-cluster-create"}, {"value": "workspace-access"}]),
            Patch(op=PatchOp.REMOVE, path='entitlements[value eq "workspace-access"]'),
            Patch(op=PatchOp.REPLACE, path="active", value=[{"value": "false"}]),
        ],
    )
    changed = client.users.get(user.id)
    assert (changed.display_name, changed.active) == ("Ada L.", False)
    assert [entitlement.value for entitlement in changed.entitlements] == ["allow-cluster-create"]
    client.users.update(user.id, user_name="ada@local.test", display_name="Ada King", active=True)
    assert [each.display_name for each in client.users.list(filter='userName eq "ada@local.test"')] == ["Ada King"]
    assert [entry["name"] for entry in workspace.ledger()["principals"]] == ["ada@local.test"]
    client.users.delete(user.id)
    with pytest.raises(NotFound, match=f"User with id {user.id} not found"):
        client.users.get(user.id)
    assert workspace.ledger()["principals"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"filter": 'userName eq "FILTER-1@local.test"'}, ["filter-1"]),
        ({"filter": 'displayName sw "filter-" and displayName ne "filter-0"'}, ["filter-1", "filter-2"]),
        ({"filter": 'userName eq "x" or (emails co "filter-2" and active eq true)'}, ["filter-2"]),
        ({"filter": "displayName co filter-0"}, ["filter-0"]),
        ({"filter": 'groups.display eq "admins"'}, ["Local administrator"]),
        (
            {"filter": 'userName sw "filter"', "sortBy": "userName", "sortOrder": "descending", "count": 2},
            ["filter-2", "filter-1"],
        ),
        ({"filter": 'userName sw "filter"', "startIndex": 2, "count": 1}, ["filter-1"]),
    ],
)
def test_users_are_found_by_filter_and_page(client, query, found):
    """https://docs.databricks.com/api/scim/v1/list-users: eq, co, sw, ne, and, or"""
    if not list(client.users.list(filter='userName sw "filter"')):
        for number in range(3):
            client.users.create(user_name=f"filter-{number}@local.test", display_name=f"filter-{number}")
    page = client.api_client.do("GET", f"{SCIM}/Users", query={"attributes": "displayName", **query})
    assert [user["displayName"] for user in page["Resources"]] == found
    assert all(set(user) == {"id", "displayName"} for user in page["Resources"])
    assert (page["itemsPerPage"], page["startIndex"]) == (len(found), query.get("startIndex", 1))


def test_a_filter_that_the_service_does_not_know_is_refused(client):
    for text in ("userName", "userName gt 1", "(userName eq x", "userName eq x or"):
        with pytest.raises(BadRequest, match="Invalid filter"):
            client.api_client.do("GET", f"{SCIM}/Users", query={"filter": text})


def test_a_group_gives_its_members_what_it_may(client, workspace):
    robot = client.service_principals.create(display_name="robot")
    team = client.groups.create(display_name="team", members=[ComplexValue(value=robot.id)])
    outer = client.groups.create(display_name="outer", members=[ComplexValue(value=team.id)])
    secret = client.service_principal_secrets_proxy.create(service_principal_id=robot.id).secret
    as_robot = WorkspaceClient(
        host=workspace.ready["databricksUrl"], client_id=robot.application_id, client_secret=secret, auth_type="oauth-m2m"
    )
    assert {group.display for group in as_robot.current_user.me().groups} == {"users", "team"}

    client.secrets.create_scope("shared")
    client.secrets.put_secret("shared", "key", string_value="of-the-team")
    with pytest.raises(PermissionDenied):
        as_robot.secrets.get_secret("shared", "key")
    client.secrets.put_acl("shared", "outer", AclPermission.READ)
    assert base64.b64decode(as_robot.secrets.get_secret("shared", "key").value) == b"of-the-team"
    client.groups.patch(team.id, schemas=PATCH, operations=[Patch(op=PatchOp.REMOVE, path=f'members[value eq "{robot.id}"]')])
    with pytest.raises(PermissionDenied):
        as_robot.secrets.get_secret("shared", "key")
    client.secrets.delete_scope("shared")

    client.service_principals.patch(robot.id, schemas=PATCH, operations=[Patch(op=PatchOp.REPLACE, value={"displayName": "arm"})])
    assert client.service_principals.get(robot.id).display_name == "arm"
    client.service_principals.update(robot.id, application_id=robot.application_id, display_name="arm", active=False)
    with pytest.raises(PermissionDenied):
        as_robot.current_user.me()
    client.service_principals.delete(robot.id)
    assert robot.id not in {each.id for each in client.service_principals.list()}

    client.groups.update(team.id, display_name="crew")
    assert client.groups.get(team.id).display_name == "crew"
    with pytest.raises(DatabricksError, match=r"Group with name admins already exists\."):
        client.groups.create(display_name="admins")
    assert [entry["name"] for entry in workspace.ledger()["groups"]] == ["crew", "outer"]
    for group in (team, outer):
        client.groups.delete(group.id)
    assert {group.display_name for group in client.groups.list()} == {"users", "admins"}


def test_an_error_has_the_form_of_scim(client):
    """https://github.com/databrickslabs/migrate/issues/7 shows one."""
    url = f"{client.config.host}{SCIM}/Groups"
    answer = requests.post(url, json={"displayName": "users"}, headers=client.config.authenticate(), timeout=10)
    assert answer.status_code == 409
    assert answer.json() == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "scimType": "uniqueness",
        "detail": "Group with name users already exists.",
        "status": "409",
    }


def test_the_administrator_stays(client):
    me = client.current_user.me()
    for change in (lambda: client.users.delete(me.id), lambda: client.users.update(me.id, user_name=me.user_name, active=False)):
        with pytest.raises(PermissionDenied, match="cannot be removed or deactivated"):
            change()
