"""The files of a run's folder that the starting side writes and reads: docs/remote-tests.md."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from .events import SCHEMA
from .platform import Dependencies, ProjectFolder, RemoteError, RunFolder
from .sentences import could_not

REQUEST = "run.json"
RESULTS = "results"
EVENTS = f"{RESULTS}/events.jsonl"
JUNIT = f"{RESULTS}/results.xml"
LOG = f"{RESULTS}/log.txt"
FINISHED = f"{RESULTS}/finished.json"
PROJECT_COPIED = f"{RESULTS}/project.copied"
_ENTRY_POINT = "entry_point.py"
_DIGESTS = "project-digests.json"
# Where the results of the last run are on this machine, in rootdir.
LOCAL_RESULTS = "remote-test-results"


def write_run(
    folder: RunFolder,
    run_id: str,
    project: ProjectFolder,
    *,
    dependencies: Dependencies,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    environment_file: str | None = None,
) -> None:
    """Writes what the remote side needs besides the project; run.json comes last, since without it there is no run."""
    for each in dependencies.files:
        folder.write(each.name, each.content.encode())
    folder.write(_ENTRY_POINT, Path(__file__).with_name(_ENTRY_POINT).read_bytes())
    request = {
        "schema": SCHEMA,
        "runId": run_id,
        "project": project.path,
        "requirements": [{"file": each.name, "exact": each.exact} for each in dependencies.files],
        "install": dependencies.install,
        "pytestArguments": list(arguments),
        "environment": dict(environment),
    }
    if project.digests is not None:
        folder.write(_DIGESTS, json.dumps(project.digests, indent=2).encode())
        request["projectDigests"] = _DIGESTS
    if environment_file is not None:
        request["environmentFile"] = environment_file
    folder.write(REQUEST, json.dumps(request, indent=2).encode())


def download_results(folder: RunFolder, rootdir: Path) -> Path | None:
    """Replaces the results of the last run by those of this one; None if there are none."""
    files = folder.list_files(RESULTS)
    if not files:
        return None
    target = rootdir / LOCAL_RESULTS
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise RemoteError(could_not(f"write the results to {target}", "it is not a folder", "move it away"))
    shutil.rmtree(target, ignore_errors=True)
    for name in sorted(files):
        path = PurePosixPath(name)
        # Names come from the store, and must not lead out of the folder.
        if path.is_absolute() or any(part == ".." or "\\" in part or ":" in part for part in path.parts):
            continue
        content = folder.read(f"{RESULTS}/{name}")
        if content is not None:
            (target / path.parent).mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(content)
    return target
