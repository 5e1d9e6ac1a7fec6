"""dbutils.data."""

from __future__ import annotations

import builtins
from typing import Any

from notebook_driver.dbutils.utility import Utility


class Data(Utility):
    """Describes data sets."""

    def summarize(self, df: Any, precise: bool = False) -> None:
        """Displays statistics of a DataFrame of Spark or pandas: a table; the platform's charts are not here."""
        if getattr(df, "isStreaming", False):
            raise ValueError("Could not summarize the DataFrame: it is a streaming one; write it to a table and summarize that.")
        summary = df.summary() if hasattr(df, "summary") else df.describe(include="all")
        builtins.display(summary)  # type: ignore[attr-defined]
