"""dbutils.jobs.taskValues."""

from __future__ import annotations

from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.dbutils.utility import Utility


class TaskValues(Utility):
    """Values that the tasks of one job run pass to each other."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def set(self, key: str, value: Any) -> None:
        """Sets a value that JSON can express under this task's key; outside a job it has no effect."""
        self._channel.ask("setTaskValue", key=key, value=value)

    def get(self, taskKey: str, key: str, default: Any = None, debugValue: Any = None) -> Any:  # noqa: N803
        """The value that a task set; outside a job `debugValue`."""
        answer = self._channel.ask("getTaskValue", taskKey=taskKey, key=key)
        if answer["inJob"]:
            if "value" in answer:
                return answer["value"]
            if default is not None:
                return default
            raise ValueError(f"No task value with key {key} was set by task {taskKey}, and no default was given.")
        if debugValue is None:
            raise TypeError("Must pass debugValue when calling get outside of a job context. debugValue cannot be None.")
        return debugValue


class Jobs(Utility):
    """Exchanges values between the tasks of a job."""

    def __init__(self, channel: Channel) -> None:
        self.taskValues = TaskValues(channel)
