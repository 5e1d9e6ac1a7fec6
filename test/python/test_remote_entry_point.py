"""The entry point of remote Spark tests: what it leaves in the folder of a run, however the run ends."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pytest_fabric_spark.entry_point import EntryError, read_run

ENTRY_POINT = Path(__file__).parents[2] / "pytest-plugin/src/pytest_fabric_spark/entry_point.py"
SCHEMA = "notebook-ops/remote-tests/1"


@dataclass
class Ended:
    """A job that has ended, and what it left."""

    folder: Path
    exit_code: int
    output: str

    @property
    def results(self) -> Path:
        return self.folder / "results"

    @property
    def finished(self) -> dict[str, Any]:
        return json.loads((self.results / "finished.json").read_text())

    def events(self, name: str) -> list[dict[str, Any]]:
        events = [json.loads(line) for line in (self.results / "events.jsonl").read_text().splitlines()]
        return [event for event in events if event["event"] == name]

    def outcomes(self) -> list[tuple[str, str, str]]:
        reports = [event["report"] for event in self.events("report")]
        return [(report["nodeid"], report["when"], report["outcome"]) for report in reports]

    @property
    def log(self) -> str:
        return (self.results / "log.txt").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "temporary").mkdir()
    return tmp_path / "Files/notebook-ops/run"


@pytest.fixture
def run(folder: Path) -> Callable[..., Ended]:
    """Runs a project's files as a job does."""

    def run(files: dict[str, str], *arguments: str, launch: str = "", place: str = "project", **changes: Any) -> Ended:
        folder.mkdir(parents=True, exist_ok=True)
        project = Path(os.path.normpath(folder / place))
        project.mkdir(exist_ok=True)
        for name, content in files.items():
            file = project / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        request = {
            "schema": SCHEMA,
            "project": place,
            "requirements": [],
            "install": "none",
            "pytestArguments": list(arguments),
            "environment": {},
            **changes,
        }
        (folder / "run.json").write_text(json.dumps(request))
        return start(folder, launch)

    return run


def start(folder: Path, launch: str = "") -> Ended:
    """Starts the entry point. `launch` is Python code that changes it first."""
    code = f"import runpy, sys; entry = runpy.run_path({str(ENTRY_POINT)!r}, run_name='entry_point'); main = entry['main']\n"
    command = [sys.executable, "-c", f"{code}module = main.__globals__\n{launch}\nsys.exit(main([{str(folder)!r}]))"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "FABRIC_TEST_"))}
    environment["PIP_NO_INDEX"] = "1"  # these tests install nothing from the network
    environment["TMPDIR"] = str(folder.parents[2] / "temporary")  # what a process that is killed leaves there is deleted
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=100, check=False)
    return Ended(folder, done.returncode, done.stdout + done.stderr)


WITHOUT_APPENDS = """
import pathlib
original, open_path = main, pathlib.Path.open
def open_without_append(path, mode="r", *others, **named):
    if "a" in mode and "notebook-ops" in path.parts:
        raise OSError(95, "Operation not supported")
    return open_path(path, mode, *others, **named)
pathlib.Path.open = open_without_append
main = lambda arguments: original([*arguments, *{more}])
"""


@pytest.mark.parametrize(("more", "code"), [(["--whole-files"], 0), (["--whole-file"], 1), ([], 1)])
def test_when_the_store_cannot_append_then_whole_files_are_written(run, folder, more, code):
    suite = "def test_1():\n    print('shown')\n\ndef test_2(): pass\n"
    ended = run({"test_a.py": suite}, "-rP", launch=WITHOUT_APPENDS.format(more=more))
    assert ended.exit_code == code, ended.output
    if code == 0:
        assert ended.finished["phase"] == "tests"
        assert [event["nodeid"] for event in ended.events("ended")] == ["test_a.py::test_1", "test_a.py::test_2"]
        assert "shown" in ended.log and "2 passed" in ended.log
        assert list((folder.parents[2] / "temporary").iterdir()) == []


