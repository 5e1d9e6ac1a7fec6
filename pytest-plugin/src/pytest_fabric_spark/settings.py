"""The settings of remote runs on Microsoft Fabric: environment variables, or the file test.env of the project."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .environment_file import read_file
from .platform import RemoteError
from .sentences import could_not, did_you_mean, nearest_name, one_line

PUBLIC_API = "https://api.fabric.microsoft.com"
PUBLIC_PORTAL = "https://app.fabric.microsoft.com"
PUBLIC_ONELAKE = "https://onelake.dfs.fabric.microsoft.com"
AUTHENTICATIONS = ("auto", "cli", "environment", "workload", "managed")
# Names of dbt-fabric, whose settings projects have already: https://github.com/sdebruyn/dbt-fabric/blob/main/test.env.sample
_OTHER_AUTHENTICATIONS = {"workload_identity": "workload", "managed_identity": "managed", "msi": "managed", "default": "auto"}
_PREFIX = "FABRIC_TEST_"
# By an id first: it means the same after somebody renames something.
_WORKSPACE = ("WORKSPACE_ID", "WORKSPACE_NAME")
_LAKEHOUSE = ("REMOTE_LAKEHOUSE_ID", "LAKEHOUSE_ID", "LAKEHOUSE_NAME")
_OWN_VARIABLES = {
    f"{_PREFIX}{name}"
    for name in (
        *(*_WORKSPACE, *_LAKEHOUSE, "ENVIRONMENT_NAME"),
        *("SPARK_JOB_NAME", "AUTH", "TENANT_ID", "CLIENT_ID", "FEDERATED_TOKEN_FILE", "BASE_API_URI", "ONELAKE_URL"),
        *("ALLOWED_HOSTS", "PROJECT_FOLDER", "SYNC", "SPARK_EXEC_MODE", "ONELAKE_PATH", "ARTIFACTS"),
    )
}
# Variables of dbt-fabric whose names are near to some of these.
_OTHER_VARIABLES = {f"{_PREFIX}FEDERATED_TOKEN_URL", f"{_PREFIX}FEDERATED_TOKEN_HEADER", f"{_PREFIX}LIVY_SESSION_NAME"}
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class Settings:
    """Where and as whom tests run. A workspace, lakehouse, environment and Spark job definition is a name or an id."""

    workspace: str
    # May be ``workspace/lakehouse`` if it is in another workspace.
    lakehouse: str
    spark_job: str
    environment: str | None
    # Such as ``Files/shop``.
    project_folder: str
    authentication: str
    tenant_id: str | None
    client_id: str | None
    token_file: str | None
    # Addresses without a path.
    api_url: str
    portal_url: str
    onelake_url: str
    allowed_hosts: tuple[str, ...]
    uses_azcopy: bool


def is_id(text: str) -> bool:
    """Whether a text is a GUID, as the ids of workspaces and items are."""
    return _ID.fullmatch(text) is not None


def read_environment(rootdir: Path) -> dict[str, str]:
    """The environment of this process, with what test.env adds to it."""
    # What cannot be read is said when the environment of the tests is read.
    values = read_file(rootdir, lambda _line: None)
    for names in (_WORKSPACE, _LAKEHOUSE):
        # The name that a pipeline sets is not that of the id which a developer has in the file.
        if any(os.environ.get(f"{_PREFIX}{name}") for name in names):
            values = {name: value for name, value in values.items() if name.removeprefix(_PREFIX) not in names}
    # Who may get a token is not for a file to say that comes with the project.
    values = {name: value for name, value in values.items() if not name.endswith("_TEST_ALLOWED_HOSTS")}
    return {**values, **os.environ}


def load_settings(rootdir: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> Settings:
    """Reads all settings, and says which variables are probably misspelt. All that is missing or wrong is one error."""
    values = {name: value.strip() for name, value in environment.items() if value.strip()}
    problems: list[str] = []

    def first(*names: str) -> str | None:
        return next((values[f"{_PREFIX}{name}"] for name in names if f"{_PREFIX}{name}" in values), None)

    def required(what: str, *names: str) -> str:
        value = first(*names)
        if value is None:
            names = tuple(name for name in reversed(names) if not name.startswith("REMOTE_"))
            problems.append(f"{' or '.join(f'{_PREFIX}{name}' for name in names)} ({what}) is not set")
        return value or ""

    def choice(name: str, known: tuple[str, ...], others: Mapping[str, str]) -> str | None:
        value = (first(name) or "").lower()
        value = others.get(value, value)
        if value and value not in known:
            problems.append(
                f'{_PREFIX}{name} is "{one_line(value)}" ({did_you_mean(value, known, "known: " + ", ".join(known))})'
            )
        return value or None

    def address(name: str, default: str) -> str:
        value = first(name)
        if value is None:
            return default
        try:
            url = urlsplit(value)
            if url.scheme and url.hostname and url.port != 0:
                return f"{url.scheme}://{url.netloc}"
        except ValueError:
            pass
        problems.append(f"{_PREFIX}{name} is not an address such as {default}")
        return default

    workspace = required("the workspace", *_WORKSPACE)
    lakehouse = required("the lakehouse", *_LAKEHOUSE)
    project = project_name(rootdir)
    folder = (first("PROJECT_FOLDER") or f"Files/{project}").strip("/")
    if not re.fullmatch(r"Files(/[^/\\?#%:*\"<>|\x00-\x1f]*[^/\\?#%:*\"<>|\x00-\x1f. ])+", folder):
        problems.append(f'{_PREFIX}PROJECT_FOLDER is "{folder}", which is not a folder such as Files/{project}')
    elif f"{folder}/".startswith("Files/notebook-ops/"):
        problems.append(f"{_PREFIX}PROJECT_FOLDER is in Files/notebook-ops, where the folders of runs are")
    api_url = address("BASE_API_URI", PUBLIC_API)
    settings = Settings(
        workspace=workspace,
        lakehouse=lakehouse,
        spark_job=first("SPARK_JOB_NAME") or f"{project}-tests",
        environment=first("ENVIRONMENT_NAME"),
        project_folder=folder,
        authentication=choice("AUTH", AUTHENTICATIONS, _OTHER_AUTHENTICATIONS) or "auto",
        tenant_id=first("TENANT_ID"),
        client_id=first("CLIENT_ID"),
        token_file=first("FEDERATED_TOKEN_FILE"),
        api_url=api_url,
        portal_url=PUBLIC_PORTAL if api_url == PUBLIC_API else api_url,
        onelake_url=address("ONELAKE_URL", PUBLIC_ONELAKE),
        allowed_hosts=tuple((first("ALLOWED_HOSTS") or "").lower().replace(",", " ").split()),
        uses_azcopy=choice("SYNC", ("azcopy", "sdk"), {}) == "azcopy",
    )
    misspelt = _misspelt(values)
    if problems:
        hints = [f'{name} looks like a misspelt "{meant}"' for name, meant in misspelt]
        advice = "set them in the environment or in test.env" if len(problems) > 1 else "set it in the environment or in test.env"
        raise RemoteError(could_not("run the tests on Fabric", "; ".join([*problems, *hints]), advice))
    for name, meant in misspelt:
        say(f'The variable {name} has no effect; did you mean "{meant}"?')
    return settings


def _misspelt(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Unknown variables whose name is nearly that of a setting. Projects have others with the same prefix."""
    found = []
    for name in sorted(values):
        if name.startswith(_PREFIX) and name not in _OWN_VARIABLES | _OTHER_VARIABLES:
            rest = name.removeprefix(_PREFIX)
            nearest = nearest_name(rest, (known.removeprefix(_PREFIX) for known in _OWN_VARIABLES))
            # Short names, such as HOST, are near to others by chance.
            if nearest and len(rest) > 5 and f"{_PREFIX}{nearest}" not in values:
                found.append((name, f"{_PREFIX}{nearest}"))
    return found


def project_name(rootdir: Path) -> str:
    """The name in pyproject.toml, so that all copies of a project share a folder; otherwise that of its folder."""
    name = ""
    try:
        data = _toml().loads((rootdir / "pyproject.toml").read_text(encoding="utf-8"))
        name = data["project"]["name"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    name = name if isinstance(name, str) and name else rootdir.resolve().name
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "project"


def _toml() -> Any:
    """tomllib; before Python 3.11 the package that pytest depends on."""
    try:
        return importlib.import_module("tomllib")
    except ImportError:
        return importlib.import_module("tomli")
