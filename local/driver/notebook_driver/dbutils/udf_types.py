"""A difference between Spark 4.1 and the Spark of the platform's runtimes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any


def keep_functions_without_arguments() -> None:
    """Makes ``udf`` take a function such as ``def name() -> str`` for one of a row, as before Spark 4.1.

    Spark 4.1 looks at the type hints, and takes one without arguments for an aggregate: all of its no arguments are Series
    (pyspark/sql/pandas/typehints.py). The query then fails with MISSING_GROUP_BY.
    """
    from pyspark.sql.pandas import typehints

    infer = typehints.infer_eval_type_for_udf

    def infer_with_arguments(function: Callable[..., Any]) -> Any:
        try:
            parameters = inspect.signature(function).parameters
        except (TypeError, ValueError):
            return infer(function)
        return infer(function) if parameters else None

    typehints.infer_eval_type_for_udf = infer_with_arguments
