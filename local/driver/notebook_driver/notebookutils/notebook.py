"""notebookutils.notebook: https://learn.microsoft.com/fabric/data-engineering/notebookutils/notebookutils-notebook-run"""

from __future__ import annotations

import time
from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.control_flow import NotebookExit
from notebook_driver.notebookutils.dag import Activity, Dag, read_dag
from notebook_driver.notebookutils.names import Group
from notebook_driver.run_facts import RunFacts


class NotebookRunFailed(Exception):
    """The notebook that notebook.run started did not succeed."""


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
        result = _Runs(self._channel, Dag([activity], 0, 1)).execute()[path]
        if result["exception"] is not None:
            raise result["exception"]
        return str(result["exitVal"])

    def runMultiple(self, dag: Any, config: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:  # noqa: N802
        """Runs notebooks in parallel or in the order of their dependencies. Returns {name: {exitVal, exception}}."""
        self._require_notebook("runMultiple")
        result = _Runs(self._channel, read_dag(dag)).execute()
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


class _Runs:
    """Starts each notebook of a DAG when what it depends on has ended."""

    def __init__(self, channel: Channel, dag: Dag) -> None:
        self._channel = channel
        self._dag = dag
        self._result: dict[str, dict[str, Any]] = {}
        self._running: dict[int, Activity] = {}
        self._attempts: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    def execute(self) -> dict[str, dict[str, Any]]:
        deadline = time.monotonic() + self._dag.timeout if self._dag.timeout else None
        try:
            while self._start_ready() or self._running or self._not_before:
                if deadline is not None and time.monotonic() >= deadline:
                    self._end_late()
                    break
                if not self._running and not self._not_before:
                    continue
                finished = self._channel.ask("finishedNotebook", timeoutSeconds=self._wait(deadline))
                if finished is not None:
                    self._finish(self._running.pop(finished["notebook"]), finished)
        finally:
            for number in self._running:
                self._channel.ask("cancelNotebook", notebook=number)
        return {activity.name: self._result[activity.name] for activity in self._dag.activities}

    def _start_ready(self) -> bool:
        started = False
        for activity in self._dag.activities:
            if activity.name in self._result or activity in self._running.values():
                continue
            failed = [name for name in activity.dependencies if self._result.get(name, {}).get("exception") is not None]
            if failed:
                self._end(
                    activity,
                    NotebookRunFailed(f"Could not run {activity.name}: {', '.join(failed)}, on which it depends, failed."),
                )
                started = True
            elif all(name in self._result for name in activity.dependencies) and self._may_start(activity):
                self._start(activity)
                started = True
        return started

    def _may_start(self, activity: Activity) -> bool:
        has_room = not self._dag.concurrency or len(self._running) < self._dag.concurrency
        return has_room and time.monotonic() >= self._not_before.get(activity.name, 0)

    def _start(self, activity: Activity) -> None:
        self._not_before.pop(activity.name, None)
        self._attempts[activity.name] = self._attempts.get(activity.name, 0) + 1
        exit_values = {name: str(entry["exitVal"]) for name, entry in self._result.items()}
        try:
            number = self._channel.ask(
                "startNotebook",
                path=activity.path,
                workspace=activity.workspace,
                arguments=activity.arguments_with(exit_values),
                cellTimeoutSeconds=activity.cell_timeout,
            )
        except RuntimeError as error:  # there is no such notebook
            self._end(activity, NotebookRunFailed(str(error)))
            return
        self._running[number] = activity

    def _wait(self, deadline: float | None) -> float | None:
        """How long to wait for the next end of a notebook at most; None if there is no limit."""
        times = [*self._not_before.values(), *([deadline] if deadline is not None else [])]
        return max(0.0, min(times) - time.monotonic()) if times else None

    def _finish(self, activity: Activity, finished: dict[str, Any]) -> None:
        if finished["state"] == "success":
            self._result[activity.name] = {"exitVal": finished.get("exitValue") or "", "exception": None}
        elif self._attempts[activity.name] <= activity.retries:
            self._not_before[activity.name] = time.monotonic() + activity.retry_interval
        else:
            self._end(activity, NotebookRunFailed(finished["message"]))

    def _end_late(self) -> None:
        for activity in self._dag.activities:
            if activity.name not in self._result:
                self._end(
                    activity,
                    NotebookRunFailed(f"Could not run {activity.name}: the DAG took longer than {self._dag.timeout:g} s."),
                )

    def _end(self, activity: Activity, error: Exception) -> None:
        self._result[activity.name] = {"exitVal": "", "exception": error}


def _not_here(method: str) -> NotImplementedError:
    return NotImplementedError(
        f"Could not call notebookutils.notebook.{method}: a notebook of the local workspace cannot change items; use the "
        f"REST API of Fabric."
    )
