"""What a run knows of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RunFacts:
    """``parameters`` are what the run was started with; ``task_key`` is None outside a job.

    ``fabric`` is the request's FabricRun (local/driver/execution-request.ts), None on another platform.
    """

    run_id: str
    notebook_path: str
    cluster_id: str
    parameters: dict[str, str]
    task_key: str | None
    api_url: str | None
    fabric: dict[str, Any] | None = None
    # A Spark job instead of a notebook.
    is_script: bool = False
