"""The notebooks of one runMultiple, in the order of their dependencies."""

from __future__ import annotations

import difflib
import json
import os
import re
from dataclasses import dataclass, field
from typing import Any

_ACTIVITY_KEYS = (
    "name",
    "path",
    "timeoutPerCellInSeconds",
    "args",
    "workspace",
    "retry",
    "retryIntervalInSeconds",
    "dependencies",
)
_DAG_KEYS = ("activities", "timeoutInSeconds", "concurrency", "refreshInterval", "displayDAGViaGraphviz")
_EXIT_VALUE = re.compile(r"@activity\('([^']*)'\)\.exitValue\(\)")


class InvalidDag(ValueError):
    """The argument of runMultiple is not a valid DAG."""


@dataclass
class Activity:
    """Times in seconds."""

    name: str
    path: str
    arguments: dict[str, Any] = field(default_factory=dict)
    cell_timeout: float = 90
    workspace: str = ""
    retries: int = 0
    retry_interval: float = 0
    dependencies: tuple[str, ...] = ()

    def arguments_with(self, exit_values: dict[str, str]) -> dict[str, Any]:
        """The arguments, with the exit values that @activity('name').exitValue() stands for."""
        return {name: self._filled(value, exit_values) for name, value in self.arguments.items()}

    @staticmethod
    def _filled(value: Any, exit_values: dict[str, str]) -> Any:
        if not isinstance(value, str):
            return value
        return _EXIT_VALUE.sub(lambda match: exit_values.get(match.group(1), ""), value)


@dataclass
class Dag:
    """``concurrency`` 0 means no limit."""

    activities: list[Activity]
    timeout: float
    concurrency: int


def read_dag(dag: Any) -> Dag:
    """A DAG of runMultiple's argument: a list of notebooks, a dictionary, or its JSON. InvalidDag says what is wrong."""
    if isinstance(dag, str):
        try:
            dag = json.loads(dag)
        except ValueError as error:
            raise InvalidDag(
                f"Could not read the DAG: it is not JSON ({error}); pass a list of notebooks or a dictionary."
            ) from error
    if isinstance(dag, (list, tuple)):
        dag = {"activities": [{"name": path, "path": path} for path in dag]}
    if not isinstance(dag, dict) or not isinstance(dag.get("activities"), (list, tuple)):
        raise InvalidDag(
            "Could not read the DAG: it has no list 'activities'; pass a list of notebooks, or {'activities': [...]}."
        )
    _require_known(dag, _DAG_KEYS, "the DAG")
    activities = [_activity(entry) for entry in dag["activities"]]
    _require_order(activities)
    concurrency = dag.get("concurrency", 3 * (os.cpu_count() or 1))
    return Dag(activities, float(dag.get("timeoutInSeconds", 43_200)), int(concurrency))


def _activity(entry: Any) -> Activity:
    if not isinstance(entry, dict) or not entry.get("name") or not entry.get("path"):
        raise InvalidDag(f"Could not read the activity {entry!r}: it needs a name and a path.")
    _require_known(entry, _ACTIVITY_KEYS, f"the activity {entry['name']}")
    return Activity(
        name=str(entry["name"]),
        path=str(entry["path"]),
        arguments=dict(entry.get("args") or {}),
        cell_timeout=float(entry.get("timeoutPerCellInSeconds", 90)),
        workspace=str(entry.get("workspace") or ""),
        retries=int(entry.get("retry", 0)),
        retry_interval=float(entry.get("retryIntervalInSeconds", 0)),
        dependencies=tuple(entry.get("dependencies") or ()),
    )


def _require_known(entry: dict[str, Any], known: tuple[str, ...], what: str) -> None:
    for key in entry:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"it may have {', '.join(known)}."
            raise InvalidDag(f"Could not read {what}: it has the unknown key {key!r}; {hint}")


def _require_order(activities: list[Activity]) -> None:
    names = [activity.name for activity in activities]
    for name in names:
        if names.count(name) > 1:
            raise InvalidDag(f"Could not read the DAG: two activities have the name {name}; give each its own.")
    for activity in activities:
        for dependency in activity.dependencies:
            if dependency not in names:
                raise InvalidDag(
                    f"Could not read the DAG: {activity.name} depends on {dependency}, which is not an activity; check its name."
                )
    done: set[str] = set()
    while ready := [entry for entry in activities if entry.name not in done and done.issuperset(entry.dependencies)]:
        done.update(entry.name for entry in ready)
    circle = [name for name in names if name not in done]
    if circle:
        raise InvalidDag(f"Could not read the DAG: {', '.join(circle)} depend on each other in a circle; remove a dependency.")
