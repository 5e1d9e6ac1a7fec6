"""The schema of Auto Loader: inferred from the files, changed by hints, and stored in cloudFiles.schemaLocation."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from pyspark.errors import AnalysisException
from pyspark.sql.types import StringType, StructField, StructType

from notebook_driver.dbutils.auto_loader_options import Options, cannot
from notebook_driver.dbutils.paths import local_path
from notebook_driver.files import Files

_VERSION = "v1"
CORRUPT = "__corrupt_record"
_HINT = re.compile(r"\s*((?:`[^`]+`|\w+)(?:\.(?:`[^`]+`|\w+))*)\s+(.+?)\s*$", re.DOTALL)


class StoredSchema:
    """The versions of a schema: files 0, 1, … in the folder ``_schemas``."""

    def __init__(self, files: Files, location: str) -> None:
        self._folder = os.path.join(local_path(files, location), "_schemas")

    def read(self) -> Any:
        """The newest version; None if there is none."""
        versions = self._versions()
        if not versions:
            return None
        with open(os.path.join(self._folder, str(versions[-1])), encoding="utf-8") as file:
            return StructType.fromJson(json.loads(file.read().partition("\n")[2]))

    def keep(self, known: Any, inferred: Any) -> Any:
        """Stores the schema if it is new, or the known one with new columns at its end. Returns what is stored."""
        names = set() if known is None else set(known.names)
        added = [field for field in inferred.fields if field.name not in names]
        if known is not None and not added:
            return known
        schema = StructType([*([] if known is None else known.fields), *added])
        os.makedirs(self._folder, exist_ok=True)
        version = max(self._versions(), default=-1) + 1
        partial = os.path.join(self._folder, f"_{version}")
        with open(partial, "w", encoding="utf-8") as file:
            file.write(f"{_VERSION}\n{schema.json()}")
        os.replace(partial, os.path.join(self._folder, str(version)))
        return schema

    def _versions(self) -> list[int]:
        return sorted(int(name) for name in os.listdir(self._folder) if name.isdigit()) if os.path.isdir(self._folder) else []


def infer(spark: Any, path: str, options: Options) -> Any:
    """The schema of the files that are there. JSON and CSV columns are text unless cloudFiles.inferColumnTypes is set."""
    reader = spark.read.format(options.format).options(**options.reader(streaming=False))
    if options.format in ("json", "csv"):
        reader = reader.options(columnNameOfCorruptRecord=CORRUPT, inferSchema=str(options.infers_types).lower())
    try:
        schema = reader.load(path).schema
    except AnalysisException as error:
        if error.getCondition() != "UNABLE_TO_INFER_SCHEMA":
            raise
        schema = StructType()
    fields = [field for field in schema.fields if field.name != CORRUPT]
    if not fields:
        because = "it has no files from which a schema can be inferred"
        raise cannot(f"infer the schema of {path} by Auto Loader", because, "add files first, or pass a schema") from None
    if options.format in ("json", "csv") and not options.infers_types:
        fields = [StructField(field.name, StringType()) for field in fields]
    return StructType(fields)


def with_hints(schema: Any, hints: str) -> Any:
    """The schema with the types of cloudFiles.schemaHints, such as ``id bigint, address.zip string``."""
    for hint in _split(hints):
        matched = _HINT.match(hint)
        if matched is None:
            raise cannot(
                "read cloudFiles.schemaHints", f'"{hint.strip()}" is not a name and a type', 'write, for example, "id bigint"'
            )
        names = [name.strip("`") for name in re.findall(r"`[^`]+`|\w+", matched.group(1))]
        schema = _hinted(schema, names, matched.group(2))
    return schema


def _hinted(schema: Any, names: list[str], type_text: str) -> Any:
    name, *rest = names
    fields = list(schema.fields)
    position = next((number for number, field in enumerate(fields) if field.name == name), None)
    if rest:
        inside = fields[position].dataType if position is not None else None
        if not isinstance(inside, StructType):
            because = f"{name} is not inferred as a struct"
            raise cannot(f"follow cloudFiles.schemaHints for {'.'.join(names)}", because, "give a hint for the whole column")
        hinted = StructField(name, _hinted(inside, rest, type_text))
    else:
        hinted = StructField(name, StructType.fromDDL(f"hinted {type_text}").fields[0].dataType)
    if position is None:
        fields.append(hinted)
    else:
        fields[position] = hinted
    return StructType(fields)


def _split(hints: str) -> list[str]:
    """The hints between the commas that are not inside of brackets."""
    parts, depth = [""], 0
    for character in hints:
        depth += (character in "<(") - (character in ">)")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part.strip()]
