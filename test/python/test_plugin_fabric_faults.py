"""What pytest-fabric-spark makes of the failures of Microsoft Fabric and of the way to it."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path

import pytest
from pytest_fabric_spark.fabric import ask, definition, fabric_platform, jobs
from pytest_fabric_spark.platform import JobState, JobStatus, RemoteError

WAITING = "import pathlib, sys, time\nwhile pathlib.Path(sys.argv[1], 'run.json').exists():\n    time.sleep(0.02)\n"
FAILING = "print('preparing')\nraise ValueError('no pip here')\n"


@pytest.fixture(scope="module")
def config():
    return {
        "fabric": {
            "workspaces": [{"name": "Shop", "lakehouses": ["sales"]}, {"name": "Full", "lakehouses": ["sales"]}],
            "retryAfterSeconds": 0,
            "pageSize": 1,
        }
    }


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def platform(workspace, tmp_path: Path, said):
    workspace.control("DELETE", "/faults")
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "shop-{uuid.uuid4().hex[:8]}"\n')
    return fabric_platform(tmp_path, said.append)


@pytest.fixture
def folder(platform):
    folder = platform.run_folder(uuid.uuid4().hex)
    folder.write("entry_point.py", b"")
    folder.write("run.json", b"{}")
    yield folder
    folder.delete()


@pytest.fixture
def pauses(monkeypatch) -> list[float]:
    """How long the plugin would have waited."""
    pauses: list[float] = []
    for module in (ask, definition):
        monkeypatch.setattr(module, "pause", pauses.append)
    return pauses


@pytest.fixture
def ended(platform, eventually):
    def wait(job):
        statuses = []
        eventually(lambda: statuses.append(platform.status(job)) or statuses[-1].state.has_ended)
        return statuses[-1]

    return wait


def fault(path: str, method: str, then: dict, when: str = "before", times: int = 1, service: str = "fabric") -> dict:
    return {"match": {"service": service, "method": method, "path": path}, "times": times, "when": when, "then": then}


STARTS = "/jobs/sparkjob/instances$"
NO_CAPACITY = '{"errorCode": "TooManyRequestsForCapacity", "message": "No cores are left."}'


def test_a_start_waits_for_capacity_as_long_as_fabric_asks(platform, folder, said, ended, workspace, pauses):
    refusal = {"status": 430, "headers": {"retry-after": "37"}, "body": NO_CAPACITY}
    workspace.fault(fault(STARTS, "POST", refusal, times=2))
    workspace.fault(fault(STARTS, "POST", {"status": 429, "headers": {"retry-after": "5"}, "body": ""}))
    job = platform.start(folder)
    assert [pause for pause in pauses if pause] == [37, 37, 5]
    assert said[1:] == [
        *["Fabric has no capacity for another Spark job (430 TooManyRequestsForCapacity); next attempt in 37 s."] * 2,
        "Fabric has too many requests of yours (429); next attempt in 5 s.",
    ]
    assert ended(job).state is JobState.SUCCEEDED
    workspace.fault(fault(STARTS, "POST", {**refusal, "headers": {"retry-after": "1801"}}))
    with pytest.raises(
        RemoteError, match=r"Could not start a job .*: the answer is 430 TooManyRequestsForCapacity: No cores are left"
    ):
        platform.start(folder)


def test_a_start_whose_answer_is_lost_is_repeated_and_the_other_job_counts(platform, folder, said, workspace, eventually):
    folder.write("entry_point.py", WAITING.encode())
    workspace.fault(fault(STARTS, "POST", {"reset": True}, when="after"))
    job = platform.start(folder)
    assert "the connection was cut before the answer" in said[1] and said[1].endswith(
        "if there are two, the second ends at once."
    )
    assert len(workspace.ledger()["fabricRuns"]) == 2
    platform.cancel(job)
    # It has ended, but the lost one may be the one that runs the tests.
    assert platform.status(job).state is JobState.CANCELED
    folder.delete()
    eventually(lambda: workspace.ledger()["fabricRuns"] == [])


def test_a_job_that_found_the_tests_claimed_is_not_the_end(platform, folder, workspace, ended, eventually, monkeypatch):
    monkeypatch.setattr(jobs, "_LOOK_AGAIN_AFTER_SECONDS", 0)
    claims = "import os, sys\ntry:\n    os.mkdir(sys.argv[1] + '/claim')\nexcept FileExistsError:\n    sys.exit(1)\n" + WAITING
    folder.write("entry_point.py", claims.encode())
    workspace.fault(fault(STARTS, "POST", {"reset": True}, when="after"))
    job = platform.start(folder)
    known = {entry["id"]: entry for entry in workspace.ledger()["fabricRuns"]}
    eventually(lambda: len(workspace.ledger()["fabricRuns"]) == 1)
    if job.id in {entry["id"] for entry in workspace.ledger()["fabricRuns"]}:
        assert platform.status(job).state is JobState.RUNNING
    else:
        status = platform.status(job)
        assert (status.state, status.message) == (JobState.RUNNING, "another job of this run may be running the tests")
    assert len(known) == 2
    folder.delete()
    assert ended(job).state.has_ended


STATES = r"/jobs/instances/[-\w]+$"


@pytest.mark.parametrize("then", [{"status": 503, "body": ""}, {"reset": True}, {"status": 200, "body": "{"}, {"truncate": 20}])
def test_a_state_is_read_again_after_failures_that_pass(platform, folder, workspace, pauses, ended, then):
    job = platform.start(folder)
    workspace.fault(fault(STATES, "GET", then, times=2))
    assert ended(job).state is JobState.SUCCEEDED
    assert pauses == [0.5, 1]
    again = platform.start(folder)
    workspace.fault(fault(STATES, "GET", then, times=3))
    with pytest.raises(RemoteError, match=f"Could not read the state of the job {again.id}: "):
        platform.status(again)
    assert ended(again).state is JobState.SUCCEEDED


@pytest.mark.parametrize(
    ("then", "message"),
    [
        (
            {"status": 401, "body": '{"errorCode": "TokenExpired", "message": "Access token has expired\\r\\n##vso[x]"}'},
            "the answer is 401 TokenExpired: Access token has expired ##vso[x]; check that you are signed in to the tenant",
        ),
        (
            {"status": 200, "headers": {"content-type": "text/html"}, "body": "<html>Sign in</html>"},
            "it answered 200 with an HTML page, most likely a sign-in page",
        ),
        (
            {"status": 302, "headers": {"location": "https://evil.example/x"}, "body": ""},
            "redirects to evil.example, which gets no token",
        ),
        ({"status": 403, "body": '{"errorCode": "InsufficientPrivileges"}'}, "ask for the role Contributor"),
        ({"status": 404, "body": '{"errorCode": "CapacityNotActive"}'}, "resume the capacity of the workspace"),
        ({"status": 200, "body": '{"id": "x"}'}, "the answer has another form than expected"),
        ({"status": 200, "body": "[1]"}, "Could not read the state of the job"),
        ({"status": 200, "body": '"text"'}, "Could not read the state of the job"),
    ],
)
def test_an_answer_that_is_not_one_is_a_sentence(platform, folder, workspace, pauses, then, message):
    job = platform.start(folder)
    workspace.fault(fault(STATES, "GET", then, times=9))
    with pytest.raises(RemoteError) as caught:
        platform.status(job)
    assert message in str(caught.value) and "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"Could not read the state of the job {job.id}: ")


def test_a_state_is_not_read_before_fabric_allows_it(platform, folder, workspace):
    job = platform.start(folder)
    waiting = {"status": 200, "headers": {"retry-after": "60"}, "body": {"id": job.id, "status": "NotStarted"}}
    workspace.fault(fault(STATES, "GET", waiting))
    assert platform.status(job) == JobStatus(JobState.WAITING, "", 60)
    before = len(workspace.control("GET", "/requests"))
    status = platform.status(job)
    assert status.state is JobState.WAITING and 55 < status.look_again_after <= 60
    assert len(workspace.control("GET", "/requests")) == before


@pytest.mark.parametrize(
    ("body", "state", "message"),
    [
        ({"status": "Deduped"}, JobState.FAILED, "it did not run, because another job of the same definition was running"),
        ({"status": "Cancelled"}, JobState.CANCELED, "it was cancelled in the workspace"),
        ({"status": "Failed", "failureReason": {"errorCode": "X", "message": "It\nbroke."}}, JobState.FAILED, "X: It broke"),
        (
            {"status": "Completed", "failureReason": {"message": "No."}},
            JobState.FAILED,
            "Fabric says both that it has completed and why it failed: No",
        ),
        ({"status": "Resting"}, JobState.RUNNING, "its state is Resting"),
        ({"status": "Resting", "endTimeUtc": "2026-01-01T00:00:00"}, JobState.FAILED, "it ended as Resting"),
        ({"status": "completed"}, JobState.RUNNING, "its state is completed"),
    ],
)
def test_only_completed_is_a_success(platform, folder, workspace, body, state, message):
    job = platform.start(folder)
    workspace.fault(fault(STATES, "GET", {"status": 200, "body": {"id": job.id, **body}}))
    status = platform.status(job)
    assert (status.state, status.message) == (state, message)


def test_a_lists_next_page_elsewhere_gets_no_token(platform, tmp_path, said, workspace, monkeypatch):
    monkeypatch.delenv("FABRIC_TEST_WORKSPACE_ID")
    elsewhere = {"value": [], "continuationUri": f"{workspace.ready['databricksUrl']}/v1/workspaces"}
    workspace.fault(fault("/v1/workspaces$", "GET", {"status": 200, "body": elsewhere}, times=9))
    before = len(workspace.control("GET", "/requests"))
    with pytest.raises(RemoteError, match=r"Could not find the Fabric workspace .* which gets no token"):
        fabric_platform(tmp_path, said.append)
    assert {entry["service"] for entry in workspace.control("GET", "/requests")[before:]} <= {"entra", "fabric"}


CREATES = "/v1/workspaces/[^/]+/items$"


def test_a_definition_whose_answer_is_lost_is_adopted(platform, folder, workspace, said, ended):
    workspace.fault(fault(CREATES, "POST", {"reset": True}, when="after"))
    assert ended(platform.start(folder)).state is JobState.SUCCEEDED
    assert said == []


def test_developers_who_create_the_definition_at_once_share_it(platform, tmp_path, workspace, said):
    platforms = [platform, *(fabric_platform(tmp_path, said.append) for _ in range(3))]
    barrier, pages, errors = threading.Barrier(len(platforms)), [], []

    def start(own) -> None:
        try:
            folder = own.run_folder(uuid.uuid4().hex)
            folder.write("entry_point.py", b"")
            barrier.wait()
            pages.append(own.start(folder).url.rpartition("/runs/")[0])
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=start, args=(own,)) for own in platforms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (errors, len(pages), len(set(pages))) == ([], 4, 1)
    assert len(said) == 1 and said[0].startswith("Created the Spark job definition")


def test_an_operation_that_never_ends_is_given_up(platform, folder, workspace, monkeypatch, pauses):
    monkeypatch.setattr(definition, "_LONGEST_OPERATION_SECONDS", 0)
    operation = str(uuid.uuid4())
    accepted = {"status": 202, "headers": {"x-ms-operation-id": operation, "retry-after": "20"}, "body": ""}
    workspace.fault(fault(CREATES, "POST", accepted))
    workspace.fault(fault(f"/v1/operations/{operation}$", "GET", {"status": 200, "body": {"status": "Running"}}, times=99))
    with pytest.raises(RemoteError, match=r'Could not create the Spark job definition "shop-.*": the operation .* has not ended'):
        platform.start(folder)
    assert pauses[0] == 20


def test_a_failed_operation_says_why(platform, folder, workspace, pauses):
    operation = f"https://evil.example/v1/operations/{uuid.uuid4()}"
    failed = {"status": "Failed", "error": {"errorCode": "CorruptedPayload", "message": "No."}}
    workspace.fault(fault(CREATES, "POST", {"status": 202, "headers": {"location": operation}, "body": ""}))
    workspace.fault(fault("/v1/operations/", "GET", {"status": 200, "body": failed}))
    with pytest.raises(RemoteError, match="the operation ended as Failed CorruptedPayload: No"):
        platform.start(folder)


def test_the_log_of_the_driver_has_the_trace(platform, folder, ended):
    folder.write("entry_point.py", FAILING.encode())
    job = platform.start(folder)
    assert ended(job).state is JobState.FAILED
    log = platform.driver_log(job)
    assert log.startswith("Traceback (most recent call last)") and log.endswith("ValueError: no pip here")
    folder.write("entry_point.py", b"print('just this')\nraise SystemExit(3)")
    job = platform.start(folder)
    assert ended(job).state is JobState.FAILED
    assert "just this" in platform.driver_log(job)


@pytest.mark.parametrize(
    ("then", "message"),
    [
        (
            {"status": 200, "headers": {"x-ms-request-id": ""}, "body": "<html>"},
            "but not as the service does",
        ),
        ({"status": 302, "headers": {"location": "https://evil.example/x"}, "body": ""}, "redirects to evil.example"),
        (
            {
                "status": 403,
                "headers": {"x-ms-error-code": "AuthorizationFailure"},
                "body": "<Error><Message>No.</Message></Error>",
            },
            "403 AuthorizationFailure",
        ),
    ],
)
def test_onelake_that_answers_something_else_is_a_sentence(folder, workspace, pauses, then, message):
    workspace.fault(fault(r"/run\.json$", "GET", then, times=9, service="onelake"))
    with pytest.raises(RemoteError) as caught:
        folder.read("run.json")
    assert str(caught.value).startswith(f"Could not read {folder.shown}/run.json from OneLake: ")
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_onelake_is_asked_again_after_failures_that_pass(folder, workspace, pauses):
    for number, then in enumerate([{"status": 503, "body": ""}, {"reset": True}, {"truncate": 1}]):
        workspace.fault(fault(r"/run\.json$", "GET", then, times=2, service="onelake"))
        assert folder.read("run.json") == b"{}", number
    busy = {"status": 503, "headers": {"retry-after": "9", "x-ms-error-code": "ServerBusy"}, "body": ""}
    workspace.fault(fault(r"/run\.json$", "PUT", busy, times=5, service="onelake"))
    folder.write("run.json", b"[]")
    assert pauses == [0.5, 1] * 2 + [9] * 5, "the SDK itself asks again after a cut answer"
    assert folder.read("run.json") == b"[]"
