"""Asks a platform again if that fails, since a network fails now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from .platform import RemoteError

T = TypeVar("T")

ATTEMPTS = 3
FIRST_PAUSE_SECONDS = 1.0


def patiently(ask: Callable[[], T]) -> T:
    """What is asked for; raises the RemoteError of the third attempt."""
    for attempt in range(1, ATTEMPTS):
        try:
            return ask()
        except RemoteError:
            time.sleep(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
    return ask()
