"""What a run knows of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RunFacts:
    """``parameters`` are what the run was started with; ``task_key`` is None outside a job.

    ``databricks`` and ``fabric`` are the request's DatabricksRun and FabricRun (local/driver/execution-request.ts): {} and None
    on another platform.
    """

    run_id: str
    notebook_path: str
    cluster_id: str
    parameters: dict[str, str]
    task_key: str | None
    databricks: dict[str, Any] = field(default_factory=dict)
    fabric: dict[str, Any] | None = None
    # A Spark job instead of a notebook.
    is_script: bool = False

    @property
    def is_serverless(self) -> bool:
        return bool(self.databricks) and self.databricks.get("cluster") is None

    @property
    def cluster_notes(self) -> list[str]:
        """What settings of the cluster do not do in the local workspace."""
        return (self.databricks.get("cluster") or {}).get("notes", [])
