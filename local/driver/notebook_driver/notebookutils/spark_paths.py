"""How Spark finds OneLake's files: by a Hadoop file system for abfss:// addresses, and for file:/lakehouse/default, which
differs by run.

Hadoop's own view file systems do not fit: they ignore the part of an address before the @, which is the workspace. So the JVM
compiles a small file system by the Java compiler that Spark has for its generated code (Janino), once for each workspace. The
executors of a cluster get it as a jar, and find on this machine the folders that runs have registered.
"""

from __future__ import annotations

import functools
import os
import zipfile
from typing import Any

from notebook_driver.notebookutils.one_lake import OneLake, root_address

_CLASS = "notebookops.LakehouseFileSystem"
# The property, and the setting, with the folder in which the driver registers the folders of items.
_REGISTRY = "notebook-ops.lakehouse-registry"
_SOURCE = os.path.join(os.path.dirname(__file__), "LakehouseFileSystem.java")
# The methods of SparkContext that take a path. They use the settings of the JVM, and not those of the run's session.
_CONTEXT_METHODS = ("textFile", "wholeTextFiles", "binaryFiles", "binaryRecords", "sequenceFile", "addFile", "setCheckpointDir")


def add_file_system(jvm: Any, context: Any) -> None:
    """Makes the JVM have the file system. ``context`` is the JVM's SparkContext."""
    properties = jvm.java.lang.System.getProperties()
    if properties.get(_REGISTRY) is not None:
        return
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    compiler = jvm.org.codehaus.janino.SimpleCompiler()
    compiler.setParentClassLoader(loader)
    with open(_SOURCE, encoding="utf-8") as source:
        compiler.cook(source.read())
    scratch = context.conf().get("spark.local.dir")
    registry = os.path.join(scratch, "lakehouse-registry")
    os.makedirs(registry, exist_ok=True)
    jar = os.path.join(scratch, f"lakehouse-file-system-{os.getpid()}.jar")
    classes = compiler.getBytecodes()
    with zipfile.ZipFile(jar, "w") as file:
        for name in classes.keySet():
            file.writestr(name.replace(".", "/") + ".class", bytes(classes.get(name)))
    loader.addURL(jvm.java.io.File(jar).toURI().toURL())
    if not context.isLocal():
        context.addJar(jar)
    settings = context.hadoopConfiguration()
    settings.set("fs.abfss.impl", _CLASS)
    settings.set("fs.abfss.impl.disable.cache", "true")  # a cached one would belong to the run that came first
    settings.set(_REGISTRY, registry)
    properties.put(_REGISTRY, registry)


class SparkPaths:
    """The paths of one run's session."""

    def __init__(self, jvm: Any, one_lake: OneLake) -> None:
        self._jvm = jvm
        self._one_lake = one_lake
        self._registered: set[tuple[str, str]] = set()

    def use(self, spark: Any, context: Any) -> None:
        """Sets up the session, and this process's calls into the JVM."""
        scratch = context.getConf().get("spark.local.dir")
        settings = {"notebook-ops.scratch": scratch, "fs.file.impl": _CLASS, "fs.file.impl.disable.cache": "true"}
        lakehouse = self._one_lake.lakehouse
        folder = self._one_lake.default_folder
        if lakehouse is not None and folder is not None:
            settings |= {
                "fs.defaultFS": f"abfss://{lakehouse['workspaceId']}@onelake.dfs.fabric.microsoft.com/",
                "trident.lakehouse.id": lakehouse["id"],  # where notebooks look for it, as for the workspace
                "trident.lakehouse.name": lakehouse["name"],
                "notebook-ops.lakehouse": lakehouse["id"],
                "notebook-ops.lakehouse.folder": folder,
            }
            self.register_default()
        else:
            settings["fs.defaultFS"] = "abfss://no-default-lakehouse@onelake.dfs.fabric.microsoft.com/"
        for name, value in settings.items():
            spark.conf.set(name, value)
        self._watch_calls()
        self._map_context(context)

    def register_default(self) -> None:
        """Tells the JVM the folder of the default lakehouse."""
        if self._one_lake.lakehouse is not None:
            self.register(root_address(self._one_lake.lakehouse))

    def register(self, text: str) -> None:
        """Tells the JVM the folders of the items that the abfss:// addresses in a text name."""
        for workspace, item, folder in self._one_lake.mentioned(text):
            if (workspace, item) not in self._registered:
                self._registered.add((workspace, item))
                self._jvm.notebookops.LakehouseFileSystem.register(f"{workspace}/{item}", folder)

    def _watch_calls(self) -> None:
        """Looks for addresses in each text that goes to the JVM. The texts stay as they are: they may be data."""
        from py4j import java_gateway

        encode = java_gateway.get_command_part

        @functools.wraps(encode)
        def encode_and_register(parameter: Any, *rest: Any) -> Any:
            if isinstance(parameter, str) and "abfs" in parameter:
                self.register(parameter)
            return encode(parameter, *rest)

        java_gateway.get_command_part = encode_and_register

    def _map_context(self, context: Any) -> None:
        from pyspark import RDD

        for name in _CONTEXT_METHODS:
            setattr(context, name, self._mapped(getattr(context, name)))
        save = RDD.saveAsTextFile
        RDD.saveAsTextFile = lambda rdd, path, *rest: save(rdd, self._one_lake.absolute(path), *rest)  # type: ignore[method-assign]

    def _mapped(self, method: Any) -> Any:
        @functools.wraps(method)
        def mapped(path: str, *arguments: Any, **options: Any) -> Any:
            return method(self._one_lake.absolute(path), *arguments, **options)

        return mapped
