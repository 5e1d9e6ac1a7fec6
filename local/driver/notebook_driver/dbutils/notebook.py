"""dbutils.notebook: exit, run, and the context."""

from __future__ import annotations

from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.control_flow import NotebookExit
from notebook_driver.dbutils.context import Context, EntryPoint
from notebook_driver.dbutils.java_error import JavaError
from notebook_driver.dbutils.utility import Utility
from notebook_driver.run_facts import RunFacts


class WorkflowException(JavaError):
    """The notebook that dbutils.notebook.run started did not succeed."""

    java_class = "com.databricks.WorkflowException"
    called = "o1._run"


class Notebook(Utility):
    """Ends this notebook, or runs another."""

    def __init__(self, channel: Channel, facts: RunFacts) -> None:
        self._channel = channel
        self._facts = facts
        self._exit_value: str | None = None
        self._context = Context(channel, facts)
        self.entry_point = EntryPoint(self._context)

    def exit(self, value: Any = "") -> None:
        """Ends the notebook with a value."""
        self._exit_value = str(value)
        raise NotebookExit(self._exit_value)

    def run(self, path: str, timeout_seconds: int = 0, arguments: dict[str, Any] | None = None, **_: Any) -> str:
        """Runs another notebook in a run of its own and returns its exit value. 0 seconds means no time limit."""
        answer = self._channel.ask(
            "runNotebook",
            path=path,
            relativeTo=self._facts.notebook_path,
            timeoutSeconds=timeout_seconds,
            arguments={name: str(value) for name, value in (arguments or {}).items()},
        )
        if answer["state"] == "success":
            return answer.get("exitValue") or ""
        raise WorkflowException(answer["message"])

    def getContext(self) -> Context:  # noqa: N802
        """The notebook's context."""
        return self._context

    def __call__(self) -> Notebook:  # dbutils.notebook() is the form of Scala
        return self
