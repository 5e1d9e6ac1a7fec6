"""The Spark job definition that all runs share: each run says itself what it executes, so that it is never changed or deleted."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

from ..platform import RemoteError
from ..sentences import could_not, one_line
from ..settings import is_id
from .ask import ask, backoff, pause
from .connection import Connection, with_headers
from .errors import RequestError, retry_after
from .find import Item, Workspace, checked_id, find_item, list_items

_LONGEST_OPERATION_SECONDS = 5 * 60.0
# A list may show a new item only after a moment.
_LOOKS = 4


def find_or_create_definition(
    fabric: Connection, workspace: Workspace, name: str, executable_file: str, say: Callable[[str], None]
) -> Item:
    """Finds the definition by its name, and creates it if there is none.

    :param executable_file: abfss address of a file that exists, for the definition alone
    """
    if is_id(name):
        return find_item(fabric, workspace, "SparkJobDefinition", name)
    attempted = f'create the Spark job definition "{name}"'
    found = _find(fabric, workspace, name)
    if found is not None:
        return found
    try:
        created = _create(fabric, workspace, name, executable_file, attempted)
    except RequestError as error:
        # Another developer has created it meanwhile, or this request has, whose answer was lost.
        if error.kind != "conflict" and not error.ambiguous:
            raise
        for look in range(_LOOKS):
            found = _find(fabric, workspace, name)
            if found is not None:
                return found
            pause(backoff(look))
        raise
    say(f'Created the Spark job definition "{name}", which later runs use, too.')
    return created


def _find(fabric: Connection, workspace: Workspace, name: str) -> Item | None:
    attempted = f'find the Spark job definition "{name}"'
    found = [each for each in list_items(fabric, workspace, "SparkJobDefinition", attempted) if each[1] == name]
    if len(found) > 1:
        ids = ", ".join(one_line(str(each[0]), 40) for each in found)
        advice = "set FABRIC_TEST_SPARK_JOB_NAME to the id of one of them"
        raise RemoteError(could_not(attempted, f"there are {len(found)} of that name ({ids})", advice))
    return Item(workspace.id, checked_id(found[0][0], attempted), found[0][1]) if found else None


def _create(fabric: Connection, workspace: Workspace, name: str, executable_file: str, attempted: str) -> Item:
    request = {
        "displayName": name,
        "type": "SparkJobDefinition",
        "description": "Runs Spark tests (pytest-fabric-spark). Each run says what it executes.",
        "definition": _content(executable_file),
    }
    # The SDK's method waits for the operation in a way that can neither be limited nor told from a failure.
    response = ask(attempted, lambda: fabric.send("POST", f"workspaces/{workspace.id}/items", json=request), is_repeatable=False)
    if response.status_code == 202:
        headers = response.headers
        location = str(headers.get("location", "")).partition("?")[0].rstrip("/").rpartition("/")[2]
        operation = checked_id(headers.get("x-ms-operation-id") or location, attempted)
        _await_operation(fabric, operation, retry_after(headers), attempted)
        response = ask(attempted, lambda: fabric.send("GET", f"operations/{operation}/result"))
    try:
        created = response.json()["id"]
    except (ValueError, KeyError, TypeError):
        raise RequestError("badAnswer", attempted, "the answer is not an item") from None
    return Item(workspace.id, checked_id(created, attempted), name)


def _await_operation(fabric: Connection, operation: str, first_delay: float | None, attempted: str) -> None:
    """https://learn.microsoft.com/rest/api/fabric/articles/long-running-operation"""
    operations = fabric.core.long_running_operations
    deadline = time.monotonic() + _LONGEST_OPERATION_SECONDS
    delay, looks = first_delay, 0
    while True:
        pause(backoff(looks) if delay is None else delay)
        state, headers = ask(attempted, lambda: operations.get_operation_state(operation, cls=with_headers))
        delay, looks = retry_after(headers), looks + 1
        status = str(state.status)
        if status == "Succeeded":
            return
        if status not in ("NotStarted", "Running", "Undefined"):
            reason = _reason(state.error)
            kind = "conflict" if reason.startswith("ItemDisplayNameAlreadyInUse") else "invalid"
            raise RequestError(kind, attempted, f"the operation ended as {one_line(f'{status} {reason}')}")  # type: ignore[arg-type]
        if time.monotonic() > deadline:
            came_back = f"the operation {operation} has not ended after {_LONGEST_OPERATION_SECONDS / 60:g} min ({status})"
            raise RequestError("interrupted", attempted, came_back, "try again later")


def _reason(error: Any) -> str:
    parts = (getattr(error, "error_code", None), getattr(error, "message", None))
    return ": ".join(str(part) for part in parts if part)


def _content(executable_file: str) -> dict[str, Any]:
    """https://learn.microsoft.com/rest/api/fabric/articles/item-management/definitions/spark-job-definition"""
    settings: dict[str, Any] = {
        "executableFile": executable_file,
        "defaultLakehouseArtifactId": "",
        "mainClass": "",
        "additionalLakehouseIds": [],
        "retryPolicy": None,
        "commandLineArguments": "",
        "additionalLibraryUris": [],
        "language": "Python",
        "environmentArtifactId": None,
    }
    payload = base64.b64encode(json.dumps(settings).encode()).decode()
    part = {"path": "SparkJobDefinitionV1.json", "payload": payload, "payloadType": "InlineBase64"}
    return {"format": "SparkJobDefinitionV1", "parts": [part]}
