"""notebookutils.runtime.context: https://learn.microsoft.com/fabric/data-engineering/notebookutils/notebookutils-runtime"""

from __future__ import annotations

from typing import Any

from notebook_driver.notebookutils.names import Group
from notebook_driver.notebookutils.one_lake import OneLake
from notebook_driver.run_facts import RunFacts


class Context(dict):  # type: ignore[type-arg]
    """The context as a dictionary, whose entries are attributes, too."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.get(name)


class Runtime(Group):
    """What the run knows of itself."""

    name = "runtime"

    def __init__(self, facts: RunFacts, one_lake: OneLake) -> None:
        self._facts = facts
        self._one_lake = one_lake

    @property
    def context(self) -> Context:
        """Names and ids of the notebook, its workspace and its lakehouse."""
        fabric = self._facts.fabric or {}
        reference = fabric.get("reference") or {}
        lakehouse = self._one_lake.lakehouse or {}
        environment = fabric.get("environment") or {}
        is_reference = bool(reference)
        return Context(
            currentNotebookName=fabric["item"]["name"],
            currentNotebookId=fabric["item"]["id"],
            currentWorkspaceName=fabric["workspace"]["name"],
            currentWorkspaceId=fabric["workspace"]["id"],
            defaultLakehouseName=lakehouse.get("name"),
            defaultLakehouseId=lakehouse.get("id"),
            defaultLakehouseWorkspaceName=lakehouse.get("workspaceName"),
            defaultLakehouseWorkspaceId=lakehouse.get("workspaceId"),
            currentRunId=self._facts.run_id if is_reference else "",
            parentRunId=reference.get("parentRunId", ""),
            rootRunId=reference.get("rootRunId", ""),
            isForPipeline=not is_reference,
            isForInteractive=False,
            isReferenceRun=is_reference,
            referenceTreePath="",
            rootNotebookId=reference.get("rootItem", {}).get("id", ""),
            rootNotebookName=reference.get("rootItem", {}).get("name", ""),
            rootWorkspaceId=reference.get("rootWorkspace", {}).get("id", ""),
            rootWorkspaceName=reference.get("rootWorkspace", {}).get("name", ""),
            activityId=fabric["jobInstanceId"],
            hcReplId="",
            clusterId=self._facts.cluster_id,
            poolName="",
            environmentId=environment.get("id", ""),
            environmentWorkspaceId=environment.get("workspaceId", ""),
            userId="",
            userName="",
            currentKernel="synapse_pyspark",
            productType="Fabric",
        )

    def getCurrentWorkspaceId(self) -> str:  # noqa: N802
        """The id of the workspace."""
        return str(self.context["currentWorkspaceId"])
