"""Databricks as a platform for tests."""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial

from databricks.sdk.config import Config
from databricks.sdk.core import ApiClient
from databricks.sdk.errors import NotFound
from databricks.sdk.service.compute import Environment
from databricks.sdk.service.files import FilesAPI
from databricks.sdk.service.jobs import (
    JobEnvironment,
    JobsAPI,
    Run,
    RunLifeCycleState,
    RunResultState,
    SparkPythonTask,
    SubmitTask,
)

from ..platform import Job, JobState, JobStatus, RemoteError, RunFolder
from ..sentences import could_not, one_line
from .ask import ask
from .run_folder import VolumeRunFolder
from .settings import DatabricksSettings, require_host
from .volume import VolumeFiles

_LOOK_AGAIN_AFTER_SECONDS = 2.0
# The SDK repeats a request for five minutes, which nobody waits for; remote runs repeat what they read.
_RETRY_SECONDS = 60
# Ends a job that nobody watches any more. --remote-timeout ends a run before that.
_LONGEST_JOB_SECONDS = 24 * 3600
# What a job writes after its folder is deleted would stay.
_CANCEL_SECONDS = 15.0
_ENVIRONMENT = "tests"
_WAITING = {
    RunLifeCycleState.QUEUED,
    RunLifeCycleState.PENDING,
    RunLifeCycleState.BLOCKED,
    RunLifeCycleState.WAITING_FOR_RETRY,
}
_RUNNING = {RunLifeCycleState.RUNNING, RunLifeCycleState.TERMINATING}


class DatabricksPlatform:
    """Implements Platform."""

    name = "Databricks"

    def __init__(self, settings: DatabricksSettings, project: str) -> None:
        self._settings = settings
        self._project = project
        config = ask(
            "sign in to Databricks", partial(Config, product="pytest-fabric-spark", retry_timeout_seconds=_RETRY_SECONDS)
        )
        # It may come from a profile.
        require_host(config.host or "", settings.allowed_hosts)
        self._host = (config.host or "").rstrip("/")
        client = ApiClient(config)
        self._jobs = JobsAPI(client)  # type: ignore[no-untyped-call]
        # That of WorkspaceClient reads files from addresses of the cloud's storage, which may be closed to this machine.
        self._files = VolumeFiles(FilesAPI(client))  # type: ignore[no-untyped-call]
        root = "/".join(settings.volume.split("/")[:5])
        if not self._files.has_folder(root):
            advice = "correct DATABRICKS_TEST_VOLUME, or create the volume"
            raise RemoteError(could_not(f"find {one_line(root)} on {one_line(self._host)}", "it does not exist", advice))

    def run_folder(self, run_id: str) -> RunFolder:
        return VolumeRunFolder(self._files, self._settings.volume, run_id)

    def start(self, folder: RunFolder) -> Job:
        assert isinstance(folder, VolumeRunFolder)
        cluster_id = self._settings.cluster_id
        task = SubmitTask(
            task_key="tests",
            spark_python_task=SparkPythonTask(folder.entry_point, [folder.shown, "--whole-files"]),
            existing_cluster_id=cluster_id,
            # https://docs.databricks.com/api/azure/workspace/jobs/submit: required for Python files on serverless compute
            environment_key=None if cluster_id else _ENVIRONMENT,
            # Serverless compute would run a job with failed tests again.
            disable_auto_optimization=None if cluster_id else True,
            max_retries=0,
        )
        environment = JobEnvironment(_ENVIRONMENT, Environment(environment_version=self._settings.environment_version))
        submit = partial(
            self._jobs.submit,
            run_name=f"pytest {self._project} {folder.run_id}",
            tasks=[task],
            environments=None if cluster_id else [environment],
            # A start whose answer was lost gives the same job when it is repeated.
            idempotency_token=folder.run_id,
            timeout_seconds=_LONGEST_JOB_SECONDS,
        )
        run_id = ask("start the job", submit).run_id
        assert run_id is not None
        page = ""
        with suppress(RemoteError):  # it is only shown
            page = self._run(str(run_id)).run_page_url or ""
        return Job(str(run_id), one_line(page) or f"{self._host}/jobs/runs/{run_id}")

    def status(self, job: Job) -> JobStatus:
        return judge(self._run(job.id))

    def cancel(self, job: Job) -> None:
        """Returns when the job has ended, or after some seconds."""

        def request() -> None:
            with suppress(NotFound):
                self._jobs.cancel_run(int(job.id))

        ask(f"cancel the job {job.id}", request)
        deadline = time.monotonic() + _CANCEL_SECONDS
        while time.monotonic() < deadline and not self.status(job).state.has_ended:
            time.sleep(0.5)

    def driver_log(self, job: Job) -> str:
        tasks = self._run(job.id).tasks or []
        if not tasks or tasks[-1].run_id is None:
            return ""
        task_run_id = tasks[-1].run_id
        output = ask(f"read the output of the job {job.id}", lambda: self._jobs.get_run_output(task_run_id))
        # The error comes last, since it is what explains the failure.
        return "\n".join(part.strip("\n") for part in (output.logs, output.error_trace or output.error) if part)

    def _run(self, job_id: str) -> Run:
        return ask(f"read the state of the job {job_id}", lambda: self._jobs.get_run(int(job_id)))


def judge(run: Run) -> JobStatus:
    """Only ``SUCCESS`` is a success; a state that the SDK does not know is a failure."""
    state = run.state
    life_cycle, result = (state.life_cycle_state, state.result_state) if state else (None, None)
    message = one_line((state.state_message if state else None) or "", 600)
    if life_cycle in _WAITING:
        return JobStatus(JobState.WAITING, message, _LOOK_AGAIN_AFTER_SECONDS)
    if life_cycle in _RUNNING:
        return JobStatus(JobState.RUNNING, "", _LOOK_AGAIN_AFTER_SECONDS)
    if life_cycle is RunLifeCycleState.TERMINATED and result is RunResultState.SUCCESS:
        return JobStatus(JobState.SUCCEEDED)
    shown = result or life_cycle
    message = message or (f"it ended as {shown.value}" if shown else "Databricks says nothing that is known here about its state")
    return JobStatus(JobState.CANCELED if result is RunResultState.CANCELED else JobState.FAILED, message)
