"""OneLake's paths on this machine, and the mapping of absolute paths where the system allows no mounts."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from notebook_driver.notebookutils.dag import InvalidDag, read_dag
from notebook_driver.notebookutils.fs import FileSystem
from notebook_driver.notebookutils.one_lake import OneLake

LAKEHOUSE = {"id": "1-2", "name": "Sales", "workspaceId": "w-1", "workspaceName": "Shop"}
ROOT = "abfss://w-1@onelake.dfs.fabric.microsoft.com/1-2"


class Workspace:
    """The workspace's side of the questions."""

    def __init__(self, folder: Path) -> None:
        self.folders = {
            ("w-1", "1-2"): folder / "sales",
            ("Shop", "Sales.Lakehouse"): folder / "sales",
            ("My Shop", "Old Sales.Lakehouse"): folder / "old",
        }

    def ask(self, question: str, workspace: str, item: str) -> Any:
        assert question == "oneLakeFolder"
        found = self.folders.get((workspace, item))
        return None if found is None else str(found)


@pytest.fixture
def one_lake(tmp_path: Path) -> OneLake:
    for name in ("sales/Files", "sales/Tables", "old/Files"):
        (tmp_path / name).mkdir(parents=True)
    return OneLake(Workspace(tmp_path), LAKEHOUSE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("Files/a", "sales/Files/a"),
        ("/lakehouse/default/Tables", "sales/Tables"),
        ("file:/lakehouse/default/Files/a", "sales/Files/a"),
        ("file:///lakehouse/default/Files/a", "sales/Files/a"),
        (f"{ROOT}/Files/a b%", "sales/Files/a b%"),
        ("abfss://Shop@localhost:8446/Sales.Lakehouse/Files", "sales/Files"),
        ("abfss://My%20Shop@onelake.dfs.fabric.microsoft.com/Old Sales.Lakehouse/Files", "old/Files"),
        ("Files/../../../etc", "sales/etc"),
    ],
)
def test_when_a_path_is_of_one_lake_then_it_is_a_folder_here(one_lake: OneLake, tmp_path: Path, path: str, found: str) -> None:
    assert one_lake.local(path) == str(tmp_path / found)


@pytest.mark.parametrize("path", ["/tmp/a", "file:/tmp/a"])
def test_when_a_path_is_absolute_then_it_is_one_of_this_machine(one_lake: OneLake, path: str) -> None:
    assert one_lake.local(path) == "/tmp/a"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("abfss://Shop@onelake.dfs.fabric.microsoft.com/Sale.Lakehouse/x", "no item Sale.Lakehouse in the workspace Shop"),
        ("s3://a/b", "no file system"),
        ("abfss://a", "not an address of OneLake"),
    ],
)
def test_when_a_path_is_not_there_then_one_sentence_says_so(one_lake: OneLake, path: str, why: str) -> None:
    with pytest.raises((FileNotFoundError, ValueError), match=f"^Could not find {path}: .*{why}"):
        one_lake.local(path)


def test_when_spark_gets_a_path_of_the_lakehouse_then_it_is_its_address(one_lake: OneLake) -> None:
    assert [one_lake.absolute(path) for path in ("Files/a", "file:/lakehouse/default/Files/a", "/x", "abfss://a@b/c")] == [
        f"{ROOT}/Files/a",
        f"{ROOT}/Files/a",
        "/x",
        "abfss://a@b/c",
    ]


def test_when_files_are_moved_then_what_exists_is_kept_unless_overwrite(one_lake: OneLake) -> None:
    fs = FileSystem(one_lake)
    fs.put("Files/a", "1")
    fs.put("Files/b", "2")
    with pytest.raises(FileExistsError, match="pass overwrite=True"):
        fs.mv("Files/a", "Files/b")
    fs.mv("Files/a", "Files/b", overwrite=True)
    with pytest.raises(FileNotFoundError, match="pass create_path=True"):
        fs.mv("Files/b", "Files/new/b")
    fs.mv("Files/b", "Files/new/b", create_path=True)
    fs.append("Files/new/b", "3")
    assert (fs.head("Files/new/b"), fs.exists("Files/b"), fs.ls("Files/new")[0].path) == ("13", False, f"{ROOT}/Files/new/b")
    with pytest.raises(OSError, match="pass recurse=True"):
        fs.rm("Files/new")


def test_when_paths_are_mapped_then_pythons_functions_find_them(tmp_path: Path) -> None:
    program = f"""
import os, pathlib, shutil, sys
from notebook_driver.path_mapping import PathMapping
PathMapping({{"/lakehouse/default": {str(tmp_path)!r}}}).install()
os.makedirs("/lakehouse/default/Files/a")
open("/lakehouse/default/Files/a/b", "w").write("x")
shutil.copy("/lakehouse/default/Files/a/b", "/lakehouse/default/c")
os.rename("/lakehouse/default/c", pathlib.Path("/lakehouse/default/d"))
mapped = "/lakehouse/default"
print(sorted(os.listdir(mapped)), pathlib.Path(f"{{mapped}}/d").read_text(), os.path.isfile(f"{{mapped}}/d"))
print(os.path.exists(f"{{mapped}}s"), [names for _, _, names in os.walk(f"{{mapped}}/Files")])
"""
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert finished.stdout == "['Files', 'd'] x True\nFalse [[], ['b']]\n", finished.stderr


def test_when_a_dag_is_read_then_its_order_and_defaults_are_known() -> None:
    dag = read_dag(
        '{"activities": [{"name": "a", "path": "x", "args": {"n": 1}}, {"name": "b", "path": "y", "dependencies": ["a"]}]}'
    )
    assert (dag.timeout, dag.activities[0].cell_timeout, dag.activities[1].dependencies) == (43_200, 90, ("a",))
    filled = read_dag({"activities": [{"name": "b", "path": "y", "args": {"v": "@activity('a').exitValue()!"}}]})
    assert filled.activities[0].arguments_with({"a": "7"}) == {"v": "7!"}
    assert [entry.name for entry in read_dag(["x", "y"]).activities] == ["x", "y"]


@pytest.mark.parametrize(
    ("dag", "why"),
    [
        ({"activities": [{"name": "a", "path": "x"}, {"name": "a", "path": "y"}]}, "two activities have the name a"),
        ({"activities": [{"name": "a", "path": "x", "dependencies": ["b"]}]}, "a depends on b, which is not an activity"),
        ({"activities": [{"name": "a", "path": "x", "retries": 1}]}, 'did you mean "retry"?'),
        ({"activities": [{"name": "a"}]}, "it needs a name and a path"),
        ({}, "no list 'activities'"),
    ],
)
def test_when_a_dag_is_wrong_then_one_sentence_says_so(dag: Any, why: str) -> None:
    with pytest.raises(InvalidDag) as failure:
        read_dag(dag)
    assert why in str(failure.value)
