"""%pip: installs packages for the notebook alone, by the pip of the base environment in a process of its own."""

from __future__ import annotations

import glob
import importlib.metadata
import os
import re
import shlex
import subprocess
import sys

from notebook_driver.environment import Environment
from notebook_driver.failure import CellFailure

# What a shell takes for a pipe or a redirection, but not `requests>2`.
_OF_OUTPUT = re.compile(r"\|$|(?:\d|&)?>")


class Pip:
    """``preloaded`` are the modules that the host imported before the notebook began; ``restart`` is how it restarts Python."""

    def __init__(self, environment: Environment, preloaded: frozenset[str], restart: str) -> None:
        self._environment = environment
        self._preloaded = preloaded
        self._restart = restart

    def __call__(self, line: str) -> None:
        arguments = _shell_words(line)
        if not arguments:
            raise CellFailure("Could not run %pip: it has no command; write one, for example %pip install requests.")
        if arguments[0] == "uninstall" and "-y" not in arguments:
            arguments.append("-y")
        self.run(arguments)

    def run(self, arguments: list[str]) -> None:
        """Runs pip, and makes Python see what it changed. CellFailure if pip fails."""
        before = self._installed()
        self._run(arguments)
        self._environment.refresh()
        after = self._installed()
        self._forget({name for name, at in {**before, **after}.items() if before.get(name) != after.get(name) or not at})

    def _run(self, arguments: list[str]) -> None:
        command = [self._environment.python, "-m", "pip", "--no-input", "--disable-pip-version-check", *arguments]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        reason = ""
        try:
            assert process.stdout is not None
            for line in process.stdout:
                sys.stdout.write(line)
                if line.startswith("ERROR:"):
                    reason = line.strip()
            code = process.wait()
        finally:
            if process.poll() is None:
                process.kill()
        if code:
            raise CellFailure(
                f"Could not complete %pip {arguments[0]}: it ended with exit code {code}; {reason or 'its output says why'}"
            )

    def _installed(self) -> dict[str, tuple[float, tuple[str, ...]]]:
        """The distributions of this environment: when each was installed, and its modules."""
        found = {}
        for distribution in importlib.metadata.distributions(path=[self._environment.packages]):
            files = distribution.files or []
            modules = {file.parts[0].removesuffix(".py") for file in files if file.suffix in (".py", ".so")}
            path = str(getattr(distribution, "_path", ""))
            at = os.stat(path).st_mtime if path and os.path.exists(path) else 0.0
            found[str(distribution.metadata["Name"])] = (at, tuple(sorted(modules)))
        return found

    def _forget(self, changed: set[str]) -> None:
        """Unloads modules of changed distributions, so that the next import loads the new ones."""
        modules = {module for name in changed for module in self._installed().get(name, (0.0, ()))[1]}
        for loaded in list(sys.modules):
            if loaded.split(".")[0] in modules and loaded not in self._preloaded:
                del sys.modules[loaded]
        kept = sorted(modules & self._preloaded)
        if kept:
            print(f"Note: {', '.join(kept)} was imported before; run {self._restart} to make Python use the new one.")


def _shell_words(line: str) -> list[str]:
    """The words of a command as a shell reads them: ~, variables and patterns of files are expanded.

    A comment is left out, and so is where the output goes: it is shown.
    """
    words: list[str] = []
    for word in shlex.split(line):
        if word.startswith("#") or _OF_OUTPUT.match(word):
            break
        expanded = os.path.expandvars(os.path.expanduser(word))
        words.extend(sorted(glob.glob(expanded)) or [expanded])
    return words
