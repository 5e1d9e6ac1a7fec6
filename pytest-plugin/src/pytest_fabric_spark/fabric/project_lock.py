"""The lock of the copy of a project that all its runs share."""

from __future__ import annotations

import getpass
import json
import os
import socket
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from ..sentences import one_line
from .storage import LakehouseFiles

# A run holds the lock until its job has begun. One that was killed leaves it behind.
STALE_AFTER_SECONDS = 30 * 60.0


class ProjectLock:
    """A file that only one run can create.

    OneLake accepts the conditional headers of Azure Storage: https://learn.microsoft.com/fabric/onelake/onelake-api-parity.
    If it did not, two runs would change the copy at once, which the entry point would find by the digests.
    """

    def __init__(self, files: LakehouseFiles, path: str, run_id: str) -> None:
        self._files = files
        self._path = path
        self._run_id = run_id
        self._etag: str | None = None

    def take(self) -> str | None:
        """Takes the lock without waiting. Returns None, or who holds it, such as ``ada on laptop``."""
        content = json.dumps({"runId": self._run_id, **_holder(), "time": datetime.now(timezone.utc).isoformat()}).encode()
        self._etag = self._files.create(self._path, content)
        if self._etag is not None:
            return None
        dates: list[str] = []
        hook = {"raw_response_hook": lambda answer: dates.append(answer.http_response.headers.get("date", ""))}
        found = self._files.properties(self._path, **hook)
        if found is None:
            self._etag = self._files.create(self._path, content)
            return None if self._etag else "another run"
        holder = self._read()
        # The answer that it was created may have been lost.
        is_own = holder.get("runId") == self._run_id
        if is_own or _is_dead(holder) or _age(found, dates) > STALE_AFTER_SECONDS:
            self._etag = self._files.replace(self._path, content, found.etag)
        if self._etag is not None:
            return None
        names = [one_line(str(holder[name]), 60) for name in ("user", "host") if holder.get(name)]
        return " on ".join(names) or "another run"

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads(self._files.read(self._path) or b"{}")
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    def release(self) -> None:
        """Gives the lock back, unless another run has broken it meanwhile."""
        if self._etag is not None:
            self._files.remove(self._path, self._etag)
            self._etag = None


def _age(properties: Any, dates: list[str]) -> float:
    """By the clock of the service."""
    try:
        now = parsedate_to_datetime(dates[-1])
        return float((now - properties.last_modified).total_seconds())
    except (IndexError, ValueError, TypeError):
        return 0.0


def _holder() -> dict[str, str | int]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # there is no name for the user of a container
        user = "somebody"
    return {"user": user, "host": socket.gethostname(), "pid": os.getpid()}


def _is_dead(holder: dict[str, Any]) -> bool:
    """Whether the holder was a process of this machine that has ended, such as with its terminal."""
    pid = holder.get("pid")
    # On Windows, the request below ends the process.
    if holder.get("host") != socket.gethostname() or not isinstance(pid, int) or pid <= 0 or os.name == "nt":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False
