"""Microsoft Fabric as a platform for tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from ..platform import Job, JobStatus, RunFolder
from ..settings import Settings
from .azcopy import AzCopy
from .connection import Connection
from .credentials import SignIn
from .definition import find_or_create_definition
from .driver_log import driver_log
from .find import find_item, find_lakehouse, find_workspace
from .jobs import Jobs
from .run_folder import OneLakeRunFolder
from .storage import LakehouseFiles


class FabricPlatform:
    """Implements Platform. The workspace and its items are looked up at once, the Spark job definition at the first start."""

    name = "Microsoft Fabric"

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._say = say
        self._azcopy = AzCopy(settings) if settings.uses_azcopy else None
        sign_in = SignIn(settings)
        self._fabric = Connection(settings, sign_in)
        self._workspace = find_workspace(self._fabric, settings.workspace)
        self._lakehouse = find_lakehouse(self._fabric, self._workspace, settings.lakehouse)
        name = settings.environment
        self._environment = find_item(self._fabric, self._workspace, "Environment", name) if name else None
        self._files = LakehouseFiles(settings, sign_in, self._lakehouse)
        self._entry_point = ""

    def run_folder(self, run_id: str) -> RunFolder:
        return OneLakeRunFolder(self._files, run_id, self._settings.project_folder, self._say, self._azcopy)

    @cached_property
    def _jobs(self) -> Jobs:
        name = self._settings.spark_job
        definition = find_or_create_definition(self._fabric, self._workspace, name, self._entry_point, self._say)
        return Jobs(self._fabric, definition, self._settings.portal_url, self._say)

    def start(self, folder: RunFolder) -> Job:
        assert isinstance(folder, OneLakeRunFolder)
        self._entry_point = folder.entry_point
        execution: dict[str, Any] = {
            "executableFile": folder.entry_point,
            "commandLineArguments": folder.mounted_path,
            "defaultLakehouseId": self._lakehouse.reference,
        }
        if self._environment is not None:
            execution["environmentId"] = self._environment.reference
        return self._jobs.start(execution)

    def status(self, job: Job) -> JobStatus:
        return self._jobs.status(job)

    def cancel(self, job: Job) -> None:
        self._jobs.cancel(job)

    def driver_log(self, job: Job) -> str:
        return driver_log(self._fabric, self._jobs.definition, job.id)
