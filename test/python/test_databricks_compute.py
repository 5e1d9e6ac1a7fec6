"""Clusters, pools and libraries, by the unmodified Databricks SDK."""

from __future__ import annotations

import pytest
import requests
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import InvalidParameterValue, OperationFailed, PermissionDenied, ResourceDoesNotExist
from databricks.sdk.service.compute import Library, LibraryInstallStatus, PythonPyPiLibrary, State

NODE = {"spark_version": "16.4.x-scala2.12", "node_type_id": "Standard_DS3_v2", "num_workers": 1}
POOL = {"spark_version": "16.4.x-scala2.12", "instance_pool_id": "pool-small", "num_workers": 1}


@pytest.fixture(scope="module")
def config():
    return {
        "serviceConnections": {"outsider": {"type": "azurerm"}},
        "databricks": {
            "instancePools": [
                {
                    "instance_pool_id": "pool-small",
                    "instance_pool_name": "small",
                    "node_type_id": "Standard_DS3_v2",
                    "max_capacity": 2,
                    "canAttachTo": [],
                }
            ],
            "secretScopes": {"weather": {"password": "hunter2"}},
        },
    }


@pytest.fixture
def client(workspace):
    client = WorkspaceClient()
    yield client
    for cluster in client.clusters.list():
        client.clusters.permanent_delete(cluster.cluster_id)


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/{version=2.0|2.1}/clusters/create",
    "databricks GET /api/{version=2.0|2.1}/clusters/get",
    "databricks GET /api/{version=2.0|2.1}/clusters/list",
    "databricks POST /api/{version=2.0|2.1}/clusters/delete",
    "databricks POST /api/{version=2.0|2.1}/clusters/start",
    "databricks POST /api/{version=2.0|2.1}/clusters/restart",
    "databricks POST /api/{version=2.0|2.1}/clusters/permanent-delete",
)
def test_a_cluster_lives_from_create_to_permanent_delete(client, workspace):
    cluster = client.clusters.create_and_wait(cluster_name="life", custom_tags={"team": "weather"}, **NODE)
    assert cluster.state is State.RUNNING
    assert cluster.default_tags["ClusterName"] == "life"
    assert [(e["name"], e["tags"]) for e in workspace.ledger()["clusters"]] == [("life", {"team": "weather"})]

    client.clusters.restart(cluster.cluster_id).result()
    ended = client.clusters.delete(cluster.cluster_id).result()
    assert ended.termination_reason.code.value == "USER_REQUEST"
    assert workspace.ledger()["clusters"] == []

    client.clusters.start(cluster.cluster_id).result()
    client.clusters.permanent_delete(cluster.cluster_id)
    with pytest.raises(ResourceDoesNotExist, match=f"Cluster {cluster.cluster_id} does not exist"):
        client.clusters.get(cluster.cluster_id)


@pytest.mark.proves("databricks-sdk", "databricks POST /api/{version=2.0|2.1}/clusters/events")
def test_events_tell_a_clusters_story_newest_first(client):
    cluster = client.clusters.create_and_wait(cluster_name="events", **NODE)
    assert [event.type.value for event in client.clusters.events(cluster.cluster_id)] == ["RUNNING", "CREATING"]


@pytest.mark.proves(
    "databricks-sdk",
    "databricks GET /api/{version=2.0|2.1}/clusters/spark-versions",
    "databricks GET /api/{version=2.0|2.1}/clusters/list-node-types",
)
def test_versions_and_node_types_can_be_selected(client):
    assert client.clusters.select_spark_version(long_term_support=True) == "16.4.x-scala2.12"
    assert client.clusters.select_node_type(min_cores=8) in {"Standard_DS4_v2", "Standard_D8ds_v5", "Standard_F8s"}


def test_a_cluster_list_of_three_pages_is_whole(client):
    created = {client.clusters.create(cluster_name=f"page-{i}", **NODE).cluster_id for i in range(5)}
    assert {cluster.cluster_id for cluster in client.clusters.list(page_size=2)} == created


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"spark_version": None}, "Missing required field: spark_version"),
        ({"spark_version": "latest"}, "Invalid spark version latest"),
        ({"node_type_id": "Standard_None"}, "Node type Standard_None is not supported"),
        ({"node_type_id": None}, "Missing required field: node_type_id"),
        ({"instance_pool_id": "pool-small"}, "cannot be supplied when an instance pool ID is provided"),
        ({"node_type_id": None, "instance_pool_id": "pool-none"}, "Can't find an instance pool with id: pool-none"),
        ({"autotermination_minutes": 5}, "autotermination_minutes must be 0 or between 10 and 10000"),
        ({"custom_tags": {f"tag{i}": "x" for i in range(46)}}, "maximum number of custom tags is 45"),
    ],
)
def test_a_wrong_cluster_is_refused(client, workspace, change, message):
    with pytest.raises(InvalidParameterValue, match=message):
        client.clusters.create(**{**NODE, **change})
    assert workspace.ledger()["clusters"] == []


def test_a_pool_at_capacity_ends_the_second_cluster(client):
    client.clusters.create_and_wait(cluster_name="first", **POOL)
    second = client.clusters.create(cluster_name="second", **POOL)
    with pytest.raises(OperationFailed):
        second.result()
    reason = client.clusters.get(second.cluster_id).termination_reason
    assert (reason.code.value, reason.type.value) == ("INSTANCE_POOL_MAX_CAPACITY_REACHED", "CLIENT_ERROR")


