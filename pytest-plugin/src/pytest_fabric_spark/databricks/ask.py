"""Asks Databricks, and turns its errors into sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import requests
from databricks.sdk.errors import PermissionDenied, Unauthenticated
from databricks.sdk.errors.base import DatabricksError

from ..platform import RemoteError
from ..sentences import could_not, one_line

T = TypeVar("T")


def ask(attempted: str, work: Callable[[], T]) -> T:
    """The answer of the SDK, which itself repeats requests that are throttled or get no answer.

    :param attempted: what is tried, for the sentence, such as ``start the job``
    :raises RemoteError: whatever comes back instead
    """
    try:
        return work()
    except Unauthenticated as error:
        advice = "check DATABRICKS_TOKEN or sign in again: https://docs.databricks.com/dev-tools/auth"
        raise RemoteError(could_not(attempted, _shown(error), advice)) from error
    except PermissionDenied as error:
        # A token that is not valid gets 403, too.
        advice = "check DATABRICKS_TOKEN, and that you may use the volume and the cluster"
        raise RemoteError(could_not(attempted, _shown(error), advice)) from error
    except (DatabricksError, requests.RequestException, TimeoutError, ValueError) as error:
        # ValueError is what the SDK raises if it finds nobody who is signed in.
        raise RemoteError(could_not(attempted, _shown(error))) from error


def _shown(error: Exception) -> str:
    # The SDK adds how it was configured.
    text = str(error).partition(" Config: ")[0]
    return one_line(text, 400) or type(error).__name__