def test_when_all_kinds_of_tests_run_then_each_phase_is_recorded_and_junit_is_written(run):
    tests = """
import os, sys, warnings, pytest

@pytest.fixture
def broken():
    raise RuntimeError("no cluster")

@pytest.fixture
def breaks_later():
    yield
    raise RuntimeError("not closed")

class TestInner:
    class TestDeep:
        @pytest.mark.parametrize("value", ["a[b]", "x/y::z", "ü"])
        def test_ids(self, value, record_property):
            record_property("rows", 3)
            record_property("object", object())

def test_fails():
    print("rows: 1")
    assert 1 == 2

def test_setup(broken): pass
def test_teardown(breaks_later): pass
@pytest.mark.skip(reason="not here")
def test_skip(): pass
@pytest.mark.xfail(reason="known")
def test_xfail(): assert False
@pytest.mark.xfail(strict=True, reason="known")
def test_xpass_strict(): pass
def test_where_it_runs():
    assert os.environ["FABRIC_TEST_SPARK_EXEC_MODE"] == "remote"
    assert os.environ["REGION"] == "west"
    with open(os.path.join(os.environ["FABRIC_TEST_ARTIFACTS"], "plan.txt"), "w") as file:
        file.write("plan")
"""
    ended = run({"tests/test_all.py": tests}, "-p", "no:randomly", environment={"REGION": "west"})
    assert ended.exit_code == 1, ended.output
    assert {key: ended.finished[key] for key in ("schema", "phase", "exitCode")} == {
        "schema": SCHEMA,
        "phase": "tests",
        "exitCode": 1,
    }
    [collected] = ended.events("collected")
    assert collected["nodeids"][:3] == [
        "tests/test_all.py::TestInner::TestDeep::test_ids[a[b]]",
        "tests/test_all.py::TestInner::TestDeep::test_ids[x/y::z]",
        "tests/test_all.py::TestInner::TestDeep::test_ids[\\xfc]",
    ]
    assert len(collected["nodeids"]) == 10
    outcomes = {(nodeid.rpartition("::")[2], when): outcome for nodeid, when, outcome in ended.outcomes()}
    assert outcomes["test_fails", "call"] == "failed"
    assert outcomes["test_setup", "setup"] == "failed"
    assert (outcomes["test_teardown", "call"], outcomes["test_teardown", "teardown"]) == ("passed", "failed")
    assert outcomes["test_skip", "setup"] == "skipped"
    assert outcomes["test_xfail", "call"] == "skipped"
    assert outcomes["test_xpass_strict", "call"] == "failed"
    assert outcomes["test_where_it_runs", "call"] == "passed", ended.log
    failure = next(e for e in ended.events("report") if e["report"]["nodeid"].endswith("test_fails") and e.get("text"))
    assert failure["message"] == "assert 1 == 2"
    assert "test_all.py:22: AssertionError" in failure["text"]
    assert ["Captured stdout call", "rows: 1\n"] in failure["report"]["sections"]
    properties = [event["report"]["user_properties"] for event in ended.events("report") if event["report"]["user_properties"]]
    assert properties[0][0] == ["rows", 3]
    assert next(e["report"]["wasxfail"] for e in ended.events("report") if e["report"].get("wasxfail")) == "known"
    assert len(ElementTree.parse(ended.results / "results.xml").findall(".//testcase")) == 10
    assert "1 == 2" in ended.log
    assert (ended.results / "artifacts/plan.txt").read_text() == "plan"
    assert not list(ended.folder.glob("project/**/__pycache__")), "the mount got byte code"


def test_when_a_test_ends_the_process_then_what_ran_before_it_is_recorded_and_the_run_is_not_finished(run):
    ended = run({"test_a.py": "import os\ndef test_1(): pass\ndef test_2(): os._exit(0)\ndef test_3(): pass\n"})
    assert ended.exit_code == 0, "the platform sees a success"
    assert not (ended.results / "finished.json").exists()
    assert not (ended.results / "results.xml").exists()
    assert len(ended.events("collected")[0]["nodeids"]) == 3
    assert [nodeid for nodeid, when, _ in ended.outcomes() if when == "call"] == ["test_a.py::test_1"]
    assert ended.events("started")[-1]["nodeid"] == "test_a.py::test_2"


