"""How pytest-fabric-spark copies a project to OneLake."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest
from pytest_fabric_spark.fabric import fabric_platform, project_lock, sync, upload
from pytest_fabric_spark.fabric.storage import Entry
from pytest_fabric_spark.platform import RemoteError

WORKSPACE_ID = "11111111-2222-4333-8444-555555555555"
LAKEHOUSE_ID = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"


@pytest.fixture(scope="module")
def config():
    lakehouse = {"name": "sales", "id": LAKEHOUSE_ID}
    return {"fabric": {"workspaces": [{"name": "Shop", "id": WORKSPACE_ID, "lakehouses": [lakehouse]}]}}


@pytest.fixture(autouse=True)
def no_faults(workspace):
    workspace.control("DELETE", "/faults")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def project(tmp_path) -> Path:
    """A project with its own name."""
    folder = tmp_path / "project"
    folder.mkdir()
    write(folder, "pyproject.toml", f'[project]\nname = "shop-{uuid.uuid4().hex[:8]}"\n')
    return folder


@pytest.fixture
def shared(project) -> str:
    return "Files/" + (project / "pyproject.toml").read_text().split('"')[1]


@pytest.fixture
def lakehouse(workspace) -> Path:
    """The folder of this machine that is the lakehouse."""
    return Path(workspace.ready["caFile"]).parent / "onelake" / WORKSPACE_ID / LAKEHOUSE_ID


@pytest.fixture
def platform(workspace, project, said):
    return fabric_platform(project, said.append)


def write(project: Path, path: str, content: str | bytes) -> str:
    file = project / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def md5s(project: Path, paths: list[str]) -> dict[str, str]:
    return {path: hashlib.md5((project / path).read_bytes()).hexdigest() for path in paths}


def writes(workspace) -> int:
    return sum(entry["service"] == "onelake" and entry["method"] == "PUT" for entry in workspace.control("GET", "/requests"))


def test_only_what_differs_is_sent_and_what_is_gone_is_deleted(platform, project, shared, lakehouse, workspace, monkeypatch):
    for module in ("storage", "upload"):
        monkeypatch.setattr(f"pytest_fabric_spark.fabric.{module}.BLOCK_BYTES", 64 * 1024)
    large = os.urandom(200 * 1024)
    paths = [
        write(project, "tests/test_größe 100% +&#.py", "assert True"),
        write(project, "tests/__init__.py", ""),
        write(project, "data/large.bin", large),
        write(project, "old/deep/a.txt", "a"),
        write(project, "old/b.txt", "b"),
        write(project, "swap", "a file that becomes a folder"),
        write(project, "swapped/inner.txt", "a folder that becomes a file"),
    ]
    os.symlink("tests", project / "linked")
    paths.append("linked/__init__.py")
    first = platform.run_folder("first")
    copied = first.copy_project(project, paths)
    assert (copied.path, copied.shown, copied.changed_files) == (f"../../{shared[6:]}", shared, 8)
    assert copied.digests == md5s(project, paths)
    marker = ".notebook-ops-project"
    assert {name: content for name, content in content_of(lakehouse / shared).items() if name != marker} == {
        path: (project / path).read_bytes() for path in paths
    }
    first.release_project()
    first.release_project()

    before = writes(workspace)
    again = platform.run_folder("second").copy_project(project, paths)
    assert (again.digests, again.changed_files) == (copied.digests, 0)
    assert writes(workspace) == before + 1, "the lock"
    (lakehouse / f"{shared}.notebook-ops-lock").unlink()

    (lakehouse / shared / "tests" / "__init__.py").write_text("#")  # a job has changed it, with another size
    (lakehouse / shared / "pycache").mkdir()
    (lakehouse / shared / "pycache" / "x.pyc").write_text("made by a job")
    write(project, "data/large.bin", large[:-1] + b"!")
    for path in ("swap", "swapped/inner.txt"):
        (project / path).unlink()
    (project / "swapped").rmdir()
    paths = [path for path in paths if not path.startswith(("old", "swap"))]
    paths += [write(project, "swap/inner.txt", "x"), write(project, "swapped", "y")]
    third = platform.run_folder("third")
    changed = third.copy_project(project, [*paths, "deleted-meanwhile.txt"])
    # Three files are new or changed, two were in the way, "old" and "pycache" are gone; "tests/__init__.py" is put back.
    assert changed.changed_files == 8
    assert changed.digests == md5s(project, paths)
    assert set(content_of(lakehouse / shared)) == {*paths, marker}
    assert not (lakehouse / shared / "old").exists() and not (lakehouse / shared / "pycache").exists()
    third.release_project()
    assert not (lakehouse / f"{shared}.notebook-ops-lock").exists()


def test_a_run_that_finds_the_lock_copies_the_whole_project(platform, project, shared, lakehouse, said):
    paths = [write(project, "a.txt", "a"), write(project, "b/c.txt", "c")]
    first, second = platform.run_folder("one"), platform.run_folder("two")
    assert first.copy_project(project, paths).digests == md5s(project, paths)
    lock = json.loads((lakehouse / f"{shared}.notebook-ops-lock").read_text())
    assert lock["runId"] == "one" and set(lock) == {"runId", "user", "host", "pid", "time"}
    copied = second.copy_project(project, paths)
    assert (copied.path, copied.digests, copied.changed_files) == ("project", None, 2)
    assert content_of(lakehouse / "Files/notebook-ops/two/project") == {"a.txt": b"a", "b/c.txt": b"c"}
    holder = f"{lock['user']} on {lock['host']}"
    assert said == [f"Another run ({holder}) is using {shared}, so this run copies the whole project."]
    second.release_project()
    assert (lakehouse / f"{shared}.notebook-ops-lock").exists(), "it is that of the first run"
    first.release_project()
    assert platform.run_folder("three").copy_project(project, paths).changed_files == 0


def test_a_stale_lock_is_broken_once(platform, project, shared, lakehouse, monkeypatch):
    paths = [write(project, "a.txt", "a")]
    dead = platform.run_folder("dead")
    dead.copy_project(project, paths)
    file = lakehouse / f"{shared}.notebook-ops-lock"
    old = file.stat().st_mtime - project_lock.STALE_AFTER_SECONDS - 60
    os.utime(file, (old, old))
    results = in_threads(8, lambda index: platform.run_folder(f"run-{index}").copy_project(project, paths))
    assert sorted(result.path for result in results) == [f"../../{shared[6:]}", *["project"] * 7]
    assert json.loads(file.read_text())["runId"].startswith("run-")
    dead.release_project()
    assert file.exists(), "the lock is another run's now"


def in_threads(count: int, work) -> list:
    results: list = [None] * count
    barrier = threading.Barrier(count)

    def run(index: int) -> None:
        barrier.wait()
        results[index] = work(index)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_lock_of_a_process_that_has_ended_is_broken(platform, project, shared, lakehouse):
    paths = [write(project, "a.txt", "a")]
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    lock = {"runId": "killed", "user": "ada", "host": socket.gethostname(), "pid": ended.pid}
    write(lakehouse, f"{shared}.notebook-ops-lock", json.dumps({**lock, "host": "elsewhere"}))
    assert platform.run_folder("one").copy_project(project, paths).path == "project"
    write(lakehouse, f"{shared}.notebook-ops-lock", json.dumps(lock))
    assert platform.run_folder("two").copy_project(project, paths).digests is not None


def test_of_runs_at_once_one_gets_the_shared_folder(platform, project, shared, lakehouse):
    paths = [write(project, "a.txt", "a")]
    folders = [platform.run_folder(f"run-{index}") for index in range(4)]
    results = in_threads(4, lambda index: folders[index].copy_project(project, paths))
    assert sorted(result.path for result in results) == [f"../../{shared[6:]}", *["project"] * 3]
    for folder in folders:
        folder.release_project()
    assert not (lakehouse / f"{shared}.notebook-ops-lock").exists()


def test_files_of_others_are_not_deleted(platform, project, shared, lakehouse, said):
    paths = [write(project, "a.txt", "a")]
    write(lakehouse, f"{shared}/precious.csv", "1,2")
    folder = platform.run_folder("careful")
    assert folder.copy_project(project, paths).path == "project"
    assert content_of(lakehouse / shared) == {"precious.csv": b"1,2"}
    assert said[0].startswith(f"{shared} has files that are not from pytest-fabric-spark")
    assert not (lakehouse / f"{shared}.notebook-ops-lock").exists()


def test_the_lock_is_released_if_the_copy_fails_and_taken_if_its_answer_is_lost(platform, project, shared, lakehouse, workspace):
    paths = [write(project, "a.txt", "a")]
    lost = {
        "match": {"service": "onelake", "method": "PUT", "path": "notebook-ops-lock"},
        "when": "after",
        "then": {"reset": True},
    }
    workspace.fault(lost)
    folder = platform.run_folder("lost")
    assert folder.copy_project(project, paths).digests is not None
    folder.release_project()
    refused = {
        "match": {"service": "onelake", "method": "PUT", "path": r"a\.txt"},
        "times": 9,
        "when": "before",
        "then": {"status": 403, "body": ""},
    }
    workspace.fault(refused)
    write(project, "a.txt", "b")
    with pytest.raises(RemoteError, match=rf"Could not write {shared}/a\.txt to OneLake: the answer is 403") as caught:
        platform.run_folder("refused").copy_project(project, paths)
    assert "\n" not in str(caught.value)
    assert not (lakehouse / f"{shared}.notebook-ops-lock").exists()


def test_a_failure_ends_the_waits_of_other_files(platform, project, workspace):
    paths = [write(project, f"{number}.txt", "x") for number in range(40)]
    busy = {"status": 503, "headers": {"retry-after": "500", "x-ms-error-code": "ServerBusy"}, "body": ""}
    refused = {"status": 403, "body": ""}
    for path, times, then in ((r"/[1-9]\.txt", 99, busy), (r"/0\.txt", 1, refused)):
        match = {"service": "onelake", "method": "PUT", "path": path}
        workspace.fault({"match": match, "times": times, "when": "before", "then": then})
    with pytest.raises(RemoteError, match=r"Could not write .*/0\.txt to OneLake: the answer is 403"):
        platform.run_folder("stopped").copy_project(project, paths)


def test_what_is_sent_is_what_was_hashed(platform, project, lakehouse, shared, monkeypatch):
    path = write(project, "a.txt", "before")
    send, changes = upload._send, iter(["after 1"])

    def changing_send(*arguments):
        change = next(changes, None)
        if change is not None:
            write(project, path, change)
        return send(*arguments)

    monkeypatch.setattr(upload, "_send", changing_send)
    folder = platform.run_folder("changing")
    copied = folder.copy_project(project, [path])
    assert copied.digests == {path: hashlib.md5(b"after 1").hexdigest()}
    assert (lakehouse / shared / path).read_bytes() == b"after 1"
    folder.release_project()
    changes = iter(["after 22", "after 333"])
    with pytest.raises(RemoteError, match=r"it changed twice while it was read; run the tests when nothing writes to the file"):
        platform.run_folder("changing twice").copy_project(project, [path])


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("a\\b.txt", "has a backslash, which OneLake takes for a slash; rename the file"),
        ("a\nb.txt", "has a control character"),
        ("folder./a.txt", "ends with a dot"),
        ("outside.txt", "is a link to a file outside the project"),
    ],
)
def test_a_file_that_onelake_cannot_have_is_named(platform, project, path, problem):
    if path == "outside.txt":
        os.symlink("/etc/hostname", project / path)
    else:
        write(project, path, "x")
    with pytest.raises(RemoteError) as caught:
        platform.run_folder("named").copy_project(project, [path])
    assert problem in str(caught.value) and "\n" not in str(caught.value)


def test_a_plan_deletes_whole_folders_and_keeps_what_is_needed():
    remote = [
        Entry(path, is_folder, 0, None)
        for path, is_folder in [
            ("a", True),
            ("a/b", True),
            ("a/b/c.txt", False),
            ("keep", True),
            ("keep/x", False),
            ("gone.txt", False),
        ]
    ]
    assert sync.plan(["keep/x"], remote) == ([], ["a", "gone.txt"])
    assert sync.plan(["a", "keep"], remote) == (["a", "keep"], ["gone.txt"])
    assert sync.plan(["gone.txt/inside", "a/b/c.txt", "keep/x"], remote) == (["gone.txt"], [])


def test_azcopy_must_be_on_the_path(workspace, project, said, monkeypatch, tmp_path):
    monkeypatch.setenv("FABRIC_TEST_SYNC", "azcopy")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        RemoteError, match=r"Could not copy the project by azcopy: it is not on the PATH; install it \(https://learn"
    ):
        fabric_platform(project, said.append)


@pytest.mark.skipif(shutil.which("azcopy") is None, reason="azcopy is not on the PATH")
def test_azcopy_copies_the_same(workspace, project, shared, lakehouse, said, monkeypatch):
    monkeypatch.setenv("FABRIC_TEST_SYNC", "azcopy")
    paths = [
        write(project, "tests/test_größe 100% +.py", "assert True"),
        write(project, "empty.txt", ""),
        write(project, "gone.txt", "x"),
    ]
    write(project, "not-listed.txt", "x")
    platform = fabric_platform(project, said.append)
    first = platform.run_folder("first")
    copied = first.copy_project(project, paths)
    assert (copied.digests, copied.changed_files, copied.path) == (md5s(project, paths), 3, f"../../{shared[6:]}")
    first.release_project()
    write(project, "empty.txt", "y")
    second = platform.run_folder("second").copy_project(project, paths[:2])
    assert (second.digests, second.changed_files) == (md5s(project, paths[:2]), 2)
    assert set(content_of(lakehouse / shared)) == {*paths[:2], ".notebook-ops-project"}
    own = platform.run_folder("own").copy_project(project, paths[:2])
    assert own.path == "project"
    assert set(content_of(lakehouse / "Files/notebook-ops/own/project")) == set(paths[:2])
    monkeypatch.setenv("AZCOPY_AUTO_LOGIN_TYPE", "SPN")
    monkeypatch.setenv("AZCOPY_SPA_CLIENT_SECRET", "wrong")
    with pytest.raises(
        RemoteError, match=r"Could not copy the project by azcopy: azcopy ended with exit code 1 \(.*; run az login"
    ) as caught:
        platform.run_folder("refused").copy_project(project, paths[:2])
    assert "\n" not in str(caught.value)
