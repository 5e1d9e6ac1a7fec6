"""What a run knows of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunFacts:
    """``parameters`` are what the run was started with; ``task_key`` is None outside a job."""

    run_id: str
    notebook_path: str
    cluster_id: str
    parameters: dict[str, str]
    task_key: str | None
    api_url: str | None
