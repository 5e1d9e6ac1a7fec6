"""What a cluster tells the notebooks that run on it: environment variables and settings of Spark.

The variables: https://docs.databricks.com/init-scripts/environment-variables.html and, for DATABRICKS_RUNTIME_VERSION,
https://docs.databricks.com/compute/configure. The settings spark.databricks.clusterUsageTags.* are not documented; these are the
ones that public notebooks and libraries read.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from notebook_driver.run_facts import RunFacts

_TAGS = "spark.databricks.clusterUsageTags."
# SHOW SCHEMAS has the column databaseName, SHOW TABLES the column database, and so on:
# https://docs.databricks.com/sql/language-manual/sql-ref-syntax-aux-show-schemas
_COLUMNS_OF_COMMANDS = "spark.sql.legacy.keepCommandOutputSchema"


def environment_variables(facts: RunFacts) -> dict[str, str]:
    """The variables that a user of the platform cannot set otherwise."""
    if facts.is_serverless:
        # The version of serverless compute's environment has this form; libraries only look whether the variable is there.
        return {"IS_SERVERLESS": "TRUE", "DATABRICKS_RUNTIME_VERSION": "client.4"}
    cluster = facts.databricks.get("cluster") or {}
    variables = {
        "DB_CLUSTER_ID": facts.cluster_id,
        "DB_CLUSTER_NAME": cluster.get("name"),
        "DB_INSTANCE_TYPE": cluster.get("driverNodeTypeId"),
        "DB_IS_DRIVER": "TRUE",
        "DB_IS_JOB_CLUSTER": _upper(cluster["isJobCluster"]) if "isJobCluster" in cluster else None,
        "DB_DRIVER_IP": "127.0.0.1",
        "DB_CONTAINER_IP": "127.0.0.1",
        "DATABRICKS_RUNTIME_VERSION": runtime_version(cluster.get("sparkVersion", "")),
    }
    return {name: value for name, value in variables.items() if value}


def runtime_version(spark_version: str) -> str | None:
    """15.4 for 15.4.x-scala2.12."""
    found = re.search(r"(\d+\.\d+)\.x\b", spark_version)
    return found.group(1) if found else spark_version or None


def spark_settings(facts: RunFacts) -> dict[str, str]:
    """The session's settings that describe its cluster, workspace and job."""
    run = facts.databricks
    cluster = run.get("cluster") or {}
    job = run.get("job") or {}
    workers = cluster.get("workers")
    settings = {
        "spark.databricks.workspaceUrl": host_of(run.get("workspaceUrl")),
        "spark.databricks.job.id": job.get("id"),
        "spark.databricks.job.runId": job.get("runId"),
        f"{_TAGS}clusterId": facts.cluster_id,
        f"{_TAGS}clusterName": cluster.get("name"),
        f"{_TAGS}clusterOwnerOrgId": run.get("orgId"),
        f"{_TAGS}orgId": run.get("orgId"),
        f"{_TAGS}sparkVersion": cluster.get("sparkVersion"),
        f"{_TAGS}effectiveSparkVersion": cluster.get("sparkVersion"),
        f"{_TAGS}clusterNodeType": cluster.get("nodeTypeId"),
        f"{_TAGS}driverNodeType": cluster.get("driverNodeTypeId"),
        f"{_TAGS}clusterWorkers": workers,
        f"{_TAGS}clusterTargetWorkers": workers,
        f"{_TAGS}clusterScalingType": cluster.get("scalingType"),
        f"{_TAGS}clusterCreator": cluster.get("creator"),
        f"{_TAGS}cloudProvider": "Azure",
        f"{_TAGS}clusterAllTags": _all_tags(facts) if cluster else None,
        _COLUMNS_OF_COMMANDS: "true",
    }
    return {name: str(value) for name, value in settings.items() if value is not None}


def host_of(url: str | None) -> str | None:
    return urlsplit(url).netloc if url else None


def _all_tags(facts: RunFacts) -> str:
    """The default tags (https://docs.databricks.com/admin/account-settings/usage-detail-tags) and the cluster's own."""
    cluster = facts.databricks["cluster"]
    tags = {
        "Vendor": "Databricks",
        "Creator": cluster.get("creator"),
        "ClusterName": cluster.get("name"),
        "ClusterId": facts.cluster_id,
        **cluster.get("tags", {}),
    }
    return json.dumps([{"key": key, "value": value} for key, value in tags.items() if value is not None])


def _upper(value: bool) -> str:
    return str(value).upper()