def test_who_may_not_attach_to_a_pool_gets_no_cluster(client, workspace):
    outsider = workspace.service_principals["outsider"]
    mine = client.service_principal_secrets_proxy.create(service_principal_id=principal_id(workspace, "outsider"))
    other = WorkspaceClient(
        host=workspace.ready["databricksUrl"],
        client_id=outsider["clientId"],
        client_secret=mine.secret,
        auth_type="oauth-m2m",
    )
    with pytest.raises(PermissionDenied, match="Can Attach To"):
        other.clusters.create(**POOL)


def test_an_idle_cluster_ends_by_the_workspaces_clock(client, workspace, eventually):
    cluster = client.clusters.create_and_wait(cluster_name="idle", autotermination_minutes=10, **NODE)
    workspace.advance(9 * 60)
    assert client.clusters.get(cluster.cluster_id).state is State.RUNNING
    workspace.advance(2 * 60)
    eventually(lambda: client.clusters.get(cluster.cluster_id).state is State.TERMINATED)
    assert client.clusters.get(cluster.cluster_id).termination_reason.code.value == "INACTIVITY"


def test_secrets_in_settings_stay_references(client):
    conf = {"spark.password": "{{secrets/weather/password}}"}
    cluster = client.clusters.create_and_wait(cluster_name="secret", spark_conf=conf, **NODE)
    assert cluster.spark_conf == conf


def test_a_reference_to_no_secret_ends_the_cluster(client):
    conf = {"spark.password": "{{secrets/weather/none}}"}
    created = client.clusters.create(cluster_name="no-secret", spark_conf=conf, **NODE)
    with pytest.raises(OperationFailed, match="Failed to fetch secrets referred to in Spark Conf"):
        created.result()
    reason = client.clusters.get(created.cluster_id).termination_reason
    assert (reason.code.value, reason.type.value) == ("SECRET_RESOLUTION_ERROR", "SERVICE_FAULT")


def test_a_scripted_start_failure_is_the_clusters_termination_reason(client, workspace):
    reason = {
        "code": "AZURE_QUOTA_EXCEEDED_EXCEPTION",
        "type": "CLIENT_ERROR",
        "parameters": {"azure_error_code": "QuotaExceeded"},
    }
    workspace.fault({"match": {"operation": "cluster.start", "name": "quota"}, "then": {"terminate": reason}})
    created = client.clusters.create(cluster_name="quota", **NODE)
    with pytest.raises(OperationFailed):
        created.result()
    assert client.clusters.get(created.cluster_id).termination_reason.as_dict() == reason


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/2.0/libraries/install",
    "databricks POST /api/2.0/libraries/uninstall",
    "databricks GET /api/2.0/libraries/cluster-status",
    "databricks GET /api/2.0/libraries/all-cluster-statuses",
)
def test_libraries_are_installed_or_say_why_not(client, eventually):
    cluster = client.clusters.create_and_wait(cluster_name="libraries", **NODE)
    good = Library(pypi=PythonPyPiLibrary(package="simplejson==3.20.1"))
    bad = Library(whl="/Workspace/Shared/none-1.0-py3-none-any.whl")
    client.libraries.install(cluster.cluster_id, [good, bad])

    def statuses():
        return {str(item.library): item for item in client.libraries.cluster_status(cluster.cluster_id)}

    eventually(lambda: {s.status for s in statuses().values()} == {LibraryInstallStatus.INSTALLED, LibraryInstallStatus.FAILED})
    assert "does not exist" in statuses()[str(bad)].messages[0]

    client.libraries.uninstall(cluster.cluster_id, [good])
    assert statuses()[str(good)].status is LibraryInstallStatus.UNINSTALL_ON_RESTART
    assert cluster.cluster_id in {item.cluster_id for item in client.libraries.all_cluster_statuses()}


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/2.0/instance-pools/create",
    "databricks GET /api/2.0/instance-pools/get",
    "databricks GET /api/2.0/instance-pools/list",
    "databricks POST /api/2.0/instance-pools/delete",
)
def test_pools_are_made_and_deleted(client, workspace):
    pool = client.instance_pools.create("mine", "Standard_DS4_v2", max_capacity=3)
    assert client.instance_pools.get(pool.instance_pool_id).max_capacity == 3
    assert {item.instance_pool_name for item in client.instance_pools.list()} == {"small", "mine"}
    assert [entry["name"] for entry in workspace.ledger()["instancePools"]] == ["mine"]
    client.instance_pools.delete(pool.instance_pool_id)
    assert workspace.ledger()["instancePools"] == []


@pytest.mark.proves(
    "databricks-sdk",
    "databricks GET /api/2.0/policies/clusters/list",
    "databricks GET /api/2.0/policies/clusters/get",
)
def test_a_policy_can_be_looked_up(client):
    [policy] = client.cluster_policies.list()
    assert client.cluster_policies.get(policy.policy_id).name == policy.name


def principal_id(workspace, connection: str) -> str:
    """The Databricks number of a service connection's principal, by its own eyes."""
    application = workspace.service_principals[connection]
    form = {
        "grant_type": "client_credentials",
        "client_id": application["clientId"],
        "client_secret": application["clientSecret"],
        "scope": "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default",
    }
    token_url = f"{workspace.ready['authorityUrl']}/{workspace.ready['tenantId']}/oauth2/v2.0/token"
    token = requests.post(token_url, data=form, timeout=10).json()["access_token"]
    return WorkspaceClient(host=workspace.ready["databricksUrl"], token=token, auth_type="pat").current_user.me().id
