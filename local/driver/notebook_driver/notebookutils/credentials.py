"""notebookutils.credentials: https://learn.microsoft.com/fabric/data-engineering/notebookutils/notebookutils-credentials"""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from notebook_driver.channel import Channel
from notebook_driver.notebookutils.names import Group


class Credentials(Group):
    """Gets tokens and secrets. They are redacted in what the notebook shows."""

    name = "credentials"

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def getToken(self, audience: str, name: str = "") -> str:  # noqa: N802
        """An access token for an audience: storage, pbi, keyvault, kusto or a resource."""
        return str(self._channel.ask("token", audience=audience))

    def getSecret(self, akvName: str, secret: str, linkedService: str = "") -> str:  # noqa: N802, N803
        """A secret of a key vault, which its address or name names."""
        return str(self._channel.ask("vaultSecret", vault=akvName, name=secret))

    def isValidToken(self, token: str) -> bool:  # noqa: N802
        """Whether a token has not expired."""
        try:
            payload = token.split(".")[1]
            claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            return float(claims["exp"]) > time.time()
        except (IndexError, KeyError, ValueError, TypeError):
            return False

    def putSecret(self, akvName: str, secretName: str, secretValue: str, linkedService: str = "") -> None:  # noqa: N802, N803
        """Writes a secret; not in the local workspace."""
        raise NotImplementedError(
            "Could not call notebookutils.credentials.putSecret: a notebook of the local workspace only reads secrets; set "
            "it in the "
            "workspace's configuration."
        )
