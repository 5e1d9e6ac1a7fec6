"""The same tests with and without --remote: what pytest and its plugins see is the same."""

from __future__ import annotations

import pytest
from remote_session import Sessions, sessions

pytest_plugins = ["pytester"]
__all__ = ["sessions"]

def test_first(sessions: Sessions):
    sessions.files(test_a_py="""
import pytest, sys
@pytest.fixture(scope="module")
def late():
    print("up")
    yield
    print("down")
def test_1(late): print("hello")
def test_2(late):
    print("no", file=sys.stderr)
    assert 1 == 2
@pytest.mark.skip(reason="x")
def test_3(): pass
""")
    here, there = sessions.local(), sessions.remote()
    print(here.output, there.output)
    assert there.outcomes == here.outcomes
    assert there.watcher.calls == here.watcher.calls
    assert there.texts() == here.texts()
    assert there.sections() == here.sections()
    assert there.details() == here.details()
    assert there.junit_cases() == here.junit_cases()
    assert there.exit_code == here.exit_code
    assert there.counts == here.counts
