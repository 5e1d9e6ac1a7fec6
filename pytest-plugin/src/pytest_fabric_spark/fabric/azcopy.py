"""Copies a project by azcopy, for those who set FABRIC_TEST_SYNC=azcopy."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from ..hosts import is_listed
from ..platform import RemoteError
from ..sentences import could_not, one_line
from ..settings import Settings
from .storage import LakehouseFiles
from .sync import Synced
from .upload import source_of

_INSTALL = "https://learn.microsoft.com/azure/storage/common/storage-use-azcopy-v10"
# https://learn.microsoft.com/azure/storage/common/storage-use-azcopy-authorize-azure-active-directory
_LOGIN_TYPES = {"auto": "AZCLI", "cli": "AZCLI", "environment": "SPN", "workload": "WORKLOAD", "managed": "MSI"}


class AzCopy:
    """azcopy on the PATH."""

    def __init__(self, settings: Settings) -> None:
        program = shutil.which("azcopy")
        if program is None:
            raise RemoteError(could_not("copy the project by azcopy", "it is not on the PATH", f"install it ({_INSTALL})"))
        self._program = program
        self._settings = settings

    def sync(self, files: LakehouseFiles, project: Path, paths: Sequence[str], target: str, keep: str) -> Synced:
        """Makes a folder equal to the files of a project, except for the file ``keep``.

        azcopy knows folders only, so that it gets one with copies of the files; their digests are those of what it sends.
        """
        with tempfile.TemporaryDirectory(prefix="pytest-fabric-spark-") as scratch:
            stage = Path(scratch) / "project"
            stage.mkdir()
            digests = {path: _copy(source_of(project, path), stage / path) for path in paths}
            output = self._run(stage, files.https(target), Path(scratch), keep)
        found = {path: digest for path, digest in digests.items() if digest is not None}
        return Synced(found, sum(map(int, _CHANGES.findall(output))))

    def _run(self, stage: Path, url: str, scratch: Path, keep: str) -> str:
        command = [self._program, "sync", str(stage), quote(url, safe=":/"), "--from-to=LocalBlobFS", "--delete-destination=true"]
        # A file may be replaced by an older one, so that times do not tell whether it differs.
        command += ["--put-md5", "--compare-hash=MD5", "--local-hash-storage-mode=HiddenFiles", "--skip-version-check"]
        command.append(f"--exclude-path={keep}")
        if is_listed(url, self._settings.allowed_hosts):
            command.append(f"--trusted-microsoft-suffixes={urlsplit(url).netloc}")
        defaults = {"AZCOPY_AUTO_LOGIN_TYPE": _LOGIN_TYPES[self._settings.authentication]}
        for name, source in (("APPLICATION_ID", "AZURE_CLIENT_ID"), ("CLIENT_SECRET", "AZURE_CLIENT_SECRET")):
            defaults[f"AZCOPY_SPA_{name}"] = os.environ.get(source, "")
        defaults["AZCOPY_TENANT_ID"] = self._settings.tenant_id or os.environ.get("AZURE_TENANT_ID", "")
        own = {"AZCOPY_LOG_LOCATION": str(scratch / "logs"), "AZCOPY_JOB_PLAN_LOCATION": str(scratch / "plans")}
        environment = {**defaults, **os.environ, **own, "AZCOPY_DISABLE_SYSLOG": "true"}
        ended = subprocess.run(
            command,
            env={name: value for name, value in environment.items() if value},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        status = re.search(r"^Final Job Status: (\w+)", ended.stdout, re.MULTILINE)
        if ended.returncode or (status and status[1] != "Completed"):
            advice = "run az login, or set AZCOPY_AUTO_LOGIN_TYPE" if _SIGN_IN.search(ended.stdout) else ""
            came_back = f"azcopy ended with exit code {ended.returncode} ({_reason(ended.stdout)})"
            raise RemoteError(could_not("copy the project by azcopy", came_back, advice))
        return ended.stdout


_CHANGES = re.compile(r"^(?:Number of Copy Transfers for Files|Number of Deletions at Destination): (\d+)", re.MULTILINE)
_SIGN_IN = re.compile(r"log ?in|credential|authenticat|token", re.IGNORECASE)


def _reason(output: str) -> str:
    """The line with the error; azcopy prints its progress and a summary, too."""
    lines = [line.strip() for line in re.split(r"[\r\n]+", output) if line.strip()]
    failed = [
        line for line in lines if re.search("error|fail|refused|denied", line, re.IGNORECASE) and not re.search(r": 0$", line)
    ]
    return one_line((failed or lines or ["it printed nothing"])[0], 200)


def _copy(source: Path, target: Path) -> str | None:
    """Copies a file; returns its MD5 digest, or None if there is no such file any more."""
    digest = hashlib.md5(usedforsecurity=False)
    try:
        with source.open("rb") as file:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as copy:
                while block := file.read(1024 * 1024):
                    digest.update(block)
                    copy.write(block)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RemoteError(could_not(f"copy {source}", error.strerror or str(error))) from None
    return digest.hexdigest()
