"""dbutils.credentials."""

from __future__ import annotations

from typing import ClassVar

from notebook_driver.dbutils.utility import Utility

_WHY = "the local workspace has no cloud account whose credentials it could give out; read a secret by dbutils.secrets"


class Credentials(Utility):
    """Gives out credentials of a cloud account, which the local workspace does not have."""

    _not_here: ClassVar[dict[str, str]] = {
        name: _WHY
        for name in ("assumeRole", "getCurrentCredentials", "getServiceCredentialsProvider", "showCurrentRole", "showRoles")
    }
