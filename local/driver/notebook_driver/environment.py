"""Python environments on top of the base one, as a notebook's is on top of its cluster's on the platform.

A virtual environment whose site-packages names the folders below it in a .pth file: pip sees what is installed below as
installed, shadows it when it upgrades, and never touches it.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import os
import shutil
import site
import subprocess
import sys

_PIP = """#!{python}
import sys
from pip._internal.cli.main import main
sys.exit(main())
"""


class Environment:
    """``below`` are the site-packages folders whose packages are visible too, nearest first."""

    def __init__(self, folder: str, below: list[str]) -> None:
        self.folder = folder
        self.python = os.path.join(folder, "bin", "python")
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        self.packages = os.path.join(folder, "lib", version, "site-packages")
        self.below = below

    def create(self) -> None:
        if os.path.exists(self.python):
            return
        os.makedirs(self.packages, exist_ok=True)
        os.makedirs(os.path.dirname(self.python), exist_ok=True)
        base = os.path.realpath(sys.executable)
        with open(os.path.join(self.folder, "pyvenv.cfg"), "w") as file:
            file.write(f"home = {os.path.dirname(base)}\ninclude-system-site-packages = false\n")
        with open(os.path.join(self.packages, "_below.pth"), "w") as file:
            file.write("\n".join(self.below) + "\n")
        for name in ("pip", "pip3"):
            script = os.path.join(self.folder, "bin", name)
            with open(script, "w") as file:
                file.write(_PIP.format(python=self.python))
            os.chmod(script, 0o755)
        for name in ("python3", "python"):
            os.symlink(base, os.path.join(self.folder, "bin", name))

    def activate(self) -> None:
        """Uses it for this process and for those that it starts, Spark's Python workers included."""
        self.create()
        for folder in [*reversed(self.below[:-1]), self.packages]:
            if folder in sys.path:
                sys.path.remove(folder)
            sys.path.insert(0, folder)
        sys.executable = self.python
        os.environ["PYSPARK_PYTHON"] = self.python
        os.environ["PYSPARK_DRIVER_PYTHON"] = self.python
        os.environ["VIRTUAL_ENV"] = self.folder
        os.environ["PATH"] = os.path.dirname(self.python) + os.pathsep + os.environ.get("PATH", os.defpath)

    def refresh(self) -> None:
        """Makes Python find the modules that pip installed, and .pth files of editable installs."""
        site.addsitedir(self.packages)
        importlib.invalidate_caches()


def cluster_environment(state_folder: str, cluster: str, libraries: list[str], base: str) -> Environment | None:
    """The environment with the cluster's libraries, which the first run installs; None without any. RuntimeError if pip fails."""
    if not libraries:
        return None
    digest = hashlib.sha256("\0".join([cluster, *libraries]).encode()).hexdigest()[:16]
    folder = os.path.join(state_folder, "clusters", digest)
    environment = Environment(folder, [base])
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = os.path.join(folder, ".installed")
        if not os.path.exists(done):
            environment.create()
            command = [environment.python, "-m", "pip", "install", "--quiet", "--no-input", *libraries]
            finished = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
            if finished.returncode:
                shutil.rmtree(folder, ignore_errors=True)
                output = " ".join((finished.stderr or finished.stdout).split())[-2000:]
                raise RuntimeError(f"Could not install the cluster's libraries {', '.join(libraries)}: {output}")
            open(done, "w").close()
    return environment
