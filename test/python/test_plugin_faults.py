"""Remote runs in which something fails: each test says why it has no result, and nothing is left behind."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from pytest_fabric_spark import run_files
from pytest_fabric_spark.platform import RemoteError
from remote_session import Ended, Sessions, sessions

pytest_plugins = ["pytester"]
__all__ = ["sessions"]

THERE = 'import os\nthere = os.environ.get("FABRIC_TEST_SPARK_EXEC_MODE") == "remote"\n'
TESTS = "def test_1(): pass\ndef test_2(): pass\ndef test_3(): pass\n"
JOB = "https://example.com/jobs/1"


def errors(ended: Ended) -> dict[str, str]:
    """What tests without a result say, without the address of the job."""
    return {
        each.nodeid.rpartition("::")[2]: each.longreprtext.replace(f" ({JOB})", "")
        for each in ended.watcher.reports
        if each.longreprtext.startswith("It has no result: ")
    }


def passed(ended: Ended) -> list[str]:
    return [nodeid.rpartition("::")[2] for nodeid, when, outcome in ended.outcomes if (when, outcome) == ("call", "passed")]


def test_when_the_job_fails_before_pytest_runs_then_each_test_has_its_error_and_the_first_one_the_log(sessions: Sessions):
    sessions.files(test_a_py=TESTS)
    sessions.platform.before = "raise RuntimeError('no executors')"
    ended = sessions.remote()
    sentence = "It has no result: the job failed before pytest ran: RuntimeError: no executors."
    assert errors(ended) == {name: sentence for name in ("test_1", "test_2", "test_3")}
    assert (ended.exit_code, ended.counts) == (1, "3 errors")
    assert f"no executors ({JOB})." in ended.output
    assert ended.output.count("Traceback (most recent call last)") == 1
    assert "Log (remote)" in ended.output


def test_when_the_job_ends_without_having_run_anything_then_the_error_does_not_call_it_a_failure_of_the_job(sessions: Sessions):
    sessions.files(test_a_py="def test_1(): pass\n")
    sessions.platform.before = "sys.exit(0)"
    ended = sessions.remote()
    assert errors(ended) == {
        "test_1": "It has no result: the entry point failed before pytest ran, although the job completed; look at the job's log."
    }


def test_when_dependencies_cannot_be_installed_then_the_error_is_that_of_pip(sessions: Sessions, monkeypatch: pytest.MonkeyPatch):
    sessions.files(test_a_py="def test_1(): pass\n", requirements_txt="no-such-package-anywhere==1.0\n")
    ended = sessions.remote()
    assert "No matching distribution found for no-such-package-anywhere==1.0" in errors(ended)["test_1"]
    assert "$ pip install" in ended.output
    assert "no-such-package" in (sessions.pytester.path / "remote-test-results/log.txt").read_text()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (1, "the job failed during test_a.py::test_2: the process ended with exit code 1"),
        (
            0,
            "the process of the tests ended during test_a.py::test_2, although the job completed; "
            "look for what ends the process there",
        ),
    ],
)
def test_when_the_process_dies_then_results_before_it_stay_and_other_tests_name_the_test_that_ran(
    sessions: Sessions, code, reason
):
    sessions.files(test_a_py=f"import os\ndef test_1(): pass\ndef test_2(): os._exit({code})\ndef test_3(): pass\n")
    ended = sessions.remote()
    assert passed(ended) == ["test_1"]
    assert errors(ended) == {"test_2": f"It has no result: {reason}.", "test_3": f"It has no result: {reason}."}
    assert ended.counts == "1 passed, 2 errors"
    assert [call for call in ended.watcher.calls if call[0] in ("start", "finish")] == [
        (kind, f"test_a.py::test_{number}") for number in (1, 2, 3) for kind in ("start", "finish")
    ]


def test_when_results_xml_is_missing_then_passed_tests_are_no_success(sessions: Sessions):
    sessions.files(test_a_py=TESTS)

    def lose(path: str, content: bytes) -> bytes:
        if path == run_files.JUNIT:
            raise FileNotFoundError
        return content

    sessions.platform.change = lose
    ended = sessions.remote()
    assert (len(passed(ended)), ended.exit_code) == (3, 1)
    assert "Exit: The remote run failed: pytest ended, but wrote no results.xml." in ended.output


@pytest.mark.parametrize(
    ("path", "old", "new", "problem"),
    [
        (
            run_files.JUNIT,
            b'name="test_2" time=',
            b'name="test_2" status="x"><skipped message="" /></testcase><testcase time=',
            "its results contradict each other: results.xml has 1 test that was skipped, and events.jsonl 0",
        ),
        (run_files.JUNIT, b"</testsuites>", b"", "Could not read results.xml of the run: it is not valid XML"),
        (run_files.FINISHED, b"remote-tests/1", b"remote-tests/2", "Could not read finished.json of the run: its schema is not"),
        (run_files.EVENTS, b'"ended"', b'"done"', "Could not read events.jsonl of the run, line 7: its event done is not known"),
    ],
)
def test_when_a_file_of_the_results_cannot_be_trusted_then_the_session_fails_and_says_which(
    sessions: Sessions, path, old, new, problem
):
    sessions.files(test_a_py=TESTS)
    sessions.platform.change = lambda read, content: content.replace(old, new) if read == path else content
    ended = sessions.remote()
    assert ended.exit_code == 1
    assert problem in re.sub(r"\s+", " ", ended.output)


def test_when_only_results_xml_is_left_then_it_tells_how_tests_ended(sessions: Sessions):
    tests = """
