"""The rules of .gitignore files: https://git-scm.com/docs/gitignore.

PyPI's pathspec judges whole paths, by all patterns that match a part of them. A walk that does not enter ignored folders needs a
verdict on each folder by itself: after ``*`` and ``!*/``, pathspec 1.1 still calls a folder ignored, and git does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Their contents, for a bracket expression of Python's re. https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap09.html#tag_09_03_05
CHARACTER_CLASSES = {
    "alnum": "A-Za-z0-9",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "print": r"\x20-\x7e",
    "punct": r"!-\/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "A-Fa-f0-9",
}


@dataclass(frozen=True)
class Rule:
    """A line of a .gitignore file."""

    expression: re.Pattern[str]
    ignores: bool
    folders_only: bool
    # A pattern without a slash is compared with the last name of a path.
    names_only: bool

    def matches(self, path: str, is_folder: bool) -> bool:
        if self.folders_only and not is_folder:
            return False
        return self.expression.fullmatch(path.rpartition("/")[2] if self.names_only else path) is not None


class IgnoreRules:
    """The rules of several .gitignore files. The last rule that matches a path decides; inner files count after outer ones."""

    def __init__(self) -> None:
        self._files: list[tuple[str, list[Rule]]] = []

    def add(self, folder: str, rules: list[Rule]) -> None:
        """Adds the rules of a file, after those of the folders above. The folder is ``""`` or ends with a slash."""
        self._files.append((folder, rules))

    def ignores(self, path: str, *, is_folder: bool) -> bool:
        """Whether a path is ignored by itself, not because of a folder above it. Slash-separated, without a slash at its end."""
        for folder, rules in reversed(self._files):
            if not path.startswith(folder):
                continue
            for rule in reversed(rules):
                if rule.matches(path[len(folder) :], is_folder):
                    return rule.ignores
        return False


def parse_rules(text: str, flags: int = 0) -> list[Rule]:
    """The rules of a .gitignore file. Lines that can match nothing are left out."""
    rules = (_rule(line, flags) for line in _lines(text))
    return [rule for rule in rules if rule is not None]


def _lines(text: str) -> Iterable[str]:
    for line in text.removeprefix("\ufeff").split("\n"):
        line = line.removesuffix("\r")
        # A space at the end counts only after a backslash.
        stripped = line.rstrip(" ")
        backslashes = len(stripped) - len(stripped.rstrip("\\"))
        yield stripped + " " if backslashes % 2 and stripped != line else stripped


def _rule(line: str, flags: int) -> Rule | None:
    if line.startswith("#"):
        return None
    ignores = not line.startswith("!")
    pattern = line if ignores else line[1:]
    folders_only = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    names_only = "/" not in pattern
    pattern = pattern.removeprefix("/")
    expression = _expression(pattern, names_only) if pattern else None
    return None if expression is None else Rule(re.compile(expression, re.DOTALL | flags), ignores, folders_only, names_only)


def _expression(pattern: str, names_only: bool) -> str | None:
    """A regular expression for a pattern; None for one that matches nothing."""
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "*":
            stars = re.compile(r"\*+").match(pattern, at)
            assert stars
            begins = at == 0 or pattern[at - 1] == "/"
            at = stars.end()
            if stars.group() != "**" or not begins or names_only:
                parts.append("[^/]*")
            elif at == len(pattern):
                parts.append(".+")
            elif pattern[at] == "/":
                parts.append("(?:[^/]+/)*")
                at += 1
            else:
                parts.append("[^/]*")
        elif character == "?":
            parts.append("[^/]")
            at += 1
        elif character == "[":
            found = _bracket(pattern, at + 1)
            if found is None:
                return None
            part, at = found
            parts.append(part)
        elif character == "\\":
            if at + 1 == len(pattern):
                return None
            parts.append(re.escape(pattern[at + 1]))
            at += 2
        else:
            parts.append(re.escape(character))
            at += 1
    return "".join(parts)


def _bracket(pattern: str, at: int) -> tuple[str, int] | None:
    """The expression for a bracket expression, and where the pattern goes on; None if it has no end or no meaning."""
    is_negated = pattern[at : at + 1] in ("!", "^") and at < len(pattern)
    at += is_negated
    members: list[str] = []
    first = at
    while at < len(pattern) and (pattern[at] != "]" or at == first):
        named = re.compile(r"\[:([a-z]*):\]").match(pattern, at)
        if named:
            if named.group(1) not in CHARACTER_CLASSES:
                return None
            members.append(CHARACTER_CLASSES[named.group(1)])
            at = named.end()
            continue
        start, at = _member(pattern, at)
        members.append(re.escape(start))
        if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in ("", "]"):
            end, at = _member(pattern, at + 1)
            if start <= end:
                members.append(f"{re.escape(start)}-{re.escape(end)}")
    if at >= len(pattern):
        return None
    inside = "".join(members)
    if is_negated:
        return (f"[^/{inside}]", at + 1)
    return (f"(?!/)[{inside}]" if inside else "(?!)", at + 1)


def _member(pattern: str, at: int) -> tuple[str, int]:
    if pattern[at] == "\\" and at + 1 < len(pattern):
        return pattern[at + 1], at + 2
    return pattern[at], at + 1
