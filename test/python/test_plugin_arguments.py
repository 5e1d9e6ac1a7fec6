"""What the remote pytest is called with."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pytest_fabric_spark.arguments import ArgumentContext, Option, remote_arguments
from pytest_fabric_spark.platform import RemoteError

FLAG, VALUE = 0, None
OPTIONS = [
    Option(names, names[-1].lstrip("-").replace("-", "_"), nargs)
    for names, nargs in [
        (("-x", "--exitfirst"), FLAG),
        (("-v", "--verbose"), FLAG),
        (("-s",), FLAG),
        (("-k",), VALUE),
        (("-m",), VALUE),
        (("-p",), VALUE),
        (("-o", "--override-ini"), VALUE),
        (("-n", "--numprocesses"), VALUE),
        (("--dist",), VALUE),
        (("--tx",), VALUE),
        (("--remote",), FLAG),
        (("--remote-timeout",), VALUE),
        (("--junit-xml", "--junitxml"), VALUE),
        (("--lf", "--last-failed"), FLAG),
        (("--sw", "--stepwise"), FLAG),
        (("--cov",), "?"),
        (("--cov-report",), VALUE),
        (("--color",), VALUE),
        (("--debug",), "?"),
        (("--ignore",), VALUE),
        (("--deselect",), VALUE),
        (("-c", "--config-file"), VALUE),
        (("--rootdir",), VALUE),
        (("--maxfail",), VALUE),
        (("--profiles",), "*"),
        (("--de",), FLAG),
    ]
]


@pytest.fixture
def context(tmp_path: Path) -> ArgumentContext:
    (tmp_path / "tests/unit").mkdir(parents=True)
    (tmp_path / "tests/test_a.py").touch()
    (tmp_path / "tests/unit/test_b.py").touch()
    return ArgumentContext(OPTIONS, tmp_path, tmp_path)


def told(context: ArgumentContext, *arguments: str, **changes: object) -> list[str]:
    """The arguments after those that are always there."""
    found = remote_arguments(arguments, dataclasses.replace(context, **changes))  # type: ignore[arg-type]
    assert found[:3] == ["-o", "addopts=", "--rootdir=."]
    return found[3:]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("--de -k TestFoo -vx --maxfail=2", "--de -k TestFoo -v -x --maxfail=2"),
        ("-xvk expr -mslow", "-x -v -k expr -mslow"),
        ("--remote --remote-timeout 5 --de --remote-timeout=7", "--de"),
        ("-n 4 --dist loadscope -n4 --numprocesses=2 --tx 3*popen --de", "--de"),
        ("--junitxml=a.xml --junit-xml b.xml --color yes --cov --cov-report=term --cov=src --debug --de", "--de"),
        ("--cov src tests/test_a.py", "tests/test_a.py"),
        ("-o addopts=-x --override-ini=addopts= -o log_level=INFO", "-o log_level=INFO"),
        ("-p xdist -p fabric_spark -ppytest_fabric_spark.plugin -p no:junitxml -p no:randomly", "-p xdist -p no:randomly"),
        ("--rootdir . -c pytest.ini --config-file=other.ini -s", "-s"),
        ("--profiles a b -- tests", "--profiles a b tests"),
        ("tests/test_a.py::test_x[a-b::c/d] ./tests", "tests/test_a.py::test_x[a-b::c/d] tests"),
        ("--deselect tests/test_a.py::test_x package.module", "--deselect tests/test_a.py::test_x package.module"),
        ("--ignore=tests/unit --ignore ../elsewhere", "--ignore=tests/unit"),
    ],
)
def test_when_options_are_given_then_those_that_concern_the_remote_side_are_kept(context, given, expected):
    assert told(context, *given.split()) == expected.split()


def test_when_pytest_is_called_in_a_subfolder_then_paths_are_relative_to_rootdir(context, tmp_path):
    folder = tmp_path / "tests"
    assert told(context, directory=folder) == ["tests"]
    assert told(context, "test_a.py::test_x", "unit", "--ignore", "unit/test_b.py", directory=folder) == [
        "--ignore=tests/unit/test_b.py",
        "tests/test_a.py::test_x",
        "tests/unit",
    ]
    assert told(context, str(tmp_path), "-x", ini_file=tmp_path / "tests/own.ini") == ["-c", "tests/own.ini", "-x", "."]


def test_when_the_cache_chose_tests_then_their_node_ids_take_the_place_of_paths(context):
    chosen = ["tests/test_a.py::test_x[1 2]", "tests/test_a.py::test_y"]
    assert told(context, "--lf", "-x", "tests", chosen=chosen) == ["-x", *chosen]
    assert told(context, "--sw", "--maxfail=5", chosen=chosen, stop_after=1) == ["--maxfail=5", "--maxfail=1", *chosen]


def test_when_no_junit_file_is_written_here_then_fixtures_do_not_warn_of_its_family(context):
    assert told(context, "-o", "junit_family=xunit2", writes_junit=False)[-2:] == ["-o", "junit_family=xunit1"]


@pytest.mark.parametrize("changes", [{}, {"ini_file": Path("/elsewhere/pytest.ini")}])
def test_when_a_path_is_not_in_rootdir_then_the_error_names_it(context, tmp_path, changes):
    (tmp_path.parent / "test_outside.py").touch()
    argument = "tests" if changes else "../test_outside.py"
    with pytest.raises(
        RemoteError, match=r"^Could not run .* remotely: it is not in rootdir \(.*\), which is what is copied; move it"
    ):
        told(context, argument, **changes)