import pytest
@pytest.fixture
def broken():
    raise RuntimeError("no capacity")
@pytest.fixture
def breaks_later():
    yield
    raise RuntimeError("not closed")
class TestInner:
    class TestDeep:
        @pytest.mark.parametrize("value", ["a[b]", "x/y::z"])
        def test_ids(self, value): pass
def test_fails():
    print("rows: 1")
    assert 1 == 2
def test_setup(broken): pass
def test_teardown(breaks_later): pass
def test_both(breaks_later): assert 0
@pytest.mark.skip(reason="not here")
def test_skip(): pass
@pytest.mark.xfail(reason="known")
def test_xfail(): assert 0
@pytest.mark.xfail(strict=True, reason="known")
def test_xpass_strict(): pass
"""
    for family in ("xunit1", "xunit2"):
        sessions.write("tests/test_a.py", tests)
        options = ["-o", f"junit_family={family}", "-o", "junit_logging=all"]
        here = sessions.local(*options)
        sessions.platform.change = lambda path, content: b"" if path == run_files.EVENTS else content
        there = sessions.remote(*options)
        assert (there.counts, there.exit_code) == (here.counts, here.exit_code)
        assert {each for each in there.outcomes if each[2] != "passed"} == {each for each in here.outcomes if each[2] != "passed"}
        assert dict((nodeid, text) for nodeid, _, text in there.texts())["tests/test_a.py::test_fails"].endswith("AssertionError")
        assert "rows: 1" in there.output


def test_when_the_run_takes_too_long_then_it_is_cancelled_and_says_how_to_allow_more(sessions: Sessions):
    sessions.files(test_a_py="import time\ndef test_1(): pass\ndef test_2(): time.sleep(60)\n")
    # The time is over once the first test has a result.
    ended = sessions.remote("--remote-timeout", "0.05")
    assert errors(ended)["test_2"] == (
        "It has no result: the run did not end within 0.05 minutes and was cancelled; "
        "raise --remote-timeout if the tests need more time."
    )
    assert "cancel" in sessions.platform.asked
    assert ended.exit_code == 1


def test_when_the_platform_can_no_longer_be_asked_then_tests_without_a_result_say_so(sessions: Sessions):
    sessions.files(test_a_py="def test_1(): pass\n")

    def fail(asked: str) -> None:
        if asked in ("status", "cancel", "delete", f"list {run_files.RESULTS}") or asked.startswith("read"):
            raise RemoteError(f"Could not {asked}: the network is down.")

    sessions.platform.on_ask = fail
    ended = sessions.remote()
    assert ended.exit_code == 1
    assert "It has no result: " in ended.output
    assert "the network is down" in errors(ended)["test_1"]
    sessions.platform.on_ask = lambda asked: None
    for folder in sessions.platform.runs:
        sessions.platform.run_folder(folder.name).delete()


@pytest.mark.parametrize(
    ("asked", "by"),
    [("start", signal.SIGINT), ("status", signal.SIGINT), ("write run.json", signal.SIGINT), ("status", signal.SIGTERM)],
)
def test_when_the_session_is_interrupted_then_the_job_is_cancelled_and_the_folder_deleted(
    sessions: Sessions, asked: str, by: int
):
    sessions.files(test_a_py="import time\ndef test_1(): time.sleep(60)\n")

    def interrupt(now: str) -> None:
        if now == asked:
            signal.raise_signal(by)

    sessions.platform.on_ask = interrupt
    ended = sessions.remote()
    assert ended.exit_code == 2
    assert sessions.platform.asked[-1] == "delete"
    assert ("cancel" in sessions.platform.asked) == (asked == "status")


def test_when_the_job_cannot_be_started_then_the_session_ends_with_the_reason(sessions: Sessions):
    sessions.files(test_a_py="def test_1(): pass\n")

    def fail(asked: str) -> None:
        if asked == "start":
            raise RemoteError("Could not start the job: the capacity is paused; resume it.")

    sessions.platform.on_ask = fail
    ended = sessions.remote()
    assert ended.exit_code == 2
    assert "Exit: Could not start the job: the capacity is paused; resume it." in ended.output
    assert ended.outcomes == []


def end_of(sessions: Sessions, conftest: str = "", tests: str = TESTS, *arguments: str) -> Ended:
    sessions.files(conftest_py=THERE + conftest, test_a_py=THERE + tests)
    return sessions.remote(*arguments)


def test_when_a_remote_test_exits_pytest_then_the_session_ends_as_there(sessions: Sessions):
    tests = "import pytest\ndef test_1(): pass\ndef test_2(): pytest.exit('enough', returncode=7)\ndef test_3(): pass\n"
    ended = end_of(sessions, "", tests)
    assert (ended.exit_code, passed(ended), errors(ended)) == (7, ["test_1"], {})
    assert "Exit: enough !" in ended.output


def test_when_a_remote_test_raises_keyboard_interrupt_then_the_session_ends_as_there(sessions: Sessions):
    ended = end_of(sessions, "", "def test_1(): pass\ndef test_2(): raise KeyboardInterrupt\ndef test_3(): pass\n")
    assert (ended.exit_code, passed(ended), errors(ended)) == (2, ["test_1"], {})
    assert "KeyboardInterrupt (remote)" in ended.output


def test_when_the_remote_pytest_has_an_internal_error_then_its_text_is_shown_and_the_exit_code_is_3(sessions: Sessions):
    hook = "def pytest_runtest_logfinish(nodeid):\n    if there and nodeid.endswith('_2'): raise RuntimeError('in a hook')\n"
    ended = end_of(sessions, hook)
    assert (ended.exit_code, passed(ended), errors(ended)) == (3, ["test_1", "test_2"], {})
    assert "INTERNALERROR> RuntimeError: in a hook" in ended.output


def test_when_the_remote_pytest_does_not_know_an_option_then_the_session_ends_with_its_usage_error(sessions: Sessions):
    option = "def pytest_addoption(parser):\n    if not there: parser.addoption('--de', action='store_true')\n"
    ended = end_of(sessions, option, TESTS, "--de")
    assert (ended.exit_code, ended.outcomes) == (4, [])
    assert "ERROR: Could not run the tests on the remote side: pytest ended with exit code 4" in ended.output
    assert "unrecognized arguments: --de" in ended.output


def test_when_the_remote_side_collects_other_tests_then_those_are_reported_and_missing_ones_are_errors_at_the_end(
    sessions: Sessions,
):
    tests = "if there:\n    def test_only_there(): pass\nelse:\n    def test_only_here(): pass\ndef test_both(): pass\n"
    ended = end_of(sessions, "", tests)
    assert passed(ended) == ["test_only_there", "test_both"]
    assert errors(ended) == {
        "test_only_here": "It has no result: pytest did not collect it there; look for what it depends on, "
        "such as an environment variable or an installed package."
    }
    assert ended.watcher.calls[-1] == ("finish", "test_a.py::test_only_here")
    assert ended.exit_code == 1


def test_when_a_file_cannot_be_imported_there_then_its_tests_have_that_error_and_the_session_is_interrupted(sessions: Sessions):
    sessions.files(test_b_py="def test_other(): pass\n")
    ended = end_of(sessions, "", "if there: import no_such_module_here\n" + TESTS)
    found = {each.nodeid: each.longreprtext for each in ended.watcher.reports if each.failed}
    assert sorted(found) == [f"test_a.py::test_{number}" for number in (1, 2, 3)]
    assert all("ModuleNotFoundError: No module named 'no_such_module_here'" in text for text in found.values())
    assert ended.exit_code == 2
    assert "Interrupted: 1 error during collection" in ended.output


def test_when_a_file_is_skipped_there_then_its_tests_are_skipped_with_that_reason(sessions: Sessions):
    ended = end_of(sessions, "", "import pytest\nif there: pytest.skip('no Delta there', allow_module_level=True)\n" + TESTS)
    assert (ended.exit_code, ended.counts, ended.outcomes[0]) == (0, "3 skipped", ("test_a.py::test_1", "setup", "skipped"))
    assert ended.watcher.reports[0].longrepr == (str(sessions.pytester.path / "test_a.py"), 4, "Skipped: no Delta there")


def test_when_the_ini_file_has_settings_of_this_plugin_then_a_strict_remote_pytest_takes_them(sessions: Sessions):
    sessions.write(
        "pytest.ini", "[pytest]\naddopts = --strict-config -W error\nremote_timeout = 5\nremote_requires = --strict-config\n"
    )
    ended = end_of(sessions)
    assert (ended.exit_code, ended.counts) == (0, "3 passed"), ended.output


def test_when_nothing_is_collected_there_then_the_tests_say_so(sessions: Sessions):
    hook = "def pytest_collection_modifyitems(items):\n    if there: items.clear()\n"
    ended = end_of(sessions, hook, "def test_1(): pass\n")
    assert errors(ended) == {"test_1": "It has no result: pytest collected no tests there (exit code 5)."}
    assert ended.exit_code == 1


def test_when_a_plugin_fails_the_remote_session_then_this_one_fails_although_no_test_does(sessions: Sessions):
    hook = "def pytest_sessionfinish(session):\n    if there: session.exitstatus = 9\n"
    ended = end_of(sessions, hook)
    assert (ended.exit_code, len(passed(ended))) == (9, 3)
    assert "pytest ended with exit code 9, which is not one of its own; its output is in the log." in ended.output


def test_when_a_plugin_stops_only_here_then_the_remote_run_is_ended(sessions: Sessions, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pytest_fabric_spark.remote_run.STOP_SECONDS", 0)
    hook = """
