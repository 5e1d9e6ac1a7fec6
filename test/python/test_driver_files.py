"""Where the driver finds the workspace's files."""

from pathlib import Path

import pytest
from notebook_driver.dbutils.paths import local_path
from notebook_driver.files import Files


@pytest.fixture
def files(tmp_path: Path) -> Files:
    for name in ("workspace/Shared/a/one", "workspace/Shared/two", "dbfs/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    return Files(str(tmp_path / "workspace"), str(tmp_path / "dbfs"))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("./one", "/Shared/a/one"),
        ("../two", "/Shared/two"),
        ('"/Shared/two"', "/Shared/two"),
        ("/Workspace/Shared/two", "/Shared/two"),
    ],
)
def test_when_a_notebook_is_named_then_the_path_is_relative_to_the_one_that_names_it(files: Files, path: str, found: str) -> None:
    assert files.notebook(path, "/Shared/a/main")[0] == found


def test_when_a_path_leaves_the_workspace_then_there_is_no_notebook(files: Files) -> None:
    with pytest.raises(FileNotFoundError, match="does not exist in the workspace"):
        files.notebook("../../../../dbfs/x", "/Shared/a/main")


@pytest.mark.parametrize(
    ("path", "local"),
    [
        ("dbfs:/x", "{dbfs}/x"),
        ("/x", "{dbfs}/x"),
        ("dbfs:/../../x", "{dbfs}/x"),
        ("file:/dbfs/x", "{dbfs}/x"),
        ("file:///Workspace/Shared/two", "{workspace}/Shared/two"),
        ("/Workspace/Shared/two", "{workspace}/Shared/two"),
        ("/Volumes/c/s/v/f", "{dbfs}/Volumes/c/s/v/f"),
        ("file:/tmp/y", "/tmp/y"),
    ],
)
def test_when_dbutils_fs_gets_a_path_then_it_stands_there(files: Files, path: str, local: str) -> None:
    assert local_path(files, path) == local.format(dbfs=files.dbfs, workspace=files.workspace)


def test_when_a_path_is_on_cloud_storage_then_it_says_so(files: Files) -> None:
    """As Hadoop does; the driver makes the sentence of not_here of it."""
    with pytest.raises(OSError, match='No FileSystem for scheme "abfss": abfss://c@a/x'):
        local_path(files, "abfss://c@a/x")
