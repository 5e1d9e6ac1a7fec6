"""The same tests with and without --remote: what pytest and its plugins see is the same."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from remote_session import Ended, Sessions, sessions

pytest_plugins = ["pytester"]
__all__ = ["sessions"]

SUITE = Path(__file__).parent / "fixtures/outcomes"


def agree(here: Ended, there: Ended, *, without: str | None = None) -> None:
    """What a developer, a report and a plugin see of two sessions is the same, apart from times and the headings of output."""
    mine, theirs = (each.everything(without=without) for each in (here, there))
    for expected, found in zip(mine, theirs, strict=False):
        assert found == expected
    assert len(theirs) == len(mine)
    assert there.exit_code == here.exit_code


@pytest.mark.parametrize(("family", "verbosity"), [("xunit1", "-v"), ("xunit2", "-rA")])
def test_when_tests_of_every_kind_run_remotely_then_all_that_is_seen_of_them_is_as_if_they_had_run_here(
    sessions: Sessions, family: str, verbosity: str
):
    shutil.copytree(SUITE, sessions.pytester.path, dirs_exist_ok=True)
    options = [verbosity, "-o", f"junit_family={family}", "-o", "junit_logging=all"]
    here, there = sessions.local(*options), sessions.remote(*options)
    assert len({report.nodeid for report in here.watcher.reports}) >= 60
    agree(here, there)
    assert len(there.lines()) > (100 if verbosity == "-v" else -1)
    assert re.search(r"slowest 3 durations =+\n[\d.]+s (call|setup|teardown)", there.output)
    assert "Captured stdout (remote)" in there.output
    assert "Captured stderr teardown (remote)" in there.output


@pytest.mark.parametrize(
    "options",
    [
        "--continue-on-collection-errors",
        "--setup-only",
        "--keep-duplicates test_a.py test_a.py",
        "-p no:junitxml -p no:cacheprovider --pyargs test_a --tb=native -s",
    ],
)
def test_when_an_option_changes_how_pytest_runs_then_it_does_so_remotely(sessions: Sessions, options: str):
    tests = """
import pytest
@pytest.fixture(scope="module")
def up():
    print("up")
    yield
    print("down")
@pytest.mark.parametrize("number", range(4))
def test_numbers(number, up):
    print("number", number)
    assert number not in (1, 3)
"""
    sessions.files(test_a_py=tests)
    if "collection" in options:
        sessions.files(test_b_py="import no_such_module_here\n")
    agree(sessions.local(*options.split()), sessions.remote(*options.split()))
