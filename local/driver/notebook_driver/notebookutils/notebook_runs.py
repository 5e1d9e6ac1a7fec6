"""The notebooks that a notebook runs: each in a run of its own, which the workspace starts."""

from __future__ import annotations

import time
from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.notebookutils.dag import Activity, Dag


class NotebookRunFailed(Exception):
    """The notebook that notebook.run started did not succeed."""


class NotebookRuns:
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
