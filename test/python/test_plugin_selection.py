"""Options that choose tests or end a session, with --remote and without: the same tests run, in the next session, too."""

from __future__ import annotations

import pytest
from remote_session import Ended, Sessions, sessions

pytest_plugins = ["pytester"]
__all__ = ["sessions"]

TESTS = """
import pytest

@pytest.mark.parametrize("number", range(6))
def test_numbers(number):
    assert number not in (1, 3)
"""


@pytest.fixture
def both(sessions: Sessions, monkeypatch: pytest.MonkeyPatch):
    """Runs the same arguments locally and remotely, each with a cache of its own, and compares."""
    sessions.files(test_a_py=TESTS, sub__test_b_py="def test_b(): pass\n", sub__deep__test_c_py="def test_c(): pass\n")

    def run(*arguments: str) -> Ended:
        here = sessions.local("-o", "cache_dir=cache-of-local", *arguments)
        there = sessions.remote("-o", "cache_dir=cache-of-remote", *arguments)
        assert (there.outcomes, there.counts, there.exit_code) == (here.outcomes, here.counts, here.exit_code), there.output
        assert there.texts() == here.texts()
        return there

    return run


def names(ended: Ended) -> list[str]:
    return [nodeid.rpartition("::")[2].removeprefix("test_") for nodeid, when, _ in ended.outcomes if when == "call"]


def test_when_failures_end_the_session_then_the_tests_after_them_do_not_run(both):
    assert names(both("-x"))[-1] == "numbers[1]"
    stopped = both("--maxfail=2", "test_a.py")
    assert names(stopped) == ["numbers[0]", "numbers[1]", "numbers[2]", "numbers[3]"]
    assert "stopping after 2 failures" in stopped.output


def test_when_the_cache_chooses_tests_then_it_learns_from_remote_sessions_as_from_others(both):
    both("test_a.py")
    assert names(both("--lf")) == ["numbers[1]", "numbers[3]"]
    assert names(both("--ff", "test_a.py")) == [f"numbers[{number}]" for number in (1, 3, 0, 2, 4, 5)]


def test_when_sessions_continue_stepwise_then_each_stops_at_the_next_failure(both):
    first = both("--sw", "test_a.py")
    assert (names(first), first.exit_code) == (["numbers[0]", "numbers[1]"], pytest.ExitCode.INTERRUPTED)
    assert names(both("--sw", "test_a.py")) == ["numbers[1]"]
    assert names(both("--sw", "--sw-skip", "test_a.py")) == ["numbers[1]", "numbers[2]", "numbers[3]"]


def test_when_paths_and_expressions_are_given_then_they_mean_the_same_from_any_folder(both, sessions, monkeypatch):
    sessions.write("pytest.ini", "[pytest]\naddopts = -k 'not numbers[5]' --ignore=sub/deep\n")
    assert len(names(both())) == 6
    monkeypatch.chdir(sessions.pytester.path / "sub")
    chosen = both("-o", "addopts=", "--deselect=test_a.py::test_numbers[3]", "../test_a.py", "-k", "1 or 2 or 3")
    assert names(chosen) == ["numbers[1]", "numbers[2]"]
    assert "../test_a.py:6: AssertionError" in chosen.output
    monkeypatch.setenv("PYTEST_ADDOPTS", "--ignore=deep")
    assert names(both("-o", "addopts=", "../test_a.py::test_numbers[0]", "test_b.py")) == ["numbers[0]", "b"]
