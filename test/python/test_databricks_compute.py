"""Clusters, pools and libraries, by the unmodified Databricks SDK."""

from __future__ import annotations

import pytest
import requests
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError, InvalidParameterValue, OperationFailed, PermissionDenied, ResourceDoesNotExist
from databricks.sdk.service.compute import (
    AutoScale,
    ClusterSource,
    Library,
    LibraryInstallStatus,
    ListClustersFilterBy,
    ListClustersSortBy,
    ListClustersSortByDirection,
    ListClustersSortByField,
    PythonPyPiLibrary,
    State,
    UpdateClusterResource,
)

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


def test_events_are_selected_by_type_and_time_and_come_in_pages(client, workspace):
    """docs.databricks.com/api/azure/workspace/clusters/events"""
    cluster_id = client.clusters.create_and_wait(cluster_name="events", **NODE).cluster_id
    workspace.advance(60)
    client.clusters.restart(cluster_id).result()
    [running, restarting, *_] = client.clusters.events(cluster_id)

    def events(**fields):
        body = {"cluster_id": cluster_id, **fields}
        answer = client.api_client.do("POST", "/api/2.1/clusters/events", body=body)
        return [event["type"] for event in answer["events"]], answer["total_count"], answer.get("next_page")

    newest_first = ["RUNNING", "RESTARTING", "RUNNING", "CREATING"]
    assert events(event_types=[]) == (newest_first, 4, None), "an empty list means all"
    assert events(event_types=["RUNNING"], order="ASC")[:2] == (["RUNNING"] * 2, 2)
    assert events(start_time=restarting.timestamp)[:2] == (newest_first[:2], 2)
    assert events(end_time=restarting.timestamp - 1, limit=1)[:2] == (["RUNNING"], 2)
    types, _, second = events(limit=3)
    assert (types, second["offset"]) == (newest_first[:3], 3)
    assert second["end_time"] >= running.timestamp, "required of a request with an offset"
    assert events(**second) == (["CREATING"], 4, None)
    with pytest.raises(InvalidParameterValue, match="end_time"):
        events(offset=1)
    # By page_token, which the SDK sends as next_page says.
    assert [event.type.value for event in client.clusters.events(cluster_id, page_size=3)] == newest_first
    assert len(events(page_size=1000)[0]) == 4, "the server enforces 500"


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/{version=2.0|2.1}/clusters/pin",
    "databricks POST /api/{version=2.0|2.1}/clusters/unpin",
)
def test_a_list_is_filtered_and_sorted(client):
    """docs.databricks.com/api/azure/workspace/clusters/list"""
    ids = {name: client.clusters.create_and_wait(cluster_name=name, **NODE).cluster_id for name in ("b", "c", "a")}
    client.clusters.delete(ids["a"]).result()
    client.clusters.pin(ids["c"])
    client.clusters.pin(ids["c"])

    def names(sort_by=None, **filters):
        listed = client.clusters.list(filter_by=ListClustersFilterBy(**filters), sort_by=sort_by)
        return [cluster.cluster_name for cluster in listed]

    assert names() == ["c", "b", "a"], "by state, pinned first, then by name"
    by_name = ListClustersSortBy(field=ListClustersSortByField.CLUSTER_NAME, direction=ListClustersSortByDirection.DESC)
    assert names(by_name) == ["c", "b", "a"]
    assert names(cluster_states=[State.TERMINATED, State.PENDING]) == ["a"]
    assert names(cluster_sources=[ClusterSource.JOB]) == []
    assert (names(is_pinned=True), names(is_pinned=False)) == (["c"], ["b", "a"])
    assert names(policy_id="none") == []
    with pytest.raises(InvalidParameterValue, match="cluster_states: RUNING"):
        client.api_client.do("GET", "/api/2.1/clusters/list", query={"filter_by": {"cluster_states": ["RUNING"]}})
    client.clusters.unpin(ids["c"])
    assert names(is_pinned=True) == []
    assert len(list(client.clusters.list(page_size=1000))) == 3, "the server may return fewer"


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/{version=2.0|2.1}/clusters/edit",
    "databricks POST /api/{version=2.0|2.1}/clusters/resize",
    "databricks POST /api/{version=2.0|2.1}/clusters/update",
)
def test_a_cluster_is_changed(client):
    """docs.databricks.com/api/azure/workspace/clusters/edit, …/resize and …/update"""
    cluster_id = client.clusters.create_and_wait(cluster_name="changed", **NODE).cluster_id
    resized = client.clusters.resize(cluster_id, num_workers=3).result()
    assert (resized.num_workers, resized.cluster_cores, len(resized.executors)) == (3, 16, 3)
    scaled = client.clusters.resize(cluster_id, autoscale=AutoScale(min_workers=2, max_workers=4)).result()
    assert (scaled.autoscale.max_workers, scaled.num_workers) == (4, 2)

    changed = {**NODE, "num_workers": 0, "custom_tags": {"team": "weather"}, "autotermination_minutes": 20}
    edited = client.clusters.edit(cluster_id, cluster_name="edited", **changed).result()
    assert (edited.cluster_name, edited.num_workers, edited.autoscale) == ("edited", 0, None)
    assert [event.type.value for event in client.clusters.events(cluster_id)][:3] == ["RUNNING", "RESTARTING", "EDITED"]
    with pytest.raises(InvalidParameterValue, match="spark_version"):
        client.clusters.edit(cluster_id, spark_version=None)

    client.clusters.delete(cluster_id).result()
    resource = UpdateClusterResource(autotermination_minutes=30, num_workers=1, cluster_name="not in the mask")
    client.clusters.update(cluster_id, "autotermination_minutes,num_workers", cluster=resource)
    kept = client.clusters.get(cluster_id)
    assert (kept.state, kept.cluster_name, kept.autotermination_minutes, kept.num_workers) == (State.TERMINATED, "edited", 30, 1)
    assert kept.custom_tags == {"team": "weather"}
    with pytest.raises(DatabricksError, match="not in Running state") as error:
        client.clusters.resize(cluster_id, num_workers=2)
    assert error.value.error_code == "INVALID_STATE"


