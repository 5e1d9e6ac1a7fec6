"""A process's connection to the Node side: JSON frames over a Unix socket, one on each line.

Notebook code runs in the same process and can write to any file descriptor, so each frame begins with a nonce that only
the Node side and this process know, after a line break of its own: whatever else arrives there is ignored.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from typing import Any


class Channel:
    """One connection. ``send`` sends an event, ``ask`` waits for the answer to a question."""

    def __init__(self, path: str, name: str, nonce: str) -> None:
        self._prefix = f"\n{nonce} ".encode()
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._reader = self._socket.makefile("rb")
        self._questions = 0
        self.send("hello", name=name)

    def send(self, event: str, **fields: Any) -> None:
        if os.getpid() != self._owner:
            return  # a process that the notebook forked must not speak for it
        frame = self._prefix + json.dumps({"event": event, **fields}).encode() + b"\n"
        with self._sending:  # streams report from a thread of their own
            self._socket.sendall(frame)

    def ask(self, question: str, **fields: Any) -> Any:
        """The value of the answer. RuntimeError with the message of the Node side if it refuses."""
        with self._lock:
            self._questions += 1
            number = self._questions
            self.send("ask", question=question, number=number, **fields)
            while True:
                answer = self.read()
                # The answer to an interrupted question of a cancelled cell may come first.
                if answer is None or answer.get("number") == number:
                    break
        if answer is None:
            raise RuntimeError(
                f"Could not ask the workspace for {question}: it has closed the connection; start the workspace again."
            )
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer.get("value")

    def read(self) -> dict[str, Any] | None:
        line = self._reader.readline()
        return json.loads(line) if line else None

    def close(self) -> None:
        self._socket.close()
