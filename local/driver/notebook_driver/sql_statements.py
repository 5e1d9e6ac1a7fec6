"""The tokens and statements of a SQL cell, as Spark's SqlBaseLexer.g4 reads them."""

from __future__ import annotations

import re

# What may contain a semicolon or look like a parameter: comments and quoted text. A line comment that ends with a backslash
# goes on in the next line. A backslash escapes in Spark's strings, but not in raw ones; a doubled quote is a quote.
_OPAQUE = re.compile(
    r"""(?P<line>--(?:\\\r?\n|[^\n])*)
      | (?P<raw>\b[rR](?:'[^']*'|"[^"]*"))
      | (?P<string>'(?:\\.|''|[^'\\])*'|"(?:\\.|""|[^"\\])*")
      | (?P<name>`(?:``|[^`])*`)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([0-3][0-7]{2})|(.))", re.DOTALL)
_SHORT = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}


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
    return "".join("x" * len(part) if kind else part for kind, part in _parts(text))


def without_comments(text: str) -> str:
    """The text with a space for each comment; quotes stay."""
    return "".join(" " if kind == "comment" else part for kind, part in _parts(text))


def string_value(literal: str) -> str:
    """The value of a string literal, as Spark's unescapeSQLString reads it."""
    if literal[0] in "rR":
        return literal[2:-1]
    quote = literal[0]

    def unescaped(match: re.Match[str]) -> str:
        if match.group() == quote * 2:
            return quote
        u, capital_u, octal, short = match.groups()
        if octal is not None:
            return chr(int(octal, 8))
        return _SHORT.get(short, short) if short is not None else chr(int(u or capital_u, 16))

    return re.sub(f"{_ESCAPE.pattern}|{quote}{quote}", unescaped, literal[1:-1], flags=re.DOTALL)


def _parts(text: str) -> list[tuple[str, str]]:
    """The text in parts, each with its kind: comment, string, name (in backticks) or "" for anything else."""
    parts: list[tuple[str, str]] = []
    start = at = 0
    while at < len(text):
        if text.startswith("/*", at):
            kind, end = "comment", _comment_end(text, at)
        else:
            match = _OPAQUE.match(text, at)
            if match is None:
                at += 1
                continue
            kind, end = {"line": "comment", "name": "name"}.get(str(match.lastgroup), "string"), match.end()
        parts += [("", text[start:at]), (kind, text[at:end])]
        start = at = end
    return [part for part in [*parts, ("", text[start:])] if part[1]]


def _comment_end(text: str, start: int) -> int:
    """The end of a comment, in which other comments may be."""
    depth, at = 0, start
    for match in re.compile(r"/\*|\*/").finditer(text, start):
        depth += 1 if match.group() == "/*" else -1
        at = match.end()
        if depth == 0:
            return at
    return len(text)
