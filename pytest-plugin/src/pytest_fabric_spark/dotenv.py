"""Reads files such as test.env: ``NAME=value``, one variable a line."""

from __future__ import annotations

import re

_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*
    (?:'(?P<literal>[^']*)'|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>(?:[^#\n]|(?<=\S)\#)*))
    [ \t]*(?:\#[^\n]*)?$""",
    re.VERBOSE | re.MULTILINE,
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def read_dotenv(text: str) -> dict[str, str]:
    """The variables of a file in the format of python-dotenv, without its references to other variables.

    Comments begin with ``#`` after a space or at the beginning of a line; quotes keep what is between them, also line breaks.
    Lines of another form are ignored.
    """
    variables = {}
    for match in _LINE.finditer(text.replace("\r\n", "\n").removeprefix("\ufeff")):
        literal, quoted, plain = match["literal"], match["quoted"], match["plain"]
        if quoted is not None:
            value = re.sub(r"\\(.)", lambda escape: _ESCAPED.get(escape[1], escape[1]), quoted)
        else:
            value = literal if literal is not None else plain.strip()
        variables[match["name"]] = value
    return variables
