"""The environment of the tests in the Spark job: that of test.env, without anything that may be a secret."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from .dotenv import parse_dotenv
from .entry_point import environment_text as environment_text
from .platform import RemoteError
from .secret_patterns import is_secret_name, may_be_secret
from .sentences import could_not

FILE = "test.env"
REMOTE_FILE = "test.env.remote"
# Sent even if no file has them, because a pipeline sets them by itself.
SENT_PREFIX = "FABRIC_TEST_"
REMOTE_VALUES = {"FABRIC_TEST_AUTH": "notebookutils", "FABRIC_TEST_SPARK_EXEC_MODE": "remote"}
# pytest there gets its arguments as such.
NEVER_SENT = frozenset(["PYTEST_ADDOPTS"])
# A shorter secret may be a part of another value by chance.
SHORTEST_SECRET = 6


def remote_environment(project: Path, say: Callable[[str], None]) -> dict[str, str]:
    """The variables for run.json and for test.env.remote. The real environment wins over the file, as it does in local tests.

    Says the names of what is left out because it may be a secret.
    """
    values = read_file(project, say)
    values.update({name: value for name, value in os.environ.items() if name in values or name.startswith(SENT_PREFIX)})
    for name in NEVER_SENT | REMOTE_VALUES.keys():
        values.pop(name, None)
    suspects = {name for name, value in values.items() if may_be_secret(name, value)}
    secrets = [values[name] for name in suspects if len(values[name]) >= SHORTEST_SECRET]
    left_out = [name for name, value in values.items() if name in suspects or any(secret in value for secret in secrets)]
    if left_out:
        say(
            f"Left out of the environment of the remote tests, because they may be secrets: {', '.join(left_out)}. "
            "Tests can read a secret there: from Azure Key Vault by notebookutils.credentials.getSecret in Fabric, from a secret "
            "scope by dbutils.secrets.get in Databricks."
        )
    return {**{name: value for name, value in values.items() if name not in left_out}, **REMOTE_VALUES}


def remote_file(project: Path) -> str | None:
    """The file that the entry point writes, for run.json; None if the project has no such file here either."""
    return REMOTE_FILE if (project / FILE).exists() else None


def read_file(project: Path, say: Callable[[str], None]) -> dict[str, str]:
    """The variables of test.env, secrets included; none if there is no such file. Says which lines cannot be used."""
    try:
        text = (project / FILE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise RemoteError(could_not(f"read {FILE} of the project", "it is not in UTF-8", "save it in UTF-8")) from error
    except OSError as error:
        problem = error.strerror or str(error)
        raise RemoteError(
            could_not(f"read {FILE} of the project", problem, "check that it is a file that you may read")
        ) from error
    return parse_dotenv(text, os.environ, file=FILE, may_span_lines=is_secret_name, say=say)
