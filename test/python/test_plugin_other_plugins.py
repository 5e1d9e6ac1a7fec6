"""Plugins that projects have beside this one. Each test is skipped if its plugin is not installed."""

from __future__ import annotations

import re

import pytest
from remote_session import Sessions, sessions
from test_plugin_outcomes import agree

pytest_plugins = ["pytester"]
__all__ = ["sessions"]

TESTS = """
import pytest
attempts = []
def test_flaky():
    attempts.append(1)
    print("attempt", len(attempts))
    assert len(attempts) > 2
@pytest.mark.parametrize("number", range(3))
def test_numbers(number):
    assert number != 1
"""


def test_when_tests_are_run_again_then_each_attempt_is_reported(sessions: Sessions):
    pytest.importorskip("pytest_rerunfailures")
    sessions.files(test_a_py=TESTS)
    here, there = sessions.local("--reruns=2", "-rR"), sessions.remote("--reruns=2", "-rR")
    agree(here, there)
    assert there.counts == "1 failed, 3 passed, 4 rerun"


def test_when_tests_would_be_distributed_then_they_run_in_the_one_job(sessions: Sessions):
    pytest.importorskip("xdist")
    sessions.files(test_a_py=TESTS, pytest_ini="[pytest]\naddopts = -n 2\n")
    there = sessions.remote("--dist=loadfile")
    assert there.counts == "2 failed, 2 passed"
    assert "workers" not in there.output
    agree(sessions.local("-n0"), sessions.remote())


def test_when_an_html_report_is_written_then_it_has_remote_results(sessions: Sessions):
    pytest.importorskip("pytest_html")
    sessions.files(test_a_py=TESTS)
    sessions.remote("--html=report.html", "--self-contained-html")
    report = (sessions.pytester.path / "report.html").read_text()
    assert re.findall(r"&#34;result&#34;: &#34;(\w+)&#34;", report) == ["Failed", "Passed", "Failed", "Passed"]
    assert "Captured stdout (remote)" in report
