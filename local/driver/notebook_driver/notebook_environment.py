"""The environment that a notebook of Databricks brings along: its version, its base environment and its Python packages.

In source form it is a block of comments between the header line and the first cell, in the form of inline script metadata
(https://packaging.python.org/en/latest/specifications/inline-script-metadata/) with the table [tool.databricks.environment]; in
an ipynb it is in the notebook's metadata.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import Any

from notebook_driver.pip_magic import Pip


@dataclass(frozen=True)
class NotebookEnvironment:
    """``dependencies`` are lines of a pip requirements file; ``base`` names a base environment, or is None."""

    dependencies: tuple[str, ...] = ()
    base: str | None = None


def split_environment(text: str, comment: str) -> tuple[str, str]:
    """The environment's TOML, "" if there is none, and the rest. ``text`` begins after the header line."""
    escaped = re.escape(comment)
    block = re.compile(
        rf"\s*^{escaped} /// script[ \t]*\n((?:{escaped}(?: (?!COMMAND|MAGIC)[^\n]*)?\n)*?){escaped} ///[ \t]*(?:\n|$)",
        re.MULTILINE,
    ).match(text)
    if block is None:
        return "", text
    return re.sub(rf"^{escaped} ?", "", block.group(1), flags=re.MULTILINE), text[block.end() :]


def read_environment(text: str) -> NotebookEnvironment:
    """The environment of a notebook in either form; an empty one if it has none. ValueError if it cannot be read."""
    if text.lstrip().startswith("{"):
        metadata = json.loads(text).get("metadata", {})
        found = metadata.get("application/vnd.databricks.v1+notebook", {}).get("environmentMetadata") or {}
    else:
        header, _, rest = text.replace("\r\n", "\n").partition("\n")
        toml, _ = split_environment(rest, header.lstrip("\ufeff").split(" ")[0])
        found = _parse(toml).get("tool", {}).get("databricks", {}).get("environment", {}) if toml else {}
    dependencies = tuple(str(line) for line in found.get("dependencies") or [])
    return NotebookEnvironment(dependencies, found.get("base_environment") or None)


def set_up_environment(environment: NotebookEnvironment, pip: Pip, *, is_serverless: bool, folder: str) -> None:
    """Installs the packages for a notebook on serverless compute. A cluster has libraries instead, and ignores the environment
    (https://learn.microsoft.com/azure/databricks/compute/environments-mode). CellFailure if pip fails.
    """
    named = ", ".join([*environment.dependencies, *([environment.base] if environment.base else [])])
    if named and not is_serverless:
        print(
            f"Note: the notebook's environment ({named}) is not installed: a cluster uses its own libraries, "
            "serverless compute would install it."
        )
        return
    if environment.base:
        print(
            f"Note: the local workspace does not have the base environment {environment.base}; "
            "install what the notebook needs by %pip."
        )
    if environment.dependencies:
        file = os.path.join(folder, "environment.txt")
        with open(file, "w", encoding="utf-8") as requirements:
            requirements.write("\n".join(environment.dependencies) + "\n")
        pip.run(["install", "--quiet", "-r", file])


def _parse(toml: str) -> dict[str, Any]:
    try:
        import tomllib
    except ImportError:  # Python 3.10
        from pip._vendor import tomli as tomllib
    return tomllib.loads(toml)
