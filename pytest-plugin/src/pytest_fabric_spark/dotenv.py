"""Reads files such as test.env, in the format of PyPI's python-dotenv: https://pypi.org/project/python-dotenv/, "File format"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from .platform import RemoteError
from .sentences import could_not

ASSIGNMENT = re.compile(r"\s*(?:export\s+)?(?:'(?P<quoted>[^']+)'|(?P<name>[^=#\s']+))\s*(?:=(?P<value>.*))?")
QUOTED = {"'": re.compile(r"'((?:\\.|[^'\\])*)'\s*(?:#.*)?"), '"': re.compile(r'"((?:\\.|[^"\\])*)"\s*(?:#.*)?')}
ESCAPED = {
    "'": {"\\": "\\", "'": "'"},
    '"': {"\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"},
}
REFERENCE = re.compile(r"\$\{([^}:]*)(?::-([^}]*))?\}")
# The value of a variable of several lines, which is not sent.
NOT_READ = "(several lines)"


def parse_dotenv(
    text: str,
    environment: Mapping[str, str],
    *,
    file: str,
    may_span_lines: Callable[[str], bool],
    say: Callable[[str], None],
) -> dict[str, str]:
    """The variables of a file. ``${NAME}`` and ``${NAME:-default}`` refer to the environment, or else to a line above.

    A value of several lines is an error, unless the variable is one of those that ``may_span_lines``; it is then not read.
    Says which lines cannot be used. No message contains a value.
    """
    values: dict[str, str] = {}
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = ASSIGNMENT.fullmatch(line)
        if found is None:
            say(f"Left out line {number} of {file}: it is not NAME=value.")
            continue
        name, given = found["quoted"] or found["name"], found["value"]
        if given is None:
            continue
        value = given.lstrip()
        quote = value[:1] if value[:1] in QUOTED else ""
        if not quote:
            values[name] = _resolved(re.sub(r"\s+#.*", "", given).strip(), {**values, **environment})
        elif quoted := QUOTED[quote].fullmatch(value):
            values[name] = _resolved(_unescaped(quoted[1], ESCAPED[quote]), {**values, **environment})
        elif QUOTED[quote].match(value):
            say(f"Left out {name} in line {number} of {file}: there is more after the closing quote.")
        elif may_span_lines(name):
            values[name] = NOT_READ
            any(quote in each for _, each in lines)  # goes on after the line with the closing quote
        else:
            advice = f"write it in one line, with \\n in double quotes for each line break, or remove it from {file}"
            raise RemoteError(could_not(f"read {name} in line {number} of {file}", "its value does not end in that line", advice))
    return values


def _unescaped(text: str, known: Mapping[str, str]) -> str:
    return re.sub(r"\\(.)", lambda match: known.get(match[1], match[0]), text)


def _resolved(value: str, values: Mapping[str, str]) -> str:
    return REFERENCE.sub(lambda match: values.get(match[1], match[2] or ""), value)