def pytest_runtest_logfinish(nodeid):
    if not there: session.shouldstop = "enough here"
def pytest_sessionstart(session):
    globals()["session"] = session
"""
    tests = "def test_1(): pass\ndef test_2():\n    import time; time.sleep(60)\n"
    ended = end_of(sessions, hook, tests)
    assert (ended.exit_code, passed(ended), errors(ended)) == (2, ["test_1"], {})
    assert "enough here" in ended.output
    assert "cancel" in sessions.platform.asked


@pytest.mark.parametrize(("arguments", "exit_code"), [(["--collect-only", "-q"], 0), (["-k", "nothing"], 5), (["test_b.py"], 2)])
def test_when_there_is_nothing_to_run_then_nothing_is_started(sessions: Sessions, arguments, exit_code):
    sessions.files(test_a_py=TESTS, test_b_py="import no_such_module_here\n")
    sessions.pytester.path.joinpath("pytest.ini").write_text("[pytest]\npython_files = test_a.py\n")
    ended = sessions.remote(*arguments)
    assert (ended.exit_code, sessions.platform.asked) == (exit_code, [])


@pytest.mark.parametrize(
    ("arguments", "ini", "problem"),
    [
        (["--pdb"], "", "--pdb cannot be used with --remote, since nobody can type there; leave one of them out."),
        (
            ["--remote-timeout=soon"],
            "",
            "Could not use --remote-timeout: 'soon' is not a number of minutes; set it to one, such as 30.",
        ),
        ([], "remote_timeout = 0", "Could not use remote_timeout: '0' is not a number of minutes; set it to one, such as 30."),
        ([], "remote_requires = --de", "--remote requires --de; add it, or leave --remote out."),
        ([], "remote_requires = --ed", 'there is no option --ed; did you mean "--de"?'),
        (["../other/test_x.py"], "", "Could not run ../other/test_x.py remotely: it is not in rootdir"),
    ],
)
def test_when_options_cannot_work_remotely_then_the_session_is_refused_with_a_sentence(
    sessions: Sessions, arguments, ini, problem
):
    sessions.write("conftest.py", "def pytest_addoption(parser): parser.addoption('--de', action='store_true')\n")
    sessions.write("test_a.py", TESTS)
    sessions.write("pytest.ini", f"[pytest]\n{ini}\n")
    other = Path(sessions.pytester.path.parent, "other")
    other.mkdir(exist_ok=True)
    other.joinpath("test_x.py").write_text(TESTS)
    ended = sessions.remote("--rootdir=.", "-c", "pytest.ini", *arguments)
    assert problem in ended.output
    assert (ended.exit_code, sessions.platform.asked) == (4, [])


def test_when_the_platform_is_not_known_then_the_nearest_one_is_named(sessions: Sessions, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REMOTE_SPARK", "fabrik")
    monkeypatch.setattr(type(sessions.platform), "pytest_remote_platform", lambda self: None)
    sessions.files(test_a_py=TESTS)
    ended = sessions.remote()
    problem = (
        "ERROR: Could not run the tests remotely: REMOTE_SPARK is 'fabrik', which is not a platform; did you mean \"fabric\"?"
    )
    assert problem in ended.output
    assert ended.exit_code == 4


def test_when_a_report_is_of_a_kind_that_is_not_known_here_then_its_text_is_shown(sessions: Sessions):
    sessions.files(test_a_py="def test_1(): assert 1 == 2\n")

    def change(path: str, content: bytes) -> bytes:
        if path != run_files.EVENTS:
            return content
        return content.replace(b'"ReprEntry"', b'"ReprEntryOfTomorrow"').replace(
            b'"outcome": "passed"', b'"more": {}, "outcome": "passed"'
        )

    sessions.platform.change = change
    ended = sessions.remote()
    assert (ended.counts, ended.exit_code) == ("1 failed", 1)
    assert "E   assert 1 == 2\n\ntest_a.py:1: AssertionError" in ended.output
    assert ended.summary() == ["FAILED test_a.py::test_1"]


def test_when_the_rootdir_has_very_many_files_then_a_line_says_how_to_make_it_smaller(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
):
    sessions.files(test_a_py="def test_1(): pass\n", test_b_py="def test_2(): pass\n")
    monkeypatch.setattr("pytest_fabric_spark.remote_run.MANY_FILES", 1)
    ended = sessions.remote()
    assert "has 2 files; if that is not the project, put a pytest.ini into the project's folder" in ended.output
    monkeypatch.setattr("pytest_fabric_spark.remote_run.MANY_FILES", 10)
    assert "if that is not the project" not in sessions.remote().output
