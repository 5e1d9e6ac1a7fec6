"""The notebook's context: ``dbutils.notebook.entry_point.getDbutils().notebook().getContext()``."""

from __future__ import annotations

import json
from typing import Any

from notebook_driver.run_facts import RunFacts


class Option:
    """Scala's Option as notebooks use it."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def get(self) -> Any:
        if self._value is None:
            raise ValueError("None.get")
        return self._value

    def getOrElse(self, default: Any) -> Any:  # noqa: N802
        if self._value is not None:
            return self._value
        return default() if callable(default) else default

    def isDefined(self) -> bool:  # noqa: N802
        return self._value is not None

    def toString(self) -> str:  # noqa: N802
        return f"Some({self._value})" if self._value is not None else "None"

    __str__ = toString


class _Tags(dict):  # type: ignore[type-arg]
    def get(self, key: str, default: Any = None) -> Option:  # type: ignore[override]
        return Option(super().get(key, default))


class Context:
    """It has no token: a notebook that needs one should read it from a secret."""

    def __init__(self, facts: RunFacts) -> None:
        self._facts = facts
        self._tags = {
            "notebookPath": facts.notebook_path,
            "currentRunId": facts.run_id,
            "runId": facts.run_id,
            "clusterId": facts.cluster_id,
            "apiUrl": facts.api_url,
            "taskKey": facts.task_key,
        }
        self._tags = {key: value for key, value in self._tags.items() if value is not None}

    def notebookPath(self) -> Option:  # noqa: N802
        return Option(self._facts.notebook_path)

    def currentRunId(self) -> Option:  # noqa: N802
        return Option(self._facts.run_id)

    def clusterId(self) -> Option:  # noqa: N802
        return Option(self._facts.cluster_id)

    def apiUrl(self) -> Option:  # noqa: N802
        return Option(self._facts.api_url)

    def tags(self) -> _Tags:
        return _Tags(self._tags)

    def toJson(self) -> str:  # noqa: N802
        extra = {"notebook_path": self._facts.notebook_path, "api_url": self._facts.api_url}
        return json.dumps({"currentRunId": {"id": self._facts.run_id}, "extraContext": extra, "tags": self._tags})

    safeToJson = toJson  # noqa: N815


class EntryPoint:
    def __init__(self, facts: RunFacts) -> None:
        self._facts = facts

    def getDbutils(self) -> EntryPoint:  # noqa: N802
        return self

    def notebook(self) -> EntryPoint:
        return self

    def getContext(self) -> Context:  # noqa: N802
        return Context(self._facts)