def test_when_texts_and_names_have_half_of_a_surrogate_pair_then_each_test_keeps_its_result(run):
    conftest = """
def pytest_terminal_summary(terminalreporter):
    print("all \\ud800")
"""
    tests = """
def test_fails(record_property):
    record_property("name \\ud800", "value \\ud800")
    assert 0, "wrong \\ud800"
def test_passes(capsys):
    with capsys.disabled():
        print("half \\ud800")
"""
    ended = run({"conftest.py": conftest, "test_a.py": tests})
    assert (ended.finished["phase"], ended.exit_code) == ("tests", 1), ended.output
    assert [outcome for _, when, outcome in ended.outcomes() if when == "call"] == ["failed", "passed"]
    assert len(ElementTree.parse(ended.results / "results.xml").findall(".//testcase")) == 2
    assert "half \\ud800" in ended.log
    assert "all \\ud800" in ended.log
    assert "all \\ud800" in ended.output


def test_when_conftest_cannot_be_imported_then_pytest_ends_with_its_exit_code_and_the_log_says_why(run):
    ended = run({"conftest.py": "import no_such_module_here\n", "test_a.py": "def test_1(): pass\n"})
    assert (ended.finished["phase"], ended.finished["exitCode"], ended.exit_code) == ("tests", 4, 4)
    assert "no_such_module_here" in ended.log
    assert ended.events("collected") == []


def test_when_a_test_file_cannot_be_imported_then_its_collection_report_is_recorded(run):
    ended = run({"test_a.py": "import no_such_module_here\n", "test_b.py": "def test_1(): pass\n"})
    assert ended.exit_code == 2
    [report] = ended.events("collectReport")
    assert report["report"]["nodeid"] == "test_a.py"
    assert "no_such_module_here" in report["message"]


def test_when_nothing_is_collected_then_the_exit_code_is_5_and_the_list_is_empty(run):
    ended = run({"test_a.py": "def test_1(): pass\n"}, "-k", "nothing")
    assert (ended.finished["exitCode"], ended.exit_code) == (5, 5)
    assert [event["nodeids"] for event in ended.events("collected")] == [[]]


def test_when_pytest_stops_early_then_the_end_says_so(run):
    ended = run({"test_a.py": "def test_1(): assert 0\ndef test_2(): pass\n"}, "-x")
    assert ended.events("finished") == [{"event": "finished", "exitCode": 1, "stopped": "stopping after 1 failures"}]


def test_when_a_dependency_cannot_be_installed_then_the_run_ends_with_the_reason_of_pip(run, folder):
    folder.mkdir(parents=True)
    (folder / "requirements.txt").write_text("no-such-package-anywhere==1.0\n")
    ended = run({"test_a.py": "def test_1(): pass\n"}, requirements=[{"file": "requirements.txt", "exact": True}])
    assert ended.exit_code == 1
    assert ended.finished["phase"] == "dependencies"
    assert ended.finished["message"] == (
        "Could not install the dependencies: pip ended with exit code 1: "
        "No matching distribution found for no-such-package-anywhere==1.0; its output is in the log."
    )
    assert "no-such-package-anywhere" in ended.log


def test_when_the_project_cannot_be_installed_then_the_run_ends_in_that_phase(run):
    ended = run({"pyproject.toml": "[build-system\n"}, install="alone")
    assert (ended.finished["phase"], ended.exit_code) == ("project", ended.finished["exitCode"])
    assert ended.exit_code != 0
    assert ended.finished["message"].startswith("Could not install the project: pip ended with exit code ")


def test_when_pytest_is_missing_then_the_run_says_where_to_add_it(run):
    ended = run({"test_a.py": ""}, launch="sys.modules['pytest'] = None")
    assert ended.finished["phase"] == "pytest"
    assert "add pytest to the dependencies" in ended.finished["message"]


def test_when_run_json_cannot_be_used_then_nothing_runs_and_the_message_names_the_problem(run):
    ended = run({"test_a.py": "def test_1(): pass\n"}, schema="notebook-ops/remote-tests/2")
    assert (ended.finished["phase"], ended.exit_code) == ("run", 1)
    assert "its schema is not notebook-ops/remote-tests/1" in ended.finished["message"]
    assert ended.events("session") == []


