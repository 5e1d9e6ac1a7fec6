"""Auto Loader: ``spark.readStream.format("cloudFiles")``, read by Spark's own file source as far as that reaches.

Source: https://docs.databricks.com/ingestion/cloud-object-storage/auto-loader/options and …/schema
"""

from __future__ import annotations

from typing import Any

from pyspark.sql import functions

from notebook_driver.dbutils.auto_loader_json import read_json, text_options
from notebook_driver.dbutils.auto_loader_options import Options, cannot
from notebook_driver.dbutils.auto_loader_schema import CORRUPT, StoredSchema, infer, with_hints
from notebook_driver.files import Files

RESCUED = "_rescued_data"
# Formats whose schema is always the same, so that none is inferred or stored.
_FIXED = ("text", "binaryfile")


def install(session_class: Any, reader_class: Any, files: Files) -> None:
    """Makes ``readStream`` of PySpark's session know the format cloudFiles. The classes are a JVM's or those of Spark Connect."""

    class Reader(reader_class):  # type: ignore[misc]
        def __init__(self, spark: Any) -> None:
            super().__init__(spark)
            self._session = spark
            self._source = ""
            self._given: dict[str, Any] = {}
            self._own_schema: Any = None

        def format(self, source: str) -> Any:
            self._source = source
            return self if source.lower() == "cloudfiles" else super().format(source)

        def option(self, key: str, value: Any) -> Any:
            self._given[key] = value
            return self if key.lower().startswith("cloudfiles.") else super().option(key, value)

        def options(self, **options: Any) -> Any:
            for key, value in options.items():
                self.option(key, value)
            return self

        def schema(self, schema: Any) -> Any:
            self._own_schema = schema
            return super().schema(schema)

        def load(self, path: Any = None, format: Any = None, schema: Any = None, **options: Any) -> Any:
            if format is not None:
                self.format(format)
            if schema is not None:
                self.schema(schema)
            self.options(**options)
            if self._source.lower() != "cloudfiles":
                return super().load(path)
            found = path if path is not None else self._given.pop("path", None)
            return _load(self._session, files, found, Options(self._given), self._own_schema)

    session_class.readStream = property(Reader)


def _load(spark: Any, files: Files, path: Any, options: Options, schema: Any) -> Any:
    from pyspark.sql.types import StructType

    if not isinstance(path, str) or not path:
        raise cannot("read files by Auto Loader", "there is no path", 'pass one to load("/Volumes/…")')
    rescued = options.rescued_column
    mode = options.evolution_mode(has_schema=schema is not None)
    since = options.started_at(files)
    if schema is not None and options.schema_hints:
        raise cannot("read files by Auto Loader", "there is a schema and cloudFiles.schemaHints", "leave one of them out")
    if isinstance(schema, str):
        schema = StructType.fromDDL(schema)
    if schema is None and options.format not in _FIXED:
        schema = _stored(
            spark, path, options, StoredSchema(files, options.schema_location(path)), evolves=mode == "addnewcolumns"
        )
        if mode != "none":
            rescued = rescued or RESCUED
    if options.format == "json" and rescued:
        partitions = [field for field in schema.fields if field.name in spark.read.text(path, wholetext=True).columns[1:]]
        text = StructType().add("value", "string")
        lines = _stream(spark, "text", text_options(options)).schema(StructType([*text.fields, *partitions])).load(path)
        return read_json(_only_since(lines, since), options, schema, rescued=rescued, mode=mode)
    if options.format == "csv" and rescued:
        return _read_csv(spark, path, options, schema, rescued, since)
    reader = _stream(spark, options.format, options.reader())
    rows = _only_since((reader if schema is None else reader.schema(schema)).load(path), since)
    return rows.withColumn(rescued, functions.lit(None).cast("string")) if rescued else rows


def _stored(spark: Any, path: str, options: Options, stored: StoredSchema, *, evolves: bool) -> Any:
    known = stored.read()
    if known is None:
        return stored.keep(None, with_hints(infer(spark, path, options), options.schema_hints))
    return stored.keep(known, infer(spark, path, options)) if evolves else known


def _read_csv(spark: Any, path: str, options: Options, schema: Any, rescued: str, since: str | None) -> Any:
    """A row that does not fit the schema is rescued as a whole."""
    from pyspark.sql.types import StructType

    # Without the check of the header Spark takes columns by position, whatever the header says.
    checks = {**options.reader(), "columnNameOfCorruptRecord": CORRUPT, "enforceSchema": "false"}
    whole = StructType([*schema.fields]).add(CORRUPT, "string")
    rows = _only_since(_stream(spark, "csv", checks).schema(whole).load(path), since)
    data = functions.create_map(
        functions.lit("_corrupt_record"),
        functions.col(CORRUPT),
        functions.lit("_file_path"),
        functions.col("_metadata.file_path"),
    )
    column = functions.when(functions.col(CORRUPT).isNotNull(), functions.to_json(data))
    return rows.withColumn(rescued, column).drop(CORRUPT)


def _stream(spark: Any, format: str, options: dict[str, str]) -> Any:
    return spark.readStream.format(format).options(**options)


def _only_since(rows: Any, since: str | None) -> Any:
    """The rows of files that came after the stream was first started: cloudFiles.includeExistingFiles false."""
    return rows if since is None else rows.where(f"_metadata.file_modification_time > TIMESTAMP_MILLIS({since})")
