"""The options of Auto Loader: which ones there are, and which ones Spark's file source can follow."""

from __future__ import annotations

import difflib
import os
import time
from typing import Any

from notebook_driver.dbutils.paths import local_path
from notebook_driver.failure import CellFailure
from notebook_driver.files import Files

_PREFIX = "cloudfiles."
_FORMATS = ("json", "csv", "parquet", "orc", "text", "binaryfile")
_MODES = ("addnewcolumns", "rescue", "failonnewcolumns", "none")
# What the local workspace follows.
_FOLLOWED = (
    "cloudFiles.format",
    "cloudFiles.schemaLocation",
    "cloudFiles.inferColumnTypes",
    "cloudFiles.schemaHints",
    "cloudFiles.schemaEvolutionMode",
    "cloudFiles.includeExistingFiles",
    "cloudFiles.maxFilesPerTrigger",
    "cloudFiles.maxBytesPerTrigger",
)
# How files are found, which changes the cost but not the result.
_WITHOUT_EFFECT = (
    "cloudFiles.useIncrementalListing",
    "cloudFiles.backfillInterval",
    "cloudFiles.fetchParallelism",
    "cloudFiles.validateOptions",
)
# Accepted with the value that is the default.
_ONLY_DEFAULT = {
    "cloudFiles.useNotifications": "false",
    "cloudFiles.useManagedFileEvents": "false",
    "cloudFiles.allowOverwrites": "false",
    "cloudFiles.cleanSource": "off",
}
# Spark's file source ignores files that are a week older than the newest one; Auto Loader ignores none.
_NO_AGE_LIMIT = {"maxFileAge": "36500d"}


def cannot(what: str, because: str, advice: str) -> CellFailure:
    return CellFailure(f"Could not {what}: {because}; {advice}.")


class Options:
    """The options of one reader. CellFailure for one that would change the result here."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._values: dict[str, str] = {}
        self._reader: dict[str, str] = {}
        for name, value in given.items():
            text = str(value).lower() if isinstance(value, bool) else str(value)
            if name.lower().startswith(_PREFIX):
                self._values[_known(name, text)] = text
            else:
                self._reader[name] = text
        self.format = self._values.get("cloudFiles.format", "").lower()
        if self.format not in _FORMATS:
            because = f'the local workspace does not read cloudFiles.format "{self.format}"'
            advice = "set it to json, csv, parquet, orc, text or binaryFile"
            raise cannot("read files by Auto Loader", because if self.format else "cloudFiles.format is not set", advice)

    @property
    def infers_types(self) -> bool:
        return self._flag("cloudFiles.inferColumnTypes", default=False)

    @property
    def schema_hints(self) -> str:
        return self._values.get("cloudFiles.schemaHints", "")

    @property
    def rescued_column(self) -> str | None:
        return next((value for name, value in self._reader.items() if name.lower() == "rescueddatacolumn"), None)

    def flag(self, name: str) -> bool:
        """An option of the format, such as multiLine."""
        return any(key.lower() == name.lower() and value.lower() == "true" for key, value in self._reader.items())

    def evolution_mode(self, *, has_schema: bool) -> str:
        mode = self._values.get("cloudFiles.schemaEvolutionMode", "none" if has_schema else "addNewColumns").lower()
        if mode not in _MODES:
            known = "addNewColumns, rescue, failOnNewColumns or none"
            raise cannot("read files by Auto Loader", f'"{mode}" is not a cloudFiles.schemaEvolutionMode', f"use {known}")
        if has_schema and mode == "addnewcolumns":
            because = "cloudFiles.schemaEvolutionMode is addNewColumns although there is a schema"
            raise cannot("read files by Auto Loader", because, "pass the schema as cloudFiles.schemaHints")
        return mode

    def schema_location(self, path: str) -> str:
        location = self._values.get("cloudFiles.schemaLocation")
        if location:
            return location
        because = "there is neither a schema nor cloudFiles.schemaLocation, in which the inferred one is stored"
        raise cannot(f"infer the schema of {path} by Auto Loader", because, "add one of them")

    def started_at(self, files: Files) -> str | None:
        """When the stream was first started, in ms since 1970, if it leaves out the files that existed then."""
        if self._flag("cloudFiles.includeExistingFiles", default=True):
            return None
        location = self._values.get("cloudFiles.schemaLocation")
        if not location:
            because = "the local workspace stores beside the schema when the stream was first started"
            raise cannot("follow cloudFiles.includeExistingFiles", because, "set cloudFiles.schemaLocation")
        marker = os.path.join(local_path(files, location), "_schemas", "_started")
        if not os.path.exists(marker):
            os.makedirs(os.path.dirname(marker), exist_ok=True)
            with open(marker, "w", encoding="utf-8") as file:
                file.write(str(int(time.time() * 1000)))
        with open(marker, encoding="utf-8") as file:
            return file.read().strip()

    def reader(self, *, streaming: bool = True) -> dict[str, str]:
        """The options for Spark's reader of the format."""
        own = {name: value for name, value in self._reader.items() if name.lower() != "rescueddatacolumn"}
        if not streaming:
            return own
        names = [name for name in ("maxFilesPerTrigger", "maxBytesPerTrigger") if f"cloudFiles.{name}" in self._values]
        limits = {name: self._values[f"cloudFiles.{name}"] for name in names}
        if len(limits) == 2:
            because = "Spark's file source takes only one of cloudFiles.maxFilesPerTrigger and cloudFiles.maxBytesPerTrigger"
            raise cannot("read files by Auto Loader", because, "leave one of them out")
        # Without a limit of its own, Auto Loader takes 1000 files for each micro-batch.
        return {**own, **_NO_AGE_LIMIT, **(limits or {"maxFilesPerTrigger": "1000"})}

    def _flag(self, name: str, *, default: bool) -> bool:
        value = self._values.get(name, str(default)).lower()
        if value not in ("true", "false"):
            raise cannot("read files by Auto Loader", f'{name} is "{value}"', "write true or false")
        return value == "true"


def _known(name: str, value: str) -> str:
    every = [*_FOLLOWED, *_WITHOUT_EFFECT, *_ONLY_DEFAULT]
    for known in every:
        if known.lower() != name.lower():
            continue
        default = _ONLY_DEFAULT.get(known)
        if default is not None and value.lower() != default:
            because = f"the local workspace lists the folder to find files and does not follow the value {value}"
            raise cannot(f"read files by Auto Loader with {known}", because, f"leave it out, or set it to {default} here")
        return known
    close = difflib.get_close_matches(name, every, n=1, cutoff=0.85)
    advice = f'did you mean "{close[0]}"?' if close else "leave it out here."
    raise CellFailure(
        f"Could not read files by Auto Loader with {name}: the local workspace does not follow this option; {advice}"
    )
