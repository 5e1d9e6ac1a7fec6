"""Ends sessions on a server of Spark Connect for runs whose process may have vanished."""

from __future__ import annotations

from typing import Any


class ConnectSessions:
    """The sessions of runs on the server at ``url``."""

    def __init__(self, url: str) -> None:
        self._url = url
        import notebook_driver.connect  # noqa: F401  # its imports take a second, which the first close need not wait for

    def open(self, run: str) -> Any:
        raise NotImplementedError("a run opens its session itself")

    def close(self, session: str) -> bool:
        """The server interrupts the session's queries and stops its streams."""
        from notebook_driver.connect import create_client

        client = create_client(self._url, session)
        try:
            client.release_session()
        finally:
            client._channel.close()
        return True
