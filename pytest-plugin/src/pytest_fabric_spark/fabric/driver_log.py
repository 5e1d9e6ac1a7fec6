"""What the driver of a job has printed: https://learn.microsoft.com/fabric/data-engineering/driver-log"""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

from ..settings import is_id
from .ask import ask
from .connection import Connection
from .errors import RequestError
from .find import Item

# A longer log is that of a job which prints much; its end cannot be read without the rest.
_MOST_BYTES = 4 * 1024 * 1024
_MOST_SHOWN = 64 * 1024
_HEADING = "Traceback (most recent call last)"


def driver_log(fabric: Connection, definition: Item, job_id: str) -> str:
    """The last Python trace in the log, or the end of the log; empty if there is none or it cannot be read."""
    try:
        logs = [_read(fabric, definition, job_id, name) for name in ("stdout", "stderr")]
    except RequestError:
        return ""
    traces = [log[log.rindex(_HEADING) :] for log in logs if _HEADING in log]
    shown = traces[0] if traces else logs[0]
    return shown.strip()[-_MOST_SHOWN:]


def _read(fabric: Connection, definition: Item, job_id: str, name: str) -> str:
    sessions = fabric.spark_jobs.livy_sessions
    ids = (definition.workspace_id, definition.id)
    attempted = f"read the driver's log of the job {job_id}"
    listed = ask(attempted, lambda: list(sessions.list_livy_sessions(*ids)))
    for session in listed:
        livy_id, application = session.livy_id, session.spark_application_id
        if str(session.job_instance_id).lower() == job_id.lower() and is_id(str(livy_id)) and application:
            path = "/".join(("workspaces", ids[0], "sparkJobDefinitions", ids[1], "livySessions", livy_id, "applications"))
            query = {"type": "driver", "fileName": name, "isDownload": "true"}
            url = f"{path}/{quote(application, safe='')}/logs"
            return ask(attempted, partial(_download, fabric, url, query))
    return ""


def _download(fabric: Connection, url: str, query: dict[str, str]) -> str:
    response = fabric.send("GET", url, params=query, stream=True)
    content = b""
    try:
        for part in response.iter_bytes():
            content += part
            if len(content) > _MOST_BYTES:
                return ""
    finally:
        response.close()
    return content.decode("utf-8", "replace")
