"""Commands of dbutils that cannot work here, and cells in languages that the driver does not execute.

The driver itself raises these, with the sentence.
"""

from __future__ import annotations

import re

from notebook_driver.not_here.entry import DATABRICKS, NotHere


def _command(group: str, names: str, because: str, advice: str) -> NotHere:
    first, *others = names.split()
    listed = ", ".join([f"`dbutils.{group}.{first}`", *(f"`{name}`" for name in others)])
    error = rf"NotImplementedError: Could not use (dbutils\.{group}\.(?:{'|'.join([first, *others])})):"
    return NotHere(listed, error, "use {0}", because, advice, platforms=DATABRICKS)


languages = NotHere(
    "cells in Scala and R, T-SQL notebooks",
    r"CellFailure: Could not run (.+?, which is in [\w-]+):",
    "run {0}",
    "the local workspace executes Python and SQL only",
    "run it on the platform, or write it in Python or SQL",
)

commands: tuple[NotHere, ...] = (
    _command(
        "fs",
        "mount updateMount unmount",
        "the local workspace has no cloud storage to mount",
        "copy the files to a dbfs:/ path in a setup step",
    ),
    _command(
        "fs",
        "cacheFiles cacheTable uncacheFiles uncacheTable",
        "the local workspace has no cache of files",
        "remove the call",
    ),
    _command(
        "credentials",
        "assumeRole getCurrentCredentials getServiceCredentialsProvider showCurrentRole showRoles",
        "the local workspace has no cloud account whose credentials it could give out",
        "read a secret by dbutils.secrets",
    ),
    # https://docs.databricks.com/archive/dev-tools/dbutils-library.html
    _command(
        "library",
        "install installPyPI list updateCondaEnv",
        "Databricks Runtime 11 removed it",
        "install packages by %pip install",
    ),
    NotHere(
        "`dbutils.preview`, `dbutils.meta`, `dbutils.api`",
        r"NotImplementedError: Could not use (dbutils\.(?:preview|meta|api)):",
        "use {0}",
        "the local workspace does not have it",
        "remove the call",
        platforms=DATABRICKS,
    ),
    languages,
)


def command_not_here(title: str) -> NotHere | None:
    """The entry for a command such as dbutils.fs.mount; None if there is no such command on the platform either."""
    error = f"NotImplementedError: Could not use {title}:"
    return next((entry for entry in commands if re.match(entry.error, error)), None)


def commands_of(group: str) -> list[str]:
    """The commands of a group such as fs that cannot work here."""
    listed = [entry.construct for entry in commands if f"dbutils.{group}." in entry.construct]
    return re.findall(r"(\w+)`", " ".join(listed))
