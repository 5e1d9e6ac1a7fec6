"""Auto Loader's JSON with the column of rescued data. Spark's own JSON source drops fields that the schema does not have."""

from __future__ import annotations

from typing import Any

from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType, StringType, StructType

from notebook_driver.dbutils.auto_loader_options import Options, cannot

# The options that concern the files; all others are those of the parser.
_OF_FILES = ("pathglobfilter", "recursivefilelookup", "linesep", "maxfilespertrigger", "maxbytespertrigger", "maxfileage")
_UNKNOWN_FIELDS = "[UNKNOWN_FIELD_EXCEPTION.NEW_FIELDS_IN_RECORD_WITH_FILE_PATH] Encountered unknown fields during parsing: "


def read_json(lines: Any, options: Options, schema: Any, *, rescued: str, mode: str) -> Any:
    """The rows in ``lines`` (``value`` and partition columns), with what does not fit the schema in the column ``rescued``."""
    partitions = [name for name in lines.columns if name != "value"]
    fields = [field for field in schema.fields if field.name not in partitions]
    parser = {name: value for name, value in options.reader().items() if name.lower() not in (*_OF_FILES, "multiline")}
    given = parser or None  # Spark Connect fails on an empty map
    kinds: tuple[Any, str] = (StructType(fields), "map<string,variant>")
    if options.flag("multiLine"):
        kinds = (ArrayType(kinds[0]), f"array<{kinds[1]}>")
    rows = lines.where("trim(value) <> ''").select(
        "value",
        f.col("_metadata.file_path").alias("_file"),
        *partitions,
        f.from_json("value", kinds[0], given).alias("_fields"),
        f.from_json("value", kinds[1], given).alias("_all"),
    )
    if options.flag("multiLine"):
        rows = rows.withColumn("_row", f.explode_outer(f.arrays_zip("_fields", "_all")))
        rows = rows.select("value", "_file", *partitions, "_row._fields", "_row._all")
    return rows.select(
        *[f.col("_fields")[field.name].alias(field.name) for field in fields],
        *partitions,
        _rescued(fields, mode).alias(rescued),
    )


def text_options(options: Options) -> dict[str, str]:
    """The options with which Spark reads the files as text: a row for each line, or for each file."""
    given = options.reader()
    if any(name.lower() in ("encoding", "charset") for name in given):
        because = "the local workspace rescues data only in UTF-8"
        raise cannot("read JSON by Auto Loader with an encoding", because, "leave the option out")
    of_files = {name: value for name, value in given.items() if name.lower() in _OF_FILES}
    return {**of_files, "wholetext": str(options.flag("multiLine")).lower()}


def _rescued(fields: list[Any], mode: str) -> Any:
    names = ", ".join(_quoted(field.name) for field in fields)
    unknown = f"NOT array_contains(array({names}), k)"
    # A field that has another type than its column is null in it. Text takes every type.
    misfits = [
        f"(k = {_quoted(field.name)} AND _fields.`{field.name}` IS NULL AND NOT is_variant_null(v))"
        for field in fields
        if not isinstance(field.dataType, StringType)
    ]
    left = f"map_filter(_all, (k, v) -> {' OR '.join([unknown, *misfits])})"
    data = f.expr(
        f"CASE WHEN _all IS NULL THEN to_json(map('_corrupt_record', value, '_file_path', _file)) "
        f"WHEN size({left}) > 0 THEN to_json(map_concat({left}, map('_file_path', CAST(_file AS VARIANT)))) END"
    )
    if mode == "rescue" or mode == "none":
        return data
    new = f"map_keys(map_filter(_all, (k, v) -> {unknown}))"
    again = "start the stream again, which adds them to the schema" if mode == "addnewcolumns" else "change the schema"
    message = f.concat(
        f.lit(_UNKNOWN_FIELDS), f.expr(f"array_join({new}, ', ')"), f.lit(" in "), f.col("_file"), f.lit(f"; {again}.")
    )
    return f.when(f.expr(f"size({new}) > 0"), f.raise_error(message)).otherwise(data)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