def test_when_another_job_has_claimed_the_run_then_nothing_runs_and_its_results_stay(run):
    first = run({"test_a.py": "def test_1(): pass\n"})
    before = {file: file.read_bytes() for file in first.results.rglob("*") if file.is_file()}
    second = start(first.folder)
    assert (first.exit_code, second.exit_code) == (0, 1)
    assert "was claimed by another job" in second.output
    assert {file: file.read_bytes() for file in first.results.rglob("*") if file.is_file()} == before


def test_when_the_folder_of_the_run_is_gone_then_nothing_is_created(folder):
    ended = start(folder)
    assert ended.exit_code == 1
    assert "there is no run.json in" in ended.output
    assert not folder.exists()


def test_when_the_folder_is_deleted_during_the_run_then_the_process_ends_and_leaves_nothing(run, folder):
    test = f"import shutil, time\ndef test_1():\n    shutil.rmtree({str(folder)!r})\n    time.sleep(90)\n"
    quick = "module['WATCH_EVERY_SECONDS'] = module['SYNC_EVERY_SECONDS'] = 0.01"
    ended = run({"test_a.py": test}, launch=quick)
    assert ended.exit_code == 1
    assert "The folder of the run was deleted, so the run was cancelled." in ended.output
    assert not folder.exists()
    assert list((folder.parents[2] / "temporary").iterdir()) == []


def digests_of(files: dict[str, str]) -> str:
    return json.dumps({name: hashlib.md5(content.encode()).hexdigest() for name, content in files.items()})


def test_when_runs_share_the_project_then_pytest_runs_on_a_copy_of_exactly_the_files_that_were_sent(run, folder):
    test = """
import os, pathlib

def test_1(pytestconfig):
    here = pathlib.Path.cwd()
    assert pytestconfig.rootpath == here
    assert (here / "data/rows.csv").read_text() == "1"
    assert (here / "test.env.remote").read_text() == "REGION='it\\\\'s'\\n"
    pathlib.Path(os.environ["FABRIC_TEST_ARTIFACTS"], "where.txt").write_text(str(here))
"""
    files = {"tests/test_1.py": test, "data/rows.csv": "1", "pins.txt": "pytest>=8\n", "pytest.ini": "[pytest]\n"}
    folder.mkdir(parents=True)
    (folder / "project-digests.json").write_text(digests_of(files))
    # pip finds constraints beside the file that names them.
    (folder / "requirements.txt").write_text("--constraint project/pins.txt\npytest\n")
    ended = run(
        {**files, "tests/test_of_another_run.py": "def test_2(): assert 0\n", "test.env.remote": "of another run"},
        place="../../shop",
        projectDigests="project-digests.json",
        requirements=[{"file": "requirements.txt", "exact": False}],
        environmentFile="test.env.remote",
        environment={"REGION": "it's"},
    )
    assert ended.exit_code == 0, ended.output
    assert [nodeid for nodeid, when, _ in ended.outcomes() if when == "call"] == ["tests/test_1.py::test_1"]
    assert "Copied 4 files of the project in " in ended.log
    assert (ended.results / "project.copied").is_file()
    assert not Path((ended.results / "artifacts/where.txt").read_text()).exists(), "the copy was left behind"
    assert (folder.parents[1] / "shop/test.env.remote").read_text() == "of another run"


def test_when_another_run_has_changed_the_project_then_nothing_runs_and_the_message_names_the_first_file(run, folder):
    files = {"a.py": "", "tests/test_1.py": "def test_1(): pass\n", "tests/test_2.py": "def test_2(): pass\n"}
    folder.mkdir(parents=True)
    (folder / "project-digests.json").write_text(digests_of(files))
    del files["tests/test_2.py"]
    ended = run(
        {**files, "tests/test_1.py": "def test_1(): assert 0\n"},
        place="../../shop",
        projectDigests="project-digests.json",
        launch="module['COPY_AGAIN_AFTER_SECONDS'] = 0",
    )
    assert (ended.finished["phase"], ended.exit_code) == ("project", 1)
    assert ended.finished["message"] == (
        "Could not copy the project: tests/test_1.py and 1 more are not the files that were sent; another run of the project "
        "changed them meanwhile: run the tests again, or set FABRIC_TEST_PROJECT_FOLDER to a folder of your own."
    )
    assert ended.events("session") == []
    assert not (ended.results / "project.copied").exists()


