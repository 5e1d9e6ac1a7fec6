"""The package pytest-fabric-spark as its users install it, with the oldest and the newest pytest that it supports."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import venv
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from pytest_fabric_spark import settings

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "pytest-plugin"
OLDEST, NEWEST = "8.0.0", version("pytest")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("built")
    build(SOURCES, folder, "wheel", "sdist")
    return folder


def build(sources: Path, folder: Path, *targets: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder), *(f"--target={target}" for target in targets)]
    done = subprocess.run(command, cwd=sources, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def modules() -> set[str]:
    return {path.relative_to(SOURCES / "src").as_posix() for path in SOURCES.glob("src/**/*.py")}


def test_the_wheel_has_all_modules_the_entry_point_of_jobs_types_and_licence(built):
    [wheel] = built.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        [metadata] = [archive.read(name).decode() for name in names if name.endswith(".dist-info/METADATA")]
        [licence] = [archive.read(name) for name in names if name.endswith("/licenses/LICENSE")]
    assert {name for name in names if ".dist-info/" not in name} == modules() | {"pytest_fabric_spark/py.typed"}
    assert "pytest_fabric_spark/entry_point.py" in names
    assert licence == (ROOT / "LICENSE").read_bytes()
    for line in (
        "Name: pytest-fabric-spark",
        "Classifier: Framework :: Pytest",
        "Requires-Python: >=3.10",
        "License-Expression: MIT",
    ):
        assert line in metadata.splitlines()
    assert (SOURCES / "README.md").read_text() in metadata
    # A page of PyPI has no other files of the repository.
    assert re.findall(r"\]\((?!https://|#)[^)]*\)", metadata) == []


def test_the_readme_describes_each_setting():
    described = set(re.findall(r"FABRIC_TEST_[A-Z_]+", (SOURCES / "README.md").read_text()))
    assert described == settings._OWN_VARIABLES


def test_the_source_distribution_builds_the_same_wheel(built, tmp_path):
    [archive] = built.glob("*.tar.gz")
    with tarfile.open(archive) as sources:
        names = {name.partition("/")[2] for name in sources.getnames()}
        sources.extractall(tmp_path)
    assert {"LICENSE", "README.md", "pyproject.toml", "src/pytest_fabric_spark/py.typed"} <= names
    [folder] = tmp_path.iterdir()
    build(folder, tmp_path / "again", "wheel")
    [wheel], [again] = built.glob("*.whl"), (tmp_path / "again").glob("*.whl")
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


@pytest.fixture(scope="module")
def environments(built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The Python of an environment that had nothing but the wheel installed into it, by the version of its pytest."""
    [wheel] = built.glob("*.whl")

    def install(pytest_version: str) -> Path:
        folder = tmp_path_factory.mktemp("environment")
        # Without a pip of its own, it is made five times as fast.
        venv.create(folder, symlinks=True, with_pip=False)
        python = folder / "bin" / "python"
        pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--no-input"]
        wanted = [str(wheel), f"pytest=={pytest_version}"]
        done = subprocess.run([*pip, "install", "--quiet", "--no-compile", *wanted], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return python

    with ThreadPoolExecutor() as threads:
        return dict(zip((OLDEST, NEWEST), threads.map(install, (OLDEST, NEWEST)), strict=True))


SUITE = """
import sys, pytest

def test_passes(): assert not [name for name in sys.modules if name.startswith(("azure", "microsoft_fabric", "requests"))]
def test_fails(): assert 1 == 2
@pytest.mark.skip(reason="not here")
def test_skips(): pass
class TestArtifacts:
    def test_leaves_a_file(self, remote_artifacts_dir): (remote_artifacts_dir / "plan.txt").write_text("plan")
"""


@pytest.mark.parametrize("pytest_version", [OLDEST, NEWEST])
def test_an_empty_environment_with_the_wheel_has_the_plugin(environments, tmp_path, pytest_version):
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "FABRIC_TEST_", "PYTHON"))
        }
        command = [str(environments[pytest_version]), "-m", "pytest", "-p", "no:cacheprovider", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False)

    assert run("--version").stdout.strip() == f"pytest {pytest_version}"
    assert "--remote " in run("--help").stdout

    (tmp_path / "test_all.py").write_text(SUITE)
    plain = run("-rA")
    assert plain.returncode == 1, plain.stdout + plain.stderr
    assert "2 passed, 1 skipped" in plain.stdout.replace("1 failed, ", "")
    without = run("-rA", "-p", "no:fabric_spark", "-p", "pytest_fabric_spark.artifacts")
    assert comparable(plain.stdout) == comparable(without.stdout), "without --remote, nothing changes"

    remote = run("--remote")
    assert remote.returncode not in (0, 1), remote.stdout
    output = remote.stdout + remote.stderr
    for name in ("FABRIC_TEST_WORKSPACE_NAME", "FABRIC_TEST_LAKEHOUSE_NAME"):
        assert name in output
    assert output.count("Could not run the tests on Fabric: ") == 1
    assert "Traceback" not in output


def comparable(output: str) -> list[Any]:
    """The lines of a run, without its plugins and times."""
    lines = re.sub(r" in \d+\.\d+s", "", output).splitlines()
    return [line for line in lines if not line.startswith("plugins: ")]


def test_the_sdk_of_fabric_is_imported_only_as_far_as_it_is_needed(tmp_path):
    code = """
import sys
from pytest_fabric_spark.quick_import import postpone_package
postpone_package("microsoft_fabric_api")
import pytest_fabric_spark.fabric.microsoft_fabric
areas = {name.split(".")[2] for name in sys.modules if name.startswith("microsoft_fabric_api.generated.")}
assert areas == {"core", "sparkjobdefinition"}, areas
import microsoft_fabric_api
assert not hasattr(microsoft_fabric_api, "__warningregistry__") and "microsoft_fabric_api.client" not in sys.modules
assert microsoft_fabric_api.extensions.core.FabricCoreClient
from microsoft_fabric_api import FabricClient
assert microsoft_fabric_api.FabricClient is FabricClient
"""
    environment = {**os.environ, "PYTHONPATH": str(SOURCES / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
