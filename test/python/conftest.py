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


def start(config: dict[str, Any]) -> tuple[subprocess.Popen[str], Workspace]:
    """Starts a workspace; closing its standard input ends it."""
    command = ["node", "--import", "tsx", str(ROOT / "test/python/workspace.ts"), json.dumps(config)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    line = process.stdout.readline()
    assert line, "the local workspace did not start: see its own message above"
    record = json.loads(line)
    return process, Workspace(record["ready"], record["environment"], record["servicePrincipals"])


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    """What the module's workspace holds; a module overrides it."""
    return {}


@pytest.fixture(scope="module")
def workspace(config: dict[str, Any]) -> Iterator[Workspace]:
    """The module's workspace, without Spark, with this process's environment set for its clients."""
    process, workspace = start({"spark": {"master": "none"}, **config})
    with pytest.MonkeyPatch.context() as patch:
        for name, value in workspace.environment.items():
            patch.setenv(name, value)
        yield workspace
    process.communicate()
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
