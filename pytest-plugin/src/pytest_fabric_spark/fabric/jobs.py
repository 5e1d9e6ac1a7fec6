"""Runs of a Spark job definition."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..platform import Job, JobState, JobStatus
from ..sentences import one_line
from .ask import ask
from .connection import Connection, with_headers
from .errors import RequestError, retry_after
from .find import Item, checked_id

# How long to wait for capacity before giving up, and between two readings of a state if Fabric does not say.
_LONGEST_WAIT_FOR_CAPACITY_SECONDS = 30 * 60.0
_LOOK_AGAIN_AFTER_SECONDS = 10.0
_MOST_STARTS = 3
_ENDED = {"Completed": JobState.SUCCEEDED, "Failed": JobState.FAILED, "Cancelled": JobState.CANCELED, "Deduped": JobState.FAILED}


@dataclass
class _Watch:
    """What is known of a started job."""

    last: JobStatus
    not_before: float
    # Jobs of the definition that were alive before this one was started, if an earlier start had no clear answer; otherwise None.
    older: frozenset[str] | None


class Jobs:
    """Starts, watches and cancels jobs of one definition."""

    def __init__(self, fabric: Connection, definition: Item, portal_url: str, say: Callable[[str], None]) -> None:
        self._fabric = fabric
        self.definition = definition
        self._portal_url = portal_url
        self._say = say
        self._watched: dict[str, _Watch] = {}

    def start(self, execution: dict[str, Any]) -> Job:
        """Starts a job, and another if the answer leaves open whether one was started: only one of them runs the tests."""
        attempted = f'start a job of the Spark job definition "{one_line(self.definition.name)}"'
        try:
            before = frozenset(self._live_jobs())
        except RequestError:
            before = frozenset()  # they matter only if the start has no clear answer
        older: frozenset[str] | None = None
        for starts in range(1, _MOST_STARTS + 1):
            try:
                _, headers = ask(
                    attempted,
                    lambda: self._request_start(execution),
                    is_repeatable=False,
                    throttled_seconds=_LONGEST_WAIT_FOR_CAPACITY_SECONDS,
                    on_throttled=self._say_throttled,
                )
                job_id = checked_id(_job_id(headers), attempted)
                break
            except RequestError as error:
                if not error.ambiguous or starts == _MOST_STARTS:
                    raise
                older = before
                self._say(f"{error} Starting the job again; if there are two, the second ends at once.")
        definition = self.definition
        delay = retry_after(headers)
        delay = _LOOK_AGAIN_AFTER_SECONDS if delay is None else delay
        self._watched[job_id] = _Watch(JobStatus(JobState.WAITING, "", delay), time.monotonic() + delay, older)
        page = f"{self._portal_url}/groups/{definition.workspace_id}/sparkJobDefinitions/{definition.id}/runs/{job_id}"
        return Job(job_id, page)

    def _request_start(self, execution: dict[str, Any]) -> tuple[Any, Any]:
        body, ids = json.dumps({"executionData": execution}).encode(), (self.definition.workspace_id, self.definition.id)
        options: dict[str, Any] = {"content_type": "application/json", "cls": with_headers}
        try:
            jobs = self._fabric.spark_jobs.background_jobs
            return jobs.run_on_demand_spark_job_definition(*ids, body, **options)  # type: ignore[no-any-return]
        except Exception as error:
            if not _is_unknown_form(error):
                raise
        # A cloud may still have the older form of the API only.
        return self._fabric.core.job_scheduler.run_on_demand_item_job(*ids, "sparkjob", body, **options)  # type: ignore[no-any-return]

    def _say_throttled(self, error: RequestError, seconds: float) -> None:
        is_capacity = error.status == 430 or error.code == "TooManyRequestsForCapacity"
        what = "Fabric has no capacity for another Spark job" if is_capacity else "Fabric has too many requests of yours"
        self._say(f"{what} ({error.status} {error.code}".rstrip() + f"); next attempt in {seconds:.0f} s.")

    def status(self, job: Job) -> JobStatus:
        """The state of a job. Called before Fabric allows another look, it is the last one that is known."""
        watch = self._watched.get(job.id)
        now = time.monotonic()
        if watch is not None and (watch.last.state.has_ended or now < watch.not_before):
            return replace(watch.last, look_again_after=max(0.0, watch.not_before - now))
        status = self._read(job, watch.older if watch else None)
        self._watched[job.id] = _Watch(status, time.monotonic() + status.look_again_after, watch.older if watch else None)
        return status

    def _read(self, job: Job, older: frozenset[str] | None) -> JobStatus:
        ids = (self.definition.workspace_id, self.definition.id, checked_id(job.id, "look up the job"))
        scheduler = self._fabric.core.job_scheduler
        attempted = f"read the state of the job {job.id}"
        instance, headers = ask(attempted, lambda: scheduler.get_item_job_instance(*ids, cls=with_headers))
        delay = retry_after(headers)
        delay = _LOOK_AGAIN_AFTER_SECONDS if delay is None else delay
        if not isinstance(instance.status, str):
            raise RequestError("badAnswer", attempted, "the answer has no state of a job")
        status = judge(instance, delay)
        if older is not None and status.state is JobState.FAILED and set(self._live_jobs()) - older - {job.id}:
            # The answer to an earlier start was lost, and that job was the first to claim the tests.
            return JobStatus(JobState.RUNNING, "another job of this run may be running the tests", delay)
        return status

    def _live_jobs(self) -> list[str]:
        ids = (self.definition.workspace_id, self.definition.id)
        found = ask(
            "list the jobs of the definition", lambda: list(self._fabric.core.job_scheduler.list_item_job_instances(*ids))
        )
        return [str(each.id).lower() for each in found if not judge(each, 0).state.has_ended]

    def cancel(self, job: Job) -> None:
        ids = (self.definition.workspace_id, self.definition.id, checked_id(job.id, "cancel the job"))
        try:
            ask(f"cancel the job {job.id}", lambda: self._fabric.core.job_scheduler.cancel_item_job_instance(*ids))
        except RequestError as error:
            if error.code != "JobAlreadyCompleted":
                raise
        self._watched.pop(job.id, None)


def judge(instance: Any, look_again_after: float) -> JobStatus:
    """Only ``Completed`` without a reason for a failure is a success. An unknown state is that of a live job until it has an end.

    https://learn.microsoft.com/rest/api/fabric/core/job-scheduler/get-item-job-instance
    """
    status, failure = str(instance.status), instance.failure_reason
    parts = (getattr(failure, "error_code", None), getattr(failure, "message", None))
    reason = one_line(": ".join(str(part) for part in parts if part), 600).rstrip(". ")
    if status == "NotStarted":
        return JobStatus(JobState.WAITING, "", look_again_after)
    if status == "InProgress":
        return JobStatus(JobState.RUNNING, "", look_again_after)
    if status not in _ENDED and not instance.end_time_utc:
        return JobStatus(JobState.RUNNING, f"its state is {one_line(status, 60)}", look_again_after)
    state = _ENDED.get(status, JobState.FAILED)
    message = {
        "Completed": reason and f"Fabric says both that it has completed and why it failed: {reason}",
        "Failed": reason or "Fabric gives no reason",
        "Cancelled": "it was cancelled in the workspace" + (f" ({reason})" if reason else ""),
        "Deduped": "it did not run, because another job of the same definition was running" + (f" ({reason})" if reason else ""),
    }.get(status, f"it ended as {one_line(status, 60)}" + (f": {reason}" if reason else ""))
    if state is JobState.SUCCEEDED and reason:
        state = JobState.FAILED
    return JobStatus(state, message, look_again_after)


def _job_id(headers: Any) -> str | None:
    """Only the id of the address in ``Location`` is used, since it could be that of another host."""
    found = re.search(r"/jobs/(?:\w+/)?instances/([^/?#]+)", str(headers.get("location", "")), re.IGNORECASE)
    return found[1] if found else None


def _is_unknown_form(error: Exception) -> bool:
    """Whether the service has no such operation, rather than no such item."""
    status = getattr(error, "status_code", None)
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    code = str(headers.get("x-ms-public-api-error-code", ""))
    return (status == 404 and not code.endswith("NotFound")) or status == 405 or code == "FeatureNotAvailable"
