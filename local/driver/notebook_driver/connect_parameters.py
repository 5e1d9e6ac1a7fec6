"""Parameters of SQL on a server of Spark Connect with Spark 4.1 and Delta Lake, whose parser leaves :name and ? unbound.

The setting that repairs it in the workspace's own JVM (local/driver/spark-conf.ts) does so on a server only for EXECUTE
IMMEDIATE, so that statements are sent as such: https://spark.apache.org/docs/latest/sql-ref-syntax-aux-exec-imm.html
"""

from __future__ import annotations

import datetime
import decimal
import math
from typing import Any


def install(session: Any) -> None:
    """Sends statements with parameters as EXECUTE IMMEDIATE if the server needs it."""
    sql = session.sql
    needed: list[bool] = []

    def bound(sqlQuery: str, args: Any = None, **kwargs: Any) -> Any:  # noqa: N803
        if args and not kwargs:
            if not needed:
                needed.append(_is_needed(session))
            text = _immediate(sqlQuery, args) if needed[0] else None
            if text is not None:
                return sql(text)
        return sql(sqlQuery, args, **kwargs)

    session.sql = bound


def _is_needed(session: Any) -> bool:
    return session.version.startswith("4.1.") and "io.delta" in session.conf.get("spark.sql.extensions", "")


def _immediate(query: str, args: Any) -> str | None:
    """The statement; None if a value has no literal that is written here."""
    named = isinstance(args, dict)
    literals = [_literal(value) for value in (args.values() if named else args)]
    if None in literals:
        return None
    values = [f"{text} AS {name}" for text, name in zip(literals, args, strict=True)] if named else literals
    return f"EXECUTE IMMEDIATE {_literal(query)} USING {', '.join(map(str, values))}"


def _literal(value: Any) -> str | None:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int):
        return str(value) if -(2**31) <= value < 2**31 else f"{value}L"
    if isinstance(value, float) and math.isfinite(value):
        return f"{value!r}D"
    if isinstance(value, decimal.Decimal) and value.is_finite():
        return f"{value:f}BD"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return f"DATE'{value.isoformat()}'"
    return None
