"""notebookutils.notebook: https://learn.microsoft.com/fabric/data-engineering/notebookutils/notebookutils-notebook-run"""

from __future__ import annotations

from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.control_flow import NotebookExit
from notebook_driver.notebookutils.dag import Activity, Dag, read_dag
from notebook_driver.notebookutils.names import Group
from notebook_driver.notebookutils.notebook_runs import NotebookRuns
from notebook_driver.run_facts import RunFacts


class RunMultipleFailed(Exception):
    """``result`` has what runMultiple returns, with the exceptions of the notebooks that failed."""

    def __init__(self, message: str, result: dict[str, dict[str, Any]]) -> None:
        super().__init__(message)
        self.result = result


class Notebook(Group):
    """Ends this notebook, or runs others."""

    name = "notebook"

    def __init__(self, channel: Channel, facts: RunFacts) -> None:
        self._channel = channel
        self._facts = facts
        self._exit_value: str | None = None

    def exit(self, value: Any = "") -> None:
        """Ends the notebook with a value."""
        self._require_notebook("exit")
        self._exit_value = str(value)
        raise NotebookExit(self._exit_value)

    def run(
        self,
        path: str,
        timeout_seconds: float = 90,
        arguments: dict[str, Any] | None = None,
        workspace: str = "",
        workspaceId: str = "",  # noqa: N803 (the platform's name)
    ) -> str:
        """Runs another notebook in a run of its own and returns its exit value. The time limit is that of each cell."""
        self._require_notebook("run")
        activity = Activity(path, path, dict(arguments or {}), float(timeout_seconds), workspace or workspaceId)
        result = NotebookRuns(self._channel, Dag([activity], 0, 1)).execute()[path]
        if result["exception"] is not None:
            raise result["exception"]
        return str(result["exitVal"])

    def runMultiple(self, dag: Any, config: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:  # noqa: N802
        """Runs notebooks in parallel or in the order of their dependencies. Returns {name: {exitVal, exception}}."""
        self._require_notebook("runMultiple")
        result = NotebookRuns(self._channel, read_dag(dag)).execute()
        failed = {name: entry["exception"] for name, entry in result.items() if entry["exception"] is not None}
        if failed:
            why = "; ".join(f"{name}: {error}" for name, error in failed.items())
            raise RunMultipleFailed(f"Could not run all notebooks: {len(failed)} of {len(result)} failed. {why}", result)
        return result

    def validateDAG(self, dag: Any) -> bool:  # noqa: N802
        """True if a DAG is valid; otherwise an exception says what is wrong with it."""
        read_dag(dag)
        return True

    def create(self, *_: Any, **__: Any) -> None:
        """Creates a notebook; not in the local workspace."""
        raise _not_here("create")

    def get(self, *_: Any, **__: Any) -> None:
        """Gets a notebook; not in the local workspace."""
        raise _not_here("get")

    def update(self, *_: Any, **__: Any) -> None:
        """Renames a notebook; not in the local workspace."""
        raise _not_here("update")

    def delete(self, *_: Any, **__: Any) -> None:
        """Deletes a notebook; not in the local workspace."""
        raise _not_here("delete")

    def list(self, *_: Any, **__: Any) -> None:
        """Lists notebooks; not in the local workspace."""
        raise _not_here("list")

    def getDefinition(self, *_: Any, **__: Any) -> None:  # noqa: N802
        """Gets a notebook's definition; not in the local workspace."""
        raise _not_here("getDefinition")

    def updateDefinition(self, *_: Any, **__: Any) -> None:  # noqa: N802
        """Updates a notebook's definition; not in the local workspace."""
        raise _not_here("updateDefinition")

    def _require_notebook(self, method: str) -> None:
        if self._facts.is_script:
            raise NotImplementedError(
                f"Could not call notebookutils.notebook.{method}: Fabric has it in notebooks, and this is a Spark job; end a "
                f"job by sys.exit."
            )


def _not_here(method: str) -> NotImplementedError:
    return NotImplementedError(
        f"Could not call notebookutils.notebook.{method}: a notebook of the local workspace cannot change items; use the "
        f"REST API of Fabric."
    )
