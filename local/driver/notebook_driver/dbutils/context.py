"""The notebook's context: ``dbutils.notebook.entry_point.getDbutils().notebook().getContext()``.

It is not documented. The names are those that public notebooks, databricks-sdk and MLflow read
(https://github.com/mlflow/mlflow/blob/master/mlflow/utils/databricks_utils.py).
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.dbutils.cluster import host_of
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

    def isEmpty(self) -> bool:  # noqa: N802
        return self._value is None

    def toString(self) -> str:  # noqa: N802
        return f"Some({self._value})" if self._value is not None else "None"

    __str__ = toString


class ScalaMap(dict):  # type: ignore[type-arg]
    """A map of Scala as notebooks use it: ``get`` returns an Option."""

    def get(self, key: str, default: Any = None) -> Option:  # type: ignore[override]
        return Option(super().get(key, default))

    def apply(self, key: str) -> Any:
        return self[key]

    def contains(self, key: str) -> bool:
        return key in self

    def getOrElse(self, key: str, default: Any) -> Any:  # noqa: N802
        return self.get(key).getOrElse(default)

    def toString(self) -> str:  # noqa: N802
        return "Map(" + ", ".join(f"{key} -> {value}" for key, value in self.items()) + ")"


class Context:
    """Its fields are methods that return an Option. The token is that of the run: it ends with it."""

    def __init__(self, channel: Channel, facts: RunFacts) -> None:
        self._channel = channel
        self._facts = facts
        self._token: str | None = None

    def fields(self) -> dict[str, str | None]:
        """All fields but the token; None for those that this run does not have."""
        facts, run = self._facts, self._facts.databricks
        user, job = run.get("user") or {}, run.get("job") or {}
        return {
            "notebookPath": facts.notebook_path,
            "notebookId": run.get("notebookId"),
            "currentRunId": facts.run_id,
            "rootRunId": job.get("runId"),
            "multitaskParentRunId": job.get("runId"),
            "jobId": job.get("id"),
            "idInJob": facts.run_id if job else None,
            "taskKey": facts.task_key,
            "jobGroup": facts.run_id,
            "clusterId": facts.cluster_id,
            "apiUrl": run.get("workspaceUrl"),
            "browserHostName": host_of(run.get("workspaceUrl")),
            "workspaceId": run.get("orgId"),
            "userName": user.get("name"),
            "userId": user.get("id"),
        }

    def token(self) -> str | None:
        """A token for the workspace's APIs, by the identity that runs the notebook; None in a run that has none."""
        if self._token is None:
            self._token = self._channel.ask("apiToken")
        return self._token

    def apiToken(self) -> Option:  # noqa: N802
        return Option(self.token())

    def tags(self) -> ScalaMap:
        fields = self.fields()
        tags = {
            **{name: fields[name] for name in ("notebookPath", "notebookId", "jobId", "multitaskParentRunId", "taskKey")},
            **{name: fields[name] for name in ("currentRunId", "clusterId", "browserHostName", "apiUrl", "idInJob")},
            "runId": fields["currentRunId"],
            "orgId": fields["workspaceId"],
            "user": fields["userName"],
            "userId": fields["userId"],
        }
        return ScalaMap({name: value for name, value in tags.items() if value is not None})

    def extraContext(self) -> ScalaMap:  # noqa: N802
        fields = self.fields()
        return ScalaMap({"notebook_path": fields["notebookPath"], "api_url": fields["apiUrl"], "api_token": self.token()})

    def toJson(self) -> str:  # noqa: N802
        fields = self.fields()
        return json.dumps(
            {
                "rootRunId": {"id": fields["rootRunId"]} if fields["rootRunId"] else None,
                "currentRunId": {"id": fields["currentRunId"]},
                "jobGroup": fields["jobGroup"],
                "tags": self.tags(),
                "extraContext": self.extraContext(),
            }
        )

    def safeToJson(self) -> str:  # noqa: N802
        """The attributes without a credential."""
        extra = {"notebook_path": self._facts.notebook_path, "api_url": self.fields()["apiUrl"]}
        return json.dumps({"attributes": {**self.tags(), **{name: value for name, value in extra.items() if value is not None}}})

    def __getattr__(self, name: str) -> Callable[[], Option]:
        if name.startswith("_"):
            raise AttributeError(name)
        fields = self.fields()
        if name in fields:
            return lambda: Option(fields[name])
        near = difflib.get_close_matches(name, [*fields, "tags", "extraContext", "apiToken", "toJson", "safeToJson"], 1)
        hint = f'did you mean "{near[0]}"?' if near else "use tags(), which lists what there is."
        raise AttributeError(f"Could not read {name} from the notebook's context: the local workspace does not have it; {hint}")


class EntryPoint:
    """The object of the JVM behind dbutils, as far as notebooks use it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def getDbutils(self) -> EntryPoint:  # noqa: N802
        return self

    def notebook(self) -> EntryPoint:
        return self

    def getContext(self) -> Context:  # noqa: N802
        return self._context
