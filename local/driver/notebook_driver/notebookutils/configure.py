"""%%configure: https://learn.microsoft.com/fabric/data-engineering/author-execute-notebook#spark-session-configuration-magic-command"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from typing import Any

from notebook_driver.failure import CellFailure

# What the magic may set. Those without effect describe a cluster, and here is none.
_EFFECTIVE = ("conf", "defaultLakehouse", "mountPoints")
_WITHOUT_EFFECT = (
    "driverMemory",
    "driverCores",
    "executorMemory",
    "executorCores",
    "numExecutors",
    "vCores",
    "jars",
    "pyFiles",
    "files",
    "archives",
    "environment",
    "useStarterPool",
    "useWorkspacePool",
    "sessionTimeoutInSeconds",
    "heartbeatTimeoutInSecond",
    "name",
    "queue",
    "kind",
)
# Text that may look like a comment, and comments.
_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*')
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


@dataclass(frozen=True)
class Configuration:
    """What a cell with %%configure sets. ``without_effect`` are keys that describe a cluster."""

    conf: dict[str, str]
    default_lakehouse: dict[str, Any] | None
    mount_points: list[dict[str, Any]]
    without_effect: tuple[str, ...]


def read_configuration(source: str, parameters: dict[str, Any]) -> Configuration:
    """Reads the text after the magic. CellFailure says what is wrong with it."""
    text = re.sub(r"^\s*-f\b", "", source)
    text = _COMMENT.sub(lambda match: "" if match.group().startswith("//") else match.group(), text)
    try:
        settings = json.loads(_TRAILING_COMMA.sub(r"\1", text))
    except ValueError as error:
        raise CellFailure(f"Could not read %%configure: it is not JSON ({error}); correct it.") from error
    if not isinstance(settings, dict):
        raise CellFailure("Could not read %%configure: it is not a JSON object; write {…}.")
    known = (*_EFFECTIVE, *_WITHOUT_EFFECT)
    for key in settings:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else "Spark's own settings belong into conf."
            raise CellFailure(f"Could not read %%configure: unknown key {key!r}; {hint}")
    settings = _filled(settings, parameters)
    return Configuration(
        conf={name: str(value) for name, value in (settings.get("conf") or {}).items()},
        default_lakehouse=settings.get("defaultLakehouse"),
        mount_points=list(settings.get("mountPoints") or []),
        without_effect=tuple(key for key in settings if key in _WITHOUT_EFFECT),
    )


def _filled(value: Any, parameters: dict[str, Any]) -> Any:
    """The value with {parameterName, defaultValue} replaced by the run's parameter or the default."""
    if isinstance(value, list):
        return [_filled(entry, parameters) for entry in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"parameterName", "defaultValue"}:
        return parameters.get(value["parameterName"], value["defaultValue"])
    return {key: _filled(entry, parameters) for key, entry in value.items()}
