"""dbutils.credentials."""

from __future__ import annotations

from notebook_driver.dbutils.utility import Utility


class Credentials(Utility):
    """Gives out credentials of a cloud account, which the local workspace does not have."""
