"""docs/remote-tests.md against the code of both sides: the entry point, pytest-fabric-spark, and the task FabricRunSparkTests."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_fabric_spark import entry_point
from pytest_fabric_spark.platform import Dependencies, ProjectFolder, Requirements
from pytest_fabric_spark.run_files import write_run

ROOT = Path(__file__).parents[2]
ENTRY_POINT = Path(entry_point.__file__)
PAGE = (ROOT / "docs/remote-tests.md").read_text(encoding="utf-8")
TASK = ROOT / "shared/fabric/spark-tests"


def table(heading: str) -> dict[str, str]:
    """The rows of the table below a heading: each name in backticks of the first column, with the second column."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.split(" | ", 1) for line in section.splitlines() if line.startswith("| `")]
    return {name: content.removesuffix(" |") for names, content in rows for name in re.findall("`([^`]+)`", names)}


def source(file: str) -> str:
    return (TASK / file).read_text(encoding="utf-8")


class RecordingDict(dict[str, Any]):
    """A dictionary that knows which of its fields were asked for."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


class WrittenFiles:
    """A run folder that keeps what is written on this machine."""

    shown = "Files/notebook-ops/1"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, path: str, content: bytes) -> None:
        (self.folder / path).write_bytes(content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "Files/notebook-ops/1"
    folder.mkdir(parents=True)
    return folder


FIELDS = table("run.json")
REQUIRED = {name for name, content in FIELDS.items() if not content.startswith("optional: ")}
REQUEST: dict[str, Any] = {
    "schema": entry_point.SCHEMA,
    "runId": "1",
    "project": "project",
    "requirements": [{"file": "requirements.txt", "exact": True}],
    "install": "none",
    "pytestArguments": ["-x"],
    "environment": {"REGION": "west"},
    "projectDigests": "project-digests.json",
    "environmentFile": "test.env.remote",
}


def test_the_entry_point_reads_the_fields_of_run_json(folder, monkeypatch):
    (folder / "project").mkdir()
    (folder / "project-digests.json").write_text("{}")
    (folder / "run.json").write_text(json.dumps(REQUEST))
    read: list[RecordingDict] = []

    def loads(text: str) -> RecordingDict:
        read.append(RecordingDict(json.JSONDecoder().decode(text)))
        return read[-1]

    monkeypatch.setattr(entry_point.json, "loads", loads)
    entry_point.read_run(folder)
    assert read[0].asked == FIELDS.keys() - {"runId"}
    assert REQUEST.keys() == FIELDS.keys()


@pytest.mark.parametrize("name", FIELDS)
def test_the_entry_point_needs_the_fields_of_run_json_that_are_not_optional(folder, name):
    (folder / "project").mkdir()
    (folder / "project-digests.json").write_text("{}")
    (folder / "run.json").write_text(json.dumps({key: value for key, value in REQUEST.items() if key != name}))
    if name in REQUIRED - {"runId"}:
        with pytest.raises(entry_point.EntryError):
            entry_point.read_run(folder)
    else:
        assert entry_point.read_run(folder).arguments == ["-x"]


def test_the_task_writes_the_fields_of_run_json_that_are_not_optional():
    interface = re.search(r"interface RunRequest \{(.*?)\n\}", source("remote-run.ts"), re.DOTALL)
    assert interface
    assert set(re.findall(r"^  (\w+):", interface[1], re.MULTILINE)) == REQUIRED


@pytest.mark.parametrize("digests", [None, {"a.py": "d41d8cd98f00b204e9800998ecf8427e"}])
def test_the_plugin_writes_what_the_entry_point_reads(folder, digests):
    place = "project" if digests is None else "../../shop"
    (folder / place).resolve().mkdir()
    write_run(
        WrittenFiles(folder),
        "1",
        ProjectFolder(path=place, shown="", digests=digests),
        dependencies=Dependencies([Requirements("requirements.txt", "a==1\n", exact=True)], "alone"),
        arguments=["-x", "tests"],
        environment={"REGION": "west"},
        environment_file=None if digests is None else "test.env.remote",
    )
    written = json.loads((folder / "run.json").read_text())
    assert written.keys() == (REQUIRED if digests is None else FIELDS.keys())
    run = entry_point.read_run(folder)
    assert (run.arguments, run.environment, run.install) == (["-x", "tests"], {"REGION": "west"}, "alone")
    assert run.environment_file == (None if digests is None else "test.env.remote")
    assert (run.requirements, run.digests) == ([{"file": "requirements.txt", "exact": True}], digests)
    assert run.project.is_dir()


def test_the_page_lists_the_events_that_the_entry_point_writes_and_both_readers_know():
    events = table("events.jsonl").keys()
    written = re.findall(r'(?:\bevent|_report)\(\s*"(\w+)"', ENTRY_POINT.read_text(encoding="utf-8"))
    assert set(written) == events
    assert set(re.findall(r'case "(\w+)":', source("events.ts"))) == events


def test_the_page_lists_the_fields_and_phases_of_finished_json(folder):
    (folder / "run.json").write_text("{}")
    subprocess.run([sys.executable, str(ENTRY_POINT), str(folder)], capture_output=True, check=False)
    fields = table("finished.json")
    assert json.loads((folder / "results/finished.json").read_text()).keys() == fields.keys()
    code = source("finished-record.ts")
    read = re.search(r"const \{ ([\w, ]+) \} = value;", code)
    assert read
    assert {*read[1].split(", "), *re.findall(r"value\.(\w+)", code)} <= fields.keys()
    text = ENTRY_POINT.read_text(encoding="utf-8")
    phases = set(re.findall(r'(?:EntryError\(|_pip\(|"phase": )"(\w+)"', text))
    assert set(re.findall("`([^`]+)`", fields["phase"])) == phases


def test_the_page_lists_the_files_of_the_task():
    names = re.search(r"const runFiles = \{(.*?)\}", source("remote-run.ts"), re.DOTALL)
    assert names
    listed = re.findall(r"^ +([\w.-]+)", PAGE.split("```\n")[1], re.MULTILINE)
    for file in re.findall(r'"([^"]+)"', names[1]):
        assert file.rpartition("/")[2] in listed