def test_when_the_mount_has_an_old_file_for_a_moment_then_it_is_copied_again(run, folder):
    files = {"test_1.py": "def test_1(): pass\n"}
    folder.mkdir(parents=True)
    (folder / "project-digests.json").write_text(digests_of(files))
    renew = f"lambda seconds: open({str(folder.parents[1] / 'shop/test_1.py')!r}, 'w').write({files['test_1.py']!r})"
    clock = f"import time, types; module['time'] = types.SimpleNamespace(monotonic=time.monotonic, sleep={renew})"
    watch = "module['_watch'] = lambda *arguments: None"
    ended = run({"test_1.py": "old"}, place="../../shop", projectDigests="project-digests.json", launch=f"{watch}\n{clock}")
    assert ended.exit_code == 0, ended.output


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"install": "everything"}, "install is 'everything'"),
        ({"requirements": None}, "a field is missing or has the wrong type"),
        ({"project": "elsewhere"}, "there is no folder elsewhere"),
        ({"project": None}, "a field is missing or has the wrong type"),
        ({"project": "../../shop", "projectDigests": None}, "the project ../../shop is not in the folder of the run, but there"),
        ({"project": "/shop"}, "the project /shop is neither in the folder of the run nor elsewhere in Files"),
        ({"project": "../../../shop"}, "the project ../../../shop is neither"),
        ({"project": "../other/project"}, "the project ../other/project is neither"),
        ({"project": "../.."}, "the project ../.. is neither"),
        ({"project": "../../C:/shop"}, "the project ../../C:/shop is neither"),
        ({"projectDigests": "../project-digests.json"}, "../project-digests.json is not the path of a file below a folder"),
        ({"projectDigests": "no.json"}, "no.json cannot be read"),
        ({"environmentFile": "../../shop/test.env.remote"}, "../../shop/test.env.remote is not the path of a file"),
        ({"requirements": [{"file": "../a.txt", "exact": True}]}, "../a.txt is not the path of a file below a folder"),
        ({"digests": {"/etc/passwd": "0" * 32}}, "project-digests.json has '/etc/passwd': "),
        ({"digests": {"../../a.py": "0" * 32}}, "project-digests.json has '../../a.py': "),
        ({"digests": {"a/../../b.py": "0" * 32}}, "project-digests.json has 'a/../../b.py': "),
        ({"digests": {"C:\\a.py": "0" * 32}}, "project-digests.json has 'C:"),
        ({"digests": {"D:a.py": "0" * 32}}, "project-digests.json has 'D:a.py': "),
        ({"digests": {"a//b.py": "0" * 32}}, "project-digests.json has 'a//b.py': "),
        (
            {"digests": {"a.py": "0"}},
            "project-digests.json has 'a.py': '0', which is not a path below a folder with an MD5 digest",
        ),
        ({"digests": []}, "project-digests.json does not map paths to digests"),
    ],
)
def test_when_run_json_has_no_valid_fields_or_leads_out_of_its_folders_then_it_is_refused(folder, changes, problem):
    (folder / "project").mkdir(parents=True)
    (folder.parents[1] / "shop").mkdir()
    (folder / "project-digests.json").write_text(json.dumps(changes.pop("digests", {})))
    request = {"schema": SCHEMA, "project": "project", "requirements": [], "install": "none", "pytestArguments": []}
    request.update({"environment": {}, "projectDigests": "project-digests.json", **changes})
    (folder / "run.json").write_text(json.dumps(request))
    with pytest.raises(EntryError) as error:
        read_run(folder)
    assert error.value.phase == "run"
    assert problem in str(error.value)