def test_a_cluster_has_the_defaults_of_the_service(client):
    """docs.databricks.com/api/azure/workspace/clusters/get"""
    cluster = client.clusters.create_and_wait(cluster_name="defaults", **NODE)
    assert cluster.driver_node_type_id == NODE["node_type_id"]
    assert cluster.azure_attributes.availability.value == "ON_DEMAND_AZURE"
    assert cluster.last_restarted_time >= cluster.start_time
    assert cluster.cluster_memory_mb == 2 * 14_336
    pooled = client.clusters.create_and_wait(cluster_name="pooled", **POOL)
    assert (pooled.node_type_id, pooled.driver_instance_pool_id) == ("Standard_DS3_v2", "pool-small")
    with pytest.raises(OperationFailed):
        client.clusters.edit_and_wait(pooled.cluster_id, **{**POOL, "num_workers": 2})


@pytest.mark.proves(
    "databricks-sdk",
    "databricks GET /api/{version=2.0|2.1}/clusters/spark-versions",
    "databricks GET /api/{version=2.0|2.1}/clusters/list-node-types",
)
def test_versions_and_node_types_can_be_selected(client):
    assert client.clusters.select_spark_version(long_term_support=True) == "16.4.x-scala2.12"
    assert client.clusters.select_node_type(local_disk=True, min_memory_gb=32, category="Memory Optimized") == "Standard_E4ds_v4"
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
        ({"driver_instance_pool_id": "pool-none"}, "Can't find an instance pool with id: pool-none"),
        ({"policy_id": "none"}, "Can't find a cluster policy with id: none"),
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
    client.clusters.restart(cluster.cluster_id).result()
    assert list(statuses()) == [str(bad)]


@pytest.mark.proves(
    "databricks-sdk",
    "databricks POST /api/2.0/instance-pools/create",
    "databricks GET /api/2.0/instance-pools/get",
    "databricks GET /api/2.0/instance-pools/list",
    "databricks POST /api/2.0/instance-pools/edit",
    "databricks POST /api/2.0/instance-pools/delete",
)
def test_pools_are_made_and_deleted(client, workspace):
    pool = client.instance_pools.create("mine", "Standard_DS4_v2", max_capacity=3)
    assert client.instance_pools.get(pool.instance_pool_id).max_capacity == 3
    assert {item.instance_pool_name for item in client.instance_pools.list()} == {"small", "mine"}
    assert [entry["name"] for entry in workspace.ledger()["instancePools"]] == ["mine"]
    client.instance_pools.edit(pool.instance_pool_id, "yours", "Standard_DS4_v2", min_idle_instances=1)
    edited = client.instance_pools.get(pool.instance_pool_id)
    assert (edited.instance_pool_name, edited.max_capacity, edited.stats.idle_count) == ("yours", None, 1)
    with pytest.raises(InvalidParameterValue, match="node type of an instance pool cannot be changed"):
        client.instance_pools.edit(pool.instance_pool_id, "yours", "Standard_DS3_v2")
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
