"""A time limit for each cell, as the caller of a notebook sets it on Fabric."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from notebook_driver.failure import CellFailure


@contextmanager
def time_limit(seconds: float | None, cell: int) -> Iterator[None]:
    """Raises CellFailure in the main thread when the time is over. None or 0 means no limit."""
    if not seconds:
        yield
        return

    def end(*_: Any) -> None:
        raise CellFailure(
            f"Could not run cell {cell} to its end: it took longer than {seconds:g} s; raise the time limit of its caller."
        )

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
