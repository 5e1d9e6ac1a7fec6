"""The statements of a SQL cell."""

from __future__ import annotations

import re

# What may contain a semicolon or look like a parameter: quoted text and comments. A backslash escapes in Spark's strings.
_OPAQUE = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`|--[^\n]*|/\*.*?\*/", re.DOTALL)


def split_statements(source: str) -> list[str]:
    """The statements of a cell; a semicolon in quotes or comments does not end one."""
    masked = mask(source)
    statements, start = [], 0
    for end in [*(match.start() for match in re.finditer(";", masked)), len(source)]:
        statement = source[start:end].strip()
        if without_comments(statement).strip():
            statements.append(statement)
        start = end + 1
    return statements


def mask(text: str) -> str:
    """The text with an x for each character of its quotes and comments."""
    return _OPAQUE.sub(lambda match: "x" * len(match.group()), text)


def without_comments(text: str) -> str:
    """The text without its comments; quotes stay."""
    return _OPAQUE.sub(lambda match: "" if match.group().startswith(("--", "/*")) else match.group(), text)
