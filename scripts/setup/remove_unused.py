"""Removes from the installed packages what no notebook of the local workspace can use, a fifth of their size.

Usage: python remove_unused.py SITE_PACKAGES
"""

import platform
import re
import shutil
import sys
import zipfile
from pathlib import Path

UNUSED = [
    "pyspark/jars/connect-repl",  # the Scala shell of Spark Connect
    # The workspace's Spark is local, or a cluster at spark:// or sc://.
    "pyspark/jars/kubernetes-*.jar",
    "pyspark/jars/spark-kubernetes_*.jar",
    "pyspark/jars/vertx-*.jar",  # the HTTP client of Kubernetes', and of HTTP/3
    "pyspark/jars/netty-codec-native-quic-*.jar",
    "pandas/tests",
    "pyarrow/tests",
    "jedi/third_party",  # what IPython completes from at a keyboard
]

# How this machine is called in the names of native libraries: of jars, and of the files in a jar that has those of all machines.
MACHINES = {
    ("Linux", "x86_64"): ("linux-x86_64", "linux64", "linux/amd64"),
    ("Linux", "aarch64"): ("linux-aarch_64", "linux-aarch64", "linux/aarch64"),
    ("Darwin", "x86_64"): ("osx-x86_64", "osx-x86_64", "darwin/x86_64"),
    ("Darwin", "arm64"): ("osx-aarch_64", "osx-arm64", "darwin/aarch64"),
}
NATIVE_JAR = re.compile(r"-((?:linux|osx|windows)-(?:x86_64|aarch_64|riscv64))\.jar$")
NATIVE_FILE = re.compile(r"\.(so|dll|jnilib|dylib)$")


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def keep_native_files(jar: Path, machine: str) -> None:
    """Writes a jar again without the native libraries of other machines; one without any of this machine stays."""
    with zipfile.ZipFile(jar) as source:
        natives = [entry.filename for entry in source.infolist() if NATIVE_FILE.search(entry.filename)]
        unused = {name for name in natives if machine not in name}
        if not unused or len(unused) == len(natives):
            return
        smaller = jar.with_suffix(".smaller")
        with zipfile.ZipFile(smaller, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                if entry.filename not in unused:
                    target.writestr(entry, source.read(entry))
    smaller.replace(jar)


def remove_unused(site_packages: Path) -> None:
    def own(folder: Path, pattern: str) -> list[Path]:
        """What matches, unless it is in a package that is a link: that belongs to another environment."""
        here = site_packages.resolve()
        return [path for path in folder.glob(pattern) if here in path.resolve().parents]

    for pattern in UNUSED:
        for path in own(site_packages, pattern):
            remove(path)
    names = MACHINES.get((platform.system(), platform.machine()))
    if names is None:
        return
    jar_name, rocksdb_name, zstd_name = names
    jars = site_packages / "pyspark" / "jars"
    for jar in own(jars, "*.jar"):
        native = NATIVE_JAR.search(jar.name)
        if native and native[1] != jar_name:
            jar.unlink()
    for pattern, machine in [("rocksdbjni-*.jar", rocksdb_name), ("zstd-jni-*.jar", zstd_name)]:
        for jar in own(jars, pattern):
            keep_native_files(jar, machine)


if __name__ == "__main__":
    remove_unused(Path(sys.argv[1]))
