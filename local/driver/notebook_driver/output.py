"""What a notebook prints.

File descriptors 1 and 2 are a file: no reader can block the notebook, the output of subprocesses is in it, a crash loses nothing,
and 50 MB of logs need no memory. The output of a cell is a range of offsets.
"""

from __future__ import annotations

import base64
import contextlib
import os
import sys
from typing import Any

HEAD_BYTES = TAIL_BYTES = 128 * 1024
DISPLAY_BYTES = 4 * 1024 * 1024


class Output:
    """The outputs of the cell that runs, in order: ``{type: stream, text, omittedBytes}`` and ``{type: display, data}``."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._outputs: list[dict[str, Any]] = []
        self._displayed = 0
        self._mark = 0
        self.claim()

    def claim(self) -> None:
        """Makes descriptors 1 and 2 the file, again if a notebook has closed or redirected them."""
        os.dup2(self._file, 1)
        os.dup2(self._file, 2)
        for name, descriptor in (("stdout", 1), ("stderr", 2)):
            stream = getattr(sys, name)
            if stream is not getattr(self, name, None) or stream.closed:
                stream = open(  # noqa: SIM115
                    descriptor, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
                )
                setattr(self, name, stream)
                setattr(sys, name, stream)
                setattr(sys, f"__{name}__", stream)

    def position(self) -> int:
        for stream in (sys.stdout, sys.stderr):
            # The notebook may have closed or replaced the stream: claim() makes a new one before the next cell.
            with contextlib.suppress(ValueError, OSError, AttributeError):
                stream.flush()
        return os.fstat(self._file).st_size

    def begin(self) -> int:
        self.claim()
        self._outputs = []
        self._mark = self.position()
        return self._mark

    def display(self, data: dict[str, Any]) -> None:
        """Adds a mime bundle. Beyond 4 MB in a cell its content is replaced by a note."""
        self._take_printed()
        size = sum(len(str(value)) for value in data.values())
        self._displayed += size
        if self._displayed > DISPLAY_BYTES:
            data = {"text/plain": f"[{size} characters of output left out]"}
        self._outputs.append({"type": "display", "data": {mime: _text(value) for mime, value in data.items()}})

    def end(self) -> list[dict[str, Any]]:
        self._take_printed()
        self._displayed = 0
        return self._outputs

    def _take_printed(self) -> None:
        end = self.position()
        if end > self._mark:
            self._outputs.append(self._read(self._mark, end))
        self._mark = end

    def _read(self, start: int, end: int) -> dict[str, Any]:
        with open(self._path, "rb") as file:
            file.seek(start)
            omitted = max(0, end - start - HEAD_BYTES - TAIL_BYTES)
            if not omitted:
                return {"type": "stream", "text": file.read(end - start).decode("utf-8", "replace")}
            head = file.read(HEAD_BYTES).decode("utf-8", "replace")
            file.seek(end - TAIL_BYTES)
            tail = file.read(TAIL_BYTES).decode("utf-8", "replace")
        text = f"{head}\n[{omitted} bytes left out]\n{tail}"
        return {"type": "stream", "text": text, "omittedBytes": omitted}


def _text(value: Any) -> str:
    """Jupyter's messages have the bytes of a picture as base64, too."""
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else str(value)
