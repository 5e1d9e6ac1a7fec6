"""dbutils.secrets. The values come from the workspace; the Node side redacts them in everything that the notebook shows."""

from __future__ import annotations

from typing import NamedTuple

from notebook_driver.channel import Channel
from notebook_driver.dbutils.utility import Utility


class SecretScope(NamedTuple):
    name: str


class SecretMetadata(NamedTuple):
    key: str


class Secrets(Utility):
    """Reads secrets of the workspace's scopes."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def get(self, scope: str, key: str) -> str:
        """A secret's value."""
        value = self._channel.ask("secret", scope=scope, key=key)
        if value is None:
            raise ValueError(f"Secret does not exist with scope: {scope} and key: {key}")
        return value

    def getBytes(self, scope: str, key: str) -> bytes:  # noqa: N802
        """A secret's value as UTF-8 bytes."""
        return self.get(scope, key).encode()

    def list(self, scope: str) -> list[SecretMetadata]:
        """The keys of a scope."""
        return [SecretMetadata(key) for key in self._channel.ask("secretKeys", scope=scope)]

    def listScopes(self) -> list[SecretScope]:  # noqa: N802
        """The workspace's scopes."""
        return [SecretScope(name) for name in self._channel.ask("secretScopes")]
