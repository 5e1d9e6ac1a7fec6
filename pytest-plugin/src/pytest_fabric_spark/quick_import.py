"""Imports the SDKs in a third of the time: a developer waits for it in each remote run."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def postpone_package(name: str) -> None:
    """Lets parts of a package be imported without its ``__init__``, which runs when somebody uses anything else of the package.

    That of microsoft_fabric_api imports clients for all 50 areas of Fabric, which takes 0.7 s on a fast machine. Two are needed.
    That of databricks.sdk is of the same kind.
    """
    spec = None if name in sys.modules else importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        return
    module, loader = importlib.util.module_from_spec(spec), spec.loader

    def load(attribute: str) -> Any:
        # Such names are asked of all modules: by unittest for __warningregistry__, by inspect for __wrapped__.
        if attribute.startswith("__"):
            raise AttributeError(f"module {name!r} has no attribute {attribute!r}")
        if importlib.util.find_spec(f"{name}.{attribute}") is not None:
            return importlib.import_module(f"{name}.{attribute}")  # a part of the package imports another one
        module.__dict__.pop("__getattr__", None)
        loader.exec_module(module)
        return getattr(module, attribute)

    module.__dict__["__getattr__"] = load  # https://peps.python.org/pep-0562/
    sys.modules[name] = module


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """For imports, which leave nothing to collect. Neither they nor the end of the process spend time on it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
