"""What became of a run as a whole: by how its job ended and by what it left. judge-run.ts of the task says the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from .events import Event, Finished, Recording
from .junit import JUnitResults, contradiction, junit_name
from .sentences import clause, one_line

# https://docs.pytest.org/en/stable/reference/exit-codes.html
_EXIT_CODES = {
    1: "which means that tests failed, although none of the recorded ones did; a plugin may have failed the run",
    2: "which means that it was interrupted",
    3: "which means that it had an internal error",
    4: "which means that it could not use its arguments or could not load a conftest.py",
    5: "which means that it collected no tests",
}
_LONGEST_REASON = 600


class JobEnd(Enum):
    """How the wait for a run ended."""

    # The entry point wrote finished.json, or the platform says that the job succeeded.
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timedOut"
    CANCELED = "canceled"


@dataclass
class EndedRun:
    """How a run ended, and what it left. What could not be read is a problem, and never a success."""

    job: JobEnd
    recording: Recording
    # The end of a sentence.
    reason: str = ""
    finished: Finished | None = None
    junit: JUnitResults | None = None
    has_events: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def ended_by_pytest(self) -> bool:
        """Whether pytest itself ended before it ran all tests, as it would have done here."""
        if self.finished is None or self.finished.phase != "tests":
            return False
        recorded = self.recording
        return bool(recorded.stopped or recorded.interrupted or recorded.internal_error or self.finished.exit_code == 4)


def ended_early(run: EndedRun) -> str | None:
    """Why pytest did not run to its end, as the end of a sentence; None if it did."""
    recorded, finished = run.recording, run.finished
    if run.job in (JobEnd.TIMED_OUT, JobEnd.CANCELED):
        return clause(run.reason)
    if finished is not None:
        if finished.phase == "tests":
            return None
        return one_line(
            clause(finished.message or f"the phase {finished.phase} failed with exit code {finished.exit_code}"), _LONGEST_REASON
        )
    if run.problems:
        return clause(" ".join(run.problems))
    during = f" during {one_line(recorded.last_started, 200)}" if recorded.last_started else ""
    if run.job is JobEnd.FAILED:
        why = clause(run.reason)
        return f"the job failed{during}: {why}" if recorded.has_begun else f"the job failed before pytest ran: {why}"
    if recorded.has_begun:
        return f"the process of the tests ended{during}, although the job completed; look for what ends the process there"
    return "the entry point failed before pytest ran, although the job completed; look at the job's log"


def problem_of(run: EndedRun, failed_here: int) -> str | None:
    """Why the results of a run that ended by itself cannot be trusted, or fail it although no test does; None if all is well."""
    early = ended_early(run)
    if early is not None or run.finished is None:
        return early
    if run.problems:
        return clause(" ".join(run.problems))
    code = run.finished.exit_code
    if (code > 1 and code != 5) or (code == 1 and not failed_here):
        meaning = _EXIT_CODES.get(code, "which is not one of its own")
        return f"pytest ended with exit code {code}, {meaning}; its output is in the log"
    if run.junit is None:
        return "pytest ended, but wrote no results.xml"
    # Each file has its own way to tell of a test that was begun and not run to its end.
    if not run.has_events or not run.recording.is_whole:
        return None
    disagreement = contradiction(_junit_outcomes(run.recording), run.junit.cases)
    return f"its results contradict each other: {disagreement}" if disagreement else None


def _junit_outcomes(recorded: Recording) -> Iterator[tuple[str, str]]:
    """The outcomes of tests, and of files that could not be collected or were skipped, by the names that they have in JUnit."""
    for event in recorded.collect_reports:
        yield f".{junit_name(event['report']['nodeid'])}", event["report"]["outcome"]
    for nodeid, outcome in recorded.outcomes().items():
        yield junit_name(nodeid), outcome


def missing_result(run: EndedRun, nodeid: str) -> str:
    """Why a test that was collected here has no result, as the end of a sentence."""
    early = ended_early(run)
    if early is not None:
        return early
    if run.problems:
        return clause(" ".join(run.problems))
    event = collect_report_of(run.recording, nodeid)
    if event is not None:
        file, message = event["report"]["nodeid"], one_line(str(event.get("message") or ""), 300)
        return f"{file or 'the session'} could not be collected there: {clause(message)}"
    if run.finished and run.finished.exit_code == 5:
        return "pytest collected no tests there (exit code 5)"
    if nodeid in (run.recording.collected or []):
        return "pytest ended before this test did"
    return "pytest did not collect it there; look for what it depends on, such as an environment variable or an installed package"


def collect_report_of(recorded: Recording, nodeid: str) -> Event | None:
    """The report of the file or folder of a test, if it could not be collected or was skipped."""
    for event in recorded.collect_reports:
        collected = event["report"]["nodeid"]
        if not collected or nodeid.startswith((f"{collected}::", f"{collected}/")):
            return event
    return None
