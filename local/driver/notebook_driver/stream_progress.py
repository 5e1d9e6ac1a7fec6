"""Which micro-batches of a streaming query are shown, and as what."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

# So many batches get a line each. Later ones share a line, at first every 10 s and then less and less often, so that a stream
# that runs for a day writes some hundred lines.
_SINGLE_LINES = 20
_FIRST_PAUSE_SECONDS = 10.0
_LONGEST_PAUSE_SECONDS = 600.0


class StreamProgress:
    """Makes lines of the progress of one query. ``clock`` returns seconds."""

    def __init__(self, label: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._label = label
        self._clock = clock
        self._last = -1
        self._singles = 0
        self._collected: list[tuple[int, int, float]] = []
        self._pause = _FIRST_PAUSE_SECONDS
        self._shown_at = clock()

    def has_gap(self, batch: int) -> bool:
        """Whether there may be batches between the last one that was seen and this one."""
        return batch > self._last + 1

    def lines(self, batches: list[str], *, ended: bool = False) -> list[str]:
        """The lines to show now. ``batches`` are progress events as JSON; those without rows, or seen before, are skipped."""
        shown = []
        for text in batches:
            batch = json.loads(text)
            number, rows = int(batch["batchId"]), int(batch["numInputRows"])
            if number <= self._last or rows <= 0:
                continue
            self._last = number
            seconds = batch.get("durationMs", {}).get("triggerExecution", 0) / 1000
            if self._singles < _SINGLE_LINES:
                self._singles += 1
                shown.append(self._line(f"batch {number}", rows, seconds))
            else:
                self._collected.append((number, rows, seconds))
        if self._collected and (ended or self._clock() - self._shown_at >= self._pause):
            first, last = self._collected[0][0], self._collected[-1][0]
            rows, seconds = sum(entry[1] for entry in self._collected), sum(entry[2] for entry in self._collected)
            shown.append(self._line(f"batch {first}" if first == last else f"batches {first} to {last}", rows, seconds))
            self._collected = []
            self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)
        if shown:
            self._shown_at = self._clock()
        return shown

    def _line(self, batches: str, rows: int, seconds: float) -> str:
        rate = f"{rows / seconds:,.1f} rows/s, " if seconds else ""
        return f"Stream {self._label}: {batches}: {rows:,} row{'' if rows == 1 else 's'} in, {rate}{seconds:.2f} s"
