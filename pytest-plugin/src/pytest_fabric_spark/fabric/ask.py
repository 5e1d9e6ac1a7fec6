"""One way to send requests: again after failures that pass by themselves, and with one kind of error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from azure.core.exceptions import AzureError

from ..platform import RemoteError
from .errors import RequestError, request_error

T = TypeVar("T")
MOST_ATTEMPTS = 3
# For all waits of a throttled request together.
LONGEST_THROTTLING_SECONDS = 10 * 60.0
_FIRST_BACKOFF_SECONDS, _LONGEST_BACKOFF_SECONDS = 0.5, 30.0


class Stoppable(threading.local):
    """What ends the waits of this thread: only the main thread gets Ctrl-C."""

    stopped: threading.Event | None = None


stoppable = Stoppable()


def pause(seconds: float) -> None:
    """Waits."""
    if stoppable.stopped is None:
        time.sleep(seconds)
    elif stoppable.stopped.wait(seconds):
        raise RemoteError("The work was stopped.")


def ask(
    attempted: str,
    call: Callable[[], T],
    *,
    is_repeatable: bool = True,
    throttled_seconds: float | None = None,
    on_throttled: Callable[[RequestError, float], None] = lambda _error, _seconds: None,
) -> T:
    """What ``call`` returns, which uses an Azure SDK without retries of its own.

    A refusal because of too many requests is repeated for ``throttled_seconds``, never before the time that the service asks for.
    Other failures that pass by themselves are repeated twice, unless the request may have taken effect and must not do so again.

    :param attempted: such as ``list the workspaces``, for the error
    :param on_throttled: called before each wait with its length in seconds
    """
    limit = LONGEST_THROTTLING_SECONDS if throttled_seconds is None else throttled_seconds
    waited, failures, throttlings = 0.0, 0, 0
    while True:
        try:
            return call()
        # What the models of an SDK make of an answer of another form.
        except (AzureError, RemoteError, ValueError, TypeError, KeyError, AttributeError) as cause:
            error = request_error(attempted, cause)
            if not isinstance(error, RequestError):
                raise error from None
            if error.kind == "throttled":
                delay = error.retry_after if error.retry_after is not None else backoff(throttlings + 3)
                throttlings += 1
                waited += delay
                if waited > limit:
                    raise error from None
                on_throttled(error, delay)
            else:
                failures += 1
                passes = error.kind == "unreachable" or (error.ambiguous and is_repeatable)
                if not passes or failures >= MOST_ATTEMPTS:
                    raise error from None
                delay = error.retry_after if error.retry_after is not None else backoff(failures - 1)
            pause(delay)


def backoff(attempt: int) -> float:
    return min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2.0**attempt)
