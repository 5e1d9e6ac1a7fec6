"""A local workspace for tests, and the proof that a test used the routes it claims."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@dataclass
class Workspace:
    """A running local workspace."""

    ready: dict[str, Any]
    environment: dict[str, str]
    service_principals: dict[str, dict[str, Any]]

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Asks the control URL."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ready["controlUrl"] + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def ledger(self) -> dict[str, list[dict[str, Any]]]:
        """What is alive."""
        return self.control("GET", "/ledger")

    def advance(self, seconds: float) -> None:
        """Moves the workspace's clock."""
        self.control("POST", "/clock", {"advanceSeconds": seconds})

    def fault(self, fault: dict[str, Any]) -> None:
        """Declares what goes wrong."""
        self.control("POST", "/faults", fault)


class Emulator:
    """The process in which the workspaces of all modules run, one after another."""

    def __init__(self) -> None:
        command = ["node", "--import", "tsx", str(ROOT / "test/python/workspace.ts")]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, config: dict[str, Any]) -> Workspace:
        """Starts a workspace, which runs until `stop`."""
        record = self._ask(json.dumps(config))
        return Workspace(record["ready"], record["environment"], record["servicePrincipals"])

    def stop(self) -> None:
        """Stops the workspace that was started last."""
        self._ask("")

    def close(self) -> None:
        """Ends the process; it ends by itself when its standard input does."""
        self._process.communicate()

    def _ask(self, line: str) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the local workspace did not start or stop: see its own message above"
        return json.loads(answer)


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """Starts workspaces."""
    emulator = Emulator()
    yield emulator
    emulator.close()


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    """What the module's workspace holds; a module overrides it."""
    return {}


@pytest.fixture(scope="module")
def workspace(config: dict[str, Any], emulator: Emulator) -> Iterator[Workspace]:
    """The module's workspace, without Spark, with this process's environment set for its clients."""
    workspace = emulator.start({"spark": {"master": "none"}, **config})
    with pytest.MonkeyPatch.context() as patch:
        for name, value in workspace.environment.items():
            patch.setenv(name, value)
        yield workspace
    emulator.stop()
    assert not os.path.exists(os.path.dirname(workspace.ready["caFile"])), "the state folder was left behind"


@pytest.fixture(autouse=True)
def proof(request: pytest.FixtureRequest) -> Iterator[None]:
    """Holds a test to its claim: the routes of `@proves(client, …)` answered that client while the test ran."""
    claims: list[pytest.Mark] = list(request.node.iter_markers("proves"))
    if not claims:
        yield
        return
    workspace: Workspace = request.getfixturevalue("workspace")
    before = len(workspace.control("GET", "/requests"))
    yield
    asked = {
        (f"{entry['service']} {entry['route']}", entry["userAgent"]) for entry in workspace.control("GET", "/requests")[before:]
    }
    for client, *routes in (claim.args for claim in claims):
        missing = set(routes) - {route for route, agent in asked if USER_AGENTS[client].search(agent)}
        assert not missing, f"{client} did not ask {missing}; asked were {asked}"


USER_AGENTS = {
    # The SDK's OAuth goes by requests itself.
    "databricks-sdk": re.compile(r"databricks-sdk-py/|^python-requests/"),
    "azure-identity": re.compile(r"^azsdk-python-identity/"),
    "azure-keyvault-secrets": re.compile(r"azsdk-python-keyvault-secrets/"),
    "azure-storage-blob": re.compile(r"azsdk-python-storage-blob/"),
    # Its clients read and delete by the Blob API, and say so.
    "azure-storage-file-datalake": re.compile(r"azsdk-python-storage-(dfs|blob)/"),
    "PyJWT": re.compile(r"^Python-urllib/"),
    "microsoft-fabric-api": re.compile(r"^azsdk-python-fabric/"),
    "fabric-cicd": re.compile(r"^ms-fabric-cicd/"),
    "requests": re.compile(r"^python-requests/"),
}


def pytest_configure(config: pytest.Config) -> None:
    """Makes `proves` known."""
    config.addinivalue_line("markers", "proves(client, *routes): routes of the local workspace that the test proves")


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Asks again until it is so, at most 20 s; for what the platform does in its own time."""

    def ask(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, "it did not become so within 20 s"
            time.sleep(0.02)

    return ask
