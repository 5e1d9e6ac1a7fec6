"""scripts/setup/remove_unused.py: what it removes from an environment, and what it leaves."""

import runpy
import zipfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "setup" / "remove_unused.py"

JARS = [
    "spark-core_2.13-4.1.4.jar",
    "spark-kubernetes_2.13-4.1.4.jar",
    "kubernetes-model-core-7.4.1.jar",
    "netty-codec-native-quic-4.2.7.Final-linux-x86_64.jar",
    "netty-transport-native-epoll-4.2.7.Final-linux-x86_64.jar",
    "netty-transport-native-epoll-4.2.7.Final-linux-aarch_64.jar",
    "netty-transport-native-kqueue-4.2.7.Final-osx-aarch_64.jar",
]
ROCKSDB = ["librocksdbjni-linux64.so", "librocksdbjni-linux64-musl.so", "librocksdbjni-linux32.so"]
ROCKSDB += ["librocksdbjni-linux-aarch64.so", "librocksdbjni-osx-arm64.jnilib", "librocksdbjni-win64.dll"]


@pytest.fixture
def remove_unused(monkeypatch: pytest.MonkeyPatch):
    def on_machine(system: str, machine: str):
        monkeypatch.setattr("platform.system", lambda: system)
        monkeypatch.setattr("platform.machine", lambda: machine)
        return runpy.run_path(str(SCRIPT))["remove_unused"]

    return on_machine


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "site-packages"
    jars = folder / "pyspark" / "jars"
    for name in ["pandas/tests", "pandas/core", "jedi/third_party", "jedi/api", "pyspark/jars/connect-repl"]:
        (folder / name).mkdir(parents=True)
        (folder / name / "file").write_text("")
    for name in JARS:
        (jars / name).write_text("")
    with zipfile.ZipFile(jars / "rocksdbjni-9.8.4.jar", "w") as jar:
        for name in ["META-INF/MANIFEST.MF", *ROCKSDB, "org/rocksdb/RocksDB.class"]:
            jar.writestr(name, f"content of {name}")
    return folder


def jars_of(packages: Path) -> set[str]:
    return {path.name for path in (packages / "pyspark" / "jars").iterdir()}


def rocksdb_of(packages: Path) -> list[str]:
    with zipfile.ZipFile(packages / "pyspark" / "jars" / "rocksdbjni-9.8.4.jar") as jar:
        for name in jar.namelist():
            assert jar.read(name).decode() == f"content of {name}"
        return jar.namelist()


def test_leaves_only_what_this_machine_and_the_workspace_use(remove_unused, packages: Path) -> None:
    remove_unused("Linux", "x86_64")(packages)
    assert sorted(path.name for path in (packages / "pandas").iterdir()) == ["core"]
    assert sorted(path.name for path in (packages / "jedi").iterdir()) == ["api"]
    assert jars_of(packages) == {
        "spark-core_2.13-4.1.4.jar",
        "netty-transport-native-epoll-4.2.7.Final-linux-x86_64.jar",
        "rocksdbjni-9.8.4.jar",
    }
    assert rocksdb_of(packages) == ["META-INF/MANIFEST.MF", *ROCKSDB[:2], "org/rocksdb/RocksDB.class"]


def test_keeps_the_native_libraries_of_another_machine_there(remove_unused, packages: Path) -> None:
    remove_unused("Darwin", "arm64")(packages)
    assert "netty-transport-native-kqueue-4.2.7.Final-osx-aarch_64.jar" in jars_of(packages)
    assert rocksdb_of(packages) == ["META-INF/MANIFEST.MF", "librocksdbjni-osx-arm64.jnilib", "org/rocksdb/RocksDB.class"]


def test_keeps_all_native_libraries_on_a_machine_that_it_does_not_know(remove_unused, packages: Path) -> None:
    remove_unused("Linux", "s390x")(packages)
    assert len(rocksdb_of(packages)) == len(ROCKSDB) + 2
    assert "netty-transport-native-kqueue-4.2.7.Final-osx-aarch_64.jar" in jars_of(packages)


def test_changes_nothing_the_second_time(remove_unused, packages: Path) -> None:
    remove_unused("Linux", "x86_64")(packages)
    jar = packages / "pyspark" / "jars" / "rocksdbjni-9.8.4.jar"
    before = jar.stat()
    remove_unused("Linux", "x86_64")(packages)
    assert (jar.stat().st_ino, jar.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_leaves_a_package_that_is_a_link_to_another_environment(remove_unused, packages: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    linked.mkdir()
    for name in ["pandas", "pyspark"]:
        (linked / name).symlink_to(packages / name)
    remove_unused("Linux", "x86_64")(linked)
    assert (packages / "pandas" / "tests" / "file").exists()
    assert jars_of(packages) == {*JARS, "connect-repl", "rocksdbjni-9.8.4.jar"}
    assert len(rocksdb_of(packages)) == len(ROCKSDB) + 2
